/* fuzz_sse.c: the push stream as a client reads it: the same events however it is cut, and again when they are written. */
#include "autoconf.h"

#include "core/sse.h"

#include "tests/fuzz/fuzz.h"

#define LIMIT 1024

struct result {
	struct buf seen;    /* the events for comparison */
	struct buf written; /* the events as the daemon would send them */
};

static void
note(void *arg, const struct sse_event *ev)
{
	struct result *r = arg;

	FUZZ_CHECK(ev->data[ev->data_len] == '\0');
	buf_printf(&r->seen, "event %s, id %s, %zu: ", ev->event, ev->id != NULL ? ev->id : "-",
		   ev->data_len);
	buf_append(&r->seen, ev->data, ev->data_len);
	buf_putc(&r->seen, '\n');
	FUZZ_CHECK(sse_write(&r->written, ev->event, ev->id, ev->data, ev->data_len));
}

static bool
read_stream(struct result *r, size_t limit, struct fuzz_cut cut, const char *data, size_t size)
{
	struct sse_parser p;
	bool ok = true;
	size_t n;

	*r = (struct result){.seen = BUF_INIT(FUZZ_MAX), .written = BUF_INIT(FUZZ_MAX)};
	sse_parser_init(&p, limit, note, r);
	for (; size > 0 && ok; data += n, size -= n) {
		n = fuzz_piece(&cut, size);
		ok = sse_parser_feed(&p, data, n);
	}
	sse_parser_release(&p);
	return ok;
}

static void
release(struct result *r)
{
	buf_release(&r->seen);
	buf_release(&r->written);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_cut all = {.whole = true};
	const char *text = (const char *)data + 1;
	struct result whole, cut, again;
	bool ok;

	if (size == 0)
		return 0;
	ok = read_stream(&whole, LIMIT, all, text, size - 1);
	FUZZ_CHECK(read_stream(&cut, LIMIT, (struct fuzz_cut){.seed = data[0]}, text, size - 1) == ok);
	fuzz_check_equal(&whole.seen, &cut.seen);
	/* Names of fields come on top of what was within the limit. */
	FUZZ_CHECK(read_stream(&again, 4 * LIMIT, all, buf_str(&whole.written), whole.written.len));
	fuzz_check_equal(&whole.seen, &again.seen);
	release(&whole);
	release(&cut);
	release(&again);
	return 0;
}
