/*
 * replay.c: gives a fuzz target the inputs of its corpus, one after the other, where there is no libFuzzer; or those that
 * are named as arguments, to see in a debugger what an input does. Speaks TAP, like the unit tests; the last line before
 * an end that was not expected names the input.
 */
#include "autoconf.h"

#include <dirent.h>

#include "base/xmalloc.h"
#include "tests/fuzz/fuzz.h"

static bool
replay(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct buf content = BUF_INIT(FUZZ_MAX);
	uint8_t *exact;
	char *room;
	size_t n;

	if (file == NULL) {
		fprintf(stderr, "cannot open %s\n", path);
		return false;
	}
	printf("# %s\n", path);
	fflush(stdout);
	while ((room = buf_reserve(&content, 4096)) != NULL && (n = fread(room, 1, 4096, file)) > 0)
		buf_added(&content, n);
	fclose(file);
	/* Of that size to the byte, so that a sanitizer sees what is read beyond its end. */
	exact = xmalloc(content.len);
	memcpy(exact, buf_str(&content), content.len);
	LLVMFuzzerTestOneInput(exact, content.len);
	free(exact);
	buf_release(&content);
	return true;
}

/* Of the folder that has the name of the program. */
static size_t
replay_corpus(const char *program)
{
	const char *srcdir = getenv("srcdir"), *slash = strrchr(program, '/');
	const char *name = slash != NULL ? slash + 1 : program;
	char *folder, *path;
	struct dirent *entry;
	size_t n = 0;
	DIR *dir;

	name += strncmp(name, "fuzz_", 5) == 0 ? 5 : 0;
	folder = xasprintf("%s/tests/fuzz/corpus/%s", srcdir != NULL ? srcdir : ".", name);
	dir = opendir(folder);
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		path = xasprintf("%s/%s", folder, entry->d_name);
		n += replay(path);
		free(path);
	}
	if (dir != NULL)
		closedir(dir);
	free(folder);
	return n;
}

int
main(int argc, char **argv)
{
	size_t n = 0;

	printf("1..1\n");
	if (argc == 1)
		n = replay_corpus(argv[0]);
	for (int i = 1; i < argc; i++)
		n += replay(argv[i]);
	printf("%s 1 - %zu inputs\n", n > 0 ? "ok" : "not ok", n);
	return n > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
