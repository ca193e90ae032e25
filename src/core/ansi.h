/*
 * strip_ansi: takes escape sequences out of a child's output (spec/daemon.md 8.4). A sequence is ESC '[' and
 * all up to one of the finals H f A B C D R s u J K h l p m, which Supervisor knows; other finals do not end
 * one. Unlike there, a sequence that a read has cut is still taken out whole: the state is carried over.
 */
#ifndef CORE_ANSI_H
#define CORE_ANSI_H

#include <stdbool.h>
#include <stddef.h>

enum ansi_where {
	ANSI_TEXT,
	ANSI_ESCAPE,   /* after an ESC that ended the piece: it is held back */
	ANSI_SEQUENCE, /* inside a sequence */
};

/* Start with {0}. */
struct ansi {
	enum ansi_where where;
};

/* Copies len bytes from in to out without the sequences and returns how many are left: at most len + 1, since
   an ESC that was held back may come first. out may overlap in when it begins before it. */
size_t ansi_strip(struct ansi *a, const char *in, size_t len, char *out);
/* The piece ended with an ESC, which is held back. */
bool ansi_holds(const struct ansi *a);
/* The output has ended. True: the ESC that was held back belongs to it. */
bool ansi_end(struct ansi *a);

#endif
