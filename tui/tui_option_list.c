/* tui_option_list.c: see tui_option_list.h. */
#include "autoconf.h"

#include "tui/tui_option_list.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_details.h"
#include "tui/tui_wrap.h"

#define NARROW 60
#define VALUE_COLUMNS 12  /* of a short value: where its source begins */
#define HIDDEN "********" /* as the daemon writes a secret */
#define NAMES_IN_QUESTION 20

/* The first part that an option's name begins with decides; the names' order is that of the list. */
static const struct {
	const char *title;
	const char *const *names;
} parts[] = {
    {"What runs", (const char *const[]){"command", "process_name", "numprocs", "directory", "umask", "user",
					"priority", "serverurl", NULL}},
    {"Starting and stopping",
     (const char *const[]){"auto", "start", "exitcodes", "stop", "killasgroup", NULL}},
    {"Output", (const char *const[]){"redirect_stderr", "stdout_", "stderr_", NULL}},
    {"Environment", (const char *const[]){"environment", NULL}},
    {"Others", (const char *const[]){"", NULL}},
};
#define NPARTS (sizeof(parts) / sizeof(parts[0]))

/* The part in which an option is listed, and its place there. */
static size_t
part_of(const char *option, size_t *place)
{
	*place = 0;
	for (size_t i = 0; i < NPARTS; i++)
		for (size_t j = 0; parts[i].names[j] != NULL; j++)
			if (strncmp(option, parts[i].names[j], strlen(parts[i].names[j])) == 0) {
				*place = j;
				return i;
			}
	return NPARTS - 1;
}

/* One variable of A="x",B='y'; moves *at behind it. False: there is none. */
static bool
next_variable(const char **at, const char **begin, size_t *len)
{
	const char *s = *at;
	char quote = '\0';

	s += strspn(s, ", ");
	*begin = s;
	if (*s == '\0')
		return false;
	for (; *s != '\0' && (quote != '\0' || *s != ','); s++) {
		if (quote == '\0' && (*s == '"' || *s == '\''))
			quote = *s;
		else if (*s == quote)
			quote = '\0';
	}
	*len = (size_t)(s - *begin);
	*at = s;
	return true;
}

static enum tui_look
look_of(const struct tui_option *o)
{
	return o->changed ? LOOK_TITLE : o->line > 0 ? LOOK_PLAIN : LOOK_DIM;
}

static void
add_variables(struct tui_text *t, int width, const struct tui_option *o, const char *source)
{
	const char *at = o->value, *begin;
	size_t len;

	while (next_variable(&at, &begin, &len)) {
		char *variable = xstrndup(begin, len);

		tui_wrap(t, look_of(o), width, width < NARROW ? " " : "   ", variable);
		free(variable);
	}
	tui_wrap(t, LOOK_DIM, width, width < NARROW ? " " : "   ", source);
}

/* The file in which the first is written: most often it is that of all. */
static const char *
main_file(const struct tui_facts *f)
{
	for (size_t i = 0; i < f->noptions; i++)
		if (f->options[i].line > 0)
			return f->options[i].file;
	return "";
}

/* "default", "line 7", "/etc/other.conf:7". The caller frees it. */
static char *
source_of(const struct tui_option *o, const char *file)
{
	const char *same = o->changed ? "" : ", the same as the default";

	if (o->line == 0)
		return xstrdup("default");
	if (strcmp(o->file, file) == 0)
		return xasprintf("line %" PRId64 "%s", o->line, same);
	return xasprintf("%s:%" PRId64 "%s", o->file, o->line, same);
}

static void
add_option(struct tui_text *t, int width, const struct tui_option *o, const char *file)
{
	char *source = source_of(o, file);
	char *first = xasprintf(width < NARROW ? " %s " : "   %-23s ", o->name);
	const char *value = *o->value != '\0' ? o->value : o->line > 0 ? "(as written)" : "(none)";
	int pad = width < NARROW ? 0 : VALUE_COLUMNS - tui_text_columns(value);
	char *both = xasprintf("%s%*s   %s", value, pad > 0 ? pad : 0, "", source);

	if (strcmp(o->name, "environment") == 0 && *o->value != '\0')
		add_variables(t, width, o, source);
	else if (tui_text_columns(first) + tui_text_columns(both) <= width)
		tui_wrap(t, look_of(o), width, first, both);
	else {
		char *indent = xasprintf("%*s", width < NARROW ? 3 : tui_text_columns(first), "");

		tui_wrap(t, look_of(o), width, first, value);
		tui_wrap(t, LOOK_DIM, width, indent, source);
		free(indent);
	}
	free(source);
	free(first);
	free(both);
}

/* data: a bool, only what is not default. */
static bool *
only_changed(const struct tui_model *m)
{
	return m->overlay.data;
}

static bool
shows(const struct tui_model *m, const struct tui_option *o)
{
	return only_changed(m) == NULL || o->changed;
}

static size_t
add_part(const struct tui_model *m, struct tui_text *t, int width, const struct tui_facts *f, size_t part)
{
	size_t n = 0, place;

	for (size_t j = 0; parts[part].names[j] != NULL; j++)
		for (size_t i = 0; i < f->noptions; i++) {
			const struct tui_option *o = &f->options[i];

			if (part_of(o->name, &place) != part || place != j || !shows(m, o))
				continue;
			if (n++ == 0) {
				if (t->n > 0)
					tui_text_add(t, LOOK_PLAIN, "");
				tui_text_addf(t, LOOK_HEAD, " %s", parts[part].title);
			}
			add_option(t, width, o, main_file(f));
		}
	return n;
}

static void
add_main_file(struct tui_text *t, int width, const struct tui_facts *f)
{
	char *where;

	if (*main_file(f) == '\0')
		return;
	where = xasprintf("lines are those of %s", main_file(f));
	tui_wrap(t, LOOK_DIM, width, " ", where);
	free(where);
}

static void
fill(struct tui_model *m, struct tui_text *t, int width, double *valid_for)
{
	const struct tui_proc *p = tui_details_subject(m);
	const struct tui_facts *f;
	char missing[TUI_MISSING_MAX];
	const char *why;
	size_t n = 0;

	(void)valid_for;
	if (p == NULL)
		return;
	f = tui_facts_about(m, p);
	why = tui_details_missing(f, FACT_CONFIG, "options", missing);
	if (why != NULL) {
		tui_wrap(t, LOOK_DIM, width, "   ", why);
		return;
	}
	if (width >= NARROW)
		add_main_file(t, width, f);
	for (size_t part = 0; part < NPARTS; part++)
		n += add_part(m, t, width, f, part);
	if (n == 0)
		tui_wrap(t, LOOK_DIM, width, "   ", "all are default; c shows them");
	if (width < NARROW)
		add_main_file(t, width, f);
	if (strstr(tui_facts_option(f, "environment"), HIDDEN) != NULL) {
		tui_text_add(t, LOOK_PLAIN, "");
		tui_wrap(t, LOOK_DIM, width, "   ", HIDDEN " is a secret; v shows it");
	}
}

static void
closed(struct tui_model *m, bool by_user)
{
	(void)by_user;
	free(m->overlay.data);
}

const struct tui_overlay_type tui_option_list_type = {
    .keymap = KEYMAP_DETAILS,
    .chooses = true,
    .fill = fill,
    .changed = tui_details_changed,
    .removed = tui_details_removed,
    .closed = closed,
};

static bool
is_open(struct tui_model *m)
{
	if (tui_overlay_is(m, &tui_option_list_type))
		return true;
	tui_message(m, LOOK_PLAIN, "this is for the options: e shows them");
	return false;
}

void
tui_option_list_toggle(struct tui_model *m)
{
	if (!is_open(m))
		return;
	if (m->overlay.data == NULL)
		m->overlay.data = xcalloc(1, sizeof(bool));
	else {
		free(m->overlay.data);
		m->overlay.data = NULL;
	}
	tui_message(m, LOOK_PLAIN, m->overlay.data != NULL ? "only what is not default" : "all options");
	tui_overlay_refill(m);
}

/* "DB_PASSWORD, API_TOKEN": the names whose values are hidden. */
static size_t
name_secrets(const struct tui_facts *f, struct buf *out)
{
	const char *at = tui_facts_option(f, "environment"), *begin;
	size_t len, n = 0;

	while (next_variable(&at, &begin, &len)) {
		const char *equals = memchr(begin, '=', len);

		if (equals == NULL ||
		    memmem(equals, len - (size_t)(equals - begin), HIDDEN, strlen(HIDDEN)) == NULL)
			continue;
		if (n++ < NAMES_IN_QUESTION)
			buf_printf(out, "%s%.*s", out->len > 0 ? ", " : "", (int)(equals - begin), begin);
	}
	if (n > NAMES_IN_QUESTION)
		buf_puts(out, ", ...");
	return n;
}

void
tui_option_list_reveal(struct tui_model *m)
{
	struct tui_facts *f = m->facts;
	struct buf names = BUF_INIT(TUI_PROMPT_MAX);
	char *question;

	if (!is_open(m) || f == NULL)
		return;
	if (f->reveal) {
		f->reveal = false;
		tui_facts_ask(m, FACT_CONFIG);
		tui_message(m, LOOK_PLAIN, "secrets are hidden again");
	} else if (name_secrets(f, &names) == 0)
		tui_message(m, LOOK_PLAIN, "nothing is hidden here");
	else {
		question =
		    xasprintf("show on this screen %s of %s", buf_str(&names),
			      tui_details_subject(m) != NULL ? tui_details_subject(m)->display : f->subject);
		tui_prompt_open(&m->prompt, PROMPT_REVEAL, question, "");
		free(question);
	}
	buf_release(&names);
}

void
tui_option_list_confirmed(struct tui_model *m)
{
	if (m->facts == NULL || !tui_overlay_is(m, &tui_option_list_type))
		return;
	m->facts->reveal = true;
	tui_facts_ask(m, FACT_CONFIG);
}
