/*
 * What the fuzz targets share. A target is a file with LLVMFuzzerTestOneInput: libFuzzer calls it in a build that was
 * configured with --enable-fuzzing, replay.c for each file of the corpus in every other build. Beside what sanitizers
 * find, targets check what must hold of the answer; most often, that bytes mean the same however they are cut.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* assert, where NDEBUG has no say. */
#define FUZZ_CHECK(condition)                                                                                \
	do {                                                                                                 \
		if (!(condition)) {                                                                          \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);       \
			abort();                                                                             \
		}                                                                                            \
	} while (0)

/* Larger than anything that inputs make. */
#define FUZZ_MAX (64 << 20)

/* How an input is cut: a seed says how long each piece is. */
struct fuzz_cut {
	uint32_t seed;
	bool whole;
};

/* The length of the next piece of what is left, 1 to left: often one byte, seldom much. */
static inline size_t
fuzz_piece(struct fuzz_cut *cut, size_t left)
{
	static const size_t longest[] = {1, 3, 16, 256};
	size_t n;

	if (cut->whole)
		return left;
	cut->seed = cut->seed * 1103515245 + 12345;
	n = 1 + (cut->seed >> 18) % longest[(cut->seed >> 16) & 3];
	return n < left ? n : left;
}

static inline void
fuzz_check_equal(const struct buf *a, const struct buf *b)
{
	if (a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0))
		return;
	fprintf(stderr, "different:\n%s\n--- and\n%s\n", buf_str(a), buf_str(b));
	abort();
}

#endif
