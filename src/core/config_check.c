/* config_check.c: what is not wrong but worth a warning when a configuration is tested. */
#include "autoconf.h"

#include "core/config_read.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "core/values.h"

/* What the log would say at the start. */
void
config_check_messages(struct config_reader *r)
{
	const struct config *c = r->config;
	struct config_problems *list = r->problems;

	for (size_t i = 0; i < c->nmessages; i++) {
		const struct config_message *m = &c->messages[i];
		const char *where = m->where != NULL ? m->where : c->file;

		if (m->level >= LOG_LEVEL_WARN && !config_read_told(r, where, m->text))
			config_problems_add(list, false, "%s: %s", where, m->text);
	}
}

static void
unknown_section(const struct ini_section *s, struct config_problems *list)
{
	enum section_kind near = section_suggest(s->name);
	const char *colon = strchr(s->name, ':');

	if (near != SECTION_NKINDS)
		config_problems_add(list, false,
				    "%s:%d: [%s]: unknown section, ignored: did you mean [%s%s]?", s->file,
				    s->line, s->name, section_infos[near].name,
				    !section_infos[near].named ? ""
				    : colon != NULL            ? colon
							       : ":NAME");
	else
		config_problems_add(list, false, "%s:%d: [%s]: unknown section, ignored", s->file, s->line,
				    s->name);
}

static void
unknown_option(const struct ini_section *s, const struct ini_option *o, enum section_kind kind,
	       struct config_problems *list)
{
	const struct option_row *near = option_suggest(kind, o->name);

	if (near != NULL)
		config_problems_add(list, false,
				    "%s:%d: [%s] %s: unknown option, ignored: did you mean '%s'?", o->file,
				    o->line, s->name, o->name, near->name);
	else
		config_problems_add(list, false, "%s:%d: [%s] %s: unknown option, ignored%s", o->file,
				    o->line, s->name, o->name,
				    o->name[0] == '[' ? ": a section that lacks its ']'?" : "");
}

/* The commonest mistake in a directory of files: a program that was copied, and its name not changed. */
static void
repeated_section(const struct ini_section *s, enum section_kind kind, struct config_problems *list)
{
	if (kind == SECTION_INCLUDE && strcmp(s->again_file, s->file) != 0)
		config_problems_add(list, false,
				    "%s:%d: [%s]: only the main file includes others, this one is ignored",
				    s->again_file, s->again_line, s->name);
	else
		config_problems_add(list, false,
				    "%s:%d: [%s]: begun already at %s:%d: both are one section, and of an "
				    "option in both the last value holds",
				    s->again_file, s->again_line, s->name, s->file, s->line);
}

static void __attribute__((format(printf, 5, 0)))
check_told(struct config_reader *r, const struct ini_section *section, const char *option, bool error,
	   const char *fmt, va_list ap)
{
	struct err e = ERR_INIT;

	if (r->problems == NULL || section == NULL)
		return;
	err_vset(&e, fmt, ap);
	config_read_where(r, section, option, &e);
	if (!config_read_told(r, e.where, e.what))
		config_problems_add(r->problems, error, "%s: %s", e.where, e.what);
	err_release(&e);
}

void
config_check_warn(struct config_reader *r, const struct ini_section *section, const char *option,
		  const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	check_told(r, section, option, false, fmt, ap);
	va_end(ap);
}

/* What the reader takes and the start does not. */
static void __attribute__((format(printf, 4, 5)))
check_fail(struct config_reader *r, const struct ini_section *section, const char *option, const char *fmt,
	   ...)
{
	va_list ap;

	va_start(ap, fmt);
	check_told(r, section, option, true, fmt, ap);
	va_end(ap);
}

/* That there is no directory is only a warning: /run/x may be made just before the start. */
static void
socket_place(struct config_reader *r, const char *section, const char *option, const char *path)
{
	const struct config_world *world = r->in->world;
	char *dir = value_dirname(path);

	if (*dir != '\0' && !world->is_directory(world->arg, dir))
		config_check_warn(r, ini_section(r->ini, section), option,
				  "the socket cannot be made: there is no directory %s", dir);
	if (world->is_no_socket(world->arg, path))
		check_fail(r, ini_section(r->ini, section), option,
			   "'%s' exists and is not a socket; remove it, or set another %s=", path, option);
	free(dir);
}

static bool
is_same_place(const struct server_config *a, const struct server_config *b)
{
	if (a->file != NULL || b->file != NULL)
		return a->file != NULL && b->file != NULL && strcmp(a->file, b->file) == 0;
	return a->port == b->port && strcmp(a->host, b->host) == 0;
}

static void
check_server(struct config_reader *r, size_t n)
{
	const struct server_config *servers = r->config->servers, *s = &servers[n];
	const struct ini_section *section = ini_section(r->ini, s->section);
	static const char sha[] = "{SHA}";
	const size_t prefix = sizeof(sha) - 1, digits = 40;

	if (s->file != NULL)
		socket_place(r, s->section, "file", s->file);
	for (size_t i = 0; i < n; i++)
		if (is_same_place(&servers[i], s))
			config_check_warn(r, section, s->file != NULL ? "file" : "port",
					  "the server cannot be opened: [%s] listens there",
					  servers[i].section);
	if (s->password != NULL && strncmp(s->password, sha, prefix) == 0 &&
	    (strlen(s->password) != prefix + digits ||
	     strspn(s->password + prefix, "0123456789abcdef") != digits))
		config_check_warn(
		    r, section, "password",
		    "nobody can log in: {SHA} is followed by 40 hexadecimal digits, in lower case");
}

static void
check_servers(struct config_reader *r)
{
	const struct config *c = r->config;
	bool found = c->nservers == 0;

	for (size_t i = 0; i < c->nservers; i++)
		check_server(r, i);
	for (size_t i = 0; i < c->nrpc_namespaces && !found; i++)
		found = strcmp(c->rpc_namespaces[i], "supervisor") == 0;
	if (!found)
		config_check_warn(r, ini_section(r->ini, c->servers[0].section), NULL,
				  "without an [rpcinterface:supervisor] supervisorctl cannot work");
}

/* The section that a process was written in. */
static const struct ini_section *
section_of(const struct config_reader *r, const struct group_config *g, const struct process_config *p)
{
	const struct ini_section *section;
	char *name;

	if (g->kind != GROUP_PROGRAM)
		return ini_section(r->ini, g->section);
	name = xasprintf("program:%s", p->program);
	section = ini_section(r->ini, name);
	free(name);
	if (section != NULL)
		return section;
	name = xasprintf("fcgi-program:%s", p->program); /* named in a [group] */
	section = ini_section(r->ini, name);
	free(name);
	return section;
}

static void
check_process(struct config_reader *r, const struct group_config *g, const struct process_config *p)
{
	const struct ini_section *section = section_of(r, g, p);
	const struct channel_config *out = &p->channel[CHANNEL_STDOUT];
	const struct config_world *world = r->in->world;

	if (p->directory != NULL && !world->is_directory(world->arg, p->directory))
		config_check_warn(r, section, "directory",
				  "the program cannot be started: there is no directory '%s'", p->directory);
	if (g->kind != GROUP_LISTENER)
		return;
	if (out->capture_maxbytes > 0)
		config_check_warn(r, section, "stdout_capture_maxbytes",
				  "without effect on an event listener");
	if (out->events_enabled)
		config_check_warn(r, section, "stdout_events_enabled", "without effect on an event listener");
	if (out->syslog)
		config_check_warn(r, section, "stdout_syslog", "without effect on an event listener");
}

/* What is read without complaint, and then does not work. */
void
config_check_effects(struct config_reader *r)
{
	const struct config *c = r->config;

	check_servers(r);
	for (size_t i = 0; i < c->ngroups; i++) {
		const struct group_config *g = c->groups[i];

		if (g->kind == GROUP_FCGI && g->fcgi.path != NULL)
			socket_place(r, g->section, "socket", g->fcgi.path);
		for (size_t j = 0; j < g->nprocs; j++)
			check_process(r, g, &g->procs[j]);
	}
}

/* Options of [DEFAULT] are for any section and so never unknown; plugins have options of their own. */
void
config_check_unknown(const struct ini *ini, struct config_problems *list)
{
	for (size_t i = 0; i < ini_nsections(ini); i++) {
		const struct ini_section *s = ini_section_at(ini, i);
		enum section_kind kind = section_kind_of(s->name);

		if (s->again_file != NULL)
			repeated_section(s, kind, list);
		if (kind == SECTION_NKINDS) {
			unknown_section(s, list);
			continue;
		}
		if (kind == SECTION_RPCINTERFACE || kind == SECTION_CTLPLUGIN)
			continue;
		for (size_t j = 0; j < s->noptions; j++)
			if (option_find(kind, s->options[j]->name) == NULL)
				unknown_option(s, s->options[j], kind, list);
	}
}
