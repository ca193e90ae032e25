/* ctl_json.c: see ctl_json.h. */
#include "autoconf.h"

#include "ctl/ctl_json.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/snapshot.h"
#include "ctl/ctl.h"

static const char *const kinds[] = {
    [CTL_PROBLEM_USAGE] = "usage",           [CTL_PROBLEM_NAME] = "name",
    [CTL_PROBLEM_FAULT] = "fault",           [CTL_PROBLEM_HTTP] = "http",
    [CTL_PROBLEM_CONNECTION] = "connection", [CTL_PROBLEM_PROTOCOL] = "protocol",
    [CTL_PROBLEM_FAILED] = "failed",
};
static_assert(sizeof(kinds) / sizeof(kinds[0]) == CTL_PROBLEM_FAILED + 1, "a word for each kind");

/* The document */

void
ctl_json_begin(struct ctl *ctl)
{
	json_decref(ctl->document);
	ctl->document = json_object();
}

void
ctl_json_abandon(struct ctl *ctl)
{
	json_decref(ctl->document);
	ctl->document = NULL;
}

void
ctl_json_end(struct ctl *ctl)
{
	ctl_json_print(ctl->document);
	ctl_json_abandon(ctl);
}

bool
ctl_json_wanted(const struct ctl *ctl)
{
	return ctl->document != NULL;
}

void
ctl_json_set(struct ctl *ctl, const char *key, json_t *value)
{
	json_object_set_new_nocheck(ctl->document, key, value);
}

json_t *
ctl_json_list(struct ctl *ctl, const char *key)
{
	json_t *list = json_array();

	ctl_json_set(ctl, key, list);
	ctl_json_set(ctl, "errors", json_array());
	return list;
}

static enum ctl_problem
problem_of(enum client_error_kind kind)
{
	switch (kind) {
	case CLIENT_FAULT:
		return CTL_PROBLEM_FAULT;
	case CLIENT_STATUS:
		return CTL_PROBLEM_HTTP;
	case CLIENT_OS:
	case CLIENT_PATH_TOO_LONG:
	case CLIENT_RESOLVE:
	case CLIENT_TIMEOUT:
	case CLIENT_DISCONNECTED:
	case CLIENT_CANCELLED:
		return CTL_PROBLEM_CONNECTION;
	case CLIENT_BAD_URL:
	case CLIENT_BAD_HOST:
	case CLIENT_BAD_PORT:
	case CLIENT_BAD_CALL:
		return CTL_PROBLEM_USAGE;
	case CLIENT_OK:
	case CLIENT_BAD_STATUS_LINE:
	case CLIENT_BAD_VERSION:
	case CLIENT_LINE_TOO_LONG:
	case CLIENT_BAD_HEAD:
	case CLIENT_TRUNCATED:
	case CLIENT_BAD_REPLY:
	case CLIENT_TOO_BIG:
		break;
	}
	return CTL_PROBLEM_PROTOCOL;
}

static json_t *
client_problem(const struct client_error *e)
{
	bool coded = e->kind == CLIENT_FAULT || e->kind == CLIENT_STATUS || e->kind == CLIENT_OS;

	return ctl_json_problem(problem_of(e->kind), coded ? e->code : 0, e->text != NULL ? e->text : "");
}

void
ctl_json_error(struct ctl *ctl, enum ctl_problem kind, int code, const char *message)
{
	if (json_object_get(ctl->document, "error") == NULL)
		ctl_json_set(ctl, "error", ctl_json_problem(kind, code, message));
}

void
ctl_json_error_from_client(struct ctl *ctl, const struct client_error *e)
{
	if (json_object_get(ctl->document, "error") == NULL)
		ctl_json_set(ctl, "error", client_problem(e));
}

void
ctl_json_error_of(struct ctl *ctl, const char *name, enum ctl_problem kind, const char *message)
{
	json_t *problem = ctl_json_problem(kind, 0, message);

	json_object_set_new_nocheck(problem, "name", ctl_json_text(name));
	json_array_append_new(json_object_get(ctl->document, "errors"), problem);
}

void
ctl_json_print(const json_t *value)
{
	json_dumpf(value, stdout, JSON_COMPACT);
	putchar('\n');
	fflush(stdout);
}

/* Values */

json_t *
ctl_json_text(const char *s)
{
	return snapshot_text(s, strlen(s));
}

json_t *
ctl_json_texts(const struct xmlrpc_value *array)
{
	json_t *list = json_array();

	for (size_t i = 0; i < xmlrpc_get_length(array); i++)
		json_array_append_new(list, ctl_json_text(xmlrpc_get_string(xmlrpc_at(array, i))));
	return list;
}

json_t *
ctl_json_problem(enum ctl_problem kind, int code, const char *message)
{
	json_t *problem = json_object();

	json_object_set_new_nocheck(problem, "kind", json_string(kinds[kind]));
	json_object_set_new_nocheck(problem, "code", code != 0 ? json_integer(code) : json_null());
	json_object_set_new_nocheck(problem, "message", ctl_json_text(message));
	return problem;
}

void
ctl_json_print_problem(enum ctl_problem kind, const char *message)
{
	json_t *document = json_object();

	json_object_set_new_nocheck(document, "error", ctl_json_problem(kind, 0, message));
	ctl_json_print(document);
	json_decref(document);
}

/* Processes */

enum field_type {
	FIELD_TEXT,
	FIELD_INTEGER,
	FIELD_BOOLEAN,
};

struct field {
	const char *key;    /* in JSON */
	const char *member; /* of the daemon's struct */
	enum field_type type;
};

static const struct field process_fields[] = {
    {"state", "state", FIELD_INTEGER},
    {"statename", "statename", FIELD_TEXT},
    {"description", "description", FIELD_TEXT},
    {"pid", "pid", FIELD_INTEGER},
    {"start", "start", FIELD_INTEGER},
    {"stop", "stop", FIELD_INTEGER},
    {"now", "now", FIELD_INTEGER},
    {"exitstatus", "exitstatus", FIELD_INTEGER},
    {"spawnerr", "spawnerr", FIELD_TEXT},
    {"logfile", "logfile", FIELD_TEXT},
    {"stdout_logfile", "stdout_logfile", FIELD_TEXT},
    {"stderr_logfile", "stderr_logfile", FIELD_TEXT},
};

static const struct field config_fields[] = {
    {"in_use", "inuse", FIELD_BOOLEAN},
    {"autostart", "autostart", FIELD_BOOLEAN},
    {"group_priority", "group_prio", FIELD_INTEGER},
    {"priority", "process_prio", FIELD_INTEGER},
    {"command", "command", FIELD_TEXT},
    {"directory", "directory", FIELD_TEXT},
    {"startsecs", "startsecs", FIELD_INTEGER},
    {"startretries", "startretries", FIELD_INTEGER},
    {"stopsignal", "stopsignal", FIELD_INTEGER},
    {"stopwaitsecs", "stopwaitsecs", FIELD_INTEGER},
    {"stdout_logfile", "stdout_logfile", FIELD_TEXT},
    {"stderr_logfile", "stderr_logfile", FIELD_TEXT},
};

static json_t *
field_value(const struct xmlrpc_value *v, enum field_type type)
{
	if (xmlrpc_type(v) == XMLRPC_NIL)
		return json_null();
	switch (type) {
	case FIELD_TEXT:
		if (xmlrpc_type(v) != XMLRPC_STRING)
			return json_null();
		return snapshot_text(xmlrpc_get_string(v), xmlrpc_get_length(v));
	case FIELD_INTEGER:
		return json_integer(xmlrpc_get_int(v));
	case FIELD_BOOLEAN:
		return json_boolean(xmlrpc_get_bool(v));
	}
	return json_null();
}

static json_t *
described(const struct xmlrpc_value *info, const struct field *fields, size_t n)
{
	char *namespec = ctl_name_of(info);
	json_t *object = json_object();

	json_object_set_new_nocheck(object, "group", field_value(xmlrpc_find(info, "group"), FIELD_TEXT));
	json_object_set_new_nocheck(object, "name", field_value(xmlrpc_find(info, "name"), FIELD_TEXT));
	json_object_set_new_nocheck(object, "namespec", ctl_json_text(namespec));
	for (size_t i = 0; i < n; i++)
		json_object_set_new_nocheck(object, fields[i].key,
					    field_value(xmlrpc_find(info, fields[i].member), fields[i].type));
	free(namespec);
	return object;
}

json_t *
ctl_json_process(const struct xmlrpc_value *info)
{
	return described(info, process_fields, sizeof(process_fields) / sizeof(process_fields[0]));
}

json_t *
ctl_json_config(const struct xmlrpc_value *config)
{
	return described(config, config_fields, sizeof(config_fields) / sizeof(config_fields[0]));
}
