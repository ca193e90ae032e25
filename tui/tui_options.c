/* tui_options.c: see tui_options.h. */
#include "autoconf.h"

#include "tui/tui_options.h"

#include <stdlib.h>

#include "base/xmalloc.h"
#include "client/config_find.h"
#include "client/getopts.h"
#include "tui/tui_conffile.h"

enum option {
	OPTION_FILE,
	OPTION_URL,
	OPTION_USERNAME,
	OPTION_PASSWORD,
	OPTION_SETTINGS,
	OPTION_NO_SETTINGS,
	OPTION_SET,
	OPTION_READONLY,
	OPTION_RECORD,
	OPTION_REPLAY,
	OPTION_ONCE,
	OPTION_PLAIN,
	OPTION_SIZE,
	OPTION_VERSION,
	OPTION_HELP,
};

static const struct getopts_switch switches[] = {
    {.key = OPTION_FILE,
     .letter = 'c',
     .name = "configuration",
     .argument = "FILENAME",
     .help = "configuration file path (searches if not given); each further one names one more daemon"},
    {.key = OPTION_URL,
     .letter = 's',
     .name = "serverurl",
     .argument = "URL",
     .help = "URL on which supervisord server is listening: unix://PATH, http://HOST:PORT,\n"
	     "ssh://[USER@]HOST[:PORT][/PATH]; given several times, all of them in one table"},
    {.key = OPTION_USERNAME,
     .letter = 'u',
     .name = "username",
     .argument = "USERNAME",
     .help = "username to use for authentication with server"},
    {.key = OPTION_PASSWORD,
     .letter = 'p',
     .name = "password",
     .argument = "PASSWORD",
     .help = "password to use for authentication with server"},
    {.key = OPTION_SETTINGS,
     .name = "settings",
     .argument = "FILENAME",
     .help = "settings and keys of the screen (default ~/.config/cvisor/tui.conf)"},
    {.key = OPTION_NO_SETTINGS,
     .name = "no-settings",
     .help = "neither read nor write that file, nor the history of commands"},
    {.key = OPTION_SET,
     .name = "set",
     .argument = "NAME=VALUE",
     .help = "one setting for this time, stronger than the file; may be given several times"},
    {.key = OPTION_READONLY, .name = "readonly", .help = "look only: nothing is changed from this screen"},
    {.key = OPTION_RECORD,
     .name = "record",
     .argument = "FILENAME",
     .help = "write down what the daemons tell, for --replay; a new file, at most 256 MB"},
    {.key = OPTION_REPLAY,
     .name = "replay",
     .argument = "FILENAME",
     .help = "show a recording instead of a daemon"},
    {.key = OPTION_ONCE, .name = "once", .help = "print the screen as text and exit"},
    {.key = OPTION_PLAIN,
     .name = "plain",
     .help = "no screen: the table, then each change as a line; commands are read from standard input"},
    {.key = OPTION_SIZE,
     .name = "size",
     .argument = "WxH",
     .help = "size of the screen for --once (default 80x24)"},
    {.key = OPTION_VERSION, .letter = 'v', .name = "version", .help = "print the version and exit"},
    {.key = OPTION_HELP, .letter = 'h', .name = "help", .help = "print usage message and exit"},
};
#define NSWITCHES (sizeof(switches) / sizeof(switches[0]))

static bool
parse_size(struct tui_options *o, const struct getopts_match *match, struct err *err)
{
	char *end;
	long width = strtol(match->value, &end, 10), height = 0;

	if (*end == 'x')
		height = strtol(end + 1, &end, 10);
	if (*end == '\0' && width >= 1 && height >= 1 && width <= 1000 && height <= 1000) {
		o->width = (int)width;
		o->height = (int)height;
		return true;
	}
	err_set(err, "'%s' is not a size (WIDTHxHEIGHT, 1x1 to 1000x1000)", match->value);
	return getopts_bad_value(match, err);
}

static void
append(const char ***list, size_t *n, const char *value)
{
	*list = xreallocarray(*list, *n + 1, sizeof(**list));
	(*list)[(*n)++] = value;
}

/* Daemons and settings can be named several times, all else once. */
static bool
may_come_again(const struct getopts_match *match)
{
	return match->sw->key == OPTION_FILE || match->sw->key == OPTION_URL || match->sw->key == OPTION_SET;
}

static bool
take_option(struct tui_options *o, const struct getopts_match *match, struct err *err)
{
	switch ((enum option)match->sw->key) {
	case OPTION_FILE:
		append(&o->files, &o->nfiles, match->value);
		break;
	case OPTION_URL:
		append(&o->urls, &o->nurls, match->value);
		break;
	case OPTION_USERNAME:
		o->username = match->value;
		break;
	case OPTION_PASSWORD:
		o->password = match->value;
		break;
	case OPTION_SETTINGS:
		o->given_settings = match->value;
		break;
	case OPTION_NO_SETTINGS:
		o->no_settings = true;
		break;
	case OPTION_SET:
		append(&o->sets, &o->nsets, match->value);
		break;
	case OPTION_READONLY:
		o->readonly = true;
		break;
	case OPTION_RECORD:
		o->record = match->value;
		break;
	case OPTION_REPLAY:
		o->replay = match->value;
		break;
	case OPTION_ONCE:
		o->once = true;
		break;
	case OPTION_PLAIN:
		o->plain = true;
		break;
	case OPTION_SIZE:
		return parse_size(o, match, err);
	case OPTION_VERSION:
		o->version = true;
		break;
	case OPTION_HELP:
		o->help = true;
		break;
	}
	return true;
}

bool
tui_options_parse(struct tui_options *o, char **argv, struct err *err)
{
	struct getopts g;
	bool ok;

	*o = (struct tui_options){.prog = config_prog(argv[0]), .width = 80, .height = 24};
	ok = getopts_parse(&g, switches, NSWITCHES, argv, err);
	for (size_t i = 0; ok && i < g.n; i++)
		ok = (may_come_again(&g.matches[i]) || getopts_once(&g, i, err)) &&
		     take_option(o, &g.matches[i], err);
	if (ok && g.nrest > 0)
		ok = err_set(err, "'%s': no arguments are taken", g.rest[0]);
	if (ok && o->replay != NULL && (o->record != NULL || o->once || o->plain))
		ok = err_set(err, "--replay excludes --record, --once and --plain");
	if (ok && o->replay != NULL && (o->nurls > 0 || o->nfiles > 0))
		ok = err_set(err, "--replay shows a recording: -s and -c have no place there");
	if (ok && o->record != NULL && o->once)
		ok = err_set(err, "--once and --record exclude each other");
	if (ok && o->no_settings && o->given_settings != NULL)
		ok = err_set(err, "--settings and --no-settings exclude each other");
	else if (ok && !o->no_settings)
		o->settings = o->given_settings != NULL ? xstrdup(o->given_settings) : tui_conffile_path();
	getopts_release(&g);
	return ok;
}

bool
tui_options_read_config(struct tui_options *o, struct err *err)
{
	return tui_endpoints_find(&o->endpoints, o->prog, o->files, o->nfiles, o->urls, o->nurls, o->username,
				  o->password, err);
}

void
tui_options_release(struct tui_options *o)
{
	free(o->prog);
	free(o->files);
	free(o->urls);
	free(o->sets);
	tui_endpoints_release(&o->endpoints);
	free(o->settings);
}

void
tui_options_help(struct buf *out, const char *prog)
{
	buf_printf(out,
		   "supervisortui -- watch and drive the programs run by supervisord, full screen.\n\n"
		   "Usage: %s [options]\n\nOptions:\n",
		   prog);
	getopts_help(out, switches, NSWITCHES);
	buf_puts(out, "\nKeys are shown by ?\n");
}
