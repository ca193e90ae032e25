/*
 * logfollow.c: see logfollow.h. Called by who writes a log; calls out to the taps. A tap may be removed, and others
 * added, by a tap that is told: nothing is freed before all have been.
 */
#include "autoconf.h"

#include "daemon/logfollow.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/map.h"
#include "base/xmalloc.h"

TAILQ_HEAD(tap_list, log_tap);

struct logfollow {
	struct map *by_log; /* name of a log -> struct followed, owned */
};

/* The followers of one log. */
struct followed {
	struct logfollow *all;
	char *log;
	struct tap_list taps;
	unsigned telling; /* depth of calls into the followers: nothing is freed meanwhile */
};

struct log_tap {
	TAILQ_ENTRY(log_tap) link;
	struct followed *followed;
	log_tap_fn *fn; /* NULL: removed, and freed when nobody is told any more */
	void *arg;
};

static void
followed_free_if_unused(struct followed *f)
{
	if (f->telling > 0 || !TAILQ_EMPTY(&f->taps))
		return;
	map_del(f->all->by_log, f->log);
	free(f->log);
	free(f);
}

static void
tap_free(struct log_tap *tap)
{
	TAILQ_REMOVE(&tap->followed->taps, tap, link);
	free(tap);
}

struct log_tap *
logfollow_tap(struct logfollow *lf, const char *log, log_tap_fn *fn, void *arg)
{
	struct followed *f = map_get(lf->by_log, log);
	struct log_tap *tap = xcalloc(1, sizeof *tap);

	if (f == NULL) {
		f = xcalloc(1, sizeof *f);
		f->all = lf;
		f->log = xstrdup(log);
		TAILQ_INIT(&f->taps);
		map_put(lf->by_log, log, f);
	}
	tap->followed = f;
	tap->fn = fn;
	tap->arg = arg;
	TAILQ_INSERT_HEAD(&f->taps, tap, link);
	return tap;
}

void
logfollow_untap(struct log_tap *tap)
{
	struct followed *f;

	if (tap == NULL)
		return;
	f = tap->followed;
	tap->fn = NULL;
	if (f->telling > 0)
		return;
	tap_free(tap);
	followed_free_if_unused(f);
}

/* A follower that is added meanwhile goes to the head of the list, and so hears of the next piece first. */
void
logfollow_tell(struct logfollow *lf, const struct log_chunk *chunk)
{
	struct followed *f;
	struct log_tap *tap, *next;

	if (lf == NULL || map_count(lf->by_log) == 0)
		return;
	f = map_get(lf->by_log, chunk->log);
	if (f == NULL)
		return;
	f->telling++;
	TAILQ_FOREACH(tap, &f->taps, link) {
		if (tap->fn != NULL)
			tap->fn(tap->arg, chunk);
	}
	if (--f->telling > 0)
		return;
	for (tap = TAILQ_FIRST(&f->taps); tap != NULL; tap = next) {
		next = TAILQ_NEXT(tap, link);
		if (tap->fn == NULL)
			tap_free(tap);
	}
	followed_free_if_unused(f);
}

static void
free_followed(struct followed *f)
{
	struct log_tap *tap;

	while ((tap = TAILQ_FIRST(&f->taps)) != NULL)
		tap_free(tap);
	free(f->log);
	free(f);
}

struct logfollow *
logfollow_new(void)
{
	struct logfollow *lf = xcalloc(1, sizeof *lf);

	lf->by_log = map_new();
	return lf;
}

void
logfollow_free(struct logfollow *lf)
{
	size_t pos = 0;
	void *f;

	if (lf == NULL)
		return;
	while (map_next(lf->by_log, &pos, NULL, &f))
		free_followed(f);
	map_free(lf->by_log);
	free(lf);
}

char *
logfollow_read_tail(const char *path, size_t bytes, size_t *len, int64_t *offset)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), saved;
	char *data = NULL;
	struct stat st;
	ssize_t n = 0;
	size_t done;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) != 0)
		goto out;
	/* Devices and FIFOs have no past. */
	if (!S_ISREG(st.st_mode))
		st.st_size = 0;
	*offset = st.st_size > (off_t)bytes ? st.st_size - (off_t)bytes : 0;
	bytes = (size_t)(st.st_size - *offset);
	data = malloc(bytes + 1);
	if (data == NULL)
		goto out;
	for (done = 0; done < bytes; done += (size_t)n) {
		n = pread(fd, data + done, bytes - done, *offset + (off_t)done);
		if (n < 0 && errno == EINTR) {
			n = 0;
			continue;
		}
		if (n <= 0)
			break;
	}
	if (n < 0) {
		saved = errno;
		free(data);
		data = NULL;
		errno = saved;
		goto out;
	}
	data[done] = '\0';
	*len = done;
out:
	saved = errno;
	close(fd);
	errno = saved;
	return data;
}
