/* ctl.c: see ctl.h. */
#include "autoconf.h"

#include "ctl/ctl.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "base/xmalloc.h"
#include "ctl/ctl_input.h"
#include "ctl/ctl_options.h"

static char *
copy_or_null(const char *s)
{
	return s != NULL ? xstrdup(s) : NULL;
}

void
ctl_init(struct ctl *ctl, struct event_base *base, const struct ctl_options *options)
{
	*ctl = (struct ctl){
	    .base = base,
	    .options = options,
	    .url = xstrdup(options->url),
	    .username = copy_or_null(options->username),
	    .password = copy_or_null(options->password),
	    .interactive = options->interactive,
	};
	ctl->input = ctl_input_new(base);
}

void
ctl_release(struct ctl *ctl)
{
	ctl_disconnect(ctl);
	ctl_interrupt_release(ctl);
	ctl_error_release(&ctl->raised);
	ctl_json_abandon(ctl);
	ctl_input_free(ctl->input);
	free(ctl->url);
	free(ctl->username);
	free(ctl->password);
	*ctl = (struct ctl){0};
}

void
ctl_say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

/* name: what it is about, NULL: all of the command. */
static void
complain(struct ctl *ctl, const char *name, enum ctl_problem kind, int code, const char *fmt, va_list ap)
{
	char *text = xvasprintf(fmt, ap);

	if (!ctl_json_wanted(ctl))
		ctl_say("%s", text);
	else if (name != NULL)
		ctl_json_error_of(ctl, name, kind, text);
	else
		ctl_json_error(ctl, kind, code, text);
	free(text);
}

void
ctl_complain(struct ctl *ctl, enum ctl_problem kind, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(ctl, NULL, kind, code, fmt, ap);
	va_end(ap);
}

void
ctl_complain_of(struct ctl *ctl, const char *name, enum ctl_problem kind, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(ctl, name, kind, 0, fmt, ap);
	va_end(ap);
}

bool
ctl_fail(struct ctl *ctl, enum ctl_exit status)
{
	ctl->status = (int)status;
	return false;
}

/* Calls */

struct client_options
ctl_client_options(const struct ctl *ctl)
{
	return (struct client_options){.url = ctl->url, .username = ctl->username, .password = ctl->password};
}

/* What the commands take apart is of the right type, or the answer counts as none. */
static bool
result_has_type(const char *method, const struct xmlrpc_value *value)
{
	static const struct {
		const char *method;
		enum xmlrpc_type type;
	} types[] = {
	    {"clearAllProcessLogs", XMLRPC_ARRAY},
	    {"getAllConfigInfo", XMLRPC_ARRAY},
	    {"getAllProcessInfo", XMLRPC_ARRAY},
	    {"getPID", XMLRPC_INT},
	    {"getProcessInfo", XMLRPC_STRUCT},
	    {"getSupervisorVersion", XMLRPC_STRING},
	    {"readLog", XMLRPC_STRING},
	    {"readProcessStderrLog", XMLRPC_STRING},
	    {"readProcessStdoutLog", XMLRPC_STRING},
	    {"reloadConfig", XMLRPC_ARRAY},
	    {"signalAllProcesses", XMLRPC_ARRAY},
	    {"signalProcessGroup", XMLRPC_ARRAY},
	    {"startAllProcesses", XMLRPC_ARRAY},
	    {"startProcessGroup", XMLRPC_ARRAY},
	    {"stopAllProcesses", XMLRPC_ARRAY},
	    {"stopProcessGroup", XMLRPC_ARRAY},
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(types[i].method, method) == 0)
			return xmlrpc_type(value) == types[i].type;
	}
	return true;
}

bool
ctl_call(struct ctl *ctl, struct client_result *r, const char *method, struct xmlrpc_value *params)
{
	struct client_options options = ctl_client_options(ctl);
	char *full = xasprintf("supervisor.%s", method);

	if (ctl->conn == NULL)
		ctl->conn = client_new(ctl->base, &options);
	client_call_wait(ctl->conn, full, params, r);
	free(full);
	if (r->error.kind == CLIENT_OK && !result_has_type(method, r->value))
		client_error_set(&r->error, CLIENT_BAD_REPLY, XMLRPC_REPLY_FOREIGN,
				 "the answer is of the wrong type");
	return r->error.kind == CLIENT_OK;
}

struct xmlrpc_value *
ctl_call_or_raise(struct ctl *ctl, const char *method, struct xmlrpc_value *params)
{
	struct client_result r;

	if (!ctl_call(ctl, &r, method, params)) {
		ctl_raise(ctl, &r.error);
		client_result_release(&r);
		return NULL;
	}
	return r.value;
}

struct xmlrpc_value *
ctl_strings(size_t n, ...)
{
	struct xmlrpc_value *params = xmlrpc_array();
	va_list ap;

	va_start(ap, n);
	for (size_t i = 0; i < n; i++)
		xmlrpc_append(params, xmlrpc_string(va_arg(ap, const char *)));
	va_end(ap);
	return params;
}

void
ctl_disconnect(struct ctl *ctl)
{
	client_free(ctl->conn);
	ctl->conn = NULL;
}

bool
ctl_is_fault(const struct client_result *r, enum fault code)
{
	return r->error.kind == CLIENT_FAULT && r->error.code == (int)code;
}

bool
ctl_raise(struct ctl *ctl, const struct client_error *e)
{
	ctl_error_from_client(&ctl->raised, e);
	if (ctl_json_wanted(ctl))
		ctl_json_error_from_client(ctl, e);
	return false;
}

bool
ctl_raise_set(struct ctl *ctl, const char *class, const char *file, int line, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	ctl_error_set(&ctl->raised, class, file, line, "%s", text);
	if (ctl_json_wanted(ctl))
		ctl_json_error(ctl, CTL_PROBLEM_PROTOCOL, 0, text);
	free(text);
	return false;
}

bool
ctl_raised(const struct ctl *ctl)
{
	return ctl->raised.class != NULL;
}

void
ctl_reading_failed(struct ctl *ctl, const struct client_result *r, const char *going_down)
{
	if (ctl_is_fault(r, FAULT_SHUTDOWN_STATE)) {
		ctl_complain(ctl, CTL_PROBLEM_FAULT, r->error.code, "ERROR: %s", going_down);
	} else if (ctl_is_fault(r, FAULT_CANT_REREAD)) {
		ctl_complain(ctl, CTL_PROBLEM_FAULT, r->error.code, "ERROR: %s", r->error.text);
	} else {
		ctl_raise(ctl, &r->error);
		return;
	}
	ctl_fail(ctl, CTL_EXIT_GENERIC);
}

/* The check */

static bool
check_failed(struct ctl *ctl, const struct client_result *r)
{
	if (ctl_is_fault(r, FAULT_UNKNOWN_METHOD)) {
		ctl_complain(ctl, CTL_PROBLEM_FAULT, r->error.code,
			     "Sorry, supervisord responded but did not recognize the supervisor namespace "
			     "commands that supervisorctl uses to control it.  Please check that the "
			     "[rpcinterface:supervisor] section is enabled in the configuration file "
			     "(see sample.conf).");
		return ctl_fail(ctl, CTL_EXIT_UNIMPLEMENTED);
	}
	if (r->error.kind == CLIENT_OS && r->error.code == ECONNREFUSED) {
		ctl_complain(ctl, CTL_PROBLEM_CONNECTION, r->error.code, "%s refused connection", ctl->url);
		return ctl_fail(ctl, CTL_EXIT_NO_PRIVILEGE);
	}
	if (r->error.kind == CLIENT_OS && r->error.code == ENOENT) {
		ctl_complain(ctl, CTL_PROBLEM_CONNECTION, r->error.code, "%s no such file", ctl->url);
		return ctl_fail(ctl, CTL_EXIT_NOT_RUNNING);
	}
	return ctl_raise(ctl, &r->error);
}

static bool
check_version(struct ctl *ctl, const struct xmlrpc_value *version)
{
	struct buf text = BUF_INIT(CLIENT_REPLY_MAX);

	if (xmlrpc_type(version) == XMLRPC_STRING && strcmp(xmlrpc_get_string(version), "3.0") == 0)
		return true;
	xmlrpc_python_text(&text, version);
	ctl_complain(ctl, CTL_PROBLEM_PROTOCOL, 0,
		     "Sorry, this version of supervisorctl expects to talk to a server with API version 3.0, "
		     "but the remote version is %s.",
		     buf_str(&text));
	buf_release(&text);
	return ctl_fail(ctl, CTL_EXIT_NOT_INSTALLED);
}

bool
ctl_check(struct ctl *ctl)
{
	struct client_result r;
	bool ok;

	ctl_disconnect(ctl);
	if (ctl_call(ctl, &r, "getVersion", NULL))
		ok = check_version(ctl, r.value);
	else
		ok = check_failed(ctl, &r);
	client_result_release(&r);
	ctl_disconnect(ctl);
	return ok;
}

/* SIGINT */

static void
ctl_interrupt_cb(evutil_socket_t fd, short what, void *arg)
{
	struct ctl *ctl = arg;

	(void)fd;
	(void)what;
	ctl->interrupted = true;
	event_base_loopbreak(ctl->base);
}

void
ctl_interrupt_catch(struct ctl *ctl)
{
	ctl->interrupted = false;
	if (ctl->interrupt != NULL)
		return;
	ctl->interrupt = evsignal_new(ctl->base, SIGINT, ctl_interrupt_cb, ctl);
	event_add(ctl->interrupt, NULL);
}

void
ctl_interrupt_release(struct ctl *ctl)
{
	if (ctl->interrupt == NULL)
		return;
	event_free(ctl->interrupt);
	ctl->interrupt = NULL;
}

bool
ctl_run_until(struct ctl *ctl, const bool *over)
{
	bool interrupted;

	ctl_interrupt_catch(ctl);
	while (!*over && !ctl->interrupted) {
		if (event_base_loop(ctl->base, EVLOOP_ONCE) != 0)
			break;
	}
	interrupted = ctl->interrupted;
	ctl->interrupted = false;
	if (!ctl->in_shell)
		ctl_interrupt_release(ctl);
	return interrupted;
}

/* Names */

void
ctl_name_split(struct ctl_name *name, const char *namespec)
{
	const char *colon = strchr(namespec, ':');

	if (colon == NULL) {
		*name = (struct ctl_name){.group = xstrdup(namespec), .process = xstrdup(namespec)};
		return;
	}
	*name = (struct ctl_name){.group = xstrndup(namespec, (size_t)(colon - namespec))};
	if (colon[1] != '\0' && strcmp(colon + 1, "*") != 0)
		name->process = xstrdup(colon + 1);
}

void
ctl_name_release(struct ctl_name *name)
{
	free(name->group);
	free(name->process);
	*name = (struct ctl_name){0};
}

char *
ctl_name_join(const char *group, const char *process)
{
	return strcmp(group, process) == 0 ? xstrdup(process) : xasprintf("%s:%s", group, process);
}

char *
ctl_name_of(const struct xmlrpc_value *info)
{
	return ctl_name_join(xmlrpc_get_string(xmlrpc_find(info, "group")),
			     xmlrpc_get_string(xmlrpc_find(info, "name")));
}
