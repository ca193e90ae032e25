/*
 * metrics_table.c: the families of /metrics: name, type, help, and how their samples are made, in the order in which they
 * are written. doc/metrics.md has the same table; tests/e2e/test_metrics.py compares the two.
 *
 * Names follow https://prometheus.io/docs/practices/naming/: one prefix, base units, _total for what only grows. The four
 * that begin with node_ are those of the supervisord that is written in Go (and of node_exporter before it), kept as they
 * are there for the dashboards that exist.
 */
#include "autoconf.h"

#include "daemon/metrics_table.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/names.h"
#include "daemon/daemon.h"
#include "daemon/fcgi.h"
#include "daemon/httpd.h"
#include "daemon/listener_pool.h"
#include "daemon/process_io.h"
#include "daemon/push.h"
#include "daemon/reaper.h"
#include "daemon/rpc.h"

#define LABELS_MAX 5

static const char *
yes_or_no(bool yes)
{
	return yes ? "true" : "false";
}

/* Processes */

/* more: NULL: none beyond group and name. */
static size_t
process_labels(struct prom_label labels[LABELS_MAX], const struct process *p, const char *more,
	       const char *value)
{
	labels[0] = (struct prom_label){"group", p->group->name};
	labels[1] = (struct prom_label){"name", p->name};
	if (more == NULL)
		return 2;
	labels[2] = (struct prom_label){more, value};
	return 3;
}

static void
write_of_process(struct metrics_out *out, const struct process *p, int64_t value)
{
	struct prom_label labels[LABELS_MAX];

	prom_write(out->text, out->name, labels, process_labels(labels, p, NULL, NULL), value);
}

static void
write_us_of_process(struct metrics_out *out, const struct process *p, int64_t us)
{
	struct prom_label labels[LABELS_MAX];

	prom_write_us(out->text, out->name, labels, process_labels(labels, p, NULL, NULL), us);
}

/* The word "up" of the Go one. */
static bool
has_child(const struct process *p)
{
	return process_state_is_signallable(p->state);
}

static void
node_up(struct metrics_out *out, const struct process *p, const struct metrics_usage *usage)
{
	(void)usage;
	write_of_process(out, p, has_child(p));
}

static void
node_state(struct metrics_out *out, const struct process *p, const struct metrics_usage *usage)
{
	(void)usage;
	write_of_process(out, p, process_state_code(p->state));
}

/* Go's ExitStatus: -1 after a signal. */
static void
node_exit_status(struct metrics_out *out, const struct process *p, const struct metrics_usage *usage)
{
	bool told = p->state == PROCESS_EXITED || p->state == PROCESS_BACKOFF;

	(void)usage;
	write_of_process(out, p, told ? p->last_exit : 0);
}

static void
node_start_time(struct metrics_out *out, const struct process *p, const struct metrics_usage *usage)
{
	(void)usage;
	if (has_child(p))
		write_of_process(out, p, wall_seconds(p->laststart));
}

static void
process_up(struct metrics_out *out, const struct process *p, const struct metrics_usage *usage)
{
	(void)usage;
	write_of_process(out, p, p->state == PROCESS_RUNNING);
}

static void
process_state(struct metrics_out *out, const struct process *p, const struct metrics_usage *usage)
{
	struct prom_label labels[LABELS_MAX];

	(void)usage;
	for (int state = 0; state < PROCESS_NSTATES; state++) {
		size_t n = process_labels(labels, p, "state", process_state_name((enum process_state)state));

		prom_write(out->text, out->name, labels, n, (int)p->state == state);
	}
}

static void
process_start_time(struct metrics_out *out, const struct process *p, const struct metrics_usage *usage)
{
	(void)usage;
	if (p->pid != 0)
		write_us_of_process(out, p, p->laststart);
}

static void
process_starts(struct metrics_out *out, const struct process *p, const struct metrics_usage *usage)
{
	(void)usage;
	write_of_process(out, p, (int64_t)p->starts);
}

static void
write_exits(struct metrics_out *out, const struct process *p, const char *label, const char *value,
	    bool expected, uint64_t count)
{
	struct prom_label labels[LABELS_MAX];
	size_t n = process_labels(labels, p, label, value);

	labels[n++] = (struct prom_label){"expected", yes_or_no(expected)};
	prom_write(out->text, out->name, labels, n, (int64_t)count);
}

static void
write_exit_count(struct metrics_out *out, const struct process *p, const struct exit_count *c)
{
	const char *signal = c->how < 0 ? signal_name(-c->how) : NULL;
	char number[16];

	snprintf(number, sizeof(number), "%d", c->how < 0 ? -c->how : c->how);
	if (c->how >= 0)
		write_exits(out, p, "exitcode", number, c->expected, c->n);
	else
		write_exits(out, p, "signal", signal != NULL ? signal : number, c->expected, c->n);
}

static void
process_exits(struct metrics_out *out, const struct process *p, const struct metrics_usage *usage)
{
	(void)usage;
	for (size_t i = 0; i < p->exits.n; i++)
		write_exit_count(out, p, &p->exits.list[i]);
	for (int expected = 0; expected < 2; expected++)
		if (p->exits.others[expected] > 0)
			write_exits(out, p, "exitcode", "other", expected != 0, p->exits.others[expected]);
}

static void
process_spawn_errors(struct metrics_out *out, const struct process *p, const struct metrics_usage *usage)
{
	(void)usage;
	write_of_process(out, p, (int64_t)p->spawn_errors);
}

static void
process_backoff_tries(struct metrics_out *out, const struct process *p, const struct metrics_usage *usage)
{
	(void)usage;
	write_of_process(out, p, p->backoff);
}

static int64_t
ticks_us(uint64_t ticks)
{
	return (int64_t)(ticks * SECOND_US / (uint64_t)sysconf(_SC_CLK_TCK));
}

static void
process_cpu(struct metrics_out *out, const struct process *p, const struct metrics_usage *usage)
{
	if (usage != NULL)
		write_us_of_process(out, p, ticks_us(usage->ticks));
}

static void
process_rss(struct metrics_out *out, const struct process *p, const struct metrics_usage *usage)
{
	if (usage != NULL)
		write_of_process(out, p, usage->rss);
}

static void
process_threads(struct metrics_out *out, const struct process *p, const struct metrics_usage *usage)
{
	if (usage != NULL)
		write_of_process(out, p, usage->threads);
}

static void
process_fds(struct metrics_out *out, const struct process *p, const struct metrics_usage *usage)
{
	if (usage != NULL && usage->fds >= 0)
		write_of_process(out, p, usage->fds);
}

static void
write_channels(struct metrics_out *out, const struct process *p, const uint64_t bytes[NCHANNELS])
{
	struct prom_label labels[LABELS_MAX];

	for (int channel = 0; channel < NCHANNELS; channel++) {
		size_t n = process_labels(labels, p, "channel", channel_name((enum channel)channel));

		prom_write(out->text, out->name, labels, n, (int64_t)bytes[channel]);
	}
}

static void
process_log_written(struct metrics_out *out, const struct process *p, const struct metrics_usage *usage)
{
	(void)usage;
	write_channels(out, p, p->logged_bytes);
}

static void
process_log_lost(struct metrics_out *out, const struct process *p, const struct metrics_usage *usage)
{
	(void)usage;
	write_channels(out, p, p->lost_bytes);
}

/* Groups: event listeners, FastCGI sockets */

static void
write_of_group(struct metrics_out *out, const struct group *g, int64_t value)
{
	prom_write(out->text, out->name, &(struct prom_label){"group", g->name}, 1, value);
}

static const struct listener_pool *
pool_of(const struct group *g)
{
	const struct process_io *io = g->procs[0].io;

	return io != NULL && io->listener != NULL ? io->listener->pool : NULL;
}

static void
pool_sent(struct metrics_out *out, const struct group *g)
{
	if (pool_of(g) != NULL)
		write_of_group(out, g, (int64_t)pool_of(g)->sent);
}

static void
pool_dropped(struct metrics_out *out, const struct group *g)
{
	if (pool_of(g) != NULL)
		write_of_group(out, g, (int64_t)pool_of(g)->dropped);
}

static void
pool_queue_length(struct metrics_out *out, const struct group *g)
{
	if (pool_of(g) != NULL)
		write_of_group(out, g, (int64_t)pool_of(g)->nqueued);
}

static void
pool_queue_capacity(struct metrics_out *out, const struct group *g)
{
	if (pool_of(g) != NULL)
		write_of_group(out, g, g->config->listener.buffer_size);
}

static void
pool_ready(struct metrics_out *out, const struct group *g)
{
	if (pool_of(g) != NULL)
		write_of_group(out, g, (int64_t)listener_pool_nready(pool_of(g)));
}

static void
socket_listening(struct metrics_out *out, const struct group *g)
{
	if (g->socket != NULL)
		write_of_group(out, g, g->socket->fd >= 0);
}

static void
socket_processes(struct metrics_out *out, const struct group *g)
{
	if (g->socket != NULL)
		write_of_group(out, g, g->socket->refs);
}

/* The daemon */

static void
write_plain(struct metrics_out *out, int64_t value)
{
	prom_write(out->text, out->name, NULL, 0, value);
}

static void
write_labelled(struct metrics_out *out, const char *label, const char *value, int64_t n)
{
	prom_write(out->text, out->name, &(struct prom_label){label, value}, 1, n);
}

static void
build_info(struct metrics_out *out, const struct metrics_totals *totals)
{
	(void)totals;
	write_labelled(out, "version", PACKAGE_VERSION, 1);
}

static void
start_time(struct metrics_out *out, const struct metrics_totals *totals)
{
	prom_write_us(out->text, out->name, NULL, 0, totals->daemon->started);
}

static void
own_cpu(struct metrics_out *out, const struct metrics_totals *totals)
{
	if (totals->own.pid != 0)
		prom_write_us(out->text, out->name, NULL, 0, ticks_us(totals->own.ticks));
}

static void
own_rss(struct metrics_out *out, const struct metrics_totals *totals)
{
	if (totals->own.pid != 0)
		write_plain(out, totals->own.rss);
}

static void
own_fds(struct metrics_out *out, const struct metrics_totals *totals)
{
	if (totals->own.pid != 0 && totals->own.fds >= 0)
		write_plain(out, totals->own.fds);
}

static void
own_max_fds(struct metrics_out *out, const struct metrics_totals *totals)
{
	struct rlimit limit;

	(void)totals;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
		write_plain(out, (int64_t)limit.rlim_cur);
}

static void
processes(struct metrics_out *out, const struct metrics_totals *totals)
{
	for (int state = 0; state < PROCESS_NSTATES; state++)
		write_labelled(out, "state", process_state_name((enum process_state)state),
			       totals->states[state]);
}

static void
http_connections(struct metrics_out *out, const struct metrics_totals *totals)
{
	write_plain(out, (int64_t)httpd_connections(totals->daemon->httpd));
}

static void
event_streams(struct metrics_out *out, const struct metrics_totals *totals)
{
	write_plain(out, (int64_t)push_nstreams(totals->daemon->push));
}

struct rpc_writer {
	struct metrics_out *out;
	const struct rpc *rpc;
	bool faults;
};

/* A method that has several names is counted under the first. */
static void
write_method(void *arg, const char *full, const struct rpc_method *method)
{
	const struct rpc_writer *w = arg;
	const struct rpc_count *c = rpc_count(w->rpc, method);

	if (c != NULL && strcmp(c->full, full) == 0)
		write_labelled(w->out, "method", full, (int64_t)(w->faults ? c->faults : c->calls));
}

static void
write_methods(struct metrics_out *out, const struct rpc *rpc, bool faults)
{
	const struct rpc_count *unknown = rpc_count(rpc, NULL);

	rpc_each_method(rpc, write_method, &(struct rpc_writer){.out = out, .rpc = rpc, .faults = faults});
	write_labelled(out, "method", "other", (int64_t)(faults ? unknown->faults : unknown->calls));
}

static void
rpc_calls(struct metrics_out *out, const struct metrics_totals *totals)
{
	write_methods(out, totals->daemon->rpc, false);
}

static void
rpc_faults(struct metrics_out *out, const struct metrics_totals *totals)
{
	write_methods(out, totals->daemon->rpc, true);
}

static void
config_reads(struct metrics_out *out, const struct metrics_totals *totals)
{
	write_labelled(out, "result", "accepted", (int64_t)totals->daemon->config_reads.accepted);
	write_labelled(out, "result", "refused", (int64_t)totals->daemon->config_reads.refused);
}

static void
config_last_accepted(struct metrics_out *out, const struct metrics_totals *totals)
{
	write_plain(out, totals->daemon->config_reads.last_accepted);
}

static void
config_last_time(struct metrics_out *out, const struct metrics_totals *totals)
{
	prom_write_us(out->text, out->name, NULL, 0, totals->daemon->config_reads.accepted_at);
}

static void
reaped(struct metrics_out *out, const struct metrics_totals *totals)
{
	const struct reaper_counts *counts = reaper_counts(totals->daemon->reaper);

	write_labelled(out, "kind", "program", (int64_t)counts->programs);
	write_labelled(out, "kind", "unknown", (int64_t)counts->unknown);
}

/* clang-format off */
const struct metrics_family metrics_families[] = {
    { .name = "node_supervisord_up", .type = PROM_GAUGE, .process = node_up,
      .help = "Whether the process is STARTING, RUNNING or STOPPING, as the supervisord written in Go has it." },
    { .name = "node_supervisord_state", .type = PROM_GAUGE, .process = node_state,
      .help = "State of the process as Supervisor's number: 0 STOPPED, 10 STARTING, 20 RUNNING, 30 BACKOFF, "
	      "40 STOPPING, 100 EXITED, 200 FATAL, 1000 UNKNOWN." },
    { .name = "node_supervisord_exit_status", .type = PROM_GAUGE, .process = node_exit_status,
      .help = "Exit status of the last child while EXITED or BACKOFF, -1 after a signal; 0 otherwise." },
    { .name = "node_supervisord_start_time_seconds", .type = PROM_COUNTER, .process = node_start_time,
      .help = "When the child was started, in whole seconds since the epoch; only while the process is up." },

    { .name = "supervisord_process_up", .type = PROM_GAUGE, .process = process_up,
      .help = "Whether the process is RUNNING." },
    { .name = "supervisord_process_state", .type = PROM_GAUGE, .process = process_state,
      .help = "1 for the state that the process is in, 0 for the others." },
    { .name = "supervisord_process_start_time_seconds", .type = PROM_GAUGE, .process = process_start_time,
      .help = "When the child that lives was started, in seconds since the epoch." },
    { .name = "supervisord_process_starts_total", .type = PROM_COUNTER, .process = process_starts,
      .help = "Children that were started." },
    { .name = "supervisord_process_exits_total", .type = PROM_COUNTER, .process = process_exits,
      .help = "Children that ended, by exit code or signal, and whether that was asked for or is one of exitcodes=." },
    { .name = "supervisord_process_spawn_errors_total", .type = PROM_COUNTER, .process = process_spawn_errors,
      .help = "Tries to start of which no child came." },
    { .name = "supervisord_process_backoff_tries", .type = PROM_GAUGE, .process = process_backoff_tries,
      .help = "Tries to start that have failed in a row." },
    { .name = "supervisord_process_cpu_seconds_total", .type = PROM_COUNTER, .process = process_cpu,
      .help = "CPU time, user and system, of the child that lives, without its own children." },
    { .name = "supervisord_process_resident_memory_bytes", .type = PROM_GAUGE, .process = process_rss,
      .help = "Resident memory of the child." },
    { .name = "supervisord_process_threads", .type = PROM_GAUGE, .process = process_threads,
      .help = "Threads of the child." },
    { .name = "supervisord_process_open_fds", .type = PROM_GAUGE, .process = process_fds,
      .help = "Open file descriptors of the child; only with Linux 6.2 or newer." },
    { .name = "supervisord_process_log_written_bytes_total", .type = PROM_COUNTER, .process = process_log_written,
      .help = "Output that was written to the log file." },
    { .name = "supervisord_process_log_lost_bytes_total", .type = PROM_COUNTER, .process = process_log_lost,
      .help = "Output that the log file could not take: it is lost." },

    { .name = "supervisord_eventlistener_events_sent_total", .type = PROM_COUNTER, .group = pool_sent,
      .help = "Events given to a listener of the pool, those that it rejected and got again counted again." },
    { .name = "supervisord_eventlistener_events_dropped_total", .type = PROM_COUNTER, .group = pool_dropped,
      .help = "Events dropped because the buffer of the pool was full." },
    { .name = "supervisord_eventlistener_queue_length", .type = PROM_GAUGE, .group = pool_queue_length,
      .help = "Events that wait for a listener of the pool." },
    { .name = "supervisord_eventlistener_queue_capacity", .type = PROM_GAUGE, .group = pool_queue_capacity,
      .help = "Events that may wait: buffer_size=." },
    { .name = "supervisord_eventlistener_ready_workers", .type = PROM_GAUGE, .group = pool_ready,
      .help = "Listeners of the pool that are RUNNING and READY." },
    { .name = "supervisord_fcgi_socket_listening", .type = PROM_GAUGE, .group = socket_listening,
      .help = "Whether the FastCGI socket of the group is open." },
    { .name = "supervisord_fcgi_socket_processes", .type = PROM_GAUGE, .group = socket_processes,
      .help = "Processes that have the FastCGI socket of the group." },

    { .name = "supervisord_build_info", .type = PROM_GAUGE, .whole = build_info,
      .help = "Always 1; the label says which version runs." },
    { .name = "supervisord_start_time_seconds", .type = PROM_GAUGE, .whole = start_time,
      .help = "When the daemon started, or was reloaded, in seconds since the epoch." },
    { .name = "supervisord_cpu_seconds_total", .type = PROM_COUNTER, .whole = own_cpu,
      .help = "CPU time of the daemon itself, user and system." },
    { .name = "supervisord_resident_memory_bytes", .type = PROM_GAUGE, .whole = own_rss,
      .help = "Resident memory of the daemon." },
    { .name = "supervisord_open_fds", .type = PROM_GAUGE, .whole = own_fds,
      .help = "Open file descriptors of the daemon; only with Linux 6.2 or newer." },
    { .name = "supervisord_max_fds", .type = PROM_GAUGE, .whole = own_max_fds,
      .help = "Most file descriptors that the daemon may have." },
    { .name = "supervisord_processes", .type = PROM_GAUGE, .whole = processes,
      .help = "Processes in each state." },
    { .name = "supervisord_http_connections", .type = PROM_GAUGE, .whole = http_connections,
      .help = "Open connections of all HTTP servers, that of the scrape included." },
    { .name = "supervisord_event_streams", .type = PROM_GAUGE, .whole = event_streams,
      .help = "Readers of /events." },
    { .name = "supervisord_rpc_calls_total", .type = PROM_COUNTER, .whole = rpc_calls,
      .help = "XML-RPC calls that were answered, also those within system.multicall and of the web page; "
	      "method=\"other\" stands for those that do not exist." },
    { .name = "supervisord_rpc_faults_total", .type = PROM_COUNTER, .whole = rpc_faults,
      .help = "XML-RPC calls that were answered by a fault." },
    { .name = "supervisord_config_reads_total", .type = PROM_COUNTER, .whole = config_reads,
      .help = "Readings of the configuration file: at the start, by reread, update, a preview of it, and reload." },
    { .name = "supervisord_config_last_read_successful", .type = PROM_GAUGE, .whole = config_last_accepted,
      .help = "Whether the configuration was accepted when it was read last; 0: what is on the disk is refused." },
    { .name = "supervisord_config_last_read_success_timestamp_seconds", .type = PROM_GAUGE, .whole = config_last_time,
      .help = "When the configuration was last read and accepted, in seconds since the epoch." },
    { .name = "supervisord_reaped_pids_total", .type = PROM_COUNTER, .whole = reaped,
      .help = "Children that ended and were waited for: of programs, and others (orphans, as PID 1)." },
};
/* clang-format on */

const size_t metrics_nfamilies = sizeof(metrics_families) / sizeof(metrics_families[0]);
