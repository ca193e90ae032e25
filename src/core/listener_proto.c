/*
 * listener_proto.c: see listener_proto.h. One function for each state; each takes some bytes and says what happened.
 *
 * Nothing that a listener writes is kept without a limit: of a result only its first bytes (only OK matters), of a
 * result line at most LINE_MAX bytes (a longer one is a bad one).
 */
#include "autoconf.h"

#include "core/listener_proto.h"

#include <assert.h>
#include <string.h>

#define READY "READY\n"
#define READY_LEN (sizeof(READY) - 1)
#define RESULT_PREFIX_LEN 7 /* of "RESULT ", which is not looked at */
#define LINE_MAX 8192
#define SAID_MAX 60     /* of what must not be said, for the message */
#define DIGITS_MAX 4300 /* Python's limit for a number in decimal */

typedef size_t feed_fn(struct listener_proto *lp, const char *data, size_t len, struct listener_news *news);

static const char *const names[] = {
    [LISTENER_ACKNOWLEDGED] = "ACKNOWLEDGED",
    [LISTENER_READY] = "READY",
    [LISTENER_BUSY] = "BUSY",
    [LISTENER_UNKNOWN] = "UNKNOWN",
};

const char *
listener_state_name(enum listener_state state)
{
	return names[state];
}

void
listener_proto_init(struct listener_proto *lp)
{
	*lp = (struct listener_proto){.state = LISTENER_ACKNOWLEDGED, .line = BUF_INIT(LINE_MAX + 1)};
}

void
listener_proto_release(struct listener_proto *lp)
{
	buf_release(&lp->line);
}

void
listener_proto_reset(struct listener_proto *lp)
{
	listener_proto_release(lp);
	listener_proto_init(lp);
}

static void
enter(struct listener_proto *lp, enum listener_state to, enum listener_news_type type,
      struct listener_news *news)
{
	news->type = type;
	news->from = lp->state;
	news->to = to;
	lp->state = to;
	lp->has_length = false;
	lp->length = lp->received = 0;
}

void
listener_proto_sent(struct listener_proto *lp)
{
	struct listener_news none;

	assert(lp->state == LISTENER_READY);
	enter(lp, LISTENER_BUSY, LISTENER_NEWS_NONE, &none);
	buf_clear(&lp->line);
}

/* All of it was said in vain; its beginning, after what is in the line already, is kept for the message. */
static size_t
violation(struct listener_proto *lp, const char *data, size_t len, struct listener_news *news)
{
	size_t room = SAID_MAX - lp->line.len;

	buf_append(&lp->line, data, len < room ? len : room);
	enter(lp, LISTENER_UNKNOWN, LISTENER_NEWS_VIOLATION, news);
	news->line = lp->line.data;
	news->len = lp->line.len;
	return len;
}

static size_t
feed_acknowledged(struct listener_proto *lp, const char *data, size_t len, struct listener_news *news)
{
	size_t wanted = READY_LEN - lp->line.len, n = len < wanted ? len : wanted;

	buf_append(&lp->line, data, n);
	if (lp->line.len < READY_LEN)
		return n;
	if (memcmp(lp->line.data, READY, READY_LEN) != 0)
		return n + violation(lp, data + n, len - n, news);
	enter(lp, LISTENER_READY, LISTENER_NEWS_READY, news);
	buf_clear(&lp->line);
	return n;
}

static size_t
feed_ready(struct listener_proto *lp, const char *data, size_t len, struct listener_news *news)
{
	return violation(lp, data, len, news);
}

static size_t
feed_unknown(struct listener_proto *lp, const char *data, size_t len, struct listener_news *news)
{
	(void)lp, (void)data, (void)news;
	return len;
}

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The digits of a number, with single underscores between them, as Python reads them. What does not fit is the most
   that does: nobody lives to see the end of such a result. */
static bool
read_digits(const char *s, size_t len, uint64_t *value)
{
	size_t digits = 0;

	*value = 0;
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '_' && i > 0 && i + 1 < len && is_digit(s[i - 1]) && is_digit(s[i + 1]))
			continue;
		if (!is_digit(s[i]) || ++digits > DIGITS_MAX)
			return false;
		if (__builtin_mul_overflow(*value, 10, value) ||
		    __builtin_add_overflow(*value, (uint64_t)(s[i] - '0'), value))
			*value = UINT64_MAX / 16;
	}
	return digits > 0;
}

static bool
read_length(const char *s, size_t len, uint64_t *value)
{
	bool negative = false;

	while (len > 0 && is_blank(s[0]))
		s++, len--;
	while (len > 0 && is_blank(s[len - 1]))
		len--;
	if (len > 0 && (s[0] == '+' || s[0] == '-')) {
		negative = s[0] == '-';
		s++, len--;
	}
	return read_digits(s, len, value) && (!negative || *value == 0);
}

static size_t
bad_line(struct listener_proto *lp, size_t len, struct listener_news *news)
{
	enter(lp, LISTENER_UNKNOWN, LISTENER_NEWS_BAD_LINE, news);
	news->line = lp->line.data;
	news->len = lp->line.len;
	return len;
}

static size_t
feed_result_line(struct listener_proto *lp, const char *data, size_t len, struct listener_news *news)
{
	size_t room = LINE_MAX - lp->line.len, n = len < room ? len : room;
	const char *newline = memchr(data, '\n', n);
	const char *end;

	buf_append(&lp->line, data, newline != NULL ? (size_t)(newline - data) : n);
	if (newline == NULL)
		return lp->line.len < LINE_MAX ? n : bad_line(lp, len, news);
	n = (size_t)(newline - data) + 1;
	end = buf_str(&lp->line) + lp->line.len;
	if (lp->line.len < RESULT_PREFIX_LEN || !read_length(end - (lp->line.len - RESULT_PREFIX_LEN),
							     lp->line.len - RESULT_PREFIX_LEN, &lp->length))
		return bad_line(lp, len, news);
	lp->has_length = true;
	buf_clear(&lp->line);
	return n;
}

/* An empty result is complete when the next byte comes, as any other: with no byte there is nothing to take. */
static size_t
feed_result(struct listener_proto *lp, const char *data, size_t len, struct listener_news *news)
{
	uint64_t wanted = lp->length - lp->received;
	size_t n = len < wanted ? len : (size_t)wanted;

	for (size_t i = 0; i < n && lp->received + i < sizeof(lp->result); i++)
		lp->result[lp->received + i] = data[i];
	lp->received += n;
	if (lp->received == lp->length) {
		bool ok = lp->length == 2 && memcmp(lp->result, "OK", 2) == 0;

		enter(lp, LISTENER_ACKNOWLEDGED, LISTENER_NEWS_RESULT, news);
		news->ok = ok;
	}
	return n;
}

static size_t
feed_busy(struct listener_proto *lp, const char *data, size_t len, struct listener_news *news)
{
	return lp->has_length ? feed_result(lp, data, len, news) : feed_result_line(lp, data, len, news);
}

static feed_fn *const feeds[] = {
    [LISTENER_ACKNOWLEDGED] = feed_acknowledged,
    [LISTENER_READY] = feed_ready,
    [LISTENER_BUSY] = feed_busy,
    [LISTENER_UNKNOWN] = feed_unknown,
};

size_t
listener_proto_feed(struct listener_proto *lp, const char *data, size_t len, struct listener_news *news)
{
	size_t taken = 0;

	*news = (struct listener_news){.type = LISTENER_NEWS_NONE, .from = lp->state, .to = lp->state};
	while (taken < len && news->type == LISTENER_NEWS_NONE)
		taken += feeds[lp->state](lp, data + taken, len - taken, news);
	return taken;
}
