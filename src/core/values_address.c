/* values_address.c: see values.h: where servers listen, and URLs. */
#include "autoconf.h"

#include "core/values.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/pyrepr.h"
#include "base/pytext.h"
#include "base/xmalloc.h"
#include "core/values_parts.h"

bool
value_address(const char *s, char **host, int *port, struct err *err)
{
	const char *colon = strrchr(s, ':');
	struct err why = ERR_INIT;
	int64_t number;

	if (colon != NULL && colon[1] == '\0')
		return err_set(err, "no port number specified in ''");
	if (!value_int(colon != NULL ? colon + 1 : s, &number, &why) ||
	    !value_in_range(number, 1, 65535, &why)) {
		if (colon == NULL) {
			err_release(&why);
			return value_refuse(err, "not a valid port number: ", s, " ");
		}
		err_move(err, &why);
		return false;
	}
	*port = (int)number;
	*host = colon != NULL ? xstrndup(s, (size_t)(colon - s)) : xstrdup("");
	if (strcmp(*host, "*") == 0)
		(*host)[0] = '\0';
	for (char *p = *host; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p += 'a' - 'A';
	return true;
}

/* The text in the brackets of "[::1%scope]:80". */
static bool
check_bracketed(const char *host, struct err *err)
{
	unsigned char address[sizeof(struct in6_addr)];
	const char *scope = strchr(host, '%');
	char *plain, *quoted;
	bool v6, v4;

	if (*host == 'v')
		return (strspn(host + 1, "0123456789abcdefABCDEF") > 0 && strchr(host, '.') != NULL) ||
		       err_set(err, "IPvFuture address is invalid");
	plain = xstrndup(host, scope != NULL ? (size_t)(scope - host) : strlen(host));
	v6 = inet_pton(AF_INET6, plain, address) == 1 &&
	     (scope == NULL || (scope[1] != '\0' && strchr(scope + 1, '%') == NULL));
	v4 = inet_pton(AF_INET, host, address) == 1;
	free(plain);
	if (v6)
		return true;
	if (v4)
		return err_set(err, "An IPv4 address cannot be in brackets");
	quoted = pyrepr(host);
	err_set(err, "%s does not appear to be an IPv4 or IPv6 address", quoted);
	free(quoted);
	return false;
}

bool
value_netloc(const char *netloc, struct err *err)
{
	const char *at = strrchr(netloc, '@'), *host = at != NULL ? at + 1 : netloc, *close;
	char *inner;
	bool ok;

	if (strpbrk(netloc, "[]") == NULL)
		return true;
	if (strchr(netloc, '[') == NULL || strchr(netloc, ']') == NULL)
		return err_set(err, "Invalid IPv6 URL");
	if (strchr(host, '[') != NULL) {
		close = strchr(host, ']');
		if (*host != '[' || close == NULL || (close[1] != '\0' && close[1] != ':'))
			return err_set(err, "Invalid IPv6 URL");
		host++;
	} else {
		close = strchrnul(host, ':');
	}
	inner = xstrndup(host, (size_t)(close - host));
	ok = check_bracketed(inner, err);
	free(inner);
	return ok;
}

static bool
check_url_netloc(const char *p, struct err *err)
{
	char *netloc = xstrndup(p, strcspn(p, "/?#"));
	bool ok = value_netloc(netloc, err);

	free(netloc);
	return ok;
}

bool
value_url(const char *s, struct err *err)
{
	const char *p = s + pytext_leading(s, strlen(s), NULL);
	size_t scheme = 0;

	if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z'))
		scheme = strspn(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
	if (scheme == 0 || p[scheme] != ':')
		return value_refuse(err, "value ", s, " is not a URL");
	p += scheme + 1;
	if (strncmp(p, "//", 2) == 0) {
		p += 2;
		if (!check_url_netloc(p, err))
			return false;
	}
	/* A query or a fragment alone is neither a host nor a path. */
	if (*p == '\0' || *p == '?' || *p == '#')
		return value_refuse(err, "value ", s, " is not a URL");
	return true;
}
