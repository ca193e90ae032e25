/* ctl_table.c: see ctl_table.h. */
#include "autoconf.h"

#include "ctl/ctl_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/utf8.h"
#include "base/xmalloc.h"

#define NUMBER_MAX 1e11 /* seconds: some 3,000 years */

struct ctl_table {
	struct ctl_word *words;
	size_t nwords;
	ctl_table_change_fn *fn;
	void *arg;

	struct map *by_key;          /* "GROUP:NAME" -> row */
	struct ctl_table_row **rows; /* those that count, as far as `sorted` says so */
	size_t nrows;
	bool sorted;
	bool complete;
	bool in_snapshot;
};

static const char *
text_of(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s != NULL ? s : "";
}

double
ctl_table_number(const json_t *object, const char *key)
{
	double n = json_number_value(json_object_get(object, key));

	return n > NUMBER_MAX ? NUMBER_MAX : n < -NUMBER_MAX ? -NUMBER_MAX : n;
}

struct ctl_table *
ctl_table_new(char *const *words, size_t n, ctl_table_change_fn *fn, void *arg)
{
	struct ctl_table *t = xcalloc(1, sizeof(*t));

	t->words = xcalloc(n + 1, sizeof(*t->words));
	t->nwords = n;
	for (size_t i = 0; i < n; i++)
		ctl_word_init(&t->words[i], words[i]);
	t->fn = fn;
	t->arg = arg;
	t->by_key = map_new();
	return t;
}

static void
row_free(struct ctl_table_row *row)
{
	free(row->group);
	free(row->name);
	free(row->namespec);
	free(row->statename);
	json_decref(row->process);
	free(row);
}

void
ctl_table_free(struct ctl_table *t)
{
	size_t pos = 0;
	void *row;

	while (map_next(t->by_key, &pos, NULL, &row))
		row_free(row);
	map_free(t->by_key);
	for (size_t i = 0; i < t->nwords; i++)
		ctl_word_release(&t->words[i]);
	free(t->words);
	free(t->rows);
	free(t);
}

/* Words */

static bool
counts(const struct ctl_table *t, const struct ctl_table_row *row)
{
	for (size_t i = 0; i < t->nwords; i++) {
		if (ctl_word_means(&t->words[i], row->group, row->name))
			return true;
	}
	return t->nwords == 0;
}

bool
ctl_table_finds(struct ctl_table *t, size_t word)
{
	size_t pos = 0;
	void *value;

	while (map_next(t->by_key, &pos, NULL, &value)) {
		const struct ctl_table_row *row = value;

		if (ctl_word_means(&t->words[word], row->group, row->name))
			return true;
	}
	return false;
}

/* Rows */

static struct ctl_table_row *
row_new(struct ctl_table *t, const char *key, const char *group, const char *name)
{
	struct ctl_table_row *row = xcalloc(1, sizeof(*row));

	row->group = xstrdup(group);
	row->name = xstrdup(name);
	row->namespec = ctl_name_join(group, name);
	row->statename = xstrdup("");
	map_put(t->by_key, key, row);
	for (size_t i = 0; i < t->nwords; i++)
		ctl_word_consider(&t->words[i], group, name);
	t->sorted = false;
	return row;
}

static void
tell(const struct ctl_table *t, struct ctl_table_row *row, const char *from, bool gone, double time)
{
	if (t->complete && counts(t, row))
		t->fn(t->arg, row, from, gone, time);
}

static void
feed_process(struct ctl_table *t, const json_t *process)
{
	const char *group = text_of(process, "group"), *name = text_of(process, "name"),
		   *state = text_of(process, "statename");
	char *key = xasprintf("%s:%s", group, name), *before;
	struct ctl_table_row *row = map_get(t->by_key, key);
	bool is_new = row == NULL;

	if (is_new)
		row = row_new(t, key, group, name);
	free(key);
	json_decref(row->process);
	row->process = json_deep_copy(process);
	row->seen = true;
	before = row->statename;
	row->statename = xstrdup(state);
	if (is_new || strcmp(before, state) != 0)
		tell(t, row, is_new ? NULL : before, false, ctl_table_number(process, "time"));
	free(before);
}

static void
feed_snapshot(struct ctl_table *t, const json_t *data)
{
	const json_t *process;
	size_t i;

	json_array_foreach(json_object_get(data, "processes"), i, process) feed_process(t, process);
}

static int
row_compare(const void *a, const void *b)
{
	const struct ctl_table_row *const *x = a, *const *y = b;
	int order = strcmp((*x)->group, (*y)->group);

	return order != 0 ? order : strcmp((*x)->name, (*y)->name);
}

/* Forgets the rows of a group, or, without one, those that the snapshot has not. */
static void
forget(struct ctl_table *t, const char *group)
{
	struct ctl_table_row **gone = xcalloc(map_count(t->by_key) + 1, sizeof(struct ctl_table_row *));
	size_t n = 0, pos = 0;
	void *value;

	while (map_next(t->by_key, &pos, NULL, &value)) {
		struct ctl_table_row *row = value;

		if (group != NULL ? strcmp(row->group, group) == 0 : !row->seen)
			gone[n++] = row;
	}
	if (n > 0)
		qsort(gone, n, sizeof(struct ctl_table_row *), row_compare);
	for (size_t i = 0; i < n; i++) {
		char *key = xasprintf("%s:%s", gone[i]->group, gone[i]->name);

		tell(t, gone[i], gone[i]->statename, true, 0);
		map_del(t->by_key, key);
		row_free(gone[i]);
		free(key);
		t->sorted = false;
	}
	free(gone);
}

static void
begin_snapshot(struct ctl_table *t)
{
	size_t pos = 0;
	void *value;

	while (map_next(t->by_key, &pos, NULL, &value))
		((struct ctl_table_row *)value)->seen = false;
	t->in_snapshot = true;
}

static void
end_snapshot(struct ctl_table *t)
{
	if (!t->in_snapshot)
		return;
	t->in_snapshot = false;
	forget(t, NULL);
	t->complete = true;
}

void
ctl_table_feed(struct ctl_table *t, const char *type, const json_t *data)
{
	if (strcmp(type, "process") == 0)
		feed_process(t, data);
	else if (strcmp(type, "snapshot") == 0)
		feed_snapshot(t, data);
	else if (strcmp(type, "snapshot-begin") == 0)
		begin_snapshot(t);
	else if (strcmp(type, "snapshot-end") == 0)
		end_snapshot(t);
	else if (strcmp(type, "group") == 0 && strcmp(text_of(data, "change"), "removed") == 0)
		forget(t, text_of(data, "name"));
}

bool
ctl_table_is_complete(const struct ctl_table *t)
{
	return t->complete;
}

struct ctl_table_row *const *
ctl_table_rows(struct ctl_table *t, size_t *n)
{
	size_t pos = 0;
	void *row;

	if (!t->sorted) {
		t->rows = xreallocarray(t->rows, map_count(t->by_key) + 1, sizeof(struct ctl_table_row *));
		t->nrows = 0;
		while (map_next(t->by_key, &pos, NULL, &row)) {
			if (counts(t, row))
				t->rows[t->nrows++] = row;
		}
		if (t->nrows > 0)
			qsort(t->rows, t->nrows, sizeof(struct ctl_table_row *), row_compare);
		t->sorted = true;
	}
	*n = t->nrows;
	return t->rows;
}

size_t
ctl_table_put(struct buf *out, const char *text, size_t columns)
{
	size_t used = 0;
	uint32_t cp;

	for (int n; *text != '\0'; text += n) {
		int width = 1;

		n = utf8_decode(text, strnlen(text, 4), &cp);
		if (n > 0 && (cp < 0x20 || (cp >= 0x7f && cp < 0xa0)))
			cp = 0;
		else if (n > 0)
			width = utf8_width(cp);
		if (used + (size_t)width > columns)
			break;
		used += (size_t)width;
		if (n <= 0 || cp == 0)
			buf_putc(out, '?');
		else
			buf_append(out, text, (size_t)n);
		n = n <= 0 ? 1 : n;
	}
	return used;
}
