/* tui_theme.c: see tui_theme.h. */
#include "autoconf.h"

#include "tui/tui_theme.h"

#include <string.h>

const struct tui_theme tui_theme_dark = {
    .name = "dark",
    .looks =
	{
	    [LOOK_TITLE] = {.attr = TUI_BOLD},
	    [LOOK_HEAD] = {.attr = TUI_DIM},
	    [LOOK_LINE] = {.attr = TUI_DIM},
	    [LOOK_DIM] = {.attr = TUI_DIM},
	    [LOOK_KEY] = {.attr = TUI_BOLD},
	    [LOOK_GROUP] = {.attr = TUI_BOLD},
	    [LOOK_OK] = {.fg = TUI_GREEN},
	    [LOOK_BUSY] = {.fg = TUI_CYAN},
	    [LOOK_WARN] = {.fg = TUI_YELLOW},
	    [LOOK_BAD] = {.fg = TUI_RED, .attr = TUI_BOLD},
	    [LOOK_NOTE] = {.attr = TUI_DIM},
	    [LOOK_ADDED] = {.fg = TUI_GREEN},
	    [LOOK_REMOVED] = {.fg = TUI_RED},
	},
    .prefixes = {{.fg = TUI_CYAN},
		 {.fg = TUI_GREEN},
		 {.fg = TUI_YELLOW},
		 {.fg = TUI_MAGENTA},
		 {.fg = TUI_BLUE + 8},
		 {.fg = TUI_CYAN, .attr = TUI_BOLD}},
};

/* Yellow, cyan and the plain green cannot be read on white. */
const struct tui_theme tui_theme_light = {
    .name = "light",
    .looks =
	{
	    [LOOK_TITLE] = {.attr = TUI_BOLD},
	    [LOOK_HEAD] = {.attr = TUI_UNDERLINE},
	    [LOOK_LINE] = {.fg = TUI_BLUE},
	    [LOOK_DIM] = {.attr = TUI_DIM},
	    [LOOK_KEY] = {.attr = TUI_BOLD},
	    [LOOK_GROUP] = {.attr = TUI_BOLD},
	    [LOOK_BUSY] = {.fg = TUI_BLUE},
	    [LOOK_WARN] = {.fg = TUI_MAGENTA, .attr = TUI_BOLD},
	    [LOOK_BAD] = {.fg = TUI_RED, .attr = TUI_BOLD},
	    [LOOK_NOTE] = {.attr = TUI_DIM},
	    [LOOK_ADDED] = {.fg = TUI_BLUE},
	    [LOOK_REMOVED] = {.fg = TUI_RED},
	},
    .prefixes = {{.fg = TUI_BLUE},
		 {.fg = TUI_MAGENTA},
		 {.fg = TUI_RED},
		 {.fg = TUI_BLUE, .attr = TUI_BOLD},
		 {.fg = TUI_MAGENTA, .attr = TUI_BOLD},
		 {.attr = TUI_BOLD}},
};

const struct tui_theme tui_theme_light_256 = {
    .name = "light",
    .looks =
	{
	    [LOOK_TITLE] = {.attr = TUI_BOLD},
	    [LOOK_HEAD] = {.fg = TUI_PALETTE(241)},
	    [LOOK_LINE] = {.fg = TUI_PALETTE(244)},
	    [LOOK_DIM] = {.fg = TUI_PALETTE(241)},
	    [LOOK_KEY] = {.attr = TUI_BOLD},
	    [LOOK_GROUP] = {.attr = TUI_BOLD},
	    [LOOK_OK] = {.fg = TUI_PALETTE(28)},
	    [LOOK_BUSY] = {.fg = TUI_PALETTE(25)},
	    [LOOK_WARN] = {.fg = TUI_PALETTE(130)},
	    [LOOK_BAD] = {.fg = TUI_PALETTE(160), .attr = TUI_BOLD},
	    [LOOK_NOTE] = {.fg = TUI_PALETTE(241)},
	    [LOOK_ADDED] = {.fg = TUI_PALETTE(28)},
	    [LOOK_REMOVED] = {.fg = TUI_PALETTE(160)},
	},
    .prefixes = {{.fg = TUI_PALETTE(25)},
		 {.fg = TUI_PALETTE(28)},
		 {.fg = TUI_PALETTE(130)},
		 {.fg = TUI_PALETTE(91)},
		 {.fg = TUI_PALETTE(30)},
		 {.fg = TUI_PALETTE(94)}},
};

const struct tui_theme tui_theme_mono = {
    .name = "mono",
    .looks =
	{
	    [LOOK_TITLE] = {.attr = TUI_BOLD},
	    [LOOK_HEAD] = {.attr = TUI_UNDERLINE},
	    [LOOK_KEY] = {.attr = TUI_BOLD},
	    [LOOK_GROUP] = {.attr = TUI_BOLD},
	    [LOOK_WARN] = {.attr = TUI_BOLD},
	    [LOOK_BAD] = {.attr = TUI_BOLD},
	},
};

const struct tui_theme *
tui_theme_find(const char *name, int colours)
{
	static const struct {
		const struct tui_theme *theme;
		int colours; /* that it needs */
	} themes[] = {
	    {&tui_theme_dark, 8},
	    {&tui_theme_light_256, 256},
	    {&tui_theme_light, 8},
	    {&tui_theme_mono, 0},
	};
	bool known = false;

	for (size_t i = 0; i < sizeof(themes) / sizeof(themes[0]); i++) {
		if (strcmp(themes[i].theme->name, name) != 0)
			continue;
		known = true;
		if (colours >= themes[i].colours)
			return themes[i].theme;
	}
	return known ? &tui_theme_mono : NULL;
}

enum tui_look
tui_look_of_state(enum process_state state)
{
	switch (state) {
	case PROCESS_RUNNING:
		return LOOK_OK;
	case PROCESS_STARTING:
	case PROCESS_STOPPING:
		return LOOK_BUSY;
	case PROCESS_BACKOFF:
		return LOOK_WARN;
	case PROCESS_FATAL:
	case PROCESS_UNKNOWN:
		return LOOK_BAD;
	case PROCESS_STOPPED:
	case PROCESS_EXITED:
	case PROCESS_NSTATES:
		break;
	}
	return LOOK_DIM;
}

const struct tui_glyphs tui_glyphs_utf8 = {
    .rule = 0x2500,
    .border = 0x2502,
    .note = 0x2504,
    .folded = 0x25b8,
    .unfolded = 0x25be,
    .cursor = 0x2590,
    .mark = 0x2022,
    .lit = 0x25c6,
    .active = 0x25aa,
    .silent = 0x25c7,
    .ascending = 0x2191,
    .descending = 0x2193,
    .arrow = " \xe2\x86\x92 ",
    .health = {' ', ' ', 0xb7, 0x2577, 0x2575, 0x2502, '!'},
};

const struct tui_glyphs tui_glyphs_ascii = {
    .rule = '-',
    .border = '|',
    .note = '.',
    .folded = '+',
    .unfolded = '-',
    .cursor = '>',
    .mark = '*',
    .lit = '~',
    .active = '#',
    .silent = '?',
    .ascending = '^',
    .descending = 'v',
    .arrow = " -> ",
    .health = {' ', ' ', '.', ',', '\'', '|', '!'},
};
