/* event.c: see event.h. A type's name begins with its parent's; the root is no part of the names. */
#include "autoconf.h"

#include "core/event.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/pyrepr.h"
#include "base/utf8.h"

typedef bool payload_fn(struct buf *out, const struct event_facts *facts);

/* Payloads */

static bool
put_process(struct buf *out, const struct event_facts *facts)
{
	return buf_printf(out, "processname:%s groupname:%s", facts->process, facts->group);
}

static bool
state_payload(struct buf *out, const struct event_facts *facts)
{
	return put_process(out, facts) && buf_printf(out, " from_state:%s", process_state_name(facts->from));
}

static bool
state_tries_payload(struct buf *out, const struct event_facts *facts)
{
	return state_payload(out, facts) && buf_printf(out, " tries:%" PRId64, facts->tries);
}

static bool
state_pid_payload(struct buf *out, const struct event_facts *facts)
{
	return state_payload(out, facts) && buf_printf(out, " pid:%" PRId64, facts->pid);
}

static bool
state_exited_payload(struct buf *out, const struct event_facts *facts)
{
	return state_payload(out, facts) &&
	       buf_printf(out, " expected:%d pid:%" PRId64, facts->expected, facts->pid);
}

static bool
log_payload(struct buf *out, const struct event_facts *facts)
{
	enum channel channel = facts->type == EVENT_PROCESS_LOG_STDOUT ? CHANNEL_STDOUT : CHANNEL_STDERR;

	return put_process(out, facts) &&
	       buf_printf(out, " pid:%" PRId64 " channel:%s\n", facts->pid, channel_name(channel)) &&
	       event_append_data(out, facts->data, facts->len);
}

static bool
comm_payload(struct buf *out, const struct event_facts *facts)
{
	return put_process(out, facts) && buf_printf(out, " pid:%" PRId64 "\n", facts->pid) &&
	       event_append_data(out, facts->data, facts->len);
}

static bool
remote_payload(struct buf *out, const struct event_facts *facts)
{
	return buf_printf(out, "type:%s\n", facts->topic) && buf_append(out, facts->data, facts->len);
}

static bool
nothing_payload(struct buf *out, const struct event_facts *facts)
{
	(void)out, (void)facts;
	return true;
}

static bool
tick_payload(struct buf *out, const struct event_facts *facts)
{
	return buf_printf(out, "when:%" PRId64, facts->slice);
}

/* The only one that ends its line (kept: listeners split at it). */
static bool
group_payload(struct buf *out, const struct event_facts *facts)
{
	return buf_printf(out, "groupname:%s\n", facts->group);
}

/* Types */

static const struct {
	const char *name;
	enum event_type parent;
	payload_fn *payload; /* NULL: abstract */
} types[] = {
    /* clang-format off */
    [EVENT_ANY] = {"EVENT", EVENT_NTYPES, NULL},
    [EVENT_PROCESS_STATE] = {"PROCESS_STATE", EVENT_ANY, NULL},
    [EVENT_PROCESS_STATE_STOPPED] = {"PROCESS_STATE_STOPPED", EVENT_PROCESS_STATE, state_pid_payload},
    [EVENT_PROCESS_STATE_STARTING] = {"PROCESS_STATE_STARTING", EVENT_PROCESS_STATE, state_tries_payload},
    [EVENT_PROCESS_STATE_RUNNING] = {"PROCESS_STATE_RUNNING", EVENT_PROCESS_STATE, state_pid_payload},
    [EVENT_PROCESS_STATE_BACKOFF] = {"PROCESS_STATE_BACKOFF", EVENT_PROCESS_STATE, state_tries_payload},
    [EVENT_PROCESS_STATE_STOPPING] = {"PROCESS_STATE_STOPPING", EVENT_PROCESS_STATE, state_pid_payload},
    [EVENT_PROCESS_STATE_EXITED] = {"PROCESS_STATE_EXITED", EVENT_PROCESS_STATE, state_exited_payload},
    [EVENT_PROCESS_STATE_FATAL] = {"PROCESS_STATE_FATAL", EVENT_PROCESS_STATE, state_payload},
    [EVENT_PROCESS_STATE_UNKNOWN] = {"PROCESS_STATE_UNKNOWN", EVENT_PROCESS_STATE, state_payload},
    [EVENT_PROCESS_LOG] = {"PROCESS_LOG", EVENT_ANY, NULL},
    [EVENT_PROCESS_LOG_STDOUT] = {"PROCESS_LOG_STDOUT", EVENT_PROCESS_LOG, log_payload},
    [EVENT_PROCESS_LOG_STDERR] = {"PROCESS_LOG_STDERR", EVENT_PROCESS_LOG, log_payload},
    [EVENT_PROCESS_COMMUNICATION] = {"PROCESS_COMMUNICATION", EVENT_ANY, NULL},
    [EVENT_PROCESS_COMMUNICATION_STDOUT] = {"PROCESS_COMMUNICATION_STDOUT", EVENT_PROCESS_COMMUNICATION, comm_payload},
    [EVENT_PROCESS_COMMUNICATION_STDERR] = {"PROCESS_COMMUNICATION_STDERR", EVENT_PROCESS_COMMUNICATION, comm_payload},
    [EVENT_REMOTE_COMMUNICATION] = {"REMOTE_COMMUNICATION", EVENT_ANY, remote_payload},
    [EVENT_SUPERVISOR_STATE_CHANGE] = {"SUPERVISOR_STATE_CHANGE", EVENT_ANY, NULL},
    [EVENT_SUPERVISOR_STATE_CHANGE_RUNNING] = {"SUPERVISOR_STATE_CHANGE_RUNNING", EVENT_SUPERVISOR_STATE_CHANGE, nothing_payload},
    [EVENT_SUPERVISOR_STATE_CHANGE_STOPPING] = {"SUPERVISOR_STATE_CHANGE_STOPPING", EVENT_SUPERVISOR_STATE_CHANGE, nothing_payload},
    [EVENT_TICK] = {"TICK", EVENT_ANY, NULL},
    [EVENT_TICK_5] = {"TICK_5", EVENT_TICK, tick_payload},
    [EVENT_TICK_60] = {"TICK_60", EVENT_TICK, tick_payload},
    [EVENT_TICK_3600] = {"TICK_3600", EVENT_TICK, tick_payload},
    [EVENT_PROCESS_GROUP] = {"PROCESS_GROUP", EVENT_ANY, NULL},
    [EVENT_PROCESS_GROUP_ADDED] = {"PROCESS_GROUP_ADDED", EVENT_PROCESS_GROUP, group_payload},
    [EVENT_PROCESS_GROUP_REMOVED] = {"PROCESS_GROUP_REMOVED", EVENT_PROCESS_GROUP, group_payload},
    /* clang-format on */
};
static_assert(sizeof(types) / sizeof(types[0]) == EVENT_NTYPES, "a type of event without a name");

const char *
event_name(enum event_type type)
{
	return types[type].name;
}

enum event_type
event_by_name(const char *name)
{
	for (int i = 0; i < EVENT_NTYPES; i++)
		if (strcmp(types[i].name, name) == 0)
			return (enum event_type)i;
	return EVENT_NTYPES;
}

bool
event_is_a(enum event_type type, enum event_type ancestor)
{
	while (type != EVENT_NTYPES && type != ancestor)
		type = types[type].parent;
	return type == ancestor;
}

bool
event_is_abstract(enum event_type type)
{
	return types[type].payload == NULL;
}

bool
event_payload(struct buf *out, const struct event_facts *facts)
{
	assert(!event_is_abstract(facts->type));
	return types[facts->type].payload(out, facts);
}

bool
event_append_data(struct buf *out, const char *data, size_t len)
{
	if (utf8_valid(data, len))
		return buf_append(out, data, len);
	return buf_puts(out, "Undecodable: ") && pyrepr_bytes(out, data, len);
}

bool
event_header(struct buf *out, const struct event_header *header)
{
	return buf_printf(
	    out, "ver:3.0 server:%s serial:%" PRId64 " pool:%s poolserial:%" PRId64 " eventname:%s len:%zu\n",
	    header->server, header->serial, header->pool, header->poolserial, event_name(header->type),
	    header->chars);
}
