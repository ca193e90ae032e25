/* tui_verb.c: see tui_verb.h. */
#include "autoconf.h"

#include "tui/tui_verb.h"

#include <stddef.h>
#include <string.h>

const struct tui_verb_info tui_verbs[TUI_NVERBS] = {
    [VERB_START] = {.name = "start",
		    .past = "started",
		    .question = "start ",
		    .one = "x stops it",
		    .many = "Z stops them"},
    [VERB_STOP] = {.name = "stop",
		   .past = "stopped",
		   .question = "stop ",
		   .one = "s starts it",
		   .many = "Z starts them"},
    [VERB_RESTART] = {.name = "restart", .past = "restarted", .question = "restart "},
    [VERB_ROLL] = {.name = "restart", .past = "restarted", .question = "rolling restart of "},
    [VERB_SIGNAL] = {.name = "signal",
		     .past = "sent",
		     .question = "send %s to ",
		     .method = "supervisor.signalProcess",
		     .one = "signals cannot be taken back",
		     .many = "signals cannot be taken back",
		     .arg = true},
    [VERB_CLEAR] = {.name = "clear",
		    .past = "cleared",
		    .question = "empty for good the logs of ",
		    .method = "supervisor.clearProcessLogs",
		    .one = "what was in the logs is gone",
		    .many = "what was in the logs is gone"},
    [VERB_SEND] = {.past = "sent",
		   .question = "send this line to ",
		   .method = "supervisor.sendProcessStdin",
		   .arg = true},
};

bool
tui_verb_is_harmless(enum tui_verb verb, const char *arg)
{
	/* Programs take these as orders, to read their files again for example. */
	static const char *const orders[] = {"HUP", "USR1", "USR2", "CONT", "WINCH", "CHLD", "URG"};

	if (verb == VERB_CLEAR)
		return false;
	if (verb != VERB_SIGNAL)
		return true;
	if (strncmp(arg, "SIG", 3) == 0)
		arg += 3;
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		if (strcmp(orders[i], arg) == 0)
			return true;
	return false;
}
