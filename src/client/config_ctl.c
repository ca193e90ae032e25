/* config_ctl.c: see config_ctl.h. */
#include "autoconf.h"

#include "client/config_ctl.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "client/config_find.h"
#include "client/config_text.h"
#include "client/config_world.h"
#include "core/expand.h"
#include "core/ini.h"
#include "core/options_table.h"

/* The reading of the clients' section. */
struct ctl_reading {
	const struct ini *ini;
	const struct ini_section *section;
	const struct config_world *world;
	struct expand_names env;
	struct expand_names here;
	struct err *err;
};

/* The expanded text of an option into *out; left alone when the option is not written. */
static bool
read_ctl_option(struct ctl_reading *r, const char *name, char **out)
{
	const struct option_row *row = option_find(SECTION_SUPERVISORCTL, name);
	const struct ini_option *o = ini_option(r->ini, r->section, name);
	char *label, *text;

	if (o == NULL)
		return true;
	label = xasprintf("%s.%s", r->section->name, name);
	text = expand(o->value, label, row->names == NAMES_HERE ? &r->here : &r->env, r->err);
	free(label);
	if (text == NULL) {
		err_where(r->err, "%s:%d: [%s] %s", o->file, o->line, r->section->name, name);
		return false;
	}
	free(*out);
	*out = text;
	return true;
}

static void
finish_ctl(const struct config_world *world, struct ctl_config *ctl)
{
	static const char scheme[] = "unix://";
	char *path;

	if (strncmp(ctl->serverurl, scheme, strlen(scheme)) == 0) {
		path = config_absolute_path(world, ctl->serverurl + strlen(scheme));
		free(ctl->serverurl);
		ctl->serverurl = xasprintf("%s%s", scheme, path);
		free(path);
	}
	if (ctl->history_file == NULL)
		return;
	path = *ctl->history_file != '\0' ? config_absolute_path(world, ctl->history_file) : NULL;
	free(ctl->history_file);
	ctl->history_file = path;
}

/* Plugins are Python: the section must be complete, as in the reference, and is then ignored. */
static bool
read_plugins(struct ctl_reading *r, struct ctl_config *ctl)
{
	for (size_t i = 0; i < ini_nsections(r->ini); i++) {
		const struct ini_section *s = ini_section_at(r->ini, i);

		if (section_kind_of(s->name) != SECTION_CTLPLUGIN)
			continue;
		if (ini_option(r->ini, s, "supervisor.ctl_factory") == NULL) {
			err_set(r->err, "section [%s] does not specify a supervisor.ctl_factory", s->name);
			err_where(r->err, "%s:%d: [%s]", s->file, s->line, s->name);
			return false;
		}
		ctl->warnings = xreallocarray(ctl->warnings, ctl->nwarnings + 1, sizeof(*ctl->warnings));
		ctl->warnings[ctl->nwarnings++] =
		    xasprintf("Warning: [%s] ignored: Python plugins are not supported", s->name);
	}
	return true;
}

static bool
read_ctl(struct ctl_reading *r, const struct config_file *file, struct ctl_config *ctl)
{
	bool ok;

	r->section = ini_section(r->ini, "supervisorctl");
	if (r->section == NULL) {
		err_set(r->err, ".ini file does not include supervisorctl section");
		err_where(r->err, "%s", file->name);
		return false;
	}
	expand_set_environ(&r->env, r->world->environ);
	expand_set(&r->here, "here", file->here);
	ok = read_ctl_option(r, "serverurl", &ctl->serverurl) && read_ctl_option(r, "prompt", &ctl->prompt) &&
	     read_ctl_option(r, "username", &ctl->username) &&
	     read_ctl_option(r, "password", &ctl->password) &&
	     read_ctl_option(r, "history_file", &ctl->history_file) && read_plugins(r, ctl);
	expand_names_clear(&r->env);
	expand_names_clear(&r->here);
	return ok;
}

/* The defaults, and what the file, when there is one, makes of them. */
static bool
load_ctl(const struct config_file *file, struct ctl_config *ctl, struct err *err)
{
	struct config_world *world = config_world_real();
	struct ini *ini = ini_new();
	struct ctl_reading r = {.ini = ini, .world = world, .here = {.outer = &r.env}, .err = err};
	struct buf text = BUF_INIT(CONFIG_TEXT_MAX);
	bool ok = true;

	ctl->serverurl = xstrdup(option_find(SECTION_SUPERVISORCTL, "serverurl")->def);
	ctl->prompt = xstrdup(option_find(SECTION_SUPERVISORCTL, "prompt")->def);
	if (file != NULL)
		ok = config_text_main(file, false, &text, err) &&
		     ini_read(ini, file->name, buf_str(&text), text.len, err) && read_ctl(&r, file, ctl);
	if (ok)
		finish_ctl(world, ctl);
	buf_release(&text);
	ini_free(ini);
	config_world_free(world);
	return ok;
}

bool
config_load_supervisorctl(const char *prog, const char *given, struct ctl_config *ctl, struct err *err)
{
	struct config_file file = {0};
	bool found = false, ok;
	struct err none = ERR_INIT;

	*ctl = (struct ctl_config){0};
	if (given == NULL) {
		found = config_find(prog, NULL, &file, &none);
		err_release(&none);
	} else if (*given != '\0') {
		found = config_find(prog, given, &file, err);
		if (!found)
			return false;
	}
	ok = load_ctl(found ? &file : NULL, ctl, err);
	config_file_release(&file);
	return ok;
}

void
ctl_config_release(struct ctl_config *ctl)
{
	for (size_t i = 0; i < ctl->nwarnings; i++)
		free(ctl->warnings[i]);
	free(ctl->warnings);
	free(ctl->serverurl);
	free(ctl->username);
	free(ctl->password);
	free(ctl->prompt);
	free(ctl->history_file);
	*ctl = (struct ctl_config){0};
}
