/*
 * Text as Python sees it: which characters are blanks and digits. Supervisor's parsers strip and split by
 * these, so configuration files depend on them. All of it on UTF-8; a byte that is not UTF-8 is neither blank
 * nor digit.
 */
#ifndef BASE_PYTEXT_H
#define BASE_PYTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The value of a decimal digit of any script, else -1. */
int pytext_digit(uint32_t cp);
/* Bytes of blanks at the beginning of s; *chars, when not NULL, is their number in characters. */
size_t pytext_leading(const char *s, size_t len, size_t *chars);
/* Length of s without the blanks at its end. */
size_t pytext_rtrim(const char *s, size_t len);
/* Moves both ends inwards over blanks. */
void pytext_trim(const char **s, size_t *len);
/* A trimmed copy that the caller frees. */
char *pytext_trimmed(const char *s);
/* Whether the character that ends right before s + at is a blank; at > 0. */
bool pytext_space_before(const char *s, size_t at);
/* A copy in lower case (ASCII letters only: no option or keyword has others). The caller frees it. */
char *pytext_lower(const char *s);
char *pytext_upper(const char *s);

#endif
