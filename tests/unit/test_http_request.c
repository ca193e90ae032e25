/*
 * test_http_request.c: what a request says, when memory is short: each allocation of ours fails once, and what is known
 * afterwards is nothing, or right. The rest of http_request.c is tested over connections, in test_httpd.c.
 */
#include "autoconf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "daemon/http_internal.h"

/* Allocations until one fails; negative: none does. */
static long fail_after = -1;

static bool
fails_now(void)
{
	return fail_after >= 0 && fail_after-- == 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_reallocarray(void *p, size_t n, size_t size);
char *__real_strdup(const char *s);
char *__real_strndup(const char *s, size_t n);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_reallocarray(void *p, size_t n, size_t size);
char *__wrap_strdup(const char *s);
char *__wrap_strndup(const char *s, size_t n);

void *
__wrap_malloc(size_t size)
{
	return fails_now() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return fails_now() ? NULL : __real_calloc(n, size);
}

void *
__wrap_reallocarray(void *p, size_t n, size_t size)
{
	return fails_now() ? NULL : __real_reallocarray(p, n, size);
}

char *
__wrap_strdup(const char *s)
{
	return fails_now() ? NULL : __real_strdup(s);
}

char *
__wrap_strndup(const char *s, size_t n)
{
	return fails_now() ? NULL : __real_strndup(s, n);
}

#define HEAD "POST /tail.html;x?processname=a%3Ab&limit&log=+1 HTTP/1.1\r\nHost: localhost\r\nAccept: */*"
#define FORM "action=start&processname=cat&action=st%6fp"

/* A form is known whole or not at all. Whether it is known. */
static bool
check_form(struct http_request *r)
{
	const char *action = http_request_form(r, "action");
	bool known = action != NULL;

	fail_after = -1;
	assert_true(!known || strcmp(action, "stop") == 0);
	assert_string_equal(known ? http_request_form(r, "processname") : "cat", "cat");
	assert_int_equal(http_request_form(r, "processname") != NULL, known);
	assert_null(http_request_form(r, "limit"));
	return known;
}

static void
check_query(const struct http_request *r)
{
	assert_string_equal(http_request_path(r), "/tail.html");
	assert_string_equal(http_request_query(r, "processname"), "a:b");
	assert_string_equal(http_request_query(r, "limit"), "");
	assert_string_equal(http_request_query(r, "log"), " 1");
	assert_null(http_request_query(r, "action"));
}

/* With the nth allocation failing; whether all is known. */
static bool
everything_is_known(long nth)
{
	struct http_head head;
	struct http_request *r;
	bool known = false;

	fail_after = nth;
	r = http_head_parse(&head, HEAD, strlen(HEAD)) ? http_request_new(NULL, &head) : NULL;
	if (r != NULL) {
		check_query(r);
		r->body = __real_strdup(FORM);
		r->length = strlen(FORM);
		known = check_form(r);
		http_request_free(r);
	}
	fail_after = -1;
	return known;
}

static void
test_out_of_memory(void **state)
{
	long nth = 0;

	(void)state;
	assert_true(everything_is_known(-1));
	while (!everything_is_known(nth))
		nth++;
	/* The head, its fields, the request, its path, and three or so for each of seven parameters. */
	assert_in_range(nth, 16, 40);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_out_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
