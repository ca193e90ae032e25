/* the daemon's own log */
#ifndef DAEMON_MAINLOG_H
#define DAEMON_MAINLOG_H

#endif
