/* pipe_log.c: see pipe_log.h. */
#include "autoconf.h"

#include "daemon/pipe_log.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/xmalloc.h"
#include "core/process_table.h"

static const struct {
	const char *name;
	const char *event;
} ends[] = {
    [PIPE_STDIN] = {"stdin", "write"},
    [PIPE_STDOUT] = {"stdout", "read"},
    [PIPE_STDERR] = {"stderr", "read"},
};

static const char *
object_name(const struct process *p, enum pipe_end end)
{
	bool listener = p->group != NULL && p->group->config->kind == GROUP_LISTENER;

	if (end == PIPE_STDIN)
		return "PInputDispatcher";
	return listener && end == PIPE_STDOUT ? "PEventListenerDispatcher" : "POutputDispatcher";
}

/* The caller frees. */
static char *
object_text(const struct process *p, enum pipe_end end, const void *self)
{
	return xasprintf("<%s at %" PRIuPTR " for <Subprocess at %" PRIuPTR
			 " with name %s in state %s> (%s)>",
			 object_name(p, end), (uintptr_t)self, (uintptr_t)p, p->name,
			 process_state_name(p->state), ends[end].name);
}

void
pipe_log_ready(const struct log *log, const struct process *p, enum pipe_end end, const void *self)
{
	char *text;

	if (!log_wants(log, LOG_LEVEL_BLATHER))
		return;
	text = object_text(p, end, self);
	log_blather(log, "%s event caused by %s", ends[end].event, text);
	free(text);
}

void
pipe_log_closed(const struct log *log, const struct process *p, enum pipe_end end, const void *self, int fd)
{
	char *text;

	if (!log_wants(log, LOG_LEVEL_DEBUG))
		return;
	text = object_text(p, end, self);
	log_debug(log, "fd %d closed, stopped monitoring %s", fd, text);
	free(text);
}
