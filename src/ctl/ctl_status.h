/* Commands that only look: status, avail, pid, version; and open, which looks somewhere else. */
#ifndef CTL_CTL_STATUS_H
#define CTL_CTL_STATUS_H

#include "base/buf.h"
#include "ctl/ctl_commands.h"

ctl_command_fn ctl_status, ctl_avail, ctl_pid, ctl_version, ctl_open;

/* The rows of `status` for n infos, as Supervisor lays them out: the name column is as wide as the longest
   name, at least 30, plus 3. */
void ctl_status_rows(struct buf *out, const struct xmlrpc_value *const *infos, size_t n);

#endif
