/*
 * One log that the pane shows: a channel of a process, or the daemon's own log. Text comes in pieces that begin and end
 * anywhere in the file; here they become lines of the scrollback (tui_log). What belongs to one stream of text and to
 * no other is here: the line that has not ended, and the place in the file.
 */
#ifndef TUI_SOURCE_H
#define TUI_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "core/process.h"

struct tui_host;
struct tui_log;

/* Where the text above its oldest line is. */
enum tui_past {
	PAST_UNKNOWN, /* nobody has asked yet */
	PAST_ASKED,   /* it is on its way */
	PAST_BEGIN,   /* the file begins with what is shown */
	PAST_FULL,    /* there is more, and no room for it */
	PAST_LOST,    /* the file is another one meanwhile, or cannot be read */
};

struct tui_source {
	struct tui_host *host; /* borrowed; hosts stay, dropped ones too */
	char *key;             /* "group:name"; "": the daemon's own log; owned */
	enum channel channel;
	char *name;      /* as the stream calls it; owned */
	char *label;     /* what people call it where several are shown; owned, never NULL */
	unsigned colour; /* counts the programs: its number in the theme's colours of prefixes */
	bool followed;
	bool wanted; /* while what is shown is gone through */
	bool
	    live; /* the daemon has begun to follow it: what comes before is left from an earlier following */
	size_t lines; /* that the scrollback has of it */
	size_t texts; /* those of them that are no notes */
	/* As the oldest text was found when it was looked for last (tui_log_oldest). */
	uint64_t oldest; /* its number */
	int64_t oldest_offset;
	uint64_t oldest_first; /* number of the log's first line then */

	struct buf open;      /* the line that has not ended yet */
	uint64_t open_serial; /* its place */
	int64_t offset;       /* in the file: where the next text begins, -1: not known */
	bool resuming;        /* the connection is a new one: text may come again, or be missing */
	bool begun;           /* text came */
	bool heard;           /* text whose time is known came */
	uint64_t
	    file_first; /* its lines from here on are of the present file, those above of one that was rotated */
	int64_t
	    ended_pid; /* polled: of a run that has ended, and is noted behind the text that comes next; 0: none */
	struct buf known;          /* polled: the last bytes that came, to find them again */
	struct tui_run_mark *runs; /* starts and ends, the oldest first; owned */
	size_t nruns;
	double written;       /* its past, last; server's clock; 0: not known */
	double opened;        /* since then it is followed; server's clock */
	double ahead;         /* the server's clock then; what is from before is put in order by it */
	unsigned runs_asked;  /* records of the history that were asked for */
	unsigned runs_ticket; /* of that question */
	bool runs_known;      /* the history has come, or there is none */
	double runs_from;     /* it is known from then on; server's clock; 0: all that there is */
	double runs_until;    /* ... up to then; 0: nothing is known yet */
	double live_since;    /* from then on starts and ends are noted when they happen; server's clock */
	enum tui_past past;
	int64_t passed; /* bytes that came while the log was full and held */
	bool dropped;   /* its oldest lines went to make room */
};

struct tui_source *tui_source_new(struct tui_host *host, const char *key, enum channel channel);
void tui_source_free(struct tui_source *s);
/* A new connection at `now`; the one before was lost at `lost` (server's clock). */
void tui_source_reconnected(struct tui_source *s, double now, double lost);
bool tui_source_is_main(const struct tui_source *s);
/* Is it a log of this program? A program has up to two. */
bool tui_source_is_of(const struct tui_source *s, const struct tui_host *host, const char *key);

/* Adds text that begins at offset of the file (-1: not known). While resuming, what is there already is passed over
   and a note says how much is missing. */
void tui_log_add(struct tui_log *log, unsigned source, double time, int64_t offset, const char *text,
		 size_t len);
/* The last text of a file before it is followed: what is left of a line at its beginning is passed over, it is read with the
   past. */
void tui_log_add_tail(struct tui_log *log, unsigned source, double time, int64_t offset, const char *text,
		      size_t len);
/* The file begins again at 0. */
void tui_log_rotated(struct tui_log *log, unsigned source);
/* Bytes that the daemon has passed over: a note. */
void tui_log_skipped(struct tui_log *log, unsigned source, double time, int64_t bytes);

/* How long the text is in the file: the daemon sends a byte that is not UTF-8 as U+FFFD, which has three. */
int64_t tui_source_file_bytes(const char *text, size_t len);

#endif
