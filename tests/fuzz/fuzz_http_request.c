/*
 * fuzz_http_request.c: what a request says beside its body's meaning: path and query, form, credentials, and the headers
 * that decide who may call. Reading the head as such is evhttp's. The input has a line each for the URI and for the headers
 * Authorization, Origin and Host; the rest is the body.
 */
#include "autoconf.h"

#include "daemon/http_internal.h"

#include <event2/buffer.h>
#include <event2/http_struct.h>

#include "base/xmalloc.h"
#include "core/auth.h"
#include "tests/fuzz/fuzz.h"

/* The next line as a string of its own. */
static char *
next_line(const char **data, size_t *size)
{
	const char *newline = memchr(*data, '\n', *size);
	size_t len = newline != NULL ? (size_t)(newline - *data) : *size, skip = len + (newline != NULL);
	char *line = xstrndup(*data, len);

	*data += skip;
	*size -= skip;
	return line;
}

static void
add_length(void *arg, const char *value)
{
	*(size_t *)arg += strlen(value);
}

/* A text from outside is never longer than it was, decoded. */
static void
ask(struct http_request *r, size_t most)
{
	static const char *const names[] = {"processname", "action", "log", "a", ""};
	const char *value;
	size_t sum;

	FUZZ_CHECK(strlen(http_request_path(r)) <= most);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		sum = 0;
		http_request_query_each(r, names[i], add_length, &sum);
		value = http_request_query(r, names[i]);
		FUZZ_CHECK(value == NULL ? sum == 0 : sum >= strlen(value) && sum <= most);
		value = http_request_form(r, names[i]);
		FUZZ_CHECK(value == NULL || strlen(value) <= most);
	}
}

static void
try_request(const char *uri, const char *body, size_t size)
{
	struct evhttp_request *req = evhttp_request_new(NULL, NULL);
	struct http_request *r;

	req->uri_elems = evhttp_uri_parse_with_flags(uri, EVHTTP_URI_NONCONFORMANT);
	evbuffer_add(evhttp_request_get_input_buffer(req), body, size);
	r = http_request_new(NULL, req);
	if (r != NULL) {
		ask(r, strlen(uri) + size);
		http_request_free(r);
	}
	evhttp_request_free(req);
}

static void
try_headers(const char *authorization, const char *origin, const char *host)
{
	auth_check(authorization, "user", "secret");
	auth_check(authorization, "user", "{SHA}e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4");
	auth_origin_is_foreign(origin, host);
	auth_origin_is_foreign(origin, NULL);
	auth_host_is_ours(host, "node", "configured.example");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	char *uri = next_line(&text, &size), *authorization = next_line(&text, &size);
	char *origin = next_line(&text, &size), *host = next_line(&text, &size);

	try_request(uri, text, size);
	try_headers(authorization, origin, host);
	free(uri);
	free(authorization);
	free(origin);
	free(host);
	return 0;
}
