/* tui_filter.c: see tui_filter.h. */
#include "autoconf.h"

#include "tui/tui_filter.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/xmalloc.h"
#include "tui/tui_host.h"
#include "tui/tui_pattern.h"

struct term;
typedef bool match_fn(const struct term *t, const struct tui_proc *p);

struct term {
	match_fn *match;
	bool inverted;
	struct tui_pattern pattern;
};

struct tui_filter {
	struct term *terms; /* owned */
	size_t n;
};

static bool
has(const struct term *t, const char *text)
{
	return tui_pattern_matches(&t->pattern, text, strlen(text));
}

static bool
match_text(const struct term *t, const struct tui_proc *p)
{
	return has(t, p->display) || has(t, process_state_name(p->state));
}

static bool
match_regex(const struct term *t, const struct tui_proc *p)
{
	return has(t, p->display);
}

static bool
match_state(const struct term *t, const struct tui_proc *p)
{
	const char *word = t->pattern.needle;

	if (strcasecmp(word, "ill") == 0)
		return tui_proc_needs_hand(p);
	return strncasecmp(process_state_name(p->state), word, strlen(word)) == 0;
}

static bool
match_group(const struct term *t, const struct tui_proc *p)
{
	return has(t, p->group->name);
}

static bool
match_host(const struct term *t, const struct tui_proc *p)
{
	const struct tui_host *h = p->group->host;

	return has(t, tui_host_name(h)) || has(t, h->where);
}

static const struct {
	const char *prefix;
	match_fn *match;
} kinds[] = {
    {"state:", match_state},
    {"group:", match_group},
    {"host:", match_host},
};

/* expression: the text is one; else it is taken as it stands. */
static bool
compile(struct term *t, const char *text, size_t len, bool expression, char **why)
{
	bool special = !expression && len > 0 && (*text == '~' || *text == '!');
	char *pattern = xasprintf("%s%.*s", expression ? "~" : special ? "\\" : "", (int)len, text);
	bool ok = tui_pattern_set(&t->pattern, pattern, why);

	free(pattern);
	return ok;
}

/* False: it makes no sense. */
static bool
parse(struct term *t, const char *word, size_t len, char **why)
{
	t->match = match_text;
	if (*word == '!') {
		t->inverted = true;
		word++;
		len--;
	}
	if (len > 0 && (*word == '/' || *word == '~')) {
		/* Who has written /this/ has meant this. */
		if (len > 2 && *word == '/' && word[len - 1] == '/')
			len--;
		t->match = match_regex;
		return compile(t, word + 1, len - 1, true, why);
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t prefix = strlen(kinds[i].prefix);

		if (len < prefix || strncasecmp(word, kinds[i].prefix, prefix) != 0)
			continue;
		t->match = kinds[i].match;
		word += prefix;
		len -= prefix;
		break;
	}
	return compile(t, word, len, false, why);
}

struct tui_filter *
tui_filter_new(const char *text, char **why)
{
	struct tui_filter *f = xcalloc(1, sizeof(*f));

	for (;;) {
		size_t len;
		struct term *t;

		text += strspn(text, " \t");
		len = strcspn(text, " \t");
		if (len == 0)
			return f;
		f->terms = xreallocarray(f->terms, f->n + 1, sizeof(*f->terms));
		t = &f->terms[f->n++];
		*t = (struct term){0};
		tui_pattern_init(&t->pattern);
		if (!parse(t, text, len, why)) {
			tui_filter_free(f);
			return NULL;
		}
		/* A word that has only begun says nothing yet. */
		if (!tui_pattern_is_on(&t->pattern)) {
			tui_pattern_release(&t->pattern);
			f->n--;
		}
		text += len;
	}
}

void
tui_filter_free(struct tui_filter *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < f->n; i++)
		tui_pattern_release(&f->terms[i].pattern);
	free(f->terms);
	free(f);
}

bool
tui_filter_matches(const struct tui_filter *f, const struct tui_proc *p)
{
	for (size_t i = 0; f != NULL && i < f->n; i++)
		if (f->terms[i].match(&f->terms[i], p) == f->terms[i].inverted)
			return false;
	return true;
}
