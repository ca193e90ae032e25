/*
 * callers.c: see callers.h. getpwuid is not used: it may ask a directory service, and hold up the whole daemon while that
 * does not answer, in the very incident that somebody looks into. fgetpwent takes seven times as long: with 100,000 users
 * 40 ms of the loop for each who connects.
 */
#include "autoconf.h"

#include "daemon/callers.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define COMMAND_MAX 64
#define USER_MAX 64

/* The line's name when it is this user's: "anna:x:1003:...". NULL: it is not. Lines that begin with a sign are for a
   directory service. */
static const char *
user_of_line(char *line, uid_t uid)
{
	char *name = line + strspn(line, " \t"), *field = strchr(name, ':'), *end;
	unsigned long number;

	if (field == NULL || field == name || strchr("+-#", *name) != NULL)
		return NULL;
	*field = '\0';
	field = strchr(field + 1, ':');
	if (field == NULL || field[1] < '0' || field[1] > '9')
		return NULL;
	number = strtoul(field + 1, &end, 10);
	return *end == ':' && number == uid ? name : NULL;
}

/* False: the file has no such user. */
static bool
find_user(uid_t uid, char name[USER_MAX])
{
	FILE *file = fopen("/etc/passwd", "re");
	const char *found = NULL;
	char *line = NULL;
	size_t size = 0;

	if (file == NULL)
		return false;
	while (found == NULL && getline(&line, &size, file) > 0)
		found = user_of_line(line, uid);
	if (found != NULL)
		snprintf(name, USER_MAX, "%s", found);
	free(line);
	fclose(file);
	return found != NULL;
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
