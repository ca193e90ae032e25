/* tui_actions.c: see tui_actions.h. */
#include "autoconf.h"

#include "tui/tui_actions.h"

#include "tui/tui_act_lines.h"
#include "tui/tui_act_log.h"
#include "tui/tui_act_output.h"
#include "tui/tui_act_program.h"
#include "tui/tui_act_prompt.h"
#include "tui/tui_act_table.h"
#include "tui/tui_alerts.h"
#include "tui/tui_ask.h"
#include "tui/tui_calls.h"
#include "tui/tui_command.h"
#include "tui/tui_details.h"
#include "tui/tui_equal.h"
#include "tui/tui_feed_history.h"
#include "tui/tui_help.h"
#include "tui/tui_history.h"
#include "tui/tui_input.h"
#include "tui/tui_job.h"
#include "tui/tui_marks.h"
#include "tui/tui_menu.h"
#include "tui/tui_mouse.h"
#include "tui/tui_move.h"
#include "tui/tui_option_list.h"
#include "tui/tui_needs.h"
#include "tui/tui_report.h"
#include "tui/tui_player.h"
#include "tui/tui_search.h"
#include "tui/tui_send.h"
#include "tui/tui_signal.h"
#include "tui/tui_silence.h"
#include "tui/tui_targets.h"
#include "tui/tui_update.h"
#include "tui/tui_view_menus.h"
#include "tui/tui_watch.h"
#include "tui/tui_watch_command.h"
#include "tui/tui_why.h"

typedef void action_fn(struct tui_model *m);

static action_fn *const actions[TUI_NACTIONS] = {
    [ACTION_DOWN] = tui_move_down,
    [ACTION_UP] = tui_move_up,
    [ACTION_HALF_DOWN] = tui_move_half_down,
    [ACTION_HALF_UP] = tui_move_half_up,
    [ACTION_PAGE_DOWN] = tui_move_page_down,
    [ACTION_PAGE_UP] = tui_move_page_up,
    [ACTION_FIRST] = tui_move_first,
    [ACTION_LAST] = tui_move_last,
    [ACTION_NEXT_PANE] = tui_move_next_pane,
    [ACTION_ZOOM] = tui_move_zoom,
    [ACTION_SPLIT] = tui_move_split,
    [ACTION_SEARCH] = tui_search_ask,
    [ACTION_SEARCH_NEXT] = tui_search_next,
    [ACTION_SEARCH_BACK] = tui_search_previous,
    [ACTION_COMMAND] = tui_act_prompt_command,
    [ACTION_HELP] = tui_help_open,
    [ACTION_REDRAW] = tui_move_redraw,
    [ACTION_SUSPEND] = tui_move_suspend,
    [ACTION_BACK] = tui_move_back,
    [ACTION_QUIT] = tui_move_quit,
    [ACTION_LEAVE] = tui_move_cancel,
    [ACTION_START] = tui_act_program_start,
    [ACTION_STOP] = tui_act_program_stop,
    [ACTION_RESTART] = tui_act_program_restart,
    [ACTION_START_GROUP] = tui_act_program_start_group,
    [ACTION_ROLL] = tui_act_program_roll,
    [ACTION_SIGNAL] = tui_signal_open,
    [ACTION_CLEAR] = tui_act_program_clear,
    [ACTION_SEND] = tui_send_open,
    [ACTION_FG] = tui_act_program_fg,
    [ACTION_UNDO] = tui_ask_undo,
    [ACTION_MENU] = tui_menu_open,
    [ACTION_MESSAGES] = tui_messages_open,
    [ACTION_COPY_NAMES] = tui_equal_copy_names,
    [ACTION_COPY_COMMAND] = tui_equal_copy,
    [ACTION_UPDATE] = tui_update_open,
    [ACTION_SHUTDOWN] = tui_command_ask_shutdown,
    [ACTION_MARK] = tui_act_table_mark,
    [ACTION_RANGE] = tui_marks_range,
    [ACTION_MARK_ALL] = tui_targets_mark_shown,
    [ACTION_UNMARK] = tui_targets_unmark,
    [ACTION_LOG] = tui_act_log_show,
    [ACTION_MAIN_LOG] = tui_act_log_main,
    [ACTION_NOTE_BACK] = tui_runjump_back,
    [ACTION_NOTE_NEXT] = tui_runjump_forward,
    [ACTION_LAST_RUN] = tui_runjump_last_run,
    [ACTION_CHANNEL] = tui_act_log_channel,
    [ACTION_FOLD] = tui_act_table_fold,
    [ACTION_UNFOLD] = tui_act_table_unfold,
    [ACTION_ENTER] = tui_act_table_enter,
    [ACTION_FILTER] = tui_act_table_filter,
    [ACTION_ILL] = tui_act_table_ill,
    [ACTION_SORT_NEXT] = tui_act_table_sort_next,
    [ACTION_SORT_PREV] = tui_act_table_sort_prev,
    [ACTION_REVERSE] = tui_act_table_reverse,
    [ACTION_TROUBLE_FIRST] = tui_act_table_trouble_first,
    [ACTION_SORT_MENU] = tui_sort_menu_open,
    [ACTION_COLUMNS] = tui_columns_menu_open,
    [ACTION_COLUMN_TOGGLE] = tui_columns_menu_toggle,
    [ACTION_COLUMN_UP] = tui_columns_menu_up,
    [ACTION_COLUMN_DOWN] = tui_columns_menu_down,
    [ACTION_ALERTS] = tui_alerts_open,
    [ACTION_ALERTS_CLEAR] = tui_alerts_clear,
    [ACTION_COLUMNS_RESET] = tui_columns_menu_reset,
    [ACTION_HOST] = tui_act_table_host,
    [ACTION_ALL_HOSTS] = tui_act_table_all_hosts,
    [ACTION_FOLLOW] = tui_act_log_follow,
    [ACTION_WRAP] = tui_act_log_wrap,
    [ACTION_LINES] = tui_act_lines_ask,
    [ACTION_CONTEXT_MORE] = tui_act_lines_more,
    [ACTION_CONTEXT_LESS] = tui_act_lines_less,
    [ACTION_STAMPS] = tui_act_log_stamps,
    [ACTION_JSON] = tui_act_log_json,
    [ACTION_ERROR_NEXT] = tui_act_log_error_next,
    [ACTION_ERROR_BACK] = tui_act_log_error_back,
    [ACTION_SINCE_1] = tui_act_log_since_1,
    [ACTION_SINCE_5] = tui_act_log_since_5,
    [ACTION_SINCE_15] = tui_act_log_since_15,
    [ACTION_SINCE_30] = tui_act_log_since_30,
    [ACTION_SINCE_60] = tui_act_log_since_60,
    [ACTION_LINE_MARK] = tui_act_lines_mark,
    [ACTION_LINE_GO] = tui_act_lines_go,
    [ACTION_SELECT] = tui_act_lines_select,
    [ACTION_SELECT_DOWN] = tui_act_lines_select_down,
    [ACTION_SELECT_UP] = tui_act_lines_select_up,
    [ACTION_DRAW_MARK] = tui_act_log_draw_mark,
    [ACTION_COPY_LINES] = tui_act_output_copy,
    [ACTION_PLAIN] = tui_act_output_plain,
    [ACTION_PAGER] = tui_act_output_pager,
    [ACTION_SAVE] = tui_act_output_save,
    [ACTION_CLEAR_VIEW] = tui_act_log_clear,
    [ACTION_LEFT] = tui_act_log_left,
    [ACTION_RIGHT] = tui_act_log_right,
    [ACTION_CHOOSE] = tui_overlay_choose,
    [ACTION_MOUSE] = tui_mouse_toggle,
    [ACTION_PAUSE] = tui_pause_begin,
    [ACTION_TOGGLE] = tui_update_toggle,
    [ACTION_APPLY] = tui_update_apply,
    [ACTION_OVERVIEW] = tui_details_overview,
    [ACTION_OPTIONS] = tui_details_options,
    [ACTION_TREE] = tui_details_tree,
    [ACTION_HISTORY] = tui_details_history,
    [ACTION_WHY] = tui_why_ask,
    [ACTION_SECTION_NEXT] = tui_details_next,
    [ACTION_SECTION_PREV] = tui_details_previous,
    [ACTION_CHANGED_ONLY] = tui_option_list_toggle,
    [ACTION_REVEAL] = tui_option_list_reveal,
    [ACTION_REPORT] = tui_report_open,
    [ACTION_WATCHED] = tui_watch_open,
    [ACTION_PLAY] = tui_player_toggle,
    [ACTION_STEP] = tui_player_step,
    [ACTION_FASTER] = tui_player_faster,
    [ACTION_SLOWER] = tui_player_slower,
    [ACTION_JUMP_BACK] = tui_player_back,
    [ACTION_JUMP_FORWARD] = tui_player_forward,
};

void
tui_actions_do(struct tui_model *m, enum tui_action action)
{
	actions[action](m);
}

void
tui_actions_run(struct tui_model *m, const struct tui_binding *b)
{
	const char *why = tui_needs_missing(m, b);

	if (why != NULL)
		tui_message(m, LOOK_WARN, "%s", why);
	else
		actions[b->action](m);
}

/* Pasted text goes into prompts that take text, and nowhere else: it must not act as keys. */
static bool
is_paste(struct tui_model *m, uint32_t key)
{
	if (key == TUI_KEY_PASTE_BEGIN || key == TUI_KEY_PASTE_END) {
		m->pasting = key == TUI_KEY_PASTE_BEGIN;
		if (m->pasting && (m->prompt.kind == PROMPT_NONE || tui_prompt_is_question(&m->prompt)))
			tui_message(m, LOOK_WARN, "pasted text is not taken as keys");
		return true;
	}
	if (!m->pasting)
		return false;
	return m->prompt.kind == PROMPT_NONE || tui_prompt_is_question(&m->prompt) || key < 0x20;
}

bool
tui_actions_key(struct tui_model *m, uint32_t key)
{
	enum tui_keymap keymap = m->focus == PANE_LOG ? KEYMAP_LOG : KEYMAP_TABLE;
	const struct tui_binding *b;
	const struct tui_overlay *front;

	if (key == TUI_KEY_NONE || is_paste(m, key))
		return true;
	tui_message_read(m);
	m->touched = m->now;
	tui_set(&m->gone, NULL); /* who goes on has accepted where the selection is */
	if (key == TUI_CTRL('Z')) {
		tui_move_suspend(m);
		return false;
	}
	if (m->prompt.kind != PROMPT_NONE) {
		tui_act_prompt_key(m, key);
		return true;
	}
	front = tui_overlay_shown(m);
	if (front != NULL) {
		keymap = front->type->keymap;
		if (front->type->key != NULL && front->type->key(m, key))
			return true;
	}
	if (m->pause.on) {
		tui_pause_end(m);
		return true;
	}
	b = m->player == NULL ? NULL : tui_keytable_find(&m->keys, KEYMAP_REPLAY, key);
	if (b == NULL)
		b = tui_keytable_find(&m->keys, keymap, key);
	if (b == NULL)
		return false;
	m->nth = 0;
	while (m->nth + 1 < TUI_KEYS_MAX && b->keys[m->nth] != key)
		m->nth++;
	tui_actions_run(m, b);
	tui_marks_follow(m);
	return true;
}

void
tui_actions_settle(struct tui_model *m)
{
	tui_show_settle(m);
	tui_log_hold(&m->logpane.log, !m->logpane.follow, m->now);
	tui_runs_settle(m);
	tui_past_settle(m);
	tui_watch_settle(m);
	tui_activity_settle(m);
	tui_silence_settle(m);
	tui_actions_work(m);
}

bool
tui_actions_work(struct tui_model *m)
{
	bool filter = tui_logfilter_work(&m->logpane), found = tui_logfind_work(m);

	tui_logmarks_settle(&m->logpane);
	m->busy = filter || found;
	return m->busy;
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
	case TAG_CALLS:
		tui_calls_reply(m, ticket, value, code, fault);
		break;
	case TAG_PREVIEW:
	case TAG_REREAD:
	case TAG_UPDATE:
		tui_update_reply(m, tag, ticket, value, code, fault);
		break;
	case TAG_SHUTDOWN:
	case TAG_RELOAD:
		if (value == NULL)
			tui_say(h, LOOK_BAD, "%s: %s", tag == TAG_SHUTDOWN ? "shutdown" : "reload", fault);
		break;
	case TAG_HISTORY:
		tui_history_reply(h, ticket, value, code, fault);
		break;
	case TAG_REPORT_HISTORY:
		tui_report_history(h, ticket, value);
		break;
	case TAG_REPORT_CHANGES:
		tui_report_changes(h, ticket, value);
		break;
	case TAG_FACT_CONFIG:
	case TAG_FACT_HISTORY:
	case TAG_FACT_STDOUT:
	case TAG_FACT_STDERR:
	case TAG_FACT_TREE:
	case TAG_FACT_RESOURCES:
		tui_facts_reply(h, (enum tui_fact)(tag - TAG_FACT_CONFIG), ticket, value, code, fault);
		break;
	case TAG_RUNS:
		tui_runs_reply(h, ticket, value, fault);
		break;
	case TAG_AROUND:
		tui_around_reply(h, ticket, value);
		break;
	case TAG_PAST:
		tui_past_reply(h, ticket, value, fault);
		break;
	case TAG_HEALTH:
		tui_feed_history_reply(h, value);
		break;
	case TAG_NONE:
		break;
	}
}

/* What the model tells */

void
tui_actions_changed(struct tui_model *m, struct tui_proc *p)
{
	m->pause.waiting++;
	tui_job_changed(m, p);
	tui_ask_changed(m);
	if (m->overlay.type != NULL && m->overlay.type->changed != NULL)
		m->overlay.type->changed(m, p);
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
	tui_ask_changed(m);
	if (m->overlay.type != NULL && m->overlay.type->removed != NULL)
		m->overlay.type->removed(m, p);
}

void
tui_actions_disconnected(struct tui_host *h)
{
	struct tui_model *m = h->model;
	bool jobs = tui_job_drop(h), calls = tui_calls_drop(h);

	if (jobs || calls || tui_update_is_of(m, h))
		tui_say(h, LOOK_WARN, "the connection was lost before the end of what was asked");
	if (m->overlay.type != NULL && m->overlay.type->disconnected != NULL)
		m->overlay.type->disconnected(m, h);
	if (tui_update_is_of(m, h))
		tui_update_free(m);
	tui_facts_disconnected(m, h);
	tui_report_forget(h);
}

void
tui_actions_release(struct tui_model *m)
{
	for (size_t i = 0; i < m->nhosts; i++) {
		tui_job_drop(m->hosts[i]);
		tui_calls_drop(m->hosts[i]);
	}
	tui_overlay_close(m, false);
	tui_overlay_back(m); /* the help */
	tui_facts_forget(m);
	tui_watch_release(m);
	tui_update_free(m);
	tui_ask_release(m);
	tui_send_release(m);
	tui_named_free(m->held);
	m->held = NULL;
}
