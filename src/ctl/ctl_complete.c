/* ctl_complete.c: see ctl_complete.h. */
#include "autoconf.h"

#include "ctl/ctl_complete.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "ctl/ctl_commands.h"

#define WORD_BREAKS " \t\n`~!@#$%^&()=+[{]}\\|;'\",<>/?"

static void
add(struct ctl_candidates *out, const char *text, const char *word)
{
	if (strncmp(text, word, strlen(word)) != 0)
		return;
	/* Most of the same come one after the other: members of a group. */
	if (out->n > 0 && strcmp(out->text[out->n - 1], text) == 0)
		return;
	out->text = xreallocarray(out->text, out->n + 1, sizeof(*out->text));
	out->text[out->n++] = xstrdup(text);
}

static void
add_commands(struct ctl_candidates *out, const char *word, bool ours)
{
	for (const struct ctl_command *c = ctl_commands; c->name != NULL; c++) {
		if (c->help != NULL && c->ours == ours)
			add(out, c->name, word);
	}
}

/* Our own commands do not make a beginning ambiguous that was not so in Supervisor. */
static void
complete_command(struct ctl_candidates *out, const char *word)
{
	add_commands(out, word, false);
	if (out->n == 0)
		add_commands(out, word, true);
}

static const char *
member(const struct xmlrpc_value *info, const char *name)
{
	return xmlrpc_get_string(xmlrpc_find(info, name));
}

static void
complete_group(struct ctl_candidates *out, const char *word, const struct xmlrpc_value *info)
{
	for (size_t i = 0; i < xmlrpc_get_length(info); i++)
		add(out, member(xmlrpc_at(info, i), "group"), word);
}

static void
complete_process(struct ctl_candidates *out, const char *word, const struct xmlrpc_value *info)
{
	const char *last = NULL;

	for (size_t i = 0; i < xmlrpc_get_length(info); i++) {
		const char *group = member(xmlrpc_at(info, i), "group"),
			   *name = member(xmlrpc_at(info, i), "name");
		char *text;

		if (strcmp(group, name) == 0 && strchr(word, ':') == NULL) {
			add(out, name, word);
			continue;
		}
		if (last == NULL || strcmp(last, group) != 0) {
			text = xasprintf("%s:*", group);
			add(out, text, word);
			free(text);
		}
		last = group;
		text = xasprintf("%s:%s", group, name);
		add(out, text, word);
		free(text);
	}
}

static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* In the order in which they are listed, each once. */
static void
sort_candidates(struct ctl_candidates *c)
{
	size_t n = 0;

	if (c->n > 1)
		qsort(c->text, c->n, sizeof(*c->text), compare_texts);
	for (size_t i = 0; i < c->n; i++) {
		if (n > 0 && strcmp(c->text[n - 1], c->text[i]) == 0)
			free(c->text[i]);
		else
			c->text[n++] = c->text[i];
	}
	c->n = n;
}

size_t
ctl_complete_word(const char *line, size_t cursor)
{
	while (cursor > 0 && strchr(WORD_BREAKS, line[cursor - 1]) == NULL)
		cursor--;
	return cursor;
}

/* The first word of what stands before the cursor, and whether something stands behind it. */
static char *
first_word(const char *line, size_t cursor, bool *followed)
{
	size_t begin = 0, len = 0;

	while (begin < cursor && (line[begin] == ' ' || line[begin] == '\t'))
		begin++;
	while (begin + len < cursor && line[begin + len] != ' ' && line[begin + len] != '\t')
		len++;
	*followed = begin + len < cursor;
	return xstrndup(line + begin, len);
}

static enum ctl_completes
completes(const char *command)
{
	const struct ctl_command *c = ctl_command_find(command);

	return c != NULL ? c->completes : CTL_COMPLETES_NOTHING;
}

bool
ctl_complete_wants_info(const char *line, size_t cursor)
{
	bool followed;
	char *first = first_word(line, cursor, &followed);
	bool wants = followed && completes(first) != CTL_COMPLETES_NOTHING;

	free(first);
	return wants;
}

void
ctl_complete(const char *line, size_t cursor, const struct xmlrpc_value *info, struct ctl_candidates *out)
{
	size_t begin = ctl_complete_word(line, cursor);
	char *word = xstrndup(line + begin, cursor - begin), *first;
	bool followed;

	*out = (struct ctl_candidates){0};
	first = first_word(line, cursor, &followed);
	/* Supervisor asks whether "help" contains the word, so "el " completes commands as well. */
	if (!followed || strstr("help", first) != NULL)
		complete_command(out, word);
	else if (completes(first) == CTL_COMPLETES_GROUPS)
		complete_group(out, word, info);
	else if (completes(first) == CTL_COMPLETES_PROCESSES)
		complete_process(out, word, info);
	sort_candidates(out);
	free(first);
	free(word);
}

void
ctl_candidates_release(struct ctl_candidates *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->text[i]);
	free(c->text);
	*c = (struct ctl_candidates){0};
}

size_t
ctl_candidates_common(const struct ctl_candidates *c)
{
	size_t common = c->n > 0 ? strlen(c->text[0]) : 0;

	for (size_t i = 1; i < c->n; i++) {
		size_t same = 0;

		while (same < common && c->text[i][same] == c->text[0][same])
			same++;
		common = same;
	}
	return common;
}
