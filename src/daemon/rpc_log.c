/*
 * rpc_log.c: supervisor.*, logs: reading, tailing and clearing them.
 *
 * Files are read where they are, by path, as Supervisor does it: backups are never read, and what is read
 * need not be what the log pump writes to. Offsets count bytes; a character that a range cuts is repaired
 * when the answer is written.
 */
#include "autoconf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "daemon/daemon.h"
#include "daemon/logpump.h"
#include "daemon/mainlog.h"
#include "daemon/rpc.h"
#include "daemon/rpc_names.h"

/* Bytes that one answer takes from a file: all of it is in memory, several times. What is larger is read in
 * pieces. */
#define READ_MAX (32 << 20)
/* Offsets and lengths of clients are kept within this, so that their sums do not overflow. */
#define OFFSET_LIMIT (INT64_C(1) << 61)

/* Which part of a log is asked for. Whether the arguments are numbers is looked at late, as in Supervisor: an unknown
   name or a missing file is told first. */
struct range {
	int64_t offset;
	int64_t length;
};

static bool
param_offset(const struct rpc_call *call, size_t i, int64_t *n)
{
	if (!xmlrpc_to_int(rpc_param(call, i), n))
		return false;
	*n = *n > OFFSET_LIMIT ? OFFSET_LIMIT : *n < -OFFSET_LIMIT ? -OFFSET_LIMIT : *n;
	return true;
}

/* The i-th parameter and the one after it. False: the call has its fault. */
static bool
param_range(struct rpc_call *call, size_t i, struct range *range)
{
	if (param_offset(call, i, &range->offset) && param_offset(call, i + 1, &range->length))
		return true;
	rpc_fault(call, FAULT_INCORRECT_PARAMETERS, NULL);
	return false;
}

/* Opens a log and tells its size; -1 with errno set, ENOENT whenever there is nothing to be seen at that path. A FIFO
   must not hold us up, and what cannot be read from a place (ESPIPE) is no log. */
static int
open_log(const char *path, int64_t *size)
{
	struct stat st = {0};
	int error, fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd == -1) {
		error = errno;
		errno = stat(path, &st) == -1 ? ENOENT : error;
		return -1;
	}
	if (fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode) && lseek(fd, 0, SEEK_SET) == 0) {
		*size = S_ISREG(st.st_mode) ? st.st_size : 0;
		return fd;
	}
	error = S_ISDIR(st.st_mode) ? EISDIR : errno;
	close(fd);
	errno = error;
	return -1;
}

/* The bytes from offset, at most len. NULL with errno set; EFBIG: more than an answer may have. */
static struct xmlrpc_value *
read_range(int fd, int64_t offset, int64_t len)
{
	ssize_t n = 0, got = 0;
	char *data;

	if (len > READ_MAX) {
		errno = EFBIG;
		return NULL;
	}
	data = malloc((size_t)len + 1);
	if (data == NULL)
		return NULL;
	while (got < len && (n = pread(fd, data + got, (size_t)(len - got), offset + got)) > 0)
		got += n;
	if (n == -1) {
		free(data);
		return NULL;
	}
	return xmlrpc_string_take(data, (size_t)got);
}

static void
fault_reading(struct rpc_call *call, const char *path)
{
	char *text;

	switch (errno) {
	case ENOENT:
		rpc_fault(call, FAULT_NO_FILE, path);
		break;
	case EFBIG:
		text = xasprintf("more than %d bytes of %s; read it in pieces, with offset and length",
				 READ_MAX, path);
		rpc_fault(call, FAULT_FAILED, text);
		free(text);
		break;
	default:
		rpc_fault(call, FAULT_FAILED, NULL);
	}
}

/* offset < 0 with length 0: the end; else from offset, length bytes or to the end. */
static void
read_opened(struct rpc_call *call, const char *path, int fd, int64_t size, struct range range)
{
	struct xmlrpc_value *text;
	int64_t available;

	if ((range.offset < 0 && range.length != 0) || range.length < 0) {
		rpc_fault(call, FAULT_BAD_ARGUMENTS, NULL);
		return;
	}
	if (range.offset < 0)
		range.offset = size + range.offset < 0 ? 0 : size + range.offset;
	available = range.offset < size ? size - range.offset : 0;
	text = read_range(fd, range.offset,
			  range.length == 0 || range.length > available ? available : range.length);
	if (text != NULL)
		rpc_return(call, text);
	else
		fault_reading(call, path);
}

/* The range is in the parameters from the given one on. */
static void
read_log_file(struct rpc_call *call, const char *path, size_t param)
{
	struct range range;
	int64_t size = 0;
	int fd, error;

	if (path == NULL) {
		rpc_fault(call, FAULT_NO_FILE, NULL);
		return;
	}
	fd = open_log(path, &size);
	error = errno;
	if (fd == -1 && error == ENOENT) {
		rpc_fault(call, FAULT_NO_FILE, path);
	} else if (param_range(call, param, &range)) {
		errno = error;
		if (fd == -1)
			fault_reading(call, path);
		else
			read_opened(call, path, fd, size, range);
	}
	if (fd != -1)
		close(fd);
}

static void
read_log(struct rpc_call *call)
{
	const char *path = mainlog_path(rpc_daemon(call)->mainlog);

	if (path == NULL)
		rpc_fault(call, FAULT_NO_FILE, "syslog");
	else
		read_log_file(call, path, 0);
}

static void
read_process_log(struct rpc_call *call, enum channel channel)
{
	struct process *p = rpc_param_process(call);

	if (p != NULL)
		read_log_file(call, p->logpath[channel], 1);
}

static void
read_process_stdout_log(struct rpc_call *call)
{
	read_process_log(call, CHANNEL_STDOUT);
}

static void
read_process_stderr_log(struct rpc_call *call)
{
	read_process_log(call, CHANNEL_STDERR);
}

static void
return_tail(struct rpc_call *call, struct xmlrpc_value *text, int64_t offset, bool overflow)
{
	struct xmlrpc_value *tail = xmlrpc_array();

	xmlrpc_append(tail, text);
	xmlrpc_append(tail, xmlrpc_int(offset));
	xmlrpc_append(tail, xmlrpc_bool(overflow));
	rpc_return(call, tail);
}

/* Supervisor's arithmetic (spec/xmlrpc.md 5.10): the last `length` bytes, also those before offset. */
static bool
tail_range(int64_t size, int64_t *offset, int64_t *length)
{
	bool overflow = size > *offset + *length;

	if (overflow)
		*offset = size - 1;
	if (*offset + *length > size) {
		if (*offset > size - 1)
			*length = 0;
		*offset = size - *length;
	}
	if (*offset < 0)
		*offset = 0;
	if (*length < 0)
		*length = 0;
	return overflow;
}

static void
tail_log_file(struct rpc_call *call, const char *path)
{
	struct xmlrpc_value *text = NULL;
	struct range asked, range;
	bool overflow = false;
	int64_t size = 0;
	int fd = path != NULL ? open_log(path, &size) : -1;

	if (path == NULL || (fd == -1 && errno == ENOENT)) {
		return_tail(call, xmlrpc_string(""), 0, false);
		return;
	}
	if (param_range(call, 1, &asked)) {
		range = asked;
		if (fd != -1) {
			overflow = tail_range(size, &range.offset, &range.length);
			text = read_range(fd, range.offset,
					  range.length > size - range.offset ? size - range.offset
									     : range.length);
		}
		if (text != NULL)
			return_tail(call, text, size, overflow);
		else
			return_tail(call, xmlrpc_string(""), asked.offset, false);
	}
	if (fd != -1)
		close(fd);
}

static void
tail_process_log(struct rpc_call *call, enum channel channel)
{
	struct process *p = rpc_param_process(call);

	if (p != NULL)
		tail_log_file(call, p->logpath[channel]);
}

static void
tail_process_stdout_log(struct rpc_call *call)
{
	tail_process_log(call, CHANNEL_STDOUT);
}

static void
tail_process_stderr_log(struct rpc_call *call)
{
	tail_process_log(call, CHANNEL_STDERR);
}

static void
clear_log(struct rpc_call *call)
{
	struct mainlog *mainlog = rpc_daemon(call)->mainlog;
	const char *path = mainlog_path(mainlog);

	if (path == NULL || access(path, F_OK) == -1)
		rpc_fault(call, FAULT_NO_FILE, NULL);
	else if (mainlog_clear(mainlog))
		rpc_return(call, xmlrpc_bool(true));
	else
		rpc_fault(call, FAULT_FAILED, NULL);
}

static void
clear_process_logs(struct rpc_call *call)
{
	struct process *p = rpc_param_process(call);

	if (p == NULL)
		return;
	if (logpump_clear(rpc_daemon(call)->logpump, p))
		rpc_return(call, xmlrpc_bool(true));
	else
		rpc_fault(call, FAULT_FAILED, rpc_param_string(call, 0));
}

static void
clear_all_process_logs(struct rpc_call *call)
{
	struct daemon *d = rpc_daemon(call);
	struct xmlrpc_value *results = xmlrpc_array();
	struct process **procs;
	char *name;
	size_t n;
	bool ok;

	procs = process_table_all(&d->table, ORDER_PRIORITY, &n);
	for (size_t i = 0; i < n; i++) {
		name = process_namespec(procs[i]);
		ok = logpump_clear(d->logpump, procs[i]);
		xmlrpc_append(results, rpc_status(procs[i]->name, procs[i]->group->name,
						  ok ? FAULT_SUCCESS : FAULT_FAILED, name));
		free(name);
	}
	free(procs);
	rpc_return(call, results);
}

/* A method and its name of old are two rows. */
#define READ_LOG(method_name)                                                                                \
	{                                                                                                    \
		.name = method_name, .params = "nn", .returns = 's', .names = "offset length",               \
		.handler = read_log,                                                                         \
		.help = "Text of the main log: length bytes from offset (0: to the end); offset -N: the "    \
			"last N bytes.",                                                                     \
	}
#define READ_PROCESS_LOG(method_name, function, what)                                                        \
	{                                                                                                    \
		.name = method_name, .params = "snn", .returns = 's', .names = "name offset length",         \
		.handler = function,                                                                         \
		.help = "Text of a process's " what " log: length bytes from offset (0: to the end);\n"      \
			"        offset -N: the last N bytes.",                                              \
	}
#define TAIL_PROCESS_LOG(method_name, function, what)                                                        \
	{                                                                                                    \
		.name = method_name, .params = "snn", .returns = 'a', .names = "name offset length",         \
		.handler = function,                                                                         \
		.help = "The last length bytes of a process's " what " log, as [text, size of the log,\n"    \
			"        whether there was more after offset than length].",                         \
	}
#define CLEAR_PROCESS_LOGS(method_name)                                                                      \
	{                                                                                                    \
		.name = method_name, .params = "s", .returns = 'b', .names = "name", .acts = true,           \
		.handler = clear_process_logs, .help = "Empties the logs of a process.",                     \
	}

const struct rpc_method rpc_supervisor_log_methods[] = {
    READ_LOG("readLog"),
    READ_LOG("readMainLog"),
    READ_PROCESS_LOG("readProcessLog", read_process_stdout_log, "stdout"),
    READ_PROCESS_LOG("readProcessStdoutLog", read_process_stdout_log, "stdout"),
    READ_PROCESS_LOG("readProcessStderrLog", read_process_stderr_log, "stderr"),
    TAIL_PROCESS_LOG("tailProcessLog", tail_process_stdout_log, "stdout"),
    TAIL_PROCESS_LOG("tailProcessStdoutLog", tail_process_stdout_log, "stdout"),
    TAIL_PROCESS_LOG("tailProcessStderrLog", tail_process_stderr_log, "stderr"),
    CLEAR_PROCESS_LOGS("clearProcessLog"),
    CLEAR_PROCESS_LOGS("clearProcessLogs"),
    {
	.name = "clearLog",
	.params = "",
	.returns = 'b',
	.acts = true,
	.handler = clear_log,
	.help = "Empties the main log.",
    },
    {
	.name = "clearAllProcessLogs",
	.params = "",
	.returns = 'a',
	.acts = true,
	.handler = clear_all_process_logs,
	.help = "Empties the logs of all processes; a status struct for each.",
    },
    {.name = NULL},
};
