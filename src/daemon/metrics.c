/*
 * metrics.c: an answer to GET /metrics, made while its reader takes it.
 *
 * In the text format all samples of a family stand together, so the table of processes is gone through once for each
 * family; and once before, for what /proc knows of them, which is kept until the end (48 bytes for each process that
 * runs). All of it goes in slices: nobody else waits longer than that, and no more than PIECE bytes beyond LOW_WATER wait for
 * a reader. Groups may come and go in between: those that come are left to the next scrape, since a name that was
 * removed and added again would stand in a family twice, which Prometheus refuses.
 *
 * Entered by: the HTTP server (a request, a reader that has taken what there was, or has gone), and one timer for each
 * scrape: its next slice.
 */
#include "autoconf.h"

#include "daemon/metrics.h"

#include <event2/event.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "base/xmalloc.h"
#include "daemon/daemon.h"
#include "daemon/http_stream.h"
#include "daemon/httpd.h"
#include "daemon/metrics_table.h"
#include "daemon/procfs.h"

#define SCRAPES_MAX 16
#define LOW_WATER ((size_t)64 * 1024) /* nothing is made while so much is unsent */
#define PIECE ((size_t)16 * 1024)     /* is sent together */
#define PIECE_MAX ((size_t)1024 * 1024)

enum scrape_phase {
	SCRAPE_GATHER, /* what /proc knows */
	SCRAPE_WRITE,  /* family by family */
	SCRAPE_DONE,
	SCRAPE_BROKEN, /* no memory: the connection is cut, so that nobody takes it for an answer */
};

struct scrape {
	LIST_ENTRY(scrape) link;
	struct metrics *metrics;
	struct http_stream *http;
	struct event *timer; /* the next slice */
	enum scrape_phase phase;
	size_t family; /* WRITE: which one, and whether it has its head */
	bool has_head;
	struct process_cursor at;     /* the next process */
	uint64_t limit;               /* processes from this id on came later */
	struct metrics_usage *usages; /* sorted by id */
	size_t nusages;
	size_t usage; /* the next one, of at or a later process */
	struct metrics_totals totals;
	struct buf piece;
};

struct metrics {
	struct daemon *d;
	LIST_HEAD(scrape_list, scrape) scrapes;
	size_t nscrapes;
};

static const struct process *
next_process(struct scrape *s)
{
	const struct process *p = process_table_next(&s->metrics->d->table, &s->at);

	return p != NULL && p->id < s->limit ? p : NULL;
}

static void
rewind_table(struct scrape *s)
{
	s->at = (struct process_cursor){0};
	s->usage = 0;
}

/* Gathering */

static bool
read_usage(struct metrics_usage *u, uint64_t id, pid_t pid)
{
	struct procfs_entry e;

	if (!procfs_process(pid, &e))
		return false;
	*u = (struct metrics_usage){
	    .id = id,
	    .pid = pid,
	    .ticks = e.ticks,
	    .rss = e.rss,
	    .threads = e.threads,
	    .fds = procfs_descriptors(pid),
	};
	return true;
}

static void
gather_one(struct scrape *s)
{
	const struct process *p = next_process(s);
	struct metrics_usage u;

	if (p == NULL) {
		rewind_table(s);
		s->phase = SCRAPE_WRITE;
		return;
	}
	s->totals.states[p->state]++;
	if (p->pid <= 0 || !read_usage(&u, p->id, p->pid))
		return;
	s->usages = xgrow(s->usages, s->nusages, sizeof(*s->usages));
	s->usages[s->nusages++] = u;
}

/* Writing */

/* Usages are asked for in the order in which they were read. */
static const struct metrics_usage *
usage_of(struct scrape *s, const struct process *p)
{
	while (s->usage < s->nusages && s->usages[s->usage].id < p->id)
		s->usage++;
	if (s->usage == s->nusages || s->usages[s->usage].id != p->id || s->usages[s->usage].pid != p->pid)
		return NULL;
	return &s->usages[s->usage];
}

/* The samples of one process, or of its group when it is the first one there. False: the family is through. */
static bool
write_one(struct scrape *s, const struct metrics_family *f)
{
	struct metrics_out out = {.text = &s->piece, .name = f->name};
	const struct process *p;

	if (f->whole != NULL) {
		f->whole(&out, &s->totals);
		return false;
	}
	p = next_process(s);
	if (p == NULL)
		return false;
	if (f->process != NULL)
		f->process(&out, p, usage_of(s, p));
	else if (p == p->group->procs)
		f->group(&out, p->group);
	return true;
}

static void
write_some(struct scrape *s)
{
	const struct metrics_family *f = &metrics_families[s->family];

	if (!s->has_head) {
		prom_write_head(&s->piece, f->name, f->type, f->help);
		s->has_head = true;
	}
	if (!write_one(s, f)) {
		rewind_table(s);
		s->has_head = false;
		if (++s->family == metrics_nfamilies)
			s->phase = SCRAPE_DONE;
	}
	if (s->piece.failed)
		s->phase = SCRAPE_BROKEN;
}

/* One scrape */

static void
scrape_free(struct scrape *s)
{
	LIST_REMOVE(s, link);
	s->metrics->nscrapes--;
	event_free(s->timer);
	free(s->usages);
	buf_release(&s->piece);
	free(s);
}

static void
scrape_end(struct scrape *s)
{
	http_stream_end(s->http);
	scrape_free(s);
}

static void
flush(struct scrape *s)
{
	http_stream_write(s->http, s->piece.data, s->piece.len);
	buf_clear(&s->piece);
}

static void
step(struct scrape *s)
{
	switch (s->phase) {
	case SCRAPE_GATHER:
		gather_one(s);
		break;
	case SCRAPE_WRITE:
		write_some(s);
		if (s->piece.len >= PIECE && s->phase == SCRAPE_WRITE)
			flush(s);
		break;
	case SCRAPE_DONE:
	case SCRAPE_BROKEN:
		break;
	}
}

/* A slice. The scrape may be gone afterwards. */
static void
scrape_go_on(struct scrape *s)
{
	struct daemon *d = s->metrics->d;
	mono_us began = d->now.mono;
	size_t made = 0;

	event_del(s->timer);
	while (s->phase < SCRAPE_DONE) {
		/* writable_cb goes on. */
		if (http_stream_unsent(s->http) >= LOW_WATER)
			return;
		step(s);
		if (s->phase < SCRAPE_DONE && daemon_slice_is_over(d, began, ++made)) {
			daemon_do_later(s->timer);
			return;
		}
	}
	if (s->phase == SCRAPE_BROKEN) {
		http_stream_abort(s->http);
		return;
	}
	flush(s);
	scrape_end(s);
}

static void
timer_cb(evutil_socket_t fd, short what, void *arg)
{
	struct scrape *s = arg;

	(void)fd;
	(void)what;
	daemon_tick(s->metrics->d);
	scrape_go_on(s);
}

static void
writable_cb(void *arg)
{
	scrape_go_on(arg);
}

static void
closed_cb(void *arg)
{
	scrape_free(arg);
}

static struct scrape *
scrape_new(struct metrics *m)
{
	struct scrape *s = xcalloc(1, sizeof(*s));

	s->metrics = m;
	s->limit = m->d->table.next_id;
	s->timer = evtimer_new(m->d->base, timer_cb, s);
	buf_init(&s->piece, PIECE_MAX);
	s->totals.daemon = m->d;
	read_usage(&s->totals.own, 0, m->d->pid);
	LIST_INSERT_HEAD(&m->scrapes, s, link);
	m->nscrapes++;
	return s;
}

void
metrics_handle(struct daemon *d, struct http_request *r)
{
	static const struct http_stream_callbacks callbacks = {
	    .has_end = true, .writable = writable_cb, .closed = closed_cb};
	static const char *const headers[] = {"Cache-Control", "no-store", NULL};
	bool only_head = http_request_method(r) == HTTP_HEAD;
	struct scrape *s;

	if (d->metrics->nscrapes == SCRAPES_MAX) {
		http_reply_error(r, 503);
		return;
	}
	s = scrape_new(d->metrics);
	s->http = http_stream_start(r, PROM_CONTENT_TYPE, headers, &callbacks, s);
	if (only_head)
		scrape_end(s);
	else
		scrape_go_on(s);
}

/* The room */

struct metrics *
metrics_new(struct daemon *d)
{
	struct metrics *m = xcalloc(1, sizeof(*m));

	m->d = d;
	LIST_INIT(&m->scrapes);
	return m;
}

void
metrics_free(struct metrics *m)
{
	if (m == NULL)
		return;
	while (!LIST_EMPTY(&m->scrapes))
		scrape_end(LIST_FIRST(&m->scrapes));
	free(m);
}
