/* ctl_tails.c: see ctl_tails.h. */
#include "autoconf.h"

#include "ctl/ctl_tails.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "base/xmalloc.h"
#include "client/client_stream.h"
#include "ctl/ctl_logs.h"
#include "ctl/ctl_screen.h"

#define LINE_MAX_BYTES 65536 /* of a line that has no end yet */

struct tails;

struct tail {
	struct tails *tails;
	struct client_stream *stream;
	char *path; /* owned, as is the next */
	char *prefix;
	struct buf rest; /* a line that is not yet whole */
};

struct tails {
	struct ctl *ctl;
	struct tail *tail;
	size_t n;
	size_t live;
	bool over; /* all have ended, or nobody reads any more */
};

void
ctl_tails_lines(struct buf *out, struct buf *rest, const char *prefix, const char *data, size_t len,
		bool final)
{
	while (len > 0 || (final && rest->len > 0)) {
		const char *end = memchr(data, '\n', len);
		size_t n = end != NULL ? (size_t)(end - data) : len, room = rest->max - rest->len;
		bool cut = n > room;

		n = cut ? room : n;
		buf_append(rest, data, n);
		data += n;
		len -= n;
		if (end == NULL && !cut && !final)
			return;
		buf_puts(out, prefix);
		buf_append(out, rest->data, rest->len);
		buf_putc(out, '\n');
		buf_clear(rest);
		if (end != NULL && !cut) {
			data++;
			len--;
		}
	}
}

static void
put(struct tail *t, const char *data, size_t len, bool final)
{
	struct buf out = BUF_INIT(SIZE_MAX / 2);

	ctl_tails_lines(&out, &t->rest, t->prefix, data, len, final);
	if (out.len > 0)
		fwrite(out.data, 1, out.len, stdout);
	buf_release(&out);
	/* Nobody reads any more: a closed pipe, a full disk. */
	if (fflush(stdout) != 0 || ferror(stdout))
		t->tails->over = true;
}

static void
tail_data(void *arg, const char *data, size_t len)
{
	put(arg, data, len, false);
}

static void
tail_end(void *arg, const struct client_error *e)
{
	struct tail *t = arg;
	char *url = xasprintf("%s%s", t->tails->ctl->url, t->path);

	put(t, "", 0, true);
	ctl_follow_explain(url, e);
	free(url);
	if (--t->tails->live == 0)
		t->tails->over = true;
}

static const struct client_stream_ops tail_ops = {.data = tail_data, .end = tail_end};

/* As wide as the others; on a terminal each in the next of six colours. */
static char *
make_prefix(const char *name, size_t width, size_t i)
{
	bool colour = ctl_screen_has_colour();
	struct buf prefix = BUF_INIT(SIZE_MAX / 2);

	if (colour)
		buf_printf(&prefix, "\033[3%zum", i % 6 + 1);
	for (size_t used = ctl_table_put(&prefix, name, SIZE_MAX); used < width; used++)
		buf_putc(&prefix, ' ');
	buf_printf(&prefix, " |%s ", colour ? "\033[0m" : "");
	return buf_steal(&prefix);
}

static void
tail_start(struct tails *ts, size_t i, const char *name, const char *channel, size_t width)
{
	struct client_options options = ctl_client_options(ts->ctl);
	struct tail *t = &ts->tail[i];

	t->tails = ts;
	t->path = xasprintf("/logtail/%s/%s", name, channel);
	t->prefix = make_prefix(name, width, i);
	buf_init(&t->rest, LINE_MAX_BYTES);
	t->stream = client_stream_open(ts->ctl->base, &options, t->path, NULL, NULL, &tail_ops, t);
}

void
ctl_tails(struct ctl *ctl, const struct ctl_targets *targets, const char *channel)
{
	struct tails ts = {
	    .ctl = ctl,
	    .tail = xcalloc(targets->n, sizeof(*ts.tail)),
	    .n = targets->n,
	    .live = targets->n,
	};
	size_t width = 0;

	for (size_t i = 0; i < ts.n; i++) {
		size_t len = utf8_count(targets->target[i].name, strlen(targets->target[i].name));

		width = len > width ? len : width;
	}
	ctl_interrupt_catch(ctl); /* before that is offered */
	ctl_say("==> Press Ctrl-C to exit <==");
	for (size_t i = 0; i < ts.n; i++)
		tail_start(&ts, i, targets->target[i].name, channel, width);
	if (ctl_run_until(ctl, &ts.over))
		putchar('\n');
	for (size_t i = 0; i < ts.n; i++) {
		client_stream_close(ts.tail[i].stream);
		buf_release(&ts.tail[i].rest);
		free(ts.tail[i].path);
		free(ts.tail[i].prefix);
	}
	free(ts.tail);
}
