/* ini_text.c: see ini_text.h. */
#include "autoconf.h"

#include "core/ini_text.h"

#include <stdint.h>

#include "base/utf8.h"

static int
line_of(const char *text, size_t at)
{
	int line = 1;

	for (size_t i = 0; i < at; i++)
		if (text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n'))
			line++;
	return line;
}

/* How much of a file the reference's decoder is given at once: positions count from there. */
#define DECODER_CHUNK 8192

/* Where the decoder is: a character that a chunk's end has cut is put before the next chunk. */
struct decoder {
	size_t begin; /* what position 0 is */
	size_t end;   /* of the chunk */
};

static void
decoder_advance(struct decoder *d, size_t at, size_t n)
{
	if (at + n < d->end)
		return;
	d->begin = at + n == d->end ? d->end : at;
	d->end += DECODER_CHUNK;
}

static bool
bad_utf8(const char *text, size_t at, size_t len, const struct decoder *d, struct err *err)
{
	const char *why = "invalid start byte";
	size_t n = 1, shown = at - d->begin;
	uint32_t cp;

	while (n < 4 && at + n < len && utf8_decode(text + at, n + 1, &cp) == UTF8_TRUNCATED)
		n++;
	if (utf8_decode(text + at, 1, &cp) != UTF8_INVALID) {
		why = at + n < len ? "invalid continuation byte" : "unexpected end of data";
		/* Its beginning was kept for the next chunk. */
		if (at + n >= (len < d->end ? len : d->end))
			shown = 0;
	}
	if (n == 1)
		return err_set(err, "'utf-8' codec can't decode byte 0x%02x in position %zu: %s",
			       (unsigned char)text[at], shown, why);
	return err_set(err, "'utf-8' codec can't decode bytes in position %zu-%zu: %s", shown, shown + n - 1,
		       why);
}

bool
ini_text_check(const char *file, const char *text, size_t len, struct err *err)
{
	struct decoder d = {.end = DECODER_CHUNK};

	for (size_t at = 0; at < len;) {
		uint32_t cp;
		int n = utf8_decode(text + at, len - at, &cp);

		if (n < 0)
			bad_utf8(text, at, len, &d, err);
		else if (cp == 0)
			err_set(err, "the file contains a null byte");
		if (n < 0 || cp == 0) {
			err_where(err, "%s:%d", file, line_of(text, at));
			return false;
		}
		decoder_advance(&d, at, (size_t)n);
		at += (size_t)n;
	}
	return true;
}
