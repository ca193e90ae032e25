/* test_config_load.c: finding files, including files, the section of the clients. */
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

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "client/config_ctl.h"
#include "client/config_find.h"
#include "client/config_load.h"
#include "client/config_world.h"

static char *dir; /* of this test, absolute; the current directory */

static int
set_up(void **state)
{
	char template[] = "/tmp/cvcfgXXXXXX", *real;

	(void)state;
	if (mkdtemp(template) == NULL || chdir(template) != 0)
		return -1;
	real = realpath(".", NULL);
	dir = real;
	return dir != NULL ? 0 : -1;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int
tear_down(void **state)
{
	int rc = chdir("/");

	(void)state;
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(dir);
	return rc;
}

static void
put(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	fclose(f);
}

static struct config *
load(const char *given, struct err *err)
{
	struct config_world *world = config_world_real();
	struct config_file file;
	struct config *c = NULL;

	if (config_find("/usr/bin/supervisord", given, &file, err))
		c = config_load_supervisord(&file, world, NULL, 0, NULL, err);
	config_file_release(&file);
	config_world_free(world);
	return c;
}

static void
test_search(void **state)
{
	struct config_file file;
	struct err err = ERR_INIT;

	(void)state;
	assert_false(config_find("./supervisord", "nope.conf", &file, &err));
	assert_string_equal(err_text(&err), "could not find config file nope.conf");
	err_release(&err);
	assert_int_equal(mkdir("etc", 0700), 0);
	put("etc/supervisord.conf", "[supervisord]\n");
	assert_true(config_find("./supervisord", NULL, &file, &err));
	assert_string_equal(file.name, "etc/supervisord.conf");
	assert_string_equal(file.path + strlen(dir), "/etc/supervisord.conf");
	config_file_release(&file);
	put("supervisord.conf", "[supervisord]\n");
	assert_true(config_find("/bin/supervisord", NULL, &file, &err));
	assert_non_null(strstr(file.name, "supervisord.conf"));
	config_file_release(&file);
}

static void
test_unreadable(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(mkdir("adir", 0700), 0);
	assert_null(load("adir", &err));
	assert_string_equal(err.what, "could not read config file adir");
	err_release(&err);
}

static void
test_includes(void **state)
{
	struct err err = ERR_INIT;
	char *command;
	struct config *c;

	(void)state;
	assert_int_equal(mkdir("inc", 0700), 0);
	assert_int_equal(mkdir("inc/c.conf", 0700), 0); /* cannot be read, counts as included */
	put("main.conf", "[supervisord]\nidentifier=%(here)s\n[include]\nfiles=inc/*.conf\n  nothing-*.ini "
			 "%(here)s/last.ini\n");
	put("inc/b.conf", "[program:b]\ncommand=%(here)s/b\n[include]\nfiles=never.ini\n");
	put("inc/a.conf", "[program:b]\ncommand=overridden\nstartsecs=3\n");
	put("inc/.hidden.conf", "nonsense");
	put("last.ini", "[program:last]\ncommand=x\nautostart=false\n");
	c = load("main.conf", &err);
	if (c == NULL)
		fail_msg("%s", err_text(&err));
	assert_string_equal(c->supervisord.identifier, dir);
	assert_int_equal(c->ngroups, 2);
	command = xasprintf("%s/inc/b", dir);
	assert_string_equal(c->groups[0]->procs[0].command, command);
	assert_int_equal(c->groups[0]->procs[0].startsecs, 3);
	free(command);
	assert_int_equal(c->nmessages, 5);
	assert_int_equal(c->messages[0].level, LOG_LEVEL_WARN);
	assert_non_null(strstr(c->messages[0].text, "No file matches via include \""));
	assert_non_null(strstr(c->messages[1].text, "/inc/a.conf\" during parsing"));
	assert_non_null(strstr(c->messages[2].text, "/inc/b.conf\" during parsing"));
	assert_non_null(strstr(c->messages[3].text, "/inc/c.conf\" during parsing"));
	assert_non_null(strstr(c->messages[4].text, "/last.ini\" during parsing"));
	config_free(c);
}

/* The file of a section is the one in which it began; the line is that of the option. */
static void
test_errors_name_the_included_file(void **state)
{
	struct err err = ERR_INIT;
	char *want;

	(void)state;
	put("m.conf", "[supervisord]\n[include]\nfiles=x.ini\n");
	put("x.ini", "\n[program:x]\ncommand=x\nautostart=maybe\n");
	assert_null(load("m.conf", &err));
	want = xasprintf(
	    "not a valid boolean value: 'maybe' in section 'program:x' (file: '%s/x.ini'); see %s/x.ini:4: "
	    "[program:x] autostart (accepted: true, yes, on, 1, false, no, off, 0)",
	    dir, dir);
	assert_string_equal(err_text(&err), want);
	free(want);
	err_release(&err);
	put("x.ini", "foo\n");
	assert_null(load("m.conf", &err));
	assert_non_null(strstr(err.what, "File contains no section headers."));
	err_release(&err);
	/* Of a file that is there and breaks off, the programs would be removed by an update. */
	put("m.conf", "[supervisord]\n[include]\nfiles=/proc/self/mem\n");
	assert_null(load("m.conf", &err));
	assert_string_equal(err.what, "could not read the included file /proc/self/mem: Input/output error");
	err_release(&err);
	put("m.conf", "[supervisord]\n[include]\n");
	assert_null(load("m.conf", &err));
	assert_string_equal(err_text(&err),
			    ".ini file has [include] section, but no files setting; see m.conf:2: [include] "
			    "(accepted: file names and patterns, separated by blanks)");
	err_release(&err);
}

static void
test_ctl(void **state)
{
	struct ctl_config ctl;
	struct err err = ERR_INIT;
	char *want;

	(void)state;
	put("ctl.conf",
	    "[supervisorctl]\nserverurl=unix://%(here)s/../s\nusername=\npassword=50%%\nprompt=p\n"
	    "history_file=h\n[program:broken]\nautostart=maybe\n[ctlplugin:x]\nsupervisor.ctl_factory=a:b\n");
	assert_true(config_load_supervisorctl("/usr/bin/supervisorctl", "ctl.conf", &ctl, &err));
	assert_string_equal(ctl.serverurl, "unix:///tmp/s");
	assert_string_equal(ctl.username, "");
	assert_string_equal(ctl.password, "50%");
	assert_string_equal(ctl.prompt, "p");
	want = xasprintf("%s/h", dir);
	assert_string_equal(ctl.history_file, want);
	free(want);
	assert_int_equal(ctl.nwarnings, 1);
	assert_string_equal(ctl.warnings[0],
			    "Warning: [ctlplugin:x] ignored: Python plugins are not supported");
	ctl_config_release(&ctl);

	assert_true(config_load_supervisorctl("/usr/bin/supervisorctl", "", &ctl, &err));
	assert_string_equal(ctl.serverurl, "http://localhost:9001");
	assert_string_equal(ctl.prompt, "supervisor");
	assert_null(ctl.username);
	assert_null(ctl.history_file);
	ctl_config_release(&ctl);
}

static const struct {
	const char *text;
	const char *error;
} bad_ctl[] = {
    {"[supervisord]\n", ".ini file does not include supervisorctl section; see bad.conf"},
    {"[supervisorctl]\nprompt=%(here)s\n", NULL},
    {"[supervisorctl]\npassword=a%b\n",
     "Format string 'a%b' for 'supervisorctl.password' is badly formatted: unsupported "
     "format character 'b' (0x62) at index 2; see bad.conf:2: [supervisorctl] password"},
    {"[supervisorctl]\n[ctlplugin:x]\n",
     "section [ctlplugin:x] does not specify a supervisor.ctl_factory; see "
     "bad.conf:2: [ctlplugin:x]"},
    {"foo\n", "File contains no section headers.\nfile: 'bad.conf', line: 1\n'foo\\n'; see bad.conf:1"},
};

static void
test_bad_ctl(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad_ctl) / sizeof(bad_ctl[0]); i++) {
		struct ctl_config ctl;
		struct err err = ERR_INIT;

		put("bad.conf", bad_ctl[i].text);
		assert_false(config_load_supervisorctl("supervisorctl", "bad.conf", &ctl, &err));
		if (bad_ctl[i].error != NULL)
			assert_string_equal(err_text(&err), bad_ctl[i].error);
		err_release(&err);
		ctl_config_release(&ctl);
	}
}

static void
test_prog(void **state)
{
	char *prog = config_prog("sh"), *same = config_prog("./x"),
	     *none = config_prog("no-such-program-here");

	(void)state;
	assert_true(prog[0] == '/');
	assert_string_equal(same, "./x");
	assert_string_equal(none, "no-such-program-here");
	free(prog);
	free(same);
	free(none);
}

/* Everything that --test-config says, one a line, without the test's directory. */
static char *
problems_of(const char *given)
{
	struct config_world *world = config_world_real();
	struct config_problems list = {0};
	struct buf text = BUF_INIT(1 << 20);
	struct err err = ERR_INIT;
	struct config_file file;
	size_t len = strlen(dir);

	assert_true(config_find("/usr/bin/supervisord", given, &file, &err));
	config_test_supervisord(&file, world, NULL, 0, &list);
	for (size_t i = 0; i < list.n; i++) {
		const char *s = list.problems[i].text, *hit;

		buf_puts(&text, list.problems[i].error ? "E " : "W ");
		for (; (hit = strstr(s, dir)) != NULL; s = hit + len + 1)
			buf_append(&text, s, (size_t)(hit - s));
		buf_printf(&text, "%s\n", s);
	}
	config_problems_release(&list);
	config_file_release(&file);
	config_world_free(world);
	return buf_steal(&text);
}

static void
check_problems(const char *main_text, const char *want)
{
	char *got;

	put("test.conf", main_text);
	got = problems_of("test.conf");
	assert_string_equal(got, want);
	free(got);
}

static void
test_all_problems(void **state)
{
	char *got;

	(void)state;
	assert_int_equal(mkdir("t", 0700), 0);
	put("t/1.conf", "lost\n[program:b]\nstartsecs=x\nnonsense\n");
	put("t/2.conf", "[program:c]\ncommand=\xff\nstopsignal=x\n[include]\nfiles=again\n");
	assert_int_equal(mkdir("t/3.conf", 0700), 0);
	assert_int_equal(symlink("/dev/zero", "t/4.conf"), 0);
	assert_int_equal(symlink("/proc/self/mem", "t/5.conf"), 0); /* its first page cannot be read */
	check_problems("[supervisord]\n", "");
	check_problems(
	    "[supervisord]\nloglevel=x\n[include]\nfiles=t/* none/*\n",
	    "E t/1.conf:1: File contains no section headers.\nfile: 't/1.conf', line: 1\n'lost\\n'\n"
	    "E t/1.conf:4: neither a [section] nor 'option = value': 'nonsense'\n"
	    "E t/2.conf:2: 'utf-8' codec can't decode byte 0xff in position 20: invalid start byte\n"
	    "W t/3.conf: cannot be read, ignored: Is a directory\n"
	    "W t/4.conf: cannot be read, ignored: neither a file nor a FIFO\n"
	    "E could not read the included file t/5.conf: Input/output error\n"
	    "E test.conf:2: [supervisord] loglevel: bad logging level name 'x' (accepted: critical, error, "
	    "warn, "
	    "info, debug, trace, blather)\n"
	    "E t/1.conf:3: [program:b] startsecs: invalid literal for int() with base 10: 'x' in section "
	    "'program:b' "
	    "(file: 't/1.conf') (accepted: a whole number)\n"
	    "E t/1.conf:2: [program:b] command: program section program:b does not specify a command in "
	    "section "
	    "'program:b' (file: 't/1.conf')\n"
	    "E t/2.conf:3: [program:c] stopsignal: value 'x' is not a valid signal name in section "
	    "'program:c' (file: "
	    "'t/2.conf') (accepted: a signal: TERM, HUP, INT, QUIT, KILL, USR1, USR2 or another name or "
	    "number)\n"
	    "W test.conf:4: [include] files: No file matches via include \"none/*\"\n"
	    "W t/2.conf:4: [include]: only the main file includes others, this one is ignored\n");
	check_problems("[supervisord]\n[include]\n[program:a]\n",
		       "E test.conf:2: [include]: .ini file has [include] section, but no files setting "
		       "(accepted: file names "
		       "and patterns, separated by blanks)\n"
		       "E test.conf:3: [program:a] command: program section program:a does not specify a "
		       "command in section "
		       "'program:a' (file: 'test.conf')\n");
	check_problems(
	    "[include]\nfiles=100%\n",
	    "E test.conf:2: [include] files: Format string '100%' for 'include.files' is badly formatted: "
	    "incomplete format\nE test.conf: .ini file does not include supervisord section\n");
	got = problems_of("t");
	assert_string_equal(got, "E could not read config file t (Is a directory)\n");
	free(got);
}

static void
test_bad_includes(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	put("bad.conf", "[supervisord]\n[include]\nfiles=%(nope)s\n");
	assert_null(load("bad.conf", &err));
	assert_string_equal(err.where, "bad.conf:3: [include] files");
	err_release(&err);
	put("bad.conf", "[supervisord]\n[include]\n");
	assert_null(load("bad.conf", &err));
	assert_string_equal(err.where, "bad.conf:2: [include]");
	err_release(&err);
	assert_null(load("gone.conf", &err));
	err_release(&err);
}

/* A running daemon reads its file again: not one that has to be written once more, and not one that is gone. */
static void
test_reading_again(void **state)
{
	struct config_world *world = config_world_real();
	struct config_file file;
	struct err err = ERR_INIT;
	struct config *c;

	(void)state;
	put("again.conf", "[supervisord]\n");
	assert_true(config_find("/usr/bin/supervisord", "again.conf", &file, &err));
	c = config_load_supervisord(&file, world, NULL, 0, NULL, &err);
	assert_non_null(c);
	assert_int_equal(remove("again.conf"), 0);
	assert_null(config_load_supervisord(&file, world, NULL, 0, c, &err));
	assert_string_equal(err_text(&err), "could not find config file again.conf");
	err_release(&err);
	assert_int_equal(mkfifo("again.conf", 0600), 0);
	assert_null(config_load_supervisord(&file, world, NULL, 0, c, &err));
	assert_string_equal(err_text(&err),
			    "could not read config file again.conf (it is no regular file and cannot "
			    "be read a second time)");
	err_release(&err);
	config_free(c);
	config_file_release(&file);
	config_world_free(world);
}

/* What is asked of the system: users, groups, homes, directories. */
static void
test_world(void **state)
{
	static const struct {
		const char *line, *want;
	} rows[] = {
	    {"user=root", NULL},
	    {"user=0", NULL},
	    {"user=no-such-user", "Invalid user name no-such-user"},
	    {"user=54321", "Invalid user id 54321"},
	    {"directory=~root", NULL},
	    {"directory=~no-such-user", "~no-such-user is not an existing directory"},
	    {"[unix_http_server]\nfile=s\nchown=root:root", NULL},
	    {"[unix_http_server]\nfile=s\nchown=0:0", NULL},
	    {"[unix_http_server]\nfile=s\nchown=root:no-such-group",
	     "Invalid sockchown value root:no-such-group"},
	    {"[unix_http_server]\nfile=s\nchown=root:54321", "Invalid sockchown value root:54321"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = xasprintf("[supervisord]\n%s\n", rows[i].line);
		struct err err = ERR_INIT;
		struct config *c;

		put("world.conf", text);
		c = load("world.conf", &err);
		if (rows[i].want == NULL)
			assert_non_null(c);
		else
			assert_string_equal(err.what, rows[i].want);
		config_free(c);
		err_release(&err);
		free(text);
	}
}

static void
check_tempdir(const char *want)
{
	struct config_world *world = config_world_real();

	assert_string_equal(world->tempdir, want);
	config_world_free(world);
}

/* Where AUTO logs go by default, and whose home "~" is. */
static void
test_world_of_variables(void **state)
{
	struct config_world *world;

	(void)state;
	assert_int_equal(setenv("TMPDIR", dir, 1), 0);
	check_tempdir(dir);
	assert_int_equal(setenv("TMPDIR", "/nonexistent", 1), 0);
	assert_int_equal(setenv("TEMP", dir, 1), 0);
	check_tempdir(dir);
	unsetenv("TEMP");
	unsetenv("TMP");
	unsetenv("TMPDIR");
	check_tempdir("/tmp");
	assert_int_equal(setenv("HOME", "/somewhere", 1), 0);
	world = config_world_real();
	assert_string_equal(world->home, "/somewhere");
	config_world_free(world);
	unsetenv("HOME");
	world = config_world_real();
	assert_true(world->home == NULL || world->home[0] == '/');
	config_world_free(world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_search),       cmocka_unit_test(test_unreadable),
	    cmocka_unit_test(test_includes),     cmocka_unit_test(test_errors_name_the_included_file),
	    cmocka_unit_test(test_ctl),          cmocka_unit_test(test_bad_ctl),
	    cmocka_unit_test(test_prog),         cmocka_unit_test(test_all_problems),
	    cmocka_unit_test(test_bad_includes), cmocka_unit_test(test_reading_again),
	    cmocka_unit_test(test_world),        cmocka_unit_test(test_world_of_variables),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
