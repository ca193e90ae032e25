/* test_logfile.c: log files in a temporary directory. */
#include "autoconf.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "daemon/logfile.h"
#include "daemon/nbout.h"

static char dir[64];
static char path[128];

static int
setup(void **state)
{
	strcpy(dir, "/tmp/cv.logfile.XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/x.log", dir);
	*state = logfiles_new();
	return 0;
}

static int
teardown(void **state)
{
	char command[128];

	logfiles_free(*state);
	snprintf(command, sizeof command, "rm -rf '%s'", dir);
	return system(command);
}

static void
put(struct logfile *f, const char *text, bool rotates)
{
	bool rotated;
	size_t lost;

	assert_true(logfile_write(f, text, strlen(text), &lost, &rotated));
	assert_int_equal(lost, 0);
	assert_int_equal(rotated, rotates);
}

/* Content of path + suffix, "(none)" when there is no such file. */
static void
assert_content(const char *suffix, const char *want)
{
	char name[256], got[4096];
	ssize_t n;
	int fd;

	snprintf(name, sizeof name, "%s%s", path, suffix);
	fd = open(name, O_RDONLY);
	if (fd < 0) {
		assert_string_equal("(none)", want);
		return;
	}
	n = read(fd, got, sizeof got - 1);
	close(fd);
	assert_true(n >= 0);
	got[n] = '\0';
	assert_string_equal(got, want);
}

static void
test_append(void **state)
{
	struct logfile *f = logfile_open(*state, path, 0, 0);

	put(f, "one\n", false);
	assert_int_equal(logfile_offset(f), 4);
	logfile_close(f);
	f = logfile_open(*state, path, 0, 0);
	assert_int_equal(logfile_offset(f), 4);
	put(f, "two\n", false);
	assert_int_equal(logfile_last(f), 4);
	logfile_close(f);
	assert_content("", "one\ntwo\n");
}

static void
test_rotation(void **state)
{
	struct logfile *f = logfile_open(*state, path, 10, 2);
	char name[160];

	put(f, "12345", false);
	put(f, "67890", true);
	assert_int_equal(logfile_last(f), 5);
	assert_int_equal(logfile_offset(f), 0);
	put(f, "a chunk is never split", true);
	assert_content("", "");
	assert_content(".1", "a chunk is never split");
	assert_content(".2", "1234567890");
	put(f, "0123456789", true);
	assert_content(".1", "0123456789");
	assert_content(".2", "a chunk is never split");
	assert_content(".3", "(none)");
	/* Always append: a file that somebody cuts has no hole. */
	put(f, "abc", false);
	assert_int_equal(truncate(path, 0), 0);
	put(f, "def", false);
	assert_content("", "def");
	assert_int_equal(logfile_last(f), 0);
	/* Missing backups are no error. */
	snprintf(name, sizeof name, "%s.1", path);
	unlink(name);
	put(f, "0123456789", true);
	assert_content(".1", "def0123456789");
	assert_content(".2", "a chunk is never split");
	logfile_close(f);
}

static void
test_rotation_without_backups(void **state)
{
	struct logfile *f = logfile_open(*state, path, 4, 0);

	put(f, "123", false);
	put(f, "4", true);
	assert_content("", "");
	assert_content(".1", "(none)");
	put(f, "x", false);
	assert_content("", "x");
	logfile_close(f);
}

static void
test_rotation_that_fails(void **state)
{
	struct logfile *f = logfile_open(*state, path, 4, 1);
	char name[160];

	/* A directory that is not empty cannot be replaced. */
	snprintf(name, sizeof name, "%s.1", path);
	assert_int_equal(mkdir(name, 0700), 0);
	put(f, "1234", false);
	assert_int_not_equal(logfile_take_error(f), 0);
	assert_int_equal(logfile_take_error(f), 0);
	put(f, "567", false);
	assert_int_equal(logfile_take_error(f), 0);
	assert_content("", "1234567");
	assert_int_equal(rmdir(name), 0);
	put(f, "8", true);
	assert_content(".1", "12345678");
	logfile_close(f);
}

static void
test_one_object_per_path(void **state)
{
	struct logfile *a = logfile_open(*state, path, 0, 0), *b = logfile_open(*state, path, 6, 1);

	assert_ptr_equal(a, b);
	put(a, "abc", false);
	put(b, "def", true);
	logfile_close(a);
	put(b, "ghi", false);
	logfile_close(b);
	logfile_close(NULL);
	assert_content("", "ghi");
	assert_content(".1", "abcdef");
}

static void
test_permissions_survive(void **state)
{
	struct logfile *f;
	struct stat st;

	close(open(path, O_WRONLY | O_CREAT, 0600));
	f = logfile_open(*state, path, 3, 1);
	put(f, "abc", true);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_true(logfile_clear(f));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	logfile_close(f);
}

static void
test_reopen(void **state)
{
	struct logfile *f = logfile_open(*state, path, 0, 0);
	char moved[160];

	put(f, "old\n", false);
	snprintf(moved, sizeof moved, "%s.moved", path);
	assert_int_equal(rename(path, moved), 0);
	put(f, "still old\n", false);
	assert_true(logfile_reopen(f));
	put(f, "new\n", false);
	assert_content("", "new\n");
	assert_content(".moved", "old\nstill old\n");
	/* Deleted from outside with its directory: the open file goes on. */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(unlink(moved), 0);
	assert_int_equal(rmdir(dir), 0);
	assert_false(logfile_reopen(f));
	assert_int_equal(errno, ENOENT);
	put(f, "into the void\n", false);
	assert_int_equal(mkdir(dir, 0700), 0);
	assert_true(logfile_reopen(f));
	assert_int_equal(logfile_offset(f), 0);
	logfile_close(f);
}

static void
test_clear(void **state)
{
	struct logfile *f = logfile_open(*state, path, 0, 0);
	char target[160];

	put(f, "old\n", false);
	assert_true(logfile_clear(f));
	assert_content("", "");
	put(f, "new\n", false);
	assert_content("", "new\n");
	assert_int_equal(unlink(path), 0);
	assert_true(logfile_clear(f));
	put(f, "again\n", false);
	assert_content("", "again\n");
	logfile_close(f);
	/* A symbolic link stays, its target is emptied. */
	snprintf(target, sizeof target, "%s.target", path);
	assert_int_equal(rename(path, target), 0);
	assert_int_equal(symlink(target, path), 0);
	f = logfile_open(*state, path, 0, 0);
	assert_true(logfile_clear(f));
	assert_content(".target", "");
	put(f, "x", false);
	assert_content(".target", "x");
	logfile_close(f);
}

static void
test_fifo_never_waits(void **state)
{
	char chunk[8192], got[8192];
	struct logfile *f;
	bool rotated;
	size_t lost;
	struct stat st;
	int fd;

	memset(chunk, 'x', sizeof chunk);
	assert_int_equal(mkfifo(path, 0600), 0);
	f = logfile_open(*state, path, 100, 3); /* nobody reads it */
	assert_non_null(f);
	assert_false(logfile_is_regular(f));
	assert_int_equal(logfile_offset(f), -1);
	while (logfile_write(f, chunk, sizeof chunk, &lost, &rotated))
		assert_false(rotated);
	assert_int_equal(errno, EAGAIN);
	fd = open(path, O_RDONLY | O_NONBLOCK);
	assert_true(read(fd, got, sizeof got) > 0);
	assert_true(logfile_write(f, chunk, 10, &lost, &rotated));
	close(fd);
	/* Never removed. */
	assert_true(logfile_clear(f));
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	logfile_close(f);
}

static void
test_full_disk(void **state)
{
	struct logfile *f;
	bool rotated;
	size_t lost;

	/* /dev/full is not a regular file, but answers as a full disk does. */
	f = logfile_open(*state, "/dev/full", 0, 0);
	if (f == NULL)
		skip();
	assert_false(logfile_write(f, "abc", 3, &lost, &rotated));
	assert_int_equal(errno, ENOSPC);
	assert_int_equal(lost, 3);
	logfile_close(f);
}

/* "supervisord -n > file": /dev/stdout is that file, written through the one offset that all share, and
   neither rotated nor removed. */
static void
test_stdout_that_is_a_file(void **state)
{
	struct logfile *f;
	struct stat before, after;
	int saved = dup(STDOUT_FILENO), fd = open(path, O_WRONLY | O_CREAT, 0600);

	assert_int_equal(lstat("/dev/stdout", &before), 0);
	dup2(fd, STDOUT_FILENO);
	f = logfile_open(*state, "/dev/stdout", 4, 2);
	assert_non_null(f);
	put(f, "12345", false);
	assert_int_equal(write(fd, "67", 2), 2);
	assert_true(logfile_clear(f));
	assert_true(logfile_reopen(f));
	put(f, "89", false);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	close(fd);
	logfile_close(f);
	assert_content("", "123456789");
	assert_int_equal(lstat("/dev/stdout", &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
}

/* A socket as stdout cannot be opened again; the flags of the inherited descriptor stay as they are. */
static void
test_inherited(void **state)
{
	char chunk[65536];
	int fds[2], pipes[2];
	struct nbout o = NBOUT_INIT;
	size_t n;

	(void)state;
	memset(chunk, 'x', sizeof chunk);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	assert_true(nbout_inherit(&o, fds[0]));
	while ((n = nbout_write(&o, chunk, sizeof chunk)) == sizeof chunk)
		;
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(fcntl(fds[0], F_GETFL) & O_NONBLOCK, 0);
	nbout_close(&o);
	close(fds[1]);
	close(fds[0]);
	assert_int_equal(pipe(pipes), 0);
	assert_true(nbout_inherit(&o, pipes[1]));
	while ((n = nbout_write(&o, chunk, sizeof chunk)) == sizeof chunk)
		;
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(fcntl(pipes[1], F_GETFL) & O_NONBLOCK, 0);
	nbout_close(&o);
	/* A descriptor that can neither be opened again nor changed. */
	o = (struct nbout){.fd = dup(pipes[1]), .way = NBOUT_SHARED};
	assert_true(read(pipes[0], chunk, sizeof chunk) > 0);
	while ((n = nbout_write(&o, chunk, sizeof chunk)) == sizeof chunk)
		;
	assert_int_equal(errno, EAGAIN);
	nbout_close(&o);
	close(pipes[0]);
	close(pipes[1]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_append),
	    TEST(test_rotation),
	    TEST(test_rotation_without_backups),
	    TEST(test_rotation_that_fails),
	    TEST(test_one_object_per_path),
	    TEST(test_permissions_survive),
	    TEST(test_reopen),
	    TEST(test_clear),
	    TEST(test_fifo_never_waits),
	    TEST(test_full_disk),
	    TEST(test_stdout_that_is_a_file),
	    TEST(test_inherited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
