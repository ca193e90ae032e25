/* tui_recording.c: see tui_recording.h. */
#include "autoconf.h"

#include "tui/tui_recording.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_json.h"

#define DAEMONS_MAX 256
#define TIME_MAX 1e11 /* seconds; some thousand years from now */

static bool
refuse(struct err *err, const char *name, size_t line, const char *what)
{
	return err_set(err, "%s:%zu: %s", name, line, what);
}

static json_t *
load(const char *text, size_t len)
{
	return json_loadb(text, len, JSON_ALLOW_NUL, NULL);
}

/* The first line. */
static bool
parse_head(struct tui_recording *r, const char *name, const char *text, size_t len, struct err *err)
{
	json_t *o = load(text, len);
	const json_t *daemons = json_object_get(o, "daemons");
	size_t n = json_array_size(daemons);
	bool ok = true;

	if (strcmp(text_of(o, "recording"), TUI_RECORDING_NAME) != 0)
		ok = refuse(err, name, 1, "this is no recording of supervisortui (--record makes one)");
	else if (integer_of(o, "format", 0) != TUI_RECORDING_FORMAT)
		ok = refuse(err, name, 1, "the recording is of a version that is not known here");
	else if (n == 0 || n > DAEMONS_MAX)
		ok = refuse(err, name, 1, "no daemons are named");
	if (ok)
		r->daemons = xcalloc(n, sizeof(*r->daemons));
	for (size_t i = 0; ok && i < n; i++) {
		const char *url = json_string_value(json_array_get(daemons, i));

		r->daemons[r->ndaemons++] = xstrdup(url == NULL ? "" : url);
	}
	json_decref(o);
	return ok;
}

static enum tui_recorded_kind
kind_of(const char *event)
{
	if (strcmp(event, "log") == 0)
		return RECORDED_LOG;
	return strcmp(event, "metrics") == 0 ? RECORDED_FIGURES : RECORDED_CHANGE;
}

static const char *
look_at_event(const struct tui_recording *r, const json_t *o, struct tui_recorded *e)
{
	int64_t daemon = integer_of(o, "daemon", -1);

	e->time = number_of(o, "time", -1);
	if (o == NULL)
		return "this is no JSON object";
	if (!(e->time >= 0 && e->time < TIME_MAX))
		return "'time' is missing, or no time";
	if (daemon < 0 || (size_t)daemon >= r->ndaemons)
		return "'daemon' is missing, or none of those that the first line names";
	if (text_of(o, "event")[0] == '\0')
		return "'event' is missing";
	if (!json_is_object(json_object_get(o, "data")))
		return "'data' is missing, or no object";
	e->daemon = (size_t)daemon;
	e->kind = kind_of(text_of(o, "event"));
	return NULL;
}

static bool
parse_event(struct tui_recording *r, const char *name, size_t number, const char *text, size_t len,
	    struct err *err)
{
	struct tui_recorded e = {.text = text, .len = len};
	json_t *o = load(text, len);
	const char *wrong = look_at_event(r, json_is_object(o) ? o : NULL, &e);

	json_decref(o);
	if (wrong != NULL)
		return refuse(err, name, number, wrong);
	/* The clock may have been set back meanwhile: order is what counts. */
	if (r->n > 0 && e.time < r->list[r->n - 1].time)
		e.time = r->list[r->n - 1].time;
	if (r->n == r->cap) {
		r->cap = r->cap == 0 ? 1024 : r->cap * 2;
		r->list = xreallocarray(r->list, r->cap, sizeof(*r->list));
	}
	r->list[r->n++] = e;
	return true;
}

bool
tui_recording_parse(struct tui_recording *r, const char *name, char *text, size_t len, struct err *err)
{
	const char *at = text, *end = text + len, *newline;
	bool ok = true;
	size_t number = 0;

	*r = (struct tui_recording){.text = text};
	while (ok && at < end && (newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		number++;
		ok = number == 1 ? parse_head(r, name, at, (size_t)(newline - at), err)
				 : parse_event(r, name, number, at, (size_t)(newline - at), err);
		at = newline + 1;
	}
	r->torn = at < end;
	if (ok && number == 0)
		ok = refuse(err, name, 1, "this is no recording of supervisortui (--record makes one)");
	else if (ok && r->n == 0)
		ok = refuse(err, name, 2, "nothing was recorded");
	if (!ok)
		tui_recording_release(r);
	return ok;
}

void
tui_recording_release(struct tui_recording *r)
{
	for (size_t i = 0; i < r->ndaemons; i++)
		free(r->daemons[i]);
	free(r->daemons);
	free(r->list);
	free(r->text);
	*r = (struct tui_recording){0};
}

json_t *
tui_recording_data(const struct tui_recorded *e, json_t **line, const char **event)
{
	*line = load(e->text, e->len);
	*event = text_of(*line, "event");
	return json_incref(json_object_get(*line, "data"));
}
