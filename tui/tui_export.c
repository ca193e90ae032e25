/* tui_export.c: see tui_export.h. */
#include "autoconf.h"

#include "tui/tui_export.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "tui/tui_act_output.h"
#include "tui/tui_writer.h"

struct tui_export {
	struct tui_model *m;
	void (*changed)(void *arg);
	void *arg;
	struct tui_writer *file;
	struct tui_writer *pipe;
	char *path; /* that is being written; owned; NULL: none */
};

static void
saved_cb(void *arg, int error, size_t lines)
{
	struct tui_export *x = arg;

	if (error == 0)
		tui_act_output_saved(x->m, x->path, lines);
	else
		tui_act_output_failed(x->m, x->path, strerror(error));
	free(x->path);
	x->path = NULL;
	x->changed(x->arg);
}

/* A reader that has seen enough is no news. */
static void
piped_cb(void *arg, int error, size_t lines)
{
	(void)arg;
	(void)error;
	(void)lines;
}

struct tui_export *
tui_export_new(struct event_base *base, struct tui_model *m, void (*changed)(void *arg), void *arg)
{
	struct tui_export *x = xcalloc(1, sizeof(*x));

	x->m = m;
	x->changed = changed;
	x->arg = arg;
	x->file = tui_writer_new(base, saved_cb, x);
	x->pipe = tui_writer_new(base, piped_cb, x);
	return x;
}

void
tui_export_free(struct tui_export *x)
{
	if (x == NULL)
		return;
	tui_writer_free(x->file);
	tui_writer_free(x->pipe);
	free(x->path);
	free(x);
}

static char *
expand_home(const char *path)
{
	const char *home = getenv("HOME");

	if (path[0] == '~' && path[1] == '/' && home != NULL)
		return xasprintf("%s%s", home, path + 1);
	return xstrdup(path);
}

/* What there is of this name already is no regular file; errno may say more. */
static const char *
what_it_is(const struct stat *st)
{
	return S_ISDIR(st->st_mode) ? "it is a directory" : "it is not a file";
}

/* NULL: fd is open for writing, or the user is asked (fd is -1). */
static const char *
open_file(struct tui_export *x, const char *path, bool overwrite, int *fd)
{
	struct stat st;

	/* Not waiting: it might be a pipe that nobody reads. */
	*fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | (overwrite ? 0 : O_EXCL),
		   0666);
	if (*fd < 0 && (errno == EEXIST || errno == EISDIR) && stat(path, &st) == 0) {
		if (!S_ISREG(st.st_mode))
			return what_it_is(&st);
		tui_act_output_exists(x->m, path);
		return NULL;
	}
	if (*fd < 0)
		return strerror(errno);
	if (fstat(*fd, &st) != 0 || !S_ISREG(st.st_mode))
		return what_it_is(&st);
	return ftruncate(*fd, 0) == 0 ? NULL : strerror(errno);
}

void
tui_export_save(struct tui_export *x, const char *path, bool overwrite)
{
	char *full = expand_home(path);
	const char *why = NULL;
	int fd = -1;

	if (tui_writer_is_busy(x->file))
		why = "another file is being written";
	else
		why = open_file(x, full, overwrite, &fd);
	if (why == NULL && fd >= 0) {
		x->path = xstrdup(full);
		if (!tui_writer_run(x->file, x->m, fd)) {
			why = strerror(errno);
			free(x->path);
			x->path = NULL;
		}
	} else if (fd >= 0)
		close(fd);
	if (why != NULL)
		tui_act_output_failed(x->m, full, why);
	free(full);
}

int
tui_export_pipe(struct tui_export *x)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) != 0)
		return -1;
	if (!tui_writer_run(x->pipe, x->m, fds[1])) {
		close(fds[0]);
		return -1;
	}
	return fds[0];
}
