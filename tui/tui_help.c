/* tui_help.c: see tui_help.h. */
#include "autoconf.h"

#include "tui/tui_help.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_actions.h"
#include "tui/tui_input.h"
#include "tui/tui_needs.h"

#define KEYS_COLUMNS 16 /* for the names of the keys */
#define KEYS_COLUMNS_NARROW 8
#define NARROW 60 /* a screen less wide is narrow */

const char *
tui_help_keys(const struct tui_binding *b, char out[TUI_HELP_KEYS_MAX])
{
	char name[TUI_KEY_NAME_MAX];
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < TUI_KEYS_MAX && b->keys[i] != 0 && len + TUI_KEY_NAME_MAX < TUI_HELP_KEYS_MAX;
	     i++)
		len += (size_t)snprintf(out + len, TUI_HELP_KEYS_MAX - len, "%s%s", i == 0 ? "" : " ",
					tui_key_name(b->keys[i], name));
	return out;
}

/* The overlay's text */

/* The binding as it holds in a keymap: without keys that mean something else there. False: none is left. */
static bool
holds_in(const struct tui_keytable *table, const struct tui_binding *b, enum tui_keymap keymap,
	 struct tui_binding *out)
{
	size_t n = 0;

	if (b->keymap != keymap && b->keymap != tui_keymap_behind(keymap))
		return false;
	*out = *b;
	memset(out->keys, 0, sizeof(out->keys));
	for (size_t k = 0; k < TUI_KEYS_MAX && b->keys[k] != 0; k++)
		if (tui_keytable_find(table, keymap, b->keys[k]) == b)
			out->keys[n++] = b->keys[k];
	return n > 0;
}

/* Lines of one column; owned. */
struct lines {
	char **lines;
	size_t n;
};

static void
add_line(struct lines *l, char *line)
{
	l->lines = xreallocarray(l->lines, l->n + 1, sizeof(*l->lines));
	l->lines[l->n++] = line;
}

static void
add_purpose(struct lines *l, const struct tui_keytable *table, enum tui_keymap keymap,
	    enum tui_purpose purpose, int columns)
{
	char keys[TUI_HELP_KEYS_MAX];
	struct tui_binding b;
	bool titled = false;

	for (size_t i = 0; i < table->n; i++) {
		int pad;

		if (tui_action_table[table->rows[i].binding.action].purpose != purpose ||
		    !holds_in(table, &table->rows[i].binding, keymap, &b))
			continue;
		if (!titled) {
			if (l->n > 0)
				add_line(l, xstrdup(""));
			add_line(l, xasprintf(" %s", tui_purpose_titles[purpose]));
		}
		titled = true;
		pad = columns - tui_text_columns(tui_help_keys(&b, keys));
		add_line(l, xasprintf("   %s%*s %s", keys, pad > 0 ? pad : 0, "", b.help));
	}
}

/* " Title", with one blank only, is the head of a list. */
static bool
is_title(const char *line)
{
	return line[0] == ' ' && line[1] != ' ' && line[1] != '\0';
}

static int
widest(char *const *lines, size_t n)
{
	int width = 0;

	for (size_t i = 0; i < n; i++)
		if (tui_text_columns(lines[i]) > width)
			width = tui_text_columns(lines[i]);
	return width;
}

/* How many lines the first of two columns gets: half, but a list is not torn apart when the next one is near. */
static size_t
split_lines(const struct lines *l)
{
	size_t half = (l->n + 1) / 2;

	for (size_t more = 0; more < 6 && half + more < l->n; more++)
		if (is_title(l->lines[half + more]))
			return half + more;
	return half;
}

/* In two columns. False: they do not fit. */
static bool
put_two_columns(struct tui_text *text, const struct lines *l, int width)
{
	size_t half = split_lines(l);
	int column = widest(l->lines, half) + 2;

	if (column + widest(l->lines + half, l->n - half) > width)
		return false;
	for (size_t i = 0; i < half || half + i < l->n; i++) {
		const char *left = i < half ? l->lines[i] : "";
		const char *right = half + i < l->n ? l->lines[half + i] : "";
		bool title = is_title(left) && (right[0] == '\0' || is_title(right));

		tui_text_addf(text, title ? LOOK_TITLE : LOOK_PLAIN, "%s%*s%s", left,
			      column - tui_text_columns(left), "", right);
	}
	return true;
}

void
tui_help_text(struct tui_text *text, const struct tui_keytable *keys, enum tui_keymap keymap, int width)
{
	struct lines l = {0};
	bool two;

	for (int purpose = 0; purpose < TUI_NPURPOSES; purpose++)
		add_purpose(&l, keys, keymap, (enum tui_purpose)purpose,
			    width < NARROW ? KEYS_COLUMNS_NARROW : KEYS_COLUMNS);
	two = put_two_columns(text, &l, width);
	for (size_t i = 0; i < l.n; i++) {
		if (!two)
			tui_text_add(text, is_title(l.lines[i]) ? LOOK_TITLE : LOOK_PLAIN, l.lines[i]);
		free(l.lines[i]);
	}
	free(l.lines);
	tui_text_add(text, LOOK_PLAIN, "");
	tui_text_add(text, LOOK_DIM,
		     " The log, the table and each window have keys of their own: ? there shows them.");
}

/* The keymap of what the help is about. */
static enum tui_keymap
below(const struct tui_model *m)
{
	if (m->overlay.type != NULL)
		return m->overlay.type->keymap;
	return m->focus == PANE_LOG ? KEYMAP_LOG : KEYMAP_TABLE;
}

enum tui_keymap
tui_help_keymap(const struct tui_model *m)
{
	return m->help.type != NULL ? m->help.type->keymap : below(m);
}

static void
help_fill(struct tui_model *m, struct tui_text *text, int width, double *valid_for)
{
	const char *place = tui_keymap_titles[below(m)];
	char *title = xasprintf("keys %c%s", place[0] | 32, place + 1);

	(void)valid_for;
	tui_set(&m->help.title, title);
	free(title);
	tui_help_text(text, &m->keys, below(m), width);
}

static const struct tui_overlay_type help_type = {
    .keymap = KEYMAP_OVERLAY,
    .fill = help_fill,
};

void
tui_help_open(struct tui_model *m)
{
	if (m->help.type != NULL)
		return;
	m->help.stale = true;
	m->help.type = &help_type;
}

/* The hints */

static bool
has_hint(const struct tui_binding *b, enum tui_keymap keymap)
{
	return b->hint != NULL && b->keys[0] != 0 &&
	       (b->keymap == keymap || b->keymap == tui_keymap_behind(keymap));
}

static int
hint_columns(const struct tui_binding *b)
{
	char name[TUI_KEY_NAME_MAX];

	return tui_text_columns(tui_key_name(b->keys[0], name)) + 1 + tui_text_columns(b->hint);
}

/* Where the next hint goes; the last of all has its place kept free. */
struct hints {
	const struct tui_model *m;
	enum tui_keymap keymap;
	const struct tui_binding *last;
	size_t i;
	int x;
	int width;
};

static void
hints_begin(struct hints *h, const struct tui_model *m, int width)
{
	*h = (struct hints){.m = m, .keymap = tui_help_keymap(m), .x = 1, .width = width};
	for (size_t i = 0; i < m->keys.n; i++)
		if (has_hint(&m->keys.rows[i].binding, h->keymap))
			h->last = &m->keys.rows[i].binding;
}

/* The next hint and its column; NULL: that was the last. */
static const struct tui_binding *
hints_next(struct hints *h, int *x)
{
	const struct tui_binding *b = h->last;

	*x = h->x;
	for (; h->last != NULL && h->i < h->m->keys.n; h->i++) {
		b = &h->m->keys.rows[h->i].binding;
		if (b == h->last || !has_hint(b, h->keymap))
			continue;
		if (h->x + hint_columns(b) + 2 + hint_columns(h->last) > h->width)
			break;
		h->x += hint_columns(b) + 2;
		h->i++;
		return b;
	}
	b = h->last;
	h->last = NULL;
	return b;
}

void
tui_help_hints(const struct tui_model *m, struct tui_canvas *c, int y)
{
	const struct tui_binding *b;
	struct hints h;
	int x;

	hints_begin(&h, m, c->width);
	while ((b = hints_next(&h, &x)) != NULL) {
		bool possible = tui_needs_missing(m, b) == NULL;
		char name[TUI_KEY_NAME_MAX];

		x += tui_canvas_text(c, y, x, c->width - x, m->theme->looks[possible ? LOOK_KEY : LOOK_DIM],
				     tui_key_name(b->keys[0], name));
		tui_canvas_text(c, y, x + 1, c->width - x - 1, m->theme->looks[LOOK_DIM], b->hint);
	}
}

uint32_t
tui_help_hint_at(const struct tui_model *m, int width, int x)
{
	const struct tui_binding *b;
	struct hints h;
	int at;

	hints_begin(&h, m, width);
	while ((b = hints_next(&h, &at)) != NULL)
		if (x >= at && x < at + hint_columns(b))
			return b->keys[0];
	return TUI_KEY_NONE;
}
