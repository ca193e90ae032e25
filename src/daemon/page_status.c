/*
 * page_status.c: the table of all processes, as it is now. The page's script keeps it live from there, and makes the same
 * of each process as the slots here (page/page.js): what one shows the other must.
 *
 * A page of very many rows is made as the reader takes it, a piece at a time: only the names of the processes are kept
 * meanwhile, and who is gone when its turn comes is left out. A page that fits into one piece has a length, as
 * Supervisor's.
 */
#include "autoconf.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "core/html.h"
#include "core/process_table.h"
#include "daemon/http_stream.h"
#include "daemon/page.h"

#define PIECE_FIRST (256 * 1024) /* a page up to here is sent whole */
#define PIECE_NEXT (64 * 1024)
#define PIECE_MAX (4 * 1024 * 1024) /* beyond it something is wrong: a row has a few KiB at most */
#define NAMES_MAX (256 * 1024 * 1024)
#define PROBLEMS_SHOWN 5

/* What the page shows of a state. The buttons are Supervisor's, and Stop and Restart where it waits for another try. */
static const struct {
	const char *word, *class;
	bool starts;   /* the first button is Start, else Restart */
	bool first_on; /* it can be pressed */
	bool stop_on;
} looks[PROCESS_NSTATES] = {
    [PROCESS_STOPPED] = {.word = "stopped", .class = "statusnominal", .starts = true, .first_on = true},
    [PROCESS_STARTING] = {.word = "starting", .class = "statusnominal", .first_on = true, .stop_on = true},
    [PROCESS_RUNNING] = {.word = "running", .class = "statusrunning", .first_on = true, .stop_on = true},
    [PROCESS_BACKOFF] = {.word = "backoff", .class = "statuserror", .first_on = true, .stop_on = true},
    [PROCESS_STOPPING] = {.word = "stopping", .class = "statusnominal", .starts = true},
    [PROCESS_EXITED] = {.word = "exited", .class = "statusnominal", .starts = true, .first_on = true},
    [PROCESS_FATAL] = {.word = "fatal", .class = "statuserror", .starts = true, .first_on = true},
    [PROCESS_UNKNOWN] = {.word = "unknown", .class = "statusnominal", .starts = true},
};

/* The worst first. */
static const enum process_state by_severity[PROCESS_NSTATES] = {
    PROCESS_FATAL,    PROCESS_BACKOFF,  PROCESS_UNKNOWN, PROCESS_EXITED,
    PROCESS_STOPPING, PROCESS_STARTING, PROCESS_STOPPED, PROCESS_RUNNING,
};

/* A page under way. It owns itself once it has become a stream. */
struct status_page {
	struct daemon *d;
	struct http_stream *stream; /* NULL: not yet, or never */
	const char *message;        /* borrowed from the request: for the first piece */
	struct buf names; /* of groups and processes that are still to be shown, each with its NUL */
	size_t at;        /* in names, of the next one */
	size_t counts[PROCESS_NSTATES];
	size_t nproblems;
	struct process *problems[PROBLEMS_SHOWN]; /* for the first piece */
	struct buf piece;
	bool done;
};

/*
 * Slots of row.html.
 */

struct row {
	const struct process *p;
	char *spec; /* as links and messages name it */
	int64_t now;
};

static void
slot_full_name(struct buf *out, void *arg)
{
	const struct row *row = arg;

	page_text(out, row->p->group->name);
	buf_putc(out, ':');
	page_text(out, row->p->name);
}

static void
slot_name(struct buf *out, void *arg)
{
	const struct row *row = arg;

	page_text(out, row->spec);
}

static void
slot_link(struct buf *out, void *arg)
{
	const struct row *row = arg;

	page_link(out, row->spec);
}

static void
slot_state(struct buf *out, void *arg)
{
	const struct row *row = arg;

	buf_puts(out, process_state_name(row->p->state));
}

static void
slot_word(struct buf *out, void *arg)
{
	const struct row *row = arg;

	buf_puts(out, looks[row->p->state].word);
}

static void
slot_class(struct buf *out, void *arg)
{
	const struct row *row = arg;

	buf_puts(out, looks[row->p->state].class);
}

static void
slot_problem(struct buf *out, void *arg)
{
	const struct row *row = arg;

	if (process_is_ill(row->p))
		buf_puts(out, " data-problem=\"\"");
}

static void
slot_description(struct buf *out, void *arg)
{
	const struct row *row = arg;
	char *description = process_description(row->p, row->now);

	page_text(out, description);
	free(description);
}

/* What the description does not say. */
static void
slot_note(struct buf *out, void *arg)
{
	const struct process *p = ((const struct row *)arg)->p;
	uint64_t restarts = process_restarts(p);
	const char *comma = "";

	if (p->state == PROCESS_EXITED && p->spawnerr != NULL && p->spawnerr[0] != '\0') {
		page_text(out, p->spawnerr);
		comma = ", ";
	}
	if (restarts > 0) {
		buf_printf(out, "%s%" PRIu64 " restart%s", comma, restarts, restarts == 1 ? "" : "s");
		comma = ", ";
	}
	if (process_lost_bytes(p) > 0)
		buf_printf(out, "%s%" PRIu64 " bytes of output lost", comma, process_lost_bytes(p));
}

static void
slot_first_action(struct buf *out, void *arg)
{
	const struct row *row = arg;

	buf_puts(out, looks[row->p->state].starts ? "start" : "restart");
}

static void
slot_first_label(struct buf *out, void *arg)
{
	const struct row *row = arg;

	buf_puts(out, looks[row->p->state].starts ? "Start" : "Restart");
}

static void
slot_first_off(struct buf *out, void *arg)
{
	const struct row *row = arg;

	if (!looks[row->p->state].first_on)
		buf_puts(out, " disabled=\"\"");
}

static void
slot_stop_off(struct buf *out, void *arg)
{
	const struct row *row = arg;

	if (!looks[row->p->state].stop_on)
		buf_puts(out, " disabled=\"\"");
}

static const struct html_slot row_slots[] = {
    {.name = "full_name", .fn = slot_full_name},
    {.name = "name", .fn = slot_name},
    {.name = "link", .fn = slot_link},
    {.name = "state", .fn = slot_state},
    {.name = "word", .fn = slot_word},
    {.name = "class", .fn = slot_class},
    {.name = "problem", .fn = slot_problem},
    {.name = "description", .fn = slot_description},
    {.name = "note", .fn = slot_note},
    {.name = "first_action", .fn = slot_first_action},
    {.name = "first_label", .fn = slot_first_label},
    {.name = "first_off", .fn = slot_first_off},
    {.name = "stop_off", .fn = slot_stop_off},
    {0},
};

/*
 * Slots of status.html.
 */

static void
slot_message(struct buf *out, void *arg)
{
	const struct status_page *page = arg;

	if (page->message != NULL)
		page_text(out, page->message);
}

/* Supervisor's pages say so, too. */
static void
slot_message_class(struct buf *out, void *arg)
{
	const struct status_page *page = arg;

	buf_puts(out, page->message != NULL ? "status_msg" : "hidden");
	if (page->message != NULL && strncmp(page->message, "ERROR: ", strlen("ERROR: ")) == 0)
		buf_puts(out, " failed");
}

static void
slot_identification(struct buf *out, void *arg)
{
	const struct status_page *page = arg;

	page_text(out, page->d->config->supervisord.identifier);
}

static void
slot_supervisor_state(struct buf *out, void *arg)
{
	const struct status_page *page = arg;

	buf_puts(out, supervisor_state_name(page->d->state));
}

static void
slot_summary(struct buf *out, void *arg)
{
	const struct status_page *page = arg;

	for (size_t i = 0; i < PROCESS_NSTATES; i++) {
		enum process_state state = by_severity[i];

		buf_printf(out, "<li%s><button type=\"button\" disabled=\"\" data-state=\"%s\">",
			   page->counts[state] == 0 ? " hidden=\"\"" : "", process_state_name(state));
		buf_printf(out, "<b>%zu</b> %s</button></li>\n", page->counts[state], looks[state].word);
	}
}

static void
append_problem(struct buf *out, const struct status_page *page, const struct process *p)
{
	struct row row = {.p = p, .spec = process_namespec(p), .now = wall_seconds(page->d->now.wall)};

	buf_puts(out, "<li><a href=\"tail.html?processname=");
	page_link(out, row.spec);
	buf_puts(out, "\">");
	page_text(out, row.spec);
	buf_printf(out, "</a> <b>%s</b> <span>", looks[p->state].word);
	if (p->state == PROCESS_EXITED)
		page_text(out, p->spawnerr);
	else
		slot_description(out, &row);
	buf_puts(out, "</span></li>\n");
	free(row.spec);
}

static void
slot_problems(struct buf *out, void *arg)
{
	const struct status_page *page = arg;

	for (size_t i = 0; i < page->nproblems && i < PROBLEMS_SHOWN; i++)
		append_problem(out, page, page->problems[i]);
	if (page->nproblems > PROBLEMS_SHOWN)
		buf_printf(out, "<li>and %zu more</li>\n", page->nproblems - PROBLEMS_SHOWN);
}

static void
slot_no_problems(struct buf *out, void *arg)
{
	const struct status_page *page = arg;

	if (page->nproblems == 0)
		buf_puts(out, " hidden=\"\"");
}

static void
slot_empty(struct buf *out, void *arg)
{
	const struct status_page *page = arg;

	if (page->names.len > 0)
		buf_puts(out, " hidden=\"\"");
}

static void
slot_not_empty(struct buf *out, void *arg)
{
	const struct status_page *page = arg;

	if (page->names.len == 0)
		buf_puts(out, " hidden=\"\"");
}

static const struct html_slot page_slots[] = {
    {.name = "message", .fn = slot_message},
    {.name = "message_class", .fn = slot_message_class},
    {.name = "identification", .fn = slot_identification},
    {.name = "supervisor_state", .fn = slot_supervisor_state},
    {.name = "summary", .fn = slot_summary},
    {.name = "problems", .fn = slot_problems},
    {.name = "no_problems", .fn = slot_no_problems},
    {.name = "empty", .fn = slot_empty},
    {.name = "not_empty", .fn = slot_not_empty},
    {.name = "version", .fn = page_slot_version},
    {0},
};

/*
 * The page, piece by piece.
 */

static void
page_release(struct status_page *page)
{
	buf_release(&page->names);
	buf_release(&page->piece);
}

static void
collect(struct status_page *page)
{
	size_t n;
	struct process **all = process_table_all(&page->d->table, ORDER_NAME, &n);

	for (size_t i = 0; i < n; i++) {
		struct process *p = all[i];

		page->counts[p->state]++;
		if (process_is_ill(p) && page->nproblems++ < PROBLEMS_SHOWN)
			page->problems[page->nproblems - 1] = p;
		buf_append(&page->names, p->group->name, strlen(p->group->name) + 1);
		buf_append(&page->names, p->name, strlen(p->name) + 1);
	}
	free(all);
	page->piece.failed = page->names.failed;
}

static const char *
next_name(struct status_page *page)
{
	const char *name = page->names.data + page->at;

	page->at += strlen(name) + 1;
	return name;
}

static void
append_row(struct status_page *page, const struct process *p)
{
	const struct page_asset *template = page_asset("row.html");
	struct row row = {.p = p, .spec = process_namespec(p), .now = wall_seconds(page->d->now.wall)};

	html_fill(&page->piece, (const char *)template->data, template->len, row_slots, &row);
	free(row.spec);
}

/* status.html has the rows between two halves, of which half is 0 or 1. */
static void
append_half(struct status_page *page, size_t half)
{
	static const char mark[] = "{{rows}}";
	const struct page_asset *template = page_asset("status.html");
	const char *whole = (const char *)template->data, *rows = strstr(whole, mark);
	const char *begin = half == 0 ? whole : rows + strlen(mark);
	const char *end = half == 0 ? rows : whole + template->len;

	html_fill(&page->piece, begin, (size_t)(end - begin), page_slots, page);
}

/* Adds to the piece until it has so many bytes, or the page is done. */
static void
make_piece(struct status_page *page, size_t wanted)
{
	while (page->at < page->names.len && page->piece.len < wanted && !page->piece.failed) {
		const char *group = next_name(page);
		const struct process *p = process_table_find(&page->d->table, group, next_name(page));

		if (p != NULL)
			append_row(page, p);
	}
	if (page->at < page->names.len || page->piece.failed)
		return;
	append_half(page, 1);
	page->done = true;
}

static void
send_piece(struct status_page *page)
{
	struct http_stream *stream = page->stream;

	if (page->piece.failed) {
		http_stream_abort(stream);
		return;
	}
	http_stream_write(stream, buf_str(&page->piece), page->piece.len);
	/* The first is the largest by far, and many readers may be slow. */
	buf_release(&page->piece);
	if (!page->done)
		return;
	page_release(page);
	free(page);
	http_stream_end(stream);
}

static void
writable_cb(void *arg)
{
	struct status_page *page = arg;

	make_piece(page, PIECE_NEXT);
	send_piece(page);
}

static void
closed_cb(void *arg)
{
	struct status_page *page = arg;

	page_release(page);
	free(page);
}

/* The first piece is made, and is not all. */
static void
become_stream(const struct status_page *begun, struct http_request *r)
{
	static const struct http_stream_callbacks callbacks = {
	    .has_end = true, .writable = writable_cb, .closed = closed_cb};
	struct status_page *page = xmemdup(begun, sizeof *begun);

	/* Neither outlives this. */
	page->message = NULL;
	memset(page->problems, 0, sizeof page->problems);
	page->stream = http_stream_start(r, NULL, page_headers, &callbacks, page);
	send_piece(page);
}

/* The head of an answer that is not sent says how long it would be. */
static void
reply_head(struct status_page *page, struct http_request *r)
{
	size_t len = page->piece.len;

	while (!page->done && !page->piece.failed) {
		buf_clear(&page->piece);
		make_piece(page, PIECE_NEXT);
		len += page->piece.len;
	}
	http_reply_headers(r, 200, page_headers, "", len);
	page_release(page);
}

void
page_status(struct daemon *d, struct http_request *r, const char *message)
{
	struct status_page page = {
	    .d = d, .message = message, .names = BUF_INIT(NAMES_MAX), .piece = BUF_INIT(PIECE_MAX)};

	collect(&page);
	append_half(&page, 0);
	make_piece(&page, PIECE_FIRST);
	if (http_request_method(r) == HTTP_HEAD) {
		reply_head(&page, r);
	} else if (page.done || page.piece.failed) {
		page_reply(r, &page.piece);
		page_release(&page);
	} else {
		become_stream(&page, r);
	}
}
