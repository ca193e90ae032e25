/* tui_logfilter.c: see tui_logfilter.h. */
#include "autoconf.h"

#include "tui/tui_logfilter.h"

#include <stdlib.h>

#include "tui/tui_logtext.h"
#include "tui/tui_model.h"

#define JSON_WEIGHT 12 /* what a byte of a JSON object costs, compared with looking for plain text */

void
tui_logfilter_init(struct tui_logfilter *f)
{
	*f = (struct tui_logfilter){.context = 0};
	tui_pattern_init(&f->pattern);
}

void
tui_logfilter_release(struct tui_logfilter *f)
{
	tui_pattern_release(&f->pattern);
	tui_logindex_release(&f->lines);
	tui_logindex_release(&f->notes);
	free(f->before);
}

bool
tui_logfilter_is_on(const struct tui_logfilter *f)
{
	return tui_pattern_is_on(&f->pattern);
}

/* The end is what is looked at first when the pane follows, else where it is. */
void
tui_logfilter_restart(struct tui_logpane *p)
{
	struct tui_logfilter *f = &p->filter;
	uint64_t anchor = p->follow ? tui_log_end(&p->log) : p->top;

	if (!tui_logfilter_is_on(f)) {
		tui_logindex_stop(&f->lines);
		tui_logindex_stop(&f->notes);
		return;
	}
	tui_logindex_start(&f->lines, &p->log, anchor);
	tui_logindex_start(&f->notes, &p->log, anchor);
	/* The next key finds something already. */
	tui_logfilter_work(p);
}

bool
tui_logfilter_set(struct tui_logpane *p, const char *text, char **why)
{
	if (!tui_pattern_set(&p->filter.pattern, text, why))
		return false;
	tui_logfilter_restart(p);
	return true;
}

bool
tui_logfilter_takes(struct tui_logpane *p, const struct tui_log_line *line)
{
	const char *text;
	size_t len;

	if (line->kind == TUI_LOG_NOTE)
		return false;
	text = tui_logtext_plain(line, p->json, &p->scratch[0], &p->scratch[1], &len);
	return tui_pattern_matches(&p->filter.pattern, text, len);
}

static bool
takes_line(void *arg, const struct tui_log_line *line)
{
	return tui_logfilter_takes(arg, line);
}

static bool
takes_note(void *arg, const struct tui_log_line *line)
{
	(void)arg;
	return line->kind == TUI_LOG_NOTE;
}

bool
tui_logfilter_work(struct tui_logpane *p)
{
	struct tui_logfilter *f = &p->filter;
	unsigned own = tui_pattern_weight(&f->pattern);
	unsigned weight = p->json && own < JSON_WEIGHT ? JSON_WEIGHT : own;
	bool lines = tui_logindex_work(&f->lines, &p->log, weight, takes_line, p);
	bool notes = tui_logindex_work(&f->notes, &p->log, 1, takes_note, p);

	return lines || notes;
}

bool
tui_logfilter_is_complete(const struct tui_logpane *p)
{
	const struct tui_logfilter *f = &p->filter;

	return !tui_logfilter_is_on(f) ||
	       (tui_logindex_is_complete(&f->lines, &p->log) && tui_logindex_is_complete(&f->notes, &p->log));
}

bool
tui_logfilter_next(const struct tui_logpane *p, uint64_t from, uint64_t *serial)
{
	const struct tui_logfilter *f = &p->filter;
	uint64_t context = f->context, hit;
	size_t line, note;

	if (from < p->log.first)
		from = p->log.first;
	*serial = from;
	if (!tui_logfilter_is_on(f))
		return from < tui_log_end(&p->log);
	*serial = UINT64_MAX;
	line = tui_serials_below(&f->lines.hits, from > context ? from - context : 0);
	note = tui_serials_below(&f->notes.hits, from);
	if (line < f->lines.hits.n) {
		hit = tui_serials_get(&f->lines.hits, line);
		*serial = hit > from + context ? hit - context : from;
	}
	if (note < f->notes.hits.n && tui_serials_get(&f->notes.hits, note) < *serial)
		*serial = tui_serials_get(&f->notes.hits, note);
	return *serial < tui_log_end(&p->log);
}

bool
tui_logfilter_prev(const struct tui_logpane *p, uint64_t before, uint64_t *serial)
{
	const struct tui_logfilter *f = &p->filter;
	uint64_t context = f->context, end = tui_log_end(&p->log), hit;
	size_t line, note;
	bool found = false;

	if (before > end)
		before = end;
	if (before <= p->log.first)
		return false;
	*serial = before - 1;
	if (!tui_logfilter_is_on(f))
		return true;
	line = tui_serials_below(&f->lines.hits, before + context);
	note = tui_serials_below(&f->notes.hits, before);
	*serial = 0;
	if (line > 0) {
		hit = tui_serials_get(&f->lines.hits, line - 1);
		*serial = hit + context < before ? hit + context : before - 1;
		found = true;
	}
	if (note > 0 && tui_serials_get(&f->notes.hits, note - 1) >= *serial) {
		*serial = tui_serials_get(&f->notes.hits, note - 1);
		found = true;
	}
	return found && *serial >= p->log.first;
}

void
tui_logfilter_inserted(struct tui_logfilter *f, uint64_t serial)
{
	tui_logindex_inserted(&f->lines, serial);
	tui_logindex_inserted(&f->notes, serial);
}
