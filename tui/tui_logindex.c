/* tui_logindex.c: see tui_logindex.h. */
#include "autoconf.h"

#include "tui/tui_logindex.h"

#include <stdlib.h>

#include "base/xmalloc.h"

/* What a line costs beside its text. */
#define LINE_COST 64
/* Where lines of several hosts are put in order, the newest may move yet (tui_log). */
#define UNSETTLED 256

void
tui_logindex_release(struct tui_logindex *ix)
{
	tui_serials_release(&ix->hits);
	free(ix->open);
	*ix = (struct tui_logindex){0};
}

void
tui_logindex_start(struct tui_logindex *ix, const struct tui_log *log, uint64_t anchor)
{
	tui_serials_clear(&ix->hits);
	ix->nopen = 0;
	ix->on = true;
	ix->low = ix->high = anchor;
	ix->first = log->first;
	ix->dropped = log->dropped;
}

void
tui_logindex_stop(struct tui_logindex *ix)
{
	tui_logindex_release(ix);
}

static bool
is_open(const struct tui_log *log, const struct tui_log_line *line, uint64_t serial)
{
	const struct tui_source *s = line->source < log->nsources ? log->sources[line->source] : NULL;

	return s != NULL && s->open.len > 0 && s->open_serial == serial;
}

static void
remember_open(struct tui_logindex *ix, uint64_t serial, size_t len)
{
	if (ix->nopen == TUI_LOG_SOURCES)
		return;
	if (ix->open == NULL)
		ix->open = xreallocarray(NULL, TUI_LOG_SOURCES, sizeof(*ix->open));
	ix->open[ix->nopen++] = (struct tui_logindex_open){.serial = serial, .len = len};
}

/* Looks at one line; returns its cost. */
static size_t
look_at(struct tui_logindex *ix, const struct tui_log *log, uint64_t serial, tui_logindex_fn *has, void *arg)
{
	struct tui_log_line line;

	if (!tui_log_get(log, serial, &line))
		return LINE_COST;
	if (is_open(log, &line, serial))
		remember_open(ix, serial, line.len);
	if (has(arg, &line))
		tui_serials_add(&ix->hits, serial);
	else if (ix->hits.n > 0 && serial >= ix->low && serial < ix->high)
		tui_serials_remove(&ix->hits, serial);
	return LINE_COST + line.len;
}

/* Lines that have grown since, or have ended, are looked at again. */
static void
look_at_open(struct tui_logindex *ix, const struct tui_log *log, tui_logindex_fn *has, void *arg)
{
	size_t n = ix->nopen;
	struct tui_log_line line;

	ix->nopen = 0;
	for (size_t i = 0; i < n; i++) {
		struct tui_logindex_open o = ix->open[i];

		if (o.serial < ix->low || o.serial >= ix->high || !tui_log_get(log, o.serial, &line))
			continue;
		if (line.len != o.len)
			look_at(ix, log, o.serial, has, arg);
		else if (is_open(log, &line, o.serial))
			remember_open(ix, o.serial, o.len);
	}
}

/* What the log has dropped, or will put in order yet, has not been looked at. */
static void
follow_log(struct tui_logindex *ix, const struct tui_log *log)
{
	uint64_t end = tui_log_end(log);
	uint64_t settled = log->many_hosts && end - log->first > UNSETTLED ? end - UNSETTLED : log->first;

	if (log->many_hosts && ix->high > settled)
		ix->high = settled;
	if (ix->high > end)
		ix->high = end;
	/* Numbers of lines that went may belong to others meanwhile, that were put in front. */
	if (ix->low < ix->first + (log->dropped - ix->dropped) && log->dropped != ix->dropped)
		ix->low = ix->first + (log->dropped - ix->dropped);
	if (ix->low < log->first)
		ix->low = log->first;
	if (ix->low > end)
		ix->low = end;
	if (ix->high < ix->low)
		ix->high = ix->low;
	ix->first = log->first;
	ix->dropped = log->dropped;
	tui_serials_drop_below(&ix->hits, ix->low);
	tui_serials_drop_from(&ix->hits, ix->high);
}

bool
tui_logindex_work(struct tui_logindex *ix, const struct tui_log *log, unsigned weight, tui_logindex_fn *has,
		  void *arg)
{
	uint64_t end = tui_log_end(log);
	size_t done = 0, slice = TUI_LOGINDEX_SLICE / weight;

	if (!ix->on)
		return false;
	follow_log(ix, log);
	look_at_open(ix, log, has, arg);
	for (; ix->high < end && done < slice; ix->high++)
		done += look_at(ix, log, ix->high, has, arg);
	for (; ix->high == end && ix->low > log->first && done < slice; ix->low--)
		done += look_at(ix, log, ix->low - 1, has, arg);
	return !tui_logindex_is_complete(ix, log);
}

bool
tui_logindex_is_complete(const struct tui_logindex *ix, const struct tui_log *log)
{
	return ix->high >= tui_log_end(log) && ix->low <= log->first;
}

enum tui_logindex_answer
tui_logindex_find(const struct tui_logindex *ix, const struct tui_log *log, uint64_t from, int step,
		  uint64_t *found)
{
	size_t i = tui_serials_below(&ix->hits, step > 0 ? from : from + 1);

	if (from < log->first)
		from = log->first;
	if (step > 0) {
		if (from < ix->low)
			return INDEX_LATER;
		if (i == ix->hits.n)
			return ix->high < tui_log_end(log) ? INDEX_LATER : INDEX_NONE;
		*found = tui_serials_get(&ix->hits, i);
		return INDEX_FOUND;
	}
	if (from >= ix->high && ix->high < tui_log_end(log))
		return INDEX_LATER;
	if (i == 0)
		return ix->low > log->first ? INDEX_LATER : INDEX_NONE;
	*found = tui_serials_get(&ix->hits, i - 1);
	return INDEX_FOUND;
}

void
tui_logindex_inserted(struct tui_logindex *ix, uint64_t serial)
{
	tui_serials_shift_below(&ix->hits, serial);
	for (size_t i = 0; i < ix->nopen; i++)
		if (ix->open[i].serial < serial)
			ix->open[i].serial--;
	if (ix->low < serial && ix->low > 0)
		ix->low--;
	if (ix->high < serial && ix->high > 0)
		ix->high--;
	if (ix->first > 0)
		ix->first--;
	/* The note itself is looked at as one that has grown. */
	if (ix->on && serial > ix->low && serial <= ix->high)
		remember_open(ix, serial - 1, SIZE_MAX);
}
