/* tui_logjson.c: see tui_logjson.h. */
#include "autoconf.h"

#include "tui/tui_logjson.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/xmalloc.h"

#define DEPTH_MAX 4 /* what is nested more deeply is shown as it came */

/* What comes first, by the names that are usual, and in this order. */
static const char *const times[] = {"time", "ts", "timestamp", "@timestamp", "t", "date", NULL};
static const char *const levels[] = {"level", "lvl", "severity", "log.level", "levelname", NULL};
static const char *const messages[] = {"msg", "message", "event", "error", NULL};
static const char *const *const heads[] = {times, levels, messages};
#define NHEADS (sizeof(heads) / sizeof(heads[0]))

static const char *
key_of(json_t *object, const char *const *names)
{
	for (; *names != NULL; names++) {
		json_t *value = json_object_get(object, *names);

		if (json_is_string(value) || json_is_number(value))
			return *names;
	}
	return NULL;
}

static bool
needs_quotes(const char *s)
{
	return *s == '\0' || strpbrk(s, " \t\"=") != NULL;
}

static void
add_dumped(struct buf *out, json_t *value, size_t flags)
{
	char *text = json_dumps(value, flags | JSON_ENCODE_ANY | JSON_COMPACT);

	buf_puts(out, text != NULL ? text : "?");
	free(text);
}

/* Line breaks in a text would be marks: an arrow says the same. */
static void
add_text(struct buf *out, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '\n')
			buf_puts(out, s[1] != '\0' ? " | " : "");
		else
			buf_putc(out, *s);
	}
}

static void
add_value(struct buf *out, json_t *value, bool plain)
{
	if (!json_is_string(value))
		add_dumped(out, value, JSON_REAL_PRECISION(15));
	else if (plain || !needs_quotes(json_string_value(value)))
		add_text(out, json_string_value(value));
	else
		add_dumped(out, value, 0);
}

/* "db.host=x": members of objects in it by their paths. */
static void
add_members(struct buf *out, json_t *object, const char *prefix, const char *const *skip, int depth)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		bool known = false;

		for (size_t i = 0; skip != NULL && i < NHEADS; i++)
			known = known || (skip[i] != NULL && strcmp(skip[i], key) == 0);
		if (known)
			continue;
		if (json_is_object(value) && json_object_size(value) > 0 && depth < DEPTH_MAX) {
			char *path = xasprintf("%s%s.", prefix, key);

			add_members(out, value, path, NULL, depth + 1);
			free(path);
			continue;
		}
		if (out->len > 0)
			buf_putc(out, ' ');
		buf_puts(out, prefix);
		add_text(out, key);
		buf_putc(out, '=');
		add_value(out, value, false);
	}
}

bool
tui_logjson(struct buf *out, const char *text, size_t len)
{
	const char *keys[NHEADS];
	json_t *object;

	buf_clear(out);
	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\r'))
		len--;
	if (len < 2 || len > TUI_LOGJSON_MAX || text[0] != '{' || text[len - 1] != '}')
		return false;
	object = json_loadb(text, len, 0, NULL);
	if (!json_is_object(object)) {
		json_decref(object);
		return false;
	}
	for (size_t i = 0; i < NHEADS; i++) {
		keys[i] = key_of(object, heads[i]);
		if (keys[i] == NULL)
			continue;
		if (out->len > 0)
			buf_putc(out, ' ');
		add_value(out, json_object_get(object, keys[i]), true);
	}
	add_members(out, object, "", keys, 0);
	json_decref(object);
	return out->len > 0 && !out->failed;
}
