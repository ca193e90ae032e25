/* values.c: see values.h: words, signals, levels and lists. Numbers, paths and addresses have files of their own. */
#include "autoconf.h"

#include "core/values.h"

#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/pyrepr.h"
#include "base/pytext.h"
#include "base/xmalloc.h"
#include "core/values_parts.h"

bool
value_refuse(struct err *err, const char *before, const char *s, const char *after)
{
	char *repr = pyrepr(s);

	err_set(err, "%s%s%s", before, repr, after);
	free(repr);
	return false;
}

static bool
one_of(const char *s, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strcasecmp(s, *words) == 0)
			return true;
	return false;
}

static const char *const words_true[] = {"yes", "true", "on", "1", NULL};
static const char *const words_false[] = {"no", "false", "off", "0", NULL};

bool
value_bool(const char *s, bool *out, struct err *err)
{
	if (!one_of(s, words_true) && !one_of(s, words_false))
		return value_refuse(err, "not a valid boolean value: ", s, "");
	*out = one_of(s, words_true);
	return true;
}

/* Words */

/* The first name of a number is the one that is shown. */
static const struct {
	const char *name;
	int number;
} signals[] = {
    {"HUP", SIGHUP},       {"INT", SIGINT},       {"QUIT", SIGQUIT}, {"ILL", SIGILL},   {"TRAP", SIGTRAP},
    {"ABRT", SIGABRT},     {"IOT", SIGABRT},      {"BUS", SIGBUS},   {"FPE", SIGFPE},   {"KILL", SIGKILL},
    {"USR1", SIGUSR1},     {"SEGV", SIGSEGV},     {"USR2", SIGUSR2}, {"PIPE", SIGPIPE}, {"ALRM", SIGALRM},
    {"TERM", SIGTERM},     {"CHLD", SIGCHLD},     {"CONT", SIGCONT}, {"STOP", SIGSTOP}, {"TSTP", SIGTSTP},
    {"TTIN", SIGTTIN},     {"TTOU", SIGTTOU},     {"URG", SIGURG},   {"XCPU", SIGXCPU}, {"XFSZ", SIGXFSZ},
    {"PROF", SIGPROF},     {"VTALRM", SIGVTALRM}, {"SYS", SIGSYS},
#ifdef SIGWINCH
    {"WINCH", SIGWINCH},
#endif
#ifdef SIGIO
    {"IO", SIGIO},
#endif
#ifdef SIGPOLL
    {"POLL", SIGPOLL},
#endif
#ifdef SIGCLD
    {"CLD", SIGCLD},
#endif
#ifdef SIGPWR
    {"PWR", SIGPWR},
#endif
#ifdef SIGSTKFLT
    {"STKFLT", SIGSTKFLT},
#endif
#ifdef __linux__
    {"RTMIN", 34},         {"RTMAX", 64}, /* as the C library leaves them: 32 and 33 are its own */
#endif
};
#define NSIGNALS (sizeof(signals) / sizeof(signals[0]))

const char *
value_signal_name(int sig)
{
	for (size_t i = 0; i < NSIGNALS; i++)
		if (signals[i].number == sig)
			return signals[i].name;
	return NULL;
}

static bool
signal_by_name(const char *s, int *out)
{
	char *name = pytext_trimmed(s), *bare = name;
	bool found = false;

	if (strncasecmp(bare, "SIG", 3) == 0)
		bare += 3;
	for (size_t i = 0; i < NSIGNALS && !found; i++) {
		found = strcasecmp(bare, signals[i].name) == 0;
		if (found)
			*out = signals[i].number;
	}
	free(name);
	return found;
}

bool
value_signal(const char *s, int *out, struct err *err)
{
	int64_t number;

	if (!value_is_integer(s, &number))
		return signal_by_name(s, out) ||
		       value_refuse(err, "value ", s, " is not a valid signal name");
	/* 0 kills nobody: the process is only waited for, and killed after stopwaitsecs. */
	if (number != 0 && (number < 0 || number > INT_MAX || value_signal_name((int)number) == NULL))
		return value_refuse(err, "value ", s, " is not a valid signal number");
	*out = (int)number;
	return true;
}

static const struct {
	const char *name;
	enum log_level level;
} levels[] = {
    {"critical", LOG_LEVEL_CRITICAL}, {"error", LOG_LEVEL_ERROR}, {"warn", LOG_LEVEL_WARN},
    {"info", LOG_LEVEL_INFO},         {"debug", LOG_LEVEL_DEBUG}, {"trace", LOG_LEVEL_TRACE},
    {"blather", LOG_LEVEL_BLATHER},
};

bool
value_loglevel(const char *s, enum log_level *out, struct err *err)
{
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		if (strcasecmp(s, levels[i].name) != 0)
			continue;
		*out = levels[i].level;
		return true;
	}
	return value_refuse(err, "bad logging level name ", s, "");
}

bool
value_autorestart(const char *s, enum autorestart *out, struct err *err)
{
	char *lower;

	if (one_of(s, words_true))
		*out = AUTORESTART_TRUE;
	else if (one_of(s, words_false))
		*out = AUTORESTART_FALSE;
	else if (strcasecmp(s, "unexpected") == 0)
		*out = AUTORESTART_UNEXPECTED;
	else {
		lower = pytext_lower(s);
		value_refuse(err, "invalid 'autorestart' value ", lower, "");
		free(lower);
		return false;
	}
	return true;
}

bool
value_full_action(const char *s, enum full_action *out, struct err *err)
{
	if (strcasecmp(s, "drop") == 0)
		*out = FULL_DROP;
	else if (strcasecmp(s, "block") == 0)
		*out = FULL_BLOCK;
	else
		return value_refuse(err, "not a valid action for a full disk: ", s, "");
	return true;
}

/* Lists */

void
value_list(const char *s, struct value_list *list)
{
	*list = (struct value_list){0};
	if (*s == '\0')
		return;
	for (;;) {
		const char *comma = strchr(s, ','), *item = s;
		size_t len = comma != NULL ? (size_t)(comma - s) : strlen(s);

		pytext_trim(&item, &len);
		list->items = xreallocarray(list->items, list->n + 1, sizeof(*list->items));
		list->items[list->n++] = xstrndup(item, len);
		if (comma == NULL)
			break;
		s = comma + 1;
	}
}

void
value_list_release(struct value_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct value_list){0};
}

bool
value_exitcodes(const char *s, int **codes, size_t *n, struct err *err)
{
	struct value_list list;
	struct err ignored = ERR_INIT;
	int *all;
	bool ok = true;

	value_list(s, &list);
	all = list.n > 0 ? xcalloc(list.n, sizeof(*all)) : NULL;
	for (size_t i = 0; i < list.n && ok; i++) {
		int64_t code;

		ok = value_int(list.items[i], &code, &ignored) && code >= 0 && code <= 255;
		if (ok)
			all[i] = (int)code;
	}
	*codes = all;
	*n = list.n;
	value_list_release(&list);
	err_release(&ignored);
	if (ok)
		return true;
	free(all);
	*codes = NULL;
	*n = 0;
	return value_refuse(err, "not a valid list of exit codes: ", s, "");
}

char *
value_name(const char *s, struct err *err)
{
	char *name = pytext_trimmed(s), *repr;

	for (const char *bad = " :/"; *bad != '\0'; bad++) {
		if (strchr(name, *bad) == NULL)
			continue;
		repr = pyrepr(s);
		err_set(err, "Invalid name: %s because of character: '%c'", repr, *bad);
		free(repr);
		free(name);
		return NULL;
	}
	return name;
}
