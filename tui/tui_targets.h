/*
 * Whom an action is for: the marked programs, else the selected one, else those of the selected group; and
 * the question before more than one is touched. Who was named in the question is who is acted on, whatever
 * moves meanwhile.
 */
#ifndef TUI_TARGETS_H
#define TUI_TARGETS_H

#include "tui/tui_job.h"
#include "tui/tui_model.h"

/* For the marks, the selection or the group. Asks when there are several. */
void tui_targets_act(struct tui_model *m, enum tui_verb verb);
/* For these processes; what names them in the question ("group web"), or NULL. Asks when several.
 */
void tui_targets_act_on(struct tui_model *m, enum tui_verb verb, struct tui_proc *const *procs, size_t n,
			const char *what);
/* All of the selected group; asks. */
void tui_targets_start_group(struct tui_model *m);

void tui_targets_toggle(struct tui_model *m);
void tui_targets_mark_shown(struct tui_model *m);
void tui_targets_unmark(struct tui_model *m);

/* The open question: a call to make when it is answered with yes, or with this word. */
void tui_targets_ask_call(struct tui_host *h, enum tui_tag tag, const char *method, const char *question,
			  const char *word);
void tui_targets_confirmed(struct tui_model *m, const char *text);
/* A text to come back to when a prompt is cancelled. */
void tui_targets_remember(struct tui_model *m, const char *text);
const char *tui_targets_remembered(const struct tui_model *m);
void tui_targets_forget(struct tui_model *m);

#endif
