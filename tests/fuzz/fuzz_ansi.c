/* fuzz_ansi.c: output of programs, stripped of escape sequences: the same however it is cut. */
#include "autoconf.h"

#include "core/ansi.h"

#include "base/xmalloc.h"
#include "tests/fuzz/fuzz.h"

static void
strip(struct buf *out, struct fuzz_cut cut, const char *data, size_t size)
{
	struct ansi a = {0};
	size_t n, kept;
	char *room;

	for (; size > 0; data += n, size -= n) {
		n = fuzz_piece(&cut, size);
		room = xmalloc(n + 1);
		memcpy(room + 1, data, n);
		kept = ansi_strip(&a, room + 1, n, room);
		FUZZ_CHECK(kept <= n + 1);
		buf_append(out, room, kept);
		free(room);
	}
	if (ansi_end(&a))
		buf_putc(out, '\033');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole = BUF_INIT(FUZZ_MAX), cut = BUF_INIT(FUZZ_MAX);

	if (size == 0)
		return 0;
	strip(&whole, (struct fuzz_cut){.whole = true}, (const char *)data + 1, size - 1);
	strip(&cut, (struct fuzz_cut){.seed = data[0]}, (const char *)data + 1, size - 1);
	fuzz_check_equal(&whole, &cut);
	buf_release(&whole);
	buf_release(&cut);
	return 0;
}
