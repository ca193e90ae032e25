/* What keys do with the log pane. */
#ifndef TUI_ACT_LOG_H
#define TUI_ACT_LOG_H

#include "tui/tui_model.h"

void tui_act_log_channel(struct tui_model *m);
void tui_act_log_follow(struct tui_model *m);
void tui_act_log_wrap(struct tui_model *m);
void tui_act_log_left(struct tui_model *m);
void tui_act_log_right(struct tui_model *m);
/* Of what is marked, else of the selected program, or of all of the selected group. */
void tui_act_log_show(struct tui_model *m);
/* The own log of the daemon of what is selected. */
void tui_act_log_main(struct tui_model *m);

void tui_act_log_stamps(struct tui_model *m);
void tui_act_log_json(struct tui_model *m);
void tui_act_log_error_next(struct tui_model *m);
void tui_act_log_error_back(struct tui_model *m);
void tui_act_log_since_1(struct tui_model *m);
void tui_act_log_since_5(struct tui_model *m);
void tui_act_log_since_15(struct tui_model *m);
void tui_act_log_since_30(struct tui_model *m);
void tui_act_log_since_60(struct tui_model *m);
void tui_act_log_draw_mark(struct tui_model *m);
void tui_act_log_clear(struct tui_model *m);

#endif
