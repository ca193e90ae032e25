/*
 * page_action.c: what the page, or a script, has done with programs, and the redirect that tells the result.
 *
 * Supervisor's actions may be asked for by GET, so that a link, a bookmark or curl works; and are answered by 301, with
 * its message in the Location. Our own page sends a form, and is answered by 303: a browser must not keep it. Our script
 * says that it accepts JSON, and is told the message without a page.
 *
 * A restart is a stop and a start. The start does not depend on whether the client is still there: nobody who closes a
 * window means to leave a program stopped.
 */
#include "autoconf.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/timefmt.h"
#include "base/utf8.h"
#include "base/xmalloc.h"
#include "core/auth.h"
#include "core/html.h"
#include "core/process_table.h"
#include "core/snapshot.h"
#include "daemon/page.h"
#include "daemon/rpc.h"

#define PROCESS_NAME_MAX 4096   /* far beyond what a name in a configuration can have */
#define MESSAGE_MAX (16 * 1024) /* percent-encoded it still fits into the head of an answer */
#define MAX_STEPS 2

/* An action: the methods that it calls one after the other, and what is said when they have ended well. */
struct action {
	const char *name;
	const char *methods[MAX_STEPS];
	const char *before, *after; /* the message, around the process or the time */
	bool all;                   /* no process is named */
	bool always_done; /* as under Supervisor a restart is said to have worked, whatever happened */
	bool is_start;    /* its faults have texts of their own */
};

static const struct action actions[] = {
    {.name = "refresh", .all = true, .before = "Page refreshed at ", .after = ""},
    {.name = "startall",
     .all = true,
     .methods = {"startAllProcesses"},
     .before = "All started at ",
     .after = ""},
    {.name = "stopall",
     .all = true,
     .methods = {"stopAllProcesses"},
     .before = "All stopped at ",
     .after = ""},
    {.name = "restartall",
     .all = true,
     .methods = {"stopAllProcesses", "startAllProcesses"},
     .before = "All restarted at ",
     .after = ""},
    {.name = "start",
     .methods = {"startProcess"},
     .before = "Process ",
     .after = " started",
     .is_start = true},
    {.name = "stop", .methods = {"stopProcess"}, .before = "Process ", .after = " stopped"},
    {.name = "restart",
     .methods = {"stopProcess", "startProcess"},
     .before = "Process ",
     .after = " restarted",
     .always_done = true},
    {.name = "clearlog", .methods = {"clearProcessLogs"}, .before = "Log for ", .after = " cleared"},
};

/* One that is under way. It owns itself until its methods have ended. */
struct run {
	struct daemon *d;
	struct http_request *request; /* NULL: the client has gone */
	const struct action *action;
	char *process;               /* NULL when the action has none */
	struct xmlrpc_value *params; /* of its methods */
	struct rpc_call *call;
	char *who;   /* has asked for it, who may have gone since; owned */
	size_t step; /* of the method that comes next */
};

static const struct action *
find_action(const char *name)
{
	for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
		if (strcmp(actions[i].name, name) == 0)
			return &actions[i];
	return NULL;
}

/*
 * The answer.
 */

/* Where a script is sent: Supervisor's, which names the host as the client did. Without one the server has no name that
   the client must know, and the Location is relative. */
static void
append_base(struct buf *out, const struct http_request *r)
{
	const char *host = http_request_header(r, "Host");
	size_t len = host != NULL ? strlen(host) : 0;

	if (len == 0)
		return;
	if (len > 3 && strcmp(host + len - 3, ":80") == 0)
		len -= 3;
	buf_puts(out, "http://");
	buf_append(out, host, len);
}

static void
reply_redirect(struct http_request *r, const struct buf *message)
{
	bool is_form = http_request_method(r) == HTTP_POST;
	struct buf location = BUF_INIT(4 * MESSAGE_MAX), text = BUF_INIT(4 * MESSAGE_MAX);
	char page[HTTP_ERROR_PAGE_MAX];
	int code = is_form ? 303 : 301;
	size_t len = http_error_page(page, code);

	/* A form is sent on relative to itself: that is right behind a proxy as well. */
	if (is_form)
		buf_putc(&location, '.');
	else
		append_base(&location, r);
	buf_puts(&location, "/?message=");
	utf8_repair(&text, buf_str(message), message->len, NULL, true);
	html_percent(&location, buf_str(&text), text.len);
	if (location.failed || text.failed)
		http_reply_error(r, 500);
	else
		http_reply_headers(r, code,
				   (const char *[]){"Location", buf_str(&location), "Content-Type",
						    "text/html", "Pragma", "no-cache", "Cache-Control",
						    "no-cache", "Expires", "Thu, 01 Jan 1970 00:00:00 GMT",
						    NULL},
				   page, len);
	buf_release(&location);
	buf_release(&text);
}

static void
reply_json(struct http_request *r, const struct buf *message, bool ok)
{
	json_t *text = snapshot_text(buf_str(message), message->len);
	json_t *answer = json_pack("{s:o?, s:b}", "message", text, "ok", ok);
	char *body = answer != NULL ? json_dumps(answer, JSON_COMPACT) : NULL;

	if (body != NULL)
		http_reply_headers(r, 200,
				   (const char *[]){"Content-Type", "application/json", "Cache-Control",
						    "no-store", "X-Content-Type-Options", "nosniff", NULL},
				   body, strlen(body));
	else
		http_reply_error(r, 500);
	free(body);
	json_decref(answer);
}

static void
reply(struct http_request *r, const struct buf *message, bool ok)
{
	const char *accept = http_request_header(r, "Accept");

	if (http_request_method(r) == HTTP_POST && accept != NULL &&
	    strncmp(accept, "application/json", strlen("application/json")) == 0)
		reply_json(r, message, ok);
	else
		reply_redirect(r, message);
}

/*
 * The work.
 */

static void
run_free(struct run *run)
{
	xmlrpc_free(run->params);
	free(run->process);
	free(run->who);
	free(run);
}

/* Supervisor's words for why a start has failed; NULL: it has none. */
static const char *
start_failure(enum fault code)
{
	/* clang-format off */
	static const struct {
		enum fault code;
		const char *text;
	} texts[] = {
	    {FAULT_NO_FILE, "no such file"},
	    {FAULT_NOT_EXECUTABLE, "file not executable"},
	    {FAULT_ALREADY_STARTED, "already started"},
	    {FAULT_SPAWN_ERROR, "spawn error"},
	    {FAULT_ABNORMAL_TERMINATION, "abnormal termination"},
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (texts[i].code == code)
			return texts[i].text;
	return NULL;
}

/* code FAULT_NONE: it went well. */
static void
append_result(struct buf *out, const struct run *run, enum fault code, const char *text)
{
	char now[TIMEFMT_MAX];

	if (code == FAULT_NONE) {
		timefmt_ctime(now, wall_seconds(run->d->now.wall));
		buf_puts(out, run->action->before);
		buf_puts(out, run->process != NULL ? run->process : now);
		buf_puts(out, run->action->after);
		return;
	}
	if (run->action->is_start)
		buf_printf(out, "ERROR: Process %s: ", run->process);
	if (run->action->is_start && start_failure(code) != NULL)
		buf_puts(out, start_failure(code));
	else
		buf_printf(out, "unexpected rpc fault [%d] %s", (int)code, text);
}

static void
run_end(struct run *run, enum fault code, const char *text)
{
	struct buf message = BUF_INIT(MESSAGE_MAX);

	if (run->request != NULL) {
		append_result(&message, run, code, text);
		reply(run->request, &message, code == FAULT_NONE);
	}
	buf_release(&message);
	run_free(run);
}

static void run_next(struct run *run);

/* rpc_done_fn */
static void
method_done(void *arg, struct xmlrpc_value *value, enum fault code, const char *text)
{
	struct run *run = arg;

	run->call = NULL;
	if (value == NULL && !run->action->always_done)
		run_end(run, code, text);
	else
		run_next(run);
	xmlrpc_free(value);
}

static void
run_next(struct run *run)
{
	const char *method = run->step < MAX_STEPS ? run->action->methods[run->step++] : NULL;
	struct rpc_call *call;

	if (method == NULL) {
		run_end(run, FAULT_NONE, NULL);
		return;
	}
	call = rpc_call_own(run->d, run->who, method, run->params, method_done, run);
	/* Without a call it has ended, and perhaps run with it. */
	if (call != NULL)
		run->call = call;
}

/* The client has gone. What is under way goes on by itself; only a method that is still to be called needs us. While
   the daemon goes down nothing is called any more, and the answer that we wait for may never come. */
static void
closed_cb(void *arg)
{
	struct run *run = arg;
	bool more = run->step < MAX_STEPS && run->action->methods[run->step] != NULL;

	run->request = NULL;
	if (more && run->d->state == SUPERVISOR_RUNNING)
		return;
	if (run->call != NULL)
		rpc_call_cancel(run->call);
	run_free(run);
}

static void
run_start(struct daemon *d, struct http_request *r, const struct action *action, const char *process)
{
	struct run *run = xcalloc(1, sizeof *run);

	*run = (struct run){.d = d, .request = r, .action = action, .params = xmlrpc_array()};
	run->who = xstrdup(http_request_caller(r));
	if (process != NULL) {
		run->process = xstrdup(process);
		xmlrpc_append(run->params, xmlrpc_string(process));
	}
	http_request_on_close(r, closed_cb, run);
	run_next(run);
}

/*
 * Who may: httpd.c has refused what a browser marks as coming from another site. An action may come by GET, though, which
 * browsers send without an Origin, also on their own account.
 */

static bool
is_prefetch(const struct http_request *r)
{
	static const char *const headers[] = {"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"};

	for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
		const char *value = http_request_header(r, headers[i]);

		if (value != NULL &&
		    (strcasestr(value, "prefetch") != NULL || strcasestr(value, "preview") != NULL))
			return true;
	}
	return false;
}

/* Another port of this host is the same site, but not us. */
static bool
is_from_elsewhere(const struct http_request *r)
{
	const char *site = http_request_header(r, "Sec-Fetch-Site"),
		   *referer = http_request_header(r, "Referer");
	const char *host;
	bool foreign;
	char *origin;

	if (site != NULL && strcasecmp(site, "same-origin") != 0 && strcasecmp(site, "none") != 0)
		return true;
	if (referer == NULL || referer[0] == '\0')
		return false;
	host = strstr(referer, "://");
	host = host != NULL ? host + 3 : referer;
	origin = xstrndup(referer, (size_t)(host - referer) + strcspn(host, "/?#"));
	foreign = auth_origin_is_foreign(origin, http_request_header(r, "Host"));
	free(origin);
	return foreign;
}

void
page_act(struct daemon *d, struct http_request *r, const char *name)
{
	const struct action *action = find_action(name);
	const char *process = page_param(r, "processname");
	struct buf message = BUF_INIT(MESSAGE_MAX);

	if (is_prefetch(r) || is_from_elsewhere(r)) {
		http_reply_error(r, 403);
	} else if (action == NULL ||
		   (!action->all && (process == NULL || strlen(process) > PROCESS_NAME_MAX))) {
		http_reply_error(r, 400);
	} else if (!action->all && process_table_lookup(&d->table, process).process == NULL) {
		buf_printf(&message, "No such process named %s", process);
		reply(r, &message, false);
	} else {
		run_start(d, r, action, action->all ? NULL : process);
	}
	buf_release(&message);
}
