/*
 * Python's repr of a text: the quoting that Supervisor's messages use around values (spec/config.md 2.6).
 */
#ifndef BASE_PYREPR_H
#define BASE_PYREPR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Appends the repr of len bytes of UTF-8; bytes that are not UTF-8 appear as \xhh. False: out is full. */
bool pyrepr_append(struct buf *out, const char *s, size_t len);
/* The repr as a string that the caller frees. */
char *pyrepr(const char *s);
/* Appends the repr of a bytes object: b'...' with every byte outside printable ASCII as \xhh. */
bool pyrepr_bytes(struct buf *out, const char *s, size_t len);

#endif
