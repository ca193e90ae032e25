/* tui_conffile.c: see tui_conffile.h. */
#include "autoconf.h"

#include "tui/tui_conffile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xmalloc.h"

char *
tui_conffile_path(void)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	/* The specification wants a relative path to be ignored. */
	if (config != NULL && config[0] == '/')
		return xasprintf("%s/cvisor/tui.conf", config);
	if (home != NULL && home[0] == '/')
		return xasprintf("%s/.config/cvisor/tui.conf", home);
	return NULL;
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
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = 1;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR) && !must_be)
		return true;
	if (fd < 0)
		return fail(err, "read", path);
	while (n > 0) {
		char *at = buf_reserve(out, 65536);

		if (at == NULL) {
			close(fd);
			return err_set(err, "'%s' has more than %u bytes", path, TUI_CONF_MAX);
		}
		n = read(fd, at, 65536);
		if (n > 0)
			buf_added(out, (size_t)n);
	}
	if (n < 0)
		fail(err, "read", path);
	close(fd);
	return n == 0;
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

/* Makes the folder that the file is in, and the one above it if need be: ~/.config may be missing, too. */
static bool
make_folder(const char *path, struct err *err)
{
	char *folder = xstrdup(path), *slash = strrchr(folder, '/'), *above;
	bool ok = true;

	if (slash != NULL && slash != folder) {
		*slash = '\0';
		above = strrchr(folder, '/');
		if (mkdir(folder, 0700) < 0 && errno == ENOENT && above != NULL && above != folder) {
			*above = '\0';
			mkdir(folder, 0700);
			*above = '/';
			errno = 0;
			mkdir(folder, 0700);
		}
		if (access(folder, W_OK | X_OK) < 0)
			ok = fail(err, "write to", folder);
	}
	free(folder);
	return ok;
}

static bool
write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		data += n;
		len -= (size_t)n;
	}
	return true;
}

/* Puts the text in place of the file; 0600, as what is filtered for is nobody else's affair. */
static bool
replace(const char *path, const struct buf *text, struct err *err)
{
	char *temporary = xasprintf("%s.XXXXXX", path);
	int fd = mkostemp(temporary, O_CLOEXEC);
	bool ok = fd >= 0 && write_all(fd, text->data, text->len) && fsync(fd) == 0;

	if (fd >= 0 && close(fd) < 0)
		ok = false;
	if (ok && rename(temporary, path) < 0)
		ok = false;
	if (!ok) {
		fail(err, "write", path);
		if (fd >= 0)
			unlink(temporary);
	}
	free(temporary);
	return ok;
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

bool
tui_conffile_save(const char *path, const struct tui_settings *settings, struct err *err)
{
	struct buf before = BUF_INIT(TUI_CONF_MAX + 65536), after = BUF_INIT(TUI_CONF_MAX + 65536);
	char *real = realpath(path, NULL);
	bool ok;

	if (real == NULL)
		real = xstrdup(path);
	ok = load(real, false, &before, err) && is_sound(path, &before, err);
	if (ok && !tui_conf_render(&after, buf_str(&before), before.len, settings))
		ok = err_set(err, "'%s' would become too long", path);
	if (ok && (before.len != after.len || memcmp(buf_str(&before), buf_str(&after), after.len) != 0))
		ok = make_folder(real, err) && replace(real, &after, err);
	buf_release(&before);
	buf_release(&after);
	free(real);
	return ok;
}
