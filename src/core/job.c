/* job.c: see job.h. */
#include "autoconf.h"

#include "core/job.h"

#include <assert.h>
#include <stdlib.h>

#include "base/xmalloc.h"
#include "core/process_table.h"

void
job_list_init(struct job_list *list, enum job_kind kind, struct process *const *procs, size_t n,
	      const struct now *now)
{
	*list = (struct job_list){
	    .kind = kind,
	    .begun = now->mono,
	    .members = xcalloc(n, sizeof(struct job_member)),
	    .n = n,
	    .pending = n,
	};
	for (size_t i = 0; i < n; i++) {
		const struct process *p = procs[i];

		list->members[i] = (struct job_member){
		    .result = {.group = xstrdup(p->group->name), .name = xstrdup(p->name)},
		};
	}
}

void
job_list_release(struct job_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		struct job_result *r = &list->members[i].result;

		free(r->group);
		free(r->name);
		free(r->text);
	}
	free(list->members);
	*list = (struct job_list){0};
}

/* A start has failed as soon as there is a spawnerr, also when the process tries again by itself. */
static enum fault
start_verdict(const struct process *p)
{
	if (p->spawnerr != NULL)
		return FAULT_SPAWN_ERROR;
	switch (p->state) {
	case PROCESS_STARTING:
		return FAULT_NONE;
	case PROCESS_RUNNING:
		return FAULT_SUCCESS;
	case PROCESS_STOPPED:
	case PROCESS_BACKOFF:
	case PROCESS_STOPPING:
	case PROCESS_EXITED:
	case PROCESS_FATAL:
	case PROCESS_UNKNOWN:
	case PROCESS_NSTATES:
		break;
	}
	return FAULT_ABNORMAL_TERMINATION;
}

enum fault
job_verdict(enum job_kind kind, const struct process *p)
{
	switch (kind) {
	case JOB_START:
		return start_verdict(p);
	case JOB_STOP:
	case JOB_END:
		return process_state_is_stopped(p->state) ? FAULT_SUCCESS : FAULT_NONE;
	}
	return FAULT_NONE;
}

void
job_list_settle(struct job_list *list, size_t member, enum fault status, const char *text,
		const struct now *now)
{
	struct job_member *m = &list->members[member];

	assert(member < list->n && status != FAULT_NONE);
	if (m->settled)
		return;
	m->settled = true;
	m->settled_at = now->mono;
	m->result.status = status;
	m->result.text = text != NULL ? xstrdup(text) : NULL;
	list->pending--;
}

static int64_t
seconds_until(const struct job_list *list, const struct job_member *m)
{
	return (m->settled_at - list->begun) / SECOND_US;
}

static int
compare_int64(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
compare_members(const void *va, const void *vb, void *arg)
{
	const struct job_member *a = *(const struct job_member *const *)va;
	const struct job_member *b = *(const struct job_member *const *)vb;
	const struct job_list *list = arg;
	int order = 0;

	if (!list->in_order)
		order = compare_int64(a->result.status == FAULT_SUCCESS, b->result.status == FAULT_SUCCESS);
	if (order == 0 && !list->in_order)
		order = compare_int64(seconds_until(list, a), seconds_until(list, b));
	return order != 0 ? order : compare_int64(a - list->members, b - list->members);
}

struct job_result *
job_list_results(const struct job_list *list)
{
	struct job_result *results = xcalloc(list->n, sizeof(*results));
	struct job_member **sorted = xcalloc(list->n, sizeof(*sorted));

	for (size_t i = 0; i < list->n; i++)
		sorted[i] = &list->members[i];
	qsort_r(sorted, list->n, sizeof(*sorted), compare_members, (void *)(uintptr_t)list);
	for (size_t i = 0; i < list->n; i++)
		results[i] = sorted[i]->result;
	free(sorted);
	return results;
}
