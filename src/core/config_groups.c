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
	env_list_pack(&p->environment);
	env_list_release(&own);
}

/* A warning for the log about an option of the section. */
static void warn(struct body *b, const char *option, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void
warn(struct body *b, const char *option, const char *fmt, ...)
{
	struct err e = ERR_INIT;
	va_list ap;

	va_start(ap, fmt);
	err_vset(&e, fmt, ap);
	va_end(ap);
	config_read_where(b->r, b->section, option, &e);
	config_add_message(b->r->config, LOG_LEVEL_WARN, e.where, "%s", e.what);
	err_release(&e);
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
	char *option = xasprintf("%s_logfile", name), *maxbytes = xasprintf("%s_maxbytes", option);

	/* The deprecated word means the option of that name, whatever that one says. */
	if (is_word(b, option, "syslog")) {
		c->syslog = true;
		warn(b, option,
		     "For [%s], %s=syslog but this is deprecated and will be removed.  Use %s_syslog=true to "
		     "enable syslog instead.",
		     b->section->name, option, name);
	}
	if (c->target == LOG_TARGET_AUTO && c->maxbytes == 0)
		warn(b, maxbytes,
		     "For [%s], AUTO logging used for %s without rollover, set maxbytes > 0 to avoid filling "
		     "up "
		     "filesystem unintentionally",
		     b->section->name, option);
	free(option);
	free(maxbytes);
}

static void
redirect_stderr(struct body *b, struct process_config *p)
{
	struct channel_config *c = &p->channel[CHANNEL_STDERR];
	const struct ini_option *o = ini_option(b->r->ini, b->section, "stderr_logfile");

	if (!p->redirect_stderr)
		return;
	if (c->target == LOG_TARGET_FILE || (o != NULL && *o->value == '\0'))
		warn(b, "stderr_logfile",
		     "For [%s], redirect_stderr=true but stderr_logfile has also been set to a filename, the "
		     "filename has been ignored",
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

/* For --test-config: a command that stands there but cannot be taken apart is found out only when the program is
   started. The usual reason is " ;" between quotes, which begins a comment there too. */
static void
check_command(struct body *b, const struct process_config *p)
{
	const struct ini_option *o = ini_option(b->r->ini, b->section, "command");
	struct err err = ERR_INIT;
	char **argv = NULL;
	size_t argc;

	if (!shlex_split(p->command, &argv, &argc, &err))
		err_suffix(&err, " (a blank and ';' begin a comment, between quotes too)");
	else if (argc == 0)
		err_set(&err, "it is empty");
	if (err.what != NULL && o != NULL)
		config_problems_add(b->r->problems, false, "%s:%d: [%s] command: cannot be started: %s",
				    o->file, o->line, b->section->name, err_text(&err));
	free(argv);
	err_release(&err);
}

static void
read_process(struct body *b, int number, struct process_config *p)
{
	struct config_reader *r = b->r;

	*p = copy_common(&b->options.process);
	expand_set_number(&b->process_names, "process_num", number);
	read_environment(b, p);
	read_each(b, p);
	for (int ch = 0; ch < NCHANNELS && !r->stop; ch++)
		check_channel(b, p, (enum channel)ch);
	redirect_stderr(b, p);
	if (p->command == NULL) {
		if (config_read_missing(r, b->section, "command"))
			config_read_refuse(r, b->section, "command", NULL,
					   "program section %s does not specify a command", b->section->name);
		p->command = xstrdup("");
	} else if (r->problems != NULL && number == b->options.numprocs_start)
		check_command(b, p);
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
		if (section_kind_of(member->name) == SECTION_FCGI_PROGRAM)
			config_check_warn(r, section, "programs",
					  "%s is run as an ordinary program here, without its socket",
					  members.items[i]);
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
	if (names.n == 0 && (text != NULL || config_read_missing(r, section, row->name)))
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

static void
read_fcgi(struct config_reader *r, const struct ini_section *section)
{
	char *name = group_name(r, section);
	struct group_config *g;

	if (name == NULL)
		return;
	g = group_new(GROUP_FCGI, section, name, 999);
	config_read_number(r, section, config_row(SECTION_FCGI_PROGRAM, "priority"), &r->here, &g->priority);
	config_read_fcgi(r, section, name, &g->fcgi);
	read_body(r, section, g);
	add_group(r, g);
}

/* All of them */

/* A group and where it was read: qsort is not stable, and of two groups with one name the first one runs. */
struct read_group {
	struct group_config *group;
	size_t place;
};

static int
compare_groups(const void *va, const void *vb)
{
	const struct read_group *a = va, *b = vb;
	int order;

	if (a->group->priority != b->group->priority)
		return a->group->priority < b->group->priority ? -1 : 1;
	order = strcmp(a->group->name, b->group->name);
	return order != 0 ? order : (a->place > b->place) - (a->place < b->place);
}

static void
sort_groups(struct config *c)
{
	struct read_group *sorted = xcalloc(c->ngroups + 1, sizeof(*sorted));

	for (size_t i = 0; i < c->ngroups; i++)
		sorted[i] = (struct read_group){.group = c->groups[i], .place = i};
	qsort(sorted, c->ngroups, sizeof(*sorted), compare_groups);
	for (size_t i = 0; i < c->ngroups; i++)
		c->groups[i] = sorted[i].group;
	free(sorted);
}

static void
read_group_section(struct config_reader *r, const struct ini_section *section, enum section_kind kind,
		   struct map *listed)
{
	if (section_kind_of(section->name) != kind || map_get(listed, section->name) != NULL)
		return;
	if (kind == SECTION_GROUP)
		read_group(r, section, listed);
	else if (kind == SECTION_PROGRAM)
		read_program(r, section);
	else if (kind == SECTION_EVENTLISTENER)
		read_listener(r, section);
	else
		read_fcgi(r, section);
}

void
config_read_groups(struct config_reader *r)
{
	static const enum section_kind order[] = {SECTION_GROUP, SECTION_PROGRAM, SECTION_EVENTLISTENER,
						  SECTION_FCGI_PROGRAM};
	struct map *listed = map_new();

	for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++)
		for (size_t i = 0; i < ini_nsections(r->ini) && !r->stop; i++)
			read_group_section(r, ini_section_at(r->ini, i), order[k], listed);
	map_free(listed);
	sort_groups(r->config);
}
