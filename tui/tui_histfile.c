/* tui_histfile.c: see tui_histfile.h. */
#include "autoconf.h"

#include "tui/tui_histfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xmalloc.h"

#define FILE_MAX 262144 /* bytes; above, only the last lines are kept */

char *
tui_histfile_path(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	/* The specification wants a relative path to be ignored. */
	if (state != NULL && state[0] == '/')
		return xasprintf("%s/cvisor/tui_history", state);
	if (home != NULL && home[0] == '/')
		return xasprintf("%s/.local/state/cvisor/tui_history", home);
	return NULL;
}

/* All folders above the file, as far as they are missing. */
static void
make_folders(const char *path)
{
	char *copy = xstrdup(path);

	for (char *slash = copy + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
		*slash = '\0';
		mkdir(copy, 0700);
		*slash = '/';
	}
	free(copy);
}

static bool
write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		data += n;
		len -= (size_t)n;
	}
	return true;
}

/* What is kept takes the file's place. */
static void
rewrite(const char *path, const struct tui_history *history)
{
	char *temporary = xasprintf("%s.XXXXXX", path);
	int fd = mkostemp(temporary, O_CLOEXEC);
	bool ok = fd >= 0;

	for (size_t i = 0; i < history->n && ok; i++)
		ok = write_all(fd, history->lines[i], strlen(history->lines[i])) && write_all(fd, "\n", 1);
	if (fd >= 0)
		close(fd);
	if (fd >= 0 && (!ok || rename(temporary, path) != 0))
		unlink(temporary);
	free(temporary);
}

/* The end of the file, from the beginning of a line on. */
static bool
read_end(int fd, struct buf *out, off_t size)
{
	off_t from = size > FILE_MAX ? size - FILE_MAX : 0;
	char *at;
	ssize_t n;

	while ((at = buf_reserve(out, 65536)) != NULL && (n = pread(fd, at, 65536, from)) > 0) {
		buf_added(out, (size_t)n);
		from += n;
	}
	if (size > FILE_MAX && out->len > 0) {
		at = memchr(out->data, '\n', out->len);
		buf_consume(out, at == NULL ? out->len : (size_t)(at - out->data) + 1);
	}
	return out->len > 0;
}

static void
take_lines(struct tui_history *history, struct buf *text)
{
	char *line = text->data, *end;

	while ((end = memchr(line, '\n', (size_t)(text->data + text->len - line))) != NULL) {
		*end = '\0';
		if (end - line < TUI_PROMPT_MAX)
			tui_history_add(history, line);
		line = end + 1;
	}
}

void
tui_histfile_load(const char *path, struct tui_history *history)
{
	struct buf text = BUF_INIT(2 * FILE_MAX);
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && read_end(fd, &text, st.st_size)) {
		take_lines(history, &text);
		if (st.st_size > FILE_MAX)
			rewrite(path, history);
	}
	buf_release(&text);
	close(fd);
}

/* In one write, so that lines of several screens do not mix. */
void
tui_histfile_add(const char *path, const char *line)
{
	static const int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	int fd = open(path, flags, 0600);
	char *text;

	if (fd < 0 && errno == ENOENT) {
		make_folders(path);
		fd = open(path, flags, 0600);
	}
	if (fd < 0)
		return;
	text = xasprintf("%s\n", line);
	write_all(fd, text, strlen(text));
	free(text);
	close(fd);
}
