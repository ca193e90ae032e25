/*
 * rpc_history.c: see rpc_history.h.
 *
 * Long answers are made in slices. Between two of them records may leave the ring, the oldest first: the newest come
 * first here, so that such an answer is only shorter at its end. Whether a log is still the file that it was is looked up
 * once per process and answer.
 */
#include "autoconf.h"

#include "daemon/rpc_history.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/map.h"
#include "base/utf8.h"
#include "base/xmalloc.h"
#include "core/history.h"
#include "core/process_table.h"
#include "daemon/daemon.h"
#include "daemon/logpump.h"
#include "daemon/process_io.h"
#include "daemon/rpc.h"
#include "daemon/rpc_list.h"
#include "daemon/rpc_names.h"

#define COUNT_DEFAULT 20
#define COUNT_MAX 1000     /* of one process */
#define COUNT_MAX_ALL 5000 /* of all */

/* The logs of a process as they are now. */
struct logs {
	uint64_t id;
	struct log_place place[NCHANNELS]; /* zeroed where the file at the path is another one */
	int64_t size[NCHANNELS];
};

struct rows {
	uint64_t *seqs;
	size_t n;
	struct map *logs; /* "group:name" -> struct logs */
};

/* Which records */

#define KIND(kind) (1U << (kind))
#define STARTS_AND_ENDS (KIND(HISTORY_SPAWNED) | KIND(HISTORY_REAPED))

static const char *const changes[HISTORY_NKINDS] = {
    [HISTORY_GROUP_ADDED] = "added",
    [HISTORY_GROUP_REMOVED] = "removed",
    [HISTORY_SUPERVISOR] = "state",
    [HISTORY_CONFIG] = "reread",
};
#define CHANGES                                                                                              \
	(KIND(HISTORY_GROUP_ADDED) | KIND(HISTORY_GROUP_REMOVED) | KIND(HISTORY_SUPERVISOR) |                \
	 KIND(HISTORY_CONFIG))

static bool
is_wanted(const struct history_record *r, unsigned kinds, const struct xmlrpc_value *since)
{
	if ((KIND(r->kind) & kinds) == 0)
		return false;
	return since == NULL || (double)r->time / (double)SECOND_US >= xmlrpc_get_double(since);
}

/* The record before seq, of the process or of all. 0: there is none. */
static uint64_t
before(const struct history *h, const struct process *p, uint64_t seq)
{
	return p != NULL ? history_before(h, seq) : seq - 1;
}

static struct rows *
choose(const struct history *h, const struct process *p, unsigned kinds, size_t count,
       const struct xmlrpc_value *since)
{
	struct rows *rows = xcalloc(1, sizeof(*rows));
	struct history_record r;
	uint64_t seq;

	rows->seqs = xcalloc(count + 1, sizeof(*rows->seqs));
	rows->logs = map_new();
	seq = p != NULL ? history_newest_of(h, p->group->name, p->name) : history_newest(h);
	for (; rows->n < count && history_get(h, seq, &r); seq = before(h, p, seq))
		if (is_wanted(&r, kinds, since))
			rows->seqs[rows->n++] = seq;
	return rows;
}

static void
rows_free(void *arg)
{
	struct rows *rows = arg;
	size_t pos = 0;
	void *logs;

	while (map_next(rows->logs, &pos, NULL, &logs))
		free(logs);
	map_free(rows->logs);
	free(rows->seqs);
	free(rows);
}

/* Where in the logs */

static void
look_at_log(struct logs *logs, const struct process *p, enum channel channel)
{
	const struct log_place *place = &p->log_place[channel];
	struct stat st;

	if (p->io != NULL && p->io->channel[channel] != NULL)
		logpump_note_place(p->io->channel[channel]);
	if (!place->known || p->logpath[channel] == NULL || stat(p->logpath[channel], &st) != 0 ||
	    st.st_dev != place->dev || st.st_ino != place->ino)
		return;
	logs->place[channel] = *place;
	logs->size[channel] = st.st_size;
}

/* NULL: there is no such process. */
static const struct logs *
logs_of(struct daemon *d, struct rows *rows, const struct history_record *r)
{
	const struct process *p = process_table_find(&d->table, r->group, r->name);
	struct logs *logs;
	char *key;

	if (p == NULL)
		return NULL;
	key = process_namespec(p);
	logs = map_get(rows->logs, key);
	if (logs == NULL) {
		logs = xcalloc(1, sizeof(*logs));
		logs->id = p->id;
		for (int channel = 0; channel < NCHANNELS; channel++)
			look_at_log(logs, p, (enum channel)channel);
		map_put(rows->logs, key, logs);
	}
	free(key);
	return logs;
}

/* Totals are comparable while the process stays the same: an update makes another one of that name. */
static double
offset_of(const struct logs *logs, const struct history_record *r, enum channel channel)
{
	int64_t offset = -1;

	if (logs != NULL && logs->id == r->process)
		offset = log_place_offset(&logs->place[channel], r->log_total[channel]);
	return offset >= 0 && offset <= logs->size[channel] ? (double)offset : -1.0;
}

/* The answer */

static struct xmlrpc_value *
text_value(const char *s)
{
	struct buf repaired = BUF_INIT(3 * strlen(s) + 4);

	utf8_repair(&repaired, s, strlen(s), NULL, true);
	return xmlrpc_string_from(&repaired);
}

static struct xmlrpc_value *
name_of(const struct history_record *r)
{
	struct buf whole = BUF_INIT(2 * HISTORY_NAME_MAX + 2);
	struct xmlrpc_value *v;

	buf_printf(&whole, "%s:%s", r->group, r->name);
	v = text_value(buf_str(&whole));
	buf_release(&whole);
	return v;
}

static struct xmlrpc_value *
record_value(struct daemon *d, void *arg, size_t i)
{
	struct rows *rows = arg;
	const struct logs *logs;
	struct history_record r;
	struct xmlrpc_value *s;
	bool end;

	if (!history_get(d->history, rows->seqs[i], &r))
		return NULL;
	end = r.kind == HISTORY_REAPED;
	logs = logs_of(d, rows, &r);
	s = xmlrpc_struct();
	xmlrpc_member(s, "name", name_of(&r));
	xmlrpc_member(s, "time", xmlrpc_double((double)r.time / (double)SECOND_US));
	xmlrpc_member(s, "event", xmlrpc_string(end ? "end" : "start"));
	xmlrpc_member(s, "pid", xmlrpc_int(r.pid));
	xmlrpc_member(s, "exitstatus", xmlrpc_int(end ? r.exitstatus : 0));
	xmlrpc_member(s, "signal", xmlrpc_int(end ? r.signal : 0));
	xmlrpc_member(s, "expected", xmlrpc_bool(!end || !r.failed));
	xmlrpc_member(s, "cause", xmlrpc_string(process_cause_name(r.cause)));
	xmlrpc_member(s, "who", text_value(r.who));
	xmlrpc_member(s, "stdout_offset", xmlrpc_double(offset_of(logs, &r, CHANNEL_STDOUT)));
	xmlrpc_member(s, "stderr_offset", xmlrpc_double(offset_of(logs, &r, CHANNEL_STDERR)));
	return s;
}

struct bounds {
	size_t count;
	const struct xmlrpc_value *since; /* NULL: none */
};

/* The parameter count, and since behind it. False after a fault. */
static bool
read_bounds(struct rpc_call *call, size_t param, int64_t most, struct bounds *bounds)
{
	const struct xmlrpc_value *since = rpc_param(call, param + 1);
	int64_t count = rpc_param_int(call, param, COUNT_DEFAULT);

	if (count < 0) {
		rpc_fault(call, FAULT_BAD_ARGUMENTS, "count is less than 0");
		return false;
	}
	if (since != NULL && xmlrpc_type(since) != XMLRPC_INT && xmlrpc_type(since) != XMLRPC_DOUBLE) {
		rpc_fault(call, FAULT_BAD_ARGUMENTS, "since is not a time in seconds since 1970");
		return false;
	}
	*bounds = (struct bounds){.count = (size_t)(count < most ? count : most), .since = since};
	return true;
}

void
rpc_get_history(struct rpc_call *call)
{
	static const struct rpc_list_kind kind = {.element = record_value, .end = rows_free};
	const bool all = xmlrpc_get_length(rpc_param(call, 0)) == 0;
	const struct process *p = all ? NULL : rpc_param_process(call);
	struct bounds bounds;
	struct rows *rows;

	if ((!all && p == NULL) || !read_bounds(call, 1, all ? COUNT_MAX_ALL : COUNT_MAX, &bounds))
		return;
	rows = choose(rpc_daemon(call)->history, p, STARTS_AND_ENDS, bounds.count, bounds.since);
	rpc_return_rows(call, &kind, rows, rows->n);
}

static struct xmlrpc_value *
change_value(struct daemon *d, void *arg, size_t i)
{
	const struct rows *rows = arg;
	const char *statename = "";
	struct history_record r;
	struct xmlrpc_value *s;

	if (!history_get(d->history, rows->seqs[i], &r))
		return NULL;
	if (r.kind == HISTORY_SUPERVISOR)
		statename = supervisor_state_name((enum supervisor_state)r.tries);
	s = xmlrpc_struct();
	xmlrpc_member(s, "time", xmlrpc_double((double)r.time / (double)SECOND_US));
	xmlrpc_member(s, "change", xmlrpc_string(changes[r.kind]));
	xmlrpc_member(s, "name", text_value(r.group));
	xmlrpc_member(s, "statename", xmlrpc_string(statename));
	xmlrpc_member(s, "who", text_value(r.who));
	return s;
}

void
rpc_get_changes(struct rpc_call *call)
{
	static const struct rpc_list_kind kind = {.element = change_value, .end = rows_free};
	struct bounds bounds;
	struct rows *rows;

	if (!read_bounds(call, 0, COUNT_MAX, &bounds))
		return;
	rows = choose(rpc_daemon(call)->history, NULL, CHANGES, bounds.count, bounds.since);
	rpc_return_rows(call, &kind, rows, rows->n);
}
