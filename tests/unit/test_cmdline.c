/* test_cmdline.c: command lines of supervisord, and the reading of switches that all programs share. */
#include "autoconf.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "client/getopts.h"
#include "config_fake.h"
#include "daemon/cmdline.h"

#define MAX_WORDS 8

static const struct {
	const char *words[MAX_WORDS];
	const char *error;
} wrong[] = {
    {{"-Z"}, "option -Z not recognized"},
    {{"-nZ"}, "option -Z not recognized"},
    {{"--zz"}, "option --zz not recognized"},
    {{"-c"}, "option -c requires argument"},
    {{"-nc"}, "option -c requires argument"},
    {{"--conf"}, "option --configuration requires argument"},
    {{"--nodaemon=1"}, "option --nodaemon must not have an argument"},
    {{"--log"}, "option --log not a unique prefix"},
    {{"--logfile"}, "option --logfile requires argument"},
    {{"--logf", "x"}, "option --logf not a unique prefix"},
    {{"foo"}, "positional arguments are not supported: ['foo']"},
    {{"-h", "a", "b'c"}, "positional arguments are not supported: ['a', \"b'c\"]"},
    {{"-n", "-n"}, "conflicting command line option '-n'"},
    {{"-n", "--nodaemon"}, "conflicting command line option '--nodaemon'"},
    {{"-c", "a", "--conf=b"}, "conflicting command line option '--configuration'"},
    {{"-e", "bad"}, "invalid value for -e 'bad': bad logging level name 'bad'"},
    {{"-e", "bad", "-v"}, "invalid value for -e 'bad': bad logging level name 'bad'"},
    {{"-l", "/x/y.log"},
     "invalid value for -l '/x/y.log': The directory named as part of the path /x/y.log does not "
     "exist"},
    {{"--logfile=/x/y.log"},
     "invalid value for --logfile '/x/y.log': The directory named as part of the path /x/y.log "
     "does not exist"},
    {{"-d", "/no"}, "invalid value for -d '/no': /no is not an existing directory"},
    {{"-q/no"}, "invalid value for -q '/no': /no is not an existing directory"},
    {{"-m", "9"}, "invalid value for -m '9': 9 can not be converted to an octal type"},
    {{"-y", "1TB"}, "invalid value for -y '1TB': invalid literal for int() with base 10: '1tb'"},
    {{"-z", "x"}, "invalid value for -z 'x': invalid literal for int() with base 10: 'x'"},
    {{"-a", "x"}, "invalid value for -a 'x': invalid literal for int() with base 10: 'x'"},
    {{"--minprocs", "x"}, "invalid value for --minprocs 'x': invalid literal for int() with base 10: 'x'"},
    {{"-j", "/x/y"},
     "invalid value for -j '/x/y': The directory named as part of the path /x/y does not exist"},
};

static const struct {
	const char *words[MAX_WORDS];
	enum cmdline_action action;
	const char *want; /* configuration, then name=value of each override */
} right[] = {
    {{NULL}, CMDLINE_RUN, "-"},
    {{"--"}, CMDLINE_RUN, "-"},
    {{"-c", "f"}, CMDLINE_RUN, "f"},
    {{"-cf", "-n"}, CMDLINE_RUN, "f nodaemon=true"},
    {{"-nt"}, CMDLINE_RUN, "- nodaemon=true strip_ansi=true"},
    {{"--conf=f"}, CMDLINE_RUN, "f"},
    {{"--configuration", "f", "-skn"}, CMDLINE_RUN, "f silent=true nocleanup=true nodaemon=true"},
    {{"-u", "no-such-user", "-i", "id"}, CMDLINE_RUN, "- user=no-such-user identifier=id"},
    {{"-l", "/tmp/x", "-y", "1MB", "-z", "3"},
     CMDLINE_RUN,
     "- logfile=/tmp/x logfile_maxbytes=1MB logfile_backups=3"},
    {{"-e", "DEBUG", "-m", "077"}, CMDLINE_RUN, "- loglevel=DEBUG umask=077"},
    {{"-d", "/tmp", "-q", "/root", "-j", "p"}, CMDLINE_RUN, "- directory=/tmp childlogdir=/root pidfile=p"},
    {{"-a", "5", "--minprocs=6"}, CMDLINE_RUN, "- minfds=5 minprocs=6"},
    {{"--profile_options", "calls"}, CMDLINE_RUN, "-"},
    {{"-h"}, CMDLINE_HELP, "-"},
    {{"-?"}, CMDLINE_HELP, "-"},
    {{"--help", "-e", "bad"}, CMDLINE_HELP, "-"},
    {{"-v", "-e", "bad"}, CMDLINE_VERSION, "-"},
    {{"--version"}, CMDLINE_VERSION, "-"},
    {{"--test-config", "-c", "f"}, CMDLINE_TEST_CONFIG, "f"},
    {{"--t", "-c", "f"}, CMDLINE_TEST_CONFIG, "f"},
};

/* The words as an argv, which the parser may not keep. */
static void
make_argv(char *argv[MAX_WORDS + 2], const char *const words[MAX_WORDS])
{
	size_t n = 1;

	argv[0] = xstrdup("/usr/bin/supervisord");
	for (size_t i = 0; i < MAX_WORDS && words[i] != NULL; i++)
		argv[n++] = xstrdup(words[i]);
	argv[n] = NULL;
}

static void
free_argv(char **argv)
{
	for (; *argv != NULL; argv++)
		free(*argv);
}

static void
test_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char *argv[MAX_WORDS + 2];
		struct err err = ERR_INIT;
		struct cmdline c;

		make_argv(argv, wrong[i].words);
		assert_false(cmdline_parse(&c, argv, &fake_world, &err));
		assert_string_equal(err_text(&err), wrong[i].error);
		assert_string_equal(c.prog, "/usr/bin/supervisord");
		err_release(&err);
		cmdline_release(&c);
		free_argv(argv);
	}
}

static void
test_right(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
		char *argv[MAX_WORDS + 2];
		struct buf got = BUF_INIT(1000);
		struct err err = ERR_INIT;
		struct cmdline c;

		make_argv(argv, right[i].words);
		if (!cmdline_parse(&c, argv, &fake_world, &err))
			fail_msg("%s", err_text(&err));
		buf_puts(&got, c.configuration != NULL ? c.configuration : "-");
		for (size_t j = 0; j < c.noverrides; j++)
			buf_printf(&got, " %s=%s", c.overrides[j].name, c.overrides[j].value);
		assert_int_equal(c.action, right[i].action);
		assert_string_equal(buf_str(&got), right[i].want);
		buf_release(&got);
		cmdline_release(&c);
		free_argv(argv);
	}
}

static void
test_help(void **state)
{
	static const char *const lines[] = {"supervisord -- ",
					    "\n\nUsage: PROG [options]\n\nOptions:\n",
					    "\n-c/--configuration FILENAME -- ",
					    "\n-n/--nodaemon -- ",
					    "\n--minprocs NUM -- ",
					    "\n--test-config -- "};
	struct buf out = BUF_INIT(10000);

	(void)state;
	cmdline_help(&out, "PROG");
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (strstr(buf_str(&out), lines[i]) == NULL)
			fail_msg("help lacks: %s", lines[i]);
	assert_null(strstr(buf_str(&out), "-?"));
	assert_string_equal(buf_str(&out) + out.len - 2, "\n\n");
	buf_release(&out);
}

/* A second long name, as supervisorctl needs it, and the words behind the options. */
static void
test_alias_and_rest(void **state)
{
	static const struct getopts_switch table[] = {
	    {.key = 1,
	     .letter = 'r',
	     .name = "history_file",
	     .alias = "history-file",
	     .argument = "FILE",
	     .help = "x\ny"},
	    {.key = 2, .letter = 'i', .name = "interactive", .help = "shell"},
	};
	char *argv[] = {xstrdup("p"),    xstrdup("--hist"), xstrdup("f"), xstrdup("-i"),
			xstrdup("tail"), xstrdup("-i"),     NULL};
	struct buf out = BUF_INIT(1000);
	struct err err = ERR_INIT;
	struct getopts g;

	(void)state;
	assert_true(getopts_parse(&g, table, 2, argv, &err));
	assert_int_equal(g.n, 2);
	assert_int_equal(g.matches[0].sw->key, 1);
	assert_string_equal(g.matches[0].value, "f");
	assert_string_equal(g.matches[1].spelled, "-i");
	assert_int_equal(g.nrest, 2);
	assert_string_equal(g.rest[0], "tail");
	getopts_release(&g);
	getopts_help(&out, table, 2);
	assert_string_equal(buf_str(&out),
			    "-r/--history-file FILE -- x\n     y\n-i/--interactive -- shell\n");
	buf_release(&out);
	free_argv(argv);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_wrong),
	    cmocka_unit_test(test_right),
	    cmocka_unit_test(test_help),
	    cmocka_unit_test(test_alias_and_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
