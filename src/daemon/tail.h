/* /logtail and /mainlogtail */
#ifndef DAEMON_TAIL_H
#define DAEMON_TAIL_H

#endif
