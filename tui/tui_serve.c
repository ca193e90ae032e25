/* tui_serve.c: see tui_serve.h. */
#include "autoconf.h"

#include "tui/tui_serve.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "tui/tui_act_hosts.h"
#include "tui/tui_app.h"
#include "tui/tui_attach.h"
#include "tui/tui_frame.h"
#include "tui/tui_histfile.h"
#include "tui/tui_output.h"
#include "tui/tui_play.h"
#include "tui/tui_sanitize.h"

/* supervisorctl */

/* Beside this program if it is there, else by PATH. */
static char *
find_supervisorctl(const char *prog)
{
	const char *slash = strrchr(prog, '/');
	char *path;

	if (slash != NULL) {
		path = xasprintf("%.*s/supervisorctl", (int)(slash - prog), prog);
		if (access(path, X_OK) == 0)
			return path;
		free(path);
	}
	return xstrdup("supervisorctl");
}

static void
free_argv(char **argv)
{
	for (size_t i = 0; argv[i] != NULL; i++)
		free(argv[i]);
	free(argv);
}

static void
run_command(struct tui *t, const struct tui_request *r)
{
	const struct tui_host *host = r->host != NULL ? r->host : tui_model_host(&t->m);
	char *program = find_supervisorctl(t->options->prog);
	char **argv = tui_links_ctl(t->links, host, program);

	tui_child_run(t->child, argv, r->text);
	free_argv(argv);
	free(program);
}

static void
output_cb(void *arg, const char *bytes, size_t len)
{
	struct tui *t = arg;

	tui_output_add(&t->m, bytes, len);
	tui_frame_due(t);
}

static void
output_end_cb(void *arg, const char *how)
{
	struct tui *t = arg;

	tui_output_end(&t->m, how);
	tui_frame_due(t);
}

static const struct tui_child_ops child_ops = {
    .output = output_cb,
    .end = output_end_cb,
};

static void
attached_end_cb(void *arg)
{
	struct tui *t = arg;

	tui_term_enter(&t->term);
	event_add(t->keys, NULL);
	t->all = t->resized = true;
	tui_frame_due(t);
}

/* Somebody else has the terminal from now on, until attached_end_cb. */
static void
attach(struct tui *t, char *const *argv, int fd)
{
	event_del(t->keys);
	tui_term_leave(&t->term);
	if (tui_attach_run(t->attach, argv, fd))
		return;
	tui_message(&t->m, LOOK_BAD, "cannot run %s: %s", argv[0], strerror(errno));
	attached_end_cb(t);
}

static void
run_fg(struct tui *t, const struct tui_request *r)
{
	char *program = find_supervisorctl(t->options->prog);
	char **argv = tui_links_ctl(t->links, r->host, program);
	char *line = xasprintf("fg %s", r->text);
	size_t n = 0;

	while (argv[n] != NULL)
		n++;
	argv = xreallocarray(argv, n + 2, sizeof(*argv));
	argv[n] = line;
	argv[n + 1] = NULL;
	attach(t, argv, -1);
	free_argv(argv);
	free(program);
}

/* A program reads the lines and has the terminal, as long as it likes. */
static void
run_reader(struct tui *t, const char *command)
{
	char shell[] = "/bin/sh", option[] = "-c";
	char *line = xstrdup(*command != '\0' ? command : "eval \"${PAGER:-less -R}\"");
	char *argv[] = {shell, option, line, NULL};
	int fd = tui_export_pipe(t->export);

	if (fd < 0)
		tui_message(&t->m, LOOK_BAD, "cannot open the log: %s", strerror(errno));
	else {
		attach(t, argv, fd);
		close(fd);
	}
	free(line);
}

/* Daemons */

static void
connect_to(struct tui *t, const char *url)
{
	struct err err = ERR_INIT;

	if (tui_links_add(t->links, url, t->options->username, t->options->password, &err))
		tui_act_hosts_connecting(&t->m, t->recorder == NULL);
	else
		tui_message(&t->m, LOOK_WARN, "connect: %s", err_text(&err));
	err_release(&err);
}

/* The terminal is ours again. */
static void
login_over_cb(void *arg)
{
	struct tui *t = arg;

	if (t->term.open)
		attached_end_cb(t);
	else if (!t->said_all)
		event_add(t->keys, NULL);
}

/* ssh asks what it has to; the other daemons go on. */
static void
login(struct tui *t, const struct tui_request *r)
{
	struct buf name = BUF_INIT(4096);

	event_del(t->keys);
	if (t->term.open)
		tui_term_leave(&t->term);
	tui_sanitize(&name, tui_host_name(r->host), strlen(tui_host_name(r->host)));
	printf("%s: ssh logs in (^C: not now)\n", buf_str(&name));
	fflush(stdout);
	buf_release(&name);
	if (!tui_links_login(t->links, r->host, login_over_cb, t)) {
		login_over_cb(t);
		tui_say(r->host, LOOK_WARN, "ssh is in: it is the daemon that is missing");
	}
}

static void
exported_cb(void *arg)
{
	tui_frame_due(arg);
}

/* Requests */

static void
do_request(struct tui *t, struct tui_request *r)
{
	if (t->play != NULL && tui_play_serve(t->play, r))
		return;
	/* Who asked did not know yet. Calls get an answer. */
	if (r->host != NULL && r->host->dropped && r->kind != REQUEST_CALL)
		return;
	switch (r->kind) {
	case REQUEST_CALL:
		tui_links_call(t->links, r);
		break;
	case REQUEST_COMMAND:
		run_command(t, r);
		break;
	case REQUEST_COMMAND_END:
		tui_child_stop(t->child);
		break;
	case REQUEST_FOLLOW:
		tui_links_follow(t->links, r->host);
		break;
	case REQUEST_RETRY:
		tui_links_retry(t->links, r->host);
		break;
	case REQUEST_CONNECT:
		connect_to(t, r->text);
		break;
	case REQUEST_DISCONNECT:
		tui_links_drop(t->links, r->host);
		break;
	case REQUEST_LOGIN:
		if (!t->term.away)
			login(t, r);
		break;
	case REQUEST_REDRAW:
		t->all = true;
		break;
	case REQUEST_SUSPEND:
		if (!t->term.open || t->term.away)
			break;
		tui_term_suspend(&t->term);
		t->all = t->resized = true;
		tui_frame_due(t);
		break;
	case REQUEST_FG:
		if (!t->term.open)
			tui_message(&t->m, LOOK_WARN, "fg needs the screen");
		else if (!t->term.away)
			run_fg(t, r);
		break;
	case REQUEST_REMEMBER:
		if (t->history != NULL)
			tui_histfile_add(t->history, r->text);
		break;
	case REQUEST_COPY:
		if (t->term.open)
			tui_term_copy(&t->term, r->text);
		break;
	case REQUEST_READER:
		if (t->term.open && !t->term.away)
			run_reader(t, r->text);
		break;
	case REQUEST_SAVE:
	case REQUEST_OVERWRITE:
		tui_export_save(t->export, r->text, r->kind == REQUEST_OVERWRITE);
		break;
	case REQUEST_QUIT:
		event_base_loopbreak(t->base);
		break;
	}
}

void
tui_serve_requests(struct tui *t)
{
	struct tui_request *r;

	while ((r = tui_request_take(&t->m.requests)) != NULL) {
		do_request(t, r);
		tui_request_free(r);
	}
}

void
tui_serve_init(struct tui *t)
{
	t->child = tui_child_new(t->base, &child_ops, t);
	t->attach = tui_attach_new(t->base, attached_end_cb, t);
	t->export = tui_export_new(t->base, &t->m, exported_cb, t);
}
