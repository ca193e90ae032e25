/*
 * Checked allocation for small bookkeeping: when it fails the program ends with "out of memory". Whatever grows
 * with input (a request, a line, a reply, a file) uses buf, whose calls fail instead.
 */
#ifndef BASE_XMALLOC_H
#define BASE_XMALLOC_H

#include <stdarg.h>
#include <stddef.h>

/* What all of these do when memory is short: says so and ends the program. */
void out_of_memory(void) __attribute__((noreturn));

void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);
/* Grows or shrinks to n elements of size bytes; overflow of the product is out of memory too. */
void *xreallocarray(void *p, size_t n, size_t size);
/* Room for one more behind n elements of an array that grows by this alone: whenever it is full, its room doubles. */
void *xgrow(void *array, size_t n, size_t size);
/* NULL gives NULL. */
char *xstrdup(const char *s);
/* At most n bytes of s, always terminated. */
char *xstrndup(const char *s, size_t n);
void *xmemdup(const void *p, size_t n);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *xvasprintf(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

#endif
