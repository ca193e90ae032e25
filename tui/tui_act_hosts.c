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

static bool
ends_with(const char *name, const char *word)
{
	size_t len = strlen(name), n = strlen(word);

	return n <= len && strcmp(name + len - n, word) == 0;
}

static bool
has_part(const char *name, const char *word)
{
	return strstr(name, word) != NULL;
}

/* The only one whose name fits. NULL: there is none, or *n. */
static struct tui_host *
find_only(const struct tui_model *m, const char *word, bool (*fits)(const char *name, const char *word),
	  size_t *n)
{
	struct tui_host *h = NULL;

	*n = 0;
	for (size_t i = 0; i < m->nhosts; i++) {
		if (!fits(tui_host_name(m->hosts[i]), word))
			continue;
		h = m->hosts[i];
		++*n;
	}
	return *n == 1 ? h : NULL;
}

/* What is nothing but a number is one. */
static struct tui_host *
find_part(const struct tui_model *m, const char *word, size_t *n)
{
	struct tui_host *h = NULL;

	*n = 0;
	if (word[strspn(word, "-0123456789")] != '\0' && (h = find_only(m, word, ends_with, n)) == NULL)
		h = find_only(m, word, has_part, n);
	return h;
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
	size_t n = 0;

	if (h == NULL)
		h = find_part(m, word, &n);
	if (h == NULL && n > 1)
		tui_message(m, LOOK_WARN, "%s: %zu daemons have '%s' in their names", verb, n, word);
	else if (h == NULL)
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
			    "connect URL: unix://[USER:PASSWORD@]/PATH, http://[USER:PASSWORD@]HOST:PORT or "
			    "ssh://HOST");
	else
		tui_request(&m->requests, REQUEST_CONNECT, url);
}

static const char *
unless_recorded(const struct tui_host *h)
{
	return h->unrecorded ? "; the recording has nothing of it" : "";
}

void
tui_act_hosts_connecting(struct tui_model *m, bool recorded)
{
	struct tui_host *h = m->hosts[m->nhosts - 1];

	m->alone = NULL;
	tui_rows_again(m);
	h->awaited = true;
	h->unrecorded = !recorded;
	if (tui_message(m, recorded ? LOOK_PLAIN : LOOK_WARN, "connecting to %s%s", tui_host_name(h),
			unless_recorded(h)))
		tui_offer(h, OFFER_CONNECTION);
}

void
tui_act_hosts_failed(struct tui_host *h, const char *why)
{
	if (!h->awaited)
		return;
	h->awaited = false;
	if (tui_say(h, LOOK_WARN, "%s", why))
		tui_offer(h, OFFER_CONNECTION);
}

void
tui_act_hosts_connected(struct tui_host *h)
{
	size_t n = tui_host_count(h);

	if (!h->awaited && !tui_is_offered(h, OFFER_CONNECTION))
		return;
	h->awaited = false;
	tui_message(h->model, LOOK_OK, "connected to %s: %zu program%s%s", tui_host_name(h), n,
		    n == 1 ? "" : "s", unless_recorded(h));
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
