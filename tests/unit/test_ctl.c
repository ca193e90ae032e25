/* test_ctl.c: supervisorctl's pure parts: the command table, lines, results, rows, help, completion, options.
 */
#include "autoconf.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "ctl/ctl.h"
#include "ctl/ctl_commands.h"
#include "ctl/ctl_complete.h"
#include "ctl/ctl_config.h"
#include "ctl/ctl_control.h"
#include "ctl/ctl_error.h"
#include "ctl/ctl_help.h"
#include "ctl/ctl_json.h"
#include "ctl/ctl_logs.h"
#include "ctl/ctl_names.h"
#include "ctl/ctl_options.h"
#include "ctl/ctl_screen.h"
#include "ctl/ctl_status.h"
#include "ctl/ctl_table.h"
#include "ctl/ctl_tails.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
test_table(void **state)
{
	size_t listed = 0;

	(void)state;
	for (const struct ctl_command *c = ctl_commands; c->name != NULL; c++) {
		assert_non_null(c->run);
		assert_ptr_equal(ctl_command_find(c->name), c);
		if (c[1].name != NULL)
			assert_true(strcmp(c->name, c[1].name) < 0);
		if (strcmp(c->name, "EOF") == 0)
			continue;
		assert_non_null(c->help);
		assert_int_equal(strncmp(c->help, c->name, strlen(c->name)), 0);
		listed += !c->ours && strcmp(c->name, "help") != 0;
	}
	assert_int_equal(listed, 21);
	assert_null(ctl_command_find(""));
	assert_null(ctl_command_find("Status"));
}

static void
test_lines(void **state)
{
	static const struct {
		const char *line, *text, *name, *rest;
	} lines[] = {
	    {"", "", "", ""},
	    {" \t\n", "", "", ""},
	    {"  status  cat  ", "status  cat", "status", "cat"},
	    {"status:x", "status:x", "status", ":x"},
	    {"tail-f x", "tail-f x", "tail", "-f x"},
	    {"?", "help ", "help", ""},
	    {"? start", "help  start", "help", "start"},
	    {"?start", "help start", "help", "start"},
	    {"!ls", "!ls", "", "!ls"},
	    {"gr\xc3\xbcn", "gr\xc3\xbcn", "gr", "\xc3\xbcn"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		struct ctl_line l;

		ctl_line_parse(&l, lines[i].line);
		assert_string_equal(l.text, lines[i].text);
		assert_string_equal(l.name, lines[i].name);
		assert_string_equal(l.rest, lines[i].rest);
		ctl_line_release(&l);
	}
}

static void
test_args(void **state)
{
	struct ctl_args args;

	(void)state;
	ctl_args_parse(&args, "a  b:*\t\"c d\"");
	assert_int_equal(args.n, 4);
	assert_string_equal(args.word[1], "b:*");
	assert_string_equal(args.word[2], "\"c");
	assert_true(ctl_args_contain(&args, "a"));
	assert_false(ctl_args_contain(&args, "b"));
	ctl_args_release(&args);
	ctl_args_parse(&args, "");
	assert_int_equal(args.n, 0);
	ctl_args_release(&args);
}

static void
test_names(void **state)
{
	static const struct {
		const char *namespec, *group, *process;
	} names[] = {
	    {"web", "web", "web"}, {"web:", "web", NULL}, {"web:*", "web", NULL},
	    {":x", "", "x"},       {"a:b:c", "a", "b:c"}, {"a:*x", "a", "*x"},
	};
	char *joined;

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct ctl_name name;

		ctl_name_split(&name, names[i].namespec);
		assert_string_equal(name.group, names[i].group);
		if (names[i].process == NULL)
			assert_null(name.process);
		else
			assert_string_equal(name.process, names[i].process);
		ctl_name_release(&name);
	}
	joined = ctl_name_join("a", "a");
	assert_string_equal(joined, "a");
	free(joined);
	joined = ctl_name_join("a", "b");
	assert_string_equal(joined, "a:b");
	free(joined);
}

/* The line and the exit status (from 0) of each verb for each code; NULL: unknown. */
static void
test_results(void **state)
{
	static const struct {
		int code;
		const char *line[3];
		int status[3];
	} results[] = {
	    {80, {"n: started", "n: stopped", "n: signalled"}, {0, 0, 0}},
	    {10,
	     {"n: ERROR (no such process)", "n: ERROR (no such process)", "n: ERROR (no such process)"},
	     {1, 1, 1}},
	    {11, {NULL, "n: ERROR (bad signal name)", "n: ERROR (bad signal name)"}, {1, 1, 1}},
	    {20, {"n: ERROR (no such file)", NULL, NULL}, {1, 1, 1}},
	    {21, {"n: ERROR (file is not executable)", NULL, NULL}, {1, 1, 1}},
	    {30, {NULL, "text", "text"}, {1, 1, 1}},
	    {40, {"n: ERROR (abnormal termination)", NULL, NULL}, {7, 7, 7}},
	    {50, {"n: ERROR (spawn error)", NULL, NULL}, {7, 7, 7}},
	    {60, {"n: ERROR (already started)", NULL, NULL}, {0, 1, 1}},
	    {70, {NULL, "n: ERROR (not running)", "n: ERROR (not running)"}, {7, 0, 7}},
	    {6, {NULL, NULL, NULL}, {1, 1, 1}},
	    {0, {NULL, NULL, NULL}, {1, 1, 1}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(results); i++) {
		for (int verb = 0; verb < 3; verb++) {
			struct buf out = BUF_INIT(1000);
			const char *line = results[i].line[verb];

			assert_int_equal(
			    ctl_result_line(&out, (enum ctl_verb)verb, results[i].code, "n", "text"),
			    line != NULL);
			assert_string_equal(buf_str(&out), line != NULL ? line : "");
			assert_int_equal(ctl_result_status((enum ctl_verb)verb, results[i].code, 0),
					 results[i].status[verb]);
			buf_release(&out);
		}
	}
	/* A success does not take an earlier failure back. */
	assert_int_equal(ctl_result_status(CTL_VERB_START, 80, 7), 7);
}

static struct xmlrpc_value *
info(const char *group, const char *name, const char *statename, const char *description)
{
	struct xmlrpc_value *v = xmlrpc_struct();

	xmlrpc_member(v, "group", xmlrpc_string(group));
	xmlrpc_member(v, "name", xmlrpc_string(name));
	xmlrpc_member(v, "statename", xmlrpc_string(statename));
	xmlrpc_member(v, "description", xmlrpc_string(description));
	return v;
}

static void
test_status_rows(void **state)
{
	struct xmlrpc_value *a = info("a", "a", "RUNNING", "pid 1, uptime 0:00:01"),
			    *b = info("gr\xc3\xbcn", "x", "STOPPING", ""),
			    *c = info("a", "long-name-of-a-process-with-31-", "FATAL", "x");
	const struct xmlrpc_value *two[] = {a, b}, *three[] = {a, c};
	struct buf out = BUF_INIT(10000);

	(void)state;
	ctl_status_rows(&out, two, 2);
	assert_string_equal(buf_str(&out),
			    "a                                RUNNING   pid 1, uptime 0:00:01\n"
			    "gr\xc3\xbcn:x                           STOPPING  \n");
	buf_clear(&out);
	ctl_status_rows(&out, three, 2);
	assert_string_equal(buf_str(&out),
			    "a                                   RUNNING   pid 1, uptime 0:00:01\n"
			    "a:long-name-of-a-process-with-31-   FATAL     x\n");
	buf_clear(&out);
	ctl_status_rows(&out, NULL, 0);
	assert_int_equal(out.len, 0);
	buf_release(&out);
	xmlrpc_free(a);
	xmlrpc_free(b);
	xmlrpc_free(c);
}

static void
test_reread_lines(void **state)
{
	struct xmlrpc_value *added = ctl_strings(2, "z", "b"), *changed = ctl_strings(2, "a", "b"),
			    *removed = ctl_strings(1, "B"), *none = xmlrpc_array();
	struct buf out = BUF_INIT(1000);

	(void)state;
	ctl_reread_lines(&out, added, changed, removed);
	assert_string_equal(buf_str(&out), "B: disappeared\na: changed\nb: changed\nz: available\n");
	buf_clear(&out);
	ctl_reread_lines(&out, none, none, none);
	assert_string_equal(buf_str(&out), "No config updates to processes\n");
	buf_release(&out);
	xmlrpc_free(added);
	xmlrpc_free(changed);
	xmlrpc_free(removed);
	xmlrpc_free(none);
}

static void
test_help_list(void **state)
{
	struct buf out = BUF_INIT(10000);

	(void)state;
	ctl_help_list(&out, false);
	assert_string_equal(buf_str(&out), "\n"
					   "default commands (type help <topic>):\n"
					   "=====================================\n"
					   "add    exit      open  reload  restart   start   tail   \n"
					   "avail  fg        pid   remove  shutdown  status  update \n"
					   "clear  maintail  quit  reread  signal    stop    version\n"
					   "\n");
	buf_clear(&out);
	ctl_help_list(&out, true);
	assert_non_null(strstr(buf_str(&out), "tui"));
	buf_release(&out);
}

static void
test_columns(void **state)
{
	static const char *const names[] = {"a", "bb", "ccc", "d", "e"};
	struct buf out = BUF_INIT(1000);

	(void)state;
	ctl_help_columns(&out, names, 5, 79);
	assert_string_equal(buf_str(&out), "a  bb  ccc  d  e\n");
	buf_clear(&out);
	ctl_help_columns(&out, names, 5, 11);
	assert_string_equal(buf_str(&out), "a   ccc  e\nbb  d  \n");
	buf_clear(&out);
	ctl_help_columns(&out, names, 5, 2);
	assert_string_equal(buf_str(&out), "a\nbb\nccc\nd\ne\n");
	buf_clear(&out);
	ctl_help_columns(&out, names, 1, 79);
	assert_string_equal(buf_str(&out), "a\n");
	buf_clear(&out);
	ctl_help_columns(&out, names, 0, 79);
	assert_int_equal(out.len, 0);
	buf_release(&out);
}

static void
expect_candidates(const char *line, const struct xmlrpc_value *infos, const char *expected)
{
	struct ctl_candidates c;
	struct buf out = BUF_INIT(10000);

	ctl_complete(line, strlen(line), infos, &c);
	for (size_t i = 0; i < c.n; i++)
		buf_printf(&out, "%s%s", i > 0 ? " " : "", c.text[i]);
	assert_string_equal(buf_str(&out), expected);
	buf_release(&out);
	ctl_candidates_release(&c);
}

static void
test_completion(void **state)
{
	struct xmlrpc_value *infos = xmlrpc_array();

	(void)state;
	xmlrpc_append(infos, info("cat", "cat", "", ""));
	xmlrpc_append(infos, info("web", "web_00", "", ""));
	xmlrpc_append(infos, info("web", "web_01", "", ""));
	expect_candidates("st", infos, "start status stop");
	expect_candidates("  ver", infos, "version");
	expect_candidates("t", infos, "tail");
	expect_candidates("tu", infos, "tui");
	expect_candidates("E", infos, "");
	expect_candidates("help re", infos, "reload remove reread restart");
	expect_candidates("el re", infos, "reload remove reread restart");
	expect_candidates("update ", infos, "cat web");
	expect_candidates("start ", infos, "cat web:* web:web_00 web:web_01");
	expect_candidates("start c", infos, "cat");
	expect_candidates("start web:", infos, "web:* web:web_00 web:web_01");
	expect_candidates("start cat:", infos, "cat:* cat:cat");
	expect_candidates("stop cat web:web_0", infos, "web:web_00 web:web_01");
	expect_candidates("tail -f=w", infos, "web:* web:web_00 web:web_01");
	expect_candidates("signal ", NULL, "");
	expect_candidates("version ", infos, "");
	expect_candidates("nosuch ", infos, "");
	assert_true(ctl_complete_wants_info("start ", 6));
	assert_false(ctl_complete_wants_info("start", 5));
	assert_false(ctl_complete_wants_info("help ", 5));
	xmlrpc_free(infos);
}

static void
test_common(void **state)
{
	struct xmlrpc_value *infos = xmlrpc_array();
	struct ctl_candidates c;

	(void)state;
	xmlrpc_append(infos, info("web", "web_00", "", ""));
	ctl_complete("start w", 7, infos, &c);
	assert_int_equal(ctl_candidates_common(&c), 4);
	ctl_candidates_release(&c);
	assert_int_equal(ctl_candidates_common(&c), 0);
	xmlrpc_free(infos);
}

static void
test_patterns(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool matches;
	} rows[] = {
	    {"", "", true},
	    {"", "a", false},
	    {"*", "", true},
	    {"*", "web", true},
	    {"web*", "web", true},
	    {"web*", "web_01", true},
	    {"web*", "we", false},
	    {"*b", "web", true},
	    {"*b", "webs", false},
	    {"w*b*1", "web_01", true},
	    {"w*b*2", "web_01", false},
	    {"*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
	    {"**", "x", true},
	    {"?", "", false},
	    {"?", "a", true},
	    {"?", "ab", false},
	    {"worker_0?", "worker_07", true},
	    {"worker_0?", "worker_17", false},
	    {"[ab]*", "beta", true},
	    {"[ab]*", "gamma", false},
	    {"[a-c]x", "bx", true},
	    {"[a-c]x", "dx", false},
	    {"[!a-c]x", "dx", true},
	    {"[^a-c]x", "bx", false},
	    {"[]a]", "]", true},
	    {"[!]a]", "]", false},
	    {"[a-]", "-", true},
	    {"[-a]", "-", true},
	    {"[z-a]", "m", false},
	    {"[\\]]", "]", true},
	    {"[", "[", true},
	    {"a[b", "a[b", true},
	    {"[]", "[]", true},
	    {"a\\*", "a*", true},
	    {"a\\*", "ab", false},
	    {"a\\", "a\\", true},
	    {"Web", "web", false},
	    {"gr?n", "gr\xc3\xbcn", true},
	    {"gr[\xc3\xa4-\xc3\xbc]n", "gr\xc3\xbcn", true},
	    {"gr[\xc3\xa4\xc3\xb6]n", "gr\xc3\xbcn", false},
	    {"?", "\xff", true},
	    {"\xff", "\xff", true},
	    {"\xfe", "\xff", false},
	};

	(void)state;
	/* As in main: characters are those of the locale. */
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ctl_word w;

		ctl_word_init(&w, rows[i].pattern);
		if (ctl_word_means(&w, rows[i].text, rows[i].text) != rows[i].matches)
			fail_msg("'%s' and '%s'", rows[i].pattern, rows[i].text);
		ctl_word_release(&w);
	}
	setlocale(LC_CTYPE, "C");
	assert_true(ctl_names_is_pattern("*"));
	assert_true(ctl_names_is_pattern("w?b"));
	assert_true(ctl_names_is_pattern("w*:*"));
	assert_true(ctl_names_is_pattern("web:web_[01]"));
	assert_false(ctl_names_is_pattern("web:*"));
	assert_false(ctl_names_is_pattern("web:"));
	assert_false(ctl_names_is_pattern("web"));
	assert_false(ctl_names_is_pattern(""));
}

/* Names of what the words pick, in order; a "!" for a word that picks nothing. */
static void
expect_picks(const struct xmlrpc_value *infos, const char *words, const char *expected)
{
	struct buf out = BUF_INIT(1000);
	struct ctl_picks picks;
	struct ctl_args args;

	ctl_picks_init(&picks, infos);
	ctl_args_parse(&args, words);
	for (size_t i = 0; i < args.n; i++) {
		size_t before = picks.n;

		if (!ctl_picks_pattern(&picks, args.word[i]) && !ctl_picks_name(&picks, args.word[i]))
			buf_puts(&out, " !");
		for (; before < picks.n; before++) {
			char *name = ctl_name_of(picks.info[before]);

			buf_printf(&out, " %s", name);
			free(name);
		}
	}
	assert_string_equal(buf_str(&out), expected);
	ctl_args_release(&args);
	ctl_picks_release(&picks);
	buf_release(&out);
}

static void
test_picks(void **state)
{
	struct xmlrpc_value *infos = xmlrpc_array();

	(void)state;
	xmlrpc_append(infos, info("a1", "a1", "", ""));
	xmlrpc_append(infos, info("a[1]", "a[1]", "", ""));
	xmlrpc_append(infos, info("g[2]", "g2", "", ""));
	xmlrpc_append(infos, info("g2", "g2", "", ""));
	xmlrpc_append(infos, info("web", "web_00", "", ""));
	xmlrpc_append(infos, info("web", "web_01", "", ""));
	xmlrpc_append(infos, info("work", "w[x]", "", ""));
	xmlrpc_append(infos, info("work", "wx", "", ""));
	expect_picks(infos, "w*", " web:web_00 web:web_01 work:w[x] work:wx");
	expect_picks(infos, "web_0*", " !");
	expect_picks(infos, "*:web_0?", " web:web_00 web:web_01");
	expect_picks(infos, "web:*", " web:web_00 web:web_01");
	expect_picks(infos, "[!w]*", " a1 a[1] g[2]:g2 g2");
	expect_picks(infos, "w?b:", " web:web_00 web:web_01");
	/* Each once, also when it was named before; a name repeats, as in Supervisor. */
	expect_picks(infos, "web:web_01 w?b web web* web:web_01", " web:web_01 web:web_00 ! web:web_01");
	/* Names that look like patterns. */
	expect_picks(infos, "a[1]", " a[1]");
	expect_picks(infos, "a\\[1\\]", " a[1]");
	expect_picks(infos, "g[2]:*", " g[2]:g2");
	expect_picks(infos, "g[2]:g?", " g[2]:g2");
	expect_picks(infos, "work:w[x]", " work:w[x]");
	expect_picks(infos, "x* x*:* nope", " ! ! !");
	expect_picks(infos, "* a1", " a1 a[1] g[2]:g2 g2 web:web_00 web:web_01 work:w[x] work:wx a1");
	xmlrpc_free(infos);
}

/* What a table tells, one line a change. */
static void
note_change(void *arg, struct ctl_table_row *row, const char *from, bool gone, double time)
{
	buf_printf(arg, "%s %s>%s %.0f\n", row->namespec, from != NULL ? from : "-",
		   gone ? "-" : row->statename, time);
}

static void
feed(struct ctl_table *t, const char *type, const char *text)
{
	json_t *data = json_loads(text, 0, NULL);

	assert_non_null(data);
	ctl_table_feed(t, type, data);
	json_decref(data);
}

#define P(group, name, state)                                                                                \
	"{\"group\":\"" group "\",\"name\":\"" name "\",\"statename\":\"" state "\",\"time\":7}"

static void
test_table_of_a_stream(void **state)
{
	char w1[] = "w*", w2[] = "cat", *words[] = {w1, w2};
	struct buf out = BUF_INIT(10000);
	struct ctl_table *t = ctl_table_new(words, 2, note_change, &out);
	struct ctl_table_row *const *rows;
	size_t n;

	(void)state;
	feed(t, "hello", "{}");
	feed(t, "snapshot-begin", "{}");
	assert_false(ctl_table_is_complete(t));
	feed(t, "snapshot", "{\"processes\":[" P("web", "w1", "RUNNING") "," P("cat", "cat", "STOPPED") "]}");
	feed(t, "snapshot",
	     "{\"processes\":[" P("web", "w0", "RUNNING") "," P("idle", "idle", "STOPPED") "]}");
	feed(t, "snapshot-end", "{}");
	assert_true(ctl_table_is_complete(t));
	assert_string_equal(buf_str(&out), "");
	rows = ctl_table_rows(t, &n);
	assert_int_equal(n, 3);
	assert_string_equal(rows[0]->namespec, "cat");
	assert_string_equal(rows[1]->namespec, "web:w0");
	/* Another state; the same one; one that does not count; a new one; a group that goes. */
	feed(t, "process", P("web", "w0", "STOPPING"));
	feed(t, "process", P("web", "w0", "STOPPING"));
	feed(t, "process", P("idle", "idle", "STARTING"));
	feed(t, "process", P("work", "work", "STOPPED"));
	feed(t, "group", "{\"name\":\"web\",\"change\":\"updated\"}");
	feed(t, "group", "{\"name\":\"web\",\"change\":\"removed\"}");
	assert_string_equal(buf_str(&out), "web:w0 RUNNING>STOPPING 7\n"
					   "work ->STOPPED 7\n"
					   "web:w0 STOPPING>- 0\n"
					   "web:w1 RUNNING>- 0\n");
	buf_clear(&out);
	/* A later snapshot is told by what is different in it. */
	feed(t, "snapshot-begin", "{}");
	feed(t, "snapshot", "{\"processes\":[" P("cat", "cat", "RUNNING") "," P("x", "x", "RUNNING") "]}");
	feed(t, "snapshot-end", "{}");
	assert_string_equal(buf_str(&out), "cat STOPPED>RUNNING 7\nwork STOPPED>- 0\n");
	rows = ctl_table_rows(t, &n);
	assert_int_equal(n, 1);
	assert_true(ctl_table_finds(t, 1));
	assert_false(ctl_table_finds(t, 0));
	/* What is not understood changes nothing. */
	feed(t, "snapshot-end", "[]");
	feed(t, "snapshot", "{\"processes\":7}");
	feed(t, "metrics", "{}");
	ctl_table_free(t);
	buf_release(&out);
}

static void
test_screen_lines(void **state)
{
	struct ctl_screen_view view = {.now = 1000, .lines = 3, .columns = 53};
	struct buf out = BUF_INIT(10000);
	struct ctl_table *t = ctl_table_new(NULL, 0, note_change, &out);

	(void)state;
	feed(t, "snapshot-begin", "{}");
	feed(t, "snapshot",
	     "{\"processes\":[{\"group\":\"a\",\"name\":\"a\",\"statename\":\"RUNNING\",\"pid\":7,"
	     "\"start\":10,\"description\":\"pid 7, uptime 0:00:00\"},"
	     "{\"group\":\"b\",\"name\":\"\\u001b[2J\",\"statename\":\"FATAL\",\"description\":"
	     "\"\\u4e2d\\u4e2d\\u4e2d"
	     "\\u4e2d\\u4e2d\\u4e2d\\u4e2d\"}]}");
	feed(t, "snapshot-end", "{}");
	ctl_screen_lines(&out, t, &view);
	assert_string_equal(buf_str(&out), "a                                RUNNING   pid 7, upt\n"
					   "b:?[2J                           FATAL     "
					   "\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\n");
	buf_clear(&out);
	view = (struct ctl_screen_view){.now = 1000, .lines = 1, .columns = 80};
	ctl_screen_lines(&out, t, &view);
	assert_string_equal(buf_str(&out), "... and 2 more\n");
	buf_clear(&out);
	view.lines = 2;
	view.colour = true;
	ctl_screen_lines(&out, t, &view);
	assert_non_null(strstr(buf_str(&out), " \033[32mRUNNING   \033[0mpid 7, uptime 0:16:30\n"));
	/* A name leaves room for what its process does, however narrow it is. */
	feed(t, "snapshot-begin", "{}");
	feed(
	    t, "snapshot",
	    "{\"processes\":[{\"group\":\"g\",\"name\":\"a23456789-123456789-123456789-123456789-123456789\","
	    "\"statename\":\"FATAL\",\"description\":\"why\"}]}");
	feed(t, "snapshot-end", "{}");
	buf_clear(&out);
	view = (struct ctl_screen_view){.lines = 3, .columns = 79};
	ctl_screen_lines(&out, t, &view);
	assert_string_equal(buf_str(&out), "g:a23456789-123456789-123456789-123456789-1 FATAL     why\n");
	buf_clear(&out);
	view.columns = 30;
	ctl_screen_lines(&out, t, &view);
	assert_string_equal(buf_str(&out), "g:a23456789-1234567 FATAL     \n");
	for (view.columns = 0; view.columns < 30; view.columns++)
		ctl_screen_lines(&out, t, &view);
	ctl_table_free(t);
	buf_release(&out);
}

/* Whoever it is that answers: numbers are no more than can be counted. */
static void
test_screen_numbers(void **state)
{
	struct ctl_screen_view view = {.now = 1e11, .lines = 3, .columns = 100};
	struct buf out = BUF_INIT(10000);
	struct ctl_table *t = ctl_table_new(NULL, 0, note_change, &out);

	(void)state;
	feed(t, "snapshot-begin", "{}");
	feed(t, "snapshot",
	     "{\"processes\":[{\"group\":\"a\",\"name\":\"a\",\"statename\":\"RUNNING\",\"pid\":1e300,"
	     "\"start\":-1e300}]}");
	feed(t, "snapshot-end", "{}");
	ctl_screen_lines(&out, t, &view);
	assert_string_equal(buf_str(&out), "a                                RUNNING   pid 100000000000, "
					   "uptime 2314814 days, 19:33:20\n");
	ctl_table_free(t);
	buf_release(&out);
}

/* A pattern passes over what a group would: spec/xmlrpc.md 5, RUNNING_SET and SIGNALLABLE. */
static void
test_concerns(void **state)
{
	static const struct {
		int state;
		bool start, stop, signal;
	} rows[] = {
	    {0, true, false, false},   {10, false, true, true},    {20, false, true, true},
	    {30, false, true, false},  {40, true, false, true},    {100, true, false, false},
	    {200, true, false, false}, {1000, true, false, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(ctl_verb_concerns(CTL_VERB_START, rows[i].state), rows[i].start);
		assert_int_equal(ctl_verb_concerns(CTL_VERB_STOP, rows[i].state), rows[i].stop);
		assert_int_equal(ctl_verb_concerns(CTL_VERB_SIGNAL, rows[i].state), rows[i].signal);
	}
}

static void
test_tails_lines(void **state)
{
	static const char *const parts[] = {"a", "b\nc\n", "", "\n", "0123456789", "x\n", "end"};
	struct buf out = BUF_INIT(1000), rest = BUF_INIT(8);

	(void)state;
	for (size_t i = 0; i < COUNT(parts); i++)
		ctl_tails_lines(&out, &rest, "p| ", parts[i], strlen(parts[i]), false);
	assert_string_equal(buf_str(&out), "p| ab\np| c\np| \np| 01234567\np| 89x\n");
	ctl_tails_lines(&out, &rest, "p| ", "", 0, true);
	ctl_tails_lines(&out, &rest, "p| ", "", 0, true);
	assert_string_equal(buf_str(&out), "p| ab\np| c\np| \np| 01234567\np| 89x\np| end\n");
	buf_release(&out);
	buf_release(&rest);
}

/* `help cvisor` has a line for all that is ours, from the table. */
static void
test_help_of_ours(void **state)
{
	struct buf out = BUF_INIT(10000);

	(void)state;
	ctl_help_ours(&out);
	assert_non_null(strstr(buf_str(&out), "tui\tShow and control"));
	assert_non_null(strstr(buf_str(&out), "\tavail, reread, status, update, version\n"));
	assert_non_null(strstr(buf_str(&out), "\tstatus\n"));
	assert_non_null(strstr(buf_str(&out), "\tclear, pid, restart, signal, start, status, stop, tail\n"));
	/* It fits on a terminal of 80 columns. */
	for (const char *line = buf_str(&out); *line != '\0'; line += strcspn(line, "\n") + 1) {
		size_t column = 0;

		for (const char *p = line; *p != '\n'; p++)
			column = *p == '\t' ? (column / 8 + 1) * 8 : column + 1;
		assert_true(column < 80);
	}
	buf_release(&out);
}

static void
test_option_words(void **state)
{
	struct ctl_args args;

	(void)state;
	ctl_args_parse(&args, "web --json --watch cat --json");
	ctl_args_take_options(&args, CTL_TAKES_JSON);
	assert_true(args.json);
	assert_false(args.watch);
	assert_int_equal(args.n, 3);
	assert_string_equal(args.word[1], "--watch");
	assert_string_equal(args.word[2], "cat");
	ctl_args_take_options(&args, CTL_TAKES_WATCH);
	assert_true(args.watch);
	assert_int_equal(args.n, 2);
	ctl_args_take_options(&args, 0);
	assert_int_equal(args.n, 2);
	ctl_args_release(&args);
}

/* A daemon that answers with what nobody expects is no reason to read beyond its texts. */
static void
test_json_of_foreign_types(void **state)
{
	struct xmlrpc_value *v = info("g\xff", "n", "RUNNING", "\xc3");
	json_t *process;
	char *text;

	(void)state;
	xmlrpc_member(v, "logfile", xmlrpc_array());
	xmlrpc_member(v, "spawnerr", xmlrpc_int(7));
	xmlrpc_member(v, "pid", xmlrpc_string("x"));
	process = ctl_json_process(v);
	text = json_dumps(process, JSON_COMPACT);
	assert_string_equal(
	    text,
	    "{\"group\":\"g\xef\xbf\xbd\",\"name\":\"n\",\"namespec\":\"g\xef\xbf\xbd:n\",\"state\":null,"
	    "\"statename\":\"RUNNING\",\"description\":\"\xef\xbf\xbd\",\"pid\":0,\"start\":null,"
	    "\"stop\":null,\"now\":null,\"exitstatus\":null,\"spawnerr\":null,\"logfile\":null,"
	    "\"stdout_logfile\":null,\"stderr_logfile\":null}");
	free(text);
	json_decref(process);
	xmlrpc_free(v);
}

static void
test_options(void **state)
{
	char *path;

	(void)state;
	path = ctl_options_absolute("/a//b/./c/../d/");
	assert_string_equal(path, "/a/b/d");
	free(path);
	path = ctl_options_absolute("/../..");
	assert_string_equal(path, "/");
	free(path);
	setenv("HOME", "/home/x", 1);
	path = ctl_options_absolute("~/h");
	assert_string_equal(path, "/home/x/h");
	free(path);
}

static void
test_bytes(void **state)
{
	int64_t n = 0;

	(void)state;
	assert_true(ctl_parse_bytes("0", &n) && n == 0);
	assert_true(ctl_parse_bytes("100", &n) && n == 100);
	assert_true(ctl_parse_bytes("99999999999999999999", &n) && n == INT64_MAX);
	assert_false(ctl_parse_bytes("", &n));
	assert_false(ctl_parse_bytes("-5", &n));
	assert_false(ctl_parse_bytes("+5", &n));
	assert_false(ctl_parse_bytes("1_0", &n));
	assert_false(ctl_parse_bytes("5x", &n));
}

static void
expect_error(enum client_error_kind kind, enum client_where where, int code, const char *text,
	     const char *line)
{
	struct client_error from = CLIENT_ERROR_INIT;
	struct ctl_error e = {0};
	struct buf out = BUF_INIT(1000);

	client_error_set(&from, kind, code, "%s", text);
	from.where = where;
	ctl_error_from_client(&e, &from);
	ctl_error_line(&out, &e);
	assert_string_equal(buf_str(&out), line);
	buf_release(&out);
	ctl_error_release(&e);
	client_error_release(&from);
}

#define SUPERVISOR "/usr/lib/python3/dist-packages/supervisor/"
#define PY "/usr/lib/python3.11/"

static void
test_errors(void **state)
{
	(void)state;
	expect_error(CLIENT_FAULT, 0, 6, "SHUTDOWN_STATE",
		     "error: <class 'xmlrpc.client.Fault'>, <Fault 6: 'SHUTDOWN_STATE'>: file: " PY
		     "xmlrpc/client.py line: 668");
	expect_error(CLIENT_STATUS, 0, 404, "Not Found",
		     "error: <class 'xmlrpc.client.ProtocolError'>, <ProtocolError for 127.0.0.1/RPC2: 404 "
		     "Not Found>: file: " SUPERVISOR "xmlrpc.py line: 539");
	expect_error(
	    CLIENT_OS, CLIENT_AT_CONNECT_UNIX, 2, "",
	    "error: <class 'FileNotFoundError'>, [Errno 2] No such file or directory: file: " SUPERVISOR
	    "xmlrpc.py line: 557");
	expect_error(CLIENT_OS, CLIENT_AT_CONNECT_TCP, 111, "",
		     "error: <class 'ConnectionRefusedError'>, [Errno 111] Connection refused: file: " PY
		     "socket.py line: 836");
	expect_error(CLIENT_OS, CLIENT_AT_RECEIVE, 104, "",
		     "error: <class 'ConnectionResetError'>, [Errno 104] Connection reset by peer: file: " PY
		     "socket.py line: 706");
	expect_error(
	    CLIENT_BAD_REPLY, 0, XMLRPC_REPLY_INCOMPLETE, "no element found: line 1, column 0",
	    "error: <class 'xml.parsers.expat.ExpatError'>, no element found: line 1, column 0: file: " PY
	    "xmlrpc/client.py line: 460");
	expect_error(CLIENT_BAD_CALL, 0, 0, "int exceeds XML-RPC limits",
		     "error: <class 'OverflowError'>, int exceeds XML-RPC limits: file: " PY
		     "xmlrpc/client.py line: 552");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_table),        cmocka_unit_test(test_lines),
	    cmocka_unit_test(test_patterns),     cmocka_unit_test(test_picks),
	    cmocka_unit_test(test_tails_lines),  cmocka_unit_test(test_concerns),
	    cmocka_unit_test(test_help_of_ours), cmocka_unit_test(test_table_of_a_stream),
	    cmocka_unit_test(test_screen_lines), cmocka_unit_test(test_screen_numbers),
	    cmocka_unit_test(test_option_words), cmocka_unit_test(test_json_of_foreign_types),
	    cmocka_unit_test(test_args),         cmocka_unit_test(test_names),
	    cmocka_unit_test(test_results),      cmocka_unit_test(test_status_rows),
	    cmocka_unit_test(test_reread_lines), cmocka_unit_test(test_help_list),
	    cmocka_unit_test(test_columns),      cmocka_unit_test(test_completion),
	    cmocka_unit_test(test_common),       cmocka_unit_test(test_options),
	    cmocka_unit_test(test_bytes),        cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
