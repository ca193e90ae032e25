/* `help`: the list of commands in columns, and the text of one; both from the table. */
#ifndef CTL_CTL_HELP_H
#define CTL_CTL_HELP_H

#include <stddef.h>

#include "base/buf.h"
#include "ctl/ctl_commands.h"

ctl_command_fn ctl_help;

/* Names in columns, filled downwards, in as few rows as fit into width; every cell padded, as Python's cmd
 * does. */
void ctl_help_columns(struct buf *out, const char *const *names, size_t n, size_t width);
/* The list as `help` prints it (ours: as `help cvisor` does). */
void ctl_help_list(struct buf *out, bool ours);
/* "avail, reread, status" and so on: the commands that take it (enum ctl_takes). */
void ctl_help_takers(struct buf *out, unsigned takes);
/* What is ours, each with its help: the commands, and what Supervisor's commands have learnt. */
void ctl_help_ours(struct buf *out);

#endif
