/*
 * ctl_shell.c: see ctl_shell.h.
 *
 * libedit asks for its characters here (shell_getc), so that the loop runs while the user types: SIGINT
 * leaves the shell, a change of the window's size and ^Z are seen. Its own signal handling is not used: it
 * would send an interrupt once more to the whole process group.
 */
#include "autoconf.h"

#include "ctl/ctl_shell.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>

#include <event2/event.h>
#include <histedit.h>

#include "base/xmalloc.h"
#include "ctl/ctl_complete.h"
#include "ctl/ctl_help.h"
#include "ctl/ctl_input.h"
#include "ctl/ctl_options.h"

#define HISTORY_LINES 10000
#define HISTORY_LINE_MAX (1024 * 1024)

struct shell {
	struct ctl *ctl;
	char *prompt;
	EditLine *edit; /* NULL: not a terminal */
	int keys;       /* the terminal once more, non-blocking; -1: not opened */
	History *history;
	struct event *resized;
	struct event *suspended;
	struct xmlrpc_value *info; /* what the first TAB of a line has fetched */
	bool info_asked;
};

/* History */

static void
history_add(struct shell *sh, const char *line)
{
	HistEvent ev;

	if (*line != '\0')
		history(sh->history, &ev, H_ENTER, line);
}

/* A missing file is none; so is one that cannot be read. */
static void
history_load(struct shell *sh, const char *path)
{
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;

	if (f == NULL)
		return;
	while ((len = getline(&line, &cap, f)) > 0 && len < HISTORY_LINE_MAX) {
		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		history_add(sh, line);
	}
	free(line);
	fclose(f);
}

static void
history_save(struct shell *sh, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), more;
	FILE *f = fd != -1 ? fdopen(fd, "w") : NULL;
	HistEvent ev;

	if (f == NULL) {
		if (fd != -1)
			close(fd);
		return;
	}
	fchmod(fd, 0600);
	for (more = history(sh->history, &ev, H_LAST); more != -1; more = history(sh->history, &ev, H_PREV))
		fprintf(f, "%s\n", ev.str);
	fclose(f);
}

/* Completion */

static void
forget_info(struct shell *sh)
{
	xmlrpc_free(sh->info);
	sh->info = NULL;
	sh->info_asked = false;
}

/* Asks the daemon once for a line. Errors mean that there are no candidates. */
static const struct xmlrpc_value *
process_info(struct shell *sh)
{
	struct client_result r;

	if (!sh->info_asked && ctl_call(sh->ctl, &r, "getAllProcessInfo", NULL)) {
		sh->info = r.value;
		r.value = NULL;
	}
	if (!sh->info_asked)
		client_result_release(&r);
	sh->info_asked = true;
	ctl_disconnect(sh->ctl);
	return sh->info;
}

static void
list_candidates(const struct ctl_candidates *c)
{
	struct buf out = BUF_INIT(SIZE_MAX / 2);
	const char **names = xcalloc(c->n, sizeof(*names));

	for (size_t i = 0; i < c->n; i++)
		names[i] = c->text[i];
	ctl_help_columns(&out, names, c->n, 79);
	printf("\n%s", buf_str(&out));
	fflush(stdout);
	buf_release(&out);
	free(names);
}

/* A blank follows a word that is whole. */
static unsigned char
insert_completion(EditLine *edit, const struct ctl_candidates *c, size_t typed)
{
	size_t common = ctl_candidates_common(c);
	char *text = xasprintf("%.*s%s", (int)(common - typed), c->text[0] + typed, c->n == 1 ? " " : "");
	int done = *text != '\0' ? el_insertstr(edit, text) : -1;

	free(text);
	return done == 0 ? CC_REFRESH : CC_ERROR;
}

static unsigned char
complete_line(struct shell *sh)
{
	const LineInfo *li = el_line(sh->edit);
	size_t cursor = (size_t)(li->cursor - li->buffer), typed;
	char *line = xstrndup(li->buffer, (size_t)(li->lastchar - li->buffer));
	const struct xmlrpc_value *info = ctl_complete_wants_info(line, cursor) ? process_info(sh) : NULL;
	struct ctl_candidates c;
	unsigned char result = CC_ERROR;

	typed = cursor - ctl_complete_word(line, cursor);
	ctl_complete(line, cursor, info, &c);
	if (c.n == 1 || (c.n > 1 && ctl_candidates_common(&c) > typed)) {
		result = insert_completion(sh->edit, &c, typed);
	} else if (c.n > 1) {
		list_candidates(&c);
		result = CC_REDISPLAY;
	}
	ctl_candidates_release(&c);
	free(line);
	return result;
}

static struct shell *
shell_of(EditLine *edit)
{
	void *data = NULL;

	el_get(edit, EL_CLIENTDATA, &data);
	return data;
}

static unsigned char
shell_complete_cb(EditLine *edit, int ch)
{
	(void)ch;
	return complete_line(shell_of(edit));
}

/* Libedit */

static char *
shell_prompt_cb(EditLine *edit)
{
	return shell_of(edit)->prompt;
}

/* One character of the terminal: 1, 0 at the end, -1 when interrupted. */
static int
shell_getc(EditLine *edit, wchar_t *out)
{
	struct shell *sh = shell_of(edit);
	mbstate_t state = {0};
	char byte;

	for (;;) {
		if (ctl_input_wait(sh->ctl) != CTL_INPUT_LINE)
			return -1;
		ssize_t n = read(sh->keys != -1 ? sh->keys : STDIN_FILENO, &byte, 1);

		if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
			return n == 0 ? 0 : -1;
		if (n < 0)
			continue;
		switch (mbrtowc(out, &byte, 1, &state)) {
		case (size_t)-2:
			continue; /* more bytes of this character are to come */
		case (size_t)-1:
			*out = (unsigned char)byte;
			return 1;
		default:
			return 1;
		}
	}
}

static void
shell_resized_cb(evutil_socket_t fd, short what, void *arg)
{
	struct shell *sh = arg;

	(void)fd;
	(void)what;
	el_resize(sh->edit);
}

/* ^Z at the prompt: the terminal is given back as it was, and taken again afterwards. */
static void
shell_suspended_cb(evutil_socket_t fd, short what, void *arg)
{
	struct shell *sh = arg;

	(void)fd;
	(void)what;
	el_set(sh->edit, EL_PREP_TERM, 0);
	kill(getpid(), SIGSTOP);
	el_set(sh->edit, EL_PREP_TERM, 1);
	el_set(sh->edit, EL_REFRESH);
}

/* Ctrl-C makes the terminal forget what was typed, also between our learning of it and our reading: that read would wait, deaf
 * to the Ctrl-C. Standard input stays as it is, others have it too. */
static int
open_keys(void)
{
	const char *name = ttyname(STDIN_FILENO);

	return name != NULL ? open(name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1;
}

static bool
shell_edit_init(struct shell *sh)
{
	HistEvent ev;

	sh->history = history_init();
	if (sh->history == NULL)
		return false;
	history(sh->history, &ev, H_SETSIZE, HISTORY_LINES);
	history(sh->history, &ev, H_SETUNIQUE, 1);
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return true;
	sh->edit = el_init("supervisorctl", stdin, stdout, stderr);
	if (sh->edit == NULL)
		return true;
	sh->keys = open_keys();
	el_set(sh->edit, EL_CLIENTDATA, sh);
	el_set(sh->edit, EL_PROMPT, shell_prompt_cb);
	el_set(sh->edit, EL_EDITOR, "emacs");
	el_set(sh->edit, EL_SIGNAL, 0);
	el_set(sh->edit, EL_HIST, history, sh->history);
	el_set(sh->edit, EL_GETCFN, shell_getc);
	/* The wide form keeps these strings; the other one copies and never frees them. */
	el_wset(sh->edit, EL_ADDFN, L"ctl-complete", L"complete commands and names", shell_complete_cb);
	el_set(sh->edit, EL_BIND, "^I", "ctl-complete", NULL);
	el_set(sh->edit, EL_BIND, "^R", "em-inc-search-prev", NULL);
	el_source(sh->edit, NULL);
	sh->resized = evsignal_new(sh->ctl->base, SIGWINCH, shell_resized_cb, sh);
	event_add(sh->resized, NULL);
	sh->suspended = evsignal_new(sh->ctl->base, SIGTSTP, shell_suspended_cb, sh);
	return true;
}

/* The loop */

static enum ctl_input_result
read_edited(struct shell *sh, char **line)
{
	const char *text;
	int n = 0;

	event_add(sh->suspended, NULL);
	text = el_gets(sh->edit, &n);
	event_del(sh->suspended);
	if (sh->ctl->interrupted)
		return CTL_INPUT_INTERRUPTED;
	if (text == NULL || n <= 0)
		return CTL_INPUT_END;
	*line = xstrndup(text, strcspn(text, "\r\n"));
	return CTL_INPUT_LINE;
}

static enum ctl_input_result
read_line(struct shell *sh, char **line)
{
	*line = NULL;
	if (sh->edit != NULL)
		return read_edited(sh, line);
	fputs(sh->prompt, stdout);
	fflush(stdout);
	return ctl_input_line(sh->ctl, line);
}

static void
run_line(struct shell *sh, const char *line)
{
	struct ctl_line l;

	ctl_line_parse(&l, line);
	if (*l.text != '\0') {
		history_add(sh, line);
		forget_info(sh);
	}
	ctl_line_release(&l);
	ctl_run_line(sh->ctl, line);
}

static void
shell_loop(struct shell *sh)
{
	char *line;

	ctl_run_line(sh->ctl, "status");
	while (!sh->ctl->quit) {
		if (read_line(sh, &line) != CTL_INPUT_LINE) {
			putchar('\n');
			return;
		}
		run_line(sh, line);
		free(line);
	}
}

static void
shell_release(struct shell *sh)
{
	if (sh->resized != NULL)
		event_free(sh->resized);
	if (sh->suspended != NULL)
		event_free(sh->suspended);
	if (sh->edit != NULL)
		el_end(sh->edit);
	if (sh->keys != -1)
		close(sh->keys);
	if (sh->history != NULL)
		history_end(sh->history);
	forget_info(sh);
	free(sh->prompt);
}

void
ctl_shell_run(struct ctl *ctl)
{
	struct shell sh = {.ctl = ctl, .keys = -1, .prompt = xasprintf("%s> ", ctl->options->prompt)};
	const char *file = ctl->options->history_file;

	ctl->in_shell = ctl->interactive = true;
	ctl_interrupt_catch(ctl);
	if (shell_edit_init(&sh)) {
		if (file != NULL)
			history_load(&sh, file);
		shell_loop(&sh);
		if (file != NULL)
			history_save(&sh, file);
	}
	shell_release(&sh);
	ctl->status = CTL_EXIT_OK;
}

void
ctl_exit(struct ctl *ctl, const struct ctl_args *args)
{
	(void)args;
	putchar('\n');
	ctl->quit = true;
}
