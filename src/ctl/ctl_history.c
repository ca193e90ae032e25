/* ctl_history.c: see ctl_history.h. */
#include "autoconf.h"

#include "ctl/ctl_history.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xmalloc.h"

#define HISTORY_LINES 10000
#define HISTORY_LINE_MAX (1024 * 1024)

History *
ctl_history_new(void)
{
	History *h = history_init();
	HistEvent ev;

	if (h == NULL)
		return NULL;
	history(h, &ev, H_SETSIZE, HISTORY_LINES);
	history(h, &ev, H_SETUNIQUE, 1);
	return h;
}

void
ctl_history_add(History *h, const char *line)
{
	HistEvent ev;

	if (*line != '\0')
		history(h, &ev, H_ENTER, line);
}

/* The file, or NULL; one that is no file (a FIFO would wait for somebody) counts as none. */
static FILE *
history_open(const char *path, int flags)
{
	int fd = open(path, flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
	FILE *f = NULL;
	struct stat st;

	if (fd != -1 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		f = fdopen(fd, (flags & O_ACCMODE) == O_RDONLY ? "r" : "w");
	if (f == NULL && fd != -1)
		close(fd);
	return f;
}

void
ctl_history_load(History *h, const char *path)
{
	FILE *f = history_open(path, O_RDONLY);
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;

	if (f == NULL)
		return;
	while ((len = getline(&line, &cap, f)) > 0 && len < HISTORY_LINE_MAX) {
		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		ctl_history_add(h, line);
	}
	free(line);
	fclose(f);
}

void
ctl_history_save(History *h, const char *path)
{
	FILE *f = history_open(path, O_WRONLY | O_CREAT | O_TRUNC);
	HistEvent ev;
	int more;

	if (f == NULL)
		return;
	fchmod(fileno(f), 0600);
	for (more = history(h, &ev, H_LAST); more != -1; more = history(h, &ev, H_PREV))
		fprintf(f, "%s\n", ev.str);
	fclose(f);
}

/* The last word of a line, and how long it is: 0 when there is none. */
static const char *
last_word(const char *line, size_t *len)
{
	const char *end = line + strlen(line), *begin;

	while (end > line && strchr(" \t", end[-1]) != NULL)
		end--;
	for (begin = end; begin > line && strchr(" \t", begin[-1]) == NULL;)
		begin--;
	*len = (size_t)(end - begin);
	return begin;
}

char *
ctl_history_last_word(History *h, size_t n)
{
	HistEvent ev;
	const char *word;
	size_t len;
	int more;

	for (more = history(h, &ev, H_FIRST); more != -1; more = history(h, &ev, H_NEXT)) {
		word = last_word(ev.str, &len);
		/* Lines without one, which a file may have, count for nothing. */
		if (len > 0 && n-- == 0)
			return xstrndup(word, len);
	}
	return NULL;
}
