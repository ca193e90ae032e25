/*
 * The line in which one types: a label, the text, a cursor, a history. Pure editing; what the text is for is
 * told by the kind and decided in tui_act_prompt.
 */
#ifndef TUI_PROMPT_H
#define TUI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "tui/tui_canvas.h"

#define TUI_PROMPT_MAX 4096
#define TUI_HISTORY_MAX 500

enum tui_prompt_kind {
	PROMPT_NONE,
	PROMPT_SEARCH,
	PROMPT_FILTER,
	PROMPT_LINES,     /* of a log: which are shown */
	PROMPT_SAVE,      /* the name of a file */
	PROMPT_OVERWRITE, /* y alone does */
	PROMPT_COMMAND,
	PROMPT_CONFIRM, /* y alone acts */
	PROMPT_WORD,    /* a word has to be typed */
	PROMPT_REVEAL,  /* y shows what is hidden */
	PROMPT_SEND,    /* a line for a program's stdin */
	PROMPT_NKINDS,
};

/* What a key did. */
enum tui_prompt_result {
	PROMPT_GOES_ON,
	PROMPT_CHANGED, /* the text is another one */
	PROMPT_ACCEPTED,
	PROMPT_CANCELLED,
};

struct tui_history {
	char *lines[TUI_HISTORY_MAX]; /* oldest first; owned */
	size_t n;
};

struct tui_prompt {
	enum tui_prompt_kind kind;
	char *label; /* owned */
	struct buf text;
	size_t cursor;             /* byte in text */
	struct tui_history *lines; /* that are called back; borrowed, or one of those below */
	size_t recall;             /* which of them is shown; n: none */
	struct tui_history history[PROMPT_NKINDS];
};

void tui_prompt_init(struct tui_prompt *p);
void tui_prompt_release(struct tui_prompt *p);
void tui_prompt_open(struct tui_prompt *p, enum tui_prompt_kind kind, const char *label, const char *text);
/* One that y alone answers. */
bool tui_prompt_is_question(const struct tui_prompt *p);
/* With lines of its own, which outlive the prompt. */
void tui_prompt_open_with(struct tui_prompt *p, enum tui_prompt_kind kind, const char *label,
			  const char *text, struct tui_history *lines);
/* The newest line; the oldest goes when there are too many. */
void tui_history_add(struct tui_history *h, const char *line);
void tui_history_release(struct tui_history *h);
/* The text stays until the prompt is opened again. */
void tui_prompt_close(struct tui_prompt *p);
enum tui_prompt_result tui_prompt_key(struct tui_prompt *p, uint32_t key);
/* As if typed, at the cursor. */
void tui_prompt_insert(struct tui_prompt *p, const char *text);
/* From there to the cursor. */
void tui_prompt_erase(struct tui_prompt *p, size_t from);
void tui_prompt_draw(const struct tui_prompt *p, struct tui_canvas *c, int y, struct tui_style style);

#endif
