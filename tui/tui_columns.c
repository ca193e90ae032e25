/* tui_columns.c: see tui_columns.h. */
#include "autoconf.h"

#include "tui/tui_columns.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/tui_model.h"

void
tui_until(double *valid_for, double seconds)
{
	if (seconds < *valid_for)
		*valid_for = seconds < 0.05 ? 0.05 : seconds;
}

double
tui_seconds_left(double seconds)
{
	double whole = (double)(int64_t)seconds;

	return whole < seconds ? whole + 1 : whole;
}

void
tui_format_age(double seconds, char out[TUI_CELL_MAX], double *valid_for)
{
	int64_t s = seconds < 0 ? 0 : (int64_t)seconds;

	if (s < 60) {
		snprintf(out, TUI_CELL_MAX, "%" PRId64 " s", s);
		tui_until(valid_for, (double)(s + 1) - seconds);
	} else if (s < 3600) {
		snprintf(out, TUI_CELL_MAX, "%" PRId64 " min", s / 60);
		tui_until(valid_for, (double)((s / 60 + 1) * 60) - seconds);
	} else if (s < 86400) {
		snprintf(out, TUI_CELL_MAX, "%" PRId64 "h %02" PRId64 "m", s / 3600, s / 60 % 60);
		tui_until(valid_for, (double)((s / 60 + 1) * 60) - seconds);
	} else {
		snprintf(out, TUI_CELL_MAX, "%" PRId64 "d %02" PRId64 "h", s / 86400, s / 3600 % 24);
		tui_until(valid_for, (double)((s / 3600 + 1) * 3600) - seconds);
	}
}

void
tui_format_bytes(int64_t bytes, char out[TUI_CELL_MAX])
{
	static const char units[] = "BKMGTP";
	double value = (double)bytes;
	size_t unit = 0;

	while (value >= 999.5 && unit + 1 < sizeof(units) - 1) {
		value /= 1024;
		unit++;
	}
	if (unit > 0 && value < 9.95)
		snprintf(out, TUI_CELL_MAX, "%.1f%c", value, units[unit]);
	else
		snprintf(out, TUI_CELL_MAX, "%.0f%c", value, units[unit]);
}

/* Name */

static void
format_name(const struct tui_model *m, const struct tui_row *row, char out[TUI_CELL_MAX], double *valid_for)
{
	size_t running = 0;

	(void)m;
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

static int
digits(const char *s)
{
	int n = 0;

	while (s[n] >= '0' && s[n] <= '9')
		n++;
	return n;
}

int
tui_compare_names(const char *a, const char *b)
{
	while (*a != '\0' && *b != '\0') {
		int na = digits(a), nb = digits(b), order;

		if (na == 0 || nb == 0) {
			if (*a != *b)
				return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
			a++;
			b++;
			continue;
		}
		for (; na > 1 && *a == '0'; a++)
			na--;
		for (; nb > 1 && *b == '0'; b++)
			nb--;
		if (na != nb)
			return na < nb ? -1 : 1;
		order = strncmp(a, b, (size_t)na);
		if (order != 0)
			return order;
		a += na;
		b += nb;
	}
	return (*a != '\0') - (*b != '\0');
}

static int
compare_name(const struct tui_proc *a, const struct tui_proc *b)
{
	return tui_compare_names(a->name, b->name);
}

/* State */

static void
format_state(const struct tui_model *m, const struct tui_row *row, char out[TUI_CELL_MAX], double *valid_for)
{
	(void)m;
	(void)valid_for;
	snprintf(out, TUI_CELL_MAX, "%s", row->proc == NULL ? "" : process_state_name(row->proc->state));
}

/* What needs a hand comes first. */
static int
trouble(const struct tui_proc *p)
{
	static const int rank[PROCESS_NSTATES] = {
	    [PROCESS_FATAL] = 0,    [PROCESS_UNKNOWN] = 1,  [PROCESS_BACKOFF] = 2, [PROCESS_EXITED] = 4,
	    [PROCESS_STARTING] = 5, [PROCESS_STOPPING] = 6, [PROCESS_STOPPED] = 7, [PROCESS_RUNNING] = 8,
	};

	return p->state == PROCESS_EXITED && tui_proc_is_ill(p) ? 3 : rank[p->state];
}

static int
compare_state(const struct tui_proc *a, const struct tui_proc *b)
{
	return trouble(a) - trouble(b);
}

/* PID */

static void
format_pid(const struct tui_model *m, const struct tui_row *row, char out[TUI_CELL_MAX], double *valid_for)
{
	(void)m;
	(void)valid_for;
	if (row->proc == NULL)
		out[0] = '\0';
	else if (row->proc->pid == 0)
		snprintf(out, TUI_CELL_MAX, "-");
	else
		snprintf(out, TUI_CELL_MAX, "%" PRId64, row->proc->pid);
}

static int
order(double a, double b)
{
	return (a > b) - (a < b);
}

static int
compare_pid(const struct tui_proc *a, const struct tui_proc *b)
{
	return order((double)a->pid, (double)b->pid);
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
	double now = tui_host_time(row->group->host), valid = 1e9;

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

static int
compare_uptime(const struct tui_proc *a, const struct tui_proc *b)
{
	bool running_a = process_state_is_running(a->state), running_b = process_state_is_running(b->state);

	if (running_a != running_b)
		return running_a ? -1 : 1;
	/* The shortest first: what has changed last is what one looks for. */
	return order(age_from(b), age_from(a));
}

/* CPU and memory */

static void
format_cpu(const struct tui_model *m, const struct tui_row *row, char out[TUI_CELL_MAX], double *valid_for)
{
	double cpu = -1;

	(void)m;
	(void)valid_for;
	if (row->proc != NULL)
		cpu = row->proc->cpu;
	else
		for (size_t i = 0; i < row->group->n; i++)
			if (row->group->procs[i]->cpu >= 0)
				cpu = (cpu < 0 ? 0 : cpu) + row->group->procs[i]->cpu;
	if (cpu < 0)
		snprintf(out, TUI_CELL_MAX, "%s", row->proc != NULL ? "-" : "");
	else
		snprintf(out, TUI_CELL_MAX, cpu < 999.95 ? "%.1f" : "%.0f", cpu);
}

static int
compare_cpu(const struct tui_proc *a, const struct tui_proc *b)
{
	return order(a->cpu, b->cpu);
}

static void
format_mem(const struct tui_model *m, const struct tui_row *row, char out[TUI_CELL_MAX], double *valid_for)
{
	int64_t rss = -1;

	(void)m;
	(void)valid_for;
	if (row->proc != NULL)
		rss = row->proc->rss;
	else
		for (size_t i = 0; i < row->group->n; i++)
			if (row->group->procs[i]->rss >= 0)
				rss = (rss < 0 ? 0 : rss) + row->group->procs[i]->rss;
	if (rss < 0)
		snprintf(out, TUI_CELL_MAX, "%s", row->proc != NULL ? "-" : "");
	else
		tui_format_bytes(rss, out);
}

static int
compare_mem(const struct tui_proc *a, const struct tui_proc *b)
{
	return order((double)a->rss, (double)b->rss);
}

/* Restarts */

static void
format_restarts(const struct tui_model *m, const struct tui_row *row, char out[TUI_CELL_MAX],
		double *valid_for)
{
	int64_t restarts = -1;

	(void)m;
	(void)valid_for;
	if (row->proc != NULL)
		restarts = row->proc->restarts;
	else
		for (size_t i = 0; i < row->group->n; i++)
			if (row->group->procs[i]->restarts >= 0)
				restarts = (restarts < 0 ? 0 : restarts) + row->group->procs[i]->restarts;
	if (restarts < 0)
		snprintf(out, TUI_CELL_MAX, "%s", row->proc != NULL ? "-" : "");
	else
		snprintf(out, TUI_CELL_MAX, "%" PRId64, restarts);
}

static int
compare_restarts(const struct tui_proc *a, const struct tui_proc *b)
{
	return order((double)a->restarts, (double)b->restarts);
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

static int
compare_note(const struct tui_proc *a, const struct tui_proc *b)
{
	char na[TUI_NOTE_MAX], nb[TUI_NOTE_MAX];
	const char *ta = tui_proc_note(a, na), *tb = tui_proc_note(b, nb);

	/* Those that have something to say come first. */
	if ((*ta == '\0') != (*tb == '\0'))
		return *ta == '\0' ? 1 : -1;
	return strcmp(ta, tb);
}

const struct tui_column_info tui_columns[TUI_NCOLUMNS] = {
    [COLUMN_NAME] = {.title = "NAME",
		     .name = "name",
		     .min = 10,
		     .max = 40,
		     .keep = 100,
		     .format = format_name,
		     .compare = compare_name},
    [COLUMN_STATE] = {.title = "STATE",
		      .name = "state",
		      .min = 8,
		      .max = 8,
		      .keep = 90,
		      .format = format_state,
		      .compare = compare_state},
    [COLUMN_PID] = {.title = "PID",
		    .name = "pid",
		    .min = 7,
		    .max = 7,
		    .right = true,
		    .keep = 50,
		    .format = format_pid,
		    .compare = compare_pid},
    [COLUMN_UPTIME] = {.title = "UPTIME",
		       .name = "uptime",
		       .min = 8,
		       .max = 8,
		       .right = true,
		       .keep = 80,
		       .format = format_uptime,
		       .compare = compare_uptime},
    [COLUMN_CPU] = {.title = "CPU%",
		    .name = "cpu",
		    .min = 5,
		    .max = 5,
		    .right = true,
		    .metrics = true,
		    .keep = 40,
		    .format = format_cpu,
		    .compare = compare_cpu,
		    .descending = true},
    [COLUMN_MEM] = {.title = "MEM",
		    .name = "mem",
		    .min = 5,
		    .max = 5,
		    .right = true,
		    .metrics = true,
		    .keep = 30,
		    .format = format_mem,
		    .compare = compare_mem,
		    .descending = true},
    [COLUMN_RESTARTS] = {.title = "RST",
			 .name = "restarts",
			 .min = 3,
			 .max = 3,
			 .right = true,
			 .keep = 60,
			 .format = format_restarts,
			 .compare = compare_restarts,
			 .descending = true},
    [COLUMN_NOTE] = {.title = "DESCRIPTION",
		     .name = "description",
		     .min = 11,
		     .max = 1000,
		     .keep = 70,
		     .format = format_note,
		     .compare = compare_note},
};

enum tui_column
tui_column_named(const char *name, size_t len)
{
	for (int c = 0; c < TUI_NCOLUMNS; c++)
		if (strlen(tui_columns[c].name) == len && memcmp(tui_columns[c].name, name, len) == 0)
			return (enum tui_column)c;
	return TUI_NCOLUMNS;
}
