/* The daemon's push stream (doc/push-stream.md), read for `status --watch` and for progress: its events as JSON. */
#ifndef CTL_CTL_EVENTS_H
#define CTL_CTL_EVENTS_H

#include <jansson.h>

#include "client/client_error.h"
#include "ctl/ctl.h"

struct ctl_events;

struct ctl_events_ops {
	/* Both are borrowed. May not close the stream. */
	void (*event)(void *arg, const char *type, const json_t *data);
	/* It is over, and nothing comes after it. May close the stream. */
	void (*end)(void *arg, const struct client_error *e);
};

/* Processes and groups; a snapshot first, unless last_id (NULL: none) is one that the daemon can go on from. */
struct ctl_events *ctl_events_open(struct ctl *ctl, const char *last_id, const struct ctl_events_ops *ops,
				   void *arg);
/* NULL is allowed. */
void ctl_events_close(struct ctl_events *events);
/* The last id that came, NULL: none. */
const char *ctl_events_last_id(const struct ctl_events *events);

#endif
