/* tui_conf.c: see tui_conf.h. */
#include "autoconf.h"

#include "tui/tui_conf.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "base/xmalloc.h"

#define LINE_MAX_BYTES (2 * TUI_SETTING_MAX)

enum section {
	SECTION_NONE,
	SECTION_SETTINGS,
	SECTION_KEYS,
	SECTION_WATCH,
	SECTION_SILENCE,
	SECTION_STATE,
	SECTION_UNKNOWN,
};

static const char *const section_names[] = {
    [SECTION_SETTINGS] = "settings", [SECTION_KEYS] = "keys",   [SECTION_WATCH] = "watch",
    [SECTION_SILENCE] = "silence",   [SECTION_STATE] = "state",
};

struct parser {
	struct tui_settings *settings;
	struct tui_keytable *keys;
	enum section section;
	/* Which settings [settings] has given: what was remembered does not count then. */
	bool *given;
	struct err *err;
	int line;
};

/* The line at *at without its end; *at goes on to the next. False: there is none. */
static bool
next_line(const char **at, const char *end, const char **line, size_t *len)
{
	const char *newline;

	if (*at == end)
		return false;
	newline = memchr(*at, '\n', (size_t)(end - *at));
	*line = *at;
	*len = (size_t)((newline != NULL ? newline : end) - *at);
	*at = newline != NULL ? newline + 1 : end;
	return true;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void
trim(const char **s, size_t *len)
{
	while (*len > 0 && is_blank(**s)) {
		++*s;
		--*len;
	}
	while (*len > 0 && is_blank((*s)[*len - 1]))
		--*len;
}

/* "[name]": which one. SECTION_NONE: it is no head of a section. */
static enum section
section_of(const char *line, size_t len)
{
	trim(&line, &len);
	if (len < 2 || line[0] != '[' || line[len - 1] != ']')
		return SECTION_NONE;
	for (int i = SECTION_SETTINGS; i <= SECTION_STATE; i++)
		if (strlen(section_names[i]) == len - 2 && memcmp(section_names[i], line + 1, len - 2) == 0)
			return (enum section)i;
	return SECTION_UNKNOWN;
}

static bool
take_setting(struct parser *p, const char *name, const char *value)
{
	const struct tui_setting *setting = tui_setting_find(name);
	size_t i;

	if (setting == NULL || (setting->silent && p->section == SECTION_SETTINGS)) {
		/* Another version may have remembered more. */
		if (p->section == SECTION_STATE)
			return true;
		err_set(p->err, "'%.64s' is not a setting", name);
		err_hint(p->err, "SETTINGS in supervisortui(1) has them");
		return false;
	}
	i = (size_t)(setting - tui_settings_table);
	if (p->section == SECTION_STATE) {
		struct err ignored = ERR_INIT;

		/* What was remembered and has become wrong is not the user's fault. */
		if (!p->given[i] && setting->kept)
			tui_setting_set(p->settings, setting, value, &ignored);
		err_release(&ignored);
		return true;
	}
	p->given[i] = true;
	return tui_setting_set(p->settings, setting, value, p->err);
}

static bool
take_pair(struct parser *p, const char *name, const char *value)
{
	switch (p->section) {
	case SECTION_SETTINGS:
	case SECTION_STATE:
		return take_setting(p, name, value);
	case SECTION_KEYS:
		return tui_keytable_bind(p->keys, name, value, p->line, p->err);
	case SECTION_WATCH:
		return tui_settings_watch(p->settings, name, value, p->err);
	case SECTION_SILENCE:
		return tui_settings_silence(p->settings, name, value, p->err);
	case SECTION_NONE:
	case SECTION_UNKNOWN:
		break;
	}
	err_set(p->err, "'%.64s' stands before any section", name);
	err_hint(p->err, "[settings], [keys], [watch], [silence] or [state]");
	return false;
}

static void
unquote(const char **s, size_t *len)
{
	trim(s, len);
	if (*len >= 2 && (*s)[0] == '"' && (*s)[*len - 1] == '"') {
		++*s;
		*len -= 2;
	}
}

static bool
take_line(struct parser *p, const char *line, size_t len)
{
	const char *equals, *value;
	char *name_copy, *value_copy;
	size_t name_len, value_len;
	bool ok;

	trim(&line, &len);
	/* A # or ; may be the key of a line, but never its name. */
	if (len == 0 || line[0] == '#' || line[0] == ';')
		return true;
	if (len > LINE_MAX_BYTES || memchr(line, '\0', len) != NULL)
		return err_set(p->err, "the line is too long or no text");
	if (section_of(line, len) != SECTION_NONE) {
		p->section = section_of(line, len);
		if (p->section != SECTION_UNKNOWN)
			return true;
		err_set(p->err, "'%.*s' is not a section", (int)(len > 64 ? 64 : len), line);
		err_hint(p->err, "[settings], [keys], [watch], [silence] or [state]");
		return false;
	}
	equals = memchr(line, '=', len);
	name_len = equals == NULL ? len : (size_t)(equals - line);
	value = equals == NULL ? line + len : equals + 1;
	value_len = (size_t)(line + len - value);
	trim(&line, &name_len);
	unquote(&value, &value_len);
	name_copy = xstrndup(line, name_len);
	value_copy = xstrndup(value, value_len);
	if (equals == NULL && p->section == SECTION_KEYS && tui_keytable_reset(p->keys, name_copy))
		ok = true;
	else if (equals == NULL || name_len == 0) {
		ok = err_set(p->err, "'%.64s' is not NAME = VALUE", name_copy);
	} else
		ok = take_pair(p, name_copy, value_copy);
	free(name_copy);
	free(value_copy);
	return ok;
}

bool
tui_conf_parse(struct tui_settings *settings, struct tui_keytable *keys, const char *file, const char *text,
	       size_t len, struct err *err)
{
	struct parser p = {.settings = settings, .keys = keys, .err = err};
	const char *at = text, *line;
	bool ok = true;
	size_t n;

	p.given = xcalloc(tui_nsettings, sizeof(*p.given));
	if (len > TUI_CONF_MAX)
		ok = err_set(err, "the file has more than %u bytes", TUI_CONF_MAX);
	while (ok && next_line(&at, text + len, &line, &n)) {
		p.line++;
		ok = take_line(&p, line, n);
	}
	if (ok) {
		ok = tui_keytable_check(keys, err);
		p.line = 0;
	}
	if (!ok && p.line > 0)
		err_where(err, "%s:%d", file, p.line);
	else if (!ok)
		err_where(err, "%s", file);
	free(p.given);
	return ok;
}

/* Writing */

/* A value that reads back as it is: in quotes when blanks or quotes at its ends would be lost; what is no printable
 * text is left out. */
static void
put_value(struct buf *out, const char *value)
{
	size_t len = strlen(value);
	bool quoted = len > 0 && (is_blank(value[0]) || is_blank(value[len - 1]) || value[0] == '"');

	if (quoted)
		buf_putc(out, '"');
	for (; *value != '\0'; value++)
		if ((unsigned char)*value >= 0x20 && *value != 0x7f)
			buf_putc(out, *value);
	if (quoted)
		buf_putc(out, '"');
}

static void
put_state(struct buf *out, const struct tui_settings *settings)
{
	buf_puts(out,
		 "[state]\n# Written by supervisortui when it ends; what [settings] says is stronger.\n");
	for (size_t i = 0; i < tui_nsettings; i++) {
		const struct tui_setting *setting = &tui_settings_table[i];
		const char *value = tui_setting_get(settings, setting);

		if (!setting->kept || strcmp(value, setting->def) == 0)
			continue;
		buf_printf(out, "%s = ", setting->name);
		put_value(out, value);
		buf_putc(out, '\n');
	}
}

/* Is there anything to remember? */
static bool
has_state(const struct tui_settings *settings)
{
	for (size_t i = 0; i < tui_nsettings; i++)
		if (tui_settings_table[i].kept &&
		    strcmp(tui_setting_get(settings, &tui_settings_table[i]), tui_settings_table[i].def) != 0)
			return true;
	return false;
}

bool
tui_conf_render(struct buf *out, const char *text, size_t len, const struct tui_settings *settings)
{
	const char *at = text, *from = text, *line;
	bool done = false, skip = false;
	size_t n;

	for (; next_line(&at, text + len, &line, &n); from = at) {
		enum section section = section_of(line, n);

		if (section == SECTION_STATE) {
			if (!done)
				put_state(out, settings);
			done = skip = true;
		} else if (section != SECTION_NONE) {
			/* What comes behind [state] keeps its distance. */
			if (skip)
				buf_putc(out, '\n');
			skip = false;
		}
		if (!skip)
			buf_append(out, from, (size_t)(at - from));
	}
	if (!done && has_state(settings)) {
		if (out->len > 0)
			buf_puts(out, out->data[out->len - 1] == '\n' ? "\n" : "\n\n");
		put_state(out, settings);
	}
	return !out->failed;
}
