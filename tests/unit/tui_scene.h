/* What the tests of the screen share: a model that is fed with events as they come on the wire, and a drawn
 * screen. */
#ifndef TESTS_UNIT_TUI_SCENE_H
#define TESTS_UNIT_TUI_SCENE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/xmalloc.h"
#include "tui/tui_actions.h"
#include "tui/tui_output.h"
#include "tui/tui_canvas.h"
#include "tui/tui_feed.h"
#include "tui/tui_feed_log.h"
#include "tui/tui_input.h"
#include "tui/tui_layout.h"
#include "tui/tui_rows.h"
#include "tui/tui_view.h"

#define NOW 1764000000.0 /* 2025-11-24 16:00:00 UTC */

/* A model of one daemon. */
static inline void
init_model(struct tui_model *m)
{
	tui_model_init(m);
	m->settings.cursor = CURSOR_FIRST; /* tests count rows from there */
	tui_model_add_host(m, "unix:///run/supervisor.sock");
}

static inline void
feed(struct tui_model *m, const char *event, const char *fmt, ...)
{
	va_list ap;
	char *data;

	va_start(ap, fmt);
	data = xvasprintf(fmt, ap);
	va_end(ap);
	tui_feed_event(m->hosts[0], event, data, strlen(data), NOW);
	free(data);
}

/* A process event; more: further members, with a comma in front, or "". */
static inline void
feed_process(struct tui_model *m, const char *group, const char *name, int state, int pid, const char *more)
{
	feed(m, "process",
	     "{\"group\":\"%s\",\"name\":\"%s\",\"state\":%d,\"pid\":%d,\"restarts\":0,\"priority\":999%s}",
	     group, name, state, pid, more);
}

static inline void
feed_hello(struct tui_model *m)
{
	feed(
	    m, "hello",
	    "{\"identification\":\"supervisor\",\"version\":\"5.0.0\",\"api\":1,\"stream\":7,\"boot\":\"b1\","
	    "\"pid\":100,\"host\":\"web-03\",\"started\":%.0f,\"statename\":\"RUNNING\",\"now\":%.0f}",
	    NOW - (12 * 86400 + 4 * 3600), NOW);
}

/* A record of getHistory. */
static inline struct xmlrpc_value *
start_or_end(const char *key, const char *event, double time, int pid, bool expected)
{
	struct xmlrpc_value *record = xmlrpc_struct();

	xmlrpc_member(record, "name", xmlrpc_string(key));
	xmlrpc_member(record, "event", xmlrpc_string(event));
	xmlrpc_member(record, "time", xmlrpc_double(time));
	xmlrpc_member(record, "pid", xmlrpc_int(pid));
	xmlrpc_member(record, "expected", xmlrpc_bool(expected));
	return record;
}

/* What was before the scene: api_02 has died thrice, api_01 was restarted, the newest first. */
static inline void
feed_past(struct tui_model *m)
{
	struct xmlrpc_value *list = xmlrpc_array();

	xmlrpc_append(list, start_or_end("web:web_0", "start", NOW - 25, 3000, true));
	xmlrpc_append(list, start_or_end("api:api_02", "end", NOW - 8, 2003, false));
	xmlrpc_append(list, start_or_end("api:api_02", "start", NOW - 10, 2003, true));
	xmlrpc_append(list, start_or_end("api:api_02", "end", NOW - 250, 2002, false));
	xmlrpc_append(list, start_or_end("api:api_02", "start", NOW - 260, 2002, true));
	xmlrpc_append(list, start_or_end("api:api_02", "end", NOW - 265, 2001, false));
	xmlrpc_append(list, start_or_end("api:api_02", "start", NOW - 600, 2001, true));
	xmlrpc_append(list, start_or_end("api:api_01", "start", NOW - 298, 21035, true));
	xmlrpc_append(list, start_or_end("api:api_01", "end", NOW - 299, 20001, true));
	tui_actions_reply(m->hosts[0], TAG_HEALTH, m->tickets, list, 0, NULL);
	xmlrpc_free(list);
}

/* The scene of all screens: groups with trouble, singles, figures, a log. */
static inline void
build_scene(struct tui_model *m)
{
	init_model(m);
	m->now = NOW;
	feed_hello(m);
	feed(m, "snapshot-begin", "{}");
	feed(m, "snapshot", "{\"groups\":[{\"name\":\"api\",\"priority\":1}]}");
	feed_process(m, "api", "api_00", 20, 21034, ",\"start\":1763733000");
	feed_process(m, "api", "api_01", 20, 21035, ",\"start\":1763733000,\"restarts\":1");
	feed_process(m, "api", "api_02", 30, 0,
		     ",\"start\":1763999990,\"stop\":1763999992,\"next_try\":1764000003,\"restarts\":3,"
		     "\"tries\":4,\"exitstatus\":1,"
		     "\"spawnerr\":\"Exited too quickly (process log may have details)\"");
	feed_process(m, "cron", "cron", 20, 812, ",\"start\":1762948800");
	feed_process(m, "migrate", "migrate", 100, 0, ",\"start\":1763990000,\"stop\":1763992800");
	feed_process(m, "worker", "worker", 200, 0,
		     ",\"start\":1763997000,\"stop\":1763997540,\"restarts\":5,\"exitstatus\":1,"
		     "\"spawnerr\":\"Exited too quickly (process log may have details)\"");
	for (int i = 0; i < 12; i++) {
		char name[16];

		snprintf(name, sizeof(name), "web_%d", i);
		feed_process(m, "web", name, 20, 3000 + i, ",\"start\":1763999975");
	}
	feed(m, "snapshot-end", "{}");
	feed_past(m);
	feed(m, "metrics",
	     "{\"processes\":[{\"group\":\"api\",\"name\":\"api_00\",\"cpu\":15.1,\"rss\":210763776,"
	     "\"threads\":4},"
	     "{\"group\":\"api\",\"name\":\"api_01\",\"cpu\":16.1,\"rss\":221249536,\"threads\":4},"
	     "{\"group\":\"cron\",\"name\":\"cron\",\"cpu\":0.0,\"rss\":3250586,\"threads\":1}],"
	     "\"load\":[0.1,0.2,0.3],\"mem_total\":8000000000,\"mem_available\":4000000000}");
	tui_actions_settle(m);
}

/* The question for the graph's past, which comes with every snapshot, is passed over. */
static inline struct tui_request *
take(struct tui_model *m, enum tui_request_kind kind)
{
	struct tui_request *r;

	while ((r = tui_request_take(&m->requests)) != NULL) {
		if (r->kind == kind && r->tag != TAG_HEALTH)
			return r;
		tui_request_free(r);
	}
	return NULL;
}

/* The same, where there has to be one. */
static inline struct tui_request *
must_take(struct tui_model *m, enum tui_request_kind kind)
{
	struct tui_request *r = take(m, kind);

	assert_non_null(r);
	if (r == NULL)
		abort(); /* the compiler does not know that the line above does not return */
	return r;
}

static inline void
drop_requests(struct tui_model *m)
{
	struct tui_request *r;

	while ((r = tui_request_take(&m->requests)) != NULL)
		tui_request_free(r);
}

/* Keys of a string, one after the other. */
static inline void
type(struct tui_model *m, const char *keys)
{
	for (; *keys != '\0'; keys++)
		tui_actions_key(m, (unsigned char)*keys);
	tui_actions_settle(m);
}

/* What Tab makes of a line that is being typed. */
static inline void
expect_completion(struct tui_model *m, const char *typed, const char *want)
{
	type(m, typed);
	assert_string_equal(buf_str(&m->prompt.text), want);
	type(m, "\033");
}

/* Lays out and draws; the caller releases the canvas. Returns for how long the picture holds. */
static inline double
draw_scene(struct tui_model *m, struct tui_canvas *c, int width, int height, bool ascii)
{
	struct tui_layout l;

	tui_canvas_init(c, width, height);
	c->ascii = ascii;
	m->glyphs = ascii ? &tui_glyphs_ascii : &tui_glyphs_utf8;
	tui_actions_settle(m);
	tui_overlay_prepare(m, width);
	tui_layout_compute(&l, m, width, height);
	tui_layout_apply(&l, m);
	return tui_view_draw(m, &l, c);
}

/* The screen as text, which the caller frees. */
static inline char *
screen_text(struct tui_model *m, int width, int height, bool ascii)
{
	struct buf out = BUF_INIT(1 << 20);
	struct tui_canvas c;

	draw_scene(m, &c, width, height, ascii);
	assert_true(tui_canvas_dump(&c, &out));
	tui_canvas_release(&c);
	return buf_steal(&out);
}

static inline bool
screen_has(struct tui_model *m, const char *text)
{
	char *screen = screen_text(m, 100, 40, false);
	bool found = strstr(screen, text) != NULL;

	if (!found)
		print_message("%s", screen);
	free(screen);
	return found;
}

/* All lines of the log, one after the other, without those that tell where the file begins. */
static inline void
expect_log(const struct tui_model *m, const char *want)
{
	const struct tui_log *log = &m->logpane.log;
	struct buf got = BUF_INIT(65536);
	struct tui_log_line line;

	for (uint64_t serial = log->first; tui_log_get(log, serial, &line); serial++)
		if (line.len < 8 || memcmp(line.text, "the file", 8) != 0)
			buf_printf(&got, "%s%.*s\n", line.kind == TUI_LOG_NOTE ? "- " : "", (int)line.len,
				   line.text);
	assert_string_equal(buf_str(&got), want);
	buf_release(&got);
}

#endif
