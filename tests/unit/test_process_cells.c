/*
 * test_process_cells.c: every cell of the matrix of core/process_sm, by the rows of process_cells.h, and doc/states.md,
 * whose lists are made of them. `test_process_cells --write FILE` writes the lists of that document anew.
 *
 * One step is looked at by itself: what it decides is written down, not carried out. Whole lives are
 * test_process_sm.c's.
 */
#include "autoconf.h"

#include <assert.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/names.h"
#include "base/xmalloc.h"
#include "process_cells.h"

#define EXIT_STATUS(code) ((code) << 8)
#define CORE_FLAG 0x80
#define TEXT_MAX (1U << 20)
#define LINE_MAX_WIDTH 92
#define CHILD_PID 7
#define NEW_PID 8
#define NOT_TOUCHED (7 * SECOND_US)

static int exit_zero[] = {0};
static char program_name[] = "web";

/* A process, and what happens to it. */
struct scene {
	struct process_config config;
	struct process p;
	struct process_event ev;
	struct now now;
};

/* Circumstances */

static void
usual(struct scene *s)
{
	(void)s;
}

static void
next_try(struct scene *s)
{
	s->ev.cause = CAUSE_BACKOFF;
}

static void
autorestarted(struct scene *s)
{
	s->ev.cause = CAUSE_AUTORESTART;
	if (s->p.cause != CAUSE_NONE)
		s->p.cause = CAUSE_AUTORESTART;
}

static void
no_startsecs(struct scene *s)
{
	s->config.startsecs = 0;
	s->p.cause = CAUSE_REQUEST;
}

static void
late(struct scene *s)
{
	s->p.started = s->now.mono - s->config.startsecs * SECOND_US;
}

static void
last_try(struct scene *s)
{
	s->p.backoff = s->config.startretries;
}

static void
tries_used_up(struct scene *s)
{
	s->p.backoff = s->config.startretries + 1;
}

static void
exit_1(struct scene *s)
{
	s->ev.status = EXIT_STATUS(1);
}

static void
by_signal(struct scene *s)
{
	s->ev.status = SIGUSR1;
}

static void
core_dumped(struct scene *s)
{
	s->ev.status = SIGSEGV | CORE_FLAG;
}

static void
autorestart_never(struct scene *s)
{
	s->config.autorestart = AUTORESTART_FALSE;
}

static void
autorestart_always(struct scene *s)
{
	s->config.autorestart = AUTORESTART_TRUE;
}

static void
daemon_ends(struct scene *s)
{
	s->ev.ending = true;
}

static void
no_child(struct scene *s)
{
	s->p.pid = 0;
}

static void
stop_as_group(struct scene *s)
{
	s->config.stopasgroup = true;
}

static void
kill_as_group(struct scene *s)
{
	s->config.killasgroup = true;
}

static void
no_wait(struct scene *s)
{
	s->config.stopwaitsecs = 0;
}

static void
gone(struct scene *s)
{
	s->ev.error = ESRCH;
	s->ev.text = "No such process";
}

static void
not_a_stop(struct scene *s)
{
	s->ev.stop = false;
}

static void
stop_had_failed(struct scene *s)
{
	s->p.killing = true;
}

static const struct {
	const char *text;
	void (*apply)(struct scene *s);
} circumstances[] = {
    [USUAL] = {"", usual},
    [NEXT_TRY] = {"by itself, the next try", next_try},
    [AUTORESTARTED] = {"by itself", autorestarted},
    [NO_STARTSECS] = {"startsecs=0", no_startsecs},
    [LATE] = {"startsecs or more after the try", late},
    [LAST_TRY] = {"the last of startretries", last_try},
    [TRIES_USED_UP] = {"startretries used up", tries_used_up},
    [EXIT_1] = {"exit status 1", exit_1},
    [BY_SIGNAL] = {"by a signal", by_signal},
    [CORE_DUMPED] = {"by a signal with a core dump", core_dumped},
    [AUTORESTART_NEVER] = {"autorestart=false", autorestart_never},
    [AUTORESTART_ALWAYS] = {"autorestart=true", autorestart_always},
    [DAEMON_ENDS] = {"the daemon ends", daemon_ends},
    [NO_CHILD] = {"before there is a child", no_child},
    [STOP_AS_GROUP] = {"stopasgroup=true", stop_as_group},
    [KILL_AS_GROUP] = {"killasgroup=true", kill_as_group},
    [NO_WAIT] = {"stopwaitsecs=0", no_wait},
    [GONE] = {"no such process", gone},
    [NOT_A_STOP] = {"not of a stop", not_a_stop},
    [STOP_HAD_FAILED] = {"a stop had failed", stop_had_failed},
};
static_assert(sizeof(circumstances) / sizeof(circumstances[0]) == NCIRCUMSTANCES, "one row per circumstance");

/* What the head of process_sm.h says of each state. */
static const char *const meaning[] = {
    [PROCESS_STOPPED] = "not running, because nobody asked for it or somebody asked for its end",
    [PROCESS_STARTING] = "a try is under way; with a pid it waits until it has lived for startsecs",
    [PROCESS_RUNNING] = "has lived for more than startsecs",
    [PROCESS_BACKOFF] = "a try has failed; waits for the next one, or for giving up",
    [PROCESS_STOPPING] = "has been told to end; SIGKILL follows every stopwaitsecs",
    [PROCESS_EXITED] = "has ended by itself; starts again when autorestart says so",
    [PROCESS_FATAL] = "too many failed tries in a row",
    [PROCESS_UNKNOWN] = "a signal could not be sent; what it does is not known",
};
static_assert(sizeof(meaning) / sizeof(meaning[0]) == PROCESS_NSTATES, "one row per state");

/* One step, written down */

static bool
is_one_of(enum process_state state, enum process_state a, enum process_state b)
{
	return state == a || state == b;
}

static void
set_scene(struct scene *s, const struct cell_row *row)
{
	enum process_state from = row->from;

	*s = (struct scene){
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
	    .p =
		{
		    .name = program_name,
		    .state = from,
		    .pid = process_state_is_signallable(from) || from == PROCESS_UNKNOWN ? CHILD_PID : 0,
		    .started = 1000 * SECOND_US - SECOND_US / 2,
		    .backoff = is_one_of(from, PROCESS_STARTING, PROCESS_BACKOFF) ? 2 : 0,
		    .killing = from == PROCESS_STOPPING,
		    .spawnerr = is_one_of(from, PROCESS_BACKOFF, PROCESS_FATAL) ? xstrdup("why") : NULL,
		},
	    .ev =
		{
		    .type = row->event,
		    .cause = CAUSE_REQUEST,
		    .pid = NEW_PID,
		    .sig = SIGUSR1,
		    .error = EPERM,
		    .stop = true,
		    .text =
			row->event == EV_SPAWN_FAILED ? "can't find command 'x'" : "Operation not permitted",
		},
	};
	s->p.config = &s->config;
	if (row->event == EV_SPAWNED || row->event == EV_SPAWN_FAILED)
		s->p.pid = from == PROCESS_STARTING ? 0 : s->p.pid;
	s->p.deadline = s->now.mono + (row->event == EV_DEADLINE ? 0 : NOT_TOUCHED);
	for (size_t i = 0; i < WHEN_MAX; i++)
		circumstances[row->when[i]].apply(s);
}

/* As listeners get it: spec/events.md. */
static void
write_event(struct buf *out, const struct process *p, const struct action *a)
{
	buf_printf(out, "event PROCESS_STATE_%s from_state:%s", process_state_name(p->state),
		   process_state_name(a->from));
	switch (p->state) {
	case PROCESS_STARTING:
	case PROCESS_BACKOFF:
		buf_printf(out, " tries:%d", (int)a->tries);
		break;
	case PROCESS_EXITED:
		buf_printf(out, " expected:%d pid:%d", a->expected, (int)a->pid);
		break;
	case PROCESS_STOPPED:
	case PROCESS_RUNNING:
	case PROCESS_STOPPING:
		buf_printf(out, " pid:%d", (int)a->pid);
		break;
	case PROCESS_FATAL:
	case PROCESS_UNKNOWN:
	case PROCESS_NSTATES:
		break;
	}
	buf_printf(out, "\n");
}

static void
write_action(struct buf *out, const struct process *p, const struct action *a)
{
	switch (a->type) {
	case ACTION_LOG:
		buf_printf(out, "%s %s\n", log_level_tag(a->level), a->text);
		break;
	case ACTION_CHANGED:
		write_event(out, p, a);
		break;
	case ACTION_SPAWN:
		buf_printf(out, "spawn\n");
		break;
	case ACTION_SPAWNED:
		buf_printf(out, "a child is there\n");
		break;
	case ACTION_SIGNAL:
		buf_printf(out, "kill %d %s\n", (int)a->target, signal_name(a->sig));
		break;
	case ACTION_STEP:
		buf_printf(out, "then %s\n", process_event_name(a->event.type));
		break;
	}
}

static void
write_timer(struct buf *out, const char *sep, mono_us left)
{
	if (left == 0)
		buf_printf(out, "%stimer now", sep);
	else if (left % SECOND_US == 0)
		buf_printf(out, "%stimer %lld s", sep, (long long)(left / SECOND_US));
	else
		buf_printf(out, "%stimer %lld.%06lld s", sep, (long long)(left / SECOND_US),
			   (long long)(left % SECOND_US));
}

static const char *
separator(const struct buf *out, size_t start)
{
	return out->len == start ? "set " : ", ";
}

/* What the process remembers now and did not before. */
static void
write_changes(struct buf *out, const struct process *before, const struct process *p, const struct now *now)
{
	size_t start = out->len;

	if (p->pid != before->pid)
		buf_printf(out, "%spid %d", separator(out, start), (int)p->pid);
	if (p->laststart == now->wall)
		buf_printf(out, "%slaststart", separator(out, start));
	if (p->laststop == now->wall)
		buf_printf(out, "%slaststop", separator(out, start));
	if (p->backoff != before->backoff)
		buf_printf(out, "%sbackoff %d", separator(out, start), (int)p->backoff);
	if (p->has_exitstatus)
		buf_printf(out, "%sexitstatus %d", separator(out, start), p->exitstatus);
	if (p->spawnerr != before->spawnerr && p->spawnerr != NULL)
		buf_printf(out, "%sspawnerr '%s'", separator(out, start), p->spawnerr);
	if (before->spawnerr != NULL && p->spawnerr == NULL)
		buf_printf(out, "%sspawnerr none", separator(out, start));
	if (p->killing != before->killing)
		buf_printf(out, "%s%skilling", separator(out, start), p->killing ? "" : "not ");
	if (p->cause != before->cause)
		buf_printf(out, "%scause %s", separator(out, start), process_cause_name(p->cause));
	if (p->deadline == 0)
		buf_printf(out, "%stimer off", separator(out, start));
	else if (p->deadline != now->mono + NOT_TOUCHED)
		write_timer(out, separator(out, start), p->deadline - now->mono);
	if (out->len > start)
		buf_printf(out, "\n");
}

/* Makes the step of a row: what it says, and the state it ends in. */
static enum process_state
run_row(const struct cell_row *row, struct buf *out)
{
	struct scene s;
	struct process before;
	struct actions actions;
	enum process_state to;

	set_scene(&s, row);
	before = s.p;
	process_step(&s.p, &s.ev, &s.now, &actions);
	if (actions.fault != FAULT_NONE)
		buf_printf(out, "fault %s%s%s\n", fault_name(actions.fault),
			   actions.fault_text != NULL ? ": " : "",
			   actions.fault_text != NULL ? actions.fault_text : "");
	for (size_t i = 0; i < actions.n; i++)
		write_action(out, &s.p, &actions.list[i]);
	write_changes(out, &before, &s.p, &s.now);
	actions_release(&actions);
	free(s.p.spawnerr);
	free(s.p.who);
	exit_counts_release(&s.p.exits);
	to = s.p.state;
	return to;
}

static void
write_name(struct buf *out, const struct cell_row *row)
{
	buf_printf(out, "%s + %s", process_state_name(row->from), process_event_name(row->event));
	for (size_t i = 0; i < WHEN_MAX && row->when[i] != USUAL; i++)
		buf_printf(out, ", %s", circumstances[row->when[i]].text);
}

/* The document */

static const struct cell_row *
row_of(enum process_state from, enum process_event_type event, size_t nth)
{
	for (size_t i = 0; i < NROWS; i++)
		if (cell_rows[i].from == from && cell_rows[i].event == event && nth-- == 0)
			return &cell_rows[i];
	return NULL;
}

/* A row in one word: the state that is entered, or what else comes of it. */
static const char *
row_word(const struct cell_row *row)
{
	if (row->to != row->from)
		return process_state_name(row->to);
	if (strncmp(row->says, "fault ", 6) == 0)
		return "refused";
	return row->says[0] == '\0' || strncmp(row->says, "set ", 4) == 0 ? "." : "acts";
}

/* The nth word of a cell, each once; "": it has no more. */
static const char *
cell_word(enum process_state from, enum process_event_type event, size_t nth)
{
	const struct cell_row *row, *before;

	for (size_t i = 0; (row = row_of(from, event, i)) != NULL; i++) {
		bool seen = false;

		for (size_t j = 0; j < i && (before = row_of(from, event, j)) != NULL; j++)
			seen |= strcmp(row_word(before), row_word(row)) == 0;
		if (!seen && nth-- == 0)
			return row_word(row);
	}
	return "";
}

/* One line of the matrix: the nth words of all cells of an event. False: there are none. */
static bool
write_words(struct buf *out, enum process_event_type event, size_t nth)
{
	struct buf line = BUF_INIT(TEXT_MAX);
	bool any = false;

	buf_printf(&line, "%-14s", nth == 0 ? process_event_name(event) : "");
	for (int from = 0; from < PROCESS_NSTATES; from++) {
		const char *word = cell_word((enum process_state)from, event, nth);

		any |= word[0] != '\0';
		buf_printf(&line, "%-10s", word);
	}
	while (line.len > 0 && buf_str(&line)[line.len - 1] == ' ')
		buf_truncate(&line, line.len - 1);
	if (any)
		buf_printf(out, "%s\n", buf_str(&line));
	buf_release(&line);
	return any;
}

static void
write_matrix(struct buf *out)
{
	buf_printf(out, "%-14s", "");
	for (int from = 0; from < PROCESS_NSTATES; from++)
		buf_printf(out, from == PROCESS_NSTATES - 1 ? "%s\n" : "%-10s",
			   process_state_name((enum process_state)from));
	for (int event = 0; event < PROCESS_NEVENTS; event++)
		for (size_t nth = 0; write_words(out, (enum process_event_type)event, nth); nth++)
			;
}

static bool
leads(enum process_state from, enum process_event_type event, enum process_state to)
{
	for (size_t i = 0; i < NROWS; i++)
		if (cell_rows[i].from == from && cell_rows[i].event == event && cell_rows[i].to == to)
			return true;
	return false;
}

/* "STARTING (DEADLINE, EXITED)": the events that lead from one state to another; other is the one to be named. */
static bool
write_way(struct buf *out, enum process_state from, enum process_state to, enum process_state other,
	  const char *sep)
{
	bool any = false;

	for (int event = 0; event < PROCESS_NEVENTS; event++) {
		if (from == to || !leads(from, (enum process_event_type)event, to))
			continue;
		if (!any)
			buf_printf(out, "%s%s (", sep, process_state_name(other));
		buf_printf(out, "%s%s", any ? ", " : "", process_event_name((enum process_event_type)event));
		any = true;
	}
	if (any)
		buf_printf(out, ")");
	return any;
}

static void
write_ways(struct buf *out, enum process_state state, bool in)
{
	const char *sep = "";

	buf_printf(out, in ? "from: " : "to:   ");
	for (int i = 0; i < PROCESS_NSTATES; i++) {
		enum process_state other = (enum process_state)i;

		if (write_way(out, in ? other : state, in ? state : other, other, sep))
			sep = ", ";
	}
	buf_printf(out, "\n");
}

/* One line of a row. What is remembered is folded behind a comma where it is long; texts of the log stay whole. */
static void
write_line(struct buf *out, const char *line, size_t len)
{
	const char *indent = "    ";
	bool folds = strncmp(line, "set ", 4) == 0;

	while (folds && len > LINE_MAX_WIDTH) {
		size_t cut = LINE_MAX_WIDTH;

		while (cut >= 2 && strncmp(line + cut - 2, ", ", 2) != 0)
			cut--;
		if (cut < 2)
			break;
		buf_printf(out, "%s%.*s\n", indent, (int)cut - 1, line);
		line += cut;
		len -= cut;
		indent = "        ";
	}
	buf_printf(out, "%s%.*s\n", indent, (int)len, line);
}

static void
write_row(struct buf *out, const struct cell_row *row)
{
	const char *at = row->says;

	if (at[0] == '\0')
		return;
	buf_printf(out, "\n");
	write_name(out, row);
	if (row->to != row->from)
		buf_printf(out, " -> %s", process_state_name(row->to));
	buf_printf(out, "\n");
	for (; *at != '\0'; at += strcspn(at, "\n") + 1)
		write_line(out, at, strcspn(at, "\n"));
}

static void
write_state(struct buf *out, enum process_state state)
{
	const char *sep = "\nnothing comes of: ";

	buf_printf(out, "%s%d  %s: %s\n", state == 0 ? "" : "\n\n", process_state_code(state),
		   process_state_name(state), meaning[state]);
	write_ways(out, state, true);
	write_ways(out, state, false);
	for (size_t i = 0; i < NROWS; i++)
		if (cell_rows[i].from == state)
			write_row(out, &cell_rows[i]);
	for (size_t i = 0; i < NROWS; i++) {
		if (cell_rows[i].from != state || cell_rows[i].says[0] != '\0')
			continue;
		buf_printf(out, "%s%s", sep, process_event_name(cell_rows[i].event));
		sep = ", ";
	}
	if (sep[0] == ',')
		buf_printf(out, "\n");
}

static void
write_cells(struct buf *out)
{
	for (int state = 0; state < PROCESS_NSTATES; state++)
		write_state(out, (enum process_state)state);
}

static const struct {
	const char *begin;
	void (*write)(struct buf *out);
} blocks[] = {
    {"<!-- matrix -->\n```text\n", write_matrix},
    {"<!-- cells -->\n```text\n", write_cells},
};
#define BLOCK_END "```\n"

/* The text of a document with its lists written anew; NULL: it lacks one. */
static char *
document(const char *text)
{
	struct buf out = BUF_INIT(TEXT_MAX);
	char *result;

	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		const char *begin = strstr(text, blocks[i].begin);
		const char *end = begin != NULL ? strstr(begin + strlen(blocks[i].begin), BLOCK_END) : NULL;

		if (end == NULL) {
			buf_release(&out);
			return NULL;
		}
		buf_append(&out, text, (size_t)(begin - text) + strlen(blocks[i].begin));
		blocks[i].write(&out);
		text = end;
	}
	buf_append(&out, text, strlen(text));
	result = xstrdup(buf_str(&out));
	buf_release(&out);
	return result;
}

static char *
read_file(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = xcalloc(1, TEXT_MAX);

	if (f == NULL || fread(text, 1, TEXT_MAX - 1, f) == 0) {
		free(text);
		text = NULL;
	}
	if (f != NULL)
		fclose(f);
	return text;
}

static int
write_document(const char *path)
{
	char *before = read_file(path), *after = before != NULL ? document(before) : NULL;
	FILE *f = after != NULL ? fopen(path, "w") : NULL;
	bool ok = f != NULL && fputs(after, f) >= 0 && fclose(f) == 0;

	if (!ok)
		fprintf(stderr, "%s: cannot write its lists\n", path);
	free(before);
	free(after);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Tests */

static void
test_each_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < NROWS; i++) {
		struct buf said = BUF_INIT(TEXT_MAX), name = BUF_INIT(TEXT_MAX);
		enum process_state to = run_row(&cell_rows[i], &said);

		write_name(&name, &cell_rows[i]);
		if (to != cell_rows[i].to)
			fail_msg("%s: %s instead of %s", buf_str(&name), process_state_name(to),
				 process_state_name(cell_rows[i].to));
		if (strcmp(buf_str(&said), cell_rows[i].says) != 0)
			fail_msg("%s:\n%sinstead of\n%s", buf_str(&name), buf_str(&said), cell_rows[i].says);
		buf_release(&said);
		buf_release(&name);
	}
}

static void
test_each_cell_has_a_row(void **state)
{
	(void)state;
	for (int from = 0; from < PROCESS_NSTATES; from++)
		for (int event = 0; event < PROCESS_NEVENTS; event++)
			if (row_of((enum process_state)from, (enum process_event_type)event, 0) == NULL)
				fail_msg("no row for %s + %s", process_state_name((enum process_state)from),
					 process_event_name((enum process_event_type)event));
}

/* What a row says it depends on matters: it says something else than the other rows of its cell. */
static void
test_rows_of_a_cell_differ(void **state)
{
	(void)state;
	for (size_t i = 0; i < NROWS; i++)
		for (size_t j = 0; j < i; j++)
			if (cell_rows[i].from == cell_rows[j].from &&
			    cell_rows[i].event == cell_rows[j].event)
				assert_false(memcmp(cell_rows[i].when, cell_rows[j].when,
						    sizeof(cell_rows[i].when)) == 0);
}

/* A step changes the state at most once, and says so then and only then. */
static void
test_one_change_per_step(void **state)
{
	(void)state;
	for (size_t i = 0; i < NROWS; i++) {
		const char *event = strstr(cell_rows[i].says, "event ");

		assert_int_equal(event != NULL, cell_rows[i].from != cell_rows[i].to);
		if (event != NULL)
			assert_null(strstr(event + 1, "event "));
	}
}

static void
test_document(void **state)
{
	const char *srcdir = getenv("srcdir");
	char *path = xasprintf("%s/doc/states.md", srcdir != NULL ? srcdir : ".");
	char *text = read_file(path), *wanted;

	(void)state;
	if (text == NULL)
		fail_msg("cannot read %s (srcdir=... says where the sources are)", path);
	wanted = document(text);
	assert_non_null(wanted);
	if (strcmp(text, wanted) != 0)
		fail_msg("%s is not what the matrix decides; run `make states-doc`", path);
	free(wanted);
	free(text);
	free(path);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_each_row),
	    cmocka_unit_test(test_each_cell_has_a_row),
	    cmocka_unit_test(test_rows_of_a_cell_differ),
	    cmocka_unit_test(test_one_change_per_step),
	    cmocka_unit_test(test_document),
	};

	if (argc == 3 && strcmp(argv[1], "--write") == 0)
		return write_document(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
