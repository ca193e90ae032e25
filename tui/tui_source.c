/* tui_source.c: see tui_source.h. */
#include "autoconf.h"

#include "tui/tui_source.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_log.h"
#include "tui/tui_runs.h"

struct tui_source *
tui_source_new(struct tui_host *host, const char *key, enum channel channel)
{
	struct tui_source *s = xcalloc(1, sizeof(*s));

	s->host = host;
	s->key = xstrdup(key);
	s->channel = channel;
	s->name = *key == '\0' ? xstrdup(":main") : xasprintf("%s:%s", key, channel_name(channel));
	s->label = xstrdup(key);
	s->offset = -1;
	s->live = true;
	buf_init(&s->open, TUI_LOG_LINE_MAX);
	buf_init(&s->known, TUI_LOG_LINE_MAX);
	return s;
}

void
tui_source_free(struct tui_source *s)
{
	free(s->key);
	free(s->name);
	free(s->label);
	free(s->runs);
	buf_release(&s->open);
	buf_release(&s->known);
	free(s);
}

void
tui_source_reconnected(struct tui_source *s, double now, double lost)
{
	if (s->runs_known || s->runs_until > 0)
		s->runs_until = lost;
	s->live_since = now;
	s->runs_asked = 0;
	s->runs_known = false;
	if (s->past == PAST_ASKED)
		s->past = PAST_UNKNOWN; /* nobody will answer that any more */
}

bool
tui_source_is_main(const struct tui_source *s)
{
	return s->key[0] == '\0';
}

bool
tui_source_is_of(const struct tui_source *s, const struct tui_host *host, const char *key)
{
	return s->host == host && strcmp(s->key, key) == 0;
}

int64_t
tui_source_file_bytes(const char *text, size_t len)
{
	const char *at = text, *end = text + len;
	int64_t bytes = (int64_t)len;

	while (end - at >= 3 && (at = memchr(at, 0xef, (size_t)(end - at) - 2)) != NULL) {
		if (memcmp(at, "\xef\xbf\xbd", 3) == 0)
			bytes -= 2;
		at++;
	}
	return bytes;
}

static void
end_line(struct tui_log *log, struct tui_source *s)
{
	size_t len = s->open.len;

	if (len > 0 && s->open.data[len - 1] == '\r')
		len--;
	tui_log_close(log, s->open_serial, buf_str(&s->open), len);
	buf_clear(&s->open);
}

/* Text that is being added: a piece of a file. */
struct piece {
	struct tui_log *log;
	struct tui_source *s;
	unsigned source;
	double time;
	int64_t offset; /* of text in the file, -1: not known */
	const char *text;
	size_t len;
};

static void
pass(struct piece *p, size_t n)
{
	if (p->offset >= 0)
		p->offset += tui_source_file_bytes(p->text, n);
	p->text += n;
	p->len -= n;
}

/* n bytes without a newline go to the open line; what it cannot take begins the next one. */
static void
grow_line(struct piece *p, size_t n)
{
	struct tui_source *s = p->s;

	while (n > 0) {
		size_t room = TUI_LOG_LINE_MAX - 1 - s->open.len;
		size_t take = n < room ? n : room;
		bool begins = s->open.len == 0;

		if (!buf_append(&s->open, p->text, take)) {
			pass(p, n); /* no memory for a line: this piece is lost, the screen is not */
			return;
		}
		if (begins)
			s->open_serial = tui_log_push_open(p->log, p->source, p->time, p->offset);
		pass(p, take);
		n -= take;
		if (n > 0)
			end_line(p->log, s);
	}
}

/* A whole line of n bytes, which needs no buffer. */
static void
put_line(struct piece *p, size_t n)
{
	tui_log_push(p->log, &(struct tui_log_line){
				 .text = p->text,
				 .len = n > 0 && p->text[n - 1] == '\r' ? n - 1 : n,
				 .time = p->time,
				 .offset = p->offset,
				 .source = p->source,
			     });
	pass(p, n);
}

static void
take_lines(struct piece *p)
{
	const char *newline;
	size_t n;

	while (p->len > 0) {
		newline = memchr(p->text, '\n', p->len);
		n = newline == NULL ? p->len : (size_t)(newline - p->text);
		if (newline != NULL && p->s->open.len == 0 && n < TUI_LOG_LINE_MAX)
			put_line(p, n);
		else {
			grow_line(p, n);
			if (newline != NULL)
				end_line(p->log, p->s);
		}
		if (newline != NULL)
			pass(p, 1);
	}
}

/* A line that is half there ends here. */
static void
pass_over(struct piece *p)
{
	if (p->s->open.len > 0)
		end_line(p->log, p->s);
	p->s->passed += tui_source_file_bytes(p->text, p->len);
}

void
tui_log_note(struct tui_log *log, unsigned source, double time, const char *text)
{
	tui_log_note_run(log, source, time, text, TUI_RANK_TEXT);
}

void
tui_log_note_run(struct tui_log *log, unsigned source, double time, const char *text, enum tui_log_rank rank)
{
	struct tui_source *s = source < log->nsources ? log->sources[source] : NULL;

	if (s != NULL && s->open.len > 0)
		end_line(log, s);
	tui_log_push(log, &(struct tui_log_line){
			      .text = text,
			      .len = strlen(text),
			      .time = time,
			      .offset = -1,
			      .kind = TUI_LOG_NOTE,
			      .rank = rank,
			      .source = source,
			  });
}

void
tui_log_rotated(struct tui_log *log, unsigned source)
{
	struct tui_source *s = log->sources[source];

	s->offset = 0;
	s->file_first = tui_log_end(log);
	log->past_closed = true;
	for (size_t i = 0; i < s->nruns; i++)
		s->runs[i].offset = -1;
	/* What is above is in another file now. */
	if (s->past != PAST_BEGIN)
		s->past = PAST_LOST;
}

void
tui_log_skipped(struct tui_log *log, unsigned source, double time, int64_t bytes)
{
	char note[64];

	snprintf(note, sizeof(note), "%" PRId64 " bytes are not shown", bytes);
	tui_log_note(log, source, time, note);
}

/* The first text after a new connection: what is there already is passed over, what is missing is noted. */
static void
resume(struct piece *p)
{
	struct tui_source *s = p->s;
	size_t known;

	s->resuming = false;
	if (p->offset < 0 || s->offset < 0)
		return;
	if (p->offset > s->offset)
		tui_log_skipped(p->log, p->source, p->time, p->offset - s->offset);
	known = p->offset < s->offset ? (size_t)(s->offset - p->offset) : 0;
	pass(p, known < p->len ? known : p->len);
}

void
tui_log_add(struct tui_log *log, unsigned source, double time, int64_t offset, const char *text, size_t len)
{
	struct tui_source *s = log->sources[source];
	struct piece p = {
	    .log = log, .s = s, .source = source, .time = time, .offset = offset, .text = text, .len = len};
	int64_t end = offset < 0 ? -1 : offset + tui_source_file_bytes(text, len);

	s->begun = true;
	s->heard |= time > 0;
	if (s->resuming)
		resume(&p);
	if (end >= s->offset || end < 0)
		s->offset = end;
	if (log->held && tui_log_is_full(log))
		pass_over(&p);
	else
		take_lines(&p);
}

void
tui_log_add_tail(struct tui_log *log, unsigned source, double time, int64_t offset, const char *text,
		 size_t len)
{
	struct tui_source *s = log->sources[source];
	bool again = s->begun;
	const char *newline = offset > 0 && !s->begun ? memchr(text, '\n', len) : NULL;
	size_t skip = newline == NULL ? 0 : (size_t)(newline - text) + 1;

	if (skip > 0) {
		offset += tui_source_file_bytes(text, skip);
		text += skip;
		len -= skip;
		s->offset = offset;
	}
	s->resuming |= again;
	s->begun = true;
	if (len > 0)
		tui_log_add(log, source, s->heard ? time : 0, offset, text, len);
}
