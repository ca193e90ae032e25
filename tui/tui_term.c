/* tui_term.c: the terminal is taken, and given back as it was; see tui_term.h. */
#include "autoconf.h"

#include "tui/tui_term.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>

#include "base/xmalloc.h"
#include "tui/tui_rescue.h"
#include "tui/tui_term_parts.h"

#define LEAVE_MS 1000 /* so long may a terminal take what gives it back */

/* ^C, ^Z and ^S are keys like others, and what is written goes out as it is. */
static void
enter_raw(const struct tui_term *term)
{
	struct termios raw_modes = term->saved;

	raw_modes.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | INLCR | IGNCR | INPCK | ISTRIP | IXON);
	raw_modes.c_oflag &= ~(tcflag_t)OPOST;
	raw_modes.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN | ISIG);
	raw_modes.c_cc[VMIN] = 1;
	raw_modes.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &raw_modes);
}

static void
tui_term_enter_modes(struct tui_term *term)
{
	enter_raw(term);
	if (term->pastes)
		tui_term_send(term, PASTE_ON);
	if (term->mouse)
		tui_term_send(term, MOUSE_ON);
}

static void
prepare_rescue(const struct tui_term *term)
{
	if (term->asked)
		tui_rescue_add(SYNC_END);
	tui_rescue_add(tui_term_capability("sgr0"));
	tui_rescue_add(tui_term_capability("rmkx"));
	if (term->mice)
		tui_rescue_add(MOUSE_OFF);
	if (term->pastes)
		tui_rescue_add(PASTE_OFF);
	tui_rescue_add(tui_term_capability("cnorm"));
	tui_rescue_add(tui_term_capability("rmcup"));
	if (term->titles)
		tui_rescue_add(TITLE_RESTORE);
	tui_rescue_arm(&term->saved);
}

/* A file in memory that curses takes for the terminal. It only needs to be one that never makes it wait. */
static FILE *
open_paper(void)
{
	int fd = memfd_create("frame", MFD_CLOEXEC);
	FILE *paper = fd < 0 ? tmpfile() : fdopen(fd, "w+");

	if (paper == NULL && fd >= 0)
		close(fd);
	return paper;
}

static bool
look_up_terminal(const char *name, struct err *err)
{
	int unknown;
	bool moves;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return err_set(
		    err, "standard input and output are not a terminal (--once prints the screen as text)");
	if (name == NULL || *name == '\0' || setupterm(NULL, STDOUT_FILENO, &unknown) != OK)
		return err_set(err, "the terminal '%s' is not known (try: TERM=xterm supervisortui)",
			       name == NULL ? "" : name);
	moves = tui_term_capability("cup") != NULL;
	/* newterm makes its own. */
	del_curterm(cur_term);
	if (!moves)
		return err_set(
		    err, "the terminal '%s' cannot move its cursor (--once prints the screen as text)", name);
	return true;
}

static void
start_curses(void)
{
	/* The terminal's modes are our affair; these are what curses has to know of them. */
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	leaveok(stdscr, FALSE);
	/* A frame goes out whole, whatever is typed meanwhile. */
	typeahead(-1);
	/* Lines that moved, as those of a log that goes on, are moved by the terminal's scroll regions: curses does so by
	 * itself, and idlok would add nothing. */
}

static void
set_number(const char *name, int n)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", n);
	setenv(name, text, 1);
}

/* NULL: it is not set. */
static char *
copy_variable(const char *name)
{
	const char *value = getenv(name);

	return value == NULL ? NULL : xstrdup(value);
}

static void
restore_variable(const char *name, char *value)
{
	if (value != NULL)
		setenv(name, value, 1);
	else
		unsetenv(name);
	free(value);
}

/* Curses cannot ask its paper for a size, and would take the terminal's description for it: the scroll region that it sets
   at once would end there. */
static struct screen *
open_screen(FILE *paper)
{
	struct winsize size = {0};
	char *old_lines = copy_variable("LINES"), *old_columns = copy_variable("COLUMNS");
	struct screen *screen;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
		set_number("LINES", size.ws_row);
		set_number("COLUMNS", size.ws_col);
	}
	screen = newterm(NULL, paper, stdin);
	restore_variable("LINES", old_lines);
	restore_variable("COLUMNS", old_columns);
	return screen;
}

bool
tui_term_open(struct tui_term *term, struct event_base *base, struct tui_input *in,
	      const struct tui_out_ops *ops, void *arg, struct err *err)
{
	const char *name = getenv("TERM");

	*term = (struct tui_term){0};
	if (!look_up_terminal(name, err))
		return false;
	tcgetattr(STDIN_FILENO, &term->saved);
	term->paper = open_paper();
	if (term->paper != NULL)
		term->screen = open_screen(term->paper);
	if (term->screen == NULL) {
		if (term->paper != NULL)
			fclose(term->paper);
		return err_set(err, "the terminal '%s' cannot be used", name);
	}
	term->out = tui_out_new(base, STDOUT_FILENO, ops, arg);
	if (has_colors())
		tui_term_start_colours();
	tui_term_look(term, name);
	prepare_rescue(term);
	start_curses();
	tui_term_resized(term);
	tui_term_enter_modes(term);
	tui_term_ask(term);
	tui_term_add_keys(in);
	term->open = true;
	return true;
}

void
tui_term_leave(struct tui_term *term)
{
	if (!term->open || term->away)
		return;
	term->away = true;
	if (term->mouse)
		tui_term_send(term, MOUSE_OFF);
	if (term->pastes)
		tui_term_send(term, PASTE_OFF);
	tui_term_set_title(term, "");
	curs_set(1);
	endwin();
	tui_term_send_frame(term);
	tui_out_finish(term->out, LEAVE_MS);
	if (term->asked) {
		tui_term_wait_for_answers(term);
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &term->saved);
	} else
		tcsetattr(STDIN_FILENO, TCSANOW, &term->saved);
}

void
tui_term_enter(struct tui_term *term)
{
	if (!term->open || !term->away)
		return;
	term->away = false;
	/* Who had the terminal may have changed what counts as normal: not the shell's fg, but stty may. */
	tcgetattr(STDIN_FILENO, &term->saved);
	tui_term_enter_modes(term);
	tui_term_resized(term);
	clearok(curscr, TRUE);
}

void
tui_term_continued(struct tui_term *term)
{
	if (term->open && !term->away)
		tui_term_enter_modes(term);
}

void
tui_term_close(struct tui_term *term)
{
	if (!term->open)
		return;
	tui_term_leave(term);
	term->open = false;
	tui_rescue_disarm();
	delscreen(term->screen);
	fclose(term->paper);
	tui_out_free(term->out);
	term->screen = NULL;
	term->paper = NULL;
	term->out = NULL;
}

void
tui_term_suspend(struct tui_term *term)
{
	struct sigaction normal = {.sa_handler = SIG_DFL}, saved;
	sigset_t stop, before;

	tui_term_leave(term);
	/* The whole job stops, as the terminal would have done it: who started us has to stop as well. */
	sigemptyset(&normal.sa_mask);
	sigaction(SIGTSTP, &normal, &saved);
	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stop, &before);
	kill(0, SIGTSTP);
	/* Here we go on. */
	sigprocmask(SIG_SETMASK, &before, NULL);
	sigaction(SIGTSTP, &saved, NULL);
	tui_term_enter(term);
}

/* Its size */

void
tui_term_size(const struct tui_term *term, int *width, int *height)
{
	struct winsize size;

	(void)term;
	*width = COLS;
	*height = LINES;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
		*width = size.ws_col;
		*height = size.ws_row;
	}
}

void
tui_term_resized(const struct tui_term *term)
{
	int width, height;

	tui_term_size(term, &width, &height);
	resizeterm(height, width);
}
