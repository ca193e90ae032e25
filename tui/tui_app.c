/* tui_app.c: see tui_app.h. */
#include "autoconf.h"

#include "tui/tui_app.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "tui/tui_conffile.h"
#include "tui/tui_conn.h"
#include "tui/tui_histfile.h"
#include "tui/tui_play.h"
#include "tui/tui_recorder.h"
#include "tui/tui_set.h"

void
tui_app_arm(struct event *timer, int64_t us)
{
	struct timeval tv = {.tv_sec = us / SECOND_US, .tv_usec = us % SECOND_US};

	event_add(timer, &tv);
}

void
tui_app_tick(struct tui *t)
{
	if (t->play != NULL)
		tui_play_tick(t->play);
	else
		tui_conn_tick(&t->m);
}

void
tui_app_init(struct tui *t, const struct tui_options *o)
{
	time_t now = time(NULL);
	struct tm tm;

	*t = (struct tui){.options = o};
	t->base = event_base_new();
	tui_model_init(&t->m);
	localtime_r(&now, &tm);
	t->m.utc_offset = tm.tm_gmtoff;
	tui_conn_tick(&t->m);
	tui_input_init(&t->input);
	tui_canvas_init(&t->canvas, o->width, o->height);
}

void
tui_app_release(struct tui *t)
{
	tui_links_free(t->links);
	tui_recorder_free(t->recorder);
	tui_child_free(t->child);
	tui_attach_free(t->attach);
	tui_export_free(t->export);
	free(t->history);
	if (t->keys != NULL)
		event_free(t->keys);
	if (t->escape != NULL)
		event_free(t->escape);
	if (t->frame != NULL)
		event_free(t->frame);
	if (t->tick != NULL)
		event_free(t->tick);
	if (t->work != NULL)
		event_free(t->work);
	for (size_t i = 0; i < sizeof(t->signals) / sizeof(t->signals[0]); i++)
		if (t->signals[i] != NULL)
			event_free(t->signals[i]);
	tui_override_release(&t->override);
	tui_model_release(&t->m);
	tui_play_free(t->play);
	tui_canvas_release(&t->canvas);
	event_base_free(t->base);
}

bool
tui_app_read_settings(struct tui *t, struct err *err)
{
	const struct tui_options *o = t->options;

	if (o->settings != NULL &&
	    !tui_conffile_read(o->settings, o->given_settings != NULL, &t->m.settings, &t->m.keys, err))
		return false;
	if (!tui_override_begin(&t->override, &t->m.settings, o->sets, o->nsets, err))
		return false;
	tui_set_begin(&t->m);
	if (o->readonly)
		t->m.settings.readonly = 1;
	if (!o->no_settings)
		t->history = tui_histfile_path();
	if (t->history != NULL)
		tui_histfile_load(t->history, &t->m.prompt.history[PROMPT_COMMAND]);
	return true;
}

void
tui_app_save_settings(struct tui *t)
{
	struct err err = ERR_INIT;

	if (t->options->settings == NULL)
		return;
	tui_set_collect(&t->m);
	tui_override_end(&t->override, &t->m.settings);
	if (!tui_conffile_save(t->options->settings, &t->m.settings, &err))
		fprintf(stderr, "Warning: what the screen remembers is lost: %s\n", err_text(&err));
	err_release(&err);
}
