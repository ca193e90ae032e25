/*
 * What the files of the HTTP server share: httpd.c (servers, routes), http_access.c (who may call), http_conn.c
 * (connections and their limits), http_read.c (what comes on them), http_request.c (requests and their answers),
 * http_listen.c (sockets), http_stream.c (replies made while they are sent), http_drain.c (the daemon's end). Nobody else
 * includes it.
 */
#ifndef DAEMON_HTTP_INTERNAL_H
#define DAEMON_HTTP_INTERNAL_H

#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "core/http_head.h"
#include "core/http_uri.h"
#include "daemon/daemon.h"
#include "daemon/http_stream.h"
#include "daemon/httpd.h"

#define HTTP_MAX_HEAD (64 * 1024)
/* What may be read ahead while there is an answer to give. */
#define HTTP_MAX_EARLY HTTP_MAX_HEAD

/* One [unix_http_server] or [inet_http_server]. */
struct http_server {
	struct httpd *httpd;
	struct evconnlistener *listener;
	struct event *accept_again; /* pending while accepting rests for want of descriptors */
	bool is_unix;
	char *section;
	char *username; /* NULL: no authentication */
	char *password;
	char *host; /* inet: as configured */
	char *path; /* UNIX: the socket file */
	uint64_t max_body;
	dev_t dev; /* of the socket file, so that only our own is removed */
	ino_t ino;
};

enum http_conn_phase {
	HTTP_IDLE,      /* between two requests */
	HTTP_READING,   /* a request has begun, or the body of a refused one is being thrown away */
	HTTP_HANDLING,  /* a handler has it, or an answer comes later */
	HTTP_WRITING,   /* the answer is on its way */
	HTTP_STREAMING, /* its beginning is, and more is being made */
	HTTP_LINGERING, /* all is said: what still comes is thrown away, so that the client sees the answer */
};

TAILQ_HEAD(http_conns, http_conn);

/* One connection. Owned by httpd->waiting or httpd->busy. */
struct http_conn {
	TAILQ_ENTRY(http_conn) link;
	struct httpd *httpd;
	struct http_server *server;
	struct bufferevent *bev;
	enum http_conn_phase phase;
	struct http_request *request; /* READING: its body is awaited; HANDLING */
	struct http_stream *stream;   /* STREAMING */
	struct event *timer; /* time limit of READING, WRITING, LINGERING, and of a stream that has an end */
	mono_us progress;    /* when the phase, or the waiting for a reader, began, or a byte was written */
	size_t searched;     /* bytes of input in which no end of a head is */
	uint64_t skip;       /* bytes of a body that still come, and nobody wants */
	bool empty_line;     /* there was one before the request line */
	bool has_end;        /* STREAMING: it is an answer like others */
	bool close;          /* the connection ends after the answer */
	bool linger;         /* with close: it ends when the client has seen the answer */
	bool eof;            /* the client has closed its side */
	struct sockaddr_in peer; /* of a TCP server */
	char *caller;            /* see core/caller.h; NULL: nobody has asked yet; owned */
};

struct httpd {
	struct daemon *daemon;
	struct http_server **servers;
	size_t nservers;
	struct http_conns
	    waiting; /* IDLE, READING, LINGERING: the first is the one that may be missed best */
	struct http_conns busy;
	size_t nconns;
	size_t max_conns;
	mono_us time_limit;  /* for a request to arrive whole; for an answer to move on */
	bool ending;         /* nobody is answered any more */
	mono_us patience;    /* then: with a reader who takes nothing */
	mono_us drain_limit; /* then: with all of them */
	char *nodename;
};

/* A request under way: see httpd.h. */
struct http_request {
	struct http_conn *conn;
	const struct http_route *route;
	struct http_head head;
	enum http_method method;
	char *path;
	struct http_params query;
	struct http_params form; /* of the body, once somebody has asked for it */
	bool form_read;
	bool cut; /* where the next request begins is unknown, or far away: the connection ends */
	uint64_t length;
	char *body;        /* of length bytes, and a NUL; NULL: has not come, or is thrown away */
	const char *allow; /* for a 405 */
	void (*closed)(void *arg);
	void *closed_arg;
};

/* http_listen.c: a listening socket, -1 with the usage error's text in err. */
int http_listen_inet(const struct server_config *config, struct err *err);
int http_listen_unix(const struct server_config *config, struct err *err);
/* Tries the latter, and leaves nothing. is_ours: what is at its path now is this daemon's own socket. */
bool http_listen_unix_would_work(const struct server_config *config, bool is_ours, struct err *err);

/* http_read.c */
/* Takes one thing out of what has come: a head, a body. False: more has to come. */
bool http_read_step(struct http_conn *c);

/* http_conn.c */
/* Takes the descriptor over. */
void http_conn_new(struct http_server *server, evutil_socket_t fd, const struct sockaddr *peer, int peerlen);
void http_conn_enter(struct http_conn *c, enum http_conn_phase phase);
/* What comes beyond it waits in the kernel. */
void http_conn_read_at_most(struct http_conn *c, size_t bytes);
/* The connection ends, soon. */
void http_conn_fail(struct http_conn *c);
/* Appends to what goes out. No memory: the connection ends, soon. */
void http_conn_send(struct http_conn *c, const void *data, size_t len);
/* All of the answer has been handed over: the request is through when it is sent. */
void http_conn_answered(struct http_conn *c);
/* What has been handed over is the beginning of an answer that is made while it is sent. */
void http_conn_stream(struct http_conn *c, struct http_stream *s, bool has_end);
void http_conns_init(struct httpd *h);
/* Ends all connections. */
void http_conns_release(struct httpd *h);

/* http_request.c */
/* Takes the head over. NULL: no memory, and the head is released. */
struct http_request *http_request_new(struct http_conn *c, struct http_head *head);
/* Frees it, and tells who waits for the client that it has gone. */
void http_request_gone(struct http_request *r);
void http_request_free(struct http_request *r);
/* A head: its begin, the headers between, its end. */
void http_put_status(struct buf *head, const struct http_request *r, int code);
void http_put_header(struct buf *head, const char *name, const char *value);
void http_put_end(struct buf *head, const struct http_request *r);
/* bytes: of head and body. */
void http_log_access(const struct http_request *r, int code, size_t bytes);

/* http_access.c */
/* 0: may call; otherwise the status of the refusal. */
int http_access_check(const struct http_request *r);

/* httpd.c */
/* A request's head is there. 0: the body may come, and then http_dispatch; otherwise the status of the refusal. */
int http_check(struct http_request *r);
void http_dispatch(struct http_request *r);
/* Accepting goes on: a descriptor is free. */
void http_accept_again(struct httpd *h);
void http_accept_no_more(struct httpd *h);

/* http_stream.c */
/* The connection of a stream ends. */
void http_stream_gone(struct http_stream *s);
/* All that was written has gone out. */
void http_stream_sent(struct http_stream *s);

#endif
