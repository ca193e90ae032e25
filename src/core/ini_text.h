/* Whether a file is a text at all; what is wrong is said in the words of the reference's decoder. */
#ifndef CORE_INI_TEXT_H
#define CORE_INI_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* That the text is UTF-8, and without null bytes. The error has "FILE:LINE" as where. */
bool ini_text_check(const char *file, const char *text, size_t len, struct err *err);

#endif
