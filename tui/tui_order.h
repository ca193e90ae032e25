/*
 * The past of several logs put in order. When lines were written that the files had before they were followed, nobody has
 * noted; but the history knows where in each file each run of a program began and ended. So the past is shown run by run, in
 * the order in which they began, with their starts and ends: of each run stdout, then stderr, where a dying program says
 * why; of one that was under way, the log last that was written last, when the daemon tells it. What the history does not tell
 * of stands above, one log after the other. Where that is not how it was written, a line says so (a seam). What comes
 * while the logs are followed stays as it came.
 *
 * The same as more of the past comes from the files: it goes to its runs, not above all.
 */
#ifndef TUI_ORDER_H
#define TUI_ORDER_H

struct tui_model;

/* After events and keys: puts the past in order when it has lines, or starts and ends, that are not. What is read stays where
   it is. */
void tui_order_settle(struct tui_model *m);

#endif
