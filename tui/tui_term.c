/* tui_term.c: see tui_term.h. */
#include "autoconf.h"

#include "tui/tui_term.h"

#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "tui/tui_colour.h"
#include "tui/tui_osc52.h"
#include "tui/tui_rescue.h"
#include "tui/tui_sanitize.h"

/* Sequences that are the same in all terminals that have the thing. */
#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
#define MOUSE_ON "\033[?1000h\033[?1006h" /* buttons and the wheel, no motion, coordinates without limit */
#define MOUSE_OFF "\033[?1006l\033[?1000l"
#define SYNC_BEGIN "\033[?2026h"
#define SYNC_END "\033[?2026l"
#define TITLE_SAVE "\033[22;2t"
#define TITLE_RESTORE "\033[23;2t"
/* What is the background, is there synchronized output; and what every terminal answers, so that it is known when no
 * more answers come. */
#define ASK_BACKGROUND "\033]11;?\033\\"
#define ASK_SYNC "\033[?2026$p"
#define ASK_LAST "\033[c"

#define SYNC_WORTH 200 /* bytes of a frame from which on it is marked as one */
#define LEAVE_MS 1000  /* so long may a terminal take what gives it back */
#define ANSWER_MS 100  /* so long is waited for answers before the terminal is given back */

static char *
capability(const char *name)
{
	/* ncurses does not change the name, it only forgot to say so. */
	char copy[16];

	snprintf(copy, sizeof(copy), "%s", name);
	return tigetstr(copy);
}

static bool
has_capability(const char *name)
{
	const char *sequence = capability(name);

	return sequence != NULL && sequence != (char *)-1;
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
		if (has_capability(keys[i].name))
			tui_input_add(in, capability(keys[i].name), keys[i].key);
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

/* rxvt, Konsole and others tell their colours by numbers, "15;default;0": the last one is the background. */
static bool
environment_says_light(void)
{
	const char *value = getenv("COLORFGBG");
	const char *last = value == NULL ? NULL : strrchr(value, ';');

	return last != NULL && (strcmp(last, ";7") == 0 || strcmp(last, ";15") == 0);
}

static void
look_at_terminal(struct tui_term *term, const char *name)
{
	static const char *const poor[] = {"linux", "vt", "dumb", "ansi", "cons", NULL};
	/* Terminals that swallow what they do not know, and whose kin have what is asked for below. */
	static const char *const modern[] = {"xterm",   "tmux",    "rxvt",    "alacritty", "foot",  "kitty",
					     "wezterm", "ghostty", "contour", "konsole",   "gnome", "vte",
					     "mintty",  "iterm",   "st-",     NULL};
	static const char *const screen[] = {"screen", NULL};
	const char *no_color = getenv("NO_COLOR");
	bool is_modern = name_begins(name, modern);

	term->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	term->graphics = term->utf8 && !name_begins(name, poor);
	term->pastes = is_modern || name_begins(name, screen);
	term->mice = has_capability("kmous");
	term->titles = term->asked = is_modern;
	term->light = environment_says_light();
	term->colours = has_colors() && (no_color == NULL || *no_color == '\0') ? COLORS : 0;
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

	if (term->colours == 0 || (style.fg == TUI_DEFAULT && style.bg == TUI_DEFAULT))
		return 0;
	pair = alloc_pair(colour_number(style.fg), colour_number(style.bg));
	return pair > 0 ? pair : 0;
}

/* What curses has written, and forgets it. */
static bool
collect(struct tui_term *term, struct buf *out)
{
	int fd;
	off_t size, at = 0;
	bool ok;

	fflush(term->paper);
	fd = fileno(term->paper);
	size = lseek(fd, 0, SEEK_CUR);
	ok = size >= 0 && size <= (off_t)out->max && buf_reserve(out, (size_t)size) != NULL;
	while (ok && at < size) {
		ssize_t n = pread(fd, buf_reserve(out, (size_t)(size - at)), (size_t)(size - at), at);

		if (n <= 0)
			ok = false;
		else {
			buf_added(out, (size_t)n);
			at += n;
		}
	}
	return lseek(fd, 0, SEEK_SET) == 0 && ftruncate(fd, 0) == 0 && ok;
}

static void
send_sequence(struct tui_term *term, const char *sequence)
{
	tui_out_write(term->out, sequence, strlen(sequence));
}

/* Hands over what curses has written, marked as one frame where that helps. */
static bool
send_frame(struct tui_term *term)
{
	struct buf frame = BUF_INIT(TUI_OUT_MAX);
	bool ok = collect(term, &frame);
	bool mark = term->sync && frame.len > SYNC_WORTH;

	if (ok && frame.len > 0) {
		if (mark)
			send_sequence(term, SYNC_BEGIN);
		ok = tui_out_write(term->out, frame.data, frame.len);
		if (mark)
			send_sequence(term, SYNC_END);
	}
	buf_release(&frame);
	return ok;
}

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
enter_modes(struct tui_term *term)
{
	enter_raw(term);
	if (term->pastes)
		send_sequence(term, PASTE_ON);
	if (term->mouse)
		send_sequence(term, MOUSE_ON);
}

static void
prepare_rescue(const struct tui_term *term)
{
	if (term->asked)
		tui_rescue_add(SYNC_END);
	tui_rescue_add(capability("sgr0"));
	tui_rescue_add(capability("rmkx"));
	if (term->mice)
		tui_rescue_add(MOUSE_OFF);
	if (term->pastes)
		tui_rescue_add(PASTE_OFF);
	tui_rescue_add(capability("cnorm"));
	tui_rescue_add(capability("rmcup"));
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
	moves = capability("cup") != NULL;
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
ask_terminal(struct tui_term *term)
{
	if (!term->asked)
		return;
	if (term->colours > 0)
		send_sequence(term, ASK_BACKGROUND);
	send_sequence(term, ASK_SYNC);
	send_sequence(term, ASK_LAST);
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
		term->screen = newterm(NULL, term->paper, stdin);
	if (term->screen == NULL) {
		if (term->paper != NULL)
			fclose(term->paper);
		return err_set(err, "the terminal '%s' cannot be used", name);
	}
	term->out = tui_out_new(base, STDOUT_FILENO, ops, arg);
	if (has_colors())
		start_colours();
	look_at_terminal(term, name);
	prepare_rescue(term);
	start_curses();
	tui_term_resized(term);
	enter_modes(term);
	ask_terminal(term);
	add_keys(in);
	term->open = true;
	return true;
}

/* Answers that are still on their way would be read by the shell. */
static void
wait_for_answers(struct tui_term *term)
{
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};

	if (term->asked)
		poll(&in, 1, ANSWER_MS);
	term->asked = false;
}

void
tui_term_leave(struct tui_term *term)
{
	if (!term->open || term->away)
		return;
	term->away = true;
	if (term->mouse)
		send_sequence(term, MOUSE_OFF);
	if (term->pastes)
		send_sequence(term, PASTE_OFF);
	tui_term_set_title(term, "");
	curs_set(1);
	endwin();
	send_frame(term);
	tui_out_finish(term->out, LEAVE_MS);
	if (term->asked) {
		wait_for_answers(term);
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
	enter_modes(term);
	tui_term_resized(term);
	clearok(curscr, TRUE);
}

void
tui_term_continued(struct tui_term *term)
{
	if (term->open && !term->away)
		enter_modes(term);
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
	if (term->colours > 0 && style.fg > 8 && style.fg <= 16 && COLORS < 16)
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

bool
tui_term_is_ready(const struct tui_term *term)
{
	return tui_out_is_empty(term->out);
}

bool
tui_term_paint(struct tui_term *term, const struct tui_canvas *c, bool all)
{
	if (term->away)
		return false;
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
	return send_frame(term);
}

bool
tui_term_reply(struct tui_term *term, const struct tui_reply *reply)
{
	bool light = term->light;

	switch (reply->kind) {
	case TUI_REPLY_BACKGROUND:
		term->light = tui_colour_is_light(reply->red, reply->green, reply->blue);
		break;
	case TUI_REPLY_MODE:
		/* 1 and 2: it has the mode, and it is on or off now. */
		if (reply->mode == 2026)
			term->sync = reply->value == 1 || reply->value == 2;
		break;
	case TUI_REPLY_LAST:
		term->asked = false;
		break;
	}
	return light != term->light;
}

void
tui_term_set_title(struct tui_term *term, const char *title)
{
	struct buf text = BUF_INIT(TUI_TITLE_MAX - 1);
	struct tui_sanitizer z;
	struct tui_glyph g;
	char bytes[4];

	if (!term->titles)
		return;
	tui_sanitize_begin(&z, title, strlen(title), false);
	while (tui_sanitize_next(&z, &g)) {
		if (g.ch > 0x7e && !term->utf8)
			buf_putc(&text, '?');
		else
			buf_append(&text, bytes, utf8_encode(g.ch, bytes));
	}
	if (strcmp(term->title, buf_str(&text)) != 0) {
		if (term->title[0] == '\0')
			send_sequence(term, TITLE_SAVE);
		snprintf(term->title, sizeof(term->title), "%s", buf_str(&text));
		if (term->title[0] == '\0')
			send_sequence(term, TITLE_RESTORE);
		else {
			send_sequence(term, "\033]2;");
			send_sequence(term, term->title);
			send_sequence(term, "\033\\");
		}
	}
	buf_release(&text);
}

void
tui_term_set_mouse(struct tui_term *term, bool on)
{
	on = on && term->mice;
	if (on == term->mouse)
		return;
	term->mouse = on;
	if (!term->away)
		send_sequence(term, on ? MOUSE_ON : MOUSE_OFF);
}

void
tui_term_bell(struct tui_term *term)
{
	if (!term->away)
		send_sequence(term, "\a");
}

void
tui_term_copy(struct tui_term *term, const char *text)
{
	struct buf sequence = BUF_INIT(TUI_OUT_MAX);

	if (!term->away && tui_osc52(&sequence, text, strlen(text)))
		tui_out_write(term->out, sequence.data, sequence.len);
	buf_release(&sequence);
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
