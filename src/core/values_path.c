/* values_path.c: see values.h: users and paths, of which the world knows. */
#include "autoconf.h"

#include "core/values.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "core/values_parts.h"

/* Users */

bool
value_user(const struct config_world *world, const char *s, uid_t *uid, gid_t *gid, struct err *err)
{
	int64_t number;
	gid_t unused;

	if (gid == NULL)
		gid = &unused;
	if (!value_is_integer(s, &number)) {
		if (!world->user_by_name(world->arg, s, uid, gid))
			return err_set(err, "Invalid user name %s", s);
		return true;
	}
	if (number < 0 || number >= UINT32_MAX || !world->user_by_id(world->arg, (uid_t)number, gid))
		return err_set(err, "Invalid user id %s", s);
	*uid = (uid_t)number;
	return true;
}

static bool
group_id(const struct config_world *world, const char *s, gid_t *gid)
{
	int64_t number;

	if (!value_is_integer(s, &number))
		return world->group_by_name(world->arg, s, gid);
	if (number < 0 || number >= UINT32_MAX || !world->group_by_id(world->arg, (gid_t)number))
		return false;
	*gid = (gid_t)number;
	return true;
}

bool
value_owner(const struct config_world *world, const char *what, const char *s, uid_t *uid, gid_t *gid,
	    struct err *err)
{
	struct err ignored = ERR_INIT;
	const char *colon = strchr(s, ':');
	char *user = colon != NULL ? xstrndup(s, (size_t)(colon - s)) : xstrdup(s);
	bool ok = value_user(world, user, uid, NULL, &ignored);

	*gid = (gid_t)-1;
	if (ok && colon != NULL)
		ok = group_id(world, colon + 1, gid);
	free(user);
	err_release(&ignored);
	return ok || err_set(err, "Invalid %s value %s", what, s);
}

/* Paths */

char *
value_expanduser(const struct config_world *world, const char *path)
{
	size_t user_len = strcspn(path + (*path == '~'), "/"), len;
	char *home = NULL, *user, *out;

	if (*path != '~')
		return xstrdup(path);
	if (user_len == 0) {
		home = xstrdup(world->home);
	} else {
		user = xstrndup(path + 1, user_len);
		if (!world->home_of(world->arg, user, &home))
			home = NULL;
		free(user);
	}
	if (home == NULL)
		return xstrdup(path);
	len = strlen(home);
	while (len > 0 && home[len - 1] == '/')
		len--;
	out = xasprintf("%.*s%s", (int)len, home, path + 1 + user_len);
	free(home);
	if (*out == '\0') {
		free(out);
		out = xstrdup("/");
	}
	return out;
}

/* Appends one part of a path to out, which holds an absolute one; root is the length of its slashes. */
static void
add_part(struct buf *out, size_t root, const char *part, size_t len)
{
	if (len == 0 || (len == 1 && part[0] == '.'))
		return;
	if (len == 2 && part[0] == '.' && part[1] == '.') {
		while (out->len > root && out->data[out->len - 1] != '/')
			buf_truncate(out, out->len - 1);
		if (out->len > root)
			buf_truncate(out, out->len - 1);
		return;
	}
	if (out->len > root)
		buf_putc(out, '/');
	buf_append(out, part, len);
}

char *
value_abspath(const char *cwd, const char *path)
{
	char *joined = path[0] == '/' ? xstrdup(path) : xasprintf("%s/%s", cwd, path);
	struct buf out = BUF_INIT(SIZE_MAX / 2);
	size_t root;

	/* Exactly two slashes at the beginning are kept, as POSIX allows them a meaning of their own. */
	root = strncmp(joined, "//", 2) == 0 && joined[2] != '/' ? 2 : 1;
	buf_append(&out, "//", root);
	for (const char *part = joined; *part != '\0';) {
		size_t len = strcspn(part, "/");

		add_part(&out, root, part, len);
		part += len + (part[len] == '/');
	}
	free(joined);
	return buf_steal(&out);
}

char *
value_dirname(const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash != NULL ? (size_t)(slash - path) + 1 : 0, end = len;

	while (end > 0 && path[end - 1] == '/')
		end--;
	return xstrndup(path, end > 0 ? end : len);
}

bool
value_directory(const struct config_world *world, const char *s, char **out, struct err *err)
{
	char *path = value_expanduser(world, s);

	if (!world->is_directory(world->arg, path)) {
		free(path);
		return err_set(err, "%s is not an existing directory", s);
	}
	*out = path;
	return true;
}

bool
value_dirpath(const struct config_world *world, const char *s, char **out, struct err *err)
{
	char *path = value_expanduser(world, s), *dir = value_dirname(path);
	bool ok = *dir == '\0' || world->is_directory(world->arg, dir);

	free(dir);
	if (!ok) {
		free(path);
		return err_set(err, "The directory named as part of the path %s does not exist", s);
	}
	*out = path;
	return true;
}
