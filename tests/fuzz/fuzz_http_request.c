/*
 * fuzz_http_request.c: what a request says beside its body's meaning: the head as such, path and query, form, credentials,
 * and the headers that decide who may call. The input has a line each for the URI and for the headers Authorization,
 * Origin and Host; the rest is the body. All of it is taken for a head as well.
 */
#include "autoconf.h"

#include "daemon/http_internal.h"

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
	char *line = xasprintf("POST %s", uri);
	struct http_head head;
	struct http_request *r;

	r = http_head_parse(&head, line, strlen(line)) ? http_request_new(NULL, &head) : NULL;
	if (r != NULL) {
		r->body = xstrndup(body, size);
		r->length = strlen(r->body);
		ask(r, strlen(uri) + size);
		http_request_free(r);
	}
	free(line);
}

/* Each name and value is a text of the head, and no longer than it. */
static void
try_head(const char *data, size_t size)
{
	struct http_head head;
	uint64_t length;

	if (!http_head_parse(&head, data, size))
		return;
	FUZZ_CHECK(head.method[0] != '\0' && strchr(head.uri, ' ') == NULL);
	for (size_t i = 0; i < head.nfields; i++) {
		const struct http_field *f = &head.field[i];

		FUZZ_CHECK(strlen(f->name) + strlen(f->value) < size);
		FUZZ_CHECK(http_head_find(&head, f->name) != NULL);
		http_head_has_word(&head, f->name, "close");
	}
	http_head_is_persistent(&head);
	http_head_length(&head, &length);
	http_head_release(&head);
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
	const char *text = (const char *)data, *whole = text;
	size_t whole_size = size;
	char *uri = next_line(&text, &size), *authorization = next_line(&text, &size);
	char *origin = next_line(&text, &size), *host = next_line(&text, &size);

	try_head(whole, whole_size);
	try_request(uri, text, size);
	try_headers(authorization, origin, host);
	free(uri);
	free(authorization);
	free(origin);
	free(host);
	return 0;
}
