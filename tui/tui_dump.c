/* tui_dump.c: see tui_dump.h. */
#include "autoconf.h"

#include "tui/tui_dump.h"

#include <string.h>

#include "base/utf8.h"
#include "tui/tui_logpane.h"
#include "tui/tui_logtext.h"
#include "tui/tui_sanitize.h"

/* Which lines */

bool
tui_dump_all(const struct tui_logpane *p, enum tui_dump_form form, struct tui_dump *d)
{
	*d = (struct tui_dump){.form = form, .at = p->log.first, .end = tui_log_end(&p->log)};
	return !tui_logfilter_is_complete(p) || tui_dump_count(p, d) > 0;
}

bool
tui_dump_sight(const struct tui_logpane *p, enum tui_dump_form form, struct tui_dump *d)
{
	struct tui_log_position top = tui_logpane_position(p);

	*d = (struct tui_dump){.form = form, .at = top.serial, .end = top.serial};
	while (d->end < tui_log_end(&p->log) && tui_logpane_is_in_sight(p, d->end))
		d->end++;
	return tui_dump_count(p, d) > 0;
}

bool
tui_dump_picked(const struct tui_logpane *p, enum tui_dump_form form, struct tui_dump *d)
{
	const struct tui_logmarks *k = &p->marks;

	*d = (struct tui_dump){.form = form};
	if (k->selecting) {
		d->at = k->from < k->to ? k->from : k->to;
		d->end = (k->from < k->to ? k->to : k->from) + 1;
	} else if (k->lines.n > 0) {
		d->marked = true;
		d->at = tui_serials_get(&k->lines, 0);
		d->end = tui_serials_get(&k->lines, k->lines.n - 1) + 1;
	} else if (tui_logmarks_current(p, &d->at))
		d->end = d->at + 1;
	return tui_dump_count(p, d) > 0;
}

static bool
next_line(const struct tui_logpane *p, struct tui_dump *d, struct tui_log_line *line)
{
	const struct tui_serials *marks = &p->marks.lines;

	for (;; d->at++) {
		if (d->marked) {
			size_t i = tui_serials_below(marks, d->at);

			d->at = i < marks->n ? tui_serials_get(marks, i) : d->end;
		} else if (!tui_logfilter_next(p, d->at, &d->at))
			return false;
		if (d->at >= d->end || !tui_log_get(&p->log, d->at, line))
			return false;
		if (d->form != DUMP_RAW || line->kind == TUI_LOG_TEXT)
			return true;
	}
}

size_t
tui_dump_count(const struct tui_logpane *p, const struct tui_dump *d)
{
	struct tui_dump walk = *d;
	struct tui_log_line line;
	size_t n = 0;

	for (; next_line(p, &walk, &line); walk.at++)
		n++;
	return n;
}

/* As text */

static void
put_colour(struct buf *out, int base, uint16_t colour)
{
	if (colour == 0)
		return;
	if (colour <= 8)
		buf_printf(out, ";%d", base + colour - 1);
	else if (colour <= 16)
		buf_printf(out, ";%d", base + 60 + colour - 9);
	else
		buf_printf(out, ";%d;5;%d", base + 8, colour - 1);
}

static void
put_style(struct buf *out, struct tui_style style)
{
	static const char *const attrs[] = {";1", ";2", ";7", ";4"};

	buf_puts(out, "\033[0");
	for (size_t i = 0; i < sizeof(attrs) / sizeof(attrs[0]); i++)
		if ((style.attr & 1U << i) != 0)
			buf_puts(out, attrs[i]);
	put_colour(out, 30, style.fg);
	put_colour(out, 40, style.bg);
	buf_putc(out, 'm');
}

static void
put_harmless(struct buf *out, const char *text, size_t len, bool colours)
{
	struct tui_style now = {0};
	struct tui_sanitizer z;
	struct tui_glyph g;
	char bytes[4];

	tui_sanitize_begin(&z, text, len, colours);
	while (tui_sanitize_next(&z, &g)) {
		if (colours && (g.style.fg != now.fg || g.style.bg != now.bg || g.style.attr != now.attr)) {
			put_style(out, g.style);
			now = g.style;
		}
		buf_append(out, bytes, utf8_encode(g.ch, bytes));
	}
	if (now.fg != 0 || now.bg != 0 || now.attr != 0)
		buf_puts(out, "\033[0m");
}

static void
put_padded(struct buf *out, const char *text, int columns)
{
	put_harmless(out, text, strlen(text), false);
	for (int n = tui_text_columns(text); n < columns; n++)
		buf_putc(out, ' ');
	buf_putc(out, ' ');
}

static void
put_prefix(const struct tui_model *m, struct buf *out, const struct tui_log_line *line)
{
	const struct tui_logpane *p = &m->logpane;
	const struct tui_source *s = line->source < p->log.nsources ? p->log.sources[line->source] : NULL;
	char stamp[TUI_LOGSTAMP_MAX];
	double valid_for = TUI_FOREVER;

	if (p->stamps != TIMESTAMPS_OFF) {
		tui_logstamp(m, line->time, stamp, &valid_for);
		put_padded(out, stamp, 8);
	}
	if (s != NULL && p->show.programs > 1)
		put_padded(out, s->label, p->prefix.label - 1);
	if (s != NULL && p->prefix.channel > 0)
		buf_puts(out, s->channel == CHANNEL_STDERR ? "e " : "  ");
}

static void
put_line(const struct tui_model *m, struct buf *out, const struct tui_log_line *line, enum tui_dump_form form)
{
	struct buf scratch = BUF_INIT(TUI_LOGTEXT_MAX);
	const char *text;
	size_t len;

	if (line->kind == TUI_LOG_NOTE) {
		buf_puts(out, "-- ");
		put_harmless(out, line->text, line->len, false);
		buf_puts(out, " --");
		return;
	}
	if (form != DUMP_TEXT)
		put_prefix(m, out, line);
	text = tui_logtext_shown(line, m->logpane.json, &scratch, &len);
	put_harmless(out, text, len, form == DUMP_SHOWN);
	buf_release(&scratch);
}

static void
put_raw(const struct tui_logpane *p, struct buf *out, const struct tui_log_line *line)
{
	if (p->show.programs > 1 && line->source < p->log.nsources) {
		const char *label = p->log.sources[line->source]->label;

		put_harmless(out, label, strlen(label), false);
		buf_puts(out, ": ");
	}
	buf_append(out, line->text, line->len);
}

bool
tui_dump_next(const struct tui_model *m, struct tui_dump *d, struct buf *out)
{
	struct tui_log_line line;

	if (!next_line(&m->logpane, d, &line))
		return false;
	if (d->form == DUMP_RAW)
		put_raw(&m->logpane, out, &line);
	else
		put_line(m, out, &line, d->form);
	buf_putc(out, '\n');
	d->at++;
	return !out->failed;
}
