/*
 * config_groups.c: the sections that make processes: [group:x], [program:x], [eventlistener:x],
 * [fcgi-program:x], in the reference's order of evaluation (spec/config.md 7.1), which decides the first of
 * several errors.
 */
#include "autoconf.h"

#include "core/config_read.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/map.h"
#include "base/pyrepr.h"
#include "base/pytext.h"
#include "base/xmalloc.h"
#include "core/event.h"
#include "core/shlex.h"
#include "core/values.h"

#define MAIN_RESULT_HANDLER "supervisor.dispatchers:default_handler"
#define LISTENER_PRIORITY (-1)

/* The body of one section of processes while it is read. The layers of names enclose one another, outermost
 * first. */
struct body {
	struct config_reader *r;
	const struct ini_section *section;
	enum section_kind kind;
	struct group_config *group;
	struct program_options options; /* what all its processes have in common */
	struct expand_names own;        /* ENV_ names of its own environment= */
	struct expand_names section_names;
	struct expand_names process_names;
};

static const char *
name_part(const struct ini_section *section)
{
	return strchr(section->name, ':') + 1;
}

/* Where options are written */

static const char *
own_file(struct group_sources *s, const char *file)
{
	for (size_t i = 0; i < s->nfiles; i++)
		if (strcmp(s->files[i], file) == 0)
			return s->files[i];
	s->files = xreallocarray(s->files, s->nfiles + 1, sizeof(*s->files));
	s->files[s->nfiles] = xstrdup(file);
	return s->files[s->nfiles++];
}

/* The table of a section's lines. It belongs to the group; its processes share it. */
static const struct option_source *
add_sources(struct body *b, size_t *n)
{
	struct group_sources *s = &b->group->sources;
	const struct option_row *rows = option_process_rows(n);
	struct option_source *table = xcalloc(*n, sizeof(*table));

	for (size_t i = 0; i < *n; i++) {
		const struct ini_option *o = ini_option(b->r->ini, b->section, rows[i].name);

		if (o != NULL && (rows[i].sections & SECTION_BIT(b->kind)) != 0)
			table[i] = (struct option_source){.file = own_file(s, o->file), .line = o->line};
	}
	s->tables = xreallocarray(s->tables, s->ntables + 1, sizeof(*s->tables));
	s->tables[s->ntables++] = table;
	return table;
}

/* Processes */

/* What all processes of the section have in common, each with its own copy. */
static struct process_config
copy_common(const struct process_config *common)
{
	struct process_config p = *common;

	p.program = xstrdup(common->program);
	p.user = xstrdup(common->user);
	p.serverurl = xstrdup(common->serverurl);
	p.exitcodes =
	    common->nexitcodes > 0 ? xmemdup(common->exitcodes, common->nexitcodes * sizeof(int)) : NULL;
	return p;
}

/* [supervisord]'s environment, then the program's own, whose names are known from here on. */
static void
read_environment(struct body *b, struct process_config *p)
{
	const struct option_row *row = config_row(b->kind, "environment");
	const struct env_list *daemons = &b->r->config->supervisord.environment;
	char *text = config_read_text(b->r, b->section, row, &b->process_names, row->name);
	struct env_list own = {0};
	struct err e = ERR_INIT;

	if (text != NULL && !shlex_environment(text, &own, &e))
		config_read_fail(b->r, b->section, row->name, row, &e);
	free(text);
	for (size_t i = 0; i < daemons->n; i++)
		env_list_set(&p->environment, daemons->vars[i].name, daemons->vars[i].value);
	for (size_t i = 0; i < own.n; i++) {
		char *name = xasprintf("ENV_%s", own.vars[i].name);

		env_list_set(&p->environment, own.vars[i].name, own.vars[i].value);
		expand_set(&b->own, name, own.vars[i].value);
		free(name);
	}
	env_list_release(&own);
}

static bool
is_word(const struct body *b, const char *option, const char *word)
{
	const struct ini_option *o = ini_option(b->r->ini, b->section, option);

	return o != NULL && strcasecmp(o->value, word) == 0;
}

/* What is odd about where a channel goes, once it is read. */
static void
check_channel(struct body *b, struct process_config *p, enum channel ch)
{
	const char *name = channel_name(ch);
	struct channel_config *c = &p->channel[ch];
	char *option = xasprintf("%s_logfile", name);

	/* The deprecated word means the option of that name, whatever that one says. */
	if (is_word(b, option, "syslog")) {
		c->syslog = true;
		config_add_message(b->r->config, LOG_LEVEL_WARN,
				   "For [%s], %s=syslog but this is deprecated and will be removed.  Use "
				   "%s_syslog=true to enable "
				   "syslog instead.",
				   b->section->name, option, name);
	}
	if (c->target == LOG_TARGET_AUTO && c->maxbytes == 0)
		config_add_message(b->r->config, LOG_LEVEL_WARN,
				   "For [%s], AUTO logging used for %s without rollover, set maxbytes > 0 to "
				   "avoid filling up "
				   "filesystem unintentionally",
				   b->section->name, option);
	free(option);
}

static void
redirect_stderr(struct body *b, struct process_config *p)
{
	struct channel_config *c = &p->channel[CHANNEL_STDERR];
	const struct ini_option *o = ini_option(b->r->ini, b->section, "stderr_logfile");

	if (!p->redirect_stderr)
		return;
	if (c->target == LOG_TARGET_FILE || (o != NULL && *o->value == '\0'))
		config_add_message(b->r->config, LOG_LEVEL_WARN,
				   "For [%s], redirect_stderr=true but stderr_logfile has also been set to a "
				   "filename, the filename "
				   "has been ignored",
				   b->section->name);
	c->target = LOG_TARGET_NONE;
	free(c->path);
	c->path = NULL;
}

static void
read_process_name(struct body *b, struct process_config *p)
{
	struct err e = ERR_INIT;

	if (b->r->stop)
		return;
	p->name = expand(b->options.process_name, "process_name", &b->process_names, &e);
	if (p->name != NULL)
		return;
	p->name = xstrdup(p->program);
	config_read_fail(b->r, b->section, "process_name", NULL, &e);
}

/* The rows that are read for each process. */
static void
read_each(struct body *b, struct process_config *p)
{
	size_t n;
	const struct option_row *rows = option_process_rows(&n);

	for (size_t i = 0; i < n; i++)
		if (rows[i].when == READ_PER_PROCESS && (rows[i].sections & SECTION_BIT(b->kind)) != 0)
			config_read_option(b->r, b->section, &rows[i], &b->process_names, p);
}

static void
read_process(struct body *b, int number, struct process_config *p)
{
	struct config_reader *r = b->r;

	*p = copy_common(&b->options.process);
	expand_set_number(&b->process_names, "process_num", number);
	read_environment(b, p);
	read_each(b, p);
	if (p->directory != NULL && *p->directory == '\0') {
		free(p->directory);
		p->directory = NULL;
	}
	for (int ch = 0; ch < NCHANNELS && !r->stop; ch++)
		check_channel(b, p, (enum channel)ch);
	redirect_stderr(b, p);
	if (p->command == NULL) {
		config_read_refuse(r, b->section, "command", NULL,
				   "program section %s does not specify a command", b->section->name);
		p->command = xstrdup("");
	}
	read_process_name(b, p);
}

/* Bodies */

static int
compare_names(const void *a, const void *b)
{
	const struct process_config *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static void
read_processes(struct body *b)
{
	struct group_config *g = b->group;
	int count = b->options.numprocs > 0 ? b->options.numprocs : 0;
	size_t first = g->nprocs;

	if (count == 0)
		return;
	g->procs = xreallocarray(g->procs, g->nprocs + (size_t)count, sizeof(*g->procs));
	for (int i = 0; i < count && !b->r->stop; i++) {
		read_process(b, b->options.numprocs_start + i, &g->procs[g->nprocs]);
		g->nprocs++;
	}
	if (!b->r->stop)
		qsort(g->procs + first, g->nprocs - first, sizeof(*g->procs), compare_names);
}

static void
read_common(struct body *b)
{
	struct process_config *p = &b->options.process;
	size_t n;
	const struct option_row *rows = option_process_rows(&n);

	for (size_t i = 0; i < n; i++) {
		if (rows[i].when != READ_ONCE || (rows[i].sections & SECTION_BIT(b->kind)) == 0)
			continue;
		if (strcmp(rows[i].name, "killasgroup") == 0)
			p->killasgroup = p->stopasgroup;
		config_read_option(b->r, b->section, &rows[i], &b->section_names, &b->options);
	}
}

static void
check_common(struct body *b)
{
	const struct process_config *p = &b->options.process;

	if (b->r->stop)
		return;
	if (b->options.numprocs > 1 && strstr(b->options.process_name, "%(process_num)") == NULL) {
		bool written = ini_option(b->r->ini, b->section, "process_name") != NULL;

		config_read_refuse(b->r, b->section, written ? "process_name" : "numprocs", NULL,
				   "%%(process_num) must be present within process_name when numprocs > 1");
	}
	if (p->stopasgroup && !p->killasgroup)
		config_read_refuse(b->r, b->section, "killasgroup", NULL,
				   "Cannot set stopasgroup=true and killasgroup=false");
}

static void
body_release(struct body *b)
{
	process_config_release(&b->options.process);
	free(b->options.process_name);
	expand_names_clear(&b->own);
	expand_names_clear(&b->section_names);
	expand_names_clear(&b->process_names);
}

static void
body_names(struct body *b, const char *program)
{
	b->own.outer = &b->r->env;
	b->section_names.outer = &b->own;
	b->process_names.outer = &b->section_names;
	expand_set(&b->section_names, "here", b->r->in->here);
	expand_set(&b->section_names, "host_node_name", b->r->in->world->hostname);
	expand_set(&b->section_names, "program_name", program);
	expand_set(&b->section_names, "group_name", b->group->name);
}

/* Reads a section of processes and adds them to the group. */
static void
read_body(struct config_reader *r, const struct ini_section *section, struct group_config *group)
{
	struct body b = {.r = r, .section = section, .kind = section_kind_of(section->name), .group = group};
	struct process_config *p = &b.options.process;
	struct err e = ERR_INIT;
	char *program;

	if (r->stop)
		return;
	r->body = section;
	program = value_name(name_part(section), &e);
	if (program == NULL) {
		config_read_fail(r, section, NULL, NULL, &e);
	} else {
		p->program = program;
		p->uid = (uid_t)-1;
		p->umask = -1;
		body_names(&b, program);
		read_common(&b);
		check_common(&b);
		expand_set_number(&b.process_names, "numprocs", b.options.numprocs);
		p->sources = add_sources(&b, &p->nsources);
		read_processes(&b);
	}
	body_release(&b);
	r->body = NULL;
}

/* Groups */

/* Two processes of one name: the later one replaces the earlier one, as they would in a table by name. */
static void
drop_replaced(struct group_config *g)
{
	struct map *last = map_new();
	size_t kept = 0;

	for (size_t i = 0; i < g->nprocs; i++)
		map_put(last, g->procs[i].name, (void *)(i + 1));
	for (size_t i = 0; i < g->nprocs; i++) {
		if (map_get(last, g->procs[i].name) == (void *)(i + 1))
			g->procs[kept++] = g->procs[i];
		else
			process_config_release(&g->procs[i]);
	}
	g->nprocs = kept;
	map_free(last);
}

/* Takes name over. */
static struct group_config *
group_new(enum group_kind kind, const struct ini_section *section, char *name, int priority)
{
	struct group_config *g = xcalloc(1, sizeof(*g));

	g->refs = 1;
	g->kind = kind;
	g->name = name;
	g->priority = priority;
	g->section = xstrdup(section->name);
	g->fcgi.owner_uid = (uid_t)-1;
	g->fcgi.owner_gid = (gid_t)-1;
	return g;
}

static void
add_group(struct config_reader *r, struct group_config *g)
{
	struct config *c = r->config;

	if (!r->stop)
		drop_replaced(g);
	c->groups = xreallocarray(c->groups, c->ngroups + 1, sizeof(*c->groups));
	c->groups[c->ngroups++] = g;
}

/* The group's name, NULL when it is wrong; its section's body has not begun, so the message has no suffix. */
static char *
group_name(struct config_reader *r, const struct ini_section *section)
{
	struct err e = ERR_INIT;
	char *name = value_name(name_part(section), &e);

	if (name == NULL)
		config_read_fail(r, section, NULL, NULL, &e);
	return name;
}

/* The section of a member of a [group:x]; NULL when it is missing or ambiguous. seen is the section that
   messages name: the reference names the member before, and only for the first one the group itself. */
static const struct ini_section *
member_section(struct config_reader *r, const struct ini_section *group, const char *seen, const char *member)
{
	char *program = xasprintf("program:%s", member), *fcgi = xasprintf("fcgi-program:%s", member);
	const struct ini_section *p = ini_section(r->ini, program), *f = ini_section(r->ini, fcgi);

	free(program);
	free(fcgi);
	if (p != NULL && f != NULL) {
		config_read_refuse(r, group, "programs", NULL,
				   "[%s] name %s is ambiguous (exists as program and fcgi-program)", seen,
				   member);
		return NULL;
	}
	if (p == NULL && f == NULL)
		config_read_refuse(r, group, "programs", NULL,
				   "[%s] names unknown program or fcgi-program %s", seen, member);
	return p != NULL ? p : f;
}

/* listed collects the sections that are members of a group. */
static void
read_group(struct config_reader *r, const struct ini_section *section, struct map *listed)
{
	char *name = group_name(r, section), *programs;
	const char *seen = section->name;
	struct group_config *g;
	struct value_list members = {0};

	if (name == NULL)
		return;
	g = group_new(GROUP_PROGRAM, section, name, 999);
	programs = config_read_text(r, section, config_row(SECTION_GROUP, "programs"), &r->here, NULL);
	if (programs != NULL)
		value_list(programs, &members);
	free(programs);
	config_read_number(r, section, config_row(SECTION_GROUP, "priority"), &r->here, &g->priority);
	for (size_t i = 0; i < members.n && !r->stop; i++) {
		const struct ini_section *member = member_section(r, section, seen, members.items[i]);

		if (member == NULL)
			continue;
		map_put(listed, member->name, g);
		read_body(r, member, g);
		seen = member->name;
	}
	value_list_release(&members);
	add_group(r, g);
}

static void
read_program(struct config_reader *r, const struct ini_section *section)
{
	char *name = group_name(r, section);
	struct group_config *g;

	if (name == NULL)
		return;
	g = group_new(GROUP_PROGRAM, section, name, 999);
	config_read_number(r, section, config_row(SECTION_PROGRAM, "priority"), &r->here, &g->priority);
	read_body(r, section, g);
	add_group(r, g);
}

/* Event listeners */

static void
read_events(struct config_reader *r, const struct ini_section *section, struct group_config *g)
{
	const struct option_row *row = config_row(SECTION_EVENTLISTENER, "events");
	char *text = config_read_text(r, section, row, &r->here, NULL);
	struct value_list names = {0};

	g->listener.events = xcalloc(EVENT_NTYPES, sizeof(*g->listener.events));
	if (text != NULL)
		value_list(text, &names);
	if (names.n == 0)
		config_read_refuse(r, section, "events", row, "[%s] section requires an \"events\" line",
				   section->name);
	for (size_t i = 0; i < names.n; i++) {
		char *upper = pytext_upper(names.items[i]);
		enum event_type type = event_by_name(upper);

		if (type == EVENT_NTYPES)
			config_read_refuse(r, section, "events", row, "Unknown event type %s in [%s] events",
					   upper, section->name);
		else
			g->listener.events[type] = true;
		free(upper);
	}
	value_list_release(&names);
	free(text);
}

static void
read_buffer_size(struct config_reader *r, const struct ini_section *section, struct group_config *g)
{
	const struct option_row *row = config_row(SECTION_EVENTLISTENER, "buffer_size");
	char *text = config_read_text(r, section, row, &r->here, NULL);
	struct err e = ERR_INIT;
	int64_t n = 10;

	if (text != NULL && !value_int(text, &n, &e))
		config_read_fail(r, section, row->name, row, &e);
	else if (n < row->min || n > row->max)
		config_read_refuse(r, section, row->name, row, "[%s] section sets invalid buffer_size (%lld)",
				   section->name, (long long)n);
	g->listener.buffer_size = (int)n;
	free(text);
}

static void
refuse_redirect(struct config_reader *r, const struct ini_section *section)
{
	struct process_config scratch = {0};

	config_read_option(r, section, config_row(SECTION_EVENTLISTENER, "redirect_stderr"), &r->here,
			   &scratch);
	if (scratch.redirect_stderr)
		config_read_refuse(r, section, "redirect_stderr", NULL,
				   "[%s] section sets redirect_stderr=true but this is not allowed because "
				   "it will interfere with the "
				   "eventlistener protocol",
				   section->name);
}

static void
read_listener(struct config_reader *r, const struct ini_section *section)
{
	const struct option_row *priority = config_row(SECTION_EVENTLISTENER, "priority");
	const struct option_row *handler = config_row(SECTION_EVENTLISTENER, "result_handler");
	struct group_config *g =
	    group_new(GROUP_LISTENER, section, xstrdup(name_part(section)), LISTENER_PRIORITY);
	char *text;

	if (ini_option(r->ini, section, "priority") != NULL)
		config_read_number(r, section, priority, &r->here, &g->priority);
	read_buffer_size(r, section, g);
	text = config_read_text(r, section, handler, &r->here, NULL);
	if (text != NULL)
		config_read_factory(r, section, handler, text, MAIN_RESULT_HANDLER);
	free(text);
	read_events(r, section, g);
	refuse_redirect(r, section);
	read_body(r, section, g);
	add_group(r, g);
}

/* FastCGI */

/* What the socket's options say before the socket itself is known. */
struct fcgi_options {
	bool has_owner, has_mode;
	bool has_user;
	uid_t user_uid;
	gid_t user_gid;
};

static void
read_fcgi_user(struct config_reader *r, const struct ini_section *section, struct fcgi_options *o)
{
	const struct option_row *row = config_row(SECTION_FCGI_PROGRAM, "user");
	char *text = config_read_text(r, section, row, &r->here, NULL);
	struct err e = ERR_INIT;

	if (text != NULL) {
		o->has_user = value_user(r->in->world, text, &o->user_uid, &o->user_gid, &e);
		if (!o->has_user)
			config_read_fail(r, section, row->name, row, &e);
	}
	free(text);
}

static void
read_fcgi_backlog(struct config_reader *r, const struct ini_section *section, struct fcgi_config *f)
{
	const struct option_row *row = config_row(SECTION_FCGI_PROGRAM, "socket_backlog");
	char *text = config_read_text(r, section, row, &r->here, NULL);
	struct err e = ERR_INIT;
	int64_t n = 0;

	if (text != NULL && !value_int(text, &n, &e))
		config_read_fail(r, section, row->name, row, &e);
	else if (text != NULL && (n < row->min || n > row->max))
		config_read_refuse(r, section, row->name, row, "Invalid socket_backlog value %lld",
				   (long long)n);
	f->backlog = (int)n;
	free(text);
}

static void
read_fcgi_owner(struct config_reader *r, const struct ini_section *section, struct fcgi_config *f,
		struct fcgi_options *o)
{
	const struct option_row *row = config_row(SECTION_FCGI_PROGRAM, "socket_owner");
	char *text = config_read_text(r, section, row, &r->here, NULL);
	struct err e = ERR_INIT;

	o->has_owner = text != NULL;
	if (text != NULL &&
	    !value_owner(r->in->world, "socket_owner", text, &f->owner_uid, &f->owner_gid, &e))
		config_read_fail(r, section, row->name, row, &e);
	free(text);
}

static void
read_fcgi_mode(struct config_reader *r, const struct ini_section *section, struct fcgi_config *f,
	       struct fcgi_options *o)
{
	const struct option_row *row = config_row(SECTION_FCGI_PROGRAM, "socket_mode");
	char *text = config_read_text(r, section, row, &r->here, NULL);
	struct err ignored = ERR_INIT;
	int64_t mode = 0700;

	o->has_mode = ini_option(r->ini, section, row->name) != NULL;
	if (text != NULL && !value_octal(text, &mode, &ignored)) {
		err_release(&ignored);
		config_read_refuse(r, section, row->name, row, "Invalid socket_mode value %s", text);
	}
	f->mode = (mode_t)(mode & 07777);
	free(text);
}

/* "tcp://host:port" with a host without blanks and colons. */
static bool
parse_tcp(const char *value, struct fcgi_config *f, bool *out_of_range, struct err *err)
{
	const char *host = value + strlen("tcp://"), *colon = strchr(host, ':');
	int64_t port;

	*out_of_range = false;
	if (colon == NULL || colon == host || strcspn(host, " \t\r\n\v\f") < (size_t)(colon - host) ||
	    colon[1] == '\0' || strspn(colon + 1, "0123456789") != strlen(colon + 1))
		return false;
	*out_of_range = !value_int(colon + 1, &port, err) || !value_in_range(port, 1, 65535, err);
	if (*out_of_range)
		return false;
	f->host = xstrndup(host, (size_t)(colon - host));
	for (char *p = f->host; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p += 'a' - 'A';
	f->port = (int)port;
	f->url = xasprintf("tcp://%s:%d", f->host, f->port);
	return true;
}

static void
parse_socket(struct config_reader *r, const char *value, struct fcgi_config *f, const struct fcgi_options *o,
	     struct err *e)
{
	bool is_unix = strncmp(value, "unix://", 7) == 0, out_of_range = false;
	const char *path = value + 7;
	char *repr;

	if (is_unix && *path == '/') {
		f->path = value_abspath(r->in->world->cwd, path);
		f->url = xasprintf("unix://%s", f->path);
		if (!o->has_owner && o->has_user && o->user_uid != r->in->world->uid) {
			f->owner_uid = o->user_uid;
			f->owner_gid = o->user_gid;
		}
		return;
	}
	if (!is_unix && (o->has_owner || o->has_mode)) {
		err_set(e,
			"socket_owner and socket_mode params should only be used with a Unix domain socket");
		return;
	}
	if (strncmp(value, "tcp://", 6) == 0 && parse_tcp(value, f, &out_of_range, e))
		return;
	if (out_of_range)
		return;
	repr = pyrepr(is_unix ? path : value);
	err_set(e,
		is_unix ? "('Unix socket path %%s is not an absolute path', %s)"
			: "('Bad socket format %%s', %s)",
		repr);
	free(repr);
}

static void
read_fcgi_socket(struct config_reader *r, const struct ini_section *section, const char *program,
		 struct fcgi_config *f, const struct fcgi_options *o)
{
	const struct option_row *row = config_row(SECTION_FCGI_PROGRAM, "socket");
	struct expand_names names = {.outer = &r->here};
	struct err e = ERR_INIT;
	char *text;

	expand_set(&names, "program_name", program);
	text = config_read_text(r, section, row, &names, NULL);
	expand_names_clear(&names);
	if (text == NULL || *text == '\0') {
		config_read_refuse(r, section, row->name, row, "[%s] section requires a \"socket\" line",
				   section->name);
	} else {
		parse_socket(r, text, f, o, &e);
		if (e.what != NULL) {
			err_suffix(&e, " in [%s] socket", section->name);
			config_read_fail(r, section, row->name, row, &e);
		}
	}
	if (f->url == NULL)
		f->url = xstrdup("");
	free(text);
}

static void
read_fcgi(struct config_reader *r, const struct ini_section *section)
{
	char *name = group_name(r, section);
	struct fcgi_options o = {0};
	struct group_config *g;

	if (name == NULL)
		return;
	g = group_new(GROUP_FCGI, section, name, 999);
	config_read_number(r, section, config_row(SECTION_FCGI_PROGRAM, "priority"), &r->here, &g->priority);
	read_fcgi_user(r, section, &o);
	read_fcgi_backlog(r, section, &g->fcgi);
	read_fcgi_owner(r, section, &g->fcgi, &o);
	read_fcgi_mode(r, section, &g->fcgi, &o);
	read_fcgi_socket(r, section, name, &g->fcgi, &o);
	read_body(r, section, g);
	add_group(r, g);
}

/* All of them */

/* Groups of one priority and name stay in the order of reading. */
static int
compare_groups(const void *a, const void *b)
{
	const struct group_config *x = *(struct group_config *const *)a,
				  *y = *(struct group_config *const *)b;

	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* qsort is not stable, and of two groups with one name the first one read is the one that runs. */
static void
sort_groups(struct config *c)
{
	struct group_config **half;
	size_t width, n = c->ngroups;

	if (n < 2)
		return;
	half = xcalloc(n, sizeof(*half));
	for (width = 1; width < n; width *= 2) {
		for (size_t low = 0; low < n; low += 2 * width) {
			size_t mid = low + width < n ? low + width : n,
			       high = low + 2 * width < n ? low + 2 * width : n;
			size_t i = low, j = mid;

			for (size_t k = low; k < high; k++)
				half[k] = i < mid && (j >= high ||
						      compare_groups(&c->groups[i], &c->groups[j]) <= 0)
					      ? c->groups[i++]
					      : c->groups[j++];
		}
		memcpy(c->groups, half, n * sizeof(*half));
	}
	free(half);
}

void
config_read_groups(struct config_reader *r)
{
	struct map *listed = map_new();

	static const enum section_kind order[] = {SECTION_GROUP, SECTION_PROGRAM, SECTION_EVENTLISTENER,
						  SECTION_FCGI_PROGRAM};

	for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++) {
		for (size_t i = 0; i < ini_nsections(r->ini) && !r->stop; i++) {
			const struct ini_section *s = ini_section_at(r->ini, i);

			if (section_kind_of(s->name) != order[k] || map_get(listed, s->name) != NULL)
				continue;
			if (order[k] == SECTION_GROUP)
				read_group(r, s, listed);
			else if (order[k] == SECTION_PROGRAM)
				read_program(r, s);
			else if (order[k] == SECTION_EVENTLISTENER)
				read_listener(r, s);
			else
				read_fcgi(r, s);
		}
	}
	map_free(listed);
	sort_groups(r->config);
}
