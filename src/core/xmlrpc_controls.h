/*
 * What programs write may hold what XML forbids. Control characters travel through expat as the noncharacters
 * U+FDD0 + c, whose UTF-8 is EF B7 90 and up; U+FFFE and U+FFFF in the places of tab and newline, which XML allows.
 */
#ifndef CORE_XMLRPC_CONTROLS_H
#define CORE_XMLRPC_CONTROLS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* A copy in which noncharacters stand for what XML forbids; false: out of memory. Nothing is copied when there is
 * no such thing. */
bool xmlrpc_hide_controls(struct buf *out, const char *xml, size_t len);
/* Noncharacters back to what they stand for, in place: it is never longer. */
void xmlrpc_restore_controls(struct buf *text);

#endif
