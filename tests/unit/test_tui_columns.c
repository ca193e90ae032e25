/* The columns: which are shown, how they fit, by what rows are ordered. */
#include "autoconf.h"

#include "tui_scene.h"

#include "tui/tui_column_list.h"

static void
expect_list(const struct tui_column_list *list, const char *want)
{
	struct buf out = BUF_INIT(4096);

	tui_column_list_print(list, &out);
	assert_string_equal(buf_str(&out), want);
	buf_release(&out);
}

/* What stands in the settings is what was chosen. */
static void
test_list(void **state)
{
	struct tui_column_list list;

	(void)state;
	tui_column_list_init(&list);
	expect_list(&list, "");
	tui_column_list_parse(&list, "state, name,cpu,state");
	expect_list(&list, "state,name,cpu");
	tui_column_list_parse(&list, "PID,colour");
	expect_list(&list, "name,pid");
	tui_column_list_toggle(&list, COLUMN_NAME);
	tui_column_list_toggle(&list, COLUMN_EXIT);
	tui_column_list_toggle(&list, COLUMN_PID);
	expect_list(&list, "name,exit");
	assert_int_equal(tui_column_list_move(&list, 1, 1), 2);
	assert_int_equal(list.order[1], COLUMN_PID);
	assert_int_equal(tui_column_list_move(&list, 0, -1), 0);
	assert_int_equal(tui_column_list_move(&list, TUI_NCOLUMNS - 1, 1), TUI_NCOLUMNS - 1);
	tui_column_list_parse(&list, "");
	expect_list(&list, "");
	/* Each is there once, whatever was done. */
	for (int c = 0; c < TUI_NCOLUMNS; c++) {
		int n = 0;

		for (size_t i = 0; i < TUI_NCOLUMNS; i++)
			n += list.order[i] == (enum tui_column)c;
		assert_int_equal(n, 1);
	}
}

/* Every column has what menus and settings need; each can be shown and ordered by. */
static void
test_every_column(void **state)
{
	struct tui_model m;
	char *text;

	(void)state;
	build_scene(&m);
	for (int c = 0; c < TUI_NCOLUMNS; c++) {
		const struct tui_column_info *info = &tui_columns[c];

		assert_non_null(info->help);
		assert_true(info->min <= info->max && (int)strlen(info->title) <= info->max);
		assert_true((info->key == NULL) == (c == COLUMN_NAME));
		m.columns.shown[c] = true;
		for (int reverse = 0; reverse < 2; reverse++) {
			m.sort = (enum tui_column)c;
			m.reverse = reverse == 1;
			tui_rows_again(&m);
			tui_rows_update(&m);
			assert_true(m.nrows >= 18);
		}
	}
	m.sort = COLUMN_NAME;
	m.reverse = false;
	tui_rows_again(&m);
	text = screen_text(&m, 200, 50, true);
	for (int c = 0; c < TUI_NCOLUMNS; c++)
		assert_true((strstr(text, tui_columns[c].title) != NULL) ==
			    (c != COLUMN_HOST)); /* of one daemon */
	free(text);
	tui_model_release(&m);
}

/* The narrower, the less, in this order; the name stays, and long names do not push the states out. */
static void
test_narrow(void **state)
{
	static const char *const goes[] = {"MEM", "CPU%", "PID", "RST", "UPTIME", "STATE"};
	struct tui_model m;
	size_t next = 0;

	(void)state;
	build_scene(&m);
	for (int width = 80; width >= 24; width--) {
		char *text = screen_text(&m, width, 24, true);

		for (size_t i = 0; i < sizeof(goes) / sizeof(goes[0]); i++)
			assert_true(strstr(text, goes[i]) != NULL || i <= next);
		while (next < sizeof(goes) / sizeof(goes[0]) && strstr(text, goes[next]) == NULL)
			next++;
		assert_non_null(strstr(text, "NAME"));
		free(text);
	}
	assert_int_equal(next, 5);
	feed_process(&m, "a-group", "a-program-with-quite-a-name-so-that-it-would-fill-the-line", 200, 0, "");
	for (int width = 24; width < 80; width++) {
		char *text = screen_text(&m, width, 24, true);

		assert_non_null(strstr(text, "FATAL"));
		free(text);
	}
	tui_model_release(&m);
}

/* Columns grow with what is in sight, at once, and keep that until the user changes the picture. */
static void
test_widths(void **state)
{
	struct tui_model m;
	char *text;

	(void)state;
	build_scene(&m);
	free(screen_text(&m, 80, 24, true));
	assert_int_equal(m.widths[COLUMN_RESTARTS], 1);
	feed_process(&m, "cron", "cron", 20, 812, ",\"start\":1762948800,\"restarts\":1234567");
	text = screen_text(&m, 80, 24, true);
	assert_non_null(strstr(text, " 1234567"));
	free(text);
	assert_int_equal(m.widths[COLUMN_RESTARTS], 7);
	feed_process(&m, "cron", "cron", 20, 812, ",\"start\":1762948800,\"restarts\":0");
	free(screen_text(&m, 80, 24, true));
	assert_int_equal(m.widths[COLUMN_RESTARTS], 7);
	type(&m, "I");
	free(screen_text(&m, 80, 24, true));
	assert_int_equal(m.widths[COLUMN_RESTARTS], 1);
	tui_model_release(&m);
}

static void
expect_first(struct tui_model *m, const char *name)
{
	tui_rows_update(m);
	assert_string_equal(m->rows[0].proc->name, name);
}

static void
feed_cpu(struct tui_model *m, const char *name, double cpu)
{
	feed(m, "metrics",
	     "{\"processes\":[{\"group\":\"api\",\"name\":\"%s\",\"cpu\":%f,\"rss\":1,\"threads\":1}]}", name,
	     cpu);
}

/* By CPU, rows would jump with each sample: while somebody moves about they wait, and the selection is with its
   program in any case. */
static void
test_rows_do_not_jump(void **state)
{
	struct tui_model m;
	struct tui_canvas c;
	double holds;

	(void)state;
	build_scene(&m);
	tui_rows_update(&m);
	m.now += 100;
	type(&m, ">>>>");
	assert_int_equal(m.sort, COLUMN_CPU);
	expect_first(&m, "api_01");
	type(&m, "j");
	assert_string_equal(m.selected_proc->name, "api_00");
	feed_cpu(&m, "api_00", 90);
	expect_first(&m, "api_01");
	holds = draw_scene(&m, &c, 80, 24, true);
	tui_canvas_release(&c);
	assert_true(holds > 0 && holds <= 3);
	m.now += 3;
	expect_first(&m, "api_00");
	assert_int_equal(m.cursor, 0);
	assert_string_equal(m.selected_proc->name, "api_00");
	/* Nobody moves: at once. */
	m.now += 10;
	feed_cpu(&m, "api_01", 95);
	expect_first(&m, "api_01");
	assert_int_equal(m.cursor, 1);
	tui_model_release(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_list),
	    cmocka_unit_test(test_every_column),
	    cmocka_unit_test(test_narrow),
	    cmocka_unit_test(test_widths),
	    cmocka_unit_test(test_rows_do_not_jump),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
