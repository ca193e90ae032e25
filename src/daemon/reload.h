/*
 * Reading the configuration again, all or nothing. A bad configuration changes nothing.
 */
#ifndef DAEMON_RELOAD_H
#define DAEMON_RELOAD_H

#include <stdbool.h>

#include "base/err.h"
#include "core/fault.h"

struct daemon;
struct config_diff;

/* Reads the file again (the same file, the same command line). On success the result becomes d->loaded and
   BUS_CONFIG_READ is fired; *diff, when diff is not NULL, is what differs from the active groups (the caller
   frees it, see core/config_diff.h). who asked for it, or NULL. On failure false, with the text for CANT_REREAD in err. */
bool reload_read(struct daemon *d, const char *who, struct config_diff **diff, struct err *err);
/* The same comparison without changing anything: cvisor.previewUpdate. */
bool reload_preview(struct daemon *d, struct config_diff **diff, struct err *err);
/* addProcessGroup, removeProcessGroup (spec/xmlrpc.md 5.8). */
enum fault reload_add_group(struct daemon *d, const char *name, const char *who, struct err *err);
enum fault reload_remove_group(struct daemon *d, const char *name, const char *who, struct err *err);

#endif
