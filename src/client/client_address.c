/* client_address.c: see client_address.h. */
#include "autoconf.h"

#include "client/client_address.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/pyrepr.h"
#include "base/xmalloc.h"
#include "core/values.h"

/* PORT of "HOST:PORT", empty for the default. */
static bool
parse_port(const char *text, int *port, struct client_error *e)
{
	char *end;
	long n;

	if (*text == '\0')
		return true;
	n = strtol(text, &end, 10);
	if (!isdigit((unsigned char)*text) || *end != '\0') {
		client_error_set(e, CLIENT_BAD_PORT, 1, "Port could not be cast to integer value as '%s'",
				 text);
		return false;
	}
	if (n > 65535) {
		client_error_set(e, CLIENT_BAD_PORT, 2, "Port out of range 0-65535");
		return false;
	}
	*port = (int)n;
	return true;
}

/* What Python refuses to look up, in its words. */
static bool
check_host(const char *host, struct client_error *e)
{
	const char *blank = host;
	char *quoted, *found, bad[2] = "";

	while ((unsigned char)*blank > ' ' && *blank != 0x7f)
		blank++;
	if (*blank != '\0') {
		bad[0] = *blank;
		quoted = pyrepr(host);
		found = pyrepr(bad);
		client_error_set(e, CLIENT_BAD_HOST, CLIENT_HOST_BLANKS,
				 "URL can't contain control characters. %s (found at least %s)", quoted,
				 found);
		free(found);
		free(quoted);
		return false;
	}
	for (const char *label = host; *label != '\0' && strchr(host, ':') == NULL;
	     label += strspn(label, ".")) {
		size_t len = strcspn(label, "."), dots = strspn(label + len, ".");

		if (len == 0 || len > 63 || dots > 1) {
			client_error_set(e, CLIENT_BAD_HOST, CLIENT_HOST_LABEL,
					 "encoding with 'idna' codec failed (UnicodeError: label %s)",
					 label[len] == '\0' ? "too long" : "empty or too long");
			return false;
		}
		label += len;
	}
	return true;
}

static bool
check_brackets(const char *netloc, struct client_error *e)
{
	struct err err = ERR_INIT;
	bool ok = value_netloc(netloc, &err);

	if (!ok)
		client_error_set(e, CLIENT_BAD_HOST,
				 strstr(err_text(&err), "does not appear") != NULL ? CLIENT_HOST_ADDRESS
										   : CLIENT_HOST_BRACKETS,
				 "%s", err_text(&err));
	err_release(&err);
	return ok;
}

/* The text between "//" and the path: "[user@]HOST[:PORT]", HOST maybe in brackets. Cut up in place. */
static bool
parse_authority(struct client_address *a, char *text, struct client_error *e)
{
	char *at = strrchr(text, '@'), *host = at != NULL ? at + 1 : text, *colon;

	if (!check_brackets(text, e))
		return false;
	if (*host == '[') {
		char *close = strchr(++host, ']');

		*close = '\0';
		colon = close[1] == ':' ? close + 1 : NULL;
	} else {
		colon = strchr(host, ':');
	}
	a->port = 80;
	if (colon != NULL) {
		*colon = '\0';
		if (!parse_port(colon + 1, &a->port, e))
			return false;
	}
	a->host = xstrdup(host);
	for (char *c = a->host; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	return check_host(a->host, e);
}

/* Tabs and line ends anywhere in a URL count for nothing, as in Python. */
static char *
without_line_ends(const char *url)
{
	char *clean = xstrdup(url), *to = clean;

	for (const char *from = url; *from != '\0'; from++) {
		if (strchr("\t\r\n", *from) == NULL)
			*to++ = *from;
	}
	*to = '\0';
	return clean;
}

bool
client_address_parse(struct client_address *a, const char *url, struct client_error *e)
{
	char *clean, *authority;
	bool ok;

	*a = (struct client_address){0};
	if (strncmp(url, "unix://", 7) == 0) {
		a->is_unix = true;
		a->path = xstrdup(url + 7);
		return true;
	}
	if (strncmp(url, "http://", 7) != 0) {
		client_error_set(e, CLIENT_BAD_URL, 0, "Unknown protocol for serverurl %s", url);
		return false;
	}
	clean = without_line_ends(url + 7);
	authority = xstrndup(clean, strcspn(clean, "/?#"));
	ok = parse_authority(a, authority, e);
	free(authority);
	free(clean);
	return ok;
}

void
client_address_release(struct client_address *a)
{
	free(a->path);
	free(a->host);
	*a = (struct client_address){0};
}

char *
client_address_host_header(const struct client_address *a)
{
	const char *open = "", *close = "";

	if (a->is_unix || a->host == NULL || *a->host == '\0')
		return xstrdup("localhost");
	if (strchr(a->host, ':') != NULL) {
		open = "[";
		close = "]";
	}
	return a->port == 80 ? xasprintf("%s%s%s", open, a->host, close)
			     : xasprintf("%s%s%s:%d", open, a->host, close, a->port);
}
