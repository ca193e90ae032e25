/* SIGCHLD -> waitpid until empty -> struct child by pid */
#ifndef DAEMON_REAPER_H
#define DAEMON_REAPER_H

#endif
