/*
 * fuzz_xmlrpc_request.c: the body of a POST to /RPC2, all the way through rpc_handle: read, looked up in the real tables,
 * checked, handled, answered. What handlers would do outside of this process (start, stop, signal, write to a program,
 * reread, shut down) is played here: the linker takes the functions below before the daemon's own. An answer of status 200
 * must be one that clients can read.
 *
 * The first byte says how the world is: see enum world_bits. Digits and letters give all of them.
 */
#include "autoconf.h"

#include <expat.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "core/config_diff.h"
#include "core/history.h"
#include "core/xmlrpc.h"
#include "daemon/daemon.h"
#include "daemon/eventbus.h"
#include "daemon/httpd.h"
#include "daemon/jobs.h"
#include "daemon/logpump.h"
#include "daemon/mainlog.h"
#include "daemon/reload.h"
#include "daemon/rpc.h"
#include "daemon/supervise.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/config_fake.h"

#define CALLER "anna (supervisorctl, pid 4711)"

enum world_bits {
	WORLD_RAW = 1 << 0,     /* the client takes control characters */
	WORLD_WAITS = 1 << 1,   /* jobs take their time */
	WORLD_LEAVES = 1 << 2,  /* the client does not wait for them */
	WORLD_FAILS = 1 << 3,   /* what is tried fails */
	WORLD_RUNNING = 1 << 4, /* processes are */
	WORLD_ENDING = 1 << 6,  /* the daemon is, with WORLD_FAILS */
};

struct http_request {
	const char *body;
	size_t size;
	int code;         /* of the answer; 0: none yet */
	struct buf reply; /* its body, when the code is 200 */
	void (*closed)(void *arg);
	void *arg;
};

struct job {
	job_done_fn *done;
	void *arg;
	struct job_result *results;
	size_t n;
};

static struct {
	struct daemon d;
	char *log; /* its path */
	unsigned bits;
	struct job *pending;
} world;

/*
 * HTTP.
 */

enum http_method
http_request_method(const struct http_request *r)
{
	(void)r;
	return HTTP_POST;
}

const char *
http_request_header(const struct http_request *r, const char *name)
{
	(void)r;
	return (world.bits & WORLD_RAW) != 0 && strcmp(name, "Accept") == 0 ? XMLRPC_ACCEPT_RAW : NULL;
}

const char *
http_request_body(const struct http_request *r, size_t *len)
{
	*len = r->size;
	return r->body;
}

void
http_reply(struct http_request *r, int code, const char *content_type, const char *body, size_t len)
{
	FUZZ_CHECK(r->code == 0 && code == 200 && strcmp(content_type, "text/xml") == 0);
	r->code = code;
	FUZZ_CHECK(buf_append(&r->reply, body, len));
}

void
http_reply_error(struct http_request *r, int code)
{
	/* 500 would be an answer of more than 256 MiB. */
	FUZZ_CHECK(r->code == 0 && code == 400);
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
	FUZZ_CHECK(r->code == 0);
	r->closed = closed;
	r->arg = arg;
}

/*
 * What is done to processes and to the daemon.
 */

static void
job_end(struct job *job, bool tell)
{
	if (tell)
		job->done(job->arg, job->results, job->n);
	free(job->results);
	free(job);
}

struct job *
jobs_run(struct daemon *d, enum job_kind kind, struct process *const *procs, size_t n, bool wait,
	 enum process_cause cause, const char *who, job_done_fn *done, void *arg)
{
	struct job *job = xcalloc(1, sizeof(*job));
	bool fails = (world.bits & WORLD_FAILS) != 0;

	FUZZ_CHECK(d == &world.d && kind != JOB_END && cause == CAUSE_REQUEST && world.pending == NULL);
	FUZZ_CHECK(strcmp(who, CALLER) == 0);
	*job =
	    (struct job){.done = done, .arg = arg, .n = n, .results = xcalloc(n + 1, sizeof(*job->results))};
	for (size_t i = 0; i < n; i++)
		job->results[i] = (struct job_result){.group = procs[i]->group->config->name,
						      .name = procs[i]->config->name,
						      .status = fails ? FAULT_SPAWN_ERROR : FAULT_SUCCESS};
	if (wait && (world.bits & WORLD_WAITS) != 0) {
		world.pending = job;
		return job;
	}
	job_end(job, true);
	return NULL;
}

void
jobs_forget(struct job *job)
{
	FUZZ_CHECK(job == world.pending);
	world.pending = NULL;
	job_end(job, false);
}

static enum fault
outcome(enum fault failure, struct err *err)
{
	if ((world.bits & WORLD_FAILS) == 0)
		return FAULT_NONE;
	err_set(err, "it does not go");
	return failure;
}

enum fault
supervise_signal(struct daemon *d, struct process *p, int sig, struct err *err)
{
	(void)d;
	FUZZ_CHECK(p != NULL && sig >= 0 && sig <= 64);
	return outcome(FAULT_FAILED, err);
}

enum fault
supervise_stdin(struct daemon *d, struct process *p, const char *data, size_t len, struct err *err)
{
	(void)d;
	FUZZ_CHECK(p != NULL && data[len] == '\0');
	return outcome(FAULT_NO_FILE, err);
}

enum fault
reload_add_group(struct daemon *d, const char *name, const char *who, struct err *err)
{
	FUZZ_CHECK(strcmp(who, CALLER) == 0);
	(void)d;
	FUZZ_CHECK(name != NULL);
	return outcome(FAULT_BAD_NAME, err);
}

enum fault
reload_remove_group(struct daemon *d, const char *name, const char *who, struct err *err)
{
	FUZZ_CHECK(strcmp(who, CALLER) == 0);
	(void)d;
	FUZZ_CHECK(name != NULL);
	return outcome(FAULT_STILL_RUNNING, err);
}

bool
reload_preview(struct daemon *d, struct config_diff **diff, struct err *err)
{
	struct group_config *running[] = {d->config->groups[0]};

	if (outcome(FAULT_CANT_REREAD, err) != FAULT_NONE)
		return false;
	*diff = config_diff_new(d->loaded, running, 1);
	return true;
}

bool
reload_read(struct daemon *d, const char *who, struct config_diff **diff, struct err *err)
{
	FUZZ_CHECK(strcmp(who, CALLER) == 0);
	return reload_preview(d, diff, err);
}

bool
logpump_clear(struct logpump *lp, struct process *p)
{
	(void)lp;
	(void)p;
	return (world.bits & WORLD_FAILS) == 0;
}

bool
mainlog_clear(struct mainlog *m)
{
	(void)m;
	return (world.bits & WORLD_FAILS) == 0;
}

const char *
mainlog_path(const struct mainlog *m)
{
	(void)m;
	return (world.bits & WORLD_FAILS) == 0 ? world.log : NULL;
}

void
daemon_shutdown(struct daemon *d, const char *who)
{
	FUZZ_CHECK(strcmp(who, CALLER) == 0);
	d->state = SUPERVISOR_SHUTDOWN;
}

bool
daemon_restart(struct daemon *d, const char *who, struct err *err)
{
	FUZZ_CHECK(strcmp(who, CALLER) == 0);
	if (outcome(FAULT_FAILED, err) != FAULT_NONE)
		return false;
	d->state = SUPERVISOR_RESTARTING;
	return true;
}

/*
 * The world.
 */

/* A log with characters that a range can cut, that are markup, and that XML cannot carry. */
static const char log_content[] = "plain\numlaut \xc3\xa4, euro \xe2\x82\xac, smile \xf0\x9f\x98\x80\n"
				  "<value>&amp;]]></value>\r\ncontrols \001\033[31m\177 \xef\xbf\xbf\n"
				  "no UTF-8 \xff\xc3\x28 \xed\xa0\x80\nlast line";

/* A file without a name, which is gone with the process. */
static char *
make_log(void)
{
	int fd = memfd_create("log", 0);

	FUZZ_CHECK(fd != -1 && write(fd, log_content, sizeof(log_content) - 1) == sizeof(log_content) - 1);
	return xasprintf("/proc/self/fd/%d", fd);
}

static struct config *
make_config(const char *last)
{
	struct buf text = BUF_INIT(FUZZ_MAX);
	struct err err = ERR_INIT;
	struct config *c;

	buf_printf(&text,
		   "[supervisord]\n[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory = "
		   "supervisor.rpcinterface:make_main_rpcinterface\n"
		   "[program:cat]\ncommand=/bin/cat <&>\nstdout_logfile=/tmp/log\nstderr_logfile=/here/none\n"
		   "[program:web]\ncommand=/bin/web\nnumprocs=2\nprocess_name=web_%%(process_num)d\n"
		   "stdout_logfile=NONE\nredirect_stderr=true\n%s",
		   last);
	c = fake_config(buf_str(&text), NULL, &err);
	if (c == NULL)
		fprintf(stderr, "%s\n", err_text(&err));
	FUZZ_CHECK(c != NULL);
	buf_release(&text);
	return c;
}

static void
log_nothing(void *arg, enum log_level level, const char *line, size_t len)
{
	(void)arg;
	(void)level;
	FUZZ_CHECK(memchr(line, '\n', len) == line + len - 1);
}

/* Once: what no call changes. */
static void
make_world(void)
{
	struct process_config *cat;

	world.d.config = make_config("[program:zoo]\ncommand=/bin/zoo\n");
	world.d.loaded = make_config("environment=A=1\n[program:new]\ncommand=/bin/new\n");
	cat = &world.d.config->groups[0]->procs[0];
	FUZZ_CHECK(strcmp(cat->name, "cat") == 0);
	free(cat->channel[CHANNEL_STDOUT].path);
	cat->channel[CHANNEL_STDOUT].path = world.log = make_log();
	world.d.pid = 4711;
	world.d.now.wall = INT64_C(1700000000) * SECOND_US;
	world.d.log = (struct log){.level = LOG_LEVEL_INFO, .write = log_nothing, .now = &world.d.now};
	world.d.rpc = rpc_new(world.d.config);
	world.d.bus = eventbus_new();
	world.d.history = history_new(16);
}

static void
set_state(struct process *p, enum process_state state)
{
	enum process_state *place = (enum process_state *)(uintptr_t)&p->state;

	*place = state;
}

/* For each input. The last group is in the configuration only. */
static void
begin_world(unsigned bits)
{
	unsigned ending = WORLD_ENDING | WORLD_FAILS;
	struct group *g;

	world.bits = bits;
	world.d.state = (bits & ending) == ending ? SUPERVISOR_SHUTDOWN : SUPERVISOR_RUNNING;
	process_table_init(&world.d.table);
	for (size_t i = 0; i + 1 < world.d.config->ngroups; i++) {
		g = process_table_add(&world.d.table, world.d.config->groups[i]);
		for (size_t j = 0; j < g->nprocs; j++)
			set_state(&g->procs[j],
				  (bits & WORLD_RUNNING) != 0 ? PROCESS_RUNNING : PROCESS_STOPPED);
	}
}

/* The call waits: for its jobs one after the other, or the client goes away. */
static void
wait_for_jobs(struct http_request *r)
{
	struct job *job;

	if ((world.bits & WORLD_LEAVES) != 0 && r->closed != NULL) {
		r->closed(r->arg);
		FUZZ_CHECK(world.pending == NULL && r->code == 0);
		return;
	}
	while ((job = world.pending) != NULL) {
		FUZZ_CHECK(r->code == 0);
		world.pending = NULL;
		job_end(job, true);
	}
	FUZZ_CHECK(r->code != 0);
}

static void
check_reply(const struct buf *reply)
{
	struct xmlrpc_reply parsed;
	struct err err = ERR_INIT;
	XML_Parser strict;

	FUZZ_CHECK(xmlrpc_parse_reply(reply->data, reply->len, &parsed, &err));
	xmlrpc_reply_release(&parsed);
	if ((world.bits & WORLD_RAW) != 0)
		return;
	strict = XML_ParserCreate("UTF-8");
	FUZZ_CHECK(XML_Parse(strict, reply->data, (int)reply->len, XML_TRUE) == XML_STATUS_OK);
	XML_ParserFree(strict);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http_request r = {.reply = BUF_INIT(FUZZ_MAX)};

	if (size == 0)
		return 0;
	if (world.d.rpc == NULL)
		make_world();
	begin_world(data[0]);
	r.body = (const char *)data + 1;
	r.size = size - 1;
	rpc_handle(&world.d, &r);
	if (r.code == 0)
		wait_for_jobs(&r);
	if (r.code == 200)
		check_reply(&r.reply);
	buf_release(&r.reply);
	process_table_release(&world.d.table);
	return 0;
}
