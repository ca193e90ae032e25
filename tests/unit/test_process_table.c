/* test_process_table.c: names, orders, descriptions, and the waiting for many (process, process_table, job).
 */
#include "autoconf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "core/job.h"
#include "core/process_table.h"

/* Configurations: "name:priority" each. They belong to the test, which keeps one reference. */

struct made_group {
	struct group_config config;
	struct process_config procs[8];
};

static struct made_group *
make_group(const char *name, int priority, const char *const *members)
{
	struct made_group *g = xcalloc(1, sizeof(*g));

	g->config.refs = 1;
	g->config.name = xstrdup(name);
	g->config.priority = priority;
	g->config.procs = g->procs;
	for (; members[g->config.nprocs] != NULL; g->config.nprocs++) {
		const char *member = members[g->config.nprocs], *colon = strchr(member, ':');

		g->procs[g->config.nprocs].name = xstrndup(member, (size_t)(colon - member));
		g->procs[g->config.nprocs].priority = (int)strtol(colon + 1, NULL, 10);
	}
	return g;
}

static void
free_group(struct made_group *g)
{
	assert_int_equal(g->config.refs, 1);
	for (size_t i = 0; i < g->config.nprocs; i++)
		free(g->procs[i].name);
	free(g->config.name);
	free(g);
}

/* Three groups, in the order of a configuration by priority and name. */
struct world {
	struct process_table t;
	struct made_group *web, *db, *solo;
};

static int
setup(void **state)
{
	struct world *w = xcalloc(1, sizeof(*w));

	w->db = make_group("db", 5, (const char *const[]){"slave:2", "master:1", NULL});
	w->solo = make_group("solo", 10, (const char *const[]){"solo:10", NULL});
	w->web = make_group("web", 10, (const char *const[]){"web_0:999", "web_1:999", "a:999", NULL});
	process_table_init(&w->t);
	process_table_add(&w->t, &w->db->config);
	process_table_add(&w->t, &w->solo->config);
	process_table_add(&w->t, &w->web->config);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	process_table_release(&w->t);
	free_group(w->web);
	free_group(w->db);
	free_group(w->solo);
	free(w);
	return 0;
}

static void
assert_order(struct process **procs, size_t n, const char *want)
{
	struct buf got = BUF_INIT(1024);

	for (size_t i = 0; i < n; i++) {
		char *spec = process_namespec(procs[i]);

		buf_printf(&got, "%s%s", i > 0 ? " " : "", spec);
		free(spec);
	}
	assert_string_equal(buf_str(&got), want);
	buf_release(&got);
	free(procs);
}

static void
test_orders(void **state)
{
	struct world *w = *state;
	struct process **procs;
	size_t n;

	procs = process_table_all(&w->t, ORDER_NAME, &n);
	assert_order(procs, n, "db:master db:slave solo web:a web:web_0 web:web_1");
	procs = process_table_all(&w->t, ORDER_PRIORITY, &n);
	assert_order(procs, n, "db:master db:slave solo web:web_0 web:web_1 web:a");
	procs = process_table_members(process_table_group(&w->t, "db"), ORDER_PRIORITY, &n);
	assert_order(procs, n, "db:master db:slave");
	procs = process_table_members(process_table_group(&w->t, "db"), ORDER_NAME, &n);
	assert_order(procs, n, "db:master db:slave");
}

/* A group that is added later comes behind those of the same priority. */
static void
test_add_and_remove(void **state)
{
	struct world *w = *state;
	struct process **procs;
	uint64_t id = process_table_find(&w->t, "solo", "solo")->id;
	size_t n;

	assert_null(process_table_add(&w->t, &w->solo->config));
	process_table_remove(&w->t, process_table_group(&w->t, "solo"));
	assert_null(process_table_group(&w->t, "solo"));
	assert_null(process_table_find(&w->t, "solo", "solo"));
	assert_int_equal(w->t.nprocs, 5);
	assert_int_equal(process_table_group(&w->t, "web")->index, 1);
	assert_non_null(process_table_add(&w->t, &w->solo->config));
	assert_true(process_table_find(&w->t, "solo", "solo")->id > id);
	procs = process_table_all(&w->t, ORDER_PRIORITY, &n);
	assert_order(procs, n, "db:master db:slave web:web_0 web:web_1 web:a solo");
}

/* Goes through the table from a cursor; what it meets, as a text that is good until the next call. */
static const char *
walk(struct world *w, struct process_cursor *at, size_t most)
{
	static char met[256];
	const struct process *p;

	met[0] = '\0';
	while (most-- > 0 && (p = process_table_next(&w->t, at)) != NULL)
		snprintf(met + strlen(met), sizeof(met) - strlen(met), "%s ", p->name);
	return met;
}

static void
test_cursor(void **state)
{
	struct process_cursor at = {0};
	struct world *w = *state;

	assert_string_equal(walk(w, &at, 100), "slave master solo web_0 web_1 a ");
	assert_string_equal(walk(w, &at, 100), "");
	/* What comes is met, though the end was reached. */
	process_table_remove(&w->t, process_table_group(&w->t, "solo"));
	process_table_add(&w->t, &w->solo->config);
	assert_string_equal(walk(w, &at, 100), "solo ");
}

/* Groups before, at and after the place go: nothing is met twice, nothing that stays is left out. */
static void
test_cursor_while_groups_go(void **state)
{
	static const struct {
		const char *gone;
		size_t met;
		const char *rest;
	} rows[] = {
	    {"db", 0, "solo web_0 web_1 a "},
	    {"db", 1, "solo web_0 web_1 a "},
	    {"db", 3, "web_0 web_1 a "},
	    {"db", 4, "web_1 a "},
	    {"solo", 2, "web_0 web_1 a "},
	    {"solo", 3, "web_0 web_1 a "},
	    {"web", 1, "master solo "},
	    {"web", 4, ""},
	    {"db", 6, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct process_cursor at = {0};
		struct world *w;
		void *made;

		setup(&made);
		w = made;
		walk(w, &at, rows[i].met);
		process_table_remove(&w->t, process_table_group(&w->t, rows[i].gone));
		assert_string_equal(walk(w, &at, 100), rows[i].rest);
		teardown(&made);
	}
}

static void
test_lookup(void **state)
{
	static const struct {
		const char *name;
		const char *group, *process; /* NULL: none */
	} cases[] = {
	    {"solo", "solo", "solo"},  {"solo:solo", "solo", "solo"},
	    {"web:*", "web", NULL},    {"web:", "web", NULL},
	    {"web:a", "web", "a"},     {"web", NULL, NULL},
	    {"web_0", NULL, NULL},     {"a:b:c", NULL, NULL},
	    {"", NULL, NULL},          {":", NULL, NULL},
	    {"*", NULL, NULL},         {":b", NULL, NULL},
	    {"web:web_*", NULL, NULL}, {"Solo", NULL, NULL},
	    {" solo", NULL, NULL},     {"db:master:x", NULL, NULL},
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct namespec found = process_table_lookup(&w->t, cases[i].name);

		if (cases[i].group == NULL)
			assert_null(found.group);
		else
			assert_string_equal(found.group->name, cases[i].group);
		if (cases[i].process == NULL)
			assert_null(found.process);
		else
			assert_string_equal(found.process->name, cases[i].process);
	}
}

static void
assert_description(const struct process *p, int64_t now, const char *want)
{
	char *text = process_description(p, now);

	assert_string_equal(text, want);
	free(text);
}

static void
test_descriptions(void **state)
{
	struct world *w = *state;
	struct process *p = process_table_find(&w->t, "web", "a");

	setenv("TZ", "UTC", 1);
	tzset();
	assert_description(p, 100, "Not started");
	p->state = PROCESS_RUNNING;
	p->pid = 42;
	p->laststart = 100 * SECOND_US + 999999;
	assert_description(p, 102, "pid 42, uptime 0:00:02");
	assert_description(p, 100 + 86400, "pid 42, uptime 1 day, 0:00:00");
	assert_description(p, 50, "pid 42, uptime 0:00:00");
	p->state = PROCESS_STOPPED;
	p->pid = 0;
	assert_description(p, 200, "Jan 01 12:00 AM");
	p->laststop = 1795637100 * SECOND_US;
	p->state = PROCESS_EXITED;
	assert_description(p, 200, "Nov 25 08:05 PM");
	p->state = PROCESS_FATAL;
	assert_description(p, 200, "unknown error (try \"tail a\")");
	p->spawnerr = xstrdup("can't find command 'x'");
	p->state = PROCESS_BACKOFF;
	assert_description(p, 200, "can't find command 'x'");
	p->state = PROCESS_STARTING;
	assert_description(p, 200, "");
	p->state = PROCESS_STOPPING;
	assert_description(p, 200, "");
	p->state = PROCESS_UNKNOWN;
	assert_description(p, 200, "");
}

/* What page, screen and stream call ill: one rule, on what any daemon tells. */
static void
test_what_is_ill(void **state)
{
	static const bool always[PROCESS_NSTATES] = {
	    [PROCESS_BACKOFF] = true,
	    [PROCESS_FATAL] = true,
	    [PROCESS_UNKNOWN] = true,
	};

	(void)state;
	for (int st = 0; st < PROCESS_NSTATES; st++) {
		assert_int_equal(process_state_is_ill((enum process_state)st, NULL), always[st]);
		assert_int_equal(process_state_is_ill((enum process_state)st, ""), always[st]);
		assert_int_equal(process_state_is_ill((enum process_state)st, "Bad exit code 2"),
				 always[st] || st == PROCESS_EXITED);
	}
}

static void
test_states_and_causes(void **state)
{
	static const int codes[PROCESS_NSTATES] = {0, 10, 20, 30, 40, 100, 200, 1000};

	(void)state;
	for (int s = 0; s < PROCESS_NSTATES; s++) {
		enum process_state st = (enum process_state)s;

		assert_int_equal(process_state_code(st), codes[s]);
		assert_true(strlen(process_state_name(st)) > 0);
		assert_int_equal(process_state_is_running(st), codes[s] >= 10 && codes[s] <= 30);
		assert_int_equal(process_state_is_stopped(st), codes[s] == 0 || codes[s] >= 100);
		assert_int_equal(process_state_is_signallable(st),
				 codes[s] == 10 || codes[s] == 20 || codes[s] == 40);
	}
	for (int c = CAUSE_NONE; c <= CAUSE_EXIT; c++)
		assert_non_null(process_cause_name((enum process_cause)c));
}

/* Jobs */

static void
test_verdicts(void **state)
{
	struct process p = {0};

	(void)state;
	for (int s = 0; s < PROCESS_NSTATES; s++) {
		p.state = (enum process_state)s;
		p.spawnerr = NULL;
		assert_int_equal(job_verdict(JOB_START, &p), s == PROCESS_STARTING ? FAULT_NONE
							     : s == PROCESS_RUNNING
								 ? FAULT_SUCCESS
								 : FAULT_ABNORMAL_TERMINATION);
		assert_int_equal(job_verdict(JOB_STOP, &p),
				 process_state_is_stopped(p.state) ? FAULT_SUCCESS : FAULT_NONE);
		p.spawnerr = (char[]){"x"};
		assert_int_equal(job_verdict(JOB_START, &p), FAULT_SPAWN_ERROR);
	}
}

/* Failures first, then by whole seconds, then by priority and name. */
static void
test_result_order(void **state)
{
	struct world *w = *state;
	struct now now = {.mono = 7 * SECOND_US + 900000};
	struct process **procs;
	struct job_list list;
	struct job_result *results;
	struct buf got = BUF_INIT(1024);
	size_t n;

	procs = process_table_all(&w->t, ORDER_PRIORITY, &n);
	job_list_init(&list, JOB_START, procs, n, &now);
	assert_int_equal(list.pending, 6);
	/* db:master db:slave solo web:web_0 web:web_1 web:a */
	now.mono += SECOND_US / 2;
	job_list_settle(&list, 4, FAULT_SUCCESS, NULL, &now);
	now.mono += SECOND_US / 4;
	job_list_settle(&list, 1, FAULT_SUCCESS, NULL, &now);
	job_list_settle(&list, 1, FAULT_FAILED, "too late", &now);
	now.mono += SECOND_US;
	job_list_settle(&list, 0, FAULT_SUCCESS, NULL, &now);
	job_list_settle(&list, 3, FAULT_NO_FILE, "can't find it", &now);
	job_list_settle(&list, 5, FAULT_SPAWN_ERROR, NULL, &now);
	assert_int_equal(list.pending, 1);
	job_list_settle(&list, 2, FAULT_SUCCESS, NULL, &now);
	assert_int_equal(list.pending, 0);
	results = job_list_results(&list);
	for (size_t i = 0; i < n; i++)
		buf_printf(&got, "%s:%s %d %s\n", results[i].group, results[i].name, (int)results[i].status,
			   results[i].text != NULL ? results[i].text : "-");
	assert_string_equal(buf_str(&got), "web:web_0 20 can't find it\n"
					   "web:a 50 -\n"
					   "db:slave 80 -\n"
					   "web:web_1 80 -\n"
					   "db:master 80 -\n"
					   "solo:solo 80 -\n");
	buf_release(&got);
	free(results);
	free(procs);
	job_list_release(&list);
}

static void
test_empty_job(void **state)
{
	struct now now = {0};
	struct job_list list;
	struct job_result *results;

	(void)state;
	job_list_init(&list, JOB_STOP, NULL, 0, &now);
	assert_int_equal(list.pending, 0);
	results = job_list_results(&list);
	free(results);
	job_list_release(&list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_orders, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_add_and_remove, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_cursor, setup, teardown),
	    cmocka_unit_test(test_cursor_while_groups_go),
	    cmocka_unit_test_setup_teardown(test_lookup, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_descriptions, setup, teardown),
	    cmocka_unit_test(test_states_and_causes),
	    cmocka_unit_test(test_what_is_ill),
	    cmocka_unit_test(test_verdicts),
	    cmocka_unit_test_setup_teardown(test_result_order, setup, teardown),
	    cmocka_unit_test(test_empty_job),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
