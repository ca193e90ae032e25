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
#include "tui/tui_act_output.h"
#include "tui/tui_actions.h"
#include "tui/tui_feed.h"
#include "tui/tui_feed_log.h"
#include "tui/tui_input.h"
#include "tui/tui_layout.h"
#include "tui/tui_mouse.h"
#include "tui/tui_output.h"
#include "tui/tui_overlay.h"
#include "tui/tui_pause.h"
#include "tui/tui_view.h"

#define NOW 1764000000.0
#define PICTURES_MAX 64 /* of one input: drawing is slow */
#define CALLS_MAX 32    /* that wait for an answer; more are not answered */

struct scene {
	struct tui_model m;
	struct tui_host *hosts[2];
	struct tui_host *h; /* whom events come from */
	struct tui_canvas canvas;
	struct tui_layout layout;
	struct tui_input input;
	struct tui_request *calls[CALLS_MAX];
	size_t ncalls;
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

/* As tui_frame does it. */
static void
draw(struct scene *s)
{
	double valid_for;

	if (s->pictures++ > PICTURES_MAX)
		return;
	tui_actions_settle(&s->m);
	tui_overlay_prepare(&s->m, s->canvas.width);
	tui_layout_compute(&s->layout, &s->m, s->canvas.width, s->canvas.height);
	tui_layout_apply(&s->layout, &s->m);
	valid_for = tui_view_draw(&s->m, &s->layout, &s->canvas);
	FUZZ_CHECK(tui_pause_draw(&s->m, &s->canvas, valid_for) >= 0);
	check_cells(&s->canvas);
}

static void
answer_call(struct scene *s, size_t i, const struct xmlrpc_value *value, int code, const char *text)
{
	struct tui_request *r = s->calls[i];

	s->calls[i] = s->calls[--s->ncalls];
	tui_actions_reply(r->host != NULL ? r->host : s->h, r->tag, r->ticket, value, code, text);
	tui_request_free(r);
}

/* What is wanted from the world; calls wait for their answers. */
static void
serve(struct scene *s)
{
	struct tui_request *r;

	while ((r = tui_request_take(&s->m.requests)) != NULL) {
		if (r->kind == REQUEST_SAVE)
			tui_act_output_exists(&s->m, r->text);
		if (r->kind != REQUEST_CALL || s->ncalls == CALLS_MAX)
			tui_request_free(r);
		else
			s->calls[s->ncalls++] = r;
	}
}

static void
drop_calls(struct scene *s)
{
	while (s->ncalls > 0)
		tui_request_free(s->calls[--s->ncalls]);
}

/* All that was asked is answered with a fault that says what came. */
static void
refuse(struct scene *s, const char *text)
{
	serve(s);
	while (s->ncalls > 0)
		answer_call(s, 0, NULL, 10, text);
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
	     json_pack("{s:s, s:s, s:s, s:s, s:i, s:i, s:o, s:o, s:o, s:s, s:s, s:f, s:i}", "stdout_logfile",
		       "/o", "stderr_logfile", data[0] & 1 ? "/e" : "", "group", data[0] & 8 ? "g" : name,
		       "name", name, "state", states[data[0] >> 5], "pid", data[0] & 16 ? 77 : 0, "spawnerr",
		       text_of(data + 1, size - 1), "description", text_of(data + 1, size - 1), "who",
		       text_of(data + 1, size - 1), "from", "STOPPED", "statename", "RUNNING", "time",
		       s->now - 1, "restarts", 1));
}

static void
step_named(struct scene *s, const uint8_t *data, size_t size)
{
	feed(s, "process",
	     json_pack("{s:o, s:o, s:i}", "group", text_of(data, size / 2), "name",
		       text_of(data + size / 2, size - size / 2), "state", 20));
}

/* What a sample may tell of what a program writes, likely or not. */
static void
step_metrics(struct scene *s, const uint8_t *data, size_t size)
{
	static const double numbers[] = {0,          1,  NOW - 5000, NOW - 650, NOW,
					 NOW + 5000, -1, 1e300,      -1e300,    9e18};
	char name[16];

	snprintf(name, sizeof(name), "p%d", data[0] & 7);
	feed(s, "metrics",
	     json_pack("{s:[{s:s, s:s, s:f, s:f, s:f, s:f}]}", "processes", "group", data[0] & 8 ? "g" : name,
		       "name", name, "cpu", 1.5, "out", numbers[data[0] >> 4 & 7], "out_rate",
		       numbers[(size > 1 ? data[1] : 0) % 10], "last_output",
		       numbers[(size > 2 ? data[2] : 2) % 10]));
}

static void
step_log(struct scene *s, const uint8_t *data, size_t size)
{
	feed(s, "log",
	     json_pack("{s:s, s:f, s:I, s:b, s:b, s:o}", "log", data[0] & 1 ? "p1:p1:stdout" : "p1:p1:stderr",
		       "time", s->now, "offset", (json_int_t)(data[0] & 8 ? (data[0] >> 4) * 1000 : -1),
		       "tail", data[0] & 2, "rotated", data[0] & 4, "text", text_of(data + 1, size - 1)));
}

static const char *const processes[] = {"p0:p0", "p1:p1", "g:p0", "g:p1", "", ":", "g:", "nobody"};

/* What the daemon could answer: few shapes, with the names that are looked for in them. */
static struct xmlrpc_value *
value_of(const uint8_t **data, size_t *size, int depth)
{
	static const char *const members[] = {
	    "name",    "event",  "time",  "pid",    "exitstatus", "signal",    "cause",         "expected",
	    "option",  "value",  "file",  "line",   "default",    "parent",    "cpu",           "rss",
	    "command", "zombie", "added", "group",  "changed",    "processes", "removed",       "options",
	    "old",     "new",    "state", "offset", "who",        "faultCode", "stdout_offset", "text",
	};
	static const char *const words[] = {
	    "start",       "end",  "crash",    "request", "p1:p1", "g:p0", "numprocs", "command",
	    "environment", "a\nb", "\033[31m", "g",       "p1",    "[x]",  "",         "1764000000"};
	static const double numbers[] = {0, 1, -1, NOW, NOW - 100, NOW + 1e6, 1e300, -1e300, 9.3e18, 4e9, 77};
	uint8_t what = *size > 0 ? (*data)[0] : 0, more = *size > 1 ? (*data)[1] : 0;
	struct xmlrpc_value *v;
	size_t n = *size > 2 ? 2 : *size;

	*data += n;
	*size -= n;
	switch (depth > 4 ? what % 5 : what % 8) {
	case 0:
		return xmlrpc_int((int64_t)(numbers[more % 9] > 9e18    ? INT64_MAX
					    : numbers[more % 9] < -9e18 ? INT64_MIN
									: (int64_t)numbers[more % 9]));
	case 1:
		return xmlrpc_double(numbers[more % (sizeof(numbers) / sizeof(numbers[0]))]);
	case 2:
		return xmlrpc_string(words[more % (sizeof(words) / sizeof(words[0]))]);
	case 3:
		n = more < *size ? more : *size;
		v = xmlrpc_stringn((const char *)*data, n);
		*data += n;
		*size -= n;
		return v;
	case 4:
		return more & 1 ? xmlrpc_nil() : xmlrpc_bool(more & 2);
	case 5:
		v = xmlrpc_array();
		for (int i = 0; i < more % 12 && *size > 0; i++)
			xmlrpc_append(v, value_of(data, size, depth + 1));
		return v;
	default:
		v = xmlrpc_struct();
		for (int i = 0; i < more % 12 && *size > 1; i++) {
			const char *name = members[(*data)[0] % (sizeof(members) / sizeof(members[0]))];

			++*data;
			--*size;
			xmlrpc_member(v, name, value_of(data, size, depth + 1));
		}
		return v;
	}
}

/* One of the calls, by any of them. */
static void
step_answer(struct scene *s, const uint8_t *data, size_t size)
{
	struct xmlrpc_value *v;
	size_t i = data[0];

	data++;
	size--;
	v = value_of(&data, &size, 0);
	serve(s);
	if (s->ncalls > 0)
		answer_call(s, i % s->ncalls, v, 0, NULL);
	xmlrpc_free(v);
}

/* A history that could be: starts and ends in turn, at places that grow in both logs. */
static struct xmlrpc_value *
history_of(const uint8_t *data, size_t size)
{
	struct xmlrpc_value *v = xmlrpc_array();
	double time = NOW - 1000, offset[2] = {0, 0};

	for (size_t i = 0; i + 2 < size; i += 3) {
		struct xmlrpc_value *r = xmlrpc_struct();

		time += data[i] & 63;
		offset[0] += data[i + 1] * (data[i] & 64 ? 100 : 1);
		offset[1] += data[i + 2] * (data[i] & 64 ? 100 : 1);
		xmlrpc_member(r, "event", xmlrpc_string((i & 1) != 0 || data[i] & 128 ? "end" : "start"));
		xmlrpc_member(r, "time", xmlrpc_double(time));
		xmlrpc_member(r, "stdout_offset", xmlrpc_double(data[i + 1] == 255 ? -1 : offset[0]));
		xmlrpc_member(r, "stderr_offset", xmlrpc_double(data[i + 2] == 255 ? -1 : offset[1]));
		xmlrpc_append(v, r);
	}
	return v;
}

/* What the file has above: a text, and what is there already. */
static struct xmlrpc_value *
past_of(const struct scene *s, const uint8_t *data, size_t size)
{
	const struct tui_log *log = &s->m.logpane.log;
	unsigned source = s->m.logpane.wish.asked;
	struct buf text = BUF_INIT(FUZZ_MAX * 4);
	struct tui_log_line oldest;
	struct xmlrpc_value *v;
	uint64_t serial;

	utf8_repair(&text, (const char *)data, size, NULL, true);
	buf_putc(&text, '\n');
	if (source < log->nsources && tui_log_oldest(log, source, &serial) &&
	    tui_log_get(log, serial, &oldest))
		buf_append(&text, oldest.text, oldest.len < 128 ? oldest.len : 128);
	v = xmlrpc_stringn(text.len > 0 ? text.data : "", text.len);
	buf_release(&text);
	return v;
}

/* The past of the logs: when programs ran, and what the files have. */
static void
step_past(struct scene *s, const uint8_t *data, size_t size)
{
	serve(s);
	for (size_t i = 0; i < s->ncalls; i++) {
		struct xmlrpc_value *v;

		if (s->calls[i]->tag != TAG_RUNS && s->calls[i]->tag != TAG_PAST)
			continue;
		v = s->calls[i]->tag == TAG_RUNS ? history_of(data, size) : past_of(s, data, size);
		answer_call(s, i, v, 0, NULL);
		xmlrpc_free(v);
		return;
	}
}

/* A daemon without a stream. */
static void
step_poll(struct scene *s, const uint8_t *data, size_t size)
{
	char *name = xasprintf("%s:stdout", processes[data[0] % 8]);
	uint8_t what = data[0] >> 5;
	struct xmlrpc_value *v;

	data++;
	size--;
	if (what & 1)
		tui_feed_main_tail(s->h, (const char *)data, size, 16);
	else {
		v = value_of(&data, &size, 0);
		if (what & 2)
			tui_feed_processes(s->h, v);
		else
			tui_feed_tail(s->h, name, v, 64);
		xmlrpc_free(v);
	}
	free(name);
}

static void
step_output(struct scene *s, const uint8_t *data, size_t size)
{
	if (data[0] & 1)
		tui_output_end(&s->m, data[0] & 2 ? "(exit status 1)" : NULL);
	else
		tui_output_add(&s->m, (const char *)data, size);
}

static void
step_mouse(struct scene *s, const uint8_t *data, size_t size)
{
	struct tui_mouse mouse = {.button = (enum tui_button)(data[0] % 6),
				  .x = size > 1 ? data[1] : 0,
				  .y = size > 2 ? data[2] % 70 : 0};

	tui_mouse_act(&s->m, &s->layout, &mouse);
}

/* Searching and filtering, in slices. */
static void
step_work(struct scene *s, const uint8_t *data, size_t size)
{
	(void)size;
	for (int i = 0; i < data[0] % 8 && tui_actions_work(&s->m); i++)
		;
}

static void
step_host(struct scene *s, const uint8_t *data, size_t size)
{
	(void)size;
	s->h = s->hosts[data[0] & 1];
}

static void
step_keys(struct scene *s, const uint8_t *data, size_t size)
{
	uint32_t key;

	for (size_t i = 0; i < size; i++) {
		tui_input_feed(&s->input, (const char *)data + i, 1);
		while (tui_input_next(&s->input, i + 1 == size, &key)) {
			tui_actions_key(&s->m, key);
			if (key % 3 == 0)
				refuse(s, "a fault \033[31m of the daemon");
			serve(s);
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

	tui_host_link(s->h,
		      data[0] & 1   ? LINK_LIVE
		      : data[0] & 2 ? LINK_POLLING
				    : LINK_DOWN,
		      data[0] & 3 ? NULL : why, s->now + 5);
	free(why);
}

typedef void step_fn(struct scene *s, const uint8_t *data, size_t size);

static step_fn *const steps[] = {
    step_event,  step_process, step_named, step_log,   step_keys, step_size,   step_time,    step_link,
    step_answer, step_poll,    step_work,  step_mouse, step_host, step_output, step_metrics,
};

#define STEPS (sizeof(steps) / sizeof(steps[0]))
/* Bytes from there on, so that what was found before stays what it is. */
#define PAST_FROM (256 / STEPS * STEPS)

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct scene s = {.now = NOW};
	struct err err = ERR_INIT;
	size_t n;

	tui_model_init(&s.m);
	s.m.settings.activity = 1;
	tui_settings_silence(&s.m.settings, "p[0-5]", "10", &err);
	s.m.now = NOW;
	s.hosts[0] = s.h = tui_model_add_host(&s.m, "unix:///run/supervisor.sock");
	s.hosts[1] = tui_model_add_host(&s.m, "http://localhost:9001");
	tui_input_init(&s.input);
	tui_canvas_init(&s.canvas, 80, 24);
	tui_host_link(s.h, LINK_LIVE, NULL, 0);
	step_process(&s, (const uint8_t *)"\x51x", 2);
	for (; size > 2; data += n, size -= n) {
		step_fn *step = data[0] >= PAST_FROM ? step_past : steps[data[0] % STEPS];

		n = 1 + data[1];
		data += 2;
		size -= 2;
		n = n < size ? n : size;
		if (n > 0)
			step(&s, data, n);
		serve(&s);
		draw(&s);
	}
	drop_calls(&s);
	tui_canvas_release(&s.canvas);
	tui_model_release(&s.m);
	return 0;
}
