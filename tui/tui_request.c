/* tui_request.c: see tui_request.h. */
#include "autoconf.h"

#include "tui/tui_request.h"

#include <stdlib.h>

#include "base/xmalloc.h"
#include "tui/tui_model.h"

static struct tui_request *
append(struct tui_requests *q, enum tui_request_kind kind, const char *text)
{
	struct tui_request *r = xcalloc(1, sizeof(*r));

	r->kind = kind;
	r->text = xstrdup(text);
	if (q->last == NULL)
		q->first = r;
	else
		q->last->next = r;
	q->last = r;
	return r;
}

void
tui_request(struct tui_requests *q, enum tui_request_kind kind, const char *text)
{
	append(q, kind, text);
}

void
tui_request_host(struct tui_host *h, enum tui_request_kind kind)
{
	tui_request_host_text(h, kind, "");
}

void
tui_request_host_text(struct tui_host *h, enum tui_request_kind kind, const char *text)
{
	append(&h->model->requests, kind, text)->host = h;
}

static struct tui_request *
call(struct tui_host *h, enum tui_tag tag, unsigned ticket, const char *method, struct xmlrpc_value *params)
{
	struct tui_request *r = append(&h->model->requests, REQUEST_CALL, method);

	r->host = h;
	r->params = params;
	r->tag = tag;
	r->ticket = ticket;
	return r;
}

void
tui_request_call(struct tui_host *h, enum tui_tag tag, unsigned ticket, const char *method,
		 struct xmlrpc_value *params)
{
	call(h, tag, ticket, method, params);
}

void
tui_request_ask(struct tui_host *h, enum tui_tag tag, unsigned ticket, const char *method,
		struct xmlrpc_value *params)
{
	call(h, tag, ticket, method, params)->ask = true;
}

struct tui_request *
tui_request_take(struct tui_requests *q)
{
	struct tui_request *r = q->first;

	if (r == NULL)
		return NULL;
	q->first = r->next;
	if (q->first == NULL)
		q->last = NULL;
	r->next = NULL;
	return r;
}

void
tui_request_free(struct tui_request *r)
{
	if (r == NULL)
		return;
	free(r->text);
	xmlrpc_free(r->params);
	free(r);
}
