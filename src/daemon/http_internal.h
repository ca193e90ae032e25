/*
 * What the files of the HTTP server share: httpd.c (servers, routes), http_request.c (requests and their answers),
 * http_conn.c (connections and their limits), http_listen.c (sockets), http_stream.c (replies without an end). Nobody
 * else includes it.
 */
#ifndef DAEMON_HTTP_INTERNAL_H
#define DAEMON_HTTP_INTERNAL_H

#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/err.h"
#include "daemon/daemon.h"
#include "daemon/http_stream.h"
#include "daemon/httpd.h"

#define HTTP_MAX_BODY (8 * 1024 * 1024)
#define HTTP_MAX_HEADERS (64 * 1024)

/* One [unix_http_server] or [inet_http_server]. */
struct http_server {
	struct httpd *httpd;
	struct evhttp *http; /* owns the listener */
	struct evconnlistener *listener;
	struct event *accept_again; /* with a timeout while accepting rests for want of descriptors */
	bool is_unix;
	char *section;
	char *username; /* NULL: no authentication */
	char *password;
	char *host; /* inet: as configured */
	char *path; /* UNIX: the socket file */
	char *peer; /* what access log lines call the clients */
	dev_t dev;  /* of the socket file, so that only our own is removed */
	ino_t ino;
};

enum http_phase {
	HTTP_IDLE,      /* between two requests */
	HTTP_READING,   /* a request has begun */
	HTTP_HANDLING,  /* a handler has it, or an answer comes later */
	HTTP_WRITING,   /* the answer is on its way */
	HTTP_STREAMING, /* an answer without an end */
};

TAILQ_HEAD(http_conns, http_conn);

/* One connection. Owns itself through httpd->waiting or httpd->busy; http_conn.c says how its
   end is noticed. */
struct http_conn {
	TAILQ_ENTRY(http_conn) link;        /* waiting (IDLE, READING; longest idle first) or busy */
	TAILQ_ENTRY(http_conn) settle_link; /* in httpd->unsettled while settling is set */
	struct httpd *httpd;
	struct http_server *server;
	struct bufferevent *bev;         /* one reference */
	struct evhttp_connection *evcon; /* evhttp's; NULL before the first request */
	evutil_socket_t fd;              /* -1: not known yet */
	enum http_phase phase;
	struct http_request *request; /* HANDLING */
	struct http_stream *stream;   /* STREAMING */
	struct event *watch;          /* tells that the client has gone, where evhttp does not */
	struct event *timer;          /* time limit of READING and WRITING */
	mono_us progress;             /* when the phase began, or the last byte was written */
	bool settling;
	bool finished; /* its answer has gone out */
	bool refused;  /* one too many */
};

struct httpd {
	struct daemon *daemon;
	struct http_server **servers;
	size_t nservers;
	struct intmap *by_bev;     /* address of a bufferevent -> struct http_conn */
	struct http_conns waiting; /* the first is the one that idled longest */
	struct http_conns busy;
	struct http_conns unsettled; /* to be looked at when the callbacks of this turn are through */
	struct event *settle;
	size_t nconns;
	size_t max_conns;
	mono_us time_limit; /* for a request to arrive whole; for an answer to move on */
	char *nodename;
};

/* A request under way: see httpd.h. */
struct http_param {
	char *name;
	char *value;
};

/* In their order. */
struct http_params {
	struct http_param *param;
	size_t n;
};

struct http_request {
	struct http_conn *conn;
	struct evhttp_request *req;
	enum http_method method;
	char *path;
	struct http_params query;
	struct http_params form; /* of the body, once somebody has asked for it */
	bool form_read;
	const char *allow; /* for a 405 */
	void (*closed)(void *arg);
	void *closed_arg;
};

/* http_listen.c: a listening socket, -1 with the usage error's text in err. */
int http_listen_inet(const struct server_config *config, struct err *err);
int http_listen_unix(const struct server_config *config, struct err *err);
/* Tries the latter, and leaves nothing. is_ours: what is at its path now is this daemon's own socket. */
bool http_listen_unix_would_work(const struct server_config *config, bool is_ours, struct err *err);

/* http_conn.c */
/* Makes the bufferevent of a new connection: evhttp_set_bevcb with the server as argument. */
struct bufferevent *http_conn_new(struct event_base *base, void *server);
struct http_conn *http_conn_find(struct httpd *h, struct evhttp_connection *evcon);
/* evhttp has a whole request: the connection is busy from here on. */
void http_conn_begin(struct http_conn *c, struct evhttp_connection *evcon);
/* The answer comes later: watch for the client's end. */
void http_conn_defer(struct http_conn *c);
/* The answer goes out: no watching, evhttp does that. */
void http_conn_answer(struct http_conn *c, enum http_phase phase);
/* evhttp has sent the answer. */
void http_conn_finished(struct http_conn *c);
void http_conns_init(struct httpd *h);
/* After evhttp has let go of all connections. */
void http_conns_release(struct httpd *h);

/* http_request.c */
/* NULL: no memory, or no path that could be decoded. */
struct http_request *http_request_new(struct http_conn *c, struct evhttp_request *req);
/* The client has gone while its request waited for an answer. */
void http_request_gone(struct http_request *r);
/* Frees our part; evhttp's goes its own way. */
void http_request_free(struct http_request *r);
/* Server and Date, which begin each head. */
void http_add_head(struct http_request *r);
const char *http_reason(int code);
/* bytes: of the body. */
void http_log_access(struct http_request *r, int code, size_t bytes);

/* httpd.c */
/* Accepting goes on: a descriptor is free. */
void http_accept_again(struct httpd *h);

/* http_stream.c */
/* The connection of a stream ends. */
void http_stream_gone(struct http_stream *s);

#endif
