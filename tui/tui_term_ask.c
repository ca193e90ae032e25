/*
 * tui_term_ask.c: what the terminal is and can: from its name, from terminfo, from the environment, and from what it answers
 * when it is asked.
 */
#include "autoconf.h"

#include <langinfo.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>

#include "tui/tui_colour.h"
#include "tui/tui_term_parts.h"

/* What is the background, is there synchronized output; and what every terminal answers, so that it is known when no
 * more answers come. */
#define ASK_BACKGROUND "\033]11;?\033\\"
#define ASK_SYNC "\033[?2026$p"
#define ASK_LAST "\033[c"

#define ANSWER_MS 100 /* so long is waited for answers before the terminal is given back */

char *
tui_term_capability(const char *name)
{
	/* ncurses does not change the name, it only forgot to say so. */
	char copy[16];

	snprintf(copy, sizeof(copy), "%s", name);
	return tigetstr(copy);
}

static bool
has_capability(const char *name)
{
	const char *sequence = tui_term_capability(name);

	return sequence != NULL && sequence != (char *)-1;
}

void
tui_term_add_keys(struct tui_input *in)
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
			tui_input_add(in, tui_term_capability(keys[i].name), keys[i].key);
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

void
tui_term_look(struct tui_term *term, const char *name)
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

void
tui_term_ask(struct tui_term *term)
{
	if (!term->asked)
		return;
	if (term->colours > 0)
		tui_term_send(term, ASK_BACKGROUND);
	tui_term_send(term, ASK_SYNC);
	tui_term_send(term, ASK_LAST);
}

void
tui_term_wait_for_answers(struct tui_term *term)
{
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};

	if (term->asked)
		poll(&in, 1, ANSWER_MS);
	term->asked = false;
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
