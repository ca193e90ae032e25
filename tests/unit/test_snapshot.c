/* test_snapshot.c: processes and groups as JSON: every field, and text of any origin. */
#include "autoconf.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/snapshot.h"

static char name[] = "caf\xe9", group_name[] = "g", path[] = "/log/caf\xe9",
	    spawnerr[] = "can't find command 'x'";
static struct process_config config = {.name = name, .priority = 5, .startretries = 3};
static struct group_config group_config = {.name = group_name, .priority = 12};
static struct group group = {.config = &group_config, .name = group_name};
static const struct now now = {.mono = 100 * SECOND_US, .wall = 1000 * SECOND_US};

static struct process
make(void)
{
	return (struct process){
	    .config = &config,
	    .group = &group,
	    .name = name,
	    .id = 3,
	    .state = PROCESS_BACKOFF,
	    .laststart = 998 * SECOND_US + 999999,
	    .laststop = 999 * SECOND_US,
	    .deadline = 102 * SECOND_US,
	    .backoff = 2,
	    .last_exit = -1,
	    .termsignal = 9,
	    .failed = true,
	    .spawnerr = spawnerr,
	    .starts = 4,
	    .logpath = {path, NULL},
	    .lost_bytes = {70, 7},
	};
}

static void
assert_json(json_t *object, const char *expected)
{
	char *text = json_dumps(object, JSON_COMPACT);

	assert_string_equal(text, expected);
	free(text);
	json_decref(object);
}

static void
test_every_field(void **state)
{
	struct process p = make();

	(void)state;
	assert_json(snapshot_process(&p, &now),
		    "{\"group\":\"g\",\"name\":\"caf\xef\xbf\xbd\",\"state\":30,\"statename\":\"BACKOFF\","
		    "\"description\":\"can't find command "
		    "'x'\",\"pid\":0,\"start\":998,\"stop\":999,\"exitstatus\":-1,"
		    "\"signal\":9,\"expected\":false,\"ill\":true,\"spawnerr\":\"can't find command "
		    "'x'\",\"tries\":2,\"next_try\":1002,\"restarts\":3,"
		    "\"lost_bytes\":77,\"priority\":5,\"stdout_logfile\":\"/log/"
		    "caf\xef\xbf\xbd\",\"stderr_logfile\":\"\"}");
	p = (struct process){.config = &config, .group = &group, .name = name, .state = PROCESS_STOPPED};
	assert_json(snapshot_process(&p, &now),
		    "{\"group\":\"g\",\"name\":\"caf\xef\xbf\xbd\",\"state\":0,\"statename\":\"STOPPED\","
		    "\"description\":\"Not started\",\"pid\":0,\"start\":0,\"stop\":0,\"exitstatus\":0,"
		    "\"signal\":0,\"expected\":true,\"ill\":false,\"spawnerr\":\"\",\"tries\":0,\"next_try\":"
		    "0,\"restarts\":0,"
		    "\"lost_bytes\":0,\"priority\":5,\"stdout_logfile\":\"\",\"stderr_logfile\":\"\"}");
	assert_json(snapshot_group(&group), "{\"name\":\"g\",\"priority\":12}");
}

/* A record gives the process as it was, whatever it is now. */
static void
test_then(void **state)
{
	struct process p = make(), later = make();
	struct history_record r;
	json_t *a, *b;

	(void)state;
	history_describe(&r, HISTORY_STATE, &p, &now);
	later.state = PROCESS_RUNNING;
	later.pid = 5;
	later.spawnerr = NULL;
	later.deadline = 0;
	later.backoff = 0;
	later.failed = false;
	later.lost_bytes[CHANNEL_STDOUT] = 93;
	a = snapshot_process(&p, &now);
	b = snapshot_process_then(&later, &r, &now);
	assert_true(json_equal(a, b));
	json_decref(a);
	json_decref(b);
}

/* An error can quote a command of a megabyte. */
static void
test_long_text_is_cut(void **state)
{
	struct process p = make();
	char *text = malloc(100001);
	const char *cut;
	json_t *object;

	(void)state;
	for (int i = 0; i < 50000; i++)
		memcpy(text + 2 * i, "\xc3\xa9", 3);
	memmove(text + 1, text, 100000);
	text[0] = 'x';
	text[100000] = '\0';
	p.spawnerr = text;
	object = snapshot_process(&p, &now);
	cut = json_string_value(json_object_get(object, "spawnerr"));
	assert_int_equal(strlen(cut), 4095);
	assert_memory_equal(cut, text, 4095);
	json_decref(object);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_field),
	    cmocka_unit_test(test_then),
	    cmocka_unit_test(test_long_text_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
