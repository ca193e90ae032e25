/* other signals -> commands */
#ifndef DAEMON_SIGNALS_H
#define DAEMON_SIGNALS_H

#endif
