/*
 * rpc_call.c: XML-RPC calls by our own client library, for tests: rpc_call URL.
 *
 * Each line of standard input is a call, a JSON array of the method's name and its arguments. Each call gives one line
 * of JSON with its members sorted: {"result": VALUE}, {"fault": [CODE, TEXT]}, {"status": CODE} of HTTP, or
 * {"error": [KIND, TEXT]}. Integers, reals, texts, true, false, null, arrays and objects are what they look like.
 */
#include "autoconf.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>
#include <jansson.h>

#include "client/client_rpc.h"

static struct xmlrpc_value *value_of(const json_t *json);

static struct xmlrpc_value *
array_of(const json_t *json, size_t from)
{
	struct xmlrpc_value *array = xmlrpc_array();

	for (size_t i = from; i < json_array_size(json); i++)
		xmlrpc_append(array, value_of(json_array_get(json, i)));
	return array;
}

static struct xmlrpc_value *
struct_of(const json_t *json)
{
	struct xmlrpc_value *s = xmlrpc_struct();
	const char *name;
	json_t *member;

	json_object_foreach((json_t *)(uintptr_t)json, name, member) xmlrpc_member(s, name, value_of(member));
	return s;
}

static struct xmlrpc_value *
value_of(const json_t *json)
{
	switch (json_typeof(json)) {
	case JSON_OBJECT:
		return struct_of(json);
	case JSON_ARRAY:
		return array_of(json, 0);
	case JSON_STRING:
		return xmlrpc_stringn(json_string_value(json), json_string_length(json));
	case JSON_INTEGER:
		return xmlrpc_int(json_integer_value(json));
	case JSON_REAL:
		return xmlrpc_double(json_real_value(json));
	case JSON_TRUE:
	case JSON_FALSE:
		return xmlrpc_bool(json_is_true(json));
	case JSON_NULL:
		return xmlrpc_nil();
	}
	return NULL;
}

static json_t *json_of(const struct xmlrpc_value *v);

static json_t *
json_of_array(const struct xmlrpc_value *v)
{
	json_t *array = json_array();

	for (size_t i = 0; i < xmlrpc_get_length(v); i++)
		json_array_append_new(array, json_of(xmlrpc_at(v, i)));
	return array;
}

static json_t *
json_of_struct(const struct xmlrpc_value *v)
{
	json_t *object = json_object();
	const char *name;

	for (size_t i = 0; (name = xmlrpc_member_name(v, i)) != NULL; i++)
		json_object_set_new(object, name, json_of(xmlrpc_find(v, name)));
	return object;
}

static json_t *
json_of(const struct xmlrpc_value *v)
{
	switch (xmlrpc_type(v)) {
	case XMLRPC_NIL:
		return json_null();
	case XMLRPC_INT:
		return json_integer(xmlrpc_get_int(v));
	case XMLRPC_BOOL:
		return json_boolean(xmlrpc_get_bool(v));
	case XMLRPC_DOUBLE:
		return json_real(xmlrpc_get_double(v));
	case XMLRPC_STRING:
	case XMLRPC_DATETIME:
		return json_stringn(xmlrpc_get_string(v), xmlrpc_get_length(v));
	case XMLRPC_ARRAY:
		return json_of_array(v);
	case XMLRPC_STRUCT:
		return json_of_struct(v);
	}
	return NULL;
}

static json_t *
json_of_result(const struct client_result *r)
{
	switch (r->error.kind) {
	case CLIENT_OK:
		return json_pack("{so}", "result", json_of(r->value));
	case CLIENT_FAULT:
		return json_pack("{s[is]}", "fault", r->error.code, r->error.text);
	case CLIENT_STATUS:
		return json_pack("{si}", "status", r->error.code);
	default:
		return json_pack("{s[is]}", "error", (int)r->error.kind, r->error.text);
	}
}

/* False: the line is no call. */
static bool
call_line(struct client *client, const char *line)
{
	json_t *call = json_loads(line, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL), *answer;
	const char *method = json_string_value(json_array_get(call, 0));
	struct client_result result;

	if (method == NULL) {
		json_decref(call);
		return false;
	}
	client_call_wait(client, method, array_of(call, 1), &result);
	answer = json_of_result(&result);
	json_dumpf(answer, stdout, JSON_SORT_KEYS | JSON_ENSURE_ASCII);
	putchar('\n');
	fflush(stdout);
	json_decref(answer);
	json_decref(call);
	client_result_release(&result);
	return true;
}

int
main(int argc, char *argv[])
{
	struct client_options options = {.url = argv[1]};
	struct event_base *base;
	struct client *client;
	char *line = NULL;
	size_t room = 0;
	bool ok = true;

	if (argc != 2) {
		fprintf(stderr, "usage: rpc_call URL <CALLS\n");
		return 2;
	}
	sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
	base = event_base_new();
	client = client_new(base, &options);
	while (ok && getline(&line, &room, stdin) > 0)
		ok = call_line(client, line);
	if (!ok)
		fprintf(stderr, "rpc_call: not a JSON array that begins with a method: %s", line);
	free(line);
	client_free(client);
	event_base_free(base);
	return ok ? 0 : 2;
}
