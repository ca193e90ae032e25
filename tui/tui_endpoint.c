/* tui_endpoint.c: see tui_endpoint.h. */
#include "autoconf.h"

#include "tui/tui_endpoint.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/xmalloc.h"
#include "client/client.h"
#include "client/config_ctl.h"
#include "client/config_find.h"
#include "tui/tui_host.h"
#include "tui/tui_ssh_url.h"

/* The URL */

static const char unix_scheme[] = "unix://", http_scheme[] = "http://";

static bool
begins_with(const char *url, const char *scheme)
{
	return strncasecmp(url, scheme, strlen(scheme)) == 0;
}

bool
tui_endpoint_is_unix(const char *url)
{
	return begins_with(url, unix_scheme);
}

/* The @ behind user and password; NULL: there are none. A path may have one, too. */
static const char *
find_at(const char *authority, bool is_unix)
{
	const char *end = authority + strcspn(authority, "/"), *at = NULL;

	for (const char *c = authority; c < end; c++)
		if (*c == '@')
			at = c;
	return at != NULL && is_unix && at[1] != '/' ? NULL : at;
}

static bool
take_credentials(struct tui_endpoint *e, const char *url, const char *scheme, struct err *err)
{
	const char *authority = url + strlen(scheme), *at = find_at(authority, scheme == unix_scheme), *colon;

	if (at == NULL)
		return true;
	colon = memchr(authority, ':', (size_t)(at - authority));
	free(e->username);
	free(e->password);
	e->username = tui_url_decode(authority, (size_t)((colon != NULL ? colon : at) - authority));
	e->password = colon != NULL ? tui_url_decode(colon + 1, (size_t)(at - colon - 1)) : xstrdup("");
	e->by_file = false;
	free(e->url);
	e->url = xasprintf("%s%s", scheme, at + 1);
	if (e->username != NULL && e->password != NULL)
		return true;
	err_set(err, "'%s': user and password are not written well", e->url);
	err_hint(err, "%sUSER:PASSWORD@%s, each other sign in them as %%XX", scheme,
		 scheme == unix_scheme ? "/PATH" : "HOST:PORT");
	return false;
}

bool
tui_endpoint_set_url(struct tui_endpoint *e, const char *url, struct err *err)
{
	struct tui_ssh_url ssh;
	bool ok;

	tui_set(&e->url, url);
	if (tui_ssh_is_url(url)) {
		ok = tui_ssh_url_parse(&ssh, url, err);
		tui_ssh_url_release(&ssh);
		return ok;
	}
	if (begins_with(url, "https://")) {
		err_set(err, "'%s': supervisord has no TLS", url);
		err_hint(err, "ssh://HOST reaches it safely");
		return false;
	}
	if (begins_with(url, http_scheme))
		return take_credentials(e, url, http_scheme, err);
	return !tui_endpoint_is_unix(url) || take_credentials(e, url, unix_scheme, err);
}

bool
tui_endpoint_check(const struct tui_endpoint *e, struct err *err)
{
	struct client_address address;
	struct client_error why = {0};
	bool ok = tui_ssh_is_url(e->url);

	if (!ok) {
		ok = client_address_parse(&address, e->url, &why);
		client_address_release(&address);
		client_error_release(&why);
	}
	if (!ok) {
		err_set(err, "'%s' is not the URL of a daemon", e->url);
		err_hint(err, "unix:///PATH, http://HOST:PORT or ssh://HOST");
	}
	return ok;
}

/* The list */

static struct tui_endpoint *
add(struct tui_endpoints *e)
{
	e->list = xreallocarray(e->list, e->n + 1, sizeof(*e->list));
	e->list[e->n] = (struct tui_endpoint){0};
	return &e->list[e->n++];
}

static void
set_credentials(struct tui_endpoint *e, const char *username, const char *password,
		const struct ctl_config *ctl)
{
	tui_set(&e->username, username != NULL ? username : ctl != NULL ? ctl->username : NULL);
	tui_set(&e->password, password != NULL ? password : ctl != NULL ? ctl->password : NULL);
	e->by_file = ctl != NULL && username == NULL && password == NULL;
}

/* What a search for a configuration gives. Without a file, ctl has the defaults and *path is NULL. */
static bool
load(const char *prog, const char *given, bool needed, char **path, struct ctl_config *ctl, struct err *err)
{
	struct config_file file;

	*path = NULL;
	if (config_find(prog, given, &file, err)) {
		*path = xstrdup(file.path);
		config_file_release(&file);
	} else if (given != NULL || needed)
		return false;
	err_release(err);
	if (config_load_supervisorctl(prog, *path != NULL ? *path : "", ctl, err))
		return true;
	/* A file that was only found by the way is no reason to fail. */
	if (given != NULL || needed) {
		free(*path);
		return false;
	}
	err_release(err);
	tui_set(path, NULL);
	return config_load_supervisorctl(prog, "", ctl, err);
}

static bool
add_file(struct tui_endpoints *e, const char *prog, const char *given, const char *username,
	 const char *password, struct err *err)
{
	struct tui_endpoint *new;
	struct ctl_config ctl;
	char *path;
	bool ok;

	if (!load(prog, given, true, &path, &ctl, err)) {
		if (given == NULL)
			err_set(err, "no configuration found: write one (echo_supervisord_conf > "
				     "supervisord.conf), or name a daemon with -s URL");
		return false;
	}
	new = add(e);
	new->file = path;
	new->file_starts = true;
	new->given_file = given != NULL;
	set_credentials(new, username, password, &ctl);
	ok = tui_endpoint_set_url(new, ctl.serverurl, err);
	ctl_config_release(&ctl);
	return ok;
}

bool
tui_endpoints_find(struct tui_endpoints *e, const char *prog, const char *const *files, size_t nfiles,
		   const char *const *urls, size_t nurls, const char *username, const char *password,
		   struct err *err)
{
	struct ctl_config ctl;
	bool ok = true, shared;
	char *path = NULL;

	if (nurls == 0 && nfiles == 0)
		return add_file(e, prog, NULL, username, password, err);
	if (nurls == 0 || nfiles > 1)
		for (size_t i = 0; i < nfiles && ok; i++)
			ok = add_file(e, prog, files[i], username, password, err);
	if (!ok || nurls == 0)
		return ok;
	shared = nfiles == 1 || (nfiles == 0 && nurls == 1 && !tui_ssh_is_url(urls[0]));
	if (shared && !load(prog, nfiles == 1 ? files[0] : NULL, false, &path, &ctl, err))
		return false;
	for (size_t i = 0; i < nurls && ok; i++) {
		struct tui_endpoint *new = add(e);

		tui_set(&new->file, path);
		new->given_file = nfiles == 1;
		new->given_url = true;
		set_credentials(new, username, password, shared ? &ctl : NULL);
		ok = tui_endpoint_set_url(new, urls[i], err);
	}
	free(path);
	if (shared)
		ctl_config_release(&ctl);
	return ok;
}

void
tui_endpoint_release(struct tui_endpoint *e)
{
	free(e->url);
	free(e->username);
	free(e->password);
	free(e->file);
	*e = (struct tui_endpoint){0};
}

void
tui_endpoints_release(struct tui_endpoints *e)
{
	for (size_t i = 0; i < e->n; i++)
		tui_endpoint_release(&e->list[i]);
	free(e->list);
	*e = (struct tui_endpoints){0};
}
