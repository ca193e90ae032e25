/* tui_runjump.c: see tui_runjump.h. */
#include "autoconf.h"

#include "tui/tui_runjump.h"

#include "tui/tui_logpane.h"
#include "tui/tui_model.h"
#include "tui/tui_past.h"
#include "tui/tui_runs.h"

static void
show(struct tui_model *m, uint64_t serial)
{
	m->logpane.jump = JUMP_NONE;
	tui_logpane_go(&m->logpane, serial);
}

static void
give_up(struct tui_model *m, const char *why)
{
	m->logpane.jump = JUMP_NONE;
	if (why != NULL)
		tui_message(m, LOOK_WARN, "%s", why);
}

/* Waits for the text at that offset, if it can be had. */
static void
go_for(struct tui_model *m, unsigned source, int64_t offset)
{
	if (!m->logpane.wish.to_offset && !tui_past_want(m, source, offset))
		give_up(m, NULL);
}

/* A start or an end of what is shown, in the log that reaches it soonest. */
struct place {
	unsigned source;
	const struct tui_run_mark *mark;
};

/* The newest that is not in the log yet. starts: no end. False: there is none. */
static bool
newest_beyond(const struct tui_model *m, bool starts, struct place *found)
{
	const struct tui_log *log = &m->logpane.log;

	found->mark = NULL;
	for (unsigned i = 0; i < log->nsources; i++) {
		const struct tui_source *s = log->sources[i];

		for (size_t j = s->followed ? s->nruns : 0; j-- > 0;) {
			const struct tui_run_mark *mark = &s->runs[j];

			if (mark->noted || mark->offset < 0 || (starts && !mark->is_start) ||
			    tui_past_has(m, i, mark->offset))
				continue;
			if (found->mark == NULL ||
			    mark->time - s->ahead > found->mark->time - log->sources[found->source]->ahead)
				*found = (struct place){.source = i, .mark = mark};
			break;
		}
	}
	return found->mark != NULL;
}

static void
jump_back(struct tui_model *m)
{
	const struct tui_logpane *p = &m->logpane;
	uint64_t top = tui_logpane_position(p).serial, found;
	struct place place;

	if (top > p->log.first && tui_log_find_note(&p->log, top - 1, -1, &found))
		show(m, found);
	else if (newest_beyond(m, false, &place))
		go_for(m, place.source, place.mark->offset);
	else
		give_up(m, "no start or end is known of above");
}

/* The start of the run that is on; NULL: none is. */
static const struct tui_run_mark *
present_run(const struct tui_model *m)
{
	const struct tui_proc *proc = tui_show_proc(m);
	const struct tui_log *log = &m->logpane.log;
	const struct tui_run_mark *newest = NULL;

	if (proc == NULL || proc->pid == 0)
		return NULL;
	for (size_t i = 0; i < log->nsources; i++) {
		const struct tui_source *s = log->sources[i];

		for (size_t j = s->followed ? s->nruns : 0; j-- > 0;)
			if (s->runs[j].is_start) {
				if (newest == NULL || s->runs[j].time > newest->time)
					newest = &s->runs[j];
				break;
			}
	}
	return newest;
}

/* The note of the nearest run that began above the view, but not of the present one. */
static bool
find_run_above(const struct tui_model *m, const struct tui_run_mark *present, uint64_t *found)
{
	const struct tui_logpane *p = &m->logpane;
	uint64_t at = p->follow ? tui_log_end(&p->log) : tui_logpane_position(p).serial;
	struct tui_log_line line;

	for (; at > p->log.first && tui_log_get(&p->log, at - 1, &line); at--) {
		double time = line.time < 0 ? -line.time : line.time;

		if (line.kind != TUI_LOG_NOTE || line.rank != TUI_RANK_START ||
		    (present != NULL && present->noted && time >= present->noted_at))
			continue;
		*found = at - 1;
		return true;
	}
	return false;
}

static bool
has_runs(const struct tui_model *m)
{
	const struct tui_log *log = &m->logpane.log;

	for (size_t i = 0; i < log->nsources; i++)
		if (log->sources[i]->followed && log->sources[i]->nruns > 0)
			return true;
	return false;
}

/* Is there a run before the present one that has no place in the files? */
static bool
is_gone(const struct tui_model *m, const struct tui_run_mark *present)
{
	const struct tui_log *log = &m->logpane.log;

	for (size_t i = 0; i < log->nsources; i++) {
		const struct tui_source *s = log->sources[i];

		for (size_t j = 0; s->followed && j < s->nruns; j++)
			if (s->runs[j].is_start && s->runs[j].offset < 0 &&
			    (present == NULL || s->runs[j].time < present->time))
				return true;
	}
	return false;
}

static void
jump_last_run(struct tui_model *m)
{
	const struct tui_run_mark *present = present_run(m);
	struct place place;
	uint64_t found;

	if (find_run_above(m, present, &found))
		show(m, found);
	else if (newest_beyond(m, true, &place) && (present == NULL || place.mark->time < present->time))
		go_for(m, place.source, place.mark->offset);
	else if (is_gone(m, present))
		give_up(m, "the log of the run before was rotated away, or goes to no file");
	else
		give_up(m, has_runs(m) ? "no run before that is known of"
				       : "this daemon tells of no run before");
}

/* The history of what is shown has not come yet. */
static bool
must_wait(const struct tui_model *m)
{
	const struct tui_log *log = &m->logpane.log;

	for (size_t i = 0; i < log->nsources; i++)
		if (log->sources[i]->followed && !log->sources[i]->runs_known &&
		    (log->sources[i]->texts > 0 || log->sources[i]->host->link == LINK_LIVE))
			return true;
	return false;
}

void
tui_runjump_settle(struct tui_model *m)
{
	struct tui_logpane *p = &m->logpane;

	if (p->jump == JUMP_NONE || p->wish.to_offset || must_wait(m))
		return;
	if (p->jump == JUMP_LAST_RUN && p->show.programs > 1)
		give_up(m, "show one program for that: l");
	else if (p->jump == JUMP_LAST_RUN)
		jump_last_run(m);
	else if (p->jump == JUMP_BACK)
		jump_back(m);
}

void
tui_runjump_back(struct tui_model *m)
{
	m->logpane.jump = JUMP_BACK;
	tui_runs_settle(m);
}

void
tui_runjump_last_run(struct tui_model *m)
{
	m->logpane.jump = JUMP_LAST_RUN;
	tui_runs_settle(m);
}

void
tui_runjump_forward(struct tui_model *m)
{
	struct tui_logpane *p = &m->logpane;
	uint64_t found;

	p->jump = JUMP_NONE;
	if (!p->follow && tui_log_find_note(&p->log, tui_logpane_position(p).serial + 1, 1, &found))
		show(m, found);
	else
		give_up(m, "no start or end is below");
}
