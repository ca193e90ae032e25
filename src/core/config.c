/* config.c: what a configuration is made of and how it goes away. Building one is config_build's. */
#include "autoconf.h"

#include "core/config_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/places.h"
#include "base/xmalloc.h"

#define TEXT_MAX (1U << 20)

/* Environments */

size_t
env_list_find(const struct env_list *list, const char *name, size_t len)
{
	return places_find(&list->places, list->vars, list->n, sizeof(*list->vars), name, len);
}

const char *
env_list_get(const struct env_list *list, const char *name)
{
	size_t at = env_list_find(list, name, strlen(name));

	return at < list->n ? list->vars[at].value : NULL;
}

void
env_list_set(struct env_list *list, const char *name, const char *value)
{
	size_t at = env_list_find(list, name, strlen(name));
	char *copy = xstrdup(value);

	if (at == list->n) {
		list->vars = xgrow(list->vars, list->n, sizeof(*list->vars));
		list->vars[list->n++] = (struct env_var){.name = xstrdup(name)};
		places_added(&list->places, list->vars, list->n, sizeof(*list->vars));
	}
	free(list->vars[at].value);
	list->vars[at].value = copy;
}

void
env_list_pack(struct env_list *list)
{
	places_clear(&list->places);
}

void
env_list_release(struct env_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->vars[i].name);
		free(list->vars[i].value);
	}
	free(list->vars);
	places_clear(&list->places);
	*list = (struct env_list){0};
}

const char *
channel_name(enum channel channel)
{
	switch (channel) {
	case CHANNEL_STDOUT:
		return "stdout";
	case CHANNEL_STDERR:
		return "stderr";
	}
	return "?";
}

/* Groups */

void
process_config_release(struct process_config *p)
{
	free(p->name);
	free(p->program);
	free(p->command);
	free(p->directory);
	free(p->user);
	free(p->exitcodes);
	env_list_release(&p->environment);
	free(p->serverurl);
	for (int ch = 0; ch < NCHANNELS; ch++)
		free(p->channel[ch].path);
}

struct group_config *
group_config_ref(struct group_config *g)
{
	g->refs++;
	return g;
}

static void
sources_release(struct group_sources *s)
{
	for (size_t i = 0; i < s->nfiles; i++)
		free(s->files[i]);
	for (size_t i = 0; i < s->ntables; i++)
		free(s->tables[i]);
	free(s->files);
	free(s->tables);
}

void
group_config_unref(struct group_config *g)
{
	if (g == NULL || --g->refs > 0)
		return;
	for (size_t i = 0; i < g->nprocs; i++)
		process_config_release(&g->procs[i]);
	free(g->procs);
	free(g->name);
	free(g->section);
	free(g->listener.events);
	free(g->fcgi.url);
	free(g->fcgi.path);
	free(g->fcgi.host);
	sources_release(&g->sources);
	free(g);
}

/* Messages and problems */

void
config_add_message(struct config *c, enum log_level level, const char *where, const char *fmt, ...)
{
	size_t at = c->nmessages;
	va_list ap;

	c->messages = xreallocarray(c->messages, c->nmessages + 1, sizeof(*c->messages));
	while (at > 0 && c->messages[at - 1].level < level) {
		c->messages[at] = c->messages[at - 1];
		at--;
	}
	va_start(ap, fmt);
	c->messages[at] = (struct config_message){
	    .level = level,
	    .text = xvasprintf(fmt, ap),
	    .where = xstrdup(where),
	};
	va_end(ap);
	c->nmessages++;
}

static void
add_problem(struct config_problems *list, bool error, char *text)
{
	list->problems = xreallocarray(list->problems, list->n + 1, sizeof(*list->problems));
	list->problems[list->n++] = (struct config_problem){.error = error, .text = text};
	if (error)
		list->nerrors++;
}

void
config_problems_add(struct config_problems *list, bool error, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_problem(list, error, xvasprintf(fmt, ap));
	va_end(ap);
}

void
config_problems_add_err(struct config_problems *list, struct err *err)
{
	struct buf text = BUF_INIT(16 * TEXT_MAX);

	if (err->where != NULL)
		buf_printf(&text, "%s: ", err->where);
	buf_puts(&text, err->what != NULL ? err->what : "no error");
	if (err->hint != NULL)
		buf_printf(&text, " (%s)", err->hint);
	add_problem(list, true, buf_steal(&text));
	err_release(err);
}

void
config_problems_release(struct config_problems *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->problems[i].text);
	free(list->problems);
	*list = (struct config_problems){0};
}

/* A whole one */

static void
supervisord_release(struct supervisord_config *s)
{
	free(s->directory);
	free(s->user);
	free(s->logfile);
	free(s->pidfile);
	free(s->identifier);
	free(s->childlogdir);
	env_list_release(&s->environment);
}

void
server_config_release(struct server_config *s)
{
	free(s->section);
	free(s->username);
	free(s->password);
	free(s->file);
	free(s->host);
}

void
config_free(struct config *c)
{
	if (c == NULL)
		return;
	supervisord_release(&c->supervisord);
	for (size_t i = 0; i < c->nservers; i++)
		server_config_release(&c->servers[i]);
	for (size_t i = 0; i < c->nrpc_namespaces; i++)
		free(c->rpc_namespaces[i]);
	for (size_t i = 0; i < c->ngroups; i++)
		group_config_unref(c->groups[i]);
	for (size_t i = 0; i < c->nmessages; i++) {
		free(c->messages[i].text);
		free(c->messages[i].where);
	}
	env_list_release(&c->env_names);
	free(c->servers);
	free(c->rpc_namespaces);
	free(c->groups);
	free(c->messages);
	free(c->server_url);
	free(c->here);
	free(c->file);
	free(c);
}

struct group_config *
config_group(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->ngroups; i++)
		if (strcmp(c->groups[i]->name, name) == 0)
			return c->groups[i];
	return NULL;
}
