/*
 * Which of the sockets that ssh forwards leads to a daemon. A connection to one of them always succeeds: whether
 * somebody is at the far end shows when it is closed again without an answer to a small request, or not.
 */
#ifndef TUI_SSH_PROBE_H
#define TUI_SSH_PROBE_H

#include <stdbool.h>
#include <stddef.h>

struct event_base;
struct tui_ssh_probes;

/* The number of the socket that leads somewhere; how many there are: none does. Comes from the loop. */
typedef void tui_ssh_found_fn(void *arg, size_t i);

/* dir has the sockets, with the names "0" to n - 1; borrowed. */
struct tui_ssh_probes *tui_ssh_probes_new(struct event_base *base, const char *dir, size_t n,
					  tui_ssh_found_fn *found, void *arg);
void tui_ssh_probes_free(struct tui_ssh_probes *p);
/* Tries all of them. False: ssh does not listen yet. */
bool tui_ssh_probes_begin(struct tui_ssh_probes *p);
/* Nothing is told any more. */
void tui_ssh_probes_end(struct tui_ssh_probes *p);

#endif
