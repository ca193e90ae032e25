/*
 * What stands in front of the lines of a log: when they came, whose they are, and which are of stderr. Each part has its
 * columns, and gives way where the pane is narrow: the text has the first right.
 */
#ifndef TUI_LOGPREFIX_H
#define TUI_LOGPREFIX_H

#include <stdbool.h>

struct tui_logpane;
struct tui_model;

/* Columns of each part, with the space behind it; 0: it is not there. */
struct tui_logprefix {
	int stamp;
	int label;
	int channel;
	int columns; /* of all */
};

struct tui_logprefix tui_logprefix_of(const struct tui_logpane *p);

#define TUI_LOGSTAMP_MAX 16
/* The time of a line, at most 8 columns; "" when nobody knows it. valid_for goes down to when it changes, in seconds. */
void tui_logstamp(const struct tui_model *m, double time, char out[TUI_LOGSTAMP_MAX], double *valid_for);

#endif
