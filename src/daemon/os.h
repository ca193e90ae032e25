/* daemonise, pid file, limits, user */
#ifndef DAEMON_OS_H
#define DAEMON_OS_H

#endif
