/* Lines of the log leave the screen: to the clipboard, a pager, a file, or plainly to the terminal. */
#ifndef TUI_ACT_OUTPUT_H
#define TUI_ACT_OUTPUT_H

#include <stdbool.h>

#include "tui/tui_model.h"

void tui_act_output_copy(struct tui_model *m);
void tui_act_output_plain(struct tui_model *m);
void tui_act_output_pager(struct tui_model *m);
/* Asks for a name. */
void tui_act_output_save(struct tui_model *m);
/* The name was given; the file that has it may be overwritten. */
void tui_act_output_save_to(struct tui_model *m, const char *path);
void tui_act_output_overwrite(struct tui_model *m);

/* Told by the controller. There is a file of this name; it could not be written (why), or has so many lines now. */
void tui_act_output_exists(struct tui_model *m, const char *path);
void tui_act_output_failed(struct tui_model *m, const char *path, const char *why);
void tui_act_output_saved(struct tui_model *m, const char *path, size_t lines);

#endif
