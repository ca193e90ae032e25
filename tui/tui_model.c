/* tui_model.c: see tui_model.h. */
#include "autoconf.h"

#include "tui/tui_model.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_actions.h"
#include "tui/tui_alerts.h"
#include "tui/tui_logpane.h"
#include "tui/tui_rows.h"
#include "tui/tui_silence.h"

#define TIME_END 1e12 /* epoch seconds */

time_t
tui_clock_time(const struct tui_model *m, double time)
{
	return time > -TIME_END && time < TIME_END ? (time_t)time + (time_t)m->utc_offset : 0;
}

const char *
tui_clock(const struct tui_model *m, double time, char out[TUI_CLOCK_MAX])
{
	int64_t s = tui_clock_time(m, time) % 86400;

	if (s < 0)
		s += 86400;
	snprintf(out, TUI_CLOCK_MAX, "%02d:%02d:%02d", (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
	return out;
}

void
tui_model_init(struct tui_model *m)
{
	*m = (struct tui_model){
	    .theme = &tui_theme_dark,
	    .glyphs = &tui_glyphs_utf8,
	    .sort = COLUMN_NAME,
	    .page = 1,
	    .highlight = 5,
	};
	tui_settings_init(&m->settings);
	tui_keytable_init(&m->keys);
	tui_set(&m->filter, "");
	tui_set(&m->pattern, "");
	tui_set(&m->message, "");
	tui_column_list_init(&m->columns);
	tui_logpane_init(&m->logpane, TUI_LOG_LINES, TUI_LOG_BYTES);
	tui_prompt_init(&m->prompt);
}

void
tui_model_release(struct tui_model *m)
{
	struct tui_request *r;

	tui_actions_release(m);
	tui_alerts_free(m);
	for (size_t i = 0; i < m->nhosts; i++)
		tui_host_free(m->hosts[i]);
	for (size_t i = 0; i < m->ndropped; i++)
		tui_host_free(m->dropped[i]);
	free(m->hosts);
	free(m->dropped);
	free(m->groups);
	free(m->rows);
	tui_pause_release(&m->pause);
	tui_settings_release(&m->settings);
	tui_keytable_release(&m->keys);
	free(m->filter);
	free(m->filter_error);
	tui_filter_free(m->terms);
	free(m->pattern);
	free(m->gone);
	free(m->message);
	free(m->equal);
	tui_messages_release(&m->messages);
	tui_around_release(&m->logpane.around);
	tui_logpane_release(&m->logpane);
	tui_prompt_release(&m->prompt);
	while ((r = tui_request_take(&m->requests)) != NULL)
		tui_request_free(r);
}

/* One that comes back; nothing is known of its connection. */
static struct tui_host *
take_dropped(struct tui_model *m, const char *where)
{
	for (size_t i = 0; i < m->ndropped; i++) {
		struct tui_host *h = m->dropped[i];

		if (strcmp(h->where, where) != 0)
			continue;
		m->dropped[i] = m->dropped[--m->ndropped];
		h->dropped = false;
		h->link = LINK_CONNECTING;
		h->link_since = 0;
		tui_set(&h->link_error, NULL);
		return h;
	}
	return NULL;
}

struct tui_host *
tui_model_add_host(struct tui_model *m, const char *where)
{
	struct tui_host *h = take_dropped(m, where);

	if (h == NULL) {
		h = tui_host_new(m, where);
		h->number = m->nhosts + m->ndropped;
	}
	m->hosts = xreallocarray(m->hosts, m->nhosts + 1, sizeof(struct tui_host *));
	h->slot = m->nhosts;
	m->hosts[m->nhosts++] = h;
	tui_model_name_hosts(m);
	return h;
}

void
tui_model_drop_host(struct tui_model *m, struct tui_host *h)
{
	assert(m->nhosts > 1 && !h->dropped);
	/* What is open may be about it. */
	tui_overlay_close(m, false);
	h->awaited = false;
	tui_offer_ends(h, OFFER_CONNECTION);
	tui_host_link(h, LINK_DOWN, "not connected any more", m->now);
	tui_host_empty(h);
	if (m->alone == h)
		m->alone = NULL;
	if (m->gone_host == h)
		tui_set(&m->gone, NULL);
	for (size_t i = h->slot; i + 1 < m->nhosts; i++) {
		m->hosts[i] = m->hosts[i + 1];
		m->hosts[i]->slot = i;
	}
	m->nhosts--;
	m->dropped = xreallocarray(m->dropped, m->ndropped + 1, sizeof(struct tui_host *));
	m->dropped[m->ndropped++] = h;
	h->dropped = true;
	tui_model_name_hosts(m);
	m->groups_dirty = true;
	tui_rows_again(m);
}

bool
tui_model_shows(const struct tui_model *m, const struct tui_host *h)
{
	return m->alone == NULL || m->alone == h;
}

size_t
tui_model_hosts_shown(const struct tui_model *m)
{
	return m->alone != NULL ? 1 : m->nhosts;
}

bool
tui_host_is_noted(const struct tui_host *h)
{
	return !tui_host_is_fresh(h) || (tui_host_count(h) == 0 && !h->in_snapshot);
}

size_t
tui_model_hosts_noted(const struct tui_model *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->nhosts && tui_model_hosts_shown(m) > 1; i++)
		n += tui_host_is_noted(m->hosts[i]);
	return n;
}

size_t
tui_model_hosts_stale(const struct tui_model *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->nhosts; i++)
		n += !tui_host_is_fresh(m->hosts[i]) && m->hosts[i]->link != LINK_CONNECTING;
	return n;
}

/* "unix:///run/s.sock" -> "/run/s.sock", "ssh://anna@web/run/s" -> "web". */
static char *
short_of_url(const char *url)
{
	const char *rest = strstr(url, "://"), *at;

	if (rest == NULL)
		return xstrdup(url);
	rest += 3;
	if (*rest == '/')
		return xstrdup(rest);
	at = memchr(rest, '@', strcspn(rest, "/"));
	if (at != NULL)
		rest = at + 1;
	return xstrndup(rest, strcspn(rest, "/"));
}

static const char *
identification_of(const struct tui_host *h)
{
	return h->daemon.identification;
}

/* Does another one have the same name, and (with identification) call itself the same? */
static bool
has_namesake(const struct tui_model *m, const struct tui_host *h, bool identification)
{
	for (size_t i = 0; i < m->nhosts; i++)
		if (m->hosts[i] != h && strcmp(m->hosts[i]->name, h->name) == 0 &&
		    (!identification || strcmp(identification_of(m->hosts[i]), identification_of(h)) == 0))
			return true;
	return false;
}

/* What people can tell apart comes first: the host, then the daemon's own name (identifier=), then a number. */
void
tui_model_name_hosts(struct tui_model *m)
{
	char **names = xcalloc(m->nhosts, sizeof(*names));

	for (size_t i = 0; i < m->nhosts; i++) {
		struct tui_host *h = m->hosts[i];

		free(h->name);
		h->name = h->daemon.host[0] != '\0' ? xstrdup(h->daemon.host) : short_of_url(h->where);
	}
	for (size_t i = 0; i < m->nhosts; i++) {
		const struct tui_host *h = m->hosts[i];

		if (!has_namesake(m, h, false))
			names[i] = xstrdup(h->name);
		else if (identification_of(h)[0] != '\0' && !has_namesake(m, h, true))
			names[i] = xasprintf("%s/%s", h->name, identification_of(h));
		else
			names[i] = xasprintf("%s#%zu", h->name, i + 1);
	}
	for (size_t i = 0; i < m->nhosts; i++) {
		free(m->hosts[i]->name);
		m->hosts[i]->name = names[i];
	}
	free(names);
}

size_t
tui_model_count(const struct tui_model *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->nhosts; i++)
		if (tui_model_shows(m, m->hosts[i]))
			n += tui_host_count(m->hosts[i]);
	return n;
}

size_t
tui_model_ill(const struct tui_model *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->nhosts; i++)
		if (tui_model_shows(m, m->hosts[i]))
			n += m->hosts[i]->ill;
	return n;
}

size_t
tui_model_flapping(const struct tui_model *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->nhosts; i++)
		if (tui_model_shows(m, m->hosts[i]))
			n += tui_host_flapping(m->hosts[i]);
	return n;
}

size_t
tui_model_needing_hand(const struct tui_model *m)
{
	return tui_model_ill(m) + tui_model_flapping(m) + tui_silence_count(m);
}

size_t
tui_model_count_in(const struct tui_model *m, enum process_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < m->nhosts; i++)
		if (tui_model_shows(m, m->hosts[i]))
			n += m->hosts[i]->counts[state];
	return n;
}

struct tui_host *
tui_model_host(const struct tui_model *m)
{
	if (m->selected_group != NULL)
		return m->selected_group->host;
	return m->alone != NULL ? m->alone : m->hosts[0];
}
