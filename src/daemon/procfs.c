/*
 * procfs.c: one pass over /proc.
 *
 * One open, read and close for each process of the machine, relative to the descriptor of /proc. The kernel
 * shows which children a process has only in a file for each of its threads, which would cost more.
 */
#include "autoconf.h"

#include "daemon/procfs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/map.h"
#include "base/xmalloc.h"

/* Reads the beginning of a small file into text. False: it is not there (any more). */
static bool
read_small(int dir, const char *path, char *text, size_t size)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd == -1)
		return false;
	n = read(fd, text, size - 1);
	close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	return true;
}

/* The fields behind the name, which stands in parentheses and may itself hold any character. Numbers as in
 * proc(5). */
enum stat_field {
	STAT_PPID = 4,
	STAT_UTIME = 14,
	STAT_STIME = 15,
	STAT_NUM_THREADS = 20,
	STAT_STARTTIME = 22,
	STAT_RSS = 24,
	STAT_NFIELDS,
};

bool
procfs_parse_stat(char *line, struct procfs_entry *e)
{
	unsigned long long fields[STAT_NFIELDS] = {0};
	char *p = strrchr(line, ')'), *end;

	if (p == NULL || p[1] != ' ' || p[2] == '\0' || p[3] != ' ')
		return false;
	p += 4;
	for (int i = STAT_PPID; i < STAT_NFIELDS; i++) {
		fields[i] = strtoull(p, &end, 10);
		if (end == p)
			return false;
		p = end;
	}
	*e = (struct procfs_entry){
	    .pid = (pid_t)strtol(line, NULL, 10),
	    .ppid = (pid_t)fields[STAT_PPID],
	    .starttime = fields[STAT_STARTTIME],
	    .ticks = fields[STAT_UTIME] + fields[STAT_STIME],
	    .threads = (long)fields[STAT_NUM_THREADS],
	    .rss = (int64_t)fields[STAT_RSS] * sysconf(_SC_PAGESIZE),
	    .root = SIZE_MAX,
	};
	return true;
}

bool
procfs_process(pid_t pid, struct procfs_entry *e)
{
	char path[32], line[1024];

	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	return read_small(AT_FDCWD, path, line, sizeof(line)) && procfs_parse_stat(line, e);
}

/* An older kernel says 0 for its own reader too, who has some. */
static bool
kernel_counts_descriptors(void)
{
	struct stat st;

	return stat("/proc/self/fd", &st) == 0 && st.st_size > 0;
}

int64_t
procfs_descriptors(pid_t pid)
{
	char path[32];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%ld/fd", (long)pid);
	if (stat(path, &st) != 0 || (st.st_size == 0 && !kernel_counts_descriptors()))
		return -1;
	return st.st_size;
}

static void
add_entry(struct procfs_table *t, const struct procfs_entry *e)
{
	if (t->n == t->room) {
		t->room = t->room > 0 ? t->room * 2 : 256;
		t->entries = xreallocarray(t->entries, t->room, sizeof(*t->entries));
	}
	t->entries[t->n++] = *e;
}

bool
procfs_read(struct procfs_table *t)
{
	DIR *dir = opendir("/proc");
	struct procfs_entry e;
	const struct dirent *d;
	char path[32], line[1024];

	*t = (struct procfs_table){.by_pid = intmap_new()};
	if (dir == NULL)
		return false;
	while ((d = readdir(dir)) != NULL) {
		if (d->d_name[0] < '1' || d->d_name[0] > '9')
			continue;
		snprintf(path, sizeof(path), "%.20s/stat", d->d_name);
		if (read_small(dirfd(dir), path, line, sizeof(line)) && procfs_parse_stat(line, &e))
			add_entry(t, &e);
	}
	closedir(dir);
	for (size_t i = 0; i < t->n; i++)
		intmap_put(t->by_pid, t->entries[i].pid, &t->entries[i]);
	return true;
}

void
procfs_release(struct procfs_table *t)
{
	free(t->entries);
	intmap_free(t->by_pid);
	*t = (struct procfs_table){0};
}

struct procfs_entry *
procfs_find(const struct procfs_table *t, pid_t pid)
{
	return t->by_pid != NULL ? intmap_get(t->by_pid, pid) : NULL;
}

bool
procfs_command(pid_t pid, struct buf *out)
{
	char path[64], text[4096], *p = out->data;
	ssize_t n = -1;
	int fd;

	snprintf(path, sizeof(path), "/proc/%ld/cmdline", (long)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return false;
	n = read(fd, text, sizeof(text));
	close(fd);
	while (n > 0 && text[n - 1] == '\0')
		n--;
	if (n > 0) {
		p = memchr(text, '\0', (size_t)n);
		for (; p != NULL; p = memchr(p, '\0', (size_t)(text + n - p)))
			*p = ' ';
		return buf_append(out, text, (size_t)n);
	}
	snprintf(path, sizeof(path), "/proc/%ld/comm", (long)pid);
	if (!read_small(AT_FDCWD, path, text, sizeof(text)))
		return false;
	text[strcspn(text, "\n")] = '\0';
	return buf_printf(out, "[%s]", text);
}

uint64_t
procfs_uptime(void)
{
	struct timespec ts;
	long hz = sysconf(_SC_CLK_TCK);

	/* The start times of processes count from boot, suspended time included. */
	if (clock_gettime(CLOCK_BOOTTIME, &ts) == -1)
		return 0;
	return (uint64_t)ts.tv_sec * (uint64_t)hz + (uint64_t)ts.tv_nsec * (uint64_t)hz / 1000000000;
}

double
procfs_average_cpu(const struct procfs_entry *e, uint64_t uptime)
{
	if (uptime <= e->starttime)
		return 0;
	return 100.0 * (double)e->ticks / (double)(uptime - e->starttime);
}

/* The kilobytes behind a name of /proc/meminfo. */
static int64_t
meminfo_bytes(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	return at != NULL ? (int64_t)strtoll(at + strlen(name), NULL, 10) * 1024 : 0;
}

void
procfs_memory(int64_t *total, int64_t *available)
{
	char text[4096] = "";

	read_small(AT_FDCWD, "/proc/meminfo", text, sizeof(text));
	*total = meminfo_bytes(text, "MemTotal:");
	*available = meminfo_bytes(text, "MemAvailable:");
}
