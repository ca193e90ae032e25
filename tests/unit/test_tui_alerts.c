/* The list of troubles, and rows that are lit because they have changed. */
#include "autoconf.h"

#include "tui_scene.h"

#include "tui/tui_alerts.h"

/* The window, without the spaces between its columns. */
static void
expect_window(struct tui_model *m, const char *want)
{
	char *screen = screen_text(m, 160, 40, true), *line = screen;
	struct buf got = BUF_INIT(1 << 16);

	line = strstr(screen, "- troubles");
	assert_non_null(line);
	for (line = strchr(line, '\n') + 1; line[0] == ' ' && line[1] == ' ' && line[2] != ' ';
	     line = strchr(line, '\n') + 1)
		for (size_t i = 2; line[i - 1] != '\n'; i++)
			if (line[i] != ' ' || line[i - 1] != ' ')
				buf_printf(&got, "%c", line[i]);
	assert_string_equal(buf_str(&got), want);
	buf_release(&got);
	free(screen);
}

static void
test_list(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	type(&m, "A");
	expect_window(&m,
		      "worker FATAL 15:19:00 41 min Exited too quickly (process log may have details)\n"
		      "api:api_02 BACKOFF 15:59:52 8 s Exited too quickly (process log may have details)\n");
	/* The next try is a part of it; what comes of it is told. */
	m.now = NOW + 10;
	feed_process(&m, "api", "api_02", 10, 77, ",\"start\":1764000003");
	feed_process(&m, "api", "api_02", 30, 0,
		     ",\"start\":1764000003,\"stop\":1764000004,\"spawnerr\":\"again\"");
	feed_process(&m, "api", "api_02", 200, 0,
		     ",\"start\":1764000003,\"stop\":1764000004,\"spawnerr\":\"again\"");
	expect_window(&m, "worker FATAL 15:19:00 41 min Exited too quickly (process log may have details)\n"
			  "api:api_02 FATAL 15:59:52 18 s 2 times: again\n");
	/* It is over, and stays in the list until that is cleared. */
	m.now = NOW + 60;
	feed_process(&m, "worker", "worker", 10, 78, ",\"start\":1764000060");
	feed_process(&m, "worker", "worker", 20, 78, ",\"start\":1764000060");
	m.now = NOW + 600;
	expect_window(
	    &m, "api:api_02 FATAL 15:59:52 10 min 2 times: again\n"
		"worker FATAL 15:19:00 42 min over Exited too quickly (process log may have details)\n");
	/* Once more is another time. */
	feed_process(&m, "worker", "worker", 100, 0,
		     ",\"stop\":1764000600,\"exitstatus\":3,\"spawnerr\":\"Bad exit code 3\"");
	expect_window(&m, "worker EXITED 16:10:00 0 s 2 times: exit 3\n"
			  "api:api_02 FATAL 15:59:52 10 min 2 times: again\n");
	feed(&m, "group", "{\"name\":\"api\",\"change\":\"removed\"}");
	type(&m, "c");
	expect_window(&m, "worker EXITED 16:10:00 0 s 2 times: exit 3\n");
	tui_model_release(&m);
}

/* Enter goes to the program, whatever hides it. */
static void
test_go_to(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	type(&m, "h\\web\rA");
	free(screen_text(&m, 80, 24, true));
	type(&m, "j\r");
	assert_null(m.overlay.type);
	assert_string_equal(m.selected_proc->name, "api_02");
	assert_string_equal(m.filter, "");
	type(&m, "A");
	free(screen_text(&m, 80, 24, true));
	feed(&m, "group", "{\"name\":\"worker\",\"change\":\"removed\"}");
	free(screen_text(&m, 80, 24, true));
	type(&m, "j\r");
	assert_non_null(strstr(m.message, "not there any more"));
	tui_model_release(&m);
}

static void
test_listener(void **state)
{
	struct tui_model m;
	char *narrow;

	(void)state;
	init_model(&m);
	m.now = NOW;
	feed_hello(&m);
	feed_process(&m, "mail", "mail", 20, 5,
		     ",\"listener\":{\"state\":\"READY\",\"queued\":2,\"dropped\":0}");
	type(&m, "A");
	assert_true(screen_has(&m, "nothing was ill since the screen was opened"));
	feed_process(&m, "mail", "mail", 20, 5,
		     ",\"listener\":{\"state\":\"BUSY\",\"queued\":10,\"dropped\":7}");
	expect_window(&m, "mail LISTENER 16:00:00 0 s 7 events lost: its queue was full\n");
	feed_process(&m, "mail", "mail", 20, 5,
		     ",\"listener\":{\"state\":\"UNKNOWN\",\"queued\":10,\"dropped\":7}");
	expect_window(&m, "mail LISTENER 16:00:00 0 s deaf until restarted: it broke the protocol\n");
	/* Also on a narrow screen what counts is readable. */
	narrow = screen_text(&m, 80, 24, true);
	assert_non_null(strstr(narrow, "deaf until restarted: it broke the protocol"));
	free(narrow);
	feed_process(&m, "mail", "mail", 20, 6,
		     ",\"listener\":{\"state\":\"READY\",\"queued\":0,\"dropped\":7}");
	expect_window(&m, "mail LISTENER 16:00:00 0 s over deaf until restarted: it broke the protocol\n");
	tui_model_release(&m);
}

/* However much goes wrong, the list has its limit. */
static void
test_bounded(void **state)
{
	struct tui_model m;
	char name[16];

	(void)state;
	init_model(&m);
	m.now = NOW;
	feed_hello(&m);
	for (int i = 0; i < 2 * TUI_ALERTS_MAX; i++) {
		snprintf(name, sizeof(name), "p%d", i);
		feed_process(&m, "g", name, 200, 0, "");
		if (i % 2 == 0)
			feed_process(&m, "g", name, 20, 1, "");
	}
	type(&m, "A");
	free(screen_text(&m, 80, 24, true));
	assert_int_equal(m.overlay.text.n, TUI_ALERTS_MAX);
	type(&m, "c");
	free(screen_text(&m, 80, 24, true));
	assert_true(m.overlay.text.n <= TUI_ALERTS_MAX);
	tui_model_release(&m);
}

static bool
is_lit(struct tui_model *m, const char *name, double *holds)
{
	struct tui_canvas c;
	bool lit = false;

	*holds = draw_scene(m, &c, 80, 40, true);
	for (int y = 0; y < 40; y++) {
		char line[81] = "";

		for (int x = 0; x < 80; x++)
			line[x] = (char)tui_canvas_at(&c, y, x)->ch;
		if (strstr(line, name) != NULL && strchr(line, '~') != NULL)
			lit = true;
	}
	tui_canvas_release(&c);
	return lit;
}

static void
test_lit(void **state)
{
	struct tui_model m;
	double holds;

	(void)state;
	build_scene(&m);
	/* What is there at first is no news. */
	assert_false(is_lit(&m, "cron", &holds));
	feed_process(&m, "cron", "cron", 20, 812, ",\"start\":1762948800,\"lost_bytes\":3");
	assert_false(is_lit(&m, "cron", &holds));
	feed_process(&m, "cron", "cron", 0, 0, ",\"stop\":1764000000");
	assert_true(is_lit(&m, "cron", &holds));
	assert_true(holds <= 5);
	m.now += 5;
	assert_false(is_lit(&m, "cron", &holds));
	/* Back after a gap: what has changed meanwhile is lit, the rest is not. */
	feed(&m, "snapshot-begin", "{}");
	feed_process(&m, "cron", "cron", 20, 813, ",\"start\":1764000001");
	feed_process(&m, "migrate", "migrate", 100, 0, ",\"start\":1763990000,\"stop\":1763992800");
	feed_process(&m, "fresh", "fresh", 20, 900, "");
	feed(&m, "snapshot-end", "{}");
	assert_true(is_lit(&m, "cron", &holds));
	assert_true(is_lit(&m, "fresh", &holds));
	assert_false(is_lit(&m, "migrate", &holds));
	m.highlight = 0;
	m.now += 5;
	feed_process(&m, "cron", "cron", 0, 0, ",\"stop\":1764000009");
	assert_false(is_lit(&m, "cron", &holds));
	tui_model_release(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_list),    cmocka_unit_test(test_go_to), cmocka_unit_test(test_listener),
	    cmocka_unit_test(test_bounded), cmocka_unit_test(test_lit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
