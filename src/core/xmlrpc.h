/* value tree <-> XML (expat), limits on depth and size */
#ifndef CORE_XMLRPC_H
#define CORE_XMLRPC_H

#endif
