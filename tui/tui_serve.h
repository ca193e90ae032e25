/*
 * What the pure files want from the world (tui_request), handed to who does it: the connections, the terminal, and
 * supervisorctl for command lines.
 */
#ifndef TUI_SERVE_H
#define TUI_SERVE_H

struct tui;

/* So that command lines can be run, and programs be given the terminal; before the first request. */
void tui_serve_init(struct tui *t);
/* Does all that was asked for until now. */
void tui_serve_requests(struct tui *t);

#endif
