/*
 * test_process_sm.c: whole lives of a process on a clock of our own. What happens is written down as one text per
 * action, so that a test reads like the log and the events of the reference. The single cells of the matrix are
 * test_process_cells.c's.
 */
#include "autoconf.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "core/process_sm.h"
#include "core/process_table.h"

#define EXIT_STATUS(code) ((code) << 8)
#define FIRST_PID 100

/* A process, its world, and what has happened since the last look. */
struct life {
	struct process_config config;
	struct process p;
	struct now now;
	struct buf seen;
	const char *spawnerr; /* what a spawn answers; NULL: a child */
	int kill_error;       /* what kill answers */
	bool ending;
	pid_t next_pid;
};

static int exit_zero[] = {0};
static char program_name[] = "web";

static void
life_init(struct life *l)
{
	*l = (struct life){
	    .config =
		{
		    .name = program_name,
		    .startsecs = 1,
		    .startretries = 3,
		    .stopsignal = SIGTERM,
		    .stopwaitsecs = 10,
		    .autorestart = AUTORESTART_UNEXPECTED,
		    .exitcodes = exit_zero,
		    .nexitcodes = 1,
		},
	    .now = {.mono = 1000 * SECOND_US, .wall = 1700000000 * SECOND_US},
	    .seen = BUF_INIT(1 << 16),
	    .next_pid = FIRST_PID,
	};
	l->p.config = &l->config;
	l->p.name = l->config.name;
}

static void
life_release(struct life *l)
{
	free(l->p.spawnerr);
	free(l->p.who);
	exit_counts_release(&l->p.exits);
	buf_release(&l->seen);
}

static enum fault feed(struct life *l, struct process_event ev);

static void
act(struct life *l, const struct action *a)
{
	switch (a->type) {
	case ACTION_LOG:
		buf_printf(&l->seen, "%s %s\n", log_level_tag(a->level), a->text);
		break;
	case ACTION_CHANGED:
		buf_printf(&l->seen, "%s>%s pid:%d tries:%d%s\n", process_state_name(a->from),
			   process_state_name(l->p.state), (int)a->pid, (int)a->tries,
			   a->expected ? " expected" : "");
		break;
	case ACTION_SPAWN:
		if (l->spawnerr != NULL)
			feed(l, (struct process_event){.type = EV_SPAWN_FAILED, .text = l->spawnerr});
		else
			feed(l, (struct process_event){.type = EV_SPAWNED, .pid = l->next_pid++});
		break;
	case ACTION_SPAWNED:
		buf_printf(&l->seen, "child %d\n", (int)l->p.pid);
		break;
	case ACTION_SIGNAL:
		buf_printf(&l->seen, "kill %d %d\n", (int)a->target, a->sig);
		if (l->kill_error != 0)
			feed(l, (struct process_event){
				    .type = EV_KILL_FAILED,
				    .error = l->kill_error,
				    .text = "text",
				    .stop = a->stop,
				});
		break;
	case ACTION_STEP:
		feed(l, a->event);
		break;
	}
}

static enum fault
feed(struct life *l, struct process_event ev)
{
	struct actions out;
	enum fault fault;

	ev.ending = l->ending;
	process_step(&l->p, &ev, &l->now, &out);
	fault = out.fault;
	for (size_t i = 0; i < out.n; i++)
		act(l, &out.list[i]);
	actions_release(&out);
	return fault;
}

static enum fault
start(struct life *l, enum process_cause cause)
{
	return feed(l, (struct process_event){.type = EV_START, .cause = cause});
}

static enum fault
stop(struct life *l)
{
	return feed(l, (struct process_event){.type = EV_STOP, .cause = CAUSE_REQUEST, .who = "anna"});
}

static void
die(struct life *l, int status)
{
	feed(l, (struct process_event){.type = EV_EXITED, .status = status});
}

/* Time passes; what is due then happens when it is due. */
static void
pass(struct life *l, mono_us time)
{
	mono_us end = l->now.mono + time;

	while (l->p.deadline != 0 && l->p.deadline <= end) {
		if (l->p.deadline > l->now.mono) {
			l->now.wall += l->p.deadline - l->now.mono;
			l->now.mono = l->p.deadline;
		}
		feed(l, (struct process_event){.type = EV_DEADLINE});
	}
	l->now.wall += end - l->now.mono;
	l->now.mono = end;
}

#define expect(l, text)                                                                                      \
	do {                                                                                                 \
		assert_string_equal(buf_str(&(l)->seen), text);                                              \
		buf_clear(&(l)->seen);                                                                       \
	} while (0)

#define STARTED(from, tries, pid)                                                                            \
	from ">STARTING pid:0 tries:" tries "\nINFO spawned: 'web' with pid " pid "\nchild " pid "\n"
#define SUCCESS                                                                                              \
	"INFO success: web entered RUNNING state, process has stayed up for > than 1 seconds (startsecs)\n"

/* Timers */

/* A deadline that is not due, or is no more, does nothing in any state. */
static void
test_early_deadline(void **state)
{
	(void)state;
	for (int from = 0; from < PROCESS_NSTATES; from++) {
		for (int later = 0; later < 2; later++) {
			struct life l;

			life_init(&l);
			l.p.state = (enum process_state)from;
			l.p.deadline = later != 0 ? l.now.mono + 1 : 0;
			feed(&l, (struct process_event){.type = EV_DEADLINE});
			assert_int_equal(l.p.state, from);
			assert_int_equal(l.p.deadline, later != 0 ? l.now.mono + 1 : 0);
			expect(&l, "");
			life_release(&l);
		}
	}
}

/* Lives */

static void
test_life_start_run_stop(void **state)
{
	struct life l;

	(void)state;
	life_init(&l);
	assert_int_equal(start(&l, CAUSE_AUTOSTART), FAULT_NONE);
	expect(&l, STARTED("STOPPED", "0", "100"));
	assert_int_equal(l.p.laststart, l.now.wall);
	assert_int_equal(l.p.cause, CAUSE_AUTOSTART);
	pass(&l, SECOND_US);
	assert_int_equal(l.p.state, PROCESS_STARTING); /* strictly more than startsecs */
	pass(&l, 1);
	expect(&l, "STARTING>RUNNING pid:100 tries:0\n" SUCCESS);
	assert_int_equal(l.p.deadline, 0);
	pass(&l, 3600 * SECOND_US);
	assert_int_equal(start(&l, CAUSE_REQUEST), FAULT_ALREADY_STARTED);
	assert_int_equal(stop(&l), FAULT_NONE);
	expect(&l, "DEBG killing web (pid 100) with signal SIGTERM\nRUNNING>STOPPING pid:100 tries:0\nkill "
		   "100 15\n");
	assert_true(l.p.killing);
	assert_int_equal(stop(&l), FAULT_NOT_RUNNING);
	pass(&l, SECOND_US);
	die(&l, SIGTERM);
	expect(&l, "STOPPING>STOPPED pid:100 tries:0\nWARN stopped: web (terminated by SIGTERM)\n");
	assert_int_equal(l.p.pid, 0);
	assert_int_equal(l.p.exitstatus, -1);
	assert_int_equal(l.p.termsignal, SIGTERM);
	assert_int_equal(l.p.laststop, l.now.wall);
	assert_int_equal(l.p.cause, CAUSE_REQUEST);
	assert_string_equal(l.p.who, "anna");
	assert_null(l.p.spawnerr);
	pass(&l, 3600 * SECOND_US);
	expect(&l, "");
	life_release(&l);
}

/* Who asked is known as long as that is why it is as it is. */
static void
test_who(void **state)
{
	struct life l;

	(void)state;
	life_init(&l);
	feed(&l, (struct process_event){.type = EV_START, .cause = CAUSE_REQUEST, .who = "bert"});
	assert_string_equal(l.p.who, "bert");
	assert_int_equal(stop(&l), FAULT_NONE);
	assert_string_equal(l.p.who, "anna");
	/* It is ending already, at anna's wish. */
	feed(&l, (struct process_event){.type = EV_STOP, .cause = CAUSE_REQUEST, .who = "bert"});
	die(&l, SIGTERM);
	assert_string_equal(l.p.who, "anna");
	feed(&l, (struct process_event){.type = EV_START, .cause = CAUSE_REQUEST, .who = "bert"});
	die(&l, EXIT_STATUS(1));
	assert_int_equal(l.p.cause, CAUSE_CRASH);
	assert_null(l.p.who);
	stop(&l);
	assert_int_equal(l.p.state, PROCESS_STOPPED);
	assert_string_equal(l.p.who, "anna");
	feed(&l, (struct process_event){.type = EV_START, .cause = CAUSE_AUTOSTART});
	assert_null(l.p.who);
	stop(&l);
	die(&l, SIGTERM);
	feed(&l, (struct process_event){.type = EV_START, .cause = CAUSE_REQUEST});
	assert_null(l.p.who);
	feed(&l, (struct process_event){.type = EV_END});
	assert_int_equal(l.p.cause, CAUSE_SHUTDOWN);
	assert_null(l.p.who);
	life_release(&l);
}

/* What a life leaves in the counters: too quick, as expected, not expected, asked for, no child at all. */
static void
test_counts(void **state)
{
	struct life l;

	(void)state;
	life_init(&l);
	start(&l, CAUSE_REQUEST);
	die(&l, EXIT_STATUS(0));
	assert_int_equal(l.p.last_exit, 0);
	assert_true(l.p.failed && process_is_ill(&l.p));
	stop(&l);
	assert_true(l.p.failed && !process_is_ill(&l.p));
	start(&l, CAUSE_REQUEST);
	pass(&l, 2 * SECOND_US);
	die(&l, EXIT_STATUS(0));
	assert_true(!l.p.failed && !process_is_ill(&l.p));
	start(&l, CAUSE_REQUEST);
	pass(&l, 2 * SECOND_US);
	die(&l, SIGSEGV);
	assert_true(l.p.failed && process_is_ill(&l.p));
	assert_int_equal(l.p.last_exit, -1);
	pass(&l, 2 * SECOND_US);
	assert_int_equal(l.p.last_exit, 0);
	stop(&l);
	die(&l, EXIT_STATUS(3));
	assert_true(!l.p.failed && !process_is_ill(&l.p));
	l.spawnerr = "no such thing";
	start(&l, CAUSE_REQUEST);
	pass(&l, SECOND_US + 1);
	assert_int_equal(l.p.starts, 4);
	assert_int_equal(l.p.spawn_errors, 2);
	assert_int_equal(l.p.exits.n, 4);
	assert_int_equal(l.p.exits.list[0].how, -SIGSEGV);
	assert_false(l.p.exits.list[0].expected);
	assert_int_equal(l.p.exits.list[1].how, 0);
	assert_false(l.p.exits.list[1].expected);
	assert_true(l.p.exits.list[2].expected);
	assert_int_equal(l.p.exits.list[3].how, 3);
	assert_true(l.p.exits.list[3].expected);
	for (size_t i = 0; i < l.p.exits.n; i++)
		assert_int_equal(l.p.exits.list[i].n, 1);
	life_release(&l);
}

static void
test_life_stopped_with_exit_code(void **state)
{
	struct life l;

	(void)state;
	life_init(&l);
	start(&l, CAUSE_REQUEST);
	stop(&l);
	buf_clear(&l.seen);
	die(&l, EXIT_STATUS(0));
	expect(&l, "STOPPING>STOPPED pid:100 tries:0\nINFO stopped: web (exit status 0)\n");
	assert_true(l.p.has_exitstatus);
	life_release(&l);
}

/* Exits too quickly until it is given up: startretries + 1 tries, after 1, 2, 3 seconds. */
static void
test_life_backoff_to_fatal(void **state)
{
	struct life l;

	(void)state;
	life_init(&l);
	start(&l, CAUSE_AUTOSTART);
	expect(&l, STARTED("STOPPED", "0", "100"));
	die(&l, EXIT_STATUS(0));
	expect(&l, "STARTING>BACKOFF pid:0 tries:1\nWARN exited: web (exit status 0; not expected)\n");
	assert_string_equal(l.p.spawnerr, "Exited too quickly (process log may have details)");
	assert_false(l.p.has_exitstatus);
	assert_int_equal(l.p.cause, CAUSE_CRASH);
	assert_int_equal(start(&l, CAUSE_REQUEST), FAULT_ALREADY_STARTED);
	pass(&l, SECOND_US);
	expect(&l, "");
	pass(&l, 1);
	expect(&l, STARTED("BACKOFF", "1", "101"));
	assert_int_equal(l.p.cause, CAUSE_BACKOFF);
	pass(&l, SECOND_US / 2);
	die(&l, EXIT_STATUS(3));
	expect(&l, "STARTING>BACKOFF pid:0 tries:2\nWARN exited: web (exit status 3; not expected)\n");
	assert_int_equal(l.p.last_exit, 3);
	assert_false(l.p.has_exitstatus);
	pass(&l, 2 * SECOND_US + 1);
	expect(&l, STARTED("BACKOFF", "2", "102"));
	die(&l, SIGSEGV | 0x80);
	expect(&l, "STARTING>BACKOFF pid:0 tries:3\nWARN exited: web (terminated by SIGSEGV (core dumped); "
		   "not expected)\n");
	pass(&l, 3 * SECOND_US + 1);
	expect(&l, STARTED("BACKOFF", "3", "103"));
	die(&l, EXIT_STATUS(3));
	pass(&l, 0);
	expect(&l, "STARTING>BACKOFF pid:0 tries:4\nWARN exited: web (exit status 3; not expected)\n"
		   "BACKOFF>FATAL pid:0 tries:0\n"
		   "INFO gave up: web entered FATAL state, too many start retries too quickly\n");
	pass(&l, 3600 * SECOND_US);
	expect(&l, "");
	/* By hand it begins anew. */
	start(&l, CAUSE_REQUEST);
	expect(&l, STARTED("FATAL", "0", "104"));
	life_release(&l);
}

static void
test_life_spawn_failure(void **state)
{
	struct life l;

	(void)state;
	life_init(&l);
	l.config.startretries = 1;
	l.spawnerr = "can't find command 'x'";
	start(&l, CAUSE_AUTOSTART);
	expect(&l, "STOPPED>STARTING pid:0 tries:0\nINFO spawnerr: can't find command 'x'\n"
		   "STARTING>BACKOFF pid:0 tries:1\n");
	assert_string_equal(l.p.spawnerr, "can't find command 'x'");
	assert_int_equal(l.p.laststart, l.now.wall);
	pass(&l, SECOND_US + 1);
	expect(&l, "BACKOFF>STARTING pid:0 tries:1\nINFO spawnerr: can't find command 'x'\n"
		   "STARTING>BACKOFF pid:0 tries:2\nBACKOFF>FATAL pid:0 tries:0\n"
		   "INFO gave up: web entered FATAL state, too many start retries too quickly\n");
	assert_int_equal(l.p.laststop, 0);
	life_release(&l);
}

static void
test_startretries_zero_and_negative(void **state)
{
	(void)state;
	for (int retries = 0; retries >= -1; retries--) {
		struct life l;

		life_init(&l);
		l.config.startretries = retries;
		start(&l, CAUSE_REQUEST);
		die(&l, EXIT_STATUS(1));
		pass(&l, 0);
		assert_int_equal(l.p.state, PROCESS_FATAL);
		life_release(&l);
	}
}

/* The counter of failures ends with success, with a stop and with a start by hand. */
static void
test_backoff_counter(void **state)
{
	struct life l;

	(void)state;
	life_init(&l);
	start(&l, CAUSE_AUTOSTART);
	die(&l, EXIT_STATUS(1));
	assert_int_equal(l.p.backoff, 1);
	buf_clear(&l.seen);
	assert_int_equal(stop(&l), FAULT_NONE);
	expect(&l, "DEBG Attempted to kill web, which is in BACKOFF state.\nBACKOFF>STOPPED pid:0 tries:0\n");
	assert_non_null(l.p.spawnerr);
	assert_int_equal(l.p.deadline, 0);
	start(&l, CAUSE_REQUEST);
	expect(&l, STARTED("STOPPED", "0", "101"));
	die(&l, EXIT_STATUS(1));
	pass(&l, SECOND_US + 1);
	pass(&l, SECOND_US + 1);
	assert_int_equal(l.p.state, PROCESS_RUNNING);
	assert_int_equal(l.p.backoff, 0);
	life_release(&l);
}

/* startsecs=0: RUNNING at once for who asked, with the next turn for what starts by itself, and never too quick. */
static void
test_startsecs_zero(void **state)
{
	(void)state;
	for (int startsecs = 0; startsecs >= -1; startsecs--) {
		struct life l;

		life_init(&l);
		l.config.startsecs = startsecs;
		start(&l, CAUSE_REQUEST);
		assert_int_equal(l.p.state, PROCESS_RUNNING);
		assert_int_equal(l.p.deadline, 0);
		die(&l, EXIT_STATUS(0));
		assert_int_equal(l.p.state, PROCESS_EXITED);
		start(&l, CAUSE_AUTOSTART);
		assert_int_equal(l.p.state, PROCESS_STARTING);
		assert_int_equal(l.p.deadline, l.now.mono);
		die(&l, EXIT_STATUS(0));
		assert_int_equal(l.p.state, PROCESS_EXITED);
		life_release(&l);
	}
}

/* Dead after startsecs, but reaped before its deadline was looked at: it has been RUNNING, without a line. */
static void
test_late_death_in_starting(void **state)
{
	struct life l;

	(void)state;
	life_init(&l);
	start(&l, CAUSE_REQUEST);
	buf_clear(&l.seen);
	l.now.mono += SECOND_US;
	die(&l, EXIT_STATUS(0));
	expect(&l, "STARTING>RUNNING pid:100 tries:0\nRUNNING>EXITED pid:100 tries:0 expected\n"
		   "INFO exited: web (exit status 0; expected)\n");
	life_release(&l);
}

struct restart_case {
	enum autorestart autorestart;
	int status;
	bool restarts;
};

static void
test_autorestart(void **state)
{
	static const struct restart_case cases[] = {
	    {AUTORESTART_FALSE, EXIT_STATUS(0), false},
	    {AUTORESTART_FALSE, EXIT_STATUS(1), false},
	    {AUTORESTART_FALSE, SIGKILL, false},
	    {AUTORESTART_UNEXPECTED, EXIT_STATUS(0), false},
	    {AUTORESTART_UNEXPECTED, EXIT_STATUS(1), true},
	    {AUTORESTART_UNEXPECTED, SIGKILL, true},
	    {AUTORESTART_TRUE, EXIT_STATUS(0), true},
	    {AUTORESTART_TRUE, EXIT_STATUS(1), true},
	    {AUTORESTART_TRUE, SIGKILL, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (int ending = 0; ending < 2; ending++) {
			struct life l;

			life_init(&l);
			l.config.autorestart = cases[i].autorestart;
			start(&l, CAUSE_REQUEST);
			pass(&l, 2 * SECOND_US);
			l.ending = ending != 0;
			die(&l, cases[i].status);
			assert_int_equal(l.p.state, PROCESS_EXITED);
			pass(&l, 0);
			assert_int_equal(l.p.state,
					 cases[i].restarts && !ending ? PROCESS_STARTING : PROCESS_EXITED);
			assert_int_equal(l.p.cause, l.p.state == PROCESS_STARTING       ? CAUSE_AUTORESTART
						    : cases[i].status == EXIT_STATUS(0) ? CAUSE_EXIT
											: CAUSE_CRASH);
			life_release(&l);
		}
	}
}

static void
test_unexpected_exit_texts(void **state)
{
	struct life l;

	(void)state;
	life_init(&l);
	l.config.autorestart = AUTORESTART_FALSE;
	start(&l, CAUSE_REQUEST);
	pass(&l, 2 * SECOND_US);
	buf_clear(&l.seen);
	die(&l, SIGUSR1);
	expect(&l,
	       "RUNNING>EXITED pid:100 tries:0\nWARN exited: web (terminated by SIGUSR1; not expected)\n");
	assert_string_equal(l.p.spawnerr, "Bad exit code -1");
	life_release(&l);
}

/* Each wait is a second longer than the one before, without a limit, and strictly as long; a success begins anew. */
static void
test_backoff_grows(void **state)
{
	struct life l;

	(void)state;
	life_init(&l);
	l.config.startretries = 50;
	start(&l, CAUSE_AUTOSTART);
	for (int round = 0; round < 2; round++) {
		for (int failures = 1; failures <= 50; failures++) {
			die(&l, EXIT_STATUS(1));
			assert_int_equal(l.p.state, PROCESS_BACKOFF);
			assert_int_equal(l.p.backoff, failures);
			pass(&l, failures * SECOND_US);
			assert_int_equal(l.p.state, PROCESS_BACKOFF);
			pass(&l, 1);
			assert_int_equal(l.p.state, PROCESS_STARTING);
		}
		pass(&l, SECOND_US + 1);
		assert_int_equal(l.p.state, PROCESS_RUNNING);
		die(&l, EXIT_STATUS(1));
		pass(&l, 0);
		assert_int_equal(l.p.state, PROCESS_STARTING); /* autorestart=unexpected */
	}
	assert_int_equal(l.p.starts, 103);
	life_release(&l);
}

/* Too quick is a failed try, whatever autorestart and exitcodes say. */
static void
test_too_quick_in_any_case(void **state)
{
	static const enum autorestart values[] = {AUTORESTART_FALSE, AUTORESTART_UNEXPECTED,
						  AUTORESTART_TRUE};

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct life l;

		life_init(&l);
		l.config.autorestart = values[i];
		start(&l, CAUSE_AUTOSTART);
		pass(&l, SECOND_US - 1);
		die(&l, EXIT_STATUS(0));
		assert_int_equal(l.p.state, PROCESS_BACKOFF);
		pass(&l, SECOND_US + 1);
		assert_int_equal(l.p.state, PROCESS_STARTING);
		life_release(&l);
	}
}

/* What is expected is what exitcodes lists; none is when it is empty, and a signal never is. */
static void
test_exitcodes(void **state)
{
	static int codes[] = {0, 2, 255};
	static const struct {
		size_t n;
		int status;
		bool expected;
	} cases[] = {
	    {3, EXIT_STATUS(0), true},    {3, EXIT_STATUS(2), true},  {3, EXIT_STATUS(255), true},
	    {3, EXIT_STATUS(1), false},   {3, SIGHUP, false},         {1, EXIT_STATUS(0), true},
	    {1, EXIT_STATUS(255), false}, {0, EXIT_STATUS(0), false}, {0, SIGKILL, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct life l;

		life_init(&l);
		l.config.exitcodes = codes;
		l.config.nexitcodes = cases[i].n;
		start(&l, CAUSE_REQUEST);
		pass(&l, 2 * SECOND_US);
		buf_clear(&l.seen);
		die(&l, cases[i].status);
		assert_int_equal(strstr(buf_str(&l.seen), "; expected)") != NULL, cases[i].expected);
		assert_int_equal(l.p.spawnerr == NULL, cases[i].expected);
		assert_int_equal(l.p.deadline != 0, !cases[i].expected); /* autorestart=unexpected */
		life_release(&l);
	}
}

/* A spawn that fails after some that did not: the counter is one, and so is the end. */
static void
test_failures_of_both_kinds(void **state)
{
	struct life l;

	(void)state;
	life_init(&l);
	l.config.startretries = 2;
	start(&l, CAUSE_AUTOSTART);
	die(&l, EXIT_STATUS(1));
	l.spawnerr = "too many open files to spawn 'web'";
	pass(&l, SECOND_US + 1);
	assert_string_equal(l.p.spawnerr, l.spawnerr);
	assert_int_equal(l.p.backoff, 2);
	l.spawnerr = NULL;
	pass(&l, 2 * SECOND_US + 1);
	assert_null(l.p.spawnerr);
	assert_int_equal(l.p.state, PROCESS_STARTING);
	die(&l, SIGKILL);
	pass(&l, 0);
	assert_int_equal(l.p.state, PROCESS_FATAL);
	assert_int_equal(l.p.starts, 2);
	life_release(&l);
}

/* SIGKILL after stopwaitsecs, and again every stopwaitsecs, to the group if killasgroup says so. */
static void
test_stop_with_sigkill(void **state)
{
	struct life l;

	(void)state;
	life_init(&l);
	l.config.stopasgroup = true;
	l.config.killasgroup = true;
	l.config.stopwaitsecs = 2;
	start(&l, CAUSE_REQUEST);
	pass(&l, 2 * SECOND_US);
	buf_clear(&l.seen);
	stop(&l);
	expect(&l, "DEBG killing web (pid 100) process group with signal SIGTERM\n"
		   "RUNNING>STOPPING pid:100 tries:0\nkill -100 15\n");
	pass(&l, 2 * SECOND_US - 1);
	expect(&l, "");
	pass(&l, 1);
	expect(&l, "WARN killing 'web' (100) with SIGKILL\n"
		   "DEBG killing web (pid 100) process group with signal SIGKILL\nkill -100 9\n");
	pass(&l, 4 * SECOND_US);
	expect(&l, "WARN killing 'web' (100) with SIGKILL\n"
		   "DEBG killing web (pid 100) process group with signal SIGKILL\nkill -100 9\n"
		   "WARN killing 'web' (100) with SIGKILL\n"
		   "DEBG killing web (pid 100) process group with signal SIGKILL\nkill -100 9\n");
	die(&l, SIGKILL);
	expect(&l, "STOPPING>STOPPED pid:100 tries:0\nWARN stopped: web (terminated by SIGKILL)\n");
	assert_false(l.p.killing);
	life_release(&l);
}

/* stopwaitsecs=0 must not spin. */
static void
test_stopwaitsecs_zero(void **state)
{
	struct life l;

	(void)state;
	life_init(&l);
	l.config.stopwaitsecs = 0;
	start(&l, CAUSE_REQUEST);
	stop(&l);
	buf_clear(&l.seen);
	pass(&l, 0);
	expect(&l, "WARN killing 'web' (100) with SIGKILL\nDEBG killing web (pid 100) with signal SIGKILL\n"
		   "kill 100 9\n");
	assert_int_equal(l.p.deadline, l.now.mono + SECOND_US);
	life_release(&l);
}

static void
test_kill_finds_no_process(void **state)
{
	struct life l;

	(void)state;
	life_init(&l);
	start(&l, CAUSE_REQUEST);
	buf_clear(&l.seen);
	l.kill_error = ESRCH;
	assert_int_equal(stop(&l), FAULT_NONE);
	expect(
	    &l,
	    "DEBG killing web (pid 100) with signal SIGTERM\nSTARTING>STOPPING pid:100 tries:0\nkill 100 15\n"
	    "DEBG unable to signal web (pid 100), it probably just exited on its own: [Errno 3] text\n");
	assert_int_equal(feed(&l, (struct process_event){.type = EV_KILL, .sig = SIGHUP}), FAULT_NONE);
	expect(
	    &l,
	    "DEBG sending web (pid 100) sig SIGHUP\nkill 100 1\n"
	    "DEBG unable to signal web (pid 100), it probably just now exited on its own: [Errno 3] text\n");
	life_release(&l);
}

/* A stop that cannot be sent: UNKNOWN; when it dies after all it is STOPPED, and does not start again. */
static void
test_unknown(void **state)
{
	struct life l;

	(void)state;
	life_init(&l);
	l.config.autorestart = AUTORESTART_TRUE;
	start(&l, CAUSE_REQUEST);
	pass(&l, 2 * SECOND_US);
	buf_clear(&l.seen);
	l.kill_error = EPERM;
	stop(&l);
	expect(
	    &l,
	    "DEBG killing web (pid 100) with signal SIGTERM\nRUNNING>STOPPING pid:100 tries:0\nkill 100 15\n"
	    "CRIT unknown problem killing web (100):[Errno 1] text\nSTOPPING>UNKNOWN pid:100 tries:0\n");
	assert_int_equal(l.p.deadline, 0);
	assert_int_equal(l.p.pid, 100);
	assert_int_equal(start(&l, CAUSE_REQUEST), FAULT_FAILED);
	die(&l, EXIT_STATUS(0));
	expect(&l, "UNKNOWN>STOPPED pid:100 tries:0\nINFO stopped: web (exit status 0)\n");
	pass(&l, SECOND_US);
	expect(&l, "");
	life_release(&l);

	life_init(&l);
	start(&l, CAUSE_REQUEST);
	pass(&l, 2 * SECOND_US);
	l.kill_error = EPERM;
	buf_clear(&l.seen);
	feed(&l, (struct process_event){.type = EV_KILL, .sig = SIGHUP});
	expect(
	    &l,
	    "DEBG sending web (pid 100) sig SIGHUP\nkill 100 1\n"
	    "CRIT unknown problem sending sig web (100):[Errno 1] text\nRUNNING>UNKNOWN pid:100 tries:0\n");
	die(&l, EXIT_STATUS(0));
	expect(&l, "UNKNOWN>EXITED pid:100 tries:0 expected\nINFO exited: web (exit status 0; expected)\n");
	life_release(&l);
}

/* A stop is under way, and then another signal cannot be sent: it stays a stop, and nothing starts again. */
static void
test_unknown_keeps_the_stop(void **state)
{
	struct life l;

	(void)state;
	life_init(&l);
	l.config.autorestart = AUTORESTART_TRUE;
	start(&l, CAUSE_REQUEST);
	pass(&l, 2 * SECOND_US);
	stop(&l);
	l.kill_error = EPERM;
	feed(&l, (struct process_event){.type = EV_KILL, .sig = SIGHUP});
	assert_int_equal(l.p.state, PROCESS_UNKNOWN);
	die(&l, EXIT_STATUS(1));
	pass(&l, SECOND_US);
	assert_int_equal(l.p.state, PROCESS_STOPPED);
	life_release(&l);
}

static void
test_start_while_stopping(void **state)
{
	struct life l;

	(void)state;
	life_init(&l);
	start(&l, CAUSE_REQUEST);
	stop(&l);
	buf_clear(&l.seen);
	assert_int_equal(start(&l, CAUSE_REQUEST), FAULT_NONE);
	expect(&l, "WARN process 'web' already running\n");
	assert_int_equal(l.p.state, PROCESS_STOPPING);
	life_release(&l);
}

/* The daemon ends: what waits for a further try is given up without a word, and nothing starts any more. */
static void
test_end(void **state)
{
	struct life l;

	(void)state;
	life_init(&l);
	start(&l, CAUSE_AUTOSTART);
	die(&l, EXIT_STATUS(1));
	l.ending = true;
	buf_clear(&l.seen);
	pass(&l, 10 * SECOND_US);
	expect(&l, "");
	assert_int_equal(l.p.deadline, 0);
	feed(&l, (struct process_event){.type = EV_END});
	expect(&l, "BACKOFF>FATAL pid:0 tries:0\n");
	life_release(&l);

	life_init(&l);
	start(&l, CAUSE_AUTOSTART);
	buf_clear(&l.seen);
	feed(&l, (struct process_event){.type = EV_END});
	expect(&l, "DEBG killing web (pid 100) with signal SIGTERM\nSTARTING>STOPPING pid:100 tries:0\nkill "
		   "100 15\n");
	assert_int_equal(l.p.cause, CAUSE_SHUTDOWN);
	die(&l, SIGTERM);
	assert_int_equal(l.p.cause, CAUSE_SHUTDOWN);
	life_release(&l);
}

/* The wall clock is set back and forth at every stage: nothing happens earlier or later. */
static void
test_wall_clock_steps(void **state)
{
	static const wall_us steps[] = {-86400 * 365 * SECOND_US, 86400 * 365 * SECOND_US};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct life l;

		life_init(&l);
		start(&l, CAUSE_AUTOSTART);
		l.now.wall += steps[i];
		pass(&l, SECOND_US);
		assert_int_equal(l.p.state, PROCESS_STARTING);
		die(&l, EXIT_STATUS(0));
		assert_int_equal(l.p.state, PROCESS_EXITED); /* exactly startsecs is long enough */
		start(&l, CAUSE_REQUEST);
		l.now.wall += steps[i];
		pass(&l, SECOND_US / 2);
		die(&l, EXIT_STATUS(0));
		assert_int_equal(l.p.state, PROCESS_BACKOFF);
		l.now.wall -= steps[i];
		pass(&l, SECOND_US);
		assert_int_equal(l.p.state, PROCESS_BACKOFF);
		pass(&l, 1);
		assert_int_equal(l.p.state, PROCESS_STARTING);
		l.now.wall -= steps[i];
		pass(&l, SECOND_US + 1);
		assert_int_equal(l.p.state, PROCESS_RUNNING);
		stop(&l);
		buf_clear(&l.seen);
		l.now.wall += steps[i];
		pass(&l, 10 * SECOND_US - 1);
		expect(&l, "");
		pass(&l, 1);
		assert_non_null(strstr(buf_str(&l.seen), "SIGKILL"));
		life_release(&l);
	}
}

/* Options at the ends of their range do not overflow the clock. */
static void
test_absurd_options(void **state)
{
	struct life l;

	(void)state;
	life_init(&l);
	l.config.startsecs = INT64_MAX;
	l.config.stopwaitsecs = INT64_MAX;
	start(&l, CAUSE_REQUEST);
	assert_true(l.p.deadline > l.now.mono);
	pass(&l, 3600 * SECOND_US);
	die(&l, EXIT_STATUS(0));
	assert_int_equal(l.p.state, PROCESS_BACKOFF);
	life_release(&l);

	life_init(&l);
	l.config.startsecs = INT64_MIN;
	l.config.stopwaitsecs = INT64_MIN;
	start(&l, CAUSE_REQUEST);
	assert_int_equal(l.p.state, PROCESS_RUNNING);
	stop(&l);
	pass(&l, 0);
	assert_int_equal(l.p.deadline, l.now.mono + SECOND_US);
	life_release(&l);
}

static void
test_end_text(void **state)
{
	static const struct {
		int status;
		const char *text;
	} cases[] = {
	    {EXIT_STATUS(0), "exit status 0"},  {EXIT_STATUS(255), "exit status 255"},
	    {SIGTERM, "terminated by SIGTERM"}, {SIGABRT | 0x80, "terminated by SIGABRT (core dumped)"},
	    {SIGPOLL, "terminated by SIGPOLL"}, {40, "terminated by signal 40"},
	    {64, "terminated by SIGRTMAX"},     {0x137f, "unknown termination cause 0x137f"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = process_end_text(cases[i].status);

		assert_string_equal(text, cases[i].text);
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_early_deadline),
	    cmocka_unit_test(test_life_start_run_stop),
	    cmocka_unit_test(test_counts),
	    cmocka_unit_test(test_who),
	    cmocka_unit_test(test_life_stopped_with_exit_code),
	    cmocka_unit_test(test_life_backoff_to_fatal),
	    cmocka_unit_test(test_life_spawn_failure),
	    cmocka_unit_test(test_startretries_zero_and_negative),
	    cmocka_unit_test(test_backoff_counter),
	    cmocka_unit_test(test_startsecs_zero),
	    cmocka_unit_test(test_late_death_in_starting),
	    cmocka_unit_test(test_autorestart),
	    cmocka_unit_test(test_unexpected_exit_texts),
	    cmocka_unit_test(test_backoff_grows),
	    cmocka_unit_test(test_too_quick_in_any_case),
	    cmocka_unit_test(test_exitcodes),
	    cmocka_unit_test(test_failures_of_both_kinds),
	    cmocka_unit_test(test_stop_with_sigkill),
	    cmocka_unit_test(test_stopwaitsecs_zero),
	    cmocka_unit_test(test_kill_finds_no_process),
	    cmocka_unit_test(test_unknown),
	    cmocka_unit_test(test_unknown_keeps_the_stop),
	    cmocka_unit_test(test_start_while_stopping),
	    cmocka_unit_test(test_end),
	    cmocka_unit_test(test_wall_clock_steps),
	    cmocka_unit_test(test_absurd_options),
	    cmocka_unit_test(test_end_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
