/* tui_seen.c: see tui_seen.h. */
#include "autoconf.h"

#include "tui/tui_seen.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "tui/tui_file.h"

#define DAEMONS_MAX 200 /* that are remembered; the oldest go */
#define FILE_MAX (1U << 20)

/* The caller frees it; NULL: there is no home. */
static char *
path_of_file(void)
{
	return tui_file_path("XDG_STATE_HOME", ".local/state", "seen");
}

/* This machine and the URL: a home may be shared by several. The caller frees it. */
static char *
key_of(const struct tui_host *h)
{
	char local[256] = "";
	char *key;

	gethostname(local, sizeof(local) - 1);
	key = xasprintf("%s %s", local, h->where);
	for (char *at = key; *at != '\0'; at++)
		if (*at == '\n' || *at == '\r')
			*at = '?';
	return key;
}

/* The next line; moves *at behind it. Its key is borrowed. False: there is none. */
static bool
next_line(char **at, double *time, char **key)
{
	char *line = *at, *end;

	if (*line == '\0')
		return false;
	end = line + strcspn(line, "\n");
	*at = *end == '\0' ? end : end + 1;
	*end = '\0';
	*time = strtod(line, key);
	*key += strspn(*key, " ");
	return true;
}

void
tui_seen_load(struct tui_model *m)
{
	struct buf text = BUF_INIT(FILE_MAX);
	char *path = path_of_file(), *copy, *at, *key;
	double time;

	if (path == NULL)
		return;
	tui_file_read(path, &text);
	at = copy = xstrdup(buf_str(&text));
	while (next_line(&at, &time, &key))
		for (size_t i = 0; i < m->nhosts; i++) {
			char *own = key_of(m->hosts[i]);

			if (strcmp(own, key) == 0 && time > 0)
				m->hosts[i]->last_seen = time;
			free(own);
		}
	free(copy);
	free(path);
	buf_release(&text);
}

static bool
is_ours(const struct tui_model *m, const char *key)
{
	bool found = false;

	for (size_t i = 0; i < m->nhosts && !found; i++) {
		char *own = key_of(m->hosts[i]);

		found = m->hosts[i]->ever_connected && strcmp(own, key) == 0;
		free(own);
	}
	return found;
}

static void
render(const struct tui_model *m, struct buf *out, char *before)
{
	size_t n = 0;
	double time;
	char *key;

	for (size_t i = 0; i < m->nhosts; i++) {
		char *own = key_of(m->hosts[i]);

		if (m->hosts[i]->ever_connected && n++ < DAEMONS_MAX)
			buf_printf(out, "%.3f %s\n", tui_host_time(m->hosts[i]), own);
		free(own);
	}
	while (next_line(&before, &time, &key))
		if (*key != '\0' && !is_ours(m, key) && n++ < DAEMONS_MAX)
			buf_printf(out, "%.3f %s\n", time, key);
}

void
tui_seen_save(const struct tui_model *m)
{
	struct buf before = BUF_INIT(FILE_MAX), after = BUF_INIT(2 * FILE_MAX);
	char *path = path_of_file(), *copy;

	if (path == NULL)
		return;
	tui_file_read(path, &before);
	copy = xstrdup(buf_str(&before));
	render(m, &after, copy);
	if (after.len > 0) {
		tui_file_make_folders(path);
		tui_file_replace(path, &after);
	}
	free(copy);
	free(path);
	buf_release(&before);
	buf_release(&after);
}
