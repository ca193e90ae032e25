/* tui_help.c: see tui_help.h. */
#include "autoconf.h"

#include "tui/tui_help.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_actions.h"
#include "tui/tui_details.h"
#include "tui/tui_input.h"
#include "tui/tui_needs.h"
#include "tui/tui_wrap.h"

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

/* A line of one column. */
struct line {
	char *keys;       /* with the blanks around; of a title, all of it; owned */
	const char *help; /* "" for a title and between lists */
};

struct lines {
	struct line *lines;
	size_t n;
};

static void
add_line(struct lines *l, char *keys, const char *help)
{
	l->lines = xreallocarray(l->lines, l->n + 1, sizeof(*l->lines));
	l->lines[l->n++] = (struct line){.keys = keys, .help = help};
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
				add_line(l, xstrdup(""), "");
			add_line(l, xasprintf(" %s", tui_purpose_titles[purpose]), "");
		}
		titled = true;
		pad = columns - tui_text_columns(tui_help_keys(&b, keys));
		add_line(l, xasprintf("   %s%*s ", keys, pad > 0 ? pad : 0, ""), b.help);
	}
}

/* The head of a list. */
static bool
is_title(const struct line *line)
{
	return line->help[0] == '\0' && line->keys[0] != '\0';
}

static bool
is_empty(const struct line *line)
{
	return line->keys[0] == '\0';
}

static int
columns_of(const struct line *line)
{
	return tui_text_columns(line->keys) + tui_text_columns(line->help);
}

static int
widest(const struct line *lines, size_t n)
{
	int width = 0;

	for (size_t i = 0; i < n; i++)
		if (columns_of(&lines[i]) > width)
			width = columns_of(&lines[i]);
	return width;
}

/* How many lines the first of two columns gets: half, but a list is not torn apart when the next one is near. */
static size_t
split_lines(const struct lines *l)
{
	size_t half = (l->n + 1) / 2;

	for (size_t more = 0; more < 6 && half + more < l->n; more++)
		if (is_title(&l->lines[half + more]))
			return half + more;
	return half;
}

/* In two columns. False: they do not fit. */
static bool
put_two_columns(struct tui_text *text, const struct lines *l, int width)
{
	static const struct line none = {.keys = (char *)(uintptr_t) "", .help = ""};
	size_t half = split_lines(l);
	int column = widest(l->lines, half) + 2;

	if (column + widest(l->lines + half, l->n - half) > width)
		return false;
	for (size_t i = 0; i < half || half + i < l->n; i++) {
		const struct line *left = i < half ? &l->lines[i] : &none;
		const struct line *right = half + i < l->n ? &l->lines[half + i] : &none;
		bool title = is_title(left) && (is_empty(right) || is_title(right));

		tui_text_addf(text, title ? LOOK_TITLE : LOOK_PLAIN, "%s%s%*s%s%s", left->keys, left->help,
			      column - columns_of(left), "", right->keys, right->help);
	}
	return true;
}

static void
add_lists(struct tui_text *text, const struct tui_keytable *keys, enum tui_keymap keymap, int width)
{
	struct lines l = {0};
	bool two;

	for (int purpose = 0; purpose < TUI_NPURPOSES; purpose++)
		add_purpose(&l, keys, keymap, (enum tui_purpose)purpose,
			    width < NARROW ? KEYS_COLUMNS_NARROW : KEYS_COLUMNS);
	two = put_two_columns(text, &l, width);
	for (size_t i = 0; i < l.n; i++) {
		if (!two && is_title(&l.lines[i]))
			tui_text_add(text, LOOK_TITLE, l.lines[i].keys);
		else if (!two)
			tui_wrap(text, LOOK_PLAIN, width, l.lines[i].keys, l.lines[i].help);
		free(l.lines[i].keys);
	}
	free(l.lines);
	tui_text_add(text, LOOK_PLAIN, "");
}

void
tui_help_text(struct tui_text *text, const struct tui_keytable *keys, enum tui_keymap keymap, int width)
{
	add_lists(text, keys, keymap, width);
	tui_wrap(text, LOOK_DIM, width, " ",
		 "The log, the table and each window have keys of their own: ? there shows them.");
}

/* The keymap of what the help is about. */
static enum tui_keymap
below(const struct tui_model *m)
{
	if (m->overlay.type != NULL)
		return m->overlay.type->keymap;
	return m->focus == PANE_LOG ? KEYMAP_LOG : KEYMAP_TABLE;
}

static enum tui_keymap
keymap_in_front(const struct tui_model *m)
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
	if (m->player != NULL)
		add_lists(text, &m->keys, KEYMAP_REPLAY, width);
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

/* While something is typed or asked, these keys apply. */
static const struct {
	const char *key;
	const char *hint;
} of_prompts[PROMPT_NKINDS][4] = {
    [PROMPT_SEARCH] = {{"Enter", "go there"}, {"^P", "one before"}, {"Esc", "back"}},
    [PROMPT_FILTER] = {{"Enter", "keep"}, {"^P", "one before"}, {"Esc", "as it was"}},
    [PROMPT_LINES] = {{"Enter", "keep"}, {"^P", "one before"}, {"Esc", "as it was"}},
    [PROMPT_SAVE] = {{"Enter", "save"}, {"^U", "another name"}, {"Esc", "leave"}},
    [PROMPT_OVERWRITE] = {{"y", "overwrite"}, {"Esc", "leave"}},
    [PROMPT_COMMAND] = {{"Enter", "do it"}, {"Tab", "complete"}, {"^P", "one before"}, {"Esc", "leave"}},
    [PROMPT_CONFIRM] = {{"y", "do it"}, {"Esc", "leave"}},
    [PROMPT_WORD] = {{"Enter", "do it"}, {"Esc", "leave"}},
    [PROMPT_REVEAL] = {{"y", "show"}, {"Esc", "leave"}},
    [PROMPT_SEND] = {{"Enter", "send"}, {"^P", "one before"}, {"Esc", "leave"}},
};

/* Whether the binding's hint is one that is needed now. */
static bool
has_hint(const struct tui_model *m, const struct tui_binding *b, enum tui_keymap keymap)
{
	if (b->hint == NULL || b->keys[0] == 0 ||
	    (b->keymap != keymap && b->keymap != tui_keymap_behind(keymap)))
		return false;
	/* In the preview and in the menu of columns Space does the same, and has a hint of its own. */
	if (b->action == ACTION_CHOOSE)
		return keymap != KEYMAP_UPDATE && keymap != KEYMAP_COLUMNS && m->help.type == NULL &&
		       m->overlay.type->choose != NULL;
	if (keymap == KEYMAP_DETAILS)
		return tui_details_hints_at(m, b->action);
	return true;
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

/* Playing is what is done in a recording; what lies over the panes has to be left first. */
static enum tui_keymap
hints_keymap(const struct tui_model *m)
{
	return m->player != NULL && tui_overlay_shown(m) == NULL ? KEYMAP_REPLAY : keymap_in_front(m);
}

static void
hints_begin(struct hints *h, const struct tui_model *m, int width)
{
	*h = (struct hints){.m = m, .keymap = hints_keymap(m), .x = 1, .width = width};
	for (size_t i = 0; i < m->keys.n; i++)
		if (has_hint(m, &m->keys.rows[i].binding, h->keymap))
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
		if (b == h->last || !has_hint(h->m, b, h->keymap))
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

static int
put_hint(const struct tui_model *m, struct tui_canvas *c, int y, int x, bool possible, const char *key,
	 const char *hint)
{
	x += tui_canvas_text(c, y, x, c->width - x, m->theme->looks[possible ? LOOK_KEY : LOOK_DIM], key) + 1;
	return x + tui_canvas_text(c, y, x, c->width - x, m->theme->looks[LOOK_DIM], hint);
}

static void
prompt_hints(const struct tui_model *m, struct tui_canvas *c, int y)
{
	int x = 1;

	for (size_t i = 0; i < sizeof(of_prompts[0]) / sizeof(of_prompts[0][0]); i++)
		if (of_prompts[m->prompt.kind][i].key != NULL)
			x = put_hint(m, c, y, x, true, of_prompts[m->prompt.kind][i].key,
				     of_prompts[m->prompt.kind][i].hint) +
			    2;
}

/* While lines of the log are selected. */
static bool
is_selecting(const struct tui_model *m)
{
	return m->logpane.marks.selecting && hints_keymap(m) == KEYMAP_LOG;
}

static void
selection_hints(const struct tui_model *m, struct tui_canvas *c, int y)
{
	static const struct {
		enum tui_action action;
		const char *hint;
	} hints[] = {
	    {ACTION_DOWN, "down"},      {ACTION_UP, "up"},      {ACTION_COPY_LINES, "copy"},
	    {ACTION_LINE_MARK, "mark"}, {ACTION_BACK, "leave"},
	};
	char name[TUI_KEY_NAME_MAX];
	int x = 1;

	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
		for (size_t j = 0; j < m->keys.n; j++) {
			const struct tui_binding *b = &m->keys.rows[j].binding;

			if (b->action != hints[i].action || b->keys[0] == 0 ||
			    (b->keymap != KEYMAP_LOG && b->keymap != KEYMAP_ANY))
				continue;
			x = put_hint(m, c, y, x, true, tui_key_name(b->keys[0], name), hints[i].hint) + 2;
			break;
		}
}

void
tui_help_hints(const struct tui_model *m, struct tui_canvas *c, int y)
{
	const struct tui_binding *b;
	struct hints h;
	int x;

	if (m->prompt.kind != PROMPT_NONE) {
		prompt_hints(m, c, y);
		return;
	}
	if (is_selecting(m)) {
		selection_hints(m, c, y);
		return;
	}
	hints_begin(&h, m, c->width);
	while ((b = hints_next(&h, &x)) != NULL) {
		bool possible = tui_needs_missing(m, b) == NULL;
		char name[TUI_KEY_NAME_MAX];

		put_hint(m, c, y, x, possible, tui_key_name(b->keys[0], name), b->hint);
	}
}

uint32_t
tui_help_hint_at(const struct tui_model *m, int width, int x)
{
	const struct tui_binding *b;
	struct hints h;
	int at;

	if (is_selecting(m))
		return TUI_KEY_NONE;
	hints_begin(&h, m, width);
	while ((b = hints_next(&h, &at)) != NULL)
		if (x >= at && x < at + hint_columns(b))
			return b->keys[0];
	return TUI_KEY_NONE;
}
