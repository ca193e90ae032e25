/* tui_settings.c: see tui_settings.h. */
#include "autoconf.h"

#include "tui/tui_settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_columns.h"
#include "tui/tui_filter.h"
#include "tui/tui_pattern.h"

#define MINUTES_MAX 525600 /* a year */

static bool
check_columns(const char *value, struct err *err)
{
	while (*value != '\0') {
		size_t len = strcspn(value, ",");

		if (len > 0 && tui_column_named(value, len) == TUI_NCOLUMNS) {
			err_set(err, "'%.*s' is not a column", (int)(len > 64 ? 64 : len), value);
			return false;
		}
		value += len;
		value += strspn(value, ", ");
	}
	return true;
}

static bool
check_sort(const char *value, struct err *err)
{
	if (tui_column_named(value, strlen(value)) < TUI_NCOLUMNS)
		return true;
	return err_set(err, "'%.64s' is not a column", value);
}

static bool
check_filter(const char *value, struct err *err)
{
	char *why = NULL;
	struct tui_filter *f = tui_filter_new(value, &why);
	bool ok = f != NULL;

	if (!ok)
		err_set(err, "%s", why);
	tui_filter_free(f);
	free(why);
	return ok;
}

/* clang-format off */
const struct tui_setting tui_settings_table[] = {
	{.name = "theme", .type = SETTING_CHOICE, .choices = {"auto", "dark", "light", "mono"},
	    .at = offsetof(struct tui_settings, theme), .def = "auto", .kept = true,
	    .help = "Colours; auto asks the terminal whether its background is light."},
	{.name = "confirm", .type = SETTING_CHOICE, .choices = {"never", "many", "always"},
	    .at = offsetof(struct tui_settings, confirm), .def = "many",
	    .help = "When stop and restart ask first: never, for more than one program, always."},
	{.name = "readonly", .type = SETTING_SWITCH,
	    .at = offsetof(struct tui_settings, readonly), .def = "off",
	    .help = "Nothing that changes a program or the daemon is done."},
	{.name = "layout", .type = SETTING_CHOICE, .choices = {"auto", "below", "beside"},
	    .at = offsetof(struct tui_settings, layout), .def = "auto", .kept = true,
	    .help = "Where the log stands; auto puts it beside the table on screens wide and low."},
	{.name = "cursor", .type = SETTING_CHOICE, .choices = {"problem", "first"},
	    .at = offsetof(struct tui_settings, cursor), .def = "problem",
	    .help = "Where the selection is when the screen opens: on the worst of what is not well, or on the first row."},
	{.name = "mouse", .type = SETTING_SWITCH,
	    .at = offsetof(struct tui_settings, mouse), .def = "off", .kept = true,
	    .help = "Clicks and the wheel are for the screen, not for the terminal's own selection."},
	{.name = "bell", .type = SETTING_SWITCH,
	    .at = offsetof(struct tui_settings, bell), .def = "off",
	    .help = "Ring when a program that was well fails, flaps or falls silent, and when a watched word comes."},
	{.name = "title", .type = SETTING_SWITCH,
	    .at = offsetof(struct tui_settings, title), .def = "on",
	    .help = "The terminal's title tells how many programs are not well."},
	{.name = "hints", .type = SETTING_SWITCH,
	    .at = offsetof(struct tui_settings, hints), .def = "on", .kept = true,
	    .help = "The last line shows the keys that apply now."},
	{.name = "highlight", .type = SETTING_CHOICE, .choices = {"off", "2", "5", "15"},
	    .at = offsetof(struct tui_settings, highlight), .def = "5",
	    .help = "So many seconds a row is lit whose program is new or has changed its state."},
	{.name = "activity", .type = SETTING_SWITCH,
	    .at = offsetof(struct tui_settings, activity), .def = "off",
	    .help = "A mark stands before each program that has written something since its log was in sight."},
	{.name = "traffic", .type = SETTING_SWITCH,
	    .at = offsetof(struct tui_settings, traffic), .def = "off",
	    .help = "The head line tells how many bytes this screen has sent to the terminal in the last ten seconds."},
	{.name = "timestamps", .type = SETTING_CHOICE, .choices = {"off", "clock", "relative"},
	    .at = offsetof(struct tui_settings, timestamps), .def = "off", .kept = true,
	    .help = "When each line of a log arrived: not shown, the time of day, how long ago."},
	{.name = "wrap", .type = SETTING_SWITCH,
	    .at = offsetof(struct tui_settings, wrap), .def = "off", .kept = true,
	    .help = "Long lines of a log are wrapped."},
	{.name = "channels", .type = SETTING_CHOICE, .choices = {"both", "stdout"},
	    .at = offsetof(struct tui_settings, channels), .def = "both",
	    .help = "What is shown first of a program with logs of stdout and of stderr; stdout: both only when it is ill."},
	{.name = "columns", .type = SETTING_TEXT, .check = check_columns,
	    .at = offsetof(struct tui_settings, columns), .def = "", .kept = true,
	    .help = "Columns of the table in their order, with commas between them; empty: the usual ones."},
	{.name = "sort", .type = SETTING_TEXT, .check = check_sort,
	    .at = offsetof(struct tui_settings, sort), .def = "name", .kept = true,
	    .help = "The column that the table is ordered by."},
	{.name = "reverse", .type = SETTING_SWITCH,
	    .at = offsetof(struct tui_settings, reverse), .def = "off", .kept = true,
	    .help = "The order is turned round."},
	{.name = "filter", .type = SETTING_TEXT, .check = check_filter,
	    .at = offsetof(struct tui_settings, filter), .def = "", .kept = true,
	    .help = "Only rows with these words are shown: text, /RE, state:WORD, group:WORD, host:WORD; ! in front: without."},
	{.name = "ill", .type = SETTING_SWITCH,
	    .at = offsetof(struct tui_settings, ill), .def = "off", .kept = true,
	    .help = "Only rows of what is not well are shown, as with !."},
	{.name = "folded", .type = SETTING_TEXT, .silent = true,
	    .at = offsetof(struct tui_settings, folded), .def = "", .kept = true,
	    .help = "Groups that are folded."},
};
/* clang-format on */

const size_t tui_nsettings = sizeof(tui_settings_table) / sizeof(tui_settings_table[0]);

static const char *const switch_values[] = {"off", "on", NULL};

static const char *const *
choices_of(const struct tui_setting *setting)
{
	return setting->type == SETTING_SWITCH ? switch_values : setting->choices;
}

static void *
value_at(const struct tui_settings *s, const struct tui_setting *setting)
{
	/* Who may write it comes in by tui_setting_set, with a struct that is not const. */
	return (char *)(uintptr_t)s + setting->at;
}

void
tui_settings_init(struct tui_settings *s)
{
	struct err err = ERR_INIT;

	*s = (struct tui_settings){0};
	for (size_t i = 0; i < tui_nsettings; i++) {
		if (tui_settings_table[i].type == SETTING_TEXT)
			*(char **)value_at(s, &tui_settings_table[i]) = xstrdup(tui_settings_table[i].def);
		else
			tui_setting_set(s, &tui_settings_table[i], tui_settings_table[i].def, &err);
	}
	err_release(&err);
}

void
tui_settings_release(struct tui_settings *s)
{
	for (size_t i = 0; i < tui_nsettings; i++) {
		if (tui_settings_table[i].type != SETTING_TEXT)
			continue;
		free(*(char **)value_at(s, &tui_settings_table[i]));
		*(char **)value_at(s, &tui_settings_table[i]) = NULL;
	}
	for (size_t i = 0; i < s->nwatches; i++) {
		free(s->watches[i].program);
		free(s->watches[i].pattern);
	}
	s->nwatches = 0;
	for (size_t i = 0; i < s->nsilences; i++)
		free(s->silences[i].program);
	s->nsilences = 0;
}

bool
tui_settings_watch(struct tui_settings *s, const char *program, const char *pattern, struct err *err)
{
	char *whole = xasprintf("%s%s", pattern[0] == '~' ? "" : "~", pattern), *why = NULL;
	struct tui_pattern p;
	bool ok;

	tui_pattern_init(&p);
	ok = tui_pattern_set(&p, whole, &why);
	if (!ok)
		err_set(err, "watch %s", why != NULL ? why : "not an expression");
	else if (pattern[0] == '\0')
		ok = err_set(err, "watch '%.64s': a pattern is missing", program);
	else if (s->nwatches == TUI_WATCH_SETTINGS)
		ok = err_set(err, "more than %d words to watch", TUI_WATCH_SETTINGS);
	else
		s->watches[s->nwatches++] = (struct tui_watch_setting){
		    .program = xstrdup(program),
		    .pattern = xstrdup(pattern),
		};
	tui_pattern_release(&p);
	free(whole);
	free(why);
	return ok;
}

/* -1: it is none. */
static int
read_minutes(const char *value)
{
	char *end;
	long minutes = strtol(value, &end, 10);

	if (strcmp(value, "off") == 0)
		return 0;
	return value[0] < '0' || value[0] > '9' || *end != '\0' || minutes < 1 || minutes > MINUTES_MAX
		   ? -1
		   : (int)minutes;
}

/* Out of the list, so that what is said anew is the last. */
static void
drop_silence(struct tui_settings *s, const char *program)
{
	size_t n = 0;

	for (size_t i = 0; i < s->nsilences; i++) {
		if (strcmp(s->silences[i].program, program) == 0)
			free(s->silences[i].program);
		else
			s->silences[n++] = s->silences[i];
	}
	s->nsilences = n;
}

bool
tui_settings_silence(struct tui_settings *s, const char *program, const char *value, struct err *err)
{
	int minutes = read_minutes(value);

	if (minutes < 0)
		return err_set(err,
			       "silence '%.64s': '%.64s' is neither a number of minutes (up to %d) nor off",
			       program, value, MINUTES_MAX);
	drop_silence(s, program);
	if (s->nsilences == TUI_SILENCE_SETTINGS)
		return err_set(err, "more than %d patterns of silence", TUI_SILENCE_SETTINGS);
	s->silences[s->nsilences++] =
	    (struct tui_silence_setting){.program = xstrdup(program), .minutes = minutes};
	return true;
}

const struct tui_setting *
tui_setting_find(const char *name)
{
	for (size_t i = 0; i < tui_nsettings; i++)
		if (strcmp(tui_settings_table[i].name, name) == 0)
			return &tui_settings_table[i];
	return NULL;
}

void
tui_setting_accepted(const struct tui_setting *setting, struct buf *out)
{
	const char *const *choices = choices_of(setting);

	if (setting->check == check_columns || setting->check == check_sort) {
		for (int c = 0; c < TUI_NCOLUMNS; c++)
			buf_printf(out, "%s%s", c > 0 ? ", " : "", tui_columns[c].name);
		return;
	}
	for (size_t i = 0; setting->type != SETTING_TEXT && choices[i] != NULL; i++)
		buf_printf(out, "%s%s", i > 0 ? ", " : "", choices[i]);
}

static bool
refuse(const struct tui_setting *setting, struct err *err)
{
	struct buf accepted = BUF_INIT(4096);

	tui_setting_accepted(setting, &accepted);
	if (accepted.len > 0)
		err_suffix(err, " (%s)", buf_str(&accepted));
	err_prefix(err, "%s: ", setting->name);
	buf_release(&accepted);
	return false;
}

static bool
set_text(char **at, const struct tui_setting *setting, const char *value, struct err *err)
{
	char *copy;

	if (strlen(value) > TUI_SETTING_MAX)
		return err_set(err, "%s: a value has at most %d bytes", setting->name, TUI_SETTING_MAX);
	if (setting->check != NULL && !setting->check(value, err))
		return refuse(setting, err);
	copy = xstrdup(value);
	free(*at);
	*at = copy;
	return true;
}

bool
tui_setting_set(struct tui_settings *s, const struct tui_setting *setting, const char *value, struct err *err)
{
	const char *const *choices = choices_of(setting);

	if (setting->type == SETTING_TEXT)
		return set_text(value_at(s, setting), setting, value, err);
	for (int i = 0; choices[i] != NULL; i++) {
		if (strcmp(choices[i], value) == 0) {
			*(int *)value_at(s, setting) = i;
			return true;
		}
	}
	err_set(err, "'%.64s' is not accepted", value);
	return refuse(setting, err);
}

const char *
tui_setting_get(const struct tui_settings *s, const struct tui_setting *setting)
{
	if (setting->type == SETTING_TEXT)
		return *(char *const *)value_at(s, setting);
	return choices_of(setting)[*(const int *)value_at(s, setting)];
}
