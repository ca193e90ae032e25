/*
 * page.c: the web page: which request gets what. See page.h; who may call has been checked by httpd.c.
 *
 * Paths, parameters, actions and messages are Supervisor's (spec/xmlrpc.md 9); what the page looks like is ours. It works
 * by itself, without a script. With one it is kept live by /events.
 */
#include "autoconf.h"

#include "daemon/page.h"

#include <assert.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/html.h"

/* Nothing from elsewhere, nothing inline, in nobody's frame. Referers stay, for our own server: without them browsers send
   "Origin: null" with our forms. */
#define SECURITY_HEADERS                                                                                     \
	"Content-Security-Policy",                                                                           \
	    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "  \
	    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",                                   \
	    "X-Content-Type-Options", "nosniff", "X-Frame-Options", "DENY", "Referrer-Policy",               \
	    "same-origin", "Cross-Origin-Resource-Policy", "same-origin"

const char *const page_headers[] = {
    "Content-Type",   "text/html;charset=utf-8",
    "Pragma",         "no-cache",
    "Cache-Control",  "no-cache",
    "Expires",        "Thu, 01 Jan 1970 00:00:00 GMT",
    SECURITY_HEADERS, NULL,
};

const struct page_asset *
page_asset(const char *name)
{
	const struct page_asset *asset = page_assets;

	while (asset->name != NULL && strcmp(asset->name, name) != 0)
		asset++;
	assert(asset->name != NULL);
	return asset;
}

/* The first that is not empty. */
static void
keep_first(void *arg, const char *value)
{
	const char **kept = arg;

	if (*kept == NULL && value[0] != '\0')
		*kept = value;
}

const char *
page_param(struct http_request *r, const char *name)
{
	const char *value = NULL;

	if (http_request_method(r) == HTTP_POST)
		value = http_request_form(r, name);
	if (value == NULL || value[0] == '\0') {
		value = NULL;
		http_request_query_each(r, name, keep_first, &value);
	}
	return value;
}

void
page_text(struct buf *out, const char *s)
{
	html_escape(out, s, strlen(s));
}

void
page_link(struct buf *out, const char *s)
{
	html_percent(out, s, strlen(s));
}

void
page_slot_version(struct buf *out, void *arg)
{
	(void)arg;
	buf_puts(out, PACKAGE_VERSION);
}

void
page_reply(struct http_request *r, const struct buf *page)
{
	if (page->failed)
		http_reply_error(r, 500);
	else
		http_reply_headers(r, 200, page_headers, buf_str(page), page->len);
}

void
page_handle(struct daemon *d, struct http_request *r)
{
	const char *action = page_param(r, "action");

	/* Asking for the head only must not do anything. */
	if (action != NULL && http_request_method(r) != HTTP_HEAD)
		page_act(d, r, action);
	else
		page_status(d, r, page_param(r, "message"));
}

void
page_handle_tail(struct daemon *d, struct http_request *r)
{
	page_tail(d, r);
}

void
page_handle_ok(struct daemon *d, struct http_request *r)
{
	(void)d;
	http_reply(r, 200, "text/plain", "OK", 2);
}

/*
 * Style, script and icon: kept by browsers, which ask each time whether they are still the same.
 */

static const struct {
	const char *path, *name, *type;
} served[] = {
    {.path = "/page.css", .name = "page.css", .type = "text/css;charset=utf-8"},
    {.path = "/page.js", .name = "page.js", .type = "text/javascript;charset=utf-8"},
    {.path = "/icon.svg", .name = "icon.svg", .type = "image/svg+xml"},
    /* Where Supervisor has its style. */
    {.path = "/stylesheets/supervisor.css", .name = "page.css", .type = "text/css;charset=utf-8"},
};

#define ETAG_MAX 24

/* FNV-1a, in quotes. */
static void
make_etag(const struct page_asset *asset, char etag[ETAG_MAX])
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < asset->len; i++)
		hash = (hash ^ asset->data[i]) * UINT64_C(0x100000001b3);
	snprintf(etag, ETAG_MAX, "\"%016" PRIx64 "\"", hash);
}

static void
reply_asset(struct http_request *r, const struct page_asset *asset, const char *type)
{
	const char *known = http_request_header(r, "If-None-Match");
	char etag[ETAG_MAX];
	const char *headers[] = {
	    "Content-Type", type, "ETag", etag, "Cache-Control", "no-cache", SECURITY_HEADERS, NULL,
	};

	make_etag(asset, etag);
	http_reply_headers(r, known != NULL && strstr(known, etag) != NULL ? 304 : 200, headers,
			   (const char *)asset->data, asset->len);
}

void
page_handle_asset(struct daemon *d, struct http_request *r)
{
	const char *path = http_request_path(r);

	(void)d;
	for (size_t i = 0; i < sizeof served / sizeof served[0]; i++) {
		if (strcmp(served[i].path, path) != 0)
			continue;
		reply_asset(r, page_asset(served[i].name), served[i].type);
		return;
	}
	http_reply_error(r, 404);
}
