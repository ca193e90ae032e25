/* config_check.c: what is not wrong but worth a warning when a configuration is tested. */
#include "autoconf.h"

#include "core/config_read.h"

#include <stdlib.h>
#include <string.h>

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
		config_problems_add(list, false, "%s:%d: [%s] %s: unknown option, ignored", o->file, o->line,
				    s->name, o->name);
}

/* Options of [DEFAULT] are for any section and so never unknown; plugins have options of their own. */
void
config_check_unknown(const struct ini *ini, struct config_problems *list)
{
	for (size_t i = 0; i < ini_nsections(ini); i++) {
		const struct ini_section *s = ini_section_at(ini, i);
		enum section_kind kind = section_kind_of(s->name);

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
