/*
 * The scrollback of the logs that the pane shows: the lines of all its sources in the order in which they came, bounded by
 * number and bytes; the oldest go first. Lines are named by a serial number that stays with them; only a note that is put
 * between them (tui_log_insert_note) moves those above it. Text is kept raw and made harmless when it is drawn
 * (tui_sanitize).
 *
 * A line belongs to one source, and text of one never runs into that of another: a line that has not ended yet has its
 * place from its first byte on, and grows there while whole lines of others come behind it.
 *
 * Bounds: 100,000 lines and 32 MiB, that is 100,000 lines of 330 bytes. Text lies in chunks of 64 KiB, which are freed with
 * the last of their lines; a line costs 40 bytes beside its text. Adding, looking up and dropping a line are O(1).
 */
#ifndef TUI_LOG_H
#define TUI_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "tui/tui_source.h"

#define TUI_LOG_LINES 100000
#define TUI_LOG_BYTES (32 * 1024 * 1024)
#define TUI_LOG_LINE_MAX 65536 /* a longer line goes on in the next one */
#define TUI_LOG_CHUNK 65536
/* The serial number of the first line ever; those of the past, which are put in front later, are below it. */
#define TUI_LOG_ORIGIN (UINT64_C(1) << 40)
#define TUI_LOG_SOURCES 256 /* the followed, and those that have lines here still */
#define TUI_LOG_NO_SOURCE UINT16_MAX

enum tui_log_kind {
	TUI_LOG_TEXT,
	TUI_LOG_NOTE, /* not from the log: a gap, a rotation, a start or an end */
};

/* What a line is for the order of the past (tui_order). */
enum tui_log_rank {
	TUI_RANK_TEXT,
	TUI_RANK_TOP,   /* a note above all: where the files begin */
	TUI_RANK_START, /* the note of a start */
	TUI_RANK_END,   /* ... of an end */
	TUI_RANK_LATE,  /* text behind the end of its run */
	TUI_RANK_SEAM,  /* a note that says how what is above it was put in order */
};

/* A line as who reads sees it. Text is borrowed until the log changes. */
struct tui_log_line {
	const char *text;
	size_t len;
	/* Of arrival, by this host's clock, epoch seconds. 0: it is from before, and nobody knows; negative: it is from before,
	   and of a run that began at that time. */
	double time;
	int64_t offset; /* of its first byte in the file, -1: not known */
	enum tui_log_kind kind;
	enum tui_log_rank rank;
	unsigned source; /* index in sources, or TUI_LOG_NO_SOURCE */
};

struct tui_log_chunk;

/* A line as it is kept. */
struct tui_log_entry {
	struct tui_log_chunk *chunk; /* NULL: it has not ended, its text is in its source */
	double time;
	int64_t offset;
	uint32_t at; /* in the chunk */
	uint32_t len;
	uint16_t source;
	uint8_t kind;
	uint8_t rank;
};

/* A line of the past in its new place. */
struct tui_log_placed {
	uint64_t serial; /* where it was; 0: it is new, and a note */
	const char *text;
	unsigned source;
	double time;
	enum tui_log_rank rank;
};

struct tui_log {
	struct tui_log_entry *lines; /* a ring; owned */
	size_t cap;                  /* 0 or a power of two */
	size_t head;
	size_t count;
	struct tui_log_chunk *fill; /* what the next line goes into, or NULL; owned with its lines */
	size_t bytes;               /* of all chunks */
	size_t max_lines;
	size_t max_bytes;
	uint64_t first;    /* serial number of the oldest line */
	uint64_t dropped;  /* lines that went at its beginning so far */
	uint64_t past_end; /* the lines below are the past: what the files had before anything came */
	bool past_closed;  /* nothing is added to it at its end any more */
	bool unordered;    /* ... and it has lines that have not been put in order */
	struct tui_source **sources; /* owned; one that is not followed any more stays while it has lines */
	size_t nsources;
	bool held;       /* somebody reads: when it is full, what comes is counted, and what is read stays */
	bool many_hosts; /* lines have to be put in order by their times */
};

void tui_log_init(struct tui_log *log, size_t max_lines, size_t max_bytes);
void tui_log_release(struct tui_log *log);
/* Forgets all lines. Sources stay, and so does where they are in their files. Serial numbers go on. */
void tui_log_clear(struct tui_log *log);
/* Forgets all lines and the sources, which are the caller's then, as is the list of them. */
struct tui_source **tui_log_take_sources(struct tui_log *log, size_t *n);

/* The source of this name, made when it is not there. TUI_LOG_NO_SOURCE: there are too many. */
unsigned tui_log_put_source(struct tui_log *log, struct tui_host *host, const char *key,
			    enum channel channel);
/* By the name that the stream gives it: "GROUP:NAME:stdout", ":main"; those that are followed. */
unsigned tui_log_find_source(const struct tui_log *log, const struct tui_host *host, const char *name);

/* While somebody reads, what comes to a log that is full pushes nothing out: it is passed over, and a note says how much
   when nobody reads any more. */
void tui_log_hold(struct tui_log *log, bool held, double now);
bool tui_log_is_full(const struct tui_log *log);
/* Nobody follows the sources for a while: text may come again, or be missing. */
void tui_log_resume(struct tui_log *log);

/* Serial number behind the newest line. */
uint64_t tui_log_end(const struct tui_log *log);
/* A line by its number. False if it is not there (any more). */
bool tui_log_get(const struct tui_log *log, uint64_t serial, struct tui_log_line *line);

/* A whole line at the end, or (open) the place of one that only begins. */
void tui_log_push(struct tui_log *log, const struct tui_log_line *line);
uint64_t tui_log_push_open(struct tui_log *log, unsigned source, double time, int64_t offset);
/* The line that has its place there has ended. */
void tui_log_close(struct tui_log *log, uint64_t serial, const char *text, size_t len);
/* A line of our own. It ends the open line of its source. */
void tui_log_note(struct tui_log *log, unsigned source, double time, const char *text);
void tui_log_note_run(struct tui_log *log, unsigned source, double time, const char *text,
		      enum tui_log_rank rank);
/* The same before the line `serial`: those above it have numbers one less from then on, and the oldest has first. False:
   there is no room. */
bool tui_log_insert_note(struct tui_log *log, uint64_t serial, unsigned source, double time,
			 const char *text);
/* A line in front of the oldest. False: there is no room, the log has all that it may have. */
bool tui_log_push_front(struct tui_log *log, const struct tui_log_line *line);
/* The lines below `limit` anew: all of them but seams, in another order, with notes between them; the last `since` of them are
   no past. They have the numbers from limit - n on; those behind them keep theirs. */
void tui_log_place_past(struct tui_log *log, const struct tui_log_placed *lines, size_t n, uint64_t limit,
			size_t since);
/* Is there room for so many notes more? */
bool tui_log_has_room(const struct tui_log *log, size_t notes);
void tui_log_set_rank(struct tui_log *log, uint64_t serial, enum tui_log_rank rank);
/* The oldest text of a source. False: it has none. */
bool tui_log_oldest(const struct tui_log *log, unsigned source, uint64_t *serial);

/* The nearest note from `from` on in that direction; what says how lines were put in order is none. */
bool tui_log_find_note(const struct tui_log *log, uint64_t from, int step, uint64_t *found);

#endif
