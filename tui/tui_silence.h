/*
 * Silence: programs that are RUNNING and have written nothing for longer than is normal for them, which [silence] of tui.conf
 * and :silence say. They are among the troubles until they write again. Nothing is said of those of which it is not known:
 * a daemon that is polled, or an older one, does not tell. Looked at when the next of them is due, not with every picture.
 */
#ifndef TUI_SILENCE_H
#define TUI_SILENCE_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct tui_model;
struct tui_proc;

/* For how many seconds it may be silent; 0: as long as it likes. */
double tui_silence_allowed(const struct tui_proc *p);
/* Since when it has written nothing while it ran, by the server's clock. */
double tui_silence_since(const struct tui_proc *p);
/* Of one that is silent, in a few words: "up to 10 min without output would be normal". */
void tui_silence_normal(const struct tui_proc *p, struct buf *out);

/* What it writes is known anew; first: was not known before. */
void tui_silence_told(struct tui_proc *p, bool first);
/* It is in another state. */
void tui_silence_changed(struct tui_proc *p);
/* It is about to go. */
void tui_silence_removed(struct tui_proc *p);
/* After events, and when time has passed: who has fallen silent? */
void tui_silence_settle(struct tui_model *m);
/* Everything is looked at again with the next tui_silence_settle. */
void tui_silence_again(struct tui_model *m);
/* How many of those that are shown are silent, and not counted as flapping. */
size_t tui_silence_count(const struct tui_model *m);

/* :silence [MINUTES|off [PATTERN ...]] */
void tui_silence_command(struct tui_model *m, const char *rest);

#endif
