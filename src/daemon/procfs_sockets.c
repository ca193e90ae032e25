/*
 * procfs_sockets.c: see procfs_sockets.h.
 *
 * The kernel's tables of sockets begin with those that listen, so that a machine with a hundred thousand connections costs
 * no more here than any other: only the beginning of a table is read.
 */
#include "autoconf.h"

#include "daemon/procfs_sockets.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/map.h"
#include "base/xmalloc.h"

#define TABLE_MAX ((size_t)256 * 1024) /* bytes of a table */
#define LIMITS_MAX ((size_t)8192)
#define DESCRIPTORS_MAX 4096 /* of one process */

/* The beginning of a file, at most max bytes; NULL: it is not there. The caller frees. */
static char *
read_beginning(const char *path, size_t max, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text;
	ssize_t n;

	*len = 0;
	if (fd == -1)
		return NULL;
	text = xmalloc(max);
	while (*len < max && (n = read(fd, text + *len, max - *len)) > 0)
		*len += (size_t)n;
	close(fd);
	return text;
}

/* The next whole line; false at the end, or when the last was cut. */
static bool
next_line(const char *text, size_t len, size_t *at, const char **line, size_t *linelen)
{
	const char *end = memchr(text + *at, '\n', len - *at);

	if (end == NULL)
		return false;
	*line = text + *at;
	*linelen = (size_t)(end - *line);
	*at += *linelen + 1;
	return true;
}

/* Limits */

/* A column without the blanks that fill it. */
static void
take_column(char out[PROCFS_WORD_MAX], const char *line, size_t len, size_t from, size_t width)
{
	size_t n = from < len ? len - from : 0;

	n = n < width ? n : width;
	while (n > 0 && line[from + n - 1] == ' ')
		n--;
	n = n < PROCFS_WORD_MAX ? n : PROCFS_WORD_MAX - 1;
	if (n > 0)
		memcpy(out, line + from, n);
	out[n] = '\0';
}

bool
procfs_parse_limit(const char *line, size_t len, struct procfs_limit *out)
{
	/* The format of the kernel's fs/proc/base.c: "%-25s %-20s %-20s %-10s". */
	take_column(out->name, line, len, 0, 25);
	take_column(out->soft, line, len, 26, 20);
	take_column(out->hard, line, len, 47, 20);
	take_column(out->units, line, len, 68, 10);
	return strncmp(out->name, "Max ", 4) == 0 && out->soft[0] != '\0' && out->hard[0] != '\0';
}

void
procfs_limits(pid_t pid, procfs_limit_fn *fn, void *arg)
{
	struct procfs_limit limit;
	size_t len, linelen, at = 0;
	const char *line;
	char path[64], *text;

	snprintf(path, sizeof(path), "/proc/%ld/limits", (long)pid);
	text = read_beginning(path, LIMITS_MAX, &len);
	while (text != NULL && next_line(text, len, &at, &line, &linelen))
		if (procfs_parse_limit(line, linelen, &limit))
			fn(arg, &limit);
	free(text);
}

/* Ports */

/* An address as the kernel shows it: words of four bytes, each as a number of this machine. */
static bool
parse_address(const char *hex, bool v6, char out[PROCFS_ADDRESS_MAX])
{
	uint32_t words[4] = {0};
	char word[9];

	for (size_t i = 0; i < (v6 ? 4 : 1); i++) {
		memcpy(word, hex + 8 * i, 8);
		word[8] = '\0';
		words[i] = (uint32_t)strtoul(word, NULL, 16);
	}
	return inet_ntop(v6 ? AF_INET6 : AF_INET, words, out, PROCFS_ADDRESS_MAX) != NULL;
}

#define TCP_LISTENS 0x0a
#define UDP_WITHOUT_PEER 0x07

bool
procfs_parse_socket(const char *line, size_t len, const char *protocol, struct procfs_port *out,
		    uint64_t *inode)
{
	const bool tcp = strncmp(protocol, "tcp", 3) == 0, v6 = strchr(protocol, '6') != NULL;
	char text[256], local[33];
	unsigned port, state;

	if (len >= sizeof(text))
		return false;
	memcpy(text, line, len);
	text[len] = '\0';
	/* slot: local remote state queues timer retransmissions uid timeout inode */
	if (sscanf(text, " %*u: %32[0-9A-F]:%x %*[0-9A-F]:%*x %x %*[^ ] %*[^ ] %*[^ ] %*u %*u %" SCNu64,
		   local, &port, &state, inode) != 4 ||
	    strlen(local) != (v6 ? 32 : 8) || state != (tcp ? TCP_LISTENS : UDP_WITHOUT_PEER) || port == 0)
		return false;
	*out = (struct procfs_port){.protocol = protocol, .port = port};
	return parse_address(local, v6, out->address);
}

struct procfs_sockets {
	struct intmap *pids; /* inode -> pid, as a pointer */
};

struct procfs_sockets *
procfs_sockets_new(void)
{
	struct procfs_sockets *s = xcalloc(1, sizeof(*s));

	s->pids = intmap_new();
	return s;
}

void
procfs_sockets_free(struct procfs_sockets *s)
{
	intmap_free(s->pids);
	free(s);
}

void
procfs_sockets_add(struct procfs_sockets *s, pid_t pid)
{
	char path[64], target[64];
	const struct dirent *e;
	uint64_t inode;
	ssize_t n;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%ld/fd", (long)pid);
	dir = opendir(path);
	if (dir == NULL)
		return;
	for (int i = 0; i < DESCRIPTORS_MAX && (e = readdir(dir)) != NULL; i++) {
		n = readlinkat(dirfd(dir), e->d_name, target, sizeof(target) - 1);
		if (n <= 0)
			continue;
		target[n] = '\0';
		if (sscanf(target, "socket:[%" SCNu64 "]", &inode) == 1)
			intmap_put(s->pids, (int64_t)inode, (void *)(uintptr_t)pid);
	}
	closedir(dir);
}

static void
each_port_of(const struct procfs_sockets *s, pid_t pid, const char *protocol, procfs_port_fn *fn, void *arg)
{
	struct procfs_port port;
	size_t len, linelen, at = 0;
	const char *line;
	char path[64], *text;
	uint64_t inode;
	void *owner;

	snprintf(path, sizeof(path), "/proc/%ld/net/%s", (long)pid, protocol);
	text = read_beginning(path, TABLE_MAX, &len);
	while (text != NULL && next_line(text, len, &at, &line, &linelen)) {
		if (!procfs_parse_socket(line, linelen, protocol, &port, &inode))
			continue;
		owner = intmap_get(s->pids, (int64_t)inode);
		port.pid = (pid_t)(uintptr_t)owner;
		if (owner != NULL)
			fn(arg, &port);
	}
	free(text);
}

void
procfs_sockets_each_port(const struct procfs_sockets *s, pid_t pid, procfs_port_fn *fn, void *arg)
{
	static const char *const protocols[] = {"tcp", "tcp6", "udp", "udp6"};

	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		each_port_of(s, pid, protocols[i], fn, arg);
}
