/*
 * Command lines as Supervisor reads them (spec/config.md 8.1): options end at the first other word, short ones
 * may be bundled, long ones shortened to any unique prefix. A program gives its table of switches; the help text
 * comes from the same table.
 *
 *	if (!getopts_parse(&g, table, n, argv, &err)) ...
 *	for (size_t i = 0; i < g.n; i++) {
 *		if (!getopts_once(&g, i, &err)) ...
 *		switch (g.matches[i].sw->key) ...
 *	}
 *
 * The whole line is parsed before the first match is looked at, as in the reference.
 */
#ifndef CLIENT_GETOPTS_H
#define CLIENT_GETOPTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

struct getopts_switch {
	int key;              /* what the program calls it */
	char letter;          /* 0: none */
	const char *name;     /* long name without its dashes; NULL: none */
	const char *alias;    /* a second long name, or NULL */
	const char *argument; /* what help calls its argument; NULL: it takes none */
	const char *help;     /* "\n" in it begins an indented line; NULL: not in the help */
};

struct getopts_match {
	const struct getopts_switch *sw;
	const char *value; /* NULL when it takes none; borrowed from argv */
	char *spelled;     /* "-c" or "--configuration": for messages */
};

struct getopts {
	struct getopts_match *matches; /* left to right */
	size_t n;
	char **rest; /* the words behind the options: a part of argv, NULL-terminated */
	size_t nrest;
};

/* argv[0] is skipped; argv ends with NULL. False: "option -Z not recognized" and its kin in err. g needs
   getopts_release in both cases. */
bool getopts_parse(struct getopts *g, const struct getopts_switch *table, size_t n, char **argv,
		   struct err *err);
void getopts_release(struct getopts *g);
/* False with "conflicting command line option '-n'" when an earlier match is the same switch. */
bool getopts_once(const struct getopts *g, size_t i, struct err *err);
/* "invalid value for -e 'bad': " is put before the message of err. Returns false. */
bool getopts_bad_value(const struct getopts_match *m, struct err *err);
/* Appends one line (and its continuations) for each switch that has help. */
void getopts_help(struct buf *out, const struct getopts_switch *table, size_t n);

/* The words as Python prints a list: ['a', 'b']. The caller frees it. */
char *getopts_list(char *const *words, size_t n);

#endif
