/* places.c: see places.h. */
#include "autoconf.h"

#include "base/places.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/xmalloc.h"

/* From this length on there is an index: below it, looking through is faster than hashing. */
#define INDEXED_FROM 32

static const char *
name_at(const void *array, size_t i, size_t size)
{
	return *(const char *const *)((const char *)array + i * size);
}

static size_t
find_indexed(const struct places *p, size_t n, const char *name, size_t len)
{
	char *key = xstrndup(name, len);
	size_t place = (size_t)map_get(p->index, key);

	free(key);
	return place > 0 ? place - 1 : n;
}

size_t
places_find(const struct places *p, const void *array, size_t n, size_t size, const char *name, size_t len)
{
	size_t i;

	if (p->index != NULL)
		return find_indexed(p, n, name, len);
	for (i = 0; i < n; i++) {
		const char *other = name_at(array, i, size);

		if (strlen(other) == len && memcmp(other, name, len) == 0)
			break;
	}
	return i;
}

void
places_added(struct places *p, const void *array, size_t n, size_t size)
{
	size_t first = n - 1;

	if (n < INDEXED_FROM)
		return;
	if (p->index == NULL) {
		p->index = map_new();
		first = 0;
	}
	for (size_t i = first; i < n; i++)
		map_put(p->index, name_at(array, i, size), (void *)(i + 1));
}

void
places_clear(struct places *p)
{
	map_free(p->index);
	p->index = NULL;
}
