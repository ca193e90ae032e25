/*
 * test_rpc_cvisor.c: the methods of cvisor.* on configurations that are really read. Calls, reloads and
 * streams are played by this file; a result is noted as text.
 */
#include "autoconf.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "core/config_diff.h"
#include "core/history.h"
#include "core/ini.h"
#include "daemon/daemon.h"
#include "daemon/logpump.h"
#include "daemon/push.h"
#include "daemon/reload.h"
#include "daemon/rpc.h"
#include "daemon/rpc_list.h"
#include "daemon/rpc_names.h"

/*
 * The world.
 */

struct rpc_call {
	struct daemon *d;
	struct xmlrpc_value *params;
	struct xmlrpc_value *result;
	char *fault;
};

struct daemon *
rpc_daemon(const struct rpc_call *call)
{
	return call->d;
}

const struct xmlrpc_value *
rpc_param(const struct rpc_call *call, size_t i)
{
	return i < xmlrpc_get_length(call->params) ? xmlrpc_at(call->params, i) : NULL;
}

bool
rpc_param_bool(const struct rpc_call *call, size_t i, bool fallback)
{
	return rpc_param(call, i) != NULL ? xmlrpc_get_bool(rpc_param(call, i)) : fallback;
}

int64_t
rpc_param_int(const struct rpc_call *call, size_t i, int64_t fallback)
{
	return rpc_param(call, i) != NULL ? xmlrpc_get_int(rpc_param(call, i)) : fallback;
}

void
rpc_return(struct rpc_call *call, struct xmlrpc_value *value)
{
	assert_null(call->result);
	assert_null(call->fault);
	call->result = value;
}

void
rpc_fault(struct rpc_call *call, enum fault code, const char *extra)
{
	assert_null(call->result);
	assert_null(call->fault);
	call->fault = xasprintf("%s: %s", fault_name(code), extra);
}

/* In one go. */
void
rpc_return_rows(struct rpc_call *call, const struct rpc_list_kind *kind, void *rows, size_t n)
{
	struct xmlrpc_value *list = xmlrpc_array(), *element;

	for (size_t i = 0; i < n; i++)
		if ((element = kind->element(call->d, rows, i)) != NULL)
			xmlrpc_append(list, element);
	kind->end(rows);
	rpc_return(call, list);
}

const char *
supervisor_state_name(enum supervisor_state state)
{
	return state == SUPERVISOR_SHUTDOWN ? "SHUTDOWN" : "RUNNING";
}

void
logpump_note_place(struct logpump_channel *c)
{
	(void)c;
}

struct process *
rpc_param_process(struct rpc_call *call)
{
	const char *name = xmlrpc_get_string(rpc_param(call, 0));
	struct process *p = process_table_lookup(&call->d->table, name).process;

	if (p == NULL)
		rpc_fault(call, FAULT_BAD_NAME, name);
	return p;
}

static char followed[256];

bool
push_follow(struct push *push, long stream, const char *const *logs, size_t n)
{
	(void)push;
	snprintf(followed, sizeof(followed), "%ld:", stream);
	for (size_t i = 0; i < n; i++)
		snprintf(followed + strlen(followed), sizeof(followed) - strlen(followed), " %s", logs[i]);
	return stream == 3;
}

bool
push_log_is_valid(const char *log)
{
	return strchr(log, ':') != NULL;
}

static bool
no_user(void *arg, const char *name, uid_t *uid, gid_t *gid)
{
	(void)arg, (void)name, (void)uid, (void)gid;
	return false;
}

static bool
no_id(void *arg, uid_t uid, gid_t *gid)
{
	(void)arg, (void)uid, (void)gid;
	return false;
}

static bool
no_group(void *arg, const char *name, gid_t *gid)
{
	(void)arg, (void)name, (void)gid;
	return false;
}

static bool
no_home(void *arg, const char *user, char **home)
{
	(void)arg, (void)user, (void)home;
	return false;
}

static bool
is_directory(void *arg, const char *path)
{
	(void)arg, (void)path;
	return true;
}

static struct config *
read_config(const char *text, struct err *err)
{
	static const char *const environ_of_test[] = {NULL};
	static const struct config_world world = {
	    .environ = environ_of_test,
	    .hostname = "host",
	    .cwd = "/",
	    .tempdir = "/tmp",
	    .uid = 1,
	    .user_by_name = no_user,
	    .user_by_id = no_id,
	    .group_by_name = no_group,
	    .home_of = no_home,
	    .is_directory = is_directory,
	};
	static const struct config_input input = {.world = &world, .file = "/etc/s.conf", .here = "/etc"};
	struct ini *ini = ini_new();
	struct config *config = NULL;

	if (ini_read(ini, "/etc/s.conf", text, strlen(text), err))
		config = config_build(ini, &input, err);
	ini_free(ini);
	return config;
}

static const char *new_text; /* what the file holds now */

bool
reload_preview(struct daemon *d, struct config_diff **diff, struct err *err)
{
	struct config *config = read_config(new_text, err);
	struct group_config *running[8];

	if (config == NULL)
		return false;
	for (size_t i = 0; i < d->table.ngroups; i++)
		running[i] = d->table.groups[i]->config;
	*diff = config_diff_new(config, running, d->table.ngroups);
	config_free(config);
	return true;
}

static int
setup(void **state)
{
	struct daemon *d = xcalloc(1, sizeof(*d));
	struct err err = ERR_INIT;

	process_table_init(&d->table);
	d->history = history_new(8192);
	strcpy(d->boot, "b007");
	d->config = read_config("[supervisord]\n"
				"[program:web]\n"
				"command=/bin/web -x\n"
				"startsecs=7\n"
				"environment=A=\"1\",DB_PASSWORD=\"hush\",api_key=\"hush\"\n"
				"[program:old]\n"
				"command=/bin/old\n",
				&err);
	if (d->config == NULL)
		fail_msg("%s", err_text(&err));
	for (size_t i = 0; i < d->config->ngroups; i++)
		process_table_add(&d->table, d->config->groups[i]);
	*state = d;
	return 0;
}

static int
teardown(void **state)
{
	struct daemon *d = *state;

	process_table_release(&d->table);
	config_free(d->config);
	history_free(d->history);
	free(d);
	return 0;
}

static struct xmlrpc_value *
params_of(const char *name)
{
	struct xmlrpc_value *params = xmlrpc_array();

	if (name != NULL)
		xmlrpc_append(params, xmlrpc_string(name));
	return params;
}

/* Calls; takes params over. */
static struct rpc_call
call(struct daemon *d, const char *method, struct xmlrpc_value *params)
{
	struct rpc_call c = {.d = d, .params = params};
	const struct rpc_method *m = rpc_cvisor_methods;

	while (m->name != NULL && strcmp(m->name, method) != 0)
		m++;
	assert_non_null(m->name);
	m->handler(&c);
	assert_true((c.result == NULL) != (c.fault == NULL));
	return c;
}

static void
release(struct rpc_call *c)
{
	xmlrpc_free(c->params);
	xmlrpc_free(c->result);
	free(c->fault);
}

static const char *
text(const struct xmlrpc_value *s, const char *member)
{
	return xmlrpc_get_string(xmlrpc_find(s, member));
}

static int64_t
number(const struct xmlrpc_value *s, const char *member)
{
	return xmlrpc_get_int(xmlrpc_find(s, member));
}

/* The option of that name in a list of structs; NULL: none. */
static const struct xmlrpc_value *
option(const struct xmlrpc_value *list, const char *name)
{
	for (size_t i = 0; i < xmlrpc_get_length(list); i++)
		if (strcmp(text(xmlrpc_at(list, i), "option"), name) == 0)
			return xmlrpc_at(list, i);
	return NULL;
}

static bool
xml_has(struct xmlrpc_value *v, const char *what)
{
	struct buf xml = BUF_INIT(1 << 20);
	bool has;

	assert_true(xmlrpc_write_value_reply(&xml, v));
	has = strstr(buf_str(&xml), what) != NULL;
	buf_release(&xml);
	return has;
}

/*
 * Tests.
 */

static void
test_table(void **state)
{
	(void)state;
	for (const struct rpc_method *m = rpc_cvisor_methods; m->name != NULL; m++) {
		size_t letters = strlen(m->params), names = m->names != NULL;

		for (const char *p = m->params; (p = strchr(p, '?')) != NULL; p++)
			letters--;
		for (const char *p = m->names; p != NULL && (p = strchr(p, ' ')) != NULL; p++)
			names++;
		assert_int_equal(letters, names);
		assert_non_null(m->help);
		assert_non_null(m->handler);
	}
}

static void
test_api(void **state)
{
	struct rpc_call c = call(*state, "getApi", params_of(NULL));

	assert_int_equal(number(c.result, "api"), PUSH_API);
	assert_string_equal(text(c.result, "version"), PACKAGE_VERSION);
	assert_string_equal(text(c.result, "boot"), "b007");
	assert_true(xmlrpc_get_length(xmlrpc_find(c.result, "features")) > 3);
	release(&c);
}

static void
test_process_config(void **state)
{
	struct rpc_call c = call(*state, "getProcessConfig", params_of("web"));
	const struct xmlrpc_value *o = option(c.result, "startsecs");
	struct xmlrpc_value *params;

	assert_string_equal(text(o, "value"), "7");
	assert_string_equal(text(o, "default"), "1");
	assert_string_equal(text(o, "file"), "/etc/s.conf");
	assert_int_equal(number(o, "line"), 4);
	o = option(c.result, "stopwaitsecs");
	assert_string_equal(text(o, "value"), "10");
	assert_string_equal(text(o, "file"), "");
	assert_int_equal(number(o, "line"), 0);
	assert_string_equal(text(option(c.result, "command"), "value"), "/bin/web -x");
	/* No process keeps these: they have made it. */
	assert_string_equal(text(option(c.result, "numprocs"), "value"), "1");
	assert_string_equal(text(option(c.result, "numprocs_start"), "value"), "0");
	o = option(c.result, "environment");
	assert_non_null(strstr(text(o, "value"), "DB_PASSWORD"));
	assert_non_null(strstr(text(o, "value"), "api_key"));
	assert_false(xml_has(c.result, "hush"));
	/* Of a program's section only: a listener's options are not shown. */
	assert_null(option(c.result, "buffer_size"));
	release(&c);

	params = params_of("web:web");
	xmlrpc_append(params, xmlrpc_bool(true));
	c = call(*state, "getProcessConfig", params);
	assert_true(xml_has(c.result, "hush"));
	release(&c);
	c = call(*state, "getProcessConfig", params_of("nobody"));
	assert_string_equal(c.fault, "BAD_NAME: nobody");
	release(&c);
}

static void
test_preview(void **state)
{
	const struct xmlrpc_value *changed, *o;
	struct rpc_call c;

	new_text = "[supervisord]\n"
		   "[program:web]\n"
		   "command=/bin/web -y\n"
		   "startsecs=7\n"
		   "environment=A=\"2\",DB_PASSWORD=\"silence\"\n"
		   "[program:new]\n"
		   "command=/bin/new\n"
		   "autostart=false\n";
	c = call(*state, "previewUpdate", params_of(NULL));
	assert_string_equal(xmlrpc_get_string(xmlrpc_at(xmlrpc_find(c.result, "added"), 0)), "new");
	assert_string_equal(xmlrpc_get_string(xmlrpc_at(xmlrpc_find(c.result, "removed"), 0)), "old");
	assert_int_equal(number(xmlrpc_find(c.result, "processes"), "new"), 1);
	assert_null(xmlrpc_find(xmlrpc_find(c.result, "processes"), "old"));
	assert_int_equal(number(xmlrpc_find(c.result, "starts"), "new"), 0);
	assert_int_equal(number(xmlrpc_find(c.result, "starts"), "web"), 1);
	changed = xmlrpc_find(c.result, "changed");
	assert_int_equal(xmlrpc_get_length(changed), 1);
	assert_string_equal(text(xmlrpc_at(changed, 0), "name"), "web");
	o = option(xmlrpc_find(xmlrpc_at(changed, 0), "options"), "command");
	assert_string_equal(text(o, "process"), "web");
	assert_string_equal(text(o, "old"), "/bin/web -x");
	assert_string_equal(text(o, "new"), "/bin/web -y");
	assert_string_equal(text(o, "file"), "/etc/s.conf");
	assert_int_equal(number(o, "line"), 3);
	o = option(xmlrpc_find(xmlrpc_at(changed, 0), "options"), "environment");
	assert_non_null(strstr(text(o, "new"), "A=\"2\""));
	assert_false(xml_has(c.result, "hush"));
	assert_false(xml_has(c.result, "silence"));
	assert_null(option(xmlrpc_find(xmlrpc_at(changed, 0), "options"), "startsecs"));
	release(&c);

	new_text = "[supervisord]\n[program:web]\ncommand=/bin/web\nstartsecs=soon\n";
	c = call(*state, "previewUpdate", params_of(NULL));
	assert_non_null(strstr(c.fault, "CANT_REREAD: "));
	assert_non_null(strstr(c.fault, "/etc/s.conf:4"));
	release(&c);
}

static void
happens(struct daemon *d, const char *name, enum history_kind kind, pid_t pid, int exitstatus, int signal,
	enum process_cause cause)
{
	const struct process *p = process_table_find(&d->table, name, name);
	struct history_record r = {
	    .kind = kind,
	    .group = name,
	    .name = name,
	    .spawnerr = "",
	    .who = cause == CAUSE_REQUEST ? "anna" : "",
	    .process = p != NULL ? p->id : 0,
	    .time = (wall_us)pid * SECOND_US + SECOND_US / 2,
	    .pid = pid,
	    .exitstatus = exitstatus,
	    .signal = signal,
	    .cause = cause,
	    .failed = cause == CAUSE_CRASH,
	    .log_total = {-1, -1},
	};

	for (int channel = 0; p != NULL && channel < NCHANNELS; channel++)
		r.log_total[channel] = log_place_total(&p->log_place[channel]);
	history_append(d->history, &r);
}

static struct rpc_call
history(struct daemon *d, const char *name, int count, struct xmlrpc_value *since)
{
	struct xmlrpc_value *params = params_of(name);

	xmlrpc_append(params, xmlrpc_int(count));
	if (since != NULL)
		xmlrpc_append(params, since);
	return call(d, "getHistory", params);
}

static void
some_history(struct daemon *d)
{
	happens(d, "web", HISTORY_SPAWNED, 10, 99, 99, CAUSE_AUTOSTART);
	happens(d, "old", HISTORY_SPAWNED, 11, 0, 0, CAUSE_AUTOSTART);
	happens(d, "web", HISTORY_STATE, 10, 0, 0, CAUSE_AUTOSTART);
	happens(d, "web", HISTORY_REAPED, 10, -1, 9, CAUSE_CRASH);
	happens(d, "web", HISTORY_STATE, 0, 0, 0, CAUSE_CRASH);
	happens(d, "web", HISTORY_SPAWNED, 12, 0, 0, CAUSE_AUTORESTART);
}

static void
test_history(void **state)
{
	struct daemon *d = *state;
	const struct xmlrpc_value *r;
	struct rpc_call c;

	some_history(d);
	c = call(d, "getHistory", params_of("web"));
	assert_int_equal(xmlrpc_get_length(c.result), 3);
	assert_int_equal(number(xmlrpc_at(c.result, 0), "pid"), 12);
	assert_true(xmlrpc_get_bool(xmlrpc_find(xmlrpc_at(c.result, 0), "expected")));
	r = xmlrpc_at(c.result, 1);
	assert_string_equal(text(r, "event"), "end");
	assert_int_equal(number(r, "exitstatus"), -1);
	assert_int_equal(number(r, "signal"), 9);
	assert_false(xmlrpc_get_bool(xmlrpc_find(r, "expected")));
	r = xmlrpc_at(c.result, 2);
	assert_string_equal(text(r, "name"), "web:web");
	assert_string_equal(text(r, "event"), "start");
	assert_true(xmlrpc_get_double(xmlrpc_find(r, "time")) == 10.5);
	assert_int_equal(number(r, "exitstatus"), 0);
	assert_string_equal(text(r, "cause"), "autostart");
	assert_string_equal(text(r, "who"), "");
	release(&c);

	c = history(d, "web", 2, NULL);
	assert_int_equal(xmlrpc_get_length(c.result), 2);
	assert_string_equal(text(xmlrpc_at(c.result, 1), "event"), "end");
	release(&c);
	c = history(d, "web", -1, NULL);
	assert_string_equal(c.fault, "BAD_ARGUMENTS: count is less than 0");
	release(&c);
	happens(d, "web", HISTORY_REAPED, 12, 0, 15, CAUSE_REQUEST);
	c = history(d, "web", 1, NULL);
	assert_string_equal(text(xmlrpc_at(c.result, 0), "who"), "anna");
	release(&c);
}

/* Of all, those of programs that have gone too. */
static void
test_history_of_all(void **state)
{
	struct daemon *d = *state;
	struct rpc_call c;

	some_history(d);
	c = history(d, "", 10, NULL);
	assert_int_equal(xmlrpc_get_length(c.result), 4);
	assert_int_equal(number(xmlrpc_at(c.result, 0), "pid"), 12);
	assert_string_equal(text(xmlrpc_at(c.result, 2), "name"), "old:old");
	release(&c);
	c = history(d, "", 10, xmlrpc_int(11));
	assert_int_equal(xmlrpc_get_length(c.result), 2);
	release(&c);
	c = history(d, "", 10, xmlrpc_double(10.75));
	assert_int_equal(xmlrpc_get_length(c.result), 2);
	release(&c);
	c = history(d, "web", 10, xmlrpc_double(10.5));
	assert_int_equal(xmlrpc_get_length(c.result), 3);
	release(&c);
	c = history(d, "", 10, xmlrpc_string("yesterday"));
	assert_string_equal(c.fault, "BAD_ARGUMENTS: since is not a time in seconds since 1970");
	release(&c);
	for (int i = 0; i < 6000; i++)
		happens(d, "web", HISTORY_SPAWNED, 20, 0, 0, CAUSE_REQUEST);
	c = history(d, "", INT32_MAX, NULL);
	assert_int_equal(xmlrpc_get_length(c.result), 5000);
	release(&c);
	c = history(d, "web", INT32_MAX, NULL);
	assert_int_equal(xmlrpc_get_length(c.result), 1000);
	release(&c);
}

static void
test_changes(void **state)
{
	struct daemon *d = *state;
	struct xmlrpc_value *params = xmlrpc_array();
	struct history_record r = {.kind = HISTORY_CONFIG, .group = "", .name = "config", .spawnerr = ""};
	struct rpc_call c;

	history_append(d->history, &r);
	some_history(d);
	r = (struct history_record){
	    .kind = HISTORY_GROUP_ADDED, .group = "n\xffw", .name = "", .spawnerr = ""};
	history_append(d->history, &r);
	r = (struct history_record){
	    .kind = HISTORY_SUPERVISOR,
	    .group = "",
	    .name = "supervisor",
	    .spawnerr = "",
	    .time = 7 * SECOND_US,
	    .tries = SUPERVISOR_SHUTDOWN,
	};
	history_append(d->history, &r);
	c = call(d, "getChanges", params_of(NULL));
	assert_int_equal(xmlrpc_get_length(c.result), 3);
	assert_string_equal(text(xmlrpc_at(c.result, 0), "change"), "state");
	assert_string_equal(text(xmlrpc_at(c.result, 0), "statename"), "SHUTDOWN");
	assert_string_equal(text(xmlrpc_at(c.result, 1), "change"), "added");
	assert_string_equal(text(xmlrpc_at(c.result, 1), "name"), "n\xef\xbf\xbdw");
	assert_string_equal(text(xmlrpc_at(c.result, 2), "change"), "reread");
	release(&c);
	xmlrpc_append(params, xmlrpc_int(9));
	xmlrpc_append(params, xmlrpc_int(7));
	c = call(d, "getChanges", params);
	assert_int_equal(xmlrpc_get_length(c.result), 1);
	release(&c);
}

static double
stdout_offset(const struct rpc_call *c, size_t i)
{
	const struct xmlrpc_value *r = xmlrpc_at(c->result, i);

	assert_true(xmlrpc_get_double(xmlrpc_find(r, "stderr_offset")) == -1.0);
	return xmlrpc_get_double(xmlrpc_find(r, "stdout_offset"));
}

static void
test_history_tells_where_in_the_log(void **state)
{
	struct daemon *d = *state;
	struct process *p = process_table_find(&d->table, "web", "web");
	struct log_place *place = &p->log_place[CHANNEL_STDOUT];
	char path[] = "/tmp/cvisor-history-XXXXXX";
	int fd = mkstemp(path);
	struct stat st;
	struct rpc_call c;

	assert_true(fd >= 0 && ftruncate(fd, 100) == 0 && fstat(fd, &st) == 0);
	free(p->logpath[CHANNEL_STDOUT]);
	p->logpath[CHANNEL_STDOUT] = xstrdup(path);
	log_place_opened(place, st.st_dev, st.st_ino, 30);
	happens(d, "web", HISTORY_SPAWNED, 10, 0, 0, CAUSE_AUTOSTART);
	log_place_reached(place, st.st_dev, st.st_ino, 100, false);
	happens(d, "web", HISTORY_REAPED, 10, 0, 0, CAUSE_EXIT);
	happens(d, "old", HISTORY_REAPED, 11, 0, 0, CAUSE_EXIT);
	c = history(d, "", 10, NULL);
	assert_true(stdout_offset(&c, 0) == -1.0);
	assert_true(stdout_offset(&c, 1) == 100.0);
	assert_true(stdout_offset(&c, 2) == 30.0);
	release(&c);
	/* Cut behind our back, then replaced, then gone. */
	assert_true(ftruncate(fd, 50) == 0);
	c = history(d, "web", 10, NULL);
	assert_true(stdout_offset(&c, 0) == -1.0 && stdout_offset(&c, 1) == 30.0);
	release(&c);
	place->ino++;
	c = history(d, "web", 10, NULL);
	assert_true(stdout_offset(&c, 1) == -1.0);
	release(&c);
	place->ino--;
	assert_true(unlink(path) == 0 && close(fd) == 0);
	c = history(d, "web", 10, NULL);
	assert_true(stdout_offset(&c, 1) == -1.0);
	release(&c);
}

static void
test_tree(void **state)
{
	struct daemon *d = *state;
	struct rpc_call c = call(d, "getProcessTree", params_of("web"));

	assert_int_equal(xmlrpc_get_length(c.result), 0);
	release(&c);
	process_table_find(&d->table, "web", "web")->pid = getpid();
	c = call(d, "getProcessTree", params_of("web"));
	assert_int_equal(xmlrpc_get_length(c.result), 1);
	assert_int_equal(number(xmlrpc_at(c.result, 0), "pid"), getpid());
	assert_int_equal(number(xmlrpc_at(c.result, 0), "parent"), getppid());
	assert_non_null(strstr(text(xmlrpc_at(c.result, 0), "command"), "test_rpc_cvisor"));
	assert_true(xmlrpc_get_double(xmlrpc_find(xmlrpc_at(c.result, 0), "rss")) > 100000);
	release(&c);
}

static struct rpc_call
follow(struct daemon *d, int stream, size_t n, struct xmlrpc_value *log)
{
	struct xmlrpc_value *params = xmlrpc_array(), *logs = xmlrpc_array();

	for (size_t i = 0; i + 1 < n; i++)
		xmlrpc_append(logs, xmlrpc_string("a:b:stdout"));
	if (n > 0)
		xmlrpc_append(logs, log);
	xmlrpc_append(params, xmlrpc_int(stream));
	xmlrpc_append(params, logs);
	return call(d, "follow", params);
}

static void
test_follow(void **state)
{
	struct daemon *d = *state;
	struct rpc_call c;

	d->push = (struct push *)d;
	c = follow(d, 3, 2, xmlrpc_string(":main"));
	assert_true(xmlrpc_get_bool(c.result));
	assert_string_equal(followed, "3: a:b:stdout :main");
	release(&c);
	c = follow(d, 3, 0, NULL);
	assert_string_equal(followed, "3:");
	release(&c);
	c = follow(d, 4, 1, xmlrpc_string(":main"));
	assert_string_equal(c.fault, "BAD_ARGUMENTS: no such stream");
	release(&c);
	c = follow(d, 3, 1, xmlrpc_string("what"));
	assert_non_null(strstr(c.fault, "'what' is not a log"));
	release(&c);
	c = follow(d, 3, 1, xmlrpc_int(7));
	assert_non_null(strstr(c.fault, "is not a log"));
	release(&c);
	c = follow(d, 3, PUSH_MAX_LOGS + 1, xmlrpc_string(":main"));
	assert_non_null(strstr(c.fault, "more than 64 logs"));
	release(&c);
	d->push = NULL;
}

#define cvisor_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_table),     cvisor_test(test_api),
	    cvisor_test(test_process_config), cvisor_test(test_preview),
	    cvisor_test(test_history),        cvisor_test(test_history_of_all),
	    cvisor_test(test_changes),        cvisor_test(test_history_tells_where_in_the_log),
	    cvisor_test(test_tree),           cvisor_test(test_follow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
