/* tui_conffile.c: see tui_conffile.h. */
#include "autoconf.h"

#include "tui/tui_conffile.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "tui/tui_file.h"

#define LINKS_MAX 40 /* one behind the other, as in the kernel */

char *
tui_conffile_path(void)
{
	return tui_file_path("XDG_CONFIG_HOME", ".config", "tui.conf");
}

static bool
fail(struct err *err, const char *what, const char *path)
{
	return err_set(err, "cannot %s '%s': %s", what, path, strerror(errno));
}

/* The whole file; a missing one is empty when it may be missing. */
static bool
load(const char *path, bool must_be, struct buf *out, struct err *err)
{
	if (tui_file_read(path, out) || (!must_be && (errno == ENOENT || errno == ENOTDIR)))
		return true;
	if (errno == EFBIG)
		return err_set(err, "'%s' has more than %u bytes", path, TUI_CONF_MAX);
	return fail(err, "read", path);
}

bool
tui_conffile_read(const char *path, bool must_be, struct tui_settings *settings, struct tui_keytable *keys,
		  struct err *err)
{
	struct buf text = BUF_INIT(TUI_CONF_MAX + 65536);
	bool ok = load(path, must_be, &text, err) &&
		  tui_conf_parse(settings, keys, path, buf_str(&text), text.len, err);

	buf_release(&text);
	return ok;
}

static bool
replace(const char *path, const struct buf *text, struct err *err)
{
	tui_file_make_folders(path);
	return tui_file_replace(path, text) || fail(err, "write", path);
}

/* Good enough to be written to? A file that somebody is in the middle of changing is left alone. */
static bool
is_sound(const char *path, const struct buf *text, struct err *err)
{
	struct tui_settings settings;
	struct tui_keytable keys;
	bool ok;

	tui_settings_init(&settings);
	tui_keytable_init(&keys);
	ok = tui_conf_parse(&settings, &keys, path, buf_str(text), text->len, err);
	tui_settings_release(&settings);
	tui_keytable_release(&keys);
	return ok;
}

/* Where a link leads from there. NULL: it is none. */
static char *
follow(const char *path)
{
	char target[PATH_MAX];
	ssize_t n = readlink(path, target, sizeof(target) - 1);
	const char *slash = strrchr(path, '/');

	if (n <= 0)
		return NULL;
	target[n] = '\0';
	if (target[0] == '/' || slash == NULL)
		return xstrdup(target);
	return xasprintf("%.*s/%s", (int)(slash - path), path, target);
}

static bool
has_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash != NULL ? xasprintf("%.*s/", (int)(slash - path), path) : xstrdup(".");
	struct stat st;
	bool is_there = stat(folder, &st) == 0 && S_ISDIR(st.st_mode);

	free(folder);
	return is_there;
}

/* The file behind all links, be it there or not; the caller frees it. A link that leads to no file yet is written through,
   as an editor does; somebody has it there for a reason. NULL: there is no place that it leads to. */
static char *
place_of(const char *path, struct err *err)
{
	char *at = realpath(path, NULL), *next;

	if (at != NULL)
		return at;
	at = xstrdup(path);
	for (int i = 0; (next = follow(at)) != NULL; i++) {
		free(at);
		at = next;
		if (i < LINKS_MAX)
			continue;
		errno = ELOOP;
		fail(err, "write", path);
		free(at);
		return NULL;
	}
	if (strcmp(at, path) == 0 || has_folder(at))
		return at;
	err_set(err, "'%s' is a link to '%s', and there is no such folder", path, at);
	free(at);
	return NULL;
}

bool
tui_conffile_save(const char *path, const struct tui_settings *settings, struct err *err)
{
	struct buf before = BUF_INIT(TUI_CONF_MAX + 65536), after = BUF_INIT(TUI_CONF_MAX + 65536);
	struct stat st;
	char *real;
	bool ok;

	/* /dev/null, or a pipe: nothing is to be remembered there, least of all in its place. */
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return true;
	real = place_of(path, err);
	if (real == NULL)
		return false;
	ok = load(real, false, &before, err) && is_sound(path, &before, err);
	if (ok && !tui_conf_render(&after, buf_str(&before), before.len, settings))
		ok = err_set(err, "'%s' would become too long", path);
	if (ok && (before.len != after.len || memcmp(buf_str(&before), buf_str(&after), after.len) != 0))
		ok = replace(real, &after, err);
	buf_release(&before);
	buf_release(&after);
	free(real);
	return ok;
}
