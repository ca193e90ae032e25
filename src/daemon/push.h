/* GET /events */
#ifndef DAEMON_PUSH_H
#define DAEMON_PUSH_H

#endif
