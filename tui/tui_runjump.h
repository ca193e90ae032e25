/*
 * The ways from one start or end in the log to another: to the note above and below, and to the beginning of the run before.
 * What is above may have to come first: the history of the program (tui_runs), then its place in the file (tui_past).
 */
#ifndef TUI_RUNJUMP_H
#define TUI_RUNJUMP_H

struct tui_model;

enum tui_jump {
	JUMP_NONE,
	JUMP_BACK,     /* to the note before */
	JUMP_LAST_RUN, /* to where the run before began */
};

/* To the note above, below; to the beginning of the run before the one that is shown. */
void tui_runjump_back(struct tui_model *m);
void tui_runjump_forward(struct tui_model *m);
void tui_runjump_last_run(struct tui_model *m);
/* Goes on with a jump that had to wait for the history, or for the past of the file. */
void tui_runjump_settle(struct tui_model *m);

#endif
