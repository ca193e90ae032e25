/* tui_watch_command.c: see tui_watch_command.h. */
#include "autoconf.h"

#include "tui/tui_watch_command.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_model.h"
#include "tui/tui_watch.h"

/* Is it meant by "name", "group:name", "group:*"? */
static bool
is_meant(const struct tui_proc *p, const char *word)
{
	size_t len = strlen(word);

	if (len > 2 && strcmp(word + len - 2, ":*") == 0)
		return strlen(p->group->name) == len - 2 && strncmp(p->group->name, word, len - 2) == 0;
	return strcmp(word, p->key) == 0 || strcmp(word, p->display) == 0 ||
	       strcmp(word, p->group->name) == 0;
}

/* The programs that a word means; adds how many. False: there is none, or they cannot be watched. */
static bool
add_named(struct tui_model *m, const char *pattern, const char *word, size_t *n)
{
	const struct tui_host *h = tui_model_host(m);
	size_t before = *n;

	for (size_t i = 0; i < m->ngroups; i++) {
		const struct tui_group *g = m->groups[i];

		for (size_t j = 0; g->host == h && j < g->n; j++) {
			if (!is_meant(g->procs[j], word))
				continue;
			if (!tui_watch_add(m, pattern, g->procs[j]))
				return false;
			++*n;
		}
	}
	if (*n == before)
		tui_message(m, LOOK_BAD, "watch: there is no program '%s'", word);
	return *n > before;
}

static bool
add_selected(struct tui_model *m, const char *pattern, size_t *n)
{
	struct tui_group *g = m->selected_group;
	bool ok = true;

	if (m->selected_proc != NULL) {
		*n = 1;
		return tui_watch_add(m, pattern, m->selected_proc);
	}
	for (size_t i = 0; ok && g != NULL && i < g->n; i++, (*n)++)
		ok = tui_watch_add(m, pattern, g->procs[i]);
	return ok;
}

/* The next word, or a text in double quotes. The caller frees it; NULL: there is none. */
static char *
next_word(const char **at)
{
	const char *begin = *at + strspn(*at, " \t");
	size_t len;

	if (*begin == '\0')
		return NULL;
	if (*begin == '"') {
		begin++;
		len = strcspn(begin, "\"");
		*at = begin + len + (begin[len] == '"');
	} else {
		len = strcspn(begin, " \t");
		*at = begin + len;
	}
	return xstrndup(begin, len);
}

void
tui_watch_command(struct tui_model *m, const char *rest)
{
	char *pattern = next_word(&rest), *word = NULL;
	struct tui_host *h = tui_model_host(m);
	bool ok = true, named = false;
	size_t n = 0;

	if (pattern == NULL) {
		tui_watch_open(m);
		return;
	}
	if (h->polled) {
		tui_message(m, LOOK_WARN,
			    "watch: this daemon has no stream of logs: it is Supervisor's own, and polled");
		free(pattern);
		return;
	}
	while (ok && (word = next_word(&rest)) != NULL) {
		named = true;
		ok = add_named(m, pattern, word, &n);
		free(word);
	}
	if (!named)
		ok = add_selected(m, pattern, &n);
	if (ok && n > 0)
		tui_message(m, LOOK_OK, "watching %zu program%s for '%s'%s%s", n, n == 1 ? "" : "s", pattern,
			    2 * n > TUI_WATCH_LOGS ? ", the first of them" : "",
			    tui_hint(m, "; W lists what comes", ""));
	tui_request_host(h, REQUEST_FOLLOW);
	free(pattern);
}

void
tui_unwatch_command(struct tui_model *m, const char *rest)
{
	char *pattern = next_word(&rest);
	size_t left, n = tui_watch_drop(m, pattern, &left);

	tui_message(m, LOOK_PLAIN, "%zu ended, %zu watched still", n, left);
	for (size_t i = 0; i < m->nhosts; i++)
		tui_request_host(m->hosts[i], REQUEST_FOLLOW);
	free(pattern);
}

void
tui_watch_settle(struct tui_model *m)
{
	const struct tui_settings *s = &m->settings;
	bool any = false;

	if (!m->arrivals)
		return;
	m->arrivals = false;
	for (size_t i = 0; i < m->ngroups && s->nwatches > 0; i++) {
		for (size_t j = 0; j < m->groups[i]->n; j++) {
			struct tui_proc *p = m->groups[i]->procs[j];

			for (size_t w = 0; !p->arrived && !p->group->host->polled && w < s->nwatches; w++)
				if (is_meant(p, s->watches[w].program))
					any |= tui_watch_add(m, s->watches[w].pattern, p);
			p->arrived = true;
		}
	}
	if (any)
		tui_request(&m->requests, REQUEST_FOLLOW, "");
}
