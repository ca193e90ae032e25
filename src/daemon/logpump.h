/* child output -> sinks */
#ifndef DAEMON_LOGPUMP_H
#define DAEMON_LOGPUMP_H

#endif
