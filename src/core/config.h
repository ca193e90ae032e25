/*
 * One reading of the configuration: validated whole, immutable afterwards. A group's configuration is a
 * counted reference, so that a reading in which one group changed shares the others with the reading before
 * it.
 *
 * All of it is plain data. Texts are never NULL unless said so.
 */
#ifndef CORE_CONFIG_H
#define CORE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/log.h"
#include "base/places.h"

struct ini;

/* A list of NAME=VALUE in order of first appearance; a name occurs once. While a long one grows it has an index. */
struct env_var {
	char *name; /* first: see base/places.h */
	char *value;
};

struct env_list {
	struct env_var *vars;
	size_t n;
	struct places places;
};

/* NULL when absent. */
const char *env_list_get(const struct env_list *list, const char *name);
/* Where the variable of these bytes is; list->n: nowhere. */
size_t env_list_find(const struct env_list *list, const char *name, size_t len);
/* Adds, or replaces in its place. */
void env_list_set(struct env_list *list, const char *name, const char *value);
/* Gives the index back when a list that is to be kept is whole. */
void env_list_pack(struct env_list *list);
void env_list_release(struct env_list *list);

/* Where an option's value was written. The table of a process has one entry per row of option_process_rows(),
   in the table's order; line 0: not written, the default holds. */
struct option_source {
	const char *file; /* owned by the group */
	int line;
};

enum channel {
	CHANNEL_STDOUT,
	CHANNEL_STDERR,
};
#define NCHANNELS 2
/* "stdout", "stderr". */
const char *channel_name(enum channel channel);

enum log_target {
	LOG_TARGET_NONE, /* read and dropped (NONE, off, empty, syslog, and stderr with redirect_stderr) */
	LOG_TARGET_AUTO, /* a file in childlogdir, made when the group is activated */
	LOG_TARGET_FILE,
};

enum full_action {
	FULL_DROP,  /* a full disk loses output, counted */
	FULL_BLOCK, /* the child waits */
};

/* Where one output channel of a process goes. */
struct channel_config {
	enum log_target target;
	char *path;       /* for LOG_TARGET_FILE, and "" when that stands there; else NULL */
	int64_t maxbytes; /* <= 0: no rotation */
	int backups;
	int64_t capture_maxbytes;
	bool events_enabled;
	bool syslog;
	enum full_action full_action;
};

enum autorestart {
	AUTORESTART_FALSE,
	AUTORESTART_UNEXPECTED,
	AUTORESTART_TRUE,
};

/* One process of a group; numprocs and process_name are already resolved. */
struct process_config {
	char *name;
	char *program;   /* the section's name part ("x" of [program:x]) */
	char *command;   /* expanded, not yet split */
	char *directory; /* NULL: the daemon's; "" is one that does not exist */
	char *user;      /* as written, NULL: none */
	uid_t uid;       /* (uid_t)-1: no user= */
	int umask;       /* -1: the daemon's */
	int priority;
	bool autostart;
	enum autorestart autorestart;
	int64_t startsecs;    /* may be negative */
	int64_t startretries; /* may be negative */
	int stopsignal;
	int64_t stopwaitsecs;
	bool stopasgroup;
	bool killasgroup;
	int *exitcodes;
	size_t nexitcodes;
	bool redirect_stderr;
	struct env_list environment; /* [supervisord]'s merged with the program's own, the latter winning */
	char *serverurl;             /* NULL: unset or AUTO */
	struct channel_config channel[NCHANNELS];
	const struct option_source *sources; /* by row of option_process_rows(); shared by the section */
	size_t nsources;
};

enum group_kind {
	GROUP_PROGRAM,  /* [program:x] by itself, or [group:x] */
	GROUP_LISTENER, /* [eventlistener:x] */
	GROUP_FCGI,     /* [fcgi-program:x] */
};

struct listener_config {
	int buffer_size;
	bool *events; /* by enum event_type of core/event.h, which has EVENT_NTYPES values; those named, not
			 expanded */
};

struct fcgi_config {
	char *url;  /* "unix:///path" or "tcp://host:port" */
	char *path; /* of a UNIX socket, else NULL */
	char *host; /* of a TCP socket, else NULL */
	int port;
	int backlog;     /* 0: the system's maximum */
	uid_t owner_uid; /* (uid_t)-1: unchanged */
	gid_t owner_gid;
	mode_t mode;
};

/* The lines that a group was written in. When a later reading finds the same group, only this is replaced. */
struct group_sources {
	char **files;
	size_t nfiles;
	struct option_source **tables; /* one per section that the group is made of */
	size_t ntables;
};

/* The configuration of one group: immutable, shared by counted reference. */
struct group_config {
	unsigned refs;
	enum group_kind kind;
	char *name;
	int priority;
	char *section;                /* "program:x", "group:x", ... for messages */
	struct process_config *procs; /* by name within each program, the programs in order of definition */
	size_t nprocs;
	struct listener_config listener; /* of GROUP_LISTENER */
	struct fcgi_config fcgi;         /* of GROUP_FCGI */
	struct group_sources sources;
};

struct group_config *group_config_ref(struct group_config *g);
/* NULL is allowed. Frees with the last reference. */
void group_config_unref(struct group_config *g);

enum server_family {
	SERVER_INET,
	SERVER_UNIX,
};

/* One HTTP server. */
struct server_config {
	enum server_family family;
	char *section;  /* "unix_http_server", "inet_http_server:x" */
	char *username; /* NULL: no authentication */
	char *password; /* plain or {SHA}hex; NULL as username */
	char *file;     /* UNIX: absolute path */
	mode_t chmod;   /* UNIX */
	uid_t uid;      /* UNIX: chown, (uid_t)-1: unchanged */
	gid_t gid;
	char *host; /* inet: "" is all addresses */
	int port;   /* inet */
	int64_t request_maxbytes;
};

struct supervisord_config {
	int64_t minfds;
	int64_t minprocs;
	char *directory; /* NULL: none */
	char *user;      /* NULL: none */
	uid_t uid;       /* (uid_t)-1: none */
	gid_t gid;       /* the user's primary group; meaningless without uid */
	int umask;
	char *logfile; /* absolute; or exactly "syslog" */
	int64_t logfile_maxbytes;
	int logfile_backups;
	enum log_level loglevel;
	char *pidfile; /* absolute */
	char *identifier;
	bool nodaemon;
	bool silent;
	char *childlogdir;
	bool nocleanup;
	bool strip_ansi;
	struct env_list environment;
};

/* A message of the reading that goes to the log when it is open. */
struct config_message {
	enum log_level level;
	char *text;
	char *where; /* "FILE:LINE: [section] option", which the log does not tell; NULL: the main file */
};

struct config {
	struct supervisord_config supervisord;
	struct server_config *servers; /* inet ones in file order, then UNIX ones in file order */
	size_t nservers;
	char **rpc_namespaces; /* names of [rpcinterface:x] with the main factory, in file order */
	size_t nrpc_namespaces;
	struct group_config **groups; /* sorted by (priority, name); one reference each */
	size_t ngroups;
	char *server_url; /* what a child gets as SUPERVISOR_SERVER_URL when its serverurl is unset; NULL:
			     nothing */
	struct config_message *messages; /* all CRIT, then all WARN, then all INFO */
	size_t nmessages;
	char *here;                /* directory of the main file, absolute */
	char *file;                /* the main file as it was given */
	struct env_list env_names; /* the ENV_ names that [supervisord] environment= gave, in this or an
				      earlier reading */
};

/* What validation needs to know of the world. Lookups return false when there is no such entry. */
struct config_world {
	const char *const *environ; /* the daemon's environment at its start, NULL-terminated */
	const char *hostname;       /* uname's nodename */
	const char *cwd;
	const char *tempdir; /* default of childlogdir */
	const char *home;    /* for "~", NULL: unknown */
	uid_t uid;           /* who we are */
	bool (*user_by_name)(void *arg, const char *name, uid_t *uid, gid_t *gid);
	bool (*user_by_id)(void *arg, uid_t uid, gid_t *gid);
	bool (*group_by_name)(void *arg, const char *name, gid_t *gid);
	bool (*group_by_id)(void *arg, gid_t gid);
	bool (*home_of)(void *arg, const char *user,
			char **home); /* for "~user"; *home is owned by the caller */
	bool (*is_directory)(void *arg, const char *path);
	bool (*is_no_socket)(void *arg, const char *path); /* something is there, and it is none */
	void *arg;
};

/* Values of [supervisord] from the command line: they win over the file, and over each later reading. */
struct config_override {
	const char *name;  /* option of [supervisord] */
	const char *value; /* text, already checked */
};

/* Beside the text of the files: what a reading depends on. All borrowed. */
struct config_input {
	const struct config_world *world;
	const char *file; /* the main file as it was given */
	const char *here; /* its directory, absolute */
	const struct config_override *overrides;
	size_t noverrides;
	const struct config *base;             /* the generation in force, or NULL */
	const struct config_message *messages; /* the loader's, about includes: come first at their levels */
	size_t nmessages;
};

/*
 * Builds and validates a whole generation from what the reader has read. A group that is equal to one of
 * base's groups shares that group's configuration. Returns NULL with the first error in Supervisor's order of
 * evaluation (spec/config.md 6.3, 7.1), file and line included.
 */
struct config *config_build(const struct ini *ini, const struct config_input *input, struct err *err);
/* Adds a message behind the others of its level. */
void config_add_message(struct config *c, enum log_level level, const char *where, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Everything that is wrong, for --test-config: "FILE:LINE: [section] option: what (what is accepted)" each.
 */
struct config_problem {
	bool error; /* else a warning */
	char *text;
};

struct config_problems {
	struct config_problem *problems;
	size_t n;
	size_t nerrors;
};

/* Takes the error over into the list. */
void config_problems_add_err(struct config_problems *list, struct err *err);
void config_problems_add(struct config_problems *list, bool error, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void config_problems_release(struct config_problems *list);
/* As config_build, without a result: every error, and as warnings what the log would say and every section
   and option that is not known, with the nearest known name. */
void config_check(const struct ini *ini, const struct config_input *input, struct config_problems *list);

void config_free(struct config *c);
/* NULL when there is none of that name; the first one of that name otherwise. */
struct group_config *config_group(const struct config *c, const char *name);

#endif
