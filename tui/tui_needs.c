/* tui_needs.c: see tui_needs.h. */
#include "autoconf.h"

#include "tui/tui_needs.h"

#include "tui/tui_targets.h"

/* In the log, the daemon of the program that it shows is meant. */
static const struct tui_host *
host_of(const struct tui_model *m)
{
	const struct tui_host *shown = m->logpane.show.host;

	return m->focus == PANE_LOG && shown != NULL ? shown : tui_model_host(m);
}

const char *
tui_needs_missing(const struct tui_model *m, const struct tui_binding *b)
{
	if ((b->needs & NEEDS_DAEMON) != 0 && m->player != NULL)
		return "this is a recording: there is no daemon to ask";
	if ((b->needs & CHANGES) != 0 && m->settings.readonly)
		return "read-only: nothing is changed from here";
	if ((b->needs & NEEDS_DAEMON) != 0 && !tui_host_is_up(host_of(m)))
		return "the daemon does not answer: nothing was asked";
	if ((b->needs & NEEDS_SELECTION) != 0 && m->selected_group == NULL)
		return "no program is selected";
	return NULL;
}

/* What those who are meant have in common. */
struct summary {
	size_t n;
	size_t live;    /* run, or try to */
	size_t running; /* RUNNING */
	size_t logs;    /* have one */
};

static struct summary
sum_up(const struct tui_targets *t)
{
	struct summary s = {.n = t->n};

	for (size_t i = 0; i < t->n; i++) {
		const struct tui_proc *p = t->procs[i];

		s.live += process_state_is_running(p->state);
		s.running += p->state == PROCESS_RUNNING;
		s.logs += p->stdout_logfile[0] != '\0' || p->stderr_logfile[0] != '\0';
	}
	return s;
}

static const char *
says_against(enum tui_action action, const struct summary *s)
{
	if (action == ACTION_START && s->live == s->n)
		return s->n == 1 ? "runs already" : "all run already";
	if ((action == ACTION_STOP || action == ACTION_SIGNAL || action == ACTION_SEND ||
	     action == ACTION_ROLL) &&
	    s->live == 0)
		return s->n == 1 ? "does not run" : "none of them runs";
	if (action == ACTION_FG && s->n != 1)
		return "for one program alone";
	if (action == ACTION_FG && s->running == 0)
		return "does not run";
	if (action == ACTION_CLEAR && s->logs == 0)
		return "no log file";
	return NULL;
}

bool
tui_needs_refuse(struct tui_model *m, enum tui_action action, const struct tui_targets *t, const char *name)
{
	struct summary s = sum_up(t);
	const char *why = says_against(action, &s);

	if (why != NULL)
		tui_message(m, LOOK_WARN, "%s: %s", name, why);
	return why != NULL;
}

const char *
tui_needs_why_not(struct tui_model *m, const struct tui_binding *b)
{
	const char *why = tui_needs_missing(m, b);
	struct tui_targets t;
	struct summary s;

	if (why != NULL || !tui_targets_pick(m, &t))
		return why;
	s = sum_up(&t);
	tui_targets_release(&t);
	return says_against(b->action, &s);
}
