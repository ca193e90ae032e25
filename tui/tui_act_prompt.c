/* tui_act_prompt.c: see tui_act_prompt.h. */
#include "autoconf.h"

#include "tui/tui_act_prompt.h"

#include <string.h>

#include "tui/tui_act_lines.h"
#include "tui/tui_act_output.h"
#include "tui/tui_act_table.h"
#include "tui/tui_ask.h"
#include "tui/tui_command.h"
#include "tui/tui_complete.h"
#include "tui/tui_input.h"
#include "tui/tui_option_list.h"
#include "tui/tui_search.h"
#include "tui/tui_send.h"

static void
filter_typed(struct tui_model *m, const char *text)
{
	tui_act_table_set_filter(m, text);
}

static void
filter_cancelled(struct tui_model *m)
{
	tui_act_table_set_filter(m, tui_ask_remembered(m));
}

static void
search_typed(struct tui_model *m, const char *text)
{
	(void)text;
	tui_search_typed(m);
}

static void
search_accepted(struct tui_model *m, const char *text)
{
	(void)text;
	tui_search_accept(m);
}

static void
lines_typed(struct tui_model *m, const char *text)
{
	(void)text;
	tui_act_lines_typed(m, false);
}

static void
lines_accepted(struct tui_model *m, const char *text)
{
	(void)text;
	tui_act_lines_typed(m, true);
}

static void
overwrite_accepted(struct tui_model *m, const char *text)
{
	(void)text;
	tui_act_output_overwrite(m);
}

/* "http://anna:secret@host": that is not for a file. */
static bool
has_password(const char *text)
{
	while ((text = strstr(text, "://")) != NULL) {
		size_t len = strcspn(text += 3, "/ \t"), colon = strcspn(text, ":");

		if (colon < len && memchr(text + colon, '@', len - colon) != NULL)
			return true;
	}
	return false;
}

static void
command_accepted(struct tui_model *m, const char *text)
{
	if (*text != '\0' && !has_password(text))
		tui_request(&m->requests, REQUEST_REMEMBER, text);
	tui_command_run(m, text);
}

static void
reveal_accepted(struct tui_model *m, const char *text)
{
	(void)text;
	tui_option_list_confirmed(m);
}

/* All of the hooks may be NULL. */
static const struct {
	void (*typed)(struct tui_model *m, const char *text); /* the text is another one */
	void (*accepted)(struct tui_model *m, const char *text);
	void (*cancelled)(struct tui_model *m);
	const char *said; /* when it is cancelled */
} hooks[PROMPT_NKINDS] = {
    [PROMPT_SEARCH] = {.typed = search_typed, .accepted = search_accepted, .cancelled = tui_search_cancel},
    [PROMPT_FILTER] = {.typed = filter_typed,
		       .accepted = tui_act_table_accept_filter,
		       .cancelled = filter_cancelled},
    [PROMPT_LINES] = {.typed = lines_typed, .accepted = lines_accepted, .cancelled = tui_act_lines_cancel},
    [PROMPT_SAVE] = {.accepted = tui_act_output_save_to, .said = "nothing was saved"},
    [PROMPT_OVERWRITE] = {.accepted = overwrite_accepted, .said = "nothing was saved"},
    [PROMPT_COMMAND] = {.accepted = command_accepted},
    [PROMPT_CONFIRM] = {.accepted = tui_ask_confirmed, .said = "nothing was done"},
    [PROMPT_WORD] = {.accepted = tui_ask_confirmed, .said = "nothing was done"},
    [PROMPT_REVEAL] = {.accepted = reveal_accepted, .said = "they stay hidden"},
    [PROMPT_SEND] = {.accepted = tui_send_accept},
};

void
tui_act_prompt_key(struct tui_model *m, uint32_t key)
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
		if (hooks[kind].typed != NULL)
			hooks[kind].typed(m, buf_str(&m->prompt.text));
		break;
	case PROMPT_ACCEPTED:
		tui_prompt_close(&m->prompt);
		if (hooks[kind].accepted != NULL)
			hooks[kind].accepted(m, buf_str(&m->prompt.text));
		break;
	case PROMPT_CANCELLED:
		tui_prompt_close(&m->prompt);
		if (hooks[kind].cancelled != NULL)
			hooks[kind].cancelled(m);
		if (hooks[kind].said != NULL)
			tui_message(m, LOOK_PLAIN, "%s", hooks[kind].said);
		tui_ask_forget(m);
		break;
	}
}

void
tui_act_prompt_command(struct tui_model *m)
{
	tui_prompt_open(&m->prompt, PROMPT_COMMAND, ":", "");
}
