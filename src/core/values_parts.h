/* What the files of core/values share. */
#ifndef CORE_VALUES_PARTS_H
#define CORE_VALUES_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* The error "BEFORE'VALUE'AFTER"; returns false. */
bool value_refuse(struct err *err, const char *before, const char *s, const char *after);
/* True when s is a number: of any size, in *out as far as that goes. */
bool value_is_integer(const char *s, int64_t *out);

#endif
