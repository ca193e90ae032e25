/*
 * httpd.c: the HTTP servers, their listeners and the routes. See httpd.h; connections and their limits are in http_conn.c,
 * requests and answers in http_request.c, who may call in http_access.c.
 */
#include "autoconf.h"

#include "daemon/httpd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/timefmt.h"
#include "base/xmalloc.h"
#include "daemon/http_internal.h"
#include "daemon/rehearsal.h"

/* The route table. The first row that matches wins. */
struct http_route {
	const char *path;
	bool prefix;       /* whatever begins with path */
	bool segments;     /* path itself, and what is below it */
	bool slashes;      /* also with more than one slash at its beginning */
	const char *allow; /* not Supervisor's: a wrong method is answered by 405 with this list */
	unsigned methods;  /* bits 1 << enum http_method */
	http_handler *handler;
};

#define FILE_METHODS (1U << HTTP_GET | 1U << HTTP_HEAD)
#define PAGE_METHODS (FILE_METHODS | 1U << HTTP_POST)

static const struct http_route routes[] = {
    {.path = "/RPC2", .prefix = true, .methods = 1U << HTTP_POST, .handler = rpc_handle},
    {.path = "/logtail", .segments = true, .methods = 1U << HTTP_GET, .handler = tail_handle},
    {.path = "/mainlogtail", .prefix = true, .methods = 1U << HTTP_GET, .handler = tail_handle_mainlog},
    {.path = "/events", .allow = "GET", .methods = 1U << HTTP_GET, .handler = push_handle},
    {.path = "/metrics",
     .allow = "GET, HEAD",
     .methods = 1U << HTTP_GET | 1U << HTTP_HEAD,
     .handler = metrics_handle},
    {.path = "/", .slashes = true, .methods = PAGE_METHODS, .handler = page_handle},
    {.path = "/index.html", .slashes = true, .methods = PAGE_METHODS, .handler = page_handle},
    {.path = "/tail.html", .slashes = true, .methods = PAGE_METHODS, .handler = page_handle_tail},
    {.path = "/ok.html", .slashes = true, .methods = PAGE_METHODS, .handler = page_handle_ok},
    {.path = "/page.css", .methods = FILE_METHODS, .handler = page_handle_asset},
    {.path = "/page.js", .methods = FILE_METHODS, .handler = page_handle_asset},
    {.path = "/icon.svg", .methods = FILE_METHODS, .handler = page_handle_asset},
    {.path = "/stylesheets/supervisor.css", .methods = FILE_METHODS, .handler = page_handle_asset},
};

static bool
matches(const struct http_route *route, const char *path)
{
	size_t len = strlen(route->path);

	while (route->slashes && path[0] == '/' && path[1] == '/')
		path++;
	if (strncmp(path, route->path, len) != 0)
		return false;
	return route->prefix || path[len] == '\0' || (route->segments && path[len] == '/');
}

static const struct http_route *
find_route(const char *path)
{
	for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++)
		if (matches(&routes[i], path))
			return &routes[i];
	return NULL;
}

/* A handler of POST wants a body. */
static int
check_body(const struct http_request *r)
{
	const char *length = http_request_header(r, "Content-Length");

	/* Chunks are refused as if they were not there, as by Supervisor. */
	if (length == NULL || length[0] == '\0' || http_request_header(r, "Transfer-Encoding") != NULL)
		return 411;
	if (r->cut || r->length == 0)
		return 400;
	return r->length > r->conn->server->max_body ? 413 : 0;
}

int
http_check(struct http_request *r)
{
	int code = http_access_check(r);

	if (code != 0)
		return code;
	r->route = find_route(r->path);
	if (r->route == NULL)
		return r->method == HTTP_GET || r->method == HTTP_HEAD ? 404 : 400;
	if ((r->route->methods & 1U << r->method) == 0) {
		r->allow = r->route->allow;
		return r->allow != NULL ? 405 : 400;
	}
	return r->method == HTTP_POST ? check_body(r) : 0;
}

void
http_dispatch(struct http_request *r)
{
	r->route->handler(r->conn->httpd->daemon, r);
}

/*
 * Listeners.
 */

static void
accept_cb(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *peer, int peerlen, void *arg)
{
	struct http_server *server = arg;

	(void)listener;
	daemon_tick(server->httpd->daemon);
	http_conn_new(server, fd, peer, peerlen);
}

static void
accept_again_cb(evutil_socket_t fd, short what, void *arg)
{
	struct http_server *server = arg;

	(void)fd;
	(void)what;
	evconnlistener_enable(server->listener);
}

/* No descriptor for a connection that waits: accepting rests for a second, or until a connection ends. */
static void
accept_error_cb(struct evconnlistener *listener, void *arg)
{
	static const struct timeval second = {.tv_sec = 1};
	struct http_server *server = arg;

	if (event_add(server->accept_again, &second) == 0)
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
		evconnlistener_enable(server->listener);
	}
}

/* Who comes now waits for nobody. */
void
http_accept_no_more(struct httpd *h)
{
	for (size_t i = 0; i < h->nservers; i++) {
		event_del(h->servers[i]->accept_again);
		evconnlistener_disable(h->servers[i]->listener);
	}
}

/*
 * Servers.
 */

static void
server_free(struct http_server *server)
{
	if (server->accept_again != NULL)
		event_free(server->accept_again);
	if (server->listener != NULL)
		evconnlistener_free(server->listener);
	free(server->section);
	free(server->username);
	free(server->password);
	free(server->host);
	free(server->path);
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

	server->accept_again = event_new(base, -1, 0, accept_again_cb, server);
	server->listener =
	    evconnlistener_new(base, accept_cb, server, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	if (server->listener == NULL)
		close(fd);
	if (server->accept_again == NULL || server->listener == NULL)
		return err_set(err, "Cannot open an HTTP server: out of memory");
	evconnlistener_set_error_cb(server->listener, accept_error_cb);
	return true;
}

/* What spec/daemon.md 1.8 says of each server. */
static void
log_server(const struct http_server *server, const struct server_config *sc, const struct config *config)
{
	struct daemon *d = server->httpd->daemon;
	char started[TIMEFMT_MAX], port[16] = "localhost";

	for (size_t i = 0; i < config->nrpc_namespaces; i++)
		log_info(&d->log, "RPC interface '%s' initialized", config->rpc_namespaces[i]);
	if (server->username == NULL)
		log_crit(&d->log, "Server '%s' running without any HTTP authentication checking",
			 server->section);
	if (!server->is_unix)
		snprintf(port, sizeof port, "%d", sc->port);
	timefmt_ctime(started, wall_seconds(d->now.wall));
	log_trace(&d->log, " Medusa (V1.12) started at %s\n\tHostname: %s\n\tPort:%s", started,
		  server->httpd->nodename, port);
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
	server->max_body = (uint64_t)config->request_maxbytes;
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
		log_server(h->servers[h->nservers - 1], &config->servers[i], config);
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

		if (server->is_unix && unlink_sockets)
			unlink_socket(server);
		server_free(server);
	}
	/* No connection that ends wakes a listener. */
	h->nservers = 0;
	http_conns_release(h);
	free(h->servers);
	free(h->nodename);
	free(h);
}
