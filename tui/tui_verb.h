/* What can be done to programs: one row for each verb, with its words and what it calls. */
#ifndef TUI_VERB_H
#define TUI_VERB_H

#include <stdbool.h>

enum tui_verb {
	VERB_START,
	VERB_STOP,
	VERB_RESTART,
	VERB_ROLL,   /* restart, one after the other */
	VERB_SIGNAL, /* arg: the signal's name */
	VERB_CLEAR,  /* the logs */
	VERB_SEND,   /* arg: a line for stdin, without its end */
	TUI_NVERBS,
};

struct tui_verb_info {
	const char *name; /* "stop", also supervisorctl's word for it; NULL: it has none */
	const char *past; /* "stopped" */
	const char *
	    question; /* "stop %s": what is asked before; %s: "3 processes"; arg is in front when it has two */
	const char *method; /* for verbs whose answer is their end; NULL: followed by states (tui_job) */
	/* Said behind a success: the key that takes it back, or that nothing does; NULL: nothing. */
	const char *one;
	const char *many;
	bool arg;
};

extern const struct tui_verb_info tui_verbs[TUI_NVERBS];

/* Is nothing lost by it, so that one program needs no question? */
bool tui_verb_is_harmless(enum tui_verb verb, const char *arg);

#endif
