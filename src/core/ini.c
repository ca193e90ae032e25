/* ini.c: see ini.h and ini_store.h: sections and options, and what "%(here)s" in them becomes. */
#include "autoconf.h"

#include "core/ini.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/xmalloc.h"
#include "core/ini_store.h"

#define HERE "%(here)s"
#define KEY_MAX (INI_NAME_MAX + 32)

struct ini {
	struct ini_section **sections;
	size_t nsections;
	struct ini_section *defaults;
	struct map *by_name; /* section name -> struct ini_section */
	struct map *options; /* "ID:NAME" -> struct ini_option */
	char **files;
	size_t nfiles;
	/* Options whose value holds HERE, not yet replaced; not those of [DEFAULT]. */
	struct ini_option **here;
	size_t nhere;
	size_t ndefaulted; /* sections that have what [DEFAULT] says with HERE as their own */
};

static struct ini_section *
section_new(const char *name, const char *file, int line, size_t id)
{
	struct ini_section *s = xcalloc(1, sizeof(*s));

	s->name = xstrdup(name);
	s->file = file;
	s->line = line;
	s->id = id;
	return s;
}

static void
section_free(struct ini_section *s)
{
	for (size_t i = 0; i < s->noptions; i++) {
		free(s->options[i]->name);
		free(s->options[i]->value);
		free(s->options[i]);
	}
	free(s->options);
	free(s->name);
	free(s);
}

struct ini *
ini_new(void)
{
	struct ini *ini = xcalloc(1, sizeof(*ini));

	ini->by_name = map_new();
	ini->options = map_new();
	ini->defaults = section_new("DEFAULT", "", 0, 0);
	return ini;
}

void
ini_free(struct ini *ini)
{
	if (ini == NULL)
		return;
	for (size_t i = 0; i < ini->nsections; i++)
		section_free(ini->sections[i]);
	for (size_t i = 0; i < ini->nfiles; i++)
		free(ini->files[i]);
	section_free(ini->defaults);
	map_free(ini->by_name);
	map_free(ini->options);
	free(ini->sections);
	free(ini->files);
	free(ini->here);
	free(ini);
}

struct ini_section *
ini_store_section(struct ini *ini, const char *name, const char *file, int line)
{
	struct ini_section *s;

	if (strcmp(name, ini->defaults->name) == 0)
		return ini->defaults;
	s = map_get(ini->by_name, name);
	if (s != NULL) {
		if (s->again_file == NULL && (s->file != file || s->line != line)) {
			s->again_file = file;
			s->again_line = line;
		}
		return s;
	}
	s = section_new(name, file, line, ini->nsections + 1);
	ini->sections = xgrow(ini->sections, ini->nsections, sizeof(*ini->sections));
	ini->sections[ini->nsections++] = s;
	map_put(ini->by_name, name, s);
	return s;
}

static const char *
option_key(char key[KEY_MAX], const struct ini_section *section, const char *name)
{
	snprintf(key, KEY_MAX, "%zu:%s", section->id, name);
	return key;
}

static struct ini_option *
own_option(const struct ini *ini, const struct ini_section *section, const char *name)
{
	char key[KEY_MAX];

	return map_get(ini->options, option_key(key, section, name));
}

static struct ini_option *
store_new_option(struct ini *ini, struct ini_section *section, const char *name)
{
	struct ini_option *o = xcalloc(1, sizeof(*o));
	char key[KEY_MAX];

	o->name = xstrdup(name);
	section->options = xgrow(section->options, section->noptions, sizeof(*section->options));
	section->options[section->noptions++] = o;
	map_put(ini->options, option_key(key, section, name), o);
	return o;
}

void
ini_store_option(struct ini *ini, struct ini_section *section, const char *name, char *value,
		 const char *file, int line)
{
	struct ini_option *o = own_option(ini, section, name);

	if (o == NULL)
		o = store_new_option(ini, section, name);
	free(o->value);
	o->value = value;
	o->file = file;
	o->line = line;
	if (strstr(value, HERE) == NULL)
		return;
	if (section == ini->defaults) {
		ini->ndefaulted = 0;
		return;
	}
	ini->here = xgrow(ini->here, ini->nhere, sizeof(*ini->here));
	ini->here[ini->nhere++] = o;
}

const char *
ini_store_file(struct ini *ini, const char *name)
{
	ini->files = xgrow(ini->files, ini->nfiles, sizeof(*ini->files));
	ini->files[ini->nfiles] = xstrdup(name);
	return ini->files[ini->nfiles++];
}

size_t
ini_nsections(const struct ini *ini)
{
	return ini->nsections;
}

const struct ini_section *
ini_section_at(const struct ini *ini, size_t i)
{
	return ini->sections[i];
}

const struct ini_section *
ini_section(const struct ini *ini, const char *name)
{
	return map_get(ini->by_name, name);
}

const struct ini_section *
ini_defaults(const struct ini *ini)
{
	return ini->defaults;
}

const struct ini_option *
ini_option(const struct ini *ini, const struct ini_section *section, const char *name)
{
	const struct ini_option *o = own_option(ini, section, name);

	return o != NULL ? o : own_option(ini, ini->defaults, name);
}

/* %(here)s */

static char *
replaced(const char *value, const char *dir)
{
	struct buf out = BUF_INIT(INI_VALUE_MAX);
	const char *hit;

	for (; (hit = strstr(value, HERE)) != NULL; value = hit + strlen(HERE)) {
		buf_append(&out, value, (size_t)(hit - value));
		buf_puts(&out, dir);
	}
	buf_puts(&out, value);
	if (out.failed) {
		buf_release(&out);
		return NULL;
	}
	return buf_steal(&out);
}

bool
ini_too_long(struct err *err, const char *what, unsigned max, const char *file, int line)
{
	err_set(err, "%s is longer than %u bytes", what, max);
	err_where(err, "%s:%d", file, line);
	return false;
}

/* What [DEFAULT] says with "%(here)s" becomes each section's own: later files have another directory. */
static bool
replace_default(struct ini *ini, const struct ini_option *o, const char *dir, struct err *err)
{
	for (size_t i = ini->ndefaulted; i < ini->nsections; i++) {
		char *value;

		if (own_option(ini, ini->sections[i], o->name) != NULL)
			continue;
		value = replaced(o->value, dir);
		if (value == NULL)
			return ini_too_long(err, "the value with %(here)s replaced", INI_VALUE_MAX, o->file,
					    o->line);
		ini_store_option(ini, ini->sections[i], o->name, value, o->file, o->line);
	}
	return true;
}

bool
ini_replace_here(struct ini *ini, const char *dir, struct err *err)
{
	for (size_t i = 0; i < ini->nhere; i++) {
		struct ini_option *o = ini->here[i];
		char *value = replaced(o->value, dir);

		if (value == NULL)
			return ini_too_long(err, "the value with %(here)s replaced", INI_VALUE_MAX, o->file,
					    o->line);
		free(o->value);
		o->value = value;
	}
	ini->nhere = 0;
	for (size_t i = 0; i < ini->defaults->noptions; i++)
		if (strstr(ini->defaults->options[i]->value, HERE) != NULL &&
		    !replace_default(ini, ini->defaults->options[i], dir, err))
			return false;
	ini->nhere = 0;
	ini->ndefaulted = ini->nsections;
	return true;
}
