/*
 * ini.c: see ini.h. The grammar of sections, names and values is inih's; what inih cannot do is done around it.
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
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/pyrepr.h"
#include "base/pytext.h"
#include "base/utf8.h"
#include "base/xmalloc.h"

#define GUARD '\376'     /* begins a piece, and ends one whose line goes on */
#define GUARD_END '\377' /* ends the last piece of a line */
#define SEMICOLON '\375' /* stands for ';' within a piece */
#define PIECE_MAX 190    /* bytes of a value in one line for inih, which takes 200 */
#define ERRORS_MAX (1U << 16)
#define HERE "%(here)s"
#define KEY_MAX (INI_NAME_MAX + 32)

struct ini {
	struct ini_section **sections;
	size_t nsections;
	struct ini_section *defaults;
	struct map *by_name; /* section name -> struct ini_section */
	struct map *options; /* "ID:NAME" -> struct ini_option */
	char **files;
	size_t nfiles;
	/* Options whose value holds HERE, not yet replaced; not those of [DEFAULT]. */
	struct ini_option **here;
	size_t nhere;
	size_t ndefaulted; /* sections that have what [DEFAULT] says with HERE as their own */
};

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

/* The store */

static struct ini_section *
section_new(const char *name, const char *file, int line, size_t id)
{
	struct ini_section *s = xcalloc(1, sizeof(*s));

	s->name = xstrdup(name);
	s->file = file;
	s->line = line;
	s->id = id;
	return s;
}

static void
section_free(struct ini_section *s)
{
	for (size_t i = 0; i < s->noptions; i++) {
		free(s->options[i]->name);
		free(s->options[i]->value);
		free(s->options[i]);
	}
	free(s->options);
	free(s->name);
	free(s);
}

struct ini *
ini_new(void)
{
	struct ini *ini = xcalloc(1, sizeof(*ini));

	ini->by_name = map_new();
	ini->options = map_new();
	ini->defaults = section_new("DEFAULT", "", 0, 0);
	return ini;
}

void
ini_free(struct ini *ini)
{
	if (ini == NULL)
		return;
	for (size_t i = 0; i < ini->nsections; i++)
		section_free(ini->sections[i]);
	for (size_t i = 0; i < ini->nfiles; i++)
		free(ini->files[i]);
	section_free(ini->defaults);
	map_free(ini->by_name);
	map_free(ini->options);
	free(ini->sections);
	free(ini->files);
	free(ini->here);
	free(ini);
}

static struct ini_section *
store_section(struct ini *ini, const char *name, const char *file, int line)
{
	struct ini_section *s;

	if (strcmp(name, ini->defaults->name) == 0)
		return ini->defaults;
	s = map_get(ini->by_name, name);
	if (s != NULL) {
		if (s->again_file == NULL && (s->file != file || s->line != line)) {
			s->again_file = file;
			s->again_line = line;
		}
		return s;
	}
	s = section_new(name, file, line, ini->nsections + 1);
	ini->sections = xgrow(ini->sections, ini->nsections, sizeof(*ini->sections));
	ini->sections[ini->nsections++] = s;
	map_put(ini->by_name, name, s);
	return s;
}

static const char *
option_key(char key[KEY_MAX], const struct ini_section *section, const char *name)
{
	snprintf(key, KEY_MAX, "%zu:%s", section->id, name);
	return key;
}

static struct ini_option *
own_option(const struct ini *ini, const struct ini_section *section, const char *name)
{
	char key[KEY_MAX];

	return map_get(ini->options, option_key(key, section, name));
}

static struct ini_option *
store_new_option(struct ini *ini, struct ini_section *section, const char *name)
{
	struct ini_option *o = xcalloc(1, sizeof(*o));
	char key[KEY_MAX];

	o->name = xstrdup(name);
	section->options = xgrow(section->options, section->noptions, sizeof(*section->options));
	section->options[section->noptions++] = o;
	map_put(ini->options, option_key(key, section, name), o);
	return o;
}

/* Takes value over. */
static void
store_option(struct ini *ini, struct ini_section *section, const char *name, char *value, const char *file,
	     int line)
{
	struct ini_option *o = own_option(ini, section, name);

	if (o == NULL)
		o = store_new_option(ini, section, name);
	free(o->value);
	o->value = value;
	o->file = file;
	o->line = line;
	if (strstr(value, HERE) == NULL)
		return;
	if (section == ini->defaults) {
		ini->ndefaulted = 0;
		return;
	}
	ini->here = xgrow(ini->here, ini->nhere, sizeof(*ini->here));
	ini->here[ini->nhere++] = o;
}

size_t
ini_nsections(const struct ini *ini)
{
	return ini->nsections;
}

const struct ini_section *
ini_section_at(const struct ini *ini, size_t i)
{
	return ini->sections[i];
}

const struct ini_section *
ini_section(const struct ini *ini, const char *name)
{
	return map_get(ini->by_name, name);
}

const struct ini_section *
ini_defaults(const struct ini *ini)
{
	return ini->defaults;
}

const struct ini_option *
ini_option(const struct ini *ini, const struct ini_section *section, const char *name)
{
	const struct ini_option *o = own_option(ini, section, name);

	return o != NULL ? o : own_option(ini, ini->defaults, name);
}

/* %(here)s */

static char *
replaced(const char *value, const char *dir)
{
	struct buf out = BUF_INIT(INI_VALUE_MAX);
	const char *hit;

	for (; (hit = strstr(value, HERE)) != NULL; value = hit + strlen(HERE)) {
		buf_append(&out, value, (size_t)(hit - value));
		buf_puts(&out, dir);
	}
	buf_puts(&out, value);
	if (out.failed) {
		buf_release(&out);
		return NULL;
	}
	return buf_steal(&out);
}

static bool
too_long(struct err *err, const char *what, unsigned max, const char *file, int line)
{
	err_set(err, "%s is longer than %u bytes", what, max);
	err_where(err, "%s:%d", file, line);
	return false;
}

/* What [DEFAULT] says with "%(here)s" becomes each section's own: later files have another directory. */
static bool
replace_default(struct ini *ini, const struct ini_option *o, const char *dir, struct err *err)
{
	for (size_t i = ini->ndefaulted; i < ini->nsections; i++) {
		char *value;

		if (own_option(ini, ini->sections[i], o->name) != NULL)
			continue;
		value = replaced(o->value, dir);
		if (value == NULL)
			return too_long(err, "the value with %(here)s replaced", INI_VALUE_MAX, o->file,
					o->line);
		store_option(ini, ini->sections[i], o->name, value, o->file, o->line);
	}
	return true;
}

bool
ini_replace_here(struct ini *ini, const char *dir, struct err *err)
{
	for (size_t i = 0; i < ini->nhere; i++) {
		struct ini_option *o = ini->here[i];
		char *value = replaced(o->value, dir);

		if (value == NULL)
			return too_long(err, "the value with %(here)s replaced", INI_VALUE_MAX, o->file,
					o->line);
		free(o->value);
		o->value = value;
	}
	ini->nhere = 0;
	for (size_t i = 0; i < ini->defaults->noptions; i++)
		if (strstr(ini->defaults->options[i]->value, HERE) != NULL &&
		    !replace_default(ini, ini->defaults->options[i], dir, err))
			return false;
	ini->nhere = 0;
	ini->ndefaulted = ini->nsections;
	return true;
}

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
		too_long(r->err, "the value", INI_VALUE_MAX, r->file, name->line);
		err_where(r->err, "%s:%d", r->file, name->line);
		reader_fail(r);
		return;
	}
	store_option(r->ini, r->section, name->name, xstrdup(buf_str(&r->value)), r->file, name->line);
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
	r->section = store_section(r->ini, s->name, r->file, s->line);
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
		too_long(r->err, what, INI_NAME_MAX, r->file, r->line);
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
	store_section(r->ini, name, r->file, r->line);
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

static int
line_of(const char *text, size_t at)
{
	int line = 1;

	for (size_t i = 0; i < at; i++)
		if (text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n'))
			line++;
	return line;
}

/* How much of a file the reference's decoder is given at once: positions count from there. */
#define DECODER_CHUNK 8192

/* Where the decoder is: a character that a chunk's end has cut is put before the next chunk. */
struct decoder {
	size_t begin; /* what position 0 is */
	size_t end;   /* of the chunk */
};

static void
decoder_advance(struct decoder *d, size_t at, size_t n)
{
	if (at + n < d->end)
		return;
	d->begin = at + n == d->end ? d->end : at;
	d->end += DECODER_CHUNK;
}

static bool
bad_utf8(const char *text, size_t at, size_t len, const struct decoder *d, struct err *err)
{
	const char *why = "invalid start byte";
	size_t n = 1, shown = at - d->begin;
	uint32_t cp;

	while (n < 4 && at + n < len && utf8_decode(text + at, n + 1, &cp) == UTF8_TRUNCATED)
		n++;
	if (utf8_decode(text + at, 1, &cp) != UTF8_INVALID) {
		why = at + n < len ? "invalid continuation byte" : "unexpected end of data";
		/* Its beginning was kept for the next chunk. */
		if (at + n >= (len < d->end ? len : d->end))
			shown = 0;
	}
	if (n == 1)
		return err_set(err, "'utf-8' codec can't decode byte 0x%02x in position %zu: %s",
			       (unsigned char)text[at], shown, why);
	return err_set(err, "'utf-8' codec can't decode bytes in position %zu-%zu: %s", shown, shown + n - 1,
		       why);
}

/* That the text is UTF-8, and without null bytes. */
static bool
check_text(const char *file, const char *text, size_t len, struct err *err)
{
	struct decoder d = {.end = DECODER_CHUNK};

	for (size_t at = 0; at < len;) {
		uint32_t cp;
		int n = utf8_decode(text + at, len - at, &cp);

		if (n < 0)
			bad_utf8(text, at, len, &d, err);
		else if (cp == 0)
			err_set(err, "the file contains a null byte");
		if (n < 0 || cp == 0) {
			err_where(err, "%s:%d", file, line_of(text, at));
			return false;
		}
		decoder_advance(&d, at, (size_t)n);
		at += (size_t)n;
	}
	return true;
}

static const char *
own_file_name(struct ini *ini, const char *name)
{
	ini->files = xgrow(ini->files, ini->nfiles, sizeof(*ini->files));
	ini->files[ini->nfiles] = xstrdup(name);
	return ini->files[ini->nfiles++];
}

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
	    .file = own_file_name(ini, filename),
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

	return check_text(filename, text, len, err) && read_text(&r);
}

void
ini_read_all(struct ini *ini, const char *filename, const char *text, size_t len, ini_report_fn *report,
	     void *arg)
{
	struct buf repaired = BUF_INIT(SIZE_MAX / 2);
	struct err err = ERR_INIT;
	struct reader r;

	if (!check_text(filename, text, len, &err)) {
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
