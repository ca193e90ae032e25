/* test_sampler.c: reading /proc, and the sampler on this very program and its children. */
#include "autoconf.h"

#include <event2/event.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "daemon/daemon.h"
#include "daemon/procfs.h"
#include "daemon/sampler.h"

void
daemon_tick(struct daemon *d)
{
	clock_read(&d->now);
}

static void
test_stat_lines(void **state)
{
	char good[] =
	    "4711 (a) b (c) S 17 4711 17 0 -1 4194304 1 2 3 4 50 7 8 9 20 0 3 0 123456 1000000 25 1 2";
	static const char *const bad[] = {"",        "12",       "12 (x",          "12 (x)",
					  "12 (x) ", "12 (x) S", "12 (x) S 1 2 3", "12 (x) S a"};
	struct procfs_entry e;

	(void)state;
	assert_true(procfs_parse_stat(good, &e));
	assert_int_equal(e.pid, 4711);
	assert_int_equal(e.ppid, 17);
	assert_int_equal(e.ticks, 57);
	assert_int_equal(e.threads, 3);
	assert_int_equal(e.starttime, 123456);
	assert_int_equal(e.rss, 25 * sysconf(_SC_PAGESIZE));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char *line = xstrdup(bad[i]);

		assert_false(procfs_parse_stat(line, &e));
		free(line);
	}
}

static void
test_reads_proc(void **state)
{
	struct buf command = BUF_INIT(4096);
	struct procfs_table t;
	const struct procfs_entry *e;
	int64_t total, available;

	(void)state;
	assert_true(procfs_read(&t));
	e = procfs_find(&t, getpid());
	assert_non_null(e);
	assert_int_equal(e->ppid, getppid());
	assert_true(e->rss > 100000);
	assert_true(procfs_uptime() >= e->starttime);
	assert_true(procfs_average_cpu(e, procfs_uptime()) >= 0);
	assert_true(procfs_average_cpu(e, 0) == 0);
	assert_null(procfs_find(&t, -1));
	procfs_release(&t);
	assert_true(procfs_command(getpid(), &command));
	assert_non_null(strstr(buf_str(&command), "test_sampler"));
	assert_false(procfs_command(-1, &command));
	buf_release(&command);
	procfs_memory(&total, &available);
	assert_true(total > available && available > 0);
}

struct fixture {
	struct daemon d;
	struct group_config *config;
	struct process *child, *idle;
	pid_t pid, grandchild;
};

/* A child with a child of its own, which uses the CPU. */
static void
make_family(struct fixture *f)
{
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	f->pid = fork();
	assert_true(f->pid >= 0);
	if (f->pid == 0) {
		pid_t busy = fork();

		if (busy == 0)
			for (;;)
				;
		(void)!write(fds[1], &busy, sizeof(busy));
		for (;;)
			pause();
	}
	assert_int_equal(read(fds[0], &f->grandchild, sizeof(f->grandchild)), sizeof(f->grandchild));
	close(fds[0]);
	close(fds[1]);
}

static int
setup(void **state)
{
	static const char *const names[] = {"child", "idle"};
	struct fixture *f = xcalloc(1, sizeof(*f));
	struct group *g;

	f->d.base = event_base_new();
	process_table_init(&f->d.table);
	f->config = xcalloc(1, sizeof(*f->config));
	f->config->refs = 1;
	f->config->name = xstrdup("g");
	f->config->nprocs = 2;
	f->config->procs = xcalloc(2, sizeof(*f->config->procs));
	for (size_t i = 0; i < 2; i++)
		f->config->procs[i].name = xstrdup(names[i]);
	g = process_table_add(&f->d.table, f->config);
	group_config_unref(f->config);
	f->child = &g->procs[0];
	f->idle = &g->procs[1];
	make_family(f);
	f->child->pid = f->pid;
	daemon_tick(&f->d);
	f->d.sampler = sampler_new(&f->d);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	kill(f->grandchild, SIGKILL);
	kill(f->pid, SIGKILL);
	waitpid(f->pid, NULL, 0);
	sampler_free(f->d.sampler);
	process_table_release(&f->d.table);
	event_base_free(f->d.base);
	free(f);
	return 0;
}

static void
count_cb(void *arg)
{
	(*(int *)arg)++;
}

static void
test_samples_a_family(void **state)
{
	struct fixture *f = *state;
	int told = 0, seldom = 0;
	struct sampler_subscription *sub, *other;
	const struct sampler_usage *usage;

	assert_null(sampler_usage(f->d.sampler, f->child));
	sub = sampler_subscribe(f->d.sampler, 0, count_cb, &told);
	other = sampler_subscribe(f->d.sampler, 3600 * SECOND_US, count_cb, &seldom);
	event_base_loop(f->d.base, EVLOOP_ONCE);
	assert_int_equal(told, 1);
	assert_int_equal(seldom, 1);
	assert_null(sampler_usage(f->d.sampler, f->idle));
	usage = sampler_usage(f->d.sampler, f->child);
	assert_non_null(usage);
	assert_true(usage->cpu == 0);
	assert_int_equal(usage->threads, 2);
	assert_true(usage->rss > 0);
	assert_true(usage->out_rate == 0);
	f->child->output_bytes = 1000000;
	event_base_loop(f->d.base, EVLOOP_ONCE);
	assert_int_equal(told, 2);
	assert_int_equal(seldom, 1);
	usage = sampler_usage(f->d.sampler, f->child);
	/* When the first sample came late the second comes sooner than a second after it, and the rate is higher. */
	assert_true(usage->out_rate > 0);
	assert_int_equal(usage->out, 1000000);
	/* On a machine with much else to do the family may get its turn later. */
	for (int n = 3; usage->cpu <= 1; n++) {
		assert_true(n < 30);
		event_base_loop(f->d.base, EVLOOP_ONCE);
		assert_int_equal(told, n);
		assert_int_equal(seldom, 1);
		usage = sampler_usage(f->d.sampler, f->child);
	}
	assert_true(usage->cpu < 150);
	assert_true(sampler_host(f->d.sampler)->mem_total > 0);
	sampler_unsubscribe(sub);
	sampler_unsubscribe(other);
	sampler_unsubscribe(NULL);
	/* Nobody asks any more: nothing is kept, and no timer runs. */
	assert_null(sampler_usage(f->d.sampler, f->child));
	assert_int_equal(event_base_get_num_events(f->d.base, EVENT_BASE_COUNT_ADDED), 0);
}

struct leaver {
	struct sampler_subscription *sub;
	int told;
};

static void
leave_cb(void *arg)
{
	struct leaver *leaver = arg;

	leaver->told++;
	sampler_unsubscribe(leaver->sub);
}

static void
test_unsubscribing_when_told(void **state)
{
	struct fixture *f = *state;
	struct leaver a = {0}, b = {0};

	a.sub = sampler_subscribe(f->d.sampler, SECOND_US, leave_cb, &a);
	b.sub = sampler_subscribe(f->d.sampler, SECOND_US, leave_cb, &b);
	event_base_loop(f->d.base, EVLOOP_ONCE);
	assert_int_equal(a.told, 1);
	assert_int_equal(b.told, 1);
	assert_int_equal(event_base_get_num_events(f->d.base, EVENT_BASE_COUNT_ADDED), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_stat_lines),
	    cmocka_unit_test(test_reads_proc),
	    cmocka_unit_test_setup_teardown(test_samples_a_family, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_unsubscribing_when_told, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
