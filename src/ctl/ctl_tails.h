/*
 * `tail -f` of several processes at once, which Supervisor does not have: each line with the name of its process before
 * it, "web:web_00 | ", in colours on a terminal.
 */
#ifndef CTL_CTL_TAILS_H
#define CTL_CTL_TAILS_H

#include "ctl/ctl.h"
#include "ctl/ctl_names.h"

#define CTL_TAILS_MAX 64

/* channel: "stdout" or "stderr". Until all streams have ended, or Ctrl-C. */
void ctl_tails(struct ctl *ctl, const struct ctl_targets *targets, const char *channel);

/* Takes the next bytes of one log and appends the lines that are whole, each after the prefix. What is left waits in
   rest, which is bounded by its maximum: a line as long as that is cut. final: what is left is a line. Pure. */
void ctl_tails_lines(struct buf *out, struct buf *rest, const char *prefix, const char *data, size_t len,
		     bool final);

#endif
