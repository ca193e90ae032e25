/* getopts.c: see getopts.h. */
#include "autoconf.h"

#include "client/getopts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pyrepr.h"
#include "base/xmalloc.h"

#define HELP_INDENT "     "
#define LIST_MAX (1U << 20)

/* The word being read: long options and bundles take a value from it or from the next word. */
struct scan {
	struct getopts *g;
	const struct getopts_switch *table;
	size_t n;
	char **word;
};

static void
add_match(struct getopts *g, const struct getopts_switch *sw, const char *value, char *spelled)
{
	g->matches = xreallocarray(g->matches, g->n + 1, sizeof(*g->matches));
	g->matches[g->n++] = (struct getopts_match){.sw = sw, .value = value, .spelled = spelled};
}

static const struct getopts_switch *
find_letter(const struct scan *s, char letter)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->table[i].letter != 0 && s->table[i].letter == letter)
			return &s->table[i];
	return NULL;
}

/* How a long name that the user wrote, len bytes, fits: 2 exactly, 1 as a prefix, 0 not at all. */
static int
fits(const char *name, const char *typed, size_t len)
{
	if (name == NULL || strncmp(name, typed, len) != 0)
		return 0;
	return name[len] == '\0' ? 2 : 1;
}

/* The switch of a long name; *full becomes the whole name. NULL with the error. */
static const struct getopts_switch *
find_long(const struct scan *s, const char *typed, size_t len, const char **full, struct err *err)
{
	const struct getopts_switch *found = NULL;
	size_t matches = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct getopts_switch *sw = &s->table[i];
		int name = fits(sw->name, typed, len), alias = fits(sw->alias, typed, len);

		if (name == 2 || alias == 2) {
			*full = name == 2 ? sw->name : sw->alias;
			return sw;
		}
		if (name == 0 && alias == 0)
			continue;
		matches++;
		found = sw;
		*full = name != 0 ? sw->name : sw->alias;
	}
	if (matches == 1)
		return found;
	if (matches == 0)
		err_set(err, "option --%.*s not recognized", (int)len, typed);
	else
		err_set(err, "option --%.*s not a unique prefix", (int)len, typed);
	return NULL;
}

static bool
scan_long(struct scan *s, struct err *err)
{
	const char *typed = *s->word + 2, *value = strchr(typed, '='), *full = NULL;
	size_t len = value != NULL ? (size_t)(value - typed) : strlen(typed);
	const struct getopts_switch *sw = find_long(s, typed, len, &full, err);

	if (sw == NULL)
		return false;
	if (sw->argument == NULL && value != NULL)
		return err_set(err, "option --%s must not have an argument", full);
	if (sw->argument != NULL && value == NULL) {
		if (s->word[1] == NULL)
			return err_set(err, "option --%s requires argument", full);
		value = *++s->word;
	} else if (value != NULL) {
		value++;
	}
	add_match(s->g, sw, value, xasprintf("--%s", full));
	return true;
}

static bool
scan_bundle(struct scan *s, struct err *err)
{
	for (const char *p = *s->word + 1; *p != '\0'; p++) {
		const struct getopts_switch *sw = find_letter(s, *p);
		const char *value = NULL;
		char letter = *p;

		if (sw == NULL)
			return err_set(err, "option -%c not recognized", *p);
		if (sw->argument != NULL) {
			value = p[1] != '\0' ? p + 1 : *++s->word;
			if (value == NULL)
				return err_set(err, "option -%c requires argument", letter);
		}
		add_match(s->g, sw, value, xasprintf("-%c", letter));
		if (value != NULL)
			break;
	}
	return true;
}

bool
getopts_parse(struct getopts *g, const struct getopts_switch *table, size_t n, char **argv, struct err *err)
{
	struct scan s = {.g = g, .table = table, .n = n, .word = argv};

	*g = (struct getopts){0};
	for (s.word = argv[0] != NULL ? argv + 1 : argv; *s.word != NULL; s.word++) {
		if ((*s.word)[0] != '-' || (*s.word)[1] == '\0')
			break;
		if (strcmp(*s.word, "--") == 0) {
			s.word++;
			break;
		}
		if ((*s.word)[1] == '-' ? !scan_long(&s, err) : !scan_bundle(&s, err))
			return false;
	}
	g->rest = s.word;
	while (g->rest[g->nrest] != NULL)
		g->nrest++;
	return true;
}

void
getopts_release(struct getopts *g)
{
	for (size_t i = 0; i < g->n; i++)
		free(g->matches[i].spelled);
	free(g->matches);
	*g = (struct getopts){0};
}

bool
getopts_once(const struct getopts *g, size_t i, struct err *err)
{
	char *repr;

	for (size_t j = 0; j < i; j++) {
		if (g->matches[j].sw->key != g->matches[i].sw->key)
			continue;
		repr = pyrepr(g->matches[i].spelled);
		err_set(err, "conflicting command line option %s", repr);
		free(repr);
		return false;
	}
	return true;
}

bool
getopts_bad_value(const struct getopts_match *m, struct err *err)
{
	char *repr = pyrepr(m->value != NULL ? m->value : "");

	err_prefix(err, "invalid value for %s %s: ", m->spelled, repr);
	free(repr);
	return false;
}

void
getopts_help(struct buf *out, const struct getopts_switch *table, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct getopts_switch *sw = &table[i];

		if (sw->help == NULL)
			continue;
		if (sw->letter != 0)
			buf_printf(out, "-%c%s", sw->letter, sw->name != NULL ? "/" : "");
		if (sw->name != NULL)
			buf_printf(out, "--%s", sw->alias != NULL ? sw->alias : sw->name);
		if (sw->argument != NULL)
			buf_printf(out, " %s", sw->argument);
		buf_puts(out, " -- ");
		for (const char *p = sw->help; *p != '\0'; p++) {
			buf_putc(out, *p);
			if (*p == '\n')
				buf_puts(out, HELP_INDENT);
		}
		buf_putc(out, '\n');
	}
}

char *
getopts_list(char *const *words, size_t n)
{
	struct buf out = BUF_INIT(LIST_MAX);

	buf_putc(&out, '[');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_puts(&out, ", ");
		pyrepr_append(&out, words[i], strlen(words[i]));
	}
	buf_putc(&out, ']');
	return buf_steal(&out);
}
