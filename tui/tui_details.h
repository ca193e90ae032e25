/* The overlay with all that is known of one process, and its starts and ends. */
#ifndef TUI_DETAILS_H
#define TUI_DETAILS_H

#include "tui/tui_model.h"

void tui_details_open(struct tui_model *m, const struct tui_proc *p);
/* The answer to cvisor.getHistory; NULL: the daemon keeps none. */
void tui_details_history(struct tui_model *m, unsigned ticket, const struct xmlrpc_value *history);

#endif
