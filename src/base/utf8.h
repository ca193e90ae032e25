/*
 * UTF-8: decoding, repair of foreign bytes with U+FFFD, counting, display width. Nothing here depends on the
 * locale of the process.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define UTF8_INVALID (-1)   /* the first byte begins no character */
#define UTF8_TRUNCATED (-2) /* the bytes are a proper beginning of a character */

/* Decodes one character of s (len bytes, at least 1). Returns its length in bytes (1..4) and sets *cp, or one
   of the values above. Overlong forms, surrogates and values beyond U+10FFFF are invalid. */
int utf8_decode(const char *s, size_t len, uint32_t *cp);
/* Writes cp into out (room for 4 bytes), returns the length. */
size_t utf8_encode(uint32_t cp, char *out);
bool utf8_valid(const char *s, size_t len);
/* Number of characters; each invalid byte counts as one, as it would after repair. */
size_t utf8_count(const char *s, size_t len);

/* Bytes of a character that a read has cut, carried over to the next call. Start with {0}. */
struct utf8_carry {
	char bytes[4];
	size_t len;
};

/* Appends s to out, each invalid byte as U+FFFD. With carry, a character cut at the end waits for the next
   call (len 0 with final set flushes it as U+FFFD); without, it is repaired at once. False: out is full. */
bool utf8_repair(struct buf *out, const char *s, size_t len, struct utf8_carry *carry, bool final);

/* It has no shape of its own, and may hide text, turn it or break its line: C1 controls, marks of direction, joiners. */
bool utf8_is_foreign(uint32_t cp);

/* Columns on a terminal: 0 for combining marks and controls, 2 for wide characters, else 1. */
int utf8_width(uint32_t cp);

#endif
