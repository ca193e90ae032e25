/* tui_logprefix.c: see tui_logprefix.h. */
#include "autoconf.h"

#include "tui/tui_logprefix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/tui_model.h"

#define TEXT_MIN 24 /* columns that text has in any case */
#define STAMP_COLUMNS 9
#define LABEL_MAX 15
#define LABEL_MIN 6
#define DAY 86400

static int
longest_label(const struct tui_logpane *p)
{
	int longest = 0;

	for (size_t i = 0; i < p->log.nsources; i++) {
		const struct tui_source *s = p->log.sources[i];
		int columns = s->followed || s->lines > 0 ? tui_text_columns(s->label) : 0;

		longest = columns > longest ? columns : longest;
	}
	return longest + 1 < LABEL_MAX ? longest + 1 : LABEL_MAX;
}

struct tui_logprefix
tui_logprefix_of(const struct tui_logpane *p)
{
	struct tui_logprefix x = {0};
	int spare = p->width - TEXT_MIN;

	/* Who and which channel come before when. */
	if (p->show.shown == TUI_CHANNELS_BOTH && p->show.kind != TUI_SHOW_MAIN && spare >= 2) {
		x.channel = 2;
		spare -= 2;
	}
	if (p->show.programs > 1) {
		x.label = longest_label(p);
		if (x.label > spare)
			x.label = spare >= LABEL_MIN ? spare : 0;
		spare -= x.label;
	}
	if (p->stamps != TIMESTAMPS_OFF && spare >= STAMP_COLUMNS)
		x.stamp = STAMP_COLUMNS;
	x.columns = x.stamp + x.label + x.channel;
	return x;
}

/* Steps that grow with the age, so that lines at rest are redrawn rarely. */
static void
ago(double age, char out[TUI_LOGSTAMP_MAX], double *valid_for)
{
	static const struct {
		double below;
		double step;
		double unit;
		const char *name;
	} steps[] = {
	    {60, 10, 1, "s"},
	    {3600, 60, 60, "min"},
	    {DAY, 3600, 3600, "h"},
	    {999.0 * DAY, DAY, DAY, "d"},
	};

	if (age < 10) {
		snprintf(out, TUI_LOGSTAMP_MAX, "now");
		tui_until(valid_for, age < 0 ? 10 : 10 - age);
		return;
	}
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		double shown = (double)(long)(age / steps[i].step) * steps[i].step;

		if (age >= steps[i].below)
			continue;
		snprintf(out, TUI_LOGSTAMP_MAX, "%.0f %s", shown / steps[i].unit, steps[i].name);
		tui_until(valid_for, shown + steps[i].step - age);
		return;
	}
	out[0] = '\0';
}

void
tui_logstamp(const struct tui_model *m, double time, char out[TUI_LOGSTAMP_MAX], double *valid_for)
{
	char clock[TUI_CLOCK_MAX];
	int64_t today = tui_clock_time(m, m->now) / DAY, day = tui_clock_time(m, time) / DAY;

	out[0] = '\0';
	if (time <= 0)
		return;
	if (m->logpane.stamps == TIMESTAMPS_RELATIVE) {
		ago(m->now - time, out, valid_for);
		return;
	}
	tui_clock(m, time, clock);
	/* Of another day: how many days ago, and without seconds. */
	if (day < today && today - day < 100)
		snprintf(out, TUI_LOGSTAMP_MAX, "-%dd%.5s", (int)(today - day), clock);
	else
		snprintf(out, TUI_LOGSTAMP_MAX, "%s", clock);
}
