/* cmdline.c: see cmdline.h. A switch is a row here; what it sets is a row of the options table. */
#include "autoconf.h"

#include "daemon/cmdline.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "client/config_find.h"
#include "client/getopts.h"
#include "core/options_table.h"
#include "core/values.h"

enum switch_key {
	KEY_CONFIGURATION,
	KEY_NODAEMON,
	KEY_SILENT,
	KEY_HELP,
	KEY_HELP_MARK,
	KEY_VERSION,
	KEY_USER,
	KEY_UMASK,
	KEY_DIRECTORY,
	KEY_LOGFILE,
	KEY_LOGFILE_MAXBYTES,
	KEY_LOGFILE_BACKUPS,
	KEY_LOGLEVEL,
	KEY_PIDFILE,
	KEY_IDENTIFIER,
	KEY_CHILDLOGDIR,
	KEY_NOCLEANUP,
	KEY_MINFDS,
	KEY_STRIP_ANSI,
	KEY_MINPROCS,
	KEY_PROFILE_OPTIONS,
	KEY_TEST_CONFIG,
};

static const struct getopts_switch switches[] = {
    {.key = KEY_CONFIGURATION,
     .letter = 'c',
     .name = "configuration",
     .argument = "FILENAME",
     .help = "the configuration file; without it, the usual places are searched"},
    {.key = KEY_NODAEMON,
     .letter = 'n',
     .name = "nodaemon",
     .help = "stay in the foreground (as nodaemon=true)"},
    {.key = KEY_SILENT,
     .letter = 's',
     .name = "silent",
     .help = "no log on stdout in the foreground (as silent=true)"},
    {.key = KEY_HELP, .letter = 'h', .name = "help", .help = "print this message and exit"},
    {.key = KEY_HELP_MARK, .letter = '?'},
    {.key = KEY_VERSION, .letter = 'v', .name = "version", .help = "print the version and exit"},
    {.key = KEY_USER,
     .letter = 'u',
     .name = "user",
     .argument = "USER",
     .help = "run as this user (a name or a number)"},
    {.key = KEY_UMASK,
     .letter = 'm',
     .name = "umask",
     .argument = "UMASK",
     .help = "umask of the daemon (octal, default 022)"},
    {.key = KEY_DIRECTORY,
     .letter = 'd',
     .name = "directory",
     .argument = "DIRECTORY",
     .help = "change to this directory as a daemon"},
    {.key = KEY_LOGFILE,
     .letter = 'l',
     .name = "logfile",
     .argument = "FILENAME",
     .help = "the daemon's own log"},
    {.key = KEY_LOGFILE_MAXBYTES,
     .letter = 'y',
     .name = "logfile_maxbytes",
     .argument = "BYTES",
     .help = "size at which that log is rotated"},
    {.key = KEY_LOGFILE_BACKUPS,
     .letter = 'z',
     .name = "logfile_backups",
     .argument = "NUM",
     .help = "how many old ones to keep"},
    {.key = KEY_LOGLEVEL,
     .letter = 'e',
     .name = "loglevel",
     .argument = "LEVEL",
     .help = "what to log (debug,info,warn,error,critical)"},
    {.key = KEY_PIDFILE,
     .letter = 'j',
     .name = "pidfile",
     .argument = "FILENAME",
     .help = "where to write the daemon's process id"},
    {.key = KEY_IDENTIFIER,
     .letter = 'i',
     .name = "identifier",
     .argument = "STR",
     .help = "name of this instance of supervisord"},
    {.key = KEY_CHILDLOGDIR,
     .letter = 'q',
     .name = "childlogdir",
     .argument = "DIRECTORY",
     .help = "directory of the logs of children that have no logfile of their own"},
    {.key = KEY_NOCLEANUP,
     .letter = 'k',
     .name = "nocleanup",
     .help = "keep such logs of an earlier run at the start"},
    {.key = KEY_MINFDS,
     .letter = 'a',
     .name = "minfds",
     .argument = "NUM",
     .help = "file descriptors that must be available"},
    {.key = KEY_STRIP_ANSI,
     .letter = 't',
     .name = "strip_ansi",
     .help = "remove escape sequences from child logs"},
    {.key = KEY_MINPROCS, .name = "minprocs", .argument = "NUM", .help = "processes that must be available"},
    {.key = KEY_PROFILE_OPTIONS,
     .name = "profile_options",
     .argument = "OPTIONS",
     .help = "accepted and without effect: there is no profiler"},
    {.key = KEY_TEST_CONFIG,
     .name = "test-config",
     .help = "check the configuration, print every error and warning, and exit"},
};
#define NSWITCHES (sizeof(switches) / sizeof(switches[0]))

static bool
is_number(const char *value, int64_t min, int64_t max, struct err *err)
{
	int64_t n;

	return value_int(value, &n, err) && value_in_range(n, min, max, err);
}

/* Checks a value as far as the reference does before it has seen the file. The user is looked up later. */
static bool
check_value(const struct option_row *row, const char *value, const struct config_world *world,
	    struct err *err)
{
	enum log_level level;
	char *path = NULL;
	int64_t n;
	bool ok = true;

	if (row->type == OPT_INT)
		ok = is_number(value, INT_MIN, INT_MAX, err);
	else if (row->type == OPT_INT64)
		ok = value_int(value, &n, err);
	else if (row->type == OPT_BYTES)
		ok = value_bytes(value, &n, err);
	else if (row->type == OPT_OCTAL)
		ok = value_octal(value, &n, err);
	else if (row->type == OPT_LOGLEVEL)
		ok = value_loglevel(value, &level, err);
	else if (row->type == OPT_DIRECTORY)
		ok = value_directory(world, value, &path, err);
	else if (row->type == OPT_DIRPATH)
		ok = value_dirpath(world, value, &path, err);
	free(path);
	return ok;
}

static void
add_override(struct cmdline *c, const char *name, const char *value)
{
	c->overrides = xreallocarray(c->overrides, c->noverrides + 1, sizeof(*c->overrides));
	c->overrides[c->noverrides++] = (struct config_override){.name = name, .value = value};
}

/* A switch that sets an option of [supervisord]: its long name is the option's. */
static bool
take_option(struct cmdline *c, const struct getopts_match *m, const struct config_world *world,
	    struct err *err)
{
	const struct option_row *row = option_find(SECTION_SUPERVISORD, m->sw->name);

	if (m->value != NULL && !check_value(row, m->value, world, err))
		return getopts_bad_value(m, err);
	add_override(c, row->name, m->value != NULL ? m->value : "true");
	return true;
}

/* One switch, left to right; *end says that the rest does not matter any more. */
static bool
take(struct cmdline *c, const struct getopts_match *m, const struct config_world *world, bool *end,
     struct err *err)
{
	switch ((enum switch_key)m->sw->key) {
	case KEY_CONFIGURATION:
		c->configuration = xstrdup(m->value);
		return true;
	case KEY_HELP:
	case KEY_HELP_MARK:
		c->action = CMDLINE_HELP;
		*end = true;
		return true;
	case KEY_VERSION:
		c->action = CMDLINE_VERSION;
		*end = true;
		return true;
	case KEY_TEST_CONFIG:
		c->action = CMDLINE_TEST_CONFIG;
		return true;
	case KEY_PROFILE_OPTIONS:
		return true;
	case KEY_NODAEMON:
	case KEY_SILENT:
	case KEY_USER:
	case KEY_UMASK:
	case KEY_DIRECTORY:
	case KEY_LOGFILE:
	case KEY_LOGFILE_MAXBYTES:
	case KEY_LOGFILE_BACKUPS:
	case KEY_LOGLEVEL:
	case KEY_PIDFILE:
	case KEY_IDENTIFIER:
	case KEY_CHILDLOGDIR:
	case KEY_NOCLEANUP:
	case KEY_MINFDS:
	case KEY_STRIP_ANSI:
	case KEY_MINPROCS:
		break;
	}
	return take_option(c, m, world, err);
}

static bool
no_positional(const struct getopts *g, struct err *err)
{
	char *list;

	if (g->nrest == 0)
		return true;
	list = getopts_list(g->rest, g->nrest);
	err_set(err, "positional arguments are not supported: %s", list);
	free(list);
	return false;
}

bool
cmdline_parse(struct cmdline *c, char **argv, const struct config_world *world, struct err *err)
{
	struct getopts g;
	bool ok, end = false;

	*c = (struct cmdline){.prog = config_prog(argv[0] != NULL ? argv[0] : "supervisord")};
	ok = getopts_parse(&g, switches, NSWITCHES, argv, err) && no_positional(&g, err);
	for (size_t i = 0; i < g.n && ok && !end; i++)
		ok = getopts_once(&g, i, err) && take(c, &g.matches[i], world, &end, err);
	getopts_release(&g);
	return ok;
}

void
cmdline_release(struct cmdline *c)
{
	free(c->prog);
	free(c->configuration);
	free(c->overrides);
	*c = (struct cmdline){0};
}

void
cmdline_help(struct buf *out, const char *prog)
{
	buf_puts(out, "supervisord -- run a set of applications as daemons.\n\n");
	buf_printf(out, "Usage: %s [options]\n\nOptions:\n", prog);
	getopts_help(out, switches, NSWITCHES);
	buf_putc(out, '\n');
}
