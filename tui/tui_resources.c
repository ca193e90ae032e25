/* tui_resources.c: see tui_resources.h. */
#include "autoconf.h"

#include "tui/tui_resources.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "tui/tui_format.h"

#define TEXT_MAX 4096
#define PORTS_MAX 64 /* that are shown */

/* The kernel's name (/proc/PID/limits), and ours; in this order. Those of signals, queues and priorities are never the
   reason why something fails. */
static const struct {
	const char *kernel, *name;
} limits[] = {
    {"Max open files", "open files"},
    {"Max processes", "processes"},
    {"Max address space", "address space"},
    {"Max data size", "data"},
    {"Max stack size", "stack"},
    {"Max cpu time", "CPU time"},
    {"Max file size", "size of a file"},
    {"Max core file size", "size of a core"},
    {"Max locked memory", "locked memory"},
};

static const struct xmlrpc_value *
find_limit(const struct xmlrpc_value *list, const char *name)
{
	for (size_t i = 0; i < xmlrpc_get_length(list); i++)
		if (strcmp(xmlrpc_get_string(xmlrpc_find(xmlrpc_at(list, i), "name")), name) == 0)
			return xmlrpc_at(list, i);
	return NULL;
}

static void
put_amount(struct buf *out, const char *amount, const char *units)
{
	char bytes[TUI_CELL_MAX];

	if (strcmp(units, "bytes") == 0 && strcmp(amount, "unlimited") != 0) {
		tui_format_bytes(strtoll(amount, NULL, 10), bytes);
		buf_puts(out, bytes);
	} else
		buf_printf(out, "%.32s%s", amount, strcmp(units, "seconds") == 0 ? " s" : "");
}

char *
tui_resources_limits(const struct xmlrpc_value *resources)
{
	const struct xmlrpc_value *list = xmlrpc_find(resources, "limits");
	struct buf text = BUF_INIT(TEXT_MAX);
	char *result;

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		const struct xmlrpc_value *limit = find_limit(list, limits[i].kernel);
		const char *soft = xmlrpc_get_string(xmlrpc_find(limit, "soft"));
		const char *hard = xmlrpc_get_string(xmlrpc_find(limit, "hard"));
		const char *units = xmlrpc_get_string(xmlrpc_find(limit, "units"));

		if (*soft == '\0' || strcmp(soft, "unlimited") == 0)
			continue;
		buf_printf(&text, "%s%s ", text.len > 0 ? ", " : "", limits[i].name);
		put_amount(&text, soft, units);
		if (strcmp(hard, soft) != 0 && strcmp(hard, "unlimited") != 0) {
			buf_puts(&text, " (at most ");
			put_amount(&text, hard, units);
			buf_putc(&text, ')');
		}
	}
	result = xstrdup(buf_str(&text));
	buf_release(&text);
	return result;
}

char *
tui_resources_ports(const struct xmlrpc_value *resources, int64_t pid)
{
	const struct xmlrpc_value *list = xmlrpc_find(resources, "ports");
	size_t n = xmlrpc_get_length(list), shown = n < PORTS_MAX ? n : PORTS_MAX;
	struct buf text = BUF_INIT(TEXT_MAX * 4);
	char *result;

	for (size_t i = 0; i < shown; i++) {
		const struct xmlrpc_value *port = xmlrpc_at(list, i);
		const char *address = xmlrpc_get_string(xmlrpc_find(port, "address"));
		int64_t owner = xmlrpc_get_int(xmlrpc_find(port, "pid"));
		bool is_v6 = strchr(address, ':') != NULL;

		buf_printf(&text, "%s%.8s %s%.64s%s:%" PRId64, i > 0 ? ", " : "",
			   xmlrpc_get_string(xmlrpc_find(port, "protocol")), is_v6 ? "[" : "", address,
			   is_v6 ? "]" : "", (int64_t)xmlrpc_get_int(xmlrpc_find(port, "port")));
		if (owner != pid)
			buf_printf(&text, " (pid %" PRId64 ")", owner);
	}
	if (shown < n)
		buf_printf(&text, ", and %zu more", n - shown);
	result = xstrdup(buf_str(&text));
	buf_release(&text);
	return result;
}
