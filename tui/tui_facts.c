/* tui_facts.c: see tui_facts.h. */
#include "autoconf.h"

#include "tui/tui_facts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_details.h"
#include "tui/tui_resources.h"
#include "tui/tui_why.h"

#define HISTORY_RECORDS 200
#define TAIL_BYTES 4096 /* of a log: enough for its last line */
#define UNKNOWN_METHOD 1
#define LINE_MAX_SHOWN 1024 /* bytes of a last line that are kept */

static_assert((int)FACT_STDERR - (int)FACT_STDOUT == (int)CHANNEL_STDERR - (int)CHANNEL_STDOUT,
	      "facts about logs are in the order of the channels");

static void
release_options(struct tui_facts *f)
{
	for (size_t i = 0; i < f->noptions; i++) {
		free(f->options[i].name);
		free(f->options[i].value);
		free(f->options[i].def);
		free(f->options[i].file);
	}
	free(f->options);
	f->options = NULL;
	f->noptions = 0;
}

static void
release_tree(struct tui_facts *f)
{
	for (size_t i = 0; i < f->nbranches; i++)
		free(f->tree[i].command);
	free(f->tree);
	f->tree = NULL;
	f->nbranches = 0;
}

void
tui_facts_forget(struct tui_model *m)
{
	struct tui_facts *f = m->facts;

	m->facts = NULL;
	if (f == NULL)
		return;
	release_options(f);
	release_tree(f);
	tui_records_release(&f->records);
	for (int i = 0; i < TUI_NFACTS; i++)
		free(f->states[i].trouble);
	free(f->last_line[CHANNEL_STDOUT]);
	free(f->last_line[CHANNEL_STDERR]);
	free(f->limits);
	free(f->ports);
	free(f->subject);
	free(f);
}

struct tui_facts *
tui_facts_known(const struct tui_model *m, const struct tui_proc *p)
{
	struct tui_facts *f = m->facts;

	return f != NULL && f->host == p->group->host && strcmp(f->subject, p->key) == 0 ? f : NULL;
}

struct tui_facts *
tui_facts_about(struct tui_model *m, const struct tui_proc *p)
{
	struct tui_facts *f = tui_facts_known(m, p);

	if (f != NULL)
		return f;
	tui_facts_forget(m);
	f = m->facts = xcalloc(1, sizeof(*f));
	f->host = p->group->host;
	f->subject = xstrdup(p->key);
	f->log_size[CHANNEL_STDOUT] = f->log_size[CHANNEL_STDERR] = -1;
	return f;
}

/* Asking */

static const struct {
	enum tui_tag tag;
	const char *method;
} questions[TUI_NFACTS] = {
    [FACT_CONFIG] = {TAG_FACT_CONFIG, "cvisor.getProcessConfig"},
    [FACT_HISTORY] = {TAG_FACT_HISTORY, "cvisor.getHistory"},
    [FACT_STDOUT] = {TAG_FACT_STDOUT, "supervisor.tailProcessStdoutLog"},
    [FACT_STDERR] = {TAG_FACT_STDERR, "supervisor.tailProcessStderrLog"},
    [FACT_TREE] = {TAG_FACT_TREE, "cvisor.getProcessTree"},
    [FACT_RESOURCES] = {TAG_FACT_RESOURCES, "cvisor.getProcessResources"},
};

void
tui_facts_ask(struct tui_model *m, enum tui_fact fact)
{
	struct tui_facts *f = m->facts;
	struct xmlrpc_value *params;

	if (f == NULL || !tui_host_is_up(f->host))
		return;
	if (f->states[fact].ticket != 0) {
		f->states[fact].again = true;
		return;
	}
	params = xmlrpc_array();
	xmlrpc_append(params, xmlrpc_string(f->subject));
	switch (fact) {
	case FACT_CONFIG:
		xmlrpc_append(params, xmlrpc_bool(f->reveal));
		break;
	case FACT_HISTORY:
		xmlrpc_append(params, xmlrpc_int(HISTORY_RECORDS));
		break;
	case FACT_STDOUT:
	case FACT_STDERR:
		xmlrpc_append(params, xmlrpc_int(0));
		xmlrpc_append(params, xmlrpc_int(TAIL_BYTES));
		break;
	case FACT_TREE:
	case FACT_RESOURCES:
	case TUI_NFACTS:
		break;
	}
	f->states[fact].ticket = ++m->tickets;
	f->states[fact].asked = m->now;
	tui_request_ask(f->host, questions[fact].tag, m->tickets, questions[fact].method, params);
}

bool
tui_facts_are_complete(const struct tui_facts *f)
{
	for (int i = 0; i < TUI_NFACTS; i++)
		if (f->states[i].ticket != 0)
			return false;
	return true;
}

void
tui_facts_disconnected(struct tui_model *m, const struct tui_host *h)
{
	if (m->facts == NULL || m->facts->host != h)
		return;
	for (int i = 0; i < TUI_NFACTS; i++)
		m->facts->states[i].ticket = 0;
	tui_why_answered(m);
}

/* Answers */

static void
take_config(struct tui_facts *f, const struct xmlrpc_value *value)
{
	size_t n = xmlrpc_get_length(value);

	release_options(f);
	f->revealed = f->reveal;
	f->options = xcalloc(n + 1, sizeof(*f->options));
	for (; f->noptions < n; f->noptions++) {
		const struct xmlrpc_value *v = xmlrpc_at(value, f->noptions);
		struct tui_option *o = &f->options[f->noptions];

		o->name = xstrdup(xmlrpc_get_string(xmlrpc_find(v, "option")));
		o->value = xstrdup(xmlrpc_get_string(xmlrpc_find(v, "value")));
		o->def = xstrdup(xmlrpc_get_string(xmlrpc_find(v, "default")));
		o->file = xstrdup(xmlrpc_get_string(xmlrpc_find(v, "file")));
		o->line = xmlrpc_get_int(xmlrpc_find(v, "line"));
		o->changed = o->line > 0 && strcmp(o->value, o->def) != 0;
	}
}

static bool
is_blank(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] != ' ' && s[i] != '\t' && s[i] != '\r' && s[i] != '\n' && s[i] != '\0')
			return false;
	return true;
}

static void
take_tail(struct tui_facts *f, enum channel channel, const struct xmlrpc_value *value)
{
	size_t end, begin;
	const char *text = xmlrpc_get_text(xmlrpc_at(value, 0), &end);

	f->log_size[channel] = xmlrpc_get_int(xmlrpc_at(value, 1));
	tui_set(&f->last_line[channel], NULL);
	for (; end > 0; end = begin > 0 ? begin - 1 : 0) {
		for (begin = end; begin > 0 && text[begin - 1] != '\n';)
			begin--;
		if (is_blank(text + begin, end - begin))
			continue;
		end = end - begin > LINE_MAX_SHOWN ? begin + LINE_MAX_SHOWN : end;
		f->last_line[channel] = xstrndup(text + begin, end - begin);
		return;
	}
}

/* A kernel name in brackets and no memory: it has ended, and nobody has asked how. */
static bool
is_zombie(const struct xmlrpc_value *v, const struct tui_branch *b)
{
	const struct xmlrpc_value *zombie = xmlrpc_find(v, "zombie");

	return zombie != NULL ? xmlrpc_get_bool(zombie) : b->rss == 0 && b->command[0] == '[';
}

static int
by_pid(const void *a, const void *b)
{
	const struct tui_branch *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

/* Moves what is below a pid to the result, depth first; each is moved once, however the parents point. */
static void
place_below(struct tui_branch *from, bool *done, size_t n, int64_t parent, int depth, struct tui_branch *to,
	    size_t *placed)
{
	for (size_t i = 0; i < n && depth < 64; i++) {
		if (done[i] || from[i].parent != parent)
			continue;
		done[i] = true;
		from[i].depth = depth;
		to[(*placed)++] = from[i];
		place_below(from, done, n, from[i].pid, depth + 1, to, placed);
	}
}

static void
order_tree(struct tui_facts *f, int64_t root)
{
	struct tui_branch *sorted = xcalloc(f->nbranches + 1, sizeof(*sorted));
	bool *done = xcalloc(f->nbranches + 1, sizeof(*done));
	size_t placed = 0;

	qsort(f->tree, f->nbranches, sizeof(*f->tree), by_pid);
	for (size_t i = 0; i < f->nbranches; i++)
		if (f->tree[i].pid == root) {
			done[i] = true;
			sorted[placed++] = f->tree[i];
		}
	place_below(f->tree, done, f->nbranches, root, 1, sorted, &placed);
	for (size_t i = 0; i < f->nbranches; i++)
		if (!done[i])
			sorted[placed++] = f->tree[i];
	free(done);
	free(f->tree);
	f->tree = sorted;
}

#define BRANCHES_MAX 1000 /* ordering is by all pairs; nobody reads more */

static void
take_tree(struct tui_facts *f, const struct xmlrpc_value *value)
{
	const struct tui_proc *p = tui_host_proc(f->host, f->subject);
	size_t n = xmlrpc_get_length(value);

	release_tree(f);
	if (n > BRANCHES_MAX)
		n = BRANCHES_MAX;
	f->tree = xcalloc(n + 1, sizeof(*f->tree));
	for (; f->nbranches < n; f->nbranches++) {
		const struct xmlrpc_value *v = xmlrpc_at(value, f->nbranches);
		struct tui_branch *b = &f->tree[f->nbranches];

		b->pid = xmlrpc_get_int(xmlrpc_find(v, "pid"));
		b->parent = xmlrpc_get_int(xmlrpc_find(v, "parent"));
		b->cpu = xmlrpc_get_double(xmlrpc_find(v, "cpu"));
		b->rss = xmlrpc_get_int(xmlrpc_find(v, "rss"));
		b->command = xstrdup(xmlrpc_get_string(xmlrpc_find(v, "command")));
		b->zombie = is_zombie(v, b);
	}
	order_tree(f, p == NULL ? 0 : p->pid);
}

static void
take_resources(struct tui_facts *f, const struct xmlrpc_value *value)
{
	const struct tui_proc *p = tui_host_proc(f->host, f->subject);

	free(f->limits);
	free(f->ports);
	f->limits = value == NULL ? NULL : tui_resources_limits(value);
	f->ports = value == NULL ? NULL : tui_resources_ports(value, p == NULL ? 0 : p->pid);
}

void
tui_facts_reply(struct tui_host *h, enum tui_fact fact, unsigned ticket, const struct xmlrpc_value *value,
		int code, const char *fault)
{
	struct tui_facts *f = h->model->facts;
	struct tui_fact_state *state;

	if (f == NULL || f->host != h || ticket == 0 || f->states[fact].ticket != ticket)
		return;
	state = &f->states[fact];
	state->ticket = 0;
	state->unknown = value == NULL && code == UNKNOWN_METHOD;
	tui_set(&state->trouble, value == NULL ? fault : NULL);
	state->here = value != NULL;
	switch (fact) {
	case FACT_CONFIG:
		if (value != NULL)
			take_config(f, value);
		break;
	case FACT_HISTORY:
		tui_records_read(&f->records, value,
				 tui_overlay_is(h->model, &tui_history_type) ? &h->model->overlay.cursor
									     : NULL);
		break;
	case FACT_STDOUT:
	case FACT_STDERR:
		if (value != NULL)
			take_tail(f, (enum channel)(fact - FACT_STDOUT), value);
		break;
	case FACT_TREE:
		if (value != NULL)
			take_tree(f, value);
		break;
	case FACT_RESOURCES:
		take_resources(f, value);
		break;
	case TUI_NFACTS:
		break;
	}
	if (state->again) {
		state->again = false;
		tui_facts_ask(h->model, fact);
	}
	tui_overlay_refill(h->model);
	tui_why_answered(h->model);
}

/* Options by name */

const char *
tui_facts_option(const struct tui_facts *f, const char *name)
{
	for (size_t i = 0; f != NULL && i < f->noptions; i++)
		if (strcmp(f->options[i].name, name) == 0)
			return f->options[i].value;
	return "";
}

int64_t
tui_facts_number(const struct tui_facts *f, const char *name, int64_t missing)
{
	const char *value = tui_facts_option(f, name);
	char *end;
	long long n = strtoll(value, &end, 10);

	return *value != '\0' && *end == '\0' ? n : missing;
}
