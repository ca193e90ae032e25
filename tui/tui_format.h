/* How figures read: ages, sizes, countdowns; and the order of names. */
#ifndef TUI_FORMAT_H
#define TUI_FORMAT_H

#include <stdint.h>

#define TUI_CELL_MAX 160

/* Names with numbers in them in the order that people expect: web_2 before web_10. */
int tui_compare_names(const char *a, const char *b);
/* Seconds: a text that holds until something happens. */
#define TUI_FOREVER 1e9
/* The text holds for at most so many seconds more. */
void tui_until(double *valid_for, double seconds);
/* "12 s", "41 min", "3h 05m", "12d 04h". valid_for: seconds until the text is another one; only made smaller. */
void tui_format_age(double seconds, char out[TUI_CELL_MAX], double *valid_for);
/* The same in steps so coarse that what changes all the time costs little to show: "now", "<1 min", "7 min", "35 min",
   "4 h", "12 d". */
void tui_format_coarse_age(double seconds, char out[TUI_CELL_MAX], double *valid_for);
/* Whole seconds of a countdown, rounded up. */
double tui_seconds_left(double seconds);
/* "812K", "201M", "1.2G". */
void tui_format_bytes(int64_t bytes, char out[TUI_CELL_MAX]);
/* "SIGTERM", or "signal 40". */
void tui_format_signal(int64_t number, char out[TUI_CELL_MAX]);

#endif
