/* What keys do with the table: filter, order, folds, marks. */
#ifndef TUI_ACT_TABLE_H
#define TUI_ACT_TABLE_H

#include "tui/tui_model.h"

/* False: it makes no sense; m->filter_error says why, and the filter stays as it was. */
bool tui_act_table_set_filter(struct tui_model *m, const char *text);
/* The same for one that is typed to its end: what is wrong is said. */
void tui_act_table_accept_filter(struct tui_model *m, const char *text);
void tui_act_table_filter(struct tui_model *m);
void tui_act_table_ill(struct tui_model *m);
void tui_act_table_sort_by(struct tui_model *m, enum tui_column column, bool reverse);
void tui_act_table_sort_next(struct tui_model *m);
void tui_act_table_sort_prev(struct tui_model *m);
/* What needs a hand on top; and back to the order by name. */
void tui_act_table_trouble_first(struct tui_model *m);
void tui_act_table_reverse(struct tui_model *m);
void tui_act_table_fold(struct tui_model *m);
void tui_act_table_unfold(struct tui_model *m);
/* Selects the program, whatever hides it. */
void tui_act_table_go_to(struct tui_model *m, struct tui_proc *p);
void tui_act_table_enter(struct tui_model *m);
/* One of the daemons alone, or all of them. */
void tui_act_table_host(struct tui_model *m);
void tui_act_table_all_hosts(struct tui_model *m);
/* For who comes back: that not all rows are shown, if it is so. */
void tui_act_table_tell_narrowed(struct tui_model *m);
void tui_act_table_mark(struct tui_model *m);

#endif
