/* test_logpump.c: pipes, a bare event loop and a daemon that has nothing else; the main log too. */
#include "autoconf.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "daemon/daemon.h"
#include "daemon/eventbus.h"
#include "daemon/logfollow.h"
#include "daemon/logpump.h"
#include "daemon/logsyslog.h"
#include "daemon/mainlog.h"

struct world {
	struct daemon d;
	struct config config;
	struct group_config group_config;
	struct group group;
	struct process_config process_config;
	struct process p;
	struct buf log;     /* what was logged */
	struct buf tapped;  /* what followers saw */
	int rotations;      /* that followers saw */
	int64_t tap_offset; /* of the last piece */
	unsigned losses;    /* told on the bus */
	struct buf events;  /* of output, told on the bus */
	char dir[64];
	char path[128];
};

/* The daemon's, without the daemon. */
void
daemon_tick(struct daemon *d)
{
	clock_read(&d->now);
}

static void
keep_log(void *arg, enum log_level level, const char *line, size_t len)
{
	struct world *w = arg;

	(void)level;
	buf_append(&w->log, line, len);
}

static void
keep_chunk(void *arg, const struct log_chunk *chunk)
{
	struct world *w = arg;

	buf_append(&w->tapped, chunk->data, chunk->len);
	w->tap_offset = chunk->offset;
	w->rotations += chunk->rotated;
}

static void
count_loss(void *arg, const struct bus_event *ev)
{
	struct world *w = arg;

	assert_ptr_equal(ev->process, &w->p);
	w->losses++;
}

/* What the bus was told of output: "[LOG pid text]" and "[COMM pid text]". */
static void
keep_event(void *arg, const struct bus_event *ev)
{
	struct world *w = arg;

	assert_ptr_equal(ev->process, &w->p);
	buf_printf(&w->events, "[%s %s %d ", ev->type == BUS_PROCESS_LOG ? "LOG" : "COMM",
		   channel_name(ev->channel), (int)ev->pid);
	buf_append(&w->events, ev->data, ev->len);
	buf_putc(&w->events, ']');
}

static int
setup(void **state)
{
	struct world *w = xcalloc(1, sizeof *w);

	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	buf_init(&w->log, 16 << 20);
	buf_init(&w->tapped, 16 << 20);
	buf_init(&w->events, 16 << 20);
	strcpy(w->dir, "/tmp/cv.pump.XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	snprintf(w->path, sizeof w->path, "%s/x.log", w->dir);
	w->group.config = &w->group_config;
	w->group.name = "grp";
	w->p = (struct process){.config = &w->process_config, .group = &w->group, .name = "prog", .id = 7};
	w->d.config = &w->config;
	w->d.base = event_base_new();
	clock_read(&w->d.now);
	w->d.log = (struct log){.level = LOG_LEVEL_INFO, .write = keep_log, .arg = w};
	w->d.bus = eventbus_new();
	eventbus_subscribe(w->d.bus, BUS_LOSS, count_loss, w);
	eventbus_subscribe(w->d.bus, BUS_PROCESS_LOG | BUS_PROCESS_COMM, keep_event, w);
	w->d.logfollow = logfollow_new();
	w->d.logpump = logpump_new(&w->d);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;
	char command[128];

	logpump_free(w->d.logpump);
	logfollow_free(w->d.logfollow);
	eventbus_free(w->d.bus);
	event_base_free(w->d.base);
	buf_release(&w->log);
	buf_release(&w->tapped);
	buf_release(&w->events);
	snprintf(command, sizeof command, "rm -rf '%s'", w->dir);
	free(w);
	return system(command);
}

/* A channel whose other end is returned. */
static int
start(struct world *w, char *path, struct logpump_channel **c)
{
	int fds[2];

	w->p.logpath[CHANNEL_STDOUT] = path;
	*c = logpump_open(w->d.logpump, &w->p, CHANNEL_STDOUT);
	assert_non_null(*c);
	assert_int_equal(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
	logpump_start(*c, fds[0]);
	return fds[1];
}

static void
turn(struct world *w)
{
	for (int i = 0; i < 20; i++)
		event_base_loop(w->d.base, EVLOOP_NONBLOCK);
}

static void
send_text(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void
assert_file(const char *path, const char *want)
{
	char got[4096];
	int fd = open(path, O_RDONLY);
	ssize_t n = read(fd, got, sizeof got - 1);

	close(fd);
	assert_true(n >= 0);
	got[n] = '\0';
	assert_string_equal(got, want);
}

static void
test_output_reaches_file_and_followers(void **state)
{
	struct world *w = *state;
	struct log_tap *tap = logfollow_tap(w->d.logfollow, "grp:prog:stdout", keep_chunk, w);
	struct logpump_channel *c;
	int fd = start(w, w->path, &c);

	send_text(fd, "hello\n");
	turn(w);
	assert_file(w->path, "hello\n");
	assert_string_equal(buf_str(&w->tapped), "hello\n");
	send_text(fd, "world\n");
	turn(w);
	assert_int_equal(w->tap_offset, 6);
	logfollow_untap(tap);
	send_text(fd, "unseen\n");
	turn(w);
	assert_file(w->path, "hello\nworld\nunseen\n");
	assert_string_equal(buf_str(&w->tapped), "hello\nworld\n");
	close(fd);
	turn(w);
	logpump_close(c);
}

static void
test_no_file_is_followed(void **state)
{
	struct world *w = *state;
	struct log_tap *tap = logfollow_tap(w->d.logfollow, "grp:prog:stdout", keep_chunk, w);
	struct logpump_channel *c;
	int fd = start(w, NULL, &c);

	send_text(fd, "nowhere");
	turn(w);
	assert_string_equal(buf_str(&w->tapped), "nowhere");
	assert_int_equal(w->tap_offset, -1);
	logfollow_untap(tap);
	logpump_close(c);
	close(fd);
}

/* A follower that removes itself, and one that removes another, while they are told. */
struct remover {
	struct log_tap *first, *second;
	int calls;
};

static void
remove_all(void *arg, const struct log_chunk *chunk)
{
	struct remover *r = arg;

	(void)chunk;
	r->calls++;
	logfollow_untap(r->first);
	logfollow_untap(r->second);
	r->first = r->second = NULL;
}

static void
test_followers_leave_meanwhile(void **state)
{
	struct world *w = *state;
	struct remover r = {0};
	struct logpump_channel *c;
	int fd = start(w, NULL, &c);

	r.first = logfollow_tap(w->d.logfollow, "grp:prog:stdout", remove_all, &r);
	r.second = logfollow_tap(w->d.logfollow, "grp:prog:stdout", remove_all, &r);
	send_text(fd, "x");
	turn(w);
	send_text(fd, "y");
	turn(w);
	assert_int_equal(r.calls, 1);
	logpump_close(c);
	close(fd);
}

/* Those who still follow when the daemon ends are told of the last output, and freed. */
static void
test_followers_at_the_end(void **state)
{
	struct world *w = *state;
	struct logpump_channel *c;
	int fd = start(w, NULL, &c);

	assert_non_null(logfollow_tap(w->d.logfollow, "grp:prog:stdout", keep_chunk, w));
	assert_non_null(logfollow_tap(w->d.logfollow, ":main", keep_chunk, w));
	send_text(fd, "last");
	close(fd);
	logpump_free(w->d.logpump);
	w->d.logpump = NULL;
	assert_string_equal(buf_str(&w->tapped), "last");
	logfollow_free(w->d.logfollow);
	w->d.logfollow = NULL;
	logfollow_tell(NULL, &(struct log_chunk){.log = ":main"});
}

static void
test_strip_ansi_over_reads(void **state)
{
	struct world *w = *state;
	struct logpump_channel *c;
	int fd = start(w, w->path, &c);

	w->config.supervisord.strip_ansi = true;
	send_text(fd, "a\033[1");
	turn(w);
	send_text(fd, ";32mb\033");
	turn(w);
	send_text(fd, "[0mc\033");
	turn(w);
	assert_file(w->path, "abc");
	logpump_close(c);
	assert_file(w->path, "abc\033");
	close(fd);
}

static void
test_debug_lines(void **state)
{
	struct world *w = *state;
	struct logpump_channel *c;
	int fd = start(w, NULL, &c);

	w->d.log.level = LOG_LEVEL_DEBUG;
	send_text(fd, "hello\n");
	turn(w);
	assert_non_null(strstr(buf_str(&w->log), " DEBG 'prog' stdout output:\nhello\n\n"));
	send_text(fd, "\xff\n");
	turn(w);
	assert_non_null(strstr(buf_str(&w->log), "'prog' stdout output:\nUndecodable: b'\\xff\\n'\n"));
	w->group_config.kind = GROUP_LISTENER;
	send_text(fd, "READY\n");
	turn(w);
	assert_non_null(strstr(buf_str(&w->log), "output:\nb'READY\\n'\n"));
	close(fd);
	turn(w);
	assert_non_null(
	    strstr(buf_str(&w->log), " closed, stopped monitoring <PEventListenerDispatcher at "));
	logpump_close(c);
}

/* What a dead child left in its pipe is in the log when drain returns; a grandchild is read on. */
static void
test_drain(void **state)
{
	struct world *w = *state;
	char *big = xcalloc(1, 300000);
	struct logpump_channel *c;
	struct stat st;
	ssize_t n;
	int fd = start(w, w->path, &c);

	fcntl(fd, F_SETPIPE_SZ, 1 << 20);
	memset(big, 'x', 300000);
	n = write(fd, big, 300000);
	assert_true(n > 0);
	logpump_drain(c);
	assert_int_equal(stat(w->path, &st), 0);
	assert_int_equal(st.st_size, n);
	send_text(fd, "grandchild");
	turn(w);
	assert_int_equal(stat(w->path, &st), 0);
	assert_int_equal(st.st_size, n + 10);
	send_text(fd, "last");
	logpump_close(c);
	assert_int_equal(stat(w->path, &st), 0);
	assert_int_equal(st.st_size, n + 14);
	close(fd);
	free(big);
}

/* What comes is counted whether there is a file or not, with the time of the turn that read it. */
static void
test_output_is_counted(void **state)
{
	struct world *w = *state;
	struct logpump_channel *c;
	int fd = start(w, NULL, &c);

	assert_int_equal(w->p.output_bytes, 0);
	assert_int_equal(w->p.last_output, 0);
	send_text(fd, "hello\n");
	turn(w);
	assert_int_equal(w->p.output_bytes, 6);
	assert_int_equal(w->p.last_output, w->d.now.wall);
	assert_int_equal(w->p.last_read[CHANNEL_STDOUT], w->d.now.wall);
	assert_int_equal(w->p.last_read[CHANNEL_STDERR], 0);
	w->config.supervisord.strip_ansi = true;
	send_text(fd, "\033[0m");
	w->d.now.wall += 5 * SECOND_US;
	logpump_drain(c);
	assert_int_equal(w->p.output_bytes, 10);
	assert_int_equal(w->p.last_output, w->d.now.wall);
	assert_int_equal(w->p.logged_bytes[CHANNEL_STDOUT], 0);
	close(fd);
	logpump_close(c);
}

static void
test_rotation_and_clear_are_told(void **state)
{
	struct world *w = *state;
	struct log_tap *tap = logfollow_tap(w->d.logfollow, "grp:prog:stdout", keep_chunk, w);
	struct logpump_channel *c;
	int fd;

	w->process_config.channel[CHANNEL_STDOUT].maxbytes = 5;
	w->process_config.channel[CHANNEL_STDOUT].backups = 1;
	fd = start(w, w->path, &c);
	send_text(fd, "12345");
	turn(w);
	assert_int_equal(w->rotations, 1);
	assert_int_equal(w->tap_offset, 0);
	send_text(fd, "ab");
	turn(w);
	assert_int_equal(w->rotations, 1);
	assert_int_equal(w->tap_offset, 0);
	assert_true(logpump_clear(w->d.logpump, &w->p));
	assert_int_equal(w->rotations, 2);
	assert_file(w->path, "");
	assert_int_equal(unlink(w->path), 0);
	logpump_reopen_all(w->d.logpump);
	assert_int_equal(w->rotations, 3);
	assert_file(w->path, "");
	logfollow_untap(tap);
	logpump_close(c);
	close(fd);
}

static void
test_clear_of_a_stopped_program(void **state)
{
	struct world *w = *state;
	struct stat st;
	int fd = open(w->path, O_WRONLY | O_CREAT, 0600);

	send_text(fd, "of the last run");
	close(fd);
	w->p.logpath[CHANNEL_STDOUT] = w->path;
	assert_true(logpump_clear(w->d.logpump, &w->p));
	assert_file(w->path, "");
	assert_int_equal(unlink(w->path), 0);
	assert_true(logpump_clear(w->d.logpump, &w->p));
	assert_int_equal(mkfifo(w->path, 0600), 0);
	assert_true(logpump_clear(w->d.logpump, &w->p));
	assert_int_equal(lstat(w->path, &st), 0);
}

static int64_t
offset_now(const struct world *w, int64_t total)
{
	return log_place_offset(&w->p.log_place[CHANNEL_STDOUT], total);
}

static int64_t
note(struct world *w, struct logpump_channel *c)
{
	logpump_note_place(c);
	return log_place_total(&w->p.log_place[CHANNEL_STDOUT]);
}

static void
test_places_are_found_again(void **state)
{
	struct world *w = *state;
	struct logpump_channel *c;
	int64_t first, second;
	int fd, other = open(w->path, O_WRONLY | O_CREAT, 0600);

	send_text(other, "before");
	w->process_config.channel[CHANNEL_STDOUT].maxbytes = 20;
	fd = start(w, w->path, &c);
	first = note(w, c);
	assert_int_equal(offset_now(w, first), 6);
	send_text(fd, "1234");
	turn(w);
	second = note(w, c);
	assert_int_equal(offset_now(w, second), 10);
	/* A run ends, another begins: the file goes on. */
	logpump_close(c);
	close(fd);
	fd = start(w, w->path, &c);
	assert_int_equal(offset_now(w, first), 6);
	assert_int_equal(offset_now(w, second), 10);
	/* Rotated without a backup: the same inode, and longer than it was when we looked before. */
	send_text(fd, "0123456789");
	turn(w);
	send_text(fd, "new content");
	turn(w);
	note(w, c);
	assert_int_equal(offset_now(w, first), -1);
	assert_int_equal(offset_now(w, second), 0);
	/* Emptied by somebody else. */
	first = note(w, c);
	assert_int_equal(offset_now(w, first), 11);
	assert_int_equal(truncate(w->path, 0), 0);
	send_text(fd, "once more, long");
	turn(w);
	second = note(w, c);
	assert_int_equal(offset_now(w, first), 0);
	assert_int_equal(offset_now(w, second), 15);
	assert_true(logpump_clear(w->d.logpump, &w->p));
	note(w, c);
	assert_int_equal(offset_now(w, first), -1);
	logpump_close(c);
	close(fd);
	/* Cleared while it does not run. */
	second = log_place_total(&w->p.log_place[CHANNEL_STDOUT]);
	assert_true(logpump_clear(w->d.logpump, &w->p));
	assert_int_equal(offset_now(w, second), 0);
	close(other);
}

static void
test_no_places_without_a_file(void **state)
{
	struct world *w = *state;
	struct logpump_channel *c;
	int fd;

	fd = start(w, NULL, &c);
	assert_int_equal(note(w, c), -1);
	logpump_close(c);
	close(fd);
	assert_int_equal(mkfifo(w->path, 0600), 0);
	fd = start(w, w->path, &c);
	assert_int_equal(note(w, c), -1);
	logpump_close(c);
	close(fd);
}

/* Every byte is there, in order, over all backups. */
static void
test_rotation_loses_nothing(void **state)
{
	enum { LINES = 20000, BACKUPS = 40 };
	struct world *w = *state;
	struct logpump_channel *c;
	char line[32], name[160];
	int fd, expected = 0;
	FILE *f;

	w->process_config.channel[CHANNEL_STDOUT].maxbytes = 8000;
	w->process_config.channel[CHANNEL_STDOUT].backups = BACKUPS;
	fd = start(w, w->path, &c);
	for (int i = 0; i < LINES; i++) {
		snprintf(line, sizeof line, "%08d\n", i);
		send_text(fd, line);
		if (i % 700 == 0)
			event_base_loop(w->d.base, EVLOOP_NONBLOCK);
	}
	close(fd);
	turn(w);
	logpump_close(c);
	for (int i = BACKUPS; i >= 0; i--) {
		snprintf(name, sizeof name, i > 0 ? "%s.%d" : "%s", w->path, i);
		f = fopen(name, "r");
		if (f == NULL)
			continue;
		while (fgets(line, sizeof line, f) != NULL)
			assert_int_equal(atoi(line), expected++);
		fclose(f);
	}
	assert_int_equal(expected, LINES);
}

/* A file system that takes no more than `bytes` per file. */
static void
limit_files(rlim_t bytes)
{
	struct rlimit r;

	getrlimit(RLIMIT_FSIZE, &r);
	r.rlim_cur = bytes;
	setrlimit(RLIMIT_FSIZE, &r);
}

static void
test_loss_is_counted_and_logged_once(void **state)
{
	struct world *w = *state;
	struct log_tap *tap = logfollow_tap(w->d.logfollow, "grp:prog:stdout", keep_chunk, w);
	struct logpump_channel *c;
	int fd = start(w, w->path, &c);

	limit_files(4);
	send_text(fd, "123456");
	turn(w);
	assert_int_equal(process_lost_bytes(&w->p), 2);
	assert_int_equal(w->p.logged_bytes[CHANNEL_STDOUT], 4);
	for (int i = 0; i < 5; i++) {
		send_text(fd, "xx");
		turn(w);
	}
	assert_int_equal(process_lost_bytes(&w->p), 12);
	assert_int_equal(w->losses, 1);
	/* Followers see all of it. */
	assert_string_equal(buf_str(&w->tapped), "123456xxxxxxxxxx");
	assert_non_null(
	    strstr(buf_str(&w->log), " ERRO 2 bytes of the stdout of 'prog' are lost: cannot write log '"));
	assert_null(strstr(buf_str(&w->log), " 10 bytes"));
	limit_files(RLIM_INFINITY);
	logpump_close(c);
	assert_non_null(strstr(buf_str(&w->log), " ERRO 10 bytes of the stdout of 'prog' are lost: "));
	logfollow_untap(tap);
	close(fd);
}

static void
test_full_action_block(void **state)
{
	struct world *w = *state;
	struct logpump_channel *c;
	int fd = start(w, w->path, &c), waited = 0;
	struct stat st;

	w->process_config.channel[CHANNEL_STDOUT].full_action = FULL_BLOCK;
	limit_files(4);
	send_text(fd, "123456");
	turn(w);
	send_text(fd, "more");
	turn(w);
	logpump_drain(c);
	assert_file(w->path, "1234");
	assert_int_equal(process_lost_bytes(&w->p), 0);
	assert_non_null(strstr(buf_str(&w->log), " ERRO 'prog' waits with its stdout: cannot write log '"));
	limit_files(RLIM_INFINITY);
	do {
		event_base_loop(w->d.base, EVLOOP_ONCE);
		assert_int_equal(stat(w->path, &st), 0);
	} while (st.st_size < 10 && waited++ < 10);
	assert_file(w->path, "123456more");
	/* At the close nobody waits any longer. */
	limit_files(12);
	send_text(fd, "abcdef");
	turn(w);
	logpump_close(c);
	assert_file(w->path, "123456moreab");
	assert_int_equal(w->p.logged_bytes[CHANNEL_STDOUT], 12);
	assert_int_equal(w->p.logged_bytes[CHANNEL_STDERR], 0);
	assert_int_equal(process_lost_bytes(&w->p), 4);
	limit_files(RLIM_INFINITY);
	close(fd);
}

/* A FIFO that is not read makes its own writer wait, and loses nothing. */
static void
test_fifo_makes_only_its_child_wait(void **state)
{
	struct world *w = *state;
	struct logpump_channel *c, *other;
	char chunk[4096], fifo[128], got[65536];
	size_t sent = 0, read_back = 0;
	int fd, fd2, reader, idle = 0;
	ssize_t n;

	memset(chunk, 'y', sizeof chunk);
	snprintf(fifo, sizeof fifo, "%s/fifo", w->dir);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	fd = start(w, fifo, &c);
	w->p.id = 8;
	fd2 = start(w, NULL, &other);
	while (idle < 3) {
		n = write(fd, chunk, sizeof chunk);
		if (n > 0)
			sent += (size_t)n;
		idle = n > 0 ? 0 : idle + 1;
		turn(w);
	}
	assert_true(sent > 65536);
	send_text(fd2, "not held up");
	turn(w);
	assert_int_equal(process_lost_bytes(&w->p), 0);
	reader = open(fifo, O_RDONLY | O_NONBLOCK);
	for (idle = 0; idle < 3;) {
		n = read(reader, got, sizeof got);
		if (n > 0)
			read_back += (size_t)n;
		idle = n > 0 ? 0 : idle + 1;
		turn(w);
	}
	assert_int_equal(read_back, sent);
	logpump_close(other);
	w->p.id = 7;
	logpump_close(c);
	close(reader);
	close(fd);
	close(fd2);
}

static void
test_file_that_cannot_be_opened(void **state)
{
	struct world *w = *state;

	char nowhere[] = "/nonexistent/dir/x.log";

	w->p.logpath[CHANNEL_STDOUT] = nowhere;
	assert_null(logpump_open(w->d.logpump, &w->p, CHANNEL_STDOUT));
	assert_int_equal(errno, ENOENT);
}

static void
test_read_tail(void **state)
{
	struct world *w = *state;
	int64_t offset;
	size_t len;
	char *s;
	int fd = open(w->path, O_WRONLY | O_CREAT, 0600);

	send_text(fd, "0123456789");
	close(fd);
	s = logfollow_read_tail(w->path, 4, &len, &offset);
	assert_string_equal(s, "6789");
	assert_int_equal(offset, 6);
	free(s);
	s = logfollow_read_tail(w->path, 100, &len, &offset);
	assert_int_equal(len, 10);
	assert_int_equal(offset, 0);
	free(s);
	/* A FIFO has no past. */
	assert_int_equal(unlink(w->path), 0);
	assert_int_equal(mkfifo(w->path, 0600), 0);
	s = logfollow_read_tail(w->path, 4, &len, &offset);
	assert_string_equal(s, "");
	assert_int_equal(len, 0);
	free(s);
	assert_null(logfollow_read_tail("/nonexistent", 4, &len, &offset));
	assert_int_equal(errno, ENOENT);
}

static void
test_mainlog(void **state)
{
	struct world *w = *state;
	struct supervisord_config config = {.logfile = w->path, .logfile_maxbytes = 60, .logfile_backups = 1};
	struct log_tap *tap = logfollow_tap(w->d.logfollow, ":main", keep_chunk, w);
	struct err err = ERR_INIT;
	char backup[160], nowhere[] = "/nonexistent/x.log";
	struct stat st;

	w->d.mainlog = mainlog_open(&w->d, &config, false, &err);
	assert_non_null(w->d.mainlog);
	w->d.log.write = mainlog_write;
	w->d.log.arg = w->d.mainlog;
	log_info(&w->d.log, "first");
	assert_non_null(strstr(buf_str(&w->tapped), " INFO first\n"));
	log_info(&w->d.log, "second, which is long enough for a rotation");
	assert_int_equal(w->rotations, 1);
	snprintf(backup, sizeof backup, "%s.1", w->path);
	assert_int_equal(stat(backup, &st), 0);
	assert_file(w->path, "");
	log_info(&w->d.log, "third");
	assert_true(mainlog_clear(w->d.mainlog));
	assert_file(w->path, "");
	/* A full disk: the loss is in the log as soon as it takes a line again. */
	limit_files(10);
	log_info(&w->d.log, "lost");
	limit_files(RLIM_INFINITY);
	log_info(&w->d.log, "found");
	assert_non_null(strstr(buf_str(&w->tapped), " bytes of this log are lost: "));
	mainlog_reopen(w->d.mainlog);
	logfollow_untap(tap);
	mainlog_close(w->d.mainlog);
	config.logfile = nowhere;
	assert_null(mainlog_open(&w->d, &config, false, &err));
	assert_string_equal(err_text(&err),
			    "cannot open log '/nonexistent/x.log': No such file or directory");
	err_release(&err);
}

/* stdout is a pipe that nobody reads: the daemon does not wait, and says later how many lines are missing. */
static void
test_mainlog_copy_never_waits(void **state)
{
	struct world *w = *state;
	struct supervisord_config config = {.logfile = w->path};
	struct err err = ERR_INIT;
	int fds[2], saved = dup(STDOUT_FILENO);
	char got[65536];
	bool noted = false;
	ssize_t n;

	assert_int_equal(pipe(fds), 0);
	dup2(fds[1], STDOUT_FILENO);
	w->d.mainlog = mainlog_open(&w->d, &config, true, &err);
	w->d.log.write = mainlog_write;
	w->d.log.arg = w->d.mainlog;
	for (int i = 0; i < 10000; i++)
		log_info(&w->d.log, "line %d of a log that nobody reads on this terminal", i);
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	while ((n = read(fds[0], got, sizeof got)) > 0)
		turn(w);
	log_info(&w->d.log, "read again");
	turn(w);
	while ((n = read(fds[0], got, sizeof got - 1)) > 0) {
		got[n] = '\0';
		noted = noted ||
			strstr(got, " lines of the log are missing here: stdout did not take them\n") != NULL;
		turn(w);
	}
	assert_int_equal(fcntl(STDOUT_FILENO, F_GETFL) & O_NONBLOCK, 0);
	mainlog_close(w->d.mainlog);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	close(fds[0]);
	close(fds[1]);
	assert_true(noted);
}

/* The system's logger, played. */
static int
play_logger(struct world *w, char *path, size_t size)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	snprintf(path, size, "%s/log", w->dir);
	strcpy(sun.sun_path, path);
	unlink(path);
	assert_int_equal(bind(fd, (struct sockaddr *)&sun, sizeof sun), 0);
	return fd;
}

static void
test_syslog(void **state)
{
	struct world *w = *state;
	char path[128], got[4096], big[2000];
	struct logsyslog *s;
	ssize_t n;
	int fd;

	memset(big, 'b', sizeof big);
	snprintf(path, sizeof path, "%s/log", w->dir);
	s = logsyslog_new(&w->d, path, "supervisord");
	logsyslog_send(s, "nobody hears", 12);
	fd = play_logger(w, path, sizeof path);
	logsyslog_send(s, "still the same turn", 19);
	clock_read(&w->d.now);
	logsyslog_send(s, "hello\n", 6);
	n = recv(fd, got, sizeof got - 1, 0);
	assert_true(n > 0);
	got[n] = '\0';
	assert_non_null(strstr(got, " supervisord: 2 messages were lost before this one"));
	n = recv(fd, got, sizeof got - 1, 0);
	assert_true(n > 0);
	got[n] = '\0';
	assert_int_equal(strncmp(got, "<14>", 4), 0);
	assert_string_equal(got + 4 + strlen("Nov 25 17:00:00"), " supervisord: hello\n");
	/* A slow one is not waited for, and told what it has missed. */
	for (int i = 0; i < 1000; i++)
		logsyslog_send(s, big, sizeof big);
	while ((n = recv(fd, got, sizeof got, 0)) > 0)
		turn(w);
	logsyslog_send(s, "again", 5);
	n = recv(fd, got, sizeof got - 1, 0);
	assert_true(n > 0);
	got[n] = '\0';
	assert_non_null(strstr(got, " messages were lost before this one"));
	/* A logger that was restarted. */
	close(fd);
	fd = play_logger(w, path, sizeof path);
	logsyslog_send(s, "restarted", 9);
	assert_true(recv(fd, got, sizeof got, 0) > 0);
	logsyslog_free(s);
	close(fd);
}

/* The next message of a logger, without its date. */
static void
assert_message(int fd, const char *want)
{
	char got[70000];
	ssize_t n = recv(fd, got, sizeof got - 1, 0);
	size_t head = strlen("<14>Nov 25 17:00:00");

	assert_true(n > (ssize_t)head);
	got[n] = '\0';
	assert_string_equal(got + head, want);
}

static void
test_lines_to_syslog(void **state)
{
	struct world *w = *state;
	char path[128], *big = xcalloc(1, 130001), *want = xcalloc(1, 70000);
	int fd = play_logger(w, path, sizeof path);
	struct logsyslog *s = logsyslog_new(&w->d, path, "supervisord");

	logsyslog_lines(s, "web", "one\ntwo\n\nfour\n\n", 15);
	assert_message(fd, " supervisord: web one");
	assert_message(fd, " supervisord: web two");
	assert_message(fd, " supervisord: web ");
	assert_message(fd, " supervisord: web four");
	logsyslog_lines(s, "web", "cut", 3);
	assert_message(fd, " supervisord: web cut");
	logsyslog_lines(s, "web", "\n", 1);
	assert_message(fd, " supervisord: web ");
	logsyslog_lines(s, "web", "", 0);
	logsyslog_lines(s, "web", "\xff\n", 2);
	assert_message(fd, " supervisord: web \xff");
	/* A line that is longer than any message. */
	memset(big, 'b', 130000);
	logsyslog_lines(s, "w", big, 130000);
	snprintf(want, 70000, " supervisord: w %.65000s", big);
	assert_message(fd, want);
	turn(w);
	assert_message(fd, want);
	assert_int_equal(recv(fd, want, 1, 0), -1);
	logsyslog_free(s);
	close(fd);
	free(big);
	free(want);
}

static void
assert_events(struct world *w, const char *want)
{
	assert_string_equal(buf_str(&w->events), want);
	buf_clear(&w->events);
}

static void
test_events_of_output(void **state)
{
	struct world *w = *state;
	struct logpump_channel *c;
	int fd = start(w, w->path, &c);

	w->p.pid = 42;
	send_text(fd, "unasked");
	turn(w);
	assert_events(w, "");
	/* A change of the option is felt at once. */
	w->process_config.channel[CHANNEL_STDOUT].events_enabled = true;
	send_text(fd, "one\n");
	turn(w);
	send_text(fd, "\xff");
	turn(w);
	assert_events(w, "[LOG stdout 42 one\n][LOG stdout 42 \xff]");
	w->config.supervisord.strip_ansi = true;
	send_text(fd, "\033[1;32mgreen\033[0m");
	turn(w);
	send_text(fd, "\033[0m");
	turn(w);
	send_text(fd, "\033");
	turn(w);
	assert_events(w, "[LOG stdout 42 green][LOG stdout 42 ]");
	/* A grandchild goes on when the process is dead. */
	logpump_drain(c);
	w->p.pid = 0;
	send_text(fd, "!");
	turn(w);
	assert_events(w, "[LOG stdout 42 \033!]");
	/* The protocol of listeners is nobody's business. */
	w->group_config.kind = GROUP_LISTENER;
	send_text(fd, "READY\n");
	turn(w);
	assert_events(w, "");
	assert_file(w->path, "unaskedone\n\xffgreen\033!READY\n");
	close(fd);
	logpump_close(c);
}

#define BEGIN "<!--XSUPERVISOR:BEGIN-->"
#define END "<!--XSUPERVISOR:END-->"

static void
test_capture(void **state)
{
	struct world *w = *state;
	struct channel_config *config = &w->process_config.channel[CHANNEL_STDOUT];
	struct log_tap *tap = logfollow_tap(w->d.logfollow, "grp:prog:stdout", keep_chunk, w);
	struct logpump_channel *c;
	int fd;

	config->capture_maxbytes = 1000;
	config->events_enabled = true;
	w->p.pid = 42;
	w->d.log.level = LOG_LEVEL_DEBUG;
	fd = start(w, w->path, &c);
	send_text(fd, "before<!--XSUPER");
	turn(w);
	assert_events(w, "[LOG stdout 42 before]");
	send_text(fd, "VISOR:BEGIN-->mess");
	turn(w);
	send_text(fd, "age" END "after");
	turn(w);
	assert_events(w,
		      "[LOG stdout 42 mess][LOG stdout 42 age][COMM stdout 42 message][LOG stdout 42 after]");
	assert_file(w->path, "beforeafter");
	assert_string_equal(buf_str(&w->tapped), "beforeafter");
	assert_non_null(strstr(buf_str(&w->log), " DEBG 'prog' stdout output:\nage\n"));
	assert_non_null(strstr(buf_str(&w->log), " DEBG 'prog' stdout emitted a comm event\n"));
	/* What is cleared is not told. */
	send_text(fd, BEGIN "unwanted");
	turn(w);
	assert_true(logpump_clear(w->d.logpump, &w->p));
	send_text(fd, "wanted" END);
	turn(w);
	assert_events(w, "[LOG stdout 42 unwanted][LOG stdout 42 wanted][COMM stdout 42 wanted]");
	logfollow_untap(tap);
	close(fd);
	logpump_close(c);
}

/* An escape sequence does not go on behind a tag. */
static void
test_capture_strips_ansi(void **state)
{
	struct world *w = *state;
	struct logpump_channel *c;
	int fd;

	w->process_config.channel[CHANNEL_STDOUT].capture_maxbytes = 1000;
	w->config.supervisord.strip_ansi = true;
	fd = start(w, w->path, &c);
	for (const char *s = "a\033[1mb\033" BEGIN "[0mc\033[0md\033[12" END "me\033<!"; *s != '\0'; s++) {
		assert_int_equal(write(fd, s, 1), 1);
		turn(w);
	}
	assert_events(w, "[COMM stdout 0 [0mcd]");
	close(fd);
	turn(w);
	assert_file(w->path, "ab\033me\033<!");
	logpump_close(c);
}

/* What is held back when the child has ended is in the log before its end is told. An unfinished message is none. */
static void
test_capture_at_the_end(void **state)
{
	struct world *w = *state;
	struct logpump_channel *c;
	int fd;

	w->process_config.channel[CHANNEL_STDOUT].capture_maxbytes = 1000;
	fd = start(w, w->path, &c);
	send_text(fd, "last words <!--XSUP");
	turn(w);
	assert_file(w->path, "last words ");
	close(fd);
	logpump_drain(c);
	assert_file(w->path, "last words <!--XSUP");
	logpump_close(c);
	/* A grandchild that holds the pipe may go on with the tag. */
	fd = start(w, w->path, &c);
	send_text(fd, "<!--XSUP");
	logpump_drain(c);
	send_text(fd, "ERVISOR:BEGIN-->unfinished");
	turn(w);
	logpump_drain(c);
	logpump_close(c);
	assert_file(w->path, "last words <!--XSUP");
	assert_events(w, "");
	close(fd);
}

/* A full disk loses what is logged, no message. */
static void
test_capture_on_a_full_disk(void **state)
{
	struct world *w = *state;
	struct channel_config *config = &w->process_config.channel[CHANNEL_STDOUT];
	struct logpump_channel *c;
	int fd;

	config->capture_maxbytes = 1000;
	config->full_action = FULL_BLOCK;
	fd = start(w, w->path, &c);
	limit_files(4);
	send_text(fd, "123456" BEGIN "one" END "78" BEGIN "two" END "9<");
	turn(w);
	assert_events(w, "[COMM stdout 0 one][COMM stdout 0 two]");
	assert_file(w->path, "1234");
	limit_files(RLIM_INFINITY);
	logpump_close(c);
	assert_file(w->path, "123456789<");
	assert_int_equal(process_lost_bytes(&w->p), 0);
	close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_output_reaches_file_and_followers),
	    TEST(test_no_file_is_followed),
	    TEST(test_followers_leave_meanwhile),
	    TEST(test_followers_at_the_end),
	    TEST(test_strip_ansi_over_reads),
	    TEST(test_debug_lines),
	    TEST(test_drain),
	    TEST(test_output_is_counted),
	    TEST(test_rotation_and_clear_are_told),
	    TEST(test_clear_of_a_stopped_program),
	    TEST(test_places_are_found_again),
	    TEST(test_no_places_without_a_file),
	    TEST(test_rotation_loses_nothing),
	    TEST(test_loss_is_counted_and_logged_once),
	    TEST(test_full_action_block),
	    TEST(test_fifo_makes_only_its_child_wait),
	    TEST(test_file_that_cannot_be_opened),
	    TEST(test_read_tail),
	    TEST(test_mainlog),
	    TEST(test_mainlog_copy_never_waits),
	    TEST(test_syslog),
	    TEST(test_lines_to_syslog),
	    TEST(test_events_of_output),
	    TEST(test_capture),
	    TEST(test_capture_strips_ansi),
	    TEST(test_capture_at_the_end),
	    TEST(test_capture_on_a_full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
