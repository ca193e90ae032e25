/* tui_columns.c: see tui_columns.h. */
#include "autoconf.h"

#include "tui/tui_columns.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"

#include "tui/tui_model.h"
#include "tui/tui_rows.h"

/* The sum of what the members of a group have, passing over those of which it is not known; -1: of none. */
typedef double figure_fn(const struct tui_proc *p);

static double
sum(const struct tui_row *row, figure_fn *figure)
{
	double total = -1;

	if (row->proc != NULL)
		return figure(row->proc);
	for (size_t i = 0; i < row->group->n; i++) {
		double d = figure(row->group->procs[i]);

		if (d >= 0)
			total = (total < 0 ? 0 : total) + d;
	}
	return total;
}

/* A figure that is not known is a dash in a program's row, and nothing in that of a group. */
static void
format_unknown(const struct tui_row *row, char out[TUI_CELL_MAX])
{
	snprintf(out, TUI_CELL_MAX, "%s", row->proc != NULL ? "-" : "");
}

static void
format_count(const struct tui_row *row, figure_fn *figure, char out[TUI_CELL_MAX])
{
	double total = sum(row, figure);

	if (total < 0)
		format_unknown(row, out);
	else
		snprintf(out, TUI_CELL_MAX, "%.0f", total);
}

/* Host */

static void
format_host(const struct tui_model *m, const struct tui_row *row, char out[TUI_CELL_MAX], double *valid_for)
{
	(void)m;
	(void)valid_for;
	snprintf(out, TUI_CELL_MAX, "%s", tui_host_name(row->group->host));
}

static void
key_host(const struct tui_proc *p, struct tui_sort_key *key)
{
	key->number = (double)p->group->host->slot;
}

/* Name */

static void
format_name(const struct tui_model *m, const struct tui_row *row, char out[TUI_CELL_MAX], double *valid_for)
{
	size_t running = 0;

	(void)valid_for;
	if (row->proc != NULL) {
		/* In a list without groups a name alone would not say which. */
		snprintf(out, TUI_CELL_MAX, "%s",
			 m->sort == COLUMN_NAME ? row->proc->name : row->proc->display);
		return;
	}
	for (size_t i = 0; i < row->group->n; i++)
		running += row->group->procs[i]->state == PROCESS_RUNNING;
	snprintf(out, TUI_CELL_MAX, "%.*s  %zu/%zu", TUI_CELL_MAX - 50, row->group->name, running,
		 row->group->n);
}

/* State: of a folded group, that of its worst member, if something is the matter. */

static void
format_state(const struct tui_model *m, const struct tui_row *row, char out[TUI_CELL_MAX], double *valid_for)
{
	const struct tui_proc *p = row->proc != NULL ? row->proc : tui_worst_of(row);

	(void)valid_for;
	out[0] = '\0';
	if (p == NULL || (row->proc == NULL && (!tui_rows_is_folded(m, row->group) || !tui_proc_is_ill(p))))
		return;
	snprintf(out, TUI_CELL_MAX, "%s", process_state_name(p->state));
}

int
tui_trouble_rank(const struct tui_proc *p)
{
	static const int rank[PROCESS_NSTATES] = {
	    [PROCESS_FATAL] = 0,    [PROCESS_UNKNOWN] = 1,  [PROCESS_BACKOFF] = 2, [PROCESS_EXITED] = 6,
	    [PROCESS_STARTING] = 7, [PROCESS_STOPPING] = 8, [PROCESS_STOPPED] = 9, [PROCESS_RUNNING] = 10,
	};

	if (p->state == PROCESS_EXITED && tui_proc_is_ill(p))
		return 3;
	return tui_proc_flaps(p) ? 4 : p->activity.silent ? 5 : rank[p->state];
}

const struct tui_proc *
tui_worst_of(const struct tui_row *head)
{
	const struct tui_proc *worst = NULL;

	for (size_t i = 0; i < head->group->n; i++)
		if (worst == NULL || tui_trouble_rank(head->group->procs[i]) < tui_trouble_rank(worst))
			worst = head->group->procs[i];
	return worst;
}

static void
key_state(const struct tui_proc *p, struct tui_sort_key *key)
{
	key->number = tui_trouble_rank(p);
}

/* PID */

static void
format_pid(const struct tui_model *m, const struct tui_row *row, char out[TUI_CELL_MAX], double *valid_for)
{
	(void)m;
	(void)valid_for;
	if (row->proc == NULL || row->proc->pid == 0)
		format_unknown(row, out);
	else
		snprintf(out, TUI_CELL_MAX, "%" PRId64, row->proc->pid);
}

static void
key_pid(const struct tui_proc *p, struct tui_sort_key *key)
{
	key->number = (double)p->pid;
}

/* Uptime: how long it has been in this condition, or when it is tried again. */

static double
age_from(const struct tui_proc *p)
{
	return process_state_is_stopped(p->state) ? p->stop : p->start;
}

static void
format_uptime(const struct tui_model *m, const struct tui_row *row, char out[TUI_CELL_MAX], double *valid_for)
{
	const struct tui_proc *p = row->proc;
	double now = tui_host_time(row->group->host), valid = TUI_FOREVER;

	(void)m;
	out[0] = '\0';
	if (p == NULL)
		return;
	if (p->state == PROCESS_BACKOFF && p->next_try > now) {
		double left = tui_seconds_left(p->next_try - now);

		snprintf(out, TUI_CELL_MAX, "in %.0f s", left);
		valid = p->next_try - now - (left - 1);
	} else if (age_from(p) > 0)
		tui_format_age(now - age_from(p), out, &valid);
	else
		snprintf(out, TUI_CELL_MAX, "-");
	/* What is old does not get older. */
	if (row->group->host->link != LINK_DOWN)
		tui_until(valid_for, valid);
}

/* The shortest first: what has changed last is what one looks for. */
static void
key_uptime(const struct tui_proc *p, struct tui_sort_key *key)
{
	key->number = (process_state_is_running(p->state) ? 0 : 1e12) - age_from(p);
}

/* CPU, memory, threads */

static double
cpu_of(const struct tui_proc *p)
{
	return p->cpu;
}

static void
format_cpu(const struct tui_model *m, const struct tui_row *row, char out[TUI_CELL_MAX], double *valid_for)
{
	double cpu = sum(row, cpu_of);

	(void)m;
	(void)valid_for;
	if (cpu < 0)
		format_unknown(row, out);
	else
		snprintf(out, TUI_CELL_MAX, cpu < 999.95 ? "%.1f" : "%.0f", cpu);
}

static void
key_cpu(const struct tui_proc *p, struct tui_sort_key *key)
{
	key->number = p->cpu;
}

static double
rss_of(const struct tui_proc *p)
{
	return (double)p->rss;
}

static void
format_mem(const struct tui_model *m, const struct tui_row *row, char out[TUI_CELL_MAX], double *valid_for)
{
	double rss = sum(row, rss_of);

	(void)m;
	(void)valid_for;
	if (rss < 0)
		format_unknown(row, out);
	else
		tui_format_bytes((int64_t)rss, out);
}

static void
key_mem(const struct tui_proc *p, struct tui_sort_key *key)
{
	key->number = (double)p->rss;
}

static double
threads_of(const struct tui_proc *p)
{
	return p->pid == 0 || p->threads <= 0 ? -1 : (double)p->threads;
}

static void
format_threads(const struct tui_model *m, const struct tui_row *row, char out[TUI_CELL_MAX],
	       double *valid_for)
{
	(void)m;
	(void)valid_for;
	format_count(row, threads_of, out);
}

static void
key_threads(const struct tui_proc *p, struct tui_sort_key *key)
{
	key->number = threads_of(p);
}

/* Restarts, tries */

static double
restarts_of(const struct tui_proc *p)
{
	return (double)p->restarts;
}

static void
format_restarts(const struct tui_model *m, const struct tui_row *row, char out[TUI_CELL_MAX],
		double *valid_for)
{
	(void)m;
	(void)valid_for;
	format_count(row, restarts_of, out);
}

static void
key_restarts(const struct tui_proc *p, struct tui_sort_key *key)
{
	key->number = (double)p->restarts;
}

static void
format_tries(const struct tui_model *m, const struct tui_row *row, char out[TUI_CELL_MAX], double *valid_for)
{
	(void)m;
	(void)valid_for;
	if (row->proc == NULL || row->proc->tries == 0)
		format_unknown(row, out);
	else
		snprintf(out, TUI_CELL_MAX, "%" PRId64, row->proc->tries);
}

static void
key_tries(const struct tui_proc *p, struct tui_sort_key *key)
{
	key->number = (double)p->tries;
}

/* How the last run ended */

static void
format_exit(const struct tui_model *m, const struct tui_row *row, char out[TUI_CELL_MAX], double *valid_for)
{
	const struct tui_proc *p = row->proc;

	(void)m;
	(void)valid_for;
	if (p == NULL || p->stop <= 0)
		format_unknown(row, out);
	else if (p->signal != 0)
		tui_format_signal(p->signal, out);
	else if (p->exitstatus < 0)
		snprintf(out, TUI_CELL_MAX, "signal"); /* Supervisor does not tell which */
	else
		snprintf(out, TUI_CELL_MAX, "%" PRId64, p->exitstatus);
}

static void
key_exit(const struct tui_proc *p, struct tui_sort_key *key)
{
	key->number = p->stop <= 0 ? -1 : p->signal != 0 ? 1000 + (double)p->signal : (double)p->exitstatus;
}

/* Priority, lost output */

static void
format_priority(const struct tui_model *m, const struct tui_row *row, char out[TUI_CELL_MAX],
		double *valid_for)
{
	(void)m;
	(void)valid_for;
	snprintf(out, TUI_CELL_MAX, "%" PRId64,
		 row->proc != NULL ? row->proc->priority : row->group->priority);
}

static void
key_priority(const struct tui_proc *p, struct tui_sort_key *key)
{
	key->number = (double)p->priority;
}

static double
lost_of(const struct tui_proc *p)
{
	return (double)p->lost_bytes;
}

static void
format_lost(const struct tui_model *m, const struct tui_row *row, char out[TUI_CELL_MAX], double *valid_for)
{
	double lost = sum(row, lost_of);

	(void)m;
	(void)valid_for;
	if (lost <= 0)
		format_unknown(row, out);
	else
		tui_format_bytes((int64_t)lost, out);
}

static void
key_lost(const struct tui_proc *p, struct tui_sort_key *key)
{
	key->number = (double)p->lost_bytes;
}

/* Events that wait for an event listener, and those that it will never get */

static void
format_listener(const struct tui_model *m, const struct tui_row *row, char out[TUI_CELL_MAX],
		double *valid_for)
{
	const struct tui_listener *l = row->proc == NULL ? NULL : &row->proc->listener;

	(void)m;
	(void)valid_for;
	out[0] = '\0';
	if (l == NULL || !l->is)
		return;
	if (l->dropped > 0)
		snprintf(out, TUI_CELL_MAX, "%" PRId64 " -%" PRId64, l->queued, l->dropped);
	else
		snprintf(out, TUI_CELL_MAX, "%" PRId64, l->queued);
}

static void
key_listener(const struct tui_proc *p, struct tui_sort_key *key)
{
	key->number = p->listener.is ? (double)p->listener.dropped * 1e6 + (double)p->listener.queued : -1;
}

/* What it writes */

/* When it has written last, of a group the member that was the last; < 0: not known. */
static double
last_output(const struct tui_row *row)
{
	double last = -1;

	if (row->proc != NULL)
		return row->proc->activity.last;
	for (size_t i = 0; i < row->group->n; i++)
		if (row->group->procs[i]->activity.last > last)
			last = row->group->procs[i]->activity.last;
	return last;
}

static void
format_last_output(const struct tui_model *m, const struct tui_row *row, char out[TUI_CELL_MAX],
		   double *valid_for)
{
	double last = last_output(row), valid = TUI_FOREVER;

	(void)m;
	if (last < 0)
		format_unknown(row, out);
	else if (last == 0)
		snprintf(out, TUI_CELL_MAX, "never");
	else
		tui_format_coarse_age(tui_host_time(row->group->host) - last, out, &valid);
	/* What is old does not get older. */
	if (row->group->host->link != LINK_DOWN)
		tui_until(valid_for, valid);
}

static void
key_last_output(const struct tui_proc *p, struct tui_sort_key *key)
{
	key->number = p->activity.last;
}

static double
output_rate_of(const struct tui_proc *p)
{
	return p->pid == 0 ? -1 : p->activity.rate;
}

static void
format_output_rate(const struct tui_model *m, const struct tui_row *row, char out[TUI_CELL_MAX],
		   double *valid_for)
{
	double rate = sum(row, output_rate_of);

	(void)m;
	(void)valid_for;
	if (rate < 0)
		format_unknown(row, out);
	else
		tui_format_bytes((int64_t)(rate < 1e18 ? rate : 1e18), out);
}

static void
key_output_rate(const struct tui_proc *p, struct tui_sort_key *key)
{
	key->number = output_rate_of(p);
}

/* The last quarter of an hour */

void
tui_row_health(const struct tui_row *row, struct tui_health_mark marks[TUI_HEALTH_CELLS])
{
	const struct tui_host *h = row->group->host;
	struct tui_proc *const *procs = row->proc != NULL ? &row->proc : row->group->procs;
	size_t n = row->proc != NULL ? 1 : row->group->n;

	memset(marks, 0, TUI_HEALTH_CELLS * sizeof(*marks));
	for (size_t i = 0; i < n; i++)
		tui_health_marks(&procs[i]->health, procs[i]->pid != 0, tui_host_time(h), h->health_from,
				 marks);
}

static void
format_health(const struct tui_model *m, const struct tui_row *row, char out[TUI_CELL_MAX], double *valid_for)
{
	struct tui_health_mark marks[TUI_HEALTH_CELLS];
	double now = tui_host_time(row->group->host);
	bool uniform = true;
	size_t len = 0;

	tui_row_health(row, marks);
	for (size_t i = 0; i < TUI_HEALTH_CELLS; i++) {
		uint32_t ch = m->glyphs->health[marks[i].kind];

		if (marks[i].deaths > 1)
			ch = '0' + (marks[i].deaths < 9 ? marks[i].deaths : 9);
		len += utf8_encode(ch, out + len);
		uniform = uniform && marks[i].kind == marks[0].kind;
	}
	out[len] = '\0';
	/* What is everywhere the same is so after the next minute, too. */
	if (!uniform && tui_host_is_fresh(row->group->host))
		tui_until(valid_for, 60 - (now - (double)((int64_t)now / 60 * 60)));
}

static void
key_health(const struct tui_proc *p, struct tui_sort_key *key)
{
	key->number = tui_health_score(&p->health, tui_host_time(p->group->host));
}

/* The reason */

static void
format_note(const struct tui_model *m, const struct tui_row *row, char out[TUI_CELL_MAX], double *valid_for)
{
	char note[TUI_NOTE_MAX];

	(void)m;
	(void)valid_for;
	snprintf(out, TUI_CELL_MAX, "%s", row->proc == NULL ? "" : tui_proc_note(row->proc, note));
}

/* Those that have something to say come first, errors before the rest. */
static void
key_note(const struct tui_proc *p, struct tui_sort_key *key)
{
	char note[TUI_NOTE_MAX];
	const char *text = tui_proc_note(p, note);

	key->number = text[0] == '\0' ? 3 : text != note ? 1 : 2;
	if (text != note && text[0] != '\0')
		key->text = text;
}

/* clang-format off */
const struct tui_column_info tui_columns[TUI_NCOLUMNS] = {
    [COLUMN_HOST] = {.name = "host", .title = "HOST", .help = "which daemon; only there when there are several",
	.min = 4, .max = 20, .keep = 95, .at_first = true, .format = format_host, .key = key_host},
    [COLUMN_NAME] = {.name = "name", .title = "NAME", .help = "name; by it, groups are shown with their heads",
	.min = 10, .max = 40, .keep = 100, .at_first = true, .format = format_name},
    [COLUMN_STATE] = {.name = "state", .title = "STATE", .help = "state, of a group that of its worst program",
	.min = 8, .max = 8, .keep = 90, .at_first = true, .format = format_state, .key = key_state},
    [COLUMN_PID] = {.name = "pid", .title = "PID", .help = "process id",
	.min = 5, .max = 8, .right = true, .keep = 50, .at_first = true, .format = format_pid, .key = key_pid},
    [COLUMN_UPTIME] = {.name = "uptime", .title = "UPTIME", .help = "since when it runs or does not; when it is tried again",
	.min = 8, .max = 9, .right = true, .keep = 80, .at_first = true, .format = format_uptime, .key = key_uptime},
    [COLUMN_CPU] = {.name = "cpu", .title = "CPU%", .help = "CPU of it and all its descendants, in percent of a core",
	.min = 5, .max = 6, .right = true, .metrics = true, .pushed = true, .keep = 40, .at_first = true,
	.format = format_cpu, .key = key_cpu, .descending = true},
    [COLUMN_MEM] = {.name = "mem", .title = "MEM", .help = "memory of it and all its descendants",
	.min = 5, .max = 6, .right = true, .metrics = true, .pushed = true, .keep = 30, .at_first = true,
	.format = format_mem, .key = key_mem, .descending = true},
    [COLUMN_THREADS] = {.name = "threads", .title = "THR", .help = "threads",
	.min = 4, .max = 6, .right = true, .metrics = true, .pushed = true, .keep = 20,
	.format = format_threads, .key = key_threads, .descending = true},
    [COLUMN_RESTARTS] = {.name = "restarts", .title = "RST", .help = "starts after the first",
	.min = 3, .max = 7, .right = true, .pushed = true, .keep = 60, .at_first = true,
	.format = format_restarts, .key = key_restarts, .descending = true},
    [COLUMN_TRIES] = {.name = "tries", .title = "TRY", .help = "starts in a row that failed",
	.min = 3, .max = 5, .right = true, .pushed = true, .keep = 25,
	.format = format_tries, .key = key_tries, .descending = true},
    [COLUMN_EXIT] = {.name = "exit", .title = "EXIT", .help = "exit status or signal of the last end",
	.min = 4, .max = 9, .right = true, .keep = 35, .format = format_exit, .key = key_exit, .descending = true},
    [COLUMN_PRIORITY] = {.name = "priority", .title = "PRIO", .help = "priority: low ones start first",
	.min = 4, .max = 7, .right = true, .pushed = true, .keep = 15, .format = format_priority, .key = key_priority},
    [COLUMN_LOST] = {.name = "lost", .title = "LOST", .help = "output lost to a full disk",
	.min = 5, .max = 6, .right = true, .pushed = true, .keep = 22,
	.format = format_lost, .key = key_lost, .descending = true},
    [COLUMN_LISTENER] = {.name = "queue", .title = "QUEUE", .help = "events that wait for an event listener, and lost ones",
	.min = 5, .max = 12, .right = true, .pushed = true, .keep = 23,
	.format = format_listener, .key = key_listener, .descending = true},
    [COLUMN_LAST_OUTPUT] = {.name = "last-out", .title = "LAST OUT", .help = "how long ago it has written something",
	.min = 8, .max = 8, .right = true, .metrics = true, .pushed = true, .keep = 28,
	.format = format_last_output, .key = key_last_output, .descending = true},
    [COLUMN_OUTPUT_RATE] = {.name = "out-rate", .title = "OUT/S", .help = "bytes a second that it writes to stdout and stderr",
	.min = 5, .max = 6, .right = true, .metrics = true, .pushed = true, .keep = 18,
	.format = format_output_rate, .key = key_output_rate, .descending = true},
    [COLUMN_HEALTH] = {.name = "health", .title = "LAST 15 MIN", .help = "starts and ends, minute by minute",
	.min = TUI_HEALTH_CELLS, .max = TUI_HEALTH_CELLS, .pushed = true, .keep = 65, .at_first = true,
	.format = format_health, .key = key_health, .descending = true},
    [COLUMN_NOTE] = {.name = "description", .title = "DESCRIPTION", .help = "why it is as it is",
	.min = 11, .max = 1000, .keep = 70, .at_first = true, .format = format_note, .key = key_note},
};
/* clang-format on */

enum tui_column
tui_column_named(const char *name, size_t len)
{
	for (int c = 0; c < TUI_NCOLUMNS; c++)
		if (strlen(tui_columns[c].name) == len && strncasecmp(tui_columns[c].name, name, len) == 0)
			return (enum tui_column)c;
	return TUI_NCOLUMNS;
}
