/*
 * Starts and ends of programs, as cvisor.getHistory tells them, with what follows from several of them: how long a run
 * was. And how they read.
 */
#ifndef TUI_RECORD_H
#define TUI_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/xmlrpc.h"
#include "tui/tui_model.h"

struct tui_record {
	char *name;  /* "group:name"; owned */
	double time; /* epoch seconds, by the daemon's clock */
	bool end;
	bool expected; /* an end: was it? */
	int64_t pid;
	int64_t exitstatus;
	int64_t signal;
	char *cause; /* the daemon's word; owned */
	char *who;   /* asked for it, "": nobody, or not known; owned */
	double ran;  /* seconds that the run took which begins or ends here; < 0: not known, or it goes on */
	int64_t offset[NCHANNELS]; /* by channel, in the log file that is there now; -1: not known */
};

struct tui_records {
	struct tui_record *records; /* the newest first; owned */
	size_t n;
};

/* Replaces what is there; value is the daemon's answer, NULL: nothing. cursor, or NULL: an index that stays with its
   record, unless it is the first, which stays first. */
void tui_records_read(struct tui_records *r, const struct xmlrpc_value *value, size_t *cursor);
void tui_records_release(struct tui_records *r);
/* What one of them owns. */
void tui_record_release(struct tui_record *r);
/* The newest end of a program, or NULL. */
const struct tui_record *tui_records_last_end(const struct tui_records *r, const char *name);

/* Of one record of the daemon's answer: is it an end, and where in a log file its moment is; -1: not known. */
bool tui_record_is_end(const struct xmlrpc_value *record);
int64_t tui_record_offset(const struct xmlrpc_value *record, enum channel channel);

/* "exit 1", "killed by SIGKILL". */
#define TUI_HOW_MAX 64
const char *tui_record_how(int64_t exitstatus, int64_t signal, char out[TUI_HOW_MAX]);
/* Why it was started or has ended, in words: "again after its end", "by anna (supervisorctl, pid 4711)". */
#define TUI_CAUSE_MAX 256
const char *tui_record_cause(const struct tui_record *r, char out[TUI_CAUSE_MAX]);
/* "0.3 s", "12 s", "41 min", ...: a length that does not grow any more. */
const char *tui_length(double seconds, char out[TUI_CELL_MAX]);
/* The time of day by this host's clock, as in the log; of another day its date, too: "14:02:11", "Nov 24 14:02". */
#define TUI_STAMP_MAX 32
const char *tui_stamp(const struct tui_model *m, const struct tui_host *h, double time,
		      char out[TUI_STAMP_MAX]);

#endif
