/* config_find.c: see config_find.h. */
#include "autoconf.h"

#include "client/config_find.h"

#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "client/config_world.h"
#include "core/values.h"

#define LOOKUP_MAX (1U << 20)
#define NPLACES 6

const char config_root_warning[] = "Supervisord is running as root and it is searching for its configuration "
				   "file in default locations (including "
				   "its current working directory); you probably want to specify a \"-c\" "
				   "argument specifying an absolute path to a "
				   "configuration file for improved security.";

char *
config_prog(const char *argv0)
{
	const char *path = getenv("PATH");
	struct stat st;

	if (strchr(argv0, '/') != NULL || *argv0 == '\0' || path == NULL)
		return xstrdup(argv0);
	for (;;) {
		size_t len = strcspn(path, ":");
		char *full = len > 0 ? xasprintf("%.*s/%s", (int)len, path, argv0) : xasprintf("./%s", argv0);

		if (stat(full, &st) == 0 && S_ISREG(st.st_mode) && access(full, X_OK) == 0)
			return full;
		free(full);
		if (path[len] == '\0')
			return xstrdup(argv0);
		path += len + 1;
	}
}

/* The places of a search; P, the directory above that of the program, is purely textual. */
static void
search_places(const char *prog, char *places[NPLACES])
{
	char *bin = value_dirname(prog), *root = value_dirname(bin);
	const char *slash = *root != '\0' && strcmp(root, "/") != 0 ? "/" : "";

	places[0] = xasprintf("%s%setc/supervisord.conf", root, slash);
	places[1] = xasprintf("%s%ssupervisord.conf", root, slash);
	places[2] = xstrdup("supervisord.conf");
	places[3] = xstrdup("etc/supervisord.conf");
	places[4] = xstrdup("/etc/supervisord.conf");
	places[5] = xstrdup("/etc/supervisor/supervisord.conf");
	free(bin);
	free(root);
}

/* The first place that exists, be it a directory; NULL when there is none, with the places in err. */
static char *
search(const char *prog, struct err *err)
{
	char *places[NPLACES], *found = NULL;
	struct buf list = BUF_INIT(LOOKUP_MAX);
	struct stat st;

	search_places(prog, places);
	for (size_t i = 0; i < NPLACES; i++) {
		if (found == NULL && stat(places[i], &st) == 0)
			found = xstrdup(places[i]);
		buf_printf(&list, "%s%s", i > 0 ? ", " : "", places[i]);
		free(places[i]);
	}
	if (found == NULL)
		err_set(err,
			"No config file found at default paths (%s); use the -c option to specify a config "
			"file at a "
			"different path",
			buf_str(&list));
	buf_release(&list);
	return found;
}

/* Takes name over. */
static void
set_file(struct config_file *file, char *name)
{
	char *cwd = config_current_directory();

	file->name = name;
	file->path = value_abspath(cwd, name);
	file->here = value_dirname(file->path);
	free(cwd);
}

bool
config_find(const char *prog, const char *given, struct config_file *file, struct err *err)
{
	struct stat st;
	char *found;

	*file = (struct config_file){0};
	if (given != NULL && stat(given, &st) != 0)
		return err_set(err, "could not find config file %s", given);
	found = given != NULL ? xstrdup(given) : search(prog, err);
	if (found == NULL)
		return false;
	set_file(file, found);
	return true;
}

void
config_file_release(struct config_file *file)
{
	free(file->name);
	free(file->path);
	free(file->here);
	*file = (struct config_file){0};
}
