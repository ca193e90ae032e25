/* tui_job_tell.c: what is said of a job; see tui_job_impl.h. */
#include "autoconf.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/xmalloc.h"
#include "tui/tui_job_impl.h"

static const struct target *
first_in(const struct tui_job *job, enum target_state state)
{
	for (size_t i = 0; i < job->n; i++)
		if (job->targets[i].state == state)
			return &job->targets[i];
	return NULL;
}

static void
tell_end_of_one(const struct tui_job *job)
{
	const struct target *t = &job->targets[0];
	const struct tui_verb_info *v = &tui_verbs[job->verb];
	const char *back = job->host->model->mode == MODE_SCREEN ? v->one : NULL;
	char *pid = job->verb == VERB_STOP || t->pid == 0 ? xstrdup("") : xasprintf(", pid %" PRId64, t->pid);

	if (t->state == TARGET_FAILED)
		tui_say(job->host, LOOK_BAD, "%s: %s", t->display, t->error);
	else if (tui_say(job->host, LOOK_OK, "%s %s%s%s%s", t->display, v->past, pid,
			 back != NULL ? "; " : "", back != NULL ? back : "") &&
		 back != NULL)
		tui_offer(job->host, OFFER_UNDO);
	free(pid);
}

/* Where it ended, and what became of the rest. */
static void
tell_end_of_roll(const struct tui_job *job)
{
	const struct target *failed = first_in(job, TARGET_FAILED);
	size_t done = job->n - job->failed - job->left;

	if (failed != NULL)
		tui_say(job->host, LOOK_BAD, "%zu of %zu restarted, %zu left alone: %s: %s", done, job->n,
			job->left, failed->display, failed->error);
	else if (job->left > 0)
		tui_say(job->host, LOOK_WARN,
			"rolling restart cancelled: %zu of %zu restarted, %zu left alone", done, job->n,
			job->left);
	else
		tui_say(job->host, LOOK_OK, "%zu restarted, one after the other", done);
}

static void
tell_end_of_many(const struct tui_job *job)
{
	const struct tui_verb_info *v = &tui_verbs[job->verb];
	const struct target *failed = first_in(job, TARGET_FAILED);
	const struct tui_model *m = job->host->model;
	const char *back = m->mode == MODE_SCREEN ? v->many : NULL;

	for (size_t i = 0; i < job->n; i++)
		if (job->targets[i].state == TARGET_FAILED)
			tui_note(job->host, LOOK_BAD, "%s: %s", job->targets[i].display,
				 job->targets[i].error);
	if (failed == NULL) {
		if (tui_say(job->host, LOOK_OK, "%zu %s%s%s", job->n, v->past, back != NULL ? "; " : "",
			    back != NULL ? back : "") &&
		    back != NULL)
			tui_offer(job->host, OFFER_UNDO);
	} else
		tui_say(job->host, LOOK_BAD, "%zu %s, %zu failed: %s: %s%s", job->n - job->failed, v->past,
			job->failed, failed->display, failed->error,
			job->failed > 1 ? tui_hint(m, "; M lists all", "; messages lists all") : "");
}

void
tui_job_tell_end(const struct tui_job *job)
{
	if (job->verb == VERB_ROLL)
		tell_end_of_roll(job);
	else if (job->n == 1)
		tell_end_of_one(job);
	else
		tell_end_of_many(job);
}

static const char *
present_of_roll(const struct tui_job *job)
{
	for (size_t i = 0; i < job->n; i++)
		if (job->targets[i].state >= TARGET_STOP && job->targets[i].state <= TARGET_STARTING)
			return job->targets[i].display;
	return "";
}

void
tui_job_tell_progress(const struct tui_job *job)
{
	const struct tui_verb_info *v = &tui_verbs[job->verb];
	char clock[TUI_CLOCK_MAX];
	size_t done = job->settled - job->failed - job->left;
	char *text;

	tui_clock(job->host->model, job->asked, clock);
	if (job->verb == VERB_ROLL)
		text = xasprintf("rolling restart, %zu of %zu: %s%s", done + 1, job->n, present_of_roll(job),
				 job->cancelled ? "; ends after it"
						: tui_hint(job->host->model, "; Esc ends it after this one",
							   "; cancel ends it after this one"));
	else if (job->n == 1)
		text = xasprintf("%s %s asked %s", job->targets[0].display, v->name, clock);
	else
		text = xasprintf("%s asked %s: %zu of %zu %s", v->name, clock, done, job->n, v->past);
	tui_progress(job->host, job, text);
	free(text);
}
