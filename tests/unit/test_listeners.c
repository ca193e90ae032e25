/*
 * test_listeners.c: pools of event listeners, with a real loop and real pipes; the listeners are we ourselves, at the other
 * end of the pipes.
 */
#include "autoconf.h"

#include <event2/event.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "core/process_sm.h"
#include "daemon/daemon.h"
#include "daemon/eventbus.h"
#include "daemon/jobs.h"
#include "daemon/listener_pool.h"
#include "daemon/listeners.h"
#include "daemon/logpump.h"
#include "daemon/process_io.h"
#include "daemon/reaper.h"
#include "daemon/supervise.h"
#include "daemon/tick.h"

#define MAX_PROCS 3
#define NGROUPS 2

static char identifier[] = "demo";

struct fixture {
	struct daemon d;
	struct config config;
	struct config_world world;
	struct group_config *groups[NGROUPS];
	struct buf log;
};

/* The other ends of a listener's pipes. */
struct ends {
	int in, out;
};

static void
write_cb(void *arg, enum log_level level, const char *line, size_t len)
{
	struct fixture *f = arg;

	(void)level;
	if (strstr(line, " output:") == NULL)
		buf_append(&f->log, line + 24, len - 24); /* behind the date */
}

static struct group_config *
group_new(const char *name, int buffer_size)
{
	struct group_config *g = xcalloc(1, sizeof(*g));

	g->refs = 1;
	g->kind = GROUP_LISTENER;
	g->name = xstrdup(name);
	g->listener.buffer_size = buffer_size;
	g->listener.events = xcalloc(EVENT_NTYPES, sizeof(bool));
	g->procs = xcalloc(MAX_PROCS, sizeof(*g->procs));
	return g;
}

static void
add_process(struct group_config *g, const char *name, int priority)
{
	struct process_config *p = &g->procs[g->nprocs++];

	p->name = xstrdup(name);
	p->command = xstrdup("/bin/cat");
	p->priority = priority;
}

static int
setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	signal(SIGPIPE, SIG_IGN);
	buf_init(&f->log, 1 << 24);
	f->config.supervisord.identifier = identifier;
	f->d = (struct daemon){
	    .base = event_base_new(),
	    .log = {.level = LOG_LEVEL_DEBUG, .write = write_cb, .arg = f, .now = &f->d.now},
	    .state = SUPERVISOR_RUNNING,
	    .config = &f->config,
	    .loaded = &f->config,
	    .world = &f->world,
	};
	daemon_tick(&f->d);
	f->d.bus = eventbus_new();
	f->d.reaper = reaper_new(&f->d);
	f->d.logpump = logpump_new(&f->d);
	process_table_init(&f->d.table);
	f->d.tick = tick_new(&f->d);
	f->d.listeners = listeners_new(&f->d);
	f->d.supervise = supervise_new(&f->d);
	f->d.jobs = jobs_new(&f->d);
	f->groups[0] = group_new("ears", 3);
	f->groups[0]->listener.events[EVENT_REMOTE_COMMUNICATION] = true;
	f->groups[1] = group_new("others", 100);
	f->groups[1]->listener.events[EVENT_ANY] = true;
	*state = f;
	return 0;
}

static void
group_free(struct group_config *g)
{
	for (size_t i = 0; i < g->nprocs; i++) {
		free(g->procs[i].name);
		free(g->procs[i].command);
	}
	free(g->procs);
	free(g->listener.events);
	free(g->name);
	free(g);
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	supervise_free(f->d.supervise);
	listeners_free(f->d.listeners);
	tick_free(f->d.tick);
	jobs_free(f->d.jobs);
	process_table_release(&f->d.table);
	reaper_free(f->d.reaper);
	logpump_free(f->d.logpump);
	eventbus_free(f->d.bus);
	event_base_free(f->d.base);
	for (size_t i = 0; i < NGROUPS; i++)
		group_free(f->groups[i]);
	buf_release(&f->log);
	free(f);
	return 0;
}

static struct group *
add(struct fixture *f, int i)
{
	struct err err = ERR_INIT;

	assert_true(supervise_add_group(&f->d, f->groups[i], NULL, &err));
	return process_table_group(&f->d.table, f->groups[i]->name);
}

/* A child of p, without a process: RUNNING, with pipes. */
static struct ends
spawn(struct fixture *f, struct process *p)
{
	int in[2], out[2];

	assert_int_equal(pipe2(in, O_NONBLOCK | O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_NONBLOCK | O_CLOEXEC), 0);
	p->state = PROCESS_RUNNING;
	p->io->in.fd = in[1];
	p->io->channel[CHANNEL_STDOUT] = logpump_open(f->d.logpump, p, CHANNEL_STDOUT);
	logpump_start(p->io->channel[CHANNEL_STDOUT], out[0]);
	listeners_spawned(p);
	return (struct ends){in[0], out[1]};
}

static void
close_ends(struct ends e)
{
	close(e.in);
	close(e.out);
}

/* Some turns of the loop. */
static void
turn(struct fixture *f)
{
	for (int i = 0; i < 6; i++)
		event_base_loop(f->d.base, EVLOOP_NONBLOCK);
}

static void
answer(struct fixture *f, struct ends e, const char *text)
{
	assert_int_equal(write(e.out, text, strlen(text)), strlen(text));
	turn(f);
}

static void
fire(struct fixture *f, struct bus_event ev)
{
	ev.now = &f->d.now;
	eventbus_fire(f->d.bus, &ev);
}

static void
say(struct fixture *f, const char *text)
{
	fire(f, (struct bus_event){.type = BUS_REMOTE_COMM, .topic = "t", .data = text, .len = strlen(text)});
}

/* What the listener has in its stdin now; good until the next call. */
static const char *
heard(struct ends e)
{
	static char text[1 << 16];
	ssize_t n = read(e.in, text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

#define HEADER(serial, pool, poolserial, name, len)                                                          \
	"ver:3.0 server:demo serial:" serial " pool:" pool " poolserial:" poolserial " eventname:" name      \
	" len:" len "\n"
#define REMOTE(serial, pool, poolserial, text)                                                               \
	HEADER(serial, pool, poolserial, "REMOTE_COMMUNICATION", "8") "type:t\n" text

static void
test_first_event(void **state)
{
	struct fixture *f = *state;
	struct process *p;
	struct ends e;

	add_process(f->groups[0], "ears", 999);
	p = add(f, 0)->procs;
	e = spawn(f, p);
	say(f, "a");
	turn(f);
	assert_string_equal(heard(e), "");
	answer(f, e, "READY\n");
	assert_string_equal(heard(e), REMOTE("0", "ears", "0", "a"));
	answer(f, e, "RESULT 2\nOK");
	assert_string_equal(buf_str(&f->log), "DEBG ears: ACKNOWLEDGED -> READY\n"
					      "DEBG event 0 sent to listener ears\n"
					      "DEBG ears: event was processed\n"
					      "DEBG ears: BUSY -> ACKNOWLEDGED\n");
	close_ends(e);
}

static void
count_told(void *arg, const struct bus_event *ev)
{
	int *told = arg;

	assert_non_null(ev->process->io->listener);
	(*told)++;
}

/* On the bus: the first READY and UNKNOWN at once, what is dropped then once a second, and nothing of what comes with each
   event. */
static void
test_who_is_deaf_is_told(void **state)
{
	struct fixture *f = *state;
	struct bus_subscription *sub;
	struct process *p;
	struct ends e;
	int told = 0;

	add_process(f->groups[0], "ears", 999);
	p = add(f, 0)->procs;
	e = spawn(f, p);
	sub = eventbus_subscribe(f->d.bus, BUS_LISTENER, count_told, &told);
	turn(f);
	assert_int_equal(told, 0);
	answer(f, e, "READY\n");
	assert_int_equal(told, 1);
	for (int i = 0; i < 50; i++) {
		say(f, "a");
		turn(f);
		answer(f, e, "RESULT 2\nOKREADY\n");
	}
	for (int i = 0; i < 50; i++)
		say(f, "b");
	turn(f);
	assert_int_equal(told, 1);
	/* As if a second had passed. */
	while (told == 1)
		event_base_loop(f->d.base, EVLOOP_ONCE);
	assert_int_equal(told, 2);
	turn(f);
	assert_int_equal(told, 2);
	answer(f, e, "nonsense\n");
	while (told == 2)
		event_base_loop(f->d.base, EVLOOP_ONCE);
	assert_int_equal(p->io->listener->proto.state, LISTENER_UNKNOWN);
	assert_int_equal(told, 3);
	eventbus_unsubscribe(sub);
	close_ends(e);
}

/* What is dropped leaves gaps in the numbers of the pool. */
static void
test_overflow(void **state)
{
	struct fixture *f = *state;
	struct ends e;

	add_process(f->groups[0], "ears", 999);
	e = spawn(f, add(f, 0)->procs);
	for (const char *const *text = (const char *const[]){"a", "b", "c", "d", "e", NULL}; *text != NULL;
	     text++)
		say(f, *text);
	assert_string_equal(buf_str(&f->log), "ERRO pool ears event buffer overflowed, discarding event 0\n"
					      "ERRO pool ears event buffer overflowed, discarding event 1\n");
	answer(f, e, "READY\n");
	assert_string_equal(heard(e), REMOTE("2", "ears", "2", "c"));
	/* Its place in the buffer is free now, and taken: when the event comes back the oldest goes. */
	say(f, "f");
	buf_clear(&f->log);
	answer(f, e, "RESULT 4\nFAIL");
	assert_string_equal(buf_str(&f->log), "WARN ears: event was rejected\n"
					      "DEBG ears: BUSY -> ACKNOWLEDGED\n"
					      "DEBG rebuffering event 2 for pool ears (buf size=3, max=3)\n"
					      "ERRO pool ears event buffer overflowed, discarding event 3\n");
	answer(f, e, "READY\n");
	assert_string_equal(heard(e), REMOTE("2", "ears", "2", "c"));
	answer(f, e, "RESULT 2\nOKREADY\n");
	assert_string_equal(heard(e), REMOTE("4", "ears", "4", "e"));
	close_ends(e);
}

/* After 2^63-1 comes 0; what nobody wants uses no number up. */
static void
test_serials(void **state)
{
	struct fixture *f = *state;
	struct ends e;

	f->d.event_serial = INT64_MAX;
	add_process(f->groups[0], "ears", 999);
	e = spawn(f, add(f, 0)->procs);
	fire(f, (struct bus_event){.type = BUS_TICK, .period = 5});
	say(f, "a");
	fire(f, (struct bus_event){.type = BUS_TICK, .period = 60});
	say(f, "b");
	assert_int_equal(f->d.event_serial, 1);
	answer(f, e, "READY\n");
	assert_string_equal(heard(e), REMOTE("9223372036854775807", "ears", "0", "a"));
	answer(f, e, "RESULT 2\nOKREADY\n");
	assert_string_equal(heard(e), REMOTE("0", "ears", "1", "b"));
	close_ends(e);
}

static void
test_two_pools(void **state)
{
	struct fixture *f = *state;
	struct ends a, b;

	add_process(f->groups[0], "ears", 999);
	add_process(f->groups[1], "others", 999);
	b = spawn(f, add(f, 1)->procs);
	answer(f, b, "READY\n");
	assert_string_equal(heard(b),
			    HEADER("0", "others", "0", "PROCESS_GROUP_ADDED", "17") "groupname:others\n");
	answer(f, b, "RESULT 2\nOKREADY\n");
	a = spawn(f, add(f, 0)->procs);
	turn(f);
	assert_string_equal(heard(b),
			    HEADER("1", "others", "1", "PROCESS_GROUP_ADDED", "15") "groupname:ears\n");
	answer(f, b, "RESULT 2\nOKREADY\n");
	answer(f, a, "READY\n");
	say(f, "x");
	turn(f);
	assert_string_equal(heard(a), REMOTE("2", "ears", "0", "x"));
	assert_string_equal(heard(b), REMOTE("2", "others", "2", "x"));
	/* A rejected event comes back to its own pool alone. */
	answer(f, a, "RESULT 4\nFAILREADY\n");
	answer(f, b, "RESULT 2\nOKREADY\n");
	assert_string_equal(heard(a), REMOTE("2", "ears", "0", "x"));
	assert_string_equal(heard(b), "");
	close_ends(a);
	close_ends(b);
}

/* By priority, then by name as bytes; who is not RUNNING is passed over. */
static void
test_order(void **state)
{
	struct fixture *f = *state;
	struct group *g;
	struct ends e[MAX_PROCS];

	add_process(f->groups[0], "p_2", 5);
	add_process(f->groups[0], "p_10", 5);
	add_process(f->groups[0], "late", 6);
	g = add(f, 0);
	for (size_t i = 0; i < MAX_PROCS; i++) {
		e[i] = spawn(f, &g->procs[i]);
		answer(f, e[i], "READY\n");
	}
	say(f, "a");
	turn(f);
	assert_string_equal(heard(e[1]), REMOTE("0", "ears", "0", "a"));
	g->procs[0].state = PROCESS_STOPPING;
	say(f, "b");
	turn(f);
	assert_string_equal(heard(e[2]), REMOTE("1", "ears", "1", "b"));
	say(f, "c");
	turn(f);
	assert_string_equal(heard(e[0]), "");
	/* It stops, and its neighbour has an event in hand that comes first again. */
	listeners_exited(&g->procs[1]);
	answer(f, e[2], "RESULT 2\nOKREADY\n");
	assert_string_equal(heard(e[2]), REMOTE("0", "ears", "0", "a"));
	for (size_t i = 0; i < MAX_PROCS; i++)
		close_ends(e[i]);
}

/* Said once for an event; the next listener gets it. */
static void
test_closed_stdin(void **state)
{
	struct fixture *f = *state;
	char closed[512];
	struct group *g;
	struct ends e[2];
	int fd;

	add_process(f->groups[0], "a", 5);
	add_process(f->groups[0], "b", 5);
	g = add(f, 0);
	for (size_t i = 0; i < 2; i++) {
		e[i] = spawn(f, &g->procs[i]);
		answer(f, e[i], "READY\n");
	}
	close(e[0].in);
	fd = g->procs[0].io->in.fd;
	buf_clear(&f->log);
	say(f, "x");
	turn(f);
	say(f, "y");
	turn(f);
	say(f, "z");
	turn(f);
	snprintf(closed, sizeof(closed),
		 "DEBG fd %d closed, stopped monitoring <PInputDispatcher at %" PRIuPTR
		 " for <Subprocess at %" PRIuPTR " with name a in state RUNNING> (stdin)>\n",
		 fd, (uintptr_t)&g->procs[0].io->in, (uintptr_t)&g->procs[0]);
	assert_int_equal(strncmp(buf_str(&f->log), closed, strlen(closed)), 0);
	assert_string_equal(
	    buf_str(&f->log) + strlen(closed),
	    "DEBG epipe occurred while sending event 0 to listener a, listener state unchanged\n"
	    "DEBG event 0 sent to listener b\n"
	    "DEBG epipe occurred while sending event 1 to listener a, listener state unchanged\n"
	    "DEBG rebuffering event 1 for pool ears (buf size=0, max=3)\n");
	assert_string_equal(heard(e[1]), REMOTE("0", "ears", "0", "x"));
	close(e[0].out);
	close_ends(e[1]);
}

/* A message bigger than any limit is taken whole; the next one waits in the pool until it is gone. */
static void
test_big_events(void **state)
{
	struct fixture *f = *state;
	size_t len = (size_t)6 << 20, total = 0;
	char *big = xmalloc(len + 1);
	struct process *p;
	struct ends e;

	memset(big, 'x', len);
	big[len] = '\0';
	add_process(f->groups[0], "ears", 999);
	p = add(f, 0)->procs;
	e = spawn(f, p);
	answer(f, e, "READY\n");
	say(f, big);
	turn(f);
	answer(f, e, "RESULT 2\nOKREADY\n");
	say(f, "next");
	turn(f);
	assert_int_equal(p->io->listener->proto.state, LISTENER_READY);
	assert_null(strstr(buf_str(&f->log), "event 1 sent"));
	while (strstr(buf_str(&f->log), "event 1 sent") == NULL) {
		size_t n = strlen(heard(e));

		turn(f);
		if (n == 0)
			break;
		total += n;
	}
	total += strlen(heard(e));
	assert_non_null(strstr(buf_str(&f->log), "event 1 sent"));
	assert_int_equal(total, strlen(HEADER("0", "ears", "0", "REMOTE_COMMUNICATION", "6291463")) + 7 +
				    len + strlen(HEADER("1", "ears", "1", "REMOTE_COMMUNICATION", "11")) + 7 +
				    4);
	free(big);
	close_ends(e);
}

/* A pool that goes takes along what waits and what is in hand; a later one of that name begins anew. */
static void
test_removal(void **state)
{
	struct fixture *f = *state;
	struct group *g;
	struct ends e;

	add_process(f->groups[0], "ears", 999);
	g = add(f, 0);
	e = spawn(f, g->procs);
	answer(f, e, "READY\n");
	say(f, "a");
	say(f, "b");
	turn(f);
	assert_non_null(g->procs->io->listener->held);
	say(f, "c"); /* still due when the pool goes */
	g->procs->state = PROCESS_STOPPED;
	assert_int_equal(supervise_remove_group(&f->d, g, NULL), FAULT_NONE);
	say(f, "nobody");
	turn(f);
	assert_int_equal(f->d.event_serial, 3);
	close_ends(e);
	e = spawn(f, add(f, 0)->procs);
	say(f, "d");
	answer(f, e, "READY\n");
	assert_string_equal(heard(e), REMOTE("3", "ears", "0", "d"));
	close_ends(e);
}

/* What comes out of the pipe after the end is not the listener's word; a new child begins anew. */
static void
test_respawn(void **state)
{
	struct fixture *f = *state;
	struct process *p;
	struct ends old, new;

	add_process(f->groups[0], "ears", 999);
	p = add(f, 0)->procs;
	old = spawn(f, p);
	answer(f, old, "READY\n");
	say(f, "a");
	turn(f);
	answer(f, old, "RESULT 2");
	p->state = PROCESS_EXITED;
	listeners_exited(p);
	assert_null(p->io->listener->held);
	answer(f, old, "\nOK");
	assert_int_equal(p->io->listener->proto.state, LISTENER_BUSY);
	logpump_close(p->io->channel[CHANNEL_STDOUT]);
	child_stdin_close(&p->io->in);
	new = spawn(f, p);
	assert_int_equal(p->io->listener->proto.state, LISTENER_ACKNOWLEDGED);
	answer(f, new, "READY\n");
	assert_string_equal(heard(new), REMOTE("0", "ears", "0", "a"));
	close_ends(old);
	close_ends(new);
}

static const char *
first_line(const char *text)
{
	static char line[256];

	snprintf(line, sizeof(line), "%.*s", (int)strcspn(text, "\n"), text);
	return line;
}

/* Every type that the bus tells becomes its event. */
static void
test_types(void **state)
{
	static const struct {
		struct bus_event ev;
		enum process_state to;
		const char *name;
		const char *payload;
	} cases[] = {
	    {{.type = BUS_PROCESS_STATE, .tries = 2},
	     PROCESS_STARTING,
	     "STATE_STARTING",
	     "from_state:STOPPED tries:2"},
	    {{.type = BUS_PROCESS_STATE, .pid = 7},
	     PROCESS_RUNNING,
	     "STATE_RUNNING",
	     "from_state:STOPPED pid:7"},
	    {{.type = BUS_PROCESS_STATE, .tries = 3},
	     PROCESS_BACKOFF,
	     "STATE_BACKOFF",
	     "from_state:STOPPED tries:3"},
	    {{.type = BUS_PROCESS_STATE, .pid = 7},
	     PROCESS_STOPPING,
	     "STATE_STOPPING",
	     "from_state:STOPPED pid:7"},
	    {{.type = BUS_PROCESS_STATE, .pid = 7, .expected = true},
	     PROCESS_EXITED,
	     "STATE_EXITED",
	     "from_state:STOPPED expected:1 pid:7"},
	    {{.type = BUS_PROCESS_STATE, .pid = 0},
	     PROCESS_STOPPED,
	     "STATE_STOPPED",
	     "from_state:STOPPED pid:0"},
	    {{.type = BUS_PROCESS_STATE}, PROCESS_FATAL, "STATE_FATAL", "from_state:STOPPED"},
	    {{.type = BUS_PROCESS_STATE}, PROCESS_UNKNOWN, "STATE_UNKNOWN", "from_state:STOPPED"},
	    {{.type = BUS_PROCESS_LOG, .pid = 42, .channel = CHANNEL_STDOUT, .data = "x", .len = 1},
	     PROCESS_RUNNING,
	     "LOG_STDOUT",
	     "pid:42 channel:stdout\nx"},
	    {{.type = BUS_PROCESS_LOG, .pid = 42, .channel = CHANNEL_STDERR, .data = "x", .len = 1},
	     PROCESS_RUNNING,
	     "LOG_STDERR",
	     "pid:42 channel:stderr\nx"},
	    {{.type = BUS_PROCESS_COMM, .pid = 42, .channel = CHANNEL_STDOUT, .data = "x", .len = 1},
	     PROCESS_RUNNING,
	     "COMMUNICATION_STDOUT",
	     "pid:42\nx"},
	    {{.type = BUS_PROCESS_COMM, .pid = 42, .channel = CHANNEL_STDERR, .data = "", .len = 0},
	     PROCESS_RUNNING,
	     "COMMUNICATION_STDERR",
	     "pid:42\n"},
	};
	struct fixture *f = *state;
	struct process_config config = {0};
	struct group_config group_config = {.name = identifier};
	struct group group = {.config = &group_config, .name = "g"};
	struct ends e;

	add_process(f->groups[1], "others", 999);
	e = spawn(f, add(f, 1)->procs);
	answer(f, e, "READY\n");
	heard(e);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct process p = {
		    .name = "p", .group = &group, .config = &config, .pid = 42, .state = cases[i].to};
		struct bus_event ev = cases[i].ev;
		char *name = xasprintf("eventname:PROCESS_%s ", cases[i].name);
		char *payload = xasprintf("\nprocessname:p groupname:g %s", cases[i].payload);
		const char *text;

		ev.process = &p;
		answer(f, e, "RESULT 2\nOKREADY\n");
		fire(f, ev);
		turn(f);
		text = heard(e);
		assert_non_null(strstr(first_line(text), name));
		assert_string_equal(strchr(text, '\n'), payload);
		free(name);
		free(payload);
	}
	close_ends(e);
}

/* The daemon's own states and the ticks; that it ends is told once. */
static void
test_supervisor_and_ticks(void **state)
{
	static const struct {
		enum supervisor_state state;
		struct bus_event ev;
		const char *name; /* NULL: nothing is told */
		const char *payload;
	} cases[] = {
	    {SUPERVISOR_RUNNING, {.type = BUS_SUPERVISOR}, "SUPERVISOR_STATE_CHANGE_RUNNING len:0", ""},
	    {SUPERVISOR_RUNNING, {.type = BUS_TICK, .period = 5, .slice = 35}, "TICK_5 len:7", "when:35"},
	    {SUPERVISOR_RUNNING, {.type = BUS_TICK, .period = 60, .slice = 60}, "TICK_60 len:7", "when:60"},
	    {SUPERVISOR_RUNNING,
	     {.type = BUS_TICK, .period = 3600, .slice = 7200},
	     "TICK_3600 len:9",
	     "when:7200"},
	    {SUPERVISOR_RESTARTING, {.type = BUS_SUPERVISOR}, "SUPERVISOR_STATE_CHANGE_STOPPING len:0", ""},
	    {SUPERVISOR_SHUTDOWN, {.type = BUS_SUPERVISOR}, NULL, NULL},
	};
	struct fixture *f = *state;
	struct ends e;

	add_process(f->groups[1], "others", 999);
	e = spawn(f, add(f, 1)->procs);
	answer(f, e, "READY\n");
	heard(e);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *text;

		f->d.state = cases[i].state;
		answer(f, e, "RESULT 2\nOKREADY\n");
		fire(f, cases[i].ev);
		turn(f);
		text = heard(e);
		if (cases[i].name == NULL) {
			assert_string_equal(text, "");
			continue;
		}
		assert_non_null(strstr(first_line(text), cases[i].name));
		assert_string_equal(strchr(text, '\n') + 1, cases[i].payload);
	}
	close_ends(e);
}

/* What the end of the daemon waits for. */
static void
test_working(void **state)
{
	struct fixture *f = *state;
	struct group *g;
	struct ends e;

	add_process(f->groups[0], "ears", 999);
	g = add(f, 0);
	assert_false(listeners_are_working(g));
	e = spawn(f, g->procs);
	assert_false(listeners_are_working(g));
	say(f, "a");
	assert_true(listeners_are_working(g));
	answer(f, e, "READY\n");
	assert_true(listeners_are_working(g));
	answer(f, e, "RESULT 2\nOK");
	assert_false(listeners_are_working(g));
	say(f, "b");
	answer(f, e, "nonsense");
	assert_int_equal(g->procs->io->listener->proto.state, LISTENER_UNKNOWN);
	assert_false(listeners_are_working(g));
	close_ends(e);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    TEST(test_first_event),  TEST(test_who_is_deaf_is_told),
	    TEST(test_overflow),     TEST(test_serials),
	    TEST(test_two_pools),    TEST(test_order),
	    TEST(test_closed_stdin), TEST(test_big_events),
	    TEST(test_removal),      TEST(test_respawn),
	    TEST(test_types),        TEST(test_supervisor_and_ticks),
	    TEST(test_working),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
