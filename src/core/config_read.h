/*
 * Reading one option at a time: found in the file or defaulted, expanded, converted by its row of the options
 * table, stored. Used by the files that build a configuration; nobody else needs it.
 *
 * Errors stick: after the first one every call does nothing, so that a sequence of reads is checked once, at
 * its end. When problems are collected nothing sticks; each error is put on the list and the default is
 * taken.
 */
#ifndef CORE_CONFIG_READ_H
#define CORE_CONFIG_READ_H

#include <stdbool.h>

#include "core/config.h"
#include "core/expand.h"
#include "core/ini.h"
#include "core/options_table.h"

struct config_reader {
	const struct ini *ini;
	const struct config_input *in;
	struct config *config;            /* what is being built; messages go there */
	struct err *err;                  /* the first error, when nothing is collected */
	bool stop;                        /* there was one */
	struct config_problems *problems; /* NULL: nothing is collected */
	struct map *told;                 /* what was collected: a section may be read more than once */
	const struct ini_section *body;   /* errors end with this section and its file; or NULL */
	struct expand_names env;          /* ENV_* */
	struct expand_names here;         /* and here */
};

/* Gives e its place: "FILE:LINE: [section] option", the line of the option when it is written, else that of the
   section. option may be NULL. */
void config_read_where(const struct config_reader *r, const struct ini_section *section, const char *option,
		       struct err *e);
/* Takes e over as an error at an option of a section; row, when not NULL, tells what is accepted. option may
 * be NULL. */
void config_read_fail(struct config_reader *r, const struct ini_section *section, const char *option,
		      const struct option_row *row, struct err *e);
/* The same with a message made here. */
void config_read_refuse(struct config_reader *r, const struct ini_section *section, const char *option,
			const struct option_row *row, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* The expanded text of an option, or of its default; NULL when it is unset, or wrong, which r->stop tells
   when nothing is collected. label, when not NULL, is what messages of the expansion call the option. The
   caller frees it. */
char *config_read_text(struct config_reader *r, const struct ini_section *section,
		       const struct option_row *row, const struct expand_names *names, const char *label);
/* The whole way, into base + row->at. Without value and default the place is left alone. */
void config_read_option(struct config_reader *r, const struct ini_section *section,
			const struct option_row *row, const struct expand_names *names, void *base);
/* A number into *n; what stands there stays when the option is unset. */
void config_read_number(struct config_reader *r, const struct ini_section *section,
			const struct option_row *row, const struct expand_names *names, int *n);
/* Converts text by its row. */
bool config_store(struct config_reader *r, const struct option_row *row, const char *text, void *base,
		  struct err *err);

/* True when an option is not written; one that is there and wrong was reported when it was read. */
bool config_read_missing(const struct config_reader *r, const struct ini_section *section, const char *name);
/* While problems are collected: true when that was told already, which it is from now on. */
bool config_read_told(struct config_reader *r, const char *where, const char *what);

/* The row of an option that the table is known to have. */
const struct option_row *config_row(enum section_kind kind, const char *name);
/* A Python callable: true when value names exactly "module:attribute" known; else the error is reported. */
bool config_read_factory(struct config_reader *r, const struct ini_section *section,
			 const struct option_row *row, const char *value, const char *known);

/* The socket of an [fcgi-program:PROGRAM]: config_fcgi.c. */
void config_read_fcgi(struct config_reader *r, const struct ini_section *section, const char *program,
		      struct fcgi_config *f);
/* The groups: config_groups.c. */
void config_read_groups(struct config_reader *r);
/* Warnings for --test-config: config_check.c. */
void config_check_messages(struct config_reader *r);
void config_check_effects(struct config_reader *r);
void config_check_warn(struct config_reader *r, const struct ini_section *section, const char *option,
		       const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void config_check_unknown(const struct ini *ini, struct config_problems *list);

void process_config_release(struct process_config *p);
void server_config_release(struct server_config *s);

#endif
