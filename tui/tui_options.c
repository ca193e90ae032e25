/* tui_options.c: see tui_options.h. */
#include "autoconf.h"

#include "tui/tui_options.h"

#include <stdlib.h>

#include "base/xmalloc.h"
#include "client/config_load.h"
#include "client/getopts.h"
#include "tui/tui_model.h"

enum option {
	OPTION_FILE,
	OPTION_URL,
	OPTION_USERNAME,
	OPTION_PASSWORD,
	OPTION_ONCE,
	OPTION_SIZE,
	OPTION_VERSION,
	OPTION_HELP,
};

static const struct getopts_switch switches[] = {
    {.key = OPTION_FILE,
     .letter = 'c',
     .name = "configuration",
     .argument = "FILENAME",
     .help = "configuration file path (searches if not given)"},
    {.key = OPTION_URL,
     .letter = 's',
     .name = "serverurl",
     .argument = "URL",
     .help = "URL on which supervisord server is listening"},
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
    {.key = OPTION_ONCE, .name = "once", .help = "print the screen as text and exit"},
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

static bool
take_option(struct tui_options *o, const struct getopts_match *match, struct err *err)
{
	switch ((enum option)match->sw->key) {
	case OPTION_FILE:
		o->given_file = match->value;
		break;
	case OPTION_URL:
		o->given_url = match->value;
		break;
	case OPTION_USERNAME:
		o->given_username = match->value;
		break;
	case OPTION_PASSWORD:
		o->given_password = match->value;
		break;
	case OPTION_ONCE:
		o->once = true;
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
		ok = getopts_once(&g, i, err) && take_option(o, &g.matches[i], err);
	if (ok && g.nrest > 0)
		ok = err_set(err, "'%s': no arguments are taken", g.rest[0]);
	getopts_release(&g);
	return ok;
}

/* Finds the file that supervisorctl would read. Without a URL and without a file there is nothing to look at.
 */
static bool
find_config(struct tui_options *o, struct err *err)
{
	struct config_file file;

	if (config_find(o->prog, o->given_file, &file, err)) {
		o->file = xstrdup(file.path);
		config_file_release(&file);
		return true;
	}
	if (o->given_file != NULL)
		return false;
	err_release(err);
	return o->given_url != NULL ||
	       err_set(err, "no configuration found: write one (echo_supervisord_conf > supervisord.conf), "
			    "or name a daemon "
			    "with -s URL");
}

/* What [supervisorctl] says counts where the command line says nothing. A file that was only found by the way
   is no reason to fail when the URL was given. */
bool
tui_options_read_config(struct tui_options *o, struct err *err)
{
	struct ctl_config ctl;

	if (!find_config(o, err))
		return false;
	if (!config_load_supervisorctl(o->prog, o->file != NULL ? o->file : "", &ctl, err)) {
		if (o->given_url == NULL || o->given_file != NULL)
			return false;
		err_release(err);
		tui_set(&o->file, NULL);
		if (!config_load_supervisorctl(o->prog, "", &ctl, err))
			return false;
	}
	o->url = xstrdup(o->given_url != NULL ? o->given_url : ctl.serverurl);
	tui_set(&o->username, o->given_username != NULL ? o->given_username : ctl.username);
	tui_set(&o->password, o->given_password != NULL ? o->given_password : ctl.password);
	ctl_config_release(&ctl);
	return true;
}

void
tui_options_release(struct tui_options *o)
{
	free(o->prog);
	free(o->file);
	free(o->url);
	free(o->username);
	free(o->password);
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
