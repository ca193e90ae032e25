/* tui_signal.c: see tui_signal.h. */
#include "autoconf.h"

#include "tui/tui_signal.h"

#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/xmalloc.h"
#include "tui/tui_ask.h"
#include "tui/tui_needs.h"
#include "tui/tui_targets.h"

/* Numbers are those of this host; a daemon is told the name. What they usually do is signal(7) and custom. */
static const struct {
	int number;
	const char *name;
	const char *does;
} signals[] = {
    {SIGHUP, "HUP", "read the configuration again, for many daemons; else ends"},
    {SIGINT, "INT", "as if ^C were typed: usually ends"},
    {SIGQUIT, "QUIT", "ends with a core file; some finish their work first"},
    {SIGILL, "ILL", "ends with a core file: illegal instruction"},
    {SIGTRAP, "TRAP", "ends with a core file: breakpoint"},
    {SIGABRT, "ABRT", "ends with a core file"},
    {SIGBUS, "BUS", "ends with a core file: bad memory"},
    {SIGFPE, "FPE", "ends with a core file: bad arithmetic"},
    {SIGKILL, "KILL", "ends at once; the program cannot tidy up"},
    {SIGUSR1, "USR1", "the program's own: often opens its logs again"},
    {SIGSEGV, "SEGV", "ends with a core file: bad pointer"},
    {SIGUSR2, "USR2", "the program's own"},
    {SIGPIPE, "PIPE", "a pipe without a reader: usually ends"},
    {SIGALRM, "ALRM", "a timer: usually ends"},
    {SIGTERM, "TERM", "asks it to end, tidily"},
    {SIGCHLD, "CHLD", "a child has changed: nothing happens"},
    {SIGCONT, "CONT", "goes on after STOP"},
    {SIGSTOP, "STOP", "freezes it until CONT; the program cannot refuse"},
    {SIGTSTP, "TSTP", "as if ^Z were typed: freezes until CONT"},
    {SIGTTIN, "TTIN", "freezes until CONT; some start one more worker"},
    {SIGTTOU, "TTOU", "freezes until CONT; some end one worker"},
    {SIGURG, "URG", "urgent data: nothing happens"},
    {SIGXCPU, "XCPU", "ends with a core file: too much time"},
    {SIGXFSZ, "XFSZ", "ends with a core file: too large a file"},
    {SIGVTALRM, "VTALRM", "a timer: usually ends"},
    {SIGPROF, "PROF", "a timer: usually ends"},
    {SIGWINCH, "WINCH", "another window size: nothing; some end their workers gently"},
    {SIGIO, "IO", "input or output is possible: usually ends"},
    {SIGSYS, "SYS", "ends with a core file: bad system call"},
};
#define NSIGNALS (sizeof(signals) / sizeof(signals[0]))

const char *
tui_signal_name(size_t i)
{
	return i < NSIGNALS ? signals[i].name : NULL;
}

const char *
tui_signal_find(const char *word)
{
	char *end;
	long number = strtol(word, &end, 10);
	bool is_number = end != word && *end == '\0';

	if (strncasecmp(word, "SIG", 3) == 0)
		word += 3;
	for (size_t i = 0; i < NSIGNALS; i++)
		if (is_number ? signals[i].number == number : strcasecmp(signals[i].name, word) == 0)
			return signals[i].name;
	return NULL;
}

/* What was typed to jump, as far as there is a signal that begins with it. */
struct jump {
	char typed[8];
	size_t len;
};

static size_t
find_typed(const struct jump *j)
{
	char number[16];

	for (size_t i = 0; i < NSIGNALS; i++) {
		snprintf(number, sizeof(number), "%d", signals[i].number);
		if (isdigit((unsigned char)j->typed[0]) ? strcmp(number, j->typed) == 0
							: strncasecmp(signals[i].name, j->typed, j->len) == 0)
			return i;
	}
	return NSIGNALS;
}

/* Goes to the signal of this name or number; a letter that does not go on begins anew. With a letter that is a key of
   all windows, such as q, no name begins: K is KILL, k moves up. */
static bool
menu_key(struct tui_model *m, uint32_t key)
{
	bool moves = tui_keytable_find(&m->keys, m->overlay.type->keymap, key) != NULL;
	struct jump *j = m->overlay.data;
	struct jump old = *j;
	size_t found;

	if (key >= 0x80 || !isalnum((int)key))
		return false;
	for (int turn = 0; turn < 2; turn++) {
		if (turn == 1 || j->len + 1 == sizeof(j->typed))
			*j = (struct jump){0};
		if (j->len == 0 && moves)
			return false;
		j->typed[j->len++] = (char)key;
		j->typed[j->len] = '\0';
		found = find_typed(j);
		if (found < NSIGNALS) {
			m->overlay.cursor = found;
			tui_overlay_fit(&m->overlay, m->overlay.page);
			return true;
		}
	}
	*j = old;
	return false;
}

static void
menu_choose(struct tui_model *m, size_t line)
{
	struct tui_targets t;

	tui_overlay_close(m, false);
	tui_named_find(m->held, &t);
	if (t.n == 0)
		tui_message(m, LOOK_WARN, "nothing was sent: they are gone");
	else
		tui_ask_verb(m, VERB_SIGNAL, signals[line].name, &t);
	tui_targets_release(&t);
}

static void
menu_closed(struct tui_model *m, bool by_user)
{
	(void)by_user;
	free(m->overlay.data);
}

static const struct tui_overlay_type signal_type = {
    .keymap = KEYMAP_OVERLAY,
    .chooses = true,
    .key = menu_key,
    .choose = menu_choose,
    .closed = menu_closed,
};

void
tui_signal_open(struct tui_model *m)
{
	struct tui_targets t;
	char *name, *title;

	if (!tui_targets_pick(m, &t))
		return;
	name = tui_targets_name(&t);
	if (tui_needs_refuse(m, ACTION_SIGNAL, &t, name)) {
		free(name);
		tui_targets_release(&t);
		return;
	}
	tui_named_free(m->held);
	m->held = tui_named_new(&t);
	title = xasprintf("signal to %s", name);
	tui_overlay_open(m, &signal_type, title);
	m->overlay.data = xcalloc(1, sizeof(struct jump));
	for (size_t i = 0; i < NSIGNALS; i++) {
		tui_text_addf(&m->overlay.text, LOOK_PLAIN, " %2d %-7s %s", signals[i].number,
			      signals[i].name, signals[i].does);
		if (signals[i].number == SIGTERM)
			m->overlay.cursor = i;
	}
	free(title);
	free(name);
	tui_targets_release(&t);
}
