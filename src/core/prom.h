/*
 * Writes the text format of Prometheus, version 0.0.4: families, each with its head and then all of its samples. Pure. What
 * is a family and what it counts is not known here (daemon/metrics_table.c).
 */
#ifndef CORE_PROM_H
#define CORE_PROM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define PROM_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

enum prom_type {
	PROM_GAUGE,   /* goes up and down */
	PROM_COUNTER, /* grows, until what counts begins anew */
};

/* The value is any text: it is escaped, and what is not UTF-8 becomes U+FFFD. */
struct prom_label {
	const char *name;
	const char *value;
};

/* The lines HELP and TYPE. Each returns false when out is full. */
bool prom_write_head(struct buf *out, const char *name, enum prom_type type, const char *help);
/* One sample. labels: n of them; a whole number. */
bool prom_write(struct buf *out, const char *name, const struct prom_label *labels, size_t n, int64_t value);
/* The same; the value is in seconds, given in microseconds: no digit is lost. */
bool prom_write_us(struct buf *out, const char *name, const struct prom_label *labels, size_t n, int64_t us);

#endif
