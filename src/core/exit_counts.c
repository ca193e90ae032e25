/* exit_counts.c: see exit_counts.h. */
#include "autoconf.h"

#include "core/exit_counts.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/xmalloc.h"

static int
how_of(int status)
{
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static bool
is_before(const struct exit_count *c, int how, bool expected)
{
	return c->how != how ? c->how < how : c->expected < expected;
}

void
exit_counts_add(struct exit_counts *counts, int status, bool expected)
{
	int how = how_of(status);
	size_t at = 0;

	while (at < counts->n && is_before(&counts->list[at], how, expected))
		at++;
	if (at < counts->n && counts->list[at].how == how && counts->list[at].expected == expected) {
		counts->list[at].n++;
		return;
	}
	if (counts->n == EXIT_COUNTS_MAX) {
		counts->others[expected]++;
		return;
	}
	/* Most programs end in one or two ways in all their life. */
	counts->list = xreallocarray(counts->list, counts->n + 1, sizeof(*counts->list));
	memmove(&counts->list[at + 1], &counts->list[at], (counts->n - at) * sizeof(*counts->list));
	counts->list[at] = (struct exit_count){.n = 1, .how = how, .expected = expected};
	counts->n++;
}

void
exit_counts_release(struct exit_counts *counts)
{
	free(counts->list);
	*counts = (struct exit_counts){0};
}
