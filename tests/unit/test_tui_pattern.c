/* test_tui_pattern.c: what one searches and filters by. */
#include "autoconf.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "base/xmalloc.h"
#include "tui/tui_pattern.h"

static bool
matches(const char *pattern, const char *text)
{
	struct tui_pattern p;
	bool yes;

	tui_pattern_init(&p);
	assert_true(tui_pattern_set(&p, pattern, NULL));
	yes = tui_pattern_matches(&p, text, strlen(text));
	tui_pattern_release(&p);
	return yes;
}

static void
test_plain(void **state)
{
	(void)state;
	assert_true(matches("", "anything"));
	assert_true(matches("foo", "a Foo b"));
	assert_true(matches("foo", "foo"));
	assert_true(matches("foo", "xfofoo"));
	assert_false(matches("foo", "fo"));
	assert_false(matches("foo", ""));
	/* Upper case in it: case counts. */
	assert_true(matches("Foo", "a Foo b"));
	assert_false(matches("Foo", "a foo b"));
	/* What is special in expressions is not here. */
	assert_true(matches("a.b*[", "xa.b*["));
	assert_false(matches("a.b", "axb"));
	assert_true(matches("größe", "die größe"));
}

static void
test_inverted(void **state)
{
	(void)state;
	assert_true(matches("!foo", "bar"));
	assert_false(matches("!foo", "a foo"));
	assert_true(matches("!", "anything"));
	assert_true(matches("\\!foo", "a !foo"));
	assert_false(matches("\\!foo", "a foo"));
	assert_true(matches("!~^x", "y"));
	assert_false(matches("!~^x", "xy"));
}

static void
test_expressions(void **state)
{
	(void)state;
	assert_true(matches("~^get .* 5[0-9][0-9]$", "GET /x 503"));
	assert_false(matches("~^GET .* 5[0-9][0-9]$", "get /x 503"));
	assert_false(matches("~^get .* 5[0-9][0-9]$", "get /x 404"));
	assert_true(matches("~(timeout|refused)", "connection refused"));
	assert_true(matches("~", "anything"));
	assert_true(matches("\\~x", "a ~x"));
	assert_false(matches("\\~x", "a x"));
}

static void
refuse(const char *pattern, const char *says)
{
	struct tui_pattern p;
	char *why = NULL;

	tui_pattern_init(&p);
	assert_true(tui_pattern_set(&p, "before", NULL));
	assert_false(tui_pattern_set(&p, pattern, &why));
	assert_non_null(why);
	if (why == NULL)
		abort();
	if (strstr(why, says) == NULL)
		fail_msg("'%s' does not say '%s'", why, says);
	assert_string_equal(p.text, "before");
	free(why);
	tui_pattern_release(&p);
}

static void
test_refused(void **state)
{
	char *text = xmalloc(2000);

	(void)state;
	refuse("~a(b", "'a(b'");
	refuse("~[x", "'[x'");
	refuse("~(a*)\\1", "references back");
	/* Each of these would take gigabytes. */
	refuse("~((a{1,255}){1,255}){1,255}", "repeats too much");
	refuse("~(a{200}){,200}", "repeats too much");
	refuse("~a{99999999999999999999}", "repeats too much");
	memset(text, 'a', 1999);
	text[0] = '~';
	text[1999] = '\0';
	refuse(text, "too long");
	free(text);
	assert_true(matches("~^a{3}$", "aaa"));
	assert_true(matches("~^b|c$", "xc"));
	assert_false(matches("~^b|c$", "xbx"));
	assert_true(matches("~^\\{x{1,3}", "{xx"));
}

static void
test_finding(void **state)
{
	static const char text[] = "one fish two Fish";
	struct tui_pattern p;
	size_t start, end;

	(void)state;
	tui_pattern_init(&p);
	assert_false(tui_pattern_find(&p, text, strlen(text), 0, &start, &end));
	tui_pattern_set(&p, "fish", NULL);
	assert_true(tui_pattern_find(&p, text, strlen(text), 0, &start, &end));
	assert_int_equal(start, 4);
	assert_int_equal(end, 8);
	assert_true(tui_pattern_find(&p, text, strlen(text), end, &start, &end));
	assert_int_equal(start, 13);
	assert_false(tui_pattern_find(&p, text, strlen(text), end, &start, &end));
	/* Empty places are none; the beginning of the text is there once. */
	tui_pattern_set(&p, "~t*", NULL);
	assert_true(tui_pattern_find(&p, text, strlen(text), 0, &start, &end));
	assert_int_equal(start, 9);
	tui_pattern_set(&p, "~^o", NULL);
	assert_true(tui_pattern_find(&p, text, strlen(text), 0, &start, &end));
	assert_false(tui_pattern_find(&p, "oo", 2, 1, &start, &end));
	/* Turned round, it still says where the text is. */
	tui_pattern_set(&p, "!two", NULL);
	assert_true(tui_pattern_find(&p, text, strlen(text), 0, &start, &end));
	assert_int_equal(start, 9);
	/* A NUL is a character. */
	tui_pattern_set(&p, "~b", NULL);
	assert_true(tui_pattern_find(&p, "a\0b", 3, 0, &start, &end));
	assert_int_equal(start, 2);
	tui_pattern_release(&p);
}

/* A word begins by what is in front of where one looks on. */
static void
test_word_behind_a_hit(void **state)
{
	struct tui_pattern p;
	size_t start, end;

	(void)state;
	tui_pattern_init(&p);
	assert_true(tui_pattern_set(&p, "~\\<foo", NULL));
	assert_true(tui_pattern_find(&p, "xfoo foo", 8, 1, &start, &end));
	assert_int_equal(start, 5);
	assert_int_equal(end, 8);
	assert_true(tui_pattern_find(&p, "xfoo foo", 8, 5, &start, &end));
	assert_int_equal(start, 5);
	assert_false(tui_pattern_find(&p, "xfoo foo", 8, 6, &start, &end));
	tui_pattern_release(&p);
}

/* What would take an expression half a minute, place by place, takes a moment. */
static void
test_long_text(void **state)
{
	static const char *const patterns[] = {"~x.*y", "~[a-z]+ [0-9]+$", "~(x+x+)+y", "~(x|xx|xxx)*y$"};
	size_t len = 65536, start, end, n = 0;
	char *text = xmalloc(len + 1);
	struct tui_pattern p;
	clock_t began = clock();

	(void)state;
	memset(text, 'x', len);
	text[len] = '\0'; /* AddressSanitizer does not know REG_STARTEND */
	tui_pattern_init(&p);
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		assert_true(tui_pattern_set(&p, patterns[i], NULL));
		assert_false(tui_pattern_matches(&p, text, len));
		assert_false(tui_pattern_find(&p, text, len, 0, &start, &end));
	}
	/* All places are found, whatever lies in front of them. */
	text[0] = '\0';
	for (size_t i = 500; i < len; i += 500)
		memcpy(text + i, "a12", 3);
	tui_pattern_set(&p, "~a[0-9]{2}", NULL);
	assert_true(tui_pattern_matches(&p, text, len));
	for (size_t at = 0; tui_pattern_find(&p, text, len, at, &start, &end); at = end, n++)
		assert_int_equal(start, (n + 1) * 500);
	assert_int_equal(n, len / 500);
	assert_true((double)(clock() - began) / CLOCKS_PER_SEC < 5);
	free(text);
	tui_pattern_release(&p);
}

/* glibc keeps a state for nearly each byte of such a text: that took minutes and gigabytes. */
static void
test_heavy(void **state)
{
	static const char *const patterns[] = {"~e.{50}zq", "~(a|e)*a(t|a|e){100}x", "~e.{300}zq",
					       "~e..........................zq"};
	size_t len = 65536, start, end;
	char *text = xmalloc(len + 1);
	unsigned random = 1;
	struct tui_pattern p;
	clock_t began = clock();

	(void)state;
	for (size_t i = 0; i < len; i++) {
		random = random * 1103515245 + 12345;
		text[i] = "etaoin shrdlueta"[random >> 16 & 15];
	}
	text[len] = '\0';
	tui_pattern_init(&p);
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		assert_true(tui_pattern_set(&p, patterns[i], NULL));
		assert_true(tui_pattern_weight(&p) > 32);
		assert_false(tui_pattern_matches(&p, text, len));
		assert_false(tui_pattern_find(&p, text, len, 0, &start, &end));
	}
	assert_true((double)(clock() - began) / CLOCKS_PER_SEC < 8);
	/* What is looked for is found all the same; ends of windows are no ends of the text. */
	tui_pattern_set(&p, "~e.{50}zq", NULL);
	text[5000] = 'e';
	memcpy(text + 5051, "zq", 2);
	assert_true(tui_pattern_matches(&p, text, len));
	assert_true(tui_pattern_find(&p, text, len, 4990, &start, &end));
	assert_int_equal(end, 5053);
	tui_pattern_set(&p, "~[a-z ]{10}$", NULL);
	memset(text, 'x', len);
	assert_true(tui_pattern_matches(&p, text, 6000));
	assert_true(tui_pattern_find(&p, text, 6000, 0, &start, &end));
	assert_int_equal(start, 5990);
	tui_pattern_set(&p, "~^x{10}", NULL);
	assert_false(tui_pattern_find(&p, text, 6000, 1, &start, &end));
	tui_pattern_set(&p, "~x+", NULL);
	assert_int_equal(tui_pattern_weight(&p), 32);
	free(text);
	tui_pattern_release(&p);
}

/* Against the plainest way, on all short texts of two letters. */
static void
test_all_short_texts(void **state)
{
	char text[9], needle[4], all[12];
	struct tui_pattern p;

	(void)state;
	tui_pattern_init(&p);
	for (unsigned len = 1; len <= 3; len++) {
		for (unsigned n = 0; n < 1u << len; n++) {
			for (unsigned i = 0; i < len; i++)
				needle[i] = (n >> i & 1) != 0 ? 'b' : 'a';
			needle[len] = '\0';
			tui_pattern_set(&p, needle, NULL);
			for (unsigned t = 0; t < 256; t++) {
				for (unsigned i = 0; i < 8; i++)
					text[i] = (t >> i & 1) != 0 ? 'b' : 'A';
				text[8] = '\0';
				for (unsigned i = 0; i <= 8; i++)
					all[i] = text[i] == 'A' ? 'a' : text[i];
				assert_int_equal(tui_pattern_matches(&p, text, 8),
						 strstr(all, needle) != NULL);
			}
		}
	}
	tui_pattern_release(&p);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_plain),           cmocka_unit_test(test_inverted),
	    cmocka_unit_test(test_expressions),     cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_finding),         cmocka_unit_test(test_word_behind_a_hit),
	    cmocka_unit_test(test_long_text),       cmocka_unit_test(test_heavy),
	    cmocka_unit_test(test_all_short_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
