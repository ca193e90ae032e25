/*
 * A byte buffer that cannot be made without its maximum. Appending beyond it, or out of memory, fails, sets
 * `failed` and leaves what was there; later appends fail too, so that a chain of appends is checked once.
 * The content is always followed by a NUL that does not count.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *data; /* NULL while empty and never used */
	size_t len;
	size_t consumed; /* bytes before data that were content once */
	size_t cap;
	size_t max;
	bool failed;
};

/* clang-format off */
#define BUF_INIT(maximum) {.max = (maximum)}
/* clang-format on */

void buf_init(struct buf *b, size_t max);
/* Frees; the maximum stays, so the buffer can be used again. */
void buf_release(struct buf *b);
/* Empties, keeps the memory, forgets a failure. */
void buf_clear(struct buf *b);
bool buf_append(struct buf *b, const void *data, size_t len);
bool buf_puts(struct buf *b, const char *s);
bool buf_putc(struct buf *b, char c);
bool buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool buf_vprintf(struct buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
/* Makes room for len more bytes and returns where they go, NULL on failure; buf_added tells how many came. */
char *buf_reserve(struct buf *b, size_t len);
void buf_added(struct buf *b, size_t len);
/* Removes len bytes at the front. */
void buf_consume(struct buf *b, size_t len);
/* Shortens to len bytes. */
void buf_truncate(struct buf *b, size_t len);
/* The content as a string, "" when empty. Borrowed. */
const char *buf_str(const struct buf *b);
/* The content as a string that the caller owns and frees; the buffer is empty afterwards. */
char *buf_steal(struct buf *b);

#endif
