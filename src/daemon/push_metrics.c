/*
 * push_metrics.c: samples as a stream tells them: all programs at first and after a snapshot, then those whose figures have
 * changed as far as a person could see.
 *
 * What a stream was told is kept per process. A process that was started again is told anew even when its figures are the
 * same: a reader may have put those of the last run away.
 */
#include "autoconf.h"

#include "daemon/push_stream.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/xmalloc.h"
#include "core/process_table.h"
#include "core/snapshot.h"
#include "core/sse.h"
#include "daemon/daemon.h"
#include "daemon/sampler.h"

#define BATCH_BYTES ((size_t)32 * 1024) /* an event is complete when it has this much */
#define LOAD_CHANGE 0.05
#define PERCENT 100

/* What a stream knows of one process. */
struct told {
	pid_t pid; /* 0: it does not run, or did not when the sample was taken: only its output is told */
	int64_t tenths; /* of a percent of a core */
	int64_t rss;
	long threads;
	uint64_t out;
	int64_t out_rate;
	wall_us last_output;
};

struct push_metrics {
	struct intmap *told; /* process id -> struct told */
	struct sampler_host host;
	bool host_told;
};

struct push_metrics *
push_metrics_new(void)
{
	struct push_metrics *m = xcalloc(1, sizeof(*m));

	m->told = intmap_new();
	return m;
}

static void
forget_told(struct push_metrics *m)
{
	size_t pos = 0;
	void *told;

	while (intmap_next(m->told, &pos, NULL, &told))
		free(told);
	intmap_free(m->told);
}

void
push_metrics_free(struct push_metrics *m)
{
	if (m == NULL)
		return;
	forget_told(m);
	free(m);
}

void
push_metrics_forget(struct push_metrics *m)
{
	forget_told(m);
	m->told = intmap_new();
	m->host_told = false;
}

void
push_metrics_group_leaves(struct push_metrics *m, const struct group *g)
{
	for (size_t i = 0; i < g->nprocs; i++)
		free(intmap_del(m->told, (int64_t)g->procs[i].id));
}

static int64_t
distance(int64_t a, int64_t b)
{
	return a > b ? a - b : b - a;
}

static bool
is_news(const struct told *before, const struct told *now)
{
	return before->pid != now->pid || before->tenths != now->tenths || before->threads != now->threads ||
	       before->out != now->out || before->out_rate != now->out_rate ||
	       (before->rss != now->rss && distance(before->rss, now->rss) >= before->rss / PERCENT);
}

/* Whether the stream has to be told; notes that it was. */
static bool
note(struct push_metrics *m, const struct process *p, const struct told *now)
{
	struct told *before = intmap_get(m->told, (int64_t)p->id);

	if (before != NULL && !is_news(before, now))
		return false;
	if (before == NULL) {
		before = xcalloc(1, sizeof(*before));
		intmap_put(m->told, (int64_t)p->id, before);
	}
	*before = *now;
	return true;
}

static bool
note_host(struct push_metrics *m, const struct sampler_host *now)
{
	bool news = !m->host_told || now->mem_total != m->host.mem_total ||
		    distance(now->mem_available, m->host.mem_available) >= now->mem_total / PERCENT;

	for (size_t i = 0; i < sizeof(now->load) / sizeof(now->load[0]); i++)
		news = news || fabs(now->load[i] - m->host.load[i]) >= LOAD_CHANGE;
	if (!news)
		return false;
	m->host = *now;
	m->host_told = true;
	return true;
}

static void
set_text(json_t *object, const char *key, const char *s)
{
	json_object_set_new_nocheck(object, key, snapshot_text(s, strlen(s)));
}

static void
append_process(struct buf *json, const struct process *p, const struct told *figures)
{
	json_t *object = json_object();

	set_text(object, "group", p->group->name);
	set_text(object, "name", p->name);
	if (figures->pid != 0) {
		json_object_set_new_nocheck(object, "cpu", json_real((double)figures->tenths / 10));
		json_object_set_new_nocheck(object, "rss", json_integer(figures->rss));
		json_object_set_new_nocheck(object, "threads", json_integer(figures->threads));
	}
	json_object_set_new_nocheck(object, "out", json_integer((json_int_t)figures->out));
	json_object_set_new_nocheck(object, "out_rate", json_integer(figures->out_rate));
	json_object_set_new_nocheck(object, "last_output",
				    json_real((double)figures->last_output / (double)SECOND_US));
	push_append_json(json, object);
}

static void
append_host(struct buf *json, const struct sampler_host *host)
{
	buf_printf(json,
		   "],\"load\":[%.2f,%.2f,%.2f],\"mem_total\":%" PRId64 ",\"mem_available\":%" PRId64 "}",
		   host->load[0], host->load[1], host->load[2], host->mem_total, host->mem_available);
}

/* The next process in table order, NULL at the end. */
static const struct process *
next_process(const struct process_table *t, struct push_cursor *at)
{
	for (; at->group < t->ngroups; at->group++, at->process = 0)
		if (at->process < t->groups[at->group]->nprocs)
			return &t->groups[at->group]->procs[at->process++];
	return NULL;
}

/* What the process uses and writes, when the stream has to be told. Of one that does not run there is something to tell when it
   has written. */
static bool
has_news(struct push_metrics *m, const struct sampler *sampler, const struct process *p, struct told *figures)
{
	const struct sampler_usage *usage = sampler_usage(sampler, p);

	*figures = (struct told){.out = p->output_bytes, .last_output = p->last_output};
	if (usage != NULL && p->pid != 0) {
		/* Tenths of a percent are enough, and short. */
		figures->pid = p->pid;
		figures->tenths = (int64_t)(usage->cpu * 10 + 0.5);
		figures->rss = usage->rss;
		figures->threads = usage->threads;
		figures->out_rate = (int64_t)(usage->out_rate + 0.5);
	} else if (figures->out == 0) {
		return false;
	}
	return note(m, p, figures);
}

bool
push_render_metrics(struct push_stream *s, struct buf *out)
{
	const struct daemon *d = s->push->d;
	struct push_cursor *at = &s->metrics_cursor;
	bool news = at->group == 0 && at->process == 0 && note_host(s->told, sampler_host(d->sampler));
	struct buf *json = &s->push->json;
	const struct process *p;
	struct told figures;
	bool any = false;

	buf_clear(json);
	buf_puts(json, "{\"processes\":[");
	while (json->len < BATCH_BYTES && (p = next_process(&d->table, at)) != NULL) {
		if (!has_news(s->told, d->sampler, p, &figures))
			continue;
		if (any)
			buf_putc(json, ',');
		append_process(json, p, &figures);
		any = true;
	}
	if (any || news) {
		append_host(json, sampler_host(d->sampler));
		sse_write(out, "metrics", NULL, json->data, json->len);
	}
	return at->group < d->table.ngroups;
}
