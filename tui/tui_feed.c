/* tui_feed.c: see tui_feed.h. */
#include "autoconf.h"

#include "tui/tui_feed.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_actions.h"
#include "tui/tui_feed_history.h"
#include "tui/tui_feed_log.h"
#include "tui/tui_json.h"
#include "tui/tui_report.h"
#include "tui/tui_who.h"

#define CLOCK_SLACK 2 /* seconds */

static enum process_state
state_of_code(int64_t code)
{
	for (int s = 0; s < PROCESS_NSTATES; s++)
		if (process_state_code((enum process_state)s) == code)
			return (enum process_state)s;
	return PROCESS_UNKNOWN;
}

/* hello */

/* What a daemon that was gone has to say of the time between. */
static void
say_return(struct tui_host *h, bool restarted, bool resumed)
{
	char age[TUI_CELL_MAX];
	double valid = TUI_FOREVER;

	if (restarted)
		tui_say(h, LOOK_OK, "the daemon was restarted, pid %" PRId64, h->daemon.pid);
	if (restarted || !h->ever_connected || tui_host_is_up(h))
		return;
	tui_format_age(h->model->now - tui_host_gone_since(h), age, &valid);
	if (resumed)
		tui_say(h, LOOK_OK, "connected again after %s, nothing was missed", age);
	else
		tui_say(h, LOOK_WARN,
			"connected again after %s; what happened meanwhile is not known in all detail", age);
}

static void
feed_hello(struct tui_host *h, const json_t *o, double local_now)
{
	struct tui_model *m = h->model;
	struct tui_daemon *d = &h->daemon;
	bool restarted = d->boot[0] != '\0' && strcmp(d->boot, text_of(o, "boot")) != 0;

	tui_set(&d->identification, text_of(o, "identification"));
	tui_set(&d->version, text_of(o, "version"));
	tui_set(&d->host, text_of(o, "host"));
	tui_set(&d->boot, text_of(o, "boot"));
	tui_set(&d->statename, text_of(o, "statename"));
	tui_set(&d->you, text_of(o, "you"));
	d->pid = integer_of(o, "pid", 0);
	d->stream = integer_of(o, "stream", 0);
	d->started = number_of(o, "started", 0);
	tui_model_name_hosts(m);
	h->clock_ahead = number_of(o, "now", local_now) - local_now;
	m->now = local_now;
	tui_activity_forget(h);
	tui_feed_log_reconnected(h, restarted);
	say_return(h, restarted, json_is_true(json_object_get(o, "resumed")));
	tui_host_link(h, LINK_LIVE, NULL, 0);
	tui_request_host(h, REQUEST_FOLLOW);
}

/* Processes and groups */

static void
feed_listener(struct tui_proc *p, const json_t *o)
{
	p->listener = (struct tui_listener){
	    .is = json_is_object(o),
	    .queued = integer_of(o, "queued", 0),
	    .dropped = integer_of(o, "dropped", 0),
	    .deaf = strcmp(text_of(o, "state"), "UNKNOWN") == 0,
	    .begins = strcmp(text_of(o, "state"), "ACKNOWLEDGED") == 0,
	};
}

/* The time is that of the step that was heard of last: who starts something is at it until it runs. */
static void
feed_who(struct tui_proc *p, const json_t *o)
{
	const char *who = text_of(o, "who"), *from = text_of(o, "from");

	if (who[0] == '\0' || strcmp(who, p->who) != 0)
		p->asked = 0;
	if (who[0] != '\0' && from[0] != '\0' && strcmp(from, text_of(o, "statename")) != 0)
		p->asked = number_of(o, "time", 0);
	tui_set(&p->who, who);
}

static void
feed_process(struct tui_host *h, const json_t *o)
{
	const char *group = text_of(o, "group"), *name = text_of(o, "name");
	struct tui_proc *p;
	int64_t pid;

	if (*group == '\0' || *name == '\0')
		return;
	p = tui_host_put_proc(h, group, name);
	pid = p->pid;
	tui_host_before(h, p);
	p->state = state_of_code(integer_of(o, "state", 1000));
	tui_set(&p->description, text_of(o, "description"));
	tui_set(&p->spawnerr, text_of(o, "spawnerr"));
	feed_who(p, o);
	tui_set(&p->stdout_logfile, text_of(o, "stdout_logfile"));
	tui_set(&p->stderr_logfile, text_of(o, "stderr_logfile"));
	p->pid = integer_of(o, "pid", 0);
	p->start = number_of(o, "start", 0);
	p->stop = number_of(o, "stop", 0);
	p->exitstatus = integer_of(o, "exitstatus", 0);
	p->signal = integer_of(o, "signal", 0);
	p->ill = bool_of(o, "ill", process_state_is_ill(p->state, p->spawnerr));
	p->expected = bool_of(o, "expected", p->state != PROCESS_EXITED || !p->ill);
	if (pid != 0 && p->pid == 0)
		p->ended = (struct tui_end){pid, p->exitstatus, p->signal, p->expected};
	p->tries = integer_of(o, "tries", 0);
	p->next_try = number_of(o, "next_try", 0);
	p->restarts = integer_of(o, "restarts", -1);
	p->lost_bytes = integer_of(o, "lost_bytes", 0);
	p->priority = integer_of(o, "priority", 0);
	feed_listener(p, json_object_get(o, "listener"));
	if (p->pid == 0)
		p->cpu = p->rss = -1;
	if (!h->in_snapshot)
		tui_feed_log_process(h, p, pid, number_of(o, "time", 0));
	tui_feed_history_changed(h, p, pid);
	tui_host_after(h, p);
}

static void
feed_group_of_snapshot(struct tui_host *h, const json_t *o)
{
	if (text_of(o, "name")[0] != '\0')
		tui_host_put_group(h, text_of(o, "name"))->priority = integer_of(o, "priority", 0);
}

static void
feed_snapshot(struct tui_host *h, const json_t *o)
{
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(o, "groups"), i, item) feed_group_of_snapshot(h, item);
	json_array_foreach(json_object_get(o, "processes"), i, item) feed_process(h, item);
}

/* Somebody applies the configuration of which the line says that it waits. */
static void
count_step(struct tui_host *h)
{
	struct tui_model *m = h->model;

	if (tui_is_offered(h, OFFER_UPDATE) && --m->message_steps == 0)
		tui_offer_ends(h, OFFER_UPDATE);
}

static void
feed_group(struct tui_host *h, const json_t *o)
{
	const char *name = text_of(o, "name"), *change = text_of(o, "change");
	struct tui_group *g;

	if (*name == '\0')
		return;
	g = tui_host_group(h, name);
	if (strcmp(change, "removed") == 0) {
		if (g != NULL)
			tui_host_remove_group(h, g);
	} else if (g == NULL)
		tui_host_put_group(h, name);
	count_step(h);
}

static void
feed_supervisor(struct tui_host *h, const json_t *o)
{
	const char *state = text_of(o, "statename"), *who = text_of(o, "who");
	bool ends = strcmp(state, "SHUTDOWN") == 0;

	if ((ends || strcmp(state, "RESTARTING") == 0) && tui_who_is_another(h, who))
		tui_say(h, LOOK_WARN, "the daemon %s, asked by %s", ends ? "ends" : "is reloaded", who);
	tui_set(&h->daemon.statename, state);
}

static void
feed_config(struct tui_host *h, const json_t *o)
{
	size_t available = json_array_size(json_object_get(o, "available"));
	size_t changed = json_array_size(json_object_get(o, "changed"));
	size_t gone = json_array_size(json_object_get(o, "disappeared"));
	const char *who = text_of(o, "who");
	bool another = tui_who_is_another(h, who);

	tui_offer_ends(h, OFFER_UPDATE);
	/* An update of our own tells its steps itself. */
	if (h->model->update != NULL || available + changed + gone == 0)
		return;
	if (tui_say(h, LOOK_PLAIN,
		    "configuration read again%s%s: %zu new, %zu changed, %zu gone; %s shows and applies",
		    another ? " by " : "", another ? who : "", available, changed, gone,
		    tui_hint(h->model, "u", "update"))) {
		tui_offer(h, OFFER_UPDATE);
		h->model->message_steps = available + 2 * changed + gone; /* what changes goes and comes */
	}
}

static void
feed_metrics(struct tui_host *h, const json_t *o)
{
	const json_t *load = json_object_get(o, "load"), *item;
	size_t i;

	json_array_foreach(json_object_get(o, "processes"), i, item)
	{
		char *key = xasprintf("%s:%s", text_of(item, "group"), text_of(item, "name"));
		struct tui_proc *p = tui_host_proc(h, key);

		free(key);
		if (p == NULL)
			continue;
		p->cpu = number_of(item, "cpu", -1);
		p->rss = integer_of(item, "rss", -1);
		p->threads = integer_of(item, "threads", 0);
		tui_activity_told(p, integer_of(item, "out", -1), number_of(item, "out_rate", -1),
				  number_of(item, "last_output", -1));
	}
	for (i = 0; i < 3; i++)
		h->daemon.load[i] =
		    json_is_number(json_array_get(load, i)) ? json_number_value(json_array_get(load, i)) : -1;
	h->daemon.mem_total = integer_of(o, "mem_total", 0);
	h->daemon.mem_available = integer_of(o, "mem_available", 0);
	if (tui_columns[h->model->sort].metrics)
		h->model->order_dirty = true;
}

/* Those that have no data. */
static void
feed_begin(struct tui_host *h, const json_t *o)
{
	(void)o;
	tui_host_begin_snapshot(h);
}

static void
feed_end(struct tui_host *h, const json_t *o)
{
	(void)o;
	tui_host_end_snapshot(h);
	tui_report_connected(h);
}

typedef void feed_fn(struct tui_host *h, const json_t *o);

static const struct {
	const char *event;
	feed_fn *feed;
} feeds[] = {
    {"process", feed_process},   {"log", tui_feed_log},           {"metrics", feed_metrics},
    {"snapshot", feed_snapshot}, {"snapshot-begin", feed_begin},  {"snapshot-end", feed_end},
    {"group", feed_group},       {"supervisor", feed_supervisor}, {"config", feed_config},
};

void
tui_feed_event(struct tui_host *h, const char *event, const char *data, size_t len, double local_now)
{
	json_t *o = json_loadb(data, len, JSON_ALLOW_NUL, NULL);

	tui_feed_object(h, event, o, local_now);
	json_decref(o);
}

void
tui_feed_object(struct tui_host *h, const char *event, const json_t *o, double local_now)
{
	if (strcmp(event, "hello") == 0)
		feed_hello(h, o, local_now);
	for (size_t i = 0; i < sizeof(feeds) / sizeof(feeds[0]); i++)
		if (strcmp(event, feeds[i].event) == 0)
			feeds[i].feed(h, o);
}

/* Polling */

static bool
set_if_other(char **text, const char *value)
{
	if (strcmp(*text, value) == 0)
		return false;
	tui_set(text, value);
	return true;
}

/* An exit status of -1 is a signal, with no word on which. */
static void
feed_process_info(struct tui_host *h, const struct xmlrpc_value *info)
{
	const char *group = xmlrpc_get_string(xmlrpc_find(info, "group"));
	const char *name = xmlrpc_get_string(xmlrpc_find(info, "name"));
	int64_t pid = xmlrpc_get_int(xmlrpc_find(info, "pid"));
	double start = (double)xmlrpc_get_int(xmlrpc_find(info, "start"));
	double stop = (double)xmlrpc_get_int(xmlrpc_find(info, "stop"));
	enum process_state state = state_of_code(xmlrpc_get_int(xmlrpc_find(info, "state")));
	struct tui_proc *p;
	int64_t old_pid;
	bool is_new;

	if (*group == '\0' || *name == '\0')
		return;
	p = tui_host_put_proc(h, group, name);
	set_if_other(&p->description, xmlrpc_get_string(xmlrpc_find(info, "description")));
	/* What has not changed is not touched: who waits for a change would take it for one. */
	if (p->changes > 0 && p->state == state && p->pid == pid && p->start == start && p->stop == stop)
		return;
	is_new = p->changes == 0;
	old_pid = p->pid;
	tui_host_before(h, p);
	p->state = state;
	p->pid = pid;
	p->start = start;
	p->stop = stop;
	p->exitstatus = xmlrpc_get_int(xmlrpc_find(info, "exitstatus"));
	tui_set(&p->spawnerr, xmlrpc_get_string(xmlrpc_find(info, "spawnerr")));
	p->ill = process_state_is_ill(state, p->spawnerr);
	p->expected = state != PROCESS_EXITED || !p->ill;
	tui_set(&p->stdout_logfile, xmlrpc_get_string(xmlrpc_find(info, "stdout_logfile")));
	tui_set(&p->stderr_logfile, xmlrpc_get_string(xmlrpc_find(info, "stderr_logfile")));
	p->restarts = -1;
	if (!is_new)
		tui_feed_log_polled(h, p, old_pid);
	tui_host_after(h, p);
}

/* Supervisor tells whole seconds, rounded down, and each time may be another bit late: only what is more than that counts. */
static void
read_clock(struct tui_host *h, const struct xmlrpc_value *info)
{
	double ahead = (double)xmlrpc_get_int(xmlrpc_find(info, "now")) + 0.5 - h->model->now;

	if (xmlrpc_find(info, "now") != NULL && fabs(ahead - h->clock_ahead) > CLOCK_SLACK)
		h->clock_ahead = ahead;
}

void
tui_feed_processes(struct tui_host *h, const struct xmlrpc_value *list)
{
	if (xmlrpc_get_length(list) > 0)
		read_clock(h, xmlrpc_at(list, 0));
	tui_host_begin_snapshot(h);
	for (size_t i = 0; i < xmlrpc_get_length(list); i++)
		feed_process_info(h, xmlrpc_at(list, i));
	tui_host_end_snapshot(h);
}
