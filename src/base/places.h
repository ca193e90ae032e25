/*
 * Where a name stands in an array that only grows and whose elements begin with their name (a char *): looked through
 * while it is short, by an index from a certain length on, so that neither thirty names nor twenty thousand are slow.
 */
#ifndef BASE_PLACES_H
#define BASE_PLACES_H

#include <stddef.h>

struct map;

/* All zero to begin with. The array, its length n and the size of an element are the owner's, and are given each time. */
struct places {
	struct map *index; /* name -> place from 1; NULL: short, or cleared */
};

/* The place of the name of these bytes; n: nowhere. */
size_t places_find(const struct places *p, const void *array, size_t n, size_t size, const char *name,
		   size_t len);
/* One element has been added, the last of now n. */
void places_added(struct places *p, const void *array, size_t n, size_t size);
/* Gives the index back: what stays can still be found, without it. */
void places_clear(struct places *p);

#endif
