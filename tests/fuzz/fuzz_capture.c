/* fuzz_capture.c: messages between tags in the output of programs: found however the output is cut. */
#include "autoconf.h"

#include "core/capture.h"

#include "base/xmalloc.h"
#include "tests/fuzz/fuzz.h"

/* What came of it: text, and messages each between brackets that no text has (no UTF-8). */
struct result {
	struct capture capture;
	struct buf out;
	size_t longest; /* piece */
};

static void
take(struct result *r, const struct capture_piece *piece)
{
	int64_t most = r->capture.maxbytes;

	if (!piece->inside) {
		buf_append(&r->out, piece->text, piece->len);
		return;
	}
	if (piece->len > r->longest)
		r->longest = piece->len;
	capture_keep(&r->capture, piece->text, piece->len);
	FUZZ_CHECK(r->capture.message.len <= (size_t)most || r->capture.message.len <= r->longest);
	if (!piece->tag)
		return;
	buf_puts(&r->out, "\xfe");
	buf_append(&r->out, buf_str(&r->capture.message), r->capture.message.len);
	buf_puts(&r->out, "\xff");
	capture_forget(&r->capture);
}

static void
feed(struct result *r, const char *in, size_t len)
{
	char *room = xmalloc(CAPTURE_HELD_MAX + len), *data = room + CAPTURE_HELD_MAX;
	struct capture_piece piece;
	size_t n;

	memcpy(data, in, len);
	n = capture_join(&r->capture, data);
	FUZZ_CHECK(n <= CAPTURE_HELD_MAX);
	data -= n;
	for (len += n; len > 0; data += n, len -= n) {
		n = capture_scan(&r->capture, data, len, &piece);
		FUZZ_CHECK(n > 0 && n <= len && piece.len <= n);
		take(r, &piece);
	}
	free(room);
}

static void
capture(struct buf *out, int64_t maxbytes, struct fuzz_cut cut, const char *data, size_t size)
{
	struct result r = {.out = BUF_INIT(FUZZ_MAX)};
	char room[CAPTURE_HELD_MAX];
	struct capture_piece piece;
	size_t n;

	capture_init(&r.capture, maxbytes, size + CAPTURE_HELD_MAX);
	for (; size > 0; data += n, size -= n) {
		n = fuzz_piece(&cut, size);
		feed(&r, data, n);
	}
	if (capture_end(&r.capture, room, &piece))
		take(&r, &piece);
	capture_release(&r.capture);
	*out = r.out;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 1;
	struct fuzz_cut all = {.whole = true}, cut;
	struct buf whole, pieces, brief;

	if (size == 0)
		return 0;
	cut = (struct fuzz_cut){.seed = data[0]};
	capture(&whole, FUZZ_MAX, all, text, size - 1);
	capture(&pieces, FUZZ_MAX, cut, text, size - 1);
	fuzz_check_equal(&whole, &pieces);
	/* What is lost at a limit depends on the pieces; that there is a limit does not. */
	capture(&brief, 16, cut, text, size - 1);
	buf_release(&whole);
	buf_release(&pieces);
	buf_release(&brief);
	return 0;
}
