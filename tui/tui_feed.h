/*
 * What a daemon tells -> its host in the model: events of the push stream (JSON), and answers of a daemon that has to
 * be polled (XML-RPC). Events, fields and types that are not known are passed over; nothing in them can do
 * more than be wrong.
 */
#ifndef TUI_FEED_H
#define TUI_FEED_H

#include <stddef.h>

#include <jansson.h>

#include "core/xmlrpc.h"
#include "tui/tui_model.h"

/* One event. local_now is this host's clock: `hello` tells how far the server's is from it. */
void tui_feed_event(struct tui_host *h, const char *event, const char *data, size_t len, double local_now);
/* The same, when it has been read already; NULL: it is none. */
void tui_feed_object(struct tui_host *h, const char *event, const json_t *o, double local_now);

/* The answer of getAllProcessInfo: replaces what is known. */
void tui_feed_processes(struct tui_host *h, const struct xmlrpc_value *list);

#endif
