/* What cvisor.getProcessResources says of a program, as sentences: the limits that matter, the ports that it listens on.
   Pure; the caller frees them; "" when there is nothing to say. */
#ifndef TUI_RESOURCES_H
#define TUI_RESOURCES_H

#include <stdint.h>

#include "core/xmlrpc.h"

/* "open files 1024 (at most 512K), processes 7895". A limit that does not limit is left out. */
char *tui_resources_limits(const struct xmlrpc_value *resources);
/* "tcp 127.0.0.1:8000, tcp [::]:80 (pid 17)": with the pid where it is not that of the program itself. */
char *tui_resources_ports(const struct xmlrpc_value *resources, int64_t pid);

#endif
