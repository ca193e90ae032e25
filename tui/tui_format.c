/* tui_format.c: see tui_format.h. */
#include "autoconf.h"

#include "tui/tui_format.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/names.h"

void
tui_until(double *valid_for, double seconds)
{
	if (seconds < *valid_for)
		*valid_for = seconds < 0.05 ? 0.05 : seconds;
}

double
tui_seconds_left(double seconds)
{
	double whole = (double)(int64_t)seconds;

	return whole < seconds ? whole + 1 : whole;
}

void
tui_format_age(double seconds, char out[TUI_CELL_MAX], double *valid_for)
{
	int64_t s = seconds < 0 ? 0 : (int64_t)seconds;

	if (s < 60) {
		snprintf(out, TUI_CELL_MAX, "%" PRId64 " s", s);
		tui_until(valid_for, (double)(s + 1) - seconds);
	} else if (s < 3600) {
		snprintf(out, TUI_CELL_MAX, "%" PRId64 " min", s / 60);
		tui_until(valid_for, (double)((s / 60 + 1) * 60) - seconds);
	} else if (s < 86400) {
		snprintf(out, TUI_CELL_MAX, "%" PRId64 "h %02" PRId64 "m", s / 3600, s / 60 % 60);
		tui_until(valid_for, (double)((s / 60 + 1) * 60) - seconds);
	} else {
		snprintf(out, TUI_CELL_MAX, "%" PRId64 "d %02" PRId64 "h", s / 86400, s / 3600 % 24);
		tui_until(valid_for, (double)((s / 3600 + 1) * 3600) - seconds);
	}
}

void
tui_format_coarse_age(double seconds, char out[TUI_CELL_MAX], double *valid_for)
{
	static const struct {
		double below;
		double step; /* of what is shown; below is a multiple of it */
		double unit;
		const char *name; /* in the place of a number where there is no unit */
	} steps[] = {
	    {10, 10, 0, "now"},     {60, 60, 0, "<1 min"},     {600, 60, 60, "min"},
	    {3600, 300, 60, "min"}, {172800, 3600, 3600, "h"}, {1e12, 86400, 86400, "d"},
	};
	size_t i = 0;
	double whole;

	seconds = seconds < 0 ? 0 : seconds >= 1e12 ? 1e12 - 1 : seconds;
	while (seconds >= steps[i].below)
		i++;
	whole = (double)(int64_t)(seconds / steps[i].step) * steps[i].step;
	if (steps[i].unit == 0)
		snprintf(out, TUI_CELL_MAX, "%s", steps[i].name);
	else
		snprintf(out, TUI_CELL_MAX, "%.0f %s", whole / steps[i].unit, steps[i].name);
	tui_until(valid_for, whole + steps[i].step - seconds);
}

void
tui_format_bytes(int64_t bytes, char out[TUI_CELL_MAX])
{
	static const char units[] = "BKMGTP";
	double value = (double)bytes;
	size_t unit = 0;

	while (value >= 999.5 && unit + 1 < sizeof(units) - 1) {
		value /= 1024;
		unit++;
	}
	if (unit > 0 && value < 9.95)
		snprintf(out, TUI_CELL_MAX, "%.1f%c", value, units[unit]);
	else
		snprintf(out, TUI_CELL_MAX, "%.0f%c", value, units[unit]);
}

static int
digits(const char *s)
{
	int n = 0;

	while (s[n] >= '0' && s[n] <= '9')
		n++;
	return n;
}

int
tui_compare_names(const char *a, const char *b)
{
	while (*a != '\0' && *b != '\0') {
		int na = digits(a), nb = digits(b), order;

		if (na == 0 || nb == 0) {
			if (*a != *b)
				return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
			a++;
			b++;
			continue;
		}
		for (; na > 1 && *a == '0'; a++)
			na--;
		for (; nb > 1 && *b == '0'; b++)
			nb--;
		if (na != nb)
			return na < nb ? -1 : 1;
		order = strncmp(a, b, (size_t)na);
		if (order != 0)
			return order;
		a += na;
		b += nb;
	}
	return (*a != '\0') - (*b != '\0');
}

void
tui_format_signal(int64_t number, char out[TUI_CELL_MAX])
{
	const char *name = number > 0 && number < 1000 ? signal_name((int)number) : NULL;

	if (name != NULL)
		snprintf(out, TUI_CELL_MAX, "%s", name);
	else
		snprintf(out, TUI_CELL_MAX, "signal %" PRId64, number);
}
