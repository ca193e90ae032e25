/* values.c: see values.h. */
#include "autoconf.h"

#include "core/values.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/pyrepr.h"
#include "base/pytext.h"
#include "base/utf8.h"
#include "base/xmalloc.h"

/* "MESSAGE 'VALUE'TAIL" */
static bool
refuse(struct err *err, const char *before, const char *s, const char *after)
{
	char *repr = pyrepr(s);

	err_set(err, "%s%s%s", before, repr, after);
	free(repr);
	return false;
}

static bool
one_of(const char *s, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strcasecmp(s, *words) == 0)
			return true;
	return false;
}

static const char *const words_true[] = {"yes", "true", "on", "1", NULL};
static const char *const words_false[] = {"no", "false", "off", "0", NULL};

bool
value_bool(const char *s, bool *out, struct err *err)
{
	if (!one_of(s, words_true) && !one_of(s, words_false))
		return refuse(err, "not a valid boolean value: ", s, "");
	*out = one_of(s, words_true);
	return true;
}

/* Numbers */

enum number_result {
	NUMBER_OK,
	NUMBER_BAD,
	NUMBER_TOO_BIG, /* *out is INT64_MAX or INT64_MIN */
};

/* Digits with single '_' between them. */
static enum number_result
parse_digits(const char *s, size_t len, int base, bool negative, bool after_prefix, int64_t *out)
{
	enum number_result result = NUMBER_OK;
	bool digit_before = after_prefix;
	uint64_t n = 0;

	if (len == 0)
		return NUMBER_BAD;
	for (size_t at = 0; at < len;) {
		uint32_t cp;
		int bytes = utf8_decode(s + at, len - at, &cp), digit;

		if (bytes < 0)
			return NUMBER_BAD;
		at += (size_t)bytes;
		digit = pytext_digit(cp);
		if (cp == '_' && digit_before) {
			digit_before = false;
			continue;
		}
		if (digit < 0 || digit >= base)
			return NUMBER_BAD;
		digit_before = true;
		if (n > (INT64_MAX - (uint64_t)digit) / (uint64_t)base)
			result = NUMBER_TOO_BIG;
		else
			n = n * (uint64_t)base + (uint64_t)digit;
	}
	if (!digit_before)
		return NUMBER_BAD;
	if (result == NUMBER_TOO_BIG)
		*out = negative ? INT64_MIN : INT64_MAX;
	else
		*out = negative ? -(int64_t)n : (int64_t)n;
	return result;
}

static enum number_result
parse_number(const char *s, size_t len, int base, int64_t *out)
{
	bool negative = false, prefix = false;

	pytext_trim(&s, &len);
	if (len > 0 && (*s == '+' || *s == '-')) {
		negative = *s == '-';
		s++;
		len--;
	}
	if (base == 8 && len > 1 && s[0] == '0' && (s[1] == 'o' || s[1] == 'O')) {
		prefix = true;
		s += 2;
		len -= 2;
	}
	return parse_digits(s, len, base, negative, prefix, out);
}

/* The reference's integers have no limits, ours have: beyond them the message is that of a range. */
static bool
too_big(int64_t limit, struct err *err)
{
	return limit > 0 ? err_set(err, "the number is above upper bound (%" PRId64 ")", limit)
			 : err_set(err, "the number is below lower bound (%" PRId64 ")", limit);
}

static bool
decimal(const char *s, size_t len, int64_t *out, struct err *err)
{
	char *copy;

	switch (parse_number(s, len, 10, out)) {
	case NUMBER_OK:
		return true;
	case NUMBER_TOO_BIG:
		return too_big(*out, err);
	case NUMBER_BAD:
		break;
	}
	copy = xstrndup(s, len);
	refuse(err, "invalid literal for int() with base 10: ", copy, "");
	free(copy);
	return false;
}

bool
value_int(const char *s, int64_t *out, struct err *err)
{
	return decimal(s, strlen(s), out, err);
}

/* True when s is a number: of any size, in *out as far as that goes. */
static bool
is_integer(const char *s, int64_t *out)
{
	return parse_number(s, strlen(s), 10, out) != NUMBER_BAD;
}

bool
value_in_range(int64_t n, int64_t min, int64_t max, struct err *err)
{
	if (n < min)
		return err_set(err, "%" PRId64 " is below lower bound (%" PRId64 ")", n, min);
	if (n > max)
		return err_set(err, "%" PRId64 " is above upper bound (%" PRId64 ")", n, max);
	return true;
}

bool
value_bytes(const char *s, int64_t *out, struct err *err)
{
	static const struct {
		const char *suffix;
		int64_t factor;
	} units[] = {{"kb", 1024}, {"mb", 1024 * 1024}, {"gb", 1024 * 1024 * 1024}};
	char *lower = pytext_lower(s);
	size_t len = strlen(lower);
	int64_t factor = 1;
	bool ok;

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (len >= 2 && strcmp(lower + len - 2, units[i].suffix) == 0)
			factor = units[i].factor;
	ok = decimal(lower, factor > 1 ? len - 2 : len, out, err);
	free(lower);
	if (ok && (*out > INT64_MAX / factor || *out < INT64_MIN / factor))
		return too_big(*out > 0 ? INT64_MAX : INT64_MIN, err);
	if (ok)
		*out *= factor;
	return ok;
}

bool
value_octal(const char *s, int64_t *out, struct err *err)
{
	switch (parse_number(s, strlen(s), 8, out)) {
	case NUMBER_OK:
		return true;
	case NUMBER_TOO_BIG:
		return too_big(*out, err);
	case NUMBER_BAD:
		break;
	}
	return err_set(err, "%s can not be converted to an octal type", s);
}

/* Words */

/* The first name of a number is the one that is shown. */
static const struct {
	const char *name;
	int number;
} signals[] = {
    {"HUP", SIGHUP},       {"INT", SIGINT},       {"QUIT", SIGQUIT}, {"ILL", SIGILL},   {"TRAP", SIGTRAP},
    {"ABRT", SIGABRT},     {"IOT", SIGABRT},      {"BUS", SIGBUS},   {"FPE", SIGFPE},   {"KILL", SIGKILL},
    {"USR1", SIGUSR1},     {"SEGV", SIGSEGV},     {"USR2", SIGUSR2}, {"PIPE", SIGPIPE}, {"ALRM", SIGALRM},
    {"TERM", SIGTERM},     {"CHLD", SIGCHLD},     {"CONT", SIGCONT}, {"STOP", SIGSTOP}, {"TSTP", SIGTSTP},
    {"TTIN", SIGTTIN},     {"TTOU", SIGTTOU},     {"URG", SIGURG},   {"XCPU", SIGXCPU}, {"XFSZ", SIGXFSZ},
    {"PROF", SIGPROF},     {"VTALRM", SIGVTALRM}, {"SYS", SIGSYS},
#ifdef SIGWINCH
    {"WINCH", SIGWINCH},
#endif
#ifdef SIGIO
    {"IO", SIGIO},
#endif
#ifdef SIGPOLL
    {"POLL", SIGPOLL},
#endif
#ifdef SIGCLD
    {"CLD", SIGCLD},
#endif
#ifdef SIGPWR
    {"PWR", SIGPWR},
#endif
#ifdef SIGSTKFLT
    {"STKFLT", SIGSTKFLT},
#endif
#ifdef __linux__
    {"RTMIN", 34},         {"RTMAX", 64}, /* as the C library leaves them: 32 and 33 are its own */
#endif
};
#define NSIGNALS (sizeof(signals) / sizeof(signals[0]))

const char *
value_signal_name(int sig)
{
	for (size_t i = 0; i < NSIGNALS; i++)
		if (signals[i].number == sig)
			return signals[i].name;
	return NULL;
}

static bool
signal_by_name(const char *s, int *out)
{
	char *name = pytext_trimmed(s), *bare = name;
	bool found = false;

	if (strncasecmp(bare, "SIG", 3) == 0)
		bare += 3;
	for (size_t i = 0; i < NSIGNALS && !found; i++) {
		found = strcasecmp(bare, signals[i].name) == 0;
		if (found)
			*out = signals[i].number;
	}
	free(name);
	return found;
}

bool
value_signal(const char *s, int *out, struct err *err)
{
	int64_t number;

	if (!is_integer(s, &number))
		return signal_by_name(s, out) || refuse(err, "value ", s, " is not a valid signal name");
	/* 0 kills nobody: the process is only waited for, and killed after stopwaitsecs. */
	if (number != 0 && (number < 0 || number > INT_MAX || value_signal_name((int)number) == NULL))
		return refuse(err, "value ", s, " is not a valid signal number");
	*out = (int)number;
	return true;
}

static const struct {
	const char *name;
	enum log_level level;
} levels[] = {
    {"critical", LOG_LEVEL_CRITICAL}, {"error", LOG_LEVEL_ERROR}, {"warn", LOG_LEVEL_WARN},
    {"info", LOG_LEVEL_INFO},         {"debug", LOG_LEVEL_DEBUG}, {"trace", LOG_LEVEL_TRACE},
    {"blather", LOG_LEVEL_BLATHER},
};

bool
value_loglevel(const char *s, enum log_level *out, struct err *err)
{
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		if (strcasecmp(s, levels[i].name) != 0)
			continue;
		*out = levels[i].level;
		return true;
	}
	return refuse(err, "bad logging level name ", s, "");
}

bool
value_autorestart(const char *s, enum autorestart *out, struct err *err)
{
	char *lower;

	if (one_of(s, words_true))
		*out = AUTORESTART_TRUE;
	else if (one_of(s, words_false))
		*out = AUTORESTART_FALSE;
	else if (strcasecmp(s, "unexpected") == 0)
		*out = AUTORESTART_UNEXPECTED;
	else {
		lower = pytext_lower(s);
		refuse(err, "invalid 'autorestart' value ", lower, "");
		free(lower);
		return false;
	}
	return true;
}

bool
value_full_action(const char *s, enum full_action *out, struct err *err)
{
	if (strcasecmp(s, "drop") == 0)
		*out = FULL_DROP;
	else if (strcasecmp(s, "block") == 0)
		*out = FULL_BLOCK;
	else
		return refuse(err, "not a valid action for a full disk: ", s, "");
	return true;
}

/* Lists */

void
value_list(const char *s, struct value_list *list)
{
	*list = (struct value_list){0};
	if (*s == '\0')
		return;
	for (;;) {
		const char *comma = strchr(s, ','), *item = s;
		size_t len = comma != NULL ? (size_t)(comma - s) : strlen(s);

		pytext_trim(&item, &len);
		list->items = xreallocarray(list->items, list->n + 1, sizeof(*list->items));
		list->items[list->n++] = xstrndup(item, len);
		if (comma == NULL)
			break;
		s = comma + 1;
	}
}

void
value_list_release(struct value_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct value_list){0};
}

bool
value_exitcodes(const char *s, int **codes, size_t *n, struct err *err)
{
	struct value_list list;
	struct err ignored = ERR_INIT;
	int *all;
	bool ok = true;

	value_list(s, &list);
	all = list.n > 0 ? xcalloc(list.n, sizeof(*all)) : NULL;
	for (size_t i = 0; i < list.n && ok; i++) {
		int64_t code;

		ok = value_int(list.items[i], &code, &ignored) && code >= 0 && code <= 255;
		if (ok)
			all[i] = (int)code;
	}
	*codes = all;
	*n = list.n;
	value_list_release(&list);
	err_release(&ignored);
	if (ok)
		return true;
	free(all);
	*codes = NULL;
	*n = 0;
	return refuse(err, "not a valid list of exit codes: ", s, "");
}

/* Users */

bool
value_user(const struct config_world *world, const char *s, uid_t *uid, gid_t *gid, struct err *err)
{
	int64_t number;
	gid_t unused;

	if (gid == NULL)
		gid = &unused;
	if (!is_integer(s, &number)) {
		if (!world->user_by_name(world->arg, s, uid, gid))
			return err_set(err, "Invalid user name %s", s);
		return true;
	}
	if (number < 0 || number >= UINT32_MAX || !world->user_by_id(world->arg, (uid_t)number, gid))
		return err_set(err, "Invalid user id %s", s);
	*uid = (uid_t)number;
	return true;
}

static bool
group_id(const struct config_world *world, const char *s, gid_t *gid)
{
	int64_t number;

	if (!is_integer(s, &number))
		return world->group_by_name(world->arg, s, gid);
	if (number < 0 || number >= UINT32_MAX || !world->group_by_id(world->arg, (gid_t)number))
		return false;
	*gid = (gid_t)number;
	return true;
}

bool
value_owner(const struct config_world *world, const char *what, const char *s, uid_t *uid, gid_t *gid,
	    struct err *err)
{
	struct err ignored = ERR_INIT;
	const char *colon = strchr(s, ':');
	char *user = colon != NULL ? xstrndup(s, (size_t)(colon - s)) : xstrdup(s);
	bool ok = value_user(world, user, uid, NULL, &ignored);

	*gid = (gid_t)-1;
	if (ok && colon != NULL)
		ok = group_id(world, colon + 1, gid);
	free(user);
	err_release(&ignored);
	return ok || err_set(err, "Invalid %s value %s", what, s);
}

/* Paths */

char *
value_expanduser(const struct config_world *world, const char *path)
{
	size_t user_len = strcspn(path + (*path == '~'), "/"), len;
	char *home = NULL, *user, *out;

	if (*path != '~')
		return xstrdup(path);
	if (user_len == 0) {
		home = xstrdup(world->home);
	} else {
		user = xstrndup(path + 1, user_len);
		if (!world->home_of(world->arg, user, &home))
			home = NULL;
		free(user);
	}
	if (home == NULL)
		return xstrdup(path);
	len = strlen(home);
	while (len > 0 && home[len - 1] == '/')
		len--;
	out = xasprintf("%.*s%s", (int)len, home, path + 1 + user_len);
	free(home);
	if (*out == '\0') {
		free(out);
		out = xstrdup("/");
	}
	return out;
}

/* Appends one part of a path to out, which holds an absolute one; root is the length of its slashes. */
static void
add_part(struct buf *out, size_t root, const char *part, size_t len)
{
	if (len == 0 || (len == 1 && part[0] == '.'))
		return;
	if (len == 2 && part[0] == '.' && part[1] == '.') {
		while (out->len > root && out->data[out->len - 1] != '/')
			buf_truncate(out, out->len - 1);
		if (out->len > root)
			buf_truncate(out, out->len - 1);
		return;
	}
	if (out->len > root)
		buf_putc(out, '/');
	buf_append(out, part, len);
}

char *
value_abspath(const char *cwd, const char *path)
{
	char *joined = path[0] == '/' ? xstrdup(path) : xasprintf("%s/%s", cwd, path);
	struct buf out = BUF_INIT(SIZE_MAX / 2);
	size_t root;

	/* Exactly two slashes at the beginning are kept, as POSIX allows them a meaning of their own. */
	root = strncmp(joined, "//", 2) == 0 && joined[2] != '/' ? 2 : 1;
	buf_append(&out, "//", root);
	for (const char *part = joined; *part != '\0';) {
		size_t len = strcspn(part, "/");

		add_part(&out, root, part, len);
		part += len + (part[len] == '/');
	}
	free(joined);
	return buf_steal(&out);
}

char *
value_dirname(const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash != NULL ? (size_t)(slash - path) + 1 : 0, end = len;

	while (end > 0 && path[end - 1] == '/')
		end--;
	return xstrndup(path, end > 0 ? end : len);
}

bool
value_directory(const struct config_world *world, const char *s, char **out, struct err *err)
{
	char *path = value_expanduser(world, s);

	if (!world->is_directory(world->arg, path)) {
		free(path);
		return err_set(err, "%s is not an existing directory", s);
	}
	*out = path;
	return true;
}

bool
value_dirpath(const struct config_world *world, const char *s, char **out, struct err *err)
{
	char *path = value_expanduser(world, s), *dir = value_dirname(path);
	bool ok = *dir == '\0' || world->is_directory(world->arg, dir);

	free(dir);
	if (!ok) {
		free(path);
		return err_set(err, "The directory named as part of the path %s does not exist", s);
	}
	*out = path;
	return true;
}

/* Addresses */

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
			return refuse(err, "not a valid port number: ", s, " ");
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
		return refuse(err, "value ", s, " is not a URL");
	p += scheme + 1;
	if (strncmp(p, "//", 2) == 0) {
		p += 2;
		if (!check_url_netloc(p, err))
			return false;
	}
	/* A query or a fragment alone is neither a host nor a path. */
	if (*p == '\0' || *p == '?' || *p == '#')
		return refuse(err, "value ", s, " is not a URL");
	return true;
}

char *
value_name(const char *s, struct err *err)
{
	char *name = pytext_trimmed(s), *repr;

	for (const char *bad = " :/"; *bad != '\0'; bad++) {
		if (strchr(name, *bad) == NULL)
			continue;
		repr = pyrepr(s);
		err_set(err, "Invalid name: %s because of character: '%c'", repr, *bad);
		free(repr);
		free(name);
		return NULL;
	}
	return name;
}
