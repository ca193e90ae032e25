/* test_auth.c: credentials, and where a request says that it comes from. */
#include "autoconf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/auth.h"

#define SHA_OF_PASS "{SHA}9d4e1e23bd5b727046a9e3b4b7db57bd8d6ee684"

static const struct {
	const char *header;
	const char *username, *password;
	enum auth_result want;
} samples[] = {
    {"Basic dXNlcjpwYXNz", "user", "pass", AUTH_OK},
    {"bAsIc dXNlcjpwYXNz", "user", "pass", AUTH_OK},
    {"Basic dXNlcjpwYXNz", "user", SHA_OF_PASS, AUTH_OK},
    {"Basic dXNlcjpwYXNzMg==", "user", SHA_OF_PASS, AUTH_DENIED},
    {"Basic dXNlcjpwYXNz", "user", "{SHA}9D4E1E23BD5B727046A9E3B4B7DB57BD8D6EE684", AUTH_DENIED},
    {"Basic dXNlcjpwYXNz", "user", "{SHA}", AUTH_DENIED},
    {"Basic dXNlcjpwYXNz", "user", "pas", AUTH_DENIED},
    {"Basic dXNlcjpwYXNz", "user", "passpass", AUTH_DENIED},
    {"Basic dXNlcjpwYXNz", "use", "pass", AUTH_DENIED},
    {"Basic dXNlcjpwYXNz", "user", "", AUTH_DENIED},
    {"Basic dXNlcjphOmI=", "user", "a:b", AUTH_OK},
    {"Basic dXNlcjphOmI=", "user", "a", AUTH_DENIED},
    {"Basic dXNl-cjpw*YXNz", "user", "pass", AUTH_OK}, /* foreign characters are skipped */
    {"Basic dXNlcjpwYXN", "user", "pass", AUTH_MALFORMED},
    {"Basic //8=", "user", "pass", AUTH_MALFORMED},  /* not UTF-8 */
    {"Basic dXNlcg==", "user", "pass", AUTH_DENIED}, /* no colon */
    {"Basic ****", "user", "pass", AUTH_DENIED},
    {"Basic Og==", "user", "pass", AUTH_DENIED},
    {"Basic ", "user", "pass", AUTH_DENIED},
    {"Basic", "user", "pass", AUTH_DENIED},
    {"Digest dXNlcjpwYXNz", "user", "pass", AUTH_DENIED},
    {"", "user", "pass", AUTH_DENIED},
    {NULL, "user", "pass", AUTH_DENIED},
    {"Basic dXNlcjpwYXNzAHg=", "user", "pass", AUTH_DENIED}, /* a zero byte ends nothing */
};

static void
test_credentials(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
		enum auth_result got =
		    auth_check(samples[i].header, samples[i].username, samples[i].password);

		if (got != samples[i].want)
			fail_msg("'%s' for %s:%s gives %d", samples[i].header, samples[i].username,
				 samples[i].password, got);
	}
}

static void
test_origin(void **state)
{
	(void)state;
	assert_false(auth_origin_is_foreign("http://localhost:9001", "localhost:9001"));
	assert_false(auth_origin_is_foreign("https://Example.ORG", "example.org"));
	assert_true(auth_origin_is_foreign("http://evil.example", "localhost:9001"));
	assert_true(auth_origin_is_foreign("http://localhost:9002", "localhost:9001"));
	assert_true(auth_origin_is_foreign("http://localhost:9001.evil.example", "localhost:9001"));
	assert_true(auth_origin_is_foreign("null", "localhost"));
	assert_true(auth_origin_is_foreign("", "localhost"));
	assert_true(auth_origin_is_foreign("http://localhost", NULL));
}

static void
test_host(void **state)
{
	(void)state;
	assert_true(auth_host_is_ours("127.0.0.1:9001", NULL, NULL));
	assert_true(auth_host_is_ours("10.1.2.3", NULL, NULL));
	assert_true(auth_host_is_ours("[::1]:9001", NULL, NULL));
	assert_true(auth_host_is_ours("localhost", NULL, NULL));
	assert_true(auth_host_is_ours("LocalHost:9001", NULL, NULL));
	assert_true(auth_host_is_ours("box:9001", "box", NULL));
	assert_true(auth_host_is_ours("box.example.org", "box", "box.example.org"));
	assert_false(auth_host_is_ours("box.evil.example", "box", NULL));
	assert_false(auth_host_is_ours("evil.example:9001", "box", NULL));
	assert_false(auth_host_is_ours("1.2.3.4.evil.example", "box", NULL));
	assert_false(auth_host_is_ours("localhost.evil.example", "box", NULL));
	assert_false(auth_host_is_ours("", "box", NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_credentials),
	    cmocka_unit_test(test_origin),
	    cmocka_unit_test(test_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
