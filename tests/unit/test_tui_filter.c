/* What a filter lets through, marks by range and pattern, and the menus of columns and order. */
#include "autoconf.h"

#include "tui_scene.h"

#include "tui/tui_act_table.h"

static void
expect_shown(struct tui_model *m, const char *want)
{
	struct buf out = BUF_INIT(1 << 16);

	tui_rows_update(m);
	for (size_t i = 0; i < m->nrows; i++)
		if (m->rows[i].proc != NULL)
			buf_printf(&out, "%s%s", out.len == 0 ? "" : " ", m->rows[i].proc->name);
	assert_string_equal(buf_str(&out), want);
	buf_release(&out);
}

static void
expect_marked(const struct tui_model *m, const char *want)
{
	struct buf out = BUF_INIT(1 << 16);
	size_t n = 0;

	for (size_t i = 0; i < m->ngroups; i++) {
		for (size_t j = 0; j < m->groups[i]->n; j++) {
			if (!m->groups[i]->procs[j]->marked)
				continue;
			buf_printf(&out, "%s%s", n++ == 0 ? "" : " ", m->groups[i]->procs[j]->name);
		}
	}
	assert_string_equal(buf_str(&out), want);
	assert_int_equal(m->nmarked, n);
	buf_release(&out);
}

static void
test_words(void **state)
{
	static const struct {
		const char *filter;
		const char *want;
	} cases[] = {
	    {"cron", "cron"},
	    {"CRON", ""},
	    {"web_1", "web_1 web_10 web_11"},
	    {"web 11", "web_11"},
	    {"!web !api", "cron migrate worker"},
	    {"/^api:.*[01]$", "api_00 api_01"},
	    {"/^api:.*[01]$/", "api_00 api_01"},
	    {"~WEB", ""},
	    {"!~web|api", "cron migrate worker"},
	    {"fatal", "worker"},
	    {"state:fatal", "worker"},
	    {"state:ill", "api_02 worker"},
	    {"state:ill !group:api", "worker"},
	    {"state:r group:api", "api_00 api_01"},
	    {"host:web-03 exited", "migrate"},
	    {"host:elsewhere", ""},
	    {"cron ! / state: !host:", "cron"},
	    {"group:~api", ""},
	    {"!!x cron", "cron"},
	};
	struct tui_model m;

	(void)state;
	build_scene(&m);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(tui_act_table_set_filter(&m, cases[i].filter));
		expect_shown(&m, cases[i].want);
	}
	tui_model_release(&m);
}

/* What would take all memory is refused, as in the log. */
static void
test_costly_regex(void **state)
{
	char *why = NULL;

	(void)state;
	assert_null(tui_filter_new("web /(a{900}){900}/", &why));
	assert_string_equal(why, "'(a{900}){900}': the expression repeats too much");
	free(why);
}

/* While one types, half a regular expression is none: what was shown stays, and why is said. */
static void
test_bad_regex(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	type(&m, "\\~cro");
	expect_shown(&m, "cron");
	type(&m, "[");
	expect_shown(&m, "cron");
	assert_true(screen_has(&m, "filter 'cro[': "));
	type(&m, "nm]");
	expect_shown(&m, "cron");
	assert_null(m.filter_error);
	type(&m, "(\r");
	assert_non_null(strstr(m.message, "filter 'cro[nm](': "));
	assert_string_equal(m.filter, "~cro[nm]");
	expect_shown(&m, "cron");
	/* Given up: what it was before. */
	type(&m, "\\[\033");
	assert_null(m.filter_error);
	expect_shown(&m, "cron");
	type(&m, "\033");
	assert_string_equal(m.filter, "");
	tui_model_release(&m);
}

/* Rows come and go with what changes. */
static void
test_follows_changes(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	type(&m, "!");
	expect_shown(&m, "api_02 worker");
	feed_process(&m, "cron", "cron", 200, 0, "");
	expect_shown(&m, "api_02 cron worker");
	feed_process(&m, "worker", "worker", 20, 99, "");
	expect_shown(&m, "api_02 cron");
	/* What does not decide it makes no rows again. */
	feed_process(&m, "web", "web_3", 40, 3003, "");
	assert_false(m.rows_dirty);
	tui_model_release(&m);
}

static void
test_range(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	type(&m, "j jV");
	expect_marked(&m, "api_00 api_02");
	type(&m, "jj");
	expect_marked(&m, "api_00 api_02 cron migrate");
	/* Back over the beginning: what was marked before stays so. */
	type(&m, "kkkkk");
	expect_marked(&m, "api_00 api_01 api_02");
	type(&m, "\033");
	expect_marked(&m, "api_00");
	type(&m, "jVjV");
	expect_marked(&m, "api_00 api_01");
	type(&m, "kkk\033");
	expect_marked(&m, "");
	tui_model_release(&m);
}

static void
test_range_with_groups(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	/* A folded group is marked as a whole. */
	type(&m, "hVj");
	expect_marked(&m, "api_00 api_01 api_02 cron");
	type(&m, "U");
	expect_marked(&m, "");
	assert_false(m.range.on);
	type(&m, "Vj");
	feed(&m, "group", "{\"name\":\"cron\",\"change\":\"removed\"}");
	type(&m, "j");
	assert_false(m.range.on && m.range.group == NULL);
	type(&m, "V");
	tui_model_release(&m);
}

static void
test_pattern(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	type(&m, ":mark api:* cron\r");
	expect_marked(&m, "api_00 api_01 api_02 cron");
	assert_string_equal(m.message, "4 marked");
	type(&m, ":unmark *_0[01]\r");
	expect_marked(&m, "api_02 cron");
	type(&m, ":mark nobody\r");
	assert_non_null(strstr(m.message, "no program"));
	type(&m, ":unmark all\r");
	expect_marked(&m, "");
	type(&m, ":mark\r");
	assert_non_null(strstr(m.message, "PATTERN"));
	tui_model_release(&m);
}

static void
test_columns_menu(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	type(&m, "C");
	assert_true(screen_has(&m, "[x] STATE"));
	assert_true(screen_has(&m, "[ ] THR"));
	type(&m, "jj ");
	assert_false(m.columns.shown[COLUMN_STATE]);
	type(&m, "j>");
	assert_int_equal(m.columns.order[4], COLUMN_PID);
	assert_int_equal(m.overlay.cursor, 4);
	type(&m, "<<\r");
	assert_int_equal(m.columns.order[2], COLUMN_PID);
	assert_false(m.columns.shown[COLUMN_PID]);
	/* Without a name there is no table, and without the host not of several daemons. */
	type(&m, "g j ");
	assert_true(m.columns.shown[COLUMN_HOST] && m.columns.shown[COLUMN_NAME]);
	type(&m, "=q");
	assert_true(m.columns.shown[COLUMN_STATE] && m.columns.order[2] == COLUMN_STATE);
	tui_model_release(&m);
}

static void
test_sort_menu(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	type(&m, "ojjjj\r");
	assert_int_equal(m.sort, COLUMN_CPU);
	assert_false(m.reverse);
	assert_null(m.overlay.type);
	type(&m, "o\r");
	assert_true(m.reverse);
	type(&m, "P");
	assert_int_equal(m.sort, COLUMN_STATE);
	tui_rows_update(&m);
	assert_string_equal(m.rows[0].proc->name, "worker");
	type(&m, "P");
	assert_int_equal(m.sort, COLUMN_NAME);
	/* Only shown columns are gone through with < and >. */
	type(&m, "<");
	assert_int_equal(m.sort, COLUMN_NOTE);
	tui_model_release(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_words),        cmocka_unit_test(test_bad_regex),
	    cmocka_unit_test(test_costly_regex), cmocka_unit_test(test_follows_changes),
	    cmocka_unit_test(test_range),        cmocka_unit_test(test_range_with_groups),
	    cmocka_unit_test(test_pattern),      cmocka_unit_test(test_columns_menu),
	    cmocka_unit_test(test_sort_menu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
