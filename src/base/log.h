/*
 * Log messages: levels as Supervisor has them, a filter, and a place to write to that is given. A message is one
 * line without its newline; the head "2026-11-24 20:00:22,931 INFO " is put before it here.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"

enum log_level {
	LOG_LEVEL_BLATHER = 3,
	LOG_LEVEL_TRACE = 5,
	LOG_LEVEL_DEBUG = 10,
	LOG_LEVEL_INFO = 20,
	LOG_LEVEL_WARN = 30,
	LOG_LEVEL_ERROR = 40,
	LOG_LEVEL_CRITICAL = 50,
};

/* Takes a finished line, newline included. Called for each message that passes the filter. */
typedef void log_write_fn(void *arg, enum log_level level, const char *line, size_t len);

struct log {
	enum log_level level; /* messages below are dropped */
	log_write_fn *write;
	void *arg;
	const struct now *now; /* the loop's clock reading; NULL: read the clock for each line */
};

/* "CRIT", "ERRO", ... */
const char *log_level_tag(enum log_level level);
bool log_wants(const struct log *log, enum log_level level);
void log_message(const struct log *log, enum log_level level, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* A message that is there already, of any bytes. */
void log_text(const struct log *log, enum log_level level, const char *text, size_t len);

#define log_crit(log, ...) log_message((log), LOG_LEVEL_CRITICAL, __VA_ARGS__)
#define log_error(log, ...) log_message((log), LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warn(log, ...) log_message((log), LOG_LEVEL_WARN, __VA_ARGS__)
#define log_info(log, ...) log_message((log), LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(log, ...) log_message((log), LOG_LEVEL_DEBUG, __VA_ARGS__)
#define log_trace(log, ...) log_message((log), LOG_LEVEL_TRACE, __VA_ARGS__)
#define log_blather(log, ...) log_message((log), LOG_LEVEL_BLATHER, __VA_ARGS__)

/* A brake for failures that repeat: log_limit_pass says whether to log now (the first, then at most once per
   interval), and how many were kept silent since the last. Start with {0} and the interval set. */
struct log_limit {
	mono_us interval;
	mono_us next;
	unsigned long silent;
};
bool log_limit_pass(struct log_limit *limit, mono_us now, unsigned long *silent);

#endif
