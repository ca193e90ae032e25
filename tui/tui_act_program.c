/* tui_act_program.c: see tui_act_program.h. */
#include "autoconf.h"

#include "tui/tui_act_program.h"

#include "tui/tui_ask.h"
#include "tui/tui_equal.h"
#include "tui/tui_targets.h"

void
tui_act_program_start(struct tui_model *m)
{
	tui_ask_picked(m, VERB_START, NULL);
}

void
tui_act_program_stop(struct tui_model *m)
{
	tui_ask_picked(m, VERB_STOP, NULL);
}

void
tui_act_program_restart(struct tui_model *m)
{
	tui_ask_picked(m, VERB_RESTART, NULL);
}

void
tui_act_program_clear(struct tui_model *m)
{
	tui_ask_picked(m, VERB_CLEAR, NULL);
}

void
tui_act_program_start_group(struct tui_model *m)
{
	struct tui_targets t;

	if (!tui_targets_pick_group(m, &t))
		return;
	tui_ask_verb(m, VERB_START, NULL, &t);
	tui_targets_release(&t);
}

void
tui_act_program_roll(struct tui_model *m)
{
	struct tui_targets t;

	if (!tui_targets_pick_set(m, &t))
		return;
	tui_ask_verb(m, VERB_ROLL, NULL, &t);
	tui_targets_release(&t);
}

void
tui_act_program_attach(struct tui_model *m, const struct tui_proc *p)
{
	if (p->state != PROCESS_RUNNING) {
		tui_message(m, LOOK_WARN, "fg: %s does not run (%s)", p->display,
			    process_state_name(p->state));
		return;
	}
	tui_message(m, LOOK_PLAIN, "%s had the terminal", p->display);
	tui_request_host_text(p->group->host, REQUEST_FG, p->key);
}

void
tui_act_program_fg(struct tui_model *m)
{
	const struct tui_proc *p = tui_targets_one(m);

	if (p != NULL)
		tui_act_program_attach(m, p);
}
