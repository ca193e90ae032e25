/* auth.c: see auth.h. */
#include "autoconf.h"

#include "core/auth.h"

#include <ctype.h>
#include <sha1.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "base/xmalloc.h"

#define SHA_PREFIX "{SHA}"

static int
base64_value(char c)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *p = c != '\0' ? strchr(alphabet, c) : NULL;

	return p != NULL ? (int)(p - alphabet) : -1;
}

/* As Python decodes: foreign characters are skipped, padding ends it. False: it ends within a group. out has
   room for the length of in. */
static bool
base64_decode(const char *in, char *out, size_t *len)
{
	unsigned group = 0, filled = 0, pads = 0;

	*len = 0;
	for (; *in != '\0'; in++) {
		int value = base64_value(*in);

		if (*in == '=' && filled >= 2 && filled + ++pads >= 4)
			return true;
		if (value < 0)
			continue;
		pads = 0;
		group = group << 6 | (unsigned)value;
		if (filled++ > 0)
			out[(*len)++] = (char)(group >> (6 - 2 * (filled - 1)));
		filled %= 4;
	}
	return filled == 0;
}

/* Compares in a time that depends on the length of sent alone. */
static bool
equal_in_constant_time(const char *sent, const char *right)
{
	size_t nsent = strlen(sent), nright = strlen(right);
	unsigned difference = nsent != nright;

	for (size_t i = 0; i < nsent; i++)
		difference |= (unsigned char)sent[i] ^ (unsigned char)right[nright > 0 ? i % nright : 0];
	return difference == 0;
}

static bool
password_matches(const char *sent, const char *right)
{
	char digest[SHA1_DIGEST_STRING_LENGTH];

	if (strncmp(right, SHA_PREFIX, strlen(SHA_PREFIX)) != 0)
		return equal_in_constant_time(sent, right);
	if (SHA1Data((const uint8_t *)sent, strlen(sent), digest) == NULL)
		return false;
	return equal_in_constant_time(digest, right + strlen(SHA_PREFIX));
}

/* credentials: "USER:PASSWORD", which this may cut. */
static enum auth_result
check_credentials(char *credentials, size_t len, const char *username, const char *password)
{
	char *colon;
	bool user_ok, password_ok;

	credentials[len] = '\0';
	if (!utf8_valid(credentials, len))
		return AUTH_MALFORMED;
	colon = strchr(credentials, ':');
	if (colon == NULL || strlen(credentials) != len)
		return AUTH_DENIED;
	*colon = '\0';
	user_ok = equal_in_constant_time(credentials, username);
	password_ok = password_matches(colon + 1, password);
	return user_ok & password_ok ? AUTH_OK : AUTH_DENIED;
}

enum auth_result
auth_check(const char *header, const char *username, const char *password)
{
	enum auth_result result = AUTH_MALFORMED;
	char *decoded;
	size_t len;

	if (header == NULL || strncasecmp(header, "basic ", 6) != 0)
		return AUTH_DENIED;
	header += 6;
	header += strspn(header, " ");
	decoded = xmalloc(strlen(header) + 1);
	if (base64_decode(header, decoded, &len))
		result = check_credentials(decoded, len, username, password);
	free(decoded);
	return result;
}

bool
auth_origin_is_foreign(const char *origin, const char *host)
{
	const char *site = strstr(origin, "://");

	return site == NULL || host == NULL || strcasecmp(site + 3, host) != 0;
}

/* Length of a Host header without its port. */
static size_t
host_length(const char *host)
{
	const char *end = host[0] == '[' ? strchr(host, ']') : NULL;

	return end != NULL ? (size_t)(end + 1 - host) : strcspn(host, ":");
}

static bool
is_name(const char *host, size_t len, const char *name)
{
	return name != NULL && strlen(name) == len && strncasecmp(host, name, len) == 0;
}

/* Only digits and dots: no name of the public name service has a last label of digits. */
static bool
is_ipv4(const char *host, size_t len)
{
	size_t dots = 0;

	for (size_t i = 0; i < len; i++) {
		if (!isdigit((unsigned char)host[i]) && host[i] != '.')
			return false;
		dots += host[i] == '.';
	}
	return dots == 3;
}

bool
auth_host_is_ours(const char *host, const char *nodename, const char *configured)
{
	size_t len = host_length(host);

	return host[0] == '[' || is_ipv4(host, len) || is_name(host, len, "localhost") ||
	       is_name(host, len, nodename) || is_name(host, len, configured);
}
