/* What an update is made of; for tui_update.c, which does it, and tui_update_show.c, which shows it. */
#ifndef TUI_UPDATE_IMPL_H
#define TUI_UPDATE_IMPL_H

#include "tui/tui_update.h"

enum change {
	CHANGE_ADDED,
	CHANGE_CHANGED,
	CHANGE_REMOVED,
	NCHANGES,
};

/* A group that an update would touch. */
struct entry {
	enum change change;
	char *name; /* owned */
	bool chosen;
	int64_t processes; /* that it will have; -1: the daemon does not tell */
	int64_t starts;    /* of them, at once; -1: the daemon does not tell */
	size_t line;       /* of its head in the overlay */
};

struct step {
	const char *method;
	const char *group; /* borrowed from its entry */
};

struct tui_update {
	struct tui_host *host;
	unsigned ticket;       /* of the question under way */
	struct entry *entries; /* in the order in which they are shown */
	size_t n;
	char **wanted; /* the only groups that are chosen at first; owned */
	size_t nwanted;
	bool reread; /* the daemon has read the file already */
	bool applying;
	struct step *steps;
	size_t nsteps;
	size_t at;
	size_t failed;
	char *trouble; /* the first fault; owned */
};

/* How many groups of this kind there are, or are chosen. */
size_t tui_update_count(const struct tui_update *u, enum change change, bool chosen);
/* Opens the preview. changes: NULL, or the options of the groups that change, in their order. */
void tui_update_show(struct tui_model *m, const struct xmlrpc_value *changes);
/* The file is bad: where and why is shown whole. */
void tui_update_show_refusal(struct tui_model *m, const char *fault);

#endif
