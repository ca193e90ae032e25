/*
 * Every option of every section of a configuration file, one row each (spec/config.md 6). Reading, defaults,
 * checking, the sample configuration, what reread compares and the manual's list all come from these rows.
 */
#ifndef CORE_OPTIONS_TABLE_H
#define CORE_OPTIONS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "core/config.h"

enum section_kind {
	SECTION_UNIX_HTTP_SERVER,
	SECTION_INET_HTTP_SERVER,
	SECTION_SUPERVISORD,
	SECTION_RPCINTERFACE,
	SECTION_SUPERVISORCTL,
	SECTION_CTLPLUGIN,
	SECTION_PROGRAM,
	SECTION_FCGI_PROGRAM,
	SECTION_EVENTLISTENER,
	SECTION_GROUP,
	SECTION_INCLUDE,
	SECTION_NKINDS, /* also: no section of ours */
};

#define SECTION_BIT(kind) (1U << (kind))

/* What a section of processes says: rows that make processes stand beside what each process gets. */
struct program_options {
	struct process_config process; /* first: offsets are the same in both */
	int numprocs;
	int numprocs_start;
	char *process_name; /* not yet expanded */
};

/* How a kind of section is recognised and shown. */
struct section_info {
	const char *name;   /* "program", "supervisord", ... */
	bool named;         /* [program:x], the name must follow */
	bool prefix;        /* any section whose name begins so, as in [unix_http_server:x] */
	const char *sample; /* the name part in the sample configuration, or NULL */
	const char *help;   /* what the section is for, a sentence or two */
};
extern const struct section_info section_infos[SECTION_NKINDS];

/* SECTION_NKINDS when it is none of ours. */
enum section_kind section_kind_of(const char *section);

enum option_type {
	OPT_TEXT,
	OPT_BOOL,
	OPT_INT,      /* int */
	OPT_INT64,    /* int64_t */
	OPT_BYTES,    /* int64_t, with KB, MB, GB */
	OPT_OCTAL,    /* int */
	OPT_SIGNAL,   /* int */
	OPT_LOGLEVEL, /* enum log_level */
	OPT_EXITCODES,
	OPT_AUTORESTART, /* enum autorestart */
	OPT_FULL_ACTION, /* enum full_action */
	OPT_USER,        /* uid_t beside its text */
	OPT_OWNER,       /* user[:group] */
	OPT_DIRECTORY,   /* must exist */
	OPT_DIRPATH,     /* a file whose directory must exist */
	OPT_LOGFILE,     /* of a program: a file, AUTO, NONE, syslog */
	OPT_PATH,        /* ~ expanded, made absolute, not checked */
	OPT_NAME,        /* of a process */
	OPT_URL,         /* of a server, text; AUTO or empty: unset */
	OPT_ADDRESS,     /* [host:]port */
	OPT_SOCKET,      /* of FastCGI */
	OPT_LIST,
	OPT_EVENTS,
	OPT_ENVIRONMENT,
	OPT_FACTORY, /* module:attribute; only the reference's own is known */
	OPT_NTYPES,
};

/* What %(...)s knows besides ENV_*. */
enum option_names {
	NAMES_ENV,     /* nothing */
	NAMES_HERE,    /* here */
	NAMES_SOCKET,  /* here and program_name */
	NAMES_PROGRAM, /* here, host_node_name, program_name, group_name */
	NAMES_PROCESS, /* and process_num, numprocs and the program's own environment */
};

enum option_when {
	READ_ONCE,        /* once for a section */
	READ_PER_PROCESS, /* for each of numprocs */
	READ_APART,       /* not by the walk over the rows, but by a function of its own */
};

/* What it takes for a changed value to hold. */
enum option_change {
	CHANGE_LIVE,    /* the running process takes it over */
	CHANGE_RESTART, /* the process is restarted */
	CHANGE_GROUP,   /* it makes other processes: added, removed, reordered */
	CHANGE_DAEMON,  /* the daemon is restarted (reload) */
};

enum option_flags {
	OPTION_COMPARED = 1 << 0, /* reread compares it */
	OPTION_REQUIRED = 1 << 1,
	OPTION_TWICE = 1 << 2,  /* expanded twice; see spec/config.md 4.3 */
	OPTION_OURS = 1 << 3,   /* Supervisor does not have it */
	OPTION_SECRET = 1 << 4, /* a password */
	OPTION_ACTIVE = 1 << 5, /* not commented out in the sample configuration */
};

struct option_row {
	unsigned sections; /* SECTION_BIT of each kind that has it */
	const char *name;
	enum option_type type;
	const char *def;  /* as it would be written; NULL: unset */
	int64_t min, max; /* of numbers; both 0: as far as the type goes */
	enum option_names names;
	enum option_when when;
	enum option_change change;
	unsigned flags;
	size_t at;           /* where it is stored: offset in the struct of its section */
	const char *sample;  /* value in the sample configuration; NULL: the default */
	const char *accepts; /* what is accepted, for messages; NULL: the type's own words */
	const char *help;    /* a few words, for the sample and the manual */
};

/* All rows, the options of a kind of section in the order in which they are read. */
extern const struct option_row options_table[];
extern const size_t options_table_n;

/* The rows of processes ([program:x], [fcgi-program:x], [eventlistener:x]) stand together: struct
   option_source of a process is indexed by row - option_process_rows(). */
const struct option_row *option_process_rows(size_t *n);

/* NULL when that kind of section has no such option. */
const struct option_row *option_find(enum section_kind kind, const char *name);
/* The known option whose name is nearest, for "did you mean"; NULL when none is near. */
const struct option_row *option_suggest(enum section_kind kind, const char *name);
/* The same for the kinds of sections, by the first part of a name, as in "progam:x"; SECTION_NKINDS: none. */
enum section_kind section_suggest(const char *section);

/* What is accepted, in a few words. */
const char *option_accepts(const struct option_row *row);

/* The effective value of a process's option as text, as it could be written in a file; "" when unset. The
   name of the process for process_name; false for rows that only make processes (numprocs) or belong to the
   group. */
bool process_config_option_text(struct buf *out, const struct option_row *row,
				const struct process_config *p);

#endif
