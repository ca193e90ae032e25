/*
 * push_render.c: the events of the push stream as bytes.
 *
 * An id says from where a stream that was cut can be resumed, so it is only given where everything before it
 * is out: what belongs to one record and comes in several events has the id of the record before, but for its
 * last event; a snapshot has the id 0, from which nothing can be resumed, until its end.
 */
#include "autoconf.h"

#include "daemon/push_stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/snapshot.h"
#include "core/sse.h"
#include "daemon/daemon.h"
#include "daemon/listener_pool.h"
#include "daemon/process_io.h"
#include "daemon/push.h"

#define BATCH_BYTES ((size_t)32 * 1024)  /* a batch is complete when it has this much */
#define BURST_BYTES ((size_t)256 * 1024) /* what one record may lead to; more is told by a snapshot */
/* Times to ten microseconds, and 0.1 as 0.1. */
#define JSON_FLAGS (JSON_COMPACT | JSON_REAL_PRECISION(15))

static int
append_cb(const char *data, size_t len, void *arg)
{
	return buf_append(arg, data, len) ? 0 : -1;
}

void
push_append_json(struct buf *out, json_t *object)
{
	json_dump_callback(object, append_cb, out, JSON_FLAGS);
	json_decref(object);
}

void
push_render(struct push *push, struct buf *out, const char *event, const char *id, const json_t *data)
{
	buf_clear(&push->json);
	if (json_dump_callback(data, append_cb, &push->json, JSON_FLAGS) == 0)
		sse_write(out, event, id, push->json.data, push->json.len);
}

void
push_id(const struct push *push, uint64_t seq, char id[PUSH_ID_MAX])
{
	snprintf(id, PUSH_ID_MAX, "%s-%" PRIu64, push->d->boot, seq);
}

uint64_t
push_parse_id(const struct push *push, const char *id)
{
	size_t len = strlen(push->d->boot);
	unsigned long long seq;
	char *end;

	if (id == NULL || strncmp(id, push->d->boot, len) != 0 || id[len] != '-' || id[len + 1] < '0' ||
	    id[len + 1] > '9')
		return 0;
	seq = strtoull(id + len + 1, &end, 10);
	return *end == '\0' ? seq : 0;
}

static void
set_text(json_t *object, const char *key, const char *s)
{
	json_object_set_new_nocheck(object, key, snapshot_text(s, strlen(s)));
}

void
push_set_who(json_t *object, const char *who)
{
	if (who != NULL && who[0] != '\0')
		set_text(object, "who", who);
}

static json_t *
seconds(wall_us t)
{
	return json_real((double)t / (double)SECOND_US);
}

void
push_render_hello(const struct push_stream *s, struct buf *out)
{
	const struct daemon *d = s->push->d;
	json_t *data = json_object();
	char id[PUSH_ID_MAX];

	set_text(data, "identification",
		 d->config != NULL ? d->config->supervisord.identifier : "supervisor");
	set_text(data, "version", PACKAGE_VERSION);
	json_object_set_new_nocheck(data, "api", json_integer(PUSH_API));
	json_object_set_new_nocheck(data, "stream", json_integer(s->number));
	set_text(data, "boot", d->boot);
	json_object_set_new_nocheck(data, "pid", json_integer(d->pid));
	set_text(data, "host", d->world != NULL ? d->world->hostname : "");
	json_object_set_new_nocheck(data, "started", json_integer(wall_seconds(d->started)));
	set_text(data, "statename", supervisor_state_name(d->state));
	json_object_set_new_nocheck(data, "now", seconds(d->now.wall));
	json_object_set_new_nocheck(data, "resumed", json_boolean(s->resumed));
	set_text(data, "you", s->caller != NULL ? s->caller : "");
	push_id(s->push, s->resumed ? s->sent : 0, id);
	push_render(s->push, out, "hello", id, data);
	json_decref(data);
}

static void
add_what_happened(json_t *data, const struct history_record *r)
{
	set_text(data, "from", process_state_name(r->from));
	json_object_set_new_nocheck(data, "time", seconds(r->time));
	set_text(data, "cause", process_cause_name(r->cause));
}

/* Of an event listener: how it is now. queued and dropped are its pool's. */
static void
add_listener(json_t *data, const struct process *p)
{
	const struct listener *l = p->io != NULL ? p->io->listener : NULL;
	json_t *object;

	if (l == NULL)
		return;
	object = json_object();
	set_text(object, "state", listener_state_name(l->proto.state));
	json_object_set_new_nocheck(object, "queued", json_integer((json_int_t)l->pool->nqueued));
	json_object_set_new_nocheck(object, "dropped", json_integer((json_int_t)l->pool->dropped));
	json_object_set_new_nocheck(data, "listener", object);
}

static json_t *
process_now(const struct process *p, const struct now *now)
{
	json_t *data = snapshot_process(p, now);

	add_listener(data, p);
	return data;
}

static json_t *
process_then(const struct process *p, const struct history_record *r, const struct now *now)
{
	json_t *data = snapshot_process_then(p, r, now);

	add_listener(data, p);
	return data;
}

static void
render_process(struct push *push, const struct history_record *r, bool then, const char *id, struct buf *out)
{
	const struct daemon *d = push->d;
	const struct process *p = process_table_find(&d->table, r->group, r->name);
	json_t *data;

	/* It has gone; that its group was removed has a record of its own. */
	if (p == NULL || p->id != r->process)
		return;
	then = then && history_superseded(d->history, r->seq);
	data = then ? process_then(p, r, &d->now) : process_now(p, &d->now);
	add_what_happened(data, r);
	push_render(push, out, "process", id, data);
	json_decref(data);
}

static void
render_group(struct push *push, const struct history_record *r, const char *change, const char *id,
	     struct buf *out)
{
	json_t *data = json_object();

	set_text(data, "name", r->group);
	set_text(data, "change", change);
	push_set_who(data, r->who);
	push_render(push, out, "group", id, data);
	json_decref(data);
}

/* A group and its processes. */
static bool
render_group_added(struct push *push, const struct history_record *r, unsigned kinds, struct buf *out)
{
	const struct daemon *d = push->d;
	const struct group *g = process_table_group(&d->table, r->group);
	const size_t begin = out->len;
	size_t n = g != NULL && (kinds & PUSH_PROCESS) != 0 ? g->nprocs : 0;
	char id[PUSH_ID_MAX], before[PUSH_ID_MAX];
	json_t *data;

	if (g == NULL)
		return true;
	push_id(push, r->seq, id);
	push_id(push, r->seq - 1, before);
	if ((kinds & PUSH_GROUP) != 0)
		render_group(push, r, "added", n > 0 ? before : id, out);
	for (size_t i = 0; i < n && out->len - begin <= BURST_BYTES; i++) {
		data = process_now(&g->procs[i], &d->now);
		set_text(data, "from", process_state_name(g->procs[i].state));
		push_render(push, out, "process", i + 1 < n ? before : id, data);
		json_decref(data);
	}
	if (out->len - begin <= BURST_BYTES)
		return true;
	buf_truncate(out, begin);
	return false;
}

static void
render_supervisor(struct push *push, const struct history_record *r, const char *id, struct buf *out)
{
	json_t *data = json_object();

	set_text(data, "statename", supervisor_state_name((enum supervisor_state)r->tries));
	push_set_who(data, r->who);
	push_render(push, out, "supervisor", id, data);
	json_decref(data);
}

static const unsigned kind_of_record[HISTORY_NKINDS] = {
    [HISTORY_STATE] = PUSH_PROCESS,
    [HISTORY_SPAWNED] = PUSH_PROCESS,
    [HISTORY_REAPED] = 0,
    [HISTORY_LOSS] = PUSH_PROCESS,
    [HISTORY_GROUP_ADDED] = PUSH_GROUP | PUSH_PROCESS,
    [HISTORY_GROUP_REMOVED] = PUSH_GROUP,
    [HISTORY_SUPERVISOR] = PUSH_SUPERVISOR,
    [HISTORY_CONFIG] = PUSH_CONFIG,
    [HISTORY_LISTENER] = PUSH_PROCESS,
};

bool
push_render_record(struct push *push, uint64_t seq, unsigned kinds, bool then, struct buf *out)
{
	struct history_record r;
	char id[PUSH_ID_MAX];

	if (!history_get(push->d->history, seq, &r) || (kind_of_record[r.kind] & kinds) == 0)
		return true;
	push_id(push, seq, id);
	switch (r.kind) {
	case HISTORY_STATE:
	case HISTORY_SPAWNED:
	case HISTORY_LOSS:
	case HISTORY_LISTENER:
		render_process(push, &r, then, id, out);
		return true;
	case HISTORY_GROUP_ADDED:
		return render_group_added(push, &r, kinds, out);
	case HISTORY_GROUP_REMOVED:
		render_group(push, &r, "removed", id, out);
		return true;
	case HISTORY_SUPERVISOR:
		render_supervisor(push, &r, id, out);
		return true;
	case HISTORY_CONFIG:
		/* Only the latest is kept, and only it is worth telling. */
		if (push->config != NULL && !history_superseded(push->d->history, seq))
			push_render(push, out, "config", id, push->config);
		return true;
	case HISTORY_REAPED:
	case HISTORY_NKINDS:
		return true;
	}
	return true;
}

static const struct group *
group_at(const struct push *push, const struct push_cursor *at)
{
	const struct process_table *t = &push->d->table;

	return at->group < t->ngroups ? t->groups[at->group] : NULL;
}

static void
append_comma(struct buf *out, bool *any)
{
	if (*any)
		buf_putc(out, ',');
	*any = true;
}

/* Groups whose first process is in the batch, and the processes; the texts are built by hand, since only the
   size of the text tells when a batch is complete. */
bool
push_render_batch(struct push *push, struct push_cursor *at, struct buf *out)
{
	struct buf *json = &push->json, processes = BUF_INIT(json->max);
	bool any_group = false, any_process = false;
	const struct group *g;
	char id[PUSH_ID_MAX];

	if (group_at(push, at) == NULL)
		return false;
	buf_clear(json);
	buf_puts(json, "{\"groups\":[");
	for (; (g = group_at(push, at)) != NULL && processes.len + json->len < BATCH_BYTES;
	     at->group++, at->process = 0) {
		if (at->process == 0) {
			append_comma(json, &any_group);
			push_append_json(json, snapshot_group(g));
		}
		while (at->process < g->nprocs && processes.len + json->len < BATCH_BYTES) {
			append_comma(&processes, &any_process);
			push_append_json(&processes, process_now(&g->procs[at->process++], &push->d->now));
		}
		if (at->process < g->nprocs)
			break;
	}
	buf_puts(json, "],\"processes\":[");
	buf_append(json, buf_str(&processes), processes.len);
	buf_puts(json, "]}");
	push_id(push, 0, id);
	sse_write(out, "snapshot", id, json->data, json->len);
	buf_release(&processes);
	return true;
}
