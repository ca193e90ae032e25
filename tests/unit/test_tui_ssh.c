/* What is said about ssh:// and to ssh: URLs that were put together by others, the command line, the sentences. */
#include "autoconf.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <unistd.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <cmocka.h>

#include "base/buf.h"
#include "tui/tui_ssh_dir.h"
#include "tui/tui_ssh_url.h"

static void
good(const char *url, const char *user, const char *host, int port, const char *path)
{
	struct tui_ssh_url u;
	struct err err = ERR_INIT;

	if (!tui_ssh_url_parse(&u, url, &err))
		fail_msg("%s: %s", url, err_text(&err));
	assert_string_equal(u.user != NULL ? u.user : "-", user);
	assert_string_equal(u.host, host);
	assert_int_equal(u.port, port);
	assert_string_equal(u.path != NULL ? u.path : "-", path);
	tui_ssh_url_release(&u);
	err_release(&err);
}

static void
bad(const char *url, const char *why)
{
	struct tui_ssh_url u;
	struct err err = ERR_INIT;

	if (tui_ssh_url_parse(&u, url, &err))
		fail_msg("%s was taken", url);
	if (strstr(err_text(&err), why) == NULL)
		fail_msg("%s: '%s' does not say '%s'", url, err_text(&err), why);
	tui_ssh_url_release(&u);
	err_release(&err);
}

static void
test_urls(void **state)
{
	(void)state;
	assert_true(tui_ssh_is_url("ssh://a"));
	assert_true(tui_ssh_is_url("SSH://a"));
	assert_false(tui_ssh_is_url("ssh:/a"));
	assert_false(tui_ssh_is_url("unix:///ssh://a"));
	good("ssh://web-03", "-", "web-03", 0, "-");
	good("ssh://web-03/", "-", "web-03", 0, "-");
	good("ssh://anna@web-03:2222/run/s.sock", "anna", "web-03", 2222, "/run/s.sock");
	good("ssh://[::1]", "-", "::1", 0, "-");
	good("ssh://anna@[fe80::1]:22/s", "anna", "fe80::1", 22, "/s");
	good("ssh://h/a%20b:c", "-", "h", 0, "/a b:c");
	good("ssh://h/a@b", "-", "h", 0, "/a@b");
	good("ssh://h:65535", "-", "h", 65535, "-");
	good("ssh://my_alias.example", "-", "my_alias.example", 0, "-");
}

/* None of them may come to be an option of ssh, a word of a shell, or another host. */
static void
test_hostile_urls(void **state)
{
	char *longest = malloc(10000);

	(void)state;
	bad("ssh://", "cannot be a host");
	bad("ssh:///run/s.sock", "cannot be a host");
	bad("ssh://-oProxyCommand=id", "cannot be a host");
	bad("ssh://-oProxyCommand=id/run/s", "cannot be a host");
	bad("ssh://%2doProxyCommand=id", "cannot be a host");
	bad("ssh://[-oProxyCommand=id]", "cannot be a host");
	bad("ssh://anna@-x", "cannot be a host");
	bad("ssh://-l@h", "cannot be a user's name");
	bad("ssh://%2dl@h", "cannot be a user's name");
	bad("ssh://a;id@h", "cannot be a user's name");
	bad("ssh://@h", "cannot be a user's name");
	bad("ssh://h%3bid", "cannot be a host");
	bad("ssh://h$(id)", "cannot be a host");
	bad("ssh://h`id`", "cannot be a host");
	bad("ssh://h h", "cannot be a host");
	bad("ssh://h%0ah", "cannot be a host");
	bad("ssh://h%00h", "cannot be a host");
	bad("ssh://h%2fh", "cannot be a host");
	bad("ssh://h%", "cannot be a host");
	bad("ssh://h%4", "cannot be a host");
	bad("ssh://a@b@h", "cannot be a user's name");
	bad("ssh://a:secret@h", "cannot hold a password");
	bad("ssh://[::1", "not an address in brackets");
	bad("ssh://[::1]22", "not an address in brackets");
	bad("ssh://h:", "is not a port");
	bad("ssh://h:0", "is not a port");
	bad("ssh://h:-1", "is not a port");
	bad("ssh://h:65536", "is not a port");
	bad("ssh://h:99999999999999999999", "is not a port");
	bad("ssh://h:22x", "is not a port");
	bad("ssh://h/a%00b", "is not a path");
	bad("ssh://h/a%0ab", "cannot forward the path");
	bad("ssh://h/a%25h", "cannot forward the path");
	bad("ssh://h/${HOME}/s", "cannot forward the path");
	bad("http://h", "not an ssh:// URL");
	memset(longest, 'a', 9999);
	longest[9999] = '\0';
	memcpy(longest, "ssh://h/", 8);
	longest[200] = '\0';
	bad(longest, "longer than that of a socket");
	longest[200] = 'a';
	bad(longest, "not an ssh:// URL");
	free(longest);
}

/* The words from BatchMode on: what stands before them is fixed. */
static char *
line_of(const char *url, const char *directory, bool batch)
{
	struct tui_ssh_url u;
	struct err err = ERR_INIT;
	struct buf out = BUF_INIT(16384);
	char **argv;
	bool shown = false;

	assert_true(tui_ssh_url_parse(&u, url, &err));
	argv = tui_ssh_argv(&u, directory, batch);
	assert_string_equal(argv[0], "ssh");
	for (size_t i = 1; argv[i] != NULL; i++) {
		shown = shown || strncmp(argv[i], "BatchMode", 9) == 0;
		if (shown)
			buf_printf(&out, "%s|", argv[i]);
	}
	tui_ssh_argv_free(argv);
	tui_ssh_url_release(&u);
	return buf_steal(&out);
}

static void
test_command_line(void **state)
{
	char *line;

	(void)state;
	line = line_of("ssh://anna@web-03:2222/run/s.sock", "/run/user/0/x", true);
	assert_string_equal(line, "BatchMode=yes|-l|anna|-p|2222|-L|/run/user/0/x/0:/run/s.sock|--|web-03|");
	free(line);
	line = line_of("ssh://web-03/a:b%5cc", "/t:m", false);
	assert_string_equal(line, "BatchMode=no|-L|/t\\:m/0:/a\\:b\\\\c|--|web-03|");
	free(line);
	line = line_of("ssh://web-03", "/t", false);
	assert_non_null(strstr(line, "|-L|/t/0:/var/run/supervisor.sock|-L|/t/1:/tmp/supervisor.sock|"));
	free(line);
}

static void
ended(const char *url, const char *said, int status, const char *want)
{
	struct tui_ssh_url u;
	struct err err = ERR_INIT;
	char *why;

	assert_true(tui_ssh_url_parse(&u, url, &err));
	why = tui_ssh_why_ended(&u, said, status, NULL);
	assert_string_equal(why, want);
	free(why);
	tui_ssh_url_release(&u);
}

static void
test_why_it_ended(void **state)
{
	(void)state;
	ended("ssh://nohost", "ssh: Could not resolve hostname nohost: Name or service not known\r\n",
	      255 << 8, "ssh nohost: the host is not known (look at the name, or at ~/.ssh/config)");
	ended("ssh://h:23", "ssh: connect to host h port 23: Connection refused\r\n", 255 << 8,
	      "ssh h:23: nothing takes ssh connections there (does sshd run, and is this its port?)");
	ended("ssh://anna@h:23", "anna@h: Permission denied (publickey,password).\r\n", 255 << 8,
	      "ssh anna@h:23: it does not let this user in (look whether this works: ssh -p 23 anna@h)");
	ended("ssh://h", "No ED25519 host key is known for h and ...\r\nHost key verification failed.\r\n",
	      255 << 8, "ssh h: its host key is not known yet (run once: ssh h)");
	ended("ssh://h",
	      "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.\r\n",
	      255 << 8,
	      "ssh h: its host key is another than before (if that is right: ssh-keygen -R h, then ssh h)");
	ended("ssh://h", "Timeout, server h not responding.\r\n", 255 << 8, "ssh h: the line is dead");
	/* What other channels say is not about us. */
	ended("ssh://h", "something else\nchannel 3: open failed: connect failed: Connection refused\r\n\n",
	      255 << 8, "ssh h: something else");
	ended("ssh://h", "ssh: a message of tomorrow\n", 255 << 8, "ssh h: a message of tomorrow");
	ended("ssh://h", "", 9, "ssh h: ssh was ended by signal 9");
	ended("ssh://h", "", 0, "ssh h: ssh was ended");
	ended("ssh://h", "\r\n\n", 3 << 8, "ssh h: ssh ended with status 3");
}

/* Later, ssh is not let ask: that may be all. */
static void
test_why_it_does_not_return(void **state)
{
	struct tui_ssh_url u;
	struct err err = ERR_INIT;
	char *why;

	(void)state;
	assert_true(tui_ssh_url_parse(&u, "ssh://h", &err));
	why = tui_ssh_why_ended(&u, "h: Permission denied (publickey,password).\r\n", 255 << 8, ":login");
	assert_string_equal(why, "ssh h may want to ask: :login (it does not let this user in)");
	free(why);
	/* Where there is nothing to ask, what mends it is said as ever. */
	why = tui_ssh_why_ended(&u, "ssh: connect to host h port 22: Connection refused\r\n", 255 << 8,
				":login");
	assert_string_equal(
	    why, "ssh h: nothing takes ssh connections there (does sshd run, and is this its port?)");
	free(why);
	tui_ssh_url_release(&u);
}

static void
test_why_it_leads_nowhere(void **state)
{
	struct tui_ssh_url u;
	struct err err = ERR_INIT;
	char *why;

	(void)state;
	assert_true(tui_ssh_url_parse(&u, "ssh://h/run/s", &err));
	why = tui_ssh_why_nowhere(&u);
	assert_string_equal(why,
			    "nothing answers at /run/s on h: no daemon, no permission, or sshd forbids it "
			    "(AllowStreamLocalForwarding)");
	free(why);
	tui_ssh_url_release(&u);
	assert_true(tui_ssh_url_parse(&u, "ssh://anna@h", &err));
	why = tui_ssh_why_nowhere(&u);
	assert_string_equal(
	    why, "no supervisord that may be opened at the usual places on anna@h (give its socket: "
		 "ssh://anna@h/path/of/socket)");
	free(why);
	tui_ssh_url_release(&u);
}

/* Directories */

static char base[] = "/tmp/cvu.XXXXXX";

static const char *
under(const char *name)
{
	static char path[4][128];
	static unsigned n;
	char *out = path[n++ % 4];

	snprintf(out, sizeof(path[0]), "%s/%s", base, name);
	return out;
}

static void
make_socket(const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	assert_int_equal(bind(fd, (const struct sockaddr *)&a, sizeof(a)), 0);
	close(fd);
}

static bool
exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static void
test_directory(void **state)
{
	struct tui_ssh_dir dir, other;
	struct err err = ERR_INIT;
	struct stat st;
	char inside[128], made[128];
	int held;

	(void)state;
	assert_non_null(mkdtemp(base));
	setenv("XDG_RUNTIME_DIR", base, 1);
	/* Left behind by a killed one; of one that lives; not ours: a link, another mode, another name. */
	mkdir(under("cvisor-ssh.killed"), 0700);
	make_socket(under("cvisor-ssh.killed/0"));
	mkdir(under("cvisor-ssh.living"), 0700);
	make_socket(under("cvisor-ssh.living/0"));
	held = open(under("cvisor-ssh.living"), O_RDONLY | O_DIRECTORY);
	assert_int_equal(flock(held, LOCK_EX | LOCK_NB), 0);
	mkdir(under("target"), 0700);
	make_socket(under("target/0"));
	assert_int_equal(symlink("target", under("cvisor-ssh.linked")), 0);
	mkdir(under("cvisor-ssh.opened"), 0700);
	chmod(under("cvisor-ssh.opened"), 0755);
	close(creat(under("cvisor-ssh.filled"), 0600));
	mkdir(under("cvisor-ssh.worthy"), 0700);
	close(creat(under("cvisor-ssh.worthy/file"), 0600));

	assert_true(tui_ssh_dir_make(&dir, &err));
	assert_int_equal(stat(dir.path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(strncmp(dir.path, base, strlen(base)), 0);
	assert_false(exists(under("cvisor-ssh.killed")));
	assert_true(exists(under("cvisor-ssh.living/0")));
	assert_true(exists(under("target/0")));
	assert_true(exists(under("cvisor-ssh.linked")));
	assert_true(exists(under("cvisor-ssh.opened")));
	assert_true(exists(under("cvisor-ssh.filled")));
	assert_true(exists(under("cvisor-ssh.worthy/file")));

	/* Two at once leave each other alone. */
	assert_true(tui_ssh_dir_make(&other, &err));
	assert_true(exists(dir.path));
	assert_string_not_equal(dir.path, other.path);
	tui_ssh_dir_remove(&other);

	snprintf(inside, sizeof(inside), "%s/0", dir.path);
	make_socket(inside);
	snprintf(made, sizeof(made), "%s", dir.path);
	tui_ssh_dir_remove(&dir);
	assert_false(exists(made));
	close(held);

	/* Not a directory of ours: /tmp it is. */
	setenv("XDG_RUNTIME_DIR", "relative", 1);
	assert_true(tui_ssh_dir_make(&dir, &err));
	assert_int_equal(strncmp(dir.path, "/tmp/cvisor-ssh.", 16), 0);
	tui_ssh_dir_remove(&dir);
	tui_ssh_dir_remove(&dir);

	unlink(under("cvisor-ssh.living/0"));
	unlink(under("target/0"));
	unlink(under("cvisor-ssh.linked"));
	unlink(under("cvisor-ssh.filled"));
	unlink(under("cvisor-ssh.worthy/file"));
	rmdir(under("cvisor-ssh.living"));
	rmdir(under("target"));
	rmdir(under("cvisor-ssh.opened"));
	rmdir(under("cvisor-ssh.worthy"));
	assert_int_equal(rmdir(base), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_urls),
	    cmocka_unit_test(test_hostile_urls),
	    cmocka_unit_test(test_command_line),
	    cmocka_unit_test(test_why_it_ended),
	    cmocka_unit_test(test_why_it_does_not_return),
	    cmocka_unit_test(test_why_it_leads_nowhere),
	    cmocka_unit_test(test_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
