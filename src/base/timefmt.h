/* Times and durations as Supervisor prints them. Local time is that of TZ. */
#ifndef BASE_TIMEFMT_H
#define BASE_TIMEFMT_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

#define TIMEFMT_MAX 64 /* enough for each text below */

/* "0:00:11", "23:59:59", "1 day, 0:00:00", "12 days, 4:05:06"; negative is "0:00:00". */
void timefmt_uptime(char out[TIMEFMT_MAX], int64_t seconds);
/* "Nov 24 08:05 PM": strftime's %b %d %I:%M %p in the C locale, local time. */
void timefmt_stopped(char out[TIMEFMT_MAX], int64_t seconds);
/* "2026-11-24 20:00:22,931": the head of a main log line, local time, milliseconds cut off. */
void timefmt_log(char out[TIMEFMT_MAX], wall_us t);
/* "Tue, 24 Nov 2026 15:01:26 GMT": an HTTP date. */
void timefmt_http(char out[TIMEFMT_MAX], int64_t seconds);
/* "24/Nov/2026:15:01:26 +0000": the time of an access log. */
void timefmt_access(char out[TIMEFMT_MAX], int64_t seconds);
/* "Nov 24 20:02:54": the head of a message to syslog, local time. */
void timefmt_syslog(char out[TIMEFMT_MAX], int64_t seconds);
/* "Tue Nov 24 20:02:54 2026": ctime without its newline, local time. */
void timefmt_ctime(char out[TIMEFMT_MAX], int64_t seconds);

#endif
