/* tui_who.c: see tui_who.h. */
#include "autoconf.h"

#include "tui/tui_who.h"

#include <stdio.h>
#include <string.h>

#define RECENT 30 /* seconds */

bool
tui_who_is_another(const struct tui_host *h, const char *who)
{
	return who[0] != '\0' && strcmp(who, h->daemon.you) != 0;
}

static bool
is_recent(const struct tui_proc *p)
{
	const struct tui_host *h = p->group->host;

	return p->asked > 0 && tui_host_now(h) - p->asked < RECENT && tui_who_is_another(h, p->who);
}

static const char *
what_of(enum process_state state)
{
	switch (state) {
	case PROCESS_STARTING:
		return "is starting";
	case PROCESS_STOPPING:
		return "is stopping";
	case PROCESS_STOPPED:
		return "stopped";
	case PROCESS_RUNNING:
		return "started";
	case PROCESS_BACKOFF:
	case PROCESS_EXITED:
	case PROCESS_FATAL:
	case PROCESS_UNKNOWN:
	case PROCESS_NSTATES:
		break;
	}
	return "is at";
}

static const struct tui_proc *
latest_of(const struct tui_targets *t)
{
	const struct tui_proc *latest = NULL;

	for (size_t i = 0; i < t->n; i++)
		if (is_recent(t->procs[i]) && (latest == NULL || t->procs[i]->asked > latest->asked))
			latest = t->procs[i];
	return latest;
}

/* Of "anna (supervisorctl, pid 4711)" the name. */
static size_t
name_length(const char *who)
{
	const char *rest = strstr(who, " (");

	return rest != NULL ? (size_t)(rest - who) : strlen(who);
}

/* who: so many bytes of it. */
static bool
fits(const struct tui_proc *p, size_t who, int columns, char out[TUI_WHO_NOTE_MAX])
{
	char age[TUI_CELL_MAX];
	double valid = TUI_FOREVER;

	tui_format_age(tui_host_now(p->group->host) - p->asked, age, &valid);
	snprintf(out, TUI_WHO_NOTE_MAX, "%.*s %s %.60s %s ago", (int)who, p->who, what_of(p->state),
		 p->display, age);
	return columns == 0 || tui_text_columns(out) <= columns;
}

bool
tui_who_is_at(const struct tui_targets *t, int columns, char out[TUI_WHO_NOTE_MAX])
{
	const struct tui_proc *p = latest_of(t);

	if (p == NULL)
		return false;
	return fits(p, strlen(p->who), columns, out) || fits(p, name_length(p->who), columns, out);
}
