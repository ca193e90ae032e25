/* tui_set.c: see tui_set.h. */
#include "autoconf.h"

#include "tui/tui_set.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_act_table.h"

/* The layout's values are those of the model's split. */
static_assert((int)LAYOUT_AUTO == (int)SPLIT_AUTO && (int)LAYOUT_BELOW == (int)SPLIT_BELOW &&
		  (int)LAYOUT_BESIDE == (int)SPLIT_BESIDE,
	      "one is copied to the other");

void
tui_set_begin(struct tui_model *m)
{
	static const double seconds[] = {
	    [HIGHLIGHT_OFF] = 0, [HIGHLIGHT_2] = 2, [HIGHLIGHT_5] = 5, [HIGHLIGHT_15] = 15};
	const struct tui_settings *s = &m->settings;
	enum tui_column column = tui_column_named(s->sort, strlen(s->sort));

	m->sort = column == TUI_NCOLUMNS ? COLUMN_NAME : column;
	m->reverse = s->reverse;
	m->highlight = seconds[s->highlight];
	tui_column_list_parse(&m->columns, s->columns);
	m->split = (enum tui_split)s->layout;
	m->only_ill = s->ill;
	m->logpane.wrap = s->wrap;
	m->logpane.stamps = s->timestamps;
	tui_act_table_accept_filter(m, s->filter);
}

static void
set_text(char **at, const char *value)
{
	free(*at);
	*at = xstrdup(strlen(value) > TUI_SETTING_MAX ? "" : value);
}

static void
collect_columns(struct tui_model *m)
{
	struct buf names = BUF_INIT(TUI_SETTING_MAX);

	tui_column_list_print(&m->columns, &names);
	set_text(&m->settings.columns, buf_str(&names));
	buf_release(&names);
}

/* Names of folded groups. Those of a daemon that has not been seen stay remembered. */
static void
collect_folded(struct tui_model *m)
{
	struct buf names = BUF_INIT(TUI_SETTING_MAX);

	if (m->ngroups == 0)
		return;
	for (size_t i = 0; i < m->ngroups; i++) {
		const char *name = m->groups[i]->name;

		if (m->groups[i]->folded && strpbrk(name, ",\"") == NULL &&
		    names.len + strlen(name) + 1 < TUI_SETTING_MAX)
			buf_printf(&names, "%s%s", names.len > 0 ? "," : "", name);
	}
	set_text(&m->settings.folded, buf_str(&names));
	buf_release(&names);
}

void
tui_set_collect(struct tui_model *m)
{
	struct tui_settings *s = &m->settings;

	set_text(&s->sort, tui_columns[m->sort].name);
	s->reverse = m->reverse;
	collect_columns(m);
	s->layout = (int)m->split;
	s->wrap = m->logpane.wrap;
	s->timestamps = m->logpane.stamps;
	set_text(&s->filter, m->filter);
	s->ill = m->only_ill;
	collect_folded(m);
}

bool
tui_set_was_folded(const struct tui_model *m, const char *group)
{
	size_t len = strlen(group);

	for (const char *at = m->settings.folded; *at != '\0'; at += *at == ',') {
		size_t n = strcspn(at, ",");

		if (n == len && memcmp(at, group, n) == 0)
			return true;
		at += n;
	}
	return false;
}

/* The command line */

static const struct tui_overlay_type list_type = {
    .keymap = KEYMAP_OVERLAY,
};

static void
list(struct tui_model *m)
{
	tui_overlay_open(m, &list_type, "settings (:set NAME=VALUE)");
	for (size_t i = 0; i < tui_nsettings; i++) {
		const struct tui_setting *setting = &tui_settings_table[i];
		const char *value = tui_setting_get(&m->settings, setting);
		struct buf accepted = BUF_INIT(1024);

		if (setting->silent)
			continue;
		tui_setting_accepted(setting, &accepted);
		tui_text_addf(&m->overlay.text, strcmp(value, setting->def) == 0 ? LOOK_PLAIN : LOOK_TITLE,
			      " %-11s = %-9s %s%s%s", setting->name, value, accepted.len > 0 ? "(" : "",
			      buf_str(&accepted), accepted.len > 0 ? ")" : "");
		tui_text_addf(&m->overlay.text, LOOK_DIM, "     %s", setting->help);
		buf_release(&accepted);
	}
}

static const struct tui_setting *
find(struct tui_model *m, const char *name)
{
	const struct tui_setting *setting = tui_setting_find(name);

	if (setting == NULL || setting->silent) {
		tui_message(m, LOOK_WARN, "'%s' is not a setting: :set lists them", name);
		return NULL;
	}
	return setting;
}

bool
tui_set_value(struct tui_model *m, const char *name, const char *value)
{
	const struct tui_setting *setting = find(m, name);
	struct err err = ERR_INIT;
	bool ok;

	if (setting == NULL)
		return false;
	/* What keys have changed since is not set back by the way. */
	tui_set_collect(m);
	ok = tui_setting_set(&m->settings, setting, value, &err);
	if (ok) {
		tui_set_begin(m);
		tui_message(m, LOOK_PLAIN, "%s=%s", name, tui_setting_get(&m->settings, setting));
	} else
		tui_message(m, LOOK_WARN, "%s", err_text(&err));
	err_release(&err);
	return ok;
}

static void
tell(struct tui_model *m, const char *name)
{
	const struct tui_setting *setting = find(m, name);
	struct buf accepted = BUF_INIT(1024);

	if (setting == NULL)
		return;
	tui_set_collect(m);
	tui_setting_accepted(setting, &accepted);
	tui_message(m, LOOK_PLAIN, "%s=%s%s%s%s", name, tui_setting_get(&m->settings, setting),
		    accepted.len > 0 ? " (" : "", buf_str(&accepted), accepted.len > 0 ? ")" : "");
	buf_release(&accepted);
}

void
tui_set_command(struct tui_model *m, const char *rest)
{
	size_t len = strcspn(rest, "= \t");
	char *name = xstrndup(rest, len);
	const char *value = rest + len;

	value += strspn(value, " \t");
	if (*value == '=') {
		value++;
		value += strspn(value, " \t");
	}
	if (len == 0) {
		tui_set_collect(m);
		list(m);
	} else if (rest[len] == '\0')
		tell(m, name);
	else
		tui_set_value(m, name, value);
	free(name);
}
