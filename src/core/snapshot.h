/*
 * Processes and groups as JSON, as the push stream and `--json` show them (doc/push-stream.md lists the
 * fields). Text of any origin is repaired to UTF-8. The caller owns what is returned.
 */
#ifndef CORE_SNAPSHOT_H
#define CORE_SNAPSHOT_H

#include <stddef.h>
#include <jansson.h>

#include "base/clock.h"
#include "core/history.h"
#include "core/process_table.h"

json_t *snapshot_text(const char *s, size_t len);
/* A process as it is now. */
json_t *snapshot_process(const struct process *p, const struct now *now);
/* A process as it was when the record was made; what a record does not hold is as it is now. */
json_t *snapshot_process_then(const struct process *p, const struct history_record *r, const struct now *now);
/* {"name", "priority"} */
json_t *snapshot_group(const struct group *g);

#endif
