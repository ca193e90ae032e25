/* tui_past.c: see tui_past.h. */
#include "autoconf.h"

#include "tui/tui_past.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_logpane.h"

#define PIECE (128 * 1024)
#define PIECE_MAX (1024 * 1024) /* when it is known how far back it goes */
#define OVERLAP_MAX 128
/* So many are proof even where no line begins: the oldest line may be the rest of a very long one. */
#define OVERLAP_ENOUGH 16
/* By so many bytes the place of the seam may be wrong: U+FFFD stands for one byte or three, and XML has no CR before LF. */
#define SEAM_SLACK 16

/* The oldest line of a source. False: it has no text whose place is known. */
static bool
oldest_of(const struct tui_model *m, unsigned source, uint64_t *serial, struct tui_log_line *oldest)
{
	const struct tui_log *log = &m->logpane.log;

	return source < log->nsources && tui_log_oldest(log, source, serial) &&
	       tui_log_get(log, *serial, oldest) && oldest->offset >= 0;
}

static bool
is_alone(const struct tui_model *m)
{
	return tui_show_source(m) != TUI_LOG_NO_SOURCE;
}

/* Asking */

/* Bytes of the oldest line that are as long in the file as they are here. */
static int64_t
overlap_of(const struct tui_log_line *oldest)
{
	size_t n = 0;

	while (n < oldest->len && n < OVERLAP_MAX && (unsigned char)oldest->text[n] < 0x80)
		n++;
	return (int64_t)n;
}

static struct xmlrpc_value *
number(int64_t n)
{
	return n <= INT32_MAX ? xmlrpc_int((int)n) : xmlrpc_double((double)n);
}

static void
ask(struct tui_model *m, unsigned source, const struct tui_log_line *oldest)
{
	struct tui_source *s = m->logpane.log.sources[source];
	struct tui_past_wish *w = &m->logpane.wish;
	struct xmlrpc_value *params = xmlrpc_array();
	int64_t size = w->to_offset ? oldest->offset - w->offset + 4096 : 0;
	const char *method = "supervisor.readLog";

	size = size < PIECE ? PIECE : size > PIECE_MAX ? PIECE_MAX : size;
	w->from = oldest->offset > size ? oldest->offset - size : 0;
	w->overlap = overlap_of(oldest);
	w->at = oldest->offset;
	if (!tui_source_is_main(s)) {
		method = s->channel == CHANNEL_STDOUT ? "supervisor.readProcessStdoutLog"
						      : "supervisor.readProcessStderrLog";
		xmlrpc_append(params, xmlrpc_string(s->key));
	}
	xmlrpc_append(params, number(w->from));
	xmlrpc_append(params, number(oldest->offset + w->overlap - w->from));
	w->ticket = ++m->tickets;
	w->asked = source;
	s->past = PAST_ASKED;
	tui_request_call(s->host, TAG_PAST, w->ticket, method, params);
}

static void
note_above(struct tui_model *m, unsigned source, const char *text)
{
	tui_log_push_front(&m->logpane.log, &(struct tui_log_line){
						.text = text,
						.len = strlen(text),
						.offset = -1,
						.kind = TUI_LOG_NOTE,
						.rank = TUI_RANK_TOP,
						.source = source,
					    });
	if (m->logpane.wish.to_begin)
		tui_logpane_first(&m->logpane);
}

/* Above the lines of one log among several. */
static void
note_among(struct tui_model *m, unsigned source, const char *text)
{
	const struct tui_source *s = m->logpane.log.sources[source];
	struct tui_log_line oldest;
	uint64_t serial;
	char *note;

	if (!oldest_of(m, source, &serial, &oldest))
		return;
	note = xasprintf("%s %s: %s", s->label, channel_name(s->channel), text);
	tui_logpane_insert_note(&m->logpane, serial, source, oldest.time, note);
	free(note);
}

/* Nothing more is read of this log. Of one among several it is said where its lines begin, unless they are all that there
   are. */
static void
end_past(struct tui_model *m, unsigned source, enum tui_past past, const char *why)
{
	struct tui_past_wish *w = &m->logpane.wish;

	m->logpane.log.sources[source]->past = past;
	if (w->source == source)
		w->to_offset = false;
	if (!is_alone(m)) {
		if (past != PAST_BEGIN)
			note_among(m, source, why);
		return;
	}
	note_above(m, source, why);
	w->to_begin = w->to_offset = false;
}

/* No log has room for more. */
static void
end_all(struct tui_model *m, const char *why)
{
	struct tui_log *log = &m->logpane.log;

	for (size_t i = 0; i < log->nsources; i++)
		if (log->sources[i]->past == PAST_UNKNOWN)
			log->sources[i]->past = PAST_FULL;
	if (why != NULL)
		note_above(m, is_alone(m) ? tui_show_source(m) : TUI_LOG_NO_SOURCE, why);
	m->logpane.wish.to_begin = m->logpane.wish.to_offset = false;
}

/* What is wanted next */

struct next {
	/* Of those with more above: the one whose oldest line is the lowest; TUI_LOG_NO_SOURCE: none. */
	unsigned source;
	uint64_t serial; /* of that line */
	struct tui_log_line oldest;
	bool waiting; /* for an answer */
	bool dropped; /* lines went that nobody brings back */
	bool begun;   /* there are logs, and all are there from their beginnings */
};

static struct next
find_next(const struct tui_model *m)
{
	const struct tui_log *log = &m->logpane.log;
	struct next next = {.source = TUI_LOG_NO_SOURCE};
	bool others = false;

	for (unsigned i = 0; i < log->nsources; i++) {
		const struct tui_source *s = log->sources[i];
		struct tui_log_line oldest;
		uint64_t serial;

		if (!s->followed)
			continue;
		next.waiting |= s->past == PAST_ASKED;
		next.dropped |= s->dropped;
		next.begun |= s->past == PAST_BEGIN;
		others |= s->past != PAST_BEGIN && s->texts > 0;
		if (s->past != PAST_UNKNOWN || !tui_host_is_up(s->host) ||
		    !oldest_of(m, i, &serial, &oldest) ||
		    (next.source != TUI_LOG_NO_SOURCE && serial < next.serial))
			continue;
		next.source = i;
		next.serial = serial;
		next.oldest = oldest;
	}
	next.begun &= !others;
	return next;
}

static bool
is_near(const struct tui_model *m, uint64_t serial)
{
	const struct tui_logpane *p = &m->logpane;

	return !p->follow && p->height > 0 &&
	       tui_logpane_position(p).serial < serial + (uint64_t)p->height * 3;
}

/* Reads on in one log. False: something was found out without a question, and there may be another. */
static bool
read_on(struct tui_model *m, unsigned source, const struct tui_log_line *oldest)
{
	struct tui_source *s = m->logpane.log.sources[source];

	if (oldest->offset > INT32_MAX && s->host->polled)
		end_past(m, source, PAST_LOST, "what is above is too far in the file for this daemon");
	else if (oldest->offset > 0) {
		ask(m, source, oldest);
		return true;
	} else
		end_past(m, source, PAST_BEGIN, "the file begins here");
	return false;
}

/* Somebody waits for a place in one log: that is the next one. False: it cannot be had any more. */
static bool
take_wanted(const struct tui_model *m, struct next *next)
{
	unsigned source = m->logpane.wish.source;
	const struct tui_source *s = m->logpane.log.sources[source];

	next->source = tui_host_is_up(s->host) ? source : TUI_LOG_NO_SOURCE;
	return s->past == PAST_UNKNOWN && s->followed && oldest_of(m, source, &next->serial, &next->oldest);
}

/* False: there may be more to be done. */
static bool
settle_one(struct tui_model *m)
{
	struct tui_past_wish *w = &m->logpane.wish;
	struct next next = find_next(m);

	if (next.waiting)
		return true;
	if (w->to_offset && !take_wanted(m, &next)) {
		w->to_offset = false;
		return false;
	}
	if (next.source == TUI_LOG_NO_SOURCE) {
		w->to_begin = false;
		return true;
	}
	if (!w->to_offset && !w->to_begin && !is_near(m, next.serial))
		return true;
	if (next.dropped) {
		end_all(m, NULL);
		return true;
	}
	if (read_on(m, next.source, &next.oldest))
		return true;
	if (!is_alone(m) && find_next(m).begun)
		note_above(m, TUI_LOG_NO_SOURCE, "the files begin here");
	return false;
}

void
tui_past_settle(struct tui_model *m)
{
	struct tui_logpane *p = &m->logpane;

	/* Who moves away from the beginning does not want to go there any more. */
	if (p->wish.to_begin && (p->follow || tui_logpane_position(p).serial != p->log.first))
		p->wish.to_begin = false;
	if (p->follow && !p->wish.to_offset)
		return;
	while (!settle_one(m))
		;
}

void
tui_past_first(struct tui_model *m)
{
	m->logpane.wish.to_begin = true;
	tui_logpane_first(&m->logpane);
}

bool
tui_past_has(const struct tui_model *m, unsigned source, int64_t offset)
{
	struct tui_log_line oldest;
	uint64_t serial;

	return oldest_of(m, source, &serial, &oldest) && oldest.offset <= offset;
}

bool
tui_past_want(struct tui_model *m, unsigned source, int64_t offset)
{
	struct tui_past_wish *w = &m->logpane.wish;
	const struct tui_source *s = m->logpane.log.sources[source];
	struct tui_log_line oldest;
	uint64_t serial;

	if (!oldest_of(m, source, &serial, &oldest) || (s->past != PAST_UNKNOWN && s->past != PAST_ASKED) ||
	    s->dropped) {
		tui_message(m, LOOK_WARN,
			    s->past == PAST_LOST ? "that is not in the file any more: it was rotated"
						 : "that is further back than the log can be shown here");
		return false;
	}
	w->to_offset = true;
	w->source = source;
	w->offset = offset;
	return true;
}

/* Answers */

/* Does the text at `at` begin with what is there already, at the beginning of a line? */
static bool
is_seam(const char *text, size_t len, size_t at, const struct tui_log_line *oldest, size_t overlap)
{
	return at > 0 && at <= len && (text[at - 1] == '\n' || overlap > OVERLAP_ENOUGH) &&
	       len - at >= overlap && memcmp(text + at, oldest->text, overlap) == 0;
}

/* Where what is there already begins in the text; 0: nowhere. */
static size_t
find_seam(const char *text, size_t len, const struct tui_log_line *oldest, size_t overlap)
{
	size_t expected = len >= overlap ? len - overlap : 0;

	for (size_t d = 0; d <= SEAM_SLACK; d++) {
		if (expected >= d && is_seam(text, len, expected - d, oldest, overlap))
			return expected - d;
		if (is_seam(text, len, expected + d, oldest, overlap))
			return expected + d;
	}
	return 0;
}

struct start {
	size_t at;
	int64_t offset;
};

/* Where lines begin in text, and which place that is in the file. from: of its first byte; size: what all of it takes
   there. */
static struct start *
find_starts(const char *text, size_t len, int64_t from, int64_t size, size_t *n)
{
	int64_t newlines = 0, lost;
	struct start *starts;
	size_t at = 0, cap = 1;

	for (size_t i = 0; i < len; i++)
		newlines += text[i] == '\n';
	cap += (size_t)newlines;
	starts = xreallocarray(NULL, cap, sizeof(struct start));
	lost = size - tui_source_file_bytes(text, len) == newlines ? 1 : 0;
	for (*n = 0; at < len; (*n)++) {
		const char *newline = memchr(text + at, '\n', len - at);
		size_t end = newline == NULL ? len : (size_t)(newline - text) + 1;

		starts[*n] = (struct start){.at = at, .offset = from};
		from += tui_source_file_bytes(text + at, end - at) + (newline != NULL ? lost : 0);
		at = end;
	}
	return starts;
}

/* A line in front; one that is too long goes in pieces. */
static bool
put_in_front(struct tui_log *log, unsigned source, int64_t offset, const char *text, size_t len)
{
	if (len > 0 && text[len - 1] == '\n')
		len--;
	if (len > 0 && text[len - 1] == '\r')
		len--;
	do {
		size_t n = len % (TUI_LOG_LINE_MAX - 1);

		n = n == 0 && len > 0 ? TUI_LOG_LINE_MAX - 1 : n;
		len -= n;
		if (!tui_log_push_front(log, &(struct tui_log_line){
						 .text = text + len,
						 .len = n,
						 .offset = len == 0 ? offset : -1,
						 .source = source,
					     }))
			return false;
	} while (len > 0);
	return true;
}

/* False: the log is full. */
static bool
prepend(struct tui_model *m, unsigned source, const char *text, size_t len, int64_t from, int64_t size)
{
	struct tui_log *log = &m->logpane.log;
	struct start *starts;
	size_t n, first, i;

	starts = find_starts(text, len, from, size, &n);
	/* What is left of a line at the beginning is read with the next piece. */
	first = from > 0 && n > 1 ? 1 : 0;
	for (i = n; i > first; i--) {
		size_t end = i == n ? len : starts[i].at;

		if (!put_in_front(log, source, starts[i - 1].offset, text + starts[i - 1].at,
				  end - starts[i - 1].at))
			break;
	}
	free(starts);
	return i == first;
}

void
tui_past_reply(struct tui_host *h, unsigned ticket, const struct xmlrpc_value *value, const char *fault)
{
	struct tui_model *m = h->model;
	struct tui_past_wish *w = &m->logpane.wish;
	unsigned source = w->asked;
	struct tui_log_line oldest;
	struct tui_source *s;
	uint64_t serial;
	size_t seam, len;
	const char *text;

	if (ticket != w->ticket || !oldest_of(m, source, &serial, &oldest) ||
	    (s = m->logpane.log.sources[source])->past != PAST_ASKED)
		return;
	if (value == NULL) {
		char *why = xasprintf("what is above cannot be read: %s", fault);

		end_past(m, source, PAST_LOST, why);
		free(why);
		return;
	}
	/* The view was cleared, or has dropped what it began with: the question was about another line. */
	if (oldest.offset != w->at || oldest.len < (size_t)w->overlap) {
		s->past = PAST_UNKNOWN;
		return;
	}
	text = xmlrpc_get_text(value, &len);
	seam = find_seam(text, len, &oldest, (size_t)w->overlap);
	if (seam == 0) {
		end_past(m, source, PAST_LOST, "the file is another one now: what was above is not in it");
		return;
	}
	s->past = PAST_UNKNOWN;
	if (!prepend(m, source, text, seam, w->from, oldest.offset - w->from)) {
		end_all(m, is_alone(m) ? "there is more above in the file, and no room for it here"
				       : "there is more above in the files, and no room for it here");
		return;
	}
	if (w->to_begin)
		tui_logpane_first(&m->logpane);
	if (w->to_offset && tui_past_has(m, w->source, w->offset))
		w->to_offset = false;
}
