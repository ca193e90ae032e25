/* One pass over /proc: all processes of the machine, who is whose parent, and what each uses. */
#ifndef DAEMON_PROCFS_H
#define DAEMON_PROCFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"

struct procfs_entry {
	pid_t pid, ppid;
	uint64_t starttime; /* clock ticks after boot: with the pid, it names a process for good */
	uint64_t ticks;     /* CPU time used, user and system, in clock ticks */
	long threads;
	int64_t rss; /* bytes */
	size_t root; /* left to the user of the table, SIZE_MAX at first */
};

struct procfs_table {
	struct procfs_entry *entries;
	size_t n, room;
	struct intmap *by_pid; /* pid -> struct procfs_entry */
};

/* Reads all. Processes that end meanwhile are left out. False: there is no /proc; the table is then empty. */
bool procfs_read(struct procfs_table *t);
void procfs_release(struct procfs_table *t);
/* NULL when there is none. */
struct procfs_entry *procfs_find(const struct procfs_table *t, pid_t pid);

/* One process by itself. False: it has gone. */
bool procfs_process(pid_t pid, struct procfs_entry *e);
/* Open file descriptors of a process; -1: unknown. The kernel counts them since Linux 6.2; before that one would have to
   read as many names, which nobody can afford who does not know how many they are. */
int64_t procfs_descriptors(pid_t pid);

/* One /proc/PID/stat line. False: it is not one. */
bool procfs_parse_stat(char *line, struct procfs_entry *e);
/* The command line with spaces between the arguments, "[name]" without one; false when the process has gone.
 */
bool procfs_command(pid_t pid, struct buf *out);
/* Percent of one core over its whole life; uptime is in clock ticks. */
double procfs_average_cpu(const struct procfs_entry *e, uint64_t uptime);
/* Clock ticks since boot, 0 when unknown. */
uint64_t procfs_uptime(void);
/* Bytes; 0 when unknown. */
void procfs_memory(int64_t *total, int64_t *available);

#endif
