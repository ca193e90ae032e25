/* The past of the programs, for the graph: asked for once when a daemon is there, kept up by its events. */
#ifndef TUI_FEED_HISTORY_H
#define TUI_FEED_HISTORY_H

#include "core/xmlrpc.h"
#include "tui/tui_model.h"

/* A snapshot is there: what was before it is asked for. */
void tui_feed_history_ask(struct tui_host *h);
/* The answer, or NULL: the daemon does not tell. */
void tui_feed_history_reply(struct tui_host *h, const struct xmlrpc_value *list);
/* A process is another; what its pid was before, 0: none. */
void tui_feed_history_changed(struct tui_host *h, struct tui_proc *p, int64_t old_pid);

#endif
