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

/* Polled: so many bytes of the end are looked for in the next answer, to see where the new text begins. */
#define KNOWN_MAX 256
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
	/* What a new connection tells is of what has come meanwhile, too. */
	if (tail && !(log->sources[source]->written > 0))
		log->sources[source]->written = number_of(o, "written", 0);
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
	else if (p->state == PROCESS_FATAL || (p->state == PROCESS_BACKOFF && !p->group->host->polled))
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
	tui_log_note_run(&m->logpane.log, source, time, note, mark->is_start ? TUI_RANK_START : TUI_RANK_END);
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

	if (!started && !ended)
		return;
	for (size_t i = 0; i < log->nsources; i++) {
		struct tui_source *s = log->sources[i];

		/* What a new connection tells of the time before it is in the history, too, with its place. */
		if (!s->followed || !tui_source_is_of(s, h, p->key) || mark.time < s->live_since)
			continue;
		if (!noted) /* once for both channels */
			note_run(m, (unsigned)i, &mark, p);
		noted = true;
		mark.offset = s->offset;
		mark.noted_at = mark.time - h->clock_ahead;
		tui_runs_add(s, &mark);
	}
}

/* Polling */

/* The end of a whole second: what happened in it after the log was shown is noted. */
static double
late_in(const struct tui_host *h, double second)
{
	double now = tui_host_now(h);

	return second <= 0 ? now : second + 0.99 < now ? second + 0.99 : now;
}

void
tui_feed_log_polled(struct tui_host *h, const struct tui_proc *p, int64_t old_pid)
{
	struct tui_log *log = &h->model->logpane.log;

	if (p->pid != 0) {
		tui_feed_log_process(h, p, old_pid, late_in(h, p->start));
		return;
	}
	/* The table is asked for before the logs: the last words of the run have not come yet. */
	for (size_t i = 0; i < log->nsources; i++)
		if (tui_source_is_of(log->sources[i], h, p->key))
			log->sources[i]->ended_pid = old_pid;
}

/* The end of a run is noted when all logs of the program that are shown have had their last words. */
static void
note_end(struct tui_host *h, struct tui_source *s)
{
	const struct tui_log *log = &h->model->logpane.log;
	const struct tui_proc *p = tui_host_proc(h, s->key);
	int64_t ended_pid = s->ended_pid;

	s->ended_pid = 0;
	for (size_t i = 0; i < log->nsources; i++) {
		const struct tui_source *other = log->sources[i];

		if (other->followed && other->ended_pid != 0 && tui_source_is_of(other, h, s->key))
			return;
	}
	if (ended_pid != 0 && p != NULL && p->pid == 0)
		tui_feed_log_process(h, p, ended_pid, late_in(h, p->stop));
}

/* Keeps the end of what came, to find it again. */
static void
remember(struct tui_source *s, const char *text, size_t len)
{
	size_t n = len < KNOWN_MAX ? len : KNOWN_MAX;

	buf_clear(&s->known);
	buf_append(&s->known, text + len - n, n);
}

/* The same as far as the text goes back. */
static bool
ends_with_known(const struct buf *known, const char *text, size_t len)
{
	size_t n = len < known->len ? len : known->len;

	return n > 0 && memcmp(text + len - n, known->data + known->len - n, n) == 0;
}

/* A piece of a file as XML brought it: CR before LF is lost on the way. */
struct tail {
	const char *text;
	size_t len;
	int64_t bytes; /* in the file */
	size_t newlines;
	int64_t lost; /* CRs */
	struct buf restored;
};

/* Where each line ended with CR LF, they are put back: then all is as it is in the file. */
static void
restore(struct tail *t)
{
	buf_init(&t->restored, 2 * t->len + 1);
	for (size_t i = 0; i < t->len; i++)
		t->newlines += t->text[i] == '\n';
	t->lost = t->bytes - tui_source_file_bytes(t->text, t->len);
	if (t->lost <= 0 || t->lost != (int64_t)t->newlines)
		return;
	for (size_t i = 0; i < t->len; i++) {
		if (t->text[i] == '\n')
			buf_putc(&t->restored, '\r');
		buf_putc(&t->restored, t->text[i]);
	}
	t->text = buf_str(&t->restored);
	t->len = t->restored.len;
	t->lost = 0;
}

/* Where the last n bytes of the file begin in the text, when so many of them are not in it. */
static size_t
last_bytes(const struct tail *t, int64_t n)
{
	size_t at = t->len;

	for (; at > 0 && n > 0; n--)
		at -= at >= 3 && memcmp(t->text + at - 3, "\xef\xbf\xbd", 3) == 0 ? 3 : 1;
	return at;
}

/* Where what is new begins: the last n bytes of the file. Where some lines ended with CR LF, and some did not, it is looked
   for where it can be; rather something is seen twice than not at all. */
static size_t
find_new(const struct tail *t, int64_t n, const struct buf *known)
{
	size_t first = last_bytes(t, n), last;

	if (t->lost <= 0)
		return first;
	last = last_bytes(t, n - t->lost);
	for (size_t at = first; at <= last; at++)
		if (ends_with_known(known, t->text, at))
			return at;
	return first;
}

void
tui_feed_tail(struct tui_host *h, const char *name, const struct xmlrpc_value *answer, int64_t asked)
{
	int64_t size = xmlrpc_get_int(xmlrpc_at(answer, 1));
	size_t raw_len;
	const char *raw = xmlrpc_get_text(xmlrpc_at(answer, 0), &raw_len);
	struct tail t = {.text = raw, .len = raw_len};
	struct tui_log *log = &h->model->logpane.log;
	unsigned source = tui_log_find_source(log, h, name);
	struct tui_source *s;
	size_t at = 0;

	if (source == TUI_LOG_NO_SOURCE)
		return;
	s = log->sources[source];
	t.bytes = t.len == 0 ? 0 : size < asked ? size : asked;
	restore(&t);
	if (size < s->offset)
		tui_log_rotated(log, source);
	/* The answer holds the last bytes of the file, whether they are new or not; or nothing, when none is new. */
	if (s->offset >= 0 && size - s->offset < t.bytes) {
		at = find_new(&t, size - s->offset, &s->known);
		t.bytes = size - s->offset;
	} else if (s->offset >= 0 && s->begun && size - s->offset > t.bytes)
		tui_log_skipped(log, source, h->model->now, size - s->offset - t.bytes);
	if (s->begun)
		tui_log_add(log, source, h->model->now, size - t.bytes, t.text + at, t.len - at);
	else
		tui_log_add_tail(log, source, 0, size - t.bytes, t.text + at, t.len - at);
	s->offset = size;
	if (raw_len > 0)
		remember(s, raw, raw_len);
	note_end(h, s);
	buf_release(&t.restored);
}

void
tui_feed_tail_refused(struct tui_host *h, const char *name)
{
	const struct tui_log *log = &h->model->logpane.log;
	unsigned source = tui_log_find_source(log, h, name);

	if (source != TUI_LOG_NO_SOURCE)
		note_end(h, log->sources[source]);
}

/* Behind the last place in text where what was known stands; NULL: nowhere. */
static const char *
behind_known(const struct buf *known, const char *text, size_t len)
{
	for (size_t i = len; known->len > 0 && i >= known->len; i--)
		if (ends_with_known(known, text, i))
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
	remember(s, text, len);
}
