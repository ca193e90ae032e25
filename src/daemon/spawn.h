/* everything before the fork */
#ifndef DAEMON_SPAWN_H
#define DAEMON_SPAWN_H

#endif
