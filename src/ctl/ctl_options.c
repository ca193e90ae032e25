/* ctl_options.c: see ctl_options.h. */
#include "autoconf.h"

#include "ctl/ctl_options.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "client/config_ctl.h"
#include "client/config_find.h"
#include "client/config_world.h"
#include "client/getopts.h"
#include "core/values.h"

enum option {
	OPTION_FILE,
	OPTION_HELP,
	OPTION_INTERACTIVE,
	OPTION_URL,
	OPTION_USERNAME,
	OPTION_PASSWORD,
	OPTION_HISTORY,
	OPTION_JSON,
};

/* The order is that of the help. "-?" is not in it. */
static const struct getopts_switch switches[] = {
    {
	.key = OPTION_FILE,
	.letter = 'c',
	.name = "configuration",
	.argument = "FILENAME",
	.help = "configuration file path (searches if not given)",
    },
    {
	.key = OPTION_HELP,
	.letter = 'h',
	.name = "help",
	.help = "print usage message and exit",
    },
    {
	.key = OPTION_HELP,
	.letter = '?',
    },
    {
	.key = OPTION_INTERACTIVE,
	.letter = 'i',
	.name = "interactive",
	.help = "start an interactive shell after executing commands",
    },
    {
	.key = OPTION_URL,
	.letter = 's',
	.name = "serverurl",
	.argument = "URL",
	.help = "URL on which supervisord server is listening\n"
		"(default \"http://localhost:9001\").",
    },
    {
	.key = OPTION_USERNAME,
	.letter = 'u',
	.name = "username",
	.argument = "USERNAME",
	.help = "username to use for authentication with server",
    },
    {
	.key = OPTION_PASSWORD,
	.letter = 'p',
	.name = "password",
	.argument = "PASSWORD",
	.help = "password to use for authentication with server",
    },
    {
	.key = OPTION_HISTORY,
	.letter = 'r',
	.name = "history_file",
	.alias = "history-file",
	.argument = "FILENAME",
	.help = "keep the history of the prompt in this file",
    },
    {
	.key = OPTION_JSON,
	.name = "json",
	.help = "answer with one JSON document (status, avail, reread, update, version)",
    },
};

#define NSWITCHES (sizeof(switches) / sizeof(switches[0]))

void
ctl_options_usage(struct buf *out, const char *prog)
{
	buf_printf(out,
		   "supervisorctl -- control applications run by supervisord from the cmd line.\n"
		   "\n"
		   "Usage: %s [options] [action [arguments]]\n"
		   "\n"
		   "Options:\n",
		   prog);
	getopts_help(out, switches, NSWITCHES);
	buf_puts(out, "\n"
		      "action [arguments] -- see below\n"
		      "\n"
		      "An action is a command such as \"tail\" or \"stop\".  Without an action, or with\n"
		      "-i, questions are asked where a command needs an answer; without an action a\n"
		      "prompt is shown and actions are read from it.  The action \"help\" lists all\n"
		      "actions, \"help ACTION\" explains one, \"help cvisor\" lists those Supervisor lacks.\n"
		      "\n");
}

char *
ctl_options_absolute(const char *path)
{
	struct config_world *world = config_world_real();
	char *absolute = config_absolute_path(world, path);

	config_world_free(world);
	return absolute;
}

static bool
url_given(struct ctl_options *o, const struct getopts_match *m, struct err *err)
{
	o->given_url = m->value;
	return value_url(m->value, err) || getopts_bad_value(m, err);
}

static bool
option_given(struct ctl_options *o, const struct getopts_match *m, struct err *err)
{
	switch ((enum option)m->sw->key) {
	case OPTION_FILE:
		o->given_file = m->value;
		break;
	case OPTION_HELP:
		o->help = true;
		break;
	case OPTION_JSON:
		o->json = true;
		break;
	case OPTION_INTERACTIVE:
		o->interactive = true;
		break;
	case OPTION_URL:
		return url_given(o, m, err);
	case OPTION_USERNAME:
		o->given_username = m->value;
		break;
	case OPTION_PASSWORD:
		o->given_password = m->value;
		break;
	case OPTION_HISTORY:
		free(o->history_file);
		o->history_file = *m->value != '\0' ? ctl_options_absolute(m->value) : NULL;
		break;
	}
	return true;
}

/* What was given wins over the file, setting by setting. */
static char *
pick(const char *given, char **from_file)
{
	char *s = *from_file;

	if (given != NULL)
		return xstrdup(given);
	*from_file = NULL;
	return s;
}

static bool
read_config(struct ctl_options *o, struct err *err)
{
	struct ctl_config file = {0};

	if (!config_load_supervisorctl(o->prog, o->given_file, &file, err)) {
		ctl_config_release(&file);
		return false;
	}
	o->url = pick(o->given_url, &file.serverurl);
	o->username = pick(o->given_username, &file.username);
	o->password = pick(o->given_password, &file.password);
	o->prompt = pick(NULL, &file.prompt);
	if (o->history_file == NULL)
		o->history_file = pick(NULL, &file.history_file);
	o->warnings = file.warnings;
	o->nwarnings = file.nwarnings;
	file.warnings = NULL;
	file.nwarnings = 0;
	ctl_config_release(&file);
	return true;
}

bool
ctl_options_parse(struct ctl_options *o, char **argv, struct err *err)
{
	struct getopts g;
	bool ok;

	*o = (struct ctl_options){.prog = config_prog(argv[0])};
	ok = getopts_parse(&g, switches, NSWITCHES, argv, err);
	for (size_t i = 0; ok && i < g.n && !o->help; i++)
		ok = getopts_once(&g, i, err) && option_given(o, &g.matches[i], err);
	/* A mistake in the options is told in the form that was asked for, wherever that stands. */
	for (size_t i = 1; !ok && argv[0] != NULL && argv[i] != NULL; i++)
		o->json = o->json || strcmp(argv[i], "--json") == 0;
	o->words = g.rest;
	o->nwords = g.nrest;
	getopts_release(&g);
	if (ok && o->json && o->nwords == 0 && !o->help) {
		err_set(err, "--json needs a command (status, avail, reread, update, version)");
		ok = false;
	}
	return ok && (o->help || read_config(o, err));
}

void
ctl_options_release(struct ctl_options *o)
{
	free(o->prog);
	free(o->url);
	free(o->username);
	free(o->password);
	free(o->prompt);
	free(o->history_file);
	for (size_t i = 0; i < o->nwarnings; i++)
		free(o->warnings[i]);
	free(o->warnings);
	*o = (struct ctl_options){0};
}
