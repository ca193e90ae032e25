/* tui_around.c: see tui_around.h. */
#include "autoconf.h"

#include "tui/tui_around.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_logpane.h"

#define BEFORE 8192 /* bytes of each channel */
#define BEHIND 8192

/* Parts in the order in which they stand: stdout and stderr before, then behind. */
static enum channel
channel_of(unsigned part)
{
	return (enum channel)(part % NCHANNELS);
}

static bool
is_before(unsigned part)
{
	return part < NCHANNELS;
}

static int64_t
begin_of(const struct tui_around *a, unsigned part)
{
	int64_t offset = a->offset[channel_of(part)];

	if (!is_before(part))
		return offset;
	return offset > BEFORE ? offset - BEFORE : 0;
}

void
tui_around_release(struct tui_around *a)
{
	for (size_t i = 0; i < TUI_AROUND_PARTS; i++)
		free(a->text[i]);
	free(a->what);
	*a = (struct tui_around){.offset = {-1, -1}};
}

static void
ask(struct tui_model *m, struct tui_host *host, const char *key, unsigned part)
{
	struct tui_around *a = &m->logpane.around;
	int64_t from = begin_of(a, part), len = is_before(part) ? a->offset[channel_of(part)] - from : BEHIND;
	struct xmlrpc_value *params;

	if (from < 0 || len == 0)
		return;
	params = xmlrpc_array();
	xmlrpc_append(params, xmlrpc_string(key));
	xmlrpc_append(params, from <= INT32_MAX ? xmlrpc_int((int)from) : xmlrpc_double((double)from));
	xmlrpc_append(params, xmlrpc_int((int)len));
	tui_request_call(host, TAG_AROUND, a->ticket + part,
			 channel_of(part) == CHANNEL_STDOUT ? "supervisor.readProcessStdoutLog"
							    : "supervisor.readProcessStderrLog",
			 params);
	a->waiting++;
}

bool
tui_around_show(struct tui_model *m, struct tui_host *host, const char *key, double time,
		const int64_t offset[NCHANNELS], const char *what)
{
	struct tui_around *a = &m->logpane.around;

	if (!tui_host_is_up(host) || (offset[CHANNEL_STDOUT] < 0 && offset[CHANNEL_STDERR] < 0)) {
		tui_message(m, LOOK_WARN, "%s",
			    tui_host_is_up(host)
				? "the log of that moment was rotated away, or goes to no file"
				: "the daemon does not answer: its log cannot be read");
		return false;
	}
	tui_show_around(m, host, key);
	tui_around_release(a);
	a->time = time;
	memcpy(a->offset, offset, sizeof(a->offset));
	a->what = xstrdup(what);
	a->ticket = m->tickets + 1;
	m->tickets += TUI_AROUND_PARTS;
	for (unsigned part = 0; part < TUI_AROUND_PARTS; part++)
		ask(m, host, key, part);
	return true;
}

/* Puts them together */

static void
put_part(struct tui_model *m, unsigned part)
{
	struct tui_around *a = &m->logpane.around;
	struct tui_log *log = &m->logpane.log;
	int64_t from = begin_of(a, part);

	if (a->text[part] == NULL)
		return;
	/* A line whose beginning is cut off says little. */
	if (is_before(part))
		tui_log_add_tail(log, channel_of(part), 0, from, a->text[part], a->len[part]);
	else
		tui_log_add(log, channel_of(part), 0, from, a->text[part], a->len[part]);
}

static void
put_together(struct tui_model *m)
{
	struct tui_logpane *p = &m->logpane;
	struct tui_around *a = &p->around;
	double local_time = a->time - p->show.host->clock_ahead;
	uint64_t serial, above;

	for (unsigned part = 0; part < NCHANNELS; part++)
		put_part(m, part);
	tui_log_note(&p->log, TUI_LOG_NO_SOURCE, local_time, a->what);
	serial = tui_log_end(&p->log) - 1;
	for (unsigned part = NCHANNELS; part < TUI_AROUND_PARTS; part++)
		put_part(m, part);
	/* In the middle, so that both sides are seen; near the end it is lower already. */
	tui_logpane_go(p, serial);
	above = serial - tui_logpane_position(p).serial;
	if (above < (uint64_t)p->height / 2)
		tui_logpane_scroll(p, -((long)(p->height / 2) - (long)above));
	p->seen_end = tui_log_end(&p->log);
}

void
tui_around_reply(struct tui_host *h, unsigned ticket, const struct xmlrpc_value *value)
{
	struct tui_model *m = h->model;
	struct tui_around *a = &m->logpane.around;
	unsigned part = ticket - a->ticket;

	if (m->logpane.show.kind != TUI_SHOW_AROUND || part >= TUI_AROUND_PARTS || a->waiting == 0)
		return;
	if (value != NULL) {
		const char *text = xmlrpc_get_text(value, &a->len[part]);

		free(a->text[part]);
		a->text[part] = xmalloc(a->len[part] + 1);
		memcpy(a->text[part], text, a->len[part]);
	}
	if (--a->waiting == 0)
		put_together(m);
}
