/* test_push_metrics.c: which figures of a sample a stream is told. The samples are played by this file. */
#include "autoconf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/process_table.h"
#include "daemon/daemon.h"
#include "daemon/push_stream.h"
#include "daemon/sampler.h"

#define N 3

static struct sampler_usage usages[N];
static struct sampler_host host;
static char names[N][2] = {"a", "b", "c"};

const struct sampler_usage *
sampler_usage(const struct sampler *s, const struct process *p)
{
	(void)s;
	return p->pid != 0 ? &usages[p->id] : NULL;
}

const struct sampler_host *
sampler_host(const struct sampler *s)
{
	(void)s;
	return &host;
}

void
push_append_json(struct buf *out, json_t *object)
{
	buf_puts(out, json_string_value(json_object_get(object, "name")));
	json_decref(object);
}

struct fixture {
	struct daemon d;
	struct group group, *groups[1];
	struct process procs[N];
	struct push push;
	struct push_stream s;
	struct buf out;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	for (size_t i = 0; i < N; i++) {
		f->procs[i] =
		    (struct process){.group = &f->group, .name = names[i], .id = i, .pid = 100 + (pid_t)i};
		usages[i] = (struct sampler_usage){.cpu = 1, .rss = 100000, .threads = 2};
	}
	host = (struct sampler_host){.load = {0.1, 0.2, 0.3}, .mem_total = 1000000, .mem_available = 500000};
	f->group = (struct group){.name = "g", .procs = f->procs, .nprocs = N};
	f->groups[0] = &f->group;
	f->d.table = (struct process_table){.groups = f->groups, .ngroups = 1};
	f->push.d = &f->d;
	f->s = (struct push_stream){.push = &f->push, .told = push_metrics_new()};
	buf_init(&f->push.json, 1 << 20);
	buf_init(&f->out, 1 << 20);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	push_metrics_free(f->s.told);
	buf_release(&f->push.json);
	buf_release(&f->out);
	free(f);
	return 0;
}

/* The names that the next sample has, "" when it has none, NULL when there is no event. */
static const char *
sample(struct fixture *f)
{
	static char text[64];
	const char *at;

	f->s.metrics_cursor = (struct push_cursor){0};
	buf_clear(&f->out);
	while (push_render_metrics(&f->s, &f->out))
		;
	at = strstr(buf_str(&f->out), "\"processes\":[");
	if (at == NULL)
		return NULL;
	at = strchr(at, '[') + 1;
	snprintf(text, sizeof(text), "%.*s", (int)strcspn(at, "]"), at);
	return text;
}

static void
test_at_rest_nothing_is_sent(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(sample(f), "a,b,c");
	assert_null(sample(f));
	push_metrics_forget(f->s.told); /* a snapshot */
	assert_string_equal(sample(f), "a,b,c");
	assert_null(sample(f));
}

static void
test_what_can_be_seen(void **state)
{
	struct fixture *f = *state;

	sample(f);
	usages[0].cpu = 1.04;
	usages[1].rss = 100999;
	assert_null(sample(f));
	usages[0].cpu = 1.06;
	assert_string_equal(sample(f), "a");
	usages[1].rss = 101000;
	assert_string_equal(sample(f), "b");
	usages[1].rss = 99991;
	usages[2].threads = 3;
	assert_string_equal(sample(f), "c");
	usages[1].rss = 99990; /* from what was told, in small steps or in one */
	assert_string_equal(sample(f), "b");
	assert_null(sample(f));
}

static void
test_the_host(void **state)
{
	struct fixture *f = *state;

	sample(f);
	host.load[2] = 0.34;
	host.mem_available = 509999;
	assert_null(sample(f));
	host.load[2] = 0.36;
	assert_string_equal(sample(f), "");
	host.mem_available = 519999;
	assert_string_equal(sample(f), "");
	assert_null(sample(f));
}

static void
test_a_new_run_is_told(void **state)
{
	struct fixture *f = *state;

	sample(f);
	f->procs[1].pid = 0;
	assert_null(sample(f));
	f->procs[1].pid = 200;
	assert_string_equal(sample(f), "b");
	push_metrics_group_leaves(f->s.told, &f->group);
	assert_string_equal(sample(f), "a,b,c");
}

static void
test_output(void **state)
{
	struct fixture *f = *state;

	f->procs[1].pid = 0;
	assert_string_equal(sample(f), "a,c");
	/* A sample in which it wrote, and the one after it, in which its rate is 0 again. */
	f->procs[0].output_bytes = 600;
	f->procs[0].last_output = 5 * SECOND_US;
	usages[0].out_rate = 200;
	assert_string_equal(sample(f), "a");
	usages[0].out_rate = 0;
	assert_string_equal(sample(f), "a");
	assert_null(sample(f));
	/* The last words of one that has ended. */
	f->procs[0].pid = 0;
	f->procs[0].output_bytes = 610;
	assert_string_equal(sample(f), "a");
	assert_null(sample(f));
	push_metrics_forget(f->s.told);
	assert_string_equal(sample(f), "a,c");
}

#define metrics_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    metrics_test(test_at_rest_nothing_is_sent),
	    metrics_test(test_what_can_be_seen),
	    metrics_test(test_the_host),
	    metrics_test(test_a_new_run_is_told),
	    metrics_test(test_output),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
