/*
 * test_rpc.c: the method tables, and calls from the body of a request to its reply. What the handlers ask of
 * the daemon (processes, logs, configuration, HTTP) is played by this file: results are what a test sets, and
 * what was asked is noted.
 */
#include "autoconf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <event2/event.h>

#include "base/xmalloc.h"
#include "core/config_diff.h"
#include "daemon/daemon.h"
#include "daemon/eventbus.h"
#include "daemon/httpd.h"
#include "daemon/logpump.h"
#include "daemon/mainlog.h"
#include "daemon/reload.h"
#include "daemon/rpc.h"
#include "daemon/jobs.h"
#include "daemon/supervise.h"

#define MANY (1 << 24)

#define CALLER "anna (supervisorctl, pid 4711)"

/*
 * The world.
 */

struct http_request {
	enum http_method method;
	const char *accept; /* the header */
	struct buf body;
	int code; /* of the reply, 0: none yet */
	struct buf reply;
	void (*closed)(void *arg);
	void *arg;
};

/* A job that has not ended. */
struct job {
	job_done_fn *done;
	void *arg;
	struct job_result results[8];
	size_t n;
};

static struct {
	struct daemon d;
	struct config config;
	struct group_config groups[3];
	struct process_config procs[4];
	struct job job;
	bool jobs_wait; /* jobs end by end_job() */
	bool job_pending;
	enum fault job_status; /* of each result */
	const char *job_text;
	enum fault answer; /* of the next signal, stdin, group change */
	const char *answer_text;
	char asked[256]; /* what was asked of the daemon last */
	char logged[2048];
	const char *mainlog;
	bool clear_fails;
	bool reread_fails;
	int shutdowns, restarts;
	bool in_slices; /* each element of a list takes as long as a slice may */
	struct event *later;
} world;

enum http_method
http_request_method(const struct http_request *r)
{
	return r->method;
}

const char *
http_request_header(const struct http_request *r, const char *name)
{
	return strcmp(name, "Accept") == 0 ? r->accept : NULL;
}

const char *
http_request_body(const struct http_request *r, size_t *len)
{
	*len = r->body.len;
	return buf_str(&r->body);
}

void
http_reply(struct http_request *r, int code, const char *content_type, const char *body, size_t len)
{
	assert_int_equal(r->code, 0);
	assert_string_equal(content_type, "text/xml");
	r->code = code;
	r->closed = NULL;
	assert_true(buf_append(&r->reply, body, len));
}

void
http_reply_error(struct http_request *r, int code)
{
	assert_int_equal(r->code, 0);
	r->code = code;
}

const char *
http_request_caller(const struct http_request *r)
{
	(void)r;
	return CALLER;
}

void
http_request_on_close(struct http_request *r, void (*closed)(void *arg), void *arg)
{
	r->closed = closed;
	r->arg = arg;
}

struct job *
jobs_run(struct daemon *d, enum job_kind kind, struct process *const *procs, size_t n, bool wait,
	 enum process_cause cause, const char *who, job_done_fn *done, void *arg)
{
	struct job *job = &world.job;
	size_t len = 0;

	assert_ptr_equal(d, &world.d);
	assert_int_equal(cause, CAUSE_REQUEST);
	assert_string_equal(who, CALLER);
	assert_false(world.job_pending);
	*job = (struct job){.done = done, .arg = arg, .n = n};
	len = (size_t)snprintf(world.asked, sizeof(world.asked), "%s%s", kind == JOB_START ? "start" : "stop",
			       wait ? "" : " at once");
	for (size_t i = 0; i < n; i++) {
		len += (size_t)snprintf(world.asked + len, sizeof(world.asked) - len, " %s:%s",
					procs[i]->group->name, procs[i]->name);
		job->results[i] = (struct job_result){
		    .group = procs[i]->group->config->name,
		    .name = procs[i]->config->name,
		    .status = world.job_status,
		    .text = (char *)(uintptr_t)world.job_text,
		};
	}
	if (wait && world.jobs_wait) {
		world.job_pending = true;
		return job;
	}
	done(arg, job->results, n);
	return NULL;
}

void
jobs_forget(struct job *job)
{
	assert_ptr_equal(job, &world.job);
	assert_true(world.job_pending);
	world.job_pending = false;
	snprintf(world.asked, sizeof(world.asked), "forget");
}

static void
end_job(void)
{
	assert_true(world.job_pending);
	world.job_pending = false;
	world.job.done(world.job.arg, world.job.results, world.job.n);
}

static enum fault
answer(struct err *err)
{
	if (world.answer_text != NULL)
		err_set(err, "%s", world.answer_text);
	return world.answer;
}

enum fault
supervise_signal(struct daemon *d, struct process *p, int sig, struct err *err)
{
	(void)d;
	snprintf(world.asked, sizeof(world.asked), "signal %s %d", p->name, sig);
	return answer(err);
}

enum fault
supervise_stdin(struct daemon *d, struct process *p, const char *data, size_t len, struct err *err)
{
	(void)d;
	snprintf(world.asked, sizeof(world.asked), "stdin %s %.*s", p->name, (int)len, data);
	return answer(err);
}

bool
logpump_clear(struct logpump *lp, struct process *p)
{
	(void)lp;
	(void)p;
	return !world.clear_fails;
}

const char *
mainlog_path(const struct mainlog *m)
{
	(void)m;
	return world.mainlog;
}

bool
mainlog_clear(struct mainlog *m)
{
	(void)m;
	return !world.clear_fails;
}

void
daemon_tick(struct daemon *d)
{
	(void)d;
}

bool
daemon_slice_is_over(struct daemon *d, mono_us began, size_t made)
{
	(void)d, (void)began, (void)made;
	return world.in_slices;
}

void
daemon_do_later(struct event *timer)
{
	world.later = timer;
}

void
daemon_shutdown(struct daemon *d, const char *who)
{
	assert_string_equal(who, CALLER);
	d->state = SUPERVISOR_SHUTDOWN;
	world.shutdowns++;
}

bool
daemon_restart(struct daemon *d, const char *who, struct err *err)
{
	assert_string_equal(who, CALLER);
	(void)err;
	d->state = SUPERVISOR_RESTARTING;
	world.restarts++;
	return true;
}

const char *
supervisor_state_name(enum supervisor_state state)
{
	return state == SUPERVISOR_RUNNING ? "RUNNING" : "SHUTDOWN";
}

bool
reload_read(struct daemon *d, const char *who, struct config_diff **diff, struct err *err)
{
	assert_string_equal(who, CALLER);
	static const struct {
		enum config_diff_kind kind;
		const char *name;
	} rows[] = {{DIFF_ADDED, "new"}, {DIFF_CHANGED, "web"}, {DIFF_ADDED, "newer"}, {DIFF_REMOVED, "old"}};

	(void)d;
	if (world.reread_fails)
		return err_set(err, "no good");
	*diff = xcalloc(1, sizeof(**diff));
	(*diff)->groups = xcalloc(4, sizeof(*(*diff)->groups));
	for (size_t i = 0; i < 4; i++)
		(*diff)->groups[(*diff)->ngroups++] =
		    (struct config_group_diff){.kind = rows[i].kind, .name = rows[i].name};
	return true;
}

void
config_diff_free(struct config_diff *diff)
{
	free(diff->groups);
	free(diff);
}

enum fault
reload_add_group(struct daemon *d, const char *name, const char *who, struct err *err)
{
	assert_string_equal(who, CALLER);
	(void)d;
	snprintf(world.asked, sizeof(world.asked), "add %s", name);
	return answer(err);
}

enum fault
reload_remove_group(struct daemon *d, const char *name, const char *who, struct err *err)
{
	assert_string_equal(who, CALLER);
	(void)d;
	snprintf(world.asked, sizeof(world.asked), "remove %s", name);
	return answer(err);
}

static void
cvisor_test(struct rpc_call *call)
{
	rpc_return(call, xmlrpc_string("ours"));
}

const struct rpc_method rpc_cvisor_methods[] = {
    {.name = "test",
     .params = "s?i",
     .returns = 's',
     .names = "a b",
     .handler = cvisor_test,
     .help = "Test."},
    {.name = NULL},
};

static void
log_line(void *arg, enum log_level level, const char *line, size_t len)
{
	(void)arg;
	(void)level;
	snprintf(world.logged, sizeof(world.logged), "%.*s", (int)len, line);
}

static struct process_config
process_config(const char *name)
{
	return (struct process_config){
	    .name = (char *)(uintptr_t)name,
	    .command = (char *)(uintptr_t) "/bin/true <&>",
	    .uid = (uid_t)-1,
	    .stopsignal = 15,
	    .startsecs = 1,
	    .priority = 999,
	    .channel[CHANNEL_STDOUT] = {.maxbytes = INT64_C(4294967296), .target = LOG_TARGET_AUTO},
	};
}

static int exit_codes[] = {0, 2};
static char namespace[] = "supervisor";
static char *namespaces[] = {namespace};
static struct group_config *config_groups[3];

static int
setup(void **state)
{
	(void)state;
	memset(&world, 0, sizeof(world));
	world.procs[0] = process_config("cat");
	world.procs[1] = process_config("web_0");
	world.procs[2] = process_config("web_1");
	world.procs[3] = process_config("aaa");
	world.procs[0].exitcodes = exit_codes;
	world.procs[0].nexitcodes = 2;
	world.groups[0] = (struct group_config){
	    .name = world.procs[0].name, .priority = 10, .procs = &world.procs[0], .nprocs = 1};
	world.groups[1] = (struct group_config){
	    .name = (char *)(uintptr_t) "web", .priority = 5, .procs = &world.procs[1], .nprocs = 2};
	world.groups[2] = (struct group_config){
	    .name = world.procs[3].name, .priority = 1, .procs = &world.procs[3], .nprocs = 1};
	for (size_t i = 0; i < 3; i++) {
		world.groups[i].refs = 1; /* the test's */
		config_groups[i] = &world.groups[i];
	}
	world.config.groups = config_groups;
	world.config.ngroups = 3;
	world.config.rpc_namespaces = namespaces;
	world.config.nrpc_namespaces = 1;
	world.config.supervisord.identifier = namespace;
	world.answer = FAULT_NONE;
	world.job_status = FAULT_SUCCESS;
	world.d.state = SUPERVISOR_RUNNING;
	world.d.pid = 4711;
	world.d.config = world.d.loaded = &world.config;
	world.d.now.wall = INT64_C(1700000000) * SECOND_US;
	world.d.log = (struct log){.level = LOG_LEVEL_INFO, .write = log_line, .now = &world.d.now};
	process_table_init(&world.d.table);
	/* aaa is in the configuration only. */
	process_table_add(&world.d.table, &world.groups[0]);
	process_table_add(&world.d.table, &world.groups[1]);
	world.d.rpc = rpc_new(&world.config);
	world.d.bus = eventbus_new();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	rpc_free(world.d.rpc);
	eventbus_free(world.d.bus);
	process_table_release(&world.d.table);
	return 0;
}

static struct process *
process(const char *group, const char *name)
{
	return process_table_find(&world.d.table, group, name);
}

static void
set_state(const char *group, const char *name, enum process_state state)
{
	struct process *p = process(group, name);
	enum process_state *place = (enum process_state *)(uintptr_t)&p->state;

	*place = state;
}

/*
 * Calls.
 */

static void
begin(struct http_request *r, const char *method, const char *args)
{
	*r = (struct http_request){.method = HTTP_POST, .body = BUF_INIT(MANY), .reply = BUF_INIT(MANY)};
	assert_true(buf_printf(&r->body,
			       "<methodCall><methodName>%s</methodName><params>%s</params></methodCall>",
			       method, args));
	rpc_handle(&world.d, r);
}

static void
finish(struct http_request *r)
{
	buf_release(&r->body);
	buf_release(&r->reply);
}

/* The reply as text: Python's for values, "CODE TEXT" for faults. */
static void
check_reply(struct http_request *r, const char *expected)
{
	struct buf text = BUF_INIT(MANY);
	struct err err = ERR_INIT;
	struct xmlrpc_reply reply;

	assert_int_equal(r->code, 200);
	assert_true(xmlrpc_parse_reply(r->reply.data, r->reply.len, &reply, &err));
	if (reply.value != NULL)
		xmlrpc_python_text(&text, reply.value);
	else
		buf_printf(&text, "%d %s", reply.fault_code, reply.fault_string);
	assert_string_equal(buf_str(&text), expected);
	xmlrpc_reply_release(&reply);
	buf_release(&text);
	finish(r);
}

static void
check(const char *method, const char *args, const char *expected)
{
	struct http_request r;

	begin(&r, method, args);
	check_reply(&r, expected);
}

#define S(text) "<string>" text "</string>"
#define I(number) "<int>" #number "</int>"
#define B(bit) "<boolean>" #bit "</boolean>"
#define NIL "<nil/>"
#define EMPTY_ARRAY "<array><data/></array>"
#define EMPTY_STRUCT "<struct/>"

/*
 * The tables.
 */

static void
check_row(void *arg, const char *full, const struct rpc_method *method)
{
	size_t letters = 0, names = 0;

	if (strspn(method->params, "sibaSvtn?") != strlen(method->params) || method->params[0] == '?')
		fail_msg("%s: parameters '%s'", full, method->params);
	if (strchr("sibaSv", method->returns) == NULL)
		fail_msg("%s: returns '%c'", full, method->returns);
	for (const char *letter = method->params; *letter != '\0'; letter++)
		letters += *letter != '?';
	for (const char *name = method->names; name != NULL && *name != '\0'; name++)
		names += *name == ' ' || name == method->names;
	if (names != letters)
		fail_msg("%s: %zu parameters, %zu names", full, letters, names);
	if (method->handler == NULL || method->help == NULL || method->help[0] == '\0')
		fail_msg("%s: no handler or no help", full);
	++*(size_t *)arg;
}

static void
test_every_row_is_complete(void **state)
{
	size_t rows = 0;

	(void)state;
	rpc_each_method(world.d.rpc, check_row, &rows);
	assert_int_equal(rows, 42);
}

/* As Supervisor answers, by running it. */
static const struct {
	const char *method, *signature;
} signatures[] = {
    {"supervisor.addProcessGroup", "['boolean', 'string']"},
    {"supervisor.clearAllProcessLogs", "['array']"},
    {"supervisor.clearLog", "['boolean']"},
    {"supervisor.clearProcessLog", "['boolean', 'string']"},
    {"supervisor.clearProcessLogs", "['boolean', 'string']"},
    {"supervisor.getAPIVersion", "['string']"},
    {"supervisor.getAllConfigInfo", "['array']"},
    {"supervisor.getAllProcessInfo", "['array']"},
    {"supervisor.getIdentification", "['string']"},
    {"supervisor.getPID", "['int']"},
    {"supervisor.getProcessInfo", "['struct', 'string']"},
    {"supervisor.getState", "['struct']"},
    {"supervisor.getSupervisorVersion", "['string']"},
    {"supervisor.getVersion", "['string']"},
    {"supervisor.readLog", "['string', 'int', 'int']"},
    {"supervisor.readMainLog", "['string', 'int', 'int']"},
    {"supervisor.readProcessLog", "['string', 'string', 'int', 'int']"},
    {"supervisor.readProcessStderrLog", "['string', 'string', 'int', 'int']"},
    {"supervisor.readProcessStdoutLog", "['string', 'string', 'int', 'int']"},
    {"supervisor.reloadConfig", "['array']"},
    {"supervisor.removeProcessGroup", "['boolean', 'string']"},
    {"supervisor.restart", "['boolean']"},
    {"supervisor.sendProcessStdin", "['boolean', 'string', 'string']"},
    {"supervisor.sendRemoteCommEvent", "['boolean', 'string', 'string']"},
    {"supervisor.shutdown", "['boolean']"},
    {"supervisor.signalAllProcesses", "['array', 'string']"},
    {"supervisor.signalProcess", "['boolean', 'string', 'string']"},
    {"supervisor.signalProcessGroup", "['array', 'string', 'string']"},
    {"supervisor.startAllProcesses", "['array', 'boolean']"},
    {"supervisor.startProcess", "['boolean', 'string', 'boolean']"},
    {"supervisor.startProcessGroup", "['array', 'string', 'boolean']"},
    {"supervisor.stopAllProcesses", "['array', 'boolean']"},
    {"supervisor.stopProcess", "['boolean', 'string', 'boolean']"},
    {"supervisor.stopProcessGroup", "['array', 'string', 'boolean']"},
    {"supervisor.tailProcessLog", "['array', 'string', 'int', 'int']"},
    {"supervisor.tailProcessStderrLog", "['array', 'string', 'int', 'int']"},
    {"supervisor.tailProcessStdoutLog", "['array', 'string', 'int', 'int']"},
    {"system.listMethods", "['array']"},
    {"system.methodHelp", "['string', 'string']"},
    {"system.methodSignature", "['array', 'string']"},
    {"system.multicall", "['array', 'array']"},
};
#define NSIGNATURES (sizeof(signatures) / sizeof(signatures[0]))

static void
test_signatures(void **state)
{
	char arg[100];

	(void)state;
	for (size_t i = 0; i < NSIGNATURES; i++) {
		snprintf(arg, sizeof(arg), S("%s"), signatures[i].method);
		check("system.methodSignature", arg, signatures[i].signature);
	}
	check("system.methodSignature", S("nope"), "4 SIGNATURE_UNSUPPORTED");
	check("system.methodHelp", S("nope"), "4 SIGNATURE_UNSUPPORTED");
}

static void
test_list_methods(void **state)
{
	struct buf expected = BUF_INIT(MANY);

	(void)state;
	buf_puts(&expected, "['cvisor.test'");
	for (size_t i = 0; i < NSIGNATURES; i++)
		buf_printf(&expected, ", '%s'", signatures[i].method);
	buf_putc(&expected, ']');
	check("system.listMethods", "", buf_str(&expected));
	buf_release(&expected);
}

static void
test_help_has_the_parameters(void **state)
{
	(void)state;
	check("system.methodHelp", S("cvisor.test"),
	      " Test.\n\n        @param string a (may be left out)\n        @param int b\n        @return "
	      "string result");
}

static void
test_namespaces(void **state)
{
	char other[] = "other", system[] = "system";
	char *names[] = {other, system};
	struct config config = {.rpc_namespaces = names, .nrpc_namespaces = 2};
	struct rpc *rpc = rpc_new(&config);

	(void)state;
	assert_non_null(rpc_find_method(rpc, "other.getPID"));
	assert_null(rpc_find_method(rpc, "supervisor.getPID"));
	assert_null(rpc_find_method(rpc, "system.getPID"));
	assert_non_null(rpc_find_method(rpc, "system.multicall"));
	assert_non_null(rpc_find_method(rpc, "cvisor.test"));
	rpc_free(rpc);
}

/*
 * Dispatch.
 */

static void
test_unknown_methods(void **state)
{
	(void)state;
	check("supervisor.nope", "", "1 UNKNOWN_METHOD");
	check("supervisor", "", "1 UNKNOWN_METHOD");
	check(" supervisor.getPID ", "", "1 UNKNOWN_METHOD");
	check("supervisor.getPID.x", "", "1 UNKNOWN_METHOD");
	check("supervisor.supervisord.options.execve", "", "1 UNKNOWN_METHOD");
	check("nope.getPID", "", "1 UNKNOWN_METHOD");
}

static void
test_numbers_of_parameters(void **state)
{
	(void)state;
	check("supervisor.getPID", "", "4711");
	check("supervisor.getPID", I(1), "2 INCORRECT_PARAMETERS");
	check("supervisor.startProcess", "", "2 INCORRECT_PARAMETERS");
	check("supervisor.startProcess", S("cat") B(1) B(1), "2 INCORRECT_PARAMETERS");
	check("supervisor.startProcess", S("cat"), "True");
	check("supervisor.readLog", I(1), "2 INCORRECT_PARAMETERS");
	check("supervisor.startAllProcesses", B(1) B(1), "2 INCORRECT_PARAMETERS");
	check("cvisor.test", "", "ours");
	check("cvisor.test", S("a") I(1), "ours");
	check("cvisor.test", S("a") I(1) I(2), "2 INCORRECT_PARAMETERS");
}

static void
test_types(void **state)
{
	(void)state;
	check("supervisor.getProcessInfo", I(5), "2 INCORRECT_PARAMETERS");
	check("supervisor.startProcess", NIL, "2 INCORRECT_PARAMETERS");
	check("supervisor.startProcess", S("cat") EMPTY_ARRAY, "True");
	assert_string_equal(world.asked, "start at once cat:cat");
	check("supervisor.readLog", S("x") NIL, "20 NO_FILE: syslog");
	world.mainlog = "/dev/null";
	check("supervisor.readLog", S("x") I(0), "2 INCORRECT_PARAMETERS");
	check("supervisor.readLog", NIL I(0), "2 INCORRECT_PARAMETERS");
	check("supervisor.readLog", I(99999999999999999999) I(0), "");
	check("supervisor.readLog", I(-99999999999999999999) I(1), "3 BAD_ARGUMENTS");
	check("supervisor.readLog", "<double>nan</double>" I(0), "2 INCORRECT_PARAMETERS");
	check("supervisor.readLog", "<double>inf</double>" I(0), "2 INCORRECT_PARAMETERS");
	check("supervisor.readLog", S(" -5 ") "<double>0.9</double>", "");
	check("system.multicall", I(1), "2 INCORRECT_PARAMETERS");
	check("system.multicall", S("x"), "2 INCORRECT_PARAMETERS");
	check("system.multicall", "<array><data><value>x</value></data></array>", "2 INCORRECT_PARAMETERS");
}

static void
test_group_names_of_any_type(void **state)
{
	(void)state;
	check("supervisor.startProcessGroup", I(7), "10 BAD_NAME: 7");
	check("supervisor.stopProcessGroup", "<double>1.5</double>", "10 BAD_NAME: 1.5");
	check("supervisor.startProcessGroup", B(1), "10 BAD_NAME: True");
	check("supervisor.startProcessGroup", NIL, "10 BAD_NAME");
	check("supervisor.startProcessGroup", "<dateTime.iso8601>20240102T03:04:05</dateTime.iso8601>",
	      "10 BAD_NAME: 2024-01-02 03:04:05");
	check("supervisor.startProcessGroup", EMPTY_ARRAY, "2 INCORRECT_PARAMETERS");
	check("supervisor.signalProcessGroup", EMPTY_STRUCT S("TERM"), "2 INCORRECT_PARAMETERS");
	check("supervisor.removeProcessGroup", EMPTY_ARRAY, "2 INCORRECT_PARAMETERS");
	world.answer = FAULT_BAD_NAME;
	check("supervisor.addProcessGroup", "<array><data><value>a</value></data></array>",
	      "10 BAD_NAME: ['a']");
	check("supervisor.addProcessGroup", NIL, "10 BAD_NAME");
}

static void
test_states(void **state)
{
	(void)state;
	world.d.state = SUPERVISOR_RESTARTING;
	check("supervisor.getState", "", "6 SHUTDOWN_STATE");
	check("supervisor.startProcess", S("nope"), "6 SHUTDOWN_STATE");
	check("supervisor.getProcessInfo", I(5), "6 SHUTDOWN_STATE");
	check("supervisor.getPID", I(1), "2 INCORRECT_PARAMETERS");
	check("supervisor.nope", "", "1 UNKNOWN_METHOD");
	check("supervisor.sendRemoteCommEvent", I(1) NIL, "True");
	check("system.methodSignature", S("supervisor.getPID"), "['int']");
	check("system.multicall",
	      "<array><data><struct><member><name>methodName</name><value>supervisor.getPID</value>"
	      "</member></struct></data></array>",
	      "[{'faultCode': 6, 'faultString': 'SHUTDOWN_STATE'}]");
}

static void
test_shutdown_and_restart(void **state)
{
	(void)state;
	check("supervisor.restart", "", "True");
	assert_int_equal(world.restarts, 1);
	check("supervisor.shutdown", "", "6 SHUTDOWN_STATE");
	assert_int_equal(world.shutdowns, 0);
	world.d.state = SUPERVISOR_RUNNING;
	check("supervisor.shutdown", "", "True");
	assert_int_equal(world.shutdowns, 1);
}

static void
test_bad_requests(void **state)
{
	struct http_request r = {.method = HTTP_GET, .body = BUF_INIT(MANY), .reply = BUF_INIT(MANY)};

	(void)state;
	rpc_handle(&world.d, &r);
	assert_int_equal(r.code, 400);
	assert_string_equal(world.logged, "");
	r = (struct http_request){.method = HTTP_POST, .body = BUF_INIT(MANY), .reply = BUF_INIT(MANY)};
	buf_puts(&r.body, "<foo");
	rpc_handle(&world.d, &r);
	assert_int_equal(r.code, 400);
	assert_non_null(strstr(world.logged, " ERRO XML-RPC request data '<foo' is invalid: unmarshallable"));
	r.code = 0;
	buf_clear(&r.body);
	for (int i = 0; i < 1000; i++)
		buf_puts(&r.body, "\n\xff");
	rpc_handle(&world.d, &r);
	assert_int_equal(r.code, 400);
	assert_true(strlen(world.logged) < 1500);
	assert_non_null(strstr(world.logged, "data '\\n\\xff"));
	assert_non_null(strstr(world.logged, "'... is invalid"));
	r.code = 0;
	buf_clear(&r.body);
	buf_puts(&r.body, "<methodCall/>");
	rpc_handle(&world.d, &r);
	assert_int_equal(r.code, 400);
	assert_non_null(strstr(world.logged, "is invalid: no method name\n"));
	finish(&r);
}

/*
 * Waiting.
 */

static void
test_waiting_and_its_answer(void **state)
{
	struct http_request r;

	(void)state;
	world.jobs_wait = true;
	begin(&r, "supervisor.startProcess", S("cat"));
	assert_int_equal(r.code, 0);
	assert_non_null(r.closed);
	end_job();
	check_reply(&r, "True");
}

static void
test_client_leaves(void **state)
{
	struct http_request r;

	(void)state;
	world.jobs_wait = true;
	begin(&r, "supervisor.stopAllProcesses", "");
	check_reply(&r, "[]");
	begin(&r, "supervisor.startAllProcesses", "");
	assert_int_equal(r.code, 0);
	r.closed(r.arg);
	assert_string_equal(world.asked, "forget");
	assert_int_equal(r.code, 0);
	finish(&r);
}

#define MULTI(calls) "<array><data>" calls "</data></array>"
#define NAMED(name) "<member><name>methodName</name><value>" name "</value></member>"
#define PARAMS(params) "<member><name>params</name><value>" params "</value></member>"
#define ONE(name) "<value><struct>" NAMED(name) "</struct></value>"
#define ONE_ARG(name, arg)                                                                                   \
	"<value><struct>" NAMED(name)                                                                        \
	    PARAMS("<array><data><value>" arg "</value></data></array>") "</struct></value>"

static void
test_multicall(void **state)
{
	(void)state;
	check("system.multicall", MULTI(""), "[]");
	check(
	    "system.multicall",
	    MULTI(ONE("supervisor.getPID") ONE("supervisor.nope") "<value><struct/></value>" ONE_ARG(
		"system.multicall", EMPTY_ARRAY)
		      ONE_ARG("supervisor.getProcessInfo", "x") "<value><struct>" NAMED("supervisor.getPID")
			  PARAMS("<int>1</int>") "</struct></value>"
						 "<value><struct>" NAMED("supervisor.getPID")
						     PARAMS("ab") "</struct></value>"
								  "<value><struct>" NAMED(
								      "<int>1</int>") "</struct></value>"),
	    "[4711, {'faultCode': 1, 'faultString': 'UNKNOWN_METHOD'}, "
	    "{'faultCode': 2, 'faultString': 'INCORRECT_PARAMETERS: No methodName'}, "
	    "{'faultCode': 2, 'faultString': 'INCORRECT_PARAMETERS: Recursive system.multicall forbidden'}, "
	    "{'faultCode': 10, 'faultString': 'BAD_NAME: x'}, "
	    "{'faultCode': 2, 'faultString': 'INCORRECT_PARAMETERS'}, "
	    "{'faultCode': 2, 'faultString': 'INCORRECT_PARAMETERS'}, "
	    "{'faultCode': 2, 'faultString': 'INCORRECT_PARAMETERS'}]");
}

static void
test_multicall_waits_for_each(void **state)
{
	struct http_request r;

	(void)state;
	world.jobs_wait = true;
	begin(&r, "system.multicall",
	      MULTI(ONE_ARG("supervisor.startProcess", "cat") ONE("supervisor.getPID")
			ONE_ARG("supervisor.startProcess", "web:web_0") ONE("supervisor.getPID")));
	assert_string_equal(world.asked, "start cat:cat");
	end_job();
	assert_string_equal(world.asked, "start web:web_0");
	assert_int_equal(r.code, 0);
	world.d.state = SUPERVISOR_SHUTDOWN;
	end_job();
	check_reply(&r, "[True, 4711, True, {'faultCode': 6, 'faultString': 'SHUTDOWN_STATE'}]");
}

static void
test_client_leaves_multicall(void **state)
{
	struct http_request r;

	(void)state;
	world.jobs_wait = true;
	begin(&r, "system.multicall",
	      MULTI(ONE("supervisor.getPID") ONE_ARG("supervisor.startProcess", "cat")
			ONE("supervisor.shutdown")));
	r.closed(r.arg);
	assert_string_equal(world.asked, "forget");
	assert_int_equal(world.shutdowns, 0);
	finish(&r);
}

/* Thousands of calls need no stack. */
static void
test_multicall_of_many(void **state)
{
	struct buf calls = BUF_INIT(MANY), expected = BUF_INIT(MANY);

	(void)state;
	for (int i = 0; i < 10000; i++) {
		buf_puts(&calls, ONE("supervisor.getPID"));
		buf_puts(&expected, i == 0 ? "[4711" : ", 4711");
	}
	buf_putc(&expected, ']');
	struct http_request r = {.method = HTTP_POST, .body = BUF_INIT(MANY), .reply = BUF_INIT(MANY)};
	buf_printf(&r.body,
		   "<m><methodName>system.multicall</methodName><params>" MULTI("%s") "</params></m>",
		   buf_str(&calls));
	rpc_handle(&world.d, &r);
	check_reply(&r, buf_str(&expected));
	buf_release(&calls);
	buf_release(&expected);
}

/*
 * Lists that are made in slices.
 */

static void
turns(int n)
{
	struct event *later;

	while (n-- > 0 && world.later != NULL) {
		later = world.later;
		world.later = NULL;
		event_active(later, EV_TIMEOUT, 1);
		event_base_loop(world.d.base, EVLOOP_NONBLOCK);
	}
}

static size_t
elements(const struct http_request *r, const char *name)
{
	const char *at = buf_str(&r->reply);
	size_t n = 0;

	while ((at = strstr(at, name)) != NULL) {
		at++;
		n++;
	}
	return n;
}

static void
test_long_lists(void **state)
{
	struct config other = {0};
	struct http_request r;

	(void)state;
	world.d.base = event_base_new();
	world.in_slices = true;
	begin(&r, "supervisor.getAllProcessInfo", "");
	assert_int_equal(r.code, 0);
	turns(1);
	assert_int_equal(r.code, 0);
	turns(3);
	assert_int_equal(r.code, 200);
	assert_int_equal(elements(&r, "<name>group</name>"), 3);
	finish(&r);
	/* A group that comes, or goes, meanwhile. */
	begin(&r, "supervisor.getAllProcessInfo", "");
	process_table_remove(&world.d.table, process_table_group(&world.d.table, "web"));
	process_table_add(&world.d.table, &world.groups[2]);
	turns(4);
	assert_int_equal(r.code, 200);
	assert_int_equal(elements(&r, "<name>group</name>"), 2);
	assert_int_equal(elements(&r, "<string>web"), 0);
	finish(&r);
	/* Another reading of the configuration. */
	begin(&r, "supervisor.getAllConfigInfo", "");
	world.d.loaded = &other;
	turns(5);
	assert_int_equal(r.code, 200);
	assert_int_equal(elements(&r, "<name>group_prio</name>"), 4);
	finish(&r);
	/* Within other calls. */
	begin(&r, "system.multicall",
	      "<array><data><struct><member><name>methodName</name>"
	      "<value>supervisor.getAllProcessInfo</value></member></struct></data></array>");
	assert_int_equal(r.code, 0);
	turns(4);
	assert_int_equal(r.code, 200);
	assert_int_equal(elements(&r, "<name>group</name>"), 2);
	finish(&r);
	/* The client goes. */
	begin(&r, "supervisor.getAllProcessInfo", "");
	assert_non_null(r.closed);
	r.closed(r.arg);
	assert_int_equal(r.code, 0);
	finish(&r);
	event_base_free(world.d.base);
}

/*
 * Processes.
 */

static void
test_start_and_stop(void **state)
{
	(void)state;
	check("supervisor.startProcess", S("nope"), "10 BAD_NAME: nope");
	check("supervisor.startProcess", S("web"), "10 BAD_NAME: web");
	check("supervisor.startProcess", S("web:"),
	      "[{'name': 'web_0', 'group': 'web', 'status': 80, 'description': 'OK'}, "
	      "{'name': 'web_1', 'group': 'web', 'status': 80, 'description': 'OK'}]");
	assert_string_equal(world.asked, "start web:web_0 web:web_1");
	set_state("web", "web_0", PROCESS_RUNNING);
	check("supervisor.startProcess", S("web:*") B(0),
	      "[{'name': 'web_1', 'group': 'web', 'status': 80, 'description': 'OK'}]");
	assert_string_equal(world.asked, "start at once web:web_1");
	check("supervisor.stopProcessGroup", S("web"),
	      "[{'name': 'web_0', 'group': 'web', 'status': 80, 'description': 'OK'}]");
	assert_string_equal(world.asked, "stop web:web_0");
	check("supervisor.startProcessGroup", S("web:*"), "10 BAD_NAME: web:*");
	check("supervisor.stopAllProcesses", B(0),
	      "[{'name': 'web_0', 'group': 'web', 'status': 80, 'description': 'OK'}]");
	assert_string_equal(world.asked, "stop at once web:web_0");
	check("supervisor.startAllProcesses", "",
	      "[{'name': 'web_1', 'group': 'web', 'status': 80, 'description': 'OK'}, "
	      "{'name': 'cat', 'group': 'cat', 'status': 80, 'description': 'OK'}]");
	assert_string_equal(world.asked, "start web:web_1 cat:cat");
}

static void
test_faults_of_start_and_stop(void **state)
{
	(void)state;
	world.job_status = FAULT_ALREADY_STARTED;
	world.job_text = "cat";
	check("supervisor.startProcess", S("cat:cat"), "60 ALREADY_STARTED: cat:cat");
	world.job_status = FAULT_SPAWN_ERROR;
	check("supervisor.startProcess", S("cat"), "50 SPAWN_ERROR: cat");
	world.job_status = FAULT_NO_FILE;
	world.job_text = "can't find command 'x'";
	check("supervisor.startProcess", S("cat"), "20 NO_FILE: can't find command 'x'");
	world.job_status = FAULT_FAILED;
	check("supervisor.startProcess", S("cat:cat"), "30 FAILED: cat:cat is in an unknown process state");
	world.job_text = "unknown problem";
	check("supervisor.stopProcess", S("cat"), "30 FAILED: unknown problem");
	world.job_status = FAULT_SPAWN_ERROR;
	world.job_text = "web:web_1";
	set_state("web", "web_0", PROCESS_RUNNING);
	check("supervisor.startProcessGroup", S("web"),
	      "[{'name': 'web_1', 'group': 'web', 'status': 50, 'description': 'SPAWN_ERROR: web:web_1'}]");
}

static void
test_signals(void **state)
{
	static const struct {
		const char *arg;
		int number;
	} good[] = {
	    {S("TERM"), 15},  {S("sigterm"), 15}, {S(" 9 "), 9},   {I(0), 0},     {"<double>2.9</double>", 2},
	    {B(1), 1},        {S("SIGCLD"), 17},  {S("poll"), 29}, {S("IOT"), 6}, {I(34), 34},
	    {S("RTMAX"), 64}, {S("SYS"), 31}};
	static const char *const bad[] = {"FOO", "", "33", "35", "65", "-1", "SIG_DFL", "SIG"};
	char args[100], expected[100];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		snprintf(args, sizeof(args), S("cat") "%s", good[i].arg);
		check("supervisor.signalProcess", args, "True");
		snprintf(expected, sizeof(expected), "signal cat %d", good[i].number);
		assert_string_equal(world.asked, expected);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(args, sizeof(args), S("cat") S("%s"), bad[i]);
		snprintf(expected, sizeof(expected), "11 BAD_SIGNAL: %s", bad[i]);
		check("supervisor.signalProcess", args, expected);
	}
	check("supervisor.signalProcess", S("cat") EMPTY_ARRAY, "2 INCORRECT_PARAMETERS");
	check("supervisor.signalProcess", S("nope") EMPTY_ARRAY, "10 BAD_NAME: nope");
	world.answer = FAULT_NOT_RUNNING;
	check("supervisor.signalProcess", S("cat:cat") S("HUP"), "70 NOT_RUNNING: cat:cat");
}

static void
test_signals_to_many(void **state)
{
	(void)state;
	check("supervisor.signalAllProcesses", S("FOO"), "[]");
	set_state("web", "web_1", PROCESS_STOPPING);
	set_state("cat", "cat", PROCESS_RUNNING);
	check("supervisor.signalAllProcesses", S("FOO"),
	      "[{'name': 'web_1', 'group': 'web', 'status': 11, 'description': 'BAD_SIGNAL: FOO'}, "
	      "{'name': 'cat', 'group': 'cat', 'status': 11, 'description': 'BAD_SIGNAL: FOO'}]");
	check("supervisor.signalProcess", S("web:*") I(1),
	      "[{'name': 'web_1', 'group': 'web', 'status': 80, 'description': 'OK'}]");
	check("supervisor.signalProcessGroup", S("cat") S("HUP"),
	      "[{'name': 'cat', 'group': 'cat', 'status': 80, 'description': 'OK'}]");
}

static void
test_process_info(void **state)
{
	struct process *p = process("cat", "cat");

	(void)state;
	set_state("cat", "cat", PROCESS_RUNNING);
	p->pid = 99;
	p->laststart = world.d.now.wall - 61 * SECOND_US - 1;
	p->laststop = INT64_C(99999999999) * SECOND_US;
	p->logpath[CHANNEL_STDOUT] = xstrdup("/tmp/o&o");
	check("supervisor.getProcessInfo", S("cat"),
	      "{'name': 'cat', 'group': 'cat', 'start': 1699999938, 'stop': 2147483647, 'now': 1700000000, "
	      "'state': 20, "
	      "'statename': 'RUNNING', 'spawnerr': '', 'exitstatus': 0, 'logfile': '/tmp/o&o', "
	      "'stdout_logfile': "
	      "'/tmp/o&o', 'stderr_logfile': '', 'pid': 99, 'description': 'pid 99, uptime 0:01:02'}");
	check("supervisor.getProcessInfo", S("web:*"), "10 BAD_NAME: web:*");
	check("supervisor.getProcessInfo", S(""), "10 BAD_NAME: ");
}

/* What XML cannot carry is sent to those only who say that they can take it. */
static void
test_control_characters(void **state)
{
	static const struct {
		const char *accept, *shown;
	} rows[] = {
	    {NULL, "'\xef\xbf\xbd'"}, {"text/xml", "'\xef\xbf\xbd'"}, {"text/xml; controls=raw", "'\x1b'"}};

	(void)state;
	world.job_status = FAULT_NO_FILE;
	world.job_text = "'\x1b'";
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct http_request r = {.method = HTTP_POST,
					 .accept = rows[i].accept,
					 .body = BUF_INIT(MANY),
					 .reply = BUF_INIT(MANY)};

		buf_puts(&r.body,
			 "<methodCall><methodName>supervisor.startProcess</methodName><params><param>"
			 "<value>cat</value></param></params></methodCall>");
		rpc_handle(&world.d, &r);
		assert_int_equal(r.code, 200);
		assert_non_null(strstr(buf_str(&r.reply), rows[i].shown));
		finish(&r);
	}
}

static void
test_stdin(void **state)
{
	(void)state;
	check("supervisor.sendProcessStdin", S("nope") I(1), "2 INCORRECT_PARAMETERS: 1");
	check("supervisor.sendProcessStdin", S("nope") NIL, "2 INCORRECT_PARAMETERS");
	check("supervisor.sendProcessStdin", S("nope") S("a"), "10 BAD_NAME: nope");
	check("supervisor.sendProcessStdin", S("cat") "<base64>aGk=</base64>", "True");
	assert_string_equal(world.asked, "stdin cat hi");
	world.answer = FAULT_NOT_RUNNING;
	check("supervisor.sendProcessStdin", S("cat") S("a"), "70 NOT_RUNNING: cat");
	world.answer = FAULT_NO_FILE;
	check("supervisor.sendProcessStdin", S("cat") S("a"), "20 NO_FILE: cat");
}

/*
 * The daemon and its configuration.
 */

static void
test_daemon_methods(void **state)
{
	(void)state;
	check("supervisor.getAPIVersion", "", "3.0");
	check("supervisor.getVersion", "", "3.0");
	check("supervisor.getSupervisorVersion", "", "5.0.0");
	check("supervisor.getIdentification", "", "supervisor");
	check("supervisor.getState", "", "{'statecode': 1, 'statename': 'RUNNING'}");
}

static void
test_configuration(void **state)
{
	(void)state;
	check("supervisor.reloadConfig", "", "[[['new', 'newer'], ['web'], ['old']]]");
	world.reread_fails = true;
	check("supervisor.reloadConfig", "", "92 CANT_REREAD: no good");
	check("supervisor.addProcessGroup", S("aaa"), "True");
	assert_string_equal(world.asked, "add aaa");
	world.answer = FAULT_ALREADY_ADDED;
	check("supervisor.addProcessGroup", S("cat"), "90 ALREADY_ADDED: cat");
	world.answer = FAULT_STILL_RUNNING;
	check("supervisor.removeProcessGroup", S("cat"), "91 STILL_RUNNING: cat");
}

#define COMMON_TAIL                                                                                          \
	"'process_prio': 999, 'redirect_stderr': False, 'startretries': 0, 'startsecs': 1, "                 \
	"'stdout_capture_maxbytes': 0, 'stdout_events_enabled': False, 'stdout_logfile': 'auto', "           \
	"'stdout_logfile_backups': 0, 'stdout_logfile_maxbytes': 2147483647, 'stdout_syslog': False, "       \
	"'stopsignal': 15, 'stopwaitsecs': 0, 'stderr_capture_maxbytes': 0, 'stderr_events_enabled': "       \
	"False, "                                                                                            \
	"'stderr_logfile': 'none', 'stderr_logfile_backups': 0, 'stderr_logfile_maxbytes': 0, "              \
	"'stderr_syslog': False, 'serverurl': 'none'}"
#define CONFIG_HEAD                                                                                          \
	"{'autostart': False, 'directory': 'none', 'uid': 'none', 'command': '/bin/true <&>', 'exitcodes': "

static void
test_config_info(void **state)
{
	(void)state;
	world.groups[1].nprocs = 1;
	check("supervisor.getAllConfigInfo", "",
	      "[" CONFIG_HEAD "[], 'group': 'aaa', 'group_prio': 1, 'inuse': False, 'killasgroup': False, "
	      "'name': 'aaa', " COMMON_TAIL ", " CONFIG_HEAD
	      "[0, 2], 'group': 'cat', 'group_prio': 10, 'inuse': True, 'killasgroup': False, "
	      "'name': 'cat', " COMMON_TAIL ", " CONFIG_HEAD
	      "[], 'group': 'web', 'group_prio': 5, 'inuse': True, 'killasgroup': False, "
	      "'name': 'web_0', " COMMON_TAIL "]");
	world.groups[1].nprocs = 2;
}

/* Supervisor forgets the names of AUTO logs with each reading of the configuration. */
static void
test_auto_logs_of_config_info(void **state)
{
	struct http_request r;

	(void)state;
	process("cat", "cat")->logpath[CHANNEL_STDOUT] = xstrdup("/x");
	for (int read_again = 0; read_again < 2; read_again++) {
		world.d.loaded_next_id = read_again ? world.d.table.next_id : 0;
		begin(&r, "supervisor.getAllConfigInfo", "");
		assert_int_equal(strstr(buf_str(&r.reply), "<string>/x</string>") != NULL, !read_again);
		finish(&r);
	}
}

/*
 * Logs.
 */

static void
make_file(char *path, const char *text)
{
	int fd = mkstemp(path);

	assert_true(fd != -1);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void
test_reading(void **state)
{
	static const struct {
		const char *args, *reply;
	} cases[] = {
	    {I(0) I(0), "0123456789"},
	    {I(4) I(0), "456789"},
	    {I(2) I(3), "234"},
	    {I(8) I(5), "89"},
	    {I(10) I(5), ""},
	    {I(50) I(0), ""},
	    {I(50) I(5), ""},
	    {I(4611686018427387904) I(4611686018427387904), ""},
	    {I(-3) I(0), "789"},
	    {I(-50) I(0), "0123456789"},
	    {I(-4611686018427387904) I(0), "0123456789"},
	    {I(-1) I(1), "3 BAD_ARGUMENTS"},
	    {I(-1) I(-1), "3 BAD_ARGUMENTS"},
	    {I(0) I(-1), "3 BAD_ARGUMENTS"},
	};
	char path[] = "/tmp/rpcXXXXXX", args[200], expected[64];

	(void)state;
	make_file(path, "0123456789");
	world.mainlog = path;
	process("cat", "cat")->logpath[CHANNEL_STDERR] = xstrdup(path);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		check("supervisor.readLog", cases[i].args, cases[i].reply);
		check("supervisor.readMainLog", cases[i].args, cases[i].reply);
		snprintf(args, sizeof(args), S("cat") "%s", cases[i].args);
		check("supervisor.readProcessStderrLog", args, cases[i].reply);
		check("supervisor.readProcessStdoutLog", args, "20 NO_FILE");
	}
	unlink(path);
	snprintf(expected, sizeof(expected), "20 NO_FILE: %s", path);
	check("supervisor.readLog", I(-1) I(1), expected);
	check("supervisor.readProcessStderrLog", S("cat") I(0) I(0), expected);
	check("supervisor.readProcessStderrLog", S("web:*") I(0) I(0), "10 BAD_NAME: web:*");
	world.mainlog = "/";
	check("supervisor.readLog", I(0) I(1), "30 FAILED");
	world.mainlog = "/dev/null/x";
	check("supervisor.readLog", I(-1) I(1), "20 NO_FILE: /dev/null/x");
}

static void
test_too_much_to_read(void **state)
{
	char path[] = "/tmp/rpcXXXXXX";
	struct http_request r;

	(void)state;
	make_file(path, "");
	assert_int_equal(truncate(path, INT64_C(1) << 36), 0);
	world.mainlog = path;
	begin(&r, "supervisor.readLog", I(0) I(0));
	assert_non_null(strstr(buf_str(&r.reply), "FAILED: more than 33554432 bytes"));
	finish(&r);
	process("cat", "cat")->logpath[CHANNEL_STDOUT] = xstrdup(path);
	check("supervisor.tailProcessStdoutLog", S("cat") I(0) I(0), "['', 2147483647, True]");
	unlink(path);
}

static void
test_cut_characters_are_repaired(void **state)
{
	char path[] = "/tmp/rpcXXXXXX";

	(void)state;
	make_file(path, "a\xc3\xa9z");
	world.mainlog = path;
	check("supervisor.readLog", I(0) I(2), "a\xef\xbf\xbd");
	check("supervisor.readLog", I(1) I(2), "\xc3\xa9");
	unlink(path);
}

static void
test_tailing(void **state)
{
	static const struct {
		const char *args, *reply;
	} cases[] = {
	    {I(0) I(5), "['56789', 10, True]"},
	    {I(5) I(5), "['56789', 10, False]"},
	    {I(5) I(6), "['456789', 10, False]"},
	    {I(0) I(100), "['0123456789', 10, False]"},
	    {I(10) I(5), "['', 10, False]"},
	    {I(0) I(0), "['', 10, True]"},
	    {I(3) I(1), "['9', 10, True]"},
	    {I(-5) I(3), "['789', 10, True]"},
	    {I(-20) I(15), "['0123456789', 10, True]"},
	    {I(3) I(-1), "['', 10, True]"},
	    {I(50) I(5), "['', 10, False]"},
	    {I(4611686018427387904) I(4611686018427387904), "['', 10, False]"},
	    {I(0) I(4611686018427387904), "['0123456789', 10, False]"},
	};
	char path[] = "/tmp/rpcXXXXXX", args[200];

	(void)state;
	make_file(path, "0123456789");
	process("cat", "cat")->logpath[CHANNEL_STDOUT] = xstrdup(path);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(args, sizeof(args), S("cat") "%s", cases[i].args);
		check("supervisor.tailProcessStdoutLog", args, cases[i].reply);
		check("supervisor.tailProcessLog", args, cases[i].reply);
		check("supervisor.tailProcessStderrLog", args, "['', 0, False]");
	}
	unlink(path);
	check("supervisor.tailProcessLog", S("cat") I(7) I(3), "['', 0, False]");
	check("supervisor.tailProcessLog", S("nope") I(7) I(3), "10 BAD_NAME: nope");
}

static void
test_clearing(void **state)
{
	(void)state;
	check("supervisor.clearLog", "", "20 NO_FILE");
	world.mainlog = "/nonexistent/log";
	check("supervisor.clearLog", "", "20 NO_FILE");
	world.mainlog = "/";
	check("supervisor.clearLog", "", "True");
	check("supervisor.clearProcessLogs", S("cat"), "True");
	check("supervisor.clearProcessLog", S("web:*"), "10 BAD_NAME: web:*");
	world.clear_fails = true;
	check("supervisor.clearLog", "", "30 FAILED");
	check("supervisor.clearProcessLogs", S("cat:cat"), "30 FAILED: cat:cat");
	check("supervisor.clearAllProcessLogs", "",
	      "[{'name': 'web_0', 'group': 'web', 'status': 30, 'description': 'FAILED: web:web_0'}, "
	      "{'name': 'web_1', 'group': 'web', 'status': 30, 'description': 'FAILED: web:web_1'}, "
	      "{'name': 'cat', 'group': 'cat', 'status': 30, 'description': 'FAILED: cat'}]");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_every_row_is_complete),
	    TEST(test_signatures),
	    TEST(test_list_methods),
	    TEST(test_help_has_the_parameters),
	    TEST(test_namespaces),
	    TEST(test_unknown_methods),
	    TEST(test_numbers_of_parameters),
	    TEST(test_types),
	    TEST(test_group_names_of_any_type),
	    TEST(test_states),
	    TEST(test_shutdown_and_restart),
	    TEST(test_bad_requests),
	    TEST(test_waiting_and_its_answer),
	    TEST(test_client_leaves),
	    TEST(test_multicall),
	    TEST(test_multicall_waits_for_each),
	    TEST(test_client_leaves_multicall),
	    TEST(test_multicall_of_many),
	    TEST(test_long_lists),
	    TEST(test_start_and_stop),
	    TEST(test_faults_of_start_and_stop),
	    TEST(test_signals),
	    TEST(test_signals_to_many),
	    TEST(test_process_info),
	    TEST(test_control_characters),
	    TEST(test_stdin),
	    TEST(test_daemon_methods),
	    TEST(test_configuration),
	    TEST(test_config_info),
	    TEST(test_auto_logs_of_config_info),
	    TEST(test_reading),
	    TEST(test_too_much_to_read),
	    TEST(test_cut_characters_are_repaired),
	    TEST(test_tailing),
	    TEST(test_clearing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
