/* What is done to programs from the screen: questions, signals, lines, rolling restarts, menus, the equal command line,
 * messages, read-only. */
#include "autoconf.h"

#include "tests/unit/tui_scene.h"

#include "tui/tui_ask.h"
#include "tui/tui_commands.h"
#include "tui/tui_equal.h"
#include "tui/tui_multicall.h"
#include "tui/tui_osc52.h"
#include "tui/tui_secret.h"
#include "tui/tui_set.h"
#include "tui/tui_signal.h"

static void
reply(struct tui_model *m, enum tui_tag tag, struct xmlrpc_value *value)
{
	tui_actions_reply(m->hosts[0], tag, m->tickets, value, 0, NULL);
	xmlrpc_free(value);
}

static void
refuse(struct tui_model *m, enum tui_tag tag, int code, const char *fault)
{
	tui_actions_reply(m->hosts[0], tag, m->tickets, NULL, code, fault);
}

/* The call that was made, its method and first two parameters. */
static void
expect_call(struct tui_model *m, const char *method, const char *first, const char *second)
{
	struct tui_request *r = must_take(m, REQUEST_CALL);

	assert_string_equal(r->text, method);
	if (first != NULL)
		assert_string_equal(xmlrpc_get_string(xmlrpc_at(r->params, 0)), first);
	if (second != NULL)
		assert_string_equal(xmlrpc_get_string(xmlrpc_at(r->params, 1)), second);
	tui_request_free(r);
}

static size_t
expect_multicall(struct tui_model *m, const char *method)
{
	struct tui_request *r = must_take(m, REQUEST_CALL);
	const struct xmlrpc_value *calls = xmlrpc_at(r->params, 0);
	size_t n = xmlrpc_get_length(calls);

	assert_string_equal(r->text, "system.multicall");
	assert_string_equal(xmlrpc_get_string(xmlrpc_find(xmlrpc_at(calls, 0), "methodName")), method);
	tui_request_free(r);
	return n;
}

static void
expect_copied(struct tui_model *m, const char *text)
{
	struct tui_request *r = must_take(m, REQUEST_COPY);

	assert_string_equal(r->text, text);
	tui_request_free(r);
}

static struct xmlrpc_value *
fault(int code, const char *text)
{
	struct xmlrpc_value *v = xmlrpc_struct();

	xmlrpc_member(v, "faultCode", xmlrpc_int(code));
	xmlrpc_member(v, "faultString", xmlrpc_string(text));
	return v;
}

static void
test_signal_menu(void **state)
{
	struct tui_model m;
	struct xmlrpc_value *v;

	(void)state;
	build_scene(&m);
	drop_requests(&m);
	type(&m, "jK");
	assert_string_equal(m.overlay.title, "signal to api:api_00");
	assert_true(screen_has(&m, " 15 TERM    asks it to end"));
	/* A harmless one for one program is sent at once. */
	type(&m, "hu\r");
	assert_int_equal(m.prompt.kind, PROMPT_NONE);
	assert_non_null(strstr(m.message, "api:api_00 signal HUP asked"));
	expect_call(&m, "supervisor.signalProcess", "api:api_00", "HUP");
	reply(&m, TAG_CALLS, xmlrpc_bool(true));
	assert_string_equal(m.message, "HUP sent to api:api_00; signals cannot be taken back");
	/* One that ends it asks; Enter is not yes. */
	type(&m, "K9\r");
	assert_string_equal(m.prompt.label, "send KILL to 1 process: api:api_00");
	type(&m, "\r");
	assert_null(take(&m, REQUEST_CALL));
	/* The selected line at first is TERM; by number 10, then again from another digit. */
	type(&m, "K10");
	assert_string_equal(tui_signal_name(m.overlay.cursor), "USR1");
	type(&m, "15\ry");
	expect_call(&m, "supervisor.signalProcess", "api:api_00", "TERM");
	refuse(&m, TAG_CALLS, 70, "NOT_RUNNING: api:api_00");
	assert_string_equal(m.message, "api:api_00: is not running");
	/* A group; who was named is who is meant. */
	type(&m, "gK");
	feed_process(&m, "api", "api_03", 20, 4000, "");
	type(&m, "usr2\r");
	assert_string_equal(m.prompt.label, "send USR2 to 3 processes of group api: api_00, api_01, api_02");
	type(&m, "y");
	assert_int_equal(expect_multicall(&m, "supervisor.signalProcess"), 3);
	v = xmlrpc_array();
	xmlrpc_append(v, xmlrpc_bool(true));
	xmlrpc_append(v, fault(70, "NOT_RUNNING"));
	xmlrpc_append(v, fault(30, "FAILED: no"));
	reply(&m, TAG_CALLS, v);
	assert_string_equal(m.message,
			    "USR2 sent to 1 programs, 2 failed: api:api_01: is not running; M lists all");
	type(&m, "M");
	assert_true(screen_has(&m, "api:api_02: FAILED: no"));
	tui_model_release(&m);
}

static void
test_clear_and_send(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	drop_requests(&m);
	type(&m, "jc");
	assert_string_equal(m.prompt.label, "empty for good the logs of 1 process: api:api_00");
	type(&m, "y");
	expect_call(&m, "supervisor.clearProcessLogs", "api:api_00", NULL);
	reply(&m, TAG_CALLS, xmlrpc_bool(true));
	assert_string_equal(m.message, "logs of api:api_00 emptied; what was in the logs is gone");
	type(&m, "Z");
	assert_non_null(strstr(m.message, "cannot be taken back"));
	type(&m, "ihello there\r");
	expect_call(&m, "supervisor.sendProcessStdin", "api:api_00", "hello there\n");
	reply(&m, TAG_CALLS, xmlrpc_bool(true));
	/* Lines are kept by program. */
	type(&m, "i");
	tui_actions_key(&m, TUI_KEY_UP);
	assert_string_equal(buf_str(&m.prompt.text), "hello there");
	type(&m, "\033ji");
	tui_actions_key(&m, TUI_KEY_UP);
	assert_string_equal(buf_str(&m.prompt.text), "");
	type(&m, "to two\r");
	expect_call(&m, "supervisor.sendProcessStdin", "api:api_01", "to two\n");
	tui_model_release(&m);
}

static void
run_of(struct tui_model *m, const char *group, const char *name, int pid)
{
	feed_process(m, group, name, 40, pid, "");
	feed_process(m, group, name, 0, 0, "");
	feed_process(m, group, name, 10, pid + 1, "");
}

static void
test_rolling_restart(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	drop_requests(&m);
	feed_process(&m, "api", "api_02", 20, 77, "");
	type(&m, "R");
	assert_string_equal(m.prompt.label,
			    "rolling restart of 3 processes of group api: api_00, api_01, api_02");
	type(&m, "y");
	expect_call(&m, "supervisor.stopProcess", "api:api_00", NULL);
	assert_null(take(&m, REQUEST_CALL));
	assert_string_equal(m.message, "rolling restart, 1 of 3: api:api_00; Esc ends it after this one");
	reply(&m, TAG_JOB_STOP, xmlrpc_bool(true));
	run_of(&m, "api", "api_00", 21034);
	expect_call(&m, "supervisor.startProcess", "api:api_00", NULL);
	reply(&m, TAG_JOB_START, xmlrpc_bool(true));
	/* STARTING is not enough: startsecs have to be over. */
	assert_null(take(&m, REQUEST_CALL));
	feed_process(&m, "api", "api_00", 20, 21035, "");
	expect_call(&m, "supervisor.stopProcess", "api:api_01", NULL);
	reply(&m, TAG_JOB_STOP, xmlrpc_bool(true));
	feed_process(&m, "api", "api_01", 0, 0, "");
	expect_call(&m, "supervisor.startProcess", "api:api_01", NULL);
	reply(&m, TAG_JOB_START, xmlrpc_bool(true));
	feed_process(&m, "api", "api_01", 30, 0, ",\"spawnerr\":\"Exited too quickly\"");
	assert_string_equal(m.message,
			    "1 of 3 restarted, 1 left alone: api:api_01: BACKOFF Exited too quickly");
	assert_null(m.jobs);
	assert_null(take(&m, REQUEST_CALL));
	/* On one of several that differ in their numbers, all of them are meant; Esc ends it after the present one. */
	while (m.selected_proc == NULL || strcmp(m.selected_proc->name, "web_3") != 0)
		type(&m, "j");
	type(&m, "R");
	assert_non_null(strstr(m.prompt.label, "rolling restart of 12 processes: web:web_0, "));
	type(&m, "y");
	expect_call(&m, "supervisor.stopProcess", "web:web_0", NULL);
	reply(&m, TAG_JOB_STOP, xmlrpc_bool(true));
	type(&m, "\033");
	assert_string_equal(m.message, "rolling restart, 1 of 12: web:web_0; ends after it");
	feed_process(&m, "web", "web_0", 0, 0, "");
	expect_call(&m, "supervisor.startProcess", "web:web_0", NULL);
	reply(&m, TAG_JOB_START, xmlrpc_bool(true));
	feed_process(&m, "web", "web_0", 20, 9, "");
	assert_string_equal(m.message, "rolling restart cancelled: 1 of 12 restarted, 11 left alone");
	type(&m, ":cancel\r");
	assert_string_equal(m.message, "no rolling restart is under way");
	tui_model_release(&m);
}

/* Somebody else restarts one of those that wait: it is not restarted twice, and the rest goes on. */
static void
test_roll_gives_up_one(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	feed_process(&m, "api", "api_02", 20, 77, "");
	type(&m, "Ry");
	drop_requests(&m);
	reply(&m, TAG_JOB_STOP, xmlrpc_bool(true));
	type(&m, "jr");
	expect_call(&m, "supervisor.stopProcess", "api:api_01", NULL);
	expect_call(&m, "supervisor.stopProcess", "api:api_00", NULL);
	tui_model_release(&m);
}

static void
test_undo(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	drop_requests(&m);
	type(&m, "Z");
	assert_non_null(strstr(m.message, "nothing was started or stopped"));
	type(&m, "G");
	tui_rows_go(&m, 1);
	type(&m, "  xy");
	expect_multicall(&m, "supervisor.stopProcess");
	type(&m, "Z");
	assert_string_equal(m.prompt.label, "start 2 processes: api:api_00, api:api_01");
	feed_process(&m, "api", "api_00", 0, 0, "");
	feed_process(&m, "api", "api_01", 0, 0, "");
	type(&m, "y");
	expect_multicall(&m, "supervisor.startProcess");
	/* And back again. */
	type(&m, "Z");
	assert_string_equal(m.prompt.label, "stop 2 processes: api:api_00, api:api_01");
	tui_model_release(&m);
}

/* A line that offers something goes when that is not there any more. */
static void
test_offers_end(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	drop_requests(&m);
	tui_rows_go(&m, 1);
	type(&m, "  xy");
	feed_process(&m, "api", "api_00", 0, 0, "");
	feed_process(&m, "api", "api_01", 0, 0, "");
	assert_string_equal(m.message, "2 stopped; Z starts them");
	/* Somebody else starts them. */
	feed_process(&m, "api", "api_00", 10, 71, "");
	assert_string_equal(m.message, "2 stopped; Z starts them");
	feed_process(&m, "api", "api_01", 10, 72, "");
	assert_string_equal(m.message, "");
	/* What was said since stays. */
	feed(&m, "config", "{\"available\":[\"new\"],\"changed\":[\"api\"],\"disappeared\":[]}");
	assert_string_equal(m.message,
			    "configuration read again: 1 new, 1 changed, 0 gone; u shows and applies");
	feed(&m, "group", "{\"name\":\"api\",\"change\":\"removed\"}");
	feed(&m, "group", "{\"name\":\"api\",\"change\":\"added\"}");
	assert_non_null(strstr(m.message, "u shows"));
	feed(&m, "group", "{\"name\":\"new\",\"change\":\"added\"}");
	assert_string_equal(m.message, "");
	feed(&m, "config", "{\"available\":[\"more\"],\"changed\":[],\"disappeared\":[]}");
	assert_non_null(strstr(m.message, "u shows"));
	tui_message(&m, LOOK_OK, "something else");
	feed(&m, "group", "{\"name\":\"more\",\"change\":\"added\"}");
	assert_string_equal(m.message, "something else");
	/* It was taken back in the file. */
	feed(&m, "config", "{\"available\":[\"less\"],\"changed\":[],\"disappeared\":[]}");
	feed(&m, "config", "{\"available\":[],\"changed\":[],\"disappeared\":[]}");
	assert_string_equal(m.message, "");
	tui_model_release(&m);
}

static void
test_confirm_setting(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	drop_requests(&m);
	type(&m, "j");
	tui_set_value(&m, "confirm", "always");
	type(&m, "x");
	assert_string_equal(m.prompt.label, "stop 1 process: api:api_00");
	type(&m, "n");
	tui_set_value(&m, "confirm", "never");
	type(&m, "gx");
	assert_int_equal(m.prompt.kind, PROMPT_NONE);
	expect_multicall(&m, "supervisor.stopProcess");
	/* The word for a shutdown has to be typed in any case. */
	type(&m, "D");
	assert_int_equal(m.prompt.kind, PROMPT_WORD);
	tui_model_release(&m);
}

static void
test_readonly(void **state)
{
	static const char *const keys[] = {"s", "x", "r", "S", "R", "K", "c", "i", "f", "Z", "D"};
	struct tui_model m;

	(void)state;
	build_scene(&m);
	drop_requests(&m);
	type(&m, "j");
	tui_set_value(&m, "readonly", "on");
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		type(&m, keys[i]);
		assert_string_equal(m.message, "read-only: nothing is changed from here");
		assert_int_equal(m.prompt.kind, PROMPT_NONE);
		assert_null(m.overlay.type);
		m.now += 20;
	}
	for (size_t i = 0; i < tui_ncommands; i++) {
		char *line;

		if (!tui_commands[i].changes)
			continue;
		line = xasprintf(":%s cron\r", tui_commands[i].name);
		type(&m, line);
		assert_string_equal(m.message, "read-only: nothing is changed from here");
		free(line);
	}
	assert_null(take(&m, REQUEST_CALL));
	/* The menu opens, and says why not. */
	type(&m, "a");
	assert_true(screen_has(&m, "read-only: nothing is changed from here)"));
	type(&m, "x");
	assert_non_null(strstr(m.message, "not now: read-only"));
	assert_null(take(&m, REQUEST_CALL));
	tui_model_release(&m);
}

/* Each key of the table that calls a method that changes something is marked as such. */
static void
test_changes_are_marked(void **state)
{
	/* Nothing of the namespace cvisor changes anything. */
	static const char *const looks[] = {"cvisor.", "supervisor.read", "supervisor.tail"};

	(void)state;
	for (size_t i = 0; i < tui_nbindings; i++) {
		const struct tui_binding *b = &tui_bindings[i];
		struct tui_request *r;
		struct tui_model m;

		if (b->keymap != KEYMAP_ANY && b->keymap != KEYMAP_TABLE)
			continue;
		build_scene(&m);
		tui_set_value(&m, "confirm", "never");
		type(&m, "j");
		drop_requests(&m);
		tui_actions_key(&m, b->keys[0]);
		while ((r = take(&m, REQUEST_CALL)) != NULL) {
			bool only_looks = false;

			for (size_t k = 0; k < sizeof(looks) / sizeof(looks[0]); k++)
				only_looks = only_looks || strncmp(r->text, looks[k], strlen(looks[k])) == 0;
			if (!only_looks && (b->needs & CHANGES) == 0)
				fail_msg("'%s' calls %s and is not marked with CHANGES", b->help, r->text);
			tui_request_free(r);
		}
		tui_model_release(&m);
	}
}

static void
test_menu(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	drop_requests(&m);
	type(&m, "ja");
	assert_string_equal(m.overlay.title, "actions for api:api_00");
	assert_true(screen_has(&m, "(runs already)"));
	type(&m, "s");
	assert_string_equal(m.message, "not now: runs already");
	assert_non_null(m.overlay.type);
	/* By its letter, and by Enter on the line. */
	type(&m, "x");
	assert_null(m.overlay.type);
	expect_call(&m, "supervisor.stopProcess", "api:api_00", NULL);
	type(&m, "aj\r");
	expect_call(&m, "supervisor.stopProcess", "api:api_00", NULL);
	/* It follows what happens; in the log it is about the program there. */
	type(&m, "\ta");
	feed_process(&m, "api", "api_00", 0, 0, "");
	assert_true(screen_has(&m, "(does not run)"));
	type(&m, "\033\tU");
	type(&m, "ga");
	assert_string_equal(m.overlay.title, "actions for 3 processes of group api");
	assert_true(screen_has(&m, "(for one program alone)"));
	type(&m, "K");
	assert_string_equal(m.overlay.title, "signal to 3 processes of group api");
	tui_model_release(&m);
}

static void
test_fg(void **state)
{
	struct tui_model m;
	struct tui_request *r;

	(void)state;
	build_scene(&m);
	drop_requests(&m);
	type(&m, "f");
	assert_non_null(strstr(m.message, "for one program"));
	type(&m, "jf");
	r = must_take(&m, REQUEST_FG);
	assert_string_equal(r->text, "api:api_00");
	assert_ptr_equal(r->host, m.hosts[0]);
	tui_request_free(r);
	type(&m, "Gf");
	assert_string_equal(m.message, "fg: worker does not run (FATAL)");
	/* Nor is there anybody who would take a signal or a line. */
	tui_actions_key(&m, 'K');
	assert_string_equal(m.message, "worker: does not run");
	assert_null(m.overlay.type);
	tui_actions_key(&m, 'i');
	assert_int_equal(m.prompt.kind, PROMPT_NONE);
	type(&m, ":fg nobody\r");
	assert_string_equal(m.message, "fg: no program 'nobody'");
	type(&m, ":fg web:*\r");
	assert_null(take(&m, REQUEST_FG));
	tui_model_release(&m);
}

#define QUOTED_TWICE "''\\''api:*'\\'''"

static void
test_equal_command(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	drop_requests(&m);
	type(&m, "Y");
	expect_copied(&m, "supervisorctl status 'api:*'");
	type(&m, "ry");
	type(&m, "Y");
	expect_copied(&m, "supervisorctl restart 'api:*'");
	tui_set(&m.hosts[0]->ctl, "supervisorctl -s unix:///a.sock");
	type(&m, "jKhup\r");
	type(&m, "Y");
	expect_copied(&m, "supervisorctl -s unix:///a.sock signal HUP api:api_00");
	type(&m, "*xy");
	type(&m, "Y");
	expect_copied(&m, "supervisorctl -s unix:///a.sock stop all");
	type(&m, "idon't\r");
	type(&m, "Y");
	expect_copied(&m, "echo 'don'\\''t' | supervisorctl -s unix:///a.sock fg api:api_00");
	type(&m, "y");
	expect_copied(&m, "api:api_00");
	assert_string_equal(m.message, "copied: api:api_00");
	type(&m, ":reload\ry");
	type(&m, "Y");
	expect_copied(&m, "supervisorctl -s unix:///a.sock reload");
	/* Two shells read it. */
	tui_set(&m.hosts[0]->ctl, "ssh anna@db supervisorctl");
	type(&m, "gry");
	type(&m, "Y");
	expect_copied(&m, "ssh anna@db supervisorctl restart " QUOTED_TWICE);
	tui_model_release(&m);
}

/* What is typed behind `:` is kept in a file, but for passwords. */
static void
test_remembered(void **state)
{
	static const char *const kept[] = {"status", "open http://host:9001",
					   "open ssh://anna@db:22/run/s.sock", "open http://anna@host/a:b@c"};
	static const char *const secret[] = {"open http://anna:secret@host:9001", "open x://y http://:s@h"};
	struct tui_request *r;
	struct tui_model m;

	(void)state;
	build_scene(&m);
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		drop_requests(&m);
		type(&m, ":");
		type(&m, kept[i]);
		type(&m, "\r");
		r = must_take(&m, REQUEST_REMEMBER);
		assert_string_equal(r->text, kept[i]);
		tui_request_free(r);
		type(&m, "q");
	}
	for (size_t i = 0; i < sizeof(secret) / sizeof(secret[0]); i++) {
		drop_requests(&m);
		type(&m, ":");
		type(&m, secret[i]);
		type(&m, "\r");
		assert_null(take(&m, REQUEST_REMEMBER));
	}
	tui_model_release(&m);
}

static void
test_quoting(void **state)
{
	struct buf out = BUF_INIT(1000);

	(void)state;
	tui_equal_quote(&out, "a b");
	buf_putc(&out, ' ');
	tui_equal_quote(&out, "");
	buf_putc(&out, ' ');
	tui_equal_quote(&out, "$(rm)`x`;\nx\033");
	assert_string_equal(buf_str(&out), "'a b' '' '$(rm)`x`;?x?'");
	buf_release(&out);
}

static void
test_secret(void **state)
{
	static const char *const unsayable[] = {"", " a", "a ", "a ;b", "a #b", ";a", "a\nb"};
	struct buf out = BUF_INIT(1000);

	(void)state;
	assert_true(tui_secret_text(&out, "anna", "50% a;b=c"));
	assert_string_equal(buf_str(&out), "[supervisorctl]\nusername=anna\npassword=50%% a;b=c\n");
	for (size_t i = 0; i < sizeof(unsayable) / sizeof(unsayable[0]); i++)
		assert_false(tui_secret_text(&out, "anna", unsayable[i]));
	buf_release(&out);
}

/* Whoever leaves between the stop and the start of a restart leaves programs stopped: that is said first. */
static void
test_leaving_halfway(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	type(&m, "jr");
	drop_requests(&m);
	type(&m, "q");
	assert_null(take(&m, REQUEST_QUIT));
	assert_non_null(strstr(m.message, "programs would stay stopped"));
	/* A warning that is not seen any more counts no more. */
	m.now += 20;
	type(&m, "jq");
	assert_null(take(&m, REQUEST_QUIT));
	type(&m, "q");
	tui_request_free(must_take(&m, REQUEST_QUIT));
	tui_model_release(&m);
	/* ^C ends a rolling restart, and only then leaves. */
	build_scene(&m);
	type(&m, "Ry");
	drop_requests(&m);
	type(&m, "\003");
	assert_non_null(strstr(m.message, "ends after it"));
	assert_null(take(&m, REQUEST_QUIT));
	type(&m, "\003\003");
	tui_request_free(must_take(&m, REQUEST_QUIT));
	tui_model_release(&m);
}

/* Another operator is at it: the question says so, in as many words as there is room for; there is one where
   none would be. A command that is typed, and who wants no
   questions, has a message. */
static void
test_two_operators(void **state)
{
	static const char anna[] = ",\"from\":\"%s\",\"statename\":\"%s\",\"time\":%.0f,"
				   "\"who\":\"anna (supervisorctl, pid 4711)\"";
	struct tui_model m;
	char more[256];

	(void)state;
	build_scene(&m);
	type(&m, ":mark cron migrate\r");
	snprintf(more, sizeof(more), anna, "STOPPED", "RUNNING", NOW - 3);
	feed_process(&m, "cron", "cron", 20, 900, more);
	snprintf(more, sizeof(more), anna, "RUNNING", "STOPPED", NOW - 5);
	feed_process(&m, "migrate", "migrate", 0, 0, more);
	type(&m, "x");
	assert_string_equal(m.prompt.label, "anna (supervisorctl, pid 4711) started cron 3 s ago; stop 2 "
					    "processes: cron, migrate");
	type(&m, "n");
	m.width = 80;
	type(&m, "x");
	assert_string_equal(m.prompt.label, "anna started cron 3 s ago; stop 2 processes: cron, migrate");
	type(&m, "n");
	m.width = 40;
	type(&m, "x");
	assert_string_equal(m.prompt.label, "stop 2 processes: cron, ...");
	type(&m, "n");
	m.width = 0;
	/* It was this screen itself, or it is long ago, or only told again. */
	feed(&m, "hello",
	     "{\"host\":\"web-03\",\"stream\":7,\"boot\":\"b1\",\"now\":%.0f,\"you\":\"anna (supervisorctl, "
	     "pid 4711)\"}",
	     NOW);
	type(&m, "x");
	assert_string_equal(m.prompt.label, "stop 2 processes: cron, migrate");
	type(&m, "n");
	tui_set(&m.hosts[0]->daemon.you, "bert");
	m.now = NOW + 28;
	type(&m, "x");
	assert_string_equal(m.prompt.label, "stop 2 processes: cron, migrate");
	type(&m, "n");
	m.now = NOW;
	feed_process(&m, "cron", "cron", 20, 900, ",\"who\":\"carla (x, pid 1)\"");
	feed_process(&m, "migrate", "migrate", 0, 0, ",\"cause\":\"crash\"");
	type(&m, "x");
	assert_string_equal(m.prompt.label, "stop 2 processes: cron, migrate");
	type(&m, "n");
	/* What needs no question otherwise. */
	type(&m, ":unmark cron migrate\r:mark migrate\r");
	feed_process(&m, "migrate", "migrate", 0, 0, more);
	type(&m, "s");
	assert_string_equal(
	    m.prompt.label,
	    "anna (supervisorctl, pid 4711) stopped migrate 5 s ago; start 1 process: migrate");
	type(&m, "n");
	type(&m, ":start migrate\r");
	assert_int_equal(m.prompt.kind, PROMPT_NONE);
	assert_string_equal(m.message, "anna (supervisorctl, pid 4711) stopped migrate 5 s ago");
	assert_int_equal(m.message_look, LOOK_WARN);
	tui_model_release(&m);
}

/* Marks on two daemons: one question names the hosts, each daemon is asked for its own. */
static void
test_two_daemons(void **state)
{
	struct tui_model m;
	struct tui_host *other;
	struct tui_request *r;
	static const char snapshot[] =
	    "{\"groups\":[{\"name\":\"db\",\"priority\":1}],\"processes\":[{\"group\":"
	    "\"db\",\"name\":\"db\",\"state\":20,\"pid\":7,\"priority\":1}]}";
	static const char hello[] = "{\"host\":\"web-04\",\"stream\":1,\"boot\":\"b\",\"now\":1764000000}";

	(void)state;
	build_scene(&m);
	other = tui_model_add_host(&m, "unix:///other.sock");
	tui_feed_event(other, "hello", hello, strlen(hello), NOW);
	tui_feed_event(other, "snapshot-begin", "{}", 2, NOW);
	tui_feed_event(other, "snapshot", snapshot, strlen(snapshot), NOW);
	tui_feed_event(other, "snapshot-end", "{}", 2, NOW);
	tui_actions_settle(&m);
	type(&m, ":mark cron db\r");
	assert_int_equal(m.nmarked, 2);
	type(&m, "x");
	assert_string_equal(m.prompt.label, "stop 2 processes: web-03 cron, web-04 db");
	type(&m, "y");
	r = must_take(&m, REQUEST_CALL);
	assert_ptr_equal(r->host, m.hosts[0]);
	assert_string_equal(xmlrpc_get_string(xmlrpc_at(r->params, 0)), "cron:cron");
	tui_request_free(r);
	r = must_take(&m, REQUEST_CALL);
	assert_ptr_equal(r->host, other);
	tui_request_free(r);
	tui_set(&other->ctl, "supervisorctl -s unix:///other.sock");
	type(&m, "xn:mark cron db\rxy");
	type(&m, "Y");
	expect_copied(&m, "supervisorctl stop cron; supervisorctl -s unix:///other.sock stop db");
	tui_model_release(&m);
}

static void
test_osc52(void **state)
{
	struct buf out = BUF_INIT(200000);
	char *big = xcalloc(1, TUI_COPY_MAX + 1);

	(void)state;
	assert_true(tui_osc52(&out, "web:web_1", 9));
	assert_string_equal(buf_str(&out), "\033]52;c;d2ViOndlYl8x\a");
	buf_clear(&out);
	assert_true(tui_osc52(&out, "\xff\x01", 2));
	assert_string_equal(buf_str(&out), "\033]52;c;/wE=\a");
	buf_clear(&out);
	assert_true(tui_osc52(&out, big, TUI_COPY_MAX));
	assert_false(tui_osc52(&out, big, TUI_COPY_MAX + 1));
	free(big);
	buf_release(&out);
}

/* An error is not pushed off the line before a key was pressed; and the list is bounded. */
static void
test_messages(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	type(&m, "M");
	assert_string_equal(m.message, "nothing was said so far");
	tui_say(m.hosts[0], LOOK_BAD, "web:web_1: FATAL");
	tui_say(m.hosts[0], LOOK_OK, "cron started");
	tui_message(&m, LOOK_PLAIN, "by the way");
	assert_string_equal(m.message, "web:web_1: FATAL");
	tui_say(m.hosts[0], LOOK_BAD, "another");
	assert_string_equal(m.message, "another");
	type(&m, "j");
	tui_say(m.hosts[0], LOOK_OK, "cron stopped");
	assert_string_equal(m.message, "cron stopped");
	type(&m, "M");
	assert_int_equal(m.overlay.text.n, 4);
	assert_true(screen_has(&m, "16:00:00  cron started"));
	/* It goes on while it is looked at. */
	tui_say(m.hosts[0], LOOK_OK, "one more \033]0;x");
	assert_true(screen_has(&m, "one more ^[]0;x"));
	for (int i = 0; i < 2 * TUI_MESSAGES_MAX; i++)
		tui_note(m.hosts[0], LOOK_BAD, "number %d", i);
	assert_int_equal(m.messages.n, TUI_MESSAGES_MAX);
	type(&m, "qM");
	assert_int_equal(m.overlay.text.n, TUI_MESSAGES_MAX);
	assert_true(screen_has(&m, "number 999"));
	type(&m, "/number 500\r");
	assert_true(screen_has(&m, "number 500"));
	type(&m, "/nowhere\r");
	assert_non_null(strstr(m.message, "is not here"));
	tui_model_release(&m);
}

static void
feed_many(struct tui_model *m, int n)
{
	for (int i = 0; i < n; i++) {
		char name[64];

		snprintf(name, sizeof(name), "a_program_with_a_name_of_some_length_%04d", i);
		feed_process(m, "many", name, 20, 5000 + i, "");
	}
}

/* The daemon's least limit of a request is 64 kB; where it takes less than we think, the same goes in halves. */
static void
test_size_of_requests(void **state)
{
	struct tui_model m;
	struct tui_request *r;
	size_t n, total = 0;

	(void)state;
	build_scene(&m);
	feed_many(&m, 300);
	type(&m, ":signal USR1 many:*\ry");
	drop_requests(&m);
	refuse(&m, TAG_CALLS, TUI_CALL_TOO_LARGE, "HTTP status 413");
	for (int turn = 0; m.calls != NULL && turn < 100; turn++) {
		struct xmlrpc_value *v = xmlrpc_array();
		struct buf xml = BUF_INIT(1 << 20);

		r = must_take(&m, REQUEST_CALL);
		n = xmlrpc_get_length(xmlrpc_at(r->params, 0));
		assert_true(n > 0 && n <= TUI_CALLS_AT_ONCE / 2);
		total += n;
		buf_release(&xml);
		tui_request_free(r);
		for (size_t i = 0; i < n; i++)
			xmlrpc_append(v, xmlrpc_bool(true));
		reply(&m, TAG_CALLS, v);
	}
	assert_int_equal(total, 300);
	assert_string_equal(m.message, "USR1 sent to 300 programs; signals cannot be taken back");
	/* Jobs do the same. */
	type(&m, ":stop many:*\ry");
	r = must_take(&m, REQUEST_CALL);
	n = xmlrpc_get_length(xmlrpc_at(r->params, 0));
	tui_request_free(r);
	refuse(&m, TAG_JOB_STOP, TUI_CALL_TOO_LARGE, "HTTP status 413");
	assert_int_equal(expect_multicall(&m, "supervisor.stopProcess"), n / 2);
	assert_non_null(m.jobs);
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
	type(&m, ":stauts\r");
	assert_string_equal(m.message, "there is no command 'stauts'; did you mean status?");
	type(&m, ":xyzzy\r");
	assert_string_equal(m.message, "there is no command 'xyzzy'; :help lists them");
	type(&m, ":resta cron\r");
	assert_string_equal(m.message, "there is no command 'resta'; did you mean restart?");
	type(&m, ":signal hup cron\r");
	expect_call(&m, "supervisor.signalProcess", "cron:cron", "HUP");
	type(&m, ":signal TERM cron\r");
	assert_string_equal(m.prompt.label, "send TERM to 1 process: cron");
	type(&m, "n:clear cron\ry");
	expect_call(&m, "supervisor.clearProcessLogs", "cron:cron", NULL);
	/* Patterns; each program once. */
	type(&m, ":stop api:*_0[01] api:api_00\r");
	assert_string_equal(m.prompt.label, "stop 2 processes: api:api_00, api:api_01");
	type(&m, "n:stop w* cron\r");
	assert_non_null(strstr(m.prompt.label, "stop 14 processes: "));
	type(&m, "n:signal NOSUCH cron\r");
	r = must_take(&m, REQUEST_COMMAND);
	assert_string_equal(r->text, "signal NOSUCH cron");
	tui_request_free(r);
	type(&m, "q:update api worker\r");
	expect_call(&m, "cvisor.previewUpdate", NULL, NULL);
	tui_model_release(&m);
}

static struct xmlrpc_value *
preview(void)
{
	struct xmlrpc_value *v = xmlrpc_struct(), *added = xmlrpc_array(), *changed = xmlrpc_array(),
			    *removed = xmlrpc_array(), *processes = xmlrpc_struct(), *group = xmlrpc_struct(),
			    *options = xmlrpc_array(), *option = xmlrpc_struct();

	xmlrpc_append(added, xmlrpc_string("mailer"));
	xmlrpc_member(processes, "mailer", xmlrpc_int(2));
	xmlrpc_member(option, "process", xmlrpc_string("api_00"));
	xmlrpc_member(option, "option", xmlrpc_string("startretries"));
	xmlrpc_member(option, "old", xmlrpc_string("3"));
	xmlrpc_member(option, "new", xmlrpc_string("10"));
	xmlrpc_member(option, "file", xmlrpc_string("conf.d/api.conf"));
	xmlrpc_member(option, "line", xmlrpc_int(7));
	xmlrpc_append(options, option);
	xmlrpc_member(group, "name", xmlrpc_string("api"));
	xmlrpc_member(group, "options", options);
	xmlrpc_append(changed, group);
	xmlrpc_append(removed, xmlrpc_string("web"));
	xmlrpc_member(v, "added", added);
	xmlrpc_member(v, "changed", changed);
	xmlrpc_member(v, "removed", removed);
	xmlrpc_member(v, "processes", processes);
	return v;
}

/* What becomes of api, of which three run, when so many of it are to start by themselves. */
static void
expect_effect(int running, int starts, const char *want)
{
	struct xmlrpc_value *v = preview(), *of_group = xmlrpc_struct();
	struct tui_model m;

	xmlrpc_member(of_group, "api", xmlrpc_int(starts));
	xmlrpc_member(v, "starts", of_group);
	build_scene(&m);
	for (int i = 0; i < 3; i++) {
		char *name = xasprintf("api_%02d", i);

		feed_process(&m, "api", name, i < running ? 20 : 0, i < running ? 70 + i : 0, "");
		free(name);
	}
	drop_requests(&m);
	type(&m, "u");
	drop_requests(&m);
	reply(&m, TAG_PREVIEW, v);
	assert_true(screen_has(&m, want));
	tui_model_release(&m);
}

/* Who was stopped by hand is started by an update, and who was started by hand is not. */
static void
test_update_tells_what_starts(void **state)
{
	(void)state;
	expect_effect(3, 3, " [x] ~ api   restarts 3 programs");
	expect_effect(2, 3, " [x] ~ api   stops 2, starts 3 programs");
	expect_effect(0, 1, " [x] ~ api   starts 1 program");
	expect_effect(1, 0, " [x] ~ api   stops 1, starts 0 programs");
	expect_effect(0, 0, " [x] ~ api   nothing of it runs");
}

static struct xmlrpc_value *
reread(void)
{
	struct xmlrpc_value *outer = xmlrpc_array(), *three = xmlrpc_array();

	for (int i = 0; i < 3; i++) {
		static const char *const names[] = {"mailer", "api", "web"};
		struct xmlrpc_value *list = xmlrpc_array();

		xmlrpc_append(list, xmlrpc_string(names[i]));
		xmlrpc_append(three, list);
	}
	xmlrpc_append(outer, three);
	return outer;
}

static void
test_update_chooser(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	drop_requests(&m);
	type(&m, "u");
	drop_requests(&m);
	reply(&m, TAG_PREVIEW, preview());
	assert_string_equal(m.overlay.title, "update: 1 added, 1 changed, 1 removed, 3 stay");
	assert_true(screen_has(&m, " [x] + mailer   numprocs 2"));
	assert_true(screen_has(&m, " [x] ~ api   restarts 3 programs"));
	assert_true(screen_has(&m, "startretries     3 \u2192 10   conf.d/api.conf:7"));
	assert_true(screen_has(&m, " [x] - web   stops 12 programs"));
	/* Space on any line of a group; Enter chooses and does nothing more. */
	type(&m, "jj ");
	assert_true(screen_has(&m, " [ ] ~ api"));
	type(&m, "j\r");
	assert_true(screen_has(&m, " [ ] - web"));
	type(&m, "y");
	expect_call(&m, "supervisor.reloadConfig", NULL, NULL);
	reply(&m, TAG_UPDATE, reread());
	expect_call(&m, "supervisor.addProcessGroup", "mailer", NULL);
	reply(&m, TAG_UPDATE, xmlrpc_bool(true));
	assert_string_equal(m.message, "updated: 1 added, 0 changed, 0 removed");
	assert_null(take(&m, REQUEST_CALL));
	type(&m, "Y");
	expect_copied(&m, "supervisorctl update mailer");
	/* Named on the command line; none at all. */
	type(&m, ":update web\r");
	reply(&m, TAG_PREVIEW, preview());
	assert_true(screen_has(&m, " [ ] + mailer"));
	assert_true(screen_has(&m, " [x] - web"));
	type(&m, "G ");
	drop_requests(&m);
	type(&m, "y");
	assert_string_equal(m.message, "no group is chosen: Space chooses");
	assert_null(take(&m, REQUEST_CALL));
	tui_model_release(&m);
}

static void
test_update_refused(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	type(&m, "u");
	refuse(&m, TAG_PREVIEW, 92,
	       "CANT_REREAD: /etc/supervisor/conf.d/web.conf:12: [program:web] stopsignal: 'TERN' is not a "
	       "signal "
	       "(TERM, HUP, INT, QUIT, KILL, USR1, USR2)");
	assert_true(screen_has(&m, "the configuration is refused"));
	assert_true(screen_has(&m, "/etc/supervisor/conf.d/web.conf:12"));
	assert_true(screen_has(&m, "QUIT, KILL, USR1, USR2)"));
	assert_null(m.update);
	tui_model_release(&m);
}

static void
test_nearest(void **state)
{
	(void)state;
	assert_string_equal(tui_command_nearest("rereda")->name, "reread");
	assert_string_equal(tui_command_nearest("shutdwon")->name, "shutdown");
	assert_null(tui_command_nearest("something quite else"));
	assert_null(tui_command_nearest("zzz"));
	for (size_t i = 0; i < tui_ncommands; i++)
		assert_ptr_equal(tui_command_find(tui_commands[i].name), &tui_commands[i]);
	assert_string_equal(tui_signal_find("15"), "TERM");
	assert_string_equal(tui_signal_find("sigusr1"), "USR1");
	assert_null(tui_signal_find("99"));
}

static void
test_completion(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	expect_completion(&m, ":signal HU\t", "signal HUP ");
	expect_completion(&m, ":signal HUP cr\t", "signal HUP cron ");
	expect_completion(&m, ":tail -f\tcr\t", "tail -f cron ");
	expect_completion(&m, ":tail cron stde\t", "tail cron stderr ");
	expect_completion(&m, ":maintail -f\t", "maintail -f ");
	expect_completion(&m, ":help reloa\t", "help reload ");
	expect_completion(&m, ":fg wor\t", "fg worker ");
	expect_completion(&m, ":messa\t", "messages ");
	tui_model_release(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_signal_menu),
	    cmocka_unit_test(test_clear_and_send),
	    cmocka_unit_test(test_rolling_restart),
	    cmocka_unit_test(test_roll_gives_up_one),
	    cmocka_unit_test(test_undo),
	    cmocka_unit_test(test_offers_end),
	    cmocka_unit_test(test_confirm_setting),
	    cmocka_unit_test(test_readonly),
	    cmocka_unit_test(test_changes_are_marked),
	    cmocka_unit_test(test_menu),
	    cmocka_unit_test(test_fg),
	    cmocka_unit_test(test_equal_command),
	    cmocka_unit_test(test_quoting),
	    cmocka_unit_test(test_remembered),
	    cmocka_unit_test(test_osc52),
	    cmocka_unit_test(test_messages),
	    cmocka_unit_test(test_size_of_requests),
	    cmocka_unit_test(test_commands),
	    cmocka_unit_test(test_update_chooser),
	    cmocka_unit_test(test_update_tells_what_starts),
	    cmocka_unit_test(test_update_refused),
	    cmocka_unit_test(test_nearest),
	    cmocka_unit_test(test_completion),
	    cmocka_unit_test(test_secret),
	    cmocka_unit_test(test_leaving_halfway),
	    cmocka_unit_test(test_two_operators),
	    cmocka_unit_test(test_two_daemons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
