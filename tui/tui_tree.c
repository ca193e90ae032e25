/*
 * The processes of a program with what each uses: a section of its details. It is asked for again while it is open, and only
 * then: the picture holds for so long, and when it is drawn again the next question goes out. A terminal that does not
 * drain asks for nothing.
 */
#include "autoconf.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_details.h"
#include "tui/tui_wrap.h"

#define REFRESH 2.5 /* seconds */
#define NARROW 60
#define DEEPEST 12 /* more depth is not drawn */

/* The overlay's own data. */
struct tree {
	int64_t whole; /* pid of the process whose command is shown whole; 0: none */
	int64_t *pids; /* of the lines; owned */
	size_t npids;
	size_t cap;
};

static void
note_pid(struct tree *tree, const struct tui_text *t, int64_t pid)
{
	while (tree->npids < t->n) {
		if (tree->npids == tree->cap) {
			tree->cap = tree->cap == 0 ? 64 : tree->cap * 2;
			tree->pids = xreallocarray(tree->pids, tree->cap, sizeof(*tree->pids));
		}
		tree->pids[tree->npids++] = pid;
	}
}

static struct tree *
own(struct tui_model *m)
{
	if (m->overlay.data == NULL)
		m->overlay.data = xcalloc(1, sizeof(struct tree));
	return m->overlay.data;
}

static void
add_branch(const struct tree *tree, struct tui_text *t, int width, const struct tui_branch *b)
{
	int depth = b->depth < DEEPEST ? b->depth : DEEPEST;
	char bytes[TUI_CELL_MAX];
	enum tui_look look = b->zombie ? LOOK_WARN : LOOK_PLAIN;
	const char *mark = b->zombie ? "zombie, it has ended: " : "";
	char *first, *command = xasprintf("%s%s", mark, b->command);

	tui_format_bytes(b->rss, bytes);
	if (width < NARROW)
		first = xasprintf(" %7" PRId64 " %5.1f %5s %*s", b->pid, b->cpu, bytes, depth, "");
	else
		first = xasprintf("   %8" PRId64 "  %6.1f  %6s  %*s", b->pid, b->cpu, bytes, 2 * depth, "");
	if (tree->whole == b->pid)
		tui_wrap(t, look, width, first, command);
	else
		tui_text_addf(t, look, "%s%s", first, command);
	free(command);
	free(first);
}

static void
add_sum(struct tui_text *t, int width, const struct tui_facts *f)
{
	int64_t rss = 0;
	size_t zombies = 0;
	char bytes[TUI_CELL_MAX];

	for (size_t i = 0; i < f->nbranches; i++) {
		rss += f->tree[i].rss;
		zombies += f->tree[i].zombie;
	}
	tui_format_bytes(rss, bytes);
	tui_text_add(t, LOOK_PLAIN, "");
	if (width < NARROW)
		tui_text_addf(t, LOOK_DIM, " %zu, %s, %zu zombie%s", f->nbranches, bytes, zombies,
			      zombies == 1 ? "" : "s");
	else
		tui_text_addf(t, LOOK_DIM,
			      "   %zu process%s, %s, %zu zombie%s; CPU is the average over the life of each",
			      f->nbranches, f->nbranches == 1 ? "" : "es", bytes, zombies,
			      zombies == 1 ? "" : "s");
}

/* The next question, when the last one is old enough. */
static void
refresh(struct tui_model *m, const struct tui_facts *f, double *valid_for)
{
	const struct tui_fact_state *state = &f->states[FACT_TREE];
	double age = m->now - state->asked;

	if (state->unknown || !tui_host_is_up(f->host))
		return;
	if (state->ticket == 0 && (age >= REFRESH || age < 0))
		tui_facts_ask(m, FACT_TREE);
	tui_until(valid_for, age >= 0 && age < REFRESH ? REFRESH - age : REFRESH);
}

static void
fill(struct tui_model *m, struct tui_text *t, int width, double *valid_for)
{
	const struct tui_proc *p = tui_details_subject(m);
	struct tree *tree = own(m);
	const struct tui_facts *f;
	char missing[TUI_MISSING_MAX];
	const char *why;

	tree->npids = 0;
	if (p == NULL)
		return;
	f = tui_facts_about(m, p);
	refresh(m, f, valid_for);
	why = tui_details_missing(f, FACT_TREE, "process trees", missing);
	if (why == NULL && p->pid == 0)
		why = "it does not run";
	if (why != NULL) {
		tui_wrap(t, LOOK_DIM, width, "   ", why);
		return;
	}
	tui_text_add(t, LOOK_HEAD,
		     width < NARROW ? "     PID  CPU%   MEM COMMAND"
				    : "        PID    CPU%     MEM  COMMAND");
	note_pid(tree, t, 0);
	for (size_t i = 0; i < f->nbranches; i++) {
		add_branch(tree, t, width, &f->tree[i]);
		note_pid(tree, t, f->tree[i].pid);
	}
	add_sum(t, width, f);
}

/* The whole command of the process in the line, or not any more. */
static void
choose(struct tui_model *m, size_t line)
{
	struct tree *tree = own(m);
	int64_t pid = line < tree->npids ? tree->pids[line] : 0;

	tree->whole = tree->whole == pid ? 0 : pid;
	tui_overlay_refill(m);
}

static void
closed(struct tui_model *m, bool by_user)
{
	struct tree *tree = m->overlay.data;

	(void)by_user;
	if (tree != NULL)
		free(tree->pids);
	free(tree);
}

const struct tui_overlay_type tui_tree_type = {
    .keymap = KEYMAP_DETAILS,
    .chooses = true,
    .fill = fill,
    .choose = choose,
    .changed = tui_details_changed,
    .removed = tui_details_removed,
    .closed = closed,
};
