/* tui_play.c: see tui_play.h. */
#include "autoconf.h"

#include "tui/tui_play.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <event2/event.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/xmalloc.h"
#include "tui/tui_actions.h"
#include "tui/tui_file.h"
#include "tui/tui_messages.h"
#include "tui/tui_output.h"
#include "tui/tui_player.h"

#define SLICE 200 /* events that are fed before keys are looked at again */
#define FOREVER 1e9

static const char no_daemon[] = "this is a recording: there is no daemon to ask";

struct tui_play {
	struct tui_player player;
	struct event *timer; /* NULL: not begun yet */
	mono_us at;          /* of this host, up to which the player has been told */
	tui_changed_fn *changed;
	void *arg;
};

static mono_us
mono_now(void)
{
	struct now now;

	clock_read(&now);
	return now.mono;
}

/* The file */

static char *
load(const char *path, size_t *len, struct err *err)
{
	/* One event may have been under way when it was full. */
	struct buf text = BUF_INIT(TUI_RECORDING_MAX + (1U << 20));
	struct stat st;
	char *result = NULL;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		err_set(err, "cannot read '%s': it is no file", path);
	else if (!tui_file_read(path, &text))
		err_set(err, "cannot read '%s': %s", path, strerror(errno));
	else {
		*len = text.len;
		result = text.len > 0 ? buf_steal(&text) : xstrdup("");
	}
	buf_release(&text);
	return result;
}

struct tui_play *
tui_play_open(const char *path, struct tui_model *m, struct err *err)
{
	struct tui_recording recording;
	struct tui_play *play;
	size_t len = 0;
	char *text = load(path, &len, err);

	if (text == NULL || !tui_recording_parse(&recording, path, text, len, err))
		return NULL;
	play = xcalloc(1, sizeof(*play));
	tui_player_init(&play->player, &recording, m);
	return play;
}

void
tui_play_free(struct tui_play *play)
{
	if (play == NULL)
		return;
	if (play->timer != NULL)
		event_free(play->timer);
	tui_player_release(&play->player);
	free(play);
}

/* The clock */

void
tui_play_tick(struct tui_play *play)
{
	mono_us now = mono_now();

	if (play->timer != NULL)
		tui_player_advance(&play->player, (double)(now - play->at) / 1e6);
	play->at = now;
}

/* When there is something to feed again. */
static void
arm(struct tui_play *play)
{
	double wait = tui_player_wait(&play->player);
	struct timeval tv = {.tv_sec = (time_t)wait,
			     .tv_usec = (suseconds_t)((wait - (double)(time_t)wait) * 1e6)};

	event_del(play->timer);
	if (wait >= 0 && wait < FOREVER)
		event_add(play->timer, &tv);
}

static void
timer_cb(evutil_socket_t fd, short what, void *arg)
{
	struct tui_play *play = arg;

	(void)fd;
	(void)what;
	tui_play_tick(play);
	tui_player_feed(&play->player, SLICE);
	play->changed(play->arg);
	arm(play);
}

void
tui_play_look(struct tui_play *play)
{
	arm(play);
}

void
tui_play_begin(struct tui_play *play, struct event_base *base, tui_changed_fn *changed, void *arg)
{
	play->changed = changed;
	play->arg = arg;
	play->timer = evtimer_new(base, timer_cb, play);
	play->at = mono_now();
	arm(play);
}

double
tui_play_real(const struct tui_play *play, double seconds)
{
	return play->player.stopped ? FOREVER : seconds / play->player.speed;
}

/* What is asked of daemons */

bool
tui_play_serve(struct tui_play *play, struct tui_request *r)
{
	struct tui_model *m = play->player.m;

	switch (r->kind) {
	case REQUEST_CALL:
		tui_actions_reply(r->host, r->tag, r->ticket, NULL, 0, no_daemon);
		return true;
	case REQUEST_COMMAND:
		tui_output_end(m, no_daemon);
		return true;
	case REQUEST_FG:
		tui_message(m, LOOK_WARN, "%s", no_daemon);
		return true;
	case REQUEST_FOLLOW:
		tui_player_follow(&play->player);
		return true;
	case REQUEST_RETRY:
	case REQUEST_CONNECT: /* refused where they are typed */
	case REQUEST_DISCONNECT:
	case REQUEST_LOGIN:
		return true;
	case REQUEST_COMMAND_END:
	case REQUEST_REDRAW:
	case REQUEST_SUSPEND:
	case REQUEST_REMEMBER:
	case REQUEST_COPY:
	case REQUEST_READER:
	case REQUEST_SAVE:
	case REQUEST_OVERWRITE:
	case REQUEST_QUIT:
		break;
	}
	return false;
}
