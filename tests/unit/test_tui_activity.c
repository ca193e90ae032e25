/* What programs write: columns, the mark of those that have written, and those that are silent for too long. */
#include "autoconf.h"

#include "tui_scene.h"

#include "tui/tui_activity.h"
#include "tui/tui_set.h"
#include "tui/tui_silence.h"

#define MINUTE 60.0

/* Lets time pass, with a daemon that is heard. */
static void
pass(struct tui_model *m, double seconds)
{
	m->now += seconds;
	for (size_t i = 0; i < m->nhosts; i++)
		tui_host_heard(m->hosts[i]);
	tui_actions_settle(m);
}

static void
feed_output(struct tui_model *m, size_t host, const char *group, const char *name, double rate, double last)
{
	char *data = xasprintf("{\"processes\":[{\"group\":\"%s\",\"name\":\"%s\",\"cpu\":1.0,\"rss\":1000,"
			       "\"threads\":1,\"out\":4096,\"out_rate\":%.0f,\"last_output\":%f}]}",
			       group, name, rate, last);

	tui_feed_event(m->hosts[host], "metrics", data, strlen(data), m->now);
	free(data);
	tui_actions_settle(m);
}

/* Wide enough for all of a line. */
static bool
has(struct tui_model *m, const char *text)
{
	char *screen = screen_text(m, 180, 40, false);
	bool found = strstr(screen, text) != NULL;

	if (!found)
		fprintf(stderr, "%s\n%s", text, screen);
	free(screen);
	return found;
}

static void
expect_cell(struct tui_model *m, const char *key, enum tui_column column, const char *want, double holds)
{
	struct tui_proc *p = tui_host_proc(m->hosts[0], key);
	struct tui_group *g = tui_host_group(m->hosts[0], key);
	struct tui_row row = {.group = p != NULL ? p->group : g, .proc = p};
	char text[TUI_CELL_MAX];
	double valid = TUI_FOREVER;

	tui_columns[column].format(m, &row, text, &valid);
	assert_string_equal(text, want);
	assert_true(valid > holds - 0.01 && valid < holds + 0.01);
}

static void
test_columns(void **state)
{
	static const struct {
		double age;
		const char *text;
		double holds;
	} ages[] = {
	    {0, "now", 10},        {9.5, "now", 0.5},      {10, "<1 min", 50},  {60, "1 min", 60},
	    {599, "9 min", 1},     {600, "10 min", 300},   {3599, "55 min", 1}, {3600, "1 h", 3600},
	    {90000, "25 h", 3600}, {172800, "2 d", 86400}, {-5, "now", 10},
	};
	struct tui_model m;

	(void)state;
	build_scene(&m);
	/* A daemon that does not tell it. */
	expect_cell(&m, "cron:cron", COLUMN_LAST_OUTPUT, "-", TUI_FOREVER);
	expect_cell(&m, "cron:cron", COLUMN_OUTPUT_RATE, "-", TUI_FOREVER);
	expect_cell(&m, "api", COLUMN_LAST_OUTPUT, "", TUI_FOREVER);
	for (size_t i = 0; i < sizeof(ages) / sizeof(ages[0]); i++) {
		feed_output(&m, 0, "cron", "cron", 0, NOW - ages[i].age);
		expect_cell(&m, "cron:cron", COLUMN_LAST_OUTPUT, ages[i].text, ages[i].holds);
	}
	feed_output(&m, 0, "cron", "cron", 0, 0);
	expect_cell(&m, "cron:cron", COLUMN_LAST_OUTPUT, "never", TUI_FOREVER);
	expect_cell(&m, "cron:cron", COLUMN_OUTPUT_RATE, "0B", TUI_FOREVER);
	/* Of a group, the newest and the sum. */
	feed_output(&m, 0, "api", "api_00", 3000, NOW - 700);
	feed_output(&m, 0, "api", "api_01", 2000, NOW - 20);
	expect_cell(&m, "api", COLUMN_LAST_OUTPUT, "<1 min", 40);
	expect_cell(&m, "api", COLUMN_OUTPUT_RATE, "4.9K", TUI_FOREVER);
	/* What does not run writes nothing, and has written. */
	feed_output(&m, 0, "migrate", "migrate", 0, NOW - 8000);
	expect_cell(&m, "migrate:migrate", COLUMN_LAST_OUTPUT, "2 h", 2800);
	expect_cell(&m, "migrate:migrate", COLUMN_OUTPUT_RATE, "-", TUI_FOREVER);
	/* Nonsense is nothing. */
	feed_output(&m, 0, "cron", "cron", -7, NOW);
	expect_cell(&m, "cron:cron", COLUMN_LAST_OUTPUT, "-", TUI_FOREVER);
	feed_output(&m, 0, "cron", "cron", 9e18, 1e300);
	expect_cell(&m, "cron:cron", COLUMN_LAST_OUTPUT, "now", 10);
	/* Another stream begins: what it has not told is not known. */
	feed_hello(&m);
	expect_cell(&m, "api:api_00", COLUMN_LAST_OUTPUT, "-", TUI_FOREVER);
	tui_model_release(&m);
}

/* Columns alone ask for samples; so do the mark and silence, whatever columns there are. */
static void
test_samples_are_asked_for_when_needed(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	assert_false(tui_activity_wants_metrics(&m));
	type(&m, ":set activity=on\r");
	assert_true(tui_activity_wants_metrics(&m));
	type(&m, ":set activity=off\r");
	assert_false(tui_activity_wants_metrics(&m));
	type(&m, ":silence 10 cron\r");
	assert_true(tui_activity_wants_metrics(&m));
	tui_model_release(&m);
}

static void
expect_mark(struct tui_model *m, const char *row)
{
	assert_true(has(m, row));
}

static void
test_mark(void **state)
{
	struct tui_model m;
	char *text;

	(void)state;
	build_scene(&m);
	free(screen_text(&m, 100, 40, false));
	type(&m, "jjjj"); /* cron, whose log is in sight */
	assert_string_equal(m.selected_proc->name, "cron");
	/* Off, as it is unless somebody wants it. */
	pass(&m, 5);
	feed_output(&m, 0, "api", "api_00", 10, m.now);
	expect_mark(&m, "    api_00");
	pass(&m, 5);
	type(&m, ":set activity=on\r");
	expect_mark(&m, "    api_00");
	pass(&m, 5);
	feed_output(&m, 0, "api", "api_00", 10, m.now);
	feed_output(&m, 0, "cron", "cron", 10, m.now);
	expect_mark(&m, "  \xe2\x96\xaa api_00");
	expect_mark(&m, "\xe2\x96\x90  cron"); /* it is looked at */
	text = screen_text(&m, 100, 40, true);
	assert_non_null(strstr(text, "  # api_00"));
	free(text);
	/* Its log is looked at: the mark has gone, and does not come back with the sample that is late. */
	type(&m, "kkk");
	assert_string_equal(m.selected_proc->name, "api_00");
	expect_mark(&m, "    api_00");
	type(&m, "jjj");
	feed_output(&m, 0, "api", "api_00", 10, m.now + 0.5);
	expect_mark(&m, "    api_00");
	pass(&m, 5);
	feed_output(&m, 0, "api", "api_00", 10, m.now);
	expect_mark(&m, "  \xe2\x96\xaa api_00");
	/* Off and on: all is seen. */
	type(&m, ":set activity=off\r");
	type(&m, ":set activity=on\r");
	expect_mark(&m, "    api_00");
	/* One that comes later has written nothing before that. */
	feed_process(&m, "new", "new", 20, 5, "");
	feed_output(&m, 0, "new", "new", 10, m.now - 50);
	pass(&m, 10);
	expect_mark(&m, "   new ");
	feed_output(&m, 0, "new", "new", 10, m.now);
	expect_mark(&m, " \xe2\x96\xaa new ");
	tui_model_release(&m);
}

static struct tui_proc *
cron_of(struct tui_model *m)
{
	return tui_host_proc(m->hosts[0], "cron:cron");
}

/* Read out as lines: where there are no keys, none is named. */
static void
test_silence_names_no_key_among_lines(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	m.mode = MODE_LINES;
	type(&m, ":silence 10 cron\r");
	assert_string_equal(m.message, "1 program: 10 min without output will be among the troubles");
	feed_output(&m, 0, "cron", "cron", 10, NOW);
	pass(&m, 11 * MINUTE);
	assert_string_equal(m.message, "cron: no output for 11 min");
	tui_model_release(&m);
}

static void
test_silence(void **state)
{
	struct tui_model m;
	struct tui_canvas c;
	double holds;

	(void)state;
	build_scene(&m);
	type(&m, ":silence 10 cron\r");
	assert_non_null(strstr(m.message, "1 program: 10 min without output will be among the troubles"));
	feed_output(&m, 0, "cron", "cron", 10, NOW);
	assert_false(cron_of(&m)->activity.silent);
	/* The picture is looked at again in time. */
	holds = draw_scene(&m, &c, 30, 1, true);
	tui_canvas_release(&c);
	assert_true(holds > 9 * MINUTE && holds < 11 * MINUTE);
	pass(&m, 10 * MINUTE);
	assert_false(cron_of(&m)->activity.silent);
	pass(&m, MINUTE);
	assert_true(cron_of(&m)->activity.silent);
	assert_true(m.bell);
	assert_string_equal(m.message, "cron: no output for 11 min (A lists)");
	assert_true(tui_proc_needs_hand(cron_of(&m)));
	assert_false(tui_proc_is_ill(cron_of(&m)));
	assert_true(has(&m, " \xe2\x97\x87 cron"));
	assert_true(has(&m, "1 silent"));
	assert_true(has(&m, "no output since 16:00:00"));
	type(&m, "A");
	assert_true(has(&m, "cron       SILENT    16:00:00    11 min"));
	assert_true(has(&m, "up to 10 min without output would be normal"));
	type(&m, "q!");
	assert_true(has(&m, " \xe2\x97\x87 cron"));
	type(&m, "!");
	/* It writes again. */
	m.bell = false;
	feed_output(&m, 0, "cron", "cron", 10, m.now);
	assert_false(cron_of(&m)->activity.silent);
	assert_int_equal(m.nsilent, 0);
	type(&m, "A");
	assert_true(has(&m, "SILENT    16:00:00    11 min over"));
	type(&m, "q");
	/* Again: it is the second time. */
	pass(&m, 11 * MINUTE);
	type(&m, "A");
	assert_true(has(&m, "2 times: up to 10 min"));
	type(&m, "q");
	/* One that does not run has nothing to say; a new run begins anew. */
	feed_process(&m, "cron", "cron", 40, 812, ",\"start\":1762948800");
	assert_false(cron_of(&m)->activity.silent);
	feed_process(&m, "cron", "cron", 20, 813, ",\"start\":1764001320");
	pass(&m, 9 * MINUTE);
	assert_false(cron_of(&m)->activity.silent);
	pass(&m, 2 * MINUTE);
	assert_true(cron_of(&m)->activity.silent);
	/* It goes, and with it what is counted. */
	feed(&m, "group", "{\"name\":\"cron\",\"change\":\"removed\"}");
	assert_int_equal(m.nsilent, 0);
	tui_model_release(&m);
}

/* `w` says it at once of what is known, and the details have it. */
static void
test_why_and_details(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	feed_output(&m, 0, "cron", "cron", 0, NOW - 20 * MINUTE);
	type(&m, "jjjj");
	assert_string_equal(m.selected_proc->name, "cron");
	type(&m, "\r");
	assert_true(has(&m, "15:40:00, 20 min ago; 4.0K in all"));
	type(&m, "q:silence 5\r");
	assert_true(cron_of(&m)->activity.silent);
	assert_false(m.bell); /* who asks knows */
	type(&m, "\r");
	assert_true(has(&m, "silent: no output since 15:40:00 (20 min), up to 5 min without output would "
			    "be"));
	assert_true(has(&m, "4.0K in all; silent: up to 5 min without output would be normal"));
	type(&m, "q:silence off cron\r");
	assert_false(cron_of(&m)->activity.silent);
	assert_non_null(strstr(m.message, "1 program may be silent as long as it likes"));
	tui_model_release(&m);
}

/* What is not known is no silence, and a connection that is lost ends none. */
static void
test_what_is_not_known(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	type(&m, ":silence 10 *\r");
	/* A daemon that does not tell it. */
	pass(&m, 60 * MINUTE);
	assert_int_equal(m.nsilent, 0);
	/* Found silent with the first sample: no news. */
	feed_output(&m, 0, "cron", "cron", 0, NOW);
	assert_int_equal(m.nsilent, 1);
	assert_false(m.bell);
	feed_output(&m, 0, "api", "api_00", 0, m.now);
	/* While it does not answer, time stands still. */
	tui_host_silent(m.hosts[0], m.now);
	m.now += 60 * MINUTE;
	tui_actions_settle(&m);
	assert_int_equal(m.nsilent, 1);
	/* It is there again, and what happened is told: nothing ends, nothing begins. */
	tui_host_heard(m.hosts[0]);
	feed(&m, "hello",
	     "{\"version\":\"5.0.0\",\"stream\":8,\"boot\":\"b1\",\"host\":\"web-03\",\"now\":%f,"
	     "\"resumed\":true}",
	     NOW);
	m.hosts[0]->clock_ahead = 0;
	m.now = NOW + 120 * MINUTE;
	tui_actions_settle(&m);
	assert_int_equal(m.nsilent, 1);
	feed_output(&m, 0, "api", "api_00", 10, m.now);
	feed_output(&m, 0, "cron", "cron", 0, NOW);
	assert_int_equal(m.nsilent, 1);
	assert_true(cron_of(&m)->activity.silent);
	/* In its place comes one that is polled: it tells nothing. */
	tui_host_link(m.hosts[0], LINK_POLLING, NULL, 0);
	tui_actions_settle(&m);
	assert_int_equal(m.nsilent, 0);
	expect_cell(&m, "cron:cron", COLUMN_LAST_OUTPUT, "-", TUI_FOREVER);
	type(&m, ":silence 10 cron\r");
	assert_non_null(strstr(m.message, "Supervisor's own"));
	tui_model_release(&m);
}

/* Each by the clock of its daemon. */
static void
test_two_daemons(void **state)
{
	static const char hello[] = "{\"boot\":\"x\",\"host\":\"web-04\",\"now\":1000000}";
	static const char cron[] =
	    "{\"group\":\"cron\",\"name\":\"cron\",\"state\":20,\"pid\":9,\"start\":900000}";
	struct tui_model m;

	(void)state;
	build_scene(&m);
	tui_model_add_host(&m, "http://web-04:9001");
	tui_feed_event(m.hosts[1], "hello", hello, strlen(hello), m.now);
	tui_feed_event(m.hosts[1], "process", cron, strlen(cron), m.now);
	type(&m, ":silence 10 cron:cron\r");
	assert_non_null(strstr(m.message, "2 programs"));
	feed_output(&m, 0, "cron", "cron", 0, NOW);
	feed_output(&m, 1, "cron", "cron", 0, 1000000 - 9 * MINUTE);
	pass(&m, 2 * MINUTE);
	assert_false(cron_of(&m)->activity.silent);
	assert_true(tui_host_proc(m.hosts[1], "cron:cron")->activity.silent);
	pass(&m, 9 * MINUTE);
	assert_int_equal(m.nsilent, 2);
	tui_model_release(&m);
}

static void
test_several_at_once(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	type(&m, ":silence 10 web:*\r:silence 30 web_1*\r:silence off web_3\r");
	for (int i = 0; i < 12; i++) {
		char name[16];

		snprintf(name, sizeof(name), "web_%d", i);
		feed_output(&m, 0, "web", name, 0, NOW);
	}
	pass(&m, 11 * MINUTE);
	/* web_1, web_10, web_11 have half an hour, web_3 has for ever. */
	assert_int_equal(m.nsilent, 8);
	assert_string_equal(m.message, "8 programs have fallen silent (A lists)");
	pass(&m, 20 * MINUTE);
	assert_int_equal(m.nsilent, 11);
	type(&m, ":silence\r");
	assert_true(has(&m, "web_1*                         30 min"));
	assert_true(has(&m, "web_3                          off"));
	type(&m, "q:silence off web_1*\r:silence soon web_3\r");
	assert_string_equal(m.message,
			    "silence 'web_3': 'soon' is neither a number of minutes (up to 525600) nor off");
	assert_int_equal(m.nsilent, 8);
	type(&m, ":silence 5 nobody\r");
	assert_non_null(strstr(m.message, "no program has a name like that"));
	tui_model_release(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_columns),
	    cmocka_unit_test(test_samples_are_asked_for_when_needed),
	    cmocka_unit_test(test_mark),
	    cmocka_unit_test(test_silence),
	    cmocka_unit_test(test_silence_names_no_key_among_lines),
	    cmocka_unit_test(test_why_and_details),
	    cmocka_unit_test(test_what_is_not_known),
	    cmocka_unit_test(test_two_daemons),
	    cmocka_unit_test(test_several_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
