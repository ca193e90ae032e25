/* tui_histfile.c: see tui_histfile.h. */
#include "autoconf.h"

#include "tui/tui_histfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "tui/tui_file.h"

#define FILE_MAX 262144 /* bytes; above, only the last lines are kept */

char *
tui_histfile_path(void)
{
	return tui_file_path("XDG_STATE_HOME", ".local/state", "tui_history");
}

/* What is kept takes the file's place. */
static void
rewrite(const char *path, const struct tui_history *history)
{
	struct buf text = BUF_INIT(TUI_HISTORY_MAX * TUI_PROMPT_MAX);

	for (size_t i = 0; i < history->n; i++)
		buf_printf(&text, "%s\n", history->lines[i]);
	if (!text.failed)
		tui_file_replace(path, &text);
	buf_release(&text);
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
		tui_file_make_folders(path);
		fd = open(path, flags, 0600);
	}
	if (fd < 0)
		return;
	text = xasprintf("%s\n", line);
	tui_file_write(fd, text, strlen(text));
	free(text);
	close(fd);
}
