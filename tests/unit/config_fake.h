/* A world for the tests of configurations: users, directories and an environment that are always the same. */
#ifndef TESTS_CONFIG_FAKE_H
#define TESTS_CONFIG_FAKE_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "core/config.h"
#include "core/ini.h"

static const struct {
	const char *name;
	uid_t id;
	gid_t gid;
	const char *home;
} fake_users[] = {
    {"root", 0, 0, "/root"}, {"nobody", 65534, 65534, "/nonexistent"}, {"web", 33, 34, "/var/www/"}};

static inline bool
fake_user_by_name(void *arg, const char *name, uid_t *uid, gid_t *gid)
{
	(void)arg;
	for (size_t i = 0; i < 3; i++) {
		if (strcmp(fake_users[i].name, name) != 0)
			continue;
		*uid = fake_users[i].id;
		*gid = fake_users[i].gid;
		return true;
	}
	return false;
}

static inline bool
fake_user_by_id(void *arg, uid_t uid, gid_t *gid)
{
	(void)arg;
	for (size_t i = 0; i < 3; i++) {
		if (fake_users[i].id != uid)
			continue;
		*gid = fake_users[i].gid;
		return true;
	}
	return false;
}

static inline bool
fake_group_by_name(void *arg, const char *name, gid_t *gid)
{
	(void)arg;
	*gid = strcmp(name, "root") == 0 ? 0 : 65534;
	return strcmp(name, "root") == 0 || strcmp(name, "nogroup") == 0;
}

static inline bool
fake_group_by_id(void *arg, gid_t gid)
{
	(void)arg;
	return gid == 0 || gid == 65534;
}

static inline bool
fake_home_of(void *arg, const char *user, char **home)
{
	(void)arg;
	for (size_t i = 0; i < 3; i++) {
		if (strcmp(fake_users[i].name, user) != 0)
			continue;
		*home = xstrdup(fake_users[i].home);
		return true;
	}
	return false;
}

static inline bool
fake_is_directory(void *arg, const char *path)
{
	static const char *const dirs[] = {"/", "/tmp", "/root", "/here", "/cwd", "/var/www"};

	(void)arg;
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		if (strcmp(dirs[i], path) == 0)
			return true;
	return false;
}

static inline bool
fake_is_no_socket(void *arg, const char *path)
{
	(void)arg;
	return strcmp(path, "/tmp/file") == 0;
}

static const char *const fake_environ[] = {"HOME=/root", "PATH=/bin", "LC_CTYPE=C.UTF-8", NULL};

static const struct config_world fake_world = {
    .environ = fake_environ,
    .hostname = "host",
    .cwd = "/cwd",
    .tempdir = "/tmp",
    .home = "/root",
    .uid = 0,
    .user_by_name = fake_user_by_name,
    .user_by_id = fake_user_by_id,
    .group_by_name = fake_group_by_name,
    .group_by_id = fake_group_by_id,
    .home_of = fake_home_of,
    .is_directory = fake_is_directory,
    .is_no_socket = fake_is_no_socket,
};

/* A configuration from text, as the file "s.conf" in /here. */
static inline struct config *
fake_config(const char *text, const struct config *base, struct err *err)
{
	struct config_input input = {.world = &fake_world, .file = "s.conf", .here = "/here", .base = base};
	struct ini *ini = ini_new();
	struct config *c = NULL;

	if (ini_read(ini, "s.conf", text, strlen(text), err))
		c = config_build(ini, &input, err);
	ini_free(ini);
	return c;
}

/* A file below tests/data/config, as a string that the caller frees. */
static inline char *
fake_file(const char *dir, const char *name)
{
	const char *srcdir = getenv("srcdir");
	char *path = xasprintf("%s/tests/data/config/%s/%s", srcdir != NULL ? srcdir : ".", dir, name);
	struct buf text = BUF_INIT(1U << 22);
	FILE *f = fopen(path, "r");
	char chunk[4096];
	size_t n;

	free(path);
	if (f == NULL)
		return NULL;
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_append(&text, chunk, n);
	fclose(f);
	return buf_steal(&text);
}

#endif
