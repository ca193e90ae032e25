/* tui_log.c: see tui_log.h. */
#include "autoconf.h"

#include "tui/tui_log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_sanitize.h"

void
tui_log_init(struct tui_log *log, size_t max_lines, size_t max_bytes)
{
	*log = (struct tui_log){.max_lines = max_lines, .max_bytes = max_bytes, .offset = -1};
	buf_init(&log->open, TUI_LOG_LINE_MAX);
}

static void
drop_oldest(struct tui_log *log)
{
	struct tui_log_line *line = log->lines[log->head];

	log->bytes -= sizeof(*line) + line->len;
	free(line);
	log->head = (log->head + 1) & (log->cap - 1);
	log->count--;
	log->first++;
}

void
tui_log_clear(struct tui_log *log)
{
	while (log->count > 0)
		drop_oldest(log);
	if (log->open.len > 0)
		log->first++;
	buf_clear(&log->open);
	log->offset = -1;
}

void
tui_log_release(struct tui_log *log)
{
	tui_log_clear(log);
	free(log->lines);
	buf_release(&log->open);
	log->lines = NULL;
	log->cap = 0;
}

static void
grow(struct tui_log *log)
{
	size_t cap = log->cap == 0 ? 256 : log->cap * 2;
	struct tui_log_line **lines = xreallocarray(NULL, cap, sizeof(struct tui_log_line *));

	for (size_t i = 0; i < log->count; i++)
		lines[i] = log->lines[(log->head + i) & (log->cap - 1)];
	free(log->lines);
	log->lines = lines;
	log->cap = cap;
	log->head = 0;
}

static void
push(struct tui_log *log, double time, enum tui_log_kind kind, const char *text, size_t len)
{
	struct tui_log_line *line = xmalloc(sizeof(*line) + len);

	*line = (struct tui_log_line){.time = time, .len = (uint32_t)len, .kind = kind};
	memcpy(line->text, text, len);
	if (log->count == log->cap)
		grow(log);
	log->lines[(log->head + log->count) & (log->cap - 1)] = line;
	log->count++;
	log->bytes += sizeof(*line) + len;
	while (log->count > 1 && (log->count > log->max_lines || log->bytes > log->max_bytes))
		drop_oldest(log);
}

static void
end_line(struct tui_log *log)
{
	size_t len = log->open.len;

	if (len > 0 && log->open.data[len - 1] == '\r')
		len--;
	push(log, log->open_time, TUI_LOG_TEXT, buf_str(&log->open), len);
	buf_clear(&log->open);
}

/* Adds a piece without newline; what the open line cannot take begins the next one. */
static void
add_piece(struct tui_log *log, double time, const char *text, size_t len)
{
	while (len > 0) {
		size_t room = TUI_LOG_LINE_MAX - 1 - log->open.len;
		size_t n = len < room ? len : room;

		if (log->open.len == 0)
			log->open_time = time;
		if (!buf_append(&log->open, text, n)) {
			buf_clear(
			    &log->open); /* no memory for a line: this piece is lost, the screen is not */
			return;
		}
		text += n;
		len -= n;
		if (len > 0)
			end_line(log);
	}
}

void
tui_log_note(struct tui_log *log, double time, const char *text)
{
	if (log->open.len > 0)
		end_line(log);
	push(log, time, TUI_LOG_NOTE, text, strlen(text));
}

void
tui_log_rotated(struct tui_log *log)
{
	log->offset = 0;
}

/* How long the text is in the file: the daemon sends a byte that is not UTF-8 as U+FFFD, which has three. */
static int64_t
file_bytes(const char *text, size_t len)
{
	int64_t bytes = (int64_t)len;

	for (size_t i = 0; i + 2 < len; i++)
		if (memcmp(text + i, "\xef\xbf\xbd", 3) == 0)
			bytes -= 2;
	return bytes;
}

static void
note_gap(struct tui_log *log, double time, int64_t missing)
{
	char note[64];

	snprintf(note, sizeof(note), "%" PRId64 " bytes are not shown", missing);
	tui_log_note(log, time, note);
}

/* The first text after a new connection: what is there already is passed over, what is missing is noted. */
static void
resume(struct tui_log *log, double time, int64_t offset, const char **text, size_t *len)
{
	size_t known;

	log->resuming = false;
	if (offset < 0 || log->offset < 0)
		return;
	if (offset > log->offset)
		note_gap(log, time, offset - log->offset);
	known = offset < log->offset ? (size_t)(log->offset - offset) : 0;
	if (known > *len)
		known = *len;
	*text += known;
	*len -= known;
}

void
tui_log_add(struct tui_log *log, double time, int64_t offset, const char *text, size_t len)
{
	int64_t end = offset < 0 ? -1 : offset + file_bytes(text, len);
	const char *newline;

	if (log->resuming)
		resume(log, time, offset, &text, &len);
	if (end >= log->offset || end < 0)
		log->offset = end;
	while (len > 0) {
		newline = memchr(text, '\n', len);
		if (newline == NULL) {
			add_piece(log, time, text, len);
			return;
		}
		add_piece(log, time, text, (size_t)(newline - text));
		if (log->open.len == 0)
			log->open_time = time;
		end_line(log);
		len -= (size_t)(newline - text) + 1;
		text = newline + 1;
	}
}

uint64_t
tui_log_end(const struct tui_log *log)
{
	return log->first + log->count + (log->open.len > 0 ? 1 : 0);
}

bool
tui_log_get(const struct tui_log *log, uint64_t serial, const char **text, size_t *len, double *time,
	    enum tui_log_kind *kind)
{
	const struct tui_log_line *line;

	if (serial < log->first || serial >= tui_log_end(log))
		return false;
	if (serial - log->first == log->count) {
		*text = buf_str(&log->open);
		*len = log->open.len;
		*time = log->open_time;
		*kind = TUI_LOG_TEXT;
		return true;
	}
	line = log->lines[(log->head + (size_t)(serial - log->first)) & (log->cap - 1)];
	*text = line->text;
	*len = line->len;
	*time = line->time;
	*kind = line->kind;
	return true;
}

static unsigned char
fold(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool
has_upper(const char *s)
{
	for (; *s != '\0'; s++)
		if (*s >= 'A' && *s <= 'Z')
			return true;
	return false;
}

static bool
equal(const char *a, const char *b, size_t len, bool exact)
{
	if (exact)
		return memcmp(a, b, len) == 0;
	for (size_t i = 0; i < len; i++)
		if (fold(a[i]) != fold(b[i]))
			return false;
	return true;
}

bool
tui_match(const char *text, size_t len, const char *pattern)
{
	size_t n = strlen(pattern);
	bool exact = has_upper(pattern);

	for (size_t i = 0; i + n <= len; i++)
		if (equal(text + i, pattern, n, exact))
			return true;
	return false;
}

/* What is searched is what is seen: a line with colours is searched without them. */
static bool
line_matches(const char *text, size_t len, const char *pattern)
{
	struct buf plain;
	bool found;

	if (memchr(text, '\033', len) == NULL)
		return tui_match(text, len, pattern);
	buf_init(&plain, TUI_LOG_LINE_MAX * 8);
	tui_sanitize(&plain, text, len);
	found = tui_match(buf_str(&plain), plain.len, pattern);
	buf_release(&plain);
	return found;
}

bool
tui_log_search(const struct tui_log *log, uint64_t from, int step, const char *pattern, uint64_t *found)
{
	const char *text;
	size_t len;
	double time;
	enum tui_log_kind kind;

	for (uint64_t at = from; tui_log_get(log, at, &text, &len, &time, &kind);
	     at += (uint64_t)(int64_t)step) {
		if (line_matches(text, len, pattern)) {
			*found = at;
			return true;
		}
		if (at == 0 && step < 0)
			break;
	}
	return false;
}
