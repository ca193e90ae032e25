/*
 * config_build.c: a whole generation: [supervisord], the XML-RPC interfaces, the groups (config_groups.c),
 * the servers. In that order, which decides the first of several errors (spec/config.md 6.3).
 */
#include "autoconf.h"

#include "core/config_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/xmalloc.h"
#include "core/config_diff.h"
#include "core/shlex.h"
#include "core/values.h"

#define MAIN_RPC_FACTORY "supervisor.rpcinterface:make_main_rpcinterface"
#define RPC_FACTORY_OPTION "supervisor.rpcinterface_factory"

/* [supervisord] */

static const char *
override_of(const struct config_reader *r, const char *name)
{
	for (size_t i = 0; i < r->in->noverrides; i++)
		if (strcmp(r->in->overrides[i].name, name) == 0)
			return r->in->overrides[i].value;
	return NULL;
}

/* The command line wins, but what the file says is checked too. */
static void
apply_override(struct config_reader *r, const struct option_row *row, void *base)
{
	const char *value = override_of(r, row->name);
	struct err e = ERR_INIT;

	if (value != NULL && !r->stop && !config_store(r, row, value, base, &e))
		config_read_fail(r, NULL, NULL, row, &e);
}

static void
set_env_name(struct config_reader *r, const char *name, const char *value)
{
	char *full = xasprintf("ENV_%s", name);

	expand_set(&r->env, full, value);
	free(full);
}

/* Expanded twice: with "here", and what comes out once more with the name of the host too. */
static void
read_environment(struct config_reader *r, const struct ini_section *section)
{
	const struct option_row *row = config_row(SECTION_SUPERVISORD, "environment");
	const struct ini_option *o = ini_option(r->ini, section, row->name);
	struct env_list *env = &r->config->supervisord.environment;
	struct expand_names host = {.outer = &r->here};
	struct err e = ERR_INIT;
	char *once = NULL, *twice = NULL;

	if (o == NULL || r->stop)
		return;
	expand_set(&host, "host_node_name", r->in->world->hostname);
	once = expand(o->value, "supervisord.environment", &r->here, &e);
	if (once != NULL)
		twice = expand(once, row->name, &host, &e);
	if (twice == NULL || !shlex_environment(twice, env, &e))
		config_read_fail(r, section, row->name, twice != NULL ? row : NULL, &e);
	env_list_pack(env);
	for (size_t i = 0; i < env->n; i++) {
		env_list_set(&r->config->env_names, env->vars[i].name, env->vars[i].value);
		set_env_name(r, env->vars[i].name, env->vars[i].value);
	}
	expand_names_clear(&host);
	free(once);
	free(twice);
}

/* The user is only looked up when everything else is read. */
static void
read_user(struct config_reader *r, const struct ini_section *section)
{
	const struct option_row *row = config_row(SECTION_SUPERVISORD, "user");
	const char *override = override_of(r, row->name);

	r->config->supervisord.user = config_read_text(r, section, row, &r->here, NULL);
	if (override == NULL)
		return;
	free(r->config->supervisord.user);
	r->config->supervisord.user = xstrdup(override);
}

static void
check_user(struct config_reader *r, const struct ini_section *section)
{
	struct supervisord_config *s = &r->config->supervisord;
	const struct option_row *row = config_row(SECTION_SUPERVISORD, "user");
	struct err e = ERR_INIT;

	if (r->stop || s->user == NULL || value_user(r->in->world, s->user, &s->uid, &s->gid, &e))
		return;
	config_read_fail(r, override_of(r, row->name) == NULL ? section : NULL, row->name, row, &e);
}

static void
make_absolute(const struct config_reader *r, char **path)
{
	char *absolute;

	if (*path == NULL)
		return;
	absolute = value_abspath(r->in->world->cwd, *path);
	free(*path);
	*path = absolute;
}

static void
read_supervisord(struct config_reader *r, const struct ini_section *section)
{
	struct supervisord_config *s = &r->config->supervisord;

	s->uid = (uid_t)-1;
	s->childlogdir = xstrdup(r->in->world->tempdir);
	for (size_t i = 0; i < options_table_n; i++) {
		const struct option_row *row = &options_table[i];

		if ((row->sections & SECTION_BIT(SECTION_SUPERVISORD)) == 0)
			continue;
		if (row->type == OPT_USER)
			read_user(r, section);
		if (row->when == READ_APART)
			continue;
		config_read_option(r, section, row, &r->here, s);
		apply_override(r, row, s);
	}
	read_environment(r, section);
	if (s->logfile != NULL && strcmp(s->logfile, "syslog") != 0)
		make_absolute(r, &s->logfile);
	make_absolute(r, &s->pidfile);
}

/* [rpcinterface:x] */

/* The options beside the factory would be its arguments; the main one takes none. They are expanded as all
 * others. */
static bool
has_arguments(struct config_reader *r, const struct ini_section *section)
{
	const struct ini_section *places[] = {section, ini_defaults(r->ini)};
	bool found = false;

	for (size_t p = 0; p < 2; p++)
		for (size_t i = 0; i < places[p]->noptions; i++) {
			struct option_row row = {.name = places[p]->options[i]->name};

			if (strcmp(row.name, RPC_FACTORY_OPTION) == 0)
				continue;
			free(config_read_text(r, section, &row, &r->env, NULL));
			found = true;
		}
	return found;
}

static void
read_rpcinterface(struct config_reader *r, const struct ini_section *section)
{
	const struct option_row *row = config_row(SECTION_RPCINTERFACE, RPC_FACTORY_OPTION);
	char *factory = config_read_text(r, section, row, &r->env, NULL);
	struct config *c = r->config;

	if (factory == NULL && config_read_missing(r, section, row->name))
		config_read_refuse(r, section, row->name, row, "section [%s] does not specify a %s",
				   section->name, row->name);
	if (factory != NULL && config_read_factory(r, section, row, factory, MAIN_RPC_FACTORY)) {
		c->rpc_namespaces = xreallocarray(c->rpc_namespaces, c->nrpc_namespaces + 1, sizeof(char *));
		c->rpc_namespaces[c->nrpc_namespaces++] = xstrdup(strchr(section->name, ':') + 1);
	}
	free(factory);
}

static void
read_rpcinterfaces(struct config_reader *r)
{
	for (size_t i = 0; i < ini_nsections(r->ini); i++)
		if (section_kind_of(ini_section_at(r->ini, i)->name) == SECTION_RPCINTERFACE)
			read_rpcinterface(r, ini_section_at(r->ini, i));
}

/* Arguments matter only where a server makes the interface. */
static void
check_rpc_arguments(struct config_reader *r)
{
	for (size_t i = 0; i < ini_nsections(r->ini); i++) {
		const struct ini_section *s = ini_section_at(r->ini, i);

		if (section_kind_of(s->name) != SECTION_RPCINTERFACE || !has_arguments(r, s))
			continue;
		if (r->config->nservers > 0)
			config_read_refuse(
			    r, s, NULL, NULL,
			    "Could not make %s rpc interface: its factory takes no other options",
			    strchr(s->name, ':') + 1);
	}
}

/* Servers */

static void
read_rows(struct config_reader *r, const struct ini_section *section, enum section_kind kind,
	  const char *name, struct server_config *s)
{
	const struct option_row *row = config_row(kind, name);

	config_read_option(r, section, row, row->names == NAMES_HERE ? &r->here : &r->env, s);
}

static void
read_auth(struct config_reader *r, const struct ini_section *section, enum section_kind kind,
	  struct server_config *s)
{
	read_rows(r, section, kind, "username", s);
	read_rows(r, section, kind, "password", s);
	if ((s->username == NULL) != (s->password == NULL))
		config_read_refuse(r, section, s->username != NULL ? "username" : "password", NULL,
				   "Section [%s] contains incomplete authentication: If a username or a "
				   "password is specified, both the "
				   "username and password must be specified",
				   section->name);
	/* An empty name asks for nothing. */
	if (s->username != NULL && *s->username == '\0') {
		free(s->username);
		free(s->password);
		s->username = s->password = NULL;
	}
}

static void
read_socket_owner(struct config_reader *r, const struct ini_section *section, struct server_config *s)
{
	const struct option_row *row = config_row(SECTION_UNIX_HTTP_SERVER, "chown");
	char *text = config_read_text(r, section, row, &r->env, NULL);
	struct err e = ERR_INIT;

	if (text != NULL && !value_owner(r->in->world, "sockchown", text, &s->uid, &s->gid, &e))
		config_read_fail(r, section, row->name, row, &e);
	free(text);
}

static void
read_socket_mode(struct config_reader *r, const struct ini_section *section, struct server_config *s)
{
	const struct option_row *row = config_row(SECTION_UNIX_HTTP_SERVER, "chmod");
	char *text = config_read_text(r, section, row, &r->env, NULL);
	struct err ignored = ERR_INIT;
	int64_t mode = 0700;

	if (text != NULL && !value_octal(text, &mode, &ignored)) {
		err_release(&ignored);
		config_read_refuse(r, section, row->name, row, "Invalid chmod value %s", text);
	}
	s->chmod = (mode_t)(mode & 07777);
	free(text);
}

static void
read_unix_server(struct config_reader *r, const struct ini_section *section, struct server_config *s)
{
	read_rows(r, section, SECTION_UNIX_HTTP_SERVER, "file", s);
	if (s->file == NULL && config_read_missing(r, section, "file"))
		config_read_refuse(r, section, "file", config_row(SECTION_UNIX_HTTP_SERVER, "file"),
				   "section [%s] has no file value", section->name);
	read_auth(r, section, SECTION_UNIX_HTTP_SERVER, s);
	read_socket_owner(r, section, s);
	read_socket_mode(r, section, s);
	read_rows(r, section, SECTION_UNIX_HTTP_SERVER, "request_maxbytes", s);
}

static void
read_inet_server(struct config_reader *r, const struct ini_section *section, struct server_config *s)
{
	const struct option_row *row = config_row(SECTION_INET_HTTP_SERVER, "port");
	struct err e = ERR_INIT;
	char *text;

	read_auth(r, section, SECTION_INET_HTTP_SERVER, s);
	text = config_read_text(r, section, row, &r->env, NULL);
	if (text == NULL && config_read_missing(r, section, row->name))
		config_read_refuse(r, section, row->name, row, "section [%s] has no port value",
				   section->name);
	else if (text != NULL && !value_address(text, &s->host, &s->port, &e))
		config_read_fail(r, section, row->name, row, &e);
	free(text);
	read_rows(r, section, SECTION_INET_HTTP_SERVER, "request_maxbytes", s);
}

static void
read_servers(struct config_reader *r, enum section_kind kind)
{
	struct config *c = r->config;

	for (size_t i = 0; i < ini_nsections(r->ini) && !r->stop; i++) {
		const struct ini_section *section = ini_section_at(r->ini, i);
		struct server_config *s;

		if (section_kind_of(section->name) != kind)
			continue;
		c->servers = xreallocarray(c->servers, c->nservers + 1, sizeof(*c->servers));
		s = &c->servers[c->nservers++];
		*s = (struct server_config){
		    .family = kind == SECTION_UNIX_HTTP_SERVER ? SERVER_UNIX : SERVER_INET,
		    .section = xstrdup(section->name),
		    .uid = (uid_t)-1,
		    .gid = (gid_t)-1,
		};
		if (kind == SECTION_UNIX_HTTP_SERVER)
			read_unix_server(r, section, s);
		else
			read_inet_server(r, section, s);
	}
}

/* What children are told: the first UNIX server, else the last TCP one. */
static void
choose_server_url(struct config *c)
{
	const struct server_config *chosen = NULL;

	for (size_t i = 0; i < c->nservers; i++)
		if (chosen == NULL || chosen->family == SERVER_INET)
			chosen = &c->servers[i];
	if (chosen == NULL)
		return;
	if (chosen->family == SERVER_UNIX)
		c->server_url = xasprintf("unix://%s", chosen->file);
	else
		c->server_url = xasprintf("http://%s:%d", *chosen->host != '\0' ? chosen->host : "localhost",
					  chosen->port);
}

/* Sharing with the generation before */

/* The old object stays, with the lines where its options are written now. */
static void
take_over(struct group_config **place, struct group_config *old)
{
	struct group_config *fresh = *place;
	struct group_sources sources = old->sources;

	for (size_t i = 0; i < old->nprocs; i++)
		old->procs[i].sources = fresh->procs[i].sources;
	old->sources = fresh->sources;
	fresh->sources = sources;
	*place = group_config_ref(old);
	group_config_unref(fresh);
}

static void
share_groups(struct config *c, const struct config *base)
{
	struct map *by_name = map_new();

	for (size_t i = base->ngroups; i > 0; i--)
		map_put(by_name, base->groups[i - 1]->name, base->groups[i - 1]);
	for (size_t i = 0; i < c->ngroups; i++) {
		struct group_config *old = map_get(by_name, c->groups[i]->name);

		if (old == NULL || !config_diff_identical(old, c->groups[i]))
			continue;
		map_del(by_name, old->name);
		take_over(&c->groups[i], old);
	}
	map_free(by_name);
}

/* All of it */

static struct config *
config_new(const struct config_input *in)
{
	struct config *c = xcalloc(1, sizeof(*c));

	c->here = xstrdup(in->here);
	c->file = xstrdup(in->file);
	for (size_t i = 0; i < in->nmessages; i++)
		config_add_message(c, in->messages[i].level, in->messages[i].where, "%s",
				   in->messages[i].text);
	return c;
}

/* ENV_ names of the environment, and those that [supervisord] gave in earlier readings. */
static void
begin_names(struct config_reader *r)
{
	r->here.outer = &r->env;
	expand_set(&r->here, "here", r->in->here);
	expand_set_environ(&r->env, r->in->world->environ);
	if (r->in->base == NULL)
		return;
	for (size_t i = 0; i < r->in->base->env_names.n; i++) {
		const struct env_var *var = &r->in->base->env_names.vars[i];

		env_list_set(&r->config->env_names, var->name, var->value);
		set_env_name(r, var->name, var->value);
	}
}

static void
read_all(struct config_reader *r)
{
	const struct ini_section *section = ini_section(r->ini, "supervisord");

	begin_names(r);
	if (section == NULL) {
		struct err e = ERR_INIT;

		err_set(&e, ".ini file does not include supervisord section");
		err_where(&e, "%s", r->in->file);
		config_read_fail(r, NULL, NULL, NULL, &e);
	} else {
		read_supervisord(r, section);
		read_rpcinterfaces(r);
		config_read_groups(r);
		read_servers(r, SECTION_INET_HTTP_SERVER);
		read_servers(r, SECTION_UNIX_HTTP_SERVER);
		check_user(r, section);
		check_rpc_arguments(r);
	}
	env_list_pack(&r->config->env_names);
	expand_names_clear(&r->env);
	expand_names_clear(&r->here);
}

struct config *
config_build(const struct ini *ini, const struct config_input *input, struct err *err)
{
	struct config_reader r = {.ini = ini, .in = input, .config = config_new(input), .err = err};

	read_all(&r);
	if (r.stop) {
		config_free(r.config);
		return NULL;
	}
	choose_server_url(r.config);
	if (input->base != NULL)
		share_groups(r.config, input->base);
	return r.config;
}

void
config_check(const struct ini *ini, const struct config_input *input, struct config_problems *list)
{
	struct config_reader r = {
	    .ini = ini, .in = input, .config = config_new(input), .problems = list, .told = map_new()};

	read_all(&r);
	config_check_messages(&r);
	config_check_effects(&r);
	config_check_unknown(ini, list);
	map_free(r.told);
	config_free(r.config);
}
