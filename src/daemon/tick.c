/*
 * tick.c: see tick.h. The timer follows the wall clock: it is set to the time of the next slice, and the kernel cancels it
 * when somebody sets the clock (TFD_TIMER_CANCEL_ON_SET), so that a step is noticed at once.
 */
#include "autoconf.h"

#include "daemon/tick.h"

#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "daemon/daemon.h"
#include "daemon/eventbus.h"

struct tick {
	struct daemon *d;
	struct slices slices;
	int fd;             /* -1: nobody wants ticks */
	struct event *read; /* of fd */
};

static void follow(struct tick *t);

static void
disarm(struct tick *t)
{
	if (t->read != NULL)
		event_free(t->read);
	t->read = NULL;
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
}

/* When the clock is set right now, this may fail with ECANCELED instead of the next read. */
static bool
arm(struct tick *t)
{
	const int flags = TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET;
	struct itimerspec at = {0};
	int64_t next;

	for (;;) {
		if (!slices_next(&t->slices, wall_seconds(t->d->now.wall), &next))
			return false;
		at.it_value.tv_sec = (time_t)next;
		if (timerfd_settime(t->fd, flags, &at, NULL) == 0)
			return true;
		if (errno != ECANCELED)
			return false;
		daemon_tick(t->d);
	}
}

static void
tell(struct tick *t, enum slice_period period, int64_t slice)
{
	eventbus_fire(t->d->bus, &(struct bus_event){
				     .type = BUS_TICK,
				     .now = &t->d->now,
				     .period = slice_seconds(period),
				     .slice = slice,
				 });
}

static void
read_cb(evutil_socket_t fd, short what, void *arg)
{
	struct tick *t = arg;
	uint64_t expirations;
	int64_t slice;

	(void)what;
	daemon_tick(t->d);
	/* Fails with ECANCELED when the clock was set: then it is looked at as well. */
	(void)!read(fd, &expirations, sizeof(expirations));
	for (int period = 0; period < NSLICES; period++)
		if (slices_due(&t->slices, (enum slice_period)period, wall_seconds(t->d->now.wall), &slice))
			tell(t, (enum slice_period)period, slice);
	follow(t);
}

static bool
start(struct tick *t)
{
	t->fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	if (t->fd < 0)
		return false;
	t->read = event_new(t->d->base, t->fd, EV_READ | EV_PERSIST, read_cb, t);
	return t->read != NULL && event_add(t->read, NULL) == 0;
}

/* Makes the timer agree with what is wanted. Nothing else would notice that it has failed. */
static void
follow(struct tick *t)
{
	int64_t next;

	if (!slices_next(&t->slices, wall_seconds(t->d->now.wall), &next)) {
		disarm(t);
		return;
	}
	if ((t->fd >= 0 || start(t)) && arm(t))
		return;
	log_error(&t->d->log, "cannot make a timer, there will be no TICK events: %s", strerror(errno));
	disarm(t);
}

void
tick_want(struct tick *t, enum slice_period period, bool wanted)
{
	if (t->slices.wanted[period] == wanted)
		return;
	slices_want(&t->slices, period, wanted, wall_seconds(t->d->now.wall));
	follow(t);
}

struct tick *
tick_new(struct daemon *d)
{
	struct tick *t = xcalloc(1, sizeof(*t));

	t->d = d;
	t->fd = -1;
	return t;
}

void
tick_free(struct tick *t)
{
	if (t == NULL)
		return;
	disarm(t);
	free(t);
}
