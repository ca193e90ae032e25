/*
 * tui_term_say.c: what the terminal is told beside the picture, in sequences of its own: title, mouse, bell,
 * clipboard.
 */
#include "autoconf.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "tui/tui_osc52.h"
#include "tui/tui_sanitize.h"
#include "tui/tui_term_parts.h"

void
tui_term_send(struct tui_term *term, const char *sequence)
{
	tui_out_write(term->out, sequence, strlen(sequence));
}

void
tui_term_set_title(struct tui_term *term, const char *title)
{
	struct buf text = BUF_INIT(TUI_TITLE_MAX - 1);
	struct tui_sanitizer z;
	struct tui_glyph g;
	char bytes[4];

	if (!term->titles)
		return;
	tui_sanitize_begin(&z, title, strlen(title), false);
	while (tui_sanitize_next(&z, &g)) {
		if (g.ch > 0x7e && !term->utf8)
			buf_putc(&text, '?');
		else
			buf_append(&text, bytes, utf8_encode(g.ch, bytes));
	}
	if (strcmp(term->title, buf_str(&text)) != 0) {
		if (term->title[0] == '\0')
			tui_term_send(term, TITLE_SAVE);
		snprintf(term->title, sizeof(term->title), "%s", buf_str(&text));
		if (term->title[0] == '\0')
			tui_term_send(term, TITLE_RESTORE);
		else {
			tui_term_send(term, "\033]2;");
			tui_term_send(term, term->title);
			tui_term_send(term, "\033\\");
		}
	}
	buf_release(&text);
}

void
tui_term_set_mouse(struct tui_term *term, bool on)
{
	on = on && term->mice;
	if (on == term->mouse)
		return;
	term->mouse = on;
	if (!term->away)
		tui_term_send(term, on ? MOUSE_ON : MOUSE_OFF);
}

void
tui_term_bell(struct tui_term *term)
{
	if (!term->away)
		tui_term_send(term, "\a");
}

void
tui_term_copy(struct tui_term *term, const char *text)
{
	struct buf sequence = BUF_INIT(TUI_OUT_MAX);

	if (!term->away && tui_osc52(&sequence, text, strlen(text)))
		tui_out_write(term->out, sequence.data, sequence.len);
	buf_release(&sequence);
}
