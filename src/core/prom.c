/* prom.c: see prom.h. The format: https://prometheus.io/docs/instrumenting/exposition_formats/ */
#include "autoconf.h"

#include "core/prom.h"

#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"

#define US_PER_SECOND 1000000

static const char *const type_names[] = {
    [PROM_GAUGE] = "gauge",
    [PROM_COUNTER] = "counter",
};

/* A backslash before each of these bytes; a line feed becomes \n. What is left is valid UTF-8 or is repaired: none of them
   is ever part of another character. */
static void
write_escaped(struct buf *out, const char *s, size_t len, const char *special)
{
	while (len > 0) {
		size_t plain = strcspn(s, special);

		buf_append(out, s, plain);
		if (plain == len)
			return;
		buf_putc(out, '\\');
		buf_putc(out, s[plain] == '\n' ? 'n' : s[plain]);
		s += plain + 1;
		len -= plain + 1;
	}
}

static void
write_value(struct buf *out, const char *s)
{
	size_t len = strlen(s);
	struct buf repaired = BUF_INIT(3 * len + 4);

	if (utf8_valid(s, len)) {
		write_escaped(out, s, len, "\\\"\n");
		return;
	}
	if (!utf8_repair(&repaired, s, len, NULL, true))
		out->failed = true;
	write_escaped(out, buf_str(&repaired), repaired.len, "\\\"\n");
	buf_release(&repaired);
}

static void
write_series(struct buf *out, const char *name, const struct prom_label *labels, size_t n)
{
	buf_puts(out, name);
	for (size_t i = 0; i < n; i++) {
		buf_putc(out, i == 0 ? '{' : ',');
		buf_puts(out, labels[i].name);
		buf_puts(out, "=\"");
		write_value(out, labels[i].value);
		buf_putc(out, '"');
	}
	buf_puts(out, n > 0 ? "} " : " ");
}

bool
prom_write_head(struct buf *out, const char *name, enum prom_type type, const char *help)
{
	buf_printf(out, "# HELP %s ", name);
	write_escaped(out, help, strlen(help), "\\\n");
	return buf_printf(out, "\n# TYPE %s %s\n", name, type_names[type]);
}

bool
prom_write(struct buf *out, const char *name, const struct prom_label *labels, size_t n, int64_t value)
{
	write_series(out, name, labels, n);
	return buf_printf(out, "%" PRId64 "\n", value);
}

bool
prom_write_us(struct buf *out, const char *name, const struct prom_label *labels, size_t n, int64_t us)
{
	int64_t fraction = us % US_PER_SECOND;

	write_series(out, name, labels, n);
	if (us < 0)
		buf_putc(out, '-');
	/* The sign is written by itself: -0.5 has whole seconds of 0. */
	return buf_printf(out, "%" PRId64 ".%06" PRId64 "\n",
			  us < 0 ? -(us / US_PER_SECOND) : us / US_PER_SECOND,
			  fraction < 0 ? -fraction : fraction);
}
