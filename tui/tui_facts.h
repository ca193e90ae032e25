/*
 * What the screen asks about one program beyond what the stream tells: its options, its starts and ends, the ends of its
 * logs, its process tree. Kept for one program at a time, so that one can go from one window about it to the next without
 * asking again. Answers belong to the question that was asked last; late ones of another program are dropped.
 */
#ifndef TUI_FACTS_H
#define TUI_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/tui_model.h"
#include "tui/tui_record.h"

enum tui_fact {
	FACT_CONFIG,
	FACT_HISTORY,
	FACT_STDOUT, /* the end of its log, and how long that is; NCHANNELS of them in their order */
	FACT_STDERR,
	FACT_TREE,
	FACT_RESOURCES, /* limits and ports */
	TUI_NFACTS,
};

struct tui_option {
	char *name; /* texts are owned */
	char *value;
	char *def;
	char *file; /* "": not written, the default holds */
	int64_t line;
	bool changed; /* written, and another value than the default */
};

/* A process of the tree, in the order in which they are shown: each below its parent. */
struct tui_branch {
	int64_t pid;
	int64_t parent;
	int depth;
	bool zombie;
	double cpu; /* percent of one core over its life */
	int64_t rss;
	char *command; /* owned */
};

struct tui_fact_state {
	bool here;
	bool unknown;    /* the daemon has no such method: it is Supervisor's own */
	unsigned ticket; /* of the question that is under way; 0: none */
	bool again;      /* something has happened since it was asked */
	double asked;    /* when, by the model's clock */
	char *trouble;   /* why there is no answer; owned */
};

struct tui_facts {
	struct tui_host *host;
	char *subject; /* key of the process; owned */
	struct tui_fact_state states[TUI_NFACTS];
	struct tui_option *options; /* in the order of the manual; owned */
	size_t noptions;
	bool revealed; /* the options are those with secrets */
	bool reveal;   /* ... and they were asked for like that */
	struct tui_records records;
	char *last_line[2]; /* by channel: the last that is not empty; NULL: none; owned */
	int64_t log_size[2];
	struct tui_branch *tree; /* owned */
	size_t nbranches;
	char *limits; /* sentences; owned; NULL: not known */
	char *ports;
	bool why; /* the sentence about it is waited for */
};

/* Those about a program: of another one they are forgotten first. */
struct tui_facts *tui_facts_about(struct tui_model *m, const struct tui_proc *p);
/* The same, if there are any of it. */
struct tui_facts *tui_facts_known(const struct tui_model *m, const struct tui_proc *p);
/* Asks, unless nobody answers. While a question is under way the next one waits for its answer. */
void tui_facts_ask(struct tui_model *m, enum tui_fact fact);
/* All that is asked has been answered. */
bool tui_facts_are_complete(const struct tui_facts *f);
void tui_facts_reply(struct tui_host *h, enum tui_fact fact, unsigned ticket,
		     const struct xmlrpc_value *value, int code, const char *fault);
/* Questions under way get no answer any more. */
void tui_facts_disconnected(struct tui_model *m, const struct tui_host *h);
void tui_facts_forget(struct tui_model *m);

/* The value of an option, "" when it is not known. */
const char *tui_facts_option(const struct tui_facts *f, const char *name);
int64_t tui_facts_number(const struct tui_facts *f, const char *name, int64_t missing);

#endif
