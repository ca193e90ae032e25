/* test_tui_player.c: recordings that are broken, and one that is played with a clock of the test's own. */
#include "autoconf.h"

#include "tests/unit/tui_scene.h"

#include "tui/tui_player.h"

#define HEAD "{\"recording\":\"supervisortui\",\"format\":1,\"daemons\":[\"unix:///run/s\"]}\n"

/* A line: so many seconds after NOW. */
#define LINE(seconds, event, data)                                                                           \
	"{\"time\":176400" #seconds ",\"daemon\":0,\"event\":\"" event "\",\"data\":" data "}\n"

#define PROCESS(name, state, pid)                                                                            \
	"{\"group\":\"" name "\",\"name\":\"" name "\",\"state\":" #state ",\"pid\":" #pid "}"

/* web runs, fails after ten seconds and is there again after an hour. */
static const char story[] =
    HEAD LINE(0000.5, "hello",
	      "{\"identification\":\"supervisor\",\"version\":\"5.0.0\",\"host\":\"web-03\",\"boot\":\"b\","
	      "\"stream\":7,\"statename\":\"RUNNING\",\"now\":1764000000.5}")
	LINE(0000.5, "snapshot-begin", "{}") LINE(0000.51, "process", PROCESS("web", 20, 11))
	    LINE(0000.52, "process", PROCESS("cron", 20, 12)) LINE(0000.53, "snapshot-end", "{}") LINE(
		0002, "log", "{\"log\":\"web:web:stdout\",\"text\":\"one\\n\",\"offset\":0,\"tail\":true}")
		LINE(0005, "metrics", "{\"processes\":[]}")
		    LINE(0006, "log", "{\"log\":\"web:web:stdout\",\"text\":\"two\\n\",\"offset\":4}")
			LINE(0010.5, "process",
			     PROCESS("web", 200, 0)) LINE(3610.5, "down", "{\"why\":\"the daemon has gone\"}")
			    LINE(3620, "hello",
				 "{\"host\":\"web-03\",\"boot\":\"b\",\"resumed\":true,\"now\":1764003620}")
				LINE(3621, "process", PROCESS("web", 20, 13));

static bool
parse(struct tui_recording *r, const char *text, struct err *err)
{
	return tui_recording_parse(r, "f.json", xstrdup(text), strlen(text), err);
}

static void
test_broken(void **state)
{
	static const struct {
		const char *text;
		const char *message;
	} cases[] = {
	    {"", "f.json:1: this is no recording of supervisortui (--record makes one)"},
	    {"hello\n", "f.json:1: this is no recording of supervisortui (--record makes one)"},
	    {"{\"recording\":\"supervisortui\",\"format\":2,\"daemons\":[\"x\"]}\n",
	     "f.json:1: the recording is of a version that is not known here"},
	    {"{\"recording\":\"supervisortui\",\"format\":1,\"daemons\":[]}\n",
	     "f.json:1: no daemons are named"},
	    {HEAD, "f.json:2: nothing was recorded"},
	    {HEAD LINE(0001, "x", "{}") "{\n", "f.json:3: this is no JSON object"},
	    {HEAD "[1]\n", "f.json:2: this is no JSON object"},
	    {HEAD "{\"time\":-1,\"daemon\":0,\"event\":\"x\",\"data\":{}}\n",
	     "f.json:2: 'time' is missing, or no time"},
	    {HEAD "{\"time\":1,\"daemon\":1,\"event\":\"x\",\"data\":{}}\n",
	     "f.json:2: 'daemon' is missing, or none of those that the first line names"},
	    {HEAD "{\"time\":1,\"daemon\":0,\"data\":{}}\n", "f.json:2: 'event' is missing"},
	    {HEAD LINE(0001, "x", "[]"), "f.json:2: 'data' is missing, or no object"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err err = ERR_INIT;
		struct tui_recording r;

		assert_false(parse(&r, cases[i].text, &err));
		assert_string_equal(err_text(&err), cases[i].message);
		err_release(&err);
	}
}

/* Whoever recorded was killed in the middle of a line; the clock was set back before. */
static void
test_torn(void **state)
{
	struct err err = ERR_INIT;
	struct tui_recording r;

	(void)state;
	assert_true(parse(&r, HEAD LINE(0009, "x", "{}") LINE(0001, "y", "{}") "{\"time\":17640", &err));
	assert_int_equal(r.n, 2);
	assert_true(r.torn);
	assert_true(r.list[1].time == r.list[0].time);
	tui_recording_release(&r);
	err_release(&err);
}

static void
begin(struct tui_player *p, struct tui_model *m)
{
	struct err err = ERR_INIT;
	struct tui_recording r;

	assert_true(parse(&r, story, &err));
	tui_model_init(m);
	m->settings.cursor = CURSOR_FIRST;
	tui_player_init(p, &r, m);
	err_release(&err);
}

static void
end(struct tui_player *p, struct tui_model *m)
{
	tui_model_release(m);
	tui_player_release(p);
}

/* What was asked for is served as tui_play does. */
static void
serve(struct tui_player *p)
{
	struct tui_request *r;

	tui_actions_settle(p->m);
	while ((r = tui_request_take(&p->m->requests)) != NULL) {
		if (r->kind == REQUEST_FOLLOW)
			tui_player_follow(p);
		else if (r->kind == REQUEST_CALL)
			tui_actions_reply(r->host, r->tag, r->ticket, NULL, 0, "no daemon");
		tui_request_free(r);
	}
}

/* So many real seconds. */
static void
pass(struct tui_player *p, double seconds)
{
	tui_player_advance(p, seconds);
	while (tui_player_feed(p, 2))
		serve(p);
	serve(p);
}

static enum process_state
state_of(const struct tui_model *m, const char *key)
{
	const struct tui_proc *p = tui_host_proc(m->hosts[0], key);

	return p == NULL ? PROCESS_UNKNOWN : p->state;
}

static void
test_plays(void **state)
{
	struct tui_player p;
	struct tui_model m;

	(void)state;
	begin(&p, &m);
	assert_true(tui_player_wait(&p) == 0);
	pass(&p, 0);
	/* A snapshot is shown whole. */
	assert_int_equal(tui_host_count(m.hosts[0]), 2);
	assert_true(screen_has(&m, " REPLAY 2025-11-24 16:00:00 "));
	assert_true(m.now == p.at);
	pass(&p, 9);
	assert_int_equal(state_of(&m, "web:web"), PROCESS_RUNNING);
	assert_true(tui_player_wait(&p) > 0.9 && tui_player_wait(&p) < 1.1);
	pass(&p, 1.1);
	assert_int_equal(state_of(&m, "web:web"), PROCESS_FATAL);
	/* An hour in seven seconds. */
	for (int i = 0; i < 9; i++)
		type(&m, "+");
	assert_true(p.speed == 512);
	assert_true(screen_has(&m, "x512"));
	assert_true(tui_player_wait(&p) < 7.1);
	pass(&p, 7.04);
	assert_true(screen_has(&m, "no answer"));
	/* Both ends of the speed. */
	for (int i = 0; i < 20; i++)
		type(&m, "+");
	assert_true(p.speed == 4096);
	for (int i = 0; i < 30; i++)
		type(&m, "-");
	assert_true(p.speed == 0.125);
	pass(&p, 1000);
	assert_true(tui_player_has_ended(&p));
	assert_int_equal(state_of(&m, "web:web"), PROCESS_RUNNING);
	assert_true(tui_player_wait(&p) < 0);
	assert_true(screen_has(&m, "17:00:21 end"));
	assert_true(screen_has(&m, "the recording ends here"));
	/* And once more, as if nothing had been seen yet. */
	type(&m, " ");
	pass(&p, 0);
	assert_int_equal(tui_host_count(m.hosts[0]), 2);
	assert_string_equal(m.message, "");
	assert_true(screen_has(&m, " REPLAY 2025-11-24 16:00:00 x0.125"));
	end(&p, &m);
}

static void
test_stops_and_steps(void **state)
{
	struct tui_player p;
	struct tui_model m;
	char *narrow;

	(void)state;
	begin(&p, &m);
	pass(&p, 1);
	type(&m, " ");
	pass(&p, 1000);
	assert_int_equal(state_of(&m, "web:web"), PROCESS_RUNNING);
	assert_true(tui_player_wait(&p) < 0);
	assert_true(screen_has(&m, "16:00:01 stopped"));
	/* To the next change, past logs and figures. */
	type(&m, ".");
	assert_true(tui_player_wait(&p) == 0);
	pass(&p, 1000);
	assert_int_equal(state_of(&m, "web:web"), PROCESS_FATAL);
	assert_true(screen_has(&m, "16:00:10 stopped"));
	/* Its time comes before the counts. */
	narrow = screen_text(&m, 40, 10, false);
	assert_non_null(strstr(narrow, " REPLAY 16:00:10 stopped "));
	assert_null(strstr(narrow, "1 ill"));
	free(narrow);
	/* A minute forward is nothing but time. */
	type(&m, "]");
	pass(&p, 0);
	assert_true(screen_has(&m, "16:01:10 stopped"));
	/* A long way is gone in pieces, and until then it is said. */
	type(&m, "]");
	tui_player_back(&m);
	assert_true(tui_player_feed(&p, 3));
	assert_true(screen_has(&m, "16:01:10 ..."));
	pass(&p, 0);
	/* Back: as it was then, not as it came to be. */
	type(&m, "[");
	pass(&p, 0);
	assert_int_equal(state_of(&m, "web:web"), PROCESS_FATAL);
	type(&m, "[");
	pass(&p, 0);
	assert_int_equal(state_of(&m, "web:web"), PROCESS_RUNNING);
	assert_int_equal(tui_host_count(m.hosts[0]), 2);
	/* Keys that come together are steps of their own. */
	type(&m, "....");
	pass(&p, 0);
	assert_true(tui_player_has_ended(&p));
	end(&p, &m);
}

static void
test_log(void **state)
{
	struct tui_player p;
	struct tui_model m;

	(void)state;
	begin(&p, &m);
	pass(&p, 0);
	assert_true(screen_has(&m, "cron"));
	/* It was not shown when its text came: what is recorded of it until now is there. */
	pass(&p, 3);
	type(&m, "j");
	serve(&p);
	assert_true(screen_has(&m, " one"));
	pass(&p, 4);
	assert_true(screen_has(&m, " two"));
	end(&p, &m);
}

static void
test_nobody_is_asked(void **state)
{
	struct tui_player p;
	struct tui_model m;

	(void)state;
	begin(&p, &m);
	pass(&p, 0);
	type(&m, "r");
	assert_null(take(&m, REQUEST_CALL));
	assert_true(screen_has(&m, "this is a recording: there is no daemon to ask"));
	type(&m, ":stop all\r");
	assert_null(take(&m, REQUEST_CALL));
	assert_true(m.prompt.kind == PROMPT_NONE);
	type(&m, "?");
	assert_true(screen_has(&m, "twice as fast"));
	assert_true(screen_has(&m, "restart"));
	end(&p, &m);
}

/* Silence by the clock of the recording, whichever way that is set. */
static void
test_silence(void **state)
{
	static const char text[] = HEAD LINE(0000, "hello",
					     "{\"host\":\"web-03\",\"boot\":\"b\",\"now\":1764000000}")
	    LINE(0001, "process", PROCESS("web", 20, 11))
		LINE(0002, "metrics",
		     "{\"processes\":[{\"group\":\"web\",\"name\":\"web\",\"cpu\":0,\"rss\":1,\"threads\":1,"
		     "\"out\":5,\"out_rate\":0,\"last_output\":1764000002}]}") LINE(3610, "config", "{}");
	struct err err = ERR_INIT;
	struct tui_recording r;
	struct tui_player p;
	struct tui_model m;

	(void)state;
	assert_true(parse(&r, text, &err));
	tui_model_init(&m);
	tui_player_init(&p, &r, &m);
	pass(&p, 0);
	pass(&p, 5);
	type(&m, ":silence 10 web\r");
	pass(&p, 595);
	assert_int_equal(m.nsilent, 0);
	pass(&p, 60);
	assert_int_equal(m.nsilent, 1);
	type(&m, "[[");
	pass(&p, 0);
	assert_int_equal(m.nsilent, 0);
	type(&m, "]]");
	pass(&p, 0);
	assert_int_equal(m.nsilent, 1);
	end(&p, &m);
	err_release(&err);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_broken),  cmocka_unit_test(test_torn),
	    cmocka_unit_test(test_plays),   cmocka_unit_test(test_stops_and_steps),
	    cmocka_unit_test(test_log),     cmocka_unit_test(test_nobody_is_asked),
	    cmocka_unit_test(test_silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
