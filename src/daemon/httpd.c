/*
 * httpd.c: the HTTP servers: one evhttp for each, whose requests are checked (credentials, "Who may call") and
 * routed. See httpd.h; connections and their limits are in http_conn.c, requests and answers in http_request.c.
 */
#include "autoconf.h"

#include "daemon/httpd.h"

#include <event2/http.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/timefmt.h"
#include "base/xmalloc.h"
#include "core/auth.h"
#include "daemon/http_internal.h"
#include "daemon/rehearsal.h"

/* The route table. The first row that matches wins. */
struct route {
	const char *path;
	bool prefix;       /* whatever begins with path */
	bool segments;     /* path itself, and what is below it */
	const char *allow; /* not Supervisor's: a wrong method is answered by 405 with this list */
	unsigned methods;  /* bits 1 << enum http_method */
	http_handler *handler;
};

static const struct route routes[] = {
    {.path = "/RPC2", .prefix = true, .methods = 1U << HTTP_POST, .handler = rpc_handle},
    {.path = "/logtail", .segments = true, .methods = 1U << HTTP_GET, .handler = tail_handle},
    {.path = "/mainlogtail", .prefix = true, .methods = 1U << HTTP_GET, .handler = tail_handle_mainlog},
    {.path = "/events", .allow = "GET", .methods = 1U << HTTP_GET, .handler = push_handle},
    {.path = "/metrics",
     .allow = "GET, HEAD",
     .methods = 1U << HTTP_GET | 1U << HTTP_HEAD,
     .handler = metrics_handle},
};

static void httpd_request(struct http_server *server, struct evhttp_request *req);

static void
request_cb(struct evhttp_request *req, void *arg)
{
	struct http_server *server = arg;

	daemon_tick(server->httpd->daemon);
	httpd_request(server, req);
}

static void
complete_cb(struct evhttp_request *req, void *arg)
{
	(void)req;
	http_conn_finished(arg);
}

/* accept_again waits without a time limit while the server accepts, see server_of. */
static void
accept_on(struct http_server *server)
{
	event_add(server->accept_again, NULL);
	evconnlistener_enable(server->listener);
}

static void
accept_again_cb(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	accept_on(arg);
}

struct search {
	const struct evconnlistener *listener;
	struct http_server *server;
};

static int
search_cb(const struct event_base *base, const struct event *ev, void *arg)
{
	struct search *search = arg;
	struct http_server *server;

	(void)base;
	if (event_get_callback(ev) != accept_again_cb)
		return 0;
	server = event_get_callback_arg(ev);
	if (server->listener != search->listener)
		return 0;
	search->server = server;
	return 1;
}

/* evhttp has the listener's one argument, and gives nothing back. So the server is found by its event
   accept_again, which is therefore always pending: on the end of a listening socket, which never comes. */
static struct http_server *
server_of(struct evconnlistener *listener)
{
	struct search search = {.listener = listener};

	event_base_foreach_event(evconnlistener_get_base(listener), search_cb, &search);
	return search.server;
}

/* No descriptor for a connection that waits: accepting rests for a second, or until a connection ends. */
static void
accept_error_cb(struct evconnlistener *listener, void *arg)
{
	static const struct timeval second = {.tv_sec = 1};
	struct http_server *server = server_of(listener);

	(void)arg;
	if (server == NULL || event_add(server->accept_again, &second) != 0)
		return;
	evconnlistener_disable(listener);
}

void
http_accept_again(struct httpd *h)
{
	for (size_t i = 0; i < h->nservers; i++) {
		struct http_server *server = h->servers[i];

		if (server->accept_again == NULL || !event_pending(server->accept_again, EV_TIMEOUT, NULL))
			continue;
		event_del(server->accept_again);
		accept_on(server);
	}
}

/*
 * Who may call, and what.
 */

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

static bool
matches(const struct route *route, const char *path)
{
	size_t len = strlen(route->path);

	if (strncmp(path, route->path, len) != 0)
		return false;
	return route->prefix || path[len] == '\0' || (route->segments && path[len] == '/');
}

static const struct route *
find_route(const char *path)
{
	for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++)
		if (matches(&routes[i], path))
			return &routes[i];
	return NULL;
}

/* A POST without a length has no body, whatever follows it. */
static int
check_body(const struct http_request *r)
{
	const char *length = http_request_header(r, "Content-Length");
	size_t len;

	if (r->method != HTTP_POST)
		return 0;
	if ((length == NULL || length[0] == '\0') && http_request_header(r, "Transfer-Encoding") == NULL)
		return 411;
	http_request_body(r, &len);
	return len == 0 ? 400 : 0;
}

/* 0: route is set and the request is the handler's. */
static int
check_request(struct http_request *r, const struct route **route)
{
	int code = check_credentials(r);

	if (code != 0)
		return code;
	if (comes_from_another_site(r))
		return 403;
	*route = find_route(r->path);
	if (*route == NULL)
		return r->method == HTTP_GET || r->method == HTTP_HEAD ? 404 : 400;
	if (((*route)->methods & 1U << r->method) == 0) {
		r->allow = (*route)->allow;
		return r->allow != NULL ? 405 : 400;
	}
	return check_body(r);
}

static void
httpd_request(struct http_server *server, struct evhttp_request *req)
{
	struct evhttp_connection *evcon = evhttp_request_get_connection(req);
	struct http_conn *c = http_conn_find(server->httpd, evcon);
	const struct route *route = NULL;
	int code;

	/* No memory for a connection of our own: evhttp has made one, which nobody counts. */
	if (c == NULL) {
		evhttp_send_error(req, 503, http_reason(503));
		return;
	}
	http_conn_begin(c, evcon);
	evhttp_request_set_on_complete_cb(req, complete_cb, c);
	c->request = http_request_new(c, req);
	if (c->request == NULL) {
		http_conn_answer(c, HTTP_WRITING);
		evhttp_send_error(req, 400, http_reason(400));
		return;
	}
	code = check_request(c->request, &route);
	if (code != 0) {
		http_reply_error(c->request, code);
		return;
	}
	route->handler(server->httpd->daemon, c->request);
	if (c->request != NULL)
		http_conn_defer(c);
}

/*
 * Servers.
 */

static void
server_free(struct http_server *server)
{
	if (server->http != NULL)
		evhttp_free(server->http);
	free(server->section);
	free(server->username);
	free(server->password);
	free(server->host);
	free(server->path);
	free(server->peer);
	free(server);
}

static char *
copy_or_null(const char *s)
{
	return s != NULL && s[0] != '\0' ? xstrdup(s) : NULL;
}

static bool
server_start(struct http_server *server, int fd, struct err *err)
{
	struct event_base *base = server->httpd->daemon->base;

	server->http = evhttp_new(base);
	server->accept_again = event_new(base, fd, EV_CLOSED, accept_again_cb, server);
	server->listener =
	    evconnlistener_new(base, NULL, NULL, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	if (server->listener == NULL)
		close(fd);
	if (server->http == NULL || server->accept_again == NULL || server->listener == NULL)
		goto fail;
	/* Each method comes to us, those that evhttp does not know too. */
	evhttp_set_allowed_methods(server->http, 0xffff);
	evhttp_set_max_body_size(server->http, HTTP_MAX_BODY);
	evhttp_set_max_headers_size(server->http, HTTP_MAX_HEADERS);
	evhttp_set_default_content_type(server->http, NULL);
	/* A body that is too long is read and dropped: else the client, still sending, would not
	   see the 413. */
	evhttp_set_flags(server->http, EVHTTP_SERVER_LINGERING_CLOSE);
	evhttp_set_bevcb(server->http, http_conn_new, server);
	evhttp_set_gencb(server->http, request_cb, server);
	if (evhttp_bind_listener(server->http, server->listener) == NULL) {
		evconnlistener_free(server->listener);
		goto fail;
	}
	/* Binding has taken the callbacks away. */
	evconnlistener_set_error_cb(server->listener, accept_error_cb);
	accept_on(server);
	return true;
fail:
	return err_set(err, "Cannot open an HTTP server: out of memory");
}

/* What spec/daemon.md 1.8 says of each server. */
static void
log_server(const struct http_server *server, const struct config *config)
{
	struct daemon *d = server->httpd->daemon;
	char started[TIMEFMT_MAX];

	for (size_t i = 0; i < config->nrpc_namespaces; i++)
		log_info(&d->log, "RPC interface '%s' initialized", config->rpc_namespaces[i]);
	if (server->username == NULL)
		log_crit(&d->log, "Server '%s' running without any HTTP authentication checking",
			 server->section);
	timefmt_ctime(started, wall_seconds(d->now.wall));
	log_trace(&d->log, " Medusa (V1.12) started at %s\n\tHostname: %s\n\tPort:%s", started,
		  server->httpd->nodename, server->peer);
}

/* The reference's messages do not say which server. */
static bool
name_server(const struct server_config *config, struct err *err)
{
	if (config->family == SERVER_UNIX)
		err_hint(err, "[%s] file '%s'", config->section, config->file);
	else
		err_hint(err, "[%s] port '%s:%d'", config->section,
			 config->host != NULL && config->host[0] != '\0' ? config->host : "*", config->port);
	return false;
}

static bool
server_open(struct httpd *h, const struct server_config *config, struct err *err)
{
	struct http_server *server;
	struct stat st;
	int fd;

	fd = config->family == SERVER_UNIX ? http_listen_unix(config, err) : http_listen_inet(config, err);
	if (fd < 0)
		return name_server(config, err);
	server = xcalloc(1, sizeof *server);
	h->servers = xreallocarray(h->servers, h->nservers + 1, sizeof(struct http_server *));
	h->servers[h->nservers++] = server;
	server->httpd = h;
	server->is_unix = config->family == SERVER_UNIX;
	server->section = xstrdup(config->section);
	server->username = copy_or_null(config->username);
	server->password = xstrdup(config->password != NULL ? config->password : "");
	server->host = copy_or_null(config->host);
	server->peer = server->is_unix ? xstrdup("localhost") : xasprintf("%d", config->port);
	server->path = server->is_unix ? xstrdup(config->file) : NULL;
	if (server->is_unix && stat(config->file, &st) == 0) {
		server->dev = st.st_dev;
		server->ino = st.st_ino;
	}
	return server_start(server, fd, err);
}

static char *
own_name(void)
{
	char name[256] = "";

	if (gethostname(name, sizeof name - 1) != 0)
		return NULL;
	return xstrdup(name);
}

struct httpd *
httpd_open(struct daemon *d, const struct config *config, struct err *err)
{
	struct httpd *h = xcalloc(1, sizeof *h);

	h->daemon = d;
	h->nodename = own_name();
	http_conns_init(h);
	for (size_t i = 0; i < config->nservers; i++) {
		if (!server_open(h, &config->servers[i], err)) {
			httpd_close(h, true);
			return NULL;
		}
		log_server(h->servers[h->nservers - 1], config);
	}
	return h;
}

size_t
httpd_connections(const struct httpd *h)
{
	return h->nconns;
}

static bool
has_file(const struct config *config, const char *file)
{
	for (size_t i = 0; i < config->nservers; i++)
		if (config->servers[i].family == SERVER_UNIX && strcmp(config->servers[i].file, file) == 0)
			return true;
	return false;
}

static bool
would_open(const struct daemon *d, const struct server_config *s, struct err *err)
{
	if (s->family == SERVER_UNIX)
		return http_listen_unix_would_work(s, has_file(d->config, s->file), err);
	return rehearsal_omits_port(d, s->port) || http_listen_inet(s, err) >= 0;
}

bool
httpd_rehearse(const struct daemon *d, const struct config *next, struct err *err)
{
	for (size_t i = 0; i < next->nservers; i++)
		if (!would_open(d, &next->servers[i], err))
			return name_server(&next->servers[i], err);
	return true;
}

/* Another daemon may have taken the name since. */
static void
unlink_socket(const struct http_server *server)
{
	struct stat st;

	if (lstat(server->path, &st) == 0 && st.st_dev == server->dev && st.st_ino == server->ino)
		unlink(server->path);
}

void
httpd_close(struct httpd *h, bool unlink_sockets)
{
	if (h == NULL)
		return;
	for (size_t i = 0; i < h->nservers; i++) {
		struct http_server *server = h->servers[i];

		/* It watches the listener's descriptor, and no connection that ends may wake a listener that
		   is freed. */
		if (server->accept_again != NULL)
			event_free(server->accept_again);
		server->accept_again = NULL;
		if (server->is_unix && unlink_sockets)
			unlink_socket(server);
	}
	for (size_t i = 0; i < h->nservers; i++)
		server_free(h->servers[i]);
	h->nservers = 0;
	http_conns_release(h);
	free(h->servers);
	free(h->nodename);
	free(h);
}
