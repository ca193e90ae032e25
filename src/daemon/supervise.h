/* carries out the actions of process_sm */
#ifndef DAEMON_SUPERVISE_H
#define DAEMON_SUPERVISE_H

#endif
