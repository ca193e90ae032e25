/* ctl_screen.c: see ctl_screen.h. */
#include "autoconf.h"

#include "ctl/ctl_screen.h"

#include <inttypes.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/clock.h"
#include "base/timefmt.h"
#include "base/utf8.h"
#include "base/xmalloc.h"

#define NAME_WIDTH 30
#define STATE_WIDTH 10
#define DESCRIPTION_WIDTH 25 /* "pid 12345, uptime 0:12:40" */
#define REDRAW_US 50000      /* at most 20 times a second */
#define TICK_US 1000000      /* uptimes grow */

struct ctl_screen {
	struct ctl_table *table; /* borrowed */
	struct event *redraw;
	struct event *resized;
	double ahead;
	char *note;   /* owned */
	size_t drawn; /* lines above the cursor that are ours */
	bool colour;
};

bool
ctl_screen_is_there(void)
{
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && term != NULL && *term != '\0' && strcmp(term, "dumb") != 0;
}

bool
ctl_screen_has_colour(void)
{
	const char *no_colour = getenv("NO_COLOR");

	return ctl_screen_is_there() && (no_colour == NULL || *no_colour == '\0');
}

/* Lines */

/* As the daemon describes it; of one that runs, what it would say now. The caller frees it. */
static char *
description(const struct ctl_table_row *row, double now)
{
	const char *text = json_string_value(json_object_get(row->process, "description"));
	char uptime[TIMEFMT_MAX];

	if (strcmp(row->statename, "RUNNING") != 0)
		return xstrdup(text != NULL ? text : "");
	timefmt_uptime(uptime, (int64_t)now - (int64_t)ctl_table_number(row->process, "start"));
	return xasprintf("pid %" PRId64 ", uptime %s", (int64_t)ctl_table_number(row->process, "pid"),
			 uptime);
}

static const char *
colour_of(const char *statename)
{
	static const struct {
		const char *state, *colour;
	} colours[] = {
	    {"RUNNING", "\033[32m"}, {"STARTING", "\033[33m"}, {"STOPPING", "\033[33m"},
	    {"BACKOFF", "\033[33m"}, {"FATAL", "\033[31m"},    {"UNKNOWN", "\033[31m"},
	};

	for (size_t i = 0; i < sizeof(colours) / sizeof(colours[0]); i++) {
		if (strcmp(colours[i].state, statename) == 0)
			return colours[i].colour;
	}
	return "";
}

static void
put_cell(struct buf *out, const char *text, size_t width, size_t *room)
{
	size_t used = ctl_table_put(out, text, *room);

	for (; used < width && used < *room; used++)
		buf_putc(out, ' ');
	*room -= used < *room ? used : *room;
}

static void
put_row(struct buf *out, const struct ctl_table_row *row, size_t width, const struct ctl_screen_view *view)
{
	const char *colour = view->colour ? colour_of(row->statename) : "";
	char *text = description(row, view->now);
	size_t room = view->columns, name_room = width - 1;

	put_cell(out, row->namespec, width - 1, &name_room);
	buf_putc(out, ' ');
	room -= width < room ? width : room;
	buf_puts(out, colour);
	put_cell(out, row->statename, STATE_WIDTH, &room);
	if (*colour != '\0')
		buf_puts(out, "\033[0m");
	put_cell(out, text, 0, &room);
	buf_putc(out, '\n');
	free(text);
}

/* How wide names may be, with the blanks behind them: what tells something is the state. */
static size_t
name_width(size_t longest, size_t columns)
{
	size_t most = NAME_WIDTH + 3;

	if (columns > most + STATE_WIDTH + DESCRIPTION_WIDTH)
		most = columns - STATE_WIDTH - DESCRIPTION_WIDTH;
	else if (columns < most + STATE_WIDTH)
		most = columns > 2 * STATE_WIDTH ? columns - STATE_WIDTH : columns / 2 + 1;
	return longest + 3 < most ? longest + 3 : most;
}

void
ctl_screen_lines(struct buf *out, struct ctl_table *table, const struct ctl_screen_view *view)
{
	struct ctl_table_row *const *rows;
	size_t n, shown, width = NAME_WIDTH;

	rows = ctl_table_rows(table, &n);
	shown = n <= view->lines ? n : view->lines - 1;
	for (size_t i = 0; i < n; i++) {
		size_t len = utf8_count(rows[i]->namespec, strlen(rows[i]->namespec));

		width = len > width ? len : width;
	}
	width = name_width(width, view->columns);
	for (size_t i = 0; i < shown; i++)
		put_row(out, rows[i], width, view);
	if (shown < n) {
		char *more = xasprintf("... and %zu more", n - shown);

		ctl_table_put(out, more, view->columns);
		buf_putc(out, '\n');
		free(more);
	}
}

/* Drawing */

static size_t
count_lines(const struct buf *text)
{
	size_t n = 0;

	for (size_t i = 0; i < text->len; i++)
		n += text->data[i] == '\n';
	return n;
}

/* The cursor stays at the beginning of the line beneath. Each line is overwritten and the rest of it erased, so that
   nothing flickers. */
static void
put_over(const struct buf *text, size_t drawn)
{
	if (drawn > 0)
		printf("\033[%zuA", drawn);
	putchar('\r');
	for (size_t i = 0; i < text->len; i++) {
		if (text->data[i] == '\n')
			fputs("\033[K", stdout);
		putchar(text->data[i]);
	}
	fputs("\033[J", stdout);
	fflush(stdout);
}

static struct ctl_screen_view
screen_view(const struct ctl_screen *screen)
{
	struct ctl_screen_view view = {.lines = 24, .columns = 80, .colour = screen->colour};
	struct winsize size;
	struct now now;

	clock_read(&now);
	view.now = (double)now.wall / (double)SECOND_US + screen->ahead;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
		view.lines = size.ws_row;
		/* The last column stays free: what erases the rest of a line would take it there. */
		view.columns = size.ws_col - 1U;
	}
	/* The cursor's line and the note's are not for rows. */
	view.lines = view.lines > 4 ? view.lines - 2 : 2;
	return view;
}

static void
screen_draw(struct ctl_screen *screen)
{
	struct ctl_screen_view view = screen_view(screen);
	struct buf text = BUF_INIT(SIZE_MAX / 2);

	ctl_screen_lines(&text, screen->table, &view);
	if (screen->note != NULL) {
		ctl_table_put(&text, screen->note, view.columns);
		buf_putc(&text, '\n');
	}
	put_over(&text, screen->drawn < view.lines + 1 ? screen->drawn : view.lines + 1);
	screen->drawn = count_lines(&text);
	buf_release(&text);
}

static void
screen_redraw_cb(evutil_socket_t fd, short what, void *arg)
{
	struct ctl_screen *screen = arg;

	(void)fd;
	(void)what;
	screen_draw(screen);
	if (screen->note == NULL)
		event_add(screen->redraw, &(struct timeval){.tv_sec = TICK_US / SECOND_US});
}

static void
screen_resized_cb(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	ctl_screen_changed(arg);
}

struct ctl_screen *
ctl_screen_new(struct event_base *base, struct ctl_table *table)
{
	struct ctl_screen *screen;

	if (!ctl_screen_is_there())
		return NULL;
	screen = xcalloc(1, sizeof(*screen));
	screen->table = table;
	screen->colour = ctl_screen_has_colour();
	screen->redraw = evtimer_new(base, screen_redraw_cb, screen);
	screen->resized = evsignal_new(base, SIGWINCH, screen_resized_cb, screen);
	event_add(screen->resized, NULL);
	return screen;
}

void
ctl_screen_free(struct ctl_screen *screen)
{
	if (screen == NULL)
		return;
	event_free(screen->redraw);
	event_free(screen->resized);
	free(screen->note);
	free(screen);
}

void
ctl_screen_changed(struct ctl_screen *screen)
{
	struct timeval soon = {.tv_usec = REDRAW_US}, due, now;

	/* What is due soon stays so, however much changes; the slow tick is brought forward. */
	event_base_gettimeofday_cached(event_get_base(screen->redraw), &now);
	evutil_timeradd(&now, &soon, &now);
	if (!event_pending(screen->redraw, EV_TIMEOUT, &due) || evutil_timercmp(&due, &now, >))
		event_add(screen->redraw, &soon);
}

void
ctl_screen_clock(struct ctl_screen *screen, double ahead)
{
	screen->ahead = ahead;
}

void
ctl_screen_note(struct ctl_screen *screen, const char *note)
{
	free(screen->note);
	screen->note = note != NULL ? xasprintf("-- connection lost (%s), trying again --", note) : NULL;
	ctl_screen_changed(screen);
}
