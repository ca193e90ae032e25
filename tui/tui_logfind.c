/* tui_logfind.c: see tui_logfind.h. */
#include "autoconf.h"

#include "tui/tui_logfind.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_logerror.h"
#include "tui/tui_logfilter.h"
#include "tui/tui_logpane.h"
#include "tui/tui_logtext.h"
#include "tui/tui_model.h"

/* What a byte costs, compared with looking for plain text. */
#define JSON_WEIGHT 12
#define ERROR_WEIGHT 2

void
tui_logfind_release(struct tui_logpane *p)
{
	tui_pattern_release(&p->pattern);
	tui_logindex_release(&p->find.index);
	tui_logindex_release(&p->errors.index);
	free(p->before.text);
}

/* The index */

/* A hit is among the lines that match the filter; lines around them are only shown. */
static bool
is_shown(struct tui_logpane *p, const struct tui_log_line *line)
{
	return !tui_logfilter_is_on(&p->filter) || line->kind == TUI_LOG_NOTE || tui_logfilter_takes(p, line);
}

static bool
has_pattern(void *arg, const struct tui_log_line *line)
{
	struct tui_logpane *p = arg;
	size_t len;
	const char *text = tui_logtext_plain(line, p->json, &p->scratch[0], &p->scratch[1], &len);

	return tui_pattern_matches(&p->pattern, text, len) && is_shown(p, line);
}

static bool
has_error(void *arg, const struct tui_log_line *line)
{
	struct tui_logpane *p = arg;

	return line->kind == TUI_LOG_TEXT && tui_logerror_is(line->text, line->len) && is_shown(p, line);
}

static unsigned
weight_of(const struct tui_logpane *p, unsigned weight)
{
	unsigned filter = tui_pattern_weight(&p->filter.pattern);

	weight = filter > weight ? filter : weight;
	return p->json && weight < JSON_WEIGHT ? JSON_WEIGHT : weight;
}

void
tui_logfind_restart(struct tui_logpane *p)
{
	uint64_t at = tui_logpane_position(p).serial;

	if (p->find.index.on)
		tui_logindex_start(&p->find.index, &p->log, at);
	if (p->errors.index.on)
		tui_logindex_start(&p->errors.index, &p->log, at);
}

/* Jumps */

/* Told once, when the count is right. */
static void
tell(struct tui_model *m, struct tui_logfind *f)
{
	const struct tui_logpane *p = &m->logpane;

	f->untold = false;
	if (p->has_hit && tui_serials_has(&f->index.hits, p->hit))
		tui_message(m, LOOK_PLAIN, "%s: %zu of %zu%s",
			    f == &p->errors ? "lines like errors" : p->pattern.text,
			    tui_serials_below(&f->index.hits, p->hit) + 1, f->index.hits.n, f->how);
}

static void
tell_none(struct tui_model *m, const struct tui_logfind *f)
{
	if (f->quiet)
		return;
	if (f == &m->logpane.errors)
		tui_message(m, LOOK_PLAIN, "no line here looks like an error");
	else
		tui_message(m, LOOK_WARN, "'%s' is not here", m->logpane.pattern.text);
}

/* Made as soon as enough has been looked at. */
static void
jump(struct tui_model *m, struct tui_logfind *f)
{
	struct tui_logpane *p = &m->logpane;
	const char *how = "";
	uint64_t found = 0;
	enum tui_logindex_answer answer = tui_logindex_find(&f->index, &p->log, f->from, f->step, &found);

	if (answer == INDEX_NONE && f->nearest) {
		answer = tui_logindex_find(&f->index, &p->log, f->from, -f->step, &found);
	} else if (answer == INDEX_NONE) {
		how = f->step > 0 ? ", on from the beginning" : ", on from the end";
		answer = tui_logindex_find(
		    &f->index, &p->log, f->step > 0 ? p->log.first : tui_log_end(&p->log), f->step, &found);
	}
	if (answer == INDEX_LATER)
		return;
	f->step = 0;
	if (answer == INDEX_NONE) {
		tell_none(m, f);
		return;
	}
	tui_logpane_show_line(p, found);
	f->untold = !f->quiet;
	f->how = how;
}

static bool
work(struct tui_model *m, struct tui_logfind *f, unsigned weight, tui_logindex_fn *has)
{
	bool more = tui_logindex_work(&f->index, &m->logpane.log, weight, has, &m->logpane);

	if (f->step != 0 && f->index.on)
		jump(m, f);
	if (f->untold && !more)
		tell(m, f);
	return more;
}

bool
tui_logfind_work(struct tui_model *m)
{
	struct tui_logpane *p = &m->logpane;
	bool found = work(m, &p->find, weight_of(p, tui_pattern_weight(&p->pattern)), has_pattern);
	bool errors = work(m, &p->errors, weight_of(p, ERROR_WEIGHT), has_error);

	return found || errors;
}

static void
go(struct tui_model *m, struct tui_logfind *f, int step)
{
	struct tui_logpane *p = &m->logpane;

	f->from = p->has_hit ? p->hit + (uint64_t)(int64_t)step : tui_logpane_position(p).serial;
	/* Backwards from a place that was not gone to: from its lower end. */
	if (!p->has_hit && step < 0 && p->follow)
		f->from = tui_log_end(&p->log);
	f->step = step;
	f->nearest = f->quiet = f->untold = false;
	if (!f->index.on)
		tui_logindex_start(&f->index, &p->log, f->from);
	tui_logfind_work(m);
}

void
tui_logfind_go(struct tui_model *m, int step)
{
	if (tui_pattern_is_on(&m->logpane.pattern))
		go(m, &m->logpane.find, step);
	else
		tui_message(m, LOOK_PLAIN, "nothing to search for yet: / asks");
}

void
tui_logfind_go_error(struct tui_model *m, int step)
{
	go(m, &m->logpane.errors, step);
}

/* The prompt */

static void
go_back(struct tui_logpane *p)
{
	const struct tui_logplace *b = &p->before;

	p->follow = b->follow;
	p->has_hit = b->has_hit;
	p->top = b->top;
	p->top_row = b->top_row;
	p->hit = b->hit;
	p->seen_end = b->seen_end;
	p->find.step = 0;
	p->find.untold = false;
}

void
tui_logfind_begin(struct tui_model *m)
{
	struct tui_logpane *p = &m->logpane;

	free(p->before.text);
	p->before = (struct tui_logplace){
	    .follow = p->follow,
	    .has_hit = p->has_hit,
	    .top_row = p->top_row,
	    .top = p->top,
	    .hit = p->hit,
	    .seen_end = p->seen_end,
	    .text = xstrdup(p->pattern.text),
	};
}

static void
search(struct tui_model *m, bool quiet)
{
	struct tui_logpane *p = &m->logpane;
	struct tui_logfind *f = &p->find;

	go_back(p);
	tui_logindex_stop(&f->index);
	if (!tui_pattern_is_on(&p->pattern))
		return;
	f->from = p->has_hit ? p->hit : tui_logpane_position(p).serial;
	f->step = 1;
	/* At the end of the log what came last is nearer than its beginning. */
	f->nearest = p->before.follow;
	f->quiet = quiet;
	tui_logindex_start(&f->index, &p->log, f->from);
	tui_logfind_work(m);
}

static void
prompt_ends(struct tui_logpane *p)
{
	free(p->before.text);
	p->before.text = NULL;
}

void
tui_logfind_typed(struct tui_model *m, const char *text, bool done)
{
	struct tui_logpane *p = &m->logpane;
	char *why = NULL;

	if (p->before.text == NULL)
		tui_logfind_begin(m);
	if (done && *text == '\0') {
		/* As in less: what was searched for last, once more. */
		tui_logfind_cancel(m);
		tui_logfind_go(m, 1);
		return;
	}
	if (!tui_pattern_set(&p->pattern, text, &why)) {
		/* Half an expression is one while it is typed. */
		if (done) {
			tui_logfind_cancel(m);
			tui_message(m, LOOK_WARN, "%s", why);
		}
		free(why);
		return;
	}
	search(m, !done);
	if (done)
		prompt_ends(p);
}

void
tui_logfind_cancel(struct tui_model *m)
{
	struct tui_logpane *p = &m->logpane;

	if (p->before.text == NULL)
		return;
	tui_pattern_set(&p->pattern, p->before.text, NULL);
	go_back(p);
	tui_logindex_stop(&p->find.index);
	if (tui_pattern_is_on(&p->pattern))
		tui_logindex_start(&p->find.index, &p->log, tui_logpane_position(p).serial);
	prompt_ends(p);
}

bool
tui_logfind_clear(struct tui_model *m)
{
	struct tui_logpane *p = &m->logpane;

	if (!tui_pattern_is_on(&p->pattern))
		return false;
	tui_pattern_set(&p->pattern, "", NULL);
	tui_logindex_stop(&p->find.index);
	p->find.step = 0;
	return true;
}

void
tui_logfind_count(const struct tui_logpane *p, char out[TUI_LOGFIND_COUNT_MAX])
{
	const struct tui_logindex *ix = &p->find.index;
	const char *more = tui_logindex_is_complete(ix, &p->log) ? "" : "+";

	out[0] = '\0';
	if (!tui_pattern_is_on(&p->pattern) || !ix->on)
		return;
	if (p->has_hit && tui_serials_has(&ix->hits, p->hit))
		snprintf(out, TUI_LOGFIND_COUNT_MAX, "hit %zu of %zu%s",
			 tui_serials_below(&ix->hits, p->hit) + 1, ix->hits.n, more);
	else
		snprintf(out, TUI_LOGFIND_COUNT_MAX, "%zu%s found", ix->hits.n, more);
}
