/* test_config_diff.c: what reread sees, and what it does not. */
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

#include "config_fake.h"
#include "core/config_diff.h"

#define DAEMON "[supervisord]\n"
#define WEB DAEMON "[program:web]\ncommand=/bin/cat\n"
#define EARS DAEMON "[eventlistener:web]\ncommand=/bin/cat\n"
#define FAST DAEMON "[fcgi-program:web]\ncommand=/bin/cat\n"

static struct config *
config(const char *text)
{
	struct err err = ERR_INIT;
	struct config *c = fake_config(text, NULL, &err);

	if (c == NULL)
		fail_msg("%s: %s", text, err_text(&err));
	return c;
}

/* The difference as "+added ~changed -removed", and each change as "process.option: before -> after". */
static char *
show(const struct config_diff *d)
{
	struct buf out = BUF_INIT(1U << 20);

	for (size_t i = 0; i < d->ngroups; i++) {
		const struct config_group_diff *g = &d->groups[i];

		buf_printf(&out, "%s%c%s", i > 0 ? " " : "", "+~-"[g->kind], g -> name);
		for (size_t j = 0; j < g->nchanges; j++)
			buf_printf(&out, "; %s.%s: %s -> %s",
				   g->changes[j].process != NULL ? g->changes[j].process : "",
				   g->changes[j].option, g->changes[j].before, g->changes[j].after);
	}
	return buf_steal(&out);
}

static const struct {
	const char *running;
	const char *loaded;
	const char *want;
} cases[] = {
    {WEB, WEB, ""},
    {DAEMON, WEB, "+web"},
    {WEB, DAEMON, "-web"},
    {WEB "[program:b]\ncommand=b\n", WEB "[program:c]\ncommand=c\n[program:a]\ncommand=a\n", "+a +c -b"},
    {WEB "startsecs=2\n", WEB "startsecs=3\n", "~web; web.startsecs: 2 -> 3"},
    {WEB "autostart=false\nstopsignal=HUP\n", WEB,
     "~web; web.autostart: false -> true; web.stopsignal: HUP -> TERM"},
    /* Written differently is not different. */
    {WEB "stdout_logfile_maxbytes=1KB\n", WEB "stdout_logfile_maxbytes=1024\n", ""},
    {WEB "stopsignal=TERM\n", WEB "stopsignal=15\n", ""},
    {WEB "environment=A=1,B=2\n", WEB "environment=B=2,A=1\n", ""},
    {WEB "autorestart=unexpected\n", WEB, ""},
    {WEB "exitcodes=0,2\n", WEB "exitcodes=2,0\n", "~web; web.exitcodes: 0,2 -> 2,0"},
    {WEB "umask=022\n", WEB, "~web; web.umask: 022 -> "},
    {WEB "user=web\n", WEB "user=33\n", ""},
    {WEB "user=web\n", WEB "user=nobody\n", "~web; web.user: web -> nobody"},
    {WEB "serverurl=AUTO\n", WEB, ""},
    {WEB "environment=A=\"x y\"\n", WEB "environment=A='x\"y',B=1\n",
     "~web; web.environment: A=\"x y\" -> A='x\"y',B=\"1\""},
    {DAEMON "environment=A=1\n[program:web]\ncommand=/bin/cat\n", WEB, "~web; web.environment: A=\"1\" -> "},
    {WEB "stdout_full_action=block\n", WEB, "~web; web.stdout_full_action: block -> drop"},
    {WEB "redirect_stderr=true\n", WEB, "~web; web.redirect_stderr: true -> false"},
    /* AUTO on the side that was read is skipped. */
    {WEB "stdout_logfile=/tmp/x\n", WEB, ""},
    {WEB "stdout_logfile=NONE\n", WEB, ""},
    {WEB, WEB "stdout_logfile=/tmp/x\n", "~web; web.stdout_logfile: AUTO -> /tmp/x"},
    {WEB, WEB "stdout_logfile=NONE\n", "~web; web.stdout_logfile: AUTO -> NONE"},
    {WEB "stdout_logfile=/tmp/x\n", WEB "stdout_logfile=/tmp/y\n",
     "~web; web.stdout_logfile: /tmp/x -> /tmp/y"},
    {WEB "stdout_logfile=NONE\n", WEB "stdout_logfile=\n", "~web; web.stdout_logfile: NONE -> "},
    /* Processes, their order, and the group. */
    {WEB, WEB "process_name=other\n", "~web; other.process_name:  -> other; web.process_name: web -> "},
    {WEB "numprocs=1\nprocess_name=%(process_num)s\n", WEB "numprocs=2\nprocess_name=%(process_num)s\n",
     "~web; 1.process_name:  -> 1"},
    {WEB "[group:g]\nprograms=web,b\n[program:b]\ncommand=b\n",
     WEB "[group:g]\nprograms=b,web\n[program:b]\ncommand=b\n", "~g"},
    {WEB "[group:g]\nprograms=web\n", WEB "[group:g]\nprograms=web\npriority=5\n", "~g; .priority: 999 -> 5"},
    {WEB "[group:g]\nprograms=web\n", WEB, "+web -g"},
    {WEB "priority=1\n", WEB "priority=2\n", "~web; .priority: 1 -> 2; web.priority: 1 -> 2"},
    /* Kinds. */
    {WEB, FAST "socket=tcp://h:1\n", "~web; .kind: program -> fcgi-program"},
    {FAST "socket=tcp://h:1\n", FAST "socket=tcp://h:2\n", "~web; .socket: tcp://h:1 -> tcp://h:2"},
    {FAST "socket=unix:///x\nsocket_mode=0700\n",
     FAST "socket=unix:///x\nsocket_mode=0770\nsocket_backlog=5\n", ""},
    {EARS "events=TICK_5,TICK_60\n", EARS "events=TICK_60,TICK_5\n", ""},
    {EARS "events=TICK_5\n", EARS "events=TICK_60\nbuffer_size=11\n",
     "~web; .buffer_size: 10 -> 11; .events: TICK_5 -> TICK_60"},
    /* What is for the daemon is no change of a group. */
    {DAEMON "identifier=a\n[program:web]\ncommand=/bin/cat\n", WEB, ""},
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct config *a = config(cases[i].running), *b = config(cases[i].loaded);
		struct config_diff *d = config_diff_new(b, a->groups, a->ngroups);
		char *got;

		/* The difference outlives both readings. */
		config_free(a);
		config_free(b);
		got = show(d);
		if (strcmp(got, cases[i].want) != 0)
			fail_msg("%s / %s: got '%s' want '%s'", cases[i].running, cases[i].loaded, got,
				 cases[i].want);
		free(got);
		config_diff_free(d);
	}
}

static void
test_places_and_classes(void **state)
{
	struct config *a = config(WEB), *b = config(WEB "startsecs=3\ncommand=/bin/dog\n");
	struct config_diff *d = config_diff_new(b, a->groups, a->ngroups);
	const struct config_change *c = d->groups[0].changes;

	(void)state;
	assert_int_equal(d->nchanged, 1);
	assert_int_equal(d->groups[0].nchanges, 2);
	assert_string_equal(c[0].option, "startsecs");
	assert_string_equal(c[0].file, "s.conf");
	assert_int_equal(c[0].line, 4);
	assert_int_equal(c[0].change, CHANGE_LIVE);
	assert_string_equal(c[1].option, "command");
	assert_int_equal(c[1].change, CHANGE_RESTART);
	assert_int_equal(c[1].line, 5);
	config_diff_free(d);
	config_free(a);
	config_free(b);
}

/* Removed groups come in the order in which they run. */
static void
test_order(void **state)
{
	struct config *a = config(DAEMON "[program:x]\ncommand=x\n[program:y]\ncommand=y\n"),
		      *b = config(DAEMON);
	struct group_config *running[] = {a->groups[1], a->groups[0]};
	struct config_diff *d = config_diff_new(b, running, 2);

	(void)state;
	assert_int_equal(d->nremoved, 2);
	assert_string_equal(d->groups[0].name, "y");
	assert_string_equal(d->groups[1].name, "x");
	config_diff_free(d);
	config_free(a);
	config_free(b);
}

/* Two groups of one name in the file: the second one never runs and is reported as changed for ever. */
static void
test_two_of_a_name(void **state)
{
	struct config *a = config(WEB "[program:b]\ncommand=b\n[group:b]\nprograms=web\n");
	struct group_config *running[] = {config_group(a, "b")};
	struct config_diff *d = config_diff_new(a, running, 1);

	(void)state;
	assert_int_equal(d->ngroups, 1);
	assert_int_equal(d->groups[0].kind, DIFF_CHANGED);
	config_diff_free(d);
	config_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_places_and_classes),
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_two_of_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
