/*
 * The sockets of fcgi programs (spec/daemon.md 11): one for each group, shared by its processes as their standard
 * input. It listens while at least one of them is there, or is being made.
 */
#ifndef DAEMON_FCGI_H
#define DAEMON_FCGI_H

#include <stdbool.h>

#include "base/err.h"
#include "daemon/resolve.h"

struct config;
struct daemon;
struct group;

/* Plain data but for the descriptor, whose stable name is "GROUP/socket". What it is called and may do is in the
   group's configuration. */
struct fcgi_socket {
	struct host_address address; /* of a TCP socket; looked up once, when the group was added */
	unsigned refs;               /* processes that have it */
	int fd;                      /* listening, blocking as its users expect; -1: closed */
};

/* The group is being added: makes the socket and closes it again, to find out now whether it can be made. False with
   err set. Groups of other kinds pass. */
bool fcgi_add_group(struct daemon *d, struct group *g, struct err *err);
/* Closes what is open. For any group, at any time. */
void fcgi_remove_group(struct daemon *d, struct group *g);

/* Before a process of g is made: makes the socket for the first one. *fd is borrowed; -1 when g is of another kind.
   False with the spawnerr in err. Either way fcgi_release must follow: when the making has failed, or when the child
   has been reaped. The last one closes the socket; the path of a UNIX socket stays. */
bool fcgi_acquire(struct daemon *d, struct group *g, int *fd, struct err *err);
void fcgi_release(struct daemon *d, struct group *g);

/* For the rehearsal of a restart, in a process of its own: whether the sockets of next could be made, once what
   runs is closed. False with err set. */
bool fcgi_rehearse(const struct daemon *d, const struct config *next, struct err *err);

#endif
