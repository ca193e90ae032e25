/* Marks on processes: one by one, by range, by pattern. Actions take those that are marked. */
#ifndef TUI_MARKS_H
#define TUI_MARKS_H

#include "tui/tui_model.h"

/* All whose "group:name" or name fits the pattern of a shell; how many there are. */
size_t tui_marks_pattern(struct tui_model *m, const char *pattern, bool marked);

/* V: from the selected row on, what is moved over is marked; again: it stays so. */
void tui_marks_range(struct tui_model *m);
/* Esc: what the range has marked is not marked any more. */
void tui_marks_range_cancel(struct tui_model *m);
/* The selection may have moved: the range follows it. */
void tui_marks_follow(struct tui_model *m);
/* Something is about to go. */
void tui_marks_removed(struct tui_model *m, const struct tui_group *g, const struct tui_proc *p);

#endif
