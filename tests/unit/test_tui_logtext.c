/* test_tui_logtext.c: what of a line is shown and searched: JSON, colours, and what looks like an error. */
#include "autoconf.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tui/tui_logerror.h"
#include "tui/tui_logjson.h"
#include "tui/tui_logtext.h"

static void
shows(const char *json, const char *expected)
{
	struct buf out = BUF_INIT(TUI_LOGTEXT_MAX);
	bool is = tui_logjson(&out, json, strlen(json));

	assert_string_equal(is ? buf_str(&out) : "", expected);
	buf_release(&out);
}

static void
test_json(void **state)
{
	(void)state;
	shows("{\"level\":\"info\",\"msg\":\"it is up\",\"time\":\"2025-11-24T16:00:00Z\",\"port\":8080}",
	      "2025-11-24T16:00:00Z info it is up port=8080");
	shows("{\"ts\":1764000000.25,\"severity\":\"WARN\",\"message\":\"slow\",\"took\":1.5,\"ok\":false,"
	      "\"who\":null}",
	      "1764000000.25 WARN slow took=1.5 ok=false who=null");
	shows("{\"msg\":\"x\",\"db\":{\"host\":\"a b\",\"port\":1},\"list\":[1,\"a\"],\"e\":{}}  \r",
	      "x db.host=\"a b\" db.port=1 list=[1,\"a\"] e={}");
	shows("{\"msg\":\"two\\nlines\\n\",\"q\":\"\",\"r\":\"say \\\"x\\\"\"}",
	      "two | lines q=\"\" r=\"say \\\"x\\\"\"");
	/* Members that come first have to be texts or numbers. */
	shows("{\"level\":{\"a\":1},\"msg\":[2]}", "level.a=1 msg=[2]");
	shows("{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":1}}}}}}", "a.b.c.d.e={\"f\":1}");
}

static void
test_no_json(void **state)
{
	static char big[TUI_LOGJSON_MAX + 100];

	(void)state;
	shows("", "");
	shows("{", "");
	shows("{}", "");
	shows("text {\"a\":1}", "");
	shows("{\"a\":1} text", "");
	shows("[1,2]", "");
	shows("{\"a\":1", "");
	shows("{'a':1}", "");
	shows("{\"a\":\"\xff\"}", "");
	/* A bounded amount of work. */
	memset(big, ' ', sizeof(big) - 1);
	memcpy(big, "{\"a\":1", 6);
	big[sizeof(big) - 2] = '}';
	shows(big, "");
	memset(big, '[', sizeof(big) - 1);
	memcpy(big, "{\"a\":", 5);
	big[10000] = '}';
	big[10001] = '\0';
	shows(big, "");
}

static void
test_plain(void **state)
{
	static const char text[] = "a \033[31mred\033[0m \033]0;title\a thing";
	struct tui_log_line line = {.text = text, .len = sizeof(text) - 1};
	struct buf a = BUF_INIT(TUI_LOGTEXT_MAX), b = BUF_INIT(TUI_LOGTEXT_MAX);
	size_t len;
	const char *plain = tui_logtext_plain(&line, false, &a, &b, &len);

	(void)state;
	assert_non_null(strstr(plain, "a red "));
	assert_null(memchr(plain, '\033', len));
	line = (struct tui_log_line){.text = "{\"msg\":\"a\\u001b[31mb\"}", .len = 21};
	line.len = strlen(line.text);
	plain = tui_logtext_plain(&line, true, &a, &b, &len);
	assert_string_equal(plain, "ab");
	plain = tui_logtext_plain(&line, false, &a, &b, &len);
	assert_ptr_equal(plain, line.text);
	buf_release(&a);
	buf_release(&b);
}

static void
test_errors(void **state)
{
	static const char *const errors[] = {
	    "ERROR: no such file",
	    "2025-11-24 error connecting",
	    "level=error msg=x",
	    "{\"level\":\"error\"}",
	    "[error] 12#0",
	    "app.Error: x",
	    "Fatal: y",
	    "kernel panic - not syncing",
	    "panic: runtime error",
	    "Traceback (most recent call last):",
	    "ConnectionRefusedError: [Errno 111]",
	    "java.lang.NullPointerException: null",
	    "CRITICAL it burns",
	    "build failed",
	    "11-24 16:00:00.000 123 456 E Tag: x",
	    "[E] thing",
	    "Segmentation fault (core dumped)",
	    "errors: err=5",
	    "Out of memory",
	    "failed=1",
	    "failed: 10",
	    "ERR",
	    "unit entered failed state",
	    "10 failed",
	    "severe",
	};
	static const char *const fine[] = {
	    "",
	    "all is well",
	    "terror",
	    "errors=0",
	    "failed=0",
	    "0 failed",
	    "0 errors, no error",
	    "failed: 0",
	    "no errors",
	    "information",
	    "a E",
	    "errorless",
	    "interrupt",
	    "GET /errors/list",
	    "unfailed",
	    "exceptional",
	    "\"failed\": 0",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (!tui_logerror_is(errors[i], strlen(errors[i])))
			fail_msg("'%s' looks like no error", errors[i]);
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++)
		if (tui_logerror_is(fine[i], strlen(fine[i])))
			fail_msg("'%s' looks like an error", fine[i]);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_json),
	    cmocka_unit_test(test_no_json),
	    cmocka_unit_test(test_plain),
	    cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
