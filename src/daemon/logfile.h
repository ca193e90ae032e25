/* rotation; one object per path */
#ifndef DAEMON_LOGFILE_H
#define DAEMON_LOGFILE_H

#endif
