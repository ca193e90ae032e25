/*
 * callers.c: see callers.h. getpwuid is not used: it may ask a directory service, and hold up the whole daemon while that
 * does not answer, in the very incident that somebody looks into.
 */
#include "autoconf.h"

#include "daemon/callers.h"

#include <fcntl.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define COMMAND_MAX 64
#define USER_MAX 64

/* Lines that begin with a sign are for a directory service. */
static bool
is_user(const struct passwd *pw, uid_t uid)
{
	return pw->pw_uid == uid && pw->pw_name[0] != '+' && pw->pw_name[0] != '-';
}

/* False: the file has no such user. */
static bool
find_user(uid_t uid, char name[USER_MAX])
{
	FILE *file = fopen("/etc/passwd", "re");
	const struct passwd *pw = NULL;

	if (file == NULL)
		return false;
	while ((pw = fgetpwent(file)) != NULL && !is_user(pw, uid))
		;
	if (pw != NULL)
		snprintf(name, USER_MAX, "%s", pw->pw_name);
	fclose(file);
	return pw != NULL;
}

/* "" when the process has gone, or /proc hides it. */
static void
find_command(pid_t pid, char command[COMMAND_MAX])
{
	char path[64];
	ssize_t n;
	int fd;

	command[0] = '\0';
	snprintf(path, sizeof(path), "/proc/%ld/comm", (long)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	n = read(fd, command, COMMAND_MAX - 1);
	close(fd);
	command[n > 0 ? n : 0] = '\0';
	command[strcspn(command, "\n")] = '\0';
}

const char *
callers_process(char out[CALLER_MAX], uid_t uid, pid_t pid, const char *http_user)
{
	char user[USER_MAX], command[COMMAND_MAX] = "";
	struct caller c = {.uid = uid, .pid = pid, .http_user = http_user};

	if (find_user(uid, user))
		c.user = user;
	if (pid > 0)
		find_command(pid, command);
	c.command = command;
	return caller_text(out, &c);
}

const char *
callers_socket(char out[CALLER_MAX], int fd, const char *http_user)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 && len == sizeof(peer))
		return callers_process(out, peer.uid, peer.pid, http_user);
	return caller_text(out, &(struct caller){.uid = -1, .http_user = http_user});
}
