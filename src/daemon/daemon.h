/* struct daemon, order of start and end */
#ifndef DAEMON_DAEMON_H
#define DAEMON_DAEMON_H

#endif
