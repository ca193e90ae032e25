/*
 * The log around one moment of a program's history: the last lines of both channels before it, what happened, and the first lines
 * behind it (those of the next run, where the moment is an end). A picture of the files that does not go on; F and G show the
 * program's log as it is now.
 */
#ifndef TUI_AROUND_H
#define TUI_AROUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/process.h"
#include "core/xmlrpc.h"

struct tui_host;
struct tui_model;

#define TUI_AROUND_PARTS (2 * NCHANNELS) /* before and behind, of each channel */

struct tui_around {
	double time;                  /* of the moment, by the server's clock */
	int64_t offset[NCHANNELS];    /* in the files, -1: none */
	char *what;                   /* owned */
	unsigned ticket;              /* of the first part; the others follow */
	unsigned waiting;             /* parts that have not come */
	char *text[TUI_AROUND_PARTS]; /* owned; NULL: not there */
	size_t len[TUI_AROUND_PARTS];
};

/* Shows it in the log pane. offset is that of getHistory, by channel; what: what happened then, as a note says it. False, with a
   message: nothing of it is in the files any more, or the daemon does not answer. */
bool tui_around_show(struct tui_model *m, struct tui_host *host, const char *key, double time,
		     const int64_t offset[NCHANNELS], const char *what);
void tui_around_reply(struct tui_host *h, unsigned ticket, const struct xmlrpc_value *value);
void tui_around_release(struct tui_around *a);

#endif
