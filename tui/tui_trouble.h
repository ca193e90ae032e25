/*
 * Why a daemon cannot be talked to, as one sentence with what mends it. Pure.
 */
#ifndef TUI_TROUBLE_H
#define TUI_TROUBLE_H

#include <stdbool.h>

#include "client/client_error.h"

/* What is known of the way to the daemon. Borrowed. */
struct tui_way {
	const char *file; /* the configuration that names it, for the command that starts it; NULL: none */
	bool has_user;    /* credentials were sent */
	const char *user; /* how they are given; NULL: as options */
};

/* The caller frees it. */
char *tui_trouble(const struct client_error *e, const struct tui_way *way);

#endif
