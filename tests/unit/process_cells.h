/*
 * process_cells.h: what each cell of the matrix of core/process_sm decides, as a table: one row for each cell, and one
 * more for each circumstance that matters. test_process_cells.c runs each row on process_step and writes what it has
 * decided as text; doc/states.md is made of the same rows, so that it cannot say anything else.
 *
 * What a row starts from, unless its circumstances say otherwise: a process `web`, stopsignal TERM, startsecs=1,
 * startretries=3, stopwaitsecs=10, exitcodes=0, autorestart=unexpected; pid 7 where there is a child; two failed tries
 * in STARTING and BACKOFF, half a second after the last one. A request is one of a user, the child that is made has
 * pid 8, an end is exit status 0, a signal that is asked for is USR1, an error is EPERM.
 */
#ifndef TEST_PROCESS_CELLS_H
#define TEST_PROCESS_CELLS_H

#include "core/process_sm.h"

/* Circumstances: what test_process_cells.c changes for them stands there. */
enum circumstance {
	USUAL,
	NEXT_TRY,
	AUTORESTARTED,
	NO_STARTSECS,
	LATE,
	LAST_TRY,
	TRIES_USED_UP,
	EXIT_1,
	BY_SIGNAL,
	CORE_DUMPED,
	AUTORESTART_NEVER,
	AUTORESTART_ALWAYS,
	DAEMON_ENDS,
	NO_CHILD,
	STOP_AS_GROUP,
	KILL_AS_GROUP,
	NO_WAIT,
	GONE,
	NOT_A_STOP,
	STOP_HAD_FAILED,
	NCIRCUMSTANCES,
};

#define WHEN_MAX 3

struct cell_row {
	enum process_state from;
	enum process_event_type event;
	enum circumstance when[WHEN_MAX]; /* all of them; USUAL: none */
	enum process_state to;
	const char *says; /* what is refused, done, logged and remembered; "": nothing */
};

/* clang-format off */
#define REFUSED(fault) "fault " fault "\n"
#define TIMER_OFF "set timer off\n"
#define TRY(state, tries)                                                                                   \
	 "event PROCESS_STATE_STARTING from_state:" state " tries:" tries "\n"                              \
	 "spawn\n"
#define EXITED_TOO_QUICKLY "spawnerr 'Exited too quickly (process log may have details)'"
#define GIVE_UP                                                                                             \
	 "event PROCESS_STATE_FATAL from_state:BACKOFF\n"                                                   \
	 "INFO gave up: web entered FATAL state, too many start retries too quickly\n"

/* What is the same in STARTING, RUNNING and STOPPING: a child that can be signalled. */
#define STOP_ROWS(STATE)                                                                                    \
	{PROCESS_##STATE, EV_STOP, {USUAL}, PROCESS_STOPPING,                                               \
	 "DEBG killing web (pid 7) with signal SIGTERM\n"                                                   \
	 "event PROCESS_STATE_STOPPING from_state:" #STATE " pid:7\n"                                       \
	 "kill 7 SIGTERM\n"                                                                                 \
	 "set killing, cause request, timer 10 s\n"},                                                       \
	{PROCESS_##STATE, EV_STOP, {STOP_AS_GROUP}, PROCESS_STOPPING,                                       \
	 "DEBG killing web (pid 7) process group with signal SIGTERM\n"                                     \
	 "event PROCESS_STATE_STOPPING from_state:" #STATE " pid:7\n"                                       \
	 "kill -7 SIGTERM\n"                                                                                \
	 "set killing, cause request, timer 10 s\n"},                                                       \
	{PROCESS_##STATE, EV_END, {USUAL}, PROCESS_STOPPING,                                                \
	 "DEBG killing web (pid 7) with signal SIGTERM\n"                                                   \
	 "event PROCESS_STATE_STOPPING from_state:" #STATE " pid:7\n"                                       \
	 "kill 7 SIGTERM\n"                                                                                 \
	 "set killing, cause shutdown, timer 10 s\n"}

/* killing: what a failed stop leaves behind, where no stop was under way before. */
#define SIGNAL_ROWS(STATE, killing)                                                                         \
	{PROCESS_##STATE, EV_KILL, {USUAL}, PROCESS_##STATE,                                                \
	 "DEBG sending web (pid 7) sig SIGUSR1\n"                                                           \
	 "kill 7 SIGUSR1\n"},                                                                               \
	{PROCESS_##STATE, EV_KILL_FAILED, {GONE}, PROCESS_##STATE,                                          \
	 "DEBG unable to signal web (pid 7), it probably just exited on its own: [Errno 3] No such process\n"}, \
	{PROCESS_##STATE, EV_KILL_FAILED, {GONE, NOT_A_STOP}, PROCESS_##STATE,                              \
	 "DEBG unable to signal web (pid 7), it probably just now exited on its own: [Errno 3] No such process\n"}, \
	{PROCESS_##STATE, EV_KILL_FAILED, {USUAL}, PROCESS_UNKNOWN,                                         \
	 "fault FAILED: unknown problem killing web (7):[Errno 1] Operation not permitted\n"                \
	 "CRIT unknown problem killing web (7):[Errno 1] Operation not permitted\n"                         \
	 "event PROCESS_STATE_UNKNOWN from_state:" #STATE "\n"                                              \
	 "set " killing "timer off\n"},                                                                     \
	{PROCESS_##STATE, EV_KILL_FAILED, {NOT_A_STOP}, PROCESS_UNKNOWN,                                    \
	 "fault FAILED: unknown problem sending sig web (7):[Errno 1] Operation not permitted\n"            \
	 "CRIT unknown problem sending sig web (7):[Errno 1] Operation not permitted\n"                     \
	 "event PROCESS_STATE_UNKNOWN from_state:" #STATE "\n"                                              \
	 "set timer off\n"}

/* What is the same where there is no child. */
#define NO_CHILD_ROWS(STATE)                                                                                \
	{PROCESS_##STATE, EV_SPAWNED, {USUAL}, PROCESS_##STATE, ""},                                        \
	{PROCESS_##STATE, EV_SPAWN_FAILED, {USUAL}, PROCESS_##STATE, ""},                                   \
	{PROCESS_##STATE, EV_EXITED, {USUAL}, PROCESS_##STATE, ""},                                         \
	{PROCESS_##STATE, EV_KILL, {USUAL}, PROCESS_##STATE, REFUSED("NOT_RUNNING")},                       \
	{PROCESS_##STATE, EV_KILL_FAILED, {USUAL}, PROCESS_##STATE, ""}

static const struct cell_row cell_rows[] = {
    /* STOPPED */
    {PROCESS_STOPPED, EV_START, {USUAL}, PROCESS_STARTING,
     TRY("STOPPED", "0") "set laststart, cause request, timer off\n"},
    {PROCESS_STOPPED, EV_DEADLINE, {USUAL}, PROCESS_STOPPED, TIMER_OFF},
    {PROCESS_STOPPED, EV_STOP, {USUAL}, PROCESS_STOPPED, REFUSED("NOT_RUNNING")},
    {PROCESS_STOPPED, EV_END, {USUAL}, PROCESS_STOPPED, ""},
    NO_CHILD_ROWS(STOPPED),

    /* STARTING */
    {PROCESS_STARTING, EV_START, {USUAL}, PROCESS_STARTING, REFUSED("ALREADY_STARTED")},
    {PROCESS_STARTING, EV_SPAWNED, {USUAL}, PROCESS_STARTING,
     "INFO spawned: 'web' with pid 8\n"
     "a child is there\n"
     "set pid 8, timer 0.500001 s\n"},
    {PROCESS_STARTING, EV_SPAWNED, {NO_STARTSECS}, PROCESS_STARTING,
     "INFO spawned: 'web' with pid 8\n"
     "a child is there\n"
     "then DEADLINE\n"
     "set pid 8, timer now\n"},
    {PROCESS_STARTING, EV_SPAWNED, {NO_STARTSECS, AUTORESTARTED}, PROCESS_STARTING,
     "INFO spawned: 'web' with pid 8\n"
     "a child is there\n"
     "set pid 8, timer now\n"},
    {PROCESS_STARTING, EV_SPAWN_FAILED, {USUAL}, PROCESS_BACKOFF,
     "INFO spawnerr: can't find command 'x'\n"
     "event PROCESS_STATE_BACKOFF from_state:STARTING tries:3\n"
     "set backoff 3, spawnerr 'can't find command 'x'', timer 3.000001 s\n"},
    {PROCESS_STARTING, EV_SPAWN_FAILED, {LAST_TRY}, PROCESS_BACKOFF,
     "INFO spawnerr: can't find command 'x'\n"
     "event PROCESS_STATE_BACKOFF from_state:STARTING tries:4\n"
     "set backoff 4, spawnerr 'can't find command 'x'', timer now\n"},
    {PROCESS_STARTING, EV_EXITED, {USUAL}, PROCESS_BACKOFF,
     "event PROCESS_STATE_BACKOFF from_state:STARTING tries:3\n"
     "WARN exited: web (exit status 0; not expected)\n"
     "set pid 0, laststop, backoff 3, " EXITED_TOO_QUICKLY ", cause crash, timer 3.000001 s\n"},
    {PROCESS_STARTING, EV_EXITED, {BY_SIGNAL}, PROCESS_BACKOFF,
     "event PROCESS_STATE_BACKOFF from_state:STARTING tries:3\n"
     "WARN exited: web (terminated by SIGUSR1; not expected)\n"
     "set pid 0, laststop, backoff 3, " EXITED_TOO_QUICKLY ", cause crash, timer 3.000001 s\n"},
    {PROCESS_STARTING, EV_EXITED, {LAST_TRY}, PROCESS_BACKOFF,
     "event PROCESS_STATE_BACKOFF from_state:STARTING tries:4\n"
     "WARN exited: web (exit status 0; not expected)\n"
     "set pid 0, laststop, backoff 4, " EXITED_TOO_QUICKLY ", cause crash, timer now\n"},
    {PROCESS_STARTING, EV_EXITED, {LATE}, PROCESS_RUNNING,
     "event PROCESS_STATE_RUNNING from_state:STARTING pid:7\n"
     "then EXITED\n"
     "set backoff 0, timer off\n"},
    {PROCESS_STARTING, EV_DEADLINE, {USUAL}, PROCESS_RUNNING,
     "event PROCESS_STATE_RUNNING from_state:STARTING pid:7\n"
     "INFO success: web entered RUNNING state, process has stayed up for > than 1 seconds (startsecs)\n"
     "set backoff 0, timer off\n"},
    STOP_ROWS(STARTING),
    SIGNAL_ROWS(STARTING, "killing, "),
    {PROCESS_STARTING, EV_STOP, {NO_CHILD}, PROCESS_STARTING,
     "fault FAILED: attempted to kill web with sig SIGTERM but it wasn't running\n"
     "DEBG attempted to kill web with sig SIGTERM but it wasn't running\n"},
    {PROCESS_STARTING, EV_KILL, {NO_CHILD}, PROCESS_STARTING, REFUSED("NOT_RUNNING")},

    /* RUNNING */
    {PROCESS_RUNNING, EV_START, {USUAL}, PROCESS_RUNNING, REFUSED("ALREADY_STARTED")},
    {PROCESS_RUNNING, EV_SPAWNED, {USUAL}, PROCESS_RUNNING, ""},
    {PROCESS_RUNNING, EV_SPAWN_FAILED, {USUAL}, PROCESS_RUNNING, ""},
    {PROCESS_RUNNING, EV_EXITED, {USUAL}, PROCESS_EXITED,
     "event PROCESS_STATE_EXITED from_state:RUNNING expected:1 pid:7\n"
     "INFO exited: web (exit status 0; expected)\n"
     "set pid 0, laststop, exitstatus 0, cause exit, timer off\n"},
    {PROCESS_RUNNING, EV_EXITED, {AUTORESTART_ALWAYS}, PROCESS_EXITED,
     "event PROCESS_STATE_EXITED from_state:RUNNING expected:1 pid:7\n"
     "INFO exited: web (exit status 0; expected)\n"
     "set pid 0, laststop, exitstatus 0, cause exit, timer now\n"},
    {PROCESS_RUNNING, EV_EXITED, {EXIT_1}, PROCESS_EXITED,
     "event PROCESS_STATE_EXITED from_state:RUNNING expected:0 pid:7\n"
     "WARN exited: web (exit status 1; not expected)\n"
     "set pid 0, laststop, exitstatus 1, spawnerr 'Bad exit code 1', cause crash, timer now\n"},
    {PROCESS_RUNNING, EV_EXITED, {EXIT_1, AUTORESTART_NEVER}, PROCESS_EXITED,
     "event PROCESS_STATE_EXITED from_state:RUNNING expected:0 pid:7\n"
     "WARN exited: web (exit status 1; not expected)\n"
     "set pid 0, laststop, exitstatus 1, spawnerr 'Bad exit code 1', cause crash, timer off\n"},
    {PROCESS_RUNNING, EV_EXITED, {EXIT_1, DAEMON_ENDS}, PROCESS_EXITED,
     "event PROCESS_STATE_EXITED from_state:RUNNING expected:0 pid:7\n"
     "WARN exited: web (exit status 1; not expected)\n"
     "set pid 0, laststop, exitstatus 1, spawnerr 'Bad exit code 1', cause crash, timer off\n"},
    {PROCESS_RUNNING, EV_EXITED, {BY_SIGNAL}, PROCESS_EXITED,
     "event PROCESS_STATE_EXITED from_state:RUNNING expected:0 pid:7\n"
     "WARN exited: web (terminated by SIGUSR1; not expected)\n"
     "set pid 0, laststop, exitstatus -1, spawnerr 'Bad exit code -1', cause crash, timer now\n"},
    {PROCESS_RUNNING, EV_EXITED, {CORE_DUMPED, AUTORESTART_NEVER}, PROCESS_EXITED,
     "event PROCESS_STATE_EXITED from_state:RUNNING expected:0 pid:7\n"
     "WARN exited: web (terminated by SIGSEGV (core dumped); not expected)\n"
     "set pid 0, laststop, exitstatus -1, spawnerr 'Bad exit code -1', cause crash, timer off\n"},
    {PROCESS_RUNNING, EV_DEADLINE, {USUAL}, PROCESS_RUNNING, TIMER_OFF},
    STOP_ROWS(RUNNING),
    SIGNAL_ROWS(RUNNING, "killing, "),

    /* BACKOFF */
    {PROCESS_BACKOFF, EV_START, {USUAL}, PROCESS_BACKOFF, REFUSED("ALREADY_STARTED")},
    {PROCESS_BACKOFF, EV_START, {NEXT_TRY}, PROCESS_STARTING,
     TRY("BACKOFF", "2") "set laststart, spawnerr none, cause backoff, timer off\n"},
    {PROCESS_BACKOFF, EV_DEADLINE, {USUAL}, PROCESS_BACKOFF, "then START\n" TIMER_OFF},
    {PROCESS_BACKOFF, EV_DEADLINE, {TRIES_USED_UP}, PROCESS_FATAL, GIVE_UP "set backoff 0, timer off\n"},
    {PROCESS_BACKOFF, EV_DEADLINE, {DAEMON_ENDS}, PROCESS_BACKOFF, TIMER_OFF},
    {PROCESS_BACKOFF, EV_DEADLINE, {TRIES_USED_UP, DAEMON_ENDS}, PROCESS_FATAL,
     GIVE_UP "set backoff 0, timer off\n"},
    {PROCESS_BACKOFF, EV_STOP, {USUAL}, PROCESS_STOPPED,
     "DEBG Attempted to kill web, which is in BACKOFF state.\n"
     "event PROCESS_STATE_STOPPED from_state:BACKOFF pid:0\n"
     "set backoff 0, cause request, timer off\n"},
    {PROCESS_BACKOFF, EV_END, {USUAL}, PROCESS_FATAL,
     "event PROCESS_STATE_FATAL from_state:BACKOFF\n"
     "set backoff 0, cause shutdown, timer off\n"},
    NO_CHILD_ROWS(BACKOFF),

    /* STOPPING */
    {PROCESS_STOPPING, EV_START, {USUAL}, PROCESS_STOPPING, "WARN process 'web' already running\n"},
    {PROCESS_STOPPING, EV_SPAWNED, {USUAL}, PROCESS_STOPPING, ""},
    {PROCESS_STOPPING, EV_SPAWN_FAILED, {USUAL}, PROCESS_STOPPING, ""},
    {PROCESS_STOPPING, EV_EXITED, {USUAL}, PROCESS_STOPPED,
     "event PROCESS_STATE_STOPPED from_state:STOPPING pid:7\n"
     "INFO stopped: web (exit status 0)\n"
     "set pid 0, laststop, exitstatus 0, not killing, timer off\n"},
    {PROCESS_STOPPING, EV_EXITED, {EXIT_1}, PROCESS_STOPPED,
     "event PROCESS_STATE_STOPPED from_state:STOPPING pid:7\n"
     "WARN stopped: web (exit status 1)\n"
     "set pid 0, laststop, exitstatus 1, not killing, timer off\n"},
    {PROCESS_STOPPING, EV_EXITED, {BY_SIGNAL, AUTORESTART_ALWAYS}, PROCESS_STOPPED,
     "event PROCESS_STATE_STOPPED from_state:STOPPING pid:7\n"
     "WARN stopped: web (terminated by SIGUSR1)\n"
     "set pid 0, laststop, exitstatus -1, not killing, timer off\n"},
    {PROCESS_STOPPING, EV_DEADLINE, {USUAL}, PROCESS_STOPPING,
     "WARN killing 'web' (7) with SIGKILL\n"
     "DEBG killing web (pid 7) with signal SIGKILL\n"
     "kill 7 SIGKILL\n"
     "set timer 10 s\n"},
    {PROCESS_STOPPING, EV_DEADLINE, {KILL_AS_GROUP}, PROCESS_STOPPING,
     "WARN killing 'web' (7) with SIGKILL\n"
     "DEBG killing web (pid 7) process group with signal SIGKILL\n"
     "kill -7 SIGKILL\n"
     "set timer 10 s\n"},
    {PROCESS_STOPPING, EV_DEADLINE, {NO_WAIT}, PROCESS_STOPPING,
     "WARN killing 'web' (7) with SIGKILL\n"
     "DEBG killing web (pid 7) with signal SIGKILL\n"
     "kill 7 SIGKILL\n"
     "set timer 1 s\n"},
    {PROCESS_STOPPING, EV_STOP, {USUAL}, PROCESS_STOPPING, REFUSED("NOT_RUNNING")},
    {PROCESS_STOPPING, EV_END, {USUAL}, PROCESS_STOPPING, ""},
    SIGNAL_ROWS(STOPPING, ""),

    /* EXITED */
    {PROCESS_EXITED, EV_START, {USUAL}, PROCESS_STARTING,
     TRY("EXITED", "0") "set laststart, cause request, timer off\n"},
    {PROCESS_EXITED, EV_START, {AUTORESTARTED}, PROCESS_STARTING,
     TRY("EXITED", "0") "set laststart, cause autorestart, timer off\n"},
    {PROCESS_EXITED, EV_DEADLINE, {USUAL}, PROCESS_EXITED, "then START\n" TIMER_OFF},
    {PROCESS_EXITED, EV_DEADLINE, {DAEMON_ENDS}, PROCESS_EXITED, TIMER_OFF},
    {PROCESS_EXITED, EV_STOP, {USUAL}, PROCESS_EXITED, REFUSED("NOT_RUNNING")},
    {PROCESS_EXITED, EV_END, {USUAL}, PROCESS_EXITED, ""},
    NO_CHILD_ROWS(EXITED),

    /* FATAL */
    {PROCESS_FATAL, EV_START, {USUAL}, PROCESS_STARTING,
     TRY("FATAL", "0") "set laststart, spawnerr none, cause request, timer off\n"},
    {PROCESS_FATAL, EV_DEADLINE, {USUAL}, PROCESS_FATAL, TIMER_OFF},
    {PROCESS_FATAL, EV_STOP, {USUAL}, PROCESS_FATAL, REFUSED("NOT_RUNNING")},
    {PROCESS_FATAL, EV_END, {USUAL}, PROCESS_FATAL, ""},
    NO_CHILD_ROWS(FATAL),

    /* UNKNOWN */
    {PROCESS_UNKNOWN, EV_START, {USUAL}, PROCESS_UNKNOWN,
     "fault FAILED: web is in an unknown process state\n"},
    {PROCESS_UNKNOWN, EV_SPAWNED, {USUAL}, PROCESS_UNKNOWN, ""},
    {PROCESS_UNKNOWN, EV_SPAWN_FAILED, {USUAL}, PROCESS_UNKNOWN, ""},
    {PROCESS_UNKNOWN, EV_EXITED, {USUAL}, PROCESS_EXITED,
     "event PROCESS_STATE_EXITED from_state:UNKNOWN expected:1 pid:7\n"
     "INFO exited: web (exit status 0; expected)\n"
     "set pid 0, laststop, exitstatus 0, cause exit, timer off\n"},
    {PROCESS_UNKNOWN, EV_EXITED, {EXIT_1}, PROCESS_EXITED,
     "event PROCESS_STATE_EXITED from_state:UNKNOWN expected:0 pid:7\n"
     "WARN exited: web (exit status 1; not expected)\n"
     "set pid 0, laststop, exitstatus 1, spawnerr 'Bad exit code 1', cause crash, timer now\n"},
    {PROCESS_UNKNOWN, EV_EXITED, {STOP_HAD_FAILED}, PROCESS_STOPPED,
     "event PROCESS_STATE_STOPPED from_state:UNKNOWN pid:7\n"
     "INFO stopped: web (exit status 0)\n"
     "set pid 0, laststop, exitstatus 0, not killing, timer off\n"},
    {PROCESS_UNKNOWN, EV_DEADLINE, {USUAL}, PROCESS_UNKNOWN, TIMER_OFF},
    {PROCESS_UNKNOWN, EV_STOP, {USUAL}, PROCESS_UNKNOWN, REFUSED("NOT_RUNNING")},
    {PROCESS_UNKNOWN, EV_END, {USUAL}, PROCESS_UNKNOWN, ""},
    {PROCESS_UNKNOWN, EV_KILL, {USUAL}, PROCESS_UNKNOWN, REFUSED("NOT_RUNNING")},
    {PROCESS_UNKNOWN, EV_KILL_FAILED, {USUAL}, PROCESS_UNKNOWN, ""},
};
/* clang-format on */

#define NROWS (sizeof(cell_rows) / sizeof(cell_rows[0]))

#endif
