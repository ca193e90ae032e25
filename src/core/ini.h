/*
 * Configuration files as sections of options, in the dialect of spec/config.md 2: comments, continuation
 * lines, keys without case, [DEFAULT]. Text comes in from memory; finding, opening and including files is
 * client/config_load. Values are not expanded here, and nothing is known of which sections and options exist.
 */
#ifndef CORE_INI_H
#define CORE_INI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define INI_NAME_MAX 255         /* bytes of a section's or an option's name */
#define INI_VALUE_MAX (1U << 20) /* bytes of a value */

struct ini;

/* All texts are owned by the ini. A value lives until the option is read again. */
struct ini_option {
	char *name; /* lower case */
	char *value;
	const char *file; /* as given to ini_read */
	int line;         /* where the option begins, from 1 */
};

struct ini_section {
	char *name;
	const char *file; /* where it appeared first */
	int line;
	const char *again_file; /* where it was begun a second time; NULL: nowhere */
	int again_line;
	struct ini_option **options; /* written in the section itself, in order of first appearance */
	size_t noptions;
	size_t id;
};

struct ini *ini_new(void);
void ini_free(struct ini *ini);

/* Reads one more file: its options are merged into what is there, the last one of a name wins. filename is
   what messages show. The error is the reference's text, with "FILE:LINE" as where. After an error the ini
   holds a part of the file and is good for nothing but ini_free. */
/* Named ini_read because inih has an ini_parse. */
bool ini_read(struct ini *ini, const char *filename, const char *text, size_t len, struct err *err);

/* The same for who wants to know of every error: each is given to report, which takes it over, what is wrong is
   left out, and the reading goes on. */
typedef void ini_report_fn(void *arg, struct err *err);
void ini_read_all(struct ini *ini, const char *filename, const char *text, size_t len, ini_report_fn *report,
		  void *arg);

/* Sections in order of first appearance; [DEFAULT] is not one. */
size_t ini_nsections(const struct ini *ini);
const struct ini_section *ini_section_at(const struct ini *ini, size_t i);
/* NULL when there is none of exactly that name. */
const struct ini_section *ini_section(const struct ini *ini, const char *name);
/* [DEFAULT], for its options; it may have none. */
const struct ini_section *ini_defaults(const struct ini *ini);

/* The option as the section sees it: its own, else [DEFAULT]'s, else NULL. The name is in lower case. */
const struct ini_option *ini_option(const struct ini *ini, const struct ini_section *section,
				    const char *name);

/* Replaces the text "%(here)s" by dir in every value read so far (spec/config.md 3.4). Purely textual. False:
   a value would become too long. */
bool ini_replace_here(struct ini *ini, const char *dir, struct err *err);

#endif
