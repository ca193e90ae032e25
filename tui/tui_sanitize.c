/* tui_sanitize.c: see tui_sanitize.h. */
#include "autoconf.h"

#include "tui/tui_sanitize.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "tui/tui_colour.h"

#define TAB_STOP 8
#define SGR_MAX 64 /* bytes of a colour sequence; longer ones are shown */

void
tui_sanitize_begin(struct tui_sanitizer *z, const char *s, size_t len, bool colours)
{
	*z = (struct tui_sanitizer){.s = s, .len = len, .colours = colours};
}

struct range {
	uint32_t first;
	uint32_t last;
};

static bool
in_ranges(const struct range *ranges, size_t n, uint32_t ch)
{
	for (size_t i = 0; i < n; i++)
		if (ch >= ranges[i].first && ch <= ranges[i].last)
			return true;
	return false;
}

/* Of what takes no column, only marks that belong to a letter are let through: the rest can hide or turn
 * text. */
static bool
is_combining(uint32_t ch)
{
	static const struct range ranges[] = {
	    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05c7}, {0x0610, 0x061a}, {0x064b, 0x065f},
	    {0x0670, 0x0670}, {0x06d6, 0x06ed}, {0x0900, 0x0dff}, {0x0e31, 0x0e4e}, {0x0eb1, 0x0ece},
	    {0x0f18, 0x0fc6}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x20d0, 0x20f0}, {0x302a, 0x302f},
	    {0x3099, 0x309a}, {0xfe20, 0xfe2f},
	};

	return in_ranges(ranges, sizeof(ranges) / sizeof(ranges[0]), ch);
}

/* The arguments of a colour sequence. joined: a colon stands before this one, so it belongs to those before it. */
struct sgr {
	int args[SGR_MAX / 2 + 1];
	bool joined[SGR_MAX / 2 + 1];
	int n;
};

/* How many arguments behind i are joined to it. */
static int
joined_to(const struct sgr *sgr, int i)
{
	int n = 0;

	while (i + n + 1 < sgr->n && sgr->joined[i + n + 1])
		n++;
	return n;
}

/* A colour of 38 or 48 at i: "5;N" or "2;R;G;B" behind it, "2::R:G:B" where colons join them. Returns how many
 * arguments that took. */
static int
extended_colour(uint16_t *colour, const struct sgr *sgr, int i)
{
	const int *args = sgr->args + i;
	int joined = joined_to(sgr, i), left = sgr->n - i;

	if (left >= 3 && args[1] == 5) {
		if (args[2] < 256)
			*colour = (uint16_t)TUI_PALETTE(args[2]);
		return joined > 0 ? joined : 2;
	}
	if (left >= 5 && args[1] == 2) {
		const int *rgb = args + (joined >= 5 ? 3 : 2);

		if (rgb[0] < 256 && rgb[1] < 256 && rgb[2] < 256)
			*colour = (uint16_t)TUI_PALETTE(
			    tui_colour_of_rgb((unsigned)rgb[0], (unsigned)rgb[1], (unsigned)rgb[2]));
		return joined > 0 ? joined : 4;
	}
	return left; /* nobody knows where it would go on */
}

/* Attributes that are set and reset; blinking, hiding and the like are none of a log's business. */
static const struct {
	int on;
	int off;
	uint8_t attr;
} sgr_attrs[] = {
    {1, 22, TUI_BOLD},
    {2, 22, TUI_DIM},
    {4, 24, TUI_UNDERLINE},
    {7, 27, TUI_REVERSE},
};

static void
apply_attr(struct tui_style *style, int arg)
{
	for (size_t i = 0; i < sizeof(sgr_attrs) / sizeof(sgr_attrs[0]); i++) {
		if (arg == sgr_attrs[i].on)
			style->attr |= sgr_attrs[i].attr;
		else if (arg == sgr_attrs[i].off)
			style->attr &= (uint8_t)~sgr_attrs[i].attr;
	}
}

static void
apply_sgr(struct tui_style *style, const struct sgr *sgr)
{
	for (int i = 0; i < sgr->n; i++) {
		int a = sgr->args[i];

		if (a == 38 || a == 48) {
			i += extended_colour(a == 38 ? &style->fg : &style->bg, sgr, i);
			continue;
		}
		/* "4:3" is a kind of underlining, "4:0" none. */
		if (a == 4 && joined_to(sgr, i) > 0 && sgr->args[i + 1] == 0)
			a = 24;
		i += joined_to(sgr, i);
		if (a == 0)
			*style = (struct tui_style){0};
		else if (a >= 30 && a <= 37)
			style->fg = (uint16_t)TUI_PALETTE(a - 30);
		else if (a >= 90 && a <= 97)
			style->fg = (uint16_t)TUI_PALETTE(a - 90 + 8);
		else if (a >= 40 && a <= 47)
			style->bg = (uint16_t)TUI_PALETTE(a - 40);
		else if (a >= 100 && a <= 107)
			style->bg = (uint16_t)TUI_PALETTE(a - 100 + 8);
		else if (a == 39)
			style->fg = TUI_DEFAULT;
		else if (a == 49)
			style->bg = TUI_DEFAULT;
		else
			apply_attr(style, a);
	}
}

/* Reads "ESC [ digits ; digits m" at s. Returns its length, 0 if it is something else. */
static size_t
parse_sgr(const char *s, size_t len, struct tui_style *style)
{
	struct sgr sgr = {.n = 1};
	size_t i = 2;

	if (len < 3 || s[0] != '\033' || s[1] != '[')
		return 0;
	for (; i < len && i < SGR_MAX; i++) {
		int *arg = &sgr.args[sgr.n - 1];

		if (s[i] >= '0' && s[i] <= '9')
			*arg = *arg > 999 ? 999 : *arg * 10 + (s[i] - '0');
		else if ((s[i] == ';' || s[i] == ':') && sgr.n < SGR_MAX / 2)
			sgr.joined[sgr.n++] = s[i] == ':';
		else
			break;
	}
	if (i >= len || s[i] != 'm')
		return 0;
	apply_sgr(style, &sgr);
	return i + 1;
}

static void
set_mark(struct tui_sanitizer *z, uint32_t ch)
{
	if (ch < 0x20)
		z->npending = snprintf(z->pending, sizeof(z->pending), "^%c", (char)(ch + '@'));
	else if (ch == 0x7f)
		z->npending = snprintf(z->pending, sizeof(z->pending), "^?");
	else if (ch < 0x100)
		z->npending = snprintf(z->pending, sizeof(z->pending), "<%02X>", (unsigned)ch);
	else
		z->npending = snprintf(z->pending, sizeof(z->pending), "<U+%04X>", (unsigned)ch & 0xfffffU);
	z->next = 0;
	z->pending_is_mark = true;
}

static void
set_tab(struct tui_sanitizer *z)
{
	z->npending = TAB_STOP - z->column % TAB_STOP;
	memset(z->pending, ' ', TAB_STOP);
	z->next = 0;
	z->pending_is_mark = false;
}

static bool
emit(struct tui_sanitizer *z, struct tui_glyph *g, uint32_t ch, int width, bool foreign)
{
	*g = (struct tui_glyph){.ch = ch, .width = width, .style = z->style, .foreign = foreign};
	z->column += width;
	z->base = !foreign;
	return true;
}

static bool
emit_pending(struct tui_sanitizer *z, struct tui_glyph *g)
{
	return emit(z, g, (unsigned char)z->pending[z->next++], 1, z->pending_is_mark);
}

bool
tui_sanitize_next(struct tui_sanitizer *z, struct tui_glyph *g)
{
	while (z->next >= z->npending && z->pos < z->len) {
		const char *s = z->s + z->pos;
		struct tui_style style = z->style;
		uint32_t ch;
		size_t sgr;
		int n, width;

		if (*s >= 0x20 && *s < 0x7f) {
			z->pos++;
			return emit(z, g, (unsigned char)*s, 1, false);
		}
		sgr = parse_sgr(s, z->len - z->pos, &style);
		if (sgr > 0) {
			if (z->colours)
				z->style = style;
			z->pos += sgr;
			continue;
		}
		n = utf8_decode(s, z->len - z->pos, &ch);
		if (n < 0) {
			z->pos++;
			return emit(z, g, 0xfffd, 1, true);
		}
		z->pos += (size_t)n;
		if (ch == '\t') {
			set_tab(z);
			break;
		}
		/* An emoji's variation selector changes widths differently in each terminal: it is left out.
		 */
		if (ch >= 0xfe00 && ch <= 0xfe0f)
			continue;
		width = utf8_width(ch);
		if (!utf8_is_foreign(ch) && (width > 0 || (z->base && is_combining(ch))))
			return emit(z, g, ch, width, false);
		set_mark(z, ch);
	}
	return z->next < z->npending && emit_pending(z, g);
}

bool
tui_sanitize(struct buf *out, const char *s, size_t len)
{
	struct tui_sanitizer z;
	struct tui_glyph g;
	char bytes[4];

	tui_sanitize_begin(&z, s, len, false);
	while (tui_sanitize_next(&z, &g))
		if (!buf_append(out, bytes, utf8_encode(g.ch, bytes)))
			return false;
	return true;
}
