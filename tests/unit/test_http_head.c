/* test_http_head.c: heads of requests, and what an URI and a form say. */
#include "autoconf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "base/buf.h"
#include "core/http_head.h"
#include "core/http_uri.h"

/* "METHOD|URI|VERSION|name=value|..."; "-": no request. */
static void
describe(struct buf *out, const char *text, size_t len)
{
	struct http_head h;

	if (!http_head_parse(&h, text, len)) {
		buf_puts(out, "-");
		return;
	}
	buf_printf(out, "%s|%s|%s", h.method, h.uri, h.version != NULL ? h.version : "none");
	for (size_t i = 0; i < h.nfields; i++)
		buf_printf(out, "|%s=%s", h.field[i].name, h.field[i].value);
	http_head_release(&h);
}

static const char *const heads[][2] = {
    {"GET / HTTP/1.1", "GET|/|1.1"},
    {"GET /", "GET|/|none"},
    {"POST /RPC2 HTTP/1.0\r\nHost: a\r\nContent-Length: 5", "POST|/RPC2|1.0|Host=a|Content-Length=5"},
    {"GET / HTTP/12.3.", "GET|/|12.3."},
    {"G\xc3\xa9T /\xc3\xa9 HTTP/1.1", "G\xc3\xa9T|/\xc3\xa9|1.1"},
    {"GET / HTTP/1.1\r\nA:b\r\nC:  \t d \t", "GET|/|1.1|A=b|C=d"},
    {"GET / HTTP/1.1\r\nA:\r\nB: ", "GET|/|1.1|A=|B="},
    {"GET / HTTP/1.1\r\nA: b:c", "GET|/|1.1|A=b:c"},
    {"GET / HTTP/1.1\r\nA: b\r\n c\r\n\td\r\nE: f", "GET|/|1.1|A=bcd|E=f"},
    {"GET / HTTP/1.1\r\nA:\r\n  b\r\n ", "GET|/|1.1|A=b"},
    {"GET / HTTP/1.1\r\nfoo\r\n: b\r\nbar\r\n :c\r\nA: b", "GET|/|1.1|bar=c|A=b"},
    {"GET / HTTP/1.1\r\nA: b\nC: d", "GET|/|1.1|A=b\nC: d"},
    {"GET\t/ HTTP/1.1", "GET\t/|HTTP/1.1|none"},
    {"", "-"},
    {"GET", "-"},
    {"GET ", "-"},
    {" GET / HTTP/1.1", "-"},
    {"GET  / HTTP/1.1", "-"},
    {"GET /  HTTP/1.1", "-"},
    {"GET / HTTP/1.1 ", "-"},
    {"GET / x HTTP/1.1", "-"},
    {"GET / http/1.1", "-"},
    {"GET / HTTP/", "-"},
    {"GET / HTTP/1.x", "-"},
    {"GET / HTTP/1.1\r\n folded: x", "-"},
    {"GET / HTTP/1.1\r\nA: \xff", "-"},
    {"\r\nGET / HTTP/1.1", "-"},
};

static void
test_heads(void **state)
{
	struct buf out = BUF_INIT(10000);

	(void)state;
	for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
		describe(&out, heads[i][0], strlen(heads[i][0]));
		assert_string_equal(buf_str(&out), heads[i][1]);
		buf_clear(&out);
	}
	describe(&out, "GET /\0 HTTP/1.1", 15);
	assert_string_equal(buf_str(&out), "-");
	buf_release(&out);
}

/* A head that is cut anywhere is some other head, or none: nothing is read beyond its end. */
static void
test_cuts(void **state)
{
	struct buf out = BUF_INIT(10000);

	(void)state;
	for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
		for (size_t len = 0; len < strlen(heads[i][0]); len++) {
			char *copy = malloc(len + 1);

			memcpy(copy, heads[i][0], len);
			describe(&out, copy, len);
			assert_false(out.failed);
			buf_clear(&out);
			free(copy);
		}
	}
	buf_release(&out);
}

static void
test_persistence(void **state)
{
	static const struct {
		const char *head;
		bool persistent;
	} samples[] = {
	    {"GET / HTTP/1.1", true},
	    {"GET / HTTP/1.0", false},
	    {"GET /", false},
	    {"GET / HTTP/2.0", true},
	    {"GET / HTTP/1.1\r\nConnection: close", false},
	    {"GET / HTTP/1.1\r\nconnection: CLOSE", false},
	    {"GET / HTTP/1.1\r\nConnection: TE, close", false},
	    {"GET / HTTP/1.1\r\nConnection: enclose, closed", true},
	    {"GET / HTTP/1.1\r\nConnection: keep-alive\r\nConnection: close", true},
	    {"GET / HTTP/1.0\r\nConnection: Keep-Alive", true},
	    {"GET / HTTP/1.0\r\nConnection: keep-alive,", true},
	    {"GET / HTTP/1.0\r\nConnection: ", false},
	    {"GET /\r\nConnection: keep-alive", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
		struct http_head h;

		assert_true(http_head_parse(&h, samples[i].head, strlen(samples[i].head)));
		if (http_head_is_persistent(&h) != samples[i].persistent)
			fail_msg("'%s'", samples[i].head);
		http_head_release(&h);
	}
}

static void
test_length(void **state)
{
	static const struct {
		const char *header;
		enum http_length want;
		uint64_t length;
	} samples[] = {
	    {"A: b", HTTP_LENGTH_NONE, 0},
	    {"Content-Length:", HTTP_LENGTH_NONE, 0},
	    {"Content-Length: 0", HTTP_LENGTH_KNOWN, 0},
	    {"content-length:  42 ", HTTP_LENGTH_KNOWN, 42},
	    {"Content-Length: +7", HTTP_LENGTH_KNOWN, 7},
	    {"Content-Length: 007", HTTP_LENGTH_KNOWN, 7},
	    {"Content-Length: 1000000000000", HTTP_LENGTH_KNOWN, 1000000000000},
	    {"Content-Length: 18446744073709551616", HTTP_LENGTH_KNOWN, UINT64_MAX},
	    {"Content-Length: 99999999999999999999999", HTTP_LENGTH_KNOWN, UINT64_MAX},
	    {"Content-Length: 5\r\ncontent-length: 5", HTTP_LENGTH_KNOWN, 5},
	    {"Content-Length: 5\r\nContent-Length: 6", HTTP_LENGTH_BAD, 0},
	    {"Content-Length: 5\r\nA: b\r\nContent-Length:", HTTP_LENGTH_BAD, 0},
	    {"Content-Length : 5", HTTP_LENGTH_BAD, 0},
	    {"Transfer-Encoding\t: chunked", HTTP_LENGTH_BAD, 0},
	    {"\vTransfer-Encoding: chunked", HTTP_LENGTH_BAD, 0},
	    {"A: b\n\tContent-Length : 5", HTTP_LENGTH_BAD, 0},
	    {"A: b\rContent-Length: 5", HTTP_LENGTH_BAD, 0},
	    {"A\nTransfer-Encoding: chunked", HTTP_LENGTH_BAD, 0},
	    {"A : b\nC: Content-Length\r\nContent-Length-X : 5\r\nContent-Length: 6", HTTP_LENGTH_KNOWN, 6},
	    {"Content-Length: 5\r\nA: b\r\n c\td", HTTP_LENGTH_KNOWN, 5},
	    {"Content-Length: -1", HTTP_LENGTH_BAD, 0},
	    {"Content-Length: +", HTTP_LENGTH_BAD, 0},
	    {"Content-Length: 5, 5", HTTP_LENGTH_BAD, 0},
	    {"Content-Length: 0x5", HTTP_LENGTH_BAD, 0},
	    {"Content-Length: 5\r\nTransfer-Encoding: chunked", HTTP_LENGTH_BAD, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
		struct buf b = BUF_INIT(1000);
		struct http_head h;
		uint64_t length;

		buf_printf(&b, "POST / HTTP/1.1\r\n%s", samples[i].header);
		assert_true(http_head_parse(&h, buf_str(&b), b.len));
		if (http_head_length(&h, &length) != samples[i].want || length != samples[i].length)
			fail_msg("'%s' gives %llu", samples[i].header, (unsigned long long)length);
		http_head_release(&h);
		buf_release(&b);
	}
}

/* A head of nothing but ends of lines that are none takes no longer than another. */
static void
test_length_of_a_long_head(void **state)
{
	enum { LEN = 60000 };
	struct buf b = BUF_INIT(LEN + 100);
	clock_t began = clock();
	struct http_head h;
	uint64_t length;

	(void)state;
	buf_puts(&b, "POST / HTTP/1.1\r\nContent-Length: 5\r\nA: ");
	memset(buf_reserve(&b, LEN), '\n', LEN);
	buf_added(&b, LEN);
	buf_puts(&b, ".");
	assert_true(http_head_parse(&h, buf_str(&b), b.len));
	for (int i = 0; i < 50; i++)
		assert_int_equal(http_head_length(&h, &length), HTTP_LENGTH_KNOWN);
	assert_true(clock() - began < 10 * CLOCKS_PER_SEC);
	http_head_release(&h);
	buf_release(&b);
}

static void
test_uris(void **state)
{
	static const char *const samples[][3] = {
	    {"/a/b", "/a/b", NULL},
	    {"/a;p?x=1#f", "/a", "x=1"},
	    {"/a?x=1;2?3", "/a", "x=1;2?3"},
	    {"/a#f?x", "/a", NULL},
	    {"/a?", "/a", ""},
	    {"/%52PC2+%2f%c3%A9", "/RPC2+/\xc3\xa9", NULL},
	    {"/%3Fx?y", "/?x", "y"},
	    {"/%zz%4%", "/%zz%4%", NULL},
	    {"/a%00b", "/a%00b", NULL},
	    {"", "", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
		char *path = http_uri_path(samples[i][0]);
		size_t len = 0;
		const char *query = http_uri_query(samples[i][0], &len);

		assert_string_equal(path, samples[i][1]);
		free(path);
		assert_int_equal(query != NULL, samples[i][2] != NULL);
		if (query != NULL) {
			assert_int_equal(len, strlen(samples[i][2]));
			assert_int_equal(strncmp(query, samples[i][2], len), 0);
		}
	}
}

static void
test_params(void **state)
{
	static const char *const samples[][2] = {
	    {"a=1&b=2", "a:1 b:2 "},
	    {"a=1&a=2", "a:1 a:2 "},
	    {"a&b=&=c&&", "a: b: :c "},
	    {"a=x+y%20z%2B&b=%26=", "a:x y z+ b:&= "},
	    {"", ""},
	};
	struct buf b = BUF_INIT(10000);
	struct http_params p = {0};

	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
		assert_true(http_params_parse(&p, samples[i][0], strlen(samples[i][0])));
		for (size_t j = 0; j < p.n; j++)
			buf_printf(&b, "%s:%s ", p.param[j].name, p.param[j].value);
		assert_string_equal(buf_str(&b), samples[i][1]);
		http_params_release(&p);
		buf_clear(&b);
	}
	for (int i = 0; i < 3000; i++)
		buf_puts(&b, "&a");
	assert_true(http_params_parse(&p, buf_str(&b), b.len));
	assert_int_equal(p.n, 1000);
	http_params_release(&p);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_heads),
	    cmocka_unit_test(test_cuts),
	    cmocka_unit_test(test_persistence),
	    cmocka_unit_test(test_length),
	    cmocka_unit_test(test_length_of_a_long_head),
	    cmocka_unit_test(test_uris),
	    cmocka_unit_test(test_params),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
