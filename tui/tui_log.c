/* tui_log.c: see tui_log.h. */
#include "autoconf.h"

#include "tui/tui_log.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

/* Lines of another host that are newer than one that comes are passed over by it; so many, and so much newer. */
#define SETTLE_LINES 256
#define SETTLE_SECONDS 5.0

/* Freed with the last of its users: its lines, and the log while it fills it. */
struct tui_log_chunk {
	size_t users;
	uint32_t size;
	uint32_t used;
	char data[];
};

/* Text */

static struct tui_log_chunk *
new_chunk(struct tui_log *log, size_t len)
{
	size_t size = len > TUI_LOG_CHUNK ? len : TUI_LOG_CHUNK;
	struct tui_log_chunk *chunk = xmalloc(sizeof(*chunk) + size);

	*chunk = (struct tui_log_chunk){.users = 1, .size = (uint32_t)size};
	log->bytes += sizeof(*chunk) + size;
	return chunk;
}

static void
leave_chunk(struct tui_log *log, struct tui_log_chunk *chunk)
{
	if (chunk == NULL || --chunk->users > 0)
		return;
	log->bytes -= sizeof(*chunk) + chunk->size;
	free(chunk);
}

static void
store(struct tui_log *log, struct tui_log_entry *e, const char *text, size_t len)
{
	if (log->fill == NULL || log->fill->size - log->fill->used < len) {
		leave_chunk(log, log->fill);
		log->fill = new_chunk(log, len);
	}
	e->chunk = log->fill;
	e->at = log->fill->used;
	e->len = (uint32_t)len;
	if (len > 0)
		memcpy(log->fill->data + e->at, text, len);
	log->fill->used += (uint32_t)len;
	log->fill->users++;
}

/* The ring */

static struct tui_log_entry *
entry_at(const struct tui_log *log, size_t i)
{
	return &log->lines[(log->head + i) & (log->cap - 1)];
}

static struct tui_source *
source_of(const struct tui_log *log, unsigned source)
{
	return source < log->nsources ? log->sources[source] : NULL;
}

static void
grow(struct tui_log *log)
{
	size_t cap = log->cap == 0 ? 256 : log->cap * 2;
	struct tui_log_entry *lines = xreallocarray(NULL, cap, sizeof(struct tui_log_entry));

	for (size_t i = 0; i < log->count; i++)
		lines[i] = *entry_at(log, i);
	free(log->lines);
	log->lines = lines;
	log->cap = cap;
	log->head = 0;
}

static void
count_line(struct tui_log *log, const struct tui_log_entry *e, int step)
{
	struct tui_source *s = source_of(log, e->source);

	if (s == NULL)
		return;
	s->lines += (size_t)(ptrdiff_t)step;
	if (e->kind == TUI_LOG_TEXT)
		s->texts += (size_t)(ptrdiff_t)step;
}

static void
drop_oldest(struct tui_log *log)
{
	struct tui_log_entry *e = entry_at(log, 0);
	struct tui_source *s = source_of(log, e->source);

	if (e->chunk == NULL && s != NULL)
		buf_clear(&s->open); /* the rest of that line begins a new one */
	if (s != NULL)
		s->dropped = true;
	leave_chunk(log, e->chunk);
	count_line(log, e, -1);
	log->head = (log->head + 1) & (log->cap - 1);
	log->count--;
	log->first++;
	log->dropped++;
}

static void
limit(struct tui_log *log)
{
	while (log->count > 1 && (log->count > log->max_lines || log->bytes > log->max_bytes))
		drop_oldest(log);
}

static void
move_entry(struct tui_log *log, size_t to, size_t from)
{
	struct tui_log_entry *e = entry_at(log, to);
	struct tui_source *s;

	*e = *entry_at(log, from);
	s = source_of(log, e->source);
	if (e->chunk == NULL && s != NULL)
		s->open_serial = log->first + to;
}

/* The newest line goes to where its time belongs, among lines of other hosts: each host's own order is kept. */
static size_t
settle(struct tui_log *log)
{
	size_t at = log->count - 1;
	struct tui_log_entry e = *entry_at(log, at);
	const struct tui_source *own = source_of(log, e.source), *other;

	while (at > 0 && log->count - at < SETTLE_LINES) {
		const struct tui_log_entry *before = entry_at(log, at - 1);

		other = source_of(log, before->source);
		if (before->time <= e.time || before->time - e.time > SETTLE_SECONDS || other == NULL ||
		    other->host == own->host)
			break;
		move_entry(log, at, at - 1);
		at--;
	}
	*entry_at(log, at) = e;
	return at;
}

static uint64_t
append(struct tui_log *log, const struct tui_log_entry *e)
{
	size_t at;

	if (log->count == log->cap)
		grow(log);
	if (e->kind == TUI_LOG_TEXT && e->time <= 0) {
		log->unordered = true;
		log->past_end += !log->past_closed && log->past_end == tui_log_end(log);
	}
	*entry_at(log, log->count++) = *e;
	count_line(log, e, 1);
	at = log->count - 1;
	if (log->many_hosts && e->time > 0 && e->source != TUI_LOG_NO_SOURCE)
		at = settle(log);
	return log->first + at;
}

/* The log */

void
tui_log_init(struct tui_log *log, size_t max_lines, size_t max_bytes)
{
	*log = (struct tui_log){
	    .max_lines = max_lines,
	    .max_bytes = max_bytes,
	    .first = TUI_LOG_ORIGIN,
	    .past_end = TUI_LOG_ORIGIN,
	};
}

void
tui_log_clear(struct tui_log *log)
{
	while (log->count > 0)
		drop_oldest(log);
	leave_chunk(log, log->fill);
	log->fill = NULL;
	log->past_end = log->first;
	log->past_closed = log->unordered = false;
}

struct tui_source **
tui_log_take_sources(struct tui_log *log, size_t *n)
{
	struct tui_source **sources = log->sources;

	tui_log_clear(log);
	*n = log->nsources;
	log->sources = NULL;
	log->nsources = 0;
	log->many_hosts = false;
	return sources;
}

void
tui_log_release(struct tui_log *log)
{
	size_t n;
	struct tui_source **sources = tui_log_take_sources(log, &n);

	while (n > 0)
		tui_source_free(sources[--n]);
	free(sources);
	free(log->lines);
	log->lines = NULL;
	log->cap = 0;
}

static unsigned
free_slot(struct tui_log *log)
{
	for (size_t i = 0; i < log->nsources; i++)
		if (!log->sources[i]->followed && log->sources[i]->lines == 0) {
			tui_source_free(log->sources[i]);
			return (unsigned)i;
		}
	if (log->nsources == TUI_LOG_SOURCES)
		return TUI_LOG_NO_SOURCE;
	log->sources = xreallocarray(log->sources, log->nsources + 1, sizeof(struct tui_source *));
	return (unsigned)log->nsources++;
}

unsigned
tui_log_put_source(struct tui_log *log, struct tui_host *host, const char *key, enum channel channel)
{
	unsigned slot;

	for (size_t i = 0; i < log->nsources; i++) {
		const struct tui_source *s = log->sources[i];

		if (s->channel == channel && tui_source_is_of(s, host, key))
			return (unsigned)i;
		log->many_hosts |= s->host != host;
	}
	slot = free_slot(log);
	if (slot != TUI_LOG_NO_SOURCE)
		log->sources[slot] = tui_source_new(host, key, channel);
	return slot;
}

unsigned
tui_log_find_source(const struct tui_log *log, const struct tui_host *host, const char *name)
{
	for (size_t i = 0; i < log->nsources; i++) {
		const struct tui_source *s = log->sources[i];

		if (s->followed && s->host == host && strcmp(s->name, name) == 0)
			return (unsigned)i;
	}
	return TUI_LOG_NO_SOURCE;
}

bool
tui_log_is_full(const struct tui_log *log)
{
	return log->count >= log->max_lines || log->bytes + TUI_LOG_CHUNK > log->max_bytes;
}

void
tui_log_hold(struct tui_log *log, bool held, double now)
{
	bool let_go = log->held && !held;

	log->held = held;
	for (size_t i = 0; let_go && i < log->nsources; i++) {
		int64_t passed = log->sources[i]->passed;

		log->sources[i]->passed = 0;
		if (passed > 0)
			tui_log_skipped(log, (unsigned)i, now, passed);
	}
}

void
tui_log_resume(struct tui_log *log)
{
	for (size_t i = 0; i < log->nsources; i++)
		log->sources[i]->resuming = true;
}

uint64_t
tui_log_end(const struct tui_log *log)
{
	return log->first + log->count;
}

bool
tui_log_get(const struct tui_log *log, uint64_t serial, struct tui_log_line *line)
{
	const struct tui_log_entry *e;
	const struct tui_source *s;

	if (serial < log->first || serial >= tui_log_end(log))
		return false;
	e = entry_at(log, (size_t)(serial - log->first));
	*line = (struct tui_log_line){
	    .text = e->chunk == NULL ? "" : e->chunk->data + e->at,
	    .len = e->len,
	    .time = e->time,
	    .offset = e->offset,
	    .kind = (enum tui_log_kind)e->kind,
	    .rank = (enum tui_log_rank)e->rank,
	    .source = e->source,
	};
	s = source_of(log, e->source);
	if (e->chunk == NULL && s != NULL) {
		line->text = buf_str(&s->open);
		line->len = s->open.len;
	}
	return true;
}

static struct tui_log_entry
entry_of(const struct tui_log_line *line)
{
	return (struct tui_log_entry){
	    .time = line->time,
	    .offset = line->offset,
	    .source = (uint16_t)line->source,
	    .kind = (uint8_t)line->kind,
	    .rank = (uint8_t)line->rank,
	};
}

void
tui_log_push(struct tui_log *log, const struct tui_log_line *line)
{
	struct tui_log_entry e = entry_of(line);

	store(log, &e, line->text, line->len);
	append(log, &e);
	limit(log);
}

uint64_t
tui_log_push_open(struct tui_log *log, unsigned source, double time, int64_t offset)
{
	struct tui_log_entry e = {
	    .time = time, .offset = offset, .source = (uint16_t)source, .kind = TUI_LOG_TEXT};
	uint64_t serial = append(log, &e);

	limit(log);
	return serial;
}

void
tui_log_close(struct tui_log *log, uint64_t serial, const char *text, size_t len)
{
	store(log, entry_at(log, (size_t)(serial - log->first)), text, len);
	limit(log);
}

bool
tui_log_push_front(struct tui_log *log, const struct tui_log_line *line)
{
	struct tui_log_entry e = entry_of(line);
	bool fits = log->fill != NULL && log->fill->size - log->fill->used >= line->len;

	if (log->count >= log->max_lines + (line->kind == TUI_LOG_NOTE ? 1 : 0) ||
	    (!fits && log->bytes + TUI_LOG_CHUNK > log->max_bytes))
		return false;
	if (log->count == log->cap)
		grow(log);
	store(log, &e, line->text, line->len);
	log->head = (log->head + log->cap - 1) & (log->cap - 1);
	log->count++;
	log->first--;
	*entry_at(log, 0) = e;
	count_line(log, &e, 1);
	log->unordered |= line->kind == TUI_LOG_TEXT;
	return true;
}

bool
tui_log_insert_note(struct tui_log *log, uint64_t serial, unsigned source, double time, const char *text)
{
	const struct tui_log_line note = {
	    .text = text,
	    .len = strlen(text),
	    .time = time,
	    .offset = -1,
	    .kind = TUI_LOG_NOTE,
	    .source = source,
	};
	struct tui_log_entry e;
	size_t at;

	if (serial < log->first || serial > tui_log_end(log) || log->count >= log->max_lines ||
	    !tui_log_push_front(log, &note))
		return false;
	e = *entry_at(log, 0);
	/* first is one less now: what was before `serial` moves down into the gap. */
	at = (size_t)(serial - 1 - log->first);
	for (size_t i = 0; i < at; i++)
		move_entry(log, i, i + 1);
	*entry_at(log, at) = e;
	if (serial > log->past_end)
		log->past_end--;
	return true;
}

bool
tui_log_has_room(const struct tui_log *log, size_t notes)
{
	return log->count + notes <= log->max_lines && log->bytes + TUI_LOG_CHUNK <= log->max_bytes;
}

void
tui_log_set_rank(struct tui_log *log, uint64_t serial, enum tui_log_rank rank)
{
	if (serial >= log->first && serial < tui_log_end(log))
		entry_at(log, (size_t)(serial - log->first))->rank = (uint8_t)rank;
}

static struct tui_log_entry
place_line(struct tui_log *log, const struct tui_log_placed *line)
{
	struct tui_log_entry e = {.offset = -1, .source = (uint16_t)line->source, .kind = TUI_LOG_NOTE};

	if (line->serial == 0) {
		store(log, &e, line->text, strlen(line->text));
		count_line(log, &e, 1);
	} else {
		struct tui_log_entry *old = entry_at(log, (size_t)(line->serial - log->first));

		e = *old;
		old->rank = TUI_RANK_TEXT; /* it stays */
	}
	e.time = line->time;
	e.rank = (uint8_t)line->rank;
	return e;
}

static void
drop_old_seams(struct tui_log *log, size_t lines)
{
	for (size_t i = 0; i < lines; i++) {
		const struct tui_log_entry *e = entry_at(log, i);

		if (e->rank != TUI_RANK_SEAM)
			continue;
		leave_chunk(log, e->chunk);
		count_line(log, e, -1);
	}
}

void
tui_log_place_past(struct tui_log *log, const struct tui_log_placed *lines, size_t n, uint64_t limit,
		   size_t since)
{
	struct tui_log_entry *placed = xreallocarray(NULL, n + 1, sizeof(struct tui_log_entry));
	size_t old = (size_t)(limit - log->first);

	for (size_t i = 0; i < n; i++)
		placed[i] = place_line(log, &lines[i]);
	drop_old_seams(log, old);
	while (log->count - old + n > log->cap)
		grow(log);
	log->head = (log->head + old + log->cap - n) & (log->cap - 1);
	log->count = log->count - old + n;
	log->first = log->first + old - n;
	for (size_t i = 0; i < n; i++) {
		struct tui_source *s = source_of(log, placed[i].source);

		*entry_at(log, i) = placed[i];
		if (placed[i].chunk == NULL && s != NULL)
			s->open_serial = log->first + i;
	}
	log->past_end = limit - since;
	free(placed);
}

/* What was found last is still the oldest when nothing has come in front of it since. */
static bool
is_oldest_still(const struct tui_log *log, unsigned source)
{
	const struct tui_source *s = log->sources[source];
	const struct tui_log_entry *e;

	if (s->oldest < log->first || s->oldest >= tui_log_end(log) || log->first < s->oldest_first)
		return false;
	e = entry_at(log, (size_t)(s->oldest - log->first));
	return e->source == source && e->kind == TUI_LOG_TEXT && e->offset == s->oldest_offset &&
	       e->offset >= 0;
}

bool
tui_log_oldest(const struct tui_log *log, unsigned source, uint64_t *serial)
{
	struct tui_source *s = log->sources[source];

	if (s->texts == 0)
		return false;
	for (size_t i = is_oldest_still(log, source) ? (size_t)(s->oldest - log->first) : 0; i < log->count;
	     i++) {
		const struct tui_log_entry *e = entry_at(log, i);

		if (e->source == source && e->kind == TUI_LOG_TEXT) {
			*serial = s->oldest = log->first + i;
			s->oldest_offset = e->offset;
			s->oldest_first = log->first;
			return true;
		}
	}
	return false;
}

bool
tui_log_find_note(const struct tui_log *log, uint64_t from, int step, uint64_t *found)
{
	struct tui_log_line line;

	for (uint64_t at = from; tui_log_get(log, at, &line); at += (uint64_t)(int64_t)step) {
		if (line.kind == TUI_LOG_NOTE && line.rank != TUI_RANK_SEAM) {
			*found = at;
			return true;
		}
	}
	return false;
}
