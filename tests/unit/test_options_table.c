/* test_options_table.c: walks every row of the table. */
#include "autoconf.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "config_fake.h"
#include "core/config_read.h"
#include "core/options_table.h"

static void
test_every_row_is_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < options_table_n; i++) {
		const struct option_row *row = &options_table[i];

		assert_true(row->sections != 0);
		assert_true(row->sections < SECTION_BIT(SECTION_NKINDS));
		assert_non_null(row->name);
		assert_true(*row->name != '\0');
		assert_non_null(row->help);
		assert_true(strlen(row->help) > 3);
		assert_non_null(option_accepts(row));
		assert_true(row->min <= row->max);
		assert_true(row->type < OPT_NTYPES);
		/* Something must give a row its value. */
		assert_true(row->def == NULL || (row->flags & OPTION_REQUIRED) == 0);
	}
}

static void
test_no_row_twice(void **state)
{
	(void)state;
	for (size_t i = 0; i < options_table_n; i++)
		for (size_t j = i + 1; j < options_table_n; j++)
			if (strcmp(options_table[i].name, options_table[j].name) == 0)
				assert_int_equal(options_table[i].sections & options_table[j].sections, 0);
}

/* The value that a type needs as room for any of ours. */
union room {
	struct program_options program;
	struct supervisord_config daemon;
	struct server_config server;
};

/* Rows that are read by the walk over the table have defaults and samples that their own type takes. */
static void
check_value(const struct option_row *row, const char *value)
{
	struct config_input input = {.world = &fake_world, .file = "s.conf", .here = "/here"};
	struct config_reader r = {.in = &input};
	struct err err = ERR_INIT;
	union room *room = calloc(1, sizeof(*room));

	if (!config_store(&r, row, value, room, &err))
		fail_msg("%s=%s: %s", row->name, value, err_text(&err));
	if ((row->sections & SECTION_BIT(SECTION_SUPERVISORD)) == 0 &&
	    (row->sections & SECTION_BIT(SECTION_PROGRAM)) != 0) {
		free(room->program.process_name);
		process_config_release(&room->program.process);
	} else if (row->type == OPT_TEXT || row->type == OPT_DIRECTORY || row->type == OPT_DIRPATH ||
		   row->type == OPT_PATH) {
		free(*(char **)((char *)room + row->at));
	}
	free(room);
}

static void
test_defaults_and_samples_are_accepted(void **state)
{
	(void)state;
	for (size_t i = 0; i < options_table_n; i++) {
		const struct option_row *row = &options_table[i];

		if (row->when == READ_APART || row->type == OPT_NAME)
			continue;
		if (row->def != NULL)
			check_value(row, row->def);
		if (row->sample != NULL && row->type != OPT_LOGFILE)
			check_value(row, row->sample);
	}
}

static void
test_process_rows(void **state)
{
	size_t n;
	const struct option_row *rows = option_process_rows(&n);
	unsigned kinds = SECTION_BIT(SECTION_PROGRAM) | SECTION_BIT(SECTION_FCGI_PROGRAM) |
			 SECTION_BIT(SECTION_EVENTLISTENER);

	(void)state;
	assert_true(n > 30);
	for (size_t i = 0; i < options_table_n; i++) {
		bool inside = &options_table[i] >= rows && &options_table[i] < rows + n;

		assert_int_equal((options_table[i].sections & kinds) != 0, inside);
	}
}

/* Every value of a process can be shown as text, and every row that reread compares is shown. */
static void
test_texts(void **state)
{
	struct err err = ERR_INIT;
	struct config *c = fake_config("[supervisord]\n[program:a]\ncommand=/bin/cat\n", NULL, &err);
	size_t n, shown = 0;
	const struct option_row *rows = option_process_rows(&n);

	(void)state;
	assert_non_null(c);
	for (size_t i = 0; i < n; i++) {
		struct buf out = BUF_INIT(1000);
		bool ok = process_config_option_text(&out, &rows[i], &c->groups[0]->procs[0]);

		if ((rows[i].sections & SECTION_BIT(SECTION_PROGRAM)) != 0)
			assert_int_equal(ok, strncmp(rows[i].name, "numprocs", 8) != 0);
		else
			assert_false(ok);
		if (ok && rows[i].def != NULL && rows[i].type != OPT_NAME) {
			assert_string_equal(buf_str(&out), rows[i].def);
			shown++;
		}
		buf_release(&out);
	}
	assert_true(shown > 20);
	config_free(c);
}

static void
test_sections(void **state)
{
	static const struct {
		const char *name;
		enum section_kind kind;
	} names[] = {
	    {"supervisord", SECTION_SUPERVISORD},
	    {"supervisord:x", SECTION_NKINDS},
	    {"Supervisord", SECTION_NKINDS},
	    {"program:x", SECTION_PROGRAM},
	    {"program", SECTION_NKINDS},
	    {"program:", SECTION_PROGRAM},
	    {"unix_http_server", SECTION_UNIX_HTTP_SERVER},
	    {"unix_http_server:a", SECTION_UNIX_HTTP_SERVER},
	    {"inet_http_serverfoo", SECTION_INET_HTTP_SERVER},
	    {"supervisorctl", SECTION_SUPERVISORCTL},
	    {"fcgi-program:x", SECTION_FCGI_PROGRAM},
	    {"eventlistener:x", SECTION_EVENTLISTENER},
	    {"group:x", SECTION_GROUP},
	    {"include", SECTION_INCLUDE},
	    {"includes", SECTION_NKINDS},
	    {"rpcinterface:x", SECTION_RPCINTERFACE},
	    {"ctlplugin:x", SECTION_CTLPLUGIN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(section_kind_of(names[i].name), names[i].kind);
}

static void
check_suggestion(const char *name, const char *want)
{
	const struct option_row *row = option_suggest(SECTION_PROGRAM, name);

	if (want == NULL)
		assert_null(row);
	else
		assert_string_equal(row != NULL ? row->name : "nothing", want);
}

static void
test_suggestions(void **state)
{
	(void)state;
	check_suggestion("stopsingal", "stopsignal");
	check_suggestion("comand", "command");
	check_suggestion("stdout_log_file", "stdout_logfile");
	check_suggestion("autorestrat", "autorestart");
	check_suggestion("enviroment", "environment");
	check_suggestion("frobnicate", NULL);
	check_suggestion("x", NULL);
	assert_int_equal(section_suggest("progam:web"), SECTION_PROGRAM);
	assert_int_equal(section_suggest("Program:web"), SECTION_PROGRAM);
	assert_int_equal(section_suggest("program"), SECTION_PROGRAM);
	assert_int_equal(section_suggest("supervisor"), SECTION_SUPERVISORD);
	assert_int_equal(section_suggest("zzz"), SECTION_NKINDS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_row_is_whole),
	    cmocka_unit_test(test_no_row_twice),
	    cmocka_unit_test(test_defaults_and_samples_are_accepted),
	    cmocka_unit_test(test_process_rows),
	    cmocka_unit_test(test_texts),
	    cmocka_unit_test(test_sections),
	    cmocka_unit_test(test_suggestions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
