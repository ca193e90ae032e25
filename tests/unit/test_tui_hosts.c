/* Several daemons in one table, and what is shown of one that does not answer. */
#include "autoconf.h"

#include "tui_scene.h"

#include "tui/tui_act_hosts.h"
#include "tui/tui_command.h"
#include "tui/tui_facts.h"
#include "tui/tui_plain.h"

static void
feed_to(struct tui_host *h, const char *event, const char *fmt, ...)
{
	va_list ap;
	char *data;

	va_start(ap, fmt);
	data = xvasprintf(fmt, ap);
	va_end(ap);
	tui_feed_event(h, event, data, strlen(data), h->model->now);
	free(data);
}

static void
greet(struct tui_host *h, const char *host, const char *identification, const char *boot, bool resumed)
{
	feed_to(h, "hello",
		"{\"identification\":\"%s\",\"version\":\"5.0.0\",\"stream\":7,\"boot\":\"%s\",\"pid\":100,"
		"\"host\":\"%s\",\"started\":%.0f,\"statename\":\"RUNNING\",\"now\":%.0f,\"resumed\":%s}",
		identification, boot, host, NOW - 3600, h->model->now, resumed ? "true" : "false");
}

static void
fill(struct tui_host *h, int state)
{
	feed_to(h, "snapshot-begin", "{}");
	feed_to(h, "process", "{\"group\":\"web\",\"name\":\"web\",\"state\":20,\"pid\":7,\"start\":%.0f}",
		NOW - 7200);
	feed_to(h, "process", "{\"group\":\"job\",\"name\":\"job\",\"state\":%d,\"pid\":0,\"stop\":%.0f}",
		state, NOW - 300);
	feed_to(h, "snapshot-end", "{}");
}

/* web-03 is well, web-04 has trouble, web-05 has gone. */
static void
build_three(struct tui_model *m)
{
	tui_model_init(m);
	m->settings.cursor = CURSOR_FIRST;
	m->now = NOW;
	tui_model_add_host(m, "unix:///run/supervisor.sock");
	tui_model_add_host(m, "ssh://anna@web-04/run/s.sock");
	tui_model_add_host(m, "http://web-05:9001");
	greet(m->hosts[0], "web-03", "supervisor", "b0", false);
	fill(m->hosts[0], 0);
	greet(m->hosts[1], "web-04", "supervisor", "b1", false);
	fill(m->hosts[1], 200);
	tui_actions_settle(m);
}

/* How far apart things stand is the affair of the screens that are files. */
static char *
squeeze(char *s)
{
	size_t n = 0;

	for (size_t i = 0; s[i] != '\0'; i++)
		if (s[i] != ' ' || n == 0 || s[n - 1] != ' ')
			s[n++] = s[i];
	s[n] = '\0';
	return s;
}

static void
expect_line(struct tui_model *m, int width, int height, size_t y, const char *want)
{
	char *screen = screen_text(m, width, height, false), *line = screen, *end, *copy = xstrdup(want);

	for (; y > 0; y--)
		line = strchr(line, '\n') + 1;
	end = strchr(line, '\n');
	*end = '\0';
	assert_string_equal(squeeze(line), squeeze(copy));
	free(copy);
	free(screen);
}

static void
test_names(void **state)
{
	struct tui_model m;

	(void)state;
	build_three(&m);
	assert_string_equal(tui_host_name(m.hosts[2]), "web-05:9001");
	greet(m.hosts[2], "web-03", "supervisor", "b2", false);
	assert_string_equal(tui_host_name(m.hosts[0]), "web-03#1");
	assert_string_equal(tui_host_name(m.hosts[2]), "web-03#3");
	greet(m.hosts[2], "web-03", "batch", "b2", false);
	assert_string_equal(tui_host_name(m.hosts[0]), "web-03/supervisor");
	assert_string_equal(tui_host_name(m.hosts[1]), "web-04");
	assert_string_equal(tui_host_name(m.hosts[2]), "web-03/batch");
	tui_model_release(&m);

	tui_model_init(&m);
	m.settings.cursor = CURSOR_FIRST;
	tui_model_add_host(&m, "ssh://anna@web-04/run/s.sock");
	tui_model_add_host(&m, "unix:///run/s.sock");
	tui_model_add_host(&m, "unix:///run/s.sock");
	tui_model_add_host(&m, "rubbish");
	assert_string_equal(tui_host_name(m.hosts[0]), "web-04");
	assert_string_equal(tui_host_name(m.hosts[1]), "/run/s.sock#2");
	assert_string_equal(tui_host_name(m.hosts[2]), "/run/s.sock#3");
	assert_string_equal(tui_host_name(m.hosts[3]), "rubbish");
	tui_model_release(&m);
}

static void
test_together(void **state)
{
	struct tui_model m;

	(void)state;
	build_three(&m);
	expect_line(&m, 100, 24, 0,
		    " 3 daemons  web-03, web-04, web-05:9001                                   "
		    "2 running  1 stopped  1 fatal");
	expect_line(&m, 100, 24, 1,
		    " HOST        NAME       STATE        PID   UPTIME  CPU%   MEM RST  LAST 15 MIN");
	expect_line(&m, 100, 24, 2,
		    "▐web-03        job      STOPPED        -    5 min     -     -   -  not started");
	expect_line(&m, 100, 24, 4, " web-04        job      FATAL          -    5 min     -     -   -");
	expect_line(&m, 100, 24, 6, " web-05:9001  connecting");
	/* One that does not answer is named in the head, and says why at the end of the table. */
	tui_host_link(m.hosts[2], LINK_DOWN, "no daemon: nobody listens there", NOW + 4);
	expect_line(&m, 100, 24, 0,
		    " 3 daemons  web-05:9001: no answer                                        "
		    "2 running  1 stopped  1 fatal");
	expect_line(&m, 100, 24, 6, " web-05:9001  no answer: no daemon: nobody listens there");
	/* How many are not well is worth more than the whole name. */
	expect_line(&m, 40, 10, 0, " 3 daemons  web-…  2 run  1 stop  1 ill");
	tui_host_link(m.hosts[1], LINK_DOWN, "the line is dead", NOW + 4);
	m.now += 40;
	expect_line(&m, 100, 24, 0,
		    " 3 daemons  web-04, web-05:9001: no answer                                "
		    "2 running  1 stopped  1 fatal");
	expect_line(&m, 100, 24, 6, " web-04       no answer for 40 s: the line is dead");
	/* What is old does not get older. */
	expect_line(&m, 100, 24, 4, " web-04        job      FATAL          -    5 min     -     -   -");
	/* One that has nothing says so, too. */
	greet(m.hosts[2], "web-05", "supervisor", "b2", false);
	feed_to(m.hosts[2], "snapshot-begin", "{}");
	feed_to(m.hosts[2], "snapshot-end", "{}");
	expect_line(&m, 100, 24, 7, " web-05  no programs: write a [program:x] section there, then u");
	tui_model_release(&m);
}

/* With no program at all, the lines about the daemons are all there is. */
static void
test_nobody_answers(void **state)
{
	struct tui_model m;

	(void)state;
	tui_model_init(&m);
	m.settings.cursor = CURSOR_FIRST;
	m.now = NOW;
	tui_model_add_host(&m, "unix:///a");
	tui_model_add_host(&m, "unix:///b");
	tui_host_link(m.hosts[0], LINK_DOWN, "why a", NOW + 1);
	tui_host_link(m.hosts[1], LINK_DOWN, "why b", NOW + 1);
	expect_line(&m, 60, 20, 0, " 2 daemons  /a, /b: no answer");
	expect_line(&m, 60, 20, 2, " /a    no answer: why a");
	expect_line(&m, 60, 20, 3, " /b    no answer: why b");
	expect_line(&m, 10, 1, 0, "no answer");
	for (int w = 1; w < 60; w += 7)
		for (int h = 1; h < 20; h++)
			free(screen_text(&m, w, h, true));
	tui_model_release(&m);
}

static void
test_alone(void **state)
{
	struct tui_model m;

	(void)state;
	build_three(&m);
	type(&m, "2");
	expect_line(&m, 100, 24, 0,
		    " web-04 (2/3)  supervisor 5.0.0  up 1h 00m                                        "
		    " 1 running  1 fatal");
	expect_line(&m, 100, 24, 1,
		    "   NAME       STATE        PID   UPTIME  CPU%   MEM RST  LAST 15 MIN      DESCRIPTION");
	assert_int_equal(m.nrows, 2);
	assert_ptr_equal(m.selected_group->host, m.hosts[1]);
	/* One that has nothing to show says why in the table's place. */
	tui_host_link(m.hosts[2], LINK_DOWN, "nobody is there", NOW + 4);
	type(&m, "3");
	assert_int_equal(m.nrows, 0);
	assert_true(screen_has(&m, "   nobody is there"));
	assert_ptr_equal(tui_model_host(&m), m.hosts[2]);
	type(&m, "0");
	assert_int_equal(m.nrows, 4);
	type(&m, "9");
	assert_string_equal(m.message, "there are 3 daemons");
	assert_int_equal(m.nrows, 4);
	tui_model_release(&m);

	build_scene(&m);
	type(&m, "1");
	assert_string_equal(m.message, "there is one daemon only: -s can be given several times");
	type(&m, "0");
	assert_string_equal(m.message, "there is one daemon only: -s can be given several times");
	assert_null(m.alone);
	tui_model_release(&m);
}

/* A call goes to the daemon whose row is selected, and to no other. */
static void
test_calls_find_their_daemon(void **state)
{
	struct tui_model m;
	struct tui_request *r;

	(void)state;
	build_three(&m);
	type(&m, "jjj");
	drop_requests(&m);
	type(&m, "x");
	r = must_take(&m, REQUEST_CALL);
	assert_ptr_equal(r->host, m.hosts[1]);
	assert_string_equal(r->text, "supervisor.stopProcess");
	tui_request_free(r);
	/* Words find hosts as well. */
	type(&m, "\\host:web-04\r");
	assert_int_equal(m.nrows, 2);
	tui_model_release(&m);
}

/* What is said of a daemon names it; the list has a column for that. */
static void
test_messages_name_their_daemon(void **state)
{
	struct tui_model m;

	(void)state;
	build_three(&m);
	tui_say(m.hosts[1], LOOK_OK, "web stopped");
	assert_string_equal(m.message, "web-04: web stopped");
	type(&m, "M");
	assert_non_null(strstr(m.overlay.text.lines[m.overlay.text.n - 1].text, "web-04       web stopped"));
	tui_model_release(&m);
	build_scene(&m);
	tui_say(m.hosts[0], LOOK_OK, "web stopped");
	assert_string_equal(m.message, "web stopped");
	tui_model_release(&m);
}

static void
preview_reply(struct tui_host *h, unsigned ticket, const char *group)
{
	struct xmlrpc_value *value = xmlrpc_struct(), *removed = xmlrpc_array();

	xmlrpc_append(removed, xmlrpc_string(group));
	xmlrpc_member(value, "added", xmlrpc_array());
	xmlrpc_member(value, "changed", xmlrpc_array());
	xmlrpc_member(value, "removed", removed);
	tui_actions_reply(h, TAG_PREVIEW, ticket, value, 0, NULL);
	xmlrpc_free(value);
	tui_actions_settle(h->model);
}

/* What one daemon would change is never shown, let alone done, as what another one would. */
static void
test_update_of_another_daemon(void **state)
{
	struct tui_model m;
	unsigned first;

	(void)state;
	build_three(&m);
	type(&m, "u");
	first = m.tickets;
	type(&m, "jjju");
	preview_reply(m.hosts[0], first, "web");
	assert_null(m.overlay.type);
	preview_reply(m.hosts[1], m.tickets, "job");
	free(screen_text(&m, 100, 40, false));
	assert_non_null(strstr(m.overlay.text.lines[0].text, "- job"));
	tui_model_release(&m);
}

static void
test_silence(void **state)
{
	struct tui_model m;

	(void)state;
	build_scene(&m);
	tui_host_heard(m.hosts[0]);
	m.now += 20;
	tui_host_silent(m.hosts[0], NOW);
	assert_true(tui_host_is_up(m.hosts[0]));
	assert_false(tui_host_is_fresh(m.hosts[0]));
	/* It may still be asked; no time is named for a try, for there is none. */
	assert_true(screen_has(&m, " web-03  no answer for 20 s  "));
	type(&m, "jx");
	tui_request_free(must_take(&m, REQUEST_CALL));
	m.now += 5;
	tui_host_heard(m.hosts[0]);
	assert_true(screen_has(&m, " web-03  supervisor 5.0.0  up"));
	/* A connection that is given up was dead since it was silent. */
	m.now += 20;
	tui_host_silent(m.hosts[0], m.now - 20);
	m.now += 20;
	tui_host_link(m.hosts[0], LINK_DOWN, "the connection is dead", m.now + 3);
	assert_true(screen_has(&m, " web-03  no answer for 40 s, trying again in 3 s (^L now)"));
	tui_model_release(&m);
}

/* What is said of the time between: nothing was missed, or not all of it is known. */
static void
test_return(void **state)
{
	struct tui_model m;

	(void)state;
	build_three(&m);
	tui_host_link(m.hosts[0], LINK_DOWN, "x", NOW + 1);
	m.now += 150;
	greet(m.hosts[0], "web-03", "supervisor", "b0", true);
	assert_string_equal(m.message, "web-03: connected again after 2 min, nothing was missed");
	tui_host_link(m.hosts[0], LINK_DOWN, "x", NOW + 1);
	m.now += 20;
	greet(m.hosts[0], "web-03", "supervisor", "b0", false);
	assert_string_equal(
	    m.message,
	    "web-03: connected again after 20 s; what happened meanwhile is not known in all detail");
	tui_host_link(m.hosts[0], LINK_DOWN, "x", NOW + 1);
	greet(m.hosts[0], "web-03", "supervisor", "b9", false);
	assert_string_equal(m.message, "web-03: the daemon was restarted, pid 100");
	/* A stream that was only opened anew says nothing. */
	tui_message(&m, LOOK_PLAIN, "%s", "");
	greet(m.hosts[0], "web-03", "supervisor", "b9", true);
	assert_string_equal(m.message, "");
	tui_model_release(&m);
}

/* What `:connect`, `:disconnect` and `:login` ask for, or say. */
static void
test_commands_for_daemons(void **state)
{
	static const struct {
		const char *line;
		enum tui_request_kind kind;
		size_t host;
		const char *text, *said;
	} cases[] = {
	    {.line = "connect unix:///run/x.sock", .kind = REQUEST_CONNECT, .text = "unix:///run/x.sock"},
	    {.line = "open http://a:b@h:1", .kind = REQUEST_CONNECT, .text = "http://a:b@h:1"},
	    {.line = "connect", .said = "connect URL: unix://[USER:PASSWORD@]/PATH, http://"},
	    {.line = "connect a b", .said = "connect URL: unix://[USER:PASSWORD@]/PATH, http://"},
	    {.line = "disconnect web-04", .kind = REQUEST_DISCONNECT, .host = 1},
	    {.line = "disconnect 3", .kind = REQUEST_DISCONNECT, .host = 2},
	    {.line = "disconnect http://web-05:9001", .kind = REQUEST_DISCONNECT, .host = 2},
	    {.line = "disconnect b-04", .kind = REQUEST_DISCONNECT, .host = 1},
	    {.line = "disconnect b-05", .kind = REQUEST_DISCONNECT, .host = 2},
	    {.line = "disconnect web", .said = "disconnect: 3 daemons have 'web' in their names"},
	    {.line = "disconnect", .said = "disconnect NAME: which of the 3 daemons?"},
	    {.line = "disconnect 4", .said = "disconnect: no daemon is called '4' here"},
	    {.line = "disconnect -1", .said = "disconnect: no daemon is called '-1' here"},
	    {.line = "login", .said = "no ssh:// connection is down"},
	    {.line = "login web-03", .said = "login is for ssh:// connections: web-03 is not one"},
	    {.line = "login web-04", .said = "web-04: it is connected"},
	    {.line = "login nobody", .said = "login: no daemon is called 'nobody' here"},
	};
	struct tui_model m;
	struct tui_request *r;

	(void)state;
	build_three(&m);
	drop_requests(&m);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		tui_message(&m, LOOK_PLAIN, "%s", "");
		tui_command_run(&m, cases[i].line);
		if (cases[i].said != NULL) {
			assert_memory_equal(m.message, cases[i].said, strlen(cases[i].said));
			assert_null(tui_request_take(&m.requests));
			continue;
		}
		r = must_take(&m, cases[i].kind);
		if (cases[i].text != NULL)
			assert_string_equal(r->text, cases[i].text);
		else
			assert_ptr_equal(r->host, m.hosts[cases[i].host]);
		tui_request_free(r);
	}
	tui_host_link(m.hosts[1], LINK_DOWN, "x", NOW);
	tui_command_run(&m, "login");
	r = must_take(&m, REQUEST_LOGIN);
	assert_ptr_equal(r->host, m.hosts[1]);
	tui_request_free(r);
	tui_model_release(&m);
}

/* That somebody waits for a daemon is said until it answers, or not. */
static void
test_connecting(void **state)
{
	struct tui_model m;
	struct tui_host *h;

	(void)state;
	build_three(&m);
	h = m.hosts[2];
	tui_act_hosts_connecting(&m, true);
	assert_string_equal(m.message, "connecting to web-05:9001");
	greet(h, "web-05", "supervisor", "b2", false);
	fill(h, 0);
	assert_string_equal(m.message, "connected to web-05: 2 programs");
	/* Again, and in vain. */
	tui_model_drop_host(&m, h);
	assert_ptr_equal(tui_model_add_host(&m, h->where), h);
	tui_act_hosts_connecting(&m, false);
	assert_string_equal(m.message, "connecting to web-05; the recording has nothing of it");
	tui_host_link(h, LINK_DOWN, "nobody is there", NOW + 1);
	assert_string_equal(m.message, "web-05: nobody is there");
	/* What is tried further on is not told each time; that it is there at last takes the place of why it was not. */
	tui_message(&m, LOOK_OK, "something else");
	tui_host_link(h, LINK_DOWN, "nobody is there still", NOW + 2);
	greet(h, "web-05", "supervisor", "b2", false);
	fill(h, 0);
	assert_null(strstr(m.message, "connected to"));
	tui_model_drop_host(&m, h);
	tui_model_add_host(&m, h->where);
	tui_act_hosts_connecting(&m, true);
	tui_host_link(h, LINK_DOWN, "nobody is there", NOW + 1);
	h->ever_connected = false;
	greet(h, "web-05", "supervisor", "b2", false);
	fill(h, 0);
	assert_string_equal(m.message, "connected to web-05: 2 programs");
	/* It goes before it has answered. */
	tui_model_drop_host(&m, h);
	tui_model_add_host(&m, h->where);
	tui_act_hosts_connecting(&m, true);
	tui_model_drop_host(&m, h);
	assert_string_equal(m.message, "");
	tui_model_release(&m);
}

static void
complete(struct tui_model *m, const char *typed, const char *want)
{
	type(m, ":");
	type(m, typed);
	type(m, "\t");
	assert_string_equal(buf_str(&m->prompt.text), want);
	tui_actions_key(m, 27);
}

/* A daemon is dropped that everything is about: the selection, marks, the log, what lies over it, a wait, an answer. */
static void
test_dropped(void **state)
{
	struct tui_model m;
	struct tui_host *gone;
	struct tui_plain plain;
	struct buf said = BUF_INIT(65536);

	(void)state;
	build_three(&m);
	gone = m.hosts[1];
	tui_plain_init(&plain, true);
	tui_plain_take(&plain, &m, &said);
	tui_rows_show(&m, tui_host_proc(gone, "web:web"));
	type(&m, "2*");
	assert_int_equal(m.nmarked, 2);
	free(screen_text(&m, 120, 40, true));
	type(&m, "x");
	type(&m, "y\r");
	free(screen_text(&m, 120, 40, true));
	assert_int_equal(m.logpane.log.nsources > 0, true);
	drop_requests(&m);

	tui_model_drop_host(&m, gone);
	assert_int_equal(m.nhosts, 2);
	assert_int_equal(m.hosts[1]->slot, 1);
	assert_string_equal(tui_host_name(m.hosts[1]), "web-05:9001");
	assert_int_equal(m.nmarked, 0);
	assert_null(m.alone);
	assert_null(m.jobs);
	assert_int_equal(tui_model_count(&m), 2);
	tui_actions_settle(&m);
	assert_ptr_equal(m.selected_group->host, m.hosts[0]);
	for (int i = 0; i < 2; i++)
		free(screen_text(&m, 120, 40, i));
	type(&m, "wq");
	type(&m, "lqMqAq");
	free(screen_text(&m, 80, 24, true));
	/* What was on its way to it. */
	tui_actions_reply(gone, TAG_FACT_CONFIG, m.tickets, NULL, 1, "gone");
	tui_actions_reply(gone, TAG_JOB_STOP, m.tickets, NULL, 1, "gone");
	buf_clear(&said);
	tui_plain_take(&plain, &m, &said);
	assert_null(strstr(buf_str(&said), "is removed"));
	complete(&m, "disconnect web-0", "disconnect web-0");
	complete(&m, "disconnect web-05", "disconnect web-05:9001 ");
	complete(&m, "disconnect b-05", "disconnect web-05:9001 ");
	complete(&m, "disconnect b-0", "disconnect b-0");
	complete(&m, "connect ssh://a", "connect ssh://anna@web-04/run/s.sock ");
	complete(&m, "connect h", "connect http://");

	/* It comes back as the last, and is the same. */
	assert_ptr_equal(tui_model_add_host(&m, "ssh://anna@web-04/run/s.sock"), gone);
	assert_int_equal(gone->slot, 2);
	assert_int_equal(m.ndropped, 0);
	greet(gone, "web-04", "supervisor", "b1", false);
	fill(gone, 200);
	tui_actions_settle(&m);
	assert_int_equal(tui_model_count(&m), 4);
	buf_clear(&said);
	tui_plain_take(&plain, &m, &said);
	assert_non_null(strstr(buf_str(&said), "web-04 answers"));
	free(screen_text(&m, 120, 40, true));
	tui_model_drop_host(&m, m.hosts[0]);
	tui_model_drop_host(&m, m.hosts[0]);
	tui_command_run(&m, "disconnect web-04");
	assert_string_equal(m.message, "this is the only daemon here: quit leaves");
	free(screen_text(&m, 120, 40, true));
	tui_plain_release(&plain);
	buf_release(&said);
	tui_model_release(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_together),
	    cmocka_unit_test(test_nobody_answers),
	    cmocka_unit_test(test_alone),
	    cmocka_unit_test(test_calls_find_their_daemon),
	    cmocka_unit_test(test_messages_name_their_daemon),
	    cmocka_unit_test(test_update_of_another_daemon),
	    cmocka_unit_test(test_silence),
	    cmocka_unit_test(test_return),
	    cmocka_unit_test(test_commands_for_daemons),
	    cmocka_unit_test(test_connecting),
	    cmocka_unit_test(test_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
