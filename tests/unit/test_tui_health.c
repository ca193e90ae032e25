/* The graph of the last quarter of an hour: what each minute was like, from the past that is asked for and from events. */
#include "autoconf.h"

#include "tui_scene.h"

#include "tui/tui_bell.h"

#define MINUTE 60

static void
expect_marks(const struct tui_health *h, bool alive, double now, double known_from, const char *want)
{
	struct tui_health_mark marks[TUI_HEALTH_CELLS] = {0};
	char got[TUI_HEALTH_CELLS + 1] = "";

	tui_health_marks(h, alive, now, known_from, marks);
	for (size_t i = 0; i < TUI_HEALTH_CELLS; i++)
		got[i] = marks[i].deaths > 1 ? (char)('0' + marks[i].deaths) : "? .,'|!"[marks[i].kind];
	assert_string_equal(got, want);
}

static void
test_minutes(void **state)
{
	struct tui_health h = {0};

	(void)state;
	expect_marks(&h, true, NOW, 0, "................");
	expect_marks(&h, false, NOW, 0, "                ");
	expect_marks(&h, true, NOW, NOW - 5 * MINUTE, "??????????......");
	tui_health_start(&h, NOW - 10 * MINUTE, 1);
	tui_health_end(&h, NOW - 8 * MINUTE, 1, true);
	tui_health_start(&h, NOW - 5 * MINUTE, 2);
	tui_health_end(&h, NOW - 3 * MINUTE, 2, false);
	tui_health_start(&h, NOW - 3 * MINUTE + 1, 3);
	tui_health_end(&h, NOW - 3 * MINUTE + 2, 3, false);
	tui_health_start(&h, NOW, 4);
	expect_marks(&h, true, NOW, 0, "     ,.'  ,.2  ,");
	/* Time goes on. */
	expect_marks(&h, true, NOW + 2 * MINUTE, 0, "   ,.'  ,.2  ,..");
	tui_health_end(&h, NOW + 2 * MINUTE, 4, true);
	tui_health_start(&h, NOW + 2 * MINUTE + 1, 5);
	expect_marks(&h, true, NOW + 2 * MINUTE, 0, "   ,.'  ,.2  ,.|");
	expect_marks(&h, true, NOW + 16 * MINUTE, 0, ".|..............");
}

/* The same start told twice, events from long ago, clocks that make no sense, a day without a sign. */
static void
test_odd(void **state)
{
	struct tui_health h = {0};

	(void)state;
	tui_health_start(&h, NOW, 7);
	tui_health_start(&h, NOW, 7);
	assert_int_equal(h.cells[(int64_t)NOW / 60 % TUI_HEALTH_CELLS].starts, 1);
	tui_health_end(&h, NOW - 3600, 6, false);
	expect_marks(&h, true, NOW, 0, "               ,");
	tui_health_end(&h, NOW + 86400, 7, false);
	expect_marks(&h, false, NOW + 86400, 0, "...............!");
	tui_health_start(&h, 1e300, 8);
	tui_health_start(&h, -1, 9);
	for (int i = 0; i < 1000; i++)
		tui_health_end(&h, NOW + 86400, 10 + i, false);
	assert_true(tui_health_score(&h, NOW + 86400) > 255);
	assert_true(tui_health_score(&h, NOW + 2 * 86400) == 0);
}

static const char *
health_of(struct tui_model *m, const char *key)
{
	static char out[TUI_CELL_MAX];
	struct tui_proc *p = tui_host_proc(m->hosts[0], key);
	struct tui_row row = {.group = p->group, .proc = p};
	double valid = 1e9;

	m->glyphs = &tui_glyphs_ascii;
	tui_columns[COLUMN_HEALTH].format(m, &row, out, &valid);
	return out;
}

static void
test_asked_and_kept_up(void **state)
{
	struct tui_model m;
	struct tui_request *r;
	struct tui_row row;
	char text[TUI_CELL_MAX];
	double valid = 1e9;

	(void)state;
	init_model(&m);
	m.now = NOW;
	feed_hello(&m);
	feed(&m, "snapshot-begin", "{}");
	feed_process(&m, "api", "api_01", 20, 21035, ",\"start\":1763733000");
	feed_process(&m, "api", "api_02", 30, 0, ",\"stop\":1763999992");
	feed(&m, "snapshot-end", "{}");
	while ((r = tui_request_take(&m.requests)) != NULL && r->tag != TAG_HEALTH)
		tui_request_free(r);
	assert_non_null(r);
	if (r == NULL)
		abort();
	assert_string_equal(r->text, "cvisor.getHistory");
	assert_string_equal(xmlrpc_get_string(xmlrpc_at(r->params, 0)), "");
	assert_true(xmlrpc_get_double(xmlrpc_at(r->params, 2)) == NOW - 16 * 60);
	tui_request_free(r);
	/* Nothing is known of the past, and nothing is said. */
	assert_string_equal(health_of(&m, "api:api_01"), "               .");
	/* Died and started again between the question and its answer: not lost, and not twice. */
	feed_process(&m, "api", "api_01", 100, 0, ",\"stop\":1763999999,\"expected\":false");
	feed_process(&m, "api", "api_01", 20, 21036,
		     ",\"start\":1764000000,\"stop\":1763999999,\"expected\":false");
	feed_past(&m);
	assert_string_equal(health_of(&m, "api:api_01"), "..........|...!,");
	assert_string_equal(health_of(&m, "api:api_02"), "     ,....2   ! ");
	/* Events go on. */
	m.now = NOW + 70;
	feed_process(&m, "api", "api_02", 10, 2004, ",\"start\":1764000061");
	feed_process(&m, "api", "api_02", 30, 0, ",\"stop\":1764000062,\"expected\":false");
	assert_string_equal(health_of(&m, "api:api_02"), "    ,....2   ! !");
	/* The group: the worst of each minute. */
	row = (struct tui_row){.group = tui_host_group(m.hosts[0], "api")};
	tui_columns[COLUMN_HEALTH].format(&m, &row, text, &valid);
	assert_string_equal(text, "....,....2...2,!");
	assert_true(valid > 0 && valid <= 60);
	tui_model_release(&m);
}

/* Whoever is polled, or does not answer the question, has no past. */
static void
test_not_told(void **state)
{
	struct tui_model m;
	char *text;

	(void)state;
	init_model(&m);
	m.now = NOW;
	feed_hello(&m);
	feed_process(&m, "cron", "cron", 20, 1, ",\"start\":1763733000");
	tui_actions_reply(m.hosts[0], TAG_HEALTH, m.tickets, NULL, 1, "UNKNOWN_METHOD");
	text = screen_text(&m, 80, 24, true);
	assert_non_null(strstr(text, "LAST 15 MIN"));
	free(text);
	m.hosts[0]->polled = true;
	text = screen_text(&m, 80, 24, true);
	assert_null(strstr(text, "LAST 15 MIN"));
	assert_non_null(strstr(text, "DESCRIPTION"));
	free(text);
	tui_model_release(&m);
}

/* The bell rings for what the head line counts: for who fails, and for who begins to flap; not for what was so before. */
static void
test_bell(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	drop_requests(&m);
	assert_int_equal(tui_model_needing_hand(&m), 2);
	assert_false(tui_bell_is_due(&m));
	assert_false(tui_bell_is_due(&m));
	feed_process(&m, "cron", "cron", 200, 0, ",\"spawnerr\":\"no such file\"");
	assert_true(tui_bell_is_due(&m));
	assert_false(tui_bell_is_due(&m));
	/* Who dies and comes back is news each time, until it flaps: then it is not well all the time. */
	for (int i = 0; i < 5; i++) {
		feed_process(&m, "web", "web_1", 100, 0,
			     ",\"stop\":1764000000,\"expected\":false,\"ill\":true");
		assert_int_equal(tui_bell_is_due(&m), i < 3);
		feed_process(&m, "web", "web_1", 20, 4000 + i, ",\"start\":1764000000,\"ill\":false");
		assert_false(tui_bell_is_due(&m));
		assert_int_equal(tui_model_needing_hand(&m), i < 2 ? 3 : 4);
	}
	tui_model_release(&m);
}

/* Who flapped before the screen was opened is no news when the past comes; what fails just then is. */
static void
test_bell_and_past(void **state)
{
	struct tui_model m;
	struct xmlrpc_value *list;

	(void)state;
	build_scene(&m);
	assert_false(tui_bell_is_due(&m));
	for (int turn = 0; turn < 2; turn++) {
		list = xmlrpc_array();
		for (int i = 0; i < 3; i++)
			xmlrpc_append(list, start_or_end("web:web_1", "end", NOW - 60 - i, 30 + i, false));
		tui_actions_reply(m.hosts[0], TAG_HEALTH, m.tickets, list, 0, NULL);
		xmlrpc_free(list);
		if (turn > 0)
			feed_process(&m, "cron", "cron", 200, 0, "");
		assert_int_equal(tui_model_flapping(&m), 1);
		assert_int_equal(tui_bell_is_due(&m), turn > 0);
	}
	tui_model_release(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_minutes),
	    cmocka_unit_test(test_odd),
	    cmocka_unit_test(test_asked_and_kept_up),
	    cmocka_unit_test(test_not_told),
	    cmocka_unit_test(test_bell),
	    cmocka_unit_test(test_bell_and_past),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
