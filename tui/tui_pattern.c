/* tui_pattern.c: see tui_pattern.h. */
#include "autoconf.h"

#include "tui/tui_pattern.h"

#include <regex.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

/* An expression is compiled into memory that grows with its counts, multiplied where they are nested. */
#define REPEATS_MAX 1000
#define REGEX_MAX 512
#define WINDOW 1024 /* bytes in which the place of a match is looked for at once */

/*
 * glibc makes a state for each set of places in the expression that a text can be at, keeps them all, and looks through
 * them for each byte: "e.{50}z" has one for nearly each byte of a log, and takes minutes and gigabytes for what plain text
 * takes milliseconds. So what it keeps is thrown away after so many bytes; soon, and with less looked at, where the
 * expression is of that kind.
 */
#define RENEW 65536
#define RENEW_HEAVY 1024
#define LOOKED_HEAVY 16384 /* bytes of a line */
#define HEAVY_REPEATS 8    /* counts, multiplied */
#define HEAVY_PLACES 16    /* places where several characters can stand */

struct tui_expression {
	regex_t re;    /* where is it? */
	regex_t whole; /* is it there? */
	int flags;
	bool heavy;
	size_t looked; /* bytes, since it was compiled */
};

/* What a byte costs, compared with looking for plain text. */
#define WEIGHT_LIGHT 32
#define WEIGHT_HEAVY 2048

void
tui_pattern_init(struct tui_pattern *p)
{
	*p = (struct tui_pattern){.text = xstrdup("")};
	p->needle = p->text;
}

void
tui_pattern_release(struct tui_pattern *p)
{
	if (p->regex) {
		regfree(&p->expression->re);
		regfree(&p->expression->whole);
		free(p->expression);
	}
	free(p->text);
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

/* The same for an expression, where \S and the like are not letters. */
static bool
expression_has_upper(const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '\\' && s[1] != '\0')
			s++;
		else if (*s >= 'A' && *s <= 'Z')
			return true;
	}
	return false;
}

/* The greatest number between the braces that begin at *s, which then is at their last digit. */
static unsigned long
greatest_count(const char **s)
{
	unsigned long greatest = 1, n = 0;

	for (; (*s)[1] == ',' || ((*s)[1] >= '0' && (*s)[1] <= '9'); (*s)++) {
		n = (*s)[1] == ',' ? 0 : n * 10 + (unsigned long)((*s)[1] - '0');
		if (n > REPEATS_MAX)
			n = REPEATS_MAX + 1;
		greatest = n > greatest ? n : greatest;
	}
	return greatest;
}

/* What could hold the screen up is refused: a typo must not. NULL: it can be afforded. */
static const char *
is_costly(const char *s, bool *heavy)
{
	unsigned long repeats = 1, places = 0;

	if (strlen(s) > REGEX_MAX)
		return "the expression is too long";
	for (; *s != '\0'; s++) {
		if (*s == '\\' && s[1] >= '1' && s[1] <= '9')
			return "references back are not supported";
		places += *s == '.' || *s == '[' || *s == '|' || *s == '?' || *s == '\\';
		if (*s == '\\' && s[1] != '\0')
			s++;
		else if (*s == '{' && (repeats *= greatest_count(&s)) > REPEATS_MAX)
			return "the expression repeats too much";
	}
	*heavy = repeats > HEAVY_REPEATS || places > HEAVY_PLACES;
	return NULL;
}

/*
 * Where in a text an expression begins to match is found by trying each place, and a try may go to the end: 64 KiB take
 * glibc half a minute. Whether it matches at all is asked with "anything, then this" from the first place alone, which is
 * linear. A bracket is what takes NUL as well, which a dot does not.
 */
static int
compile_both(struct tui_expression *x, const char *needle)
{
	int error = regcomp(&x->re, needle, x->flags);
	char *whole;

	if (error != 0)
		return error;
	whole = xasprintf("^[^\n]*(%s)", needle);
	error = regcomp(&x->whole, whole, x->flags | REG_NOSUB);
	free(whole);
	if (error != 0)
		regfree(&x->re);
	return error;
}

static bool
compile(struct tui_pattern *p, char **why)
{
	struct tui_expression *x = xcalloc(1, sizeof(*x));
	const char *costly = is_costly(p->needle, &x->heavy);
	char text[128];
	int error;

	x->flags = REG_EXTENDED | (p->exact ? 0 : REG_ICASE);
	if (costly == NULL && (error = compile_both(x, p->needle)) != 0) {
		regerror(error, NULL, text, sizeof(text));
		costly = text;
	}
	if (costly == NULL) {
		p->expression = x;
		return true;
	}
	if (why != NULL)
		*why = xasprintf("'%.60s': %s", p->needle, costly);
	free(x);
	return false;
}

/* Throws away what it has kept. */
static void
renew(const struct tui_pattern *p)
{
	struct tui_expression *x = p->expression, old = *x;

	x->looked = 0;
	/* It could be compiled before; without memory now the old one goes on. */
	if (compile_both(x, p->needle) != 0) {
		*x = old;
		return;
	}
	regfree(&old.re);
	regfree(&old.whole);
}

/* Horspool: after the last character of the needle one may go on to where that is in the needle before. */
static void
make_skips(struct tui_pattern *p)
{
	size_t most = p->len < 255 ? p->len : 255;

	memset(p->skip, (int)most, sizeof(p->skip));
	for (size_t i = p->len > most ? p->len - most : 0; i + 1 < p->len; i++) {
		unsigned char c = (unsigned char)p->needle[i];
		unsigned char n = (unsigned char)(p->len - 1 - i);

		p->skip[c] = n;
		if (!p->exact && c >= 'a' && c <= 'z')
			p->skip[c - 'a' + 'A'] = n;
	}
}

bool
tui_pattern_set(struct tui_pattern *p, const char *text, char **why)
{
	struct tui_pattern next = {.text = xstrdup(text)};

	next.needle = next.text;
	if (*next.needle == '!') {
		next.invert = true;
		next.needle++;
	}
	if (*next.needle == '~' && next.needle[1] != '\0') {
		next.needle++;
		next.exact = expression_has_upper(next.needle);
		if (!compile(&next, why)) {
			free(next.text);
			return false;
		}
		next.regex = true;
	} else if (*next.needle == '\\' && (next.needle[1] == '!' || next.needle[1] == '~'))
		next.needle++;
	else if (strcmp(next.needle, "~") == 0)
		next.needle++;
	next.len = strlen(next.needle);
	if (!next.regex) {
		next.exact = has_upper(next.needle);
		make_skips(&next);
	}
	tui_pattern_release(p);
	*p = next;
	return true;
}

bool
tui_pattern_is_on(const struct tui_pattern *p)
{
	return p->len > 0;
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

static bool
find_text(const struct tui_pattern *p, const char *text, size_t len, size_t from, size_t *start)
{
	unsigned char last = p->exact ? (unsigned char)p->needle[p->len - 1] : fold(p->needle[p->len - 1]);

	for (size_t i = from; i + p->len <= len; i += p->skip[(unsigned char)text[i + p->len - 1]]) {
		char c = text[i + p->len - 1];

		if ((p->exact ? (unsigned char)c : fold(c)) != last ||
		    !equal(text + i, p->needle, p->len - 1, p->exact))
			continue;
		*start = i;
		return true;
	}
	return false;
}

/* The expression sees a copy that ends with a NUL: not all of regexec's versions, nor what checks its callers, know
   REG_STARTEND. Without that, text ends at its first NUL. */
static bool
run(const regex_t *re, const char *text, size_t from, size_t to, int flags, regmatch_t *match)
{
	/* A word begins, or does not, by what is in front of it. */
	size_t base = from > 0 ? from - 1 : 0;
	char *copy = xmalloc(to - base + 1);
	bool found;

	memcpy(copy, text + base, to - base);
	copy[to - base] = '\0';
#ifdef REG_STARTEND
	*match = (regmatch_t){.rm_so = (regoff_t)(from - base), .rm_eo = (regoff_t)(to - base)};
	found = regexec(re, copy, 1, match, flags | REG_STARTEND) == 0;
#else
	found = regexec(re, copy + (from - base), 1, match, flags) == 0;
	base = from;
#endif
	match->rm_so += (regoff_t)base;
	match->rm_eo += (regoff_t)base;
	free(copy);
	return found;
}

/* Is it anywhere in there? Sure only where both ends are those of the text. */
static bool
run_whole(const struct tui_pattern *p, const char *text, size_t from, size_t to)
{
	struct tui_expression *x = p->expression;
	regmatch_t match;

	if (x->looked >= (x->heavy ? RENEW_HEAVY : RENEW))
		renew(p);
	x->looked += to - from;
	return run(&x->whole, text + from, 0, to - from, 0, &match);
}

/* In windows, so that no long text costs more than its length. A match that is longer than half of one may be cut short. */
static bool
find_expression(const struct tui_pattern *p, const char *text, size_t len, size_t *from, regmatch_t *match)
{
	if (p->expression->heavy && len > LOOKED_HEAVY)
		len = LOOKED_HEAVY;
	for (; *from < len; *from += WINDOW / 2) {
		size_t to = len - *from > WINDOW ? *from + WINDOW : len;
		int flags = (*from > 0 ? REG_NOTBOL : 0) | (to < len ? REG_NOTEOL : 0);

		if (run_whole(p, text, *from, to) && run(&p->expression->re, text, *from, to, flags, match))
			return true;
		if (to == len)
			break;
	}
	return false;
}

/* A light one tells of a text of any length at once. */
static bool
has_expression(const struct tui_pattern *p, const char *text, size_t len)
{
	regmatch_t match;
	size_t from = 0;

	if (!p->expression->heavy || len <= WINDOW)
		return run_whole(p, text, 0, len);
	return find_expression(p, text, len, &from, &match);
}

unsigned
tui_pattern_weight(const struct tui_pattern *p)
{
	return !p->regex ? 1 : p->expression->heavy ? WEIGHT_HEAVY : WEIGHT_LIGHT;
}

bool
tui_pattern_find(const struct tui_pattern *p, const char *text, size_t len, size_t from, size_t *start,
		 size_t *end)
{
	regmatch_t match;

	if (p->len == 0 || from > len)
		return false;
	if (!p->regex) {
		if (!find_text(p, text, len, from, start))
			return false;
		*end = *start + p->len;
		return true;
	}
	/* Empty places are none. */
	for (; find_expression(p, text, len, &from, &match); from = (size_t)match.rm_eo + 1) {
		if (match.rm_eo == match.rm_so)
			continue;
		*start = (size_t)match.rm_so;
		*end = (size_t)match.rm_eo;
		return true;
	}
	return false;
}

bool
tui_pattern_matches(const struct tui_pattern *p, const char *text, size_t len)
{
	size_t start;
	bool found;

	if (p->len == 0)
		return true;
	found = p->regex ? has_expression(p, text, len) : find_text(p, text, len, 0, &start);
	return found != p->invert;
}
