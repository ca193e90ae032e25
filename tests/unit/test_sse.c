/* test_sse.c: framing of server-sent events, both ways: whole, byte by byte, and cut at every position. */
#include "autoconf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "core/sse.h"

/* What was read, as text: "EVENT|ID|DATA\n" for each event. */
static void
note(void *arg, const struct sse_event *ev)
{
	struct buf *seen = arg;

	buf_printf(seen, "%s|%s|", ev->event, ev->id != NULL ? ev->id : "-");
	buf_append(seen, ev->data, ev->data_len);
	buf_putc(seen, '\n');
	assert_int_equal(ev->data[ev->data_len], '\0');
}

static void
read_pieces(const char *text, size_t len, size_t cut, size_t step, const char *expected)
{
	struct buf seen = BUF_INIT(1 << 20);
	struct sse_parser p;

	sse_parser_init(&p, 4096, note, &seen);
	if (step == 0) {
		assert_true(sse_parser_feed(&p, text, cut));
		assert_true(sse_parser_feed(&p, text + cut, len - cut));
	}
	for (size_t i = 0; step > 0 && i < len; i += step)
		assert_true(sse_parser_feed(&p, text + i, len - i < step ? len - i : step));
	assert_string_equal(buf_str(&seen), expected);
	sse_parser_release(&p);
	buf_release(&seen);
}

static void
read_all_ways(const char *text, size_t len, const char *expected)
{
	char *copy;

	for (size_t step = 1; step < 5; step++)
		read_pieces(text, len, 0, step, expected);
	for (size_t cut = 0; cut <= len; cut++)
		read_pieces(text, len, cut, 0, expected);
	/* In memory of exactly this size, so that a sanitizer sees a byte too much. */
	copy = malloc(len + 1);
	assert_non_null(copy);
	memcpy(copy, text, len);
	read_pieces(copy, len, len, 0, expected);
	free(copy);
}

static void
test_standard(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
	    {"data: YHOO\ndata: +2\ndata: 10\n\n", "message|-|YHOO\n+2\n10\n"},
	    {": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
	     "message|1|first event\nmessage||second event\nmessage|| third event\n"},
	    {"data\n\ndata\ndata\n\ndata:", "message|-|\nmessage|-|\n\n"},
	    {"data:test\n\ndata: test\n\n", "message|-|test\nmessage|-|test\n"},
	    {"event: a\nid: 7\ndata: x\n\nevent: b\ndata: y\n\n", "a|7|x\nb|7|y\n"},
	    {"event: lost\n\ndata: z\n\n", "message|-|z\n"},
	    {"id: 9\n\ndata: z\n\n", "message|9|z\n"},
	    {"event: a\revent: b\rdata: x\r\r", "b|-|x\n"},
	    {"event: a\r\ndata: x\r\ndata: y\r\n\r\n", "a|-|x\ny\n"},
	    {"data: a\n\r\ndata: b\r\n\ndata: c\r\r\n", "message|-|a\nmessage|-|b\nmessage|-|c\n"},
	    {"\xef\xbb\xbf"
	     "data: x\n\n\xef\xbb\xbf"
	     "data: y\n\n",
	     "message|-|x\n"},
	    {"retry: 10\nfoo: bar\nfoo\n:\n: c\ndata: a:b: c\n\n", "message|-|a:b: c\n"},
	    {" data: x\ndata : x\n\n", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		read_all_ways(cases[i].text, strlen(cases[i].text), cases[i].expected);
}

static void
test_nul(void **state)
{
	/* A name is a string here: what is left of one is none. */
	static const char text[] = "id: 3\nid: 4\0\nevent: \0x\ndata: a\0b\n\n";
	struct buf seen = BUF_INIT(100);
	struct sse_parser p;

	(void)state;
	sse_parser_init(&p, 100, note, &seen);
	assert_true(sse_parser_feed(&p, text, sizeof(text) - 1));
	assert_int_equal(seen.len, strlen("message|3|") + 4);
	assert_memory_equal(seen.data, "message|3|a\0b\n", seen.len);
	sse_parser_release(&p);
	buf_release(&seen);
}

static void
test_both_ways(void **state)
{
	struct buf out = BUF_INIT(1 << 16);

	(void)state;
	assert_true(sse_write(&out, "process", "b-1", "{\"a\":1}", 7));
	assert_true(sse_write_comment(&out, "idle"));
	assert_true(sse_write(&out, "log", NULL, "one\ntwo\r\nthree\rfour", 19));
	assert_true(sse_write(&out, NULL, NULL, "", 0));
	assert_true(sse_write(&out, "x", NULL, "\n", 1));
	assert_true(sse_write(&out, "y", "b-2", " lead\r", 6));
	read_all_ways(
	    out.data, out.len,
	    "process|b-1|{\"a\":1}\nlog|b-1|one\ntwo\nthree\nfour\nmessage|b-1|\nx|b-1|\n\ny|b-2| lead\n\n");
	assert_non_null(
	    strstr(out.data, "event: process\nid: b-1\ndata: {\"a\":1}\n\n: idle\n\nevent: log\n"));
	buf_release(&out);
}

static void
test_writer_at_its_limit(void **state)
{
	struct buf out = BUF_INIT(40);

	(void)state;
	assert_true(sse_write(&out, "a", NULL, "0123456789", 10));
	assert_int_equal(out.len, 27);
	assert_false(sse_write(&out, "a", NULL, "0123456789", 10));
	assert_int_equal(out.len, 27);
	buf_release(&out);
}

/* A line without an end, and data lines without an end, both stop at the limit. */
static void
test_parser_at_its_limit(void **state)
{
	static const char *const endless[] = {"x", "data: 01234567890123456789\n"};
	struct buf seen = BUF_INIT(1000);
	struct sse_parser p;
	size_t fed;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		sse_parser_init(&p, 100, note, &seen);
		for (fed = 0; sse_parser_feed(&p, endless[i], strlen(endless[i])); fed += strlen(endless[i]))
			assert_true(fed <= 200);
		assert_false(sse_parser_feed(&p, "\n\ndata: x\n\n", 11));
		assert_int_equal(seen.len, 0);
		sse_parser_release(&p);
	}
	buf_release(&seen);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_standard),
	    cmocka_unit_test(test_nul),
	    cmocka_unit_test(test_both_ways),
	    cmocka_unit_test(test_writer_at_its_limit),
	    cmocka_unit_test(test_parser_at_its_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
