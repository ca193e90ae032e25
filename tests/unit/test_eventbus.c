/* test_eventbus.c: masks, order, and subscribers that come and go while an event is told. */
#include "autoconf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "daemon/eventbus.h"

struct listener {
	struct eventbus *bus;
	char name;
	char *told; /* shared: who was called, in order */
	struct bus_subscription *sub;
	struct bus_subscription *remove; /* to be removed when called */
	struct listener *add;            /* to be added when called */
	bool fires;
};

static void
listen_cb(void *arg, const struct bus_event *ev)
{
	struct listener *l = arg;

	strncat(l->told, &l->name, 1);
	eventbus_unsubscribe(l->remove);
	l->remove = NULL;
	if (l->add != NULL)
		l->add->sub = eventbus_subscribe(l->bus, ev->type, listen_cb, l->add);
	l->add = NULL;
	if (l->fires) {
		l->fires = false;
		eventbus_fire(l->bus, ev);
	}
}

static void
fire(struct eventbus *bus, enum bus_type type)
{
	eventbus_fire(bus, &(struct bus_event){.type = type});
}

static void
test_mask_and_order(void **state)
{
	struct eventbus *bus = eventbus_new();
	char told[32] = "";
	struct listener a = {.bus = bus, .name = 'a', .told = told},
			b = {.bus = bus, .name = 'b', .told = told};

	(void)state;
	a.sub = eventbus_subscribe(bus, BUS_PROCESS_STATE | BUS_GROUP_ADDED, listen_cb, &a);
	b.sub = eventbus_subscribe(bus, BUS_GROUP_ADDED, listen_cb, &b);
	fire(bus, BUS_PROCESS_STATE);
	fire(bus, BUS_GROUP_ADDED);
	fire(bus, BUS_LOSS);
	assert_string_equal(told, "aab");
	eventbus_unsubscribe(a.sub);
	eventbus_unsubscribe(NULL);
	fire(bus, BUS_GROUP_ADDED);
	assert_string_equal(told, "aabb");
	eventbus_free(bus);
}

/* One that leaves during an event is not called any more, whether its turn was over or still to come. */
static void
test_remove_while_firing(void **state)
{
	struct eventbus *bus = eventbus_new();
	char told[32] = "";
	struct listener a = {.bus = bus, .name = 'a', .told = told},
			b = {.bus = bus, .name = 'b', .told = told},
			c = {.bus = bus, .name = 'c', .told = told};

	(void)state;
	a.sub = eventbus_subscribe(bus, BUS_LOSS, listen_cb, &a);
	b.sub = eventbus_subscribe(bus, BUS_LOSS, listen_cb, &b);
	c.sub = eventbus_subscribe(bus, BUS_LOSS, listen_cb, &c);
	a.remove = c.sub;
	b.remove = b.sub;
	fire(bus, BUS_LOSS);
	assert_string_equal(told, "ab");
	fire(bus, BUS_LOSS);
	assert_string_equal(told, "aba");
	/* The end of the list is still right. */
	c.sub = eventbus_subscribe(bus, BUS_LOSS, listen_cb, &c);
	fire(bus, BUS_LOSS);
	assert_string_equal(told, "abaac");
	eventbus_free(bus);
}

/* One that comes during an event is called from the next one on, also when that is fired within the first. */
static void
test_add_while_firing(void **state)
{
	struct eventbus *bus = eventbus_new();
	char told[32] = "";
	struct listener a = {.bus = bus, .name = 'a', .told = told},
			b = {.bus = bus, .name = 'b', .told = told};

	(void)state;
	a.add = &b;
	a.sub = eventbus_subscribe(bus, BUS_LOSS, listen_cb, &a);
	fire(bus, BUS_LOSS);
	assert_string_equal(told, "a");
	fire(bus, BUS_LOSS);
	assert_string_equal(told, "aab");
	a.fires = true;
	fire(bus, BUS_LOSS);
	assert_string_equal(told, "aab"
				  "aab"
				  "b");
	eventbus_free(bus);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_mask_and_order),
	    cmocka_unit_test(test_remove_while_firing),
	    cmocka_unit_test(test_add_while_firing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
