/*
 * /logtail/NAME[/CHANNEL] and /mainlogtail (spec/xmlrpc.md 8): the last 1024 bytes of a log, then what is
 * written to it, for as long as the client stays. The handlers are declared in httpd.h.
 */
#ifndef DAEMON_TAIL_H
#define DAEMON_TAIL_H

#include "daemon/httpd.h"

#endif
