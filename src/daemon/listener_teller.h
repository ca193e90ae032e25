/*
 * Tells on the bus which event listeners are deaf or fall behind, for those who show it: at most once a second, and of a
 * pool that drops events one listener a second on average. Who is READY or BUSY changes with each event and is not told.
 */
#ifndef DAEMON_LISTENER_TELLER_H
#define DAEMON_LISTENER_TELLER_H

struct daemon;
struct listener_pool;
struct listener_teller;
struct pool_list;

/* pools is borrowed. */
struct listener_teller *listener_teller_new(struct daemon *d, struct pool_list *pools);
void listener_teller_free(struct listener_teller *t);
/* One of pools may have news, or a listener of it: told with a later turn of the loop. */
void listener_teller_check(struct listener_teller *t, const struct listener_pool *pool);

#endif
