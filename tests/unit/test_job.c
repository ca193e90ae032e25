/* test_job.c: when a process has settled for who waits, and the order of results. */
#include "autoconf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "core/job.h"
#include "core/process_table.h"

#define TEXT_MAX (1U << 16)

static char why[] = "why";

/* What each kind of job makes of each state; FAULT_NONE: it waits on. */
static const enum fault verdicts[][PROCESS_NSTATES] = {
    [JOB_START] =
	{
	    [PROCESS_STOPPED] = FAULT_ABNORMAL_TERMINATION,
	    [PROCESS_STARTING] = FAULT_NONE,
	    [PROCESS_RUNNING] = FAULT_SUCCESS,
	    [PROCESS_BACKOFF] = FAULT_ABNORMAL_TERMINATION,
	    [PROCESS_STOPPING] = FAULT_ABNORMAL_TERMINATION,
	    [PROCESS_EXITED] = FAULT_ABNORMAL_TERMINATION,
	    [PROCESS_FATAL] = FAULT_ABNORMAL_TERMINATION,
	    [PROCESS_UNKNOWN] = FAULT_ABNORMAL_TERMINATION,
	},
    [JOB_STOP] =
	{
	    [PROCESS_STOPPED] = FAULT_SUCCESS,
	    [PROCESS_STARTING] = FAULT_NONE,
	    [PROCESS_RUNNING] = FAULT_NONE,
	    [PROCESS_BACKOFF] = FAULT_NONE,
	    [PROCESS_STOPPING] = FAULT_NONE,
	    [PROCESS_EXITED] = FAULT_SUCCESS,
	    [PROCESS_FATAL] = FAULT_SUCCESS,
	    [PROCESS_UNKNOWN] = FAULT_SUCCESS,
	},
};

static void
test_verdicts(void **state)
{
	(void)state;
	for (int i = 0; i < PROCESS_NSTATES; i++) {
		struct process p = {.state = (enum process_state)i},
			       failed = {.state = p.state, .spawnerr = why};

		assert_int_equal(job_verdict(JOB_START, &p), verdicts[JOB_START][i]);
		assert_int_equal(job_verdict(JOB_STOP, &p), verdicts[JOB_STOP][i]);
		assert_int_equal(job_verdict(JOB_END, &p), verdicts[JOB_STOP][i]);
		/* A spawnerr ends the waiting for a start, in any state, and says nothing about a stop. */
		assert_int_equal(job_verdict(JOB_START, &failed), FAULT_SPAWN_ERROR);
		assert_int_equal(job_verdict(JOB_STOP, &failed), verdicts[JOB_STOP][i]);
	}
}

static const struct {
	const char *group, *name;
	enum fault status;
	mono_us after; /* when it settled */
} members[] = {
    {"b", "late", FAULT_SUCCESS, 2 * SECOND_US},
    {"b", "z", FAULT_SUCCESS, SECOND_US / 2},
    {"b", "a", FAULT_SUCCESS, SECOND_US / 4},
    {"a", "m", FAULT_SUCCESS, SECOND_US - 1},
    {"c", "first", FAULT_SUCCESS, SECOND_US - 1},
    {"z", "failed", FAULT_SPAWN_ERROR, 5 * SECOND_US},
    {"a", "l", FAULT_SUCCESS, 0},
};
#define N (sizeof(members) / sizeof(members[0]))

/* Failures, then by whole seconds, then in the order of the members. */
static void
test_order_of_results(void **state)
{
	struct group groups[N] = {0};
	struct process procs[N] = {0}, *list[N];
	struct now now = {.mono = 100 * SECOND_US};
	struct buf order = BUF_INIT(TEXT_MAX);
	struct job_list job;
	struct job_result *results;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		groups[i] = (struct group){.name = members[i].group};
		procs[i] = (struct process){.group = &groups[i], .name = members[i].name};
		list[i] = &procs[i];
	}
	job_list_init(&job, JOB_START, list, N, &now);
	for (size_t i = 0; i < N; i++) {
		struct now then = {.mono = now.mono + members[i].after};

		assert_int_equal(job.pending, N - i);
		job_list_settle(&job, i, members[i].status, members[i].status == FAULT_SUCCESS ? NULL : why,
				&then);
		/* A second answer changes nothing. */
		job_list_settle(&job, i, FAULT_FAILED, "no", &now);
	}
	assert_int_equal(job.pending, 0);
	results = job_list_results(&job);
	for (size_t i = 0; i < N; i++)
		buf_printf(&order, "%s:%s %d%s%s\n", results[i].group, results[i].name,
			   (int)results[i].status, results[i].text != NULL ? " " : "",
			   results[i].text != NULL ? results[i].text : "");
	assert_string_equal(buf_str(&order),
			    "z:failed 50 why\nb:z 80\nb:a 80\na:m 80\nc:first 80\na:l 80\nb:late 80\n");
	free(results);
	/* Who did not wait for anything is told of all in the order in which it was done. */
	job.in_order = true;
	results = job_list_results(&job);
	for (size_t i = 0; i < N; i++)
		assert_string_equal(results[i].name, members[i].name);
	free(results);
	job_list_release(&job);
	buf_release(&order);
}

static void
test_nobody(void **state)
{
	struct now now = {0};
	struct job_list job;
	struct job_result *results;

	(void)state;
	job_list_init(&job, JOB_STOP, NULL, 0, &now);
	assert_int_equal(job.pending, 0);
	results = job_list_results(&job);
	free(results);
	job_list_release(&job);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_verdicts),
	    cmocka_unit_test(test_order_of_results),
	    cmocka_unit_test(test_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
