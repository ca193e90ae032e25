/*
 * options_table.c: see options_table.h. An option that is read once more is one more row here, not one more
 * branch somewhere else. The order within a section is the order of reading, which decides the first of
 * several errors.
 */
#include "autoconf.h"

#include "core/options_table.h"

#include <assert.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/values.h"

#define UNIX_HTTP SECTION_BIT(SECTION_UNIX_HTTP_SERVER)
#define INET_HTTP SECTION_BIT(SECTION_INET_HTTP_SERVER)
#define SUPERVISORD SECTION_BIT(SECTION_SUPERVISORD)
#define RPCINTERFACE SECTION_BIT(SECTION_RPCINTERFACE)
#define SUPERVISORCTL SECTION_BIT(SECTION_SUPERVISORCTL)
#define CTLPLUGIN SECTION_BIT(SECTION_CTLPLUGIN)
#define FCGI SECTION_BIT(SECTION_FCGI_PROGRAM)
#define LISTENER SECTION_BIT(SECTION_EVENTLISTENER)
#define GROUP SECTION_BIT(SECTION_GROUP)
#define INCLUDE SECTION_BIT(SECTION_INCLUDE)
#define PROCESS (SECTION_BIT(SECTION_PROGRAM) | FCGI | LISTENER)

const struct section_info section_infos[SECTION_NKINDS] = {
    [SECTION_UNIX_HTTP_SERVER] =
	{.name = "unix_http_server",
	 .prefix = true,
	 .help = "An HTTP server on a UNIX socket: how supervisorctl and supervisortui reach the daemon."},
    [SECTION_INET_HTTP_SERVER] = {.name = "inet_http_server",
				  .prefix = true,
				  .help = "An HTTP server on a TCP port. It is not encrypted: bind it to "
					  "localhost or to a trusted network, and "
					  "give it a username and a password."},
    [SECTION_SUPERVISORD] = {.name = "supervisord", .help = "The daemon itself. This section must be there."},
    [SECTION_RPCINTERFACE] = {.name = "rpcinterface",
			      .named = true,
			      .sample = "supervisor",
			      .help = "The XML-RPC methods named supervisor.*, without which supervisorctl "
				      "cannot work. Keep this section as "
				      "it is."},
    [SECTION_SUPERVISORCTL] =
	{.name = "supervisorctl",
	 .help = "How supervisorctl and supervisortui find the daemon: must match one of the servers above."},
    [SECTION_CTLPLUGIN] =
	{.name = "ctlplugin",
	 .named = true,
	 .help = "A plugin for supervisorctl, written in Python: recognised, but not supported."},
    [SECTION_PROGRAM] = {.name = "program",
			 .named = true,
			 .sample = "theprogramname",
			 .help = "One program to run. All its options are shown, most with their defaults."},
    [SECTION_FCGI_PROGRAM] = {.name = "fcgi-program",
			      .named = true,
			      .help = "A program whose processes share one FastCGI socket, which is their "
				      "standard input. It takes all options "
				      "of a program too."},
    [SECTION_EVENTLISTENER] = {.name = "eventlistener",
			       .named = true,
			       .sample = "theeventlistenername",
			       .help = "A program that is told of events on its standard input. It takes the "
				       "options of a program too."},
    [SECTION_GROUP] = {.name = "group",
		       .named = true,
		       .sample = "thegroupname",
		       .help = "Several programs under one name."},
    [SECTION_INCLUDE] = {.name = "include",
			 .help = "More files to read. Their names may have wildcards and are relative to "
				 "this file; what they include "
				 "themselves is not read."},
};

/* clang-format off */
/* Where a row is stored. */
#define AT_DAEMON(member) .at = offsetof(struct supervisord_config, member)
#define AT_SERVER(member) .at = offsetof(struct server_config, member)
#define AT_PROCESS(member) .at = offsetof(struct process_config, member)
#define AT_PROGRAM(member) .at = offsetof(struct program_options, member)

/* A row of the daemon: read once, with %(here)s, in force after a restart. */
#define DAEMON_ROW(reading) \
	.sections = SUPERVISORD, .names = NAMES_HERE, .when = (reading), .change = CHANGE_DAEMON
/* A row of a server. */
#define SERVER_ROW(reading) .when = (reading), .change = CHANGE_DAEMON
/* A row that all processes of a section have in common, and one that is read for each of them. */
#define ONCE_ROW .sections = PROCESS, .when = READ_ONCE, .names = NAMES_PROGRAM
#define EACH_ROW .sections = PROCESS, .when = READ_PER_PROCESS, .names = NAMES_PROCESS

/* The two channels have the same rows, read at two places. */
#define CHANNEL_ONCE_ROWS(prefix, ch) \
	{ONCE_ROW, .name = prefix "_capture_maxbytes", .type = OPT_BYTES, .def = "0", \
	    .change = CHANGE_RESTART, .flags = OPTION_COMPARED, .sample = "1MB", \
	    AT_PROCESS(channel[ch].capture_maxbytes), \
	    .help = "most bytes of " prefix " in capture mode, 0: none"}, \
	{ONCE_ROW, .name = prefix "_events_enabled", .type = OPT_BOOL, .def = "false", \
	    .change = CHANGE_LIVE, .flags = OPTION_COMPARED, \
	    AT_PROCESS(channel[ch].events_enabled), \
	    .help = "send an event for each piece of " prefix}
#define CHANNEL_EACH_ROWS(prefix, ch) \
	{EACH_ROW, .name = prefix "_logfile", .type = OPT_LOGFILE, .def = "AUTO", .change = CHANGE_RESTART, \
	    .flags = OPTION_COMPARED | OPTION_TWICE, .sample = "/a/path", AT_PROCESS(channel[ch]), \
	    .help = "file for " prefix ", AUTO, or NONE"}, \
	{EACH_ROW, .name = prefix "_logfile_backups", .type = OPT_INT, .def = "10", .change = CHANGE_LIVE, \
	    .flags = OPTION_COMPARED, AT_PROCESS(channel[ch].backups), \
	    .help = "old " prefix " logs to keep"}, \
	{EACH_ROW, .name = prefix "_logfile_maxbytes", .type = OPT_BYTES, .def = "50MB", \
	    .change = CHANGE_LIVE, .flags = OPTION_COMPARED, .sample = "1MB", \
	    AT_PROCESS(channel[ch].maxbytes), \
	    .help = "size at which the " prefix " log is rotated, 0: never"}, \
	{EACH_ROW, .name = prefix "_syslog", .type = OPT_BOOL, .def = "false", .change = CHANGE_RESTART, \
	    .flags = OPTION_COMPARED, AT_PROCESS(channel[ch].syslog), \
	    .help = "send " prefix " to syslog too"}, \
	{EACH_ROW, .name = prefix "_full_action", .type = OPT_FULL_ACTION, .def = "drop", \
	    .change = CHANGE_LIVE, .flags = OPTION_COMPARED | OPTION_OURS, \
	    AT_PROCESS(channel[ch].full_action), \
	    .help = "when the disk is full: drop output of " prefix ", or block"}

const struct option_row options_table[] = {
    /* [unix_http_server] */
    {SERVER_ROW(READ_ONCE), .sections = UNIX_HTTP, .name = "file", .type = OPT_PATH, .names = NAMES_HERE,
	.flags = OPTION_REQUIRED | OPTION_ACTIVE, .sample = "/tmp/supervisor.sock", AT_SERVER(file),
	.help = "path of the socket"},
    {SERVER_ROW(READ_ONCE), .sections = UNIX_HTTP | INET_HTTP, .name = "username", .type = OPT_TEXT,
	.sample = "user", AT_SERVER(username), .help = "who may connect; default: everybody"},
    {SERVER_ROW(READ_ONCE), .sections = UNIX_HTTP | INET_HTTP, .name = "password", .type = OPT_TEXT,
	.sample = "123", .flags = OPTION_SECRET, AT_SERVER(password),
	.help = "in clear, or {SHA} and the SHA-1 in lower-case hexadecimal"},
    {SERVER_ROW(READ_APART), .sections = UNIX_HTTP, .name = "chown", .type = OPT_OWNER,
	.sample = "nobody:nogroup", .help = "owner of the socket, user or user:group"},
    {SERVER_ROW(READ_APART), .sections = UNIX_HTTP, .name = "chmod", .type = OPT_OCTAL, .def = "0700",
	.help = "mode of the socket, octal"},

    /* [inet_http_server] */
    {SERVER_ROW(READ_APART), .sections = INET_HTTP, .name = "port", .type = OPT_ADDRESS,
	.flags = OPTION_REQUIRED, .sample = "127.0.0.1:9001",
	.help = "host:port, or *:port for all addresses"},
    {SERVER_ROW(READ_ONCE), .sections = UNIX_HTTP | INET_HTTP, .name = "request_maxbytes", .type = OPT_BYTES,
	.def = "1MB", .min = 65536, .max = 1 << 30, .flags = OPTION_OURS, AT_SERVER(request_maxbytes),
	.help = "longest body of a request that is accepted"},

    /* [supervisord] */
    {DAEMON_ROW(READ_ONCE), .name = "minfds", .type = OPT_INT64, .def = "1024", .flags = OPTION_ACTIVE,
	AT_DAEMON(minfds), .help = "file descriptors that must be available"},
    {DAEMON_ROW(READ_ONCE), .name = "minprocs", .type = OPT_INT64, .def = "200", .flags = OPTION_ACTIVE,
	AT_DAEMON(minprocs), .help = "processes that must be available"},
    {DAEMON_ROW(READ_ONCE), .name = "directory", .type = OPT_DIRECTORY, .sample = "/tmp",
	AT_DAEMON(directory), .help = "where the daemon changes to; default: nowhere"},
    {DAEMON_ROW(READ_APART), .name = "user", .type = OPT_USER, .sample = "supervisord",
	.help = "run the daemon as this user; recommended if root"},
    {DAEMON_ROW(READ_ONCE), .name = "umask", .type = OPT_OCTAL, .def = "022", AT_DAEMON(umask),
	.help = "umask of the daemon"},
    {DAEMON_ROW(READ_ONCE), .name = "logfile", .type = OPT_DIRPATH, .def = "supervisord.log",
	.flags = OPTION_ACTIVE, .sample = "/tmp/supervisord.log", AT_DAEMON(logfile),
	.help = "the daemon's own log; default ./supervisord.log"},
    {DAEMON_ROW(READ_ONCE), .name = "logfile_maxbytes", .type = OPT_BYTES, .def = "50MB",
	.flags = OPTION_ACTIVE, AT_DAEMON(logfile_maxbytes),
	.help = "size at which it is rotated, 0: never"},
    {DAEMON_ROW(READ_ONCE), .name = "logfile_backups", .type = OPT_INT, .def = "10", .flags = OPTION_ACTIVE,
	AT_DAEMON(logfile_backups), .help = "old logs to keep"},
    {DAEMON_ROW(READ_ONCE), .name = "loglevel", .type = OPT_LOGLEVEL, .def = "info", .flags = OPTION_ACTIVE,
	AT_DAEMON(loglevel), .help = "how much it tells: critical, error, warn, info, debug, trace or blather"},
    {DAEMON_ROW(READ_ONCE), .name = "pidfile", .type = OPT_DIRPATH, .def = "supervisord.pid",
	.flags = OPTION_ACTIVE, .sample = "/tmp/supervisord.pid", AT_DAEMON(pidfile),
	.help = "where the daemon's pid is written"},
    {DAEMON_ROW(READ_ONCE), .name = "identifier", .type = OPT_TEXT, .def = "supervisor",
	AT_DAEMON(identifier), .help = "name of this daemon among others"},
    {DAEMON_ROW(READ_ONCE), .name = "nodaemon", .type = OPT_BOOL, .def = "false", .flags = OPTION_ACTIVE,
	AT_DAEMON(nodaemon), .help = "stay in the foreground"},
    {DAEMON_ROW(READ_ONCE), .name = "silent", .type = OPT_BOOL, .def = "false", .flags = OPTION_ACTIVE,
	AT_DAEMON(silent), .help = "no log on stdout when in the foreground"},
    {DAEMON_ROW(READ_ONCE), .name = "childlogdir", .type = OPT_DIRECTORY, .sample = "/tmp",
	AT_DAEMON(childlogdir), .help = "directory of AUTO logs; default $TMPDIR or /tmp"},
    {DAEMON_ROW(READ_ONCE), .name = "nocleanup", .type = OPT_BOOL, .def = "false", .sample = "true",
	AT_DAEMON(nocleanup), .help = "keep old AUTO logs at the start"},
    {DAEMON_ROW(READ_ONCE), .name = "strip_ansi", .type = OPT_BOOL, .def = "false", AT_DAEMON(strip_ansi),
	.help = "remove escape sequences from child logs"},
    {DAEMON_ROW(READ_APART), .name = "environment", .type = OPT_ENVIRONMENT, .flags = OPTION_TWICE,
	.sample = "KEY=\"value\"", .help = "variables that every child gets"},

    /* [rpcinterface:x], [supervisorctl], [ctlplugin:x] */
    {SERVER_ROW(READ_APART), .sections = RPCINTERFACE, .name = "supervisor.rpcinterface_factory",
	.type = OPT_FACTORY, .flags = OPTION_REQUIRED | OPTION_ACTIVE,
	.sample = "supervisor.rpcinterface:make_main_rpcinterface",
	.accepts = "supervisor.rpcinterface:make_main_rpcinterface; Python plugins are not supported",
	.help = "always this value"},
    {.sections = SUPERVISORCTL, .name = "serverurl", .type = OPT_URL, .def = "http://localhost:9001",
	.names = NAMES_HERE, .when = READ_APART, .flags = OPTION_ACTIVE,
	.sample = "unix:///tmp/supervisor.sock", .help = "unix://PATH or http://HOST:PORT"},
    {.sections = SUPERVISORCTL, .name = "username", .type = OPT_TEXT, .names = NAMES_ENV,
	.when = READ_APART, .sample = "user", .help = "as the server wants it"},
    {.sections = SUPERVISORCTL, .name = "password", .type = OPT_TEXT, .names = NAMES_ENV,
	.when = READ_APART, .flags = OPTION_SECRET, .sample = "123", .help = "in clear"},
    {.sections = SUPERVISORCTL, .name = "prompt", .type = OPT_TEXT, .def = "supervisor", .names = NAMES_ENV,
	.when = READ_APART, .sample = "mysupervisor", .help = "what the shell shows before its '>'"},
    {.sections = SUPERVISORCTL, .name = "history_file", .type = OPT_PATH, .names = NAMES_HERE,
	.when = READ_APART, .sample = "~/.sc_history", .help = "keep what was typed in this file"},
    {.sections = CTLPLUGIN, .name = "supervisor.ctl_factory", .type = OPT_FACTORY, .names = NAMES_ENV,
	.when = READ_APART, .flags = OPTION_REQUIRED,
	.accepts = "any text; Python plugins are not supported",
	.help = "a Python callable; such a section is ignored"},

    /* [program:x], [fcgi-program:x], [eventlistener:x] */
    {ONCE_ROW, .name = "priority", .type = OPT_INT, .def = "999", .change = CHANGE_LIVE,
	.flags = OPTION_COMPARED, AT_PROCESS(priority), .help = "low ones start first and stop last"},
    {ONCE_ROW, .name = "autostart", .type = OPT_BOOL, .def = "true", .change = CHANGE_LIVE,
	.flags = OPTION_COMPARED, AT_PROCESS(autostart), .help = "start with the daemon"},
    {ONCE_ROW, .name = "autorestart", .type = OPT_AUTORESTART, .def = "unexpected", .change = CHANGE_LIVE,
	.flags = OPTION_COMPARED, AT_PROCESS(autorestart),
	.help = "start again after an exit: true, false, unexpected"},
    {ONCE_ROW, .name = "startsecs", .type = OPT_INT64, .def = "1", .change = CHANGE_LIVE,
	.flags = OPTION_COMPARED, AT_PROCESS(startsecs), .help = "seconds up before it counts as running"},
    {ONCE_ROW, .name = "startretries", .type = OPT_INT64, .def = "3", .change = CHANGE_LIVE,
	.flags = OPTION_COMPARED, AT_PROCESS(startretries), .help = "failed starts in a row before FATAL"},
    {ONCE_ROW, .name = "stopsignal", .type = OPT_SIGNAL, .def = "TERM", .change = CHANGE_LIVE,
	.flags = OPTION_COMPARED, AT_PROCESS(stopsignal), .help = "signal that asks it to end"},
    {ONCE_ROW, .name = "stopwaitsecs", .type = OPT_INT64, .def = "10", .change = CHANGE_LIVE,
	.flags = OPTION_COMPARED, AT_PROCESS(stopwaitsecs), .help = "seconds until SIGKILL follows"},
    {ONCE_ROW, .name = "stopasgroup", .type = OPT_BOOL, .def = "false", .change = CHANGE_LIVE,
	.flags = OPTION_COMPARED, AT_PROCESS(stopasgroup),
	.help = "send the signal to its whole process group"},
    {ONCE_ROW, .name = "killasgroup", .type = OPT_BOOL, .change = CHANGE_LIVE, .flags = OPTION_COMPARED,
	.sample = "false", AT_PROCESS(killasgroup),
	.help = "SIGKILL the whole group; default: as stopasgroup"},
    {ONCE_ROW, .name = "exitcodes", .type = OPT_EXITCODES, .def = "0", .change = CHANGE_LIVE,
	.flags = OPTION_COMPARED, AT_PROCESS(exitcodes), .help = "exit statuses that are expected"},
    {ONCE_ROW, .name = "redirect_stderr", .type = OPT_BOOL, .def = "false", .change = CHANGE_RESTART,
	.flags = OPTION_COMPARED, AT_PROCESS(redirect_stderr), .help = "send stderr to where stdout goes"},
    {ONCE_ROW, .name = "numprocs", .type = OPT_INT, .def = "1", .change = CHANGE_GROUP, .min = INT_MIN,
	.max = 1000000, AT_PROGRAM(numprocs), .help = "how many processes"},
    {ONCE_ROW, .name = "numprocs_start", .type = OPT_INT, .def = "0", .change = CHANGE_GROUP,
	AT_PROGRAM(numprocs_start), .help = "first %(process_num)s"},
    CHANNEL_ONCE_ROWS("stdout", CHANNEL_STDOUT),
    CHANNEL_ONCE_ROWS("stderr", CHANNEL_STDERR),
    {ONCE_ROW, .name = "serverurl", .type = OPT_URL, .change = CHANGE_RESTART, .flags = OPTION_COMPARED,
	.sample = "AUTO", .accepts = "a URL, or AUTO", AT_PROCESS(serverurl),
	.help = "SUPERVISOR_SERVER_URL of the child, AUTO: ours"},
    {ONCE_ROW, .name = "user", .type = OPT_USER, .change = CHANGE_RESTART, .flags = OPTION_COMPARED,
	.sample = "nobody", AT_PROCESS(user), .help = "run it as this user"},
    {ONCE_ROW, .name = "umask", .type = OPT_OCTAL, .change = CHANGE_RESTART, .flags = OPTION_COMPARED,
	.sample = "022", AT_PROCESS(umask), .help = "its umask; default: the daemon's"},
    {.sections = PROCESS, .when = READ_ONCE, .name = "process_name", .type = OPT_NAME,
	.def = "%(program_name)s", .names = NAMES_PROCESS, .change = CHANGE_GROUP, AT_PROGRAM(process_name),
	.help = "its name within the group"},
    {.sections = PROCESS, .names = NAMES_PROCESS, .when = READ_APART, .name = "environment",
	.type = OPT_ENVIRONMENT, .change = CHANGE_RESTART, .flags = OPTION_COMPARED,
	.sample = "A=\"1\",B=\"2\"", AT_PROCESS(environment),
	.help = "variables for it, beside the daemon's"},
    {EACH_ROW, .name = "directory", .type = OPT_TEXT, .change = CHANGE_RESTART, .flags = OPTION_COMPARED,
	.sample = "/tmp", AT_PROCESS(directory),
	.help = "where it starts; default: the daemon's directory"},
    CHANNEL_EACH_ROWS("stdout", CHANNEL_STDOUT),
    CHANNEL_EACH_ROWS("stderr", CHANNEL_STDERR),
    {EACH_ROW, .name = "command", .type = OPT_TEXT, .change = CHANGE_RESTART,
	.flags = OPTION_COMPARED | OPTION_REQUIRED, .sample = "/bin/cat", AT_PROCESS(command),
	.help = "the program and its arguments, found by PATH"},

    /* Beyond those of a program. */
    {.sections = LISTENER, .name = "buffer_size", .type = OPT_INT, .def = "10", .min = 1, .max = INT_MAX,
	.names = NAMES_HERE, .when = READ_APART, .change = CHANGE_LIVE, .flags = OPTION_COMPARED,
	.help = "events that wait before the oldest is dropped"},
    {.sections = LISTENER, .name = "events", .type = OPT_EVENTS, .names = NAMES_HERE, .when = READ_APART,
	.change = CHANGE_LIVE, .flags = OPTION_COMPARED | OPTION_REQUIRED, .sample = "EVENT",
	.accepts = "names of event types, separated by commas, such as PROCESS_STATE, PROCESS_LOG, TICK_60, "
		   "EVENT",
	.help = "types of events to be told of"},
    {.sections = LISTENER, .name = "result_handler", .type = OPT_FACTORY,
	.def = "supervisor.dispatchers:default_handler", .names = NAMES_HERE, .when = READ_APART,
	.change = CHANGE_RESTART, .flags = OPTION_COMPARED,
	.accepts = "supervisor.dispatchers:default_handler; Python plugins are not supported",
	.help = "always the default"},
    {.sections = FCGI, .name = "socket_backlog", .type = OPT_INT, .min = 1, .max = 65535,
	.names = NAMES_HERE, .when = READ_APART, .change = CHANGE_RESTART,
	.help = "connections that may wait; default: what the system allows"},
    {.sections = FCGI, .name = "socket_owner", .type = OPT_OWNER, .names = NAMES_HERE, .when = READ_APART,
	.change = CHANGE_RESTART, .help = "owner of a UNIX socket; default: user"},
    {.sections = FCGI, .name = "socket_mode", .type = OPT_OCTAL, .def = "0700", .names = NAMES_HERE,
	.when = READ_APART, .change = CHANGE_RESTART, .help = "mode of a UNIX socket, octal"},
    {.sections = FCGI, .name = "socket", .type = OPT_SOCKET, .names = NAMES_SOCKET, .when = READ_APART,
	.change = CHANGE_RESTART, .flags = OPTION_COMPARED | OPTION_REQUIRED,
	.help = "unix:///path or tcp://host:port"},

    /* [group:x], [include] */
    {.sections = GROUP, .name = "programs", .type = OPT_LIST, .def = "", .names = NAMES_HERE,
	.when = READ_APART, .change = CHANGE_GROUP, .flags = OPTION_COMPARED,
	.sample = "progname1,progname2", .help = "the programs of the group"},
    {.sections = GROUP, .name = "priority", .type = OPT_INT, .def = "999", .names = NAMES_HERE,
	.when = READ_APART, .change = CHANGE_GROUP, .flags = OPTION_COMPARED,
	.help = "low groups start first and stop last"},
    {.sections = INCLUDE, .name = "files", .type = OPT_TEXT, .names = NAMES_HERE, .when = READ_APART,
	.flags = OPTION_REQUIRED, .sample = "relative/directory/*.ini",
	.accepts = "file names and patterns, separated by blanks",
	.help = "names and patterns, separated by blanks"},
};
/* clang-format on */
const size_t options_table_n = sizeof(options_table) / sizeof(options_table[0]);

/* What the types take, for messages. */
static const char *const accepts[] = {
    [OPT_TEXT] = "any text",
    [OPT_BOOL] = "true, yes, on, 1, false, no, off, 0",
    [OPT_INT] = "a whole number",
    [OPT_INT64] = "a whole number",
    [OPT_BYTES] = "a whole number, which KB, MB or GB may follow",
    [OPT_OCTAL] = "an octal number, such as 022",
    [OPT_SIGNAL] = "a signal: TERM, HUP, INT, QUIT, KILL, USR1, USR2 or another name or number",
    [OPT_LOGLEVEL] = "critical, error, warn, info, debug, trace, blather",
    [OPT_EXITCODES] = "numbers from 0 to 255, separated by commas",
    [OPT_AUTORESTART] = "true, false, unexpected",
    [OPT_FULL_ACTION] = "drop, block",
    [OPT_USER] = "a user's name or number that this system knows",
    [OPT_OWNER] = "user or user:group, each a name or a number that this system knows",
    [OPT_DIRECTORY] = "a directory that exists",
    [OPT_DIRPATH] = "a file in a directory that exists",
    [OPT_LOGFILE] = "a file in a directory that exists, or AUTO, NONE, syslog",
    [OPT_PATH] = "a path",
    [OPT_NAME] = "a name without blanks, ':' and '/'; with %(process_num)s when numprocs is above 1",
    [OPT_URL] = "unix://PATH or http://HOST:PORT",
    [OPT_ADDRESS] = "PORT, *:PORT or HOST:PORT, the port from 1 to 65535",
    [OPT_SOCKET] = "unix:///PATH or tcp://HOST:PORT",
    [OPT_LIST] = "names, separated by commas",
    [OPT_EVENTS] = "names of event types, separated by commas",
    [OPT_ENVIRONMENT] = "NAME=\"value\",NAME2=\"value\"",
    [OPT_FACTORY] = "the default; Python plugins are not supported",
};
static_assert(sizeof(accepts) / sizeof(accepts[0]) == OPT_NTYPES, "a type without words for what it accepts");

const char *
option_accepts(const struct option_row *row)
{
	return row->accepts != NULL ? row->accepts : accepts[row->type];
}

static bool
is_kind(const struct section_info *info, const char *section)
{
	size_t len = strlen(info->name);

	if (strncmp(section, info->name, len) != 0)
		return false;
	if (info->prefix)
		return true;
	return section[len] == (info->named ? ':' : '\0');
}

enum section_kind
section_kind_of(const char *section)
{
	for (int i = 0; i < SECTION_NKINDS; i++)
		if (is_kind(&section_infos[i], section))
			return (enum section_kind)i;
	return SECTION_NKINDS;
}

const struct option_row *
option_process_rows(size_t *n)
{
	size_t first = 0, end;

	while ((options_table[first].sections & PROCESS) == 0)
		first++;
	for (end = first; end < options_table_n && (options_table[end].sections & PROCESS) != 0;)
		end++;
	*n = end - first;
	return &options_table[first];
}

const struct option_row *
option_find(enum section_kind kind, const char *name)
{
	for (size_t i = 0; i < options_table_n; i++)
		if ((options_table[i].sections & SECTION_BIT(kind)) != 0 &&
		    strcmp(options_table[i].name, name) == 0)
			return &options_table[i];
	return NULL;
}

/* Suggestions */

#define SUGGEST_MAX 64

/* Characters inserted, removed, replaced, or swapped with their neighbour; SUGGEST_MAX for long texts. */
static size_t
distance(const char *a, size_t alen, const char *b, size_t blen)
{
	size_t rows[3][SUGGEST_MAX + 1];
	size_t *before = rows[0], *last = rows[1], *row = rows[2], *spare;

	if (alen > SUGGEST_MAX || blen > SUGGEST_MAX)
		return SUGGEST_MAX;
	for (size_t j = 0; j <= blen; j++)
		last[j] = before[j] = j;
	for (size_t i = 1; i <= alen; i++) {
		row[0] = i;
		for (size_t j = 1; j <= blen; j++) {
			size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);

			best = last[j] + 1 < best ? last[j] + 1 : best;
			best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			row[j] = best;
		}
		spare = before;
		before = last;
		last = row;
		row = spare;
	}
	return last[blen];
}

/* How far off a name may be and still be meant: a third of it. */
static size_t
near_enough(size_t len)
{
	return len < 3 ? 1 : len / 3 + 1;
}

const struct option_row *
option_suggest(enum section_kind kind, const char *name)
{
	const struct option_row *best = NULL;
	size_t len = strlen(name), limit = near_enough(len);

	for (size_t i = 0; i < options_table_n; i++) {
		size_t d;

		if ((options_table[i].sections & SECTION_BIT(kind)) == 0)
			continue;
		d = distance(name, len, options_table[i].name, strlen(options_table[i].name));
		if (d >= limit)
			continue;
		limit = d;
		best = &options_table[i];
	}
	return best;
}

enum section_kind
section_suggest(const char *section)
{
	size_t len = strcspn(section, ":"), limit = near_enough(len);
	enum section_kind best = SECTION_NKINDS;

	for (int i = 0; i < SECTION_NKINDS; i++) {
		char lower[SUGGEST_MAX] = "";
		size_t d;

		for (size_t j = 0; j < len && j + 1 < sizeof(lower); j++)
			lower[j] = (char)(section[j] >= 'A' && section[j] <= 'Z' ? section[j] - 'A' + 'a'
										 : section[j]);
		d = distance(lower, len, section_infos[i].name, strlen(section_infos[i].name));
		if (d >= limit)
			continue;
		limit = d;
		best = (enum section_kind)i;
	}
	return best;
}

/* A value as text */

static bool
bytes_text(struct buf *out, int64_t n)
{
	static const struct {
		int64_t factor;
		const char *suffix;
	} units[] = {{1024 * 1024 * 1024, "GB"}, {1024 * 1024, "MB"}, {1024, "KB"}};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (n != 0 && n % units[i].factor == 0)
			return buf_printf(out, "%" PRId64 "%s", n / units[i].factor, units[i].suffix);
	return buf_printf(out, "%" PRId64, n);
}

static bool
exitcodes_text(struct buf *out, const struct process_config *p)
{
	for (size_t i = 0; i < p->nexitcodes; i++)
		buf_printf(out, "%s%d", i > 0 ? "," : "", p->exitcodes[i]);
	return !out->failed;
}

/* Quoted by the quote that does not occur; a value with both cannot be written in a file. */
static bool
environment_text(struct buf *out, const struct env_list *env)
{
	for (size_t i = 0; i < env->n; i++) {
		char quote = strchr(env->vars[i].value, '"') != NULL ? '\'' : '"';

		buf_printf(out, "%s%s=%c%s%c", i > 0 ? "," : "", env->vars[i].name, quote, env->vars[i].value,
			   quote);
	}
	return !out->failed;
}

static bool
logfile_text(struct buf *out, const struct channel_config *ch)
{
	switch (ch->target) {
	case LOG_TARGET_NONE:
		return buf_puts(out, ch->path != NULL ? ch->path : "NONE");
	case LOG_TARGET_AUTO:
		return buf_puts(out, "AUTO");
	case LOG_TARGET_FILE:
		break;
	}
	return buf_puts(out, ch->path);
}

static bool
signal_text(struct buf *out, int sig)
{
	const char *name = value_signal_name(sig);

	return name != NULL ? buf_puts(out, name) : buf_printf(out, "%d", sig);
}

static const char *
autorestart_text(enum autorestart value)
{
	switch (value) {
	case AUTORESTART_FALSE:
		return "false";
	case AUTORESTART_UNEXPECTED:
		return "unexpected";
	case AUTORESTART_TRUE:
		break;
	}
	return "true";
}

/* What is at a row's place, by its type. */
static bool
stored_text(struct buf *out, const struct option_row *row, const struct process_config *p)
{
	const void *at = (const char *)p + row->at;
	const char *text;
	int octal;

	switch (row->type) {
	case OPT_BOOL:
		return buf_puts(out, *(const bool *)at ? "true" : "false");
	case OPT_INT:
		return buf_printf(out, "%d", *(const int *)at);
	case OPT_INT64:
		return buf_printf(out, "%" PRId64, *(const int64_t *)at);
	case OPT_BYTES:
		return bytes_text(out, *(const int64_t *)at);
	case OPT_OCTAL:
		octal = *(const int *)at;
		return octal < 0 || buf_printf(out, "%03o", (unsigned)octal);
	case OPT_SIGNAL:
		return signal_text(out, *(const int *)at);
	case OPT_EXITCODES:
		return exitcodes_text(out, p);
	case OPT_AUTORESTART:
		return buf_puts(out, autorestart_text(*(const enum autorestart *)at));
	case OPT_FULL_ACTION:
		return buf_puts(out, *(const enum full_action *)at == FULL_BLOCK ? "block" : "drop");
	case OPT_LOGFILE:
		return logfile_text(out, at);
	case OPT_ENVIRONMENT:
		return environment_text(out, at);
	case OPT_TEXT:
	case OPT_USER:
	case OPT_URL:
		text = *(char *const *)at;
		return text == NULL || buf_puts(out, text);
	case OPT_LOGLEVEL:
	case OPT_OWNER:
	case OPT_DIRECTORY:
	case OPT_DIRPATH:
	case OPT_PATH:
	case OPT_NAME:
	case OPT_ADDRESS:
	case OPT_SOCKET:
	case OPT_LIST:
	case OPT_EVENTS:
	case OPT_FACTORY:
	case OPT_NTYPES:
		break;
	}
	return false;
}

bool
process_config_option_text(struct buf *out, const struct option_row *row, const struct process_config *p)
{
	if (row->type == OPT_NAME)
		return buf_puts(out, p->name);
	if ((row->sections & SECTION_BIT(SECTION_PROGRAM)) == 0 || row->at >= sizeof(*p))
		return false;
	return stored_text(out, row, p);
}
