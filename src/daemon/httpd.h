/*
 * The HTTP servers: UNIX and TCP listeners, limits, authentication, "who may call" (design.md), and the route
 * table. What a connection is made of stays inside http*.c.
 */
#ifndef DAEMON_HTTPD_H
#define DAEMON_HTTPD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "core/config.h"

struct daemon;
struct httpd;
struct http_request;

/* Binds all servers of the configuration, in its order (inet first), and logs what spec/daemon.md 1.8 says.
   NULL with the usage error's text in err; then nothing stays bound and no socket file is left. */
struct httpd *httpd_open(struct daemon *d, const struct config *config, struct err *err);
/* For the end: what is in our buffers for clients that take it goes out, for a few seconds at most; at once when there is
   nothing. Nobody is accepted or answered any more. */
void httpd_drain(struct httpd *h);
/* Closes all connections and listeners; unlinks the UNIX sockets when unlink_sockets is set.
   NULL is allowed. */
void httpd_close(struct httpd *h, bool unlink_sockets);
/* Open connections of all servers. */
size_t httpd_connections(const struct httpd *h);
/* For the rehearsal of a restart, in a process of its own that ends soon: whether the servers of next could be opened
   once what runs now is closed. No socket file is left; ports stay bound as long as the process lives. False with
   the usage error's text in err. */
bool httpd_rehearse(const struct daemon *d, const struct config *next, struct err *err);

/* A request under way. It lives until it is replied to, or until the client has gone. */
enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_POST,
	HTTP_OTHER,
};
enum http_method http_request_method(const struct http_request *r);
/* Decoded path, without the parameters and the query. */
const char *http_request_path(const struct http_request *r);
/* First value of a query parameter, decoded; NULL: absent. Borrowed. */
const char *http_request_query(const struct http_request *r, const char *name);
/* All values of a query parameter: calls fn for each, in order. */
void http_request_query_each(const struct http_request *r, const char *name,
			     void (*fn)(void *arg, const char *value), void *arg);
/* First value of a header; NULL: absent. Borrowed. */
const char *http_request_header(const struct http_request *r, const char *name);
/* The body, complete. Borrowed, not NUL-terminated. */
const char *http_request_body(const struct http_request *r, size_t *len);
/* Last value that is not empty of a parameter in a body of the type application/x-www-form-urlencoded, decoded; NULL: absent,
   or no memory. Borrowed. The Content-Type is not looked at, as under Supervisor. */
const char *http_request_form(struct http_request *r, const char *name);

/* Who has sent it, see core/caller.h. Borrowed until the request ends. */
const char *http_request_caller(const struct http_request *r);

/* Answers and ends the request. Header order and connection handling as spec/xmlrpc.md 1.4, 1.5. */
void http_reply(struct http_request *r, int code, const char *content_type, const char *body, size_t len);
/* The same with headers of the handler's own, in their order: pairs of name and value, ended by NULL. Content-Length
   follows them. */
void http_reply_headers(struct http_request *r, int code, const char *const *headers, const char *body,
			size_t len);
/* The error page of spec/xmlrpc.md 1.6. */
void http_reply_error(struct http_request *r, int code);
/* The page alone, for an answer with headers of its own; returns its length. */
#define HTTP_ERROR_PAGE_MAX 512
size_t http_error_page(char page[HTTP_ERROR_PAGE_MAX], int code);
/* For an answer that comes later: closed is called when the client goes away first; the request is then gone
   and must not be replied to. NULL takes it back. */
void http_request_on_close(struct http_request *r, void (*closed)(void *arg), void *arg);

typedef void http_handler(struct daemon *d, struct http_request *r);

/* Handlers of the route table, each in its own file. */
http_handler rpc_handle;          /* POST /RPC2: rpc_http.c */
http_handler push_handle;         /* GET /events: push.c */
http_handler metrics_handle;      /* GET /metrics: metrics.c */
http_handler tail_handle;         /* GET /logtail/...: tail.c */
http_handler tail_handle_mainlog; /* GET /mainlogtail: tail.c */
http_handler page_handle;         /* the web page, and what it does: page.c */
http_handler page_handle_tail;    /* tail.html: page.c */
http_handler page_handle_ok;      /* ok.html: page.c */
http_handler page_handle_asset;   /* style, script, icon: page.c */

#endif
