/* tui_messages.c: see tui_messages.h. */
#include "autoconf.h"

#include "tui/tui_messages.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/xmalloc.h"
#include "tui/tui_model.h"
#include "tui/tui_wrap.h"

#define MESSAGE_SECONDS 10 /* so long a result stays at least */
#define NEWS_WAIT 5        /* and so long one that may be an answer is not overtaken by news */

/* The list */

static const struct tui_overlay_type messages_type = {
    .keymap = KEYMAP_OVERLAY,
};

static void
show(struct tui_model *m, const struct tui_said *s)
{
	char clock[TUI_CLOCK_MAX], *first;

	tui_clock(m, s->time, clock);
	if (m->nhosts > 1)
		first = xasprintf(" %s  %-12s ", clock, s->host);
	else
		first = xasprintf(" %s  ", clock);
	tui_wrap(&m->overlay.text, s->look, m->width > 0 ? m->width : 80, first, s->text);
	free(first);
}

void
tui_messages_open(struct tui_model *m)
{
	const struct tui_messages *ms = &m->messages;

	if (ms->n == 0) {
		tui_message(m, LOOK_PLAIN, "nothing was said so far");
		return;
	}
	tui_overlay_open(m, &messages_type, "messages");
	for (size_t i = 0; i < ms->n; i++)
		show(m, &ms->list[(ms->first + i) % TUI_MESSAGES_MAX]);
	/* The last ones first; who scrolls up stays there. */
	tui_overlay_scroll(&m->overlay, (long)m->overlay.text.n);
}

void
tui_messages_release(struct tui_messages *ms)
{
	for (size_t i = 0; i < ms->n; i++) {
		free(ms->list[(ms->first + i) % TUI_MESSAGES_MAX].host);
		free(ms->list[(ms->first + i) % TUI_MESSAGES_MAX].text);
	}
	free(ms->list);
	*ms = (struct tui_messages){0};
}

static void
keep(struct tui_model *m, const struct tui_host *h, enum tui_look look, const char *text)
{
	struct tui_messages *ms = &m->messages;
	struct tui_said *s;
	bool at_end = m->overlay.top + m->overlay.page >= m->overlay.text.n;

	if (ms->list == NULL)
		ms->list = xcalloc(TUI_MESSAGES_MAX, sizeof(*ms->list));
	s = &ms->list[(ms->first + ms->n) % TUI_MESSAGES_MAX];
	if (ms->n == TUI_MESSAGES_MAX) {
		free(s->host);
		free(s->text);
		ms->first = (ms->first + 1) % TUI_MESSAGES_MAX;
	} else
		ms->n++;
	*s = (struct tui_said){
	    .time = h != NULL ? tui_host_now(h) : m->now,
	    .look = look,
	    .host = xstrdup(h != NULL ? tui_host_name(h) : ""),
	    .text = xstrndup(text, TUI_MESSAGE_BYTES),
	};
	if (!tui_overlay_is(m, &messages_type))
		return;
	show(m, s);
	if (at_end)
		tui_overlay_scroll(&m->overlay, 1);
}

/* The line */

const char *
tui_hint(const struct tui_model *m, const char *by_key, const char *by_line)
{
	return m->mode == MODE_LINES ? by_line : by_key;
}

/* An error that nobody can have seen yet gives way only to another one. */
static bool
may_replace(const struct tui_model *m, enum tui_look look)
{
	return look == LOOK_BAD || !m->message_unread;
}

/* With the daemon's name in front where there are several. */
static void
put_line(struct tui_model *m, const struct tui_host *h, enum tui_look look, const char *text)
{
	char *named = h != NULL && m->nhosts > 1 ? xasprintf("%s: %s", tui_host_name(h), text) : NULL;

	tui_set(&m->message, named != NULL ? named : text);
	free(named);
	m->message_look = look;
	m->message_job = NULL;
	m->message_is_news = false;
	m->message_offer = OFFER_NONE;
	m->message_time = m->now;
	m->message_unread = look == LOOK_BAD;
}

static bool
say(struct tui_model *m, const struct tui_host *h, enum tui_look look, const char *text)
{
	if (look != LOOK_PLAIN)
		keep(m, h, look, text);
	if (!may_replace(m, look))
		return false;
	put_line(m, h, look, text);
	return true;
}

bool
tui_message(struct tui_model *m, enum tui_look look, const char *fmt, ...)
{
	va_list ap;
	char *text;
	bool shown;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	shown = say(m, NULL, look, text);
	free(text);
	return shown;
}

bool
tui_say(struct tui_host *h, enum tui_look look, const char *fmt, ...)
{
	va_list ap;
	char *text;
	bool shown;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	shown = say(h->model, h, look, text);
	free(text);
	return shown;
}

void
tui_offer(struct tui_host *h, enum tui_offer offer)
{
	h->model->message_offer = offer;
	h->model->message_host = h;
}

bool
tui_is_offered(const struct tui_host *h, enum tui_offer offer)
{
	return h->model->message_offer == offer && h->model->message_host == h;
}

void
tui_offer_ends(struct tui_host *h, enum tui_offer offer)
{
	if (tui_is_offered(h, offer) && h->model->mode == MODE_SCREEN)
		put_line(h->model, NULL, LOOK_PLAIN, "");
}

/* Where commands are typed as lines, the line above stays. */
static bool
has_room_for_news(const struct tui_model *m)
{
	if (m->mode == MODE_LINES || m->message[0] == '\0' || m->message_is_news)
		return true;
	return m->message_job == NULL && m->now >= m->message_time + NEWS_WAIT;
}

void
tui_news(struct tui_host *h, enum tui_look look, const char *fmt, ...)
{
	struct tui_model *m = h->model;
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	keep(m, h, look, text);
	if (may_replace(m, look) && has_room_for_news(m)) {
		put_line(m, h, look, text);
		m->message_is_news = true;
	}
	free(text);
}

void
tui_note(struct tui_host *h, enum tui_look look, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	keep(h->model, h, look, text);
	free(text);
}

void
tui_progress(struct tui_host *h, const struct tui_job *job, const char *text)
{
	struct tui_model *m = h->model;

	if (!may_replace(m, LOOK_PLAIN))
		return;
	put_line(m, h, LOOK_PLAIN, text);
	m->message_job = job;
}

void
tui_message_read(struct tui_model *m)
{
	m->message_unread = false;
	if (m->message_job != NULL || m->message[0] == '\0')
		return;
	if (m->message_look == LOOK_PLAIN || m->now >= m->message_time + MESSAGE_SECONDS)
		put_line(m, NULL, LOOK_PLAIN, "");
}
