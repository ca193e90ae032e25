/* tui_input.c: see tui_input.h. */
#include "autoconf.h"

#include "tui/tui_input.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

#define PATIENCE 20 /* so often may time run out on half a sequence */

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
	in->waited = 0;
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

/* The length of a sequence "ESC [ parameters final", 0 while its end has not come. */
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

/* The length of "ESC ] text BEL" or "ESC ] text ESC \", 0 while its end has not come. */
static size_t
osc_length(const struct tui_input *in)
{
	for (size_t i = 2; i < in->len; i++) {
		unsigned char c = (unsigned char)in->bytes[i];

		if (c == '\a')
			return i + 1;
		if (c == '\033' && i + 1 == in->len)
			return 0;
		if (c == '\033')
			return in->bytes[i + 1] == '\\' ? i + 2 : i;
		if (c < 0x20)
			return i;
	}
	return 0;
}

/* Numbers with ; between them. Returns how many there are; *end is behind them. */
static size_t
read_numbers(const char *s, const char *limit, int *numbers, size_t max, const char **end)
{
	size_t n = 0;

	for (;;) {
		int value = 0;

		for (; s < limit && *s >= '0' && *s <= '9'; s++)
			value = value > 99999 ? 99999 : value * 10 + (*s - '0');
		if (n < max)
			numbers[n++] = value;
		if (s >= limit || *s != ';')
			break;
		s++;
	}
	*end = s;
	return n;
}

/* "ESC [ < button ; column ; line M", with m when it is let go. The bits of the button: 1 and 2 which, 4, 8 and 16 Shift,
 * Alt and Control, 32 motion, 64 the wheel. */
static uint32_t
read_mouse(struct tui_input *in, size_t len)
{
	static const enum tui_button buttons[] = {TUI_BUTTON_LEFT, TUI_BUTTON_MIDDLE, TUI_BUTTON_RIGHT,
						  TUI_BUTTON_OTHER};
	static const enum tui_button wheel[] = {TUI_WHEEL_UP, TUI_WHEEL_DOWN, TUI_BUTTON_OTHER,
						TUI_BUTTON_OTHER};
	int numbers[3] = {0};
	const char *end;
	size_t n = read_numbers(in->bytes + 3, in->bytes + len, numbers, 3, &end);
	int b = numbers[0];

	if (n != 3 || *end != 'M' || (b & ~(3 | 4 | 8 | 16 | 64)) != 0 || numbers[1] < 1 || numbers[2] < 1)
		return TUI_KEY_NONE;
	in->mouse.button = (b & 64) != 0 ? wheel[b & 3] : buttons[b & 3];
	in->mouse.x = numbers[1] - 1;
	in->mouse.y = numbers[2] - 1;
	return TUI_KEY_MOUSE;
}

/* "ESC [ ? mode ; value $ y" tells of a mode, "ESC [ ? ... c" what the terminal is. */
static uint32_t
read_private(struct tui_input *in, size_t len)
{
	int numbers[2] = {0};
	const char *end;
	size_t n = read_numbers(in->bytes + 3, in->bytes + len, numbers, 2, &end);

	if (in->bytes[len - 1] == 'c') {
		in->reply = (struct tui_reply){.kind = TUI_REPLY_LAST};
		return TUI_KEY_REPLY;
	}
	if (n != 2 || end + 2 != in->bytes + len || end[0] != '$' || end[1] != 'y')
		return TUI_KEY_NONE;
	in->reply = (struct tui_reply){.kind = TUI_REPLY_MODE, .mode = numbers[0], .value = numbers[1]};
	return TUI_KEY_REPLY;
}

/* A part of a colour: one to four hexadecimal digits, of which all ones are the most. False: it is none. */
static bool
read_part(const char **s, unsigned *part)
{
	unsigned value = 0, most = 0;
	int digits = 0;

	for (; digits < 4; digits++, ++*s) {
		char c = **s;

		if (c >= '0' && c <= '9')
			value = value * 16 + (unsigned)(c - '0');
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			value = value * 16 + (unsigned)((c | 32) - 'a' + 10);
		else
			break;
		most = most * 16 + 15;
	}
	if (digits == 0)
		return false;
	*part = value * 255 / most;
	return true;
}

/* "11;rgb:RRRR/GGGG/BBBB", or "rgba:" with one part more. The text ends with a byte that is no part of it. */
static uint32_t
read_osc(struct tui_input *in)
{
	const char *s = in->bytes + 2;
	struct tui_reply r = {.kind = TUI_REPLY_BACKGROUND};

	if (strncmp(s, "11;rgb:", 7) == 0)
		s += 7;
	else if (strncmp(s, "11;rgba:", 8) == 0)
		s += 8;
	else
		return TUI_KEY_NONE;
	if (!read_part(&s, &r.red) || *s++ != '/' || !read_part(&s, &r.green) || *s++ != '/' ||
	    !read_part(&s, &r.blue))
		return TUI_KEY_NONE;
	in->reply = r;
	return TUI_KEY_REPLY;
}

static void
take(struct tui_input *in, size_t n)
{
	in->len -= n;
	memmove(in->bytes, in->bytes + n, in->len);
}

/* Is the rest worth waiting for? A slow line may cut a sequence anywhere, and its rest must not be taken for keys. */
static bool
may_go_on(struct tui_input *in, bool expired)
{
	if (tui_input_room(in) == 0)
		return false;
	return !expired || ++in->waited < PATIENCE;
}

/* A whole sequence of length used: what it means, if it means anything. */
static uint32_t
read_sequence(struct tui_input *in, size_t used)
{
	if (in->bytes[1] == ']')
		return read_osc(in);
	if (used > 3 && in->bytes[2] == '<')
		return read_mouse(in, used);
	if (used > 3 && in->bytes[2] == '?')
		return read_private(in, used);
	return TUI_KEY_NONE;
}

/* An escape at the front: a key of the tables, an answer, something to swallow, or a lone Esc. */
static bool
next_escape(struct tui_input *in, bool expired, uint32_t *key)
{
	size_t used;
	enum match match = look_up(in, &used, key);
	bool csi = in->len >= 2 && in->bytes[1] == '[';
	/* Alt and ] is what somebody typed. */
	bool osc = in->len >= 3 && in->bytes[1] == ']' && in->bytes[2] >= '0' && in->bytes[2] <= '9';

	if (match == MATCH_WHOLE) {
		take(in, used);
		return true;
	}
	if ((match == MATCH_PART || in->len == 1 || (in->len == 2 && in->bytes[1] == ']')) && !expired)
		return false;
	if (csi || osc) {
		used = csi ? csi_length(in) : osc_length(in);
		if (used == 0 && may_go_on(in, expired))
			return false;
		*key = used == 0 ? TUI_KEY_NONE : read_sequence(in, used);
		take(in, used == 0 ? in->len : used);
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

uint32_t
tui_key_parse(const char *name, size_t len)
{
	char text[TUI_KEY_NAME_MAX];
	uint32_t key;

	if (len == 0 || len >= sizeof(text))
		return TUI_KEY_NONE;
	memcpy(text, name, len);
	text[len] = '\0';
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i].name, text) == 0)
			return names[i].key;
	for (uint32_t f = 1; f <= 12; f++) {
		char other[TUI_KEY_NAME_MAX];

		if (strcmp(tui_key_name(TUI_KEY_F1 + f - 1, other), text) == 0)
			return TUI_KEY_F1 + f - 1;
	}
	/* What a terminal sends for ^H, ^I, ^J and ^M are keys with names of their own, and ^[ is Esc. */
	if (len == 2 && text[0] == '^' && strchr("HIJM[?", text[1]) == NULL && text[1] >= '@' &&
	    text[1] <= '_')
		return text[1] == '@' ? TUI_KEY_NONE : TUI_CTRL((uint32_t)text[1]);
	return utf8_decode(text, len, &key) == (int)len && key > 0x20 && key != 0x7f ? key : TUI_KEY_NONE;
}
