/* ctl_error.c: see ctl_error.h. The file names and lines are those of Debian's supervisor 4.2.5 with
 * Python 3.11. */
#include "autoconf.h"

#include "ctl/ctl_error.h"

#include <assert.h>
#include <errno.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/pyrepr.h"
#include "base/xmalloc.h"
#include "client/client_http.h"
#include "core/xmlrpc.h"

#define PY "/usr/lib/python3.11/"
#define PY_XMLRPC PY "xmlrpc/client.py"
#define PY_HTTP PY "http/client.py"
#define PY_SOCKET PY "socket.py"
#define SUPERVISOR "/usr/lib/python3/dist-packages/supervisor/"
#define SUPERVISOR_XMLRPC SUPERVISOR "xmlrpc.py"

struct place {
	const char *class;
	const char *file;
	int line;
};

static const struct place places[] = {
    [CLIENT_FAULT] = {"xmlrpc.client.Fault", PY_XMLRPC, 668},
    [CLIENT_STATUS] = {"xmlrpc.client.ProtocolError", SUPERVISOR_XMLRPC, 539},
    [CLIENT_OS] = {"OSError", PY_SOCKET, 706},
    [CLIENT_PATH_TOO_LONG] = {"OSError", SUPERVISOR_XMLRPC, 557},
    [CLIENT_RESOLVE] = {"socket.gaierror", PY_SOCKET, 962},
    [CLIENT_BAD_URL] = {"ValueError", SUPERVISOR_XMLRPC, 505},
    [CLIENT_BAD_HOST] = {"ValueError", PY "urllib/parse.py", 514},
    [CLIENT_BAD_PORT] = {"ValueError", PY "urllib/parse.py", 182},
    [CLIENT_TIMEOUT] = {"TimeoutError", PY_SOCKET, 836},
    [CLIENT_DISCONNECTED] = {"http.client.RemoteDisconnected", PY_HTTP, 287},
    [CLIENT_BAD_STATUS_LINE] = {"http.client.BadStatusLine", PY_HTTP, 300},
    [CLIENT_BAD_VERSION] = {"http.client.UnknownProtocol", PY_HTTP, 335},
    [CLIENT_LINE_TOO_LONG] = {"http.client.LineTooLong", PY_HTTP, 216},
    [CLIENT_BAD_HEAD] = {"http.client.HTTPException", PY_HTTP, 219},
    [CLIENT_TRUNCATED] = {"http.client.IncompleteRead", PY_HTTP, 632},
    [CLIENT_BAD_REPLY] = {"xml.parsers.expat.ExpatError", PY_XMLRPC, 451},
    [CLIENT_TOO_BIG] = {"MemoryError", PY_HTTP, 632},
    [CLIENT_BAD_CALL] = {"OverflowError", PY_XMLRPC, 552},
    [CLIENT_CANCELLED] = {"KeyboardInterrupt", PY_SOCKET, 706},
};
static_assert(sizeof(places) / sizeof(places[0]) == CLIENT_CANCELLED + 1, "a place for each kind of error");

/* Where each phase of a connection raises its OSError. */
static const struct place os_places[] = {
    [CLIENT_AT_CONNECT_UNIX] = {NULL, SUPERVISOR_XMLRPC, 557},
    [CLIENT_AT_CONNECT_TCP] = {NULL, PY_SOCKET, 836},
    [CLIENT_AT_SEND] = {NULL, PY_HTTP, 998},
    [CLIENT_AT_RECEIVE] = {NULL, PY_SOCKET, 706},
};

/* Where Python finds what is wrong with a host. */
static const struct place host_places[] = {
    [CLIENT_HOST_BRACKETS] = {"ValueError", PY "urllib/parse.py", 514},
    [CLIENT_HOST_ADDRESS] = {"ValueError", PY "ipaddress.py", 54},
    [CLIENT_HOST_BLANKS] = {"http.client.InvalidURL", PY_HTTP, 1235},
    [CLIENT_HOST_LABEL] = {"UnicodeError", PY_SOCKET, 962},
};

/* Where http.client finds that a line is too long. */
static int
long_line_place(int phase)
{
	switch ((enum http_phase)phase) {
	case HTTP_STATUS_LINE:
		return 281;
	case HTTP_CHUNK_SIZE:
		return 527;
	case HTTP_TRAILERS:
		return 543;
	default:
		return 216;
	}
}

static const char *
os_class(int code)
{
	switch (code) {
	case ENOENT:
		return "FileNotFoundError";
	case EACCES:
	case EPERM:
		return "PermissionError";
	case ECONNREFUSED:
		return "ConnectionRefusedError";
	case ECONNRESET:
		return "ConnectionResetError";
	case ECONNABORTED:
		return "ConnectionAbortedError";
	case EPIPE:
		return "BrokenPipeError";
	case ETIMEDOUT:
		return "TimeoutError";
	case ENOTDIR:
		return "NotADirectoryError";
	default:
		return "OSError";
	}
}

void
ctl_error_set(struct ctl_error *e, const char *class, const char *file, int line, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	ctl_error_release(e);
	*e = (struct ctl_error){.class = class, .text = text, .file = file, .line = line};
}

static void
set_fault(struct ctl_error *e, const struct place *p, const struct client_error *from)
{
	char *quoted = pyrepr(from->text);

	ctl_error_set(e, p->class, p->file, p->line, "<Fault %d: %s>", from->code, quoted);
	free(quoted);
}

static void
set_os(struct ctl_error *e, const struct client_error *from)
{
	const struct place *p = &os_places[from->where];

	ctl_error_set(e, os_class(from->code), p->file, p->line, "[Errno %d] %s", from->code,
		      strerror(from->code));
}

void
ctl_error_from_client(struct ctl_error *e, const struct client_error *from)
{
	struct place p = places[from->kind];

	switch (from->kind) {
	case CLIENT_FAULT:
		set_fault(e, &p, from);
		return;
	case CLIENT_STATUS:
		ctl_error_set(e, p.class, p.file, p.line, "<ProtocolError for 127.0.0.1/RPC2: %d %s>",
			      from->code, from->text);
		e->http_status = from->code;
		return;
	case CLIENT_OS:
		set_os(e, from);
		return;
	case CLIENT_RESOLVE:
		ctl_error_set(e, p.class, p.file, p.line, "[Errno %d] %s", from->code, from->text);
		return;
	case CLIENT_BAD_HOST:
		p = host_places[from->code];
		break;
	case CLIENT_LINE_TOO_LONG:
		p.line = long_line_place(from->code);
		break;
	case CLIENT_BAD_PORT:
		p.line = from->code == 2 ? 184 : 182;
		break;
	case CLIENT_BAD_STATUS_LINE:
		p.line = from->code == 1 ? 308 : 300;
		break;
	case CLIENT_TRUNCATED:
		p.line = from->code == 1 ? 597 : 632;
		break;
	case CLIENT_BAD_REPLY:
		if (from->code == XMLRPC_REPLY_INCOMPLETE)
			p.line = 460;
		if (from->code == XMLRPC_REPLY_NOT_UTF8)
			p = (struct place){"UnicodeDecodeError", SUPERVISOR "compat.py", 60};
		if (from->code == XMLRPC_REPLY_FOREIGN) {
			ctl_error_set(e, "xmlrpc.client.ResponseError", PY_XMLRPC, 666, "ResponseError()");
			return;
		}
		break;
	case CLIENT_CANCELLED:
	case CLIENT_OK:
	case CLIENT_PATH_TOO_LONG:
	case CLIENT_BAD_URL:
	case CLIENT_TIMEOUT:
	case CLIENT_DISCONNECTED:
	case CLIENT_BAD_VERSION:
	case CLIENT_BAD_HEAD:
	case CLIENT_TOO_BIG:
	case CLIENT_BAD_CALL:
		break;
	}
	ctl_error_set(e, p.class, p.file, p.line, "%s", from->text);
	e->cancelled = from->kind == CLIENT_CANCELLED;
}

void
ctl_error_release(struct ctl_error *e)
{
	free(e->text);
	*e = (struct ctl_error){0};
}

void
ctl_error_line(struct buf *out, const struct ctl_error *e)
{
	buf_printf(out, "error: <class '%s'>, %s: file: %s line: %d", e->class, e->text, e->file, e->line);
}

void
ctl_error_short(struct buf *out, const struct ctl_error *e)
{
	buf_printf(out, "error: <class '%s'> (%s)", e->class, e->text);
}
