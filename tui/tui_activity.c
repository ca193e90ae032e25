/* tui_activity.c: see tui_activity.h. */
#include "autoconf.h"

#include "tui/tui_activity.h"

#include "tui/tui_model.h"
#include "tui/tui_silence.h"

/* Text of a log that was in sight may be stamped a little later than it was seen here. */
#define SLACK 1

static void
forget(struct tui_activity *a)
{
	a->out = -1;
	a->rate = a->last = -1;
}

void
tui_activity_begin(struct tui_proc *p)
{
	forget(&p->activity);
	p->activity.looked = tui_host_now(p->group->host);
}

void
tui_activity_told(struct tui_proc *p, int64_t out, double rate, double last)
{
	struct tui_activity *a = &p->activity;
	bool first = a->last < 0;

	if (out < 0 || rate < 0 || last < 0) {
		forget(a);
		return;
	}
	a->out = out;
	a->rate = rate < 1e18 ? rate : 1e18;
	a->last = last;
	tui_silence_told(p, first);
}

void
tui_activity_forget(struct tui_host *h)
{
	struct tui_model *m = h->model;

	for (size_t i = 0; i < m->ngroups; i++)
		for (size_t j = 0; m->groups[i]->host == h && j < m->groups[i]->n; j++)
			forget(&m->groups[i]->procs[j]->activity);
}

static void
look_at_all(struct tui_model *m)
{
	for (size_t i = 0; i < m->ngroups; i++)
		for (size_t j = 0; j < m->groups[i]->n; j++)
			m->groups[i]->procs[j]->activity.looked = tui_host_now(m->groups[i]->host);
}

void
tui_activity_settle(struct tui_model *m)
{
	const struct tui_log *log = &m->logpane.log;
	bool began = m->settings.activity && !m->activity_on;

	m->activity_on = m->settings.activity;
	if (!m->activity_on)
		return;
	/* What was written before somebody wanted to know is no news. */
	if (began)
		look_at_all(m);
	for (size_t i = 0; m->logpane.height > 0 && i < log->nsources; i++) {
		const struct tui_source *s = log->sources[i];
		struct tui_proc *p = s->followed ? tui_host_proc(s->host, s->key) : NULL;

		if (p != NULL)
			p->activity.looked = tui_host_now(s->host);
	}
}

bool
tui_activity_is_marked(const struct tui_proc *p)
{
	return p->group->host->model->activity_on && p->activity.last > p->activity.looked + SLACK;
}

bool
tui_activity_wants_metrics(const struct tui_model *m)
{
	return m->settings.activity || m->settings.nsilences > 0;
}
