/* timefmt.c: see timefmt.h. Names of months and days are written here, so that no locale can change them. */
#include "autoconf.h"

#include "base/timefmt.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
				     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

/* The year that an int holds; later ones cannot come from a real clock. */
static void
broken_down(int64_t seconds, struct tm *(*convert)(const time_t *, struct tm *), struct tm *tm)
{
	time_t t = (time_t)seconds;

	if (convert(&t, tm) == NULL)
		memset(tm, 0, sizeof(*tm));
}

void
timefmt_uptime(char out[TIMEFMT_MAX], int64_t seconds)
{
	int64_t d, s;

	if (seconds < 0)
		seconds = 0;
	d = seconds / 86400;
	s = seconds % 86400;
	if (d == 0)
		snprintf(out, TIMEFMT_MAX, "%d:%02d:%02d", (int)(s / 3600), (int)(s / 60 % 60),
			 (int)(s % 60));
	else
		snprintf(out, TIMEFMT_MAX, "%lld day%s, %d:%02d:%02d", (long long)d, d == 1 ? "" : "s",
			 (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
}

void
timefmt_stopped(char out[TIMEFMT_MAX], int64_t seconds)
{
	struct tm tm;
	int hour;

	broken_down(seconds, localtime_r, &tm);
	hour = tm.tm_hour % 12 == 0 ? 12 : tm.tm_hour % 12;
	snprintf(out, TIMEFMT_MAX, "%s %02d %02d:%02d %s", months[tm.tm_mon], tm.tm_mday, hour, tm.tm_min,
		 tm.tm_hour < 12 ? "AM" : "PM");
}

void
timefmt_log(char out[TIMEFMT_MAX], wall_us t)
{
	int64_t seconds = wall_seconds(t);
	struct tm tm;

	broken_down(seconds, localtime_r, &tm);
	snprintf(out, TIMEFMT_MAX, "%04d-%02d-%02d %02d:%02d:%02d,%03d", tm.tm_year + 1900, tm.tm_mon + 1,
		 tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, (int)((t - seconds * SECOND_US) / 1000));
}

void
timefmt_http(char out[TIMEFMT_MAX], int64_t seconds)
{
	struct tm tm;

	broken_down(seconds, gmtime_r, &tm);
	snprintf(out, TIMEFMT_MAX, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[tm.tm_wday], tm.tm_mday,
		 months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

void
timefmt_access(char out[TIMEFMT_MAX], int64_t seconds)
{
	struct tm tm;

	broken_down(seconds, gmtime_r, &tm);
	snprintf(out, TIMEFMT_MAX, "%02d/%s/%d:%02d:%02d:%02d +0000", tm.tm_mday, months[tm.tm_mon],
		 tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

void
timefmt_syslog(char out[TIMEFMT_MAX], int64_t seconds)
{
	struct tm tm;

	broken_down(seconds, localtime_r, &tm);
	snprintf(out, TIMEFMT_MAX, "%s %2d %02d:%02d:%02d", months[tm.tm_mon], tm.tm_mday, tm.tm_hour,
		 tm.tm_min, tm.tm_sec);
}

void
timefmt_ctime(char out[TIMEFMT_MAX], int64_t seconds)
{
	struct tm tm;

	broken_down(seconds, localtime_r, &tm);
	snprintf(out, TIMEFMT_MAX, "%s %s %2d %02d:%02d:%02d %04d", days[tm.tm_wday], months[tm.tm_mon],
		 tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, tm.tm_year + 1900);
}
