/* The past of a log, read from its file piece by piece; starts and ends in it; what the pane shows. */
#include "autoconf.h"

#include "tests/unit/tui_scene.h"

#include "tui/tui_logpane.h"
#include "tui/tui_show.h"

/* A file, and what the daemon sends of it. */
static struct buf file;

static void
write_file(int lines, const char *end)
{
	buf_init(&file, 64 << 20);
	for (int i = 0; i < lines; i++)
		assert_true(buf_printf(&file, "line %d \xc3\xa4 %.*s%s", i, i % 40,
				       "........................................", end));
}

/* The model that shows it: its last bytes have come. */
static void
build_log(struct tui_model *m, size_t tail)
{
	init_model(m);
	m->now = NOW;
	feed_hello(m);
	feed(m, "snapshot-begin", "{}");
	feed_process(m, "cat", "cat", 20, 500, "");
	feed(m, "snapshot-end", "{}");
	tui_actions_settle(m);
	m->logpane.width = 80;
	m->logpane.height = 10;
	m->focus = PANE_LOG;
	tui_log_add_tail(&m->logpane.log, 0, NOW, (int64_t)(file.len - tail), file.data + file.len - tail,
			 tail);
	tui_actions_settle(m);
}

/* What XML makes of a text: CR before LF is gone, and what is no UTF-8 is U+FFFD, as are halves of characters. */
static struct xmlrpc_value *
as_xml(const char *text, size_t len)
{
	struct buf out = BUF_INIT(64 << 20);
	struct xmlrpc_value *v;
	size_t i = 0;

	while (i < len) {
		if (text[i] == '\r' && i + 1 < len && text[i + 1] == '\n')
			i++;
		else if ((unsigned char)text[i] == 0xc3 && i + 1 < len &&
			 ((unsigned char)text[i + 1] & 0xc0) == 0x80) {
			buf_append(&out, text + i, 2);
			i += 2;
		} else if ((unsigned char)text[i] >= 0x80) {
			buf_puts(&out, "\xef\xbf\xbd");
			i++;
		} else
			buf_putc(&out, text[i++]);
	}
	v = xmlrpc_stringn(buf_str(&out), out.len);
	buf_release(&out);
	return v;
}

static double
number(const struct xmlrpc_value *v)
{
	return xmlrpc_type(v) == XMLRPC_DOUBLE ? xmlrpc_get_double(v) : (double)xmlrpc_get_int(v);
}

/* Answers the calls for pieces of the file, at most n; returns how many there were. */
static int
answer(struct tui_model *m, int n)
{
	struct tui_request *r;
	int answered = 0;

	while (answered < n && (r = tui_request_take(&m->requests)) != NULL) {
		if (r->kind == REQUEST_CALL && r->tag == TAG_PAST) {
			size_t from, len;
			struct xmlrpc_value *v;

			assert_string_equal(r->text, "supervisor.readProcessStdoutLog");
			from = (size_t)number(xmlrpc_at(r->params, 1));
			len = (size_t)number(xmlrpc_at(r->params, 2));
			from = from < file.len ? from : file.len;
			len = len < file.len - from ? len : file.len - from;
			v = as_xml(file.data + from, len);
			tui_actions_reply(m->hosts[0], r->tag, r->ticket, v, 0, NULL);
			xmlrpc_free(v);
			tui_actions_settle(m);
			answered++;
		}
		tui_request_free(r);
	}
	return answered;
}

/* The log is the file, line for line, and each knows its place. */
static void
expect_whole_file(const struct tui_log *log)
{
	struct tui_log_line line;
	size_t at = 0;

	for (uint64_t serial = log->first; tui_log_get(log, serial, &line); serial++) {
		size_t n;

		if (line.kind == TUI_LOG_NOTE)
			continue;
		n = (size_t)((const char *)memchr(file.data + at, '\n', file.len - at) - (file.data + at));
		assert_int_equal(line.offset, at);
		at += n + 1;
		n -= n > 0 && file.data[at - 2] == '\r' ? 1 : 0;
		assert_int_equal(line.len, n);
		assert_memory_equal(line.text, file.data + at - 1 - (file.data[at - 2] == '\r' ? 1 : 0) - n,
				    n);
	}
	assert_int_equal(at, file.len);
}

static void
test_whole_file(void **state)
{
	static const char *const ends[] = {"\n", "\r\n"};
	struct tui_model m;

	(void)state;
	for (size_t e = 0; e < 2; e++) {
		for (size_t tail = 1000; tail < 1040; tail++) {
			write_file(12000, ends[e]);
			build_log(&m, tail);
			assert_int_equal(answer(&m, 10), 0);
			/* To the beginning: pieces come until it is there, and the view stays at the top. */
			tui_past_first(&m);
			tui_actions_settle(&m);
			assert_true(answer(&m, 100) >= 2);
			expect_whole_file(&m.logpane.log);
			assert_int_equal(m.logpane.log.sources[0]->past, PAST_BEGIN);
			assert_int_equal(tui_logpane_position(&m.logpane).serial, m.logpane.log.first);
			assert_true(screen_has(&m, "the file begins here"));
			tui_model_release(&m);
			buf_release(&file);
		}
	}
}

/* Who scrolls up gets a piece before the top is reached; the view does not move. */
static void
test_scrolling(void **state)
{
	struct tui_model m;
	uint64_t first, top;

	(void)state;
	write_file(12000, "\n");
	build_log(&m, 5000);
	first = m.logpane.log.first;
	tui_logpane_scroll(&m.logpane, -(long)(m.logpane.log.count - 45));
	tui_actions_settle(&m);
	assert_int_equal(answer(&m, 10), 0);
	tui_logpane_scroll(&m.logpane, -20);
	tui_actions_settle(&m);
	top = tui_logpane_position(&m.logpane).serial;
	assert_int_equal(answer(&m, 10), 1);
	assert_true(m.logpane.log.first < first - 1000);
	assert_int_equal(tui_logpane_position(&m.logpane).serial, top);
	/* New text comes below as before. */
	tui_log_add(&m.logpane.log, 0, NOW, (int64_t)file.len, "new\n", 4);
	buf_puts(&file, "new\n");
	tui_past_first(&m);
	tui_actions_settle(&m);
	answer(&m, 100);
	expect_whole_file(&m.logpane.log);
	tui_model_release(&m);
	buf_release(&file);
}

static void
test_rotated_meanwhile(void **state)
{
	struct tui_model m;
	uint64_t first;

	(void)state;
	write_file(12000, "\n");
	build_log(&m, 5000);
	memset(file.data, '-', file.len / 2);
	memset(file.data + file.len / 2, '+', file.len - file.len / 2);
	first = m.logpane.log.first;
	tui_past_first(&m);
	tui_actions_settle(&m);
	assert_int_equal(answer(&m, 10), 1);
	assert_int_equal(m.logpane.log.first, first - 1); /* a note */
	assert_int_equal(m.logpane.log.sources[0]->past, PAST_LOST);
	assert_true(screen_has(&m, "the file is another one now"));
	tui_model_release(&m);
	buf_release(&file);
}

static void
test_no_room(void **state)
{
	struct tui_model m;

	(void)state;
	write_file(12000, "\n");
	build_log(&m, 5000);
	m.logpane.log.max_lines = 4000;
	tui_past_first(&m);
	tui_actions_settle(&m);
	answer(&m, 100);
	assert_int_equal(m.logpane.log.count, 4001);
	assert_int_equal(m.logpane.log.sources[0]->past, PAST_FULL);
	assert_true(screen_has(&m, "no room for it here"));
	tui_model_release(&m);
	buf_release(&file);
}

/* Starts and ends */

static void
add_record(struct xmlrpc_value *history, const char *event, double time, int pid, int status, double offset)
{
	struct xmlrpc_value *r = xmlrpc_struct();

	xmlrpc_member(r, "event", xmlrpc_string(event));
	xmlrpc_member(r, "time", xmlrpc_double(time));
	xmlrpc_member(r, "pid", xmlrpc_int(pid));
	xmlrpc_member(r, "exitstatus", xmlrpc_int(status));
	xmlrpc_member(r, "signal", xmlrpc_int(0));
	xmlrpc_member(r, "stdout_offset", xmlrpc_double(offset));
	xmlrpc_member(r, "stderr_offset", xmlrpc_double(-1));
	xmlrpc_append(history, r);
}

/* Where a line begins in the file. */
static double
place_of(const char *line)
{
	return (double)(strstr(buf_str(&file), line) - file.data);
}

/* The question for starts and ends, which the caller frees. */
static struct tui_request *
take_runs(struct tui_model *m)
{
	struct tui_request *r;

	while ((r = must_take(m, REQUEST_CALL))->tag != TAG_RUNS)
		tui_request_free(r);
	assert_string_equal(r->text, "cvisor.getHistory");
	return r;
}

static void
give_history(struct tui_model *m)
{
	struct xmlrpc_value *history = xmlrpc_array();
	struct tui_request *r = take_runs(m);

	add_record(history, "start", NOW - 10, 500, 0, place_of("line 11990 "));
	add_record(history, "end", NOW - 20, 400, 3, place_of("line 11990 "));
	add_record(history, "start", NOW - 20.3, 400, 0, place_of("line 11000 "));
	add_record(history, "end", NOW - 30, 300, 0, place_of("line 11000 "));
	add_record(history, "start", NOW - 200000, 300, 0, place_of("line 5 "));
	add_record(history, "end", NOW - 200001, 200, 0, -1);
	add_record(history, "start", NOW - 200002, 200, 0, -1);
	tui_actions_reply(m->hosts[0], r->tag, r->ticket, history, 0, NULL);
	tui_request_free(r);
	xmlrpc_free(history);
	tui_actions_settle(m);
}

static void
expect_top(const struct tui_model *m, const char *text)
{
	struct tui_log_line line;

	assert_true(tui_log_get(&m->logpane.log, tui_logpane_position(&m->logpane).serial, &line));
	if (memmem(line.text, line.len, text, strlen(text)) == NULL)
		fail_msg("at the top is '%.*s', not '%s'", (int)line.len, line.text, text);
}

/* Beside the table a few records do; who goes into the log gets those from before, and none twice. */
static void
test_runs_at_a_glance(void **state)
{
	struct tui_model m;
	struct tui_request *r;
	struct xmlrpc_value *history = xmlrpc_array();
	int notes = 0;
	struct tui_log_line line;

	(void)state;
	write_file(12000, "\n");
	build_log(&m, 5000);
	tui_request_free(take_runs(&m)); /* that of the log in focus gets no answer */
	m.logpane.log.sources[0]->runs_asked = 0;
	m.focus = PANE_TABLE;
	tui_actions_settle(&m);
	r = take_runs(&m);
	assert_int_equal(xmlrpc_get_int(xmlrpc_at(r->params, 1)), 20);
	for (int i = 0; i < 20; i++)
		add_record(history, i % 2 == 0 ? "start" : "end", NOW - 10 - i, 500 - i / 2, 3,
			   place_of("line 11990 "));
	tui_actions_reply(m.hosts[0], r->tag, r->ticket, history, 0, NULL);
	tui_request_free(r);
	tui_actions_settle(&m);
	assert_true(screen_has(&m, "15:59:50 started, pid 500"));
	m.focus = PANE_LOG;
	tui_actions_settle(&m);
	r = take_runs(&m);
	assert_int_equal(xmlrpc_get_int(xmlrpc_at(r->params, 1)), 400);
	add_record(history, "start", NOW - 40, 300, 0, place_of("line 11985 "));
	tui_actions_reply(m.hosts[0], r->tag, r->ticket, history, 0, NULL);
	tui_request_free(r);
	tui_actions_settle(&m);
	for (uint64_t serial = m.logpane.log.first; tui_log_get(&m.logpane.log, serial, &line); serial++)
		notes += line.kind == TUI_LOG_NOTE;
	assert_int_equal(notes, 21);
	assert_int_equal(m.logpane.log.sources[0]->nruns, 21);
	xmlrpc_free(history);
	tui_model_release(&m);
	buf_release(&file);
}

static void
test_runs(void **state)
{
	struct tui_model m;

	(void)state;
	write_file(12000, "\n");
	build_log(&m, 5000);
	/* In what is there already. */
	give_history(&m);
	assert_true(screen_has(&m, "15:59:50 started, pid 500"));
	assert_true(screen_has(&m, "15:59:40 exited 3 after 0.3 s"));
	m.logpane.height = 10; /* as if the screen were smaller */
	/* The run before the present one began further up: it is fetched. */
	type(&m, "p");
	assert_int_equal(answer(&m, 10), 1);
	expect_top(&m, "15:59:39 started, pid 400");
	type(&m, "{");
	expect_top(&m, "15:59:30 exited 0");
	type(&m, "}}");
	expect_top(&m, "15:59:40 exited 3 after 0.3 s");
	type(&m, "{");
	expect_top(&m, "started, pid 400");
	/* One more back, far up; with its date. */
	type(&m, "p");
	assert_true(answer(&m, 10) >= 1);
	expect_top(&m, "2025-11-22 08:26:40 started, pid 300");
	expect_whole_file(&m.logpane.log);
	/* And one that was rotated away. */
	type(&m, "p");
	assert_string_equal(m.message, "the log of the run before was rotated away, or goes to no file");
	type(&m, "{");
	expect_top(&m, "the file begins here");
	type(&m, "{");
	assert_string_equal(m.message, "no start or end is known of above");
	type(&m, "G");
	type(&m, "}");
	assert_string_equal(m.message, "no start or end is below");
	/* What happens now is noted once, and found. */
	feed_process(&m, "cat", "cat", 100, 0, ",\"exitstatus\":7");
	m.now += 5;
	feed_process(&m, "cat", "cat", 10, 501, "");
	assert_true(screen_has(&m, "16:00:00 exited 7"));
	assert_true(screen_has(&m, "16:00:05 started, pid 501"));
	m.logpane.height = 10;
	type(&m, "p");
	expect_top(&m, "15:59:50 started, pid 500");
	tui_model_release(&m);
	buf_release(&file);
}

/* A key that moves takes back a jump that has to wait. */
static void
test_moving_away(void **state)
{
	struct tui_model m;
	uint64_t top;

	(void)state;
	write_file(12000, "\n");
	build_log(&m, 5000);
	give_history(&m);
	type(&m, "p");
	type(&m, "k");
	top = tui_logpane_position(&m.logpane).serial;
	answer(&m, 10);
	assert_int_equal(tui_logpane_position(&m.logpane).serial, top);
	tui_model_release(&m);
	buf_release(&file);
}

/* The log around a moment: what both channels had before, what happened, what came behind it. */
static void
test_around(void **state)
{
	static const char *const texts[] = {"cut\nout before\n", "err last\n", "out of the next\n", NULL};
	const int64_t offsets[] = {9000, 9}, gone[] = {-1, -1};
	struct tui_model m;
	struct tui_request *r;
	char *screen;

	(void)state;
	write_file(10, "\n");
	build_log(&m, 100);
	assert_false(tui_around_show(&m, m.hosts[0], "cat:cat", NOW - 60, gone, "15:59:00 exited 3"));
	assert_string_equal(m.message, "the log of that moment was rotated away, or goes to no file");
	drop_requests(&m);
	assert_true(tui_around_show(&m, m.hosts[0], "cat:cat", NOW - 60, offsets, "15:59:00 exited 3"));
	tui_actions_settle(&m);
	for (int i = 0; i < 4; i++) {
		do {
			r = must_take(&m, REQUEST_CALL);
		} while (r->tag != TAG_AROUND && (tui_request_free(r), true));
		if (i == 0) {
			assert_string_equal(r->text, "supervisor.readProcessStdoutLog");
			assert_int_equal(xmlrpc_get_int(xmlrpc_at(r->params, 1)), 9000 - 8192);
			assert_int_equal(xmlrpc_get_int(xmlrpc_at(r->params, 2)), 8192);
		}
		if (texts[i] != NULL) {
			struct xmlrpc_value *v = xmlrpc_string(texts[i]);

			tui_actions_reply(m.hosts[0], r->tag, r->ticket, v, 0, NULL);
			xmlrpc_free(v);
		} else
			tui_actions_reply(m.hosts[0], r->tag, r->ticket, NULL, 20, "NO_FILE");
		tui_request_free(r);
	}
	screen = screen_text(&m, 80, 24, true);
	assert_non_null(strstr(screen, "cat around 15:59:00"));
	assert_null(strstr(screen, "cut"));
	assert_true(strstr(screen, "out before") < strstr(screen, "err last"));
	assert_true(strstr(screen, "err last") < strstr(screen, "15:59:00 exited 3"));
	assert_true(strstr(screen, "15:59:00 exited 3") < strstr(screen, "out of the next"));
	free(screen);
	/* G and F lead back to the present. */
	type(&m, "F");
	assert_int_equal(m.logpane.show.kind, TUI_SHOW_PROGRAM);
	assert_string_equal(m.logpane.show.key, "cat:cat");
	tui_model_release(&m);
	buf_release(&file);
}

/* What is read stays, however much comes; how much was passed over is told afterwards. */
static void
test_reading_in_a_flood(void **state)
{
	static const char flood[] = "one more line of very many\n";
	struct tui_model m;
	uint64_t first;

	(void)state;
	write_file(2000, "\n");
	build_log(&m, file.len);
	m.logpane.log.max_lines = 3000;
	type(&m, "k");
	first = m.logpane.log.first;
	for (int i = 0; i < 5000; i++)
		tui_log_add(&m.logpane.log, 0, NOW, (int64_t)(file.len + (size_t)i * (sizeof(flood) - 1)),
			    flood, sizeof(flood) - 1);
	assert_int_equal(m.logpane.log.count, 3000);
	assert_int_equal(m.logpane.log.first, first);
	type(&m, "F");
	assert_true(screen_has(&m, "108000 bytes are not shown"));
	tui_log_add(&m.logpane.log, 0, NOW, -1, "goes on\n", 8);
	assert_true(screen_has(&m, "goes on"));
	tui_model_release(&m);
	buf_release(&file);
}

/* An answer that comes when the line that it goes above of is gone says nothing: not what was cleared comes back, and nothing
   is compared with a line that is shorter. */
static void
test_cleared_meanwhile(void **state)
{
	struct tui_log_line oldest;
	struct tui_model m;
	char *text;

	(void)state;
	write_file(1000, "\n");
	build_log(&m, 4000);
	assert_true(tui_log_get(&m.logpane.log, m.logpane.log.first, &oldest));
	text = xasprintf("%.*s\n", (int)oldest.len, oldest.text);
	tui_past_first(&m);
	tui_actions_settle(&m);
	assert_int_equal(m.logpane.log.sources[0]->past, PAST_ASKED);
	tui_log_clear(&m.logpane.log);
	tui_log_add(&m.logpane.log, 0, NOW, (int64_t)file.len, text, strlen(text));
	assert_int_equal(answer(&m, 1), 1);
	assert_int_equal(m.logpane.log.count, 1);
	free(text);
	tui_model_release(&m);
	buf_release(&file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_whole_file),        cmocka_unit_test(test_scrolling),
	    cmocka_unit_test(test_rotated_meanwhile), cmocka_unit_test(test_no_room),
	    cmocka_unit_test(test_cleared_meanwhile), cmocka_unit_test(test_runs),
	    cmocka_unit_test(test_moving_away),       cmocka_unit_test(test_around),
	    cmocka_unit_test(test_runs_at_a_glance),  cmocka_unit_test(test_reading_in_a_flood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
