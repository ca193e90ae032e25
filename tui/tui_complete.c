#include "autoconf.h"

#include "tui/tui_complete.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

enum takes {
	TAKES_NOTHING,
	TAKES_GROUPS,
	TAKES_PROCESSES,
	TAKES_SETTINGS, /* NAME=VALUE */
	TAKES_THEMES,
	TAKES_COLUMNS,
};

/* supervisorctl's commands and the screen's own; fg and open are for its own prompt. */
static const struct {
	const char *name;
	enum takes takes;
} commands[] = {
    {"add", TAKES_GROUPS},        {"avail", TAKES_NOTHING},    {"clear", TAKES_PROCESSES},
    {"exit", TAKES_NOTHING},      {"help", TAKES_NOTHING},     {"history", TAKES_NOTHING},
    {"report", TAKES_NOTHING},    {"watch", TAKES_PROCESSES},  {"unwatch", TAKES_NOTHING},
    {"maintail", TAKES_NOTHING},  {"pid", TAKES_PROCESSES},    {"quit", TAKES_NOTHING},
    {"reload", TAKES_NOTHING},    {"remove", TAKES_GROUPS},    {"reread", TAKES_NOTHING},
    {"restart", TAKES_PROCESSES}, {"shutdown", TAKES_NOTHING}, {"signal", TAKES_PROCESSES},
    {"start", TAKES_PROCESSES},   {"status", TAKES_PROCESSES}, {"stop", TAKES_PROCESSES},
    {"tail", TAKES_PROCESSES},    {"update", TAKES_GROUPS},    {"version", TAKES_NOTHING},
    {"set", TAKES_SETTINGS},      {"theme", TAKES_THEMES},     {"sort", TAKES_COLUMNS},
    {"mark", TAKES_PROCESSES},    {"unmark", TAKES_PROCESSES},
};
#define NCOMMANDS (sizeof(commands) / sizeof(commands[0]))

/* All that begin with the word, seen as one: what they have in common, and how many there are. */
struct candidates {
	const char *word;
	size_t len;
	char *common; /* NULL while there is none; owned */
	size_t n;
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
	for (size_t i = 0; i < NCOMMANDS; i++)
		add(c, commands[i].name);
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
add_names(struct candidates *c, const struct tui_model *m, enum takes takes)
{
	if (takes == TAKES_SETTINGS)
		add_settings(c);
	else if (takes == TAKES_THEMES)
		add_values(c, tui_setting_find("theme"), "");
	else if (takes == TAKES_COLUMNS)
		add_values(c, tui_setting_find("sort"), "");
	else if (takes != TAKES_NOTHING)
		add(c, "all");
	for (size_t i = 0; i < m->ngroups && takes == TAKES_GROUPS; i++)
		add(c, m->groups[i]->name);
	for (size_t i = 0; i < m->ngroups && takes == TAKES_PROCESSES; i++)
		add_group(c, m->groups[i]);
}

static enum takes
takes_of(const char *line)
{
	size_t len;

	line += strspn(line, " ");
	len = strcspn(line, " ");
	for (size_t i = 0; i < NCOMMANDS; i++)
		if (strlen(commands[i].name) == len && strncmp(commands[i].name, line, len) == 0)
			return commands[i].takes;
	return TAKES_NOTHING;
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
		add_names(&c, m, takes_of(line));
	if (c.n > 0)
		tui_prompt_insert(p, c.common + c.len);
	/* Behind NAME= comes a value. */
	if (c.n == 1 && (p->cursor == 0 || buf_str(&p->text)[p->cursor - 1] != '='))
		tui_prompt_insert(p, " ");
	free(c.common);
	free(line);
}
