/* What keys do with programs: start, stop, restart and the like, for whom tui_targets picks. */
#ifndef TUI_ACT_PROGRAM_H
#define TUI_ACT_PROGRAM_H

#include "tui/tui_model.h"

void tui_act_program_start(struct tui_model *m);
void tui_act_program_stop(struct tui_model *m);
void tui_act_program_restart(struct tui_model *m);
void tui_act_program_start_group(struct tui_model *m);
void tui_act_program_roll(struct tui_model *m);
void tui_act_program_clear(struct tui_model *m);
void tui_act_program_fg(struct tui_model *m);
/* The terminal for this program, if it runs. */
void tui_act_program_attach(struct tui_model *m, const struct tui_proc *p);

#endif
