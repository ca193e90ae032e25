/* The past of several logs: run by run, with starts and ends, and read further up for all of them. */
#include "autoconf.h"

#include "tests/unit/tui_scene.h"

#include "tui/tui_logpane.h"
#include "tui/tui_order.h"
#include "tui/tui_show.h"

/* A daemon that has files and a history. */
#define PROGRAMS 3
#define RECORDS 400

struct record {
	double time;
	bool end;
	int pid;
	int exitstatus;
	size_t offset[NCHANNELS];
};

struct program {
	const char *name; /* in the group "g" */
	struct buf file[NCHANNELS];
	struct record records[RECORDS];
	size_t nrecords;
	size_t forgotten; /* records that the history does not have any more */
	int pid;
};

struct world {
	struct tui_model m;
	struct program programs[PROGRAMS];
	size_t n;
	int calls[2]; /* for the past, for the history */
	bool no_history;
};

static void
say(struct world *w, size_t p, enum channel channel, const char *text)
{
	(void)w;
	assert_true(buf_puts(&w->programs[p].file[channel], text));
}

static void
record(struct world *w, size_t p, double time, bool end, int exitstatus)
{
	struct program *g = &w->programs[p];
	struct record *r = &g->records[g->nrecords++];

	assert_true(g->nrecords <= RECORDS);
	*r = (struct record){.time = time, .end = end, .pid = g->pid, .exitstatus = exitstatus};
	for (int c = 0; c < NCHANNELS; c++)
		r->offset[c] = g->file[c].len;
}

static void
starts(struct world *w, size_t p, double time)
{
	w->programs[p].pid = 100 * ((int)p + 1) + (int)w->programs[p].nrecords / 2;
	record(w, p, time, false, 0);
}

static void
ends(struct world *w, size_t p, double time, int exitstatus)
{
	record(w, p, time, true, exitstatus);
	w->programs[p].pid = 0;
}

static void
build_world(struct world *w, size_t n)
{
	static const char *const names[] = {"a", "b", "c"};

	*w = (struct world){.n = n};
	for (size_t i = 0; i < n; i++) {
		w->programs[i].name = names[i];
		for (int c = 0; c < NCHANNELS; c++)
			buf_init(&w->programs[i].file[c], 64 << 20);
	}
}

static void
release_world(struct world *w)
{
	tui_model_release(&w->m);
	for (size_t i = 0; i < w->n; i++)
		for (int c = 0; c < NCHANNELS; c++)
			buf_release(&w->programs[i].file[c]);
}

static struct program *
program_named(struct world *w, const char *key)
{
	size_t i = 0;

	while (i + 1 < w->n && strcmp(key + 2, w->programs[i].name) != 0)
		i++;
	assert_string_equal(key + 2, w->programs[i].name);
	return &w->programs[i];
}

static struct xmlrpc_value *
history_of(const struct program *g, int count)
{
	struct xmlrpc_value *list = xmlrpc_array();

	for (size_t i = g->nrecords; i-- > g->forgotten && count-- > 0;) {
		const struct record *r = &g->records[i];
		struct xmlrpc_value *v = xmlrpc_struct();

		xmlrpc_member(v, "event", xmlrpc_string(r->end ? "end" : "start"));
		xmlrpc_member(v, "time", xmlrpc_double(r->time));
		xmlrpc_member(v, "pid", xmlrpc_int(r->pid));
		xmlrpc_member(v, "exitstatus", xmlrpc_int(r->exitstatus));
		xmlrpc_member(v, "stdout_offset", xmlrpc_double((double)(int64_t)r->offset[CHANNEL_STDOUT]));
		xmlrpc_member(v, "stderr_offset", xmlrpc_double((double)(int64_t)r->offset[CHANNEL_STDERR]));
		xmlrpc_append(list, v);
	}
	return list;
}

static double
number(const struct xmlrpc_value *v)
{
	return xmlrpc_type(v) == XMLRPC_DOUBLE ? xmlrpc_get_double(v) : (double)xmlrpc_get_int(v);
}

static struct xmlrpc_value *
piece_of(const struct buf *file, const struct xmlrpc_value *params)
{
	size_t from = (size_t)number(xmlrpc_at(params, 1)), len = (size_t)number(xmlrpc_at(params, 2));

	from = from < file->len ? from : file->len;
	len = len < file->len - from ? len : file->len - from;
	return xmlrpc_stringn(file->data + from, len);
}

/* Answers what is asked, at most so many calls for the past. */
static void
serve(struct world *w, int most)
{
	struct tui_request *r;

	while (w->calls[0] < most && (r = tui_request_take(&w->m.requests)) != NULL) {
		struct xmlrpc_value *v = NULL;

		if (r->kind == REQUEST_CALL && r->tag == TAG_PAST) {
			const struct program *g =
			    program_named(w, xmlrpc_get_string(xmlrpc_at(r->params, 0)));

			v = piece_of(
			    &g->file[strstr(r->text, "Stderr") != NULL ? CHANNEL_STDERR : CHANNEL_STDOUT],
			    r->params);
			w->calls[0]++;
		} else if (r->kind == REQUEST_CALL && r->tag == TAG_RUNS && w->no_history) {
			tui_actions_reply(w->m.hosts[0], r->tag, r->ticket, NULL, 1, "UNKNOWN_METHOD");
			tui_actions_settle(&w->m);
		} else if (r->kind == REQUEST_CALL && r->tag == TAG_RUNS) {
			v = history_of(program_named(w, xmlrpc_get_string(xmlrpc_at(r->params, 0))),
				       xmlrpc_get_int(xmlrpc_at(r->params, 1)));
			w->calls[1]++;
		}
		if (v != NULL) {
			tui_actions_reply(w->m.hosts[0], r->tag, r->ticket, v, 0, NULL);
			tui_actions_settle(&w->m);
			xmlrpc_free(v);
		}
		tui_request_free(r);
	}
}

/* The screen is opened on the program or the group, and the ends of the files come. */
static void
open_world(struct world *w, size_t tail)
{
	struct tui_model *m = &w->m;

	init_model(m);
	m->now = NOW;
	feed_hello(m);
	feed(m, "snapshot-begin", "{}");
	for (size_t i = 0; i < w->n; i++)
		feed_process(m, "g", w->programs[i].name, w->programs[i].pid != 0 ? 20 : 100,
			     w->programs[i].pid, ",\"stdout_logfile\":\"/o\",\"stderr_logfile\":\"/e\"");
	feed(m, "snapshot-end", "{}");
	m->logpane.width = 80;
	m->logpane.height = 10;
	m->focus = PANE_LOG;
	if (w->n > 1)
		tui_show_group(m, tui_host_group(m->hosts[0], "g"));
	else
		tui_show_program(m, m->hosts[0], "g:a");
	tui_actions_settle(m);
	for (size_t i = 0; i < m->logpane.log.nsources; i++) {
		const struct tui_source *s = m->logpane.log.sources[i];
		const struct buf *file = &program_named(w, s->key)->file[s->channel];
		size_t len = tail < file->len ? tail : file->len;

		if (len > 0)
			tui_log_add_tail(&m->logpane.log, (unsigned)i, NOW, (int64_t)(file->len - len),
					 file->data + file->len - len, len);
		tui_actions_settle(m);
	}
}

static void
comes(struct world *w, size_t p, enum channel channel, const char *text)
{
	struct buf *file = &w->programs[p].file[channel];
	char *name = xasprintf("g:%s:%s", w->programs[p].name, channel_name(channel));
	struct tui_log *log = &w->m.logpane.log;

	tui_log_add(log, tui_log_find_source(log, w->m.hosts[0], name), NOW + 1, (int64_t)file->len, text,
		    strlen(text));
	say(w, p, channel, text);
	tui_actions_settle(&w->m);
	free(name);
}

/* Two runs of one program, which end with a word in stderr each. */
static void
build_one(struct world *w)
{
	build_world(w, 1);
	starts(w, 0, NOW - 60);
	say(w, 0, CHANNEL_STDOUT, "out 1\nout 2\n");
	say(w, 0, CHANNEL_STDERR, "err 1\n");
	ends(w, 0, NOW - 50, 3);
	starts(w, 0, NOW - 49);
	say(w, 0, CHANNEL_STDOUT, "out 3\n");
	say(w, 0, CHANNEL_STDERR, "err 2\nerr 3\n");
}

/* Of each run stdout, then stderr, between its start and its end. */
static void
test_both_channels(void **state)
{
	struct world w;

	(void)state;
	build_one(&w);
	open_world(&w, 65536);
	serve(&w, 100);
	assert_int_equal(w.calls[1], 1); /* both logs have one history */
	expect_log(&w.m, "- 15:59:00 started, pid 100\nout 1\nout 2\nerr 1\n- 15:59:10 exited 3 after 10 s\n"
			 "- 15:59:11 started, pid 101\nout 3\nerr 2\nerr 3\n"
			 "- above: of each run stdout, then stderr; below: as it comes\n");
	/* What comes is as it comes. */
	comes(&w, 0, CHANNEL_STDERR, "err 4\n");
	comes(&w, 0, CHANNEL_STDOUT, "out 4\n");
	feed(&w.m, "process",
	     "{\"group\":\"g\",\"name\":\"a\",\"state\":100,\"pid\":0,\"exitstatus\":1,\"time\":%.1f}",
	     NOW + 2.0);
	expect_log(&w.m, "- 15:59:00 started, pid 100\nout 1\nout 2\nerr 1\n- 15:59:10 exited 3 after 10 s\n"
			 "- 15:59:11 started, pid 101\nout 3\nerr 2\nerr 3\n"
			 "- above: of each run stdout, then stderr; below: as it comes\nerr 4\nout 4\n"
			 "- 16:00:02 exited 1 after 51 s\n");
	release_world(&w);
}

/* The end of a file, as the daemon sends it. written: when it was written last; 0: that is not told. */
static void
tail_comes(struct world *w, enum channel channel, double written)
{
	const struct buf *file = &w->programs[0].file[channel];
	json_t *o = json_pack("{s:s+, s:f, s:i, s:s%, s:b}", "log", "g:a:", channel_name(channel), "time",
			      NOW, "offset", 0, "text", file->data, file->len, "tail", 1);
	char *data;

	if (written > 0)
		json_object_set_new(o, "written", json_real(written));
	data = json_dumps(o, JSON_COMPACT);
	feed(&w->m, "log", "%s", data);
	tui_actions_settle(&w->m);
	free(data);
	json_decref(o);
}

/* Opens two runs, of which the second goes on, whose logs were written last at these times. */
static void
open_written(struct world *w, double out, double err)
{
	build_one(w);
	open_world(w, 0);
	tail_comes(w, CHANNEL_STDOUT, out);
	tail_comes(w, CHANNEL_STDERR, err);
	serve(w, 100);
}

#define FIRST_RUN "- 15:59:00 started, pid 100\nout 1\nout 2\nerr 1\n- 15:59:10 exited 3 after 10 s\n"
#define TURNED_RUN "- 15:59:11 started, pid 101\nerr 2\nerr 3\nout 3\n"
#define BOTH_WAYS "- above: of runs stdout, then stderr, of this stderr first; below: as it comes\n"

/* Of the run under way the log that was written last is last; of one that has ended stderr. */
static void
test_written_last(void **state)
{
	static const double straight[][2] = {{NOW - 9, NOW - 2}, {NOW - 2, NOW - 2}, {NOW - 2, 0}, {0, 0}};
	struct world w;

	(void)state;
	open_written(&w, NOW - 2, NOW - 9);
	expect_log(&w.m, FIRST_RUN TURNED_RUN BOTH_WAYS);
	/* Its end, and another connection that tells other times, change nothing of what is read. */
	comes(&w, 0, CHANNEL_STDERR, "err 4\n");
	feed(&w.m, "process",
	     "{\"group\":\"g\",\"name\":\"a\",\"state\":100,\"pid\":0,\"exitstatus\":1,\"time\":%.1f}",
	     NOW + 2.0);
	w.m.logpane.log.unordered = true;
	tui_actions_settle(&w.m);
	expect_log(&w.m, FIRST_RUN TURNED_RUN BOTH_WAYS "err 4\n- 16:00:02 exited 1 after 51 s\n");
	release_world(&w);
	for (size_t i = 0; i < sizeof(straight) / sizeof(straight[0]); i++) {
		open_written(&w, straight[i][0], straight[i][1]);
		expect_log(&w.m, FIRST_RUN "- 15:59:11 started, pid 101\nout 3\nerr 2\nerr 3\n"
					   "- above: of each run stdout, then stderr; below: as it comes\n");
		release_world(&w);
	}
}

/* The same where that run is all there is, and where it has ended. */
static void
test_written_last_of_one(void **state)
{
	for (int ended = 0; ended < 2; ended++) {
		struct world w;

		(void)state;
		build_world(&w, 1);
		starts(&w, 0, NOW - 60);
		say(&w, 0, CHANNEL_STDOUT, "out\n");
		say(&w, 0, CHANNEL_STDERR, "err\n");
		if (ended)
			ends(&w, 0, NOW - 50, 0);
		open_world(&w, 0);
		tail_comes(&w, CHANNEL_STDOUT, NOW - 51);
		tail_comes(&w, CHANNEL_STDERR, NOW - 52);
		serve(&w, 100);
		expect_log(&w.m,
			   ended ? "- 15:59:00 started, pid 100\nout\nerr\n- 15:59:10 exited 0 after 10 s\n"
				   "- above: of each run stdout, then stderr; below: as it comes\n"
				 : "- 15:59:00 started, pid 100\nerr\nout\n"
				   "- above: of this run stderr, then stdout; below: as it comes\n");
		release_world(&w);
	}
}

/* A line that has not ended is the last of its log, not of all, and goes on where it stands. */
static void
test_open_line(void **state)
{
	struct world w;

	(void)state;
	build_world(&w, 1);
	starts(&w, 0, NOW - 60);
	say(&w, 0, CHANNEL_STDOUT, "half a ");
	say(&w, 0, CHANNEL_STDERR, "err\n");
	open_world(&w, 65536);
	serve(&w, 100);
	comes(&w, 0, CHANNEL_STDERR, "more\n");
	comes(&w, 0, CHANNEL_STDOUT, "line\n");
	expect_log(&w.m, "- 15:59:00 started, pid 100\nhalf a line\nerr\n"
			 "- above: of each run stdout, then stderr; below: as it comes\nmore\n");
	release_world(&w);
}

/* One log that has all the text, and one that has none: nothing had to be guessed, and nothing is said. */
static void
test_nothing_unsure(void **state)
{
	struct world w;

	(void)state;
	build_world(&w, 1);
	starts(&w, 0, NOW - 60);
	say(&w, 0, CHANNEL_STDOUT, "out 1\n");
	ends(&w, 0, NOW - 50, 0);
	starts(&w, 0, NOW - 49);
	say(&w, 0, CHANNEL_STDERR, "err 1\n");
	open_world(&w, 65536);
	serve(&w, 100);
	expect_log(&w.m, "- 15:59:00 started, pid 100\nout 1\n- 15:59:10 exited 0 after 10 s\n"
			 "- 15:59:11 started, pid 101\nerr 1\n");
	release_world(&w);
}

/* A daemon without a history, and what its history does not reach. */
static void
test_unknown(void **state)
{
	struct world w;

	(void)state;
	build_one(&w);
	w.no_history = true;
	open_world(&w, 65536);
	serve(&w, 100);
	expect_log(&w.m, "out 1\nout 2\nout 3\nerr 1\nerr 2\nerr 3\n"
			 "- above: stdout, then stderr; when it was written is not known\n");
	release_world(&w);
	build_one(&w);
	w.programs[0].forgotten = 1;
	open_world(&w, 65536);
	serve(&w, 100);
	expect_log(&w.m, "out 1\nout 2\nerr 1\n- 15:59:10 exited 3\n"
			 "- above: stdout, then stderr; when it was written is not known\n"
			 "- 15:59:11 started, pid 101\nout 3\nerr 2\nerr 3\n"
			 "- above: of each run stdout, then stderr; below: as it comes\n");
	release_world(&w);
}

/* A group: runs of its programs by the times at which they began. */
static void
test_group(void **state)
{
	struct world w;

	(void)state;
	build_world(&w, 2);
	say(&w, 1, CHANNEL_STDOUT, "of another daemon\n");
	starts(&w, 0, NOW - 60);
	say(&w, 0, CHANNEL_STDOUT, "a out\n");
	starts(&w, 1, NOW - 50);
	say(&w, 1, CHANNEL_STDERR, "b err\n");
	say(&w, 1, CHANNEL_STDOUT, "b out\n");
	ends(&w, 1, NOW - 40, 1);
	ends(&w, 0, NOW - 30, 1);
	starts(&w, 0, NOW - 20);
	say(&w, 0, CHANNEL_STDERR, "a err\n");
	open_world(&w, 65536);
	serve(&w, 100);
	assert_int_equal(w.calls[1], 2);
	expect_log(
	    &w.m,
	    "of another daemon\n- a 15:59:00 started, pid 100\na out\n- a 15:59:30 exited 1 after 30 s\n"
	    "- b 15:59:10 started, pid 200\nb out\nb err\n- b 15:59:20 exited 1 after 10 s\n"
	    "- a 15:59:40 started, pid 101\na err\n"
	    "- above: run after run, as they began; below: as it comes\n");
	release_world(&w);
}

/* Many runs, of which stdout has much and stderr little. */
static void
write_runs(struct world *w, size_t p, int runs, int lines)
{
	char text[128];

	for (int r = 0; r < runs; r++) {
		starts(w, p, NOW - 10000 + 20 * r + (double)p);
		for (int i = 0; i < lines; i++) {
			snprintf(text, sizeof(text), "%s run %d line %d %.60s\n", w->programs[p].name, r, i,
				 "............................................................");
			say(w, p, CHANNEL_STDOUT, text);
		}
		snprintf(text, sizeof(text), "%s run %d died\n", w->programs[p].name, r);
		say(w, p, CHANNEL_STDERR, text);
		ends(w, p, NOW - 10000 + 20 * r + 10 + (double)p, 1);
	}
}

/* From the line `from` on: for each run its start, its lines, what it died of, its end; of several programs in turn. */
static void
expect_runs(const struct world *w, uint64_t serial, int first, int runs, int lines)
{
	const struct tui_log *log = &w->m.logpane.log;
	struct tui_log_line line;
	char text[64];

	for (int r = first; r < runs; r++)
		for (size_t p = 0; p < w->n; p++) {
			assert_true(tui_log_get(log, serial++, &line));
			assert_int_equal(line.kind, TUI_LOG_NOTE);
			assert_int_equal(line.rank, TUI_RANK_START);
			for (int i = 0; i < lines; i++) {
				assert_true(tui_log_get(log, serial++, &line));
				snprintf(text, sizeof(text), "%s run %d line %d ", w->programs[p].name, r, i);
				assert_memory_equal(line.text, text, strlen(text));
			}
			assert_true(tui_log_get(log, serial++, &line));
			snprintf(text, sizeof(text), "%s run %d died", w->programs[p].name, r);
			assert_int_equal(line.len, strlen(text));
			assert_memory_equal(line.text, text, line.len);
			assert_true(tui_log_get(log, serial++, &line));
			assert_int_equal(line.rank, TUI_RANK_END);
		}
	assert_true(tui_log_get(log, serial, &line));
	assert_int_equal(line.rank, TUI_RANK_SEAM);
	assert_int_equal(serial + 1, tui_log_end(log));
}

static void
expect_top(const struct tui_model *m, const char *want)
{
	struct tui_log_line line;

	assert_true(tui_log_get(&m->logpane.log, m->logpane.log.first, &line));
	assert_int_equal(line.len, strlen(want));
	assert_memory_equal(line.text, want, line.len);
}

/* To the beginning: all files are read, and each run has all of its lines. */
static void
test_all_is_read(void **state)
{
	struct world w;

	(void)state;
	for (size_t n = 1; n <= 2; n++) {
		build_world(&w, n);
		for (size_t p = 0; p < n; p++)
			write_runs(&w, p, 40, 100);
		open_world(&w, 65536);
		serve(&w, 0);
		serve(&w, 1);
		assert_int_equal(w.calls[0], 0);
		tui_past_first(&w.m);
		tui_actions_settle(&w.m);
		serve(&w, 1000);
		assert_in_range(w.calls[0], 2, 20);
		expect_top(&w.m, "the files begin here");
		expect_runs(&w, w.m.logpane.log.first + 1, 0, 40, 100);
		/* Nothing more is asked for or said. */
		tui_past_first(&w.m);
		tui_actions_settle(&w.m);
		serve(&w, 1000);
		expect_top(&w.m, "the files begin here");
		release_world(&w);
	}
}

static void
read_line(const struct tui_model *m, uint64_t serial, char out[128])
{
	struct tui_log_line line;

	assert_true(tui_log_get(&m->logpane.log, serial, &line));
	snprintf(out, 128, "%.*s", (int)line.len, line.text);
}

/* Who moves up reads on where a log has nothing loaded, though another has; and what is read stays where it is, with what is
   marked. */
static void
test_scrolling_up(void **state)
{
	char before[128], after[128], marked[128];
	uint64_t top, mark;
	struct world w;

	(void)state;
	build_world(&w, 1);
	write_runs(&w, 0, 40, 100);
	open_world(&w, 65536);
	serve(&w, 0);
	serve(&w, 1);
	tui_logpane_hold(&w.m.logpane);
	/* stderr is there from its beginning: its lines of the first runs are above those of stdout that are there. */
	for (int i = 0; i < 10000 && w.calls[0] == 0; i++) {
		tui_logpane_scroll(&w.m.logpane, -5);
		tui_actions_settle(&w.m);
		top = tui_logpane_position(&w.m.logpane).serial;
		read_line(&w.m, top, before);
		tui_logmarks_toggle(&w.m.logpane);
		mark = tui_serials_get(&w.m.logpane.marks.lines, 0);
		read_line(&w.m, mark, marked);
		serve(&w, 1);
		top = tui_logpane_position(&w.m.logpane).serial;
		read_line(&w.m, top, after);
		assert_string_equal(after, before);
		read_line(&w.m, tui_serials_get(&w.m.logpane.marks.lines, 0), after);
		assert_string_equal(after, marked);
		tui_logmarks_clear(&w.m.logpane);
	}
	assert_int_equal(w.calls[0], 1);
	/* The view is among lines of stdout that were there: what came is above it. */
	assert_non_null(strstr(before, "a run 3"));
	release_world(&w);
}

/* To the run before, over both channels, though it has to be read from the file first. */
static void
test_run_before(void **state)
{
	struct world w;
	char line[128];

	(void)state;
	build_world(&w, 1);
	write_runs(&w, 0, 2, 2000);
	starts(&w, 0, NOW - 100);
	say(&w, 0, CHANNEL_STDOUT, "now\n");
	open_world(&w, 4096);
	serve(&w, 1000);
	type(&w.m, "p");
	serve(&w, 1000);
	read_line(&w.m, tui_logpane_position(&w.m.logpane).serial, line);
	assert_string_equal(line, "13:13:40 started, pid 101");
	type(&w.m, "p");
	serve(&w, 1000);
	read_line(&w.m, tui_logpane_position(&w.m.logpane).serial, line);
	assert_string_equal(line, "13:13:20 started, pid 100");
	type(&w.m, "p");
	serve(&w, 1000);
	assert_string_equal(w.m.message, "no run before that is known of");
	/* And forth. */
	type(&w.m, "}}");
	read_line(&w.m, w.m.logpane.hit, line);
	assert_string_equal(line, "13:13:40 started, pid 101");
	release_world(&w);
}

/* One of the files was rotated since: it is said where its lines begin, and the other is read on. */
static void
test_rotated(void **state)
{
	struct world w;
	struct tui_log_line line;
	uint64_t serial;
	bool said = false;

	(void)state;
	build_world(&w, 1);
	write_runs(&w, 0, 40, 100);
	open_world(&w, 65536);
	serve(&w, 0);
	serve(&w, 1);
	buf_clear(&w.programs[0].file[CHANNEL_STDOUT]);
	tui_past_first(&w.m);
	tui_actions_settle(&w.m);
	serve(&w, 1000);
	for (serial = w.m.logpane.log.first; tui_log_get(&w.m.logpane.log, serial, &line); serial++)
		said |= line.kind == TUI_LOG_NOTE && line.len > 20 &&
			memcmp(line.text, "g:a stdout: the file", 20) == 0;
	assert_true(said);
	release_world(&w);
}

/* A file that was rotated in a run begins in that run, though the run's beginning is not in it. One whose last run without a
   place has ended may have any text. */
static void
test_rotated_in_a_run(void **state)
{
	struct world w;

	(void)state;
	build_one(&w);
	buf_clear(&w.programs[0].file[CHANNEL_STDOUT]);
	say(&w, 0, CHANNEL_STDOUT, "out 4\n");
	for (size_t i = 0; i < 3; i++)
		w.programs[0].records[i].offset[CHANNEL_STDOUT] = SIZE_MAX;
	open_world(&w, 0);
	tail_comes(&w, CHANNEL_STDOUT, NOW - 2);
	tail_comes(&w, CHANNEL_STDERR, NOW - 9);
	serve(&w, 100);
	expect_log(&w.m, "- 15:59:00 started, pid 100\nerr 1\n- 15:59:10 exited 3 after 10 s\n"
			 "- 15:59:11 started, pid 101\nerr 2\nerr 3\nout 4\n"
			 "- above: of this run stderr, then stdout; below: as it comes\n");
	release_world(&w);
	build_one(&w);
	for (size_t i = 0; i < 2; i++)
		w.programs[0].records[i].offset[CHANNEL_STDOUT] = SIZE_MAX;
	open_world(&w, 65536);
	serve(&w, 100);
	expect_log(&w.m, "out 1\nout 2\n- 15:59:00 started, pid 100\nerr 1\n- 15:59:10 exited 3 after 10 s\n"
			 "- 15:59:11 started, pid 101\nout 3\nerr 2\nerr 3\n"
			 "- above: of each run stdout, then stderr; below: as it comes\n");
	release_world(&w);
}

/* What was seen before a rotation stays where it is, though its places in the file are gone. */
static void
test_rotated_while_shown(void **state)
{
	struct world w;

	(void)state;
	build_one(&w);
	open_world(&w, 65536);
	serve(&w, 100);
	tui_log_rotated(&w.m.logpane.log, 0);
	w.m.logpane.log.unordered = true;
	tui_actions_settle(&w.m);
	expect_log(&w.m, "- 15:59:00 started, pid 100\nout 1\nout 2\nerr 1\n- 15:59:10 exited 3 after 10 s\n"
			 "- 15:59:11 started, pid 101\nout 3\nerr 2\nerr 3\n"
			 "- above: of each run stdout, then stderr; below: as it comes\n");
	release_world(&w);
}

/* The pane is full: it is said, and no more is asked for. */
static void
test_full(void **state)
{
	struct world w;

	(void)state;
	build_world(&w, 1);
	write_runs(&w, 0, 40, 100);
	open_world(&w, 65536);
	serve(&w, 0);
	serve(&w, 1);
	w.m.logpane.log.max_lines = 2000;
	tui_past_first(&w.m);
	tui_actions_settle(&w.m);
	serve(&w, 1000);
	expect_top(&w.m, "there is more above in the files, and no room for it here");
	assert_in_range(w.m.logpane.log.count, 1990, 2001);
	assert_in_range(w.calls[0], 1, 5);
	release_world(&w);
}

/* A program that dies while the ends of its files are on their way: they are the past all the same. */
static void
test_late_past(void **state)
{
	for (int both = 0; both < 2; both++) {
		struct world w;
		struct tui_log *log = &w.m.logpane.log;
		char more[128];

		(void)state;
		build_one(&w);
		open_world(&w, 0);
		snprintf(
		    more, sizeof(more),
		    ",\"stdout_logfile\":\"/o\",\"stderr_logfile\":\"%s\",\"exitstatus\":1,\"time\":%.1f",
		    both ? "/e" : "", NOW + 2.0);
		feed_process(&w.m, "g", "a", 100, 0, more);
		tui_actions_settle(&w.m);
		for (unsigned i = 0; i <= (unsigned)both; i++) {
			tui_log_add_tail(log, i, NOW, 0, w.programs[0].file[i].data,
					 w.programs[0].file[i].len);
			tui_actions_settle(&w.m);
		}
		comes(&w, 0, CHANNEL_STDOUT, "out 4\n");
		serve(&w, 100);
		expect_log(&w.m, both ? "- 15:59:00 started, pid 100\nout 1\nout 2\nerr 1\n"
					"- 15:59:10 exited 3 after 10 s\n- 15:59:11 started, pid 101\n"
					"out 3\nerr 2\nerr 3\n"
					"- above: of each run stdout, then stderr; below: as it comes\n"
					"- 16:00:02 exited 1\nout 4\n"
				      : "- 15:59:00 started, pid 100\nout 1\nout 2\n"
					"- 15:59:10 exited 3 after 10 s\n- 15:59:11 started, pid 101\nout 3\n"
					"- 16:00:02 exited 1\nout 4\n");
		release_world(&w);
	}
}

static size_t
count_lines(const struct tui_log *log, unsigned source, enum tui_log_kind kind)
{
	struct tui_log_line line;
	size_t n = 0;

	for (uint64_t serial = log->first; tui_log_get(log, serial, &line); serial++)
		n += line.source == source && line.kind == kind;
	return n;
}

/* Whatever comes in whichever order, each log's own lines stay in theirs, none is lost, and each is counted. */
static void
test_any_order(void **state)
{
	unsigned random = 1;

	(void)state;
	for (int round = 0; round < 40; round++) {
		struct world w;
		struct tui_log *log = &w.m.logpane.log;

		build_world(&w, 3);
		for (size_t p = 0; p < 3; p++)
			write_runs(&w, p, 12, (random = random * 1103515245 + 12345) >> 16 & 63);
		open_world(&w, 200 + (size_t)round * 97);
		tui_logpane_hold(&w.m.logpane);
		for (int i = 0; i < 12; i++) {
			random = random * 1103515245 + 12345;
			serve(&w, w.calls[0] + 1);
			if ((random >> 16 & 3) == 0)
				comes(&w, random >> 20 & 1, random >> 21 & 1, "comes\n");
			if ((random >> 16 & 3) == 1)
				tui_past_first(&w.m);
			if ((random >> 16 & 3) == 2)
				tui_logpane_scroll(&w.m.logpane, -(long)(random >> 20 & 63));
			if ((random >> 16 & 15) == 3)
				tui_log_note(log, random >> 20 & 3, NOW, "a note");
			tui_actions_settle(&w.m);
		}
		tui_past_first(&w.m);
		tui_actions_settle(&w.m);
		serve(&w, 1000);
		for (unsigned s = 0; s < log->nsources; s++) {
			const struct tui_source *source = log->sources[s];
			const struct buf *file = &program_named(&w, source->key)->file[source->channel];
			struct tui_log_line line;
			size_t at = 0;

			assert_int_equal(source->texts, count_lines(log, s, TUI_LOG_TEXT));
			assert_int_equal(source->lines, source->texts + count_lines(log, s, TUI_LOG_NOTE));
			for (uint64_t serial = log->first; tui_log_get(log, serial, &line); serial++) {
				if (line.source != s || line.kind != TUI_LOG_TEXT)
					continue;
				assert_int_equal(line.offset, at);
				assert_memory_equal(line.text, file->data + at, line.len);
				at += line.len + 1;
			}
			assert_int_equal(at, file->len);
		}
		release_world(&w);
	}
}

/* Starts and ends that a lost connection has missed have their places in the text that was missed, in each log. */
static void
test_missed(void **state)
{
	static const char hello[] = "{\"boot\":\"b1\",\"stream\":8,\"host\":\"web-03\",\"now\":1764000030,"
				    "\"resumed\":true}";
	struct world w;

	(void)state;
	build_one(&w);
	open_world(&w, 65536);
	serve(&w, 100);
	tui_host_link(w.m.hosts[0], LINK_DOWN, "gone", NOW + 11);
	say(&w, 0, CHANNEL_STDOUT, "out 4\n");
	ends(&w, 0, NOW + 20, 7);
	starts(&w, 0, NOW + 21);
	w.m.now = NOW + 30;
	tui_feed_event(w.m.hosts[0], "hello", hello, strlen(hello), NOW + 30);
	/* The stream brings what was written meanwhile. */
	w.programs[0].file[CHANNEL_STDOUT].len -= 6;
	comes(&w, 0, CHANNEL_STDOUT, "out 4\nout 5\n");
	comes(&w, 0, CHANNEL_STDERR, "err 4\n");
	serve(&w, 100);
	assert_int_equal(w.calls[1], 2);
	expect_log(&w.m,
		   "- 15:59:00 started, pid 100\nout 1\nout 2\nerr 1\n- 15:59:10 exited 3 after 10 s\n"
		   "- 15:59:11 started, pid 101\nout 3\nerr 2\nerr 3\n"
		   "- above: of each run stdout, then stderr; below: as it comes\n"
		   "out 4\n- 16:00:20 exited 7 after 1 min\n- 16:00:21 started, pid 102\nout 5\n"
		   "- 16:00:20 exited 7 after 1 min, in stderr\n- 16:00:21 started, pid 102, in stderr\n"
		   "err 4\n");
	release_world(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_both_channels),
	    cmocka_unit_test(test_open_line),
	    cmocka_unit_test(test_written_last),
	    cmocka_unit_test(test_written_last_of_one),
	    cmocka_unit_test(test_nothing_unsure),
	    cmocka_unit_test(test_unknown),
	    cmocka_unit_test(test_group),
	    cmocka_unit_test(test_all_is_read),
	    cmocka_unit_test(test_scrolling_up),
	    cmocka_unit_test(test_run_before),
	    cmocka_unit_test(test_rotated),
	    cmocka_unit_test(test_rotated_while_shown),
	    cmocka_unit_test(test_rotated_in_a_run),
	    cmocka_unit_test(test_full),
	    cmocka_unit_test(test_missed),
	    cmocka_unit_test(test_late_past),
	    cmocka_unit_test(test_any_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
