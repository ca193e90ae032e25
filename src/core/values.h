/*
 * The types of option values (spec/config.md 5.1): text in, value out, or the reference's message. Whether
 * users and directories exist is asked of the world that is given.
 */
#ifndef CORE_VALUES_H
#define CORE_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "core/config.h"

bool value_bool(const char *s, bool *out, struct err *err);
/* Python's int(): sign, blanks around, '_' between digits, digits of any script. */
bool value_int(const char *s, int64_t *out, struct err *err);
/* "N is below lower bound (MIN)", "N is above upper bound (MAX)". */
bool value_in_range(int64_t n, int64_t min, int64_t max, struct err *err);
bool value_bytes(const char *s, int64_t *out, struct err *err);
bool value_octal(const char *s, int64_t *out, struct err *err);
bool value_signal(const char *s, int *out, struct err *err);
bool value_loglevel(const char *s, enum log_level *out, struct err *err);
/* *codes is owned by the caller, NULL when there are none. */
bool value_exitcodes(const char *s, int **codes, size_t *n, struct err *err);
bool value_autorestart(const char *s, enum autorestart *out, struct err *err);
bool value_full_action(const char *s, enum full_action *out, struct err *err);
/* A name or a number that the world knows. gid may be NULL. */
bool value_user(const struct config_world *world, const char *s, uid_t *uid, gid_t *gid, struct err *err);
/* "user" or "user:group"; what calls the option in the message. Without a group *gid is (gid_t)-1. */
bool value_owner(const struct config_world *world, const char *what, const char *s, uid_t *uid, gid_t *gid,
		 struct err *err);
/* An existing directory, and a file in an existing directory. *out is the text with "~" expanded. */
bool value_directory(const struct config_world *world, const char *s, char **out, struct err *err);
bool value_dirpath(const struct config_world *world, const char *s, char **out, struct err *err);
/* [host:]port; *host is "" for all addresses. */
bool value_address(const char *s, char **host, int *port, struct err *err);
/* Whether -s takes it: a scheme, and something behind it. */
bool value_url(const char *s, struct err *err);
/* Whether the brackets in "[user@]HOST[:PORT]", if any, are around an IPv6 address. */
bool value_netloc(const char *netloc, struct err *err);
/* The name trimmed, NULL with the message when it has a ' ', ':' or '/'. */
char *value_name(const char *s, struct err *err);

/* A list of texts, each owned. */
struct value_list {
	char **items;
	size_t n;
};
/* Split at ',', each item trimmed; nothing gives an empty list. */
void value_list(const char *s, struct value_list *list);
void value_list_release(struct value_list *list);

/* "~" and "~user" at the beginning replaced where the world knows them. The caller frees it. */
char *value_expanduser(const struct config_world *world, const char *path);
/* Joined to cwd when relative, without ".", ".." and double slashes. The caller frees it. */
char *value_abspath(const char *cwd, const char *path);
/* Without its last part, as Python's dirname: "" when there is no '/'. The caller frees it. */
char *value_dirname(const char *path);

/* A number as its name, for showing: "TERM". NULL for a number without one. */
const char *value_signal_name(int sig);

#endif
