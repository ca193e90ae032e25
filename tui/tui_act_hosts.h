/*
 * Daemons that are added and dropped while the screen is open, and ssh that has to ask for a password again: what `:connect`,
 * `:disconnect` and `:login` mean. Pure: who does it is asked by a request.
 */
#ifndef TUI_ACT_HOSTS_H
#define TUI_ACT_HOSTS_H

#include "tui/tui_model.h"

/* "": says what is missing. */
void tui_act_hosts_connect(struct tui_model *m, const char *url);
/* It is on its way. recorded: what is recorded has it, or nothing is. */
void tui_act_hosts_connecting(struct tui_model *m, bool recorded);
/* What came of it: once why there is no connection, and that there is one, with its first whole picture. Of daemons that
   nobody waits for, nothing is said. */
void tui_act_hosts_failed(struct tui_host *h, const char *why);
void tui_act_hosts_connected(struct tui_host *h);
/* word: a name as the column HOST has it, a number as of the keys 1 to 9, a URL, or what only one name ends with or has
   in it. */
void tui_act_hosts_disconnect(struct tui_model *m, const char *word);
/* "": the selected one, or the first that waits for it. */
void tui_act_hosts_login(struct tui_model *m, const char *word);

#endif
