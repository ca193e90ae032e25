/* ctl_names.c: see ctl_names.h. */
#include "autoconf.h"

#include "ctl/ctl_names.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

static bool
has_wildcard(const char *s)
{
	return strpbrk(s, "*?[") != NULL;
}

/* Words */

void
ctl_word_init(struct ctl_word *w, const char *word)
{
	*w = (struct ctl_word){.colon = strchr(word, ':') != NULL};
	ctl_name_split(&w->name, word);
	w->pattern =
	    has_wildcard(w->name.group) || (w->name.process != NULL && has_wildcard(w->name.process));
}

void
ctl_word_release(struct ctl_word *w)
{
	ctl_name_release(&w->name);
}

/* Without a process, or without a colon, the group is all that a pattern asks for. */
static bool
any_process(const struct ctl_word *w)
{
	return !w->colon || w->name.process == NULL;
}

void
ctl_word_consider(struct ctl_word *w, const char *group, const char *name)
{
	if (strcmp(w->name.group, group) != 0)
		return;
	w->literal_group = true;
	if (any_process(w) || strcmp(w->name.process, name) == 0)
		w->literal = true;
}

bool
ctl_word_means(const struct ctl_word *w, const char *group, const char *name)
{
	bool same_group = strcmp(w->name.group, group) == 0;

	if (!w->pattern || w->literal)
		return same_group && (w->name.process == NULL || strcmp(w->name.process, name) == 0);
	return (w->literal_group ? same_group : fnmatch(w->name.group, group, 0) == 0) &&
	       (any_process(w) || fnmatch(w->name.process, name, 0) == 0);
}

bool
ctl_names_is_pattern(const char *word)
{
	struct ctl_word w;

	ctl_word_init(&w, word);
	ctl_word_release(&w);
	return w.pattern;
}

/* Picking */

static const char *
text_of(const struct xmlrpc_value *info, const char *member)
{
	return xmlrpc_get_string(xmlrpc_find(info, member));
}

void
ctl_picks_init(struct ctl_picks *picks, const struct xmlrpc_value *infos)
{
	*picks = (struct ctl_picks){
	    .infos = infos,
	    .taken = xcalloc(xmlrpc_get_length(infos) + 1, sizeof(*picks->taken)),
	};
}

void
ctl_picks_release(struct ctl_picks *picks)
{
	free(picks->info);
	free(picks->taken);
	*picks = (struct ctl_picks){0};
}

static void
picks_add(struct ctl_picks *picks, size_t i)
{
	picks->info = xreallocarray(picks->info, picks->n + 1, sizeof(*picks->info));
	picks->info[picks->n++] = xmlrpc_at(picks->infos, i);
	picks->taken[i] = true;
}

bool
ctl_picks_name(struct ctl_picks *picks, const char *word)
{
	struct ctl_word w;
	bool found = false;

	ctl_word_init(&w, word);
	w.literal = true;
	for (size_t i = 0; i < xmlrpc_get_length(picks->infos); i++) {
		const struct xmlrpc_value *info = xmlrpc_at(picks->infos, i);

		if (!ctl_word_means(&w, text_of(info, "group"), text_of(info, "name")))
			continue;
		picks_add(picks, i);
		found = true;
	}
	ctl_word_release(&w);
	return found;
}

void
ctl_picks_all(struct ctl_picks *picks)
{
	for (size_t i = 0; i < xmlrpc_get_length(picks->infos); i++)
		picks_add(picks, i);
}

bool
ctl_picks_pattern(struct ctl_picks *picks, const char *word)
{
	size_t n = xmlrpc_get_length(picks->infos);
	bool found = false;
	struct ctl_word w;

	ctl_word_init(&w, word);
	for (size_t i = 0; w.pattern && i < n; i++)
		ctl_word_consider(&w, text_of(xmlrpc_at(picks->infos, i), "group"),
				  text_of(xmlrpc_at(picks->infos, i), "name"));
	for (size_t i = 0; w.pattern && !w.literal && i < n; i++) {
		const struct xmlrpc_value *info = xmlrpc_at(picks->infos, i);

		if (!ctl_word_means(&w, text_of(info, "group"), text_of(info, "name")))
			continue;
		found = true;
		if (!picks->taken[i])
			picks_add(picks, i);
	}
	ctl_word_release(&w);
	return found;
}

/* Targets */

static void
add_target(struct ctl_targets *targets, char *name, size_t pattern, int state)
{
	targets->target = xreallocarray(targets->target, targets->n + 1, sizeof(*targets->target));
	targets->target[targets->n++] = (struct ctl_target){.name = name, .pattern = pattern, .state = state};
}

/* How many of the picks from the i-th on are of one group. */
static size_t
group_run(const struct ctl_picks *picks, size_t i)
{
	const char *group = text_of(picks->info[i], "group");
	size_t end = i;

	while (end < picks->n && strcmp(text_of(picks->info[end], "group"), group) == 0)
		end++;
	return end - i;
}

static size_t
group_size(const struct xmlrpc_value *infos, const char *group)
{
	size_t n = 0;

	for (size_t i = 0; i < xmlrpc_get_length(infos); i++)
		n += strcmp(text_of(xmlrpc_at(infos, i), "group"), group) == 0;
	return n;
}

static void
add_word(struct ctl_targets *targets, struct ctl_picks *picks, const char *word, size_t number)
{
	size_t before = picks->n, run = 0;

	if (!ctl_picks_pattern(picks, word)) {
		add_target(targets, xstrdup(word), 0, 0);
		/* A pattern that follows leaves out what is meant by this. */
		ctl_picks_name(picks, word);
		return;
	}
	for (size_t i = before; i < picks->n; i++, run--) {
		add_target(targets, ctl_name_of(picks->info[i]), number,
			   (int)xmlrpc_get_int(xmlrpc_find(picks->info[i], "state")));
		if (run > 0)
			continue;
		run = group_run(picks, i);
		if (run > 1 && run == group_size(picks->infos, text_of(picks->info[i], "group")))
			targets->target[targets->n - 1].members = run;
	}
}

bool
ctl_targets_get(struct ctl *ctl, char *const *words, size_t n, struct ctl_targets *targets)
{
	struct xmlrpc_value *infos = NULL;
	struct ctl_picks picks;
	bool any = false;

	*targets = (struct ctl_targets){0};
	for (size_t i = 0; i < n; i++)
		any = any || ctl_names_is_pattern(words[i]);
	if (any) {
		infos = ctl_call_or_raise(ctl, "getAllProcessInfo", NULL);
		if (infos == NULL)
			return false;
	}
	ctl_picks_init(&picks, infos);
	for (size_t i = 0; i < n; i++)
		add_word(targets, &picks, words[i], i + 1);
	ctl_picks_release(&picks);
	xmlrpc_free(infos);
	return true;
}

void
ctl_targets_release(struct ctl_targets *targets)
{
	for (size_t i = 0; i < targets->n; i++)
		free(targets->target[i].name);
	free(targets->target);
	*targets = (struct ctl_targets){0};
}
