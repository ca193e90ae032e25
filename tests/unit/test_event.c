/* test_event.c: names and descent of event types, headers and payloads. */
#include "autoconf.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/utf8.h"
#include "core/event.h"

static void
test_names(void **state)
{
	(void)state;
	for (int i = 0; i < EVENT_NTYPES; i++)
		assert_int_equal(event_by_name(event_name((enum event_type)i)), i);
	assert_int_equal(event_by_name("TICK_7"), EVENT_NTYPES);
	assert_int_equal(event_by_name("tick"), EVENT_NTYPES);
	assert_int_equal(event_by_name(""), EVENT_NTYPES);
}

static void
test_descent(void **state)
{
	(void)state;
	for (int i = 0; i < EVENT_NTYPES; i++) {
		enum event_type type = (enum event_type)i;

		assert_true(event_is_a(type, EVENT_ANY));
		assert_true(event_is_a(type, type));
		if (type != EVENT_ANY)
			assert_false(event_is_a(EVENT_ANY, type));
	}
	assert_true(event_is_a(EVENT_TICK_5, EVENT_TICK));
	assert_true(event_is_a(EVENT_PROCESS_STATE_FATAL, EVENT_PROCESS_STATE));
	assert_false(event_is_a(EVENT_PROCESS_GROUP_ADDED, EVENT_PROCESS_STATE));
	assert_false(event_is_a(EVENT_TICK, EVENT_TICK_5));
}

/* The samples of the specification, and each kind of payload: what the header says of it, and its bytes. */
static const struct {
	struct event_facts facts;
	size_t chars;
	const char *payload;
} samples[] = {
#define DATA(text) .data = (text), .len = sizeof(text) - 1
    {{.type = EVENT_PROCESS_GROUP_ADDED, .group = "all"}, 14, "groupname:all\n"},
    {{.type = EVENT_PROCESS_GROUP_REMOVED, .group = "cat"}, 14, "groupname:cat\n"},
    {{.type = EVENT_SUPERVISOR_STATE_CHANGE_RUNNING}, 0, ""},
    {{.type = EVENT_SUPERVISOR_STATE_CHANGE_STOPPING}, 0, ""},
    {{.type = EVENT_PROCESS_STATE_STARTING, .process = "all", .group = "all", .from = PROCESS_STOPPED},
     56,
     "processname:all groupname:all from_state:STOPPED tries:0"},
    {{.type = EVENT_PROCESS_STATE_STARTING,
      .process = "bad",
      .group = "bad",
      .from = PROCESS_BACKOFF,
      .tries = 1},
     56,
     "processname:bad groupname:bad from_state:BACKOFF tries:1"},
    {{.type = EVENT_PROCESS_STATE_BACKOFF,
      .process = "nofile",
      .group = "nofile",
      .from = PROCESS_STARTING,
      .tries = 1},
     63,
     "processname:nofile groupname:nofile from_state:STARTING tries:1"},
    {{.type = EVENT_PROCESS_STATE_FATAL, .process = "nofile", .group = "nofile", .from = PROCESS_BACKOFF},
     54,
     "processname:nofile groupname:nofile from_state:BACKOFF"},
    {{.type = EVENT_PROCESS_STATE_UNKNOWN, .process = "a", .group = "b", .from = PROCESS_STOPPING},
     45,
     "processname:a groupname:b from_state:STOPPING"},
    {{.type = EVENT_PROCESS_STATE_RUNNING,
      .process = "all",
      .group = "all",
      .from = PROCESS_STARTING,
      .pid = 11731},
     59,
     "processname:all groupname:all from_state:STARTING pid:11731"},
    {{.type = EVENT_PROCESS_STATE_EXITED,
      .process = "e0",
      .group = "e0",
      .from = PROCESS_RUNNING,
      .expected = true,
      .pid = 11740},
     67,
     "processname:e0 groupname:e0 from_state:RUNNING expected:1 pid:11740"},
    {{.type = EVENT_PROCESS_STATE_EXITED,
      .process = "e3",
      .group = "e3",
      .from = PROCESS_RUNNING,
      .pid = 11749},
     67,
     "processname:e3 groupname:e3 from_state:RUNNING expected:0 pid:11749"},
    {{.type = EVENT_PROCESS_STATE_STOPPING,
      .process = "cat",
      .group = "cat",
      .from = PROCESS_RUNNING,
      .pid = 11737},
     58,
     "processname:cat groupname:cat from_state:RUNNING pid:11737"},
    {{.type = EVENT_PROCESS_STATE_STOPPED,
      .process = "cat",
      .group = "cat",
      .from = PROCESS_STOPPING,
      .pid = 11737},
     59,
     "processname:cat groupname:cat from_state:STOPPING pid:11737"},
    {{.type = EVENT_TICK_5, .slice = 1795550460}, 15, "when:1795550460"},
    {{.type = EVENT_TICK_60, .slice = 1795550460}, 15, "when:1795550460"},
    {{.type = EVENT_TICK_3600, .slice = 0}, 6, "when:0"},
    {{.type = EVENT_PROCESS_LOG_STDOUT,
      .process = "logger",
      .group = "logger",
      .pid = 11754,
      DATA("h\xc3\xa9llo\n")},
     67,
     "processname:logger groupname:logger pid:11754 channel:stdout\nh\xc3\xa9llo\n"},
    {{.type = EVENT_PROCESS_LOG_STDERR,
      .process = "logger",
      .group = "logger",
      .pid = 11754,
      DATA("err\xe2\x82\xac")},
     65,
     "processname:logger groupname:logger pid:11754 channel:stderr\nerr\xe2\x82\xac"},
    {{.type = EVENT_PROCESS_LOG_STDOUT,
      .process = "logger",
      .group = "logger",
      .pid = 11754,
      DATA("bad\xff\n")},
     86,
     "processname:logger groupname:logger pid:11754 channel:stdout\nUndecodable: b'bad\\xff\\n'"},
    {{.type = EVENT_PROCESS_COMMUNICATION_STDERR,
      .process = "comm",
      .group = "comm",
      .pid = 11738,
      DATA("A")},
     43,
     "processname:comm groupname:comm pid:11738\nA"},
    {{.type = EVENT_PROCESS_COMMUNICATION_STDERR,
      .process = "comm",
      .group = "comm",
      .pid = 11738,
      DATA("\xff"
	   "B")},
     63,
     "processname:comm groupname:comm pid:11738\nUndecodable: b'\\xffB'"},
    {{.type = EVENT_PROCESS_COMMUNICATION_STDOUT,
      .process = "comm",
      .group = "comm",
      .pid = 11738,
      DATA("caf\xc3\xa9 part1 long enough to beat 22 part2")},
     81,
     "processname:comm groupname:comm pid:11738\ncaf\xc3\xa9 part1 long enough to beat 22 part2"},
    {{.type = EVENT_REMOTE_COMMUNICATION, .topic = "t\xc3\xa9", DATA("caf\xc3\xa9 \xe2\x82\xac")},
     14,
     "type:t\xc3\xa9\ncaf\xc3\xa9 \xe2\x82\xac"},
    {{.type = EVENT_REMOTE_COMMUNICATION, .topic = "", DATA("")}, 6, "type:\n"},
#undef DATA
};

static void
test_payloads(void **state)
{
	bool seen[EVENT_NTYPES] = {false};

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		struct buf out = BUF_INIT(1 << 16);

		assert_true(event_payload(&out, &samples[i].facts));
		assert_string_equal(buf_str(&out), samples[i].payload);
		assert_int_equal(utf8_count(buf_str(&out), out.len), samples[i].chars);
		seen[samples[i].facts.type] = true;
		buf_release(&out);
	}
	for (int type = 0; type < EVENT_NTYPES; type++)
		assert_int_equal(seen[type], !event_is_abstract((enum event_type)type));
}

/* A payload that does not fit says so; nobody sends half of it. */
static void
test_full(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		size_t len = strlen(samples[i].payload);

		for (size_t max = 0; max < len; max++) {
			struct buf out = BUF_INIT(max);

			assert_false(event_payload(&out, &samples[i].facts));
			buf_release(&out);
		}
	}
}

/* A NUL is text; half a character, an overlong form and a surrogate are not. */
static void
test_data(void **state)
{
	static const struct {
		const char *data;
		size_t len;
		const char *text;
		size_t text_len;
	} cases[] = {
#define ROW(data, text) {data, sizeof(data) - 1, text, sizeof(text) - 1}
	    ROW("", ""),
	    ROW("a\0b", "a\0b"),
	    ROW("\xc3", "Undecodable: b'\\xc3'"),
	    ROW("\xa9", "Undecodable: b'\\xa9'"),
	    ROW("\xc0\x80", "Undecodable: b'\\xc0\\x80'"),
	    ROW("\xed\xa0\x80", "Undecodable: b'\\xed\\xa0\\x80'"),
	    ROW("\xf4\x90\x80\x80", "Undecodable: b'\\xf4\\x90\\x80\\x80'"),
	    ROW("it's \xff", "Undecodable: b\"it's \\xff\""),
	    ROW("it's \\ \"q\" \t \x7f \xc2\x85 \xed\xa0\x80 end",
		"Undecodable: b'it\\'s \\\\ \"q\" \\t \\x7f \\xc2\\x85 \\xed\\xa0\\x80 end'"),
#undef ROW
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf out = BUF_INIT(1 << 16);

		assert_true(event_append_data(&out, cases[i].data, cases[i].len));
		assert_int_equal(out.len, cases[i].text_len);
		assert_memory_equal(buf_str(&out), cases[i].text, out.len + 1);
		buf_release(&out);
	}
}

static void
test_header(void **state)
{
	struct buf out = BUF_INIT(1 << 16);

	(void)state;
	assert_true(event_header(&out, &(struct event_header){
					   .server = "demo",
					   .serial = INT64_MAX,
					   .pool = "all",
					   .poolserial = 0,
					   .type = EVENT_PROCESS_GROUP_ADDED,
					   .chars = 14,
				       }));
	assert_string_equal(buf_str(&out),
			    "ver:3.0 server:demo serial:9223372036854775807 pool:all poolserial:0 "
			    "eventname:PROCESS_GROUP_ADDED len:14\n");
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names), cmocka_unit_test(test_descent), cmocka_unit_test(test_payloads),
	    cmocka_unit_test(test_full),  cmocka_unit_test(test_data),    cmocka_unit_test(test_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
