/*
 * Who may call: HTTP Basic credentials (spec/xmlrpc.md 1.7), and the headers by which browsers tell that
 * another site sent a request (design.md, "Who may call"). Pure.
 */
#ifndef CORE_AUTH_H
#define CORE_AUTH_H

#include <stdbool.h>

enum auth_result {
	AUTH_OK,
	AUTH_DENIED,    /* 401: no or other credentials */
	AUTH_MALFORMED, /* 400: not base64, not UTF-8 */
};

/* Checks the value of an Authorization header, NULL: there was none. password is plain, or "{SHA}" and 40
   lower-case hexadecimal digits. The time taken depends on what was sent, not on what is right. */
enum auth_result auth_check(const char *header, const char *username, const char *password);

/* Whether an Origin header (not NULL) names another site than the Host header (NULL: none):
   scheme://host[:port]. */
bool auth_origin_is_foreign(const char *origin, const char *host);
/* Whether a Host header (not NULL) is an IP address, localhost, or one of the two names (each may be NULL),
   so that no foreign name server can have led a browser here. */
bool auth_host_is_ours(const char *host, const char *nodename, const char *configured);

#endif
