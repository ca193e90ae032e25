/* A daemon that has to be polled, as Supervisor's own: what its answers leave out. */
#include "autoconf.h"

#include <math.h>

#include "tests/unit/tui_scene.h"

#include "tui/tui_feed_log.h"
#include "tui/tui_logpane.h"
#include "tui/tui_record.h"
#include "tui/tui_show.h"

static const char *stderr_logfile = "";

static void
poll_table(struct tui_model *m, double now, double ahead, int state, int pid, int start, int stop,
	   int exitstatus)
{
	struct xmlrpc_value *list = xmlrpc_array(), *info = xmlrpc_struct();

	m->now = now;
	xmlrpc_member(info, "group", xmlrpc_string("cat"));
	xmlrpc_member(info, "name", xmlrpc_string("cat"));
	xmlrpc_member(info, "state", xmlrpc_int(state));
	xmlrpc_member(info, "pid", xmlrpc_int(pid));
	xmlrpc_member(info, "start", xmlrpc_int((int)NOW + start));
	xmlrpc_member(info, "stop", xmlrpc_int((int)NOW + stop));
	xmlrpc_member(info, "exitstatus", xmlrpc_int(exitstatus));
	xmlrpc_member(info, "stdout_logfile", xmlrpc_string("/o"));
	xmlrpc_member(info, "stderr_logfile", xmlrpc_string(stderr_logfile));
	xmlrpc_member(info, "now", xmlrpc_int((int)(now + ahead)));
	xmlrpc_append(list, info);
	tui_feed_processes(m->hosts[0], list);
	xmlrpc_free(list);
	tui_actions_settle(m);
}

static void
poll_one(struct tui_model *m, const char *log, const char *text)
{
	struct xmlrpc_value *tail = xmlrpc_array();

	xmlrpc_append(tail, xmlrpc_string(text));
	xmlrpc_append(tail, xmlrpc_int((int)strlen(text)));
	tui_feed_tail(m->hosts[0], log, tail, 65536);
	xmlrpc_free(tail);
}

static void
poll_log(struct tui_model *m, const char *text)
{
	poll_one(m, "cat:cat:stdout", text);
}

/* The end of a run stands behind its last words, though the table tells of it before they are asked for; its start
   before its first. */
static void
test_polled(void **state)
{
	struct tui_model m;

	(void)state;
	init_model(&m);
	m.now = NOW;
	m.logpane.width = 80;
	m.logpane.height = 10;
	tui_host_link(m.hosts[0], LINK_POLLING, NULL, 0);
	poll_table(&m, NOW + 0.7, 0, 20, 500, -60, 0, 0);
	poll_log(&m, "one\n");
	poll_table(&m, NOW + 2.7, 0, 100, 0, -60, 2, 3);
	poll_log(&m, "one\nlast words\n");
	poll_table(&m, NOW + 4.7, 0, 20, 501, 4, 2, 0);
	poll_log(&m, "one\nlast words\nagain\n");
	poll_table(&m, NOW + 6.7, 0, 0, 0, 4, 6, -1);
	poll_log(&m, "one\nlast words\nagain\n");
	poll_log(&m, "one\nlast words\nagain\n");
	expect_log(&m,
		   "one\nlast words\n- 16:00:02 exited 3 after 1 min\n- 16:00:04 started, pid 501\nagain\n"
		   "- 16:00:06 killed by a signal after 2.0 s\n");
	assert_true(m.hosts[0]->clock_ahead == 0);
	/* A host whose clock is another: what is shown does not waver with the fractions of its seconds. */
	poll_table(&m, NOW + 8.2, -100, 20, 502, -94, 0, 0);
	assert_true(fabs(m.hosts[0]->clock_ahead + 100) <= 1);
	assert_true(fabs(tui_host_now(m.hosts[0]) - (NOW - 91.8)) <= 1);
	for (int i = 0; i < 20; i++) {
		double before = m.hosts[0]->clock_ahead;

		poll_table(&m, NOW + 9 + i * 2.1, -100, 20, 502, -94, 0, 0);
		assert_true(m.hosts[0]->clock_ahead == before);
	}
	tui_model_release(&m);
}

/* The exit status -1 of Supervisor is a signal that it does not name. */
static void
test_signal_without_name(void **state)
{
	char how[TUI_HOW_MAX];

	(void)state;
	assert_string_equal(tui_record_how(-1, 0, how), "killed by a signal");
	assert_string_equal(tui_record_how(3, 0, how), "exit 3");
}

/* Tails */

#define ASKED 64 /* bytes of the end of the file */

/* The answer about a file: its last bytes, without CR before LF, as XML brings them; nothing when nothing is new. */
static void
poll_file(struct tui_model *m, const char *file, size_t len)
{
	const struct tui_source *s = m->logpane.log.sources[0];
	struct xmlrpc_value *tail = xmlrpc_array();
	struct buf text = BUF_INIT(4096);

	for (size_t i = len > ASKED ? len - ASKED : 0; s->offset != (int64_t)len && i < len; i++)
		if (file[i] != '\r' || i + 1 == len || file[i + 1] != '\n')
			buf_putc(&text, file[i]);
	xmlrpc_append(tail, xmlrpc_string(buf_str(&text)));
	xmlrpc_append(tail, xmlrpc_int((int)len));
	tui_feed_tail(m->hosts[0], "cat:cat:stdout", tail, ASKED);
	xmlrpc_free(tail);
	buf_release(&text);
	assert_int_equal(s->offset, len);
}

/* The file grows by so many bytes from one answer to the next, and each line is seen once, whole. */
static void
expect_growth(const char *file, size_t step, const char *want)
{
	size_t len = strlen(file);
	struct tui_model m;

	init_model(&m);
	m.now = NOW;
	m.logpane.width = 80;
	m.logpane.height = 10;
	tui_host_link(m.hosts[0], LINK_POLLING, NULL, 0);
	poll_table(&m, NOW, 0, 20, 500, -60, 0, 0);
	for (size_t at = step; at < len + step; at += step) {
		size_t now = at >= len ? len : file[at - 1] == '\r' ? at + 1 : at;

		poll_file(&m, file, now);
		poll_file(&m, file, now);
	}
	expect_log(&m, want);
	tui_model_release(&m);
}

static void
test_line_ends(void **state)
{
	static const char want[] =
	    "one\n\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\neleven\ntwelve\n"
	    "thirteen\nfourteen\n";

	(void)state;
	for (size_t step = 1; step < 60; step++) {
		expect_growth(
		    "one\n\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\neleven\ntwelve\nthirteen\n"
		    "fourteen\n",
		    step, want);
		expect_growth(
		    "one\r\n\r\ntwo\r\nthree\r\nfour\r\nfive\r\nsix\r\nseven\r\neight\r\nnine\r\nten\r\n"
		    "eleven\r\ntwelve\r\nthirteen\r\nfourteen\r\n",
		    step, want);
		expect_growth(
		    "one\r\n\ntwo\nthree\r\nfour\r\nfive\nsix\nseven\r\neight\nnine\r\nten\neleven\ntwelve\n"
		    "thirteen\r\nfourteen\n",
		    step, want);
	}
}

/* More than is asked for came between two answers. */
static void
test_gap(void **state)
{
	static const char file[] = "the first line, which is seen before all the others come\n"
				   "lost, lost, lost, lost\nlast line of those that were lost\n"
				   "a line at the end of the file\n";
	struct tui_model m;

	(void)state;
	init_model(&m);
	m.now = NOW;
	m.logpane.width = 80;
	m.logpane.height = 10;
	tui_host_link(m.hosts[0], LINK_POLLING, NULL, 0);
	poll_table(&m, NOW, 0, 20, 500, -60, 0, 0);
	poll_file(&m, file, 57);
	poll_file(&m, file, sizeof(file) - 1);
	expect_log(&m, "the first line, which is seen before all the others come\n- 23 bytes are not shown\n"
		       "last line of those that were lost\na line at the end of the file\n");
	tui_model_release(&m);
}

/* Both logs of a program: its end stands behind the last words of both, or of the one that there is. */
static void
test_polled_both(void **state)
{
	struct tui_model m;

	(void)state;
	stderr_logfile = "/e";
	init_model(&m);
	m.now = NOW;
	m.logpane.width = 80;
	m.logpane.height = 10;
	tui_host_link(m.hosts[0], LINK_POLLING, NULL, 0);
	poll_table(&m, NOW + 0.7, 0, 20, 500, -60, 0, 0);
	poll_one(&m, "cat:cat:stderr", "err\n");
	poll_one(&m, "cat:cat:stdout", "out\n");
	tui_actions_settle(&m);
	poll_table(&m, NOW + 2.7, 0, 100, 0, -60, 2, 3);
	poll_one(&m, "cat:cat:stderr", "err\nTraceback\n");
	poll_one(&m, "cat:cat:stdout", "out\nlast words\n");
	expect_log(&m, "out\nerr\n- above: stdout, then stderr; when it was written is not "
		       "known\nTraceback\nlast words\n"
		       "- 16:00:02 exited 3 after 1 min\n");
	poll_table(&m, NOW + 4.7, 0, 20, 501, 4, 2, 0);
	poll_table(&m, NOW + 6.7, 0, 100, 0, 4, 6, 1);
	poll_one(&m, "cat:cat:stderr", "err\nTraceback\nTraceback 2\n");
	tui_feed_tail_refused(m.hosts[0], "cat:cat:stdout");
	expect_log(&m, "out\nerr\n- above: stdout, then stderr; when it was written is not "
		       "known\nTraceback\nlast words\n"
		       "- 16:00:02 exited 3 after 1 min\n- 16:00:04 started, pid 501\nTraceback 2\n"
		       "- 16:00:06 exited 1 after 2.0 s\n");
	tui_model_release(&m);
	stderr_logfile = "";
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_polled),
	    cmocka_unit_test(test_polled_both),
	    cmocka_unit_test(test_signal_without_name),
	    cmocka_unit_test(test_line_ends),
	    cmocka_unit_test(test_gap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
