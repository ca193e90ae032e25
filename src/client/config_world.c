/* config_world.c: see config_world.h. */
#include "autoconf.h"

#include "client/config_world.h"

#include <sys/stat.h>
#include <sys/utsname.h>

#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "core/config.h"
#include "core/values.h"

extern char **environ;

static bool
read_passwd(const struct passwd *pw, uid_t *uid, gid_t *gid)
{
	if (pw == NULL)
		return false;
	if (uid != NULL)
		*uid = pw->pw_uid;
	*gid = pw->pw_gid;
	return true;
}

static bool
world_user_by_name(void *arg, const char *name, uid_t *uid, gid_t *gid)
{
	(void)arg;
	return read_passwd(getpwnam(name), uid, gid);
}

static bool
world_user_by_id(void *arg, uid_t uid, gid_t *gid)
{
	(void)arg;
	return read_passwd(getpwuid(uid), NULL, gid);
}

static bool
world_group_by_name(void *arg, const char *name, gid_t *gid)
{
	const struct group *gr = getgrnam(name);

	(void)arg;
	if (gr == NULL)
		return false;
	*gid = gr->gr_gid;
	return true;
}

static bool
world_group_by_id(void *arg, gid_t gid)
{
	(void)arg;
	return getgrgid(gid) != NULL;
}

static bool
world_home_of(void *arg, const char *user, char **home)
{
	const struct passwd *pw = getpwnam(user);

	(void)arg;
	if (pw == NULL)
		return false;
	*home = xstrdup(pw->pw_dir);
	return true;
}

static bool
is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool
world_is_directory(void *arg, const char *path)
{
	(void)arg;
	return is_directory(path);
}

/* A link is none, wherever it leads. */
static bool
world_is_no_socket(void *arg, const char *path)
{
	struct stat st;

	(void)arg;
	return lstat(path, &st) == 0 && !S_ISSOCK(st.st_mode);
}

char *
config_current_directory(void)
{
	char *cwd = getcwd(NULL, 0);

	return cwd != NULL ? cwd : xstrdup("/");
}

/* The first usable place for temporary files, as Python looks for it. */
static char *
temporary_directory(void)
{
	static const char *const variables[] = {"TMPDIR", "TEMP", "TMP"};
	static const char *const places[] = {"/tmp", "/var/tmp", "/usr/tmp"};

	for (size_t i = 0; i < 3; i++) {
		const char *dir = getenv(variables[i]);

		if (dir != NULL && *dir != '\0' && is_directory(dir) && access(dir, W_OK) == 0) {
			char *cwd = config_current_directory(), *path = value_abspath(cwd, dir);

			free(cwd);
			return path;
		}
	}
	for (size_t i = 0; i < 3; i++)
		if (is_directory(places[i]) && access(places[i], W_OK) == 0)
			return xstrdup(places[i]);
	return config_current_directory();
}

static char *
home_directory(void)
{
	const char *home = getenv("HOME");
	const struct passwd *pw;

	if (home != NULL)
		return xstrdup(home);
	pw = getpwuid(getuid());
	return pw != NULL ? xstrdup(pw->pw_dir) : NULL;
}

static char *
host_name(void)
{
	struct utsname u;

	return xstrdup(uname(&u) == 0 ? u.nodename : "localhost");
}

static char **
copy_environment(void)
{
	char **copy;
	size_t n = 0;

	while (environ[n] != NULL)
		n++;
	copy = xcalloc(n + 1, sizeof(*copy));
	for (size_t i = 0; i < n; i++)
		copy[i] = xstrdup(environ[i]);
	return copy;
}

/* What config_world only borrows is kept beside it. */
struct real_world {
	struct config_world world; /* first: the pointers are interchangeable */
	char **environ;
	char *hostname, *cwd, *tempdir, *home;
};

struct config_world *
config_world_real(void)
{
	struct real_world *w = xcalloc(1, sizeof(*w));

	w->environ = copy_environment();
	w->hostname = host_name();
	w->cwd = config_current_directory();
	w->tempdir = temporary_directory();
	w->home = home_directory();
	w->world = (struct config_world){
	    .environ = (const char *const *)w->environ,
	    .hostname = w->hostname,
	    .cwd = w->cwd,
	    .tempdir = w->tempdir,
	    .home = w->home,
	    .uid = getuid(),
	    .user_by_name = world_user_by_name,
	    .user_by_id = world_user_by_id,
	    .group_by_name = world_group_by_name,
	    .group_by_id = world_group_by_id,
	    .home_of = world_home_of,
	    .is_directory = world_is_directory,
	    .is_no_socket = world_is_no_socket,
	};
	return &w->world;
}

void
config_world_free(struct config_world *world)
{
	struct real_world *w = (struct real_world *)world;

	if (w == NULL)
		return;
	for (size_t i = 0; w->environ[i] != NULL; i++)
		free(w->environ[i]);
	free(w->environ);
	free(w->hostname);
	free(w->cwd);
	free(w->tempdir);
	free(w->home);
	free(w);
}

char *
config_absolute_path(const struct config_world *world, const char *path)
{
	char *expanded = value_expanduser(world, path), *absolute = value_abspath(world->cwd, expanded);

	free(expanded);
	return absolute;
}
