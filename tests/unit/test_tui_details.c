/* What lies over the panes about one program: its sections, and the sentence that says why. */
#include "autoconf.h"

#include "tui_scene.h"

#include "core/xmlrpc.h"
#include "tui/tui_details.h"
#include "tui/tui_record.h"
#include "tui/tui_watch.h"
#include "tui/tui_why.h"
#include "tui/tui_wrap.h"

/* Answers: built as the daemon sends them. */

static void
add_option(struct xmlrpc_value *list, const char *option, const char *value, const char *def, int line)
{
	struct xmlrpc_value *o = xmlrpc_struct();

	xmlrpc_member(o, "option", xmlrpc_string(option));
	xmlrpc_member(o, "value", xmlrpc_string(value));
	xmlrpc_member(o, "default", xmlrpc_string(def));
	xmlrpc_member(o, "file", xmlrpc_string(line > 0 ? "/etc/supervisor/conf.d/api.conf" : ""));
	xmlrpc_member(o, "line", xmlrpc_int(line));
	xmlrpc_append(list, o);
}

static struct xmlrpc_value *
config(const char *environment)
{
	struct xmlrpc_value *list = xmlrpc_array();

	add_option(list, "command",
		   "/usr/bin/python3 /srv/app/app.py --port 8080 --config /srv/app/etc/production.toml "
		   "--workers 4",
		   "", 2);
	add_option(list, "directory", "/srv/app", "", 5);
	add_option(list, "autostart", "true", "true", 0);
	add_option(list, "autorestart", "unexpected", "unexpected", 9);
	add_option(list, "startsecs", "10", "1", 8);
	add_option(list, "startretries", "4", "3", 7);
	add_option(list, "exitcodes", "0,2", "0", 6);
	add_option(list, "stopsignal", "TERM", "TERM", 0);
	add_option(list, "stopwaitsecs", "10", "10", 0);
	add_option(list, "stdout_logfile_maxbytes", "50MB", "50MB", 0);
	add_option(list, "environment", environment, "", 10);
	return list;
}

static void
add_record_by(struct xmlrpc_value *list, const char *name, bool end, double time, int pid, int status,
	      int signal, const char *cause, const char *who)
{
	struct xmlrpc_value *r = xmlrpc_struct();

	xmlrpc_member(r, "name", xmlrpc_string(name));
	xmlrpc_member(r, "time", xmlrpc_double(time));
	xmlrpc_member(r, "event", xmlrpc_string(end ? "end" : "start"));
	xmlrpc_member(r, "pid", xmlrpc_int(pid));
	xmlrpc_member(r, "exitstatus", xmlrpc_int(status));
	xmlrpc_member(r, "signal", xmlrpc_int(signal));
	xmlrpc_member(r, "expected", xmlrpc_bool(strcmp(cause, "crash") != 0));
	xmlrpc_member(r, "cause", xmlrpc_string(cause));
	if (who != NULL)
		xmlrpc_member(r, "who", xmlrpc_string(who));
	xmlrpc_member(r, "stdout_offset", xmlrpc_double(100));
	xmlrpc_member(r, "stderr_offset", xmlrpc_double(-1));
	xmlrpc_append(list, r);
}

/* Of a daemon that does not say who. */
static void
add_record(struct xmlrpc_value *list, const char *name, bool end, double time, int pid, int status,
	   int signal, const char *cause)
{
	add_record_by(list, name, end, time, pid, status, signal, cause, NULL);
}

static struct xmlrpc_value *
history(const char *name)
{
	struct xmlrpc_value *list = xmlrpc_array();

	add_record(list, name, true, NOW - 8, 41, 1, 0, "crash");
	add_record(list, name, false, NOW - 8.3, 41, 0, 0, "backoff");
	add_record(list, name, true, NOW - 20, 40, -1, 9, "crash");
	add_record_by(list, name, false, NOW - 90000, 40, 0, 0, "request", "anna (supervisorctl, pid 4711)");
	return list;
}

static struct xmlrpc_value *
tail(const char *text, int size)
{
	struct xmlrpc_value *list = xmlrpc_array();

	xmlrpc_append(list, xmlrpc_string(text));
	xmlrpc_append(list, xmlrpc_int(size));
	xmlrpc_append(list, xmlrpc_bool(false));
	return list;
}

/* Answers the question with this tag that was asked last. Takes value over; NULL: the fault. */
static void
answer(struct tui_model *m, enum tui_tag tag, struct xmlrpc_value *value, int code)
{
	unsigned ticket = m->facts->states[tag - TAG_FACT_CONFIG].ticket;

	assert_int_not_equal(ticket, 0);
	tui_actions_reply(m->hosts[0], tag, ticket, value, code, value == NULL ? "UNKNOWN_METHOD" : NULL);
	xmlrpc_free(value);
}

static void
answer_all(struct tui_model *m, const char *name)
{
	answer(m, TAG_FACT_CONFIG, config("HOME=\"/srv/app\",DB_PASSWORD=\"********\""), 0);
	answer(m, TAG_FACT_HISTORY, history(name), 0);
	answer(m, TAG_FACT_STDOUT, tail("first\n\n", 3300000), 0);
	answer(m, TAG_FACT_STDERR, tail("Traceback:\nConnectionRefusedError: [Errno 111] db:5432\n \n", 4096),
	       0);
}

static void
expect_screen(struct tui_model *m, const char *name, int width, int height)
{
	const char *dir = getenv("srcdir");
	char *path = xasprintf("%s/tests/data/screens/%s.txt", dir == NULL ? "." : dir, name);
	char *text = screen_text(m, width, height, false);
	bool accept = getenv("CVISOR_ACCEPT") != NULL;
	FILE *file = fopen(path, accept ? "w" : "r");
	char want[65536];
	size_t n;

	if (file == NULL)
		fail_msg("cannot open %s", path);
	if (accept)
		fputs(text, file);
	else {
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

/* Everything before a key that opens it: api_02 is selected. */
static void
select_api_02(struct tui_model *m)
{
	build_scene(m);
	type(m, "jjj");
	screen_has(m, "api_02");
	drop_requests(m);
}

static void
test_overview(void **state)
{
	struct tui_model m;

	(void)state;
	select_api_02(&m);
	feed_process(&m, "api", "api_02", 30, 0,
		     ",\"start\":1763999990,\"stop\":1763999992,\"next_try\":1764000003,\"restarts\":3,"
		     "\"tries\":4,\"exitstatus\":1,\"stdout_logfile\":\"/var/log/api_02.log\"");
	type(&m, "\r");
	answer_all(&m, "api:api_02");
	expect_screen(&m, "details-overview", 80, 24);
	expect_screen(&m, "details-overview-40x10", 40, 10);
	assert_true(screen_has(&m, "4 of 5 tries, last exit 1 after 0.3 s, next in 3 s"));
	assert_true(screen_has(&m, "[Errno 111] db:5432"));
	assert_true(screen_has(&m, "(3.1M)"));
	/* It follows the events: what it says is asked for again. */
	feed_process(&m, "api", "api_02", 20, 4711, ",\"start\":1764000000");
	assert_true(screen_has(&m, "RUNNING: it runs, pid 4711"));
	assert_int_not_equal(m.facts->states[FACT_HISTORY].ticket, 0);
	feed(&m, "group", "{\"name\":\"api\",\"change\":\"removed\"}");
	assert_null(m.overlay.type);
	tui_model_release(&m);
}

static void
test_options(void **state)
{
	struct tui_model m;
	char *text;

	(void)state;
	select_api_02(&m);
	type(&m, "e");
	assert_true(screen_has(&m, "asking ..."));
	answer(&m, TAG_FACT_CONFIG, config("HOME=\"/srv/app\",DB_PASSWORD=\"********\""), 0);
	expect_screen(&m, "details-options", 80, 24);
	expect_screen(&m, "details-options-40x10", 40, 10);
	type(&m, "c");
	assert_true(screen_has(&m, "startretries"));
	text = screen_text(&m, 80, 60, false);
	assert_null(strstr(text, "stopsignal"));
	free(text);
	type(&m, "/retries\r");
	assert_non_null(strstr(m.overlay.text.lines[m.overlay.cursor].text, "startretries"));
	tui_model_release(&m);
}

/* What is revealed is named first, and only y reveals it. */
static void
test_reveal(void **state)
{
	struct tui_request *r;
	struct tui_model m;

	(void)state;
	select_api_02(&m);
	type(&m, "e");
	answer(&m, TAG_FACT_CONFIG, config("HOME=\"/srv/app\",DB_PASSWORD=\"********\",T='********'"), 0);
	drop_requests(&m);
	type(&m, "v");
	assert_true(screen_has(&m, "show on this screen DB_PASSWORD, T of api:api_02? y/N"));
	type(&m, "n");
	assert_null(take(&m, REQUEST_CALL));
	assert_true(screen_has(&m, "they stay hidden"));
	type(&m, "vy");
	r = must_take(&m, REQUEST_CALL);
	assert_string_equal(r->text, "cvisor.getProcessConfig");
	assert_true(xmlrpc_get_bool(xmlrpc_at(r->params, 1)));
	tui_request_free(r);
	answer(&m, TAG_FACT_CONFIG, config("DB_PASSWORD=\"hunter2\""), 0);
	assert_true(screen_has(&m, "hunter2"));
	/* Hidden again by the key, and when one comes back later. */
	type(&m, "v");
	r = must_take(&m, REQUEST_CALL);
	assert_false(xmlrpc_get_bool(xmlrpc_at(r->params, 1)));
	tui_request_free(r);
	tui_model_release(&m);
}

static struct xmlrpc_value *
branch(int pid, int parent, double cpu, double rss, const char *command)
{
	struct xmlrpc_value *b = xmlrpc_struct();

	xmlrpc_member(b, "pid", xmlrpc_int(pid));
	xmlrpc_member(b, "parent", xmlrpc_int(parent));
	xmlrpc_member(b, "cpu", xmlrpc_double(cpu));
	xmlrpc_member(b, "rss", xmlrpc_double(rss));
	xmlrpc_member(b, "command", xmlrpc_string(command));
	return b;
}

static void
test_tree(void **state)
{
	struct xmlrpc_value *list = xmlrpc_array();
	struct tui_request *r;
	struct tui_canvas c;
	struct tui_model m;
	double holds;

	(void)state;
	build_scene(&m);
	type(&m, "j");
	type(&m, "t");
	xmlrpc_append(list, branch(21036, 21034, 3, 62914560, "worker: GET /health"));
	xmlrpc_append(list,
		      branch(21034, 100, 12.5, 125829120, "/usr/bin/python3 /srv/app/app.py --port 8080"));
	xmlrpc_append(list, branch(21038, 21036, 0, 0, "[convert]"));
	xmlrpc_append(list, branch(21037, 21034, 0.5, 57671680, "worker: idle"));
	answer(&m, TAG_FACT_TREE, list, 0);
	expect_screen(&m, "details-tree", 80, 24);
	expect_screen(&m, "details-tree-40x10", 40, 10);
	/* It asks again while it is open, and not when it is not. */
	drop_requests(&m);
	holds = draw_scene(&m, &c, 80, 24, false);
	tui_canvas_release(&c);
	assert_true(holds > 0 && holds <= 2.6);
	m.now += 2.6;
	draw_scene(&m, &c, 80, 24, false);
	tui_canvas_release(&c);
	r = must_take(&m, REQUEST_CALL);
	assert_string_equal(r->text, "cvisor.getProcessTree");
	tui_request_free(r);
	type(&m, "q");
	m.now += 10;
	draw_scene(&m, &c, 80, 24, false);
	tui_canvas_release(&c);
	assert_null(take(&m, REQUEST_CALL));
	/* A daemon that does not know the method. */
	type(&m, "t");
	answer(&m, TAG_FACT_TREE, NULL, 1);
	assert_true(screen_has(&m, "does not tell process trees"));
	tui_model_release(&m);
}

static void
test_history(void **state)
{
	struct tui_model m;

	(void)state;
	select_api_02(&m);
	type(&m, "H");
	answer(&m, TAG_FACT_HISTORY, history("api:api_02"), 0);
	expect_screen(&m, "details-history", 80, 24);
	expect_screen(&m, "details-history-40x10", 40, 10);
	assert_true(screen_has(&m, "killed by SIGKILL"));
	/* A new record moves what is selected down with it. */
	type(&m, "jj");
	feed_process(&m, "api", "api_02", 10, 42, "");
	{
		struct xmlrpc_value *list = history("api:api_02"), *more = xmlrpc_array();

		add_record(more, "api:api_02", false, NOW, 42, 0, 0, "backoff");
		for (int i = 0; i < 2; i++)
			add_record(more, "api:api_02", i == 0, NOW - 8, 41, 1, 0, "crash");
		add_record(more, "api:api_02", true, NOW - 20, 40, -1, 9, "crash");
		answer(&m, TAG_FACT_HISTORY, more, 0);
		xmlrpc_free(list);
	}
	assert_int_equal(m.overlay.cursor, 3);
	tui_model_release(&m);
}

static void
test_history_of_a_group(void **state)
{
	struct xmlrpc_value *list = xmlrpc_array();
	struct tui_request *r;
	struct tui_model m;

	(void)state;
	build_scene(&m);
	drop_requests(&m);
	type(&m, "H");
	r = must_take(&m, REQUEST_CALL);
	assert_string_equal(xmlrpc_get_string(xmlrpc_at(r->params, 0)), "");
	add_record(list, "worker:worker", true, NOW - 5, 50, 1, 0, "crash");
	add_record(list, "api:api_02", true, NOW - 8, 41, 1, 0, "crash");
	add_record(list, "api:api_01", false, NOW - 9, 40, 0, 0, "autostart");
	tui_actions_reply(m.hosts[0], TAG_HISTORY, r->ticket, list, 0, NULL);
	xmlrpc_free(list);
	tui_request_free(r);
	expect_screen(&m, "history-group", 80, 24);
	tui_model_release(&m);
}

/* The sentence for each state; facts that are missing shorten it. */
static void
test_why(void **state)
{
	static const struct {
		int state;
		int pid;
		const char *more;
		const char *want;
		const char *bare;
	} cases[] = {
	    {30, 0, ",\"tries\":4,\"next_try\":1764000006,\"stop\":1763999992,\"exitstatus\":1",
	     "BACKOFF: 4 of 5 tries, last exit 1 after 0.3 s, next in 6 s; last stderr line: "
	     "ConnectionRefusedError: "
	     "[Errno 111] db:5432",
	     "BACKOFF: 4 tries, last exit 1, next in 6 s"},
	    {30, 0, ",\"tries\":1,\"next_try\":1763999990,\"spawnerr\":\"can't find command '/x'\"",
	     "BACKOFF: 1 of 5 tries, can't find command '/x', the next is due; last stderr line: "
	     "ConnectionRefusedError: [Errno 111] db:5432",
	     "BACKOFF: 1 try, can't find command '/x', the next is due"},
	    {200, 0, ",\"stop\":1763997540,\"spawnerr\":\"Exited too quickly\"",
	     "FATAL: given up 41 min ago after 5 tries, Exited too quickly, last exit 1 after 0.3 s; last "
	     "stderr "
	     "line: ConnectionRefusedError: [Errno 111] db:5432; s tries again",
	     "FATAL: given up 41 min ago, Exited too quickly; s tries again"},
	    {100, 0, ",\"start\":1763990000,\"stop\":1763992800",
	     "EXITED 2h 00m ago: exit 1 after 0.3 s, which was not expected (exitcodes=0,2); "
	     "autorestart=unexpected: it is not started again; last stderr line: ConnectionRefusedError: "
	     "[Errno 111] "
	     "db:5432",
	     "EXITED 2h 00m ago: exit 0, as expected"},
	    {0, 0, "", "STOPPED: never started since the daemon runs",
	     "STOPPED: never started since the daemon runs"},
	    {0, 0, ",\"start\":1763990000,\"stop\":1763992800",
	     "STOPPED 2h 00m ago: somebody asked for it, exit 1 after 0.3 s",
	     "STOPPED 2h 00m ago: somebody asked for it"},
	    {0, 0, ",\"start\":1763990000,\"stop\":1763992800,\"who\":\"anna (supervisorctl, pid 4711)\"",
	     "STOPPED 2h 00m ago, at 14:00:00, by anna (supervisorctl, pid 4711), exit 1 after 0.3 s",
	     "STOPPED 2h 00m ago, at 14:00:00, by anna (supervisorctl, pid 4711)"},
	    {10, 42, ",\"start\":1763999997",
	     "STARTING: pid 42 runs for 3 of 10 s; after startsecs= it counts as RUNNING",
	     "STARTING: pid 42 runs for 3 s; after startsecs= it counts as RUNNING"},
	    {10, 42, ",\"start\":1763999997,\"who\":\"anna\"",
	     "STARTING: pid 42 runs for 3 of 10 s; after startsecs= it counts as RUNNING; asked by anna",
	     "STARTING: pid 42 runs for 3 s; after startsecs= it counts as RUNNING; asked by anna"},
	    {40, 42, ",\"start\":1763999997,\"who\":\"anna\"",
	     "STOPPING: pid 42 was asked to end by SIGTERM; after 10 s (stopwaitsecs) it is killed; asked by "
	     "anna",
	     "STOPPING: pid 42 was asked to end; asked by anna"},
	    {40, 42, ",\"start\":1763999997",
	     "STOPPING: pid 42 was asked to end by SIGTERM; after 10 s (stopwaitsecs) it is killed",
	     "STOPPING: pid 42 was asked to end"},
	    {20, 42, ",\"start\":1763999940",
	     "RUNNING: it runs, pid 42, since 15:59:00 (1 min), started again after a failed start; the run "
	     "before: exit 1 after 0.3 s; flapping: it has died 3 times in the last quarter of an hour; last "
	     "stderr line: ConnectionRefusedError: [Errno 111] db:5432",
	     "RUNNING: it runs, pid 42, since 15:59:00 (1 min); flapping: it has died 3 times in the last "
	     "quarter "
	     "of an hour"},
	    {1000, 0, "", "UNKNOWN: the daemon has lost track of it; its own log says why",
	     "UNKNOWN: the daemon has lost track of it; its own log says why"},
	};
	struct tui_model m;
	double valid_for;

	(void)state;
	select_api_02(&m);
	type(&m, "\r");
	answer_all(&m, "api:api_02");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf with = BUF_INIT(4096), without = BUF_INIT(4096);
		const struct tui_proc *p;

		feed_process(&m, "api", "api_02", cases[i].state, cases[i].pid, cases[i].more);
		p = tui_host_proc(m.hosts[0], "api:api_02");
		tui_why_sentence(&m, p, m.facts, &with, &valid_for);
		tui_why_sentence(&m, p, NULL, &without, &valid_for);
		assert_string_equal(buf_str(&with), cases[i].want);
		assert_string_equal(buf_str(&without), cases[i].bare);
		buf_release(&with);
		buf_release(&without);
	}
	tui_model_release(&m);
}

/* It runs, and has died time and again: that is said, with what it said last. */
static void
test_why_flapping(void **state)
{
	struct tui_model m;

	(void)state;
	select_api_02(&m);
	feed_process(&m, "api", "api_02", 20, 42, ",\"start\":1763999940");
	type(&m, "w");
	answer_all(&m, "api:api_02");
	assert_true(screen_has(&m, "; flapping: "));
	assert_true(screen_has(&m, "ConnectionRefusedError: "));
	tui_model_release(&m);
}

/* w: short ones are a message, long ones a window; a group means its worst; a late answer about another says nothing. */
static void
test_why_key(void **state)
{
	struct tui_model m;
	unsigned late;

	(void)state;
	select_api_02(&m);
	type(&m, "w");
	assert_true(screen_has(&m, "asking the daemon why it is BACKOFF"));
	late = m.facts->states[FACT_HISTORY].ticket;
	type(&m, "k");
	type(&m, "w");
	answer(&m, TAG_FACT_CONFIG, config(""), 0);
	{
		struct xmlrpc_value *old = history("api:api_02");

		tui_actions_reply(m.hosts[0], TAG_FACT_HISTORY, late, old, 0, NULL);
		xmlrpc_free(old);
	}
	assert_true(m.facts->why);
	answer(&m, TAG_FACT_HISTORY, NULL, 1);
	assert_true(screen_has(&m, "RUNNING: it runs, pid 21035"));
	assert_null(m.overlay.type);
	type(&m, "gw");
	assert_string_equal(m.facts->subject, "api:api_02");
	answer_all(&m, "api:api_02");
	assert_non_null(m.overlay.type);
	assert_true(screen_has(&m, "[Errno 111] db:5432"));
	/* Without an answer it says what is known. */
	type(&m, "qw");
	tui_host_link(m.hosts[0], LINK_DOWN, "the connection was closed", NOW + 16);
	assert_true(screen_has(&m, "does not answer for"));
	tui_model_release(&m);
}

/* Answers both questions of the report. */
static void
answer_report(struct tui_model *m, struct xmlrpc_value *records, struct xmlrpc_value *changes)
{
	struct tui_request *r;

	while ((r = must_take(m, REQUEST_CALL))->tag == TAG_HEALTH)
		tui_request_free(r);
	assert_string_equal(r->text, "cvisor.getHistory");
	assert_true(r->ask);
	tui_actions_reply(m->hosts[0], r->tag, r->ticket, records, 0, NULL);
	tui_request_free(r);
	r = must_take(m, REQUEST_CALL);
	assert_string_equal(r->text, "cvisor.getChanges");
	tui_actions_reply(m->hosts[0], r->tag, r->ticket, changes, 1,
			  changes == NULL ? "UNKNOWN_METHOD" : NULL);
	tui_request_free(r);
	xmlrpc_free(records);
	xmlrpc_free(changes);
}

static struct xmlrpc_value *
change_by(const char *change, const char *who)
{
	struct xmlrpc_value *c = xmlrpc_struct();

	xmlrpc_member(c, "change", xmlrpc_string(change));
	xmlrpc_member(c, "who", xmlrpc_string(who));
	return c;
}

/* Of each program, and of the daemon, who asked for something last; the newest comes first. */
static void
test_report_tells_who(void **state)
{
	struct xmlrpc_value *list = xmlrpc_array(), *changes = xmlrpc_array();
	struct tui_model m;

	(void)state;
	build_scene(&m);
	drop_requests(&m);
	m.hosts[0]->last_seen = NOW - 29520;
	type(&m, "E");
	add_record(list, "cron:cron", true, NOW - 99, 51, 1, 0, "crash");
	add_record_by(list, "cron:cron", false, NOW - 100, 51, 0, 0, "request", "anna (pid 4711)");
	add_record_by(list, "cron:cron", true, NOW - 101, 50, 0, 15, "request", "bert (pid 4712)");
	xmlrpc_append(changes, change_by("state", ""));
	xmlrpc_append(changes, change_by("reread", "carla"));
	xmlrpc_append(changes, change_by("reread", "dora"));
	answer_report(&m, list, changes);
	assert_true(
	    screen_has(&m, "1 start, 1 bad end, the last exit 1, RUNNING, last asked by anna (pid 4711)"));
	assert_true(screen_has(&m, "configuration read 2 times, last asked by carla"));
	tui_model_release(&m);
}

/* The groups that come with a daemon are no changes, and its first start is not another one. */
static void
test_report_of_a_first_start(void **state)
{
	struct xmlrpc_value *list = xmlrpc_array(), *changes = xmlrpc_array(), *running;
	struct tui_model m;

	(void)state;
	build_scene(&m);
	drop_requests(&m);
	m.hosts[0]->last_seen = 0;
	m.hosts[0]->daemon.started = NOW - 600;
	type(&m, "E");
	xmlrpc_append(changes, change_by("added", "carla"));
	running = change_by("state", "");
	xmlrpc_member(running, "statename", xmlrpc_string("RUNNING"));
	xmlrpc_append(changes, running);
	for (int i = 0; i < 16; i++)
		xmlrpc_append(changes, change_by("added", ""));
	answer_report(&m, list, changes);
	assert_true(screen_has(&m, "the daemon was started, 1 group added or removed, last asked by carla"));
	tui_model_release(&m);
}

static void
test_report(void **state)
{
	struct xmlrpc_value *list = xmlrpc_array(), *changes = xmlrpc_array(), *change;
	struct tui_model m;

	(void)state;
	build_scene(&m);
	drop_requests(&m);
	/* Who was never here is told nothing by itself. */
	assert_null(m.hosts[0]->report);
	m.hosts[0]->last_seen = NOW - 29520;
	m.hosts[0]->reported = false;
	m.overlay.width = 200;
	feed(&m, "snapshot-begin", "{}");
	feed_process(&m, "api", "api_00", 20, 21034, ",\"start\":1763733000");
	feed_process(&m, "worker", "worker", 200, 0, ",\"ill\":true,\"stop\":1763997540");
	feed(&m, "snapshot-end", "{}");
	for (int i = 0; i < 3; i++) {
		add_record(list, "api:api_00", false, NOW - 100 - i, 50 - i, 0, 0, "autorestart");
		add_record(list, "api:api_00", true, NOW - 101 - i, 49 - i, 1, 0, "crash");
	}
	for (int i = 0; i < 2; i++) {
		change = xmlrpc_struct();
		xmlrpc_member(change, "change", xmlrpc_string("reread"));
		xmlrpc_append(changes, change);
	}
	answer_report(&m, list, changes);
	assert_string_equal(m.message,
			    "since you left (8h 12m): worker FATAL for 41 min; 3 starts of api:api_00; "
			    "configuration read 2 times");
	/* Once is enough. */
	feed(&m, "snapshot-begin", "{}");
	feed(&m, "snapshot-end", "{}");
	assert_null(take(&m, REQUEST_CALL));
	tui_model_release(&m);
}

static void
test_report_window(void **state)
{
	struct xmlrpc_value *list = xmlrpc_array();
	struct tui_model m;

	(void)state;
	build_scene(&m);
	drop_requests(&m);
	m.hosts[0]->last_seen = NOW - 29520;
	type(&m, "E");
	add_record(list, "api:api_02", false, NOW - 100, 50, 0, 0, "autorestart");
	add_record(list, "api:api_02", true, NOW - 101, 49, -1, 9, "crash");
	add_record(list, "gone:gone", false, NOW - 102, 48, 0, 0, "request");
	answer_report(&m, list, NULL);
	expect_screen(&m, "report", 80, 24);
	type(&m, "\r");
	assert_null(m.overlay.type);
	assert_string_equal(m.selected_proc->key, "api:api_02");
	/* Nothing happened. */
	drop_requests(&m);
	m.hosts[0]->last_seen = NOW - 5;
	type(&m, "E");
	answer_report(&m, xmlrpc_array(), xmlrpc_array());
	assert_true(screen_has(&m, "nothing happened"));
	/* Its daemon goes before it has answered. */
	type(&m, "qE");
	tui_host_link(m.hosts[0], LINK_DOWN, "the connection was closed", NOW + 16);
	assert_true(screen_has(&m, "the daemon does not answer"));
	tui_model_release(&m);
}

static void
count_log(void *arg, const char *log)
{
	(void)log;
	++*(size_t *)arg;
}

/* Lines in pieces, several words, what was before, a flood. */
static void
test_watch(void **state)
{
	struct err err = ERR_INIT;
	struct tui_model m;
	size_t logs = 0;

	(void)state;
	build_scene(&m);
	type(&m, "j:watch ERROR\r");
	type(&m, ":watch \"two words\" api:*\r");
	type(&m, ":watch ERROR cron\r");
	tui_watch_each_log(&m, m.hosts[0], count_log, &logs);
	assert_int_equal(logs, 8);
	feed(&m, "log",
	     "{\"log\":\"api:api_00:stdout\",\"tail\":true,\"offset\":0,\"text\":\"ERROR of old\\n\"}");
	assert_int_equal(tui_watch_unseen_all(&m), 0);
	m.now += 5; /* what was answered has been there for a moment */
	feed(&m, "log", "{\"log\":\"api:api_00:stdout\",\"offset\":40,\"text\":\"well\\nan ERR\"}");
	feed(&m, "log", "{\"log\":\"api:api_00:stdout\",\"offset\":51,\"text\":\"OR, two words\\nmore\"}");
	feed(&m, "log", "{\"log\":\"web:web_1:stdout\",\"offset\":0,\"text\":\"ERROR nobody watches\\n\"}");
	assert_int_equal(tui_watch_unseen_all(&m), 1);
	assert_int_equal(tui_watch_unseen(tui_host_proc(m.hosts[0], "api:api_00")), 1);
	assert_true(m.bell);
	assert_non_null(strstr(m.message, "api:api_00: an ERROR, two words"));
	for (int i = 0; i < 40; i++) {
		char *text = xasprintf(
		    "{\"log\":\"cron:cron:stderr\",\"offset\":0,\"text\":\"%0*d\\nERROR\\n\"}", 40000, 7);

		feed(&m, "log", "%s", text);
		free(text);
	}
	assert_true(tui_watch_unseen_all(&m) < 30);
	type(&m, "W");
	assert_true(screen_has(&m, "came too fast and were not looked at"));
	assert_int_equal(tui_watch_unseen_all(&m), 0);
	type(&m, "q:unwatch ERROR\r");
	assert_string_equal(m.message, "2 ended, 3 watched still");
	tui_model_release(&m);

	/* What the settings say is watched from the moment in which the program is there, and once. */
	init_model(&m);
	m.now = NOW;
	tui_settings_watch(&m.settings, "web:*", "timeout", &err);
	feed_hello(&m);
	feed_process(&m, "web", "web_1", 20, 5, "");
	tui_actions_settle(&m);
	logs = 0;
	tui_watch_each_log(&m, m.hosts[0], count_log, &logs);
	assert_int_equal(logs, 2);
	feed(&m, "log", "{\"log\":\"web:web_1:stderr\",\"offset\":0,\"text\":\"a timeout\\n\"}");
	assert_int_equal(tui_watch_unseen_all(&m), 1);
	type(&m, ":unwatch\r");
	feed_process(&m, "web", "web_1", 0, 0, "");
	tui_actions_settle(&m);
	logs = 0;
	tui_watch_each_log(&m, m.hosts[0], count_log, &logs);
	assert_int_equal(logs, 0);
	tui_model_release(&m);
}

static void
hit(struct tui_model *m, const char *program, double after)
{
	m->now += after;
	m->bell = false;
	feed(m, "log", "{\"log\":\"api:%s:stdout\",\"offset\":0,\"text\":\"KeyError\\n\"}", program);
}

/* Several programs with the same word every few seconds: all are counted and listed; the line and the bell have it once a
   minute, and leave alone what was said a moment ago. */
static void
test_watch_noise(void **state)
{
	static const char *const programs[] = {"api_00", "api_01", "api_02"};
	struct tui_model m;
	size_t said;

	(void)state;
	build_scene(&m);
	type(&m, ":watch KeyError api:*\r");
	hit(&m, "api_00", 5);
	assert_true(m.bell);
	assert_string_equal(m.message, "api:api_00: KeyError (W lists)");
	said = m.messages.n;
	tui_message(&m, LOOK_OK, "3 stopped");
	for (int i = 1; i < 30; i++) {
		hit(&m, programs[i % 3], 2);
		assert_false(m.bell);
	}
	assert_string_equal(m.message, "3 stopped");
	assert_int_equal(tui_watch_unseen_all(&m), 30);
	assert_int_equal(m.messages.n, said + 1);
	hit(&m, "api_02", 2);
	assert_true(m.bell);
	assert_string_equal(m.message, "api:api_02: KeyError (30 in the last minute; W lists)");
	/* What has just been answered, goes on, or went wrong stays. */
	tui_message(&m, LOOK_OK, "answered");
	m.now += 58;
	m.message_time = m.now;
	hit(&m, "api_00", 2);
	assert_true(m.bell);
	assert_string_equal(m.message, "answered");
	tui_progress(m.hosts[0], (const struct tui_job *)&m, "under way");
	hit(&m, "api_00", 60);
	assert_string_equal(m.message, "under way");
	tui_message(&m, LOOK_BAD, "went wrong");
	hit(&m, "api_00", 60);
	assert_string_equal(m.message, "went wrong");
	assert_int_equal(tui_watch_unseen_all(&m), 34);
	/* Other words have their own minute. */
	type(&m, "j:unwatch\r:watch .*Err api:*\r");
	hit(&m, "api_00", 5);
	assert_string_equal(m.message, "api:api_00: KeyError (W lists)");
	tui_model_release(&m);
}

/* However many programs have been watched, the next one is. */
static void
test_watch_again(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	for (int i = 0; i < 200; i++) {
		char name[16], command[64];

		snprintf(name, sizeof(name), "new_%d", i);
		feed_process(&m, "new", name, 20, 4000 + i, "");
		snprintf(command, sizeof(command), ":watch ERROR new:%s\r", name);
		type(&m, command);
		feed(&m, "log", "{\"log\":\"new:%s:stdout\",\"offset\":0,\"text\":\"ERROR\\n\"}", name);
		type(&m, ":unwatch\r");
	}
	assert_int_equal(tui_watch_unseen_all(&m), 200);
	type(&m, ":watch \"\" cron\r");
	assert_int_equal(m.message_look, LOOK_BAD);
	feed(&m, "log", "{\"log\":\"cron:cron:stdout\",\"offset\":0,\"text\":\"a line\\n\"}");
	assert_int_equal(tui_watch_unseen_all(&m), 200);
	tui_model_release(&m);
}

/* Hostile texts stay harmless, and long ones are wrapped, not cut. */
static void
test_wrap(void **state)
{
	struct tui_text t = {0};

	(void)state;
	tui_wrap(&t, LOOK_PLAIN, 20, "name ",
		 "a b \033]0;x\007 cccccccccccccccccccccccccc \xe4\xbd\xa0\xe5\xa5\xbd");
	for (size_t i = 0; i < t.n; i++) {
		assert_true(tui_text_columns(t.lines[i].text) <= 20);
		assert_null(strchr(t.lines[i].text, '\033'));
	}
	assert_true(t.n >= 3);
	assert_string_equal(t.lines[t.n - 1].text + 5, "\xe4\xbd\xa0\xe5\xa5\xbd");
	tui_text_release(&t);
	tui_wrap(&t, LOOK_PLAIN, 3, "a long beginning ", "text");
	assert_int_equal(t.n, 1);
	tui_text_release(&t);
	tui_wrap(&t, LOOK_PLAIN, 30, "", "");
	assert_int_equal(t.n, 1);
	tui_text_release(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_overview),
	    cmocka_unit_test(test_options),
	    cmocka_unit_test(test_reveal),
	    cmocka_unit_test(test_tree),
	    cmocka_unit_test(test_history),
	    cmocka_unit_test(test_history_of_a_group),
	    cmocka_unit_test(test_why),
	    cmocka_unit_test(test_why_flapping),
	    cmocka_unit_test(test_why_key),
	    cmocka_unit_test(test_wrap),
	    cmocka_unit_test(test_report),
	    cmocka_unit_test(test_report_of_a_first_start),
	    cmocka_unit_test(test_report_tells_who),
	    cmocka_unit_test(test_report_window),
	    cmocka_unit_test(test_watch),
	    cmocka_unit_test(test_watch_noise),
	    cmocka_unit_test(test_watch_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
