/*
 * capture.c: see capture.h. What is held back is always a beginning of the tag that is looked for, so its length is all
 * that has to be remembered.
 */
#include "autoconf.h"

#include "core/capture.h"

#include <assert.h>
#include <string.h>

#define TAG_BEGIN "<!--XSUPERVISOR:BEGIN-->"
#define TAG_END "<!--XSUPERVISOR:END-->"

static_assert(sizeof TAG_BEGIN - 2 == CAPTURE_HELD_MAX, "a tag less one byte can be held back");
static_assert(sizeof TAG_END <= sizeof TAG_BEGIN, "the longer tag decides what can be held back");

struct tag {
	const char *text;
	size_t len;
};

static struct tag
next_tag(const struct capture *c)
{
	if (c->inside)
		return (struct tag){TAG_END, sizeof TAG_END - 1};
	return (struct tag){TAG_BEGIN, sizeof TAG_BEGIN - 1};
}

/* How much of the end of the data is a beginning of the tag, which itself is not there. */
static size_t
begun(struct tag tag, const char *data, size_t len)
{
	size_t n = len < tag.len - 1 ? len : tag.len - 1;

	while (n > 0 && memcmp(data + len - n, tag.text, n) != 0)
		n--;
	return n;
}

void
capture_init(struct capture *c, int64_t maxbytes, size_t piece_max)
{
	*c = (struct capture){.maxbytes = maxbytes};
	buf_init(&c->message, (maxbytes > 0 ? (size_t)maxbytes : 0) + piece_max);
}

void
capture_release(struct capture *c)
{
	buf_release(&c->message);
}

size_t
capture_join(struct capture *c, char *data)
{
	size_t held = c->held;

	memcpy(data - held, next_tag(c).text, held);
	c->held = 0;
	return held;
}

size_t
capture_scan(struct capture *c, char *data, size_t len, struct capture_piece *piece)
{
	struct tag tag = next_tag(c);
	char *at = memmem(data, len, tag.text, tag.len);

	*piece = (struct capture_piece){.text = data, .inside = c->inside, .tag = at != NULL};
	if (at == NULL) {
		c->held = begun(tag, data, len);
		piece->len = len - c->held;
		return len;
	}
	c->inside = !c->inside;
	piece->len = (size_t)(at - data);
	return piece->len + tag.len;
}

bool
capture_end(struct capture *c, char *room, struct capture_piece *piece)
{
	size_t held = c->held;

	memcpy(room, next_tag(c).text, held);
	*piece = (struct capture_piece){.text = room, .len = held, .inside = c->inside};
	c->held = 0;
	return held > 0;
}

void
capture_keep(struct capture *c, const char *data, size_t len)
{
	if ((int64_t)(c->message.len + len) > c->maxbytes)
		buf_consume(&c->message, len < c->message.len ? len : c->message.len);
	if (buf_append(&c->message, data, len))
		return;
	/* No memory for all of it: the message begins anew here, as if it had come to its limit. */
	capture_forget(c);
	buf_append(&c->message, data, len);
	c->message.failed = false;
}

void
capture_forget(struct capture *c)
{
	buf_release(&c->message);
}
