/* test_conf_print.c: the sample configuration and the list for the manual. */
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
#include "core/conf_print.h"
#include "core/config_diff.h"
#include "core/options_table.h"

static char *
sample(void)
{
	struct buf out = BUF_INIT(1U << 20);

	assert_true(conf_print_sample(&out));
	return buf_steal(&out);
}

/* Takes the ';' from lines that are options or headers in disguise: those without a blank behind it. */
static char *
uncommented(const char *text)
{
	struct buf out = BUF_INIT(1U << 20);

	for (const char *s = text; *s != '\0';) {
		size_t len = strcspn(s, "\n");
		bool disguised = s[0] == ';' && len > 1 && s[1] != ' ';

		/* The reference's sample has this option twice, and another user than this world. */
		if (!disguised || strncmp(s, ";serverurl=http", 15) != 0)
			buf_append(&out, s + disguised, len - disguised);
		buf_putc(&out, '\n');
		s += len + (s[len] == '\n');
	}
	return buf_steal(&out);
}

static struct config *
build(const char *text)
{
	struct err err = ERR_INIT;
	struct config *c = fake_config(text, NULL, &err);

	if (c == NULL)
		fail_msg("%s", err_text(&err));
	return c;
}

/* What is not commented out is what holds without a file at all, but for the paths. */
static void
test_read_back(void **state)
{
	char *text = sample();
	struct config *c = build(text), *none = build("[supervisord]\n");
	const struct supervisord_config *a = &c->supervisord, *b = &none->supervisord;

	(void)state;
	assert_int_equal(a->minfds, b->minfds);
	assert_int_equal(a->minprocs, b->minprocs);
	assert_int_equal(a->umask, b->umask);
	assert_int_equal(a->logfile_maxbytes, b->logfile_maxbytes);
	assert_int_equal(a->logfile_backups, b->logfile_backups);
	assert_int_equal(a->loglevel, b->loglevel);
	assert_int_equal(a->nodaemon, b->nodaemon);
	assert_int_equal(a->silent, b->silent);
	assert_string_equal(a->identifier, b->identifier);
	assert_string_equal(a->childlogdir, b->childlogdir);
	assert_string_equal(a->logfile, "/tmp/supervisord.log");
	assert_string_equal(a->pidfile, "/tmp/supervisord.pid");
	assert_int_equal(c->ngroups, 0);
	assert_int_equal(c->nservers, 1);
	assert_string_equal(c->server_url, "unix:///tmp/supervisor.sock");
	assert_int_equal(c->nrpc_namespaces, 1);
	config_free(c);
	config_free(none);
	free(text);
}

/* With every option uncommented each value is accepted, and only those of them differ from the defaults that
   the sample shows otherwise. */
static void
test_all_uncommented(void **state)
{
	char *text = sample(), *all = uncommented(text);
	struct config_input input = {.world = &fake_world, .file = "s.conf", .here = "/here"};
	struct config_problems problems = {0};
	struct err err = ERR_INIT;
	struct ini *ini = ini_new();
	size_t errors = 0;

	(void)state;
	assert_true(ini_read(ini, "s.conf", all, strlen(all), &err));
	config_check(ini, &input, &problems);
	for (size_t i = 0; i < problems.n; i++) {
		const char *p = problems.problems[i].text;

		/* What this world lacks: a directory, a user, and the programs of the group. */
		if (!problems.problems[i].error || strstr(p, "/a/path") || strstr(p, "user supervisord") ||
		    strstr(p, "name supervisord") || strstr(p, "progname"))
			continue;
		print_error("%s\n", p);
		errors++;
	}
	assert_int_equal(errors, 0);
	config_problems_release(&problems);
	ini_free(ini);
	free(text);
	free(all);
}

/* The lines of a block, from its header up to the next one; *end is behind them. */
static const char *
find_block(const char *text, enum section_kind kind, const char **end)
{
	char *header = xasprintf("[%s", section_infos[kind].name);
	const char *block = NULL;

	for (const char *s = text; (s = strchr(s, '\n')) != NULL && block == NULL;) {
		s += 1 + (s[1] == ';');
		if (strncmp(s, header, strlen(header)) == 0)
			block = s;
	}
	free(header);
	if (block == NULL)
		abort();
	for (*end = block; (*end = strchr(*end, '\n')) != NULL;) {
		(*end)++;
		if (**end == '[' || strncmp(*end, ";[", 2) == 0)
			break;
	}
	return block;
}

/* Every block shows the options of its kind, save those that Supervisor's sample does not have either, and
 * ours. */
static void
test_complete(void **state)
{
	static const char *const absent[] = {
	    "request_maxbytes",   "numprocs_start",          "result_handler",         "stdout_full_action",
	    "stderr_full_action", "stdout_capture_maxbytes", "stderr_capture_maxbytes"};
	char *text = sample();

	(void)state;
	for (int k = 0; k < SECTION_NKINDS; k++) {
		const char *end, *block;

		if (k == SECTION_FCGI_PROGRAM || k == SECTION_CTLPLUGIN)
			continue;
		block = find_block(text, (enum section_kind)k, &end);
		for (size_t i = 0; i < options_table_n; i++) {
			char *line = xasprintf("%s=", options_table[i].name);
			const char *found = strstr(block, line);
			bool left_out = false;

			for (size_t j = 0; j < (k == SECTION_EVENTLISTENER ? 7 : 5); j++)
				left_out = left_out || strcmp(absent[j], options_table[i].name) == 0;
			if ((options_table[i].sections & SECTION_BIT(k)) != 0 && !left_out &&
			    (found == NULL || (end != NULL && found > end)))
				fail_msg("[%s] has no %s", section_infos[k].name, line);
			free(line);
		}
	}
	free(text);
}

/* The first words people look for with sed and grep. */
static void
test_known_lines(void **state)
{
	static const char *const lines[] = {
	    "\n[unix_http_server]\nfile=/tmp/supervisor.sock ",
	    "\n;[inet_http_server]\n;port=127.0.0.1:9001",
	    "\n[supervisord]\nlogfile=/tmp/supervisord.log ",
	    "\nnodaemon=false ",
	    "\n[rpcinterface:supervisor]\n",
	    "\n[supervisorctl]\nserverurl=unix:///tmp/supervisor.sock ",
	    "\n;[program:theprogramname]\n;command=/bin/cat ",
	    "\n;[eventlistener:theeventlistenername]\n",
	    "\n;[group:thegroupname]\n",
	    "\n;[include]\n;files",
	};
	char *text = sample();

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (strstr(text, lines[i]) == NULL)
			fail_msg("missing: %s", lines[i]);
	free(text);
}

/* The manual has exactly the rows. */
static void
test_manual(void **state)
{
	struct buf out = BUF_INIT(1U << 20);
	size_t items = 0, rows = 0;

	(void)state;
	assert_true(conf_print_manual(&out));
	for (const char *s = buf_str(&out); (s = strstr(s, "\n.It Ic ")) != NULL; s++)
		items++;
	for (size_t i = 0; i < options_table_n; i++) {
		char *item = xasprintf("\n.It Ic %s\n", options_table[i].name);

		assert_non_null(strstr(buf_str(&out), item));
		free(item);
		rows += (options_table[i].sections & SECTION_BIT(SECTION_PROGRAM)) != 0
			    ? 1
			    : (size_t)__builtin_popcount(options_table[i].sections);
	}
	assert_int_equal(items, rows);
	for (const char *s = buf_str(&out); *s != '\0'; s += strcspn(s, "\n") + 1)
		assert_true(strcspn(s, "\n") < 90);
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_read_back), cmocka_unit_test(test_all_uncommented),
	    cmocka_unit_test(test_complete),  cmocka_unit_test(test_known_lines),
	    cmocka_unit_test(test_manual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
