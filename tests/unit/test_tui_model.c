/* Events and keys in, rows, messages and requests out: the screen's mind without a screen. */
#include "autoconf.h"

#include "tui_scene.h"

#include <math.h>
#include <time.h>

#include "tui/tui_record.h"

/* The shown rows as "head(api) api_00 ...", groups in brackets. */
static char *
rows_text(struct tui_model *m)
{
	struct buf out = BUF_INIT(1 << 20);

	tui_rows_update(m);
	for (size_t i = 0; i < m->nrows; i++)
		buf_printf(&out, "%s%s%s%s", i == 0 ? "" : " ", m->rows[i].proc == NULL ? "[" : "",
			   m->rows[i].proc == NULL ? m->rows[i].group->name : m->rows[i].proc->name,
			   m->rows[i].proc == NULL ? "]" : "");
	return buf_steal(&out);
}

static void
expect_rows(struct tui_model *m, const char *want)
{
	char *rows = rows_text(m);

	assert_string_equal(rows == NULL ? "" : rows, want);
	free(rows);
}

static void
expect_call(struct tui_model *m, const char *method, const char *first)
{
	struct tui_request *r = must_take(m, REQUEST_CALL);

	assert_string_equal(r->text, method);
	if (first != NULL)
		assert_string_equal(xmlrpc_get_string(xmlrpc_at(r->params, 0)), first);
	tui_request_free(r);
}

/* The daemon decides what is ill; one that does not say so is judged by the same rule. */
static void
test_what_is_ill(void **state)
{
	static const struct {
		const char *more;
		bool ill, expected;
	} cases[] = {
	    {",\"exitstatus\":3,\"expected\":true,\"ill\":false", false, true},
	    {",\"exitstatus\":0,\"expected\":false,\"ill\":true", true, false},
	    {",\"exitstatus\":3", false, true},
	    {",\"exitstatus\":0,\"spawnerr\":\"Bad exit code 0\"", true, false},
	    {",\"ill\":3", false, true},
	};
	struct tui_model m;

	(void)state;
	init_model(&m);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		feed_process(&m, "a", "a", 100, 0, cases[i].more);
		assert_int_equal(tui_proc_is_ill(tui_host_proc(m.hosts[0], "a:a")), cases[i].ill);
		assert_int_equal(tui_host_proc(m.hosts[0], "a:a")->expected, cases[i].expected);
		assert_int_equal(m.hosts[0]->ill, cases[i].ill);
	}
	tui_model_release(&m);
}

/* The screen opens with the selection on the worst, and leaves it to the user from the first key on. */
static void
test_opens_on_the_worst(void **state)
{
	struct tui_model m;

	(void)state;
	init_model(&m);
	m.settings.cursor = CURSOR_PROBLEM;
	m.now = NOW;
	feed(&m, "snapshot-begin", "{}");
	feed_process(&m, "aaa", "aaa", 20, 1, "");
	feed_process(&m, "bbb", "bbb", 30, 0, "");
	feed_process(&m, "ccc", "ccc", 200, 0, "");
	feed(&m, "snapshot-end", "{}");
	assert_string_equal(m.selected_proc->name, "ccc");
	type(&m, "k");
	feed(&m, "snapshot-begin", "{}");
	feed_process(&m, "aaa", "aaa", 200, 1, "");
	feed_process(&m, "bbb", "bbb", 30, 0, "");
	feed_process(&m, "ccc", "ccc", 200, 0, "");
	feed(&m, "snapshot-end", "{}");
	tui_actions_settle(&m);
	assert_string_equal(m.selected_proc->name, "bbb");
	tui_model_release(&m);
}

/* Who runs, and has died three times in the last quarter of an hour, needs a hand, too; for a quarter of an hour. */
static void
test_flapping(void **state)
{
	struct tui_model m;
	struct tui_proc *p;

	(void)state;
	build_scene(&m);
	p = tui_host_proc(m.hosts[0], "web:web_1");
	for (int i = 0; i < 3; i++) {
		assert_false(tui_proc_flaps(p));
		feed_process(&m, "web", "web_1", 100, 0,
			     ",\"stop\":1764000000,\"expected\":false,\"ill\":true");
		assert_false(tui_proc_flaps(p));
		feed_process(&m, "web", "web_1", 20, 4000 + i, ",\"start\":1764000000,\"ill\":false");
	}
	assert_true(tui_proc_flaps(p));
	assert_false(tui_proc_is_ill(p));
	assert_int_equal(tui_model_flapping(&m), 1);
	assert_int_equal(tui_model_ill(&m), 2);
	assert_true(screen_has(&m, "1 flapping"));
	type(&m, "!");
	expect_rows(&m, "[api] api_02 [web] web_1 worker");
	tui_rows_select_worst(&m);
	assert_string_equal(m.selected_proc->name, "worker");
	m.now += 17 * 60;
	assert_int_equal(tui_model_flapping(&m), 0);
	tui_model_release(&m);
}

static void
test_snapshot(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	assert_int_equal(tui_model_count(&m), 18);
	assert_int_equal(m.hosts[0]->counts[PROCESS_RUNNING], 15);
	assert_int_equal(m.hosts[0]->ill, 2);
	assert_int_equal(m.hosts[0]->link, LINK_LIVE);
	assert_int_equal(m.hosts[0]->daemon.stream, 7);
	expect_rows(&m, "[api] api_00 api_01 api_02 cron migrate [web] web_0 web_1 web_2 web_3 web_4 web_5 "
			"web_6 web_7 web_8 "
			"web_9 web_10 web_11 worker");
	/* A second snapshot without some of them: they go, the rest keeps its marks. */
	tui_rows_go(&m, 2);
	type(&m, " ");
	assert_true(tui_host_proc(m.hosts[0], "api:api_01")->marked);
	feed(&m, "snapshot-begin", "{}");
	feed_process(&m, "api", "api_01", 20, 21035, "");
	feed_process(&m, "cron", "cron", 0, 0, "");
	feed(&m, "snapshot-end", "{}");
	expect_rows(&m, "[api] api_01 cron");
	assert_true(tui_host_proc(m.hosts[0], "api:api_01")->marked);
	assert_int_equal(m.hosts[0]->ill, 0);
	assert_int_equal(m.hosts[0]->counts[PROCESS_RUNNING], 1);
	tui_model_release(&m);
}

static void
test_selection_stays(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	type(&m, "jjjj");
	assert_string_equal(m.selected_proc->name, "cron");
	/* Something comes above: the selection stays with what it was on. */
	feed_process(&m, "aaa", "aaa", 20, 1, "");
	tui_rows_update(&m);
	assert_string_equal(m.selected_proc->name, "cron");
	assert_int_equal(m.cursor, 5);
	/* It goes: the place stays. */
	feed(&m, "group", "{\"name\":\"cron\",\"change\":\"removed\"}");
	tui_rows_update(&m);
	assert_int_equal(m.cursor, 5);
	assert_string_equal(m.selected_proc->name, "migrate");
	/* All goes. */
	feed(&m, "snapshot-begin", "{}");
	feed(&m, "snapshot-end", "{}");
	expect_rows(&m, "");
	type(&m, "jkgGhs\r!/x\r");
	assert_null(tui_rows_selected(&m));
	tui_model_release(&m);
}

static void
test_views(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	type(&m, "Gk");
	type(&m, "h");
	expect_rows(&m, "[api] api_00 api_01 api_02 cron migrate [web] worker");
	assert_null(m.selected_proc);
	assert_string_equal(m.selected_group->name, "web");
	type(&m, "\\web_1\r");
	expect_rows(&m, "[web] web_1 web_10 web_11");
	type(&m, "\033");
	type(&m, "\\!web\r");
	expect_rows(&m, "[api] api_00 api_01 api_02 cron migrate worker");
	/* A cancelled filter leaves the one before. */
	type(&m, "\\zzz\033");
	expect_rows(&m, "[api] api_00 api_01 api_02 cron migrate worker");
	type(&m, "\033!");
	expect_rows(&m, "[api] api_02 worker");
	type(&m, "!>");
	assert_int_equal(m.sort, COLUMN_STATE);
	type(&m, "!");
	expect_rows(&m, "worker api_02");
	type(&m, "!>>>>");
	assert_int_equal(m.sort, COLUMN_MEM);
	type(&m, "<");
	expect_rows(&m, "api_01 api_00 cron api_02 migrate web_0 web_1 web_2 web_3 web_4 web_5 web_6 web_7 "
			"web_8 web_9 web_10 "
			"web_11 worker");
	type(&m, "I");
	tui_rows_update(&m);
	assert_string_equal(m.rows[m.nrows - 1].proc->name, "api_01");
	type(&m, "I<<<<I");
	expect_rows(&m, "worker [web] migrate cron [api] api_02 api_01 api_00");
	tui_model_release(&m);
}

/* A daemon may tell any number as a time. */
static void
test_any_time(void **state)
{
	static const double times[] = {1e300, -1e300, NAN, INFINITY, 1e18, -1e18};
	char clock[TUI_CLOCK_MAX], moment[TUI_MOMENT_MAX], stamp[TUI_STAMP_MAX];
	struct tui_model m;

	(void)state;
	build_scene(&m);
	m.utc_offset = -5 * 3600;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		assert_string_equal(tui_clock(&m, times[i], clock), "00:00:00");
		assert_true(strlen(tui_moment(&m, times[i], moment)) >= 8);
		assert_true(strlen(tui_stamp(&m, m.hosts[0], times[i], stamp)) >= 8);
	}
	assert_string_equal(tui_clock(&m, -1, clock), "18:59:59");
	assert_string_equal(tui_moment(&m, NOW - 30 * 86400, moment), "2025-10-25 11:00:00");
	tui_model_release(&m);
}

/* One way to say how something ended: in the note, the details and the log. */
static void
test_end_by_signal(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	feed_process(&m, "cron", "cron", 100, 0, ",\"signal\":9,\"exitstatus\":-1");
	assert_true(screen_has(&m, "killed by SIGKILL"));
	tui_model_release(&m);
}

static void
test_search_rows(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	type(&m, "/too quick\r");
	assert_string_equal(m.selected_proc->name, "api_02");
	type(&m, "n");
	assert_string_equal(m.selected_proc->name, "worker");
	type(&m, "n");
	assert_string_equal(m.selected_proc->name, "api_02");
	assert_non_null(strstr(m.message, "beginning"));
	type(&m, "N");
	assert_string_equal(m.selected_proc->name, "worker");
	type(&m, "/nowhere\r");
	assert_non_null(strstr(m.message, "is not here"));
	/* Expressions, and what is not so, as in the log. */
	type(&m, "/~_0[01]$\r");
	assert_string_equal(m.selected_proc->name, "api_00");
	type(&m, "/!~^(api|web|cron)\r");
	assert_string_equal(m.selected_proc->name, "migrate");
	type(&m, "/~(\r");
	assert_int_equal(m.message_look, LOOK_BAD);
	assert_string_equal(m.selected_proc->name, "migrate");
	tui_model_release(&m);
}

static void
reply_ok(struct tui_model *m, enum tui_tag tag)
{
	struct xmlrpc_value *yes = xmlrpc_bool(true);

	tui_actions_reply(m->hosts[0], tag, m->tickets, yes, 0, NULL);
	xmlrpc_free(yes);
}

static void
test_restart_one(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	drop_requests(&m);
	type(&m, "jr");
	assert_int_equal(m.prompt.kind, PROMPT_NONE);
	assert_non_null(strstr(m.message, "api:api_00 restart asked"));
	expect_call(&m, "supervisor.stopProcess", "api:api_00");
	reply_ok(&m, TAG_JOB_STOP);
	/* What it says follows what the daemon tells, in whatever order it comes. */
	feed_process(&m, "api", "api_00", 40, 21034, "");
	assert_null(take(&m, REQUEST_CALL));
	feed_process(&m, "api", "api_00", 0, 0, "");
	expect_call(&m, "supervisor.startProcess", "api:api_00");
	feed_process(&m, "api", "api_00", 10, 22000, "");
	reply_ok(&m, TAG_JOB_START);
	assert_non_null(m.jobs);
	feed_process(&m, "api", "api_00", 20, 22000, "");
	assert_null(m.jobs);
	assert_string_equal(m.message, "api:api_00 restarted, pid 22000");
	tui_model_release(&m);
}

static void
test_failures(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	type(&m, "Gs");
	drop_requests(&m);
	tui_actions_reply(m.hosts[0], TAG_JOB_START, m.tickets, NULL, 50, "SPAWN_ERROR: worker");
	assert_string_equal(m.message, "worker: SPAWN_ERROR: worker");
	type(&m, "s");
	reply_ok(&m, TAG_JOB_START);
	feed_process(&m, "worker", "worker", 10, 5, "");
	feed_process(&m, "worker", "worker", 30, 0, ",\"spawnerr\":\"Exited too quickly\"");
	assert_string_equal(m.message, "worker: BACKOFF Exited too quickly");
	type(&m, "gjs");
	tui_actions_reply(m.hosts[0], TAG_JOB_START, m.tickets, NULL, 60, "ALREADY_STARTED: api:api_00");
	assert_string_equal(m.message, "api:api_00: is running already");
	/* It is removed while it is waited for; the connection goes while another is. */
	type(&m, "x");
	feed(&m, "group", "{\"name\":\"api\",\"change\":\"removed\"}");
	assert_string_equal(m.message, "api:api_00: was removed");
	type(&m, "Gr");
	tui_host_link(m.hosts[0], LINK_DOWN, "gone", NOW + 1);
	assert_null(m.jobs);
	assert_non_null(strstr(m.message, "connection was lost"));
	type(&m, "s");
	assert_non_null(strstr(m.message, "does not answer"));
	tui_model_release(&m);
}

static void
test_many(void **state)
{
	struct tui_model m;
	struct tui_request *r;
	struct xmlrpc_value *results;

	(void)state;
	build_scene(&m);
	drop_requests(&m);
	type(&m, "x");
	assert_int_equal(m.prompt.kind, PROMPT_CONFIRM);
	assert_string_equal(m.prompt.label, "stop 3 processes of group api: api_00, api_01, api_02");
	/* Enter does not confirm. */
	type(&m, "\r");
	assert_null(take(&m, REQUEST_CALL));
	type(&m, "x");
	/* Who was named is who is acted on, whatever comes meanwhile. */
	feed_process(&m, "api", "api_03", 20, 4000, "");
	type(&m, "y");
	r = must_take(&m, REQUEST_CALL);
	assert_string_equal(r->text, "system.multicall");
	assert_int_equal(xmlrpc_get_length(xmlrpc_at(r->params, 0)), 3);
	tui_request_free(r);
	results = xmlrpc_array();
	xmlrpc_append(results, xmlrpc_bool(true));
	xmlrpc_append(results, xmlrpc_bool(true));
	xmlrpc_append(results, xmlrpc_struct());
	xmlrpc_member(xmlrpc_at(results, 2), "faultCode", xmlrpc_int(70));
	xmlrpc_member(xmlrpc_at(results, 2), "faultString", xmlrpc_string("NOT_RUNNING: api:api_02"));
	tui_actions_reply(m.hosts[0], TAG_JOB_STOP, m.tickets, results, 0, NULL);
	xmlrpc_free(results);
	feed_process(&m, "api", "api_00", 0, 0, "");
	assert_non_null(strstr(m.message, "1 of 3 stopped"));
	feed_process(&m, "api", "api_01", 0, 0, "");
	assert_string_equal(m.message, "2 stopped, 1 failed: api:api_02: is not running");
	tui_model_release(&m);
}

static void
test_marks(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	type(&m, "j  ");
	assert_int_equal(m.nmarked, 2);
	type(&m, "r");
	assert_string_equal(m.prompt.label, "restart 2 processes: api:api_00, api:api_01");
	type(&m, "n");
	assert_string_equal(m.message, "nothing was done");
	type(&m, "U*");
	assert_int_equal(m.nmarked, 18);
	type(&m, "U");
	assert_int_equal(m.nmarked, 0);
	type(&m, "!*");
	assert_int_equal(m.nmarked, 2);
	type(&m, "g ");
	type(&m, "U!g ");
	assert_int_equal(m.nmarked, 3);
	tui_model_release(&m);
}

static void
test_commands(void **state)
{
	struct tui_model m;
	struct tui_request *r;

	(void)state;
	build_scene(&m);
	drop_requests(&m);
	type(&m, ":restart cron\r");
	expect_call(&m, "supervisor.stopProcess", "cron:cron");
	type(&m, ":stop web:*\r");
	assert_non_null(strstr(m.prompt.label, "stop 12 processes: "));
	type(&m, "n:stop all\r");
	assert_non_null(strstr(m.prompt.label, "stop 18 processes: "));
	type(&m, "n:  tail -100 cron stderr\r");
	r = must_take(&m, REQUEST_COMMAND);
	assert_string_equal(r->text, "tail -100 cron stderr");
	tui_request_free(r);
	assert_non_null(m.overlay.type);
	assert_true(m.overlay.running);
	tui_output_add(&m, "one\ntw", 6);
	tui_output_add(&m, "o", 1);
	tui_output_end(&m, "(exit status 1)");
	assert_int_equal(m.overlay.text.n, 3);
	assert_string_equal(m.overlay.text.lines[1].text, "two");
	type(&m, "q:stop nobody\r");
	r = must_take(&m, REQUEST_COMMAND);
	assert_string_equal(r->text, "stop nobody");
	tui_request_free(r);
	/* Leaving while it runs ends it. */
	type(&m, "q");
	r = must_take(&m, REQUEST_COMMAND_END);
	tui_request_free(r);
	type(&m, ":fg cron\r");
	r = must_take(&m, REQUEST_FG);
	assert_string_equal(r->text, "cron:cron");
	tui_request_free(r);
	type(&m, ":shutdown\r");
	type(&m, "yes\r");
	assert_null(take(&m, REQUEST_CALL));
	type(&m, "Dshutdown\r");
	expect_call(&m, "supervisor.shutdown", NULL);
	type(&m, ":reload\ry");
	expect_call(&m, "supervisor.restart", NULL);
	/* A restart that was not answered is under way. */
	type(&m, ":quit\r:quit\r");
	r = must_take(&m, REQUEST_QUIT);
	tui_request_free(r);
	tui_model_release(&m);
}

static struct xmlrpc_value *
lists(const char *added, const char *changed, const char *removed)
{
	const char *const names[3] = {added, changed, removed};
	struct xmlrpc_value *outer = xmlrpc_array(), *three = xmlrpc_array();

	for (int i = 0; i < 3; i++) {
		struct xmlrpc_value *list = xmlrpc_array();

		if (names[i] != NULL)
			xmlrpc_append(list, xmlrpc_string(names[i]));
		xmlrpc_append(three, list);
	}
	xmlrpc_append(outer, three);
	return outer;
}

static void
test_update(void **state)
{
	struct xmlrpc_value *v;
	struct tui_model m;

	(void)state;
	build_scene(&m);
	drop_requests(&m);
	type(&m, "u");
	expect_call(&m, "cvisor.previewUpdate", NULL);
	/* A daemon without it is asked to reread. */
	tui_actions_reply(m.hosts[0], TAG_PREVIEW, m.tickets, NULL, 1, "UNKNOWN_METHOD");
	expect_call(&m, "supervisor.reloadConfig", NULL);
	v = lists("mailer", "worker", "migrate");
	tui_actions_reply(m.hosts[0], TAG_REREAD, m.tickets, v, 0, NULL);
	xmlrpc_free(v);
	assert_int_equal(m.overlay.type->keymap, KEYMAP_UPDATE);
	assert_true(screen_has(&m, "[x] ~ worker   nothing of it runs"));
	type(&m, "y");
	assert_int_equal((m.overlay.type != NULL), 0);
	expect_call(&m, "supervisor.stopProcessGroup", "migrate");
	reply_ok(&m, TAG_UPDATE);
	expect_call(&m, "supervisor.removeProcessGroup", "migrate");
	tui_actions_reply(m.hosts[0], TAG_UPDATE, m.tickets, NULL, 91, "STILL_RUNNING: migrate");
	expect_call(&m, "supervisor.stopProcessGroup", "worker");
	reply_ok(&m, TAG_UPDATE);
	expect_call(&m, "supervisor.removeProcessGroup", "worker");
	reply_ok(&m, TAG_UPDATE);
	expect_call(&m, "supervisor.addProcessGroup", "worker");
	reply_ok(&m, TAG_UPDATE);
	expect_call(&m, "supervisor.addProcessGroup", "mailer");
	reply_ok(&m, TAG_UPDATE);
	assert_string_equal(m.message, "update: migrate: STILL_RUNNING: migrate");
	assert_null(m.update);
	tui_model_release(&m);
}

/* An update removes a changed group and adds it again. */
static void
test_selection_comes_back(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	while (tui_rows_selected(&m)->proc == NULL || strcmp(tui_rows_selected(&m)->proc->name, "cron") != 0)
		type(&m, "j");
	feed(&m, "group", "{\"name\":\"cron\",\"change\":\"removed\"}");
	assert_string_not_equal(tui_rows_selected(&m)->group->name, "cron");
	feed(&m, "group", "{\"name\":\"cron\",\"change\":\"added\"}");
	feed_process(&m, "cron", "cron", 20, 813, "");
	assert_string_equal(tui_rows_selected(&m)->proc->name, "cron");
	/* Whoever pressed a key in between stays where that key went. */
	feed(&m, "group", "{\"name\":\"cron\",\"change\":\"removed\"}");
	type(&m, "g");
	feed(&m, "group", "{\"name\":\"cron\",\"change\":\"added\"}");
	feed_process(&m, "cron", "cron", 20, 814, "");
	assert_string_equal(tui_rows_selected(&m)->group->name, "api");
	tui_model_release(&m);
}

static void
test_complete(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	expect_completion(&m, ":sto\t", "stop ");
	expect_completion(&m, ":st\t", "st");
	expect_completion(&m, ":nothing\t", "nothing");
	expect_completion(&m, ":stop a\t", "stop a");
	expect_completion(&m, ":stop ap\t", "stop api:");
	expect_completion(&m, ":stop ap\t*", "stop api:*");
	expect_completion(&m, ":stop cr\tmi\t", "stop cron migrate ");
	expect_completion(&m, ":update ap\t", "update api ");
	expect_completion(&m, ":version ap\t", "version ap");
	expect_completion(&m, ":sta cron\001\006\006\006\t", "sta cron");
	tui_model_release(&m);
}

/* A result survives the keys that follow it, but not for good; what is only remarked goes with the next key. */
static void
test_message_age(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	tui_message(&m, LOOK_OK, "api:api_00 stopped");
	m.now += 5;
	type(&m, "j");
	assert_string_equal(m.message, "api:api_00 stopped");
	m.now += 5;
	type(&m, "k");
	assert_string_equal(m.message, "");
	tui_message(&m, LOOK_PLAIN, "nothing was done");
	type(&m, "j");
	assert_string_equal(m.message, "");
	tui_model_release(&m);
}

/* Between the preview and the yes the file may have changed: what was not shown is not touched. */
static void
test_update_changed_meanwhile(void **state)
{
	struct xmlrpc_value *v = xmlrpc_struct(), *added = xmlrpc_array();
	struct tui_model m;

	(void)state;
	build_scene(&m);
	drop_requests(&m);
	type(&m, "u");
	xmlrpc_append(added, xmlrpc_string("mailer"));
	xmlrpc_member(v, "added", added);
	tui_actions_reply(m.hosts[0], TAG_PREVIEW, m.tickets, v, 0, NULL);
	xmlrpc_free(v);
	drop_requests(&m);
	type(&m, "y");
	expect_call(&m, "supervisor.reloadConfig", NULL);
	v = lists("mailer", NULL, "cron");
	tui_actions_reply(m.hosts[0], TAG_UPDATE, m.tickets, v, 0, NULL);
	xmlrpc_free(v);
	assert_null(take(&m, REQUEST_CALL));
	assert_non_null(strstr(m.message, "nothing was done"));
	/* Esc leaves everything as it is. */
	type(&m, "u");
	v = lists("mailer", NULL, NULL);
	tui_actions_reply(m.hosts[0], TAG_REREAD, m.tickets, v, 0, NULL);
	xmlrpc_free(v);
	type(&m, "\033");
	assert_null(m.update);
	assert_string_equal(m.message, "nothing was changed");
	tui_model_release(&m);
}

static void
test_log_pane(void **state)
{
	struct tui_model m;
	struct tui_request *r;

	(void)state;
	build_scene(&m);
	drop_requests(&m);
	type(&m, "jjj");
	assert_string_equal(m.logpane.show.key, "api:api_02");
	r = must_take(&m, REQUEST_FOLLOW);
	tui_request_free(r);
	tui_show_followed(m.hosts[0], m.logpane.show.turn);
	feed(&m, "log", "{\"log\":\"api:api_02:stdout\",\"time\":%f,\"offset\":0,\"text\":\"one\\ntwo\\n\"}",
	     NOW);
	feed(&m, "log", "{\"log\":\"api:api_01:stdout\",\"time\":%f,\"offset\":0,\"text\":\"other\\n\"}",
	     NOW);
	feed(&m, "log", "{\"log\":\"api:api_02:stderr\",\"time\":%f,\"offset\":0,\"text\":\"other\\n\"}",
	     NOW);
	assert_int_equal(m.logpane.log.count, 2);
	feed(&m, "log",
	     "{\"log\":\"api:api_02:stdout\",\"time\":%f,\"offset\":99,\"text\":\"three\\n\",\"skipped\":91}",
	     NOW);
	assert_int_equal(m.logpane.log.count, 4);
	/* A start leaves a line. */
	feed_process(&m, "api", "api_02", 10, 777, "");
	assert_true(screen_has(&m, "started, pid 777"));
	type(&m, "\t1");
	assert_int_equal(m.logpane.log.count, 0);
	tui_show_followed(m.hosts[0], m.logpane.show.turn);
	feed(&m, "log", "{\"log\":\"api:api_02:stderr\",\"time\":%f,\"offset\":0,\"text\":\"err\\n\"}", NOW);
	assert_int_equal(m.logpane.log.count, 1);
	/* Of one that was followed already, what is under way from before is not taken. */
	type(&m, "1");
	feed(&m, "log", "{\"log\":\"api:api_02:stderr\",\"time\":%f,\"offset\":4,\"text\":\"old\\n\"}", NOW);
	assert_int_equal(m.logpane.log.count, 0);
	tui_show_followed(m.hosts[0], m.logpane.show.turn);
	feed(&m, "log", "{\"log\":\"api:api_02:stderr\",\"time\":%f,\"offset\":0,\"text\":\"err\\n\"}", NOW);
	assert_int_equal(m.logpane.log.count, 1);
	type(&m, "\tl");
	assert_true(m.zoom);
	assert_int_equal(m.focus, PANE_LOG);
	/* In the log, actions are for the program that it shows. */
	drop_requests(&m);
	type(&m, "x");
	expect_call(&m, "supervisor.stopProcess", "api:api_02");
	type(&m, "wF/err\rnbq");
	assert_false(m.zoom);
	assert_int_equal(m.focus, PANE_TABLE);
	tui_model_release(&m);
}

/* What a daemon sends can be wrong in any way; then it is passed over. */
static void
test_nonsense(void **state)
{
	static const char *const events[] = {"hello",          "snapshot",     "process",    "group",
					     "metrics",        "log",          "supervisor", "config",
					     "snapshot-begin", "snapshot-end", "future"};
	static const char *const data[] = {
	    "",
	    "{",
	    "[]",
	    "{}",
	    "null",
	    "3",
	    "{\"group\":3,\"name\":[]}",
	    "{\"processes\":[1,{},{\"name\":\"x\"},[]],\"groups\":{},\"load\":\"x\"}",
	    "{\"group\":\"g\",\"name\":\"n\",\"state\":\"x\",\"pid\":1e300,\"start\":-5,\"spawnerr\":7}",
	    "{\"log\":\":::\",\"text\":5}",
	    "{\"name\":\"api\",\"change\":7}"};
	struct tui_model m;
	struct tui_canvas c;

	(void)state;
	build_scene(&m);
	for (size_t e = 0; e < sizeof(events) / sizeof(events[0]); e++)
		for (size_t d = 0; d < sizeof(data) / sizeof(data[0]); d++)
			tui_feed_event(m.hosts[0], events[e], data[d], strlen(data[d]), NOW);
	draw_scene(&m, &c, 80, 24, false);
	tui_canvas_release(&c);
	tui_model_release(&m);
}

static void
test_polling(void **state)
{
	struct xmlrpc_value *list = xmlrpc_array(), *info = xmlrpc_struct(), *tail = xmlrpc_array();
	struct tui_model m;
	unsigned changes;

	(void)state;
	init_model(&m);
	m.now = NOW;
	tui_host_link(m.hosts[0], LINK_POLLING, NULL, 0);
	xmlrpc_member(info, "group", xmlrpc_string("cron"));
	xmlrpc_member(info, "name", xmlrpc_string("cron"));
	xmlrpc_member(info, "state", xmlrpc_int(20));
	xmlrpc_member(info, "pid", xmlrpc_int(5));
	xmlrpc_append(list, info);
	tui_feed_processes(m.hosts[0], list);
	changes = tui_host_proc(m.hosts[0], "cron:cron")->changes;
	assert_int_equal(m.hosts[0]->counts[PROCESS_RUNNING], 1);
	/* The same again is no change. */
	tui_feed_processes(m.hosts[0], list);
	assert_int_equal(tui_host_proc(m.hosts[0], "cron:cron")->changes, changes);
	tui_show_program(&m, m.hosts[0], "cron:cron");
	/* The tail: only what is new is taken from what comes again and again. */
	xmlrpc_append(tail, xmlrpc_string("one\ntwo\n"));
	xmlrpc_append(tail, xmlrpc_int(8));
	tui_feed_tail(m.hosts[0], "cron:cron:stdout", tail, 65536);
	tui_feed_tail(m.hosts[0], "cron:cron:stdout", tail, 65536);
	assert_int_equal(m.logpane.log.count, 2);
	xmlrpc_free(tail);
	tail = xmlrpc_array();
	xmlrpc_append(tail, xmlrpc_string("one\ntwo\nthree\n"));
	xmlrpc_append(tail, xmlrpc_int(14));
	tui_feed_tail(m.hosts[0], "cron:cron:stdout", tail, 65536);
	assert_int_equal(m.logpane.log.count, 3);
	xmlrpc_free(tail);
	xmlrpc_free(list);
	tui_model_release(&m);
}

/* Pasted text must not act as keys. */
static void
test_paste(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	drop_requests(&m);
	tui_actions_key(&m, TUI_KEY_PASTE_BEGIN);
	type(&m, "jrxsq");
	tui_actions_key(&m, TUI_KEY_PASTE_END);
	assert_null(take(&m, REQUEST_CALL));
	assert_int_equal(m.cursor, 0);
	type(&m, ":");
	tui_actions_key(&m, TUI_KEY_PASTE_BEGIN);
	type(&m, "stop all\r");
	tui_actions_key(&m, TUI_KEY_PASTE_END);
	assert_int_equal(m.prompt.kind, PROMPT_COMMAND);
	assert_string_equal(buf_str(&m.prompt.text), "stop all");
	tui_model_release(&m);
}

/* 5,000 programs: a change of one must not cost a walk over all. The bound is generous; a mistake misses it
 * by far. */
static void
test_thousands(void **state)
{
	struct tui_model m;
	struct tui_canvas c;
	char group[16], name[16];
	clock_t begin = clock();

	(void)state;
	init_model(&m);
	m.now = NOW;
	feed_hello(&m);
	feed(&m, "snapshot-begin", "{}");
	for (int i = 0; i < 5000; i++) {
		snprintf(group, sizeof(group), "g%d", i / 50);
		snprintf(name, sizeof(name), "p%d", i);
		feed_process(&m, group, name, 20, 1000 + i, "");
	}
	feed(&m, "snapshot-end", "{}");
	for (int i = 0; i < 50000; i++) {
		snprintf(group, sizeof(group), "g%d", i % 5000 / 50);
		snprintf(name, sizeof(name), "p%d", i % 5000);
		feed_process(&m, group, name, i % 2 ? 20 : 30, 1000 + i, "");
		if (i % 500 == 0) {
			draw_scene(&m, &c, 80, 24, false);
			tui_canvas_release(&c);
		}
	}
	assert_int_equal(tui_model_count(&m), 5000);
	assert_true((double)(clock() - begin) / CLOCKS_PER_SEC < 20);
	tui_model_release(&m);
}

/* Several daemons go one after the other; what one had is not looked at for the next. */
static void
test_hosts_are_freed(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	for (int i = 0; i < 2; i++) {
		struct tui_host *h = tui_model_add_host(&m, "unix:///other");

		tui_host_put_proc(h, "api", "api_00");
		tui_host_put_proc(h, "other", "one");
	}
	tui_model_release(&m);
}

/* The help lies over another window: that one hears all that happens, and is there again when the help closes. */
static void
test_help_over_another(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	type(&m, ":tail cron\r");
	drop_requests(&m);
	tui_output_add(&m, "one\n", 4);
	type(&m, "?");
	assert_true(screen_has(&m, "keys in a window over them"));
	/* Output goes on below, and keys of the help neither move nor end it. */
	tui_output_add(&m, "two\n", 4);
	type(&m, "gjjG?/page\rn");
	assert_null(m.overlay.pattern);
	assert_string_equal(m.help.pattern, "page");
	type(&m, "q");
	assert_null(take(&m, REQUEST_COMMAND_END));
	assert_true(screen_has(&m, "tail cron"));
	assert_true(screen_has(&m, "two"));
	/* It ends while the help is there. */
	type(&m, "?");
	tui_output_end(&m, NULL);
	type(&m, "q");
	assert_false(m.overlay.running);
	type(&m, "q");
	assert_null(tui_overlay_front(&m));
	/* A window closes by itself below the help, which tells of what is there then. */
	type(&m, ":tail cron\r?");
	tui_overlay_close(&m, false);
	assert_true(screen_has(&m, "keys in the table"));
	/* Another one opens, asked for from the help: it is what is seen. */
	type(&m, ":tail worker\r");
	assert_ptr_equal(tui_overlay_front(&m), &m.overlay);
	/* The end of all frees both. */
	type(&m, "?");
	drop_requests(&m);
	tui_model_release(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_is_ill),
	    cmocka_unit_test(test_opens_on_the_worst),
	    cmocka_unit_test(test_flapping),
	    cmocka_unit_test(test_snapshot),
	    cmocka_unit_test(test_selection_stays),
	    cmocka_unit_test(test_views),
	    cmocka_unit_test(test_any_time),
	    cmocka_unit_test(test_end_by_signal),
	    cmocka_unit_test(test_search_rows),
	    cmocka_unit_test(test_restart_one),
	    cmocka_unit_test(test_failures),
	    cmocka_unit_test(test_many),
	    cmocka_unit_test(test_marks),
	    cmocka_unit_test(test_commands),
	    cmocka_unit_test(test_update),
	    cmocka_unit_test(test_update_changed_meanwhile),
	    cmocka_unit_test(test_selection_comes_back),
	    cmocka_unit_test(test_complete),
	    cmocka_unit_test(test_message_age),
	    cmocka_unit_test(test_log_pane),
	    cmocka_unit_test(test_nonsense),
	    cmocka_unit_test(test_polling),
	    cmocka_unit_test(test_paste),
	    cmocka_unit_test(test_hosts_are_freed),
	    cmocka_unit_test(test_thousands),
	    cmocka_unit_test(test_help_over_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
