/* test_ctl_undo.c: the states of a line, as the keys of a user make them. */
#include "autoconf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>
#include <cmocka.h>

#include "ctl/ctl_undo.h"

static wchar_t long_line[CTL_UNDO_LINE + 1];

static void
note(struct ctl_undo *u, const wchar_t *text)
{
	ctl_undo_note(u, text, wcslen(text), wcslen(text));
}

static void
type(struct ctl_undo *u, const wchar_t *text, size_t from)
{
	for (size_t i = from; i <= wcslen(text); i++)
		ctl_undo_note(u, text, i, i);
}

static void
assert_back(struct ctl_undo *u, const wchar_t *text, size_t cursor)
{
	const struct ctl_undo_state *s = ctl_undo_back(u);

	assert_non_null(s);
	assert_int_equal(wcscmp(s->text, text), 0);
	assert_int_equal(s->len, wcslen(text));
	assert_int_equal(s->cursor, cursor);
}

/* A user types, kills a word, types again, and goes back to the beginning. */
static void
test_steps(void **state)
{
	struct ctl_undo u = {0};

	(void)state;
	assert_null(ctl_undo_back(&u));
	type(&u, L"stop web", 0);
	note(&u, L"stop ");
	type(&u, L"stop cat", 5);
	note(&u, L"stop cat"); /* a key that changed nothing */
	assert_back(&u, L"stop ", 5);
	assert_back(&u, L"stop web", 8);
	assert_back(&u, L"", 0);
	assert_null(ctl_undo_back(&u));
	assert_null(ctl_undo_back(&u));
	ctl_undo_clear(&u);
}

/* Typing is cut after so many characters, where the cursor went elsewhere, and where something was undone. */
static void
test_typing(void **state)
{
	struct ctl_undo u = {0};

	(void)state;
	type(&u, L"0123456789012345678901234", 0);
	assert_back(&u, L"01234567890123456789", 20);
	assert_back(&u, L"", 0);
	type(&u, L"ab", 0);
	ctl_undo_note(&u, L"ab", 2, 0);
	ctl_undo_note(&u, L"xab", 3, 1);
	ctl_undo_note(&u, L"xyab", 4, 2);
	assert_back(&u, L"ab", 0);
	ctl_undo_note(&u, L"ab", 2, 2);
	note(&u, L"abc");
	assert_back(&u, L"ab", 2);
	note(&u, L"abd");
	assert_back(&u, L"ab", 2);
	/* A character in the place of another is not typed. */
	note(&u, L"ax");
	note(&u, L"bx");
	assert_back(&u, L"ax", 2);
	ctl_undo_clear(&u);
}

static void
test_apart_and_marks(void **state)
{
	struct ctl_undo u = {0};

	(void)state;
	assert_int_equal(ctl_undo_mark(&u), 0);
	type(&u, L"ab", 0);
	ctl_undo_apart(&u, 1);
	note(&u, L"abc");
	assert_int_equal(ctl_undo_mark(&u), 1);
	ctl_undo_note(&u, L"abc", 3, 1);
	assert_int_equal(ctl_undo_mark(&u), 0);
	ctl_undo_note(&u, L"abc", 3, 3);
	note(&u, L"abcd");
	assert_int_equal(ctl_undo_mark(&u), 0);
	assert_back(&u, L"abc", 3);
	assert_int_equal(ctl_undo_mark(&u), 0);
	assert_back(&u, L"ab", 2);
	/* What was announced and not done marks nothing. */
	ctl_undo_apart(&u, 2);
	note(&u, L"ab");
	note(&u, L"abc");
	assert_int_equal(ctl_undo_mark(&u), 0);
	ctl_undo_clear(&u);
}

static void
test_bounds(void **state)
{
	struct ctl_undo u = {0};

	(void)state;
	for (size_t i = 0; i < 2 * CTL_UNDO_STATES; i++)
		note(&u, i % 2 == 0 ? L"even" : L"odd");
	for (size_t i = 0; i < CTL_UNDO_STATES - 1; i++)
		assert_back(&u, i % 2 == 0 ? L"even" : L"odd", i % 2 == 0 ? 4 : 3);
	assert_null(ctl_undo_back(&u));
	wmemset(long_line, L'x', CTL_UNDO_LINE + 1);
	ctl_undo_note(&u, long_line, CTL_UNDO_LINE, CTL_UNDO_LINE);
	assert_back(&u, L"even", 4);
	ctl_undo_note(&u, long_line, CTL_UNDO_LINE + 1, 1);
	assert_null(ctl_undo_back(&u));
	note(&u, L"a");
	assert_null(ctl_undo_back(&u));
	ctl_undo_clear(&u);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_steps),
	    cmocka_unit_test(test_typing),
	    cmocka_unit_test(test_apart_and_marks),
	    cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
