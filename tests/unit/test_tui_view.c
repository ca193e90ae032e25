/*
 * Whole screens as text, compared with files in tests/data/screens that a person has looked at.
 * CVISOR_ACCEPT=1 in the environment writes the files instead.
 */
#include "autoconf.h"

#include "tui_scene.h"

static void
expect_screen(struct tui_model *m, const char *name, int width, int height, bool ascii)
{
	const char *dir = getenv("srcdir");
	char *path = xasprintf("%s/tests/data/screens/%s.txt", dir == NULL ? "." : dir, name);
	char *text = screen_text(m, width, height, ascii);
	FILE *file = fopen(path, getenv("CVISOR_ACCEPT") != NULL ? "w" : "r");
	char want[65536];
	size_t n;

	if (file == NULL)
		fail_msg("cannot open %s", path);
	if (getenv("CVISOR_ACCEPT") != NULL) {
		fputs(text, file);
	} else {
		n = fread(want, 1, sizeof(want) - 1, file);
		want[n] = '\0';
		if (strcmp(text, want) != 0)
			print_message("%s\n", text);
		assert_string_equal(text, want);
	}
	fclose(file);
	free(text);
	free(path);
}

static void
add_log(struct tui_model *m)
{
	tui_show_followed(m->hosts[0], m->logpane.show.turn);
	for (int i = 0; i < 40; i++)
		feed(m, "log",
		     "{\"log\":\"%s:stdout\",\"time\":%f,\"offset\":%d,\"text\":\"10.0.0.%d GET /health "
		     "200\\n\"}",
		     m->logpane.show.key, NOW, 0, i);
	feed(m, "log",
	     "{\"log\":\"%s:stdout\",\"time\":%f,\"offset\":0,\"text\":\"a long line %0200d \\u4f60\\u597d "
	     "\\u001b[31mred"
	     "\\u001b[0m \\u001b]0;x\\u0007\\n\"}",
	     m->logpane.show.key, NOW, 7);
}

static void
test_sizes_of_the_scene(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	type(&m, "jjj");
	add_log(&m);
	expect_screen(&m, "80x24", 80, 24, false);
	expect_screen(&m, "80x24-ascii", 80, 24, true);
	expect_screen(&m, "200x50", 200, 50, false);
	expect_screen(&m, "200x50-ascii", 200, 50, true);
	expect_screen(&m, "40x10", 40, 10, false);
	expect_screen(&m, "40x10-ascii", 40, 10, true);
	expect_screen(&m, "160x24-beside", 160, 24, false);
	expect_screen(&m, "30x6", 30, 6, false);
	expect_screen(&m, "20x3", 20, 3, false);
	tui_model_release(&m);
}

static void
test_states_of_the_screen(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	type(&m, "j  ");
	add_log(&m);
	type(&m, "r");
	expect_screen(&m, "confirm", 80, 24, false);
	type(&m, "n!");
	expect_screen(&m, "ill", 80, 24, false);
	type(&m, "!>>>>");
	expect_screen(&m, "sorted", 80, 24, false);
	type(&m, "UIl");
	add_log(&m);
	expect_screen(&m, "log-zoomed", 80, 24, false);
	type(&m, "w");
	expect_screen(&m, "log-wrapped", 80, 24, false);
	type(&m, "/0.0.3\rn");
	expect_screen(&m, "log-search", 80, 24, false);
	type(&m, "q?");
	/* No file for this one: each new key would be a change of it. */
	assert_true(screen_has(&m, " Programs"));
	assert_true(screen_has(&m, "   x F8             stop them; more than one asks first"));
	type(&m, "q<<<<g:status");
	expect_screen(&m, "command", 80, 24, false);
	type(&m, "\033jjj\r");
	expect_screen(&m, "details", 80, 24, false);
	type(&m, "qg");
	tui_host_link(m.hosts[0], LINK_DOWN, "the connection was closed", NOW + 16);
	m.now += 12;
	expect_screen(&m, "down", 80, 24, false);
	expect_screen(&m, "down-40x10", 40, 10, false);
	tui_model_release(&m);
}

static void
test_update_preview(void **state)
{
	static const char xml[] =
	    "<?xml version='1.0'?><methodResponse><params><param><value><struct>"
	    "<member><name>added</name><value><array><data><value><string>mailer</string></value></data></"
	    "array></value>"
	    "</member><member><name>changed</name><value><array><data><value><struct>"
	    "<member><name>name</name><value><string>worker</string></value></member>"
	    "<member><name>options</name><value><array><data><value><struct>"
	    "<member><name>process</name><value><string>worker</string></value></member>"
	    "<member><name>option</name><value><string>startretries</string></value></member>"
	    "<member><name>old</name><value><string>3</string></value></member>"
	    "<member><name>new</name><value><string>10</string></value></member>"
	    "<member><name>file</name><value><string>conf.d/worker.conf</string></value></member>"
	    "<member><name>line</name><value><int>7</int></value></member>"
	    "</struct></value><value><struct>"
	    "<member><name>process</name><value><string>worker_1</string></value></member>"
	    "<member><name>option</name><value><string>process_name</string></value></member>"
	    "<member><name>old</name><value><string>worker_1</string></value></member>"
	    "<member><name>new</name><value><string></string></value></member>"
	    "</struct></value></data></array></value></member>"
	    "</struct></value></data></array></value></member>"
	    "<member><name>removed</name><value><array><data><value><string>migrate</string></value></data></"
	    "array></value>"
	    "</member></struct></value></param></params></methodResponse>";
	struct xmlrpc_reply reply = {0};
	struct err err = ERR_INIT;
	struct tui_model m;

	(void)state;
	build_scene(&m);
	add_log(&m);
	type(&m, "u");
	assert_true(xmlrpc_parse_reply(xml, sizeof(xml) - 1, &reply, &err));
	tui_actions_reply(m.hosts[0], TAG_PREVIEW, m.tickets, reply.value, 0, NULL);
	expect_screen(&m, "update", 80, 24, false);
	xmlrpc_reply_release(&reply);
	err_release(&err);
	tui_model_release(&m);
}

static void
test_before_the_first_answer(void **state)
{
	struct tui_model m;

	(void)state;
	init_model(&m);
	m.now = NOW;
	tui_set(&m.hosts[0]->where, "unix:///run/supervisor.sock");
	expect_screen(&m, "connecting", 80, 24, false);
	tui_host_link(m.hosts[0], LINK_DOWN, "no daemon: the socket does not exist (start one: supervisord)",
		      NOW + 2);
	expect_screen(&m, "no-daemon", 110, 24, false);
	tui_host_link(m.hosts[0], LINK_DOWN,
		      "no daemon: the socket does not exist (start one: supervisord -c "
		      "/etc/supervisor/supervisord.conf)",
		      NOW + 2);
	expect_screen(&m, "no-daemon-narrow", 80, 24, false);
	feed_hello(&m);
	feed(&m, "snapshot-begin", "{}");
	feed(&m, "snapshot-end", "{}");
	expect_screen(&m, "no-programs", 80, 24, false);
	tui_model_release(&m);
}

/* Who has stopped it: what does not fit is left out, not cut. */
static void
test_who_on_a_narrow_screen(void **state)
{
	struct tui_model m;
	char *screen;

	(void)state;
	init_model(&m);
	m.now = NOW;
	feed_hello(&m);
	feed_process(&m, "web", "web", 0, 0,
		     ",\"start\":1763990000,\"stop\":1763999000,\"who\":\"root (supervisortui, pid 4711)\"");
	screen = screen_text(&m, 80, 24, false);
	assert_non_null(strstr(screen, "by root\n"));
	free(screen);
	screen = screen_text(&m, 140, 24, false);
	assert_non_null(strstr(screen, "by root (supervisortui, pid 4711)"));
	free(screen);
	tui_model_release(&m);
}

/* Names and texts from outside stay in their cells. */
static void
test_hostile(void **state)
{
	struct tui_model m;

	(void)state;
	init_model(&m);
	m.now = NOW;
	feed(&m, "hello",
	     "{\"identification\":\"\\u001b]0;x\\u0007\",\"version\":\"\\u202e\",\"host\":\"h\\u001b[2J\","
	     "\"now\":%f,"
	     "\"boot\":\"b\",\"statename\":\"\\n\",\"started\":1}",
	     NOW);
	feed(&m, "snapshot-begin", "{}");
	feed_process(&m, "ev\\u001b[31mil", "na\\u202eme", 200, 0,
		     ",\"spawnerr\":\"\\u001b]52;c;AA\\u0007\\n\\u0000x\"");
	feed_process(&m, "\\u4f60\\u597d\\u4f60\\u597d", "\\u4f60\\u597d", 20, 1, "");
	feed(&m, "snapshot-end", "{}");
	expect_screen(&m, "hostile", 80, 14, false);
	tui_model_release(&m);
}

/* The head of a big group with a short name read "s  1000/...". */
static void
test_counts_of_a_big_group(void **state)
{
	struct tui_model m;
	char *text;

	(void)state;
	init_model(&m);
	m.now = NOW;
	feed_hello(&m);
	for (int i = 0; i < 1000; i++) {
		char name[16];

		snprintf(name, sizeof(name), "s_%d", i);
		feed_process(&m, "s", name, 20, 3000 + i, ",\"start\":1763999975");
	}
	text = screen_text(&m, 80, 24, true);
	assert_non_null(strstr(text, " 1000/1000 "));
	free(text);
	tui_model_release(&m);
}

/* Every size, in every condition: nothing is drawn outside and nothing falls over. */
static void
test_every_size(void **state)
{
	static const char *const keys[] = {"",        "?",  "l", "Gz",       "j\r",
					   ":stop x", "*x", "!", ":avail\r", "\\web"};
	struct tui_model m;
	struct tui_canvas c;

	(void)state;
	for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
		build_scene(&m);
		add_log(&m);
		type(&m, keys[k]);
		for (int height = 1; height <= 30; height++) {
			for (int width = 1; width <= 100; width += width < 45 ? 1 : 11) {
				m.logpane.wrap = width % 2 == 0;
				draw_scene(&m, &c, width, height, width % 3 == 0);
				assert_true(c.cursor_x < width && c.cursor_y < height);
				tui_canvas_release(&c);
			}
		}
		tui_model_release(&m);
	}
}

/* When it is quiet, the picture holds for as long as its ages do. */
static void
test_how_long_it_holds(void **state)
{
	struct tui_model m;
	struct tui_canvas c;
	double holds;

	(void)state;
	init_model(&m);
	m.now = NOW;
	feed_hello(&m);
	feed_process(&m, "cron", "cron", 20, 812, ",\"start\":1763000000");
	holds = draw_scene(&m, &c, 80, 24, false);
	tui_canvas_release(&c);
	assert_true(holds > 60 && holds <= 3600);
	feed_process(&m, "web", "web", 20, 813, ",\"start\":1763999990");
	holds = draw_scene(&m, &c, 80, 24, false);
	tui_canvas_release(&c);
	assert_true(holds > 0 && holds <= 1);
	tui_model_release(&m);
}

/* Colour says what the words say. */
static void
test_colours(void **state)
{
	static const struct {
		int state;
		int fg;
	} want[] = {{20, TUI_GREEN},  {10, TUI_CYAN}, {40, TUI_CYAN},
		    {30, TUI_YELLOW}, {200, TUI_RED}, {0, TUI_DEFAULT}};
	struct tui_model m;
	struct tui_canvas c;

	(void)state;
	init_model(&m);
	m.now = NOW;
	feed_hello(&m);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		feed_process(&m, "p", "p", want[i].state, 1, "");
		draw_scene(&m, &c, 80, 24, false);
		assert_int_equal(tui_canvas_at(&c, 2, 12)->ch,
				 process_state_name(tui_host_proc(m.hosts[0], "p:p")->state)[0]);
		assert_int_equal(tui_canvas_at(&c, 2, 12)->style.fg, want[i].fg);
		/* The selected row is reversed. */
		assert_true((tui_canvas_at(&c, 2, 12)->style.attr & TUI_REVERSE) != 0);
		tui_canvas_release(&c);
	}
	tui_model_release(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sizes_of_the_scene),     cmocka_unit_test(test_states_of_the_screen),
	    cmocka_unit_test(test_update_preview),         cmocka_unit_test(test_before_the_first_answer),
	    cmocka_unit_test(test_who_on_a_narrow_screen), cmocka_unit_test(test_hostile),
	    cmocka_unit_test(test_counts_of_a_big_group),  cmocka_unit_test(test_every_size),
	    cmocka_unit_test(test_how_long_it_holds),      cmocka_unit_test(test_colours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
