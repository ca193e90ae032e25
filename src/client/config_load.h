/*
 * From a file that was found (config_find.h) to a configuration: reads it and what it includes, and asks the real
 * world where validation needs to know of it. The rules of spec/config.md 3. What the text means is core's.
 */
#ifndef CLIENT_CONFIG_LOAD_H
#define CLIENT_CONFIG_LOAD_H

#include <stddef.h>

#include "base/err.h"
#include "core/config.h"

struct config_file;
struct config_problems;

/* Reads and validates the file with its includes. Everything else as config_build says; the messages about
   includes are among the configuration's messages. */
struct config *config_load_supervisord(const struct config_file *file, const struct config_world *world,
				       const struct config_override *overrides, size_t noverrides,
				       const struct config *base, struct err *err);

/* The same for --test-config: collects every error and warning instead of the first error. */
void config_test_supervisord(const struct config_file *file, const struct config_world *world,
			     const struct config_override *overrides, size_t noverrides,
			     struct config_problems *problems);

#endif
