/* What a job is made of; for tui_job.c, which drives it, and tui_job_tell.c, which tells of it. */
#ifndef TUI_JOB_IMPL_H
#define TUI_JOB_IMPL_H

#include "tui/tui_job.h"

enum target_state {
	TARGET_WAIT,     /* for its turn, in a rolling restart */
	TARGET_STOP,     /* to be asked to stop */
	TARGET_STOPPING, /* asked; its state will tell */
	TARGET_START,    /* to be asked to start */
	TARGET_STARTING,
	TARGET_DONE,
	TARGET_FAILED,
	TARGET_LEFT, /* its turn did not come */
};

struct target {
	struct tui_proc *proc; /* NULL once it is gone */
	char *display;         /* owned */
	enum target_state state;
	unsigned changes; /* of the process when it was asked */
	bool turned;      /* it was not as we thought, and we began again from the other side */
	int64_t pid;
	char *error; /* owned */
};

struct tui_job {
	struct tui_job *next;
	struct tui_host *host;
	enum tui_verb verb;
	double asked; /* by the server's clock */
	struct target *targets;
	size_t n;
	size_t settled;
	size_t failed;
	size_t left;
	bool cancelled;
	size_t at_once;  /* so many calls in one request */
	unsigned ticket; /* of the request under way, 0: none */
	size_t *called;  /* targets of that request, in its order */
	size_t ncalled;
};

/* The message line follows this job from now on. */
void tui_job_tell_progress(const struct tui_job *job);
void tui_job_tell_end(const struct tui_job *job);

#endif
