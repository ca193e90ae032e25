/*
 * map.c: open addressing with linear probing; removal shifts the following entries back, so there are no
 * tombstones. One table type serves both maps: an integer key is its own hash input, a string key is owned.
 */
#include "autoconf.h"

#include "base/map.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

struct slot {
	char *str;   /* owned key, NULL in an intmap */
	int64_t num; /* key of an intmap */
	uint64_t hash;
	void *value;
	bool used;
};

struct table {
	struct slot *slots;
	size_t cap; /* a power of two, or 0 */
	size_t count;
};

struct map {
	struct table t;
};

struct intmap {
	struct table t;
};

/* FNV-1a with a final mix, so that the low bits depend on all. */
static uint64_t
mix(uint64_t h)
{
	h ^= h >> 33;
	h *= UINT64_C(0xff51afd7ed558ccd);
	h ^= h >> 33;
	return h;
}

static uint64_t
hash_str(const char *s)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
	return mix(h);
}

static bool
same_key(const struct slot *s, const struct slot *key)
{
	if (s->hash != key->hash)
		return false;
	return key->str != NULL ? strcmp(s->str, key->str) == 0 : s->num == key->num;
}

/* The slot that holds key, or the free one where it would go. The table must not be empty. */
static size_t
table_find(const struct table *t, const struct slot *key)
{
	size_t i = (size_t)key->hash & (t->cap - 1);

	while (t->slots[i].used && !same_key(&t->slots[i], key))
		i = (i + 1) & (t->cap - 1);
	return i;
}

static void
table_grow(struct table *t)
{
	struct table bigger = {.cap = t->cap ? t->cap * 2 : 16, .count = t->count};

	bigger.slots = xcalloc(bigger.cap, sizeof(*bigger.slots));
	for (size_t i = 0; i < t->cap; i++)
		if (t->slots[i].used)
			bigger.slots[table_find(&bigger, &t->slots[i])] = t->slots[i];
	free(t->slots);
	*t = bigger;
}

static void *
table_get(const struct table *t, const struct slot *key)
{
	return t->count == 0 ? NULL : t->slots[table_find(t, key)].value;
}

/* Takes key over: its string is stored, or freed when the key is there already. */
static void *
table_put(struct table *t, struct slot *key)
{
	struct slot *s;
	void *old;

	if ((t->count + 1) * 4 > t->cap * 3)
		table_grow(t);
	s = &t->slots[table_find(t, key)];
	if (s->used) {
		old = s->value;
		s->value = key->value;
		free(key->str);
		return old;
	}
	*s = *key;
	s->used = true;
	t->count++;
	return NULL;
}

static void *
table_del(struct table *t, const struct slot *key)
{
	size_t hole, i, home;
	void *value;

	if (t->count == 0)
		return NULL;
	hole = table_find(t, key);
	if (!t->slots[hole].used)
		return NULL;
	value = t->slots[hole].value;
	free(t->slots[hole].str);
	for (i = (hole + 1) & (t->cap - 1); t->slots[i].used; i = (i + 1) & (t->cap - 1)) {
		home = (size_t)t->slots[i].hash & (t->cap - 1);
		/* An entry whose home lies between the hole and itself must stay. */
		if (((i - home) & (t->cap - 1)) < ((i - hole) & (t->cap - 1)))
			continue;
		t->slots[hole] = t->slots[i];
		hole = i;
	}
	t->slots[hole] = (struct slot){0};
	t->count--;
	return value;
}

static const struct slot *
table_next(const struct table *t, size_t *pos)
{
	while (*pos < t->cap)
		if (t->slots[(*pos)++].used)
			return &t->slots[*pos - 1];
	return NULL;
}

static void
table_release(struct table *t)
{
	for (size_t i = 0; i < t->cap; i++)
		free(t->slots[i].str);
	free(t->slots);
}

struct map *
map_new(void)
{
	return xcalloc(1, sizeof(struct map));
}

void
map_free(struct map *m)
{
	if (m == NULL)
		return;
	table_release(&m->t);
	free(m);
}

size_t
map_count(const struct map *m)
{
	return m->t.count;
}

void *
map_get(const struct map *m, const char *key)
{
	/* The key is only compared, never written or kept. */
	struct slot s = {.str = (char *)(uintptr_t)key, .hash = hash_str(key)};

	return table_get(&m->t, &s);
}

void *
map_put(struct map *m, const char *key, void *value)
{
	struct slot s = {.str = xstrdup(key), .hash = hash_str(key), .value = value};

	return table_put(&m->t, &s);
}

void *
map_del(struct map *m, const char *key)
{
	struct slot s = {.str = (char *)(uintptr_t)key, .hash = hash_str(key)};

	return table_del(&m->t, &s);
}

bool
map_next(const struct map *m, size_t *pos, const char **key, void **value)
{
	const struct slot *s = table_next(&m->t, pos);

	if (s == NULL)
		return false;
	if (key != NULL)
		*key = s->str;
	if (value != NULL)
		*value = s->value;
	return true;
}

struct intmap *
intmap_new(void)
{
	return xcalloc(1, sizeof(struct intmap));
}

void
intmap_free(struct intmap *m)
{
	if (m == NULL)
		return;
	table_release(&m->t);
	free(m);
}

void *
intmap_get(const struct intmap *m, int64_t key)
{
	struct slot s = {.num = key, .hash = mix((uint64_t)key)};

	return table_get(&m->t, &s);
}

void *
intmap_put(struct intmap *m, int64_t key, void *value)
{
	struct slot s = {.num = key, .hash = mix((uint64_t)key), .value = value};

	return table_put(&m->t, &s);
}

void *
intmap_del(struct intmap *m, int64_t key)
{
	struct slot s = {.num = key, .hash = mix((uint64_t)key)};

	return table_del(&m->t, &s);
}

bool
intmap_next(const struct intmap *m, size_t *pos, int64_t *key, void **value)
{
	const struct slot *s = table_next(&m->t, pos);

	if (s == NULL)
		return false;
	if (key != NULL)
		*key = s->num;
	if (value != NULL)
		*value = s->value;
	return true;
}
