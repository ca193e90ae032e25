/* tui_actions.c: see tui_actions.h. */
#include "autoconf.h"

#include "tui/tui_actions.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_command.h"
#include "tui/tui_complete.h"
#include "tui/tui_details.h"
#include "tui/tui_help.h"
#include "tui/tui_input.h"
#include "tui/tui_job.h"
#include "tui/tui_logpane.h"
#include "tui/tui_rows.h"
#include "tui/tui_targets.h"
#include "tui/tui_update.h"

#define MESSAGE_SECONDS 10

/* Overlays */

void
tui_actions_open(struct tui_model *m, enum tui_overlay_kind kind, const char *title)
{
	struct tui_overlay *o = &m->overlay;

	if (o->running)
		tui_request(&m->requests, REQUEST_COMMAND_END, "");
	tui_text_release(&o->text);
	tui_text_release(&o->history);
	buf_clear(&o->partial);
	tui_set(&o->title, title);
	tui_set(&o->subject, NULL);
	o->kind = kind;
	o->top = 0;
	o->follow = o->running = false;
}

static void
close_overlay(struct tui_model *m)
{
	if (m->overlay.kind == OVERLAY_UPDATE) {
		tui_update_free(m);
		tui_message(m, LOOK_PLAIN, "nothing was changed");
	}
	tui_actions_open(m, OVERLAY_NONE, NULL);
}

static size_t
overlay_last_top(const struct tui_overlay *o)
{
	return o->text.n > o->page ? o->text.n - o->page : 0;
}

static void
scroll_overlay(struct tui_overlay *o, long rows)
{
	long top = (long)o->top + rows;
	long last = (long)overlay_last_top(o);

	o->top = (size_t)(top < 0 ? 0 : top > last ? last : top);
	o->follow = o->kind == OVERLAY_OUTPUT && o->top == (size_t)last;
}

/* Moving, in whatever has the focus. */

static long
page_of(const struct tui_model *m)
{
	size_t page = m->page;

	if (m->overlay.kind != OVERLAY_NONE)
		page = m->overlay.page;
	else if (m->focus == PANE_LOG)
		page = (size_t)m->logpane.height;
	return page < 2 ? 1 : (long)page - 1;
}

static void
scroll(struct tui_model *m, long rows)
{
	if (m->overlay.kind != OVERLAY_NONE)
		scroll_overlay(&m->overlay, rows);
	else if (m->focus == PANE_LOG)
		tui_logpane_scroll(&m->logpane, rows);
	else
		tui_rows_move(m, rows);
}

static void
act_down(struct tui_model *m)
{
	scroll(m, 1);
}

static void
act_up(struct tui_model *m)
{
	scroll(m, -1);
}

static void
act_half_down(struct tui_model *m)
{
	scroll(m, (page_of(m) + 1) / 2);
}

static void
act_half_up(struct tui_model *m)
{
	scroll(m, -((page_of(m) + 1) / 2));
}

static void
act_page_down(struct tui_model *m)
{
	scroll(m, page_of(m));
}

static void
act_page_up(struct tui_model *m)
{
	scroll(m, -page_of(m));
}

static void
act_first(struct tui_model *m)
{
	if (m->overlay.kind != OVERLAY_NONE)
		scroll_overlay(&m->overlay, -(long)m->overlay.text.n);
	else if (m->focus == PANE_LOG)
		tui_logpane_first(&m->logpane);
	else
		tui_rows_go(m, 0);
}

static void
act_last(struct tui_model *m)
{
	if (m->overlay.kind != OVERLAY_NONE)
		scroll_overlay(&m->overlay, (long)m->overlay.text.n);
	else if (m->focus == PANE_LOG)
		tui_logpane_follow(&m->logpane);
	else
		tui_rows_go(m, m->nrows);
}

static void
act_next_pane(struct tui_model *m)
{
	m->focus = m->focus == PANE_TABLE ? PANE_LOG : PANE_TABLE;
}

static void
act_zoom(struct tui_model *m)
{
	m->zoom = !m->zoom;
}

static void
act_log(struct tui_model *m)
{
	m->focus = PANE_LOG;
	m->zoom = true;
}

/* One step back; false at the top. */
static bool
step_back(struct tui_model *m)
{
	if (m->overlay.kind != OVERLAY_NONE)
		close_overlay(m);
	else if (m->zoom) {
		m->zoom = false;
		m->focus = PANE_TABLE;
	} else if (m->focus == PANE_LOG)
		m->focus = PANE_TABLE;
	else
		return false;
	return true;
}

static void
act_back(struct tui_model *m)
{
	if (step_back(m))
		return;
	/* What narrows the view goes before the marks. */
	if (m->filter[0] != '\0' || m->only_ill) {
		tui_set(&m->filter, "");
		m->only_ill = false;
		m->rows_dirty = true;
	} else if (m->message[0] != '\0')
		tui_message(m, LOOK_PLAIN, "%s", "");
	else
		tui_targets_unmark(m);
}

static void
act_quit(struct tui_model *m)
{
	if (!step_back(m))
		tui_request(&m->requests, REQUEST_QUIT, "");
}

static void
act_redraw(struct tui_model *m)
{
	for (size_t i = 0; i < m->nhosts; i++)
		if (!tui_host_is_up(m->hosts[i]))
			tui_request_host(m->hosts[i], REQUEST_RETRY);
	tui_request(&m->requests, REQUEST_REDRAW, "");
}

static void
act_suspend(struct tui_model *m)
{
	tui_request(&m->requests, REQUEST_SUSPEND, "");
}

static void
act_help(struct tui_model *m)
{
	if (m->overlay.kind == OVERLAY_HELP)
		return;
	if (m->overlay.kind == OVERLAY_UPDATE)
		tui_update_free(m);
	tui_actions_open(m, OVERLAY_HELP, "keys");
	tui_help_text(&m->overlay.text);
}

/* Searching and filtering */

static void
act_search(struct tui_model *m)
{
	tui_prompt_open(&m->prompt, PROMPT_SEARCH, "/", "");
}

static void
search(struct tui_model *m, int step)
{
	const char *pattern = m->focus == PANE_LOG ? m->logpane.pattern : m->pattern;
	bool wrapped = false, found;

	if (pattern[0] == '\0') {
		tui_message(m, LOOK_PLAIN, "nothing to search for yet: / asks");
		return;
	}
	found = m->focus == PANE_LOG ? tui_logpane_search(&m->logpane, step, &wrapped)
				     : tui_rows_search(m, step, &wrapped);
	if (!found)
		tui_message(m, LOOK_WARN, "'%s' is not here", pattern);
	else if (wrapped)
		tui_message(m, LOOK_PLAIN, "'%s': went on from the %s", pattern,
			    step > 0 ? "beginning" : "end");
	else
		tui_message(m, LOOK_PLAIN, "%s", "");
}

static void
act_search_next(struct tui_model *m)
{
	search(m, 1);
}

static void
act_search_back(struct tui_model *m)
{
	search(m, -1);
}

static void
set_filter(struct tui_model *m, const char *text)
{
	tui_set(&m->filter, text);
	m->rows_dirty = true;
}

static void
act_filter(struct tui_model *m)
{
	tui_targets_remember(m, m->filter);
	tui_prompt_open(&m->prompt, PROMPT_FILTER, "only rows with: ", m->filter);
}

static void
act_ill(struct tui_model *m)
{
	m->only_ill = !m->only_ill;
	m->rows_dirty = true;
}

static void
sort_by(struct tui_model *m, int step)
{
	m->sort = (enum tui_column)(((int)m->sort + step + TUI_NCOLUMNS) % TUI_NCOLUMNS);
	m->reverse = false;
	m->rows_dirty = true;
	tui_message(m, LOOK_PLAIN, "ordered by %s", tui_columns[m->sort].title);
}

static void
act_sort_next(struct tui_model *m)
{
	sort_by(m, 1);
}

static void
act_sort_prev(struct tui_model *m)
{
	sort_by(m, -1);
}

static void
act_reverse(struct tui_model *m)
{
	m->reverse = !m->reverse;
	m->rows_dirty = true;
}

/* Groups */

static void
set_folded(struct tui_model *m, bool folded)
{
	struct tui_group *g = m->selected_group;

	if (m->sort != COLUMN_NAME || g == NULL || tui_group_is_single(g) || g->folded == folded)
		return;
	g->folded = folded;
	if (folded)
		m->selected_proc = NULL;
	m->rows_dirty = true;
}

static void
act_fold(struct tui_model *m)
{
	set_folded(m, true);
}

static void
act_unfold(struct tui_model *m)
{
	set_folded(m, false);
}

static void
act_enter(struct tui_model *m)
{
	if (m->selected_proc == NULL)
		set_folded(m, !m->selected_group->folded);
	else
		tui_details_open(m, m->selected_proc);
}

/* The log */

static void
act_channel(struct tui_model *m)
{
	struct tui_logpane *p = &m->logpane;

	if (p->subject == NULL)
		return;
	tui_logpane_show(p, p->host, p->subject,
			 p->channel == CHANNEL_STDOUT ? CHANNEL_STDERR : CHANNEL_STDOUT);
	tui_request(&m->requests, REQUEST_FOLLOW, "");
}

static void
act_follow(struct tui_model *m)
{
	if (m->logpane.follow)
		tui_logpane_hold(&m->logpane);
	else
		tui_logpane_follow(&m->logpane);
}

static void
act_wrap(struct tui_model *m)
{
	tui_logpane_toggle_wrap(&m->logpane);
}

static void
act_left(struct tui_model *m)
{
	m->logpane.column = m->logpane.column > 8 ? m->logpane.column - 8 : 0;
}

static void
act_right(struct tui_model *m)
{
	if (!m->logpane.wrap && m->logpane.column < TUI_LOG_LINE_MAX)
		m->logpane.column += 8;
}

/* Programs */

static void
act_start(struct tui_model *m)
{
	tui_targets_act(m, VERB_START);
}

static void
act_stop(struct tui_model *m)
{
	tui_targets_act(m, VERB_STOP);
}

static void
act_restart(struct tui_model *m)
{
	tui_targets_act(m, VERB_RESTART);
}

static void
act_start_group(struct tui_model *m)
{
	tui_targets_start_group(m);
}

static void
act_mark(struct tui_model *m)
{
	tui_targets_toggle(m);
	tui_rows_move(m, 1);
}

static void
act_apply(struct tui_model *m)
{
	if (m->overlay.kind != OVERLAY_UPDATE)
		return;
	tui_update_apply(m);
	tui_actions_open(m, OVERLAY_NONE, NULL);
}

static void
act_command(struct tui_model *m)
{
	tui_prompt_open(&m->prompt, PROMPT_COMMAND, ":", "");
}

typedef void action_fn(struct tui_model *m);

static action_fn *const actions[TUI_NACTIONS] = {
    [ACTION_DOWN] = act_down,
    [ACTION_UP] = act_up,
    [ACTION_HALF_DOWN] = act_half_down,
    [ACTION_HALF_UP] = act_half_up,
    [ACTION_PAGE_DOWN] = act_page_down,
    [ACTION_PAGE_UP] = act_page_up,
    [ACTION_FIRST] = act_first,
    [ACTION_LAST] = act_last,
    [ACTION_NEXT_PANE] = act_next_pane,
    [ACTION_ZOOM] = act_zoom,
    [ACTION_SEARCH] = act_search,
    [ACTION_SEARCH_NEXT] = act_search_next,
    [ACTION_SEARCH_BACK] = act_search_back,
    [ACTION_COMMAND] = act_command,
    [ACTION_HELP] = act_help,
    [ACTION_REDRAW] = act_redraw,
    [ACTION_SUSPEND] = act_suspend,
    [ACTION_BACK] = act_back,
    [ACTION_QUIT] = act_quit,
    [ACTION_LEAVE] = act_quit,
    [ACTION_START] = act_start,
    [ACTION_STOP] = act_stop,
    [ACTION_RESTART] = act_restart,
    [ACTION_START_GROUP] = act_start_group,
    [ACTION_UPDATE] = tui_update_preview,
    [ACTION_SHUTDOWN] = tui_command_ask_shutdown,
    [ACTION_MARK] = act_mark,
    [ACTION_MARK_ALL] = tui_targets_mark_shown,
    [ACTION_UNMARK] = tui_targets_unmark,
    [ACTION_LOG] = act_log,
    [ACTION_CHANNEL] = act_channel,
    [ACTION_FOLD] = act_fold,
    [ACTION_UNFOLD] = act_unfold,
    [ACTION_ENTER] = act_enter,
    [ACTION_FILTER] = act_filter,
    [ACTION_ILL] = act_ill,
    [ACTION_SORT_NEXT] = act_sort_next,
    [ACTION_SORT_PREV] = act_sort_prev,
    [ACTION_REVERSE] = act_reverse,
    [ACTION_FOLLOW] = act_follow,
    [ACTION_WRAP] = act_wrap,
    [ACTION_LEFT] = act_left,
    [ACTION_RIGHT] = act_right,
    [ACTION_APPLY] = act_apply,
};

/* Says what is missing for an action; false: it cannot be done. */
static bool
has_needs(struct tui_model *m, const struct tui_binding *b)
{
	if ((b->needs & NEEDS_DAEMON) != 0 && !tui_host_is_up(tui_model_host(m))) {
		tui_message(m, LOOK_WARN, "the daemon does not answer: nothing was asked");
		return false;
	}
	if ((b->needs & NEEDS_SELECTION) != 0 && tui_rows_selected(m) == NULL) {
		tui_message(m, LOOK_WARN, "no program is selected");
		return false;
	}
	return true;
}

/* Prompts */

static void
accept_search(struct tui_model *m)
{
	const char *text = buf_str(&m->prompt.text);

	if (*text == '\0')
		return;
	if (m->focus == PANE_LOG) {
		tui_set(&m->logpane.pattern, text);
		m->logpane.has_hit = false;
	} else
		tui_set(&m->pattern, text);
	search(m, 1);
}

static void
accept(struct tui_model *m, enum tui_prompt_kind kind)
{
	switch (kind) {
	case PROMPT_SEARCH:
		accept_search(m);
		break;
	case PROMPT_FILTER:
		set_filter(m, buf_str(&m->prompt.text));
		break;
	case PROMPT_COMMAND:
		tui_command_run(m, buf_str(&m->prompt.text));
		break;
	case PROMPT_CONFIRM:
	case PROMPT_WORD:
		tui_targets_confirmed(m, buf_str(&m->prompt.text));
		break;
	case PROMPT_NONE:
	case PROMPT_NKINDS:
		break;
	}
}

static void
prompt_key(struct tui_model *m, uint32_t key)
{
	enum tui_prompt_kind kind = m->prompt.kind;

	if (kind == PROMPT_COMMAND && key == TUI_KEY_TAB) {
		tui_complete(m);
		return;
	}
	switch (tui_prompt_key(&m->prompt, key)) {
	case PROMPT_GOES_ON:
		break;
	case PROMPT_CHANGED:
		if (kind == PROMPT_FILTER)
			set_filter(m, buf_str(&m->prompt.text));
		break;
	case PROMPT_ACCEPTED:
		tui_prompt_close(&m->prompt);
		accept(m, kind);
		break;
	case PROMPT_CANCELLED:
		tui_prompt_close(&m->prompt);
		if (kind == PROMPT_FILTER)
			set_filter(m, tui_targets_remembered(m));
		else if (kind == PROMPT_CONFIRM || kind == PROMPT_WORD)
			tui_message(m, LOOK_PLAIN, "nothing was done");
		tui_targets_forget(m);
		break;
	}
}

/* Pasted text goes into prompts that take text, and nowhere else: it must not act as keys. */
static bool
is_paste(struct tui_model *m, uint32_t key)
{
	if (key == TUI_KEY_PASTE_BEGIN || key == TUI_KEY_PASTE_END) {
		m->pasting = key == TUI_KEY_PASTE_BEGIN;
		if (m->pasting && (m->prompt.kind == PROMPT_NONE || m->prompt.kind == PROMPT_CONFIRM))
			tui_message(m, LOOK_WARN, "pasted text is not taken as keys");
		return true;
	}
	if (!m->pasting)
		return false;
	return m->prompt.kind == PROMPT_NONE || m->prompt.kind == PROMPT_CONFIRM || key < 0x20;
}

/* What was only said by the way goes with the next key; results stay for a while, but not until they mislead. */
static bool
is_read(const struct tui_model *m)
{
	if (m->message_job != NULL || m->message[0] == '\0')
		return false;
	return m->message_look == LOOK_PLAIN || m->now >= m->message_time + MESSAGE_SECONDS;
}

bool
tui_actions_key(struct tui_model *m, uint32_t key)
{
	enum tui_keymap keymap = m->focus == PANE_LOG ? KEYMAP_LOG : KEYMAP_TABLE;
	const struct tui_binding *b;

	if (key == TUI_KEY_NONE || is_paste(m, key))
		return true;
	if (is_read(m))
		tui_message(m, LOOK_PLAIN, "%s", "");
	tui_set(&m->gone, NULL); /* who goes on has accepted where the selection is */
	if (key == TUI_CTRL('Z')) {
		act_suspend(m);
		return false;
	}
	if (m->prompt.kind != PROMPT_NONE) {
		prompt_key(m, key);
		return true;
	}
	if (m->overlay.kind != OVERLAY_NONE)
		keymap = KEYMAP_OVERLAY;
	b = tui_keys_find(keymap, key);
	if (b == NULL)
		return false;
	if (has_needs(m, b))
		actions[b->action](m);
	return true;
}

void
tui_actions_settle(struct tui_model *m)
{
	const struct tui_row *row = tui_rows_selected(m);
	struct tui_logpane *p = &m->logpane;
	const struct tui_proc *proc;

	if (row == NULL)
		return;
	/* On a group's head the pane stays with what it showed, if that is there. */
	proc = row->proc;
	if (proc == NULL && p->subject != NULL)
		proc = tui_host_proc(p->host, p->subject);
	if (proc == NULL && row->group->n > 0)
		proc = row->group->procs[0];
	if (proc == NULL ||
	    (p->host == proc->group->host && p->subject != NULL && strcmp(p->subject, proc->key) == 0))
		return;
	tui_logpane_show(p, proc->group->host, proc->key, CHANNEL_STDOUT);
	tui_request(&m->requests, REQUEST_FOLLOW, "");
}

void
tui_actions_reply(struct tui_host *h, enum tui_tag tag, unsigned ticket, const struct xmlrpc_value *value,
		  int code, const char *fault)
{
	struct tui_model *m = h->model;

	if (value == NULL && fault == NULL)
		fault = "no answer";
	switch (tag) {
	case TAG_JOB_STOP:
	case TAG_JOB_START:
		tui_job_reply(m, ticket, value, code, fault);
		break;
	case TAG_PREVIEW:
	case TAG_REREAD:
	case TAG_UPDATE:
		tui_update_reply(m, tag, value, code, fault);
		break;
	case TAG_SHUTDOWN:
	case TAG_RELOAD:
		if (value == NULL)
			tui_message(m, LOOK_BAD, "%s: %s", tag == TAG_SHUTDOWN ? "shutdown" : "reload",
				    fault);
		break;
	case TAG_HISTORY:
		tui_details_history(m, ticket, value);
		break;
	case TAG_NONE:
		break;
	}
}

/* Output of a command */

void
tui_actions_output(struct tui_model *m, const char *bytes, size_t len)
{
	struct tui_overlay *o = &m->overlay;

	for (size_t i = 0; i < len; i++) {
		if (bytes[i] != '\n' && buf_putc(&o->partial, bytes[i]))
			continue;
		tui_text_add(&o->text, LOOK_PLAIN, buf_str(&o->partial));
		buf_clear(&o->partial);
		if (bytes[i] != '\n')
			buf_putc(&o->partial, bytes[i]);
	}
	if (o->follow)
		o->top = overlay_last_top(o);
}

void
tui_actions_output_end(struct tui_model *m, const char *how)
{
	struct tui_overlay *o = &m->overlay;

	if (o->kind != OVERLAY_OUTPUT || !o->running)
		return;
	if (o->partial.len > 0)
		tui_actions_output(m, "\n", 1);
	o->running = false;
	if (how != NULL)
		tui_text_add(&o->text, LOOK_WARN, how);
	if (o->text.n == 0)
		tui_text_add(&o->text, LOOK_DIM, "(no output)");
}

/* What the model tells */

void
tui_actions_changed(struct tui_model *m, struct tui_proc *p)
{
	tui_job_changed(m, p);
	tui_details_changed(m, p);
}

void
tui_actions_changed_all(struct tui_host *h)
{
	struct tui_model *m = h->model;

	for (size_t i = 0; i < m->ngroups; i++)
		for (size_t j = 0; m->groups[i]->host == h && j < m->groups[i]->n; j++)
			tui_actions_changed(m, m->groups[i]->procs[j]);
}

void
tui_actions_removed(struct tui_model *m, struct tui_proc *p)
{
	tui_job_removed(m, p);
	if (m->overlay.kind == OVERLAY_DETAILS && m->overlay.host == p->group->host &&
	    m->overlay.subject != NULL && strcmp(m->overlay.subject, p->key) == 0)
		tui_actions_open(m, OVERLAY_NONE, NULL);
}

void
tui_actions_disconnected(struct tui_host *h)
{
	struct tui_model *m = h->model;
	bool updating = tui_update_is_of(m, h);

	if (tui_job_drop(h) || updating)
		tui_message(m, LOOK_WARN, "the connection was lost before the end of what was asked");
	if (!updating)
		return;
	if (m->overlay.kind == OVERLAY_UPDATE)
		tui_actions_open(m, OVERLAY_NONE, NULL);
	tui_update_free(m);
}

void
tui_actions_release(struct tui_model *m)
{
	for (size_t i = 0; i < m->nhosts; i++)
		tui_job_drop(m->hosts[i]);
	tui_update_free(m);
	tui_targets_forget(m);
}
