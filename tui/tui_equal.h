/*
 * The supervisorctl command line that does the same as an action: the session becomes a runbook. Quoted for the shell;
 * passwords are never in it.
 */
#ifndef TUI_EQUAL_H
#define TUI_EQUAL_H

#include "tui/tui_model.h"
#include "tui/tui_targets.h"
#include "tui/tui_verb.h"

/* What was done, for Y. */
void tui_equal_remember(struct tui_model *m, enum tui_verb verb, const char *arg,
			const struct tui_targets *t);
/* A command without programs, such as "reload". */
void tui_equal_remember_word(struct tui_host *h, const char *words);
/* Y: the one of the last action, else of looking at the selection, is shown and copied. */
void tui_equal_copy(struct tui_model *m);
/* y: the names of what is meant. */
void tui_equal_copy_names(struct tui_model *m);
/* Appends a word as the shell has to be told it. */
void tui_equal_quote(struct buf *out, const char *word);

#endif
