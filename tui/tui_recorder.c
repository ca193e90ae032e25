/* tui_recorder.c: see tui_recorder.h. */
#include "autoconf.h"

#include "tui/tui_recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/xmalloc.h"
#include "tui/tui_file.h"
#include "tui/tui_messages.h"
#include "tui/tui_recording.h"

#define ROOM 128 /* bytes that are kept for the line that says that there is no more room */

struct tui_recorder {
	struct tui_model *m; /* borrowed */
	char *path;
	int fd; /* -1: it has ended */
	size_t written;
	size_t ndaemons; /* that the head names: the first of the model's */
};

static void
end(struct tui_recorder *r, const char *why)
{
	tui_message(r->m, LOOK_BAD, "the recording %s ends here: %s", r->path, why);
	close(r->fd);
	r->fd = -1;
}

/* One line; o is released. */
static bool
put(struct tui_recorder *r, json_t *o)
{
	char *text = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(17));
	size_t len = text == NULL ? 0 : strlen(text);
	bool ok = true;

	json_decref(o);
	if (text != NULL) {
		text[len++] = '\n'; /* in the place of the NUL */
		ok = tui_file_write(r->fd, text, len);
		r->written += len;
	}
	free(text);
	return ok;
}

/* Takes data over. */
static void
record(struct tui_recorder *r, const struct tui_host *h, const char *event, json_t *data, double now)
{
	json_t *o;
	size_t size;

	/* Who was added later is not in the head. */
	if (h->number >= r->ndaemons) {
		json_decref(data);
		return;
	}
	o = json_pack("{s:f, s:I, s:s, s:o}", "time", now, "daemon", (json_int_t)h->number, "event", event,
		      "data", data);
	if (o == NULL) /* a name that is no UTF-8: nobody knows it */
		return;
	size = json_dumpb(o, NULL, 0, JSON_COMPACT | JSON_REAL_PRECISION(17));
	if (r->written + size + ROOM > TUI_RECORDING_MAX) {
		json_decref(o);
		put(r, json_pack("{s:f, s:i, s:s, s:{}}", "time", now, "daemon", 0, "event", "full", "data"));
		end(r, "it has reached its 256 MB");
	} else if (!put(r, o))
		end(r, strerror(errno));
}

void
tui_recorder_event(struct tui_recorder *r, const struct tui_host *h, const char *event, const char *data,
		   size_t len, double now)
{
	json_t *o;

	if (r == NULL || r->fd < 0)
		return;
	/* What is no JSON object the screen takes for nothing, too. */
	o = json_loadb(data, len, JSON_ALLOW_NUL, NULL);
	if (!json_is_object(o)) {
		json_decref(o);
		o = json_object();
	}
	record(r, h, event, o, now);
}

void
tui_recorder_down(struct tui_recorder *r, const struct tui_host *h, const char *why, double now)
{
	if (r != NULL && r->fd >= 0)
		record(r, h, "down", json_pack("{s:s?}", "why", why), now);
}

static bool
begin(struct tui_recorder *r, const struct tui_model *m)
{
	json_t *daemons = json_array();

	r->ndaemons = m->nhosts;
	for (size_t i = 0; i < m->nhosts; i++)
		json_array_append_new(daemons, json_string(m->hosts[i]->where));
	return put(r, json_pack("{s:s, s:i, s:o}", "recording", TUI_RECORDING_NAME, "format",
				TUI_RECORDING_FORMAT, "daemons", daemons));
}

struct tui_recorder *
tui_recorder_new(const char *path, struct tui_model *m, struct err *err)
{
	struct tui_recorder *r = xcalloc(1, sizeof(*r));

	r->m = m;
	r->path = xstrdup(path);
	r->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (r->fd >= 0 && begin(r, m))
		return r;
	err_set(err, "cannot record to '%s': %s", path, strerror(errno));
	if (r->fd < 0 && errno == EEXIST)
		err_hint(err, "nothing is written over: give another name, or remove it");
	tui_recorder_free(r);
	return NULL;
}

void
tui_recorder_free(struct tui_recorder *r)
{
	if (r == NULL)
		return;
	if (r->fd >= 0)
		close(r->fd);
	free(r->path);
	free(r);
}
