/*
 * What things look like. Colour only repeats what the words say; a theme is one row per look, so that another
 * theme is another table. Also the few characters that are not letters, in UTF-8 and in ASCII.
 */
#ifndef TUI_THEME_H
#define TUI_THEME_H

#include <stdint.h>

#include "core/process.h"
#include "tui/tui_canvas.h"
#include "tui/tui_health.h"

enum tui_look {
	LOOK_PLAIN,
	LOOK_TITLE, /* who this is */
	LOOK_HEAD,  /* heads of columns */
	LOOK_LINE,  /* rules between panes */
	LOOK_DIM,   /* what matters less */
	LOOK_KEY,   /* a key in the last line */
	LOOK_GROUP,
	LOOK_OK,
	LOOK_BUSY,
	LOOK_WARN,
	LOOK_BAD,
	LOOK_NOTE, /* our own lines in a log */
	LOOK_ADDED,
	LOOK_REMOVED,
	LOOK_COUNT,
};

#define TUI_NPREFIXES 6 /* colours that tell programs apart where several are in one log */

struct tui_theme {
	const char *name;
	struct tui_style looks[LOOK_COUNT];
	struct tui_style prefixes[TUI_NPREFIXES];
};

extern const struct tui_theme tui_theme_dark;
extern const struct tui_theme tui_theme_light;
extern const struct tui_theme tui_theme_light_256; /* the same where the terminal has 256 colours */
extern const struct tui_theme tui_theme_mono;

/* "dark", "light" or "mono", in its best form for so many colours. NULL: there is none of this name. */
const struct tui_theme *tui_theme_find(const char *name, int colours);

enum tui_look tui_look_of_state(enum process_state state);

struct tui_glyphs {
	uint32_t rule;   /* the line between panes */
	uint32_t border; /* the same, upright */
	uint32_t note;   /* the line around a note in a log */
	uint32_t folded;
	uint32_t unfolded;
	uint32_t cursor; /* beside the selected row */
	uint32_t mark;   /* beside a marked row */
	uint32_t lit;    /* beside a row that has changed */
	uint32_t active; /* beside a program that has written since one looked at its log */
	uint32_t silent; /* beside one that has not, for longer than is normal */
	uint32_t ascending;
	uint32_t descending;
	const char *arrow; /* old -> new */
	uint32_t health[TUI_HEALTH_NKINDS];
};

extern const struct tui_glyphs tui_glyphs_utf8;
extern const struct tui_glyphs tui_glyphs_ascii;

#endif
