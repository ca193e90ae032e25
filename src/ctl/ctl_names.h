/*
 * Shell patterns in names, which Supervisor does not have: `web*`, `group:worker_0?`, `*:worker_*`, `[ab]*`.
 *
 * A word is a pattern when it has "*", "?" or "[" in it, beyond Supervisor's own "GROUP:*", and is not the name of a
 * group or process as it stands (nor is its group, for itself). It is cut at its first colon: what comes before is
 * matched with names of groups, what comes behind with names of processes, both by fnmatch(3), whose characters are those
 * of LC_CTYPE. Without a colon it means groups, and all of their processes.
 *
 * The client resolves patterns and calls what it would call for the names. A pattern that matches nothing is left
 * to the daemon as a name, so that the complaint is that of an unknown name.
 */
#ifndef CTL_CTL_NAMES_H
#define CTL_CTL_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "core/xmlrpc.h"
#include "ctl/ctl_commands.h"

/* A word and what it means among the processes that there are. */
struct ctl_word {
	struct ctl_name name;
	bool colon;
	bool pattern;       /* it looks like one */
	bool literal_group; /* there is a group of just that name */
	bool literal;       /* there is a group or process of just that name, so it is no pattern */
};

void ctl_word_init(struct ctl_word *w, const char *word);
void ctl_word_release(struct ctl_word *w);
/* Tells it of a process that there is. All of them come before the first question. */
void ctl_word_consider(struct ctl_word *w, const char *group, const char *name);
bool ctl_word_means(const struct ctl_word *w, const char *group, const char *name);
/* Whether the word looks like a pattern; a name may look so, too. */
bool ctl_names_is_pattern(const char *word);

/* Some of the infos that getAllProcessInfo answered, in the order in which they were asked for. */
struct ctl_picks {
	const struct xmlrpc_value *infos; /* borrowed */
	const struct xmlrpc_value **info; /* those picked */
	size_t n;
	bool *taken; /* for each of infos: picked already */
};

void ctl_picks_init(struct ctl_picks *picks, const struct xmlrpc_value *infos);
void ctl_picks_release(struct ctl_picks *picks);
void ctl_picks_all(struct ctl_picks *picks);
/* Picks what the word means as "GROUP:NAME", "GROUP:*" or "NAME", also what has been picked before. False: nothing. */
bool ctl_picks_name(struct ctl_picks *picks, const char *word);
/* Picks what the word means as a pattern, in the daemon's order, each process once. False: it is no pattern, or nothing
   is like it. */
bool ctl_picks_pattern(struct ctl_picks *picks, const char *word);

/* What the words of a command come to. */
struct ctl_target {
	char *name;     /* as it is sent; owned */
	size_t pattern; /* 0: as it was typed; else the number of the word that it comes from */
	int state;      /* of one that comes from a pattern */
	size_t
	    members; /* it begins a group that the pattern means whole, of so many (2 or more) processes; else 0 */
};

struct ctl_targets {
	struct ctl_target *target;
	size_t n;
};

/* Resolves n words; asks the daemon only if there is a pattern among them. False: raised. */
bool ctl_targets_get(struct ctl *ctl, char *const *words, size_t n, struct ctl_targets *targets);
void ctl_targets_release(struct ctl_targets *targets);

#endif
