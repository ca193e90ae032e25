/*
 * The processes as the push stream tells of them, for `status --watch`: which there are, in which state, and what of
 * that has changed. Pure: the events' objects in, changes out.
 */
#ifndef CTL_CTL_TABLE_H
#define CTL_CTL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <jansson.h>

#include "base/buf.h"
#include "ctl/ctl_names.h"

struct ctl_table;

struct ctl_table_row {
	char *group, *name; /* owned, as are the others */
	char *namespec;
	char *statename;
	json_t *process; /* the object as it came */
	bool seen;       /* in the snapshot that is under way */
	int mark;        /* whoever uses the table may write it; 0 at first */
};

/* A process is in another state, or new (from is NULL), or gone (gone is set; its row is the last that was known).
   time: of the event, 0: it does not say. All is borrowed. */
typedef void ctl_table_change_fn(void *arg, struct ctl_table_row *row, const char *from, bool gone,
				 double time);

/* Without words all processes count. Words are as those of `status`. */
struct ctl_table *ctl_table_new(char *const *words, size_t n, ctl_table_change_fn *fn, void *arg);
void ctl_table_free(struct ctl_table *t);
/* An event of the stream: its type and data. What it does not know it leaves alone. */
void ctl_table_feed(struct ctl_table *t, const char *type, const json_t *data);
/* A snapshot has been read, so the table is a picture, and changes are told from now on. */
bool ctl_table_is_complete(const struct ctl_table *t);
/* The rows that count, by group and name as the daemon lists them. Borrowed until the next event. */
struct ctl_table_row *const *ctl_table_rows(struct ctl_table *t, size_t *n);
/* Whether the i-th word means any process. */
bool ctl_table_finds(struct ctl_table *t, size_t word);

/* A number that a daemon says, 0: none. What can be no time and no pid, whoever says it, is cut. */
double ctl_table_number(const json_t *object, const char *key);

/* Appends text as it is shown on a line of its own: no more than `columns`, controls as "?". Returns the columns. */
size_t ctl_table_put(struct buf *out, const char *text, size_t columns);

#endif
