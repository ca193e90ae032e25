/*
 * The controller's pure half: keys become actions, actions change the model or ask for something
 * (tui_request), answers and output come back here. Nothing waits.
 */
#ifndef TUI_ACTIONS_H
#define TUI_ACTIONS_H

#include "tui/tui_keys.h"
#include "tui/tui_model.h"

/* One key. True if the screen has to be drawn again. */
bool tui_actions_key(struct tui_model *m, uint32_t key);
/* An action as if by its key, for what does not come by a key. */
void tui_actions_do(struct tui_model *m, enum tui_action action);
/* What a binding is for; says why when it cannot be done. */
void tui_actions_run(struct tui_model *m, const struct tui_binding *b);
/* Before each redraw: rows are made, and the log pane turns to what is selected. */
void tui_actions_settle(struct tui_model *m);
/* A slice of what takes long, such as searching in a log. True: there is more (m->busy). */
bool tui_actions_work(struct tui_model *m);
/* The answer to a call. value is NULL when it failed: code and fault then say why (code 0: no answer;
   below 0: a status of HTTP). */
void tui_actions_reply(struct tui_host *h, enum tui_tag tag, unsigned ticket,
		       const struct xmlrpc_value *value, int code, const char *fault);
/* Told by the model. */
void tui_actions_changed(struct tui_model *m, struct tui_proc *p);
void tui_actions_changed_all(struct tui_host *h);
void tui_actions_removed(struct tui_model *m, struct tui_proc *p);
void tui_actions_disconnected(struct tui_host *h);
void tui_actions_release(struct tui_model *m);

#endif
