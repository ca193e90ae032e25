/* tui_equal.c: see tui_equal.h. */
#include "autoconf.h"

#include "tui/tui_equal.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_osc52.h"

void
tui_equal_quote(struct buf *out, const char *word)
{
	static const char plain[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:/=+,@%";

	if (*word != '\0' && strspn(word, plain) == strlen(word)) {
		buf_puts(out, word);
		return;
	}
	buf_putc(out, '\'');
	/* What a terminal or a shell's line editor would take as an order does not get that far. */
	for (; *word != '\0'; word++)
		if (*word == '\'')
			buf_puts(out, "'\\''");
		else
			buf_putc(out, (unsigned char)*word < 0x20 || *word == 0x7f ? '?' : *word);
	buf_putc(out, '\'');
}

/* What ssh takes to the far end is read by a shell there once more. */
static void
put_word(struct buf *out, const struct tui_host *h, const char *word)
{
	struct buf once = BUF_INIT(TUI_COPY_MAX);

	buf_putc(out, ' ');
	if (h->ctl != NULL && strncmp(h->ctl, "ssh ", 4) == 0) {
		tui_equal_quote(&once, word);
		tui_equal_quote(out, buf_str(&once));
	} else
		tui_equal_quote(out, word);
	buf_release(&once);
}

/* "supervisorctl" with what it needs to find this daemon. */
static void
put_program(struct buf *out, const struct tui_host *h)
{
	buf_puts(out, h->ctl != NULL ? h->ctl : "supervisorctl");
}

static bool
has_host(const struct tui_targets *t, const struct tui_host *h)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += t->procs[i]->group->host == h;
	return n > 1 && n == tui_host_count(h);
}

/* How many of each group are meant, by its slot. The caller frees. */
static size_t *
count_groups(const struct tui_model *m, const struct tui_targets *t)
{
	size_t *counts = xcalloc(m->ngroups + 1, sizeof(*counts));

	for (size_t i = 0; i < t->n; i++)
		counts[t->procs[i]->group->slot]++;
	return counts;
}

/* In the fewest words: all, whole groups, single ones. */
static void
put_names(struct buf *out, const struct tui_targets *t, const struct tui_host *h)
{
	size_t *counts;
	char *whole;

	if (has_host(t, h)) {
		put_word(out, h, "all");
		return;
	}
	counts = count_groups(h->model, t);
	for (size_t i = 0; i < t->n; i++) {
		const struct tui_group *g = t->procs[i]->group;
		size_t *count = &counts[g->slot];

		if (g->host != h || *count == SIZE_MAX)
			continue;
		if (g->n < 2 || *count < g->n) {
			put_word(out, h, t->procs[i]->display);
			continue;
		}
		whole = xasprintf("%s:*", g->name);
		put_word(out, h, whole);
		free(whole);
		*count = SIZE_MAX; /* said */
	}
	free(counts);
}

static bool
has_any(const struct tui_targets *t, const struct tui_host *h)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->procs[i]->group->host == h)
			return true;
	return false;
}

/* What comes before the names: "signal HUP". */
static void
put_verb(struct buf *out, const struct tui_host *h, const char *verb, const char *arg)
{
	buf_printf(out, " %s", verb);
	if (arg != NULL)
		put_word(out, h, arg);
}

/* One after the other is one command after the other. */
static void
put_roll(struct buf *out, const struct tui_targets *t, const struct tui_host *h)
{
	bool first = true;

	for (size_t i = 0; i < t->n; i++) {
		if (t->procs[i]->group->host != h)
			continue;
		buf_puts(out, first ? "" : " && ");
		put_program(out, h);
		buf_puts(out, " restart");
		put_word(out, h, t->procs[i]->display);
		first = false;
	}
}

/* NULL: it would be longer than the clipboard takes. */
static char *
steal(struct buf *out)
{
	if (!out->failed)
		return buf_steal(out);
	buf_release(out);
	return NULL;
}

/* A command for each daemon. */
static char *
command_line(const struct tui_model *m, const char *verb, const char *arg, bool roll,
	     const struct tui_targets *t)
{
	struct buf out = BUF_INIT(TUI_COPY_MAX);

	for (size_t i = 0; i < m->nhosts; i++) {
		const struct tui_host *h = m->hosts[i];

		if (!has_any(t, h))
			continue;
		buf_puts(&out, out.len == 0 ? "" : "; ");
		if (roll) {
			put_roll(&out, t, h);
			continue;
		}
		put_program(&out, h);
		put_verb(&out, h, verb, arg);
		put_names(&out, t, h);
	}
	return steal(&out);
}

/* supervisorctl has no word for a single line: fg takes it from its standard input. */
static char *
send_line(const char *line, const struct tui_targets *t)
{
	struct buf out = BUF_INIT(TUI_COPY_MAX);

	for (size_t i = 0; i < t->n; i++) {
		buf_puts(&out, i == 0 ? "echo " : "; echo ");
		tui_equal_quote(&out, line);
		buf_puts(&out, " | ");
		put_program(&out, t->procs[i]->group->host);
		buf_puts(&out, " fg");
		put_word(&out, t->procs[i]->group->host, t->procs[i]->display);
	}
	return steal(&out);
}

void
tui_equal_remember(struct tui_model *m, enum tui_verb verb, const char *arg, const struct tui_targets *t)
{
	if (t->n == 0)
		return;
	free(m->equal);
	m->equal = verb == VERB_SEND ? send_line(arg, t)
				     : command_line(m, tui_verbs[verb].name, arg, verb == VERB_ROLL, t);
}

void
tui_equal_remember_word(struct tui_host *h, const char *words)
{
	struct buf out = BUF_INIT(TUI_COPY_MAX);

	put_program(&out, h);
	buf_printf(&out, " %s", words);
	free(h->model->equal);
	h->model->equal = buf_steal(&out);
}

void
tui_equal_copy(struct tui_model *m)
{
	struct tui_targets t;
	char *line;

	if (m->equal != NULL)
		line = xstrdup(m->equal);
	else if (tui_targets_pick(m, &t)) {
		line = command_line(m, "status", NULL, false, &t);
		tui_targets_release(&t);
	} else
		return;
	if (line == NULL) {
		tui_message(m, LOOK_WARN, "too many names for the clipboard: nothing was copied");
		return;
	}
	tui_message(m, LOOK_PLAIN, "copied: %s", line);
	tui_request(&m->requests, REQUEST_COPY, line);
	free(line);
}

void
tui_equal_copy_names(struct tui_model *m)
{
	struct buf out = BUF_INIT(TUI_COPY_MAX);
	struct tui_targets t;

	if (!tui_targets_pick(m, &t))
		return;
	for (size_t i = 0; i < t.n; i++) {
		buf_puts(&out, i == 0 ? "" : " ");
		for (const char *c = t.procs[i]->display; *c != '\0'; c++)
			buf_putc(&out, (unsigned char)*c < 0x20 || *c == 0x7f ? '?' : *c);
	}
	if (out.failed)
		tui_message(m, LOOK_WARN, "too many names for the clipboard: nothing was copied");
	else {
		tui_message(m, LOOK_PLAIN, "copied: %s", buf_str(&out));
		tui_request(&m->requests, REQUEST_COPY, buf_str(&out));
	}
	buf_release(&out);
	tui_targets_release(&t);
}
