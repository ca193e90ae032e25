/*
 * Writes down what the daemons tell while the screen is used, so that an incident can be looked at afterwards (tui_player).
 * One JSON document per line: first what it is, then each event of a stream with the time when it came. See
 * doc/recording.md.
 */
#ifndef TUI_RECORDER_H
#define TUI_RECORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "tui/tui_model.h"

struct tui_recorder;

/* Makes the file, which must not be there: mode 0600, as logs are in it. */
struct tui_recorder *tui_recorder_new(const char *path, struct tui_model *m, struct err *err);
/* May be NULL. */
void tui_recorder_free(struct tui_recorder *r);
/* An event of the stream. When the file is full or cannot be written, that is said on the screen, and nothing more is
   recorded. now: this host's clock. */
void tui_recorder_event(struct tui_recorder *r, const struct tui_host *h, const char *event, const char *data,
			size_t len, double now);
/* There is no connection any more. */
void tui_recorder_down(struct tui_recorder *r, const struct tui_host *h, const char *why, double now);

#endif
