/* test_capture.c: capture mode, fed whole, byte by byte and cut at every two positions. */
#include "autoconf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/capture.h"

#define BEGIN "<!--XSUPERVISOR:BEGIN-->"
#define END "<!--XSUPERVISOR:END-->"

enum { MOST = 4096, NMESSAGES = 8 };

struct sample {
	const char *in;
	const char *out;                 /* what is logged */
	const char *messages[NMESSAGES]; /* that are whole */
};

static const struct sample samples[] = {
    {"", "", {NULL}},
    {"plain", "plain", {NULL}},
    {"longer than any tag, and without one\n", "longer than any tag, and without one\n", {NULL}},
    {BEGIN "hello" END, "", {"hello"}},
    {"a" BEGIN "hello" END "b", "ab", {"hello"}},
    {BEGIN END, "", {""}},
    {BEGIN "1" END BEGIN "2" END "x" BEGIN END, "x", {"1", "2", ""}},
    /* An end without a beginning is output, a beginning within a message is part of it. */
    {"a" END "b", "a" END "b", {NULL}},
    {BEGIN "x" BEGIN "y" END "z" END, "z" END, {"x" BEGIN "y"}},
    /* What only looks like a tag. */
    {"<<!--XSUPERVISOR:BEGIN-->m" END, "<", {"m"}},
    {"<!--XSUPERVISOR:<!--XSUPERVISOR:BEGIN-->m" END, "<!--XSUPERVISOR:", {"m"}},
    {BEGIN "<!--XSUPERVISOR:E" END, "", {"<!--XSUPERVISOR:E"}},
    {"<!--XSUPERVISOR:BEGIN--", "<!--XSUPERVISOR:BEGIN--", {NULL}},
    {"end <", "end <", {NULL}},
    {"<!--XSUPERVISOR:begin-->", "<!--XSUPERVISOR:begin-->", {NULL}},
    /* A message that does not end is none. */
    {"a" BEGIN "lost", "a", {NULL}},
    {"a" BEGIN "lost <!--XSUPER", "a", {NULL}},
};

/* What came of one feeding. */
struct result {
	struct capture capture;
	struct buf out;
	struct buf messages; /* each followed by NUL */
};

static void
take(struct result *r, const struct capture_piece *piece)
{
	if (piece->inside)
		capture_keep(&r->capture, piece->text, piece->len);
	else
		buf_append(&r->out, piece->text, piece->len);
	if (piece->inside && piece->tag) {
		buf_append(&r->messages, buf_str(&r->capture.message), r->capture.message.len);
		buf_putc(&r->messages, '\0');
		capture_forget(&r->capture);
	}
}

static void
feed(struct result *r, const char *in, size_t len)
{
	char *room = malloc(CAPTURE_HELD_MAX + len), *data = room + CAPTURE_HELD_MAX;
	struct capture_piece piece;
	size_t held;

	memcpy(data, in, len);
	held = capture_join(&r->capture, data);
	data -= held;
	len += held;
	while (len > 0) {
		size_t n = capture_scan(&r->capture, data, len, &piece);

		assert_true(n > 0 && n <= len);
		assert_ptr_equal(piece.text, data);
		take(r, &piece);
		data += n;
		len -= n;
	}
	assert_true(r->capture.held <= CAPTURE_HELD_MAX);
	free(room);
}

static void
begin(struct result *r, int64_t maxbytes)
{
	capture_init(&r->capture, maxbytes, MOST);
	buf_init(&r->out, MOST);
	buf_init(&r->messages, MOST);
}

static void
end(struct result *r, const struct sample *s)
{
	char room[CAPTURE_HELD_MAX];
	struct capture_piece piece;
	const char *at;

	if (capture_end(&r->capture, room, &piece)) {
		assert_false(piece.tag);
		take(r, &piece);
	}
	assert_false(capture_end(&r->capture, room, &piece));
	assert_string_equal(buf_str(&r->out), s->out);
	at = buf_str(&r->messages);
	for (int i = 0; s->messages[i] != NULL; i++) {
		assert_true(at < r->messages.data + r->messages.len);
		assert_string_equal(at, s->messages[i]);
		at += strlen(at) + 1;
	}
	assert_true(r->messages.len == 0 || at == r->messages.data + r->messages.len);
	capture_release(&r->capture);
	buf_release(&r->out);
	buf_release(&r->messages);
}

#define NSAMPLES (sizeof samples / sizeof samples[0])

static void
test_byte_by_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < NSAMPLES; i++) {
		struct result r;

		begin(&r, 1000);
		for (const char *c = samples[i].in; *c != '\0'; c++)
			feed(&r, c, 1);
		end(&r, &samples[i]);
	}
}

static void
test_every_two_cuts(void **state)
{
	(void)state;
	for (size_t i = 0; i < NSAMPLES; i++) {
		const char *in = samples[i].in;
		size_t len = strlen(in);

		for (size_t a = 0; a <= len; a++) {
			for (size_t b = a; b <= len; b++) {
				struct result r;

				begin(&r, 1000);
				feed(&r, in, a);
				feed(&r, in + a, b - a);
				feed(&r, in + b, len - b);
				end(&r, &samples[i]);
			}
		}
	}
}

/* Only what may become a tag waits. */
static void
test_held_back(void **state)
{
	static const struct {
		const char *in;
		size_t held;
	} cases[] = {
	    {"a", 0},
	    {"a<", 1},
	    {"a<!--X", 5},
	    {"<!--XSUPERVISOR:BEGIN--", 23},
	    {"<!--XSUPERVISOR:END--", 0},
	    {BEGIN "<!--XSUPERVISOR:END--", 21},
	    {BEGIN "<!--XSUPERVISOR:BEGIN--", 0},
	    {BEGIN "<!--X", 5},
	    {"<!-<!--", 4},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct result r;

		begin(&r, 1000);
		feed(&r, cases[i].in, strlen(cases[i].in));
		assert_int_equal(r.capture.held, cases[i].held);
		capture_release(&r.capture);
		buf_release(&r.out);
	}
}

/* The reference with a limit of 10, measured: pieces of 36 and 26 bytes give the last 10 of the 36, and the 26. */
static void
test_limit(void **state)
{
	struct capture c;

	(void)state;
	capture_init(&c, 10, MOST);
	capture_keep(&c, "abcdefghijklmnopqrstuvwxyz0123456789", 36);
	assert_int_equal(c.message.len, 36);
	capture_keep(&c, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", 26);
	assert_string_equal(buf_str(&c.message), "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	/* So it is never longer than the limit, or its longest piece. */
	for (int i = 0; i < 100; i++)
		capture_keep(&c, "xy", 2);
	assert_int_equal(c.message.len, 36);
	capture_forget(&c);
	for (int i = 0; i < 7; i++)
		capture_keep(&c, "ab", 2);
	assert_string_equal(buf_str(&c.message), "ababababab");
	capture_release(&c);
	/* The longest piece again and again: no more than that is kept. */
	capture_init(&c, 10, MOST);
	for (int i = 0; i < 3; i++) {
		char piece[MOST];

		memset(piece, 'a' + i, sizeof piece);
		capture_keep(&c, piece, sizeof piece);
		assert_int_equal(c.message.len, MOST);
		assert_int_equal(c.message.data[0], 'a' + i);
	}
	capture_release(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_byte_by_byte),
	    cmocka_unit_test(test_every_two_cuts),
	    cmocka_unit_test(test_held_back),
	    cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
