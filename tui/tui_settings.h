/*
 * The settings of the screen: one row each with its name, type, accepted values, default and help. tui.conf, `:set`, Tab
 * completion and the manual's list come from the table. What a setting does is the affair of who reads it.
 */
#ifndef TUI_SETTINGS_H
#define TUI_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/* Values of settings that are choices, in the order of the table's list. */
enum tui_theme_setting {
	THEME_AUTO, /* dark or light, as the terminal says */
	THEME_DARK,
	THEME_LIGHT,
	THEME_MONO,
};

enum tui_confirm {
	CONFIRM_NEVER,
	CONFIRM_MANY, /* what acts on more than one program asks */
	CONFIRM_ALWAYS,
};

enum tui_layout_setting {
	LAYOUT_AUTO, /* beside when there is width enough */
	LAYOUT_BELOW,
	LAYOUT_BESIDE,
};

enum tui_cursor_setting {
	CURSOR_PROBLEM, /* the worst of what is not well */
	CURSOR_FIRST,
};

enum tui_timestamps {
	TIMESTAMPS_OFF,
	TIMESTAMPS_CLOCK,
	TIMESTAMPS_RELATIVE,
};

/* What is shown of a program that has a log of stdout and one of stderr. */
enum tui_channels_setting {
	LOGS_BOTH,
	LOGS_STDOUT, /* while it is well */
};

/* A line of [watch]: texts are owned. */
struct tui_watch_setting {
	char *program; /* "name", "group:name", "group:*" */
	char *pattern;
};
#define TUI_WATCH_SETTINGS 64

/* A line of [silence]. */
struct tui_silence_setting {
	char *program; /* pattern of a shell, of names or of group:name; owned */
	int minutes;   /* without output that are normal while it runs; 0: any */
};
#define TUI_SILENCE_SETTINGS 64

/* Seconds that a row that has changed is lit. */
enum tui_highlight {
	HIGHLIGHT_OFF,
	HIGHLIGHT_2,
	HIGHLIGHT_5,
	HIGHLIGHT_15,
};

/* Texts are owned and never NULL; switches are 0 or 1. */
struct tui_settings {
	int theme;   /* enum tui_theme_setting */
	int confirm; /* enum tui_confirm */
	int readonly;
	int layout; /* enum tui_layout_setting */
	int cursor; /* enum tui_cursor_setting */
	int mouse;
	int bell;
	int title;
	int hints;
	int highlight; /* enum tui_highlight */
	int activity;
	int traffic;
	int timestamps; /* enum tui_timestamps */
	int wrap;
	int channels;  /* enum tui_channels_setting */
	char *columns; /* names with commas between them; "": the usual ones */
	char *sort;    /* the name of a column */
	int reverse;
	char *filter;
	int ill;                                              /* only what is not well is shown */
	char *folded;                                         /* names of groups with commas between them */
	struct tui_watch_setting watches[TUI_WATCH_SETTINGS]; /* words that are watched from the start */
	size_t nwatches;
	struct tui_silence_setting silences[TUI_SILENCE_SETTINGS]; /* of several that fit, the last counts */
	size_t nsilences;
};

enum tui_setting_type {
	SETTING_SWITCH, /* off, on */
	SETTING_CHOICE,
	SETTING_TEXT,
};

#define TUI_SETTING_MAX 4096 /* bytes of a text */
#define TUI_SETTING_CHOICES 5

struct tui_setting {
	const char *name;
	enum tui_setting_type type;
	const char *choices[TUI_SETTING_CHOICES]; /* CHOICE: ends with NULL */
	size_t at;                                /* offset in struct tui_settings */
	const char *def;
	const char *help;
	bool kept;   /* written to [state] when the program ends */
	bool silent; /* kept, but nothing to be set by hand: not in lists */
	/* TEXT: false: what is wrong with the value is in err. NULL: all is right. */
	bool (*check)(const char *value, struct err *err);
};

extern const struct tui_setting tui_settings_table[];
extern const size_t tui_nsettings;

/* The defaults. */
void tui_settings_init(struct tui_settings *s);
void tui_settings_release(struct tui_settings *s);
/* NULL: there is none. */
const struct tui_setting *tui_setting_find(const char *name);
/* False: the value is not accepted; err says what is. */
bool tui_setting_set(struct tui_settings *s, const struct tui_setting *setting, const char *value,
		     struct err *err);
/* One more line of [watch]. False: there are too many, or the pattern is no regular expression. */
bool tui_settings_watch(struct tui_settings *s, const char *program, const char *pattern, struct err *err);
/* One more line of [silence], in the place of one for the same pattern. False: there are too many, or value is neither a number
   of minutes nor "off". */
bool tui_settings_silence(struct tui_settings *s, const char *program, const char *value, struct err *err);
/* The value as it is written; borrowed. */
const char *tui_setting_get(const struct tui_settings *s, const struct tui_setting *setting);
/* "auto, dark, light, mono"; for texts what the help says. */
void tui_setting_accepted(const struct tui_setting *setting, struct buf *out);

#endif
