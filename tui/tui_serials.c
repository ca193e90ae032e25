/* tui_serials.c: see tui_serials.h. */
#include "autoconf.h"

#include "tui/tui_serials.h"

#include <stdlib.h>

#include "base/xmalloc.h"

void
tui_serials_release(struct tui_serials *s)
{
	free(s->at);
	*s = (struct tui_serials){0};
}

void
tui_serials_clear(struct tui_serials *s)
{
	s->n = 0;
}

static uint64_t *
place(const struct tui_serials *s, size_t i)
{
	return &s->at[(s->head + i) & (s->cap - 1)];
}

uint64_t
tui_serials_get(const struct tui_serials *s, size_t i)
{
	return *place(s, i);
}

size_t
tui_serials_below(const struct tui_serials *s, uint64_t serial)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (*place(s, middle) < serial)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool
tui_serials_has(const struct tui_serials *s, uint64_t serial)
{
	size_t i = tui_serials_below(s, serial);

	return i < s->n && *place(s, i) == serial;
}

static void
grow(struct tui_serials *s)
{
	size_t cap = s->cap == 0 ? 64 : s->cap * 2;
	uint64_t *at = xreallocarray(NULL, cap, sizeof(uint64_t));

	for (size_t i = 0; i < s->n; i++)
		at[i] = *place(s, i);
	free(s->at);
	*s = (struct tui_serials){.at = at, .cap = cap, .n = s->n};
}

void
tui_serials_add(struct tui_serials *s, uint64_t serial)
{
	size_t i = tui_serials_below(s, serial);

	if (i < s->n && *place(s, i) == serial)
		return;
	if (s->n == s->cap)
		grow(s);
	s->n++;
	if (i == 0) {
		s->head = (s->head - 1) & (s->cap - 1);
	} else {
		for (size_t j = s->n - 1; j > i; j--)
			*place(s, j) = *place(s, j - 1);
	}
	*place(s, i) = serial;
}

void
tui_serials_remove(struct tui_serials *s, uint64_t serial)
{
	size_t i = tui_serials_below(s, serial);

	if (i == s->n || *place(s, i) != serial)
		return;
	s->n--;
	for (; i < s->n; i++)
		*place(s, i) = *place(s, i + 1);
}

void
tui_serials_drop_below(struct tui_serials *s, uint64_t serial)
{
	while (s->n > 0 && *place(s, 0) < serial) {
		s->head = (s->head + 1) & (s->cap - 1);
		s->n--;
	}
}

void
tui_serials_drop_from(struct tui_serials *s, uint64_t serial)
{
	s->n = tui_serials_below(s, serial);
}

void
tui_serials_shift_below(struct tui_serials *s, uint64_t serial)
{
	for (size_t i = 0; i < s->n && *place(s, i) < serial; i++)
		--*place(s, i);
}
