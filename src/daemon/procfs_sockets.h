/* What a process may use and where it can be reached, from /proc: its limits, and the ports that it listens on. */
#ifndef DAEMON_PROCFS_SOCKETS_H
#define DAEMON_PROCFS_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PROCFS_WORD_MAX 32

/* A line of /proc/PID/limits. */
struct procfs_limit {
	char name[PROCFS_WORD_MAX];                                                /* "Max open files" */
	char soft[PROCFS_WORD_MAX], hard[PROCFS_WORD_MAX], units[PROCFS_WORD_MAX]; /* "1024" or "unlimited" */
};
/* False: it is none. */
bool procfs_parse_limit(const char *line, size_t len, struct procfs_limit *out);
/* Calls fn for each limit of a process; none when it has gone or is not ours to look at. */
typedef void procfs_limit_fn(void *arg, const struct procfs_limit *limit);
void procfs_limits(pid_t pid, procfs_limit_fn *fn, void *arg);

#define PROCFS_ADDRESS_MAX 64

/* A socket that waits for others: a TCP socket that listens, a UDP socket without a peer. */
struct procfs_port {
	const char *protocol;             /* "tcp", "tcp6", "udp", "udp6" */
	char address[PROCFS_ADDRESS_MAX]; /* "127.0.0.1", "::" */
	unsigned port;
	pid_t pid; /* of one that has it open */
};
/* A line of /proc/PID/net/PROTOCOL; *inode names the socket. False: it is none, or not one that waits for others. */
bool procfs_parse_socket(const char *line, size_t len, const char *protocol, struct procfs_port *out,
			 uint64_t *inode);

/* Sockets by their inodes. */
struct procfs_sockets;
struct procfs_sockets *procfs_sockets_new(void);
void procfs_sockets_free(struct procfs_sockets *s);
/* Those that a process has open, as far as we may look; a process with very many descriptors is not looked at whole. */
void procfs_sockets_add(struct procfs_sockets *s, pid_t pid);
/* Calls fn for each of them that waits for others, in the network that pid is in. */
typedef void procfs_port_fn(void *arg, const struct procfs_port *port);
void procfs_sockets_each_port(const struct procfs_sockets *s, pid_t pid, procfs_port_fn *fn, void *arg);

#endif
