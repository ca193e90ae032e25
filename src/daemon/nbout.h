/*
 * An output that never makes the daemon wait: a file, FIFO, terminal, pipe or socket that is written without
 * blocking and without changing the flags of an open file description that other programs share (the shell's
 * terminal, the pipe of a container's log).
 */
#ifndef DAEMON_NBOUT_H
#define DAEMON_NBOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum nbout_way {
	NBOUT_OWN,    /* opened by us: O_NONBLOCK is ours to set */
	NBOUT_SOCKET, /* inherited socket: MSG_DONTWAIT */
	NBOUT_SHARED, /* inherited: asked for room before each small write */
};

struct nbout {
	int fd; /* -1: closed */
	enum nbout_way way;
	bool regular; /* a regular file: writes wait for the disk, whatever we do, and for nothing else */
};

#define NBOUT_INIT                                                                                           \
	{                                                                                                    \
		.fd = -1                                                                                     \
	}

/* Opens path for appending. /dev/stdout and its like that cannot be opened again are taken from the inherited
   descriptor. A FIFO that nobody reads yet is opened all the same. False with errno set. */
bool nbout_open(struct nbout *o, const char *path, mode_t mode);
/* Output to an inherited descriptor (1), which stays as it is. A regular file is written through that
   descriptor, whose offset others share. */
bool nbout_inherit(struct nbout *o, int fd);
void nbout_close(struct nbout *o);
/* The path leads to what is open. A FIFO that nobody reads must not be opened a second time: it would seem to have a
   reader, us, until the first descriptor is closed. */
bool nbout_is_at(const struct nbout *o, const char *path);
/* Writes as much as goes now and returns how much: less than len with errno set (EAGAIN: try when it is
   writable). */
size_t nbout_write(struct nbout *o, const char *data, size_t len);

#endif
