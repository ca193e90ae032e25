/* test_history.c: the ring of transitions: wrapping, resuming from a number that has left, chains, writing
 * out. */
#include "autoconf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/xmalloc.h"
#include "core/history.h"
#include "core/process_table.h"

static uint64_t
add(struct history *h, const char *group, const char *name, const char *spawnerr, int64_t tries)
{
	const struct history_record r = {
	    .kind = HISTORY_STATE,
	    .process = 7,
	    .group = group,
	    .name = name,
	    .spawnerr = spawnerr,
	    .who = tries % 3 == 0   ? "anna (pid 4711)"
		   : tries % 3 == 1 ? ""
				    : NULL,
	    .time = 1000000 * tries,
	    .start = 5,
	    .stop = -6,
	    .next_try = 12,
	    .tries = tries,
	    .starts = 3,
	    .lost_bytes = UINT64_MAX,
	    .pid = 4711,
	    .exitstatus = -1,
	    .signal = 9,
	    .from = PROCESS_STARTING,
	    .to = PROCESS_BACKOFF,
	    .cause = CAUSE_CRASH,
	    .failed = true,
	    .log_total = {INT64_C(1) << 40, -1},
	};

	return history_append(h, &r);
}

static void
test_empty(void **state)
{
	struct history *h = history_new(4);
	struct history_record r;

	(void)state;
	assert_int_equal(history_newest(h), 0);
	assert_int_equal(history_oldest(h), 1);
	assert_false(history_get(h, 0, &r));
	assert_false(history_get(h, 1, &r));
	assert_int_equal(history_newest_of(h, "a", "b"), 0);
	assert_int_equal(history_before(h, 1), 0);
	history_free(h);
	history_free(NULL);
}

static void
test_wraps(void **state)
{
	struct history *h = history_new(4);
	struct history_record r;

	(void)state;
	for (int i = 1; i <= 11; i++) {
		assert_int_equal(add(h, "g", i % 2 ? "odd" : "even", i == 11 ? "" : "why", i), i);
		assert_int_equal(history_newest(h), i);
		assert_int_equal(history_oldest(h), i < 4 ? 1 : i - 3);
	}
	assert_false(history_get(h, 7, &r));
	assert_false(history_get(h, 12, &r));
	assert_true(history_get(h, 8, &r));
	assert_int_equal(r.seq, 8);
	assert_string_equal(r.group, "g");
	assert_string_equal(r.name, "even");
	assert_string_equal(r.spawnerr, "why");
	assert_int_equal(r.tries, 8);
	assert_true(history_get(h, 11, &r));
	assert_string_equal(r.spawnerr, "");
	history_free(h);
}

static void
test_chains(void **state)
{
	struct history *h = history_new(5);

	(void)state;
	add(h, "g", "a", "", 1); /* 1 */
	add(h, "g", "b", "", 1); /* 2 */
	add(h, "g", "a", "", 2); /* 3 */
	add(h, "a", "g", "", 1); /* 4 */
	assert_int_equal(history_newest_of(h, "g", "a"), 3);
	assert_int_equal(history_before(h, 3), 1);
	assert_int_equal(history_before(h, 1), 0);
	assert_int_equal(history_newest_of(h, "a", "g"), 4);
	assert_true(history_superseded(h, 1));
	assert_false(history_superseded(h, 2));
	assert_false(history_superseded(h, 3));
	add(h, "g", "c", "", 1); /* 5 */
	add(h, "g", "c", "", 1); /* 6: 1 leaves */
	assert_int_equal(history_before(h, 3), 0);
	add(h, "g", "c", "", 1); /* 7: 2, the only one of b, leaves */
	assert_int_equal(history_newest_of(h, "g", "b"), 0);
	assert_true(history_superseded(h, 2));
	/* A name whose last record leaves with the append of the same name. */
	for (int i = 0; i < 12; i++)
		add(h, "g", "c", "e", i);
	assert_int_equal(history_newest_of(h, "g", "c"), 19);
	assert_int_equal(history_before(h, 19), 18);
	history_free(h);
}

static void
test_long_names_are_cut(void **state)
{
	struct history *h = history_new(2);
	struct history_record r;
	char name[2000];

	(void)state;
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	for (int i = 0; i < 5; i++)
		add(h, name, name, name, i);
	assert_true(history_get(h, 5, &r));
	assert_int_equal(strlen(r.name), HISTORY_NAME_MAX);
	assert_int_equal(strlen(r.spawnerr), HISTORY_NAME_MAX);
	assert_int_equal(history_newest_of(h, name, name), 5);
	history_free(h);
}

static void
test_a_record_may_be_appended_again(void **state)
{
	struct history *h = history_new(1);
	struct history_record r;

	(void)state;
	add(h, "g", "a", "error", 1);
	for (int i = 0; i < 3; i++) {
		assert_true(history_get(h, history_newest(h), &r));
		history_append(h, &r);
	}
	assert_true(history_get(h, 4, &r));
	assert_string_equal(r.name, "a");
	assert_string_equal(r.spawnerr, "error");
	history_free(h);
}

/* However many records have it, and whatever comes and goes. */
static void
test_callers(void **state)
{
	struct history *h = history_new(3);
	struct history_record r;

	(void)state;
	for (int i = 0; i < 12; i++)
		add(h, "g", "a", "", i);
	assert_true(history_get(h, 10, &r));
	assert_string_equal(r.who, "anna (pid 4711)");
	for (uint64_t seq = 11; seq <= 12; seq++) {
		assert_true(history_get(h, seq, &r));
		assert_string_equal(r.who, "");
	}
	history_free(h);
}

static void
assert_same(const struct history_record *a, const struct history_record *b)
{
	assert_int_equal(a->seq, b->seq);
	assert_int_equal(a->process, b->process);
	assert_string_equal(a->group, b->group);
	assert_string_equal(a->name, b->name);
	assert_string_equal(a->spawnerr, b->spawnerr);
	assert_string_equal(a->who, b->who);
	assert_int_equal(a->time, b->time);
	assert_int_equal(a->start, b->start);
	assert_int_equal(a->stop, b->stop);
	assert_int_equal(a->next_try, b->next_try);
	assert_int_equal(a->tries, b->tries);
	assert_int_equal(a->starts, b->starts);
	assert_true(a->lost_bytes == b->lost_bytes);
	assert_int_equal(a->pid, b->pid);
	assert_int_equal(a->exitstatus, b->exitstatus);
	assert_int_equal(a->signal, b->signal);
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->from, b->from);
	assert_int_equal(a->to, b->to);
	assert_int_equal(a->cause, b->cause);
	assert_int_equal(a->failed, b->failed);
	for (int channel = 0; channel < NCHANNELS; channel++)
		assert_int_equal(a->log_total[channel], b->log_total[channel]);
}

static void
read_back(const struct history *h)
{
	struct buf out = BUF_INIT(1 << 20);
	struct err err = ERR_INIT;
	struct history *again;
	struct history_record a, b;
	char *copy;

	assert_true(history_write(h, &out));
	again = history_read(out.data, out.len, &err);
	assert_non_null(again);
	assert_int_equal(history_newest(again), history_newest(h));
	assert_int_equal(history_oldest(again), history_oldest(h));
	for (uint64_t seq = history_oldest(h); history_get(h, seq, &a); seq++) {
		assert_true(history_get(again, seq, &b));
		assert_same(&a, &b);
		assert_int_equal(history_before(again, seq), history_before(h, seq));
	}
	history_free(again);
	for (size_t cut = 0; cut < out.len; cut++) {
		copy = xmemdup(out.data, cut);
		assert_null(history_read(copy, cut, &err));
		assert_non_null(err.what);
		free(copy);
	}
	err_release(&err);
	buf_release(&out);
}

static void
test_written_out_and_read_back(void **state)
{
	struct history *h = history_new(5), *again;
	struct buf out = BUF_INIT(1 << 20);
	struct err err = ERR_INIT;

	(void)state;
	read_back(h);
	for (int i = 0; i < 13; i++) {
		add(h, "gr\xc3\xbcn", i % 3 ? "a" : "b", i % 2 ? "" : "Bad exit code -1", i);
		read_back(h);
	}
	assert_true(history_write(h, &out));
	again = history_read(out.data, out.len, &err);
	assert_non_null(again);
	/* It goes on with the next number. */
	assert_int_equal(add(again, "g", "a", "", 1), 14);
	history_free(again);
	buf_release(&out);
	buf_init(&out, 50);
	assert_false(history_write(h, &out));
	buf_release(&out);
	history_free(h);
}

static void
test_describes_a_process(void **state)
{
	const struct process_config config = {.name = (char *)(uintptr_t) "p", .startretries = 3};
	const struct group g = {.name = "g"};
	const struct process p = {
	    .config = &config,
	    .group = (struct group *)(uintptr_t)&g,
	    .name = config.name,
	    .id = 3,
	    .state = PROCESS_BACKOFF,
	    .deadline = 50 * SECOND_US,
	    .backoff = 2,
	    .starts = 5,
	    .failed = true,
	    .log_place = {[CHANNEL_STDERR] = {.known = true, .base = 70, .end = 7}},
	};
	const struct now now = {.mono = 48 * SECOND_US, .wall = 1000 * SECOND_US};
	struct history_record r;

	(void)state;
	history_describe(&r, HISTORY_STATE, &p, &now);
	assert_int_equal(r.next_try, 1002 * SECOND_US);
	assert_int_equal(r.to, PROCESS_BACKOFF);
	assert_string_equal(r.name, "p");
	assert_string_equal(r.group, "g");
	assert_string_equal(r.spawnerr, "");
	assert_int_equal(r.tries, 2);
	assert_true(r.failed);
	assert_int_equal(r.log_total[CHANNEL_STDOUT], -1);
	assert_int_equal(r.log_total[CHANNEL_STDERR], 77);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_empty),
	    cmocka_unit_test(test_wraps),
	    cmocka_unit_test(test_chains),
	    cmocka_unit_test(test_long_names_are_cut),
	    cmocka_unit_test(test_a_record_may_be_appended_again),
	    cmocka_unit_test(test_callers),
	    cmocka_unit_test(test_written_out_and_read_back),
	    cmocka_unit_test(test_describes_a_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
