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
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include <event2/event.h>
#include <histedit.h>

#include "base/xmalloc.h"
#include "ctl/ctl_complete.h"
#include "ctl/ctl_help.h"
#include "ctl/ctl_history.h"
#include "ctl/ctl_input.h"
#include "ctl/ctl_options.h"
#include "ctl/ctl_undo.h"

#define MANY_CANDIDATES 100 /* before so many are listed the user is asked */

struct shell {
	struct ctl *ctl;
	char *prompt;
	EditLine *edit; /* NULL: not a terminal */
	int keys;       /* the terminal once more, non-blocking; -1: not opened */
	History *history;
	struct ctl_undo undo;
	bool editing;
	size_t width; /* columns of the terminal */
	struct event *resized;
	struct event *suspended;
	struct xmlrpc_value *info; /* what the first TAB of a line has fetched */
	bool info_asked;
};

static int shell_getc(EditLine *edit, wchar_t *out);

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

static size_t
terminal_width(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col - 1U : 79;
}

/* As readline asks before it fills the screen. */
static bool
wants_many(EditLine *edit, size_t n)
{
	wchar_t answer;

	printf("\nDisplay all %zu possibilities? (y or n)", n);
	fflush(stdout);
	while (shell_getc(edit, &answer) == 1) {
		if (wcschr(L"yY \t", answer) != NULL)
			return true;
		if (wcschr(L"nN\x7f\x08\r\n\x07\x1b", answer) != NULL)
			break;
	}
	putchar('\n');
	fflush(stdout);
	return false;
}

static void
list_candidates(EditLine *edit, const struct ctl_candidates *c)
{
	struct buf out = BUF_INIT(SIZE_MAX / 2);
	const char **names;

	if (c->n >= MANY_CANDIDATES && !wants_many(edit, c->n))
		return;
	names = xcalloc(c->n, sizeof(*names));
	for (size_t i = 0; i < c->n; i++)
		names[i] = c->text[i];
	ctl_help_columns(&out, names, c->n, terminal_width());
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
		ctl_undo_apart(&sh->undo, 0);
		result = insert_completion(sh->edit, &c, typed);
	} else if (c.n > 1) {
		list_candidates(sh->edit, &c);
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

/* Tells undo what the line is. */
static void
note_line(struct shell *sh)
{
	const LineInfoW *li = el_wline(sh->edit);

	ctl_undo_note(&sh->undo, li->buffer, (size_t)(li->lastchar - li->buffer),
		      (size_t)(li->cursor - li->buffer));
}

/* A search shows what is searched for as a second line of the same text. */
static bool
is_searching(const struct shell *sh)
{
	const LineInfoW *li = el_wline(sh->edit);

	return wmemchr(li->buffer, L'\n', (size_t)(li->lastchar - li->buffer)) != NULL;
}

/* One character of the terminal: 1, 0 at the end, -1 when interrupted. */
static int
shell_getc(EditLine *edit, wchar_t *out)
{
	struct shell *sh = shell_of(edit);
	mbstate_t state = {0};
	char byte;

	if (!is_searching(sh))
		note_line(sh);
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

/* Bytes of prompt and line: at least as many as they take columns. */
static size_t
shown_length(const struct shell *sh)
{
	const LineInfo *li = el_line(sh->edit);

	return strlen(sh->prompt) + (size_t)(li->lastchar - li->buffer);
}

/* libedit goes on from the column at which it was, and that may be beyond what its memory for the screen has now (seen
   as a crash). So a line that did not fit, or does not fit any more, is drawn anew below. */
static void
resize(struct shell *sh)
{
	size_t before = sh->width, longest;

	sh->width = terminal_width();
	el_resize(sh->edit);
	if (!sh->editing)
		return;
	longest = shown_length(sh);
	if (longest < before && longest < sh->width)
		return;
	putchar('\n');
	fflush(stdout);
	el_set(sh->edit, EL_REFRESH);
}

static void
shell_resized_cb(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	resize(arg);
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

/* Ctrl-D ends the shell on an empty line, without a trace on the screen (libedit's own shows "^D"); else it deletes. */
static unsigned char
shell_delete_cb(EditLine *edit, int ch)
{
	const LineInfo *li = el_line(edit);

	(void)ch;
	if (li->buffer == li->lastchar)
		return CC_EOF;
	if (li->cursor == li->lastchar)
		return CC_ERROR;
	el_cursor(edit, 1);
	el_deletestr(edit, 1);
	return CC_REFRESH;
}

/* Undo and yank-last-arg as readline has them, and libedit does not. */

static void
set_line(EditLine *edit, const struct ctl_undo_state *to)
{
	const LineInfoW *li = el_wline(edit);
	int len = (int)(li->lastchar - li->buffer);

	el_cursor(edit, len);
	el_deletestr(edit, len);
	if (to->len > 0)
		el_winsertstr(edit, to->text);
	el_cursor(edit, (int)to->cursor - (int)to->len);
}

static unsigned char
shell_undo_cb(EditLine *edit, int ch)
{
	struct shell *sh = shell_of(edit);
	const struct ctl_undo_state *to;

	(void)ch;
	/* A key that ends a search does not come from shell_getc. */
	note_line(sh);
	to = ctl_undo_back(&sh->undo);
	if (to == NULL)
		return CC_ERROR;
	set_line(edit, to);
	return CC_REFRESH;
}

/* The last word of the line before this one; of the line before that one, in its place, when the key is pressed again. */
static unsigned char
shell_yank_cb(EditLine *edit, int ch)
{
	struct shell *sh = shell_of(edit);
	const struct ctl_undo_state *before;
	size_t back;
	char *word;
	int done;

	(void)ch;
	note_line(sh);
	back = ctl_undo_mark(&sh->undo);
	word = ctl_history_last_word(sh->history, back);
	if (word == NULL)
		return CC_ERROR;
	before = back > 0 ? ctl_undo_back(&sh->undo) : NULL;
	if (before != NULL)
		set_line(edit, before);
	ctl_undo_apart(&sh->undo, back + 1);
	done = el_insertstr(edit, word);
	free(word);
	return done == 0 ? CC_REFRESH : CC_ERROR;
}

/* Where libedit's keys are not those of readline, which Supervisor's users have in their fingers. Sequences of keys
   that it does not know would leave their ends in the line. */
static const struct {
	const char *key;
	const char *action;
} keys[] = {
    {"^R", "em-inc-search-prev"},
    {"^U", "vi-kill-line-prev"},
    {"^_", "ctl-undo"},
    {"^X^U", "ctl-undo"},
    {"\\e.", "ctl-yank-last"},
    {"\\e_", "ctl-yank-last"},
    {"\\e[1~", "ed-move-to-beg"},
    {"\\e[7~", "ed-move-to-beg"},
    {"\\e[4~", "ed-move-to-end"},
    {"\\e[8~", "ed-move-to-end"},
    {"\\e[3~", "ed-delete-next-char"},
    {"\\e[1;5C", "em-next-word"},
    {"\\e[1;3C", "em-next-word"},
    {"\\e[1;5D", "ed-prev-word"},
    {"\\e[1;3D", "ed-prev-word"},
    {"\\e\\e[C", "em-next-word"},
    {"\\e\\e[D", "ed-prev-word"},
    /* Paste brackets, Back-Tab, Insert, the pages, F1 to F12. */
    {"\\e[200~", "ed-ignore"},
    {"\\e[201~", "ed-ignore"},
    {"\\e[Z", "ed-ignore"},
    {"\\e[2~", "ed-ignore"},
    {"\\e[5~", "ed-ignore"},
    {"\\e[6~", "ed-ignore"},
    {"\\eOP", "ed-ignore"},
    {"\\eOQ", "ed-ignore"},
    {"\\eOR", "ed-ignore"},
    {"\\eOS", "ed-ignore"},
    {"\\e[11~", "ed-ignore"},
    {"\\e[12~", "ed-ignore"},
    {"\\e[13~", "ed-ignore"},
    {"\\e[14~", "ed-ignore"},
    {"\\e[15~", "ed-ignore"},
    {"\\e[17~", "ed-ignore"},
    {"\\e[18~", "ed-ignore"},
    {"\\e[19~", "ed-ignore"},
    {"\\e[20~", "ed-ignore"},
    {"\\e[21~", "ed-ignore"},
    {"\\e[23~", "ed-ignore"},
    {"\\e[24~", "ed-ignore"},
};

static void
bind_keys(EditLine *edit)
{
	/* The wide form keeps these strings; the other one copies and never frees them. */
	el_wset(edit, EL_ADDFN, L"ctl-complete", L"complete commands and names", shell_complete_cb);
	el_wset(edit, EL_ADDFN, L"ctl-delete", L"delete a character, or end", shell_delete_cb);
	el_wset(edit, EL_ADDFN, L"ctl-undo", L"undo the last change", shell_undo_cb);
	el_wset(edit, EL_ADDFN, L"ctl-yank-last", L"insert the last word of the line before", shell_yank_cb);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		el_set(edit, EL_BIND, keys[i].key, keys[i].action, NULL);
	el_source(edit, NULL);
	/* Whatever ~/.editrc says: "bind -v" there takes all of the bindings back. */
	el_set(edit, EL_BIND, "^I", "ctl-complete", NULL);
	el_set(edit, EL_BIND, "^D", "ctl-delete", NULL);
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
	sh->history = ctl_history_new();
	if (sh->history == NULL)
		return false;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return true;
	sh->edit = el_init("supervisorctl", stdin, stdout, stderr);
	if (sh->edit == NULL)
		return true;
	sh->keys = open_keys();
	sh->width = terminal_width();
	el_set(sh->edit, EL_CLIENTDATA, sh);
	el_set(sh->edit, EL_PROMPT, shell_prompt_cb);
	el_set(sh->edit, EL_EDITOR, "emacs");
	el_set(sh->edit, EL_SIGNAL, 0);
	el_set(sh->edit, EL_HIST, history, sh->history);
	el_set(sh->edit, EL_GETCFN, shell_getc);
	bind_keys(sh->edit);
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
	sh->editing = true;
	ctl_undo_clear(&sh->undo);
	/* libedit shows the prompt and then takes the terminal; a Ctrl-D between the two would be lost. */
	el_set(sh->edit, EL_PREP_TERM, 1);
	text = el_gets(sh->edit, &n);
	sh->editing = false;
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
		/* What is fed by a script was not typed. */
		if (sh->edit != NULL)
			ctl_history_add(sh->history, line);
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
	ctl_undo_clear(&sh->undo);
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
			ctl_history_load(sh.history, file);
		shell_loop(&sh);
		if (file != NULL)
			ctl_history_save(sh.history, file);
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
