/* subscribe and fire */
#ifndef DAEMON_EVENTBUS_H
#define DAEMON_EVENTBUS_H

#endif
