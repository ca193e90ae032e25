/*
 * What is printed from the options table: the sample configuration of echo_supervisord_conf and the manual's
 * list of sections and options.
 */
#ifndef CORE_CONF_PRINT_H
#define CORE_CONF_PRINT_H

#include <stdbool.h>

#include "base/buf.h"

/* The sample, in the blocks and order that Supervisor's has. */
bool conf_print_sample(struct buf *out);
/* Every section and option as a part of supervisord.conf(5), in mdoc. */
bool conf_print_manual(struct buf *out);

#endif
