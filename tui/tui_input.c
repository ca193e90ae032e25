/* tui_input.c: see tui_input.h. */
#include "autoconf.h"

#include "tui/tui_input.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static const struct {
	const char *text;
	uint32_t key;
} common[] = {
    {"\033[A", TUI_KEY_UP},
    {"\033OA", TUI_KEY_UP},
    {"\033[B", TUI_KEY_DOWN},
    {"\033OB", TUI_KEY_DOWN},
    {"\033[C", TUI_KEY_RIGHT},
    {"\033OC", TUI_KEY_RIGHT},
    {"\033[D", TUI_KEY_LEFT},
    {"\033OD", TUI_KEY_LEFT},
    {"\033[H", TUI_KEY_HOME},
    {"\033OH", TUI_KEY_HOME},
    {"\033[1~", TUI_KEY_HOME},
    {"\033[7~", TUI_KEY_HOME},
    {"\033[F", TUI_KEY_END},
    {"\033OF", TUI_KEY_END},
    {"\033[4~", TUI_KEY_END},
    {"\033[8~", TUI_KEY_END},
    {"\033[5~", TUI_KEY_PGUP},
    {"\033[6~", TUI_KEY_PGDN},
    {"\033[2~", TUI_KEY_INSERT},
    {"\033[3~", TUI_KEY_DELETE},
    {"\033[Z", TUI_KEY_BACKTAB},
    {"\033OP", TUI_KEY_F1},
    {"\033OQ", TUI_KEY_F2},
    {"\033OR", TUI_KEY_F3},
    {"\033OS", TUI_KEY_F4},
    {"\033[11~", TUI_KEY_F1},
    {"\033[12~", TUI_KEY_F2},
    {"\033[13~", TUI_KEY_F3},
    {"\033[14~", TUI_KEY_F4},
    {"\033[15~", TUI_KEY_F5},
    {"\033[17~", TUI_KEY_F6},
    {"\033[18~", TUI_KEY_F7},
    {"\033[19~", TUI_KEY_F8},
    {"\033[20~", TUI_KEY_F9},
    {"\033[21~", TUI_KEY_F10},
    {"\033[23~", TUI_KEY_F11},
    {"\033[24~", TUI_KEY_F12},
    {"\033[[A", TUI_KEY_F1},
    {"\033[[B", TUI_KEY_F2},
    {"\033[[C", TUI_KEY_F3},
    {"\033[[D", TUI_KEY_F4},
    {"\033[[E", TUI_KEY_F5},
    {"\033[200~", TUI_KEY_PASTE_BEGIN},
    {"\033[201~", TUI_KEY_PASTE_END},
};
#define NCOMMON (sizeof(common) / sizeof(common[0]))

void
tui_input_init(struct tui_input *in)
{
	memset(in, 0, sizeof(*in));
}

void
tui_input_add(struct tui_input *in, const char *sequence, uint32_t key)
{
	size_t len = sequence == NULL ? 0 : strlen(sequence);

	/* A single byte is a key by itself, whatever the description calls it. */
	if (len < 2 || len >= sizeof(in->added[0].text) || in->nadded == TUI_INPUT_SEQUENCES)
		return;
	memcpy(in->added[in->nadded].text, sequence, len + 1);
	in->added[in->nadded++].key = key;
}

size_t
tui_input_room(const struct tui_input *in)
{
	return sizeof(in->bytes) - in->len;
}

void
tui_input_feed(struct tui_input *in, const char *bytes, size_t len)
{
	if (len > tui_input_room(in))
		len = tui_input_room(in);
	memcpy(in->bytes + in->len, bytes, len);
	in->len += len;
}

bool
tui_input_pending(const struct tui_input *in)
{
	return in->len > 0;
}

enum match {
	MATCH_NONE,
	MATCH_PART,
	MATCH_WHOLE,
};

static enum match
compare(const struct tui_input *in, const char *text)
{
	size_t len = strlen(text);

	if (in->len >= len)
		return memcmp(in->bytes, text, len) == 0 ? MATCH_WHOLE : MATCH_NONE;
	return memcmp(in->bytes, text, in->len) == 0 ? MATCH_PART : MATCH_NONE;
}

/* Looks the beginning of the bytes up in both tables; the longest whole match wins. */
static enum match
look_up(const struct tui_input *in, size_t *used, uint32_t *key)
{
	enum match best = MATCH_NONE;

	*used = 0;
	for (size_t i = 0; i < in->nadded + NCOMMON; i++) {
		const char *text = i < in->nadded ? in->added[i].text : common[i - in->nadded].text;
		enum match match = compare(in, text);

		if (match == MATCH_WHOLE && strlen(text) > *used) {
			*used = strlen(text);
			*key = i < in->nadded ? in->added[i].key : common[i - in->nadded].key;
		}
		if (match > best)
			best = match;
	}
	return best;
}

/* The length of an unknown sequence "ESC [ parameters final", 0 while its end has not come. */
static size_t
csi_length(const struct tui_input *in)
{
	for (size_t i = 2; i < in->len; i++) {
		unsigned char c = (unsigned char)in->bytes[i];

		if (c >= 0x40 && c <= 0x7e)
			return i + 1;
		if (c < 0x20 || c > 0x3f)
			return i;
	}
	return 0;
}

static void
take(struct tui_input *in, size_t n)
{
	in->len -= n;
	memmove(in->bytes, in->bytes + n, in->len);
}

/* An escape at the front: a key of the tables, something to swallow, or a lone Esc. */
static bool
next_escape(struct tui_input *in, bool expired, uint32_t *key)
{
	size_t used;
	enum match match = look_up(in, &used, key);

	if (match == MATCH_WHOLE) {
		take(in, used);
		return true;
	}
	if ((match == MATCH_PART || in->len == 1) && !expired)
		return false;
	if (in->len >= 3 && in->bytes[1] == '[') {
		used = csi_length(in);
		if (used == 0 && !expired && tui_input_room(in) > 0)
			return false;
		take(in, used == 0 ? in->len : used);
		*key = TUI_KEY_NONE;
		return true;
	}
	take(in, 1);
	*key = TUI_KEY_ESC;
	return true;
}

bool
tui_input_next(struct tui_input *in, bool expired, uint32_t *key)
{
	int n;

	if (in->len == 0)
		return false;
	if (in->bytes[0] == '\033')
		return next_escape(in, expired, key);
	n = utf8_decode(in->bytes, in->len, key);
	if (n == UTF8_TRUNCATED && !expired)
		return false;
	if (n < 0) {
		take(in, 1);
		*key = TUI_KEY_NONE;
		return true;
	}
	take(in, (size_t)n);
	if (*key == '\n')
		*key = TUI_KEY_ENTER;
	else if (*key == '\b')
		*key = TUI_KEY_BACKSPACE;
	return true;
}

static const struct {
	uint32_t key;
	const char *name;
} names[] = {
    {TUI_KEY_TAB, "Tab"},
    {TUI_KEY_ENTER, "Enter"},
    {TUI_KEY_ESC, "Esc"},
    {TUI_KEY_SPACE, "Space"},
    {TUI_KEY_BACKSPACE, "Backspace"},
    {TUI_KEY_UP, "Up"},
    {TUI_KEY_DOWN, "Down"},
    {TUI_KEY_LEFT, "Left"},
    {TUI_KEY_RIGHT, "Right"},
    {TUI_KEY_HOME, "Home"},
    {TUI_KEY_END, "End"},
    {TUI_KEY_PGUP, "PgUp"},
    {TUI_KEY_PGDN, "PgDn"},
    {TUI_KEY_INSERT, "Ins"},
    {TUI_KEY_DELETE, "Del"},
    {TUI_KEY_BACKTAB, "S-Tab"},
};

const char *
tui_key_name(uint32_t key, char out[TUI_KEY_NAME_MAX])
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].key == key) {
			snprintf(out, TUI_KEY_NAME_MAX, "%s", names[i].name);
			return out;
		}
	}
	if (key >= TUI_KEY_F1 && key <= TUI_KEY_F12)
		snprintf(out, TUI_KEY_NAME_MAX, "F%u", (unsigned)(key - TUI_KEY_F1 + 1));
	else if (key < 0x20)
		snprintf(out, TUI_KEY_NAME_MAX, "^%c", (char)(key + '@'));
	else
		out[utf8_encode(key, out)] = '\0';
	return out;
}
