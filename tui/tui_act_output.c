/* tui_act_output.c: see tui_act_output.h. */
#include "autoconf.h"

#include "tui/tui_act_output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/xmalloc.h"
#include "tui/tui_dump.h"
#include "tui/tui_logpane.h"
#include "tui/tui_osc52.h"

static void
say_empty(struct tui_model *m)
{
	tui_message(m, LOOK_PLAIN, "there are no lines here");
}

void
tui_act_output_copy(struct tui_model *m)
{
	struct tui_logpane *p = &m->logpane;
	struct buf text = BUF_INIT(TUI_COPY_MAX);
	struct tui_dump d;
	size_t lines;

	if (!tui_dump_picked(p, DUMP_TEXT, &d)) {
		say_empty(m);
		return;
	}
	lines = tui_dump_count(p, &d);
	while (tui_dump_next(m, &d, &text))
		;
	if (text.failed)
		tui_message(m, LOOK_WARN,
			    "%zu lines are more than the %d kB that a terminal's clipboard takes: s saves, o "
			    "opens the pager",
			    lines, TUI_COPY_MAX / 1000);
	else {
		tui_request(&m->requests, REQUEST_COPY, buf_str(&text));
		tui_message(m, LOOK_PLAIN, "copied %zu line%s, %zu bytes (a clipboard takes %d kB)", lines,
			    lines == 1 ? "" : "s", text.len, TUI_COPY_MAX / 1000);
		p->marks.selecting = false;
	}
	buf_release(&text);
}

/* The controller takes the lines from the dump when it sees the request, which is at once. */
static void
put_out(struct tui_model *m, bool there, enum tui_request_kind kind, const char *text)
{
	if (there)
		tui_request(&m->requests, kind, text);
	else
		say_empty(m);
}

/* Enter and ^C come back. */
#define SHOW_PLAIN                                                                                           \
	"trap 'exit 0' INT; cat; printf '\\n[these lines can be selected and copied; Enter goes back] "      \
	"'; "                                                                                                \
	"read -r line < /dev/tty; exit 0"

void
tui_act_output_plain(struct tui_model *m)
{
	struct tui_logpane *p = &m->logpane;
	bool picked = p->marks.selecting || p->marks.lines.n > 0;
	enum tui_dump_form form = m->theme == &tui_theme_mono ? DUMP_NAMED : DUMP_SHOWN;

	put_out(m, picked ? tui_dump_picked(p, form, &p->dump) : tui_dump_sight(p, form, &p->dump),
		REQUEST_READER, SHOW_PLAIN);
}

void
tui_act_output_pager(struct tui_model *m)
{
	struct tui_logpane *p = &m->logpane;
	enum tui_dump_form form = m->theme == &tui_theme_mono ? DUMP_NAMED : DUMP_SHOWN;

	put_out(m, tui_dump_all(p, form, &p->dump), REQUEST_READER, "");
}

/* "api_00-stdout-20251124-160000.log", of harmless characters. */
static void
default_name(const struct tui_model *m, char *out, size_t size)
{
	time_t now = tui_clock_time(m, m->now);
	char *title = tui_show_title(m), when[32];
	struct tm tm;
	size_t len = 0;

	gmtime_r(&now, &tm);
	strftime(when, sizeof(when), "%Y%m%d-%H%M%S", &tm);
	for (const char *s = title; *s != '\0' && len + 1 < size && len < 60; s++) {
		bool plain = (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
			     (*s >= '0' && *s <= '9') || *s == '_' || (*s == '.' && len > 0);

		if (plain)
			out[len++] = *s;
		else if (len > 0 && out[len - 1] != '-')
			out[len++] = '-';
	}
	snprintf(out + len, size - len, "%s%s.log", len > 0 && out[len - 1] != '-' ? "-" : "", when);
	free(title);
}

void
tui_act_output_save(struct tui_model *m)
{
	char name[128];
	struct tui_dump d;

	if (!tui_dump_all(&m->logpane, DUMP_RAW, &d)) {
		say_empty(m);
		return;
	}
	default_name(m, name, sizeof(name));
	tui_prompt_open(&m->prompt, PROMPT_SAVE, "save these lines to: ", name);
}

void
tui_act_output_save_to(struct tui_model *m, const char *path)
{
	struct tui_logpane *p = &m->logpane;

	if (*path == '\0') {
		tui_message(m, LOOK_PLAIN, "nothing was saved");
		return;
	}
	put_out(m, tui_dump_all(p, DUMP_RAW, &p->dump), REQUEST_SAVE, path);
}

void
tui_act_output_overwrite(struct tui_model *m)
{
	struct tui_logpane *p = &m->logpane;

	if (p->overwrite != NULL)
		put_out(m, tui_dump_all(p, DUMP_RAW, &p->dump), REQUEST_OVERWRITE, p->overwrite);
}

void
tui_act_output_exists(struct tui_model *m, const char *path)
{
	char *label = xasprintf("overwrite the file '%s'", path);

	tui_set(&m->logpane.overwrite, path);
	tui_prompt_open(&m->prompt, PROMPT_OVERWRITE, label, "");
	free(label);
}

void
tui_act_output_failed(struct tui_model *m, const char *path, const char *why)
{
	tui_message(m, LOOK_BAD, "cannot save to '%s': %s", path, why);
}

void
tui_act_output_saved(struct tui_model *m, const char *path, size_t lines)
{
	tui_message(m, LOOK_OK, "saved %zu line%s to '%s'", lines, lines == 1 ? "" : "s", path);
}
