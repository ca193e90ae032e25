/* supervisorctl.c: the command line client: one command and its exit status, or the prompt. */
#include "autoconf.h"

#include <locale.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/buf.h"
#include "base/err.h"
#include "ctl/ctl.h"
#include "ctl/ctl_commands.h"
#include "ctl/ctl_options.h"
#include "ctl/ctl_shell.h"

/* Standard input may be a plain file, which epoll refuses: the loop takes a way of waiting that knows all. */
static struct event_base *
new_base(void)
{
	struct event_config *config = event_config_new();
	struct event_base *base;

	if (config == NULL)
		return NULL;
	event_config_require_features(config, EV_FEATURE_FDS);
	base = event_base_new_with_config(config);
	event_config_free(config);
	return base;
}

/* --json before the command, or among its arguments. */
static bool
wants_json(const struct ctl_options *options)
{
	const struct ctl_command *command = options->nwords > 0 ? ctl_command_find(options->words[0]) : NULL;
	bool found = options->json;

	for (size_t i = 1; command != NULL && i < options->nwords; i++)
		found = found ||
			((command->takes & CTL_TAKES_JSON) != 0 && strcmp(options->words[i], "--json") == 0);
	return found;
}

static int
usage_error(const struct ctl_options *options, struct err *err)
{
	if (wants_json(options))
		ctl_json_print_problem(CTL_PROBLEM_USAGE, err_text(err));
	fprintf(stderr, "Error: %s\nFor help, use %s -h\n", err_text(err), options->prog);
	return CTL_EXIT_INVALID_ARGS;
}

static int
show_usage(const struct ctl_options *options)
{
	struct buf out = BUF_INIT(SIZE_MAX / 2);

	ctl_options_usage(&out, options->prog);
	fputs(buf_str(&out), stdout);
	buf_release(&out);
	return CTL_EXIT_OK;
}

static void
run_words(struct ctl *ctl, const struct ctl_options *options)
{
	struct buf line = BUF_INIT(SIZE_MAX / 2);

	for (size_t i = 0; i < options->nwords; i++)
		buf_printf(&line, "%s%s", i > 0 ? " " : "", options->words[i]);
	ctl_run_line(ctl, buf_str(&line));
	buf_release(&line);
}

static int
run(const struct ctl_options *options)
{
	struct event_base *base = new_base();
	struct ctl ctl;
	int status;

	if (base == NULL) {
		fputs("Error: cannot make an event loop\n", stderr);
		return CTL_EXIT_GENERIC;
	}
	for (size_t i = 0; i < options->nwarnings; i++)
		fprintf(stderr, "%s\n", options->warnings[i]);
	ctl_init(&ctl, base, options);
	if (options->nwords > 0)
		run_words(&ctl, options);
	else
		ctl_shell_run(&ctl);
	status = ctl.status;
	ctl_release(&ctl);
	event_base_free(base);
	return status;
}

int
main(int argc, char **argv)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct ctl_options options;
	struct err err = ERR_INIT;
	int status;

	(void)argc;
	setlocale(LC_CTYPE, "");
	setvbuf(stdout, NULL, _IOLBF, 0);
	sigaction(SIGPIPE, &ignore, NULL);
	if (!ctl_options_parse(&options, argv, &err))
		status = usage_error(&options, &err);
	else if (options.help)
		status = show_usage(&options);
	else
		status = run(&options);
	ctl_options_release(&options);
	err_release(&err);
	return status;
}
