/*
 * page_tail.c: tail.html, the end of a log as it is now. The page's script follows it from there.
 */
#include "autoconf.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "core/fault.h"
#include "core/html.h"
#include "core/process_table.h"
#include "daemon/page.h"
#include "daemon/rpc.h"

#define LIMIT_MIN 1024          /* Supervisor's, and what it shows unasked */
#define LIMIT_MAX (1024 * 1024) /* of what is held in memory for one request */
#define PAGE_MAX (16 * LIMIT_MAX)

enum log_channel {
	LOG_STDOUT,
	LOG_STDERR,
	LOG_MAIN, /* the daemon's own */
};

static const struct {
	const char *name, *title, *method, *logtail;
} channels[] = {
    [LOG_STDOUT] = {.name = "stdout", .title = "Stdout", .method = "readProcessStdoutLog"},
    [LOG_STDERR] = {.name = "stderr",
		    .title = "Stderr",
		    .method = "readProcessStderrLog",
		    .logtail = "/stderr"},
    [LOG_MAIN] = {.name = "main", .title = "Main log", .method = "readLog"},
};

struct tail_page {
	const char *name; /* of the process as it was given; NULL: none */
	enum log_channel channel;
	int64_t limit;
	struct process *process; /* NULL: no such */
	char *text;              /* the log, or why there is none; owned */
	size_t len;
};

/*
 * Slots of tail.html.
 */

static void
slot_title(struct buf *out, void *arg)
{
	const struct tail_page *t = arg;

	if (t->channel == LOG_MAIN)
		buf_puts(out, "Supervisor main log");
	else
		buf_puts(out, "Supervisor tail of process ");
	if (t->channel != LOG_MAIN)
		page_text(out, t->name != NULL ? t->name : "None");
}

static void
slot_name(struct buf *out, void *arg)
{
	const struct tail_page *t = arg;

	page_text(out, t->channel == LOG_MAIN ? "supervisord" : t->name != NULL ? t->name : "None");
}

/* What /events calls this log; empty when there is nothing to follow. */
static void
slot_log(struct buf *out, void *arg)
{
	const struct tail_page *t = arg;

	if (t->process != NULL) {
		page_text(out, t->process->group->name);
		buf_putc(out, ':');
		page_text(out, t->process->name);
	}
	if (t->process != NULL || t->channel == LOG_MAIN)
		buf_printf(out, ":%s", channels[t->channel].name);
}

/* A link to this page: the parameters that say which log it is. */
static void
append_address(struct buf *out, const struct tail_page *t, enum log_channel channel)
{
	buf_puts(out, "tail.html?");
	if (channel == LOG_MAIN) {
		buf_puts(out, "channel=main");
		return;
	}
	buf_puts(out, "processname=");
	page_link(out, t->name);
	if (channel != LOG_STDOUT)
		buf_printf(out, "&amp;channel=%s", channels[channel].name);
}

static void
slot_channels(struct buf *out, void *arg)
{
	const struct tail_page *t = arg;
	enum log_channel first = t->name != NULL ? LOG_STDOUT : LOG_MAIN;

	for (enum log_channel channel = first; channel <= LOG_MAIN; channel++) {
		buf_puts(out, "<a href=\"");
		append_address(out, t, channel);
		buf_printf(out, "\"%s>%s</a>\n", channel == t->channel ? " aria-current=\"page\"" : "",
			   channels[channel].title);
	}
}

static void
append_amount(struct buf *out, const struct tail_page *t, int64_t limit, const char *text)
{
	buf_puts(out, "<a class=\"button\" href=\"");
	append_address(out, t, t->channel);
	buf_printf(out, "&amp;limit=%" PRId64 "\">%s</a>\n", limit, text);
}

/* For those without a script: again, and more of it; and as it grows, as plain text. */
static void
slot_plain(struct buf *out, void *arg)
{
	const struct tail_page *t = arg;

	if (t->channel != LOG_MAIN && t->name == NULL)
		return;
	append_amount(out, t, t->limit, "Refresh");
	append_amount(out, t, 16384, "16 KB");
	append_amount(out, t, 262144, "256 KB");
	buf_puts(out, "<a class=\"button\" href=\"");
	if (t->channel == LOG_MAIN) {
		buf_puts(out, "mainlogtail");
	} else {
		buf_puts(out, "logtail/");
		page_link(out, t->name);
		buf_puts(out, channels[t->channel].logtail != NULL ? channels[t->channel].logtail : "");
	}
	buf_puts(out, "\">Follow as plain text</a>\n");
}

static void
slot_clear(struct buf *out, void *arg)
{
	const struct tail_page *t = arg;

	if (t->process == NULL)
		return;
	buf_puts(out, "<button name=\"action\" value=\"clearlog\" formaction=\"index.html?processname=");
	page_link(out, t->name);
	buf_puts(out, "&amp;action=clearlog\">Clear log</button>\n");
}

static void
slot_text(struct buf *out, void *arg)
{
	const struct tail_page *t = arg;

	html_escape_lines(out, t->text, t->len);
}

static const struct html_slot slots[] = {
    {.name = "title", .fn = slot_title},
    {.name = "name", .fn = slot_name},
    {.name = "log", .fn = slot_log},
    {.name = "channels", .fn = slot_channels},
    {.name = "plain", .fn = slot_plain},
    {.name = "clear", .fn = slot_clear},
    {.name = "text", .fn = slot_text},
    {.name = "version", .fn = page_slot_version},
    {0},
};

/*
 * The log.
 */

/* rpc_done_fn */
static void
log_read(void *arg, struct xmlrpc_value *value, enum fault code, const char *text)
{
	struct tail_page *t = arg;

	if (value != NULL) {
		t->len = xmlrpc_get_length(value);
		t->text = xmemdup(xmlrpc_get_string(value), t->len + 1);
		xmlrpc_free(value);
		return;
	}
	if (code == FAULT_NO_FILE)
		t->text = xasprintf("No file for %s", t->name != NULL ? t->name : "supervisord");
	else
		t->text = xasprintf("ERROR: unexpected rpc fault [%d] %s", (int)code, text);
	t->len = strlen(t->text);
}

static void
read_log(struct daemon *d, struct tail_page *t)
{
	struct xmlrpc_value *params;

	if (t->channel != LOG_MAIN && t->name == NULL) {
		t->text = xstrdup("No process name found");
		t->len = strlen(t->text);
		return;
	}
	params = xmlrpc_array();
	if (t->channel != LOG_MAIN)
		xmlrpc_append(params, xmlrpc_string(t->name));
	xmlrpc_append(params, xmlrpc_int(-t->limit));
	xmlrpc_append(params, xmlrpc_int(0));
	/* It reads at once. */
	rpc_call_own(d, NULL, channels[t->channel].method, params, log_read, t);
	xmlrpc_free(params);
}

static enum log_channel
channel_of(const char *name)
{
	for (size_t i = 0; name != NULL && i < sizeof channels / sizeof channels[0]; i++)
		if (strcmp(name, channels[i].name) == 0)
			return (enum log_channel)i;
	return LOG_STDOUT;
}

static int64_t
limit_of(const char *given)
{
	size_t digits = given != NULL ? strspn(given, "0123456789") : 0;

	if (digits == 0 || given[digits] != '\0' || digits > 18)
		return digits > 18 ? LIMIT_MAX : LIMIT_MIN;
	int64_t limit = strtoll(given, NULL, 10);

	return limit < LIMIT_MIN ? LIMIT_MIN : limit > LIMIT_MAX ? LIMIT_MAX : limit;
}

void
page_tail(struct daemon *d, struct http_request *r)
{
	const struct page_asset *template = page_asset("tail.html");
	struct buf page = BUF_INIT(PAGE_MAX);
	struct tail_page t = {
	    .name = page_param(r, "processname"),
	    .channel = channel_of(page_param(r, "channel")),
	    .limit = limit_of(page_param(r, "limit")),
	};

	if (t.channel == LOG_MAIN)
		t.name = NULL;
	if (t.name != NULL)
		t.process = process_table_lookup(&d->table, t.name).process;
	read_log(d, &t);
	html_fill(&page, (const char *)template->data, template->len, slots, &t);
	page_reply(r, &page);
	buf_release(&page);
	free(t.text);
}
