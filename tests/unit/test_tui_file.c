/* The small files that the screen keeps: their places, and that each is read and replaced whole or not at all. */
#include "autoconf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "tui/tui_file.h"

/* A folder of the test's own. */
static int
make_folder(void **state)
{
	char *folder = xstrdup("/tmp/test_tui_file.XXXXXX");

	*state = folder;
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int
remove_folder(void **state)
{
	char *file = xasprintf("%s/a/b/file", (char *)*state), *slash;
	bool gone = unlink(file) == 0 || errno == ENOENT || errno == ENOTDIR;

	while (gone && strcmp(file, *state) != 0 && (slash = strrchr(file, '/')) != NULL) {
		*slash = '\0';
		gone = rmdir(file) == 0 || errno == ENOENT;
	}
	free(file);
	free(*state);
	return gone ? 0 : -1;
}

static void
test_path(void **state)
{
	char *path;

	(void)state;
	setenv("HOME", "/home/anna", 1);
	setenv("CVISOR_TEST_HOME", "/state", 1);
	path = tui_file_path("CVISOR_TEST_HOME", ".local/state", "seen");
	assert_string_equal(path, "/state/cvisor/seen");
	free(path);
	/* A relative one does not count. */
	setenv("CVISOR_TEST_HOME", "state", 1);
	path = tui_file_path("CVISOR_TEST_HOME", ".local/state", "seen");
	assert_string_equal(path, "/home/anna/.local/state/cvisor/seen");
	free(path);
	unsetenv("HOME");
	assert_null(tui_file_path("CVISOR_TEST_HOME", ".local/state", "seen"));
}

static void
expect_content(const char *path, const char *want)
{
	struct buf text = BUF_INIT(1 << 20);

	assert_true(tui_file_read(path, &text));
	assert_string_equal(buf_str(&text), want);
	buf_release(&text);
}

static void
test_replace(void **state)
{
	char *path = xasprintf("%s/a/b/file", (char *)*state);
	struct buf text = BUF_INIT(64);
	struct stat st;

	buf_puts(&text, "one\n");
	assert_false(tui_file_replace(path, &text));
	assert_int_equal(errno, ENOENT);
	tui_file_make_folders(path);
	assert_true(tui_file_replace(path, &text));
	expect_content(path, "one\n");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	buf_puts(&text, "two\n");
	assert_true(tui_file_replace(path, &text));
	expect_content(path, "one\ntwo\n");
	/* Who may read it is the owner's affair. */
	assert_int_equal(chmod(path, 0644), 0);
	assert_true(tui_file_replace(path, &text));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	/* A pipe or device is not replaced by a file. */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_false(tui_file_replace(path, &text));
	assert_int_equal(errno, EEXIST);
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	buf_release(&text);
	free(path);
}

/* A folder stands where the file should be: it stays, and nothing is left beside it. */
static void
test_no_replace(void **state)
{
	char *path = xasprintf("%s/a/b/file", (char *)*state), *folder = xasprintf("%s/a/b", (char *)*state);
	struct buf text = BUF_INIT(64);

	buf_puts(&text, "one\n");
	tui_file_make_folders(path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_false(tui_file_replace(path, &text));
	assert_int_equal(errno, EISDIR);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(rmdir(folder), 0);
	buf_release(&text);
	free(path);
	free(folder);
}

static void
test_read(void **state)
{
	char *path = xasprintf("%s/a/b/file", (char *)*state);
	struct buf text = BUF_INIT(1 << 20), little = BUF_INIT(100000), again = BUF_INIT(1 << 20);

	assert_false(tui_file_read(path, &text));
	assert_int_equal(errno, ENOENT);
	assert_false(tui_file_read(*state, &text));
	assert_int_equal(errno, EISDIR);
	tui_file_make_folders(path);
	while (text.len < 150000)
		buf_puts(&text, "a line\n");
	assert_true(tui_file_replace(path, &text));
	assert_true(tui_file_read(path, &again));
	assert_string_equal(buf_str(&again), buf_str(&text));
	assert_false(tui_file_read(path, &little));
	assert_int_equal(errno, EFBIG);
	/* A pipe that nobody writes to is an empty file, and is not waited for. */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	expect_content(path, "");
	buf_release(&text);
	buf_release(&little);
	buf_release(&again);
	free(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_path),
	    cmocka_unit_test_setup_teardown(test_replace, make_folder, remove_folder),
	    cmocka_unit_test_setup_teardown(test_no_replace, make_folder, remove_folder),
	    cmocka_unit_test_setup_teardown(test_read, make_folder, remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
