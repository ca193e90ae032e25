/* config_load.c: see config_load.h. */
#include "autoconf.h"

#include "client/config_load.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/pytext.h"
#include "base/xmalloc.h"
#include "client/config_find.h"
#include "client/config_text.h"
#include "client/config_world.h"
#include "core/expand.h"
#include "core/ini.h"
#include "core/options_table.h"
#include "core/values.h"

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
	struct buf text = BUF_INIT(CONFIG_TEXT_MAX);
	bool ok = config_text_main(l->file, l->again, &text, l->err) && take_text(l, l->file->name, &text);

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
	struct buf text = BUF_INIT(CONFIG_TEXT_MAX);
	int fd = config_text_open_included(path);
	bool ok = true;

	if (fd != -1 && config_text_read(fd, &text))
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
