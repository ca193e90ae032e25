/* shlex.c: see shlex.h. Two lexers that only look alike: commands follow POSIX quoting, environments do not.
 */
#include "autoconf.h"

#include "core/shlex.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xmalloc.h"

/* Commands */

/* Words are copied into one block, pointers first: argv and its texts are one allocation. */
struct words {
	char **argv;
	size_t argc;
	char *to;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The rest of a quoted part, s behind the opening quote; *to moves on. Returns behind the closing quote, NULL
 * on error. */
static const char *
copy_quoted(const char *s, char quote, char **to, struct err *err)
{
	for (; *s != quote; s++) {
		if (*s == '\0')
			goto unclosed;
		if (quote == '"' && *s == '\\') {
			if (s[1] == '\0') {
				err_set(err, "No escaped character");
				return NULL;
			}
			if (s[1] == '"' || s[1] == '\\')
				s++;
		}
		*(*to)++ = *s;
	}
	return s + 1;

unclosed:
	err_set(err, "No closing quotation");
	return NULL;
}

/* One word beginning at s, which is no blank. Returns where it ends, NULL on error. */
static const char *
copy_word(const char *s, char **to, struct err *err)
{
	while (*s != '\0' && !is_blank(*s)) {
		if (*s == '\'' || *s == '"') {
			s = copy_quoted(s + 1, *s, to, err);
			if (s == NULL)
				return NULL;
			continue;
		}
		if (*s == '\\' && *++s == '\0') {
			err_set(err, "No escaped character");
			return NULL;
		}
		*(*to)++ = *s++;
	}
	*(*to)++ = '\0';
	return s;
}

bool
shlex_split(const char *command, char ***argv, size_t *argc, struct err *err)
{
	/* A word takes at least one character and its blank: pointers and text have these upper bounds. */
	size_t len = strlen(command), max = len / 2 + 2;
	char **block = xmalloc(max * sizeof(*block) + len + 2);
	struct words w = {.argv = block, .to = (char *)(block + max)};

	for (const char *s = command;;) {
		char *word = w.to;

		while (is_blank(*s))
			s++;
		if (*s == '\0')
			break;
		s = copy_word(s, &w.to, err);
		if (s == NULL) {
			free(block);
			return false;
		}
		w.argv[w.argc++] = word;
	}
	w.argv[w.argc] = NULL;
	*argv = w.argv;
	*argc = w.argc;
	return true;
}

/* Environments */

struct tokens {
	char **all;
	size_t n;
};

static bool
is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("_/.+-():", c) != NULL);
}

static const char *
skip_comment(const char *s)
{
	while (*s != '\0' && *s != '\n')
		s++;
	return *s == '\n' ? s + 1 : s;
}

static void
add_token(struct tokens *t, const char *s, size_t len)
{
	t->all = xgrow(t->all, t->n, sizeof(*t->all));
	t->all[t->n++] = xstrndup(s, len);
}

static void
tokens_release(struct tokens *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->all[i]);
	free(t->all);
}

/* A bare word. A comment within it drops the rest of the line, and the word goes on in the next. */
static const char *
scan_word(struct tokens *t, const char *s)
{
	struct buf word = BUF_INIT(SIZE_MAX / 2);

	for (;;) {
		if (is_word_char(*s) || *s == '\'' || *s == '"')
			buf_putc(&word, *s++);
		else if (*s == '#')
			s = skip_comment(s);
		else
			break;
	}
	add_token(t, buf_str(&word), word.len);
	buf_release(&word);
	return s;
}

/* Bytes of the character at s, which is none of those that mean something. */
static size_t
char_len(const char *s)
{
	size_t n = 1;

	while (((unsigned char)s[n] & 0xc0) == 0x80)
		n++;
	return n;
}

static bool
tokenize(struct tokens *t, const char *s, struct err *err)
{
	while (*s != '\0') {
		if (is_blank(*s)) {
			s++;
		} else if (*s == '#') {
			s = skip_comment(s);
		} else if (is_word_char(*s)) {
			s = scan_word(t, s);
		} else if (*s == '\'' || *s == '"') {
			const char *end = strchr(s + 1, *s);

			if (end == NULL)
				return err_set(err, "No closing quotation");
			add_token(t, s, (size_t)(end + 1 - s));
			s = end + 1;
		} else {
			size_t n = char_len(s);

			add_token(t, s, n);
			s += n;
		}
	}
	return true;
}

/* The token without all the quotes at its ends, however many. */
static char *
unquoted(const char *s)
{
	size_t len;

	s += strspn(s, "'\"");
	len = strlen(s);
	while (len > 0 && (s[len - 1] == '\'' || s[len - 1] == '"'))
		len--;
	return xstrndup(s, len);
}

bool
shlex_environment(const char *value, struct env_list *vars, struct err *err)
{
	struct tokens t = {0};
	bool ok = tokenize(&t, value, err);

	/* NAME, '=', VALUE, and a separator that may be anything. */
	for (size_t i = 0; ok && i < t.n; i += 4) {
		char *text;

		if (i + 2 >= t.n || strcmp(t.all[i + 1], "=") != 0) {
			ok = err_set(err, "Unexpected end of key/value pairs in value '%s'", value);
			break;
		}
		text = unquoted(t.all[i + 2]);
		env_list_set(vars, t.all[i], text);
		free(text);
	}
	tokens_release(&t);
	return ok;
}
