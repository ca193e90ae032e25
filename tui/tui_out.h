/*
 * Bytes on their way to the terminal. Writing never waits: what the terminal does not take stays here, in a bounded
 * buffer, and goes out when it can. The terminal's descriptor is shared with the shell that started us, so it is not made
 * non-blocking: the terminal is opened once more. Where that is refused, small pieces go out when poll says so.
 */
#ifndef TUI_OUT_H
#define TUI_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <event2/event.h>

#include "base/clock.h"

#define TUI_OUT_MAX (32U << 20) /* more than the greatest screen in all colours */

struct tui_out;

struct tui_out_ops {
	void (*drained)(void *arg); /* the terminal has taken everything, after it had not at first */
	void (*gone)(void *arg);    /* the terminal has gone */
};

/* fd: the terminal; stays the caller's. */
struct tui_out *tui_out_new(struct event_base *base, int fd, const struct tui_out_ops *ops, void *arg);
/* What waits is dropped. */
void tui_out_free(struct tui_out *out);
/* False: there is no room; nothing of it is sent. */
bool tui_out_write(struct tui_out *out, const char *bytes, size_t len);
bool tui_out_is_empty(const struct tui_out *out);
/* Waits until all has been taken, at most so many milliseconds. For leaving only. */
void tui_out_finish(struct tui_out *out, int ms);
/* How long the terminal took for what had to wait last; 0 when nothing has. */
mono_us tui_out_took(const struct tui_out *out);
/* Bytes that the terminal was given so far. */
uint64_t tui_out_total(const struct tui_out *out);

#endif
