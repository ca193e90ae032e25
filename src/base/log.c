/* log.c: see log.h. errno survives a call. */
#include "autoconf.h"

#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/timefmt.h"

const char *
log_level_tag(enum log_level level)
{
	switch (level) {
	case LOG_LEVEL_BLATHER:
		return "BLAT";
	case LOG_LEVEL_TRACE:
		return "TRAC";
	case LOG_LEVEL_DEBUG:
		return "DEBG";
	case LOG_LEVEL_INFO:
		return "INFO";
	case LOG_LEVEL_WARN:
		return "WARN";
	case LOG_LEVEL_ERROR:
		return "ERRO";
	case LOG_LEVEL_CRITICAL:
		return "CRIT";
	}
	return "????";
}

bool
log_wants(const struct log *log, enum log_level level)
{
	return log != NULL && log->write != NULL && level >= log->level;
}

void
log_text(const struct log *log, enum log_level level, const char *text, size_t len)
{
	struct buf line = BUF_INIT(SIZE_MAX / 2);
	char head[TIMEFMT_MAX];
	struct now now;
	int saved = errno;

	if (!log_wants(log, level))
		return;
	if (log->now != NULL)
		now = *log->now;
	else
		clock_read(&now);
	timefmt_log(head, now.wall);
	/* No memory for a log line: the line is lost, the program goes on. */
	if (buf_printf(&line, "%s %s ", head, log_level_tag(level)) && buf_append(&line, text, len) &&
	    buf_putc(&line, '\n'))
		log->write(log->arg, level, line.data, line.len);
	buf_release(&line);
	errno = saved;
}

void
log_message(const struct log *log, enum log_level level, const char *fmt, ...)
{
	int saved = errno, len;
	va_list ap;
	char *text;

	if (!log_wants(log, level))
		return;
	va_start(ap, fmt);
	len = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (len >= 0) {
		log_text(log, level, text, (size_t)len);
		free(text);
	}
	errno = saved;
}

bool
log_limit_pass(struct log_limit *limit, mono_us now, unsigned long *silent)
{
	if (limit->next != 0 && now < limit->next) {
		limit->silent++;
		return false;
	}
	*silent = limit->silent;
	limit->silent = 0;
	limit->next = now + limit->interval;
	return true;
}
