/*
 * Bytes from a terminal -> keys. Pure: who feeds it reads the terminal and owns the timer that tells a lone
 * Esc from the beginning of a sequence. Sequences of the terminal's description are added to those that
 * nearly all terminals send; what is like a sequence but unknown is swallowed. Answers to what the terminal was asked
 * come in between, whole or in pieces, soon or late: they are told apart, and no part of one is ever a key.
 */
#ifndef TUI_INPUT_H
#define TUI_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A key is a character, a control character, or one of these. */
enum tui_key {
	TUI_KEY_NONE = 0,
	TUI_KEY_TAB = 0x09,
	TUI_KEY_ENTER = 0x0d,
	TUI_KEY_ESC = 0x1b,
	TUI_KEY_SPACE = 0x20,
	TUI_KEY_BACKSPACE = 0x7f,
	TUI_KEY_UP = 0x200000,
	TUI_KEY_DOWN,
	TUI_KEY_LEFT,
	TUI_KEY_RIGHT,
	TUI_KEY_HOME,
	TUI_KEY_END,
	TUI_KEY_PGUP,
	TUI_KEY_PGDN,
	TUI_KEY_INSERT,
	TUI_KEY_DELETE,
	TUI_KEY_BACKTAB,
	TUI_KEY_F1,
	TUI_KEY_F2,
	TUI_KEY_F3,
	TUI_KEY_F4,
	TUI_KEY_F5,
	TUI_KEY_F6,
	TUI_KEY_F7,
	TUI_KEY_F8,
	TUI_KEY_F9,
	TUI_KEY_F10,
	TUI_KEY_F11,
	TUI_KEY_F12,
	TUI_KEY_PASTE_BEGIN,
	TUI_KEY_PASTE_END,
	TUI_KEY_MOUSE, /* what is in tui_input.mouse */
	TUI_KEY_REPLY, /* what is in tui_input.reply */
};
#define TUI_CTRL(c) ((c)&0x1f)

#define TUI_INPUT_MAX 512 /* bytes that wait to be decoded */
#define TUI_INPUT_SEQUENCES 64
#define TUI_KEY_NAME_MAX 16

enum tui_button {
	TUI_BUTTON_LEFT,
	TUI_BUTTON_MIDDLE,
	TUI_BUTTON_RIGHT,
	TUI_BUTTON_OTHER,
	TUI_WHEEL_UP,
	TUI_WHEEL_DOWN,
};

/* A button that was pressed or a turn of the wheel; cells count from 0. */
struct tui_mouse {
	enum tui_button button;
	int x;
	int y;
};

enum tui_reply_kind {
	TUI_REPLY_BACKGROUND, /* red, green, blue */
	TUI_REPLY_MODE,       /* mode, value: as DECRPM has them */
	TUI_REPLY_LAST,       /* what the terminal is: asked for last */
};

/* What the terminal answered. */
struct tui_reply {
	enum tui_reply_kind kind;
	unsigned red; /* 0..255 */
	unsigned green;
	unsigned blue;
	int mode;
	int value;
};

struct tui_input {
	char bytes[TUI_INPUT_MAX];
	size_t len;
	struct tui_mouse mouse;
	struct tui_reply reply;
	unsigned waited; /* how often time ran out on what is there */
	struct {
		char text[16];
		uint32_t key;
	} added[TUI_INPUT_SEQUENCES]; /* from the terminal's description */
	size_t nadded;
};

void tui_input_init(struct tui_input *in);
/* NULL and what is too long or no sequence is ignored. */
void tui_input_add(struct tui_input *in, const char *sequence, uint32_t key);
/* How many bytes can be fed now. */
size_t tui_input_room(const struct tui_input *in);
void tui_input_feed(struct tui_input *in, const char *bytes, size_t len);
/* The next key; false when none is complete. expired: no more bytes came for a while (tens of milliseconds), so a lone
   Esc is one. The end of an answer is waited for some tens of times longer, since a slow line may have cut it. */
bool tui_input_next(struct tui_input *in, bool expired, uint32_t *key);
/* Is there a beginning that waits for its end? */
bool tui_input_pending(const struct tui_input *in);

/* "j", "^D", "PgUp", "Space": as help writes it. */
const char *tui_key_name(uint32_t key, char out[TUI_KEY_NAME_MAX]);
/* The other way round; 0: no such name. */
uint32_t tui_key_parse(const char *name, size_t len);

#endif
