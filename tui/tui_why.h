/*
 * Why a program is as it is, in a sentence or two: from what the stream told, its options, its last end and the last line
 * of its log.
 */
#ifndef TUI_WHY_H
#define TUI_WHY_H

#include "base/buf.h"
#include "tui/tui_facts.h"
#include "tui/tui_model.h"

/* The sentence; f may be NULL or know only a part. valid_for: see tui_format_age. */
void tui_why_sentence(const struct tui_model *m, const struct tui_proc *p, const struct tui_facts *f,
		      struct buf *out, double *valid_for);
/* Says it about what is selected: in the message line, in a window when it is long. */
void tui_why_ask(struct tui_model *m);
/* Something that it waits for is here, or will not come. */
void tui_why_answered(struct tui_model *m);

#endif
