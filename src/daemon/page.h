/*
 * What the files of the web page share: page.c (requests, assets), page_status.c (the table), page_action.c (what is done
 * with programs), page_tail.c (logs). The page itself, its style and its script are the files in src/daemon/page, which are
 * part of the program. Nobody else includes this.
 */
#ifndef DAEMON_PAGE_H
#define DAEMON_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "core/html.h"
#include "core/process.h"
#include "daemon/daemon.h"
#include "daemon/httpd.h"

/* A file of src/daemon/page, followed by a NUL that does not count. */
struct page_asset {
	const char *name;
	const unsigned char *data;
	size_t len;
};
extern const struct page_asset
    page_assets[]; /* made by src/daemon/page/embed; ended by a row without a name */
/* By its name, which has to be right. */
const struct page_asset *page_asset(const char *name);

/* A parameter of the query, or of a form in the body, which comes first. NULL: absent, or empty. Borrowed. */
const char *page_param(struct http_request *r, const char *name);

/* Head of each page: pairs for http_reply_headers and http_stream_start. */
extern const char *const page_headers[];
/* Answers with a page. */
void page_reply(struct http_request *r, const struct buf *page);

/* The table of all processes. message may be NULL. */
void page_status(struct daemon *d, struct http_request *r, const char *message);
/* The end of a log. */
void page_tail(struct daemon *d, struct http_request *r);
/* Does what action says and answers with where to go next. */
void page_act(struct daemon *d, struct http_request *r, const char *action);

/* Texts of any origin in a page. */
void page_text(struct buf *out, const char *s);
/* The same, percent-encoded for a link. */
void page_link(struct buf *out, const char *s);
/* A slot of each page. */
html_slot_fn page_slot_version;

#endif
