/* tui_act_hosts.c: see tui_act_hosts.h. */
#include "autoconf.h"

#include "tui/tui_act_hosts.h"

#include <stdlib.h>
#include <string.h>

#include "tui/tui_rows.h"
#include "tui/tui_ssh_url.h"

static struct tui_host *
find(const struct tui_model *m, const char *word)
{
	char *end;
	unsigned long n;

	for (size_t i = 0; i < m->nhosts; i++)
		if (strcmp(tui_host_name(m->hosts[i]), word) == 0 || strcmp(m->hosts[i]->where, word) == 0)
			return m->hosts[i];
	n = strtoul(word, &end, 10);
	return *word != '-' && *end == '\0' && n > 0 && n <= m->nhosts ? m->hosts[n - 1] : NULL;
}

/* A recording has its daemons, and no others. */
static bool
is_recording(struct tui_model *m)
{
	if (m->player != NULL)
		tui_message(m, LOOK_WARN, "this is a recording: there is no daemon to ask");
	return m->player != NULL;
}

static struct tui_host *
named(struct tui_model *m, const char *verb, const char *word)
{
	struct tui_host *h = find(m, word);

	if (h == NULL)
		tui_message(m, LOOK_WARN, "%s: no daemon is called '%s' here", verb, word);
	return h;
}

void
tui_act_hosts_connect(struct tui_model *m, const char *url)
{
	if (is_recording(m))
		return;
	if (*url == '\0' || strpbrk(url, " \t") != NULL)
		tui_message(m, LOOK_WARN,
			    "connect URL: unix:///PATH, http://[USER:PASSWORD@]HOST:PORT or ssh://HOST");
	else
		tui_request(&m->requests, REQUEST_CONNECT, url);
}

void
tui_act_hosts_connecting(struct tui_model *m, bool recorded)
{
	const char *name = tui_host_name(m->hosts[m->nhosts - 1]);

	m->alone = NULL;
	tui_rows_again(m);
	if (recorded)
		tui_message(m, LOOK_PLAIN, "connecting to %s", name);
	else
		tui_message(m, LOOK_WARN, "connecting to %s; the recording has nothing of it", name);
}

void
tui_act_hosts_disconnect(struct tui_model *m, const char *word)
{
	struct tui_host *h;

	if (is_recording(m))
		return;
	if (m->nhosts == 1)
		tui_message(m, LOOK_WARN, "this is the only daemon here: quit leaves");
	else if (*word == '\0')
		tui_message(m, LOOK_WARN, "disconnect NAME: which of the %zu daemons?", m->nhosts);
	else if ((h = named(m, "disconnect", word)) != NULL)
		tui_request_host(h, REQUEST_DISCONNECT);
}

static bool
waits_for_login(const struct tui_host *h)
{
	return tui_ssh_is_url(h->where) && !tui_host_is_up(h);
}

static struct tui_host *
first_that_waits(const struct tui_model *m)
{
	if (m->selected_group != NULL && waits_for_login(m->selected_group->host))
		return m->selected_group->host;
	for (size_t i = 0; i < m->nhosts; i++)
		if (m->hosts[i]->needs_login)
			return m->hosts[i];
	for (size_t i = 0; i < m->nhosts; i++)
		if (tui_model_shows(m, m->hosts[i]) && waits_for_login(m->hosts[i]))
			return m->hosts[i];
	return NULL;
}

void
tui_act_hosts_login(struct tui_model *m, const char *word)
{
	struct tui_host *h;

	if (is_recording(m))
		return;
	h = *word == '\0' ? first_that_waits(m) : named(m, "login", word);
	if (h == NULL && *word == '\0')
		tui_message(m, LOOK_PLAIN, "no ssh:// connection is down");
	else if (h != NULL && !tui_ssh_is_url(h->where))
		tui_message(m, LOOK_WARN, "login is for ssh:// connections: %s is not one", tui_host_name(h));
	else if (h != NULL && tui_host_is_up(h))
		tui_say(h, LOOK_PLAIN, "it is connected");
	else if (h != NULL)
		tui_request_host(h, REQUEST_LOGIN);
}
