/*
 * history.c: the ring of transitions.
 *
 * A record points to its name, its error text and its caller, which are counted references in tables of texts; a name
 * also knows its newest record, and a record the one before it with the same name, so that the history of one
 * process is a chain and nobody walks the ring. A number that has left the ring ends a chain.
 */
#include "autoconf.h"

#include "core/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/xmalloc.h"
#include "core/process_table.h"

#define KEY_MAX (2 * HISTORY_NAME_MAX + 2)

/* A name, an error text or a caller. */
struct text {
	unsigned refs;
	uint64_t newest; /* of a name: number of its newest record */
	char *group;     /* or the text */
	char *name;
};

struct record {
	uint64_t process;
	uint64_t before; /* the record before it with the same name, 0: none */
	struct text *subject;
	struct text *spawnerr; /* NULL: none */
	struct text *who;      /* the same */
	wall_us time, start, stop, next_try;
	uint64_t starts, lost_bytes;
	int64_t tries;
	int64_t log_total[NCHANNELS];
	int32_t pid, exitstatus, signal;
	uint8_t kind, from, to, cause;
	bool failed;
};

struct history {
	struct record *ring;
	size_t capacity;
	uint64_t newest;
	uint64_t first;    /* number of the first record that was ever in this ring */
	struct map *names; /* "group:name" -> struct text */
	struct map *errors;
	struct map *callers;
};

struct history *
history_new(size_t capacity)
{
	struct history *h = xcalloc(1, sizeof(*h));

	h->capacity = capacity > 0 ? capacity : 1;
	h->ring = xcalloc(h->capacity, sizeof(*h->ring));
	h->first = 1;
	h->names = map_new();
	h->errors = map_new();
	h->callers = map_new();
	return h;
}

static void
free_texts(struct map *texts)
{
	size_t pos = 0;
	void *value;

	while (map_next(texts, &pos, NULL, &value)) {
		struct text *t = value;

		free(t->group);
		free(t->name);
		free(t);
	}
	map_free(texts);
}

void
history_free(struct history *h)
{
	if (h == NULL)
		return;
	free_texts(h->names);
	free_texts(h->errors);
	free_texts(h->callers);
	free(h->ring);
	free(h);
}

/* name is NULL for a text. */
static void
make_key(char key[KEY_MAX], const char *group, const char *name)
{
	snprintf(key, KEY_MAX, "%.*s%s%.*s", HISTORY_NAME_MAX, group, name != NULL ? ":" : "",
		 HISTORY_NAME_MAX, name != NULL ? name : "");
}

static struct text *
take(struct map *texts, const char *group, const char *name)
{
	char key[KEY_MAX];
	struct text *t;

	make_key(key, group, name);
	t = map_get(texts, key);
	if (t == NULL) {
		t = xcalloc(1, sizeof(*t));
		t->group = xstrndup(group, HISTORY_NAME_MAX);
		t->name = name != NULL ? xstrndup(name, HISTORY_NAME_MAX) : NULL;
		map_put(texts, key, t);
	}
	t->refs++;
	return t;
}

static void
drop(struct map *texts, struct text *t)
{
	char key[KEY_MAX];

	if (t == NULL || --t->refs > 0)
		return;
	make_key(key, t->group, t->name);
	map_del(texts, key);
	free(t->group);
	free(t->name);
	free(t);
}

static struct text *
take_text(struct map *texts, const char *s)
{
	return s != NULL && s[0] != '\0' ? take(texts, s, NULL) : NULL;
}

static const char *
text_of(const struct text *t)
{
	return t != NULL ? t->group : "";
}

static struct record *
slot(const struct history *h, uint64_t seq)
{
	return &h->ring[(seq - 1) % h->capacity];
}

uint64_t
history_newest(const struct history *h)
{
	return h->newest;
}

uint64_t
history_oldest(const struct history *h)
{
	uint64_t oldest = h->newest >= h->capacity ? h->newest - h->capacity + 1 : 1;

	return oldest > h->first ? oldest : h->first;
}

static bool
is_there(const struct history *h, uint64_t seq)
{
	return seq >= history_oldest(h) && seq <= h->newest;
}

uint64_t
history_append(struct history *h, const struct history_record *r)
{
	uint64_t seq = h->newest + 1;
	struct record *s = slot(h, seq);
	/* Before what leaves is dropped: it may have the same texts, and r may be borrowed from it. */
	struct record added = {
	    .process = r->process,
	    .subject = take(h->names, r->group, r->name),
	    .spawnerr = take_text(h->errors, r->spawnerr),
	    .who = take_text(h->callers, r->who),
	    .time = r->time,
	    .start = r->start,
	    .stop = r->stop,
	    .next_try = r->next_try,
	    .starts = r->starts,
	    .lost_bytes = r->lost_bytes,
	    .tries = r->tries,
	    .pid = r->pid,
	    .exitstatus = r->exitstatus,
	    .signal = r->signal,
	    .kind = (uint8_t)r->kind,
	    .from = (uint8_t)r->from,
	    .to = (uint8_t)r->to,
	    .cause = (uint8_t)r->cause,
	    .failed = r->failed,
	    .log_total = {r->log_total[CHANNEL_STDOUT], r->log_total[CHANNEL_STDERR]},
	};

	added.before = added.subject->newest;
	added.subject->newest = seq;
	if (s->subject != NULL) {
		drop(h->names, s->subject);
		drop(h->errors, s->spawnerr);
		drop(h->callers, s->who);
	}
	*s = added;
	h->newest = seq;
	return seq;
}

void
history_describe(struct history_record *r, enum history_kind kind, const struct process *p,
		 const struct now *now)
{
	*r = (struct history_record){
	    .kind = kind,
	    .process = p->id,
	    .group = p->group->name,
	    .name = p->name,
	    .spawnerr = p->spawnerr != NULL ? p->spawnerr : "",
	    .who = p->cause == CAUSE_REQUEST && p->who != NULL ? p->who : "",
	    .time = now->wall,
	    .start = p->laststart,
	    .stop = p->laststop,
	    .next_try = process_next_try(p, now),
	    .tries = p->backoff,
	    .starts = p->starts,
	    .lost_bytes = process_lost_bytes(p),
	    .pid = p->pid,
	    .exitstatus = p->last_exit,
	    .signal = p->termsignal,
	    .from = p->state,
	    .to = p->state,
	    .cause = p->cause,
	    .failed = p->failed,
	};

	for (int channel = 0; channel < NCHANNELS; channel++)
		r->log_total[channel] = log_place_total(&p->log_place[channel]);
}

bool
history_get(const struct history *h, uint64_t seq, struct history_record *r)
{
	const struct record *s;

	if (!is_there(h, seq))
		return false;
	s = slot(h, seq);
	*r = (struct history_record){
	    .seq = seq,
	    .process = s->process,
	    .group = s->subject->group,
	    .name = s->subject->name,
	    .spawnerr = text_of(s->spawnerr),
	    .who = text_of(s->who),
	    .time = s->time,
	    .start = s->start,
	    .stop = s->stop,
	    .next_try = s->next_try,
	    .tries = s->tries,
	    .starts = s->starts,
	    .lost_bytes = s->lost_bytes,
	    .pid = s->pid,
	    .exitstatus = s->exitstatus,
	    .signal = s->signal,
	    .kind = (enum history_kind)s->kind,
	    .from = (enum process_state)s->from,
	    .to = (enum process_state)s->to,
	    .cause = (enum process_cause)s->cause,
	    .failed = s->failed,
	    .log_total = {s->log_total[CHANNEL_STDOUT], s->log_total[CHANNEL_STDERR]},
	};
	return true;
}

uint64_t
history_newest_of(const struct history *h, const char *group, const char *name)
{
	char key[KEY_MAX];
	const struct text *subject;

	make_key(key, group, name);
	subject = map_get(h->names, key);
	return subject != NULL ? subject->newest : 0;
}

uint64_t
history_before(const struct history *h, uint64_t seq)
{
	uint64_t before = is_there(h, seq) ? slot(h, seq)->before : 0;

	return is_there(h, before) ? before : 0;
}

bool
history_superseded(const struct history *h, uint64_t seq)
{
	return !is_there(h, seq) || slot(h, seq)->subject->newest != seq;
}

/*
 * Written out: a mark, the capacity, the number of the newest record, how many follow, then the records,
 * oldest first, as numbers in a fixed order and four texts with their lengths.
 */
static const char format_mark[8] = "cvhist3";

#define NNUMBERS 18

static void
put_number(struct buf *out, uint64_t n)
{
	buf_append(out, &n, sizeof(n));
}

static void
put_text(struct buf *out, const char *s)
{
	put_number(out, strlen(s));
	buf_puts(out, s);
}

static void
put_record(struct buf *out, const struct history_record *r)
{
	const uint64_t numbers[NNUMBERS] = {
	    r->process,
	    (uint64_t)r->time,
	    (uint64_t)r->start,
	    (uint64_t)r->stop,
	    (uint64_t)r->next_try,
	    (uint64_t)r->tries,
	    r->starts,
	    r->lost_bytes,
	    (uint64_t)r->pid,
	    (uint64_t)r->exitstatus,
	    (uint64_t)r->signal,
	    r->kind,
	    r->from,
	    r->to,
	    r->cause,
	    r->failed,
	    (uint64_t)r->log_total[CHANNEL_STDOUT],
	    (uint64_t)r->log_total[CHANNEL_STDERR],
	};

	buf_append(out, numbers, sizeof(numbers));
	put_text(out, r->group);
	put_text(out, r->name);
	put_text(out, r->spawnerr);
	put_text(out, r->who);
}

bool
history_write(const struct history *h, struct buf *out)
{
	struct history_record r;
	uint64_t seq = history_oldest(h);

	buf_append(out, format_mark, sizeof(format_mark));
	put_number(out, h->capacity);
	put_number(out, h->newest);
	put_number(out, h->newest + 1 - seq);
	for (; history_get(h, seq, &r); seq++)
		put_record(out, &r);
	return !out->failed;
}

struct reader {
	const char *data;
	size_t len;
	bool failed;
};

static void
get_bytes(struct reader *in, void *out, size_t len)
{
	if (in->failed || in->len < len) {
		in->failed = true;
		memset(out, 0, len);
		return;
	}
	memcpy(out, in->data, len);
	in->data += len;
	in->len -= len;
}

static uint64_t
get_number(struct reader *in)
{
	uint64_t n;

	get_bytes(in, &n, sizeof(n));
	return n;
}

static const char *
get_text(struct reader *in, char text[HISTORY_NAME_MAX + 1])
{
	uint64_t len = get_number(in);

	text[0] = '\0';
	if (len > HISTORY_NAME_MAX) {
		in->failed = true;
		return text;
	}
	get_bytes(in, text, len);
	text[len] = '\0';
	return text;
}

static void
get_record(struct reader *in, struct history *h)
{
	char group[HISTORY_NAME_MAX + 1], name[HISTORY_NAME_MAX + 1], spawnerr[HISTORY_NAME_MAX + 1],
	    who[HISTORY_NAME_MAX + 1];
	uint64_t n[NNUMBERS];
	struct history_record r;

	get_bytes(in, n, sizeof(n));
	r = (struct history_record){
	    .process = n[0],
	    .time = (wall_us)n[1],
	    .start = (wall_us)n[2],
	    .stop = (wall_us)n[3],
	    .next_try = (wall_us)n[4],
	    .tries = (int64_t)n[5],
	    .starts = n[6],
	    .lost_bytes = n[7],
	    .pid = (pid_t)n[8],
	    .exitstatus = (int)n[9],
	    .signal = (int)n[10],
	    .kind = (enum history_kind)n[11],
	    .from = (enum process_state)n[12],
	    .to = (enum process_state)n[13],
	    .cause = (enum process_cause)n[14],
	    .failed = n[15] != 0,
	    .log_total = {(int64_t)n[16], (int64_t)n[17]},
	    .group = get_text(in, group),
	    .name = get_text(in, name),
	    .spawnerr = get_text(in, spawnerr),
	    .who = get_text(in, who),
	};
	if (n[11] >= HISTORY_NKINDS || n[12] >= PROCESS_NSTATES || n[13] >= PROCESS_NSTATES ||
	    n[14] > CAUSE_EXIT || n[15] > 1)
		in->failed = true;
	if (!in->failed)
		history_append(h, &r);
}

struct history *
history_read(const char *data, size_t len, struct err *err)
{
	struct reader in = {.data = data, .len = len};
	char mark[sizeof(format_mark)];
	uint64_t capacity, newest, n;
	struct history *h;

	get_bytes(&in, mark, sizeof(mark));
	capacity = get_number(&in);
	newest = get_number(&in);
	n = get_number(&in);
	if (in.failed || memcmp(mark, format_mark, sizeof(mark)) != 0 || capacity == 0 ||
	    capacity > 1U << 24 || n > capacity || n > newest) {
		err_set(err, "not a history of this version");
		return NULL;
	}
	h = history_new((size_t)capacity);
	h->newest = newest - n;
	h->first = newest - n + 1;
	for (uint64_t i = 0; i < n && !in.failed; i++)
		get_record(&in, h);
	if (in.failed || in.len > 0) {
		err_set(err, "the history is damaged");
		history_free(h);
		return NULL;
	}
	return h;
}
