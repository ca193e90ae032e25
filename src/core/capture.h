/*
 * Capture mode: finds the tags that enclose a message in a program's output (spec/daemon.md 8.5, spec/events.md 7.1), and
 * keeps the message up to its limit. Unlike Supervisor, only what may be the beginning of a tag is held back, and it goes
 * out when the output ends: nothing of ordinary output is ever lost.
 *
 * It neither logs nor strips: it cuts what was read into pieces, and the caller says with capture_keep what of a piece
 * inside the tags belongs to the message.
 */
#ifndef CORE_CAPTURE_H
#define CORE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* The most that is held back: a tag less one byte. */
#define CAPTURE_HELD_MAX 23

struct capture {
	int64_t maxbytes; /* of a message; <= 0: no capture */
	bool inside;      /* between the tags */
	size_t held;      /* bytes at the end of what was read that may begin the next tag */
	struct buf message;
};

/* piece_max: the longest piece that capture_keep gets. */
void capture_init(struct capture *c, int64_t maxbytes, size_t piece_max);
void capture_release(struct capture *c);

struct capture_piece {
	char *text; /* within what was read */
	size_t len;
	bool inside; /* it is part of a message */
	bool tag;    /* a tag follows: the message begins or is whole */
};

/* Puts what was held back before the data, which must have room for CAPTURE_HELD_MAX bytes there. Returns how many bytes
   that were; all of it is to be scanned. */
size_t capture_join(struct capture *c, char *data);
/* Takes the next piece, and the tag that ends it. Returns how many bytes that were; the rest is scanned next, until none is
   left. What may be the beginning of a tag at the end belongs to no piece. */
size_t capture_scan(struct capture *c, char *data, size_t len, struct capture_piece *piece);
/* The output has ended: what was held back, if anything, is text after all. False: nothing. piece->text is the caller's
   room of CAPTURE_HELD_MAX bytes. */
bool capture_end(struct capture *c, char *room, struct capture_piece *piece);

/* Adds to the message. Beyond its limit it drops as many bytes at the beginning as come (spec/events.md 7.1), so that a
   message is at most as long as the limit, or one piece if that is longer. */
void capture_keep(struct capture *c, const char *data, size_t len);
/* Drops what there is of a message. */
void capture_forget(struct capture *c);

#endif
