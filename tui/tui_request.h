/*
 * What pure code wants from the world: calls to the daemon, a command to run, a log to follow. They queue up
 * here; the controller takes them out, does them, and brings answers of calls back with the tag they were
 * given.
 */
#ifndef TUI_REQUEST_H
#define TUI_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "core/xmlrpc.h"

enum tui_request_kind {
	REQUEST_CALL,        /* method, params; answered with tag and ticket */
	REQUEST_COMMAND,     /* text: a supervisorctl command line */
	REQUEST_COMMAND_END, /* end the command that runs */
	REQUEST_FOLLOW,      /* follow the log that the log pane shows */
	REQUEST_RETRY,       /* connect now */
	REQUEST_CONNECT,     /* text: the URL of a daemon that is to be shown, too */
	REQUEST_DISCONNECT,  /* the host is to be shown no longer */
	REQUEST_LOGIN,       /* ssh gets the terminal, to ask what it has to */
	REQUEST_REDRAW,      /* draw everything again */
	REQUEST_SUSPEND,
	REQUEST_FG,       /* text: key of the process that gets the terminal until it is given back */
	REQUEST_REMEMBER, /* text: a command line, for the next session */
	REQUEST_COPY,     /* text: for the clipboard, at most TUI_COPY_MAX bytes */
	REQUEST_READER, /* the pane's dump to a program that has the terminal; text: its command line, "": the pager */
	REQUEST_SAVE,      /* the pane's dump to a file; text: its name */
	REQUEST_OVERWRITE, /* the same, where there is a file of this name */
	REQUEST_QUIT,
};

/* Who wants the answer. */
enum tui_tag {
	TAG_NONE,
	TAG_JOB_STOP,
	TAG_JOB_START,
	TAG_CALLS,
	TAG_PREVIEW,
	TAG_REREAD, /* the preview of a daemon that has no previewUpdate */
	TAG_UPDATE, /* one step of an update */
	TAG_SHUTDOWN,
	TAG_RELOAD,
	TAG_RUNS,    /* starts and ends, for the log */
	TAG_AROUND,  /* a piece of a log around a moment */
	TAG_PAST,    /* an earlier piece of a log */
	TAG_HISTORY, /* of several programs */
	TAG_FACT_CONFIG,
	TAG_FACT_HISTORY,
	TAG_FACT_STDOUT,
	TAG_FACT_STDERR,
	TAG_FACT_TREE,
	TAG_FACT_RESOURCES,
	TAG_REPORT_HISTORY,
	TAG_REPORT_CHANGES,
	TAG_HEALTH, /* starts and ends of all, for the graph */
};

struct tui_host;

struct tui_request {
	struct tui_request *next;
	struct tui_host *host; /* whom it is for; NULL: all, or none in particular */
	enum tui_request_kind kind;
	char *text;                  /* method or command line; owned */
	struct xmlrpc_value *params; /* owned */
	enum tui_tag tag;
	unsigned ticket; /* which of those with this tag */
	bool
	    ask; /* a question of the screen's, answered at once: it does not wait behind a stop or a start */
};

struct tui_requests {
	struct tui_request *first;
	struct tui_request *last;
};

void tui_request(struct tui_requests *q, enum tui_request_kind kind, const char *text);
void tui_request_host(struct tui_host *h, enum tui_request_kind kind);
void tui_request_host_text(struct tui_host *h, enum tui_request_kind kind, const char *text);
/* Takes params over. */
void tui_request_call(struct tui_host *h, enum tui_tag tag, unsigned ticket, const char *method,
		      struct xmlrpc_value *params);
/* The same for a question that is answered at once. */
void tui_request_ask(struct tui_host *h, enum tui_tag tag, unsigned ticket, const char *method,
		     struct xmlrpc_value *params);
/* The oldest, which the caller frees; NULL when there is none. */
struct tui_request *tui_request_take(struct tui_requests *q);
void tui_request_free(struct tui_request *r);

#endif
