/*
 * httpd.c: the HTTP servers: one evhttp for each, whose requests are checked (credentials, "Who may call"),
 * routed and answered. See httpd.h; connections and their limits are in http_conn.c.
 *
 * The head of an answer is Supervisor's: Server, Date, then the handler's headers (spec/xmlrpc.md 1.4).
 * evhttp adds "Connection: close" where the client asked for it, which Supervisor does not say; clients need
 * not care.
 */
#include "autoconf.h"

#include "daemon/httpd.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/map.h"
#include "base/timefmt.h"
#include "base/xmalloc.h"
#include "core/auth.h"
#include "daemon/http_internal.h"
#include "daemon/rehearsal.h"

#define SERVER_NAME "Medusa/1.12"

/* The route table. The first row that matches wins. */
struct route {
	const char *path;
	bool prefix;   /* whatever begins with path */
	bool segments; /* path itself, and what is below it */
	bool ours;     /* not Supervisor's: a wrong method is answered by 405 */
	enum http_method method;
	http_handler *handler;
};

static const struct route routes[] = {
    {.path = "/RPC2", .prefix = true, .method = HTTP_POST, .handler = rpc_handle},
    {.path = "/logtail", .segments = true, .method = HTTP_GET, .handler = tail_handle},
    {.path = "/mainlogtail", .prefix = true, .method = HTTP_GET, .handler = tail_handle_mainlog},
    {.path = "/events", .ours = true, .method = HTTP_GET, .handler = push_handle},
};

static const struct {
	int code;
	const char *text;
} reasons[] = {
    {200, "OK"},
    {301, "Moved Permanently"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {411, "Length Required"},
    {413, "Request Entity Too Large"},
    {500, "Internal Server Error"},
    {503, "Service Unavailable"},
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

const char *
http_reason(int code)
{
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (reasons[i].code == code)
			return reasons[i].text;
	return "Unknown";
}

/*
 * Requests.
 */

enum http_method
http_request_method(const struct http_request *r)
{
	return r->method;
}

const char *
http_request_path(const struct http_request *r)
{
	return r->path;
}

const char *
http_request_query(const struct http_request *r, const char *name)
{
	for (size_t i = 0; i < r->nparams; i++)
		if (strcmp(r->params[i].name, name) == 0)
			return r->params[i].value;
	return NULL;
}

void
http_request_query_each(const struct http_request *r, const char *name,
			void (*fn)(void *arg, const char *value), void *arg)
{
	for (size_t i = 0; i < r->nparams; i++)
		if (strcmp(r->params[i].name, name) == 0)
			fn(arg, r->params[i].value);
}

const char *
http_request_header(const struct http_request *r, const char *name)
{
	return evhttp_find_header(evhttp_request_get_input_headers(r->req), name);
}

const char *
http_request_body(const struct http_request *r, size_t *len)
{
	struct evbuffer *body = evhttp_request_get_input_buffer(r->req);
	const char *data;

	*len = evbuffer_get_length(body);
	data = *len > 0 ? (const char *)evbuffer_pullup(body, -1) : "";
	if (data == NULL)
		*len = 0;
	return data != NULL ? data : "";
}

void
http_request_on_close(struct http_request *r, void (*closed)(void *arg), void *arg)
{
	r->closed = closed;
	r->closed_arg = arg;
}

static enum http_method
method_of(struct evhttp_request *req)
{
	switch (evhttp_request_get_command(req)) {
	case EVHTTP_REQ_GET:
		return HTTP_GET;
	case EVHTTP_REQ_HEAD:
		return HTTP_HEAD;
	case EVHTTP_REQ_POST:
		return HTTP_POST;
	case EVHTTP_REQ_PUT:
	case EVHTTP_REQ_DELETE:
	case EVHTTP_REQ_OPTIONS:
	case EVHTTP_REQ_TRACE:
	case EVHTTP_REQ_CONNECT:
	case EVHTTP_REQ_PATCH:
		break;
	}
	return HTTP_OTHER;
}

/* Decodes len bytes of a URI; plus: '+' is a blank. NULL: no memory. */
static char *
decode(const char *s, size_t len, bool plus)
{
	char *part = strndup(s, len), *decoded;

	if (part == NULL)
		return NULL;
	decoded = evhttp_uridecode(part, plus, NULL);
	free(part);
	return decoded;
}

static bool
add_param(struct http_request *r, const char *s, size_t len)
{
	const char *equals = memchr(s, '=', len);
	size_t nlen = equals != NULL ? (size_t)(equals - s) : len;
	struct http_param *grown = reallocarray(r->params, r->nparams + 1, sizeof *r->params), *p;

	if (grown == NULL)
		return false;
	r->params = grown;
	p = &grown[r->nparams];
	p->name = decode(s, nlen, true);
	p->value = equals != NULL ? decode(equals + 1, len - nlen - 1, true) : strdup("");
	if (p->name == NULL || p->value == NULL) {
		free(p->name);
		free(p->value);
		return false;
	}
	r->nparams++;
	return true;
}

static bool
parse_query(struct http_request *r, const char *query)
{
	while (query != NULL && *query != '\0') {
		size_t len = strcspn(query, "&");

		if (len > 0 && !add_param(r, query, len))
			return false;
		query += len + (query[len] == '&');
	}
	return true;
}

void
http_request_free(struct http_request *r)
{
	for (size_t i = 0; i < r->nparams; i++) {
		free(r->params[i].name);
		free(r->params[i].value);
	}
	free(r->params);
	free(r->path);
	free(r);
}

/* NULL: no memory, or no path that could be decoded. */
static struct http_request *
request_new(struct http_conn *c, struct evhttp_request *req)
{
	const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(req);
	const char *path = uri != NULL ? evhttp_uri_get_path(uri) : NULL;
	struct http_request *r = calloc(1, sizeof *r);

	if (r == NULL)
		return NULL;
	r->conn = c;
	r->req = req;
	r->method = method_of(req);
	path = path != NULL ? path : "";
	r->path = decode(path, strcspn(path, ";"), false);
	if (r->path == NULL || !parse_query(r, uri != NULL ? evhttp_uri_get_query(uri) : NULL)) {
		http_request_free(r);
		return NULL;
	}
	return r;
}

void
http_request_gone(struct http_request *r)
{
	void (*closed)(void *arg) = r->closed;
	void *arg = r->closed_arg;

	/* evhttp has let go of a request that waits for its answer; otherwise it frees it with the
	   connection. */
	if (evhttp_request_get_connection(r->req) == NULL)
		evhttp_request_free(r->req);
	http_request_free(r);
	if (closed != NULL)
		closed(arg);
}

/*
 * Answers.
 */

static void
add_header(struct http_request *r, const char *name, const char *value)
{
	evhttp_add_header(evhttp_request_get_output_headers(r->req), name, value);
}

void
http_add_head(struct http_request *r)
{
	char date[TIMEFMT_MAX];

	timefmt_http(date, wall_seconds(r->conn->httpd->daemon->now.wall));
	add_header(r, "Server", SERVER_NAME);
	add_header(r, "Date", date);
}

static void
add_length(struct http_request *r, size_t len)
{
	char number[32];

	snprintf(number, sizeof number, "%zu", len);
	add_header(r, "Content-Length", number);
}

static const char *
method_name(enum evhttp_cmd_type type)
{
	switch (type) {
	case EVHTTP_REQ_GET:
		return "GET";
	case EVHTTP_REQ_POST:
		return "POST";
	case EVHTTP_REQ_HEAD:
		return "HEAD";
	case EVHTTP_REQ_PUT:
		return "PUT";
	case EVHTTP_REQ_DELETE:
		return "DELETE";
	case EVHTTP_REQ_OPTIONS:
		return "OPTIONS";
	case EVHTTP_REQ_TRACE:
		return "TRACE";
	case EVHTTP_REQ_CONNECT:
		return "CONNECT";
	case EVHTTP_REQ_PATCH:
		return "PATCH";
	}
	return "?";
}

/* Supervisor's access log is there at trace alone (spec/xmlrpc.md 1.1). bytes: of the body. */
void
http_log_access(struct http_request *r, int code, size_t bytes)
{
	static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct daemon *d = r->conn->httpd->daemon;
	time_t now = (time_t)wall_seconds(d->now.wall);
	const char *uri = evhttp_request_get_uri(r->req);
	char *address = NULL;
	ev_uint16_t port = 0;
	struct tm tm;

	if (!log_wants(&d->log, LOG_LEVEL_TRACE) || gmtime_r(&now, &tm) == NULL)
		return;
	evhttp_connection_get_peer(evhttp_request_get_connection(r->req), &address, &port);
	if (r->conn->server->is_unix)
		address = r->conn->server->peer;
	log_trace(&d->log, "%s:%d - - [%02d/%s/%d:%02d:%02d:%02d +0000] \"%s %s HTTP/%d.%d\" %d %zu", address,
		  port, tm.tm_mday, months[tm.tm_mon % 12], 1900 + tm.tm_year, tm.tm_hour, tm.tm_min,
		  tm.tm_sec, method_name(evhttp_request_get_command(r->req)), uri != NULL ? uri : "",
		  r->req->major, r->req->minor, code, bytes);
}

/* evhttp reads no body for these methods: should there be one, the next bytes of the connection are no
   request. */
static bool
has_unread_body(const struct http_request *r)
{
	const char *length = http_request_header(r, "Content-Length");

	switch (evhttp_request_get_command(r->req)) {
	case EVHTTP_REQ_GET:
	case EVHTTP_REQ_POST:
	case EVHTTP_REQ_PUT:
	case EVHTTP_REQ_DELETE:
	case EVHTTP_REQ_OPTIONS:
	case EVHTTP_REQ_CONNECT:
	case EVHTTP_REQ_PATCH:
		return false;
	case EVHTTP_REQ_HEAD:
	case EVHTTP_REQ_TRACE:
		break;
	}
	return (length != NULL && strcmp(length, "0") != 0) ||
	       http_request_header(r, "Transfer-Encoding") != NULL;
}

/* The head is complete but for what evhttp adds; the request ends. */
static void
send_answer(struct http_request *r, int code, const char *body, size_t len)
{
	struct http_conn *c = r->conn;
	struct evhttp_request *req = r->req;
	struct evbuffer *data = NULL;

	if (has_unread_body(r) &&
	    evhttp_find_header(evhttp_request_get_output_headers(req), "Connection") == NULL)
		add_header(r, "Connection", "close");
	if (r->method != HTTP_HEAD) {
		data = evbuffer_new();
		if (data != NULL && evbuffer_add(data, body, len) != 0) {
			evbuffer_free(data);
			data = NULL;
		}
		if (data == NULL) {
			/* No memory for the answer: the client sees the connection end. */
			evhttp_connection_free(evhttp_request_get_connection(req));
			return;
		}
	}
	http_log_access(r, code, len);
	c->request = NULL;
	http_request_free(r);
	http_conn_answer(c, HTTP_WRITING);
	evhttp_send_reply(req, code, http_reason(code), data);
	if (data != NULL)
		evbuffer_free(data);
}

void
http_reply(struct http_request *r, int code, const char *content_type, const char *body, size_t len)
{
	http_add_head(r);
	add_header(r, "Content-Type", content_type);
	add_length(r, len);
	send_answer(r, code, body, len);
}

void
http_reply_error(struct http_request *r, int code)
{
	char page[512];
	int len;

	len = snprintf(
	    page, sizeof page,
	    "<head>\r\n<title>Error response</title>\r\n</head>\r\n<body>\r\n<h1>Error response</h1>\r\n"
	    "<p>Error code %d.\r\n<p>Message: %s.\r\n</body>\r\n",
	    code, http_reason(code));
	http_add_head(r);
	if (code == 401) {
		add_header(r, "Connection", "close");
		add_header(r, "WWW-Authenticate", "Basic realm=\"default\"");
	}
	if (code == 405)
		add_header(r, "Allow", "GET");
	add_length(r, (size_t)len);
	add_header(r, "Content-Type", "text/html");
	send_answer(r, code, page, (size_t)len);
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
check_request(const struct http_request *r, const struct route **route)
{
	int code = check_credentials(r);

	if (code != 0)
		return code;
	if (comes_from_another_site(r))
		return 403;
	*route = find_route(r->path);
	if (*route == NULL)
		return r->method == HTTP_GET || r->method == HTTP_HEAD ? 404 : 400;
	if (r->method != (*route)->method)
		return (*route)->ours ? 405 : 400;
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
	c->request = request_new(c, req);
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
