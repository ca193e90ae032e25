#include "autoconf.h"

#include "tui/tui_complete.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_commands.h"
#include "tui/tui_signal.h"

/* All that begin with the word, seen as one: what they have in common, and how many there are. */
struct candidates {
	const char *word;
	size_t len;
	char *common; /* NULL while there is none; owned */
	size_t n;
	bool whole; /* it takes the place of the word */
};

static void
add(struct candidates *c, const char *text)
{
	size_t same = 0;

	if (strncmp(text, c->word, c->len) != 0)
		return;
	c->n++;
	if (c->common == NULL) {
		c->common = xstrdup(text);
		return;
	}
	while (text[same] != '\0' && text[same] == c->common[same])
		same++;
	c->common[same] = '\0';
}

static void
add_commands(struct candidates *c)
{
	for (size_t i = 0; i < tui_ncommands; i++)
		add(c, tui_commands[i].name);
}

/* A process that has the name of its group is written once, as in the table. */
static void
add_group(struct candidates *c, const struct tui_group *g)
{
	bool alone = g->n == 1 && strcmp(g->procs[0]->name, g->name) == 0;
	char *whole = xasprintf("%s:*", g->name);

	if (alone)
		add(c, g->name);
	else
		add(c, whole);
	for (size_t i = 0; i < g->n && !alone; i++)
		add(c, g->procs[i]->key);
	free(whole);
}

static void
add_values(struct candidates *c, const struct tui_setting *setting, const char *prefix)
{
	static const char *const switches[] = {"off", "on", NULL};
	const char *const *values = setting->type == SETTING_SWITCH ? switches : setting->choices;

	if (setting->check != NULL) {
		for (int i = 0; i < TUI_NCOLUMNS; i++) {
			char *text = xasprintf("%s%s", prefix, tui_columns[i].name);

			add(c, text);
			free(text);
		}
	}
	for (; setting->type != SETTING_TEXT && *values != NULL; values++) {
		char *text = xasprintf("%s%s", prefix, *values);

		add(c, text);
		free(text);
	}
}

/* NAME= first, and when that is there, its values. */
static void
add_settings(struct candidates *c)
{
	for (size_t i = 0; i < tui_nsettings; i++) {
		const struct tui_setting *setting = &tui_settings_table[i];
		char *prefix = xasprintf("%s=", setting->name);

		if (!setting->silent && strncmp(c->word, prefix, strlen(prefix)) == 0)
			add_values(c, setting, prefix);
		else if (!setting->silent)
			add(c, prefix);
		free(prefix);
	}
}

static void
add_processes(struct candidates *c, const struct tui_host *h)
{
	const struct tui_model *m = h->model;

	for (size_t i = 0; i < m->ngroups; i++)
		if (m->groups[i]->host == h)
			add_group(c, m->groups[i]);
}

static void
add_groups(struct candidates *c, const struct tui_host *h)
{
	const struct tui_model *m = h->model;

	add(c, "all");
	for (size_t i = 0; i < m->ngroups; i++)
		if (m->groups[i]->host == h)
			add(c, m->groups[i]->name);
}

static void
add_words(struct candidates *c, const char *const *words)
{
	for (; *words != NULL; words++)
		add(c, *words);
}

static void
add_signals(struct candidates *c)
{
	for (size_t i = 0; tui_signal_name(i) != NULL; i++)
		add(c, tui_signal_name(i));
}

/* The beginnings, and those that were here before. */
static void
add_urls(struct candidates *c, const struct tui_model *m)
{
	static const char *const schemes[] = {"unix://", "http://", "ssh://", NULL};

	add_words(c, schemes);
	for (size_t i = 0; i < m->ndropped; i++)
		add(c, m->dropped[i]->where);
}

static void
add_hosts(struct candidates *c, const struct tui_model *m)
{
	for (size_t i = 0; i < m->nhosts; i++)
		add(c, tui_host_name(m->hosts[i]));
	if (c->n > 0)
		return;
	/* The only one that has the word in it. */
	for (size_t i = 0; i < m->nhosts; i++)
		if (strstr(tui_host_name(m->hosts[i]), c->word) != NULL && c->n++ == 0)
			c->common = xstrdup(tui_host_name(m->hosts[i]));
	c->whole = c->n == 1;
	if (c->n > 1)
		c->n = 0;
}

/* What may stand as word number at (from 1) of a command. */
static void
add_names(struct candidates *c, const struct tui_host *h, enum tui_takes takes, size_t at)
{
	static const char *const tail_options[] = {"-f", "-1600", NULL};
	static const char *const channels[] = {"stdout", "stderr", NULL};

	switch (takes) {
	case TAKES_NOTHING:
		break;
	case TAKES_GROUPS:
		add_groups(c, h);
		break;
	case TAKES_PROCESSES:
		add(c, "all");
		add_processes(c, h);
		break;
	case TAKES_SIGNAL:
		if (at == 1)
			add_signals(c);
		else
			add_names(c, h, TAKES_PROCESSES, at);
		break;
	case TAKES_TAIL:
		if (c->word[0] == '-')
			add_words(c, tail_options);
		else
			add_processes(c, h);
		if (at > 1)
			add_words(c, channels);
		break;
	case TAKES_MAINTAIL:
		add_words(c, tail_options);
		break;
	case TAKES_ONE:
		add_processes(c, h);
		break;
	case TAKES_COMMAND:
		add_commands(c);
		break;
	case TAKES_SETTINGS:
		add_settings(c);
		break;
	case TAKES_THEMES:
		add_values(c, tui_setting_find("theme"), "");
		break;
	case TAKES_COLUMNS:
		add_values(c, tui_setting_find("sort"), "");
		break;
	case TAKES_URL:
		add_urls(c, h->model);
		break;
	case TAKES_HOST:
		add_hosts(c, h->model);
		break;
	}
}

/* For the last word of a line, of which the word is a part. */
static void
add_arguments(struct candidates *c, const struct tui_host *h, const char *line)
{
	const char *at = line + strspn(line, " ");
	char *first = xstrndup(at, strcspn(at, " "));
	const struct tui_command *command = tui_command_find(first);
	size_t n = 0;

	for (; at < c->word; n++) {
		at += strcspn(at, " ");
		at += strspn(at, " ");
	}
	if (command != NULL)
		add_names(c, h, command->takes, n);
	free(first);
}

void
tui_complete(struct tui_model *m)
{
	struct tui_prompt *p = &m->prompt;
	char *line = xstrndup(buf_str(&p->text), p->cursor);
	size_t begin = p->cursor;
	struct candidates c;

	while (begin > 0 && line[begin - 1] != ' ')
		begin--;
	c = (struct candidates){.word = line + begin, .len = p->cursor - begin};
	if (strspn(line, " ") == begin)
		add_commands(&c);
	else
		add_arguments(&c, tui_model_host(m), line);
	if (c.whole)
		tui_prompt_erase(p, begin);
	if (c.n > 0)
		tui_prompt_insert(p, c.common + (c.whole ? 0 : c.len));
	/* Behind NAME= comes a value, and a scheme is not all. */
	if (c.n == 1 && (p->cursor == 0 || strchr("=/", buf_str(&p->text)[p->cursor - 1]) == NULL))
		tui_prompt_insert(p, " ");
	free(c.common);
	free(line);
}
