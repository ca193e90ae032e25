/* tui_feed_log.c: see tui_feed_log.h. */
#include "autoconf.h"

#include "tui/tui_feed_log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_json.h"
#include "tui/tui_runs.h"
#include "tui/tui_watch.h"

/* The daemon's own log, polled: what is looked for in the next answer, to see where the new text begins. */
#define MAIN_KNOWN 256
/* How long a run has to be to be told when its start is only known in whole seconds. */
#define WHOLE_SECONDS 10

void
tui_feed_log(struct tui_host *h, const json_t *o)
{
	struct tui_log *log = &h->model->logpane.log;
	unsigned source = tui_log_find_source(log, h, text_of(o, "log"));
	const json_t *text = json_object_get(o, "text");
	double time = number_of(o, "time", tui_host_now(h)) - h->clock_ahead;
	int64_t skipped = integer_of(o, "skipped", 0), offset = integer_of(o, "offset", -1);
	bool tail = json_is_true(json_object_get(o, "tail"));

	if (!tail)
		tui_watch_text(h, text_of(o, "log"), time + h->clock_ahead, offset, json_string_value(text),
			       json_string_length(text));
	if (source == TUI_LOG_NO_SOURCE || (!tail && !log->sources[source]->live))
		return;
	log->sources[source]->live = true;
	if (skipped > 0)
		tui_log_skipped(log, source, time, skipped);
	if (json_string_length(text) > 0) {
		if (tail)
			tui_log_add_tail(log, source, time, offset, json_string_value(text),
					 json_string_length(text));
		else
			tui_log_add(log, source, time, offset, json_string_value(text),
				    json_string_length(text));
	}
	/* The file ends after this text. */
	if (json_is_true(json_object_get(o, "rotated")))
		tui_log_rotated(log, source);
}

void
tui_feed_log_reconnected(struct tui_host *h, bool restarted)
{
	struct tui_log *log = &h->model->logpane.log;
	double now = tui_host_now(h);
	double lost = h->link == LINK_DOWN ? h->link_since + h->clock_ahead : now;

	for (size_t i = 0; i < log->nsources; i++)
		if (log->sources[i]->host == h) {
			log->sources[i]->resuming = !restarted;
			log->sources[i]->live = true;
			tui_source_reconnected(log->sources[i], now, lost);
		}
}

/* Notes */

/* What comes next: ", start 4 at 09:14:09". */
static void
format_next(const struct tui_model *m, const struct tui_proc *p, char *out, size_t size)
{
	char next[TUI_CLOCK_MAX];

	out[0] = '\0';
	if (p->state == PROCESS_BACKOFF && p->next_try > 0)
		snprintf(out, size, ", start %" PRId64 " at %s", p->tries + 1,
			 tui_clock(m, p->next_try - p->group->host->clock_ahead, next));
	else if (p->state == PROCESS_FATAL)
		snprintf(out, size, ", given up");
}

/* How long the run was that has ended; < 0: not known. Supervisor tells its start in whole seconds. */
static double
length_of_run(const struct tui_source *s, const struct tui_run_mark *mark, const struct tui_proc *p)
{
	const struct tui_run_mark *last = s->nruns == 0 ? NULL : &s->runs[s->nruns - 1];

	if (mark->is_start)
		return -1;
	if (last != NULL && last->is_start)
		return mark->time - last->time;
	return p->start > 0 && mark->time - p->start >= WHOLE_SECONDS ? mark->time - p->start : -1;
}

static void
note_run(struct tui_model *m, unsigned source, const struct tui_run_mark *mark, const struct tui_proc *p)
{
	struct tui_source *s = m->logpane.log.sources[source];
	double time = mark->time - s->host->clock_ahead;
	bool several = m->logpane.show.programs > 1;
	char text[256], next[64], *note;

	tui_runs_describe(m, mark, time, length_of_run(s, mark, p), text, sizeof(text));
	format_next(m, p, next, sizeof(next));
	note = xasprintf("%s%s%s%s", several ? s->label : "", several ? " " : "", text, next);
	tui_log_note(&m->logpane.log, source, time, note);
	free(note);
}

void
tui_feed_log_process(struct tui_host *h, const struct tui_proc *p, int64_t old_pid, double time)
{
	struct tui_model *m = h->model;
	struct tui_log *log = &m->logpane.log;
	bool started = p->pid != 0 && p->pid != old_pid, ended = p->pid == 0 && old_pid != 0;
	struct tui_run_mark mark = {
	    .time = time > 0 ? time : tui_host_now(h),
	    .pid = p->pid,
	    .exitstatus = p->exitstatus,
	    .signal = p->signal,
	    .is_start = started,
	    .noted = true,
	};
	bool noted = false;

	if (h->in_snapshot || (!started && !ended))
		return;
	for (size_t i = 0; i < log->nsources; i++) {
		struct tui_source *s = log->sources[i];

		/* What a new connection tells of the time before it is in the history, too, with its place. */
		if (!s->followed || s->host != h || strcmp(s->key, p->key) != 0 || mark.time < s->live_since)
			continue;
		if (!noted) /* once for both channels */
			note_run(m, (unsigned)i, &mark, p);
		noted = true;
		mark.offset = s->offset;
		tui_runs_add(s, &mark);
	}
}

/* Polling */

void
tui_feed_tail(struct tui_host *h, const char *name, const struct xmlrpc_value *tail)
{
	const struct xmlrpc_value *data = xmlrpc_at(tail, 0);
	int64_t size = xmlrpc_get_int(xmlrpc_at(tail, 1));
	struct tui_log *log = &h->model->logpane.log;
	const char *text = xmlrpc_get_string(data);
	size_t len = xmlrpc_get_length(data);
	unsigned source = tui_log_find_source(log, h, name);
	struct tui_source *s;

	if (source == TUI_LOG_NO_SOURCE)
		return;
	s = log->sources[source];
	if (size < s->offset)
		tui_log_rotated(log, source);
	/* The answer holds the last bytes of the file, whether they are new or not. */
	if (s->offset >= 0 && size - s->offset < (int64_t)len) {
		text += len - (size_t)(size - s->offset);
		len = (size_t)(size - s->offset);
	}
	if (s->begun)
		tui_log_add(log, source, h->model->now, size - (int64_t)len, text, len);
	else
		tui_log_add_tail(log, source, 0, size - (int64_t)len, text, len);
	s->offset = size;
}

/* Behind the last place in text where what was known stands; NULL: nowhere. */
static const char *
behind_known(const struct buf *known, const char *text, size_t len)
{
	for (size_t i = len; known->len > 0 && i >= known->len; i--)
		if (memcmp(text + i - known->len, known->data, known->len) == 0)
			return text + i;
	return NULL;
}

void
tui_feed_main_tail(struct tui_host *h, const char *text, size_t len, int64_t asked)
{
	struct tui_log *log = &h->model->logpane.log;
	unsigned source = tui_log_find_source(log, h, ":main");
	bool is_whole = tui_source_file_bytes(text, len) < asked;
	const char *fresh, *newline;
	struct tui_source *s;
	size_t n;

	if (source == TUI_LOG_NO_SOURCE)
		return;
	s = log->sources[source];
	fresh = behind_known(&s->known, text, len);
	if (fresh == NULL && s->begun && len > 0)
		tui_log_note(log, source, h->model->now, "some lines may be missing here");
	if (fresh == NULL && !s->begun && !is_whole && (newline = memchr(text, '\n', len)) != NULL)
		fresh = newline + 1; /* the first line may be half a line */
	if (fresh == NULL)
		fresh = text;
	tui_log_add(log, source, s->begun ? h->model->now : 0, -1, fresh, (size_t)(text + len - fresh));
	n = len < MAIN_KNOWN ? len : MAIN_KNOWN;
	buf_clear(&s->known);
	buf_append(&s->known, text + len - n, n);
}
