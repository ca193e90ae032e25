/*
 * %(name)s in option values: Python's % formatting of a text against a table of names
 * (spec/config.md 4.1, 4.2).
 */
#ifndef CORE_EXPAND_H
#define CORE_EXPAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/places.h"

/* Longest result of one expansion. */
#define EXPAND_MAX (4U << 20)

struct expand_name {
	char *name; /* first: see base/places.h */
	char *text; /* NULL: a number */
	long number;
};

/* A layer of names; what it lacks is looked for in the layer outside. The outer one is borrowed. */
struct expand_names {
	const struct expand_names *outer;
	struct expand_name *names;
	size_t n;
	struct places places;
};

#define EXPAND_NAMES_INIT                                                                                    \
	{                                                                                                    \
		0                                                                                            \
	}

/* Sets or replaces a name of this layer. */
void expand_set(struct expand_names *names, const char *name, const char *text);
void expand_set_number(struct expand_names *names, const char *name, long number);
/* ENV_X for each X=value of an environment, NULL-terminated. */
void expand_set_environ(struct expand_names *names, const char *const *environ);
/* Forgets this layer's names; outer stays. */
void expand_names_clear(struct expand_names *names);

/* The value with its names filled in, owned by the caller; NULL with the reference's text. option is what
   messages call the option. */
char *expand(const char *value, const char *option, const struct expand_names *names, struct err *err);

#endif
