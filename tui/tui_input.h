/*
 * Bytes from a terminal -> keys. Pure: who feeds it reads the terminal and owns the timer that tells a lone
 * Esc from the beginning of a sequence. Sequences of the terminal's description are added to those that
 * nearly all terminals send; what is like a sequence but unknown is swallowed.
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
};
#define TUI_CTRL(c) ((c)&0x1f)

#define TUI_INPUT_MAX 512 /* bytes that wait to be decoded */
#define TUI_INPUT_SEQUENCES 64
#define TUI_KEY_NAME_MAX 16

struct tui_input {
	char bytes[TUI_INPUT_MAX];
	size_t len;
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
/* The next key; false when none is complete. expired: no more bytes came for a while, so what is there is
 * all. */
bool tui_input_next(struct tui_input *in, bool expired, uint32_t *key);
/* Is there a beginning that waits for its end? */
bool tui_input_pending(const struct tui_input *in);

/* "j", "^D", "PgUp", "Space": as help writes it. */
const char *tui_key_name(uint32_t key, char out[TUI_KEY_NAME_MAX]);

#endif
