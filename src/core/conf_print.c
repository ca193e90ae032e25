/*
 * conf_print.c: see conf_print.h. Words and values come from the options table; here are only the order of
 * the blocks, which people know from Supervisor's sample, and what a block says differently.
 */
#include "autoconf.h"

#include "core/conf_print.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "core/options_table.h"

#define WRAP_AT 78

static const char head[] =
    "; Sample configuration of supervisord. The options are described in supervisord.conf(5).\n"
    ";\n"
    "; What to know of the file:\n"
    ";  - A comment begins with ';' or '#' at the beginning of a line or after a blank:\n"
    ";    \"a=b ;comment\", not \"a=b;comment\".\n"
    ";  - That holds within a command too: \"command=sh -c 'x ; y'\" ends before the ';'.\n"
    ";  - Values are taken as they are, without quotes. Only environment= has them.\n"
    ";  - A variable of the daemon's environment is written \"%(ENV_HOME)s\". \"~\" and \"$HOME\"\n"
    ";    are not expanded. A '%' that means itself is written \"%%\".\n"
    ";\n"
    "; The paths below are in /tmp because every system has it. Choose others: some systems empty\n"
    "; /tmp from time to time, and without the socket of [unix_http_server] supervisorctl and\n"
    "; supervisortui cannot reach the daemon.\n";

/* Where a block shows another value than the table's sample; or the same option once more, commented out. */
static const struct other_value {
	enum section_kind kind;
	const char *name;
	const char *value;
	bool more;
} other_values[] = {
    {SECTION_SUPERVISORCTL, "serverurl", "http://127.0.0.1:9001", true},
    {SECTION_EVENTLISTENER, "command", "/bin/eventlistener", false},
    {SECTION_EVENTLISTENER, "priority", "-1", false},
};

/* What programs and listeners have in common, before and behind what differs. */
#define CONTROL_LINES                                                                                        \
	"directory", "umask", "priority", "autostart", "startsecs", "startretries", "autorestart",           \
	    "exitcodes", "stopsignal", "stopwaitsecs", "stopasgroup", "killasgroup", "user",                 \
	    "redirect_stderr"

static const char *const unix_lines[] = {"file", "chmod", "chown", "username", "password", NULL};
static const char *const inet_lines[] = {"port", "username", "password", NULL};
static const char *const daemon_lines[] = {
    "logfile",   "logfile_maxbytes", "logfile_backups", "loglevel",    "pidfile",    "nodaemon",
    "silent",    "minfds",           "minprocs",        "umask",       "user",       "identifier",
    "directory", "nocleanup",        "childlogdir",     "environment", "strip_ansi", NULL,
};
static const char *const rpc_lines[] = {"supervisor.rpcinterface_factory", NULL};
static const char *const ctl_lines[] = {
    "serverurl", "username", "password", "prompt", "history_file", NULL,
};
static const char *const program_lines[] = {
    "command",
    "process_name",
    "numprocs",
    CONTROL_LINES,
    "stdout_logfile",
    "stdout_logfile_maxbytes",
    "stdout_logfile_backups",
    "stdout_capture_maxbytes",
    "stdout_events_enabled",
    "stdout_syslog",
    "stderr_logfile",
    "stderr_logfile_maxbytes",
    "stderr_logfile_backups",
    "stderr_capture_maxbytes",
    "stderr_events_enabled",
    "stderr_syslog",
    "environment",
    "serverurl",
    NULL,
};
static const char *const listener_lines[] = {
    "command",
    "process_name",
    "numprocs",
    "events",
    "buffer_size",
    CONTROL_LINES,
    "stdout_logfile",
    "stdout_logfile_maxbytes",
    "stdout_logfile_backups",
    "stdout_events_enabled",
    "stdout_syslog",
    "stderr_logfile",
    "stderr_logfile_maxbytes",
    "stderr_logfile_backups",
    "stderr_events_enabled",
    "stderr_syslog",
    "environment",
    "serverurl",
    NULL,
};
static const char *const group_lines[] = {"programs", "priority", NULL};
static const char *const include_lines[] = {"files", NULL};

static const struct block {
	enum section_kind kind;
	bool commented;
	const char *const *lines; /* names of options, up to NULL */
} blocks[] = {
    {SECTION_UNIX_HTTP_SERVER, false, unix_lines}, {SECTION_INET_HTTP_SERVER, true, inet_lines},
    {SECTION_SUPERVISORD, false, daemon_lines},    {SECTION_RPCINTERFACE, false, rpc_lines},
    {SECTION_SUPERVISORCTL, false, ctl_lines},     {SECTION_PROGRAM, true, program_lines},
    {SECTION_EVENTLISTENER, true, listener_lines}, {SECTION_GROUP, true, group_lines},
    {SECTION_INCLUDE, true, include_lines},
};

/* The sample */

/* The text as comment lines. */
static void
print_comment(struct buf *out, const char *text)
{
	size_t column = 0;

	while (*text != '\0') {
		size_t len = strcspn(text, " ");

		if (column > 0 && column + 1 + len > WRAP_AT) {
			buf_putc(out, '\n');
			column = 0;
		}
		if (column == 0) {
			buf_putc(out, ';');
			column = 1;
		}
		buf_printf(out, " %.*s", (int)len, text);
		column += 1 + len;
		text += len + (text[len] == ' ');
	}
	buf_putc(out, '\n');
}

static const struct option_row *
line_row(const struct block *b, const char *name)
{
	const struct option_row *row = option_find(b->kind, name);

	assert(row != NULL);
	return row;
}

static const struct other_value *
other_value(const struct block *b, const char *name, bool more)
{
	for (size_t i = 0; i < sizeof(other_values) / sizeof(other_values[0]); i++)
		if (other_values[i].kind == b->kind && other_values[i].more == more &&
		    strcmp(other_values[i].name, name) == 0)
			return &other_values[i];
	return NULL;
}

static const char *
line_value(const struct block *b, const struct option_row *row)
{
	const struct other_value *other = other_value(b, row->name, false);

	if (other != NULL)
		return other->value;
	if (row->sample != NULL)
		return row->sample;
	return row->def != NULL ? row->def : "";
}

static bool
is_commented(const struct block *b, const struct option_row *row)
{
	return b->commented || (row->flags & OPTION_ACTIVE) == 0;
}

/* Where the comments of a block begin: behind its longest line. */
static size_t
comment_column(const struct block *b)
{
	size_t widest = 0;

	for (const char *const *l = b->lines; *l != NULL; l++) {
		const struct option_row *row = line_row(b, *l);
		size_t len = strlen(row->name) + 1 + strlen(line_value(b, row)) + is_commented(b, row);

		widest = len > widest ? len : widest;
	}
	return widest;
}

static void
print_line(struct buf *out, const struct option_row *row, const char *value, bool commented, size_t column)
{
	size_t len = strlen(row->name) + 1 + strlen(value) + commented;

	buf_printf(out, "%s%s=%s%*s ; %s\n", commented ? ";" : "", row->name, value,
		   len < column ? (int)(column - len) : 0, "", row->help);
}

static void
print_block(struct buf *out, const struct block *b)
{
	const struct section_info *info = &section_infos[b->kind];
	size_t column = comment_column(b);

	buf_putc(out, '\n');
	print_comment(out, info->help);
	buf_printf(out, "\n%s[%s%s%s]\n", b->commented ? ";" : "", info->name, info->named ? ":" : "",
		   info->sample != NULL ? info->sample : "");
	for (const char *const *l = b->lines; *l != NULL; l++) {
		const struct option_row *row = line_row(b, *l);
		const struct other_value *more = other_value(b, *l, true);

		print_line(out, row, line_value(b, row), is_commented(b, row), column);
		if (more != NULL)
			print_line(out, row, more->value, true, column);
	}
}

bool
conf_print_sample(struct buf *out)
{
	buf_puts(out, head);
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
		print_block(out, &blocks[i]);
	return !out->failed;
}

/* The manual */

/* One word in which nothing is taken for a request or an escape. */
static void
print_word(struct buf *out, const char *word, size_t len, bool first)
{
	if (first && (*word == '.' || *word == '\''))
		buf_puts(out, "\\&");
	for (size_t i = 0; i < len; i++) {
		if (word[i] == '\\')
			buf_puts(out, "\\e");
		else if (word[i] == '"')
			buf_puts(out, "\\(dq");
		else if (word[i] == '~')
			buf_puts(out, "\\(ti");
		else
			buf_putc(out, word[i]);
	}
}

/* Text from a column on, in lines that are not too long; a sentence begins a new one. No newline at the end.
 */
static void
print_text(struct buf *out, const char *text, size_t column)
{
	bool sentence = false;

	while (*text != '\0') {
		size_t len = strcspn(text, " ");

		if (column > 0 && (sentence || column + 1 + len > WRAP_AT)) {
			buf_putc(out, '\n');
			column = 0;
		} else if (column > 0 && out->data[out->len - 1] != ' ') {
			buf_putc(out, ' ');
		}
		print_word(out, text, len, column == 0);
		column += 1 + len;
		sentence = len > 0 && text[len - 1] == '.';
		text += len + (text[len] == ' ');
	}
}

/* A fragment of the table as a sentence of its own. One that begins with an address, such as "host:port", keeps its case. */
static void
print_sentence(struct buf *out, const char *fragment)
{
	char *sentence = xstrdup(fragment);

	if (*sentence >= 'a' && *sentence <= 'z' && sentence[strcspn(sentence, ": ")] != ':')
		*sentence -= 'a' - 'A';
	print_text(out, sentence, 0);
	buf_puts(out, ".\n");
	free(sentence);
}

static void
print_fact(struct buf *out, const char *what, const char *text)
{
	buf_printf(out, "%s: ", what);
	print_text(out, text, strlen(what) + 2);
	buf_puts(out, ".\n");
}

static void
print_option(struct buf *out, const struct option_row *row)
{
	buf_printf(out, ".It Ic %s\n", row->name);
	print_sentence(out, row->help);
	print_fact(out, "Accepted", option_accepts(row));
	if ((row->flags & OPTION_REQUIRED) != 0)
		buf_puts(out, "Must be given.\n");
	else if (row->def != NULL && *row->def != '\0')
		print_fact(out, "Default", row->def);
	if ((row->flags & OPTION_OURS) != 0)
		buf_puts(out, "Not known to Supervisor.\n");
}

/* A program's options are listed once; the sections that have more list only these. */
static bool
is_listed(const struct option_row *row, enum section_kind kind)
{
	bool of_programs = (row->sections & SECTION_BIT(SECTION_PROGRAM)) != 0;

	return (row->sections & SECTION_BIT(kind)) != 0 && (kind == SECTION_PROGRAM || !of_programs);
}

static void
print_section(struct buf *out, enum section_kind kind)
{
	const struct section_info *info = &section_infos[kind];

	buf_printf(out, ".Ss \\(lB%s%s\\(rB\n", info->name, info->named ? ":x" : "");
	print_text(out, info->help, 0);
	buf_puts(out, "\n.Bl -tag -width Ds\n");
	for (size_t i = 0; i < options_table_n; i++)
		if (is_listed(&options_table[i], kind))
			print_option(out, &options_table[i]);
	buf_puts(out, ".El\n");
}

bool
conf_print_manual(struct buf *out)
{
	static const enum section_kind order[] = {
	    SECTION_SUPERVISORD,      SECTION_PROGRAM,      SECTION_GROUP,
	    SECTION_EVENTLISTENER,    SECTION_FCGI_PROGRAM, SECTION_UNIX_HTTP_SERVER,
	    SECTION_INET_HTTP_SERVER, SECTION_RPCINTERFACE, SECTION_SUPERVISORCTL,
	    SECTION_CTLPLUGIN,        SECTION_INCLUDE,
	};
	static_assert(sizeof(order) / sizeof(order[0]) == SECTION_NKINDS, "a section that the manual lacks");

	for (size_t i = 0; i < SECTION_NKINDS; i++)
		print_section(out, order[i]);
	return !out->failed;
}
