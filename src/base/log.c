/* log.c: see log.h. errno survives a call. */
#include "autoconf.h"

#include "base/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
log_vmessage(const struct log *log, enum log_level level, const char *fmt, va_list ap)
{
	char head[TIMEFMT_MAX], *text, *line;
	struct now now;
	int saved = errno, len;

	if (!log_wants(log, level))
		return;
	if (log->now != NULL)
		now = *log->now;
	else
		clock_read(&now);
	timefmt_log(head, now.wall);
	/* No memory for a log line: the line is lost, the program goes on. */
	if (vasprintf(&text, fmt, ap) >= 0) {
		len = asprintf(&line, "%s %s %s\n", head, log_level_tag(level), text);
		free(text);
		if (len >= 0) {
			log->write(log->arg, level, line, (size_t)len);
			free(line);
		}
	}
	errno = saved;
}

void
log_message(const struct log *log, enum log_level level, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_vmessage(log, level, fmt, ap);
	va_end(ap);
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
