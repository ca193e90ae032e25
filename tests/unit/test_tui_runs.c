/* Starts and ends in a log that happened while the connection was away: the history tells them afterwards. */
#include "autoconf.h"

#include "tests/unit/tui_scene.h"

#include "tui/tui_logpane.h"
#include "tui/tui_show.h"

/* An event that comes at this time. */
static void
feed_at(struct tui_model *m, double now, const char *event, const char *fmt, ...)
{
	va_list ap;
	char *data;

	va_start(ap, fmt);
	data = xvasprintf(fmt, ap);
	va_end(ap);
	m->now = now;
	tui_feed_event(m->hosts[0], event, data, strlen(data), now);
	tui_actions_settle(m);
	free(data);
}

static void
feed_hello_at(struct tui_model *m, double now, const char *boot, bool resumed)
{
	feed_at(m, now, "hello",
		"{\"boot\":\"%s\",\"stream\":7,\"host\":\"web-03\",\"now\":%.1f,\"resumed\":%s}", boot, now,
		resumed ? "true" : "false");
}

static void
feed_log_at(struct tui_model *m, double now, int offset, const char *text)
{
	feed_at(m, now, "log", "{\"log\":\"cat:cat:stdout\",\"offset\":%d,\"time\":%.1f,\"text\":\"%s\"}",
		offset, now, text);
}

static void
feed_run_at(struct tui_model *m, double now, int state, int pid, int exitstatus)
{
	feed_at(
	    m, now, "process",
	    "{\"group\":\"cat\",\"name\":\"cat\",\"state\":%d,\"pid\":%d,\"exitstatus\":%d,\"time\":%.1f}",
	    state, pid, exitstatus, now);
}

struct record {
	const char *event;
	double time;
	int pid, exitstatus, offset;
};

/* Answers the question for the history; false: there was none. */
static bool
give_history(struct tui_model *m, const struct record *records, size_t n)
{
	struct xmlrpc_value *history = xmlrpc_array();
	struct tui_request *r;

	while ((r = take(m, REQUEST_CALL)) != NULL && r->tag != TAG_RUNS)
		tui_request_free(r);
	for (size_t i = 0; i < n; i++) {
		struct xmlrpc_value *v = xmlrpc_struct();

		xmlrpc_member(v, "event", xmlrpc_string(records[i].event));
		xmlrpc_member(v, "time", xmlrpc_double(records[i].time));
		xmlrpc_member(v, "pid", xmlrpc_int(records[i].pid));
		xmlrpc_member(v, "exitstatus", xmlrpc_int(records[i].exitstatus));
		xmlrpc_member(v, "stdout_offset", xmlrpc_double(records[i].offset));
		xmlrpc_append(history, v);
	}
	if (r != NULL)
		tui_actions_reply(m->hosts[0], r->tag, r->ticket, history, 0, NULL);
	xmlrpc_free(history);
	tui_actions_settle(m);
	if (r == NULL)
		return false;
	tui_request_free(r);
	return true;
}

/* The log of a program in the focus, live; its history is known, and one end and start happened in sight. */
static void
build_live(struct tui_model *m)
{
	static const struct record before[] = {{"start", NOW - 50, 500, 0, 0}};

	init_model(m);
	m->logpane.width = 80;
	m->logpane.height = 10;
	m->focus = PANE_LOG;
	feed_hello_at(m, NOW, "b1", false);
	feed_at(m, NOW, "snapshot-begin", "{}");
	feed_run_at(m, NOW, 20, 500, 0);
	feed_at(m, NOW, "snapshot-end", "{}");
	feed_log_at(m, NOW, 0, "one\\n");
	assert_true(give_history(m, before, 1));
	feed_log_at(m, NOW + 1, 4, "two\\n");
	feed_run_at(m, NOW + 2, 100, 0, 1);
	feed_run_at(m, NOW + 3, 20, 501, 0);
	feed_log_at(m, NOW + 4, 8, "three\\n");
	expect_log(m, "- 15:59:10 started, pid 500\none\ntwo\n- 16:00:02 exited 1 after 52 s\n"
		      "- 16:00:03 started, pid 501\nthree\n");
}

static const struct record missed[] = {
    {"start", NOW + 32, 503, 0, 27}, {"end", NOW + 31, 502, 7, 27}, {"start", NOW + 21, 502, 0, 19},
    {"end", NOW + 20, 501, 3, 19},   {"start", NOW + 3, 501, 0, 8}, {"end", NOW + 2, 500, 1, 8},
    {"start", NOW - 50, 500, 0, 0},
};

/* What happened while the connection was away is told by the history: it gets its place in the text that was missed, and
   what was seen before is not noted twice. */
static void
test_missed(void **state)
{
	struct tui_model m;

	(void)state;
	build_live(&m);
	m.now = NOW + 10;
	tui_host_link(m.hosts[0], LINK_DOWN, "gone", NOW + 11);
	feed_hello_at(&m, NOW + 40, "b1", true);
	/* The stream goes on where it was: events of then, and the text. */
	feed_run_at(&m, NOW + 20, 100, 0, 3);
	feed_run_at(&m, NOW + 21, 20, 502, 0);
	feed_run_at(&m, NOW + 31, 100, 0, 7);
	feed_run_at(&m, NOW + 32, 20, 503, 0);
	feed_log_at(&m, NOW + 40, 14, "four\\nfive a \\nsix\\n");
	assert_true(give_history(&m, missed, sizeof(missed) / sizeof(missed[0])));
	expect_log(&m, "- 15:59:10 started, pid 500\none\ntwo\n- 16:00:02 exited 1 after 52 s\n"
		       "- 16:00:03 started, pid 501\nthree\nfour\n- 16:00:20 exited 3 after 17 s\n"
		       "- 16:00:21 started, pid 502\nfive a \n- 16:00:31 exited 7 after 10 s\n"
		       "- 16:00:32 started, pid 503\nsix\n");
	/* What comes now is noted when it happens, once. */
	feed_run_at(&m, NOW + 50, 100, 0, 0);
	assert_false(give_history(&m, NULL, 0));
	assert_true(screen_has(&m, "16:00:50 exited 0 after 18 s"));
	tui_model_release(&m);
}

/* The same where the daemon was restarted meanwhile: it knows what it has seen itself. */
static void
test_missed_restart(void **state)
{
	static const struct record own[] = {{"start", NOW + 30, 600, 0, 14}};
	struct tui_model m;

	(void)state;
	build_live(&m);
	m.now = NOW + 10;
	tui_host_link(m.hosts[0], LINK_DOWN, "gone", NOW + 11);
	feed_hello_at(&m, NOW + 40, "b2", false);
	feed_at(&m, NOW + 40, "snapshot-begin", "{}");
	feed_run_at(&m, NOW + 40, 20, 600, 0);
	feed_at(&m, NOW + 40, "snapshot-end", "{}");
	/* Its row is lit as if one had seen it. */
	assert_true(tui_host_proc(m.hosts[0], "cat:cat")->lit_until > NOW + 40);
	feed_log_at(&m, NOW + 40, 14, "four\\n");
	assert_true(give_history(&m, own, 1));
	expect_log(&m, "- 15:59:10 started, pid 500\none\ntwo\n- 16:00:02 exited 1 after 52 s\n"
		       "- 16:00:03 started, pid 501\nthree\n- 16:00:30 started, pid 600\nfour\n");
	tui_model_release(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_missed),
	    cmocka_unit_test(test_missed_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
