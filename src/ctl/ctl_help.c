/* ctl_help.c: see ctl_help.h. */
#include "autoconf.h"

#include "ctl/ctl_help.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

#define LIST_WIDTH 79

static size_t
column_width(const char *const *names, size_t n, size_t rows, size_t column)
{
	size_t width = 0;

	for (size_t i = column * rows; i < n && i < (column + 1) * rows; i++) {
		if (strlen(names[i]) > width)
			width = strlen(names[i]);
	}
	return width;
}

static bool
rows_fit(const char *const *names, size_t n, size_t rows, size_t width)
{
	size_t columns = (n + rows - 1) / rows, total = 0;

	for (size_t c = 0; c < columns; c++)
		total += column_width(names, n, rows, c) + (c > 0 ? 2 : 0);
	return total <= width;
}

void
ctl_help_columns(struct buf *out, const char *const *names, size_t n, size_t width)
{
	size_t rows = 1;

	while (rows < n && !rows_fit(names, n, rows, width))
		rows++;
	for (size_t row = 0; row < rows && n > 0; row++) {
		for (size_t i = row, c = 0; i < n; i += rows, c++) {
			/* A list of one column is not padded. */
			size_t pad = rows < n && n > 1 ? column_width(names, n, rows, c) : 0;

			buf_printf(out, "%s%-*s", c > 0 ? "  " : "", (int)pad, names[i]);
		}
		buf_putc(out, '\n');
	}
}

void
ctl_help_list(struct buf *out, bool ours)
{
	const char *header =
	    ours ? "cvisor commands (type help <topic>):" : "default commands (type help <topic>):";
	const char **names = NULL;
	size_t n = 0;

	for (const struct ctl_command *c = ctl_commands; c->name != NULL; c++) {
		/* Supervisor does not list help itself. */
		if (c->help == NULL || c->ours != ours || c->run == ctl_help)
			continue;
		names = xreallocarray(names, n + 1, sizeof(*names));
		names[n++] = c->name;
	}
	buf_printf(out, "\n%s\n", header);
	for (size_t i = 0; i < strlen(header); i++)
		buf_putc(out, '=');
	buf_putc(out, '\n');
	ctl_help_columns(out, names, n, LIST_WIDTH);
	buf_putc(out, '\n');
	free(names);
}

void
ctl_help_takers(struct buf *out, unsigned takes)
{
	const char *before = "";

	for (const struct ctl_command *c = ctl_commands; c->name != NULL; c++) {
		if ((c->takes & takes) == 0)
			continue;
		buf_printf(out, "%s%s", before, c->name);
		before = ", ";
	}
}

void
ctl_help_ours(struct buf *out)
{
	static const struct {
		unsigned takes;
		const char *text;
	} additions[] = {
	    {CTL_TAKES_JSON, "<command> --json\tAnswer with one JSON document, see supervisorctl(1):"},
	    {CTL_TAKES_WATCH, "<command> --watch\tShow the states as they change, until Ctrl-C; with\n"
			      "\t\t\t--json one object per change:"},
	    {CTL_TAKES_PATTERNS, "<command> <pattern>\tNames may be shell patterns, quoted for the shell:\n"
				 "\t\t\t'web*', 'group:worker_0?', '*:worker_*', '[ab]*':"},
	};

	for (const struct ctl_command *c = ctl_commands; c->name != NULL; c++) {
		if (c->ours)
			buf_printf(out, "%s\n", c->help);
	}
	for (size_t i = 0; i < sizeof(additions) / sizeof(additions[0]); i++) {
		buf_printf(out, "%s\n\t\t\t", additions[i].text);
		ctl_help_takers(out, additions[i].takes);
		buf_putc(out, '\n');
	}
	buf_puts(out, "tail -f <pattern>\tFollow several logs at once, each line after the name\n"
		      "\t\t\tof its process\n");
}

void
ctl_help(struct ctl *ctl, const struct ctl_args *args)
{
	const struct ctl_command *topic = ctl_command_find(args->raw);
	struct buf list = BUF_INIT(SIZE_MAX / 2);

	(void)ctl;
	if (args->n == 0 || strcmp(args->raw, "cvisor") == 0) {
		ctl_help_list(&list, args->n != 0);
		if (args->n != 0)
			ctl_help_ours(&list);
		fputs(buf_str(&list), stdout);
		buf_release(&list);
	} else if (topic != NULL && topic->help != NULL) {
		ctl_say("%s", topic->help);
	} else {
		ctl_say("*** No help on %s", args->raw);
	}
}
