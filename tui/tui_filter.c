/* tui_filter.c: see tui_filter.h. */
#include "autoconf.h"

#include "tui/tui_filter.h"

#include <ctype.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/xmalloc.h"
#include "tui/tui_host.h"
#include "tui/tui_log.h"

struct term;
typedef bool match_fn(const struct term *t, const struct tui_proc *p);

struct term {
	match_fn *match;
	bool inverted;
	char *text; /* owned */
	bool is_regex;
	regex_t regex;
};

struct tui_filter {
	struct term *terms; /* owned */
	size_t n;
};

static bool
has(const char *text, const char *pattern)
{
	return tui_match(text, strlen(text), pattern);
}

static bool
match_text(const struct term *t, const struct tui_proc *p)
{
	return has(p->display, t->text) || has(process_state_name(p->state), t->text);
}

static bool
match_regex(const struct term *t, const struct tui_proc *p)
{
	return regexec(&t->regex, p->display, 0, NULL, 0) == 0;
}

static bool
match_state(const struct term *t, const struct tui_proc *p)
{
	if (strcasecmp(t->text, "ill") == 0)
		return tui_proc_is_ill(p);
	return strncasecmp(process_state_name(p->state), t->text, strlen(t->text)) == 0;
}

static bool
match_group(const struct term *t, const struct tui_proc *p)
{
	return has(p->group->name, t->text);
}

static bool
match_host(const struct term *t, const struct tui_proc *p)
{
	const struct tui_host *h = p->group->host;

	return has(tui_host_name(h), t->text) || has(h->where, t->text);
}

static const struct {
	const char *prefix;
	match_fn *match;
} kinds[] = {
    {"state:", match_state},
    {"group:", match_group},
    {"host:", match_host},
};

static bool
has_upper(const char *s)
{
	for (; *s != '\0'; s++)
		if (isupper((unsigned char)*s))
			return true;
	return false;
}

/* The text is without its first character. */
static bool
compile(struct term *t, char **why)
{
	int flags = REG_EXTENDED | REG_NOSUB | (has_upper(t->text) ? 0 : REG_ICASE);
	int code = regcomp(&t->regex, t->text, flags);
	char message[128];

	t->is_regex = code == 0;
	if (t->is_regex)
		return true;
	regerror(code, &t->regex, message, sizeof(message));
	*why = xasprintf("'%.60s': %s", t->text, message);
	return false;
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
		t->text = xstrndup(word + 1, len - 1);
		return compile(t, why);
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
	t->text = xstrndup(word, len);
	return true;
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
		if (!parse(t, text, len, why)) {
			tui_filter_free(f);
			return NULL;
		}
		/* A word that has only begun says nothing yet. */
		if (t->text[0] == '\0') {
			if (t->is_regex)
				regfree(&t->regex);
			free(t->text);
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
	for (size_t i = 0; i < f->n; i++) {
		if (f->terms[i].is_regex)
			regfree(&f->terms[i].regex);
		free(f->terms[i].text);
	}
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
