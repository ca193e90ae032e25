/*
 * What has happened while nobody looked: starts and ends since the user left, programs that are not well since then, how
 * often the configuration was read. Asked for once when the screen opens, silent when nothing happened; E shows it line by
 * line.
 */
#ifndef TUI_REPORT_H
#define TUI_REPORT_H

#include "tui/tui_model.h"

/* The daemon has told all that it has: the first time, the report is asked for. */
void tui_report_connected(struct tui_host *h);
/* Shows it. */
void tui_report_open(struct tui_model *m);
/* What was not answered. */
void tui_report_forget(struct tui_host *h);
void tui_report_history(struct tui_host *h, unsigned ticket, const struct xmlrpc_value *value);
void tui_report_changes(struct tui_host *h, unsigned ticket, const struct xmlrpc_value *value);

#endif
