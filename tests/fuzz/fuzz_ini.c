/*
 * fuzz_ini.c: a configuration file: the reader of the dialect, and a generation built of what it has read. Starting
 * with a file and testing it have to agree on whether it is good.
 */
#include "autoconf.h"

#include "core/ini.h"

#include "tests/fuzz/fuzz.h"
#include "tests/unit/config_fake.h"

static void
count_error(void *arg, struct err *err)
{
	FUZZ_CHECK(err_text(err)[0] != '\0');
	err_release(err);
	++*(size_t *)arg;
}

static void
look_at(const struct ini *ini)
{
	const struct ini_section *s;

	for (size_t i = 0; i < ini_nsections(ini); i++) {
		s = ini_section_at(ini, i);
		FUZZ_CHECK(ini_section(ini, s->name) == s);
		FUZZ_CHECK(s->line > 0 && strlen(s->name) <= INI_NAME_MAX);
		for (size_t j = 0; j < s->noptions; j++) {
			FUZZ_CHECK(ini_option(ini, s, s->options[j]->name) == s->options[j]);
			FUZZ_CHECK(strlen(s->options[j]->value) <= INI_VALUE_MAX);
			FUZZ_CHECK(s->options[j]->line > 0);
		}
	}
}

/* As the daemon begins: with the first error it is over. */
static bool
starts(const char *text, size_t size)
{
	struct config_input input = {.world = &fake_world, .file = "s.conf", .here = "/here"};
	struct ini *ini = ini_new();
	struct err err = ERR_INIT;
	struct config *c = NULL;

	if (ini_read(ini, "s.conf", text, size, &err) && ini_replace_here(ini, input.here, &err))
		c = config_build(ini, &input, &err);
	FUZZ_CHECK((c == NULL) == (err.what != NULL));
	err_release(&err);
	ini_free(ini);
	config_free(c);
	return c != NULL;
}

/* As --test-config tells: every error. */
static bool
is_good(const char *text, size_t size)
{
	struct config_input input = {.world = &fake_world, .file = "s.conf", .here = "/here"};
	struct config_problems list = {0};
	struct ini *ini = ini_new();
	struct err err = ERR_INIT;
	size_t errors = 0;
	bool good;

	ini_read_all(ini, "s.conf", text, size, count_error, &errors);
	look_at(ini);
	if (!ini_replace_here(ini, input.here, &err))
		count_error(&errors, &err);
	config_check(ini, &input, &list);
	good = errors == 0 && list.nerrors == 0;
	config_problems_release(&list);
	ini_free(ini);
	return good;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;

	FUZZ_CHECK(starts(text, size) == is_good(text, size));
	return 0;
}
