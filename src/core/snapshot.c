/* snapshot.c: process -> JSON. */
#include "autoconf.h"

#include "core/snapshot.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

/* A character of one bad byte takes three. */
#define REPAIRED_MAX(len) ((len)*3 + 4)
/* An error can quote a whole command; longer texts are cut, so that a process is never bigger than a reader's
 * room. */
#define TEXT_MAX 4096

json_t *
snapshot_text(const char *s, size_t len)
{
	struct buf repaired = BUF_INIT(REPAIRED_MAX(len));
	json_t *text;

	if (utf8_valid(s, len))
		return json_stringn_nocheck(s, len);
	utf8_repair(&repaired, s, len, NULL, true);
	text = json_stringn_nocheck(buf_str(&repaired), repaired.len);
	buf_release(&repaired);
	return text;
}

/* Cut before a character, never within. */
static size_t
cut_length(const char *s)
{
	size_t len = strnlen(s, TEXT_MAX + 1);

	if (len <= TEXT_MAX)
		return len;
	for (len = TEXT_MAX; len > TEXT_MAX - 4 && (s[len] & 0xc0) == 0x80; len--)
		;
	return len;
}

static void
set_text(json_t *object, const char *key, const char *s)
{
	s = s != NULL ? s : "";
	json_object_set_new_nocheck(object, key, snapshot_text(s, cut_length(s)));
}

static void
set_integer(json_t *object, const char *key, int64_t n)
{
	json_object_set_new_nocheck(object, key, json_integer(n));
}

static void
set_bool(json_t *object, const char *key, bool yes)
{
	json_object_set_new_nocheck(object, key, json_boolean(yes));
}

json_t *
snapshot_process(const struct process *p, const struct now *now)
{
	json_t *object = json_object();
	char *description = process_description(p, wall_seconds(now->wall));

	set_text(object, "group", p->group->name);
	set_text(object, "name", p->name);
	set_integer(object, "state", process_state_code(p->state));
	set_text(object, "statename", process_state_name(p->state));
	set_text(object, "description", description);
	set_integer(object, "pid", p->pid);
	set_integer(object, "start", wall_seconds(p->laststart));
	set_integer(object, "stop", wall_seconds(p->laststop));
	set_integer(object, "exitstatus", p->last_exit);
	set_integer(object, "signal", p->termsignal);
	set_bool(object, "expected", !p->failed);
	set_bool(object, "ill", process_is_ill(p));
	set_text(object, "spawnerr", p->spawnerr);
	set_integer(object, "tries", p->backoff);
	set_integer(object, "next_try", wall_seconds(process_next_try(p, now)));
	set_integer(object, "restarts", (int64_t)process_restarts(p));
	set_integer(object, "lost_bytes", (int64_t)process_lost_bytes(p));
	set_integer(object, "priority", p->config->priority);
	set_text(object, "stdout_logfile", p->logpath[CHANNEL_STDOUT]);
	set_text(object, "stderr_logfile", p->logpath[CHANNEL_STDERR]);
	if (p->who != NULL)
		set_text(object, "who", p->who);
	if (p->group->config->kind == GROUP_FCGI)
		set_text(object, "socket", p->group->config->fcgi.url);
	free(description);
	return object;
}

json_t *
snapshot_process_then(const struct process *p, const struct history_record *r, const struct now *now)
{
	/* Only read from, so that the texts may be borrowed. */
	struct process then = {
	    .config = p->config,
	    .group = p->group,
	    .name = p->name,
	    .id = p->id,
	    .state = r->to,
	    .pid = r->pid,
	    .laststart = r->start,
	    .laststop = r->stop,
	    .started = p->started,
	    .backoff = r->tries,
	    .last_exit = r->exitstatus,
	    .termsignal = r->signal,
	    .failed = r->failed,
	    .spawnerr = r->spawnerr[0] != '\0' ? (char *)(uintptr_t)r->spawnerr : NULL,
	    .starts = r->starts,
	    .cause = r->cause,
	    .who = r->who[0] != '\0' ? (char *)(uintptr_t)r->who : NULL,
	    .logpath = {p->logpath[CHANNEL_STDOUT], p->logpath[CHANNEL_STDERR]},
	    .lost_bytes = {r->lost_bytes}, /* their sum is what is shown */
	};

	if (r->next_try != 0)
		then.deadline = now->mono + (mono_us)(r->next_try - now->wall);
	return snapshot_process(&then, now);
}

json_t *
snapshot_group(const struct group *g)
{
	json_t *object = json_object();

	set_text(object, "name", g->name);
	set_integer(object, "priority", g->config->priority);
	return object;
}
