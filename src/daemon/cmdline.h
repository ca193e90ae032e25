/* command line */
#ifndef DAEMON_CMDLINE_H
#define DAEMON_CMDLINE_H

#endif
