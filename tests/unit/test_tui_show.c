/* What the log pane shows, and the sources that come from it. */
#include "autoconf.h"

#include "tests/unit/tui_scene.h"

#include "tui/tui_logpane.h"
#include "tui/tui_show.h"
#include "tui/tui_targets.h"

static size_t
count_followed(const struct tui_model *m)
{
	const struct tui_log *log = &m->logpane.log;
	size_t n = 0;

	for (size_t i = 0; i < log->nsources; i++)
		n += log->sources[i]->followed;
	return n;
}

static void
expect_title(const struct tui_model *m, const char *want)
{
	char *title = tui_show_title(m);

	assert_string_equal(title, want);
	free(title);
}

/* Text for a log of a host. */
static void
say_in_log(struct tui_host *h, const char *log, double time, const char *text)
{
	char *data =
	    xasprintf("{\"log\":\"%s\",\"time\":%f,\"offset\":-1,\"text\":\"%s\\n\"}", log, time, text);

	tui_feed_event(h, "log", data, strlen(data), NOW);
	free(data);
}

static const struct tui_source *
source_of(const struct tui_model *m, uint64_t serial, const char *text)
{
	struct tui_log_line line;

	assert_true(tui_log_get(&m->logpane.log, serial, &line));
	assert_int_equal(line.len, strlen(text));
	assert_memory_equal(line.text, text, line.len);
	return m->logpane.log.sources[line.source];
}

static void
test_group(void **state)
{
	struct tui_model m;
	uint64_t first;

	(void)state;
	build_scene(&m);
	type(&m, "gl");
	expect_title(&m, "group api, 3 programs, stdout");
	assert_int_equal(count_followed(&m), 3);
	first = m.logpane.log.first;
	say_in_log(m.hosts[0], "api:api_01:stdout", NOW, "of the second");
	assert_string_equal(source_of(&m, first, "of the second")->label, "api_01");
	type(&m, "1");
	expect_title(&m, "group api, 3 programs, stderr");
	type(&m, "1");
	expect_title(&m, "group api, 3 programs, stdout and stderr");
	assert_int_equal(count_followed(&m), 6);
	/* Both channels of a program have its colour. */
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(m.logpane.log.sources[i]->colour, i / 2);
	/* The selection that moves behind it does not change it; the next one in the table does. */
	type(&m, "\033");
	expect_title(&m, "group api, 3 programs, stdout and stderr");
	type(&m, "\033j");
	expect_title(&m, "api:api_00 stdout and stderr");
	tui_model_release(&m);
}

/* A program that goes is not followed any more; what it said stays. One that comes is followed. */
static void
test_programs_come_and_go(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	type(&m, "gl");
	say_in_log(m.hosts[0], "api:api_02:stdout", NOW, "last words");
	feed_process(&m, "api", "api_02", 10, 77, ",\"time\":1764000002.0");
	feed_process(&m, "api", "api_02", 30, 0,
		     ",\"time\":1764000002.5,\"exitstatus\":4,\"tries\":4,\"next_try\":1764000009");
	source_of(&m, m.logpane.log.first + 1, "api_02 16:00:02 started, pid 77");
	source_of(&m, m.logpane.log.first + 2, "api_02 16:00:02 exited 4 after 0.5 s, start 5 at 16:00:09");
	drop_requests(&m);
	feed(&m, "snapshot-begin", "{}");
	feed_process(&m, "api", "api_00", 20, 21034, "");
	feed_process(&m, "api", "api_03", 20, 21037, "");
	feed(&m, "snapshot-end", "{}");
	tui_actions_settle(&m);
	tui_request_free(must_take(&m, REQUEST_FOLLOW));
	assert_int_equal(count_followed(&m), 2);
	source_of(&m, m.logpane.log.first, "last words");
	say_in_log(m.hosts[0], "api:api_03:stdout", NOW, "first words");
	assert_string_equal(source_of(&m, m.logpane.log.first + 3, "first words")->label, "api_03");
	/* The group goes: what it had stays on the screen. */
	feed(&m, "group", "{\"name\":\"api\",\"change\":\"removed\"}");
	tui_actions_settle(&m);
	assert_int_equal(m.logpane.log.count, 4);
	tui_model_release(&m);
}

static void
test_too_many(void **state)
{
	struct tui_model m;

	(void)state;
	init_model(&m);
	m.now = NOW;
	feed_hello(&m);
	for (int i = 0; i < 70; i++) {
		char name[16];

		snprintf(name, sizeof(name), "p_%d", i);
		feed_process(&m, "many", name, 20, 100 + i, "");
	}
	type(&m, "gl");
	assert_int_equal(count_followed(&m), TUI_SHOW_MAX);
	expect_title(&m, "group many, 64 of 70 logs");
	assert_string_equal(m.message, "64 of 70 logs are shown: mark those that matter, then l");
	tui_model_release(&m);
}

/* The marked programs of two daemons, whose clocks differ by ten seconds. */
static void
test_marked_on_two_hosts(void **state)
{
	struct tui_model m;
	struct tui_host *far;
	char *hello;
	uint64_t first;

	(void)state;
	build_scene(&m);
	far = tui_model_add_host(&m, "http://far");
	hello = xasprintf("{\"host\":\"far\",\"boot\":\"b2\",\"stream\":3,\"now\":%f}", NOW + 10);
	tui_feed_event(far, "hello", hello, strlen(hello), NOW);
	free(hello);
	tui_host_put_proc(far, "cron", "cron")->marked = true;
	tui_host_proc(m.hosts[0], "cron:cron")->marked = true;
	m.nmarked = 2;
	type(&m, "l");
	expect_title(&m, "2 marked programs, stdout");
	first = m.logpane.log.first;
	say_in_log(m.hosts[0], "cron:cron:stdout", NOW + 1, "second");
	say_in_log(far, "cron:cron:stdout", NOW + 10.5, "first");
	assert_string_equal(source_of(&m, first, "first")->label, "far/cron");
	assert_string_equal(source_of(&m, first + 1, "second")->label, "web-03/cron");
	/* Without marks it stays what it was. */
	tui_targets_unmark(&m);
	tui_actions_settle(&m);
	expect_title(&m, "2 marked programs, stdout");
	assert_int_equal(count_followed(&m), 2);
	tui_model_release(&m);
}

static void
test_own_log(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	type(&m, "L");
	expect_title(&m, "supervisord on web-03, its own log");
	say_in_log(m.hosts[0], ":main", NOW, "spawned");
	source_of(&m, m.logpane.log.first, "spawned");
	type(&m, "1");
	assert_string_equal(m.message, "the daemon's own log is one, without stdout and stderr");
	assert_null(tui_show_proc(&m));
	tui_model_release(&m);
}

/* Polled: the end of it comes again and again. */
static void
test_own_log_polled(void **state)
{
	struct tui_model m;
	uint64_t first;

	(void)state;
	build_scene(&m);
	type(&m, "L");
	first = m.logpane.log.first;
	tui_feed_main_tail(m.hosts[0], "alf\none\ntwo\n", 12, 12);
	tui_feed_main_tail(m.hosts[0], "alf\none\ntwo\nthree\n", 18, 18);
	tui_feed_main_tail(m.hosts[0], "alf\none\ntwo\nthree\n", 18, 18);
	assert_int_equal(m.logpane.log.count, 3);
	source_of(&m, first, "one");
	source_of(&m, first + 2, "three");
	/* Rotated, or very much of it: who knows. */
	tui_feed_main_tail(m.hosts[0], "other\n", 6, 6);
	source_of(&m, first + 3, "some lines may be missing here");
	source_of(&m, first + 4, "other");
	tui_model_release(&m);
}

static void
feed_logs(struct tui_model *m, const char *name, int state, const char *out, const char *err)
{
	char *more = xasprintf(",\"stdout_logfile\":\"%s\",\"stderr_logfile\":\"%s\"", out, err);

	feed_process(m, name, name, state, state == 20 ? 77 : 0, more);
	tui_actions_settle(m);
	free(more);
}

/* Both channels where there are both; `1` goes round from what is seen. */
static void
test_both_are_shown(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	feed_logs(&m, "worker", 20, "/var/log/worker.log", "/var/log/worker.err");
	tui_show_program(&m, m.hosts[0], "worker:worker");
	expect_title(&m, "worker stdout and stderr");
	assert_int_equal(count_followed(&m), 2);
	assert_int_equal(tui_logprefix_of(&m.logpane).channel, m.logpane.width > 26 ? 2 : 0);
	feed_logs(&m, "one", 20, "/var/log/one.log", "");
	tui_show_program(&m, m.hosts[0], "one:one");
	expect_title(&m, "one stdout");
	assert_int_equal(count_followed(&m), 1);
	/* An update gives it a log of its own for stderr, which is shown from then on. */
	drop_requests(&m);
	feed_logs(&m, "one", 20, "/var/log/one.log", "/var/log/one.err");
	expect_title(&m, "one stdout and stderr");
	tui_request_free(must_take(&m, REQUEST_FOLLOW));
	feed_logs(&m, "err", 20, "", "/var/log/err.err");
	tui_show_program(&m, m.hosts[0], "err:err");
	expect_title(&m, "err stderr");
	feed_logs(&m, "none", 20, "", "");
	tui_show_program(&m, m.hosts[0], "none:none");
	expect_title(&m, "none stdout");
	tui_show_program(&m, m.hosts[0], "worker:worker");
	tui_show_next_channels(&m);
	expect_title(&m, "worker stdout");
	/* What was chosen stays for the next one. */
	tui_show_program(&m, m.hosts[0], "one:one");
	expect_title(&m, "one stdout");
	tui_show_next_channels(&m);
	tui_show_next_channels(&m);
	expect_title(&m, "one stdout and stderr");
	tui_model_release(&m);
}

/* channels=stdout in tui.conf: stderr only of what is ill, unless somebody has chosen. */
static void
test_channels_setting(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	m.settings.channels = LOGS_STDOUT;
	feed_logs(&m, "worker", 200, "/var/log/worker.log", "/var/log/worker.err");
	feed_logs(&m, "one", 20, "/var/log/one.log", "/var/log/one.err");
	tui_show_program(&m, m.hosts[0], "worker:worker");
	expect_title(&m, "worker stdout and stderr");
	tui_show_program(&m, m.hosts[0], "one:one");
	expect_title(&m, "one stdout");
	tui_show_next_channels(&m);
	tui_show_program(&m, m.hosts[0], "worker:worker");
	expect_title(&m, "worker stderr");
	tui_model_release(&m);
}

/* 40 programs have 80 logs: stdout of all is shown, not both of some. */
static void
test_too_many_for_both(void **state)
{
	struct tui_model m;

	(void)state;
	init_model(&m);
	m.now = NOW;
	feed_hello(&m);
	for (int i = 0; i < 40; i++) {
		char name[16];

		snprintf(name, sizeof(name), "p_%d", i);
		feed_process(&m, "many", name, 20, 100 + i,
			     ",\"stdout_logfile\":\"/o\",\"stderr_logfile\":\"/e\"");
	}
	type(&m, "gl");
	expect_title(&m, "group many, 40 programs, stdout");
	assert_int_equal(count_followed(&m), 40);
	type(&m, "11");
	expect_title(&m, "group many, 64 of 80 logs");
	tui_model_release(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_group),
	    cmocka_unit_test(test_programs_come_and_go),
	    cmocka_unit_test(test_too_many),
	    cmocka_unit_test(test_marked_on_two_hosts),
	    cmocka_unit_test(test_own_log),
	    cmocka_unit_test(test_own_log_polled),
	    cmocka_unit_test(test_both_are_shown),
	    cmocka_unit_test(test_channels_setting),
	    cmocka_unit_test(test_too_many_for_both),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
