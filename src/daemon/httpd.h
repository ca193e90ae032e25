/* evhttp on listeners, limits, authentication, route table */
#ifndef DAEMON_HTTPD_H
#define DAEMON_HTTPD_H

#endif
