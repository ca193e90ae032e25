/*
 * Hash maps: by string (keys are copied) and by integer. Values are pointers that the map does not own.
 * Lookup, insertion and removal are O(1); the order of iteration is not defined.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map;

struct map *map_new(void);
void map_free(struct map *m);
size_t map_count(const struct map *m);
/* NULL when absent. */
void *map_get(const struct map *m, const char *key);
/* Inserts or replaces; returns the value that was there before, or NULL. */
void *map_put(struct map *m, const char *key, void *value);
/* Removes; returns the value, NULL when absent. */
void *map_del(struct map *m, const char *key);
/* Iteration: start with *pos = 0; false at the end. The map must not change meanwhile. key may be NULL. */
bool map_next(const struct map *m, size_t *pos, const char **key, void **value);

struct intmap;

struct intmap *intmap_new(void);
void intmap_free(struct intmap *m);
void *intmap_get(const struct intmap *m, int64_t key);
void *intmap_put(struct intmap *m, int64_t key, void *value);
void *intmap_del(struct intmap *m, int64_t key);
bool intmap_next(const struct intmap *m, size_t *pos, int64_t *key, void **value);

#endif
