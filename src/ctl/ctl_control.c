/* ctl_control.c: see ctl_control.h. */
#include "autoconf.h"

#include "ctl/ctl_control.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "core/process.h"
#include "ctl/ctl_input.h"
#include "ctl/ctl_many.h"
#include "ctl/ctl_names.h"
#include "ctl/ctl_progress.h"

/* Lines of supervisorctl.py that the error texts name. */
#define PLACE_SHUTDOWN 987
#define PLACE_RELOAD 1027

struct verb {
	const char *one, *group, *all; /* methods */
	const char *done;              /* what is said of a success */
	int ignored;                   /* a code that is no failure */
	enum ctl_exit no_group;        /* exit status for an unknown group */
	int place;                     /* where Supervisor gives up on a code */
};

static const struct verb verbs[] = {
    [CTL_VERB_START] =
	{
	    .one = "startProcess",
	    .group = "startProcessGroup",
	    .all = "startAllProcesses",
	    .done = "started",
	    .ignored = FAULT_ALREADY_STARTED,
	    .no_group = CTL_EXIT_INVALID_ARGS,
	    .place = 761,
	},
    [CTL_VERB_STOP] =
	{
	    .one = "stopProcess",
	    .group = "stopProcessGroup",
	    .all = "stopAllProcesses",
	    .done = "stopped",
	    .ignored = FAULT_NOT_RUNNING,
	    .no_group = CTL_EXIT_GENERIC,
	    .place = 835,
	},
    [CTL_VERB_SIGNAL] =
	{
	    .one = "signalProcess",
	    .group = "signalProcessGroup",
	    .all = "signalAllProcesses",
	    .done = "signalled",
	    .ignored = FAULT_SUCCESS,
	    .no_group = CTL_EXIT_GENERIC,
	    .place = 835,
	},
};

#define FOR(verb) (1U << (verb))
#define FOR_STOPPING (FOR(CTL_VERB_STOP) | FOR(CTL_VERB_SIGNAL))

static const struct {
	int code;
	unsigned verbs;
	const char *text;
} failures[] = {
    {FAULT_BAD_NAME, FOR(CTL_VERB_START) | FOR_STOPPING, "no such process"},
    {FAULT_BAD_SIGNAL, FOR_STOPPING, "bad signal name"},
    {FAULT_NO_FILE, FOR(CTL_VERB_START), "no such file"},
    {FAULT_NOT_EXECUTABLE, FOR(CTL_VERB_START), "file is not executable"},
    {FAULT_ABNORMAL_TERMINATION, FOR(CTL_VERB_START), "abnormal termination"},
    {FAULT_SPAWN_ERROR, FOR(CTL_VERB_START), "spawn error"},
    {FAULT_ALREADY_STARTED, FOR(CTL_VERB_START), "already started"},
    {FAULT_NOT_RUNNING, FOR_STOPPING, "not running"},
};

bool
ctl_result_line(struct buf *out, enum ctl_verb verb, int code, const char *name, const char *text)
{
	if (code == FAULT_SUCCESS)
		return buf_printf(out, "%s: %s", name, verbs[verb].done);
	/* The server's words stand alone, without the name. */
	if (code == FAULT_FAILED && (FOR(verb) & FOR_STOPPING) != 0)
		return buf_puts(out, text);
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		if (failures[i].code == code && (failures[i].verbs & FOR(verb)) != 0)
			return buf_printf(out, "%s: ERROR (%s)", name, failures[i].text);
	}
	return false;
}

int
ctl_result_status(enum ctl_verb verb, int code, int status)
{
	if (code == FAULT_SUCCESS || code == verbs[verb].ignored)
		return status;
	if (code == FAULT_ABNORMAL_TERMINATION || code == FAULT_SPAWN_ERROR || code == FAULT_NOT_RUNNING)
		return CTL_EXIT_NOT_RUNNING;
	return CTL_EXIT_GENERIC;
}

bool
ctl_verb_concerns(enum ctl_verb verb, int state)
{
	bool starting = state == process_state_code(PROCESS_STARTING);
	bool running = state == process_state_code(PROCESS_RUNNING);
	bool waiting = state == process_state_code(PROCESS_BACKOFF);

	switch (verb) {
	case CTL_VERB_START:
		return !starting && !running && !waiting;
	case CTL_VERB_STOP:
		return starting || running || waiting;
	case CTL_VERB_SIGNAL:
		return starting || running || state == process_state_code(PROCESS_STOPPING);
	}
	return false;
}

/* Says one result. False: raised. */
static bool
say_result(struct ctl *ctl, enum ctl_verb verb, int code, const char *name, const char *text)
{
	struct buf line = BUF_INIT(SIZE_MAX / 2);
	bool known = ctl_result_line(&line, verb, code, name, text);

	if (known) {
		ctl_say("%s", buf_str(&line));
		ctl->status = ctl_result_status(verb, code, ctl->status);
	} else {
		ctl_raise_set(ctl, "ValueError", CTL_ERROR_FILE, verbs[verb].place,
			      "Unknown result code %d for %s", code, name);
	}
	buf_release(&line);
	return known;
}

static bool
say_results(struct ctl *ctl, enum ctl_verb verb, const struct xmlrpc_value *results)
{
	bool ok = true;

	for (size_t i = 0; ok && i < xmlrpc_get_length(results); i++) {
		const struct xmlrpc_value *result = xmlrpc_at(results, i);
		char *name = ctl_name_of(result);

		ok = say_result(ctl, verb, (int)xmlrpc_get_int(xmlrpc_find(result, "status")), name,
				xmlrpc_get_string(xmlrpc_find(result, "description")));
		free(name);
	}
	return ok;
}

/* name (or no name, for all), then the signal where the verb has one. */
static struct xmlrpc_value *
verb_params(const char *name, const char *signal)
{
	struct xmlrpc_value *params = xmlrpc_array();

	if (name != NULL)
		xmlrpc_append(params, xmlrpc_string(name));
	if (signal != NULL)
		xmlrpc_append(params, xmlrpc_string(signal));
	return params;
}

static bool
act_on_all(struct ctl *ctl, enum ctl_verb verb, const char *signal)
{
	struct ctl_progress *progress = ctl_progress_begin(ctl, verb, NULL, 0);
	struct xmlrpc_value *results = ctl_call_or_raise(ctl, verbs[verb].all, verb_params(NULL, signal));
	bool ok;

	ctl_progress_end(progress);
	ok = results != NULL && say_results(ctl, verb, results);
	xmlrpc_free(results);
	return ok;
}

static bool
say_group_answer(struct ctl *ctl, enum ctl_verb verb, const char *group, const struct client_result *r)
{
	if (r->error.kind == CLIENT_OK)
		return say_results(ctl, verb, r->value);
	if (!ctl_is_fault(r, FAULT_BAD_NAME))
		return ctl_raise(ctl, &r->error);
	ctl_say("%s: ERROR (no such group)", group);
	ctl_fail(ctl, verbs[verb].no_group);
	return true;
}

static bool
act_on_group(struct ctl *ctl, enum ctl_verb verb, const char *group, const char *signal)
{
	char *members = xasprintf("%s:*", group);
	struct ctl_progress *progress = ctl_progress_begin(ctl, verb, &members, 1);
	struct client_result r;
	bool ok;

	ctl_call(ctl, &r, verbs[verb].group, verb_params(group, signal));
	ctl_progress_end(progress);
	ok = say_group_answer(ctl, verb, group, &r);
	client_result_release(&r);
	free(members);
	return ok;
}

/* The answer of a call for one process. */
static bool
say_answer(struct ctl *ctl, enum ctl_verb verb, const char *shown, const struct client_result *r)
{
	if (r->error.kind == CLIENT_OK)
		return say_result(ctl, verb, FAULT_SUCCESS, shown, "");
	if (r->error.kind == CLIENT_FAULT)
		return say_result(ctl, verb, r->error.code, shown, r->error.text);
	return ctl_raise(ctl, &r->error);
}

/* The server gets the name as it was typed; what is said is the short form. */
static bool
act_on_one(struct ctl *ctl, enum ctl_verb verb, const struct ctl_name *name, const char *typed,
	   const char *signal)
{
	char *shown = ctl_name_join(name->group, name->process);
	struct client_result r;
	bool ok;

	ctl_call(ctl, &r, verbs[verb].one, verb_params(typed, signal));
	ok = say_answer(ctl, verb, shown, &r);
	client_result_release(&r);
	free(shown);
	return ok;
}

/* What one pattern stands for: a call for each process, or for each group that it takes whole, since the daemon begins
   those together and in the order of their priorities. */
struct act_many {
	struct ctl *ctl;
	enum ctl_verb verb;
	const char *signal;
	char **name;  /* "GROUP:*" for a group; owned */
	char **group; /* the name of a group that is called for whole, NULL: a process; owned */
	size_t n;
	struct ctl_progress *progress;
};

static const char *
act_many_method(void *arg, size_t i)
{
	const struct act_many *m = arg;

	return m->group[i] != NULL ? verbs[m->verb].group : verbs[m->verb].one;
}

static struct xmlrpc_value *
act_many_params(void *arg, size_t i)
{
	const struct act_many *m = arg;

	return verb_params(m->group[i] != NULL ? m->group[i] : m->name[i], m->signal);
}

static bool
act_many_result(void *arg, size_t i, struct client_result *r)
{
	const struct act_many *m = arg;

	ctl_progress_hide(m->progress);
	return m->group[i] != NULL ? say_group_answer(m->ctl, m->verb, m->group[i], r)
				   : say_answer(m->ctl, m->verb, m->name[i], r);
}

static const struct ctl_many_ops act_many_ops = {
    .method = act_many_method,
    .params = act_many_params,
    .result = act_many_result,
};

static char *
group_of(const char *namespec)
{
	struct ctl_name name;
	char *group;

	ctl_name_split(&name, namespec);
	group = xstrdup(name.group);
	ctl_name_release(&name);
	return group;
}

static void
act_many_call(struct act_many *m, const char *namespec, bool whole)
{
	char *group = whole ? group_of(namespec) : NULL;

	m->name[m->n] = whole ? xasprintf("%s:*", group) : xstrdup(namespec);
	m->group[m->n++] = group;
}

/* The n targets from t on begin to be called for. A group is, when there is something to do for one of its members.
   Signals are quick, and have the same results for each. */
static void
act_many_add(struct act_many *m, const struct ctl_target *t, size_t n)
{
	size_t members;

	for (size_t i = 0; i < n; i += members) {
		bool whole = t[i].members > 0 && m->verb != CTL_VERB_SIGNAL, concerned = false;

		members = whole ? t[i].members : 1;
		for (size_t j = i; j < i + members; j++)
			concerned = concerned || ctl_verb_concerns(m->verb, t[j].state);
		if (concerned)
			act_many_call(m, t[i].name, whole);
	}
}

/* The targets from the i-th on that come from the same pattern. Their number goes to *n. */
static bool
act_on_pattern(struct ctl *ctl, enum ctl_verb verb, const struct ctl_targets *targets, size_t i, size_t *n,
	       const char *signal)
{
	const struct ctl_target *t = &targets->target[i];
	struct act_many m = {
	    .ctl = ctl,
	    .verb = verb,
	    .signal = signal,
	    .name = xcalloc(targets->n, sizeof(*m.name)),
	    .group = xcalloc(targets->n, sizeof(*m.group)),
	};
	bool ok;

	for (*n = 0; i + *n < targets->n && t[*n].pattern == t->pattern; ++*n)
		;
	act_many_add(&m, t, *n);
	m.progress = m.n > 0 ? ctl_progress_begin(ctl, verb, m.name, m.n) : NULL;
	ok = ctl_many(ctl, m.n, &act_many_ops, &m);
	ctl_progress_end(m.progress);
	for (size_t j = 0; j < m.n; j++) {
		free(m.name[j]);
		free(m.group[j]);
	}
	free(m.name);
	free(m.group);
	return ok;
}

static bool
act_on_targets(struct ctl *ctl, enum ctl_verb verb, const struct ctl_targets *targets, const char *signal)
{
	bool ok = true;
	size_t n;

	for (size_t i = 0; ok && i < targets->n; i += n) {
		struct ctl_name name;

		if (targets->target[i].pattern != 0) {
			ok = act_on_pattern(ctl, verb, targets, i, &n, signal);
			continue;
		}
		n = 1;
		ctl_name_split(&name, targets->target[i].name);
		ok = name.process == NULL ? act_on_group(ctl, verb, name.group, signal)
					  : act_on_one(ctl, verb, &name, targets->target[i].name, signal);
		ctl_name_release(&name);
	}
	return ok;
}

static bool
act(struct ctl *ctl, enum ctl_verb verb, const struct ctl_args *args, size_t first, const char *signal)
{
	struct ctl_targets targets;
	bool ok;

	for (size_t i = first; i < args->n; i++) {
		if (strcmp(args->word[i], "all") == 0)
			return act_on_all(ctl, verb, signal);
	}
	if (!ctl_targets_get(ctl, args->word + first, args->n - first, &targets))
		return false;
	ok = act_on_targets(ctl, verb, &targets, signal);
	ctl_targets_release(&targets);
	return ok;
}

void
ctl_start(struct ctl *ctl, const struct ctl_args *args)
{
	if (args->n == 0)
		ctl_usage(ctl, args, CTL_EXIT_INVALID_ARGS, "Error: start requires a process name");
	else
		act(ctl, CTL_VERB_START, args, 0, NULL);
}

void
ctl_stop(struct ctl *ctl, const struct ctl_args *args)
{
	if (args->n == 0)
		ctl_usage(ctl, args, CTL_EXIT_GENERIC, "Error: stop requires a process name");
	else
		act(ctl, CTL_VERB_STOP, args, 0, NULL);
}

void
ctl_restart(struct ctl *ctl, const struct ctl_args *args)
{
	if (args->n == 0) {
		ctl_usage(ctl, args, CTL_EXIT_GENERIC, "Error: restart requires a process name");
		return;
	}
	/* Exactly as `stop`, then as `start`, each with its check. */
	if (ctl_check(ctl))
		act(ctl, CTL_VERB_STOP, args, 0, NULL);
	if (ctl_raised(ctl))
		return;
	if (ctl_check(ctl))
		act(ctl, CTL_VERB_START, args, 0, NULL);
}

void
ctl_signal(struct ctl *ctl, const struct ctl_args *args)
{
	if (args->n < 2)
		ctl_usage(ctl, args, CTL_EXIT_GENERIC,
			  "Error: signal requires a signal name and a process name");
	else
		act(ctl, CTL_VERB_SIGNAL, args, 1, args->word[0]);
}

/* The daemon itself */

/* True: yes, or nobody to ask. False: no, raised, or interrupted. */
static bool
confirmed(struct ctl *ctl, const char *question, int place)
{
	char *answer = NULL;
	bool yes = true;

	if (!ctl->interactive)
		return true;
	switch (ctl_input_ask(ctl, question, place, &answer)) {
	case CTL_INPUT_LINE:
		yes = tolower((unsigned char)answer[0]) == 'y';
		break;
	case CTL_INPUT_END:
		yes = false;
		break;
	case CTL_INPUT_INTERRUPTED: {
		struct client_error e = CLIENT_ERROR_INIT;

		client_error_set(&e, CLIENT_CANCELLED, 0, "interrupted");
		yes = ctl_raise(ctl, &e);
		client_error_release(&e);
		break;
	}
	}
	free(answer);
	return yes;
}

static void
shutdown_failed(struct ctl *ctl, const struct client_error *e)
{
	if (e->kind == CLIENT_OS && e->code == ECONNREFUSED) {
		ctl_say("ERROR: %s refused connection (already shut down?)", ctl->url);
		ctl_fail(ctl, CTL_EXIT_GENERIC);
	} else if (e->kind == CLIENT_OS && e->code == ENOENT) {
		ctl_say("ERROR: %s no such file (already shut down?)", ctl->url);
		ctl_fail(ctl, CTL_EXIT_GENERIC);
	} else {
		ctl_raise(ctl, e);
	}
}

void
ctl_shutdown(struct ctl *ctl, const struct ctl_args *args)
{
	struct client_result r;

	if (args->n > 0) {
		ctl_usage(ctl, args, CTL_EXIT_GENERIC, "Error: shutdown accepts no arguments");
		return;
	}
	if (!confirmed(ctl, "Really shut the remote supervisord process down y/N? ", PLACE_SHUTDOWN))
		return;
	if (ctl_call(ctl, &r, "shutdown", NULL))
		ctl_say("Shut down");
	else if (ctl_is_fault(&r, FAULT_SHUTDOWN_STATE))
		ctl_say("ERROR: already shutting down");
	else
		shutdown_failed(ctl, &r.error);
	client_result_release(&r);
}

void
ctl_reload(struct ctl *ctl, const struct ctl_args *args)
{
	struct client_result r;

	if (args->n > 0) {
		ctl_usage(ctl, args, CTL_EXIT_GENERIC, "Error: reload accepts no arguments");
		return;
	}
	if (!confirmed(ctl, "Really restart the remote supervisord process y/N? ", PLACE_RELOAD))
		return;
	if (ctl_call(ctl, &r, "restart", NULL)) {
		ctl_say("Restarted supervisord");
	} else {
		ctl_reading_failed(ctl, &r, "already shutting down");
	}
	client_result_release(&r);
}
