/*
 * spawn.c: see spawn.h.
 *
 * vfork shares the memory and holds the daemon until the exec, so that a spawn costs the same however big the
 * daemon is. A child with directory= is made by fork: its chdir may hang on a dead network mount, and must
 * not hold anybody.
 *
 * All signals are blocked across the fork. The child takes back the dispositions that we changed or
 * inherited; SIGPIPE alone stays ignored in it, as under Supervisor.
 */
#include "autoconf.h"

#include "daemon/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/names.h"
#include "base/pyrepr.h"
#include "base/xmalloc.h"
#include "core/process_table.h"
#include "core/shlex.h"
#include "daemon/daemon.h"
#include "daemon/logpump.h"
#include "daemon/os.h"
#include "daemon/spawn_child.h"

#define DEFAULT_PATH "/bin:/usr/bin:/usr/local/bin"

/* The command */

static const char *
environ_get(const char *const *environ, const char *name)
{
	size_t len = strlen(name);

	for (; *environ != NULL; environ++)
		if (strncmp(*environ, name, len) == 0 && (*environ)[len] == '=')
			return *environ + len + 1;
	return NULL;
}

static const char *
search_path(const struct process_config *config, const char *const *environ)
{
	const char *path = env_list_get(&config->environment, "PATH");

	if (path != NULL)
		return path;
	path = environ_get(environ, "PATH");
	return path != NULL && path[0] != '\0' ? path : DEFAULT_PATH;
}

/* The first directory of path that has an entry of this name, of whatever kind. NULL: none. */
static char *
find_in_path(const char *name, const char *path, struct stat *st)
{
	for (;;) {
		size_t len = strcspn(path, ":");
		char *file = len > 0 ? xasprintf("%.*s/%s", (int)len, path, name) : xstrdup(name);

		if (stat(file, st) == 0)
			return file;
		free(file);
		if (path[len] == '\0')
			return NULL;
		path += len + 1;
	}
}

/* err_set with the repr of a value in place of %s. */
static enum fault
command_fault(struct err *err, enum fault fault, const char *before, const char *value, const char *after)
{
	char *quoted = pyrepr(value);

	err_set(err, "%s%s%s", before, quoted, after);
	free(quoted);
	return fault;
}

static enum fault
check_file(const char *path, const struct stat *st, struct err *err)
{
	if (S_ISDIR(st->st_mode))
		return command_fault(err, FAULT_NOT_EXECUTABLE, "command at ", path, " is a directory");
	if ((st->st_mode & 0111) == 0)
		return command_fault(err, FAULT_NOT_EXECUTABLE, "command at ", path, " is not executable");
	if (access(path, X_OK) != 0)
		return command_fault(err, FAULT_NOT_EXECUTABLE, "no permission to run command ", path, "");
	return FAULT_NONE;
}

static enum fault
find_file(struct command *c, const struct process_config *config, const char *const *environ, struct err *err)
{
	struct stat st;

	if (strchr(c->argv[0], '/') != NULL)
		c->path = stat(c->argv[0], &st) == 0 ? xstrdup(c->argv[0]) : NULL;
	else
		c->path = find_in_path(c->argv[0], search_path(config, environ), &st);
	if (c->path == NULL)
		return command_fault(err, FAULT_NO_FILE, "can't find command ", c->argv[0], "");
	return check_file(c->path, &st, err);
}

enum fault
command_find(struct command *c, const struct process_config *config, const char *const *environ,
	     struct err *err)
{
	struct err why = ERR_INIT;
	enum fault fault;
	size_t argc;

	*c = (struct command){0};
	if (!shlex_split(config->command, &c->argv, &argc, &why)) {
		char *after = xasprintf(": %s", why.what);

		fault =
		    command_fault(err, FAULT_NOT_EXECUTABLE, "can't parse command ", config->command, after);
		free(after);
		err_release(&why);
		return fault;
	}
	if (argc == 0) {
		err_set(err, "command is empty");
		fault = FAULT_NOT_EXECUTABLE;
	} else {
		fault = find_file(c, config, environ, err);
	}
	if (fault != FAULT_NONE)
		command_release(c);
	return fault;
}

void
command_release(struct command *c)
{
	free(c->argv);
	free(c->path);
	*c = (struct command){0};
}

/* The environment */

static void
supervisor_variables(struct env_list *own, const struct process *p, const char *server_url)
{
	const char *own_url = p->config->serverurl;
	const char *url = own_url != NULL && *own_url != '\0' ? own_url : server_url;

	env_list_set(own, "SUPERVISOR_ENABLED", "1");
	if (url != NULL)
		env_list_set(own, "SUPERVISOR_SERVER_URL", url);
	env_list_set(own, "SUPERVISOR_PROCESS_NAME", p->name);
	env_list_set(own, "SUPERVISOR_GROUP_NAME", p->group->name);
	for (size_t i = 0; i < p->config->environment.n; i++)
		env_list_set(own, p->config->environment.vars[i].name, p->config->environment.vars[i].value);
}

struct env_writer {
	char **vars;
	size_t nvars;
	char *at;
};

static void
put_variable(struct env_writer *w, const char *name, size_t len, const char *value)
{
	size_t value_len = strlen(value);

	w->vars[w->nvars++] = w->at;
	memcpy(w->at, name, len);
	w->at[len] = '=';
	memcpy(w->at + len + 1, value, value_len + 1);
	w->at += len + value_len + 2;
}

char **
spawn_environment(const char *const *environ, const struct process *p, const char *server_url)
{
	struct env_list own = {0};
	struct env_writer w = {0};
	size_t n = 0, bytes = 0;
	bool *placed;

	supervisor_variables(&own, p, server_url);
	for (; environ[n] != NULL; n++)
		bytes += strlen(environ[n]) + 2;
	for (size_t i = 0; i < own.n; i++)
		bytes += strlen(own.vars[i].name) + strlen(own.vars[i].value) + 2;
	w.vars = xmalloc((n + own.n + 1) * sizeof(char *) + bytes);
	w.at = (char *)(w.vars + n + own.n + 1);
	placed = xcalloc(own.n, sizeof(*placed));
	for (size_t i = 0; i < n; i++) {
		size_t len = strcspn(environ[i], "="), same = env_list_find(&own, environ[i], len);

		if (same == own.n) {
			put_variable(&w, environ[i], len, environ[i][len] == '=' ? environ[i] + len + 1 : "");
		} else if (!placed[same]) {
			placed[same] = true;
			put_variable(&w, own.vars[same].name, len, own.vars[same].value);
		}
	}
	for (size_t i = 0; i < own.n; i++)
		if (!placed[i])
			put_variable(&w, own.vars[i].name, strlen(own.vars[i].name), own.vars[i].value);
	w.vars[w.nvars] = NULL;
	free(placed);
	env_list_release(&own);
	return w.vars;
}

/* Pipes and channels */

struct pipes {
	int child[3];  /* what becomes 0, 1, 2 of the child; -1: something else does */
	int parent[3]; /* our ends, non-blocking; -1: none */
};

static void
close_fds(int *fds)
{
	for (int i = 0; i < 3; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
		fds[i] = -1;
	}
}

/* One pipe, whose ends are 3 or more since the daemon keeps 0 to 2 open. The child's stdin is a reading end.
 */
static bool
make_pipe(struct pipes *pipes, int fd)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	pipes->child[fd] = ends[fd == STDIN_FILENO ? 0 : 1];
	pipes->parent[fd] = ends[fd == STDIN_FILENO ? 1 : 0];
	return fcntl(pipes->parent[fd], F_SETFL, O_NONBLOCK) == 0;
}

static bool
make_pipes(struct pipes *pipes, bool with_stdin, bool redirect_stderr)
{
	*pipes = (struct pipes){.child = {-1, -1, -1}, .parent = {-1, -1, -1}};
	if ((!with_stdin || make_pipe(pipes, STDIN_FILENO)) && make_pipe(pipes, STDOUT_FILENO) &&
	    (redirect_stderr || make_pipe(pipes, STDERR_FILENO)))
		return true;
	close_fds(pipes->child);
	close_fds(pipes->parent);
	return false;
}

static void
close_channels(struct logpump_channel **channel)
{
	for (int i = 0; i < NCHANNELS; i++) {
		logpump_close(channel[i]);
		channel[i] = NULL;
	}
}

/* NULL: they are open. Otherwise the log that cannot be opened, with errno. */
static const char *
open_channels(struct daemon *d, struct process *p, struct logpump_channel **channel)
{
	for (int i = 0; i < NCHANNELS; i++) {
		int saved;

		channel[i] = NULL;
		if (i == CHANNEL_STDERR && p->config->redirect_stderr)
			continue;
		channel[i] = logpump_open(d->logpump, p, (enum channel)i);
		if (channel[i] != NULL)
			continue;
		saved = errno;
		close_channels(channel);
		errno = saved;
		return p->logpath[i];
	}
	return NULL;
}

/* The reference's words, from errno, and which log it was, if it was one. */
static bool
output_error(const struct process *p, const char *log, struct err *err)
{
	const char *name = errno_name(errno);

	if (errno == EMFILE)
		return err_set(err, "too many open files to spawn '%s'", p->name);
	err_set(err, "unknown error making dispatchers for '%s': %s", p->name,
		name != NULL ? name : strerror(errno));
	if (log != NULL)
		err_suffix(err, " (cannot open log '%s')", log);
	return false;
}

/* Descriptors for the child and channels for us. */
static bool
prepare_output(struct daemon *d, struct process *p, bool with_stdin, struct pipes *pipes, struct spawned *out,
	       struct err *err)
{
	const char *log;

	if (!make_pipes(pipes, with_stdin, p->config->redirect_stderr))
		return output_error(p, NULL, err);
	log = open_channels(d, p, out->channel);
	if (log == NULL)
		return true;
	output_error(p, log, err);
	close_fds(pipes->child);
	close_fds(pipes->parent);
	return false;
}

/* The user */

struct child_user {
	struct user_groups groups;
	char *uid_text;
	char *error;
};

static void
plan_user(struct spawn_plan *plan, struct child_user *user, uid_t uid)
{
	struct err err = ERR_INIT;

	*user = (struct child_user){0};
	if (uid == (uid_t)-1 || uid == getuid())
		return;
	plan->switch_user = true;
	plan->uid = uid;
	plan->uid_text = user->uid_text = xasprintf("%ld", (long)uid);
	if (!os_user_groups(uid, &user->groups, &err))
		plan->user_error = user->error = xstrdup(err.what);
	err_release(&err);
	plan->gid = user->groups.gid;
	plan->groups = user->groups.list;
	plan->ngroups = user->groups.n;
}

static void
child_user_release(struct child_user *user)
{
	user_groups_release(&user->groups);
	free(user->uid_text);
	free(user->error);
}

/* The fork */

/* Those that are ignored here, whether by us or by who started us, but for SIGPIPE. */
static void
signals_to_reset(sigset_t *reset)
{
	struct sigaction action;

	sigemptyset(reset);
	for (int sig = 1; sig < NSIG; sig++)
		if (sig != SIGPIPE && sigaction(sig, NULL, &action) == 0 && action.sa_handler != SIG_DFL)
			sigaddset(reset, sig);
}

/* Apart, so that no variable of a caller lives across vfork. */
static __attribute__((noinline)) pid_t
make_child(const struct spawn_plan *plan)
{
	pid_t pid = plan->directory != NULL ? fork() : vfork();

	if (pid == 0)
		spawn_child(plan);
	return pid;
}

static pid_t
make_child_blocked(const struct spawn_plan *plan)
{
	sigset_t all, before;
	int saved;
	pid_t pid;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = make_child(plan);
	saved = errno;
	/* A forked child may not have come to its own setpgid when it is to be stopped with its group. */
	if (pid > 0 && plan->directory != NULL)
		setpgid(pid, pid);
	sigprocmask(SIG_SETMASK, &before, NULL);
	errno = saved;
	return pid;
}

static bool
fork_error(const struct process *p, struct err *err)
{
	const char *name = errno_name(errno);

	if (errno == EAGAIN)
		return err_set(err, "Too many processes in process table to spawn '%s'", p->name);
	return err_set(err, "unknown error during fork for '%s': %s", p->name,
		       name != NULL ? name : strerror(errno));
}

static bool
run_command(struct daemon *d, struct process *p, const struct command *c, const struct pipes *pipes,
	    int listening, struct spawned *out, struct err *err)
{
	char **envp = spawn_environment(d->world->environ, p, d->config->server_url);
	struct spawn_plan plan = {
	    .path = c->path,
	    .argv = c->argv,
	    .envp = envp,
	    .fd = {listening >= 0 ? listening : pipes->child[0], pipes->child[1],
		   pipes->child[p->config->redirect_stderr ? 1 : 2]},
	    .directory = p->config->directory,
	    .umask = p->config->umask,
	};
	struct child_user user;
	sigset_t reset;
	bool ok = true;

	signals_to_reset(&reset);
	plan.reset = &reset;
	plan_user(&plan, &user, p->config->uid);
	out->pid = make_child_blocked(&plan);
	if (out->pid < 0)
		ok = fork_error(p, err);
	child_user_release(&user);
	free(envp);
	return ok;
}

bool
spawn_process(struct daemon *d, struct process *p, int listening, struct spawned *out, struct err *err)
{
	struct command c;
	struct pipes pipes;
	bool ok = false;

	*out = (struct spawned){.stdin_fd = -1};
	if (command_find(&c, p->config, d->world->environ, err) != FAULT_NONE)
		return false;
	if (!prepare_output(d, p, listening < 0, &pipes, out, err))
		goto out;
	ok = run_command(d, p, &c, &pipes, listening, out, err);
	close_fds(pipes.child);
	if (!ok) {
		close_fds(pipes.parent);
		close_channels(out->channel);
		goto out;
	}
	out->stdin_fd = pipes.parent[STDIN_FILENO];
	for (int i = 0; i < NCHANNELS; i++)
		if (out->channel[i] != NULL)
			logpump_start(out->channel[i], pipes.parent[i + 1]);
out:
	command_release(&c);
	return ok;
}
