/*
 * Frames: when one is due, and what is in it.
 *
 * A frame is drawn when something changed, at most 20 times a second, and not before the terminal has taken
 * the one before. When nothing happens there is no timer but the one for the next age or countdown on the
 * screen to change.
 */
#ifndef TUI_FRAME_H
#define TUI_FRAME_H

struct tui;

/* Makes the timers of the screen; --once and --plain have one of their own in their place. */
void tui_frame_init(struct tui *t);
/* Something is another: a frame is due, now or when the last one is old enough. */
void tui_frame_due(struct tui *t);
/* A key has done something: somebody waits for the frame. */
void tui_frame_due_by_key(struct tui *t);
/* The terminal has taken the last one. */
void tui_frame_drained(struct tui *t);
/* Lays the model out and draws it on the canvas. For so many seconds the picture stays as it is, if nothing happens. */
double tui_frame_draw(struct tui *t);

#endif
