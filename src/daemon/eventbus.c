/* eventbus.c: see eventbus.h. */
#include "autoconf.h"

#include "daemon/eventbus.h"

#include <stdlib.h>

#include "base/xmalloc.h"

struct bus_subscription {
	struct eventbus *bus;
	struct bus_subscription *next;
	unsigned mask;
	bus_fn *fn;
	void *arg;
	bool dead;      /* unsubscribed while an event was fired */
	uint64_t since; /* number of the event from which on it is called */
};

struct eventbus {
	struct bus_subscription *first, **last;
	unsigned firing; /* depth: a subscriber may fire as well */
	uint64_t serial; /* of the event that is fired */
	bool has_dead;
};

struct eventbus *
eventbus_new(void)
{
	struct eventbus *bus = xcalloc(1, sizeof(*bus));

	bus->last = &bus->first;
	return bus;
}

void
eventbus_free(struct eventbus *bus)
{
	struct bus_subscription *sub, *next;

	if (bus == NULL)
		return;
	for (sub = bus->first; sub != NULL; sub = next) {
		next = sub->next;
		free(sub);
	}
	free(bus);
}

struct bus_subscription *
eventbus_subscribe(struct eventbus *bus, unsigned mask, bus_fn *fn, void *arg)
{
	struct bus_subscription *sub = xcalloc(1, sizeof(*sub));

	*sub = (struct bus_subscription){
	    .bus = bus,
	    .mask = mask,
	    .fn = fn,
	    .arg = arg,
	    .since = bus->serial + 1,
	};
	*bus->last = sub;
	bus->last = &sub->next;
	return sub;
}

static void
sweep(struct eventbus *bus)
{
	struct bus_subscription **at = &bus->first, *sub;

	bus->has_dead = false;
	while ((sub = *at) != NULL) {
		if (sub->dead) {
			*at = sub->next;
			free(sub);
		} else {
			at = &sub->next;
		}
	}
	bus->last = at;
}

void
eventbus_unsubscribe(struct bus_subscription *sub)
{
	if (sub == NULL)
		return;
	sub->dead = true;
	sub->bus->has_dead = true;
	if (sub->bus->firing == 0)
		sweep(sub->bus);
}

void
eventbus_fire(struct eventbus *bus, const struct bus_event *ev)
{
	uint64_t serial = ++bus->serial;

	bus->firing++;
	for (struct bus_subscription *sub = bus->first; sub != NULL; sub = sub->next)
		if (!sub->dead && sub->since <= serial && (sub->mask & ev->type) != 0)
			sub->fn(sub->arg, ev);
	if (--bus->firing == 0 && bus->has_dead)
		sweep(bus);
}
