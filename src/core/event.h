/*
 * Event types as listeners name them, with their parents (spec/events.md 1.1), and what an event of each type says:
 * the payload that follows its header.
 */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "core/process.h"

enum event_type {
	EVENT_ANY, /* "EVENT": the abstract root */
	EVENT_PROCESS_STATE,
	EVENT_PROCESS_STATE_STOPPED,
	EVENT_PROCESS_STATE_STARTING,
	EVENT_PROCESS_STATE_RUNNING,
	EVENT_PROCESS_STATE_BACKOFF,
	EVENT_PROCESS_STATE_STOPPING,
	EVENT_PROCESS_STATE_EXITED,
	EVENT_PROCESS_STATE_FATAL,
	EVENT_PROCESS_STATE_UNKNOWN,
	EVENT_PROCESS_LOG,
	EVENT_PROCESS_LOG_STDOUT,
	EVENT_PROCESS_LOG_STDERR,
	EVENT_PROCESS_COMMUNICATION,
	EVENT_PROCESS_COMMUNICATION_STDOUT,
	EVENT_PROCESS_COMMUNICATION_STDERR,
	EVENT_REMOTE_COMMUNICATION,
	EVENT_SUPERVISOR_STATE_CHANGE,
	EVENT_SUPERVISOR_STATE_CHANGE_RUNNING,
	EVENT_SUPERVISOR_STATE_CHANGE_STOPPING,
	EVENT_TICK,
	EVENT_TICK_5,
	EVENT_TICK_60,
	EVENT_TICK_3600,
	EVENT_PROCESS_GROUP,
	EVENT_PROCESS_GROUP_ADDED,
	EVENT_PROCESS_GROUP_REMOVED,
	EVENT_NTYPES,
};

/* "PROCESS_STATE_RUNNING", ... */
const char *event_name(enum event_type type);
/* By exact upper-case name; EVENT_NTYPES when there is none. */
enum event_type event_by_name(const char *name);
/* Whether type is ancestor or a descendant of it. */
bool event_is_a(enum event_type type, enum event_type ancestor);
/* Abstract types are subscribed to, but never sent. */
bool event_is_abstract(enum event_type type);

/* What happened, as plain data; all borrowed. A type's payload shows some of it. */
struct event_facts {
	enum event_type type;
	const char *process;     /* the PROCESS types but PROCESS_GROUP: name of the process */
	const char *group;       /* the PROCESS types: name of its group */
	enum process_state from; /* PROCESS_STATE: the state it left */
	int64_t tries;           /* STARTING, BACKOFF */
	int64_t pid;             /* RUNNING, STOPPING, EXITED, STOPPED, PROCESS_LOG, PROCESS_COMMUNICATION */
	bool expected;           /* EXITED */
	const char *topic;       /* REMOTE_COMMUNICATION */
	const char *data;        /* PROCESS_LOG, PROCESS_COMMUNICATION, REMOTE_COMMUNICATION */
	size_t len;
	int64_t slice; /* TICK */
};

/* Appends the payload. False: out is full, or there is no memory. */
bool event_payload(struct buf *out, const struct event_facts *facts);
/* Appends output of a program as text: as it is when it is UTF-8, else as Python shows bytes. */
bool event_append_data(struct buf *out, const char *data, size_t len);

/* The line before a payload. len is in characters, as Supervisor counts: the usual listeners read text. */
struct event_header {
	const char *server; /* identifier of the daemon */
	int64_t serial;
	const char *pool;
	int64_t poolserial;
	enum event_type type;
	size_t chars; /* of the payload */
};
bool event_header(struct buf *out, const struct event_header *header);

#endif
