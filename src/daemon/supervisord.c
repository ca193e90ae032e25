/* supervisord.c: the command line, the first reading of the configuration, the exit status. */
#include "autoconf.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "client/config_find.h"
#include "client/config_load.h"
#include "client/config_world.h"
#include "core/config.h"
#include "daemon/cmdline.h"
#include "daemon/daemon.h"
#include "daemon/os.h"

#define EXIT_USAGE 2

/* The reference's last words (spec/daemon.md 1.2), or one line for what it shows a traceback for. */
static int
complain(const char *prog, struct err *err)
{
	if (err->code == EXIT_USAGE)
		fprintf(stderr, "Error: %s\nFor help, use %s -h\n", err_text(err), prog);
	else
		fprintf(stderr, "supervisord: %s\n", err_text(err));
	return err->code;
}

static int
test_config(const struct config_file *file, const struct cmdline *cmdline, const struct config_world *world)
{
	struct config_problems problems = {0};
	int status;

	config_test_supervisord(file, world, cmdline->overrides, cmdline->noverrides, &problems);
	for (size_t i = 0; i < problems.n; i++)
		fprintf(stderr, "%s: %s\n", problems.problems[i].error ? "error" : "warning",
			problems.problems[i].text);
	status = problems.nerrors > 0 ? EXIT_USAGE : 0;
	if (status == 0)
		printf("%s: the configuration is good\n", file->name);
	config_problems_release(&problems);
	return status;
}

static int
print_help(const struct cmdline *cmdline)
{
	struct buf text = BUF_INIT(1 << 20);

	cmdline_help(&text, cmdline->prog);
	fputs(buf_str(&text), stdout);
	buf_release(&text);
	return 0;
}

/* What needs a configuration. */
static int
with_file(const struct cmdline *cmdline, const struct config_world *world)
{
	struct config_file file = {0};
	struct err err = ERR_INIT;
	struct config *config;
	int status = 0;

	if (cmdline->configuration == NULL && geteuid() == 0)
		fprintf(stderr, "%s\n", config_root_warning);
	if (!config_find(cmdline->prog, cmdline->configuration, &file, &err)) {
		err.code = EXIT_USAGE;
		status = complain(cmdline->prog, &err);
	} else if (cmdline->action == CMDLINE_TEST_CONFIG) {
		status = test_config(&file, cmdline, world);
	} else {
		config = config_load_supervisord(&file, world, cmdline->overrides, cmdline->noverrides, NULL,
						 &err);
		if (config == NULL)
			err.code = EXIT_USAGE;
		if (config == NULL || !daemon_run(cmdline, &file, world, config, &err))
			status = complain(cmdline->prog, &err);
	}
	config_file_release(&file);
	err_release(&err);
	return status;
}

static int
run(char **argv, const struct config_world *world)
{
	struct cmdline cmdline = {0};
	struct err err = ERR_INIT;
	int status = EXIT_USAGE;

	if (!cmdline_parse(&cmdline, argv, world, &err)) {
		err.code = EXIT_USAGE;
		complain(cmdline.prog, &err);
		goto out;
	}
	switch (cmdline.action) {
	case CMDLINE_HELP:
		status = print_help(&cmdline);
		break;
	case CMDLINE_VERSION:
		printf("%s\n", PACKAGE_VERSION);
		status = 0;
		break;
	case CMDLINE_RUN:
	case CMDLINE_TEST_CONFIG:
		status = with_file(&cmdline, world);
		break;
	}
out:
	cmdline_release(&cmdline);
	err_release(&err);
	return status;
}

int
main(int argc, char **argv)
{
	struct config_world *world;
	struct err err = ERR_INIT;
	int status;

	(void)argc;
	if (!os_secure_descriptors(&err)) {
		status = complain(argv[0], &err);
		err_release(&err);
		return status != 0 ? status : 1;
	}
	world = config_world_real();
	status = run(argv, world);
	config_world_free(world);
	return status;
}
