/* a diff applied, all or nothing */
#ifndef DAEMON_RELOAD_H
#define DAEMON_RELOAD_H

#endif
