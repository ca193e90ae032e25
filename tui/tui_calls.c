/* tui_calls.c: see tui_calls.h. */
#include "autoconf.h"

#include "tui/tui_calls.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_multicall.h"

struct callee {
	char *key;     /* owned */
	char *display; /* owned */
};

struct tui_calls {
	struct tui_calls *next;
	struct tui_host *host;
	enum tui_verb verb;
	char *arg; /* owned; NULL: none */
	struct callee *callees;
	size_t n;
	size_t at;       /* the first without an answer */
	size_t called;   /* how many are asked now, from there on */
	size_t at_once;  /* at most so many */
	unsigned ticket; /* of the request under way */
	size_t failed;
	char *trouble; /* of the first that failed; owned */
};

static void
free_calls(struct tui_calls *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->callees[i].key);
		free(c->callees[i].display);
	}
	free(c->callees);
	free(c->arg);
	free(c->trouble);
	free(c);
}

static void
unlink_calls(struct tui_calls *c)
{
	struct tui_calls **at = &c->host->model->calls;

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	free_calls(c);
}

static struct xmlrpc_value *
params_of(const void *arg, size_t i)
{
	const struct tui_calls *c = arg;
	struct xmlrpc_value *params = xmlrpc_array();
	char *line;

	xmlrpc_append(params, xmlrpc_string(c->callees[c->at + i].key));
	if (c->verb == VERB_SEND) {
		line = xasprintf("%s\n", c->arg);
		xmlrpc_append(params, xmlrpc_string(line));
		free(line);
	} else if (c->arg != NULL)
		xmlrpc_append(params, xmlrpc_string(c->arg));
	return params;
}

static void
send_some(struct tui_calls *c)
{
	const char *method = tui_verbs[c->verb].method;
	size_t bytes = 0, arg = c->arg == NULL ? 0 : strlen(c->arg);

	c->called = 0;
	while (c->at + c->called < c->n && c->called < c->at_once &&
	       (c->called == 0 || bytes < TUI_CALLS_BYTES)) {
		bytes += tui_multicall_bytes(method, arg + strlen(c->callees[c->at + c->called].key));
		c->called++;
	}
	c->ticket = ++c->host->model->tickets;
	tui_multicall(c->host, TAG_CALLS, c->ticket, method, c->called, params_of, c);
}

/* "HUP", "a line", "the logs": what was sent or emptied. */
static void
tell_end(const struct tui_calls *c)
{
	const struct tui_verb_info *v = &tui_verbs[c->verb];
	const struct tui_model *m = c->host->model;
	size_t done = c->n - c->failed;
	char *who = c->n == 1 ? xstrdup(c->callees[0].display) : xasprintf("%zu programs", done);
	char *what = c->verb == VERB_CLEAR
			 ? xasprintf("logs of %s emptied", who)
			 : xasprintf("%s sent to %s", c->verb == VERB_SEND ? "the line was" : c->arg, who);

	if (c->failed > 0 && c->n == 1)
		tui_say(c->host, LOOK_BAD, "%s", c->trouble);
	else if (c->failed > 0)
		tui_say(c->host, LOOK_BAD, "%s, %zu failed: %s%s", what, c->failed, c->trouble,
			c->failed > 1 ? tui_hint(m, "; M lists all", "; messages lists all") : "");
	else if (v->one != NULL)
		tui_say(c->host, LOOK_OK, "%s; %s", what, v->one);
	else
		tui_say(c->host, LOOK_OK, "%s", what);
	free(what);
	free(who);
}

static void
tell_progress(const struct tui_calls *c)
{
	const struct tui_verb_info *v = &tui_verbs[c->verb];
	const char *name = v->name != NULL ? v->name : "line";
	char *text = c->n == 1
			 ? xasprintf("%s %s%s%s asked", c->callees[0].display, name,
				     c->verb == VERB_SIGNAL ? " " : "", c->verb == VERB_SIGNAL ? c->arg : "")
			 : xasprintf("%s asked: %zu of %zu done", name, c->at, c->n);

	tui_progress(c->host, NULL, text);
	free(text);
}

static void
add_callee(struct tui_calls *c, const struct tui_proc *p)
{
	c->callees[c->n++] = (struct callee){.key = xstrdup(p->key), .display = xstrdup(p->display)};
}

void
tui_calls_begin(struct tui_host *h, enum tui_verb verb, const char *arg, struct tui_proc *const *procs,
		size_t n)
{
	struct tui_model *m = h->model;
	struct tui_calls *c = xcalloc(1, sizeof(*c));

	c->host = h;
	c->verb = verb;
	tui_set(&c->arg, arg);
	c->at_once = TUI_CALLS_AT_ONCE;
	c->callees = xcalloc(n + 1, sizeof(*c->callees));
	for (size_t i = 0; i < n; i++)
		add_callee(c, procs[i]);
	c->next = m->calls;
	m->calls = c;
	send_some(c);
	tell_progress(c);
}

static void
take_result(struct tui_calls *c, const struct xmlrpc_value *value, size_t i, int code, const char *fault)
{
	const struct callee *callee = &c->callees[c->at + i];
	char *trouble;

	if (tui_multicall_result(value, i, c->called, &code, &fault) != NULL)
		return;
	c->failed++;
	trouble = xasprintf("%s: %s", callee->display, tui_fault_text(code, fault));
	if (c->n > 1)
		tui_note(c->host, LOOK_BAD, "%s", trouble);
	if (c->trouble == NULL)
		c->trouble = trouble;
	else
		free(trouble);
}

void
tui_calls_reply(struct tui_model *m, unsigned ticket, const struct xmlrpc_value *value, int code,
		const char *fault)
{
	struct tui_calls *c = m->calls;

	while (c != NULL && c->ticket != ticket)
		c = c->next;
	if (c == NULL)
		return;
	if (value == NULL && code == TUI_CALL_TOO_LARGE && c->called > 1) {
		c->at_once = c->called / 2;
		send_some(c);
		return;
	}
	for (size_t i = 0; i < c->called; i++)
		take_result(c, value, i, code, fault);
	c->at += c->called;
	if (c->at < c->n) {
		send_some(c);
		tell_progress(c);
		return;
	}
	tell_end(c);
	unlink_calls(c);
}

bool
tui_calls_drop(struct tui_host *h)
{
	struct tui_calls *c = h->model->calls, *next;
	bool any = false;

	for (; c != NULL; c = next) {
		next = c->next;
		if (c->host != h)
			continue;
		unlink_calls(c);
		any = true;
	}
	return any;
}
