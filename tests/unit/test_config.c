/* test_config.c: whole configurations, right and wrong. */
#include "autoconf.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <dirent.h>
#include <signal.h>

#include "config_fake.h"
#include "core/event.h"
#include "core/options_table.h"

static void
build_error(const char *name, const char *text, const char *want)
{
	struct err err = ERR_INIT;
	struct config *c = fake_config(text, NULL, &err);
	char *line;

	if (c != NULL)
		fail_msg("%s is accepted", name);
	line = xasprintf("%s\n", err_text(&err));
	if (strcmp(line, want) != 0)
		fail_msg("%s: got: %s want: %s", name, line, want);
	free(line);
	err_release(&err);
}

static struct config *
must_build(const char *text, const struct config *base)
{
	struct err err = ERR_INIT;
	struct config *c = fake_config(text, base, &err);

	if (c == NULL) {
		print_error("%s\n", err_text(&err));
		abort();
	}
	return c;
}

/* Long lists have an index: the order of first appearance stays, a name occurs once. */
static void
test_environment_long(void **state)
{
	struct env_list list = {0};

	(void)state;
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 100; i++) {
			char *name = xasprintf("V%d", i), *value = xasprintf("%d", i + round);

			env_list_set(&list, name, value);
			free(name);
			free(value);
		}
	assert_int_equal(list.n, 100);
	for (int packed = 0; packed < 2; packed++) {
		assert_int_equal(list.places.index == NULL, packed);
		assert_string_equal(list.vars[99].name, "V99");
		assert_string_equal(env_list_get(&list, "V0"), "1");
		assert_string_equal(env_list_get(&list, "V99"), "100");
		assert_null(env_list_get(&list, "V100"));
		assert_int_equal(env_list_find(&list, "V5=rest", 2), 5);
		assert_int_equal(env_list_find(&list, "V", 1), 100);
		env_list_pack(&list);
	}
	env_list_set(&list, "V7", "again");
	env_list_set(&list, "NEW", "last");
	assert_string_equal(list.vars[7].value, "again");
	assert_int_equal(env_list_find(&list, "NEW", 3), 100);
	env_list_release(&list);
}

static struct group_config *
must_find(const struct config *c, const char *name)
{
	struct group_config *g = config_group(c, name);

	if (g == NULL) {
		print_error("no group %s\n", name);
		abort();
	}
	return g;
}

/* Every file of tests/data/config/invalid has its message beside it. */
static void
test_invalid(void **state)
{
	const char *srcdir = getenv("srcdir");
	char *path = xasprintf("%s/tests/data/config/invalid", srcdir != NULL ? srcdir : ".");
	DIR *dir = opendir(path);
	const struct dirent *d;
	size_t n = 0;

	(void)state;
	assert_non_null(dir);
	while ((d = readdir(dir)) != NULL) {
		const char *dot = strrchr(d->d_name, '.');
		char *text, *want, *name;

		if (dot == NULL || strcmp(dot, ".conf") != 0)
			continue;
		name = xasprintf("%.*s.err", (int)(dot - d->d_name), d->d_name);
		text = fake_file("invalid", d->d_name);
		want = fake_file("invalid", name);
		assert_non_null(want);
		build_error(d->d_name, text, want);
		free(text);
		free(want);
		free(name);
		n++;
	}
	closedir(dir);
	free(path);
	assert_true(n > 90);
}

static struct config *
valid(const char *name)
{
	char *text = fake_file("valid", name);
	struct config *c;

	assert_non_null(text);
	c = must_build(text, NULL);
	free(text);
	return c;
}

static void
test_minimal(void **state)
{
	struct config *c = valid("minimal.conf");
	const struct supervisord_config *s = &c->supervisord;

	(void)state;
	assert_int_equal(c->ngroups, 0);
	assert_int_equal(c->nservers, 0);
	assert_null(c->server_url);
	assert_int_equal(s->minfds, 1024);
	assert_int_equal(s->minprocs, 200);
	assert_null(s->directory);
	assert_null(s->user);
	assert_int_equal(s->uid, (uid_t)-1);
	assert_int_equal(s->umask, 022);
	assert_string_equal(s->logfile, "/cwd/supervisord.log");
	assert_int_equal(s->logfile_maxbytes, 50 << 20);
	assert_int_equal(s->logfile_backups, 10);
	assert_int_equal(s->loglevel, LOG_LEVEL_INFO);
	assert_string_equal(s->pidfile, "/cwd/supervisord.pid");
	assert_string_equal(s->identifier, "supervisor");
	assert_false(s->nodaemon);
	assert_string_equal(s->childlogdir, "/tmp");
	config_free(c);
}

static void
test_tutorial(void **state)
{
	static const char *const names[] = {"test3", "test", "test2"};
	struct config *c = valid("tutorial.conf");

	(void)state;
	assert_int_equal(c->ngroups, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(c->groups[i]->name, names[i]);
		assert_int_equal(c->groups[i]->nprocs, 1);
		assert_string_equal(c->groups[i]->procs[0].name, names[i]);
		assert_int_equal(c->groups[i]->procs[0].channel[CHANNEL_STDOUT].target, LOG_TARGET_AUTO);
	}
	assert_int_equal(c->nservers, 1);
	assert_int_equal(c->servers[0].family, SERVER_UNIX);
	assert_string_equal(c->servers[0].file, "/tmp/supervisor.sock");
	assert_int_equal(c->servers[0].chmod, 0700);
	assert_string_equal(c->server_url, "unix:///tmp/supervisor.sock");
	assert_int_equal(c->nrpc_namespaces, 1);
	assert_string_equal(c->rpc_namespaces[0], "supervisor");
	config_free(c);
}

static void
check_web(const struct process_config *p, int number)
{
	char text[100];

	snprintf(text, sizeof(text), "web_%02d", number);
	assert_string_equal(p->name, text);
	snprintf(text, sizeof(text), "/bin/cat -n %d web %d", number, number);
	assert_string_equal(p->command, text);
	snprintf(text, sizeof(text), "/tmp/%d", number);
	assert_string_equal(p->directory, text);
	snprintf(text, sizeof(text), "web %d", number);
	assert_string_equal(env_list_get(&p->environment, "WHO"), text);
	snprintf(text, sizeof(text), "/tmp/web-%d.log", number);
	assert_string_equal(p->channel[CHANNEL_STDOUT].path, text);
	assert_string_equal(env_list_get(&p->environment, "SHARED"), "one, two");
	assert_string_equal(env_list_get(&p->environment, "QUOTED"), "a;b");
	assert_string_equal(env_list_get(&p->environment, "MORE"), "second, line");
	assert_int_equal(p->umask, 022);
	assert_int_equal(p->priority, 5);
	assert_false(p->autostart);
	assert_int_equal(p->autorestart, AUTORESTART_TRUE);
	assert_int_equal(p->startsecs, 7);
	assert_int_equal(p->startretries, 9);
	assert_int_equal(p->stopsignal, SIGHUP);
	assert_int_equal(p->stopwaitsecs, 4);
	assert_true(p->stopasgroup);
	assert_true(p->killasgroup);
	assert_int_equal(p->nexitcodes, 2);
	assert_int_equal(p->exitcodes[1], 2);
	assert_string_equal(p->user, "nobody");
	assert_int_equal(p->uid, 65534);
	assert_int_equal(p->channel[CHANNEL_STDOUT].maxbytes, 2048);
	assert_int_equal(p->channel[CHANNEL_STDOUT].backups, 2);
	assert_int_equal(p->channel[CHANNEL_STDOUT].capture_maxbytes, 1024);
	assert_true(p->channel[CHANNEL_STDOUT].events_enabled);
	assert_true(p->channel[CHANNEL_STDOUT].syslog);
	assert_int_equal(p->channel[CHANNEL_STDOUT].full_action, FULL_BLOCK);
	assert_int_equal(p->channel[CHANNEL_STDERR].target, LOG_TARGET_NONE);
	assert_int_equal(p->channel[CHANNEL_STDERR].full_action, FULL_DROP);
	assert_string_equal(p->serverurl, "http://elsewhere:1");
}

static void
check_daemon(const struct supervisord_config *s)
{
	assert_int_equal(s->minfds, 512);
	assert_string_equal(s->directory, "/tmp");
	assert_string_equal(s->user, "root");
	assert_int_equal(s->uid, 0);
	assert_int_equal(s->umask, 027);
	assert_string_equal(s->logfile, "/here/log");
	assert_string_equal(s->pidfile, "/cwd/pid");
	assert_int_equal(s->loglevel, LOG_LEVEL_DEBUG);
	assert_true(s->nodaemon && s->silent && s->nocleanup && s->strip_ansi);
}

static void
check_servers(const struct config *c)
{
	assert_int_equal(c->nservers, 3);
	assert_int_equal(c->servers[0].family, SERVER_INET);
	assert_string_equal(c->servers[0].host, "");
	assert_int_equal(c->servers[0].port, 9001);
	assert_null(c->servers[0].username);
	assert_string_equal(c->servers[1].section, "inet_http_server:second");
	assert_string_equal(c->servers[1].host, "localhost");
	assert_int_equal(c->servers[2].family, SERVER_UNIX);
	assert_string_equal(c->servers[2].file, "/root/sock");
	assert_int_equal(c->servers[2].chmod, 0770);
	assert_int_equal(c->servers[2].uid, 65534);
	assert_int_equal(c->servers[2].gid, 65534);
	assert_string_equal(c->servers[2].password, "%p");
	assert_string_equal(c->server_url, "unix:///root/sock");
}

static void
test_everything(void **state)
{
	struct config *c = valid("everything.conf");
	const struct group_config *g;
	size_t n;
	const struct option_row *rows = option_process_rows(&n),
				*command = option_find(SECTION_PROGRAM, "command");

	(void)state;
	check_daemon(&c->supervisord);
	check_servers(c);
	assert_int_equal(c->ngroups, 4);
	assert_string_equal(c->groups[0]->name, "ears");
	assert_int_equal(c->groups[0]->priority, -1);
	assert_int_equal(c->groups[0]->kind, GROUP_LISTENER);
	assert_int_equal(c->groups[0]->listener.buffer_size, 20);
	assert_true(c->groups[0]->listener.events[EVENT_TICK_5]);
	assert_true(c->groups[0]->listener.events[EVENT_PROCESS_STATE]);
	assert_false(c->groups[0]->listener.events[EVENT_PROCESS_STATE_FATAL]);

	g = must_find(c, "both");
	assert_int_equal(g->nprocs, 4);
	assert_string_equal(g->procs[0].name, "member");
	assert_int_equal(g->procs[0].startsecs, 7);
	for (int i = 0; i < 3; i++)
		check_web(&g->procs[i + 1], 8 + i);
	assert_int_equal(g->procs[1].nsources, n);
	assert_string_equal(g->procs[1].sources[command - rows].file, "s.conf");
	assert_int_equal(g->procs[1].sources[command - rows].line, 39);

	g = must_find(c, "fast");
	assert_int_equal(g->kind, GROUP_FCGI);
	assert_string_equal(g->fcgi.url, "unix:///tmp/fast.sock");
	assert_int_equal(g->fcgi.owner_uid, 65534);
	assert_int_equal(g->fcgi.mode, 0600);
	assert_int_equal(g->fcgi.backlog, 50);

	g = must_find(c, "alone");
	assert_true(g->procs[0].channel[CHANNEL_STDOUT].syslog);
	assert_int_equal(g->procs[0].channel[CHANNEL_STDOUT].target, LOG_TARGET_NONE);
	assert_int_equal(g->procs[0].channel[CHANNEL_STDERR].target, LOG_TARGET_NONE);
	assert_int_equal(c->nmessages, 2);
	assert_string_equal(c->messages[0].text,
			    "For [program:alone], stdout_logfile=syslog but this is deprecated and "
			    "will be removed.  Use stdout_syslog=true to enable syslog instead.");
	assert_string_equal(c->messages[1].text,
			    "For [program:alone], redirect_stderr=true but stderr_logfile has also "
			    "been set to a filename, the filename has been ignored");
	assert_null(config_group(c, "web"));
	config_free(c);
}

/* NULL: refused. */
static const struct {
	const char *socket, *url, *host;
	int port;
} fcgi_sockets[] = {
    {"unix:///a/../b//c", "unix:///b/c", NULL, 0},
    {"tcp://localhost:9000", "tcp://localhost:9000", "localhost", 9000},
    {"tcp://WWW.Example.ORG:1", "tcp://www.example.org:1", "www.example.org", 1},
    {"tcp://127.0.0.1:65535", "tcp://127.0.0.1:65535", "127.0.0.1", 65535},
    {"tcp://[::1]:9000", "tcp://[::1]:9000", "::1", 9000},
    {"tcp://[2001:DB8::1]:007", "tcp://[2001:db8::1]:7", "2001:db8::1", 7},
    {"tcp://[::1]", NULL, NULL, 0},
    {"tcp://[::1:9000", NULL, NULL, 0},
    {"tcp://[]:9000", NULL, NULL, 0},
    {"tcp://[host]:9000", NULL, NULL, 0},
    {"tcp://::1:9000", NULL, NULL, 0},
    {"tcp://:9000", NULL, NULL, 0},
    {"tcp://host", NULL, NULL, 0},
    {"tcp://host:", NULL, NULL, 0},
    {"tcp://host:x", NULL, NULL, 0},
    {"tcp://host:0", NULL, NULL, 0},
    {"tcp://host:65536", NULL, NULL, 0},
    {"tcp://a b:1", NULL, NULL, 0},
    {"unix://relative", NULL, NULL, 0},
    {"/a/path", NULL, NULL, 0},
};

static void
test_fcgi_sockets(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(fcgi_sockets) / sizeof(fcgi_sockets[0]); i++) {
		char *text = xasprintf("[supervisord]\n[fcgi-program:f]\ncommand=/bin/cat\nsocket=%s\n",
				       fcgi_sockets[i].socket);
		struct err err = ERR_INIT;
		struct config *c = fake_config(text, NULL, &err);
		const char *url = c != NULL ? must_find(c, "f")->fcgi.url : NULL;

		if (url == NULL ? fcgi_sockets[i].url != NULL
				: fcgi_sockets[i].url == NULL || strcmp(url, fcgi_sockets[i].url) != 0)
			fail_msg("%s: got %s (%s)", fcgi_sockets[i].socket, url, err.what);
		if (fcgi_sockets[i].host != NULL) {
			assert_string_equal(must_find(c, "f")->fcgi.host, fcgi_sockets[i].host);
			assert_int_equal(must_find(c, "f")->fcgi.port, fcgi_sockets[i].port);
		}
		config_free(c);
		err_release(&err);
		free(text);
	}
}

/* A command of 10 KB, a name of 200 characters, a value of 1 MiB. */
static void
test_long(void **state)
{
	struct buf text = BUF_INIT(4U << 20);
	struct config *c;

	(void)state;
	buf_puts(&text, "[supervisord]\n[program:");
	for (int i = 0; i < 200; i++)
		buf_putc(&text, 'n');
	buf_puts(&text, "]\ncommand=/bin/echo ");
	for (int i = 0; i < 10240; i++)
		buf_putc(&text, i % 7 == 0 ? ' ' : 'x');
	buf_puts(&text, "y\nenvironment=BIG=\"");
	for (int i = 0; i < (1 << 20) - 6; i++)
		buf_putc(&text, 'v');
	buf_puts(&text, "\"\n");
	c = must_build(buf_str(&text), NULL);
	assert_int_equal(strlen(c->groups[0]->procs[0].name), 200);
	assert_int_equal(strlen(c->groups[0]->procs[0].command), 10 + 10240 + 1);
	assert_int_equal(strlen(env_list_get(&c->groups[0]->procs[0].environment, "BIG")), (1 << 20) - 6);
	config_free(c);
	buf_release(&text);
}

/* Processes of one name: the later one stays. Groups of one name: the first one is found. */
static void
test_collisions(void **state)
{
	struct config *c =
	    must_build("[supervisord]\n[program:b]\ncommand=b\nnumprocs=3\n"
		       "process_name=x%(process_num).0s\n[group:a]\nprograms=c,c\n[program:a]\ncommand=a\n"
		       "[program:c]\ncommand=c\n",
		       NULL);

	(void)state;
	assert_int_equal(c->ngroups, 3);
	assert_int_equal(must_find(c, "b")->nprocs, 1);
	assert_string_equal(must_find(c, "a")->section, "group:a");
	assert_int_equal(must_find(c, "a")->nprocs, 1);
	config_free(c);
}

static void
test_numprocs_none(void **state)
{
	struct config *c = must_build("[supervisord]\n[program:a]\nnumprocs=0\n", NULL);

	(void)state;
	assert_int_equal(c->ngroups, 1);
	assert_int_equal(c->groups[0]->nprocs, 0);
	config_free(c);
}

static void
test_overrides(void **state)
{
	static const struct config_override overrides[] = {{"logfile", "/tmp/%(x)s"},
							   {"nodaemon", "true"},
							   {"user", "web"},
							   {"umask", "077"},
							   {"minfds", "7"}};
	struct config_input input = {
	    .world = &fake_world, .file = "s.conf", .here = "/here", .overrides = overrides, .noverrides = 5};
	static const char text[] = "[supervisord]\nlogfile=x\nuser=root\nminfds=9\n";
	struct err err = ERR_INIT;
	struct ini *ini = ini_new();
	struct config *c;

	(void)state;
	assert_true(ini_read(ini, "s.conf", text, strlen(text), &err));
	c = config_build(ini, &input, &err);
	assert_non_null(c);
	assert_string_equal(c->supervisord.logfile, "/tmp/%(x)s");
	assert_true(c->supervisord.nodaemon);
	assert_int_equal(c->supervisord.uid, 33);
	assert_int_equal(c->supervisord.gid, 34);
	assert_int_equal(c->supervisord.umask, 077);
	assert_int_equal(c->supervisord.minfds, 7);
	config_free(c);
	ini_free(ini);
}

/* Names that [supervisord] environment= once gave stay known to later readings. */
/* The command line's values have been checked before, but [supervisord] decides when they are converted. */
static void
test_bad_override(void **state)
{
	static const struct config_override override = {"umask", "9"};
	struct config_input input = {
	    .world = &fake_world, .file = "s.conf", .here = "/here", .overrides = &override, .noverrides = 1};
	struct err err = ERR_INIT;
	struct ini *ini = ini_new();

	(void)state;
	assert_true(ini_read(ini, "s.conf", "[supervisord]\n", 14, &err));
	assert_null(config_build(ini, &input, &err));
	assert_string_equal(err.what, "9 can not be converted to an octal type");
	err_release(&err);
	ini_free(ini);
}

/* Errors that need more than one line to come about. */
static void
test_more_errors(void **state)
{
	(void)state;
	build_error("arguments of the interface",
		    "[supervisord]\n[inet_http_server]\nport=1\n[rpcinterface:x]\n"
		    "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface "
		    "[extra]\nother=%(ENV_PATH)s\n",
		    "Could not make x rpc interface: its factory takes no other options; see s.conf:4: "
		    "[rpcinterface:x]\n");
	build_error("user of a socket",
		    "[supervisord]\n[fcgi-program:f]\nuser=none\nsocket=unix:///x\ncommand=/bin/cat\n",
		    "Invalid user name none; see s.conf:3: [fcgi-program:f] user (accepted: a user's name or "
		    "number that this "
		    "system knows)\n");
	build_error(
	    "backlog",
	    "[supervisord]\n[fcgi-program:f]\nsocket_backlog=many\nsocket=unix:///x\ncommand=/bin/cat\n",
	    "invalid literal for int() with base 10: 'many'; see s.conf:3: [fcgi-program:f] socket_backlog "
	    "(accepted: a whole number)\n");
	build_error(
	    "buffer", "[supervisord]\n[eventlistener:l]\nevents=EVENT\nbuffer_size=many\ncommand=/bin/cat\n",
	    "invalid literal for int() with base 10: 'many'; see s.conf:4: [eventlistener:l] buffer_size "
	    "(accepted: a whole number)\n");
}

/* Interfaces with arguments harm nobody when no server makes them; an empty name asks for no credentials. */
static void
test_servers(void **state)
{
	struct config *c;

	(void)state;
	c = must_build(
	    "[supervisord]\n[rpcinterface:x]\n"
	    "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\nother=1\n",
	    NULL);
	assert_int_equal(c->nrpc_namespaces, 1);
	assert_null(c->server_url);
	config_free(c);
	c = must_build("[supervisord]\n[inet_http_server:a]\nport=Host:1\nusername=\npassword=\n[inet_http_"
		       "server:b]\nport=*:2\n",
		       NULL);
	assert_null(c->servers[0].username);
	assert_null(c->servers[0].password);
	assert_string_equal(c->servers[0].host, "host");
	assert_string_equal(c->server_url, "http://localhost:2");
	config_free(c);
}

/* The socket belongs to the program's user, unless it is said whose it is, or the user is ours. */
static void
test_owner_of_a_socket(void **state)
{
	static const struct {
		const char *lines;
		uid_t uid;
		gid_t gid;
	} rows[] = {
	    {"", (uid_t)-1, (gid_t)-1},
	    {"user=web\n", 33, 34},
	    {"user=root\n", (uid_t)-1, (gid_t)-1},
	    {"user=web\nsocket_owner=nobody:root\n", 65534, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = xasprintf(
		    "[supervisord]\n[fcgi-program:f]\nsocket=unix:///x\ncommand=/bin/cat\n%s", rows[i].lines);
		struct config *c = must_build(text, NULL);

		assert_int_equal(must_find(c, "f")->fcgi.owner_uid, rows[i].uid);
		assert_int_equal(must_find(c, "f")->fcgi.owner_gid, rows[i].gid);
		config_free(c);
		free(text);
	}
}

static void
test_environment_names_stay(void **state)
{
	static const char program[] = "[program:a]\ncommand=%(ENV_X)s\n";
	char *first = xasprintf("[supervisord]\nenvironment=X=\"1\"\n%s", program);
	char *second = xasprintf("[supervisord]\n%s", program);
	struct err err = ERR_INIT;
	struct config *a = must_build(first, NULL), *b;

	(void)state;
	b = must_build(second, a);
	assert_string_equal(b->groups[0]->procs[0].command, "1");
	assert_null(fake_config(second, NULL, &err));
	err_release(&err);
	config_free(a);
	config_free(b);
	free(first);
	free(second);
}

/* What an earlier reading has stays the same object, with its new lines; what differs is another one. */
static void
test_sharing(void **state)
{
	struct config *a =
			  must_build("[supervisord]\n[program:a]\ncommand=a\n[program:b]\ncommand=b\n", NULL),
		      *b;
	const struct group_config *shared;
	size_t n;
	const struct option_row *rows = option_process_rows(&n),
				*command = option_find(SECTION_PROGRAM, "command");

	(void)state;
	b = must_build("[supervisord]\n\n\n[program:a]\ncommand=a\n[program:b]\ncommand=c\n", a);
	shared = must_find(b, "a");
	assert_ptr_equal(shared, must_find(a, "a"));
	assert_int_equal(shared->refs, 2);
	assert_int_equal(shared->procs[0].sources[command - rows].line, 5);
	assert_ptr_not_equal(must_find(b, "b"), must_find(a, "b"));
	config_free(a);
	assert_int_equal(shared->refs, 1);
	assert_int_equal(shared->procs[0].sources[command - rows].line, 5);
	config_free(b);
}

static void
check_text(const char *text, const char *const *want, size_t nwant, size_t nerrors)
{
	struct config_input input = {.world = &fake_world, .file = "s.conf", .here = "/here"};
	struct config_problems list = {0};
	struct err err = ERR_INIT;
	struct ini *ini = ini_new();

	assert_true(ini_read(ini, "s.conf", text, strlen(text), &err));
	config_check(ini, &input, &list);
	for (size_t i = 0; i < list.n && i < nwant; i++)
		assert_string_equal(list.problems[i].text, want[i]);
	assert_int_equal(list.n, nwant);
	assert_int_equal(list.nerrors, nerrors);
	config_problems_release(&list);
	ini_free(ini);
}

/* --test-config lists all of it. */
static void
test_check(void **state)
{
	static const char text[] =
	    "[supervisord]\nminfds=x\nnodeamon=true\n[progam:x]\n[program:a]\ncommand=a\n"
	    "autostart=maybe\nstopsingal=TERM\numask=9\nstdout_logfile_maxbytes=0\n[program:b]\n"
	    "[zzz]\n[inet_http_server]\nport=x\n[eventlistener:e]\ncommand=e\nevents=TOCK\n"
	    "[DEFAULT]\nanything=1\n";
	static const char *const want[] = {
	    "s.conf:2: [supervisord] minfds: invalid literal for int() with base 10: 'x' (accepted: a whole "
	    "number)",
	    "s.conf:7: [program:a] autostart: not a valid boolean value: 'maybe' in section 'program:a' "
	    "(file: 's.conf') "
	    "(accepted: true, yes, on, 1, false, no, off, 0)",
	    "s.conf:9: [program:a] umask: 9 can not be converted to an octal type in section 'program:a' "
	    "(file: 's.conf') "
	    "(accepted: an octal number, such as 022)",
	    "s.conf:11: [program:b] command: program section program:b does not specify a command in section "
	    "'program:b' "
	    "(file: 's.conf')",
	    "s.conf:17: [eventlistener:e] events: Unknown event type TOCK in [eventlistener:e] events "
	    "(accepted: names of "
	    "event types, separated by commas, such as PROCESS_STATE, PROCESS_LOG, TICK_60, EVENT)",
	    "s.conf:14: [inet_http_server] port: not a valid port number: 'x'  (accepted: PORT, *:PORT or "
	    "HOST:PORT, the "
	    "port from 1 to 65535)",
	    "s.conf:10: [program:a] stdout_logfile_maxbytes: For [program:a], AUTO logging used for "
	    "stdout_logfile without rollover, set maxbytes > "
	    "0 to avoid "
	    "filling up filesystem unintentionally",
	    "s.conf:13: [inet_http_server]: without an [rpcinterface:supervisor] supervisorctl cannot work",
	    "s.conf:3: [supervisord] nodeamon: unknown option, ignored: did you mean 'nodaemon'?",
	    "s.conf:4: [progam:x]: unknown section, ignored: did you mean [program:x]?",
	    "s.conf:8: [program:a] stopsingal: unknown option, ignored: did you mean 'stopsignal'?",
	    "s.conf:12: [zzz]: unknown section, ignored",
	};
	static const char *const quotes[] = {
	    "s.conf:3: [program:a] command: cannot be started: No closing quotation (a blank and ';' begin a "
	    "comment, between quotes too)",
	};
	static const char *const colons[] = {
	    "s.conf:2: [program]: unknown section, ignored: did you mean [program:NAME]?",
	    "s.conf:3: [supervisord:x]: unknown section, ignored: did you mean [supervisord]?",
	};
	static const char *const empty[] = {"s.conf:3: [program:a] command: cannot be started: it is empty"};
	/* And not also that there is no command. */
	static const char *const expansion[] = {
	    "s.conf:3: [program:a] command: Format string '%(x)s' for 'program:a.command' contains names "
	    "('x') "
	    "which cannot be expanded. Available names: ENV_HOME, ENV_LC_CTYPE, ENV_PATH, group_name, here, "
	    "host_node_name, numprocs, process_num, program_name in section 'program:a' (file: 's.conf')",
	};

	/* These are read without complaint, and then do not work. */
	static const char *const servers[] = {
	    "s.conf:3: [unix_http_server] file: the socket cannot be made: there is no directory /nowhere",
	    "s.conf:2: [unix_http_server]: without an [rpcinterface:supervisor] supervisorctl cannot work",
	};
	static const char *const taken[] = {
	    "s.conf:3: [unix_http_server] file: '/tmp/file' exists and is not a socket; remove it, or set "
	    "another file=",
	    "s.conf:2: [unix_http_server]: without an [rpcinterface:supervisor] supervisorctl cannot work",
	};
	static const char *const same_places[] = {
	    "s.conf:7: [inet_http_server:b] port: the server cannot be opened: [inet_http_server] listens "
	    "there",
	    "s.conf:9: [inet_http_server:b] password: nobody can log in: {SHA} is followed by 40 hexadecimal "
	    "digits, in lower case",
	    "s.conf:13: [unix_http_server:d] file: the server cannot be opened: [unix_http_server:c] listens "
	    "there",
	};
	static const char *const sockets[] = {
	    "s.conf:3: [group:g] programs: p is run as an ordinary program here, without its socket",
	    "s.conf:9: [fcgi-program:q] socket: the socket cannot be made: there is no directory /nowhere",
	};
	static const char *const bracket[] = {
	    "s.conf:2: [supervisord] [program: unknown option, ignored: a section that lacks its ']'?",
	    "s.conf:3: [supervisord] command: unknown option, ignored",
	};

	static const char *const places[] = {
	    "s.conf:6: [program:a] directory: the program cannot be started: there is no directory "
	    "'/nowhere'",
	    "s.conf:9: [program:b] directory: the program cannot be started: there is no directory ''",
	};
	static const char *const listeners[] = {
	    "s.conf:5: [eventlistener:e] stdout_capture_maxbytes: without effect on an event listener",
	    "s.conf:6: [eventlistener:e] stdout_events_enabled: without effect on an event listener",
	    "s.conf:7: [eventlistener:e] stdout_syslog: without effect on an event listener",
	};
	static const char *const repeated[] = {
	    "s.conf:4: [program:a]: begun already at s.conf:2: both are one section, and of an option in "
	    "both the "
	    "last value holds",
	};

	(void)state;
	check_text("[supervisord]\n[group:g]\nprograms=a,b\n[program:a]\ncommand=a\ndirectory=/nowhere\n"
		   "[program:b]\ncommand=b\ndirectory=\n[program:c]\ncommand=c\ndirectory=/tmp\n",
		   places, 2, 0);
	check_text("[supervisord]\n[eventlistener:e]\ncommand=e\nevents=TICK_5\nstdout_capture_maxbytes=1KB\n"
		   "stdout_events_enabled=true\nstdout_syslog=true\nstderr_syslog=true\nstderr_events_"
		   "enabled=true\n",
		   listeners, 3, 0);
	check_text("[supervisord]\n[program:a]\ncommand=a\n[program:a]\ncommand=b\n", repeated, 1, 0);
	check_text("[supervisord]\n[unix_http_server]\nfile=/nowhere/s.sock\n", servers, 2, 0);
	check_text("[supervisord]\n[unix_http_server]\nfile=/tmp/file\n", taken, 2, 1);
	check_text("[supervisord]\n[unix_http_server]\nfile=/tmp/s.sock\n[rpcinterface:supervisor]\n"
		   "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n",
		   NULL, 0, 0);
	check_text("[supervisord]\n[inet_http_server]\nport=localhost:9001\nusername=u\n"
		   "password={SHA}5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8\n"
		   "[inet_http_server:b]\nport=localhost:9001\nusername=u\n"
		   "password={SHA}5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8\n"
		   "[unix_http_server:c]\nfile=/tmp/s.sock\n[unix_http_server:d]\nfile=/tmp/s.sock\n"
		   "[rpcinterface:supervisor]\n"
		   "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n",
		   same_places, 3, 0);
	check_text(
	    "[supervisord]\n[group:g]\nprograms=p\n[fcgi-program:p]\nsocket=unix:///tmp/p.sock\ncommand=p\n"
	    "[fcgi-program:q]\ncommand=q\nsocket=unix:///nowhere/q.sock\n",
	    sockets, 2, 0);
	check_text("[supervisord]\n[program:a\ncommand=a\n", bracket, 2, 0);
	check_text(text, want, sizeof(want) / sizeof(want[0]), 6);
	check_text("[supervisord]\n[program:a]\ncommand=a\n", NULL, 0, 0);
	check_text("[supervisord]\n[program:a]\ncommand=sh -c 'a ; b'\n", quotes, 1, 0);
	check_text("[supervisord]\n[program:a]\ncommand=\n", empty, 1, 0);
	check_text("[supervisord]\n[program]\n[supervisord:x]\n", colons, 2, 0);
	check_text("[supervisord]\n[program:a]\ncommand=%(x)s\n", expansion, 1, 1);
}

/* Each invalid file gives at least one error there too, and reading on after it is safe. */
static void
test_check_everything_invalid(void **state)
{
	struct config_input input = {.world = &fake_world, .file = "s.conf", .here = "/here"};
	const char *srcdir = getenv("srcdir");
	char *path = xasprintf("%s/tests/data/config/invalid", srcdir != NULL ? srcdir : ".");
	DIR *dir = opendir(path);
	const struct dirent *d;

	(void)state;
	assert_non_null(dir);
	while ((d = readdir(dir)) != NULL) {
		struct config_problems list = {0};
		struct err err = ERR_INIT;
		struct ini *ini = ini_new();
		char *text = strstr(d->d_name, ".conf") != NULL ? fake_file("invalid", d->d_name) : NULL;

		if (text != NULL && ini_read(ini, "s.conf", text, strlen(text), &err)) {
			config_check(ini, &input, &list);
			if (list.nerrors == 0)
				fail_msg("%s has no error", d->d_name);
		}
		config_problems_release(&list);
		err_release(&err);
		ini_free(ini);
		free(text);
	}
	closedir(dir);
	free(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_invalid),
	    cmocka_unit_test(test_minimal),
	    cmocka_unit_test(test_tutorial),
	    cmocka_unit_test(test_everything),
	    cmocka_unit_test(test_fcgi_sockets),
	    cmocka_unit_test(test_long),
	    cmocka_unit_test(test_collisions),
	    cmocka_unit_test(test_numprocs_none),
	    cmocka_unit_test(test_overrides),
	    cmocka_unit_test(test_bad_override),
	    cmocka_unit_test(test_more_errors),
	    cmocka_unit_test(test_servers),
	    cmocka_unit_test(test_owner_of_a_socket),
	    cmocka_unit_test(test_environment_names_stay),
	    cmocka_unit_test(test_sharing),
	    cmocka_unit_test(test_environment_long),
	    cmocka_unit_test(test_check),
	    cmocka_unit_test(test_check_everything_invalid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
