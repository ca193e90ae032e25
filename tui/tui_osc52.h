/* The escape sequence that hands a text to the clipboard of the terminal's user (OSC 52), also over SSH. Pure. */
#ifndef TUI_OSC52_H
#define TUI_OSC52_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* More is not taken by common terminals (100,000 bytes of base64). */
#define TUI_COPY_MAX 74994

/* Appends the sequence. False: the text is too long, or out is full. */
bool tui_osc52(struct buf *out, const char *text, size_t len);

#endif
