/* test_tui_logview.c: the log pane: searching, filtering, what stands in front of lines, marks, and what it costs. */
#include "autoconf.h"

#include "tests/unit/tui_scene.h"

#include <time.h>

#include "tui/tui_act_output.h"
#include "tui/tui_logpane.h"

/* The log of api_00 on the whole screen, with a line each of `lines`. */
static void
begin(struct tui_model *m, const char *text)
{
	build_scene(m);
	type(m, "jl");
	drop_requests(m);
	tui_log_add(&m->logpane.log, tui_show_source(m), NOW, -1, text, strlen(text));
	free(screen_text(m, 80, 24, false)); /* the layout tells the pane its size */
}

static void
add(struct tui_model *m, double time, const char *text)
{
	tui_log_add(&m->logpane.log, tui_show_source(m), time, -1, text, strlen(text));
	tui_actions_settle(m);
}

static void
press(struct tui_model *m, uint32_t key)
{
	tui_actions_key(m, key);
	tui_actions_settle(m);
}

/* What a key table calls Enter and Esc. */
static void
enter(struct tui_model *m)
{
	press(m, TUI_KEY_ENTER);
}

static void
escape(struct tui_model *m)
{
	press(m, TUI_KEY_ESC);
}

static void
expect(struct tui_model *m, const char *text)
{
	char *screen = screen_text(m, 80, 24, false);

	if (strstr(screen, text) == NULL)
		fail_msg("'%s' is not on\n%s", text, screen);
	free(screen);
}

static void
expect_not(struct tui_model *m, const char *text)
{
	char *screen = screen_text(m, 80, 24, false);

	if (strstr(screen, text) != NULL)
		fail_msg("'%s' is on\n%s", text, screen);
	free(screen);
}

static void
add_numbers(struct tui_model *m, int from, int to)
{
	char line[64];

	for (int i = from; i < to; i++) {
		snprintf(line, sizeof(line), "line %d%s\n", i, i % 100 == 50 ? " fifty" : "");
		add(m, NOW, line);
	}
}

static uint64_t
number(const struct tui_model *m, uint64_t serial)
{
	struct tui_log_line line;

	if (!tui_log_get(&m->logpane.log, serial, &line))
		return UINT64_MAX;
	return strtoul(line.text + 5, NULL, 10);
}

static void
test_search(void **state)
{
	struct tui_model m;

	(void)state;
	begin(&m, "");
	add_numbers(&m, 0, 1000);
	/* At the end of the log the nearest hit is above. */
	type(&m, "/fift");
	assert_int_equal(number(&m, m.logpane.hit), 950);
	expect(&m, "hit 10 of 10");
	expect(&m, "line 950 fifty");
	/* Esc: all as it was. */
	escape(&m);
	assert_true(m.logpane.follow);
	expect(&m, "following");
	expect_not(&m, "hit ");
	type(&m, "g/fifty");
	assert_int_equal(number(&m, m.logpane.hit), 50);
	enter(&m);
	expect(&m, " fifty: 1 of 10");
	type(&m, "nn");
	assert_int_equal(number(&m, m.logpane.hit), 250);
	type(&m, "N");
	assert_int_equal(number(&m, m.logpane.hit), 150);
	type(&m, "NN");
	assert_int_equal(number(&m, m.logpane.hit), 950);
	expect(&m, "10 of 10, on from the end");
	type(&m, "n");
	expect(&m, "1 of 10, on from the beginning");
	/* Lines that come are counted. */
	add_numbers(&m, 1000, 1100);
	expect(&m, "hit 1 of 11");
	/* What is typed is tried from where one was, not from hit to hit. */
	type(&m, "nn/line 4");
	assert_int_equal(number(&m, m.logpane.hit), 400);
	type(&m, "5");
	assert_int_equal(number(&m, m.logpane.hit), 450);
	press(&m, TUI_KEY_BACKSPACE);
	assert_int_equal(number(&m, m.logpane.hit), 400);
	enter(&m);
	/* Nothing there: one stays, and it says so. */
	type(&m, "/nowhere");
	assert_int_equal(number(&m, m.logpane.hit), 400);
	expect(&m, "0 found");
	enter(&m);
	expect(&m, "'nowhere' is not here");
	/* Empty: the last one again. */
	type(&m, "/fifty");
	enter(&m);
	type(&m, "/");
	enter(&m);
	assert_int_equal(number(&m, m.logpane.hit), 550);
	/* Expressions; half of one is none while it is typed, but when it is done. */
	type(&m, "/~^line (7|8)50 ");
	assert_int_equal(number(&m, m.logpane.hit), 750);
	enter(&m);
	expect(&m, "1 of 2");
	type(&m, "/~(");
	expect_not(&m, "Unmatched");
	enter(&m);
	expect(&m, "Unmatched (");
	assert_int_equal(number(&m, m.logpane.hit), 750);
	type(&m, "n");
	assert_int_equal(number(&m, m.logpane.hit), 850);
	/* Esc: the search goes before the pane. */
	escape(&m);
	assert_int_equal(m.focus, PANE_LOG);
	expect_not(&m, " of 2");
	type(&m, "n");
	expect(&m, "nothing to search for yet");
	escape(&m);
	assert_int_equal(m.focus, PANE_TABLE);
	tui_model_release(&m);
}

/* Which cells of the row with this text are reversed: "...###..." */
static void
expect_reversed(struct tui_model *m, const char *text, const char *expected)
{
	struct tui_canvas c;
	char row[81] = "", marks[81] = "";
	bool found = false;

	draw_scene(m, &c, 80, 24, false);
	for (int y = 0; y < 24 && !found; y++) {
		for (int x = 0; x < 80; x++) {
			const struct tui_cell *cell = tui_canvas_at(&c, y, x);

			row[x] = cell->ch < 0x7f && cell->ch > 0 ? (char)cell->ch : '?';
			marks[x] = (cell->style.attr & TUI_REVERSE) != 0 ? '#' : '.';
		}
		found = strstr(row + 1, text) == row + 1;
	}
	tui_canvas_release(&c);
	assert_true(found);
	assert_memory_equal(marks, expected, strlen(expected));
}

static void
test_highlight(void **state)
{
	struct tui_model m;

	(void)state;
	begin(&m, "a fish, two \033[31mfi\033[0msh\n\tfish\nfi\377fish\ncold\n");
	type(&m, "/fish");
	enter(&m);
	expect_reversed(&m, "a fish", "...####......####.");
	expect_reversed(&m, "        fish", ".........####.");
	expect_reversed(&m, "fi?fish", "....####.");
	expect_reversed(&m, "cold", ".......");
	type(&m, "/~f.s");
	enter(&m);
	expect_reversed(&m, "a fish", "...###.......###..");
	/* Turned round there is nothing to show in the line. */
	type(&m, "/!fish");
	enter(&m);
	expect(&m, "1 of 1");
	expect_reversed(&m, "cold", "......");
	expect_reversed(&m, "a fish", "..........");
	escape(&m);
	type(&m, "&fish");
	enter(&m);
	expect_reversed(&m, "a fish", "...####......####.");
	/* In a line that is selected. */
	type(&m, "gV");
	expect_reversed(&m, "a fish", ".##....######....");
	tui_model_release(&m);
}

static void
test_filter(void **state)
{
	struct tui_model m;

	(void)state;
	begin(&m, "");
	add_numbers(&m, 0, 3400);
	type(&m, "&fifty");
	/* While it is typed. */
	expect(&m, "filter: fifty, 34 of 3,400 lines, following");
	expect(&m, "line 3350 fifty");
	expect_not(&m, "line 3399");
	escape(&m);
	expect(&m, "line 3399");
	type(&m, "&fifty");
	enter(&m);
	expect(&m, "line 3350 fifty");
	/* Lines come. */
	add_numbers(&m, 3400, 3460);
	expect(&m, "35 of 3,460 lines");
	expect(&m, "line 3450 fifty");
	expect_not(&m, "line 3459");
	/* Moving goes by what is seen. */
	type(&m, "kk");
	assert_int_equal(number(&m, tui_logpane_position(&m.logpane).serial), 1350);
	add_numbers(&m, 3460, 3560);
	expect(&m, "+1 new");
	type(&m, "g");
	expect(&m, "line 50 fifty");
	type(&m, "G");
	/* Around. */
	type(&m, "+");
	expect(&m, "1 line around each");
	expect(&m, "line 3549\n line 3550 fifty\n line 3551\n");
	expect(&m, "line 3451\n line 3549");
	type(&m, "+-");
	type(&m, "-");
	expect_not(&m, "line 3549");
	/* Notes stay. */
	tui_log_note(&m.logpane.log, TUI_LOG_NO_SOURCE, NOW, "restarted");
	add_numbers(&m, 3560, 3570);
	expect(&m, "restarted");
	/* Turned round; expressions. */
	type(&m, "&");
	press(&m, TUI_CTRL('U'));
	type(&m, "!~[0-8]$");
	enter(&m);
	expect(&m, "line 3569\n");
	expect_not(&m, "line 3568");
	/* What is found is only what is seen. */
	type(&m, "/line 35");
	enter(&m);
	while (m.busy)
		tui_actions_work(&m);
	expect(&m, "line 35: 3 of 10");
	/* A filter that nothing passes. */
	escape(&m);
	type(&m, "&");
	press(&m, TUI_CTRL('U'));
	type(&m, "nothing of that kind");
	enter(&m);
	tui_log_clear(&m.logpane.log);
	add_numbers(&m, 0, 10);
	expect(&m, "no line passes the filter");
	type(&m, "G");
	escape(&m);
	expect(&m, "line 9");
	assert_int_equal(m.focus, PANE_LOG);
	tui_model_release(&m);
}

/* Line by line, by all ways of moving, the pane shows what a plain filter would. */
static void
test_filter_walk(void **state)
{
	struct tui_model m;
	uint64_t at, seen[1001];
	size_t n;

	(void)state;
	begin(&m, "");
	add_numbers(&m, 0, 1000);
	tui_log_note(&m.logpane.log, TUI_LOG_NO_SOURCE, NOW, "note");
	for (unsigned context = 0; context < 60; context += 7) {
		type(&m, "&");
		press(&m, TUI_CTRL('U'));
		type(&m, "fifty");
		enter(&m);
		m.logpane.filter.context = context;
		n = 0;
		for (at = 0; tui_logfilter_next(&m.logpane, at, &at); at++)
			seen[n++] = at;
		assert_int_equal(n, context < 50 ? 10 * (2 * context + 1) + 1 : 1001);
		for (at = UINT64_MAX; tui_logfilter_prev(&m.logpane, at, &at);)
			assert_int_equal(at, seen[--n]);
		assert_int_equal(n, 0);
	}
	tui_model_release(&m);
}

static void
test_errors(void **state)
{
	struct tui_model m;

	(void)state;
	begin(&m, "fine\nERROR: one\nfine\npanic: two\nfine\n");
	type(&m, "ge");
	expect(&m, "lines like errors: 1 of 2");
	type(&m, "e");
	expect(&m, "2 of 2");
	type(&m, "e");
	expect(&m, "1 of 2, on from the beginning");
	type(&m, "E");
	expect(&m, "2 of 2, on from the end");
	type(&m, "G");
	add(&m, NOW, "x failed\n");
	type(&m, "E");
	expect(&m, "3 of 3");
	type(&m, "C");
	expect(&m, "the view is cleared");
	expect(&m, "nothing was written yet");
	type(&m, "e");
	expect(&m, "no line here looks like an error");
	tui_model_release(&m);
}

static void
test_times(void **state)
{
	struct tui_model m;
	struct tui_canvas c;
	double valid;

	(void)state;
	begin(&m, "");
	tui_log_add(&m.logpane.log, tui_show_source(&m), 0, -1, "nobody knows\n", 13);
	add(&m, NOW - 3 * 86400, "days ago\n");
	add(&m, NOW - 3000, "fifty minutes\n");
	add(&m, NOW - 95, "a minute\n");
	add(&m, NOW - 12, "seconds\n");
	add(&m, NOW, "just now\n");
	m.now = NOW;
	type(&m, "t");
	expect(&m, "\n          nobody knows\n");
	expect(&m, "\n -3d16:00 days ago\n");
	expect(&m, "\n 15:10:00 fifty minutes\n");
	expect(&m, "\n 15:59:48 seconds\n");
	type(&m, "t");
	expect(&m, "\n      3 d days ago\n");
	expect(&m, "\n   50 min fifty minutes\n");
	expect(&m, "\n    1 min a minute\n");
	expect(&m, "\n     10 s seconds\n");
	expect(&m, "\n      now just now\n");
	/* The picture holds until a step is reached. */
	valid = draw_scene(&m, &c, 80, 24, false);
	tui_canvas_release(&c);
	assert_true(valid > 7.9 && valid < 8.1);
	m.now = NOW + 600;
	valid = draw_scene(&m, &c, 80, 24, false);
	tui_canvas_release(&c);
	assert_true(valid > 20);
	/* A narrow pane keeps its text. */
	free(screen_text(&m, 30, 24, false));
	assert_int_equal(m.logpane.prefix.columns, 0);
	type(&m, "t");
	expect(&m, "\n fifty minutes\n");
	tui_model_release(&m);
}

static void
test_since(void **state)
{
	struct tui_model m;
	char line[32];

	(void)state;
	begin(&m, "");
	tui_log_add(&m.logpane.log, tui_show_source(&m), 0, -1, "line 9000\n", 10);
	for (int i = 0; i < 3600; i += 10) {
		snprintf(line, sizeof(line), "line %d\n", i);
		add(&m, NOW - 3600 + i, line);
	}
	m.now = NOW;
	type(&m, "3");
	assert_int_equal(number(&m, tui_logpane_position(&m.logpane).serial), 3300);
	expect(&m, "since 15:55:00");
	type(&m, "4");
	assert_int_equal(number(&m, m.logpane.hit), 2700);
	type(&m, "5");
	assert_int_equal(number(&m, m.logpane.hit), 1800);
	type(&m, "6");
	assert_int_equal(number(&m, m.logpane.hit), 0);
	/* Six lines are less than the pane: it shows the end. */
	type(&m, "2");
	assert_int_equal(number(&m, m.logpane.hit), 3540);
	expect(&m, "line 3590");
	m.now = NOW + 1200;
	type(&m, "6");
	expect(&m, "since 15:20:00");
	m.now = NOW + 86400;
	type(&m, "6");
	expect(&m, "nothing came in the last hour");
	type(&m, "0");
	assert_true(m.logpane.follow);
	m.now = NOW - 100;
	tui_log_clear(&m.logpane.log);
	tui_log_add(&m.logpane.log, tui_show_source(&m), 0, -1, "line 1\n", 7);
	add(&m, NOW - 200, "line 2\n");
	type(&m, "6");
	expect(&m, "when lines came is known since 15:56:40");
	tui_model_release(&m);
}

static void
test_several(void **state)
{
	struct tui_model m;
	struct tui_canvas c;
	struct tui_style first, second;

	(void)state;
	build_scene(&m);
	type(&m, "gl11");
	drop_requests(&m);
	feed(&m, "log",
	     "{\"log\":\"api:api_00:stdout\",\"time\":%.0f,\"offset\":0,\"tail\":true,\"text\":\"first\\n\"}",
	     NOW);
	feed(
	    &m, "log",
	    "{\"log\":\"api:api_01:stderr\",\"time\":%.0f,\"offset\":0,\"tail\":true,\"text\":\"second\\n\"}",
	    NOW);
	expect(&m, "\n api_00   first\n api_01 e second\n");
	m.theme = &tui_theme_dark;
	draw_scene(&m, &c, 80, 24, false);
	first = tui_canvas_at(&c, 2, 1)->style;
	second = tui_canvas_at(&c, 3, 1)->style;
	assert_int_not_equal(first.fg, 0);
	assert_true(first.fg != second.fg || first.attr != second.attr);
	tui_canvas_release(&c);
	/* Without colours the words are left. */
	m.theme = &tui_theme_mono;
	draw_scene(&m, &c, 80, 24, false);
	assert_int_equal(tui_canvas_at(&c, 2, 1)->style.fg, 0);
	tui_canvas_release(&c);
	/* Wrapped, what follows stands below the text. */
	type(&m, "w");
	feed(&m, "log", "{\"log\":\"api:api_00:stdout\",\"time\":%.0f,\"offset\":6,\"text\":\"%s\\n\"}", NOW,
	     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");
	expect(&m, "aaa\n          b\n");
	tui_model_release(&m);
}

static void
test_marks(void **state)
{
	struct tui_model m;

	(void)state;
	begin(&m, "");
	add_numbers(&m, 0, 100);
	/* Following, it is the last line that is marked. */
	type(&m, "m");
	expect(&m, "\n\xe2\x80\xa2line 99\n");
	expect(&m, "1 marked");
	type(&m, "gm");
	expect(&m, "\xe2\x80\xa2line 0\n");
	expect(&m, "2 marked");
	type(&m, "'");
	assert_int_equal(number(&m, m.logpane.hit), 99);
	type(&m, "'");
	assert_int_equal(number(&m, m.logpane.hit), 0);
	/* Again: not any more. */
	type(&m, "m");
	expect(&m, "1 marked");
	/* A selection is marked as a whole. */
	type(&m, "JJJm");
	expect(&m, "4 marked");
	expect(&m, "\xe2\x80\xa2line 2\n");
	type(&m, "VjjK");
	assert_true(m.logpane.marks.selecting);
	assert_int_equal(number(&m, m.logpane.marks.from), 2);
	assert_int_equal(number(&m, m.logpane.marks.to), 3);
	expect(&m, "selecting");
	escape(&m);
	assert_false(m.logpane.marks.selecting);
	/* The view goes along with the end of a selection. */
	type(&m, "V");
	for (int i = 0; i < 60; i++)
		type(&m, "j");
	assert_true(tui_logpane_is_in_sight(&m.logpane, m.logpane.marks.to));
	type(&m, "G");
	assert_int_equal(number(&m, m.logpane.marks.to), 99);
	type(&m, "g");
	assert_int_equal(number(&m, m.logpane.marks.to), 0);
	type(&m, "V");
	type(&m, "M");
	expect_not(&m, "mark 16:00:00");
	type(&m, "G");
	expect(&m, " mark 16:00:00 ");
	/* Lines that go take their marks along. */
	m.logpane.log.max_lines = 10;
	add_numbers(&m, 100, 120);
	assert_int_equal(m.logpane.marks.lines.n, 0);
	type(&m, "'");
	expect(&m, "no line is marked");
	tui_model_release(&m);
}

static void
test_json(void **state)
{
	struct tui_model m;

	(void)state;
	begin(&m, "{\"level\":\"warn\",\"msg\":\"slow\",\"ms\":312}\nplain\n");
	expect(&m, "{\"level\"");
	type(&m, "P");
	expect(&m, "\n warn slow ms=312\n plain\n");
	expect(&m, "json");
	/* What is searched is what is seen. */
	type(&m, "/ms=3");
	enter(&m);
	expect(&m, "1 of 1");
	type(&m, "P");
	expect(&m, "{\"level\"");
	expect(&m, "0 found");
	tui_model_release(&m);
}

/* What y copies. */
static void
expect_copied(struct tui_model *m, const char *text)
{
	struct tui_request *r;

	drop_requests(m);
	type(m, "y");
	r = must_take(m, REQUEST_COPY);
	assert_string_equal(r->text, text);
	tui_request_free(r);
}

static void
test_copy(void **state)
{
	struct tui_model m;

	(void)state;
	begin(&m, "one\n\033[31mtwo\033[0m\tx\nthree \033]52;c;eA==\a\x9b\n");
	expect_copied(&m, "three ^[]52;c;eA==^G\xef\xbf\xbd\n");
	type(&m, "gJJ");
	expect_copied(&m, "one\ntwo     x\n");
	assert_false(m.logpane.marks.selecting);
	type(&m, "gmGm");
	expect_copied(&m, "one\nthree ^[]52;c;eA==^G\xef\xbf\xbd\n");
	/* A filter counts, a note is told from a line, and JSON is copied as it is shown. */
	add(&m, NOW, "{\"msg\":\"four\",\"x\":1}\n");
	type(&m, "gmGmM&four");
	enter(&m);
	type(&m, "PgVG");
	expect_copied(&m, "four x=1\n-- mark 16:00:00 --\n");
	type(&m, "C");
	drop_requests(&m);
	type(&m, "y");
	assert_null(take(&m, REQUEST_COPY));
	expect(&m, "there are no lines here");
	tui_model_release(&m);
}

static void
test_copy_too_much(void **state)
{
	struct tui_model m;

	(void)state;
	begin(&m, "");
	add_numbers(&m, 0, 10000);
	drop_requests(&m);
	type(&m, "gVGy");
	assert_null(take(&m, REQUEST_COPY));
	expect(&m, "10000 lines are more than the 74 kB");
	assert_true(m.logpane.marks.selecting);
	tui_model_release(&m);
}

/* What the controller would write for a request. */
static void
expect_dump(struct tui_model *m, const char *text)
{
	struct buf out = BUF_INIT(TUI_DUMP_LINE_MAX);
	struct tui_dump d = m->logpane.dump;

	while (tui_dump_next(m, &d, &out))
		;
	assert_string_equal(buf_str(&out), text);
	buf_release(&out);
}

static void
test_dumps(void **state)
{
	struct tui_model m;
	struct tui_request *r;

	(void)state;
	begin(&m, "one\n\033[31mtwo\033[0m \033[2J\nthree\n");
	drop_requests(&m);
	type(&m, "tv");
	r = must_take(&m, REQUEST_READER);
	assert_non_null(strstr(r->text, "Enter goes back"));
	tui_request_free(r);
	expect_dump(&m, "16:00:00 one\n16:00:00 \033[0;31mtwo\033[0m ^[[2J\n16:00:00 three\n");
	m.theme = &tui_theme_mono;
	type(&m, "ttJv");
	expect_dump(&m, "three\n");
	drop_requests(&m);
	escape(&m);
	m.theme = &tui_theme_dark;
	/* The pager has all that passes the filter, a file has it as it came. */
	type(&m, "&t");
	enter(&m);
	type(&m, "o");
	r = must_take(&m, REQUEST_READER);
	assert_string_equal(r->text, "");
	tui_request_free(r);
	expect_dump(&m, "\033[0;31mtwo\033[0m ^[[2J\nthree\n");
	tui_log_note(&m.logpane.log, TUI_LOG_NO_SOURCE, NOW, "note");
	type(&m, "s");
	expect(&m, "save these lines to: api-api_00-stdout-20251124-160000.log");
	press(&m, TUI_CTRL('U'));
	type(&m, "x.log");
	enter(&m);
	r = must_take(&m, REQUEST_SAVE);
	assert_string_equal(r->text, "x.log");
	tui_request_free(r);
	expect_dump(&m, "\033[31mtwo\033[0m \033[2J\nthree\n");
	tui_act_output_exists(&m, "x.log");
	expect(&m, "overwrite the file 'x.log'? y/N");
	type(&m, "n");
	expect(&m, "nothing was saved");
	assert_null(take(&m, REQUEST_OVERWRITE));
	tui_act_output_exists(&m, "x.log");
	type(&m, "y");
	r = must_take(&m, REQUEST_OVERWRITE);
	assert_string_equal(r->text, "x.log");
	tui_request_free(r);
	tui_act_output_failed(&m, "x.log", "No space left on device");
	expect(&m, "cannot save to 'x.log': No space left on device");
	tui_model_release(&m);
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* No key takes longer than a frame, however long the log is: what takes longer is done in slices. */
static void
test_cost(void **state)
{
	static const char *const keys[] = {"/",  "f", "i", "f", "t", "y", "\x15", "~", "l",    ".", "*", "9",
					   "\r", "n", "N", "g", "n", "G", "&",    "i", "n",    "e", " ", "1",
					   "\r", "k", "g", "G", "+", "n", "e",    "E", "t",    "w", "P", "m",
					   "'",  "2", "6", "V", "G", "g", "m",    "&", "\x15", "\r"};
	struct tui_model m;
	char line[400];
	double worst = 0, slice = 0, limit = 0.5, t;
	const char *worst_key = "";

	(void)state;
	begin(&m, "");
	memset(line, 'x', sizeof(line));
	for (int i = 0; i < TUI_LOG_LINES; i++) {
		int n = snprintf(line, sizeof(line), "line %d of a log, with some more text: fift", i);

		line[n] = ' ';
		line[299] = '\n';
		tui_log_add(&m.logpane.log, tui_show_source(&m), NOW - 3600 + i * 0.036, -1, line, 300);
	}
	m.now = NOW;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		uint32_t key = (unsigned char)keys[i][0];

		t = seconds();
		tui_actions_key(&m, key == '\r' ? TUI_KEY_ENTER : key);
		free(screen_text(&m, 200, 50, false));
		t = seconds() - t;
		if (t > worst) {
			worst = t;
			worst_key = keys[i];
		}
		for (bool more = m.busy; more;) {
			t = seconds();
			more = tui_actions_work(&m);
			t = seconds() - t;
			slice = t > slice ? t : slice;
		}
	}
	print_message("worst key '%s' %.1f ms, worst slice %.1f ms\n", worst_key, worst * 1000, slice * 1000);
	/* Generous: sanitizers, and a busy machine. */
	assert_true(worst < limit && slice < limit);
	tui_model_release(&m);
}

/* Lines of 64 KiB of wide characters, escape sequences and rubbish, all in sight. */
static void
test_cost_of_long_lines(void **state)
{
	static const char *const keys[] = {"/", "x", "y", "z", "\r", "w", "k", "j", "w", "g", "l", "G"};
	struct tui_model m;
	char *text = xmalloc(60000);
	double worst = 0, t;

	(void)state;
	begin(&m, "");
	for (int i = 0; i < 50; i++) {
		for (size_t at = 0; at + 9 < 59999; at += 9)
			memcpy(text + at,
			       i % 3 == 0   ? "\033[31mabcd"
			       : i % 3 == 1 ? "\xe6\xbc\xa2\xe5\xad\x97xyz"
					    : "\377\001\033]0;a\a\x9b",
			       9);
		text[59999] = '\n';
		tui_log_add(&m.logpane.log, tui_show_source(&m), NOW, -1, text, 60000);
	}
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		uint32_t key = (unsigned char)keys[i][0];

		t = seconds();
		tui_actions_key(&m, key == '\r' ? TUI_KEY_ENTER : key);
		free(screen_text(&m, 200, 50, false));
		t = seconds() - t;
		worst = t > worst ? t : worst;
	}
	print_message("worst key %.1f ms\n", worst * 1000);
	assert_true(worst < 1.0);
	free(text);
	tui_model_release(&m);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_search),
	    cmocka_unit_test(test_highlight),
	    cmocka_unit_test(test_filter),
	    cmocka_unit_test(test_filter_walk),
	    cmocka_unit_test(test_errors),
	    cmocka_unit_test(test_times),
	    cmocka_unit_test(test_since),
	    cmocka_unit_test(test_several),
	    cmocka_unit_test(test_marks),
	    cmocka_unit_test(test_json),
	    cmocka_unit_test(test_copy),
	    cmocka_unit_test(test_copy_too_much),
	    cmocka_unit_test(test_dumps),
	    cmocka_unit_test(test_cost),
	    cmocka_unit_test(test_cost_of_long_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
