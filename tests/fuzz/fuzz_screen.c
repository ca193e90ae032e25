/*
 * fuzz_screen.c: what a hostile daemon and a child at the keyboard can do to the screen: events, log text, answers and
 * keys in any order, at any size. Whatever comes, each cell holds a character that does nothing but be seen.
 *
 * The input is a sequence of steps: what to do, how many bytes follow, and these.
 */
#include "autoconf.h"

#include <jansson.h>

#include "base/utf8.h"
#include "base/xmalloc.h"
#include "core/xmlrpc.h"
#include "tests/fuzz/fuzz.h"
#include "tui/tui_actions.h"
#include "tui/tui_feed.h"
#include "tui/tui_input.h"
#include "tui/tui_layout.h"
#include "tui/tui_overlay.h"
#include "tui/tui_view.h"

#define NOW 1764000000.0
#define PICTURES_MAX 64 /* of one input: drawing is slow */

struct scene {
	struct tui_model m;
	struct tui_host *h;
	struct tui_canvas canvas;
	struct tui_input input;
	int pictures;
	double now;
};

/* Ranges of characters that are not seen, or that move what is. */
static const struct {
	uint32_t from;
	uint32_t to;
} unseen[] = {
    {0, 0x1f},        {0x7f, 0x9f},     {0xad, 0xad},       {0x61c, 0x61c},
    {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},   {0xd800, 0xdfff},
    {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe0fff}, {0x110000, UINT32_MAX},
};

static bool
is_seen(uint32_t ch)
{
	for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++)
		if (ch >= unseen[i].from && ch <= unseen[i].to)
			return false;
	return true;
}

static void
check_cells(const struct tui_canvas *c)
{
	for (int y = 0; y < c->height; y++) {
		for (int x = 0; x < c->width; x++) {
			const struct tui_cell *cell = tui_canvas_at(c, y, x);

			FUZZ_CHECK(is_seen(cell->ch) || (cell->ch == 0 && x > 0));
			FUZZ_CHECK(cell->mark == 0 || is_seen(cell->mark));
			FUZZ_CHECK(!c->ascii || (cell->ch < 0x7f && cell->mark == 0));
			FUZZ_CHECK(cell->style.fg < TUI_NCOLOURS && cell->style.bg < TUI_NCOLOURS);
		}
	}
}

static void
draw(struct scene *s)
{
	struct tui_layout l;

	if (s->pictures++ > PICTURES_MAX)
		return;
	tui_actions_settle(&s->m);
	tui_overlay_prepare(&s->m, s->canvas.width);
	tui_layout_compute(&l, &s->m, s->canvas.width, s->canvas.height);
	tui_layout_apply(&l, &s->m);
	tui_view_draw(&s->m, &l, &s->canvas);
	check_cells(&s->canvas);
}

/* What is asked of the daemon is answered with a fault that says what came. */
static void
answer(struct scene *s, const char *text)
{
	struct tui_request *r;

	while ((r = tui_request_take(&s->m.requests)) != NULL) {
		if (r->kind == REQUEST_CALL && text != NULL)
			tui_actions_reply(r->host != NULL ? r->host : s->h, r->tag, r->ticket, NULL, 10,
					  text);
		tui_request_free(r);
	}
}

/* Text as the daemon sends it: always UTF-8. */
static json_t *
text_of(const uint8_t *data, size_t size)
{
	struct buf b = BUF_INIT(FUZZ_MAX);
	json_t *text;

	utf8_repair(&b, (const char *)data, size, NULL, true);
	text = json_stringn(b.len > 0 ? b.data : "", b.len);
	buf_release(&b);
	return text;
}

static void
feed(struct scene *s, const char *event, json_t *o)
{
	char *data = json_dumps(o, JSON_COMPACT);

	if (data != NULL)
		tui_feed_event(s->h, event, data, strlen(data), s->now);
	free(data);
	json_decref(o);
}

/* Steps */

static void
step_event(struct scene *s, const uint8_t *data, size_t size)
{
	static const char *const events[] = {"hello", "snapshot-begin", "snapshot", "snapshot-end", "process",
					     "group", "supervisor",     "config",   "metrics",      "log"};

	tui_feed_event(s->h, events[data[0] % (sizeof(events) / sizeof(events[0]))], (const char *)data + 1,
		       size - 1, s->now);
}

/* One of few programs, with a state and a text from outside. */
static void
step_process(struct scene *s, const uint8_t *data, size_t size)
{
	static const int states[] = {0, 10, 20, 30, 40, 100, 200, 1000};
	char name[16];

	snprintf(name, sizeof(name), "p%d", data[0] & 7);
	feed(s, "process",
	     json_pack("{s:s, s:s, s:i, s:i, s:o, s:o, s:i}", "group", data[0] & 8 ? "g" : name, "name", name,
		       "state", states[data[0] >> 5], "pid", data[0] & 16 ? 77 : 0, "spawnerr",
		       text_of(data + 1, size - 1), "description", text_of(data + 1, size - 1), "restarts",
		       1));
}

static void
step_named(struct scene *s, const uint8_t *data, size_t size)
{
	feed(s, "process",
	     json_pack("{s:o, s:o, s:i}", "group", text_of(data, size / 2), "name",
		       text_of(data + size / 2, size - size / 2), "state", 20));
}

static void
step_log(struct scene *s, const uint8_t *data, size_t size)
{
	feed(s, "log",
	     json_pack("{s:s, s:f, s:i, s:o}", "log", data[0] & 1 ? "p1:p1:stdout" : "p1:p1:stderr", "time",
		       s->now, "offset", -1, "text", text_of(data + 1, size - 1)));
}

static void
step_keys(struct scene *s, const uint8_t *data, size_t size)
{
	uint32_t key;

	for (size_t i = 0; i < size; i++) {
		tui_input_feed(&s->input, (const char *)data + i, 1);
		while (tui_input_next(&s->input, i + 1 == size, &key)) {
			tui_actions_key(&s->m, key);
			answer(s, i % 3 == 0 ? "a fault \033[31m of the daemon" : NULL);
		}
	}
}

static void
step_size(struct scene *s, const uint8_t *data, size_t size)
{
	tui_canvas_resize(&s->canvas, 1 + data[0] % 200, 1 + (size > 1 ? data[1] % 60 : 0));
	s->canvas.ascii = size > 2 && (data[2] & 1) != 0;
	s->m.glyphs = s->canvas.ascii ? &tui_glyphs_ascii : &tui_glyphs_utf8;
}

static void
step_time(struct scene *s, const uint8_t *data, size_t size)
{
	(void)size;
	s->now += data[0] * data[0];
	s->m.now = s->now;
}

static void
step_link(struct scene *s, const uint8_t *data, size_t size)
{
	char *why = xstrndup((const char *)data + 1, size - 1);

	tui_host_link(s->h, data[0] & 1 ? LINK_LIVE : LINK_DOWN, data[0] & 1 ? NULL : why, s->now + 5);
	free(why);
}

typedef void step_fn(struct scene *s, const uint8_t *data, size_t size);

static step_fn *const steps[] = {
    step_event, step_process, step_named, step_log, step_keys, step_size, step_time, step_link,
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct scene s = {.now = NOW};
	size_t n;

	tui_model_init(&s.m);
	s.m.now = NOW;
	s.h = tui_model_add_host(&s.m, "unix:///run/supervisor.sock");
	tui_input_init(&s.input);
	tui_canvas_init(&s.canvas, 80, 24);
	tui_host_link(s.h, LINK_LIVE, NULL, 0);
	step_process(&s, (const uint8_t *)"\x51x", 2);
	for (; size > 2; data += n, size -= n) {
		step_fn *step = steps[data[0] % (sizeof(steps) / sizeof(steps[0]))];

		n = 1 + data[1];
		data += 2;
		size -= 2;
		n = n < size ? n : size;
		if (n > 0)
			step(&s, data, n);
		answer(&s, NULL);
		draw(&s);
	}
	tui_canvas_release(&s.canvas);
	tui_model_release(&s.m);
	return 0;
}
