/* fuzz_listener_proto.c: what an event listener says: understood in the same way however it is cut. */
#include "autoconf.h"

#include "core/listener_proto.h"

#include "tests/fuzz/fuzz.h"

/* events: a listener that is ready gets one at once. */
static void
listen_to(struct buf *out, bool events, struct fuzz_cut cut, const char *data, size_t size)
{
	struct listener_proto lp;
	struct listener_news news;
	size_t n, used;

	listener_proto_init(&lp);
	for (; size > 0; data += n, size -= n) {
		n = fuzz_piece(&cut, size);
		used = 0;
		do {
			used += listener_proto_feed(&lp, data + used, n - used, &news);
			FUZZ_CHECK(used <= n);
			if (news.type == LISTENER_NEWS_NONE)
				break;
			buf_printf(out, "%d: %s to %s, ok %d\n", (int)news.type,
				   listener_state_name(news.from), listener_state_name(news.to), news.ok);
			if (events && news.to == LISTENER_READY)
				listener_proto_sent(&lp);
		} while (true);
		FUZZ_CHECK(used == n);
	}
	buf_puts(out, listener_state_name(lp.state));
	listener_proto_release(&lp);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole = BUF_INIT(FUZZ_MAX), cut = BUF_INIT(FUZZ_MAX);
	const char *text = (const char *)data + 1;

	if (size == 0)
		return 0;
	listen_to(&whole, data[0] % 8 != 0, (struct fuzz_cut){.whole = true}, text, size - 1);
	listen_to(&cut, data[0] % 8 != 0, (struct fuzz_cut){.seed = data[0]}, text, size - 1);
	fuzz_check_equal(&whole, &cut);
	buf_release(&whole);
	buf_release(&cut);
	return 0;
}
