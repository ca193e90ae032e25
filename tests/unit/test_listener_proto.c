/*
 * test_listener_proto.c: what listeners say, and what is made of it. Each conversation is fed whole, byte by byte, and cut
 * at every position; the same must come of it.
 */
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

#include "core/listener_proto.h"

/* What happens in a conversation, as text: "A>R" a change of state, " ok" or " no" what the result was, " bad(LINE)". An
   event is sent whenever it is READY and `sends` says so. */
struct talk {
	struct listener_proto lp;
	struct buf story;
	bool sends;
};

static void
talk_init(struct talk *t, bool sends)
{
	listener_proto_init(&t->lp);
	buf_init(&t->story, 1 << 20);
	t->sends = sends;
}

static void
talk_release(struct talk *t)
{
	listener_proto_release(&t->lp);
	buf_release(&t->story);
}

static void
tell(struct talk *t, const struct listener_news *news)
{
	buf_printf(&t->story, "%c>%c", *listener_state_name(news->from), *listener_state_name(news->to));
	if (news->type == LISTENER_NEWS_RESULT)
		buf_puts(&t->story, news->ok ? " ok" : " no");
	if (news->type == LISTENER_NEWS_BAD_LINE) {
		buf_puts(&t->story, " bad(");
		buf_append(&t->story, news->line, news->len);
		buf_putc(&t->story, ')');
	}
	buf_putc(&t->story, '.');
}

/* What comes right after a READY is said to one that has no event yet: events are sent between two reads. */
static void
feed(struct talk *t, const char *data, size_t len)
{
	struct listener_news news;

	while (len > 0) {
		size_t n = listener_proto_feed(&t->lp, data, len, &news);

		assert_true(n <= len);
		assert_int_equal(news.to, t->lp.state);
		if (news.type == LISTENER_NEWS_NONE) {
			assert_int_equal(n, len);
			assert_int_equal(news.from, news.to);
		} else {
			tell(t, &news);
		}
		data += n;
		len -= n;
	}
	if (t->sends && t->lp.state == LISTENER_READY)
		listener_proto_sent(&t->lp);
}

static void
check_cut(const char *data, size_t len, size_t step, size_t first, const char *story)
{
	struct talk t;

	talk_init(&t, true);
	feed(&t, "READY\n", 6);
	buf_clear(&t.story);
	feed(&t, data, first);
	for (size_t at = first; at < len; at += step)
		feed(&t, data + at, len - at < step ? len - at : step);
	assert_string_equal(buf_str(&t.story), story);
	talk_release(&t);
}

static void
check(const char *data, size_t len, const char *story)
{
	check_cut(data, len, len, 0, story);
	check_cut(data, len, 1, 0, story);
	for (size_t first = 1; first < len; first++)
		check_cut(data, len, len, first, story);
}

/* What a BUSY listener may say. */
static void
test_results(void **state)
{
	static const struct {
		const char *says;
		size_t len;
		const char *story;
	} cases[] = {
#define ROW(says, story) {says, sizeof(says) - 1, story}
	    ROW("RESULT 2\nOK", "B>A ok."),
	    ROW("RESULT 4\nFAIL", "B>A no."),
	    ROW("RESULT 2\nNO", "B>A no."),
	    ROW("RESULT 2\nok", "B>A no."),
	    ROW("RESULT 3\nOK\n", "B>A no."),
	    ROW("RESULT 1\nO", "B>A no."),
	    ROW("RESULT 2\n\0K", "B>A no."),
	    ROW("RESULT 2\nOKREADY\n", "B>A ok.A>R."),
	    /* A very common mistake: the newline belongs to what follows. */
	    ROW("RESULT 2\nOK\n", "B>A ok."),
	    ROW("RESULT 2\nOK\nREADY\n", "B>A ok.A>U."),
	    ROW("RESULT 2\nOKnonsense", "B>A ok.A>U."),
	    ROW("RESULT 2\nOKnons", "B>A ok."),
	    /* The grammar of the number. */
	    ROW("RESULT 002\nOK", "B>A ok."),
	    ROW("RESULT +2\nOK", "B>A ok."),
	    ROW("RESULT  2 \nOK", "B>A ok."),
	    ROW("RESULT \t\v\f\r2\r\nOK", "B>A ok."),
	    ROW("RESULT 0_2\nOK", "B>A ok."),
	    ROW("RESULT 0_0_2\nOK", "B>A ok."),
	    ROW("FOOBAR 2\nOK", "B>A ok."),
	    ROW("1234567"
		"2\nOK",
		"B>A ok."),
	    ROW("RESULT x\n", "B>U bad(RESULT x)."),
	    ROW("RESULT 0x2\n", "B>U bad(RESULT 0x2)."),
	    ROW("RESULT 2.0\n", "B>U bad(RESULT 2.0)."),
	    ROW("RESULT 2 2\n", "B>U bad(RESULT 2 2)."),
	    ROW("RESULT _2\n", "B>U bad(RESULT _2)."),
	    ROW("RESULT 2_\n", "B>U bad(RESULT 2_)."),
	    ROW("RESULT 2__2\n", "B>U bad(RESULT 2__2)."),
	    ROW("RESULT +\n", "B>U bad(RESULT +)."),
	    ROW("RESULT ++2\n", "B>U bad(RESULT ++2)."),
	    ROW("RESULT + 2\n", "B>U bad(RESULT + 2)."),
	    ROW("RESULT \n", "B>U bad(RESULT )."),
	    ROW("RESULT2\n", "B>U bad(RESULT2)."),
	    ROW("OK\n", "B>U bad(OK)."),
	    ROW("\n", "B>U bad()."),
	    ROW("\xff\n", "B>U bad(\xff)."),
	    ROW("RESULT x\nREADY\nRESULT 2\nOK", "B>U bad(RESULT x)."),
	    /* Endless recursion in the reference. */
	    ROW("RESULT -1\n", "B>U bad(RESULT -1)."),
	    ROW("RESULT -0\nx", "B>A no."),
	    /* An empty result is noticed with the next byte. */
	    ROW("RESULT 0\n", ""),
	    ROW("RESULT 0\nREADY\n", "B>A no.A>R."),
	    /* Nobody lives to see the end of these, but what they write is not kept either. */
	    ROW("RESULT 9223372036854775807\nOKOKOK", ""),
	    ROW("RESULT 99999999999999999999999999\nOKOKOK", ""),
#undef ROW
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check(cases[i].says, cases[i].len, cases[i].story);
}

/* A length with a NUL behind it is none. */
static void
test_nul(void **state)
{
	struct talk t;

	(void)state;
	talk_init(&t, true);
	feed(&t, "READY\n", 6);
	feed(&t, "RESULT 2\0\n", 10);
	assert_int_equal(t.lp.state, LISTENER_UNKNOWN);
	talk_release(&t);
}

/* What may be said before an event: READY, once. It depends on the reads, as in the reference: an event is only sent
   between two of them. */
static void
test_ready(void **state)
{
	static const struct {
		const char *says;
		const char *story;
	} cases[] = {
	    {"", ""},
	    {"READY\n", "A>R."},
	    {"READY", ""},
	    {"ready\n", "A>U."},
	    {"READY\r", "A>U."},
	    {"\nREADY\n", "A>U."},
	    {"hello", ""},
	    {"hello!", "A>U."},
	    {"hello! world", "A>U."},
	    {"READY\nx", "A>R.R>U."},
	    {"READY\nREADY\n", "A>R.R>U."},
	    {"READY\nRESULT 2\nOK", "A>R.R>U."},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t len = strlen(cases[i].says);

		for (size_t cut = 0; cut <= len; cut++) {
			struct talk t;

			talk_init(&t, false);
			feed(&t, cases[i].says, cut);
			feed(&t, cases[i].says + cut, len - cut);
			assert_string_equal(buf_str(&t.story), cases[i].story);
			talk_release(&t);
		}
	}
}

/* An UNKNOWN listener is heard again when it is started again, and nothing of before is left. */
static void
test_reset(void **state)
{
	static const char *const befores[] = {"REA", "nonsense", "READY\n", "READY\nRESU",
					      "READY\nRESULT 20\nOK"};

	(void)state;
	for (size_t i = 0; i < sizeof(befores) / sizeof(befores[0]); i++) {
		struct talk t;

		talk_init(&t, true);
		for (const char *p = befores[i]; *p != '\0'; p++)
			feed(&t, p, 1);
		listener_proto_reset(&t.lp);
		buf_clear(&t.story);
		assert_int_equal(t.lp.state, LISTENER_ACKNOWLEDGED);
		feed(&t, "READY\n", 6);
		feed(&t, "RESULT 2\nOK", 11);
		assert_string_equal(buf_str(&t.story), "A>R.B>A ok.");
		talk_release(&t);
	}
}

/* Two events that a listener answered before it was sent the second one would be a violation; a long life is not. */
static void
test_long_life(void **state)
{
	struct talk t;

	(void)state;
	talk_init(&t, true);
	feed(&t, "READY\n", 6);
	for (int i = 0; i < 1000; i++) {
		buf_clear(&t.story);
		feed(&t, i % 2 == 0 ? "RESULT 2\nOKREADY\n" : "RESULT 4\nFAILREADY\n", i % 2 == 0 ? 17 : 19);
		assert_string_equal(buf_str(&t.story), i % 2 == 0 ? "B>A ok.A>R." : "B>A no.A>R.");
	}
	talk_release(&t);
}

/* Neither an endless line nor an endless result is kept. */
static void
test_bounded(void **state)
{
	static char noise[100000];
	struct talk t;

	(void)state;
	memset(noise, '1', sizeof(noise));
	talk_init(&t, true);
	feed(&t, "READY\n", 6);
	feed(&t, noise, sizeof(noise));
	assert_int_equal(t.lp.state, LISTENER_UNKNOWN);
	assert_true(t.lp.line.cap < 20000);
	talk_release(&t);

	talk_init(&t, true);
	feed(&t, "READY\n", 6);
	feed(&t, "RESULT 1000000000000\n", 21);
	for (int i = 0; i < 100; i++)
		feed(&t, noise, sizeof(noise));
	assert_int_equal(t.lp.state, LISTENER_BUSY);
	assert_int_equal(t.lp.received, 100 * sizeof(noise));
	assert_true(t.lp.line.cap < 20000);
	talk_release(&t);
}

/* Python refuses numbers of more than 4300 digits. */
static void
test_many_digits(void **state)
{
	char line[7 + 4301 + 2];
	struct talk t;

	(void)state;
	for (int digits = 4300; digits <= 4301; digits++) {
		int len = snprintf(line, sizeof(line), "RESULT %0*d\n", digits, 2);

		talk_init(&t, true);
		feed(&t, "READY\n", 6);
		feed(&t, line, (size_t)len);
		assert_int_equal(t.lp.state, digits == 4300 ? LISTENER_BUSY : LISTENER_UNKNOWN);
		talk_release(&t);
	}
}

/* The message says what it said: the beginning, however it came. */
static void
test_what_was_said(void **state)
{
	static const struct {
		const char *before, *says, *said;
	} cases[] = {
	    {"", "hello\n", "hello\n"},
	    {"", "starting up\n", "starting up\n"},
	    {"READY\n", "\n", "\n"},
	    {"READY\n", "READY\n", "READY\n"},
	    {"", "0123456789012345678901234567890123456789012345678901234567890123456789",
	     "012345678901234567890123456789012345678901234567890123456789"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct listener_proto lp;
		struct listener_news news;
		size_t len = strlen(cases[i].says);

		listener_proto_init(&lp);
		listener_proto_feed(&lp, cases[i].before, strlen(cases[i].before), &news);
		assert_int_equal(listener_proto_feed(&lp, cases[i].says, len, &news), len);
		assert_int_equal(news.type, LISTENER_NEWS_VIOLATION);
		assert_int_equal(news.len, strlen(cases[i].said));
		assert_memory_equal(news.line, cases[i].said, news.len);
		listener_proto_release(&lp);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_results),     cmocka_unit_test(test_nul),
	    cmocka_unit_test(test_ready),       cmocka_unit_test(test_reset),
	    cmocka_unit_test(test_long_life),   cmocka_unit_test(test_bounded),
	    cmocka_unit_test(test_many_digits), cmocka_unit_test(test_what_was_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
