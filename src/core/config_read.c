/* config_read.c: see config_read.h. */
#include "autoconf.h"

#include "core/config_read.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/map.h"
#include "base/pyrepr.h"
#include "base/pytext.h"
#include "base/xmalloc.h"
#include "core/shlex.h"
#include "core/values.h"

/* Errors */

void
config_read_where(const struct config_reader *r, const struct ini_section *section, const char *option,
		  struct err *e)
{
	const struct ini_option *o = option != NULL ? ini_option(r->ini, section, option) : NULL;
	const char *file = o != NULL ? o->file : section->file;
	int line = o != NULL ? o->line : section->line;

	if (option != NULL)
		err_where(e, "%s:%d: [%s] %s", file, line, section->name, option);
	else
		err_where(e, "%s:%d: [%s]", file, line, section->name);
}

static void
set_suffix(const struct config_reader *r, struct err *e)
{
	char *section, *file;

	if (r->body == NULL)
		return;
	section = pyrepr(r->body->name);
	file = pyrepr(r->body->file);
	err_suffix(e, " in section %s (file: %s)", section, file);
	free(section);
	free(file);
}

bool
config_read_told(struct config_reader *r, const char *where, const char *what)
{
	const char *names;
	char *key;
	bool told;

	if (r->problems == NULL)
		return false;
	/* The names that can be expanded differ with what the option is read for. */
	names = strstr(what, " Available names: ");
	key = xasprintf("%s: %.*s", where != NULL ? where : "",
			names != NULL ? (int)(names - what) : (int)strlen(what), what);
	told = map_put(r->told, key, r) != NULL;
	free(key);
	return told;
}

bool
config_read_missing(const struct config_reader *r, const struct ini_section *section, const char *name)
{
	return !r->stop && ini_option(r->ini, section, name) == NULL;
}

void
config_read_fail(struct config_reader *r, const struct ini_section *section, const char *option,
		 const struct option_row *row, struct err *e)
{
	if (section != NULL)
		config_read_where(r, section, option, e);
	if (r->stop || config_read_told(r, e->where, e->what)) {
		err_release(e);
		return;
	}
	set_suffix(r, e);
	if (row != NULL)
		err_hint(e, "accepted: %s", option_accepts(row));
	if (r->problems != NULL) {
		config_problems_add_err(r->problems, e);
		return;
	}
	r->stop = true;
	err_move(r->err, e);
}

void
config_read_refuse(struct config_reader *r, const struct ini_section *section, const char *option,
		   const struct option_row *row, const char *fmt, ...)
{
	struct err e = ERR_INIT;
	va_list ap;

	va_start(ap, fmt);
	err_vset(&e, fmt, ap);
	va_end(ap);
	config_read_fail(r, section, option, row, &e);
}

/* Texts */

const struct option_row *
config_row(enum section_kind kind, const char *name)
{
	const struct option_row *row = option_find(kind, name);

	assert(row != NULL);
	return row;
}

/* Expands in place; false: reported, *text is freed. */
static bool
expand_text(struct config_reader *r, const struct ini_section *section, const struct option_row *row,
	    const struct expand_names *names, const char *label, char **text)
{
	struct err e = ERR_INIT;
	char *expanded = expand(*text, label, names, &e);

	free(*text);
	*text = expanded;
	if (expanded == NULL)
		config_read_fail(r, section, row->name, NULL, &e);
	return expanded != NULL;
}

char *
config_read_text(struct config_reader *r, const struct ini_section *section, const struct option_row *row,
		 const struct expand_names *names, const char *label)
{
	const struct ini_option *o = ini_option(r->ini, section, row->name);
	const char *raw = o != NULL ? o->value : row->def;
	char *text, *full;
	bool ok;

	if (r->stop || raw == NULL)
		return NULL;
	text = xstrdup(raw);
	if (strchr(raw, '%') == NULL)
		return text;
	full = label != NULL ? xstrdup(label) : xasprintf("%s.%s", section->name, row->name);
	ok = expand_text(r, section, row, names, full, &text);
	if (ok && (row->flags & OPTION_TWICE) != 0)
		expand_text(r, section, row, names, row->name, &text);
	free(full);
	return text;
}

/* Values */

static void
set_text(void *at, char *text)
{
	char **place = at;

	free(*place);
	*place = text;
}

static bool
store_integer(const struct option_row *row, const char *text, void *at, struct err *err)
{
	bool any = row->min == 0 && row->max == 0;
	bool wide = row->type == OPT_INT64;
	int64_t n;

	if (!value_int(text, &n, err) || !value_in_range(n,
							 !any   ? row->min
							 : wide ? INT64_MIN
								: INT_MIN,
							 !any   ? row->max
							 : wide ? INT64_MAX
								: INT_MAX,
							 err))
		return false;
	if (wide)
		*(int64_t *)at = n;
	else
		*(int *)at = (int)n;
	return true;
}

static bool
store_bytes(const struct option_row *row, const char *text, int64_t *at, struct err *err)
{
	bool any = row->min == 0 && row->max == 0;

	return value_bytes(text, at, err) && (any || value_in_range(*at, row->min, row->max, err));
}

/* A mode or a mask: what is beyond its twelve bits means nothing to the system either. */
static bool
store_octal(const char *text, void *at, struct err *err)
{
	int64_t n;

	if (!value_octal(text, &n, err))
		return false;
	*(int *)at = (int)(n & 07777);
	return true;
}

static bool
store_exitcodes(const char *text, struct process_config *p, struct err *err)
{
	int *codes;
	size_t n;

	if (!value_exitcodes(text, &codes, &n, err))
		return false;
	free(p->exitcodes);
	p->exitcodes = codes;
	p->nexitcodes = n;
	return true;
}

static bool
store_user(const struct config_reader *r, const char *text, struct process_config *p, struct err *err)
{
	if (!value_user(r->in->world, text, &p->uid, NULL, err))
		return false;
	set_text(&p->user, xstrdup(text));
	return true;
}

static bool
store_logfile(const struct config_reader *r, const char *text, struct channel_config *ch, struct err *err)
{
	char *path = NULL;

	ch->target = LOG_TARGET_NONE;
	if (strcasecmp(text, "auto") == 0) {
		ch->target = LOG_TARGET_AUTO;
	} else if (strcasecmp(text, "syslog") == 0) {
		ch->syslog = true;
	} else if (*text == '\0') {
		path = xstrdup("");
	} else if (strcasecmp(text, "none") != 0 && strcasecmp(text, "off") != 0) {
		if (!value_dirpath(r->in->world, text, &path, err))
			return false;
		ch->target = LOG_TARGET_FILE;
	}
	set_text(&ch->path, path);
	return true;
}

static bool
store_directory(const struct config_reader *r, const struct option_row *row, const char *text, void *at,
		struct err *err)
{
	char *path;
	bool ok = row->type == OPT_DIRECTORY ? value_directory(r->in->world, text, &path, err)
					     : value_dirpath(r->in->world, text, &path, err);

	if (ok)
		set_text(at, path);
	return ok;
}

static void
store_path(const struct config_reader *r, const char *text, void *at)
{
	char *expanded = value_expanduser(r->in->world, text);

	set_text(at, value_abspath(r->in->world->cwd, expanded));
	free(expanded);
}

static void
store_url(const char *text, void *at)
{
	char *url = pytext_trimmed(text);

	if (strcasecmp(url, "auto") == 0) {
		free(url);
		url = NULL;
	}
	set_text(at, url);
}

static bool
store_name(const char *text, void *at, struct err *err)
{
	char *name = value_name(text, err);

	if (name == NULL)
		return false;
	set_text(at, name);
	return true;
}

bool
config_store(struct config_reader *r, const struct option_row *row, const char *text, void *base,
	     struct err *err)
{
	void *at = (char *)base + row->at;

	switch (row->type) {
	case OPT_TEXT:
		set_text(at, xstrdup(text));
		return true;
	case OPT_BOOL:
		return value_bool(text, at, err);
	case OPT_INT:
	case OPT_INT64:
		return store_integer(row, text, at, err);
	case OPT_BYTES:
		return store_bytes(row, text, at, err);
	case OPT_OCTAL:
		return store_octal(text, at, err);
	case OPT_SIGNAL:
		return value_signal(text, at, err);
	case OPT_LOGLEVEL:
		return value_loglevel(text, at, err);
	case OPT_EXITCODES:
		return store_exitcodes(text, base, err);
	case OPT_AUTORESTART:
		return value_autorestart(text, at, err);
	case OPT_FULL_ACTION:
		return value_full_action(text, at, err);
	case OPT_USER:
		return store_user(r, text, base, err);
	case OPT_DIRECTORY:
	case OPT_DIRPATH:
		return store_directory(r, row, text, at, err);
	case OPT_LOGFILE:
		return store_logfile(r, text, at, err);
	case OPT_PATH:
		store_path(r, text, at);
		return true;
	case OPT_NAME:
		return store_name(text, at, err);
	case OPT_URL:
		store_url(text, at);
		return true;
	case OPT_OWNER:
	case OPT_ADDRESS:
	case OPT_SOCKET:
	case OPT_LIST:
	case OPT_EVENTS:
	case OPT_ENVIRONMENT:
	case OPT_FACTORY:
	case OPT_NTYPES:
		break;
	}
	assert(!"a row of a type that is read apart");
	return false;
}

/* While problems are collected, a wrong value is replaced by the default so that the reading can go on. */
static void
store_default(struct config_reader *r, const struct option_row *row, void *base)
{
	struct err ignored = ERR_INIT;

	if (row->def != NULL)
		config_store(r, row, row->def, base, &ignored);
	err_release(&ignored);
}

void
config_read_option(struct config_reader *r, const struct ini_section *section, const struct option_row *row,
		   const struct expand_names *names, void *base)
{
	struct err e = ERR_INIT;
	char *text;

	/* A process' name is only checked here; it is expanded for each process. */
	if (row->type == OPT_NAME) {
		const struct ini_option *o = ini_option(r->ini, section, row->name);

		text = r->stop ? NULL : xstrdup(o != NULL ? o->value : row->def);
	} else {
		text = config_read_text(r, section, row, names, NULL);
	}
	if (text == NULL) {
		/* Unset, or its expansion was wrong. */
		if (!r->stop && !config_read_missing(r, section, row->name))
			store_default(r, row, base);
		return;
	}
	if (!config_store(r, row, text, base, &e)) {
		config_read_fail(r, section, row->name, row, &e);
		store_default(r, row, base);
	}
	free(text);
}

void
config_read_number(struct config_reader *r, const struct ini_section *section, const struct option_row *row,
		   const struct expand_names *names, int *n)
{
	char *text = config_read_text(r, section, row, names, NULL);
	struct err e = ERR_INIT;

	if (text != NULL && !store_integer(row, text, n, &e))
		config_read_fail(r, section, row->name, row, &e);
	free(text);
}

/* Python's callables */

static size_t
dotted_name(const char *s)
{
	size_t n = 0;

	while ((s[n] >= 'a' && s[n] <= 'z') || (s[n] >= 'A' && s[n] <= 'Z') || (s[n] >= '0' && s[n] <= '9') ||
	       s[n] == '_' || s[n] == '.')
		n++;
	return n;
}

static const char *
skip_blanks(const char *s)
{
	return s + pytext_leading(s, strlen(s), NULL);
}

/* Takes "module", "module:attribute" and either with "[extras]" apart; false: it is none of these. */
static bool
split_spec(const char *value, char **module, char **attribute)
{
	const char *s = skip_blanks(value);
	size_t module_len = dotted_name(s), attribute_len = 0;
	const char *attribute_at = "", *rest = skip_blanks(s + module_len);
	bool ok = module_len > 0;

	*module = xstrndup(s, module_len);
	if (*rest == ':') {
		attribute_at = skip_blanks(rest + 1);
		attribute_len = dotted_name(attribute_at);
		ok = ok && attribute_len > 0;
		rest = skip_blanks(attribute_at + attribute_len);
	}
	if (*rest == '[' && strrchr(rest, ']') != NULL)
		rest = skip_blanks(strrchr(rest, ']') + 1);
	*attribute = xstrndup(attribute_at, attribute_len);
	return ok && *rest == '\0';
}

bool
config_read_factory(struct config_reader *r, const struct ini_section *section, const struct option_row *row,
		    const char *value, const char *known)
{
	char *module, *attribute, *spec, *text;
	bool ok = split_spec(value, &module, &attribute);

	spec = xasprintf("%s:%s", module, attribute);
	if (!ok) {
		char *entry = xasprintf("x=%s", value);

		text = pyrepr(entry);
		config_read_refuse(r, section, row->name, row,
				   "(\"EntryPoint must be in 'name=module:attrs [extras]' format\", %s)",
				   text);
		free(text);
		free(entry);
	} else if (strcmp(spec, known) != 0) {
		ok = false;
		config_read_refuse(r, section, row->name, row, "%s cannot be resolved within [%s]", value,
				   section->name);
	}
	free(module);
	free(attribute);
	free(spec);
	return ok;
}
