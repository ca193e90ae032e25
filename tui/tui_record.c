/* tui_record.c: see tui_record.h. */
#include "autoconf.h"

#include "tui/tui_record.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/map.h"
#include "base/xmalloc.h"

int64_t
tui_record_offset(const struct xmlrpc_value *record, enum channel channel)
{
	const struct xmlrpc_value *offset =
	    xmlrpc_find(record, channel == CHANNEL_STDOUT ? "stdout_offset" : "stderr_offset");
	int64_t at = offset == NULL ? -1 : xmlrpc_get_int(offset);

	return at >= 0 && at < INT64_MAX / 2 ? at : -1;
}

bool
tui_record_is_end(const struct xmlrpc_value *record)
{
	return strcmp(xmlrpc_get_string(xmlrpc_find(record, "event")), "end") == 0;
}

static void
read_record(struct tui_record *r, const struct xmlrpc_value *v)
{
	const struct xmlrpc_value *expected = xmlrpc_find(v, "expected");

	*r = (struct tui_record){
	    .name = xstrdup(xmlrpc_get_string(xmlrpc_find(v, "name"))),
	    .time = xmlrpc_get_double(xmlrpc_find(v, "time")),
	    .end = tui_record_is_end(v),
	    .pid = xmlrpc_get_int(xmlrpc_find(v, "pid")),
	    .exitstatus = xmlrpc_get_int(xmlrpc_find(v, "exitstatus")),
	    .signal = xmlrpc_get_int(xmlrpc_find(v, "signal")),
	    .cause = xstrdup(xmlrpc_get_string(xmlrpc_find(v, "cause"))),
	    .who = xstrdup(xmlrpc_get_string(xmlrpc_find(v, "who"))),
	    .ran = -1,
	    .offset = {[CHANNEL_STDOUT] = tui_record_offset(v, CHANNEL_STDOUT),
		       [CHANNEL_STDERR] = tui_record_offset(v, CHANNEL_STDERR)},
	};
	/* A daemon that does not say so yet: by the cause. */
	r->expected = expected != NULL ? xmlrpc_get_bool(expected) : strcmp(r->cause, "crash") != 0;
}

/* An end belongs to the start before it of the same program and pid. */
static void
measure_runs(struct tui_records *r)
{
	struct map *starts = map_new();

	for (size_t i = r->n; i-- > 0;) {
		struct tui_record *at = &r->records[i], *start;
		char *run = xasprintf("%" PRId64 " %s", at->pid, at->name);

		start = map_get(starts, run);
		if (!at->end)
			map_put(starts, run, at);
		else if (start != NULL && start->ran < 0 && at->time >= start->time)
			start->ran = at->ran = at->time - start->time;
		free(run);
	}
	map_free(starts);
}

static int
newest_first(const void *a, const void *b)
{
	const struct tui_record *x = a, *y = b;

	return (x->time < y->time) - (x->time > y->time);
}

/* Is any before a newer one? Then the whole list is put in order; else it stays as the daemon has it. */
static bool
is_in_order(const struct tui_records *r)
{
	for (size_t i = 1; i < r->n; i++)
		if (r->records[i].time > r->records[i - 1].time)
			return false;
	return true;
}

void
tui_record_release(struct tui_record *r)
{
	free(r->name);
	free(r->cause);
	free(r->who);
}

void
tui_records_release(struct tui_records *r)
{
	for (size_t i = 0; i < r->n; i++)
		tui_record_release(&r->records[i]);
	free(r->records);
	*r = (struct tui_records){0};
}

static void
move_cursor(const struct tui_records *r, size_t *cursor, const char *name, double time, bool end)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct tui_record *at = &r->records[i];

		if (at->time != time || at->end != end || strcmp(at->name, name) != 0)
			continue;
		*cursor = i;
		return;
	}
}

static void
read_all(struct tui_records *r, const struct xmlrpc_value *value)
{
	size_t n = xmlrpc_get_length(value);

	if (xmlrpc_type(value) != XMLRPC_ARRAY)
		return;
	r->records = xcalloc(n + 1, sizeof(*r->records));
	for (; r->n < n; r->n++)
		read_record(&r->records[r->n], xmlrpc_at(value, r->n));
	if (!is_in_order(r))
		qsort(r->records, r->n, sizeof(*r->records), newest_first);
	measure_runs(r);
}

void
tui_records_read(struct tui_records *r, const struct xmlrpc_value *value, size_t *cursor)
{
	struct tui_records before = *r;

	*r = (struct tui_records){0};
	read_all(r, value);
	if (cursor != NULL && *cursor > 0 && *cursor < before.n) {
		const struct tui_record *at = &before.records[*cursor];

		move_cursor(r, cursor, at->name, at->time, at->end);
	}
	tui_records_release(&before);
}

const struct tui_record *
tui_records_last_end(const struct tui_records *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->records[i].end && strcmp(r->records[i].name, name) == 0)
			return &r->records[i];
	return NULL;
}

const char *
tui_record_how(int64_t exitstatus, int64_t signal, char out[TUI_HOW_MAX])
{
	char name[TUI_CELL_MAX];

	tui_format_signal(signal, name);
	if (signal != 0)
		snprintf(out, TUI_HOW_MAX, "killed by %.40s", name);
	else if (exitstatus < 0) /* Supervisor does not tell which */
		snprintf(out, TUI_HOW_MAX, "killed by a signal");
	else
		snprintf(out, TUI_HOW_MAX, "exit %" PRId64, exitstatus);
	return out;
}

const char *
tui_record_cause(const struct tui_record *r, char out[TUI_CAUSE_MAX])
{
	static const struct {
		const char *cause;
		const char *start;
		const char *end;
	} words[] = {
	    {"autostart", "by autostart", "by autostart"},
	    {"request", "on request", "on request"},
	    {"autorestart", "again after its end", "to be started again"},
	    {"backoff", "again after a failed start", "tried again"},
	    {"shutdown", "", "with the daemon"},
	    {"crash", "", "not expected"},
	    {"exit", "", "expected"},
	};

	if (r->who[0] != '\0') {
		snprintf(out, TUI_CAUSE_MAX, "by %.*s", TUI_CAUSE_MAX - 4, r->who);
		return out;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].cause, r->cause) == 0)
			return r->end ? words[i].end : words[i].start;
	return r->cause;
}

const char *
tui_length(double seconds, char out[TUI_CELL_MAX])
{
	double valid = TUI_FOREVER;

	if (seconds < 10)
		snprintf(out, TUI_CELL_MAX, "%.1f s", seconds < 0 ? 0 : seconds);
	else
		tui_format_age(seconds, out, &valid);
	return out;
}

const char *
tui_stamp(const struct tui_model *m, const struct tui_host *h, double time, char out[TUI_STAMP_MAX])
{
	time_t then = tui_clock_time(m, time - h->clock_ahead), now = tui_clock_time(m, m->now);
	struct tm tm;
	char clock[TUI_CLOCK_MAX], day[16] = "";

	tui_clock(m, time - h->clock_ahead, clock);
	if (then / 86400 == now / 86400) {
		snprintf(out, TUI_STAMP_MAX, "%s", clock);
		return out;
	}
	if (gmtime_r(&then, &tm) != NULL)
		strftime(day, sizeof(day), "%b %d", &tm);
	snprintf(out, TUI_STAMP_MAX, "%s %.5s", day, clock);
	return out;
}
