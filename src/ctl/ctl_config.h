/* Commands about the configuration: reread, update, add, remove. */
#ifndef CTL_CTL_CONFIG_H
#define CTL_CTL_CONFIG_H

#include "base/buf.h"
#include "ctl/ctl_commands.h"

ctl_command_fn ctl_reread, ctl_update, ctl_add, ctl_remove;

/* The lines of `reread` for the three lists of reloadConfig: one a group, by name; the later list wins. */
void ctl_reread_lines(struct buf *out, const struct xmlrpc_value *added, const struct xmlrpc_value *changed,
		      const struct xmlrpc_value *removed);

#endif
