/*
 * test_supervise.c: spawn, reaper, signals and supervise together, with real children and a real loop. There
 * is no configuration file and no HTTP server: a struct daemon is put together here from the rooms under
 * test.
 */
#include "autoconf.h"

#include <dirent.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "daemon/daemon.h"
#include "daemon/eventbus.h"
#include "daemon/fcgi.h"
#include "daemon/logfollow.h"
#include "daemon/logpump.h"
#include "daemon/os.h"
#include "daemon/reaper.h"
#include "daemon/signals.h"
#include "daemon/spawn.h"
#include "daemon/jobs.h"
#include "daemon/supervise.h"

#define DEADLINE_SECONDS 60
#define MAX_PROCS 4

static int exit_zero[] = {0};
static char identifier[] = "id";

struct fixture {
	struct daemon d;
	struct config config;
	struct config_world world;
	char dir[64];
	struct group_config *group;
	struct buf log; /* "INFO text\n"... without dates */
	int done;       /* jobs that have told their results */
	struct buf results;
};

static const char *const environment[] = {"PATH=/usr/bin:/bin", "HOME=/root", "EMPTY=", NULL};

static void
write_cb(void *arg, enum log_level level, const char *line, size_t len)
{
	struct fixture *f = arg;

	(void)level;
	/* Behind the date. What the log pump says about its pipes has numbers that are ours to choose. */
	if (strstr(line, "stopped monitoring") == NULL && strstr(line, "event caused by") == NULL)
		buf_append(&f->log, line + 24, len - 24);
}

static char *
file_in(const struct fixture *f, const char *name)
{
	return xasprintf("%s/%s", f->dir, name);
}

static int
setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	struct err err = ERR_INIT;

	strcpy(f->dir, "/tmp/cvunitXXXXXX");
	assert_non_null(mkdtemp(f->dir));
	buf_init(&f->log, 1 << 20);
	buf_init(&f->results, 1 << 22);
	f->config.supervisord.childlogdir = f->dir;
	f->config.supervisord.identifier = identifier;
	f->world.environ = environment;
	f->d = (struct daemon){
	    .base = event_base_new(),
	    .log = {.level = LOG_LEVEL_BLATHER, .write = write_cb, .arg = f, .now = &f->d.now},
	    .state = SUPERVISOR_RUNNING,
	    .pid = getpid(),
	    .config = &f->config,
	    .loaded = &f->config,
	    .world = &f->world,
	};
	signals_block();
	daemon_tick(&f->d);
	f->d.bus = eventbus_new();
	f->d.reaper = reaper_new(&f->d);
	f->d.logfollow = logfollow_new();
	f->d.logpump = logpump_new(&f->d);
	process_table_init(&f->d.table);
	f->d.supervise = supervise_new(&f->d);
	f->d.jobs = jobs_new(&f->d);
	f->d.signals = signals_new(&f->d, &err);
	assert_non_null(f->d.signals);
	f->group = xcalloc(1, sizeof(*f->group));
	f->group->refs = 1;
	f->group->name = xstrdup("g");
	f->group->procs = xcalloc(MAX_PROCS, sizeof(*f->group->procs));
	*state = f;
	return 0;
}

static void
remove_dir(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *e;

	while ((e = readdir(dir)) != NULL) {
		char *file = xasprintf("%s/%s", path, e->d_name);

		if (e->d_name[0] != '.')
			unlink(file);
		free(file);
	}
	closedir(dir);
	rmdir(path);
}

static void
free_group_config(struct group_config *g)
{
	for (size_t i = 0; i < g->nprocs; i++) {
		free(g->procs[i].name);
		free(g->procs[i].command);
		free(g->procs[i].channel[CHANNEL_STDOUT].path);
		free(g->procs[i].channel[CHANNEL_STDERR].path);
		env_list_release(&g->procs[i].environment);
	}
	free(g->procs);
	free(g->name);
	free(g->fcgi.path);
	free(g->fcgi.url);
	free(g);
}

/* Whatever is left is killed and reaped, so that no test disturbs another. */
static int
teardown(void **state)
{
	struct fixture *f = *state;

	for (size_t g = 0; g < f->d.table.ngroups; g++)
		for (size_t i = 0; i < f->d.table.groups[g]->nprocs; i++)
			if (f->d.table.groups[g]->procs[i].pid > 0)
				kill(-f->d.table.groups[g]->procs[i].pid, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0)
		;
	signals_free(f->d.signals);
	supervise_free(f->d.supervise);
	jobs_free(f->d.jobs);
	process_table_release(&f->d.table);
	reaper_free(f->d.reaper);
	logpump_free(f->d.logpump);
	logfollow_free(f->d.logfollow);
	eventbus_free(f->d.bus);
	event_base_free(f->d.base);
	assert_int_equal(f->group->refs, 1);
	free_group_config(f->group);
	buf_release(&f->log);
	buf_release(&f->results);
	remove_dir(f->dir);
	free(f);
	return 0;
}

/* A program of the group, to be changed before add_group. Its output goes to NAME.out and NAME.err. */
static struct process_config *
program(struct fixture *f, const char *name, const char *command)
{
	struct process_config *pc = &f->group->procs[f->group->nprocs++];
	char *out = xasprintf("%s.out", name), *err = xasprintf("%s.err", name);

	assert_true(f->group->nprocs <= MAX_PROCS);
	*pc = (struct process_config){
	    .name = xstrdup(name),
	    .command = xstrdup(command),
	    .uid = (uid_t)-1,
	    .umask = -1,
	    .startsecs = 0,
	    .startretries = 0,
	    .stopsignal = SIGTERM,
	    .stopwaitsecs = 10,
	    .exitcodes = exit_zero,
	    .nexitcodes = 1,
	};
	for (int c = 0; c < NCHANNELS; c++) {
		pc->channel[c].target = LOG_TARGET_FILE;
		pc->channel[c].path = file_in(f, c == CHANNEL_STDOUT ? out : err);
	}
	free(out);
	free(err);
	return pc;
}

static struct process *
add_group(struct fixture *f)
{
	struct err err = ERR_INIT;

	assert_true(supervise_add_group(&f->d, f->group, NULL, &err));
	return f->d.table.groups[0]->procs;
}

static void
give_up_cb(evutil_socket_t fd, short what, void *arg)
{
	const struct fixture *f = arg;

	(void)fd, (void)what;
	fail_msg("what was waited for did not happen; log:\n%s", buf_str(&f->log));
}

/* Turns the loop until the condition holds. */
#define run_until(f, condition)                                                                              \
	do {                                                                                                 \
		struct event *guard_ = guard(f);                                                             \
                                                                                                             \
		while (!(condition))                                                                         \
			event_base_loop((f)->d.base, EVLOOP_ONCE);                                           \
		event_free(guard_);                                                                          \
	} while (0)

static struct event *
guard(struct fixture *f)
{
	const struct timeval deadline = {.tv_sec = DEADLINE_SECONDS};
	struct event *ev = evtimer_new(f->d.base, give_up_cb, f);

	evtimer_add(ev, &deadline);
	return ev;
}

static bool
logged(const struct fixture *f, const char *text)
{
	return strstr(buf_str(&f->log), text) != NULL;
}

/* The content of a file of the directory; the caller frees. */
static char *
content(const struct fixture *f, const char *name)
{
	char *path = file_in(f, name);
	struct buf text = BUF_INIT(1 << 24);
	char piece[4096];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	while (fd >= 0 && (n = read(fd, piece, sizeof(piece))) > 0)
		buf_append(&text, piece, (size_t)n);
	if (fd >= 0)
		close(fd);
	free(path);
	return text.len > 0 ? buf_steal(&text) : xstrdup("");
}

static bool
contains(const struct fixture *f, const char *name, const char *part)
{
	char *text = content(f, name);
	bool found = strstr(text, part) != NULL;

	free(text);
	return found;
}

static size_t
open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t n = 0;

	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n;
}

static void
start(struct fixture *f, struct process *p)
{
	struct err err = ERR_INIT;

	assert_int_equal(supervise_start(&f->d, p, CAUSE_REQUEST, NULL, &err), FAULT_NONE);
	err_release(&err);
}

static void
stop(struct fixture *f, struct process *p)
{
	struct err err = ERR_INIT;

	assert_int_equal(supervise_stop(&f->d, p, CAUSE_REQUEST, NULL, &err), FAULT_NONE);
	err_release(&err);
	run_until(f, process_state_is_stopped(p->state));
}

static void
done_cb(void *arg, const struct job_result *results, size_t n)
{
	struct fixture *f = arg;

	f->done++;
	for (size_t i = 0; i < n; i++)
		buf_printf(&f->results, "%s:%s %d%s%s\n", results[i].group, results[i].name,
			   (int)results[i].status, results[i].text != NULL ? " " : "",
			   results[i].text != NULL ? results[i].text : "");
}

/* Commands and environments */

static void
test_command_texts(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *command;
		enum fault fault;
		const char *text; /* %s: the directory */
	} cases[] = {
	    {"sh -c 'abc", FAULT_NOT_EXECUTABLE, "can't parse command \"sh -c 'abc\": No closing quotation"},
	    {"sh \\", FAULT_NOT_EXECUTABLE, "can't parse command 'sh \\\\': No escaped character"},
	    {"", FAULT_NOT_EXECUTABLE, "command is empty"},
	    {"nosuchcmd -x", FAULT_NO_FILE, "can't find command 'nosuchcmd'"},
	    {"/no/such/cmd", FAULT_NO_FILE, "can't find command '/no/such/cmd'"},
	    {"/usr", FAULT_NOT_EXECUTABLE, "command at '/usr' is a directory"},
	    {"/etc/passwd", FAULT_NOT_EXECUTABLE, "command at '/etc/passwd' is not executable"},
	};

	(void)f;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *command = xstrdup(cases[i].command);
		struct process_config pc = {.command = command};
		struct err err = ERR_INIT;
		struct command c;

		assert_int_equal(command_find(&c, &pc, environment, &err), cases[i].fault);
		assert_string_equal(err.what, cases[i].text);
		err_release(&err);
		free(command);
	}
}

static void
assert_found(const char *command_text, struct env_list own, const char *const *environ, const char *path)
{
	char *command = xstrdup(command_text);
	struct process_config pc = {.command = command, .environment = own};
	struct err err = ERR_INIT;
	struct command c;

	assert_int_equal(command_find(&c, &pc, environ, &err), FAULT_NONE);
	assert_string_equal(c.path, path);
	command_release(&c);
	free(command);
}

static void
test_command_search(void **state)
{
	struct fixture *f = *state;
	struct env_list own = {0};
	char *file = file_in(f, "tool");
	int fd = open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0755);

	close(fd);
	assert_found("tail -f x", own, environment, "/usr/bin/tail");
	assert_found("sh", own, (const char *const[]){NULL}, "/bin/sh");
	assert_found("sh", own, (const char *const[]){"PATH=", NULL}, "/bin/sh");
	env_list_set(&own, "PATH", f->dir);
	assert_found("tool", own, environment, file);
	env_list_release(&own);
	free(file);
}

static void
test_environment(void **state)
{
	static const char *const want[] = {"PATH=/mine",
					   "HOME=/root",
					   "EMPTY=",
					   "SUPERVISOR_ENABLED=1",
					   "SUPERVISOR_SERVER_URL=unix:///s",
					   "SUPERVISOR_PROCESS_NAME=p",
					   "SUPERVISOR_GROUP_NAME=other",
					   "NEW=a=b"};
	struct fixture *f = *state;
	struct process_config *pc = program(f, "p", "true");
	struct process *p;
	char **env;
	size_t n;

	env_list_set(&pc->environment, "PATH", "/mine");
	env_list_set(&pc->environment, "SUPERVISOR_GROUP_NAME", "other");
	env_list_set(&pc->environment, "NEW", "a=b");
	p = add_group(f);
	env = spawn_environment(environment, p, "unix:///s");
	for (n = 0; n < sizeof(want) / sizeof(want[0]); n++)
		assert_string_equal(env[n], want[n]);
	assert_null(env[n]);
	free(env);
	env = spawn_environment(environment, p, NULL);
	assert_string_equal(env[4], "SUPERVISOR_PROCESS_NAME=p");
	free(env);
}

/* Lives */

static void
test_life(void **state)
{
	struct fixture *f = *state;
	struct process *p;
	char *want;
	pid_t pid;

	program(f, "cat", "/bin/cat");
	p = add_group(f);
	start(f, p);
	assert_int_equal(p->state, PROCESS_RUNNING);
	pid = p->pid;
	assert_int_equal(getpgid(pid), pid);
	stop(f, p);
	assert_int_equal(p->state, PROCESS_STOPPED);
	run_until(f, logged(f, "SIGCHLD"));
	want =
	    xasprintf("INFO spawned: 'cat' with pid %ld\n"
		      "INFO success: cat entered RUNNING state, process has stayed up for > than 0 seconds "
		      "(startsecs)\n"
		      "DEBG killing cat (pid %ld) with signal SIGTERM\n"
		      "WARN stopped: cat (terminated by SIGTERM)\n"
		      "DEBG received SIGCHLD indicating a child quit\n",
		      (long)pid, (long)pid);
	assert_string_equal(buf_str(&f->log), want);
	free(want);
}

static void
test_autostart(void **state)
{
	struct fixture *f = *state;
	struct process *p;

	program(f, "a", "/bin/cat")->autostart = true;
	program(f, "b", "/bin/cat");
	program(f, "c", "/bin/cat")->autostart = true;
	p = add_group(f);
	assert_int_equal(p[0].state, PROCESS_STOPPED); /* not before the loop turns */
	run_until(f, p[2].state == PROCESS_RUNNING);
	assert_int_equal(p[0].state, PROCESS_RUNNING);
	assert_int_equal(p[1].state, PROCESS_STOPPED);
	assert_int_equal(p[0].cause, CAUSE_AUTOSTART);
}

/* Two share a socket: it is counted, and closed with the last of them. A spawn that fails gives its part back. */
static void
test_fcgi_references(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;
	struct process *p;
	struct group *g;

	f->group->kind = GROUP_FCGI;
	f->group->fcgi = (struct fcgi_config){
	    .path = file_in(f, "socket"),
	    .url = xstrdup("unix://socket"),
	    .owner_uid = (uid_t)-1,
	    .owner_gid = (gid_t)-1,
	    .mode = 0600,
	};
	program(f, "a", "/bin/sleep 1000");
	program(f, "b", "/bin/sleep 1000");
	program(f, "c", "/bin/sleep 1000");
	free(f->group->procs[2].channel[CHANNEL_STDOUT].path);
	f->group->procs[2].channel[CHANNEL_STDOUT].path = xstrdup(f->dir);
	p = add_group(f);
	g = p->group;
	assert_int_equal(g->socket->refs, 0);
	assert_int_equal(g->socket->fd, -1);
	start(f, &p[0]);
	start(f, &p[1]);
	assert_int_equal(g->socket->refs, 2);
	assert_int_equal(supervise_start(&f->d, &p[2], CAUSE_REQUEST, NULL, &err), FAULT_SPAWN_ERROR);
	assert_int_equal(g->socket->refs, 2);
	stop(f, &p[0]);
	assert_int_equal(g->socket->refs, 1);
	assert_true(g->socket->fd >= 0);
	stop(f, &p[1]);
	assert_int_equal(g->socket->refs, 0);
	assert_int_equal(g->socket->fd, -1);
	err_release(&err);
}

/* All output that was written before the end is in the log before the end is told. */
static void
test_output_before_exit(void **state)
{
	struct fixture *f = *state;
	struct process *p;

	program(f, "w", "/bin/sh -c 'echo one; echo two >&2; exit 3'");
	p = add_group(f);
	start(f, p);
	run_until(f, p->state == PROCESS_EXITED);
	assert_true(contains(f, "w.out", "one\n"));
	assert_true(contains(f, "w.err", "two\n"));
	assert_true(logged(f, "WARN exited: w (exit status 3; not expected)"));
	assert_string_equal(p->spawnerr, "Bad exit code 3");
	assert_int_equal(p->exitstatus, 3);
}

static void
test_autorestart_each_turn(void **state)
{
	struct fixture *f = *state;
	struct process_config *pc = program(f, "r", "/bin/true");
	struct process *p;

	pc->autorestart = AUTORESTART_TRUE;
	p = add_group(f);
	start(f, p);
	run_until(f, p->starts >= 5);
	pc->autorestart = AUTORESTART_FALSE;
	run_until(f, p->state == PROCESS_EXITED && p->deadline == 0);
}

/* What the child is given */

static void
test_child_has_only_what_it_should(void **state)
{
	struct fixture *f = *state;
	struct process *p;
	int leak = open("/dev/null", O_RDONLY); /* as inherited by the daemon */
	struct err err = ERR_INIT;
	/* 32 and 33 belong to the C library, which lets nobody touch them; some make's children have them
	 * ignored. */
	const uint64_t thread_signals = UINT64_C(3) << 31;
	uint64_t ignored;
	char *text;

	signal(SIGUSR1, SIG_IGN); /* as under nohup and the like */
	assert_true(os_secure_descriptors(&err));
	program(f, "s", "/bin/sh -c 'grep ^Sig /proc/self/status; ls /proc/self/fd | wc -l; umask'")->umask =
	    027;
	p = add_group(f);
	start(f, p);
	run_until(f, p->state == PROCESS_EXITED);
	signal(SIGUSR1, SIG_DFL);
	close(leak);
	assert_true(contains(f, "s.out", "SigBlk:\t0000000000000000\n"));
	text = content(f, "s.out");
	ignored = strtoull(strstr(text, "SigIgn:") + strlen("SigIgn:"), NULL, 16);
	assert_int_equal(ignored & ~thread_signals, UINT64_C(1) << (SIGPIPE - 1));
	free(text);
	assert_true(contains(f, "s.out", "\n4\n0027\n")); /* 0, 1, 2 and the directory that ls reads */
}

static void
test_redirect_stderr(void **state)
{
	struct fixture *f = *state;
	struct process_config *pc = program(f, "r", "/bin/sh -c 'echo err >&2'");
	struct process *p;

	pc->redirect_stderr = true;
	p = add_group(f);
	start(f, p);
	run_until(f, p->state == PROCESS_EXITED);
	assert_true(contains(f, "r.out", "err\n"));
}

static void
test_exec_failure(void **state)
{
	struct fixture *f = *state;
	char *script = file_in(f, "script"), *want;
	int fd = open(script, O_CREAT | O_WRONLY | O_CLOEXEC, 0755);
	struct process *p;

	assert_int_equal(write(fd, "#!/no/such/shell\n", 17), 17);
	close(fd);
	program(f, "x", script);
	p = add_group(f);
	start(f, p);
	run_until(f, p->state == PROCESS_EXITED);
	assert_int_equal(p->exitstatus, 127);
	want = xasprintf("supervisor: couldn't exec %s: ENOENT\nsupervisor: child process was not spawned\n",
			 script);
	assert_true(contains(f, "x.err", want));
	free(want);
	free(script);
}

/* directory= goes by fork. */
static void
test_directory(void **state)
{
	struct fixture *f = *state;
	struct process *p;

	program(f, "good", "/bin/pwd")->directory = (char[]){"/usr"};
	program(f, "bad", "/bin/pwd")->directory = (char[]){"/no/such"};
	p = add_group(f);
	start(f, &p[0]);
	start(f, &p[1]);
	run_until(f, p[0].state == PROCESS_EXITED && p[1].state == PROCESS_EXITED);
	assert_true(contains(f, "good.out", "/usr\n"));
	assert_true(contains(f, "bad.err",
			     "supervisor: couldn't chdir to /no/such: ENOENT\n"
			     "supervisor: child process was not spawned\n"));
	assert_int_equal(p[1].exitstatus, 127);
}

static void
test_user(void **state)
{
	struct fixture *f = *state;
	struct process *p;

	program(f, "u", "/usr/bin/id -u")->uid = getuid() == 0 ? 65534 : 0;
	p = add_group(f);
	start(f, p);
	run_until(f, p->state == PROCESS_EXITED);
	if (getuid() == 0)
		assert_true(contains(f, "u.out", "65534\n"));
	else
		assert_true(contains(
		    f, "u.err", "supervisor: couldn't setuid to 0: Can't drop privilege as nonroot user\n"));
}

/* A log that cannot be opened: a failed try, and no descriptor is left. */
static void
test_log_cannot_be_opened(void **state)
{
	struct fixture *f = *state;
	struct process_config *pc = program(f, "n", "/bin/cat");
	struct err err = ERR_INIT;
	struct process *p;
	size_t before;

	free(pc->channel[CHANNEL_STDERR].path);
	pc->channel[CHANNEL_STDERR].path = xstrdup("/no/such/log");
	p = add_group(f);
	before = open_descriptors();
	assert_int_equal(supervise_start(&f->d, p, CAUSE_REQUEST, NULL, &err), FAULT_SPAWN_ERROR);
	assert_string_equal(
	    p->spawnerr, "unknown error making dispatchers for 'n': ENOENT (cannot open log '/no/such/log')");
	assert_int_equal(open_descriptors(), before);
	assert_true(logged(f, "INFO spawnerr: unknown error making dispatchers for 'n': ENOENT"));
	run_until(f, p->state == PROCESS_FATAL);
	err_release(&err);
}

/* A stop right after the start reaches the child, wherever it is between fork and exec. */
static void
test_stop_at_once(void **state)
{
	struct fixture *f = *state;
	struct process *p;
	size_t before = 0;

	program(f, "s", "/bin/sleep 1000");
	p = add_group(f);
	for (int i = 0; i < 20; i++) {
		start(f, p);
		if (i == 1)
			before = open_descriptors();
		stop(f, p);
		assert_int_equal(p->termsignal, SIGTERM);
	}
	start(f, p);
	assert_int_equal(open_descriptors(), before);
}

static void
test_sigkill(void **state)
{
	struct fixture *f = *state;
	struct process_config *pc =
	    program(f, "h", "/bin/sh -c 'trap \"\" TERM; echo up; while :; do sleep 1; done'");
	struct process *p;

	pc->stopwaitsecs = 0;
	pc->killasgroup = true;
	p = add_group(f);
	start(f, p);
	run_until(f, contains(f, "h.out", "up"));
	assert_non_null(jobs_run(&f->d, JOB_STOP, &p, 1, true, CAUSE_REQUEST, NULL, done_cb, f));
	assert_true(logged(f, "with signal SIGTERM\nINFO waiting for h to stop\n"));
	run_until(f, f->done == 1);
	assert_int_equal(p->termsignal, SIGKILL);
	assert_true(logged(f, "WARN killing 'h' ("));
	assert_true(logged(f, "WARN stopped: h (terminated by SIGKILL)"));
}

static void
test_unknown_pid(void **state)
{
	struct fixture *f = *state;
	pid_t pid = fork();
	char *want;

	if (pid == 0)
		_exit(3);
	want = xasprintf("INFO reaped unknown pid %ld (exit status 3)\n", (long)pid);
	run_until(f, logged(f, want));
	free(want);
}

/* Standard input */

static void
test_stdin(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;
	struct process *p;

	program(f, "cat", "/bin/cat");
	p = add_group(f);
	assert_int_equal(supervise_stdin(&f->d, p, "x", 1, &err), FAULT_NOT_RUNNING);
	start(f, p);
	assert_int_equal(supervise_stdin(&f->d, p, "hello\n", 6, &err), FAULT_NONE);
	run_until(f, contains(f, "cat.out", "hello\n"));
	stop(f, p);
	assert_int_equal(supervise_stdin(&f->d, p, "x", 1, &err), FAULT_NOT_RUNNING);
}

/* Much more than a pipe holds arrives whole; what a child never reads has a limit. */
static void
test_stdin_queue(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;
	struct process *p;
	size_t len = 1 << 20;
	char *data = xmalloc(len);

	memset(data, 'x', len);
	program(f, "wc", "/usr/bin/head -c 1048576")->channel[CHANNEL_STDOUT].target = LOG_TARGET_FILE;
	program(f, "deaf", "/bin/sleep 1000");
	p = add_group(f);
	start(f, &p[0]);
	start(f, &p[1]);
	assert_int_equal(supervise_stdin(&f->d, &p[0], data, len, &err), FAULT_NONE);
	run_until(f, p[0].state == PROCESS_EXITED);
	run_until(f, contains(f, "wc.out", "x"));
	free(data);
	data = content(f, "wc.out");
	assert_int_equal(strlen(data), len);
	for (int i = 0; i < 4; i++)
		assert_int_equal(supervise_stdin(&f->d, &p[1], data, len, &err),
				 i < 4 ? FAULT_NONE : FAULT_FAILED);
	assert_int_equal(supervise_stdin(&f->d, &p[1], data, len, &err), FAULT_FAILED);
	free(data);
	err_release(&err);
}

static void
test_stdin_closed_by_child(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;
	struct process *p;

	program(f, "c", "/bin/sh -c 'exec <&-; echo closed; exec sleep 1000'");
	p = add_group(f);
	start(f, p);
	run_until(f, contains(f, "c.out", "closed"));
	assert_int_equal(supervise_stdin(&f->d, p, "x", 1, &err), FAULT_NO_FILE);
	assert_int_equal(supervise_stdin(&f->d, p, "x", 1, &err), FAULT_NO_FILE);
	assert_int_equal(p->state, PROCESS_RUNNING);
}

/* Jobs and groups */

static void
test_jobs(void **state)
{
	struct fixture *f = *state;
	struct process *p, *procs[3];

	program(f, "b", "/bin/cat")->startsecs = 1;
	program(f, "a", "/bin/cat");
	program(f, "z", "nosuch");
	p = add_group(f);
	for (int i = 0; i < 3; i++)
		procs[i] = &p[i];
	assert_non_null(jobs_run(&f->d, JOB_START, procs, 3, true, CAUSE_REQUEST, NULL, done_cb, f));
	assert_int_equal(f->done, 0);
	run_until(f, f->done == 1);
	assert_string_equal(buf_str(&f->results), "g:z 20 can't find command 'nosuch'\ng:a 80\ng:b 80\n");
	buf_clear(&f->results);
	assert_int_equal(p[0].state, PROCESS_RUNNING);
	jobs_run(&f->d, JOB_STOP, procs, 2, true, CAUSE_REQUEST, NULL, done_cb, f);
	run_until(f, f->done == 2);
	assert_string_equal(buf_str(&f->results), "g:b 80\ng:a 80\n");
	/* Nothing to wait for: told before the call returns. */
	assert_null(jobs_run(&f->d, JOB_START, procs, 1, false, CAUSE_REQUEST, NULL, done_cb, f));
	assert_int_equal(f->done, 3);
	assert_null(jobs_run(&f->d, JOB_STOP, procs, 0, true, CAUSE_REQUEST, NULL, done_cb, f));
	assert_int_equal(f->done, 4);
}

/* With startsecs=0 a start succeeds whether the program is dead already or not. */
static void
test_job_of_quick_programs(void **state)
{
	struct fixture *f = *state;
	struct process *p, *procs[2];

	program(f, "good", "/bin/true");
	program(f, "bad", "/bin/false");
	p = add_group(f);
	procs[0] = &p[0];
	procs[1] = &p[1];
	for (int i = 0; i < 20; i++) {
		assert_null(jobs_run(&f->d, JOB_START, procs, 2, true, CAUSE_REQUEST, NULL, done_cb, f));
		assert_string_equal(buf_str(&f->results), "g:good 80\ng:bad 80\n");
		buf_clear(&f->results);
		run_until(f, p[0].state == PROCESS_EXITED && p[1].state == PROCESS_EXITED);
	}
}

static void
test_job_start_fails(void **state)
{
	struct fixture *f = *state;
	struct process_config *pc = program(f, "q", "/bin/sh -c 'sleep 0.1; exit 1'");
	struct process *p;

	pc->startsecs = 5;
	p = add_group(f);
	jobs_run(&f->d, JOB_START, &p, 1, true, CAUSE_REQUEST, NULL, done_cb, f);
	run_until(f, f->done == 1);
	assert_string_equal(buf_str(&f->results), "g:q 50\n");
}

static void
test_job_forgotten(void **state)
{
	struct fixture *f = *state;
	struct process *p;
	struct job *job;

	program(f, "b", "/bin/cat")->startsecs = 1;
	p = add_group(f);
	job = jobs_run(&f->d, JOB_START, &p, 1, true, CAUSE_REQUEST, NULL, done_cb, f);
	assert_non_null(job);
	jobs_forget(job);
	run_until(f, p->state == PROCESS_RUNNING);
	assert_int_equal(f->done, 0);
	/* Forgotten after it has finished, before it was told. */
	job = jobs_run(&f->d, JOB_STOP, &p, 1, true, CAUSE_REQUEST, NULL, done_cb, f);
	while (p->state != PROCESS_STOPPED)
		reaper_collect(f->d.reaper);
	if (job != NULL)
		jobs_forget(job);
	for (int i = 0; i < 3; i++)
		event_base_loop(f->d.base, EVLOOP_NONBLOCK);
	assert_int_equal(f->done, job == NULL ? 1 : 0);
}

/* A job of so many members takes more than a slice; they are one process, which all but the first find started. */
#define MANY 200000 /* several slices on any machine */

static struct job *
start_many(struct fixture *f, struct process *p)
{
	struct process **procs = xcalloc(MANY, sizeof(struct process *));
	struct job *job;

	for (size_t i = 0; i < MANY; i++)
		procs[i] = p;
	job = jobs_run(&f->d, JOB_START, procs, MANY, true, CAUSE_REQUEST, NULL, done_cb, f);
	free(procs);
	return job;
}

/* Line by line: AddressSanitizer measures all that follows in each call of strstr. */
static size_t
count_results(const struct fixture *f, const char *line)
{
	size_t n = 0, len = strlen(line);

	for (size_t at = 0; at + len <= f->results.len;) {
		const char *start = f->results.data + at;
		const char *end = memchr(start, '\n', f->results.len - at);

		if (end == NULL)
			break;
		n += (size_t)(end + 1 - start) == len && memcmp(start, line, len) == 0;
		at += (size_t)(end + 1 - start);
	}
	return n;
}

/* Between the slices of a big job the loop goes on; the first member has long been RUNNING when the last begins. */
static void
test_job_in_slices(void **state)
{
	struct fixture *f = *state;
	struct process *p;
	int turns = 0;

	program(f, "cat", "/bin/cat");
	p = add_group(f);
	assert_non_null(start_many(f, p));
	for (; f->done == 0; turns++)
		event_base_loop(f->d.base, EVLOOP_ONCE);
	assert_true(turns > 2);
	assert_int_equal(count_results(f, "g:cat 80\n"), 1);
	assert_int_equal(count_results(f, "g:cat 60\n"), MANY - 1);
}

/* The client goes after the first slice: the rest is begun all the same, and nobody is told. */
static void
test_job_forgotten_between_slices(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;
	struct process *p;

	program(f, "cat", "/bin/cat");
	p = add_group(f);
	jobs_forget(start_many(f, p));
	assert_int_equal(p->starts, 1);
	assert_int_equal(supervise_stop(&f->d, p, CAUSE_REQUEST, NULL, &err), FAULT_NONE);
	/* Only a member that begins after the stop can start it again. */
	run_until(f, p->starts == 2);
	assert_int_equal(f->done, 0);
}

static void
test_group_removed_between_slices(void **state)
{
	struct fixture *f = *state;
	struct process *p;

	program(f, "none", "nosuch");
	p = add_group(f);
	assert_non_null(start_many(f, p));
	assert_int_equal(supervise_remove_group(&f->d, f->d.table.groups[0], NULL), FAULT_NONE);
	run_until(f, f->done == 1);
	assert_true(count_results(f, "g:none 20 can't find command 'nosuch'\n") > 0);
	assert_true(count_results(f, "g:none 10\n") > 0);
}

/* What has not begun when the daemon goes down is not started. */
static void
test_shutdown_between_slices(void **state)
{
	struct fixture *f = *state;
	struct process *p;

	program(f, "cat", "/bin/cat");
	p = add_group(f);
	assert_non_null(start_many(f, p));
	f->d.state = SUPERVISOR_SHUTDOWN;
	run_until(f, f->done == 1);
	assert_true(count_results(f, "g:cat 6\n") > 0);
	f->d.state = SUPERVISOR_RUNNING;
}

static void
test_remove_group(void **state)
{
	struct fixture *f = *state;
	struct process *p;

	program(f, "cat", "/bin/cat");
	p = add_group(f);
	start(f, p);
	assert_int_equal(supervise_remove_group(&f->d, f->d.table.groups[0], NULL), FAULT_STILL_RUNNING);
	stop(f, p);
	assert_int_equal(supervise_remove_group(&f->d, f->d.table.groups[0], NULL), FAULT_NONE);
	assert_int_equal(f->d.table.ngroups, 0);
}

static void
test_auto_logs(void **state)
{
	struct fixture *f = *state;
	struct process_config *pc = program(f, "a", "/bin/cat");
	struct process *p;
	struct stat st;
	int fd;
	char *other;

	pc->channel[CHANNEL_STDOUT].target = LOG_TARGET_AUTO;
	pc->channel[CHANNEL_STDERR].target = LOG_TARGET_NONE;
	p = add_group(f);
	assert_null(p->logpath[CHANNEL_STDERR]);
	assert_int_equal(stat(p->logpath[CHANNEL_STDOUT], &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_size, 0);
	other = file_in(f, "a-stdout---other-abc.log");
	fd = open(other, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	close(fd);
	os_clean_childlogdir(&f->d.log, f->dir, "id");
	assert_int_equal(stat(p->logpath[CHANNEL_STDOUT], &st), -1);
	assert_int_equal(stat(other, &st), 0);
	free(other);
}

static void
test_auto_log_names(void **state)
{
	static const struct {
		const char *name;
		bool matches;
	} cases[] = {
	    {"a---supervisor-x.log", true},
	    {"a---supervisor-x.log.3", true},
	    {"a---supervisor-x.logfoo", true},
	    {"---supervisor-x.log", false},
	    {"a---supervisor-.log", false},
	    {"a---supervisor-x y.log", false},
	    {"a---supervisor-x.lo", false},
	    {"a---other-x.log", false},
	    {"", false},
	    {"a---supervisor- ---supervisor-b.log", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(os_is_auto_log(cases[i].name, "supervisor"), cases[i].matches);
	assert_false(os_is_auto_log("a---supervisor-x.log", "super.isor"));
}

#define with_daemon(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    with_daemon(test_command_texts),
	    with_daemon(test_command_search),
	    with_daemon(test_environment),
	    with_daemon(test_life),
	    with_daemon(test_autostart),
	    with_daemon(test_fcgi_references),
	    with_daemon(test_output_before_exit),
	    with_daemon(test_autorestart_each_turn),
	    with_daemon(test_child_has_only_what_it_should),
	    with_daemon(test_redirect_stderr),
	    with_daemon(test_exec_failure),
	    with_daemon(test_directory),
	    with_daemon(test_user),
	    with_daemon(test_log_cannot_be_opened),
	    with_daemon(test_stop_at_once),
	    with_daemon(test_sigkill),
	    with_daemon(test_unknown_pid),
	    with_daemon(test_stdin),
	    with_daemon(test_stdin_queue),
	    with_daemon(test_stdin_closed_by_child),
	    with_daemon(test_jobs),
	    with_daemon(test_job_of_quick_programs),
	    with_daemon(test_job_start_fails),
	    with_daemon(test_job_forgotten),
	    with_daemon(test_job_in_slices),
	    with_daemon(test_job_forgotten_between_slices),
	    with_daemon(test_group_removed_between_slices),
	    with_daemon(test_shutdown_between_slices),
	    with_daemon(test_remove_group),
	    with_daemon(test_auto_logs),
	    cmocka_unit_test(test_auto_log_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
