/* httpd.c: evhttp on listeners, limits, authentication, route table */
#include "autoconf.h"

#include "daemon/httpd.h"
