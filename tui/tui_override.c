/* tui_override.c: see tui_override.h. */
#include "autoconf.h"

#include "tui/tui_override.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

/* "NAME=VALUE" */
static const struct tui_setting *
find(const char *set, const char **value)
{
	size_t len = strcspn(set, "=");
	char *name = xstrndup(set, len);
	const struct tui_setting *setting = set[len] == '=' ? tui_setting_find(name) : NULL;

	*value = set + len + (set[len] == '=');
	free(name);
	return setting;
}

bool
tui_override_begin(struct tui_override *o, struct tui_settings *s, const char *const *sets, size_t n,
		   struct err *err)
{
	*o = (struct tui_override){
	    .settings = xcalloc(n + 1, sizeof(struct tui_setting *)),
	    .before = xcalloc(n + 1, sizeof(char *)),
	};
	for (size_t i = 0; i < n; i++) {
		const char *value;
		const struct tui_setting *setting = find(sets[i], &value);

		if (setting == NULL)
			return err_set(
			    err,
			    "--set %s: there is no such setting (NAME=VALUE; :set in the screen lists them)",
			    sets[i]);
		o->settings[i] = setting;
		o->before[i] = xstrdup(tui_setting_get(s, setting));
		o->n++;
		if (!tui_setting_set(s, setting, value, err)) {
			err_where(err, "--set %s", sets[i]);
			return false;
		}
	}
	return true;
}

void
tui_override_end(const struct tui_override *o, struct tui_settings *s)
{
	struct err err = ERR_INIT;

	for (size_t i = o->n; i-- > 0;)
		tui_setting_set(s, o->settings[i], o->before[i], &err);
	err_release(&err);
}

void
tui_override_release(struct tui_override *o)
{
	for (size_t i = 0; i < o->n; i++)
		free(o->before[i]);
	free(o->before);
	free(o->settings);
}
