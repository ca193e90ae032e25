/* What a daemon tells of logs -> the sources of the log pane: text as it comes, notes where a process comes and goes, and
   the answers of a daemon that has to be polled. */
#ifndef TUI_FEED_LOG_H
#define TUI_FEED_LOG_H

#include <stdbool.h>

#include <jansson.h>

#include "core/xmlrpc.h"
#include "tui/tui_model.h"

/* A `log` event. */
void tui_feed_log(struct tui_host *h, const json_t *o);
/* The connection is a new one. restarted: and so is the daemon. */
void tui_feed_log_reconnected(struct tui_host *h, bool restarted);
/* A process has changed, at that time by the server's clock (0: not known, so it is now), and had that pid before. */
void tui_feed_log_process(struct tui_host *h, const struct tui_proc *p, int64_t old_pid, double time);
/* The same, of a daemon that is polled: the end of a run is noted behind the text that is polled next. */
void tui_feed_log_polled(struct tui_host *h, const struct tui_proc *p, int64_t old_pid);

/* The answer of tail{Stdout,Stderr}Log for the source of this name, after it was asked from the source's offset for so many
   bytes. */
void tui_feed_tail(struct tui_host *h, const char *name, const struct xmlrpc_value *answer, int64_t asked);
/* ... that was refused: there is no such file (yet). */
void tui_feed_tail_refused(struct tui_host *h, const char *name);
/* The answer of readLog(-asked, 0): the end of the daemon's own log, without word of where it is in the file. */
void tui_feed_main_tail(struct tui_host *h, const char *text, size_t len, int64_t asked);

#endif
