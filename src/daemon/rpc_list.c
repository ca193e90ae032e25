/*
 * rpc_list.c: see rpc_list.h.
 *
 * Elements become text as they are made: that takes the time that it would take at the end, and a tenth of the memory.
 * Between two slices anything may happen. Rows that hold counted references do not mind; those that point at processes
 * are begun anew when the table of processes has changed, and made in one go when that happens again and again.
 */
#include "autoconf.h"

#include "daemon/rpc_list.h"

#include <stdlib.h>

#include <event2/event.h>

#include "base/xmalloc.h"
#include "daemon/daemon.h"

#define RESTARTS_MAX 5

struct list {
	struct rpc_call *call;
	struct daemon *d;
	const struct rpc_list_kind *kind;
	void *rows;
	size_t n;
	size_t next;
	uint64_t changes; /* of the table when it was begun */
	unsigned restarts;
	struct xmlrpc_value *array; /* owned */
	struct event *later;        /* NULL: not needed yet */
};

static void
list_begin(struct list *l)
{
	l->rows = l->kind->begin(l->d, &l->n);
	l->next = 0;
	l->changes = l->d->table.changes;
	l->array = xmlrpc_array();
}

static void
list_end(struct list *l)
{
	l->kind->end(l->rows);
	xmlrpc_free(l->array);
	l->array = NULL;
}

static void
list_free(void *arg)
{
	struct list *l = arg;

	list_end(l);
	if (l->later != NULL)
		event_free(l->later);
	free(l);
}

static void
list_check(struct list *l)
{
	if (!l->kind->of_processes || l->changes == l->d->table.changes)
		return;
	list_end(l);
	list_begin(l);
	l->restarts++;
}

/* Whether it is complete. */
static bool
list_go_on(struct list *l)
{
	const mono_us began = l->d->now.mono;
	struct xmlrpc_value *element;
	size_t made = 0;

	while (l->next < l->n) {
		element = l->kind->element(l->d, l->rows, l->next++);
		if (element != NULL)
			xmlrpc_append_written(l->array, element);
		if (l->restarts < RESTARTS_MAX && daemon_slice_is_over(l->d, began, ++made))
			break;
	}
	return l->next == l->n;
}

static void
list_return(struct list *l)
{
	struct rpc_call *call = l->call;
	struct xmlrpc_value *array = l->array;

	l->array = NULL;
	list_free(l);
	rpc_return(call, array);
}

static void
later_cb(evutil_socket_t fd, short what, void *arg)
{
	struct list *l = arg;

	(void)fd, (void)what;
	daemon_tick(l->d);
	list_check(l);
	if (list_go_on(l))
		list_return(l);
	else
		daemon_do_later(l->later);
}

static struct list *
list_new(struct rpc_call *call, const struct rpc_list_kind *kind)
{
	struct list *l = xcalloc(1, sizeof(*l));

	*l = (struct list){.call = call, .d = rpc_daemon(call), .kind = kind};
	daemon_tick(l->d);
	return l;
}

static void
list_run(struct list *l)
{
	if (list_go_on(l)) {
		list_return(l);
		return;
	}
	l->later = evtimer_new(l->d->base, later_cb, l);
	daemon_do_later(l->later);
	rpc_on_cancel(l->call, list_free, l);
}

void
rpc_return_list(struct rpc_call *call, const struct rpc_list_kind *kind)
{
	struct list *l = list_new(call, kind);

	list_begin(l);
	list_run(l);
}

void
rpc_return_rows(struct rpc_call *call, const struct rpc_list_kind *kind, void *rows, size_t n)
{
	struct list *l = list_new(call, kind);

	l->rows = rows;
	l->n = n;
	l->array = xmlrpc_array();
	list_run(l);
}
