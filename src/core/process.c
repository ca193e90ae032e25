/* process.c: names and codes of process states, and the texts that clients see. */
#include "autoconf.h"

#include "core/process.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/timefmt.h"
#include "base/xmalloc.h"
#include "core/process_table.h"

static const struct {
	int code;
	const char *name;
	bool running, stopped, signallable;
} states[] = {
    [PROCESS_STOPPED] = {.code = 0, .name = "STOPPED", .stopped = true},
    [PROCESS_STARTING] = {.code = 10, .name = "STARTING", .running = true, .signallable = true},
    [PROCESS_RUNNING] = {.code = 20, .name = "RUNNING", .running = true, .signallable = true},
    [PROCESS_BACKOFF] = {.code = 30, .name = "BACKOFF", .running = true},
    [PROCESS_STOPPING] = {.code = 40, .name = "STOPPING", .signallable = true},
    [PROCESS_EXITED] = {.code = 100, .name = "EXITED", .stopped = true},
    [PROCESS_FATAL] = {.code = 200, .name = "FATAL", .stopped = true},
    [PROCESS_UNKNOWN] = {.code = 1000, .name = "UNKNOWN", .stopped = true},
};
static_assert(sizeof(states) / sizeof(states[0]) == PROCESS_NSTATES, "one row per state");

/* clang-format off */
static const char *const causes[] = {
    [CAUSE_NONE] = "",
    [CAUSE_AUTOSTART] = "autostart",
    [CAUSE_REQUEST] = "request",
    [CAUSE_AUTORESTART] = "autorestart",
    [CAUSE_BACKOFF] = "backoff",
    [CAUSE_SHUTDOWN] = "shutdown",
    [CAUSE_CRASH] = "crash",
    [CAUSE_EXIT] = "exit",
};
/* clang-format on */

int
process_state_code(enum process_state state)
{
	return states[state].code;
}

const char *
process_state_name(enum process_state state)
{
	return states[state].name;
}

bool
process_state_is_running(enum process_state state)
{
	return states[state].running;
}

bool
process_state_is_stopped(enum process_state state)
{
	return states[state].stopped;
}

bool
process_state_is_signallable(enum process_state state)
{
	return states[state].signallable;
}

bool
process_state_is_ill(enum process_state state, const char *spawnerr)
{
	switch (state) {
	case PROCESS_BACKOFF:
	case PROCESS_FATAL:
	case PROCESS_UNKNOWN:
		return true;
	case PROCESS_EXITED:
		return spawnerr != NULL && spawnerr[0] != '\0';
	case PROCESS_STOPPED:
	case PROCESS_STARTING:
	case PROCESS_RUNNING:
	case PROCESS_STOPPING:
	case PROCESS_NSTATES:
		break;
	}
	return false;
}

bool
process_is_ill(const struct process *p)
{
	return process_state_is_ill(p->state, p->spawnerr);
}

const char *
process_cause_name(enum process_cause cause)
{
	return causes[cause];
}

char *
process_namespec(const struct process *p)
{
	if (strcmp(p->group->name, p->name) == 0)
		return xstrdup(p->name);
	return xasprintf("%s:%s", p->group->name, p->name);
}

static char *
describe_running(const struct process *p, int64_t now)
{
	char uptime[TIMEFMT_MAX];

	timefmt_uptime(uptime, now - wall_seconds(p->laststart));
	return xasprintf("pid %ld, uptime %s", (long)p->pid, uptime);
}

static char *
describe_failed(const struct process *p)
{
	if (p->spawnerr != NULL && p->spawnerr[0] != '\0')
		return xstrdup(p->spawnerr);
	return xasprintf("unknown error (try \"tail %s\")", p->name);
}

static char *
describe_stopped(const struct process *p)
{
	char stopped[TIMEFMT_MAX];

	if (p->laststart == 0)
		return xstrdup("Not started");
	timefmt_stopped(stopped, wall_seconds(p->laststop));
	return xstrdup(stopped);
}

char *
process_description(const struct process *p, int64_t now)
{
	switch (p->state) {
	case PROCESS_RUNNING:
		return describe_running(p, now);
	case PROCESS_BACKOFF:
	case PROCESS_FATAL:
		return describe_failed(p);
	case PROCESS_STOPPED:
	case PROCESS_EXITED:
		return describe_stopped(p);
	case PROCESS_STARTING:
	case PROCESS_STOPPING:
	case PROCESS_UNKNOWN:
	case PROCESS_NSTATES:
		break;
	}
	return xstrdup("");
}

/* The deadline is on the scheduling clock: how far away it is, seen from now, is the same on the wall's. */
wall_us
process_next_try(const struct process *p, const struct now *now)
{
	mono_us left;

	if (p->state != PROCESS_BACKOFF || p->deadline == 0 || p->backoff > p->config->startretries)
		return 0;
	left = p->deadline - now->mono;
	return now->wall + left;
}

uint64_t
process_restarts(const struct process *p)
{
	return p->starts > 0 ? p->starts - 1 : 0;
}

uint64_t
process_lost_bytes(const struct process *p)
{
	uint64_t sum = 0;

	for (int channel = 0; channel < NCHANNELS; channel++)
		sum += p->lost_bytes[channel];
	return sum;
}
