/*
 * http_access.c: who calls, and who may (design.md): on every path, before anything is looked at but the head of the
 * request.
 */
#include "autoconf.h"

#include "daemon/http_internal.h"

#include <arpa/inet.h>
#include <strings.h>

#include "base/xmalloc.h"
#include "core/auth.h"
#include "daemon/callers.h"

/* 0: may; otherwise the status of the refusal. */
static int
check_credentials(const struct http_request *r)
{
	const struct http_server *server = r->conn->server;

	if (server->username == NULL)
		return 0;
	switch (auth_check(http_request_header(r, "Authorization"), server->username, server->password)) {
	case AUTH_OK:
		return 0;
	case AUTH_DENIED:
		return 401;
	case AUTH_MALFORMED:
		return 400;
	}
	return 401;
}

/* Browsers say where a request comes from; scripts do not. */
static bool
comes_from_another_site(const struct http_request *r)
{
	const struct http_server *server = r->conn->server;
	const char *origin = http_request_header(r, "Origin"), *host = http_request_header(r, "Host");
	const char *site = http_request_header(r, "Sec-Fetch-Site");

	if (origin != NULL && auth_origin_is_foreign(origin, host))
		return true;
	if (site != NULL && strcasecmp(site, "cross-site") == 0)
		return true;
	/* A foreign name that was made to lead here. */
	return !server->is_unix && server->username == NULL && host != NULL &&
	       !auth_host_is_ours(host, server->httpd->nodename, server->host);
}

int
http_access_check(const struct http_request *r)
{
	int code = check_credentials(r);

	if (code == 0 && comes_from_another_site(r))
		code = 403;
	return code;
}

static const char *
name_caller(const struct http_conn *c, char out[CALLER_MAX])
{
	/* Nobody gets here with other credentials. */
	const char *http_user = c->server->username;
	char address[INET_ADDRSTRLEN] = "";

	if (c->server->is_unix)
		return callers_socket(out, bufferevent_getfd(c->bev), http_user);
	inet_ntop(AF_INET, &c->peer.sin_addr, address, sizeof address);
	return caller_text(out, &(struct caller){.address = address, .uid = -1, .http_user = http_user});
}

/* Once per connection, and only when somebody wants to know: most requests change nothing. */
const char *
http_request_caller(const struct http_request *r)
{
	struct http_conn *c = r->conn;
	char text[CALLER_MAX];

	if (c->caller == NULL)
		c->caller = xstrdup(name_caller(c, text));
	return c->caller;
}
