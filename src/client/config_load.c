/* config_load.c: see config_load.h. */
#include "autoconf.h"

#include "client/config_load.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/pytext.h"
#include "base/xmalloc.h"
#include "client/config_world.h"
#include "core/expand.h"
#include "core/ini.h"
#include "core/options_table.h"
#include "core/values.h"

#define FILE_MAX_BYTES (256U << 20)
#define READ_SIZE 65536
#define LOOKUP_MAX (1U << 20)

const char config_root_warning[] = "Supervisord is running as root and it is searching for its configuration "
				   "file in default locations (including "
				   "its current working directory); you probably want to specify a \"-c\" "
				   "argument specifying an absolute path to a "
				   "configuration file for improved security.";

/* Finding */

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

#define NPLACES 6

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

/* Reading */

#define OPEN_FLAGS (O_RDONLY | O_CLOEXEC | O_NOCTTY)

/* All that comes from fd, which is closed, into text. False with errno. */
static bool
read_and_close(int fd, struct buf *text)
{
	ssize_t n = 1;
	int saved;

	while (n > 0) {
		char *to = buf_reserve(text, READ_SIZE);

		if (to == NULL) {
			errno = EFBIG;
			n = -1;
			break;
		}
		n = read(fd, to, READ_SIZE);
		if (n > 0)
			buf_added(text, (size_t)n);
		if (n == -1 && errno == EINTR)
			n = 1;
	}
	saved = errno;
	close(fd);
	errno = saved;
	return n == 0;
}

/* The whole file into text; flags: more of open's. False with errno. */
static bool
read_whole(const char *path, int flags, struct buf *text)
{
	int fd = open(path, OPEN_FLAGS | flags);

	return fd != -1 && read_and_close(fd, text);
}

/* Opens what a pattern has found: a regular file, or a FIFO, for whose writer nobody waits, a daemon that reads its
 * configuration again least of all. A device may have no end. -1 with errno. */
static int
open_included(const char *path)
{
	int fd = open(path, OPEN_FLAGS | O_NONBLOCK), error = ENODEV;
	struct stat st;

	if (fd == -1)
		return -1;
	if (fstat(fd, &st) != 0)
		error = errno;
	else if (S_ISREG(st.st_mode) || S_ISFIFO(st.st_mode))
		return fd;
	else if (S_ISDIR(st.st_mode))
		error = EISDIR;
	close(fd);
	errno = error;
	return -1;
}

/* One reading of a file with its includes. */
struct loading {
	const struct config_file *file;
	const struct config_world *world;
	bool again; /* a running daemon reads its file once more */
	struct ini *ini;
	char *where; /* of the patterns that are being included, for messages; or NULL */
	struct config_message *messages;
	size_t nmessages;
	struct err *err;
	struct config_problems *problems; /* gets every error; NULL: the first one ends the reading */
};

/* Takes text over. */
static void
add_message(struct loading *l, enum log_level level, char *text)
{
	l->messages = xgrow(l->messages, l->nmessages, sizeof(*l->messages));
	l->messages[l->nmessages++] = (struct config_message){
	    .level = level,
	    .text = text,
	    .where = xstrdup(l->where),
	};
}

static void
loading_release(struct loading *l)
{
	for (size_t i = 0; i < l->nmessages; i++) {
		free(l->messages[i].text);
		free(l->messages[i].where);
	}
	free(l->messages);
	ini_free(l->ini);
}

/* The text of the main file. A daemon that reads it again does not wait for the writer of a FIFO. */
static bool
main_text(const struct config_file *file, bool again, struct buf *text, struct err *err)
{
	struct stat st;

	if (stat(file->path, &st) != 0)
		return err_set(err, "could not find config file %s", file->name);
	if (again && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) {
		err_set(err, "could not read config file %s", file->name);
		err_hint(err, "it is no regular file and cannot be read a second time");
		return false;
	}
	if (!read_whole(file->path, again ? O_NONBLOCK : 0, text)) {
		err_set(err, "could not read config file %s", file->name);
		err_hint(err, "%s", strerror(errno));
		return false;
	}
	return true;
}

static void
report_cb(void *arg, struct err *err)
{
	config_problems_add_err(arg, err);
}

/* One file's text into the ini. */
static bool
take_text(struct loading *l, const char *name, const struct buf *text)
{
	if (l->problems == NULL)
		return ini_read(l->ini, name, buf_str(text), text->len, l->err);
	ini_read_all(l->ini, name, buf_str(text), text->len, report_cb, l->problems);
	return true;
}

static bool
read_main(struct loading *l)
{
	struct buf text = BUF_INIT(FILE_MAX_BYTES);
	bool ok = main_text(l->file, l->again, &text, l->err) && take_text(l, l->file->name, &text);

	buf_release(&text);
	return ok;
}

/* What is there and breaks off must not look like a file without its programs: an update would remove them. */
static bool
broken_off(struct loading *l, const char *path)
{
	struct err err = ERR_INIT;

	err_set(l->problems != NULL ? &err : l->err, "could not read the included file %s: %s", path,
		strerror(errno));
	if (l->problems == NULL)
		return false;
	config_problems_add_err(l->problems, &err);
	return true;
}

/* The text of an included file. One that cannot be opened counts as empty, as in the reference. */
static bool
included_text(struct loading *l, const char *path)
{
	struct buf text = BUF_INIT(FILE_MAX_BYTES);
	int fd = open_included(path);
	bool ok = true;

	if (fd != -1 && read_and_close(fd, &text))
		ok = take_text(l, path, &text);
	else if (fd != -1 && errno != EAGAIN) /* a FIFO whose writer has said nothing yet */
		ok = broken_off(l, path);
	else if (l->problems != NULL)
		config_problems_add(l->problems, false, "%s: cannot be read, ignored: %s", path,
				    errno == ENODEV ? "neither a file nor a FIFO" : strerror(errno));
	buf_release(&text);
	return ok;
}

static bool
read_included(struct loading *l, const char *path)
{
	char *cwd = config_current_directory(), *absolute = value_abspath(cwd, path),
	     *here = value_dirname(absolute);
	bool ok;

	add_message(l, LOG_LEVEL_INFO, xasprintf("Included extra file \"%s\" during parsing", path));
	ok = included_text(l, path) && ini_replace_here(l->ini, here, l->err);
	free(cwd);
	free(absolute);
	free(here);
	return ok;
}

static int
compare_paths(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Files in order of their bytes, whatever the locale. */
static bool
include_pattern(struct loading *l, const char *pattern)
{
	char *joined = pattern[0] == '/' ? xstrdup(pattern)
					 : xasprintf("%s%s%s", l->file->here,
						     strcmp(l->file->here, "/") == 0 ? "" : "/", pattern);
	glob_t found = {0};
	bool ok = true;
	int rc = glob(joined, GLOB_NOSORT | GLOB_NOESCAPE, NULL, &found);

	if (rc != 0 || found.gl_pathc == 0) {
		add_message(l, LOG_LEVEL_WARN, xasprintf("No file matches via include \"%s\"", joined));
	} else {
		qsort(found.gl_pathv, found.gl_pathc, sizeof(*found.gl_pathv), compare_paths);
		for (size_t i = 0; i < found.gl_pathc && ok; i++)
			ok = read_included(l, found.gl_pathv[i]);
	}
	globfree(&found);
	free(joined);
	return ok;
}

static bool
bad_include(const struct ini_section *section, const struct ini_option *files, struct err *err)
{
	if (files != NULL)
		err_where(err, "%s:%d: [include] files", files->file, files->line);
	else
		err_where(err, "%s:%d: [include]", section->file, section->line);
	return false;
}

/* The patterns of [include], expanded; the caller frees it. */
static char *
include_files(struct loading *l, const struct ini_section *section)
{
	const struct ini_option *files = ini_option(l->ini, section, "files");
	struct expand_names env = EXPAND_NAMES_INIT, names = {.outer = &env};
	char *expanded;

	if (files == NULL) {
		err_set(l->err, ".ini file has [include] section, but no files setting");
		err_hint(l->err, "accepted: %s", option_accepts(option_find(SECTION_INCLUDE, "files")));
		bad_include(section, NULL, l->err);
		return NULL;
	}
	expand_set_environ(&env, l->world->environ);
	expand_set(&names, "here", l->file->here);
	expand_set(&names, "host_node_name", l->world->hostname);
	expanded = expand(files->value, "include.files", &names, l->err);
	if (expanded == NULL)
		bad_include(section, files, l->err);
	expand_names_clear(&env);
	expand_names_clear(&names);
	return expanded;
}

static bool
read_includes(struct loading *l)
{
	const struct ini_section *section = ini_section(l->ini, "include");
	const struct ini_option *option;
	char *files;
	size_t left;
	bool ok = true;

	if (section == NULL)
		return true;
	if (!ini_replace_here(l->ini, l->file->here, l->err))
		return false;
	files = include_files(l, section);
	if (files == NULL)
		return false;
	/* An included file may have an [include] of its own, in whose place this one's is stored. */
	option = ini_option(l->ini, section, "files");
	l->where = xasprintf("%s:%d: [include] files", option->file, option->line);
	left = strlen(files);
	for (const char *s = files; ok;) {
		size_t blanks = pytext_leading(s, left, NULL), len = 0;
		char *pattern;

		s += blanks;
		left -= blanks;
		while (len < left && pytext_leading(s + len, left - len, NULL) == 0)
			len++;
		if (len == 0)
			break;
		pattern = xstrndup(s, len);
		ok = include_pattern(l, pattern);
		free(pattern);
		s += len;
		left -= len;
	}
	free(files);
	free(l->where);
	l->where = NULL;
	return ok;
}

static bool
load_text(struct loading *l)
{
	l->ini = ini_new();
	return read_main(l) && read_includes(l);
}

static struct config_input
input_of(const struct loading *l, const struct config_override *overrides, size_t noverrides)
{
	return (struct config_input){
	    .world = l->world,
	    .file = l->file->name,
	    .here = l->file->here,
	    .overrides = overrides,
	    .noverrides = noverrides,
	    .messages = l->messages,
	    .nmessages = l->nmessages,
	};
}

struct config *
config_load_supervisord(const struct config_file *file, const struct config_world *world,
			const struct config_override *overrides, size_t noverrides, const struct config *base,
			struct err *err)
{
	struct loading l = {.file = file, .world = world, .err = err, .again = base != NULL};
	struct config *c = NULL;

	if (load_text(&l)) {
		struct config_input input = input_of(&l, overrides, noverrides);

		input.base = base;
		c = config_build(l.ini, &input, err);
	}
	loading_release(&l);
	return c;
}

void
config_test_supervisord(const struct config_file *file, const struct config_world *world,
			const struct config_override *overrides, size_t noverrides,
			struct config_problems *problems)
{
	struct err err = ERR_INIT;
	struct loading l = {.file = file, .world = world, .err = &err, .problems = problems};
	struct config_input input;
	bool found;

	l.ini = ini_new();
	found = read_main(&l);
	if (!found || !read_includes(&l))
		config_problems_add_err(problems, &err);
	/* What could be read is checked, too. */
	if (found) {
		input = input_of(&l, overrides, noverrides);
		config_check(l.ini, &input, problems);
	}
	loading_release(&l);
}

/* [supervisorctl] */

/* The reading of the clients' section. */
struct ctl_reading {
	const struct ini *ini;
	const struct ini_section *section;
	const struct config_world *world;
	struct expand_names env;
	struct expand_names here;
	struct err *err;
};

/* The expanded text of an option into *out; left alone when the option is not written. */
static bool
read_ctl_option(struct ctl_reading *r, const char *name, char **out)
{
	const struct option_row *row = option_find(SECTION_SUPERVISORCTL, name);
	const struct ini_option *o = ini_option(r->ini, r->section, name);
	char *label, *text;

	if (o == NULL)
		return true;
	label = xasprintf("%s.%s", r->section->name, name);
	text = expand(o->value, label, row->names == NAMES_HERE ? &r->here : &r->env, r->err);
	free(label);
	if (text == NULL) {
		err_where(r->err, "%s:%d: [%s] %s", o->file, o->line, r->section->name, name);
		return false;
	}
	free(*out);
	*out = text;
	return true;
}

static void
finish_ctl(const struct config_world *world, struct ctl_config *ctl)
{
	static const char scheme[] = "unix://";
	char *path;

	if (strncmp(ctl->serverurl, scheme, strlen(scheme)) == 0) {
		path = config_absolute_path(world, ctl->serverurl + strlen(scheme));
		free(ctl->serverurl);
		ctl->serverurl = xasprintf("%s%s", scheme, path);
		free(path);
	}
	if (ctl->history_file == NULL)
		return;
	path = *ctl->history_file != '\0' ? config_absolute_path(world, ctl->history_file) : NULL;
	free(ctl->history_file);
	ctl->history_file = path;
}

/* Plugins are Python: the section must be complete, as in the reference, and is then ignored. */
static bool
read_plugins(struct ctl_reading *r, struct ctl_config *ctl)
{
	for (size_t i = 0; i < ini_nsections(r->ini); i++) {
		const struct ini_section *s = ini_section_at(r->ini, i);

		if (section_kind_of(s->name) != SECTION_CTLPLUGIN)
			continue;
		if (ini_option(r->ini, s, "supervisor.ctl_factory") == NULL) {
			err_set(r->err, "section [%s] does not specify a supervisor.ctl_factory", s->name);
			err_where(r->err, "%s:%d: [%s]", s->file, s->line, s->name);
			return false;
		}
		ctl->warnings = xreallocarray(ctl->warnings, ctl->nwarnings + 1, sizeof(*ctl->warnings));
		ctl->warnings[ctl->nwarnings++] =
		    xasprintf("Warning: [%s] ignored: Python plugins are not supported", s->name);
	}
	return true;
}

static bool
read_ctl(struct ctl_reading *r, const struct config_file *file, struct ctl_config *ctl)
{
	bool ok;

	r->section = ini_section(r->ini, "supervisorctl");
	if (r->section == NULL) {
		err_set(r->err, ".ini file does not include supervisorctl section");
		err_where(r->err, "%s", file->name);
		return false;
	}
	expand_set_environ(&r->env, r->world->environ);
	expand_set(&r->here, "here", file->here);
	ok = read_ctl_option(r, "serverurl", &ctl->serverurl) && read_ctl_option(r, "prompt", &ctl->prompt) &&
	     read_ctl_option(r, "username", &ctl->username) &&
	     read_ctl_option(r, "password", &ctl->password) &&
	     read_ctl_option(r, "history_file", &ctl->history_file) && read_plugins(r, ctl);
	expand_names_clear(&r->env);
	expand_names_clear(&r->here);
	return ok;
}

/* The defaults, and what the file, when there is one, makes of them. */
static bool
load_ctl(const struct config_file *file, struct ctl_config *ctl, struct err *err)
{
	struct config_world *world = config_world_real();
	struct ini *ini = ini_new();
	struct ctl_reading r = {.ini = ini, .world = world, .here = {.outer = &r.env}, .err = err};
	struct buf text = BUF_INIT(FILE_MAX_BYTES);
	bool ok = true;

	ctl->serverurl = xstrdup(option_find(SECTION_SUPERVISORCTL, "serverurl")->def);
	ctl->prompt = xstrdup(option_find(SECTION_SUPERVISORCTL, "prompt")->def);
	if (file != NULL)
		ok = main_text(file, false, &text, err) &&
		     ini_read(ini, file->name, buf_str(&text), text.len, err) && read_ctl(&r, file, ctl);
	if (ok)
		finish_ctl(world, ctl);
	buf_release(&text);
	ini_free(ini);
	config_world_free(world);
	return ok;
}

bool
config_load_supervisorctl(const char *prog, const char *given, struct ctl_config *ctl, struct err *err)
{
	struct config_file file = {0};
	bool found = false, ok;
	struct err none = ERR_INIT;

	*ctl = (struct ctl_config){0};
	if (given == NULL) {
		found = config_find(prog, NULL, &file, &none);
		err_release(&none);
	} else if (*given != '\0') {
		found = config_find(prog, given, &file, err);
		if (!found)
			return false;
	}
	ok = load_ctl(found ? &file : NULL, ctl, err);
	config_file_release(&file);
	return ok;
}

void
ctl_config_release(struct ctl_config *ctl)
{
	for (size_t i = 0; i < ctl->nwarnings; i++)
		free(ctl->warnings[i]);
	free(ctl->warnings);
	free(ctl->serverurl);
	free(ctl->username);
	free(ctl->password);
	free(ctl->prompt);
	free(ctl->history_file);
	*ctl = (struct ctl_config){0};
}
