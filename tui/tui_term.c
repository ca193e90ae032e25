/* tui_term.c: see tui_term.h. */
#include "autoconf.h"

#include "tui/tui_term.h"

#include <langinfo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>

#include "tui/tui_colour.h"

#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"

/*
 * What a crash needs to give the terminal back. A signal handler has no argument, hence the only mutable
 * state of this program that is not handed around; written once, before the handler is installed.
 */
static struct {
	struct termios saved;
	char restore[256];
	size_t len;
} rescue;

static void
crashed(int sig)
{
	ssize_t n = write(STDOUT_FILENO, rescue.restore, rescue.len);

	(void)n;
	tcsetattr(STDIN_FILENO, TCSANOW, &rescue.saved);
	/* The handler was installed for one time: this ends the program as it would have ended. */
	raise(sig);
}

static void
rescue_add(const char *sequence)
{
	size_t len;

	if (sequence == NULL || sequence == (char *)-1)
		return; /* this terminal has no such thing */
	len = strlen(sequence);
	if (rescue.len + len > sizeof(rescue.restore))
		return;
	memcpy(rescue.restore + rescue.len, sequence, len);
	rescue.len += len;
}

static char *
capability(const char *name)
{
	/* ncurses does not change the name, it only forgot to say so. */
	char copy[16];

	snprintf(copy, sizeof(copy), "%s", name);
	return tigetstr(copy);
}

static void
install_rescue(const struct tui_term *term)
{
	static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
	struct sigaction action = {.sa_handler = crashed, .sa_flags = (int)SA_RESETHAND | SA_NODEFER};

	rescue_add(capability("sgr0"));
	rescue_add(capability("rmkx"));
	if (term->pastes)
		rescue_add(PASTE_OFF);
	rescue_add(capability("cnorm"));
	rescue_add(capability("rmcup"));
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
}

static void
add_keys(struct tui_input *in)
{
	static const struct {
		const char *name;
		uint32_t key;
	} keys[] = {
	    {"kcuu1", TUI_KEY_UP},     {"kcud1", TUI_KEY_DOWN},   {"kcub1", TUI_KEY_LEFT},
	    {"kcuf1", TUI_KEY_RIGHT},  {"khome", TUI_KEY_HOME},   {"kend", TUI_KEY_END},
	    {"kpp", TUI_KEY_PGUP},     {"knp", TUI_KEY_PGDN},     {"kich1", TUI_KEY_INSERT},
	    {"kdch1", TUI_KEY_DELETE}, {"kcbt", TUI_KEY_BACKTAB}, {"kf1", TUI_KEY_F1},
	    {"kf2", TUI_KEY_F2},       {"kf3", TUI_KEY_F3},       {"kf4", TUI_KEY_F4},
	    {"kf5", TUI_KEY_F5},       {"kf6", TUI_KEY_F6},       {"kf7", TUI_KEY_F7},
	    {"kf8", TUI_KEY_F8},       {"kf9", TUI_KEY_F9},       {"kf10", TUI_KEY_F10},
	    {"kf11", TUI_KEY_F11},     {"kf12", TUI_KEY_F12},
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *sequence = capability(keys[i].name);

		if (sequence != (char *)-1)
			tui_input_add(in, sequence, keys[i].key);
	}
}

static bool
name_begins(const char *name, const char *const *beginnings)
{
	for (; *beginnings != NULL; beginnings++)
		if (strncmp(name, *beginnings, strlen(*beginnings)) == 0)
			return true;
	return false;
}

static void
look_at_terminal(struct tui_term *term, const char *name)
{
	static const char *const poor[] = {"linux", "vt", "dumb", "ansi", "cons", NULL};
	static const char *const pasting[] = {"xterm",     "tmux", "screen", "rxvt",
					      "alacritty", "foot", "kitty",  NULL};
	const char *no_color = getenv("NO_COLOR");

	term->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	term->graphics = term->utf8 && !name_begins(name, poor);
	term->pastes = name_begins(name, pasting);
	term->colours = has_colors() && (no_color == NULL || *no_color == '\0');
}

static void
start_colours(void)
{
	start_color();
	use_default_colors();
}

/* curses' number of a canvas colour: what the terminal does not have becomes the nearest. */
static int
colour_number(uint16_t colour)
{
	unsigned n;

	if (colour == TUI_DEFAULT)
		return -1;
	n = tui_colour_reduce(colour - 1U, COLORS);
	/* Where colours are given by their parts, only the first eight are numbers. */
	return COLORS > 256 && n >= 8 ? (int)tui_colour_rgb(n) : (int)n;
}

/* curses keeps the pairs that are in use; when they run out, it takes the one that was asked for least lately. */
static int
colour_pair(const struct tui_term *term, struct tui_style style)
{
	int pair;

	if (!term->colours || (style.fg == TUI_DEFAULT && style.bg == TUI_DEFAULT))
		return 0;
	pair = alloc_pair(colour_number(style.fg), colour_number(style.bg));
	return pair > 0 ? pair : 0;
}

static void
send_sequence(const char *sequence)
{
	fputs(sequence, stdout);
	fflush(stdout);
}

static void
enter_modes(const struct tui_term *term)
{
	/* raw: ^C, ^Z and ^S are keys like others. */
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	leaveok(stdscr, FALSE);
	if (term->pastes)
		send_sequence(PASTE_ON);
}

bool
tui_term_open(struct tui_term *term, struct tui_input *in, struct err *err)
{
	const char *name = getenv("TERM");
	int unknown;
	bool moves;

	*term = (struct tui_term){0};
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		err_set(err,
			"standard input and output are not a terminal (--once prints the screen as text)");
		return false;
	}
	if (name == NULL || *name == '\0' || setupterm(NULL, STDOUT_FILENO, &unknown) != OK) {
		err_set(err, "the terminal '%s' is not known (try: TERM=xterm supervisortui)",
			name == NULL ? "" : name);
		return false;
	}
	moves = capability("cup") != NULL;
	/* newterm makes its own. */
	del_curterm(cur_term);
	if (!moves) {
		err_set(err, "the terminal '%s' cannot move its cursor (--once prints the screen as text)",
			name);
		return false;
	}
	tcgetattr(STDIN_FILENO, &rescue.saved);
	term->screen = newterm(NULL, stdout, stdin);
	if (term->screen == NULL) {
		err_set(err, "the terminal '%s' cannot be used", name);
		return false;
	}
	look_at_terminal(term, name);
	install_rescue(term);
	if (term->colours)
		start_colours();
	enter_modes(term);
	add_keys(in);
	term->open = true;
	return true;
}

void
tui_term_close(struct tui_term *term)
{
	if (!term->open)
		return;
	term->open = false;
	if (term->pastes)
		send_sequence(PASTE_OFF);
	curs_set(1);
	endwin();
	delscreen(term->screen);
	term->screen = NULL;
}

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

static attr_t
attributes(const struct tui_term *term, struct tui_style style)
{
	attr_t attr = A_NORMAL;

	if ((style.attr & TUI_BOLD) != 0)
		attr |= A_BOLD;
	if ((style.attr & TUI_DIM) != 0)
		attr |= A_DIM;
	if ((style.attr & TUI_REVERSE) != 0)
		attr |= A_REVERSE;
	if ((style.attr & TUI_UNDERLINE) != 0)
		attr |= A_UNDERLINE;
	/* Where eight colours are all, bright is bold. */
	if (term->colours && style.fg > 8 && style.fg <= 16 && COLORS < 16)
		attr |= A_BOLD;
	return attr;
}

static void
paint_cell(const struct tui_term *term, int y, int x, const struct tui_cell *cell)
{
	wchar_t text[3] = {(wchar_t)cell->ch, (wchar_t)cell->mark, 0};
	int pair = colour_pair(term, cell->style);
	cchar_t out;

	if (cell->ch == 0)
		return; /* the character before it covers this one */
	if (setcchar(&out, text, attributes(term, cell->style), 0, &pair) == ERR) {
		text[0] = '?';
		text[1] = 0;
		setcchar(&out, text, attributes(term, cell->style), 0, &pair);
	}
	mvadd_wch(y, x, &out);
}

void
tui_term_paint(const struct tui_term *term, const struct tui_canvas *c, bool all)
{
	erase();
	for (int y = 0; y < c->height; y++)
		for (int x = 0; x < c->width; x++)
			paint_cell(term, y, x, tui_canvas_at(c, y, x));
	if (all)
		clearok(curscr, TRUE);
	curs_set(c->cursor_x >= 0);
	if (c->cursor_x >= 0)
		move(c->cursor_y, c->cursor_x);
	refresh();
}

void
tui_term_suspend(const struct tui_term *term)
{
	struct sigaction normal = {.sa_handler = SIG_DFL}, saved;
	sigset_t stop, before;

	if (term->pastes)
		send_sequence(PASTE_OFF);
	curs_set(1);
	endwin();
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
	enter_modes(term);
	tui_term_resized(term);
	clearok(curscr, TRUE);
}
