/* Which daemons a command line means, and why one cannot be talked to. */
#include "autoconf.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/buf.h"
#include "tui/tui_endpoint.h"
#include "tui/tui_trouble.h"

/* Trouble */

static void
expect_trouble(enum client_error_kind kind, enum client_where where, int code, const char *text,
	       const struct tui_way *way, const char *want)
{
	char copy[200];
	const struct client_error e = {.kind = kind, .where = where, .code = code, .text = copy};
	char *got;

	snprintf(copy, sizeof(copy), "%s", text);
	got = tui_trouble(&e, way);
	assert_string_equal(got, want);
	free(got);
}

/* Each is one sentence, with what mends it. */
static void
test_trouble(void **state)
{
	const struct tui_way bare = {0}, added = {.user = "connect http://USER:PASSWORD@HOST:PORT"},
			     file = {.file = "/etc/s.conf", .has_user = true};

	(void)state;
	expect_trouble(CLIENT_OS, CLIENT_AT_CONNECT_UNIX, ENOENT, "x", &bare,
		       "no daemon: the socket does not exist (start one: supervisord)");
	expect_trouble(CLIENT_OS, CLIENT_AT_CONNECT_UNIX, ENOENT, "x", &file,
		       "no daemon: the socket does not exist (start one: supervisord -c /etc/s.conf)");
	expect_trouble(CLIENT_OS, CLIENT_AT_CONNECT_UNIX, ECONNREFUSED, "x", &bare,
		       "no daemon: nobody listens there (start one: supervisord)");
	expect_trouble(CLIENT_OS, CLIENT_AT_CONNECT_UNIX, EACCES, "x", &bare,
		       "no permission on the socket (try: sudo supervisortui)");
	expect_trouble(CLIENT_OS, CLIENT_AT_CONNECT_UNIX, ENOTSOCK, "x", &bare,
		       "this file is no socket (look at serverurl= and -s)");
	expect_trouble(CLIENT_OS, CLIENT_AT_CONNECT_TCP, EHOSTUNREACH, "No route to host", &bare,
		       "No route to host (is the host up, and is there a way to it?)");
	expect_trouble(CLIENT_STATUS, 0, 401, "x", &bare,
		       "a user name and password are needed (-u USER -p PASSWORD)");
	expect_trouble(CLIENT_STATUS, 0, 401, "x", &added,
		       "a user name and password are needed (connect http://USER:PASSWORD@HOST:PORT)");
	expect_trouble(CLIENT_STATUS, 0, 401, "x", &file,
		       "user name or password are wrong (-u USER -p PASSWORD)");
	expect_trouble(CLIENT_STATUS, 0, 404, "x", &bare,
		       "a web server answers there, but no supervisord (look at the port in -s)");
	expect_trouble(CLIENT_STATUS, 0, 500, "Oops", &bare,
		       "HTTP status 500 Oops (is this a supervisord? look at -s)");
	expect_trouble(CLIENT_BAD_REPLY, 0, 0, "x", &bare,
		       "what answers there is no supervisord (look at the port in -s)");
	expect_trouble(
	    CLIENT_BAD_STATUS_LINE, 0, 0, "SSH-2.0", &bare,
	    "what answers there does not speak HTTP (TLS? supervisord has none; look at the port in "
	    "-s)");
	expect_trouble(CLIENT_RESOLVE, 0, 0, "Name or service not known", &bare,
		       "Name or service not known (look at serverurl= and -s)");
	expect_trouble(CLIENT_FAULT, 0, 6, "SHUTDOWN_STATE", &bare, "SHUTDOWN_STATE");
}

/* Endpoints */

static void
expect_url(const char *given, const char *url, const char *username, const char *password)
{
	struct tui_endpoints list = {.list = calloc(1, sizeof(struct tui_endpoint)), .n = 1};
	struct tui_endpoint *e = &list.list[0];
	struct err err = ERR_INIT;

	assert_true(tui_endpoint_set_url(e, given, &err));
	assert_string_equal(e->url, url);
	assert_string_equal(e->username != NULL ? e->username : "-", username);
	assert_string_equal(e->password != NULL ? e->password : "-", password);
	tui_endpoints_release(&list);
}

static void
expect_no_url(const char *given, const char *why)
{
	struct tui_endpoints list = {.list = calloc(1, sizeof(struct tui_endpoint)), .n = 1};
	struct err err = ERR_INIT;

	assert_false(tui_endpoint_set_url(&list.list[0], given, &err));
	if (strstr(err_text(&err), why) == NULL)
		fail_msg("'%s' does not say '%s'", err_text(&err), why);
	err_release(&err);
	tui_endpoints_release(&list);
}

static void
test_urls(void **state)
{
	(void)state;
	expect_url("unix:///run/s.sock", "unix:///run/s.sock", "-", "-");
	expect_url("unix:///run/a@b", "unix:///run/a@b", "-", "-");
	expect_url("unix://anna:se%3Acret@/run/a@b", "unix:///run/a@b", "anna", "se:cret");
	expect_url("unix://a@b/s", "unix://a@b/s", "-", "-");
	expect_no_url("unix://a%zz:b@/run/s", "unix://USER:PASSWORD@/PATH");
	expect_url("http://web:9001", "http://web:9001", "-", "-");
	expect_url("http://anna:se%3Acret@web:9001/x@y", "http://web:9001/x@y", "anna", "se:cret");
	expect_url("http://anna@web", "http://web", "anna", "");
	expect_url("http://a:p@ss@web", "http://web", "a", "p@ss");
	expect_url("http://web/x@y", "http://web/x@y", "-", "-");
	expect_url("ssh://anna@web/run/s", "ssh://anna@web/run/s", "-", "-");
	expect_no_url("ssh://-oProxyCommand=id", "cannot be a host");
	expect_no_url("https://web", "has no TLS");
	expect_no_url("http://a%zz:b@web", "not written well");
	expect_no_url("http://a%00:b@web", "not written well");
}

static char dir[] = "/tmp/cvu.XXXXXX";

static const char *
write_config(const char *name, const char *url, const char *user)
{
	static char paths[4][64];
	static unsigned n;
	char *path = paths[n++ % 4];
	FILE *file;

	snprintf(path, sizeof(paths[0]), "%s/%s", dir, name);
	file = fopen(path, "w");
	fprintf(file, "[supervisorctl]\nserverurl=%s\nusername=%s\npassword=pw-%s\n", url, user, user);
	fclose(file);
	return path;
}

/* "url user password file starts|..." */
static void
expect_list(const char *const *files, const char *const *urls, const char *user, const char *want)
{
	struct tui_endpoints e = {0};
	struct err err = ERR_INIT;
	struct buf got = BUF_INIT(8192);
	size_t nfiles = 0, nurls = 0;

	while (files != NULL && files[nfiles] != NULL)
		nfiles++;
	while (urls != NULL && urls[nurls] != NULL)
		nurls++;
	if (!tui_endpoints_find(&e, "prog", files, nfiles, urls, nurls, user, NULL, &err))
		fail_msg("%s", err_text(&err));
	for (size_t i = 0; i < e.n; i++) {
		const struct tui_endpoint *p = &e.list[i];
		const char *file = p->file != NULL ? strrchr(p->file, '/') + 1 : "-";

		buf_printf(&got, "%s %s %s %s%s%s|", p->url, p->username != NULL ? p->username : "-",
			   p->password != NULL ? p->password : "-", file, p->file_starts ? " starts" : "",
			   p->by_file ? " by_file" : "");
	}
	assert_string_equal(buf_str(&got), want);
	buf_release(&got);
	tui_endpoints_release(&e);
}

static void
test_lists(void **state)
{
	const char *a, *b;

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(chdir(dir), 0);
	a = write_config("a.conf", "unix:///a", "anna");
	b = write_config("b.conf", "http://b:1", "bert");
	expect_list((const char *[]){a, NULL}, NULL, NULL, "unix:///a anna pw-anna a.conf starts by_file|");
	expect_list(
	    (const char *[]){a, b, NULL}, NULL, NULL,
	    "unix:///a anna pw-anna a.conf starts by_file|http://b:1 bert pw-bert b.conf starts by_file|");
	/* One file and URLs: the file has the password, as with supervisorctl. */
	expect_list((const char *[]){a, NULL}, (const char *[]){"unix:///x", "http://u:v@y", NULL}, NULL,
		    "unix:///x anna pw-anna a.conf by_file|http://y u v a.conf|");
	/* Several files and a URL: all of them, and nobody's password for the URL. */
	expect_list(
	    (const char *[]){a, b, NULL}, (const char *[]){"ssh://web", NULL}, NULL,
	    "unix:///a anna pw-anna a.conf starts by_file|http://b:1 bert pw-bert b.conf starts by_file|"
	    "ssh://web - - -|");
	expect_list((const char *[]){a, b, NULL}, NULL, "carl",
		    "unix:///a carl pw-anna a.conf starts|http://b:1 carl pw-bert b.conf starts|");
	/* What is only found here is nobody else's. */
	write_config("supervisord.conf", "unix:///found", "found");
	expect_list(NULL, NULL, NULL, "unix:///found found pw-found supervisord.conf starts by_file|");
	expect_list(NULL, (const char *[]){"http://x:1", NULL}, NULL,
		    "http://x:1 found pw-found supervisord.conf by_file|");
	expect_list(NULL, (const char *[]){"ssh://x", NULL}, NULL, "ssh://x - - -|");
	expect_list(NULL, (const char *[]){"http://x:1", "http://y:1", NULL}, NULL,
		    "http://x:1 - - -|http://y:1 - - -|");
	unlink("a.conf");
	unlink("b.conf");
	unlink("supervisord.conf");
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(dir), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_trouble),
	    cmocka_unit_test(test_urls),
	    cmocka_unit_test(test_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
