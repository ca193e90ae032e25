/*
 * ini_read.c: the text of a file into an ini. The grammar of sections, names and values is inih's; what inih
 * cannot do is done around it.
 *
 * Debian's inih cuts lines, names and section names short without a word (200, 50 and 50 bytes), and its rules
 * for comments and continuation lines are not Supervisor's. So it is never shown a raw line. The reader callback
 * takes the next raw line, decides by the dialect's rules what it is (classify), and hands inih short lines made
 * for it:
 *
 *	[12]         section number 12 of this file
 *	7 =          option number 7 of this file
 *	 \376...\377 a piece of the value as a continuation line, between bytes that occur in no UTF-8 text
 *
 * The handler maps the numbers back and joins the pieces. The guard bytes keep blanks at the ends of a piece and
 * a '#' at its beginning; a ';' inside would start a comment for inih, so it travels as another such byte.
 */
#include "autoconf.h"

#include "core/ini.h"

#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/pyrepr.h"
#include "base/pytext.h"
#include "base/utf8.h"
#include "base/xmalloc.h"
#include "core/ini_store.h"
#include "core/ini_text.h"

#define GUARD '\376'     /* begins a piece, and ends one whose line goes on */
#define GUARD_END '\377' /* ends the last piece of a line */
#define SEMICOLON '\375' /* stands for ';' within a piece */
#define PIECE_MAX 190    /* bytes of a value in one line for inih, which takes 200 */
#define ERRORS_MAX (1U << 16)

/* A name on its way through inih as a number. */
struct token {
	char *name;
	int line;
};

struct tokens {
	struct token *all;
	size_t n;
};

/* One file being read. */
struct reader {
	struct ini *ini;
	const char *file; /* owned by ini */
	const char *text;
	size_t len;
	size_t at;
	int line; /* number of the line read last */

	bool in_section;
	bool in_option;
	size_t indent;

	const char *piece; /* rest of a value's line that inih has not seen; NULL: none */
	size_t piece_len;

	struct tokens sections;
	struct tokens names;

	struct ini_section *section; /* the handler's side */
	size_t open;                 /* number of the option being joined, valid with joining */
	bool joining;
	struct buf value;

	struct buf bad; /* lines for "Source contains parsing errors" */
	int bad_line;   /* the first of them; 0: none */
	bool failed;
	struct err *err;
	ini_report_fn *report; /* gets each error, and the reading goes on; or NULL */
	void *report_arg;
	bool reported_header;
};

/* What inih calls: a name or a piece of a value */

/* Takes the error in r->err: the first one ends the reading, unless all are wanted. */
static bool
reader_fail(struct reader *r)
{
	if (r->report != NULL)
		r->report(r->report_arg, r->err);
	else
		r->failed = true;
	return false;
}

/* The option that was being joined is whole. */
static void
close_option(struct reader *r)
{
	struct token *name;

	if (!r->joining || r->failed)
		return;
	r->joining = false;
	name = &r->names.all[r->open];
	buf_truncate(&r->value, pytext_rtrim(buf_str(&r->value), r->value.len));
	if (r->value.failed || r->value.len > INI_VALUE_MAX) {
		ini_too_long(r->err, "the value", INI_VALUE_MAX, r->file, name->line);
		err_where(r->err, "%s:%d", r->file, name->line);
		reader_fail(r);
		return;
	}
	ini_store_option(r->ini, r->section, name->name, xstrdup(buf_str(&r->value)), r->file, name->line);
}

/* A piece as send_piece made it, guards included. */
static void
join_piece(struct reader *r, const char *piece)
{
	size_t len = strlen(piece);

	for (size_t i = 1; i + 1 < len; i++)
		buf_putc(&r->value, piece[i] == SEMICOLON ? ';' : piece[i]);
	if (piece[len - 1] == GUARD_END)
		buf_putc(&r->value, '\n');
}

/* Called by inih for "N =" (value "") and for each piece that follows. Returns 1: go on. */
static int
handle(void *arg, const char *section, const char *name, const char *value)
{
	struct reader *r = arg;
	size_t number = strtoul(name, NULL, 10);
	struct token *s = &r->sections.all[strtoul(section, NULL, 10)];

	if (r->failed)
		return 1;
	if (*value != '\0') {
		join_piece(r, value);
		return 1;
	}
	close_option(r);
	buf_clear(&r->value);
	r->section = ini_store_section(r->ini, s->name, r->file, s->line);
	r->open = number;
	r->joining = true;
	return 1;
}

/* What inih reads: lines made for it */

static size_t
token_add(struct tokens *tokens, char *name, int line)
{
	tokens->all = xgrow(tokens->all, tokens->n, sizeof(*tokens->all));
	tokens->all[tokens->n] = (struct token){.name = name, .line = line};
	return tokens->n++;
}

static void
tokens_release(struct tokens *tokens)
{
	for (size_t i = 0; i < tokens->n; i++)
		free(tokens->all[i].name);
	free(tokens->all);
}

/* The next piece of the pending line into line. */
static void
send_piece(struct reader *r, char *line, size_t room)
{
	size_t n = r->piece_len < PIECE_MAX ? r->piece_len : PIECE_MAX, at = 0;

	if (n > room - 5)
		n = room - 5; /* blank, two guards, newline, NUL */
	line[at++] = ' ';
	line[at++] = GUARD;
	for (size_t i = 0; i < n; i++)
		line[at++] = (char)(r->piece[i] == ';' ? SEMICOLON : r->piece[i]);
	r->piece += n;
	r->piece_len -= n;
	line[at++] = (char)(r->piece_len == 0 ? GUARD_END : GUARD);
	line[at++] = '\n';
	line[at] = '\0';
	if (r->piece_len == 0)
		r->piece = NULL;
}

/* A raw line. */
struct raw {
	const char *s; /* without its end */
	size_t len;
	bool ended; /* by \n, \r\n or \r, which the last line may lack */
};

static bool
next_raw(struct reader *r, struct raw *raw)
{
	const char *s = r->text + r->at;
	size_t left = r->len - r->at, n = 0;

	if (left == 0)
		return false;
	while (n < left && s[n] != '\n' && s[n] != '\r')
		n++;
	*raw = (struct raw){.s = s, .len = n, .ended = n < left};
	r->at += n;
	if (raw->ended)
		r->at += n + 1 < left && s[n] == '\r' && s[n + 1] == '\n' ? 2 : 1;
	r->line++;
	return true;
}

static void
append_repr(struct buf *out, const struct raw *raw)
{
	struct buf whole = BUF_INIT(SIZE_MAX / 2);

	buf_append(&whole, raw->s, raw->len);
	if (raw->ended)
		buf_putc(&whole, '\n');
	pyrepr_append(out, buf_str(&whole), whole.len);
	buf_release(&whole);
}

/* A line that is neither a section nor an option, said by itself. */
static void
report_line(struct reader *r, const struct raw *raw)
{
	struct buf line = BUF_INIT(ERRORS_MAX);

	pyrepr_append(&line, raw->s, raw->len);
	err_set(r->err, "neither a [section] nor 'option = value': %s", buf_str(&line));
	err_where(r->err, "%s:%d", r->file, r->line);
	buf_release(&line);
	reader_fail(r);
}

/* Records a line that is neither a section nor an option; the reading goes on, to list all of them. */
static void
bad_line(struct reader *r, const struct raw *raw)
{
	struct buf one = BUF_INIT(ERRORS_MAX);

	if (r->report != NULL) {
		report_line(r, raw);
		return;
	}
	if (r->bad_line == 0)
		r->bad_line = r->line;
	buf_printf(&one, "\n\t[line %2d]: ", r->line);
	append_repr(&one, raw);
	if (!one.failed && r->bad.len + one.len < ERRORS_MAX)
		buf_append(&r->bad, one.data, one.len);
	buf_release(&one);
}

static bool
no_header(struct reader *r, const struct raw *raw)
{
	struct buf line = BUF_INIT(SIZE_MAX / 2);
	char *file;

	/* The lines that follow have none either. */
	if (r->reported_header)
		return false;
	r->reported_header = true;
	file = pyrepr(r->file);
	append_repr(&line, raw);
	err_set(r->err, "File contains no section headers.\nfile: %s, line: %d\n%s", file, r->line,
		buf_str(&line));
	err_where(r->err, "%s:%d", r->file, r->line);
	free(file);
	buf_release(&line);
	return reader_fail(r);
}

/* Where an inline comment begins, len when there is none. In round k the k-th ';' and the k-th '#' are looked
   at; the first round in which one of them begins a comment decides, even when an earlier place has the other
   character. */
static size_t
inline_comment(const char *s, size_t len)
{
	static const char marks[2] = {';', '#'};
	const char *at[2] = {s, s};

	while (at[0] != NULL || at[1] != NULL) {
		size_t cut = len;

		for (int i = 0; i < 2; i++) {
			size_t index;

			if (at[i] == NULL)
				continue;
			at[i] = memchr(at[i], marks[i], len - (size_t)(at[i] - s));
			if (at[i] == NULL)
				continue;
			index = (size_t)(at[i]++ - s);
			if ((index == 0 || pytext_space_before(s, index)) && index < cut)
				cut = index;
		}
		if (cut < len)
			return cut;
	}
	return len;
}

/* Room for a name that is to travel as a number; NULL: too long. */
static char *
take_name(struct reader *r, const char *s, size_t len, const char *what)
{
	char *name;

	if (len > INI_NAME_MAX) {
		ini_too_long(r->err, what, INI_NAME_MAX, r->file, r->line);
		reader_fail(r);
		return NULL;
	}
	name = xstrndup(s, len);
	return name;
}

static bool
send_section(struct reader *r, const char *s, size_t len, char *line, size_t room)
{
	char *name = take_name(r, s, len, "the section's name");

	if (name == NULL)
		return false;
	r->in_section = true;
	r->in_option = false;
	/* A section without options never reaches the handler, and its place in the order counts. */
	ini_store_section(r->ini, name, r->file, r->line);
	snprintf(line, room, "[%zu]\n", token_add(&r->sections, name, r->line));
	return true;
}

static bool
send_option(struct reader *r, const char *s, size_t len, const char *value, size_t value_len, char *line,
	    size_t room)
{
	char *name = take_name(r, s, len, "the option's name"), *lower;

	if (name == NULL)
		return false;
	lower = pytext_lower(name);
	free(name);
	r->in_option = true;
	r->piece = value;
	r->piece_len = value_len;
	snprintf(line, room, "%zu =\n", token_add(&r->names, lower, r->line));
	return true;
}

/* The ']' that ends a section's name, NULL when v is no header. */
static const char *
header_end(const char *v, size_t len)
{
	const char *end;

	if (v[0] != '[')
		return NULL;
	end = memrchr(v, ']', len);
	return end != NULL && end - v > 1 ? end : NULL;
}

/* A line that is not a continuation: a header, an option, or wrong. True: line holds something for inih. */
static bool
classify_start(struct reader *r, const struct raw *raw, const char *v, size_t len, char *line, size_t room)
{
	const char *end = header_end(v, len), *mark = v;
	size_t name_len;

	if (end != NULL)
		return send_section(r, v + 1, (size_t)(end - v - 1), line, room);
	if (!r->in_section)
		return no_header(r, raw);
	while (mark < v + len && *mark != '=' && *mark != ':')
		mark++;
	if (mark == v + len) {
		bad_line(r, raw);
		return false;
	}
	name_len = pytext_rtrim(v, (size_t)(mark - v));
	if (name_len == 0) {
		bad_line(r, raw);
		r->in_option = false;
		return false;
	}
	len -= (size_t)(mark + 1 - v);
	mark++;
	r->piece = NULL;
	pytext_trim(&mark, &len);
	return send_option(r, v, name_len, mark, len, line, room);
}

/* Decides what a raw line is. True: line, or the pending piece, holds something for inih. */
static bool
classify(struct reader *r, const struct raw *raw, char *line, size_t room)
{
	const char *v = raw->s;
	size_t indent, len = inline_comment(raw->s, raw->len);
	size_t lead = pytext_leading(raw->s, raw->len, &indent);
	bool comment = len < raw->len;

	if (lead < raw->len && (raw->s[lead] == ';' || raw->s[lead] == '#')) {
		comment = true;
		len = 0;
	}
	pytext_trim(&v, &len);
	if (len == 0 && (comment || !r->in_option))
		return false;
	if (len == 0 || (r->in_section && r->in_option && indent > r->indent)) {
		r->piece = v;
		r->piece_len = len;
		send_piece(r, line, room);
		return true;
	}
	r->indent = indent;
	return classify_start(r, raw, v, len, line, room);
}

static char *
read_line(char *line, int room, void *arg)
{
	struct reader *r = arg;
	struct raw raw;

	if (r->piece != NULL) {
		send_piece(r, line, (size_t)room);
		return line;
	}
	while (!r->failed && next_raw(r, &raw))
		if (classify(r, &raw, line, (size_t)room))
			return line;
	return NULL;
}

/* A whole file */

static bool
report_bad(const struct reader *r, struct err *err)
{
	char *file = pyrepr(r->file);

	err_set(err, "Source contains parsing errors: %s%s", file, buf_str(&r->bad));
	err_where(err, "%s:%d", r->file, r->bad_line);
	free(file);
	return false;
}

/* Reads what is good UTF-8; report, when not NULL, gets each error. */
static bool
read_text(struct reader *r)
{
	bool ok;
	int rc;

	rc = ini_parse_stream(read_line, r, handle, r);
	close_option(r);
	ok = !r->failed;
	if (ok && r->bad_line != 0)
		ok = report_bad(r, r->err);
	else if (ok && rc != 0)
		ok = err_set(r->err, "could not parse %s (inih: %d)", r->file, rc);
	tokens_release(&r->sections);
	tokens_release(&r->names);
	buf_release(&r->value);
	buf_release(&r->bad);
	return ok;
}

static struct reader
reader_of(struct ini *ini, const char *filename, const char *text, size_t len, struct err *err)
{
	return (struct reader){
	    .ini = ini,
	    .file = ini_store_file(ini, filename),
	    .text = text,
	    .len = len,
	    .value = BUF_INIT(INI_VALUE_MAX + 1024),
	    .bad = BUF_INIT(ERRORS_MAX),
	    .err = err,
	};
}

bool
ini_read(struct ini *ini, const char *filename, const char *text, size_t len, struct err *err)
{
	struct reader r = reader_of(ini, filename, text, len, err);

	return ini_text_check(filename, text, len, err) && read_text(&r);
}

void
ini_read_all(struct ini *ini, const char *filename, const char *text, size_t len, ini_report_fn *report,
	     void *arg)
{
	struct buf repaired = BUF_INIT(SIZE_MAX / 2);
	struct err err = ERR_INIT;
	struct reader r;

	if (!ini_text_check(filename, text, len, &err)) {
		report(arg, &err);
		utf8_repair(&repaired, text, len, NULL, true);
		for (size_t i = 0; i < repaired.len; i++)
			if (repaired.data[i] == '\0')
				repaired.data[i] = '?';
		text = repaired.data;
		len = repaired.len;
	}
	r = reader_of(ini, filename, text, len, &err);
	r.report = report;
	r.report_arg = arg;
	if (!read_text(&r))
		report(arg, &err);
	buf_release(&repaired);
}
