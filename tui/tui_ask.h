/*
 * The question before something is done. Who was named in it is who is acted on, whatever moves meanwhile; `y` alone
 * acts. The model's setting `confirm` says when there is one. Afterwards it is known what was done, for the equal
 * command line and for taking it back.
 */
#ifndef TUI_ASK_H
#define TUI_ASK_H

#include "tui/tui_model.h"
#include "tui/tui_targets.h"
#include "tui/tui_verb.h"

/* Asks where that is due, else does it at once. The targets stay the caller's. arg: NULL where the verb takes none. */
void tui_ask_verb(struct tui_model *m, enum tui_verb verb, const char *arg, const struct tui_targets *t);
/* The same for what is marked or selected, by a key; asks also where another operator has been at it just now. */
void tui_ask_picked(struct tui_model *m, enum tui_verb verb, const char *arg);
/* A call to make when the question is answered with yes, or with this word. */
void tui_ask_call(struct tui_host *h, enum tui_tag tag, const char *method, const char *question,
		  const char *word);
/* The prompt was answered: text is what was typed for a word. */
void tui_ask_confirmed(struct tui_model *m, const char *text);
/* Stops or starts again what was started or stopped last; asks. */
void tui_ask_undo(struct tui_model *m);

/* A text to come back to when a prompt is cancelled. */
void tui_ask_remember(struct tui_model *m, const char *text);
const char *tui_ask_remembered(const struct tui_model *m);
void tui_ask_forget(struct tui_model *m);
void tui_ask_release(struct tui_model *m);

/* A program has changed or gone: is there still something to take back of what the line says can be? */
void tui_ask_changed(struct tui_model *m);

#endif
