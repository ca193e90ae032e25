/*
 * The past of a log: the stream begins with the last 64 KiB of a file; what is above is read from the file, piece by piece,
 * when the view comes near the oldest line, or when somebody wants to go further back (g, a restart). Each piece is read
 * some bytes into what is there already, and is joined where it is the same, so that nothing is lost or seen twice; when it
 * is not the same, the file was rotated meanwhile.
 *
 * Where the pane shows several logs, the one whose past begins furthest below is read next, when the view comes near that line,
 * and what comes goes to its runs (tui_order): so what is above the view has all logs, as far as there is something to read.
 */
#ifndef TUI_PAST_H
#define TUI_PAST_H

#include <stdbool.h>
#include <stdint.h>

#include "core/xmlrpc.h"

struct tui_host;
struct tui_model;

/* How far back somebody wants to go. */
struct tui_past_wish {
	bool to_begin;  /* on to the beginning of the file, as long as the view stays at the oldest line */
	bool to_offset; /* until the text at offset is there */
	int64_t offset;
	unsigned source; /* ... in this log */
	unsigned ticket; /* of the question under way */
	unsigned asked;  /* of which log it is */
	int64_t from;    /* what was asked for begins there in the file */
	int64_t overlap; /* bytes of it that are there already */
	int64_t at;      /* place in the file of the oldest line, when it was asked */
};

/* After events and keys: asks for more where more is wanted. */
void tui_past_settle(struct tui_model *m);
/* To the oldest line, and on to the beginning of the file. */
void tui_past_first(struct tui_model *m);
/* Reads until the text of a source at this offset is there. False, with a message: it cannot be had. */
bool tui_past_want(struct tui_model *m, unsigned source, int64_t offset);
/* Is the text of a source at this offset there? */
bool tui_past_has(const struct tui_model *m, unsigned source, int64_t offset);
void tui_past_reply(struct tui_host *h, unsigned ticket, const struct xmlrpc_value *value, const char *fault);

#endif
