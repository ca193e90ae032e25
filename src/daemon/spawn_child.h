/* everything after the fork, async-signal-safe */
#ifndef DAEMON_SPAWN_CHILD_H
#define DAEMON_SPAWN_CHILD_H

#endif
