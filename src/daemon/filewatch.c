/*
 * filewatch.c: see filewatch.h. inotify gives all watches of one file the same number, so a number has a list of
 * watches.
 */
#include "autoconf.h"

#include "daemon/filewatch.h"

#include <event2/event.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/queue.h>
#include <unistd.h>

#include "base/map.h"
#include "base/xmalloc.h"

TAILQ_HEAD(file_watches, file_watch);

struct filewatch {
	struct event_base *base;
	struct event *readable; /* NULL: no descriptor yet */
	int fd;
	struct intmap *by_number; /* -> struct watched_file, owned */
};

/* One file. */
struct watched_file {
	struct filewatch *all;
	int number;   /* of inotify */
	bool expired; /* the kernel has taken the number back: the file is gone */
	bool telling; /* nothing is freed meanwhile */
	struct file_watches watches;
};

struct file_watch {
	TAILQ_ENTRY(file_watch) link;
	struct watched_file *file;
	void (*fn)(void *arg); /* NULL: removed */
	void *arg;
};

static void
file_free_if_unused(struct watched_file *file)
{
	if (file->telling || !TAILQ_EMPTY(&file->watches))
		return;
	if (!file->expired) {
		intmap_del(file->all->by_number, file->number);
		inotify_rm_watch(file->all->fd, file->number);
	}
	free(file);
}

static void
tell(struct watched_file *file)
{
	struct file_watch *w, *next;

	file->telling = true;
	TAILQ_FOREACH(w, &file->watches, link) {
		if (w->fn != NULL)
			w->fn(w->arg);
	}
	file->telling = false;
	for (w = TAILQ_FIRST(&file->watches); w != NULL; w = next) {
		next = TAILQ_NEXT(w, link);
		if (w->fn != NULL)
			continue;
		TAILQ_REMOVE(&file->watches, w, link);
		free(w);
	}
	file_free_if_unused(file);
}

static void
take_event(struct filewatch *fw, const struct inotify_event *event)
{
	struct watched_file *file = intmap_get(fw->by_number, event->wd);

	/* What was said before the last watch was removed. */
	if (file == NULL)
		return;
	if (event->mask & IN_IGNORED) {
		file->expired = true;
		intmap_del(fw->by_number, file->number);
	}
	tell(file);
}

static void
readable_cb(evutil_socket_t fd, short what, void *arg)
{
	_Alignas(struct inotify_event) char buffer[64 * (sizeof(struct inotify_event) + NAME_MAX + 1)];
	const struct inotify_event *event;
	ssize_t n = read(fd, buffer, sizeof buffer);

	(void)what;
	for (ssize_t at = 0; at < n; at += (ssize_t)(sizeof *event + event->len)) {
		event = (const struct inotify_event *)(const void *)(buffer + at);
		take_event(arg, event);
	}
}

static bool
open_inotify(struct filewatch *fw)
{
	if (fw->readable != NULL)
		return true;
	fw->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (fw->fd < 0)
		return false;
	fw->readable = event_new(fw->base, fw->fd, EV_READ | EV_PERSIST, readable_cb, fw);
	if (fw->readable != NULL && event_add(fw->readable, NULL) == 0)
		return true;
	if (fw->readable != NULL)
		event_free(fw->readable);
	fw->readable = NULL;
	close(fw->fd);
	return false;
}

struct file_watch *
filewatch_add(struct filewatch *fw, const char *path, void (*fn)(void *arg), void *arg)
{
	struct watched_file *file;
	struct file_watch *w;
	int number;

	if (!open_inotify(fw))
		return NULL;
	number = inotify_add_watch(fw->fd, path, IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF);
	if (number < 0)
		return NULL;
	file = intmap_get(fw->by_number, number);
	if (file == NULL) {
		file = xcalloc(1, sizeof *file);
		file->all = fw;
		file->number = number;
		TAILQ_INIT(&file->watches);
		intmap_put(fw->by_number, number, file);
	}
	w = xcalloc(1, sizeof *w);
	w->file = file;
	w->fn = fn;
	w->arg = arg;
	TAILQ_INSERT_HEAD(&file->watches, w, link);
	return w;
}

void
filewatch_remove(struct file_watch *watch)
{
	struct watched_file *file;

	if (watch == NULL)
		return;
	file = watch->file;
	watch->fn = NULL;
	if (file->telling)
		return;
	TAILQ_REMOVE(&file->watches, watch, link);
	free(watch);
	file_free_if_unused(file);
}

struct filewatch *
filewatch_new(struct event_base *base)
{
	struct filewatch *fw = xcalloc(1, sizeof *fw);

	fw->base = base;
	fw->by_number = intmap_new();
	return fw;
}

void
filewatch_free(struct filewatch *fw)
{
	if (fw == NULL)
		return;
	if (fw->readable != NULL) {
		event_free(fw->readable);
		close(fw->fd);
	}
	intmap_free(fw->by_number);
	free(fw);
}
