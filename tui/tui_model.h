/*
 * What the screen knows: the daemons with their groups and processes (tui_host), and what the user has done to the picture:
 * selection, marks, folds, order, filter, panes. Pure: the stream's events (tui_feed) and the user's actions
 * (tui_actions) come in; rows, messages and requests come out. Views only read it.
 *
 * Where the order or the filter depends on what has changed, the rows are marked as dirty; they are made again at most
 * once per redraw.
 */
#ifndef TUI_MODEL_H
#define TUI_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "tui/tui_column_list.h"
#include "tui/tui_around.h"
#include "tui/tui_columns.h"
#include "tui/tui_filter.h"
#include "tui/tui_dump.h"
#include "tui/tui_host.h"
#include "tui/tui_keytable.h"
#include "tui/tui_log.h"
#include "tui/tui_logfilter.h"
#include "tui/tui_logfind.h"
#include "tui/tui_logmarks.h"
#include "tui/tui_logprefix.h"
#include "tui/tui_messages.h"
#include "tui/tui_overlay.h"
#include "tui/tui_pause.h"
#include "tui/tui_past.h"
#include "tui/tui_prompt.h"
#include "tui/tui_request.h"
#include "tui/tui_settings.h"
#include "tui/tui_runjump.h"
#include "tui/tui_runs.h"
#include "tui/tui_show.h"
#include "tui/tui_text.h"
#include "tui/tui_theme.h"

/* Where the log is. */
enum tui_split {
	SPLIT_AUTO,
	SPLIT_BELOW,
	SPLIT_BESIDE,
};

/* How all this is shown. Where there are no keys, none is named. */
enum tui_mode {
	MODE_SCREEN,
	MODE_LINES, /* --plain: commands are typed as lines */
	MODE_ONCE,
};

enum tui_pane {
	PANE_TABLE,
	PANE_LOG,
};

/* The log pane. */
struct tui_logpane {
	struct tui_log log;
	struct tui_show show; /* what it shows: the log's sources come from it */
	struct tui_past_wish wish;
	struct tui_around around; /* TUI_SHOW_AROUND */
	enum tui_jump jump;       /* that has to wait for the past */
	bool follow;
	bool wrap;
	uint64_t top;      /* serial of the first line shown; counts only when not following */
	int top_row;       /* how many rows of it, when wrapped, are above the pane */
	int column;        /* columns scrolled to the right */
	uint64_t seen_end; /* the log's end when following ended, for "+n lines" */
	uint64_t hit;      /* serial of the line that was gone to last */
	bool has_hit;
	int stamps;                 /* enum tui_timestamps */
	bool json;                  /* JSON objects are shown as people read them */
	struct tui_pattern pattern; /* searched for */
	struct tui_logfind find;
	struct tui_logfind errors;  /* lines that look like errors; looked for when first asked for */
	struct tui_logplace before; /* the prompt of a search was opened */
	struct tui_logfilter filter;
	struct tui_logmarks marks;
	struct buf scratch[2];       /* while lines are looked at */
	struct tui_dump dump;        /* what a request that writes lines is about */
	char *overwrite;             /* the file that the open question is about; owned; NULL: none */
	int width;                   /* of the pane, told by the layout; 0: not shown */
	struct tui_logprefix prefix; /* what of it stands in front of the text */
	int height;
};

/* Rows that are marked by moving over them: from here to the selection. */
struct tui_range {
	bool on;
	struct tui_group *group;
	struct tui_proc *proc; /* NULL: the group's head */
};

struct tui_model {
	enum tui_mode mode;
	double now;         /* this host's clock, epoch seconds; the controller sets it */
	int64_t utc_offset; /* seconds east, for showing times of day */
	const struct tui_theme *theme;
	const struct tui_glyphs *glyphs;
	struct tui_settings settings; /* tui_set keeps them in step with what is below */
	struct tui_keytable keys;

	/* what the daemons have */
	struct tui_host **hosts; /* in the order in which they were named; owned */
	size_t nhosts;
	struct tui_host **dropped; /* were shown before; empty, for who still points to one; owned */
	size_t ndropped;
	struct tui_host *alone;    /* the only one that is shown; NULL: all */
	struct tui_group **groups; /* of all; by host and name unless dirty */
	size_t ngroups;
	size_t groups_cap;
	bool groups_dirty;
	size_t nmarked;
	bool arrivals; /* programs have come that were not there */
	struct tui_range range;

	/* the table */
	struct tui_row *rows;
	size_t nrows;
	size_t rows_cap;
	bool rows_dirty;
	bool order_dirty; /* only the order may be another: it waits while somebody moves about */
	bool shown_dirty; /* what decides which are shown is another */
	double touched;   /* when a key was pressed last */
	double highlight; /* seconds that a row is lit that has changed, 0: not at all */
	struct tui_group *selected_group; /* NULL: nothing is there */
	struct tui_proc *selected_proc;   /* NULL: the group's head is selected */
	char *gone; /* key or group name of a selection that was removed; NULL: none; owned */
	struct tui_host *gone_host;
	size_t cursor;
	size_t top;
	size_t page;    /* rows that fit, told by the layout */
	int name_width; /* of the longest name in the rows */
	struct tui_column_list columns;
	int widths[TUI_NCOLUMNS]; /* what their cells have needed so far */
	bool widths_stale;        /* they may shrink */
	enum tui_column sort;
	bool reverse;
	char *filter;             /* "": all; owned */
	char *filter_error;       /* what is wrong with one that is being typed; NULL: nothing; owned */
	struct tui_filter *terms; /* what it says; owned; NULL: all */
	char *pattern;            /* searched for; owned */
	bool only_ill;

	struct tui_logpane logpane;
	struct tui_pause pause;
	double traffic; /* bytes a second that this screen sends to its terminal; the controller sets it */
	int width;      /* of the screen, told by the layout */
	bool busy;      /* tui_actions_work has more to do */
	enum tui_pane focus;
	bool zoom;
	enum tui_split split;
	struct tui_player
	    *player; /* a recording is shown, and its clock is the model's; borrowed; NULL: daemons are */
	struct tui_overlay overlay;
	struct tui_overlay help; /* lies over the overlay, too */
	struct tui_prompt prompt;
	size_t nth;                  /* of the keys of its binding, the one that was pressed */
	bool pasting;                /* what comes is pasted text, not keys */
	struct tui_asked *asked;     /* what the open question is about; owned by tui_ask */
	struct tui_deed *done;       /* what was done last, or NULL; owned by tui_ask */
	struct tui_named *held;      /* whom an open menu or prompt is for; owned; NULL: nobody */
	struct tui_sends *sends;     /* lines that were sent to programs; owned by tui_send */
	char *equal;                 /* the command line that does what was done last; owned; NULL: none */
	struct tui_job *jobs;        /* under way; owned by tui_job */
	struct tui_calls *calls;     /* under way; owned by tui_calls */
	struct tui_update *update;   /* shown or under way, or NULL; owned by tui_update */
	struct tui_alerts *alerts;   /* troubles so far, or NULL; owned by tui_alerts */
	struct tui_watches *watches; /* watch words and their hits, or NULL; owned by tui_watch */
	bool bell;             /* a watch word came, or a program fell silent: it rings with the next frame */
	bool activity_on;      /* the setting is, and has been looked at */
	size_t nsilent;        /* programs that are silent for too long */
	double silence_due;    /* when the next one may be; by the model's clock */
	double silence_looked; /* when all were looked at last */
	struct tui_facts *facts; /* about one program, or NULL; owned by tui_facts */
	unsigned tickets;        /* the last one given to a call */

	char *message;                     /* "" none; owned */
	const struct tui_job *message_job; /* whose progress the message tells, or NULL */
	enum tui_look message_look;
	double message_time;           /* when it was said */
	bool message_unread;           /* an error, and no key since */
	bool message_is_news;          /* nobody asked for it: newer ones may replace it */
	enum tui_offer message_offer;  /* what the line says can be done */
	struct tui_host *message_host; /* and where; borrowed */
	size_t message_steps;          /* OFFER_UPDATE: so many groups come or go until it was done */
	struct tui_messages messages;  /* all that were said */
	struct tui_requests requests;  /* what the controller has to do */
};

void tui_model_init(struct tui_model *m);
void tui_model_release(struct tui_model *m);

/* A daemon, by the URL with which it is reached; nothing is known of it yet. */
struct tui_host *tui_model_add_host(struct tui_model *m, const char *where);
/* It is shown no longer, and all that it had goes. The host itself stays as long as the model, empty and down: logs, lists
   and answers on their way may mean it; it comes back when it is added again. Not the last one. */
void tui_model_drop_host(struct tui_model *m, struct tui_host *h);
bool tui_model_shows(const struct tui_model *m, const struct tui_host *h);
size_t tui_model_hosts_shown(const struct tui_model *m);
/* Of several that are shown, those about which something has to be said: no answer, or no programs. */
size_t tui_model_hosts_noted(const struct tui_model *m);
/* Those that do not answer; who has not been asked for long yet does not count. */
size_t tui_model_hosts_stale(const struct tui_model *m);
bool tui_host_is_noted(const struct tui_host *h);
/* Gives each host a name that no other has. To be called when something it is made of has changed. */
void tui_model_name_hosts(struct tui_model *m);
/* Processes of the hosts that are shown; those that are ill. */
size_t tui_model_count(const struct tui_model *m);
size_t tui_model_ill(const struct tui_model *m);
/* Those that run and have died often: see tui_proc_flaps. Looks at all; for a picture. */
size_t tui_model_flapping(const struct tui_model *m);
/* All three, with those that are silent for too long: those that are not well. */
size_t tui_model_needing_hand(const struct tui_model *m);
size_t tui_model_count_in(const struct tui_model *m, enum process_state state);
/* The host of what is selected, else the first that is shown. */
struct tui_host *tui_model_host(const struct tui_model *m);

/* What clocks on the wall show at an epoch time, for gmtime_r; 0 when it is none. Daemons may say anything. */
time_t tui_clock_time(const struct tui_model *m, double time);
/* "14:02:11" of an epoch time, at the model's offset from UTC. */
#define TUI_CLOCK_MAX 16
const char *tui_clock(const struct tui_model *m, double time, char out[TUI_CLOCK_MAX]);

#endif
