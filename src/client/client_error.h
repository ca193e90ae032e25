/*
 * What can go wrong between a client and a daemon, fine enough for supervisorctl to print what Supervisor
 * prints and for the screen to decide whether trying again makes sense.
 */
#ifndef CLIENT_CLIENT_ERROR_H
#define CLIENT_CLIENT_ERROR_H

#include <stdbool.h>

enum client_error_kind {
	CLIENT_OK,
	CLIENT_FAULT,           /* the daemon answered with a fault: code, text */
	CLIENT_STATUS,          /* an HTTP status other than 200: code, text is the reason */
	CLIENT_OS,              /* a system call failed: code is the errno, see where */
	CLIENT_PATH_TOO_LONG,   /* the socket's path does not fit into an address */
	CLIENT_RESOLVE,         /* the host is not known: code is of getaddrinfo */
	CLIENT_BAD_URL,         /* neither unix:// nor http:// */
	CLIENT_BAD_HOST,        /* code is an enum client_bad_host, text says why */
	CLIENT_BAD_PORT,        /* text says why */
	CLIENT_TIMEOUT,         /* no connection within the time given */
	CLIENT_DISCONNECTED,    /* closed without a byte of an answer */
	CLIENT_BAD_STATUS_LINE, /* not HTTP: text is the line; code 1: the status is not a number */
	CLIENT_BAD_VERSION,     /* HTTP, but neither 1.x nor 0.9: text is the version */
	CLIENT_LINE_TOO_LONG,   /* code is the enum http_phase in which the line came */
	CLIENT_BAD_HEAD,        /* too many headers */
	CLIENT_TRUNCATED,       /* the body ended early: text as Python says it; code 1: in chunks */
	CLIENT_BAD_REPLY,       /* not XML, or no XML-RPC reply: code is an enum xmlrpc_reply_error */
	CLIENT_TOO_BIG,         /* the reply is bigger than the client takes */
	CLIENT_BAD_CALL,        /* an argument cannot be expressed in XML-RPC */
	CLIENT_CANCELLED,       /* the waiting was broken off by event_base_loopbreak */
};

/* What is wrong with the host in a URL. */
enum client_bad_host {
	CLIENT_HOST_BRACKETS, /* those of IPv6 */
	CLIENT_HOST_ADDRESS,  /* no IPv6 address in them */
	CLIENT_HOST_BLANKS,
	CLIENT_HOST_LABEL, /* between two dots is nothing, or too much */
};

/* Where a CLIENT_OS happened. */
enum client_where {
	CLIENT_AT_CONNECT_UNIX,
	CLIENT_AT_CONNECT_TCP,
	CLIENT_AT_SEND,
	CLIENT_AT_RECEIVE,
};

struct client_error {
	enum client_error_kind kind;
	enum client_where where;
	int code;
	char *text; /* for people, without subject; owned; NULL only with CLIENT_OK */
};

#define CLIENT_ERROR_INIT                                                                                    \
	{                                                                                                    \
		.kind = CLIENT_OK                                                                            \
	}

/* Sets kind, code and text; what was there is freed. */
void client_error_set(struct client_error *e, enum client_error_kind kind, int code, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* CLIENT_OS, with the system's text for the errno. */
void client_error_os(struct client_error *e, enum client_where where, int code);
void client_error_copy(struct client_error *to, const struct client_error *from);
void client_error_release(struct client_error *e);

#endif
