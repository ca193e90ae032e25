/*
 * All that is known of one process, in sections that lie over the panes: an overview, its options, its process tree, its
 * starts and ends. Each section is an overlay type in a file of its own; here is what they have in common, and the
 * overview.
 */
#ifndef TUI_DETAILS_H
#define TUI_DETAILS_H

#include "tui/tui_facts.h"
#include "tui/tui_model.h"

enum tui_section {
	SECTION_OVERVIEW,
	SECTION_OPTION_LIST,
	SECTION_TREE,
	SECTION_HISTORY,
	TUI_NSECTIONS,
};

extern const struct tui_overlay_type tui_overview_type;
extern const struct tui_overlay_type tui_option_list_type;
extern const struct tui_overlay_type tui_tree_type;
extern const struct tui_overlay_type tui_history_type;

void tui_details_open(struct tui_model *m, const struct tui_proc *p, enum tui_section section);
/* Of the program that is shown, else of the selected one. */
void tui_details_overview(struct tui_model *m);
void tui_details_options(struct tui_model *m);
void tui_details_tree(struct tui_model *m);
void tui_details_history(struct tui_model *m);
void tui_details_next(struct tui_model *m);
void tui_details_previous(struct tui_model *m);

/* The process that what lies over the panes is about, or NULL. */
struct tui_proc *tui_details_subject(const struct tui_model *m);
/* Is a hint for this action of any use in what is shown? Not for the section that is shown already. */
bool tui_details_hints_at(const struct tui_model *m, enum tui_action action);

/* Hooks of all sections. */
void tui_details_changed(struct tui_model *m, const struct tui_proc *p);
void tui_details_removed(struct tui_model *m, const struct tui_proc *p);

/* Why a fact is not there: it is on its way, or a sentence about what the daemon said. NULL: it is there. */
#define TUI_MISSING_MAX 256
const char *tui_details_missing(const struct tui_facts *f, enum tui_fact fact, const char *what,
				char out[TUI_MISSING_MAX]);

#endif
