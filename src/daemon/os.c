/* os.c: see os.h. Texts and orders are those of spec/daemon.md 1. */
#include "autoconf.h"

#include "daemon/os.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef HAVE_LINUX_CLOSE_RANGE_H
#include <linux/close_range.h>
#endif

#include "base/pyrepr.h"
#include "base/xmalloc.h"

/* Descriptors */

static void
set_cloexec_one_by_one(void)
{
	long max = sysconf(_SC_OPEN_MAX);

	for (int fd = 3; fd < max; fd++) {
		int flags = fcntl(fd, F_GETFD);

		if (flags >= 0)
			fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
	}
}

static void
set_cloexec_from_3(void)
{
#if defined(HAVE_CLOSE_RANGE) && defined(CLOSE_RANGE_CLOEXEC)
	if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0)
		return;
#endif
	set_cloexec_one_by_one();
}

bool
os_secure_descriptors(struct err *err)
{
	int fd;

	/* open returns the lowest free descriptor: those below 3 that are closed are filled. */
	do {
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (fd < 0)
			return err_set(err, "cannot open '/dev/null': %s", strerror(errno));
	} while (fd < 3 && fcntl(fd, F_SETFD, 0) == 0);
	close(fd);
	set_cloexec_from_3();
	return true;
}

void
os_close_all_but(int fd)
{
	long max = sysconf(_SC_OPEN_MAX);

#if defined(HAVE_CLOSE_RANGE) && defined(CLOSE_RANGE_CLOEXEC)
	if ((fd <= 3 || close_range(3, (unsigned)fd - 1, 0) == 0) &&
	    close_range((unsigned)fd + 1, ~0U, 0) == 0)
		return;
#endif
	for (int other = 3; other < max; other++)
		if (other != fd)
			close(other);
}

bool
os_wait_readable(int fd, mono_us end)
{
	const mono_us ms = SECOND_US / 1000;
	struct pollfd pfd = {.fd = fd, .events = POLLIN};
	struct now now;
	int n;

	do {
		clock_read(&now);
		n = poll(&pfd, 1, now.mono < end ? (int)((end - now.mono + ms - 1) / ms) : 0);
	} while (n < 0 && errno == EINTR);
	return n > 0;
}

/* The user */

/* getpwuid gives NULL for both "none" and "cannot tell"; the reference makes no difference either. */
bool
os_user_groups(uid_t uid, struct user_groups *groups, struct err *err)
{
	const struct passwd *pw = getpwuid(uid);
	int n = 0;

	*groups = (struct user_groups){0};
	if (pw == NULL)
		return err_set(err, "Can't find uid %ld", (long)uid);
	if (getuid() != 0)
		return err_set(err, "Can't drop privilege as nonroot user");
	groups->gid = pw->pw_gid;
	getgrouplist(pw->pw_name, pw->pw_gid, NULL, &n);
	groups->list = xcalloc(n > 0 ? (size_t)n : 1, sizeof(gid_t));
	if (getgrouplist(pw->pw_name, pw->pw_gid, groups->list, &n) < 0) {
		user_groups_release(groups);
		return err_set(err, "Could not set groups of effective user");
	}
	groups->n = (size_t)n;
	return true;
}

void
user_groups_release(struct user_groups *groups)
{
	free(groups->list);
	*groups = (struct user_groups){0};
}

bool
os_switch_user(uid_t uid, struct err *err)
{
	struct user_groups groups;
	bool ok = false;

	if (uid == (uid_t)-1 || uid == getuid())
		return true;
	if (!os_user_groups(uid, &groups, err))
		return false;
	if (setgroups(groups.n, groups.list) != 0)
		err_set(err, "Could not set groups of effective user");
	else if (setgid(groups.gid) != 0)
		err_set(err, "Could not set group id of effective user");
	else if (setuid(uid) != 0)
		err_set(err, "Could not set user id of effective user: %s", strerror(errno));
	else
		ok = true;
	user_groups_release(&groups);
	return ok;
}

/* Limits */

struct limit {
	int resource;
	const char *name;
	const char *too_low; /* with the wanted number, then the hard limit */
};

/* clang-format off */
static const struct limit limits[OS_NLIMITS] = {
    {
        .resource = RLIMIT_NOFILE,
        .name = "RLIMIT_NOFILE",
        .too_low = "The minimum number of file descriptors required to run this process is %lld as per the "
                   "\"minfds\" command-line argument or config file setting. The current environment will only allow "
                   "you to open %lld file descriptors.  Either raise the number of usable file descriptors in your "
                   "environment (see README.rst) or lower the minfds setting in the config file to allow the process "
                   "to start.",
    },
    {
        .resource = RLIMIT_NPROC,
        .name = "RLIMIT_NPROC",
        .too_low = "The minimum number of available processes required to run this program is %lld as per the "
                   "\"minprocs\" command-line argument or config file setting. The current environment will only allow "
                   "you to open %lld processes.  Either raise the number of usable processes in your environment (see "
                   "README.rst) or lower the minprocs setting in the config file to allow the program to start.",
    },
};
/* clang-format on */

/* err_set with a format from the table above, which the compiler cannot see through. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static bool
limit_error(const struct limit *limit, int64_t wanted, rlim_t hard, struct err *err)
{
	return err_set(err, limit->too_low, (long long)wanted, (long long)hard);
}
#pragma GCC diagnostic pop

static bool
raise_limit(const struct limit *limit, int64_t wanted, char **message, struct err *err)
{
	struct rlimit now, next;

	if (getrlimit((__rlimit_resource_t)limit->resource, &now) != 0)
		return err_set(err, "cannot read %s: %s", limit->name, strerror(errno));
	if (wanted < 0 || now.rlim_cur == RLIM_INFINITY || now.rlim_cur >= (rlim_t)wanted)
		return true;
	next = (struct rlimit){.rlim_cur = (rlim_t)wanted, .rlim_max = now.rlim_max};
	if (now.rlim_max != RLIM_INFINITY && now.rlim_max < next.rlim_cur)
		next.rlim_max = next.rlim_cur;
	if (setrlimit((__rlimit_resource_t)limit->resource, &next) != 0)
		return limit_error(limit, wanted, now.rlim_max, err);
	*message = xasprintf("Increased %s limit to %lld", limit->name, (long long)wanted);
	return true;
}

bool
os_raise_limits(int64_t minfds, int64_t minprocs, char *messages[OS_NLIMITS], struct err *err)
{
	return raise_limit(&limits[0], minfds, &messages[0], err) &&
	       raise_limit(&limits[1], minprocs, &messages[1], err);
}

/* Becoming a daemon */

static void
enter_directory(const struct log *log, const char *directory)
{
	char *quoted = pyrepr(directory);

	if (chdir(directory) == 0)
		log_info(log, "set current directory: %s", quoted);
	else
		log_crit(log, "can't chdir into %s: [Errno %d] %s: %s", quoted, errno, strerror(errno),
			 quoted);
	free(quoted);
}

static void
null_descriptors(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int to = 0; fd >= 0 && to < 3; to++)
		dup2(fd, to);
	if (fd > 2)
		close(fd);
}

bool
os_daemonize(const struct log *log, const char *directory, int mask, struct err *err)
{
	pid_t pid = fork();

	if (pid < 0)
		return err_set(err, "cannot fork: %s", strerror(errno));
	if (pid > 0) {
		log_blather(log, "supervisord forked; parent exiting");
		_exit(0);
	}
	log_info(log, "daemonizing the supervisord process");
	if (directory != NULL)
		enter_directory(log, directory);
	null_descriptors();
	setsid();
	umask((mode_t)mask);
	return true;
}

bool
os_write_pidfile(const char *path, pid_t pid)
{
	char *text = xasprintf("%ld\n", (long)pid);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK, 0666);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	int saved = errno;

	if (fd >= 0)
		close(fd);
	free(text);
	errno = saved;
	return ok;
}

void
os_remove_pidfile(const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
		unlink(path);
}

/* AUTO logs */

#define RANDOM_LEN 8

/* What follows the identifier must have a ".log" before the first blank, and something before that. */
static bool
has_log_suffix(const char *rest)
{
	for (size_t i = 0; rest[i] != '\0' && !isspace((unsigned char)rest[i]); i++)
		if (i > 0 && strncmp(rest + i, ".log", 4) == 0)
			return true;
	return false;
}

bool
os_is_auto_log(const char *name, const char *identifier)
{
	char *mark = xasprintf("---%s-", identifier);
	const char *at = name[0] != '\0' ? name + 1 : name;
	bool found = false;

	while (!found && (at = strstr(at, mark)) != NULL) {
		found = has_log_suffix(at + strlen(mark));
		at++;
	}
	free(mark);
	return found;
}

void
os_clean_childlogdir(const struct log *log, const char *directory, const char *identifier)
{
	DIR *dir = opendir(directory);
	const struct dirent *entry;

	if (dir == NULL) {
		log_warn(log, "Could not clear childlog dir");
		return;
	}
	while ((entry = readdir(dir)) != NULL) {
		char *path, *quoted;

		if (!os_is_auto_log(entry->d_name, identifier))
			continue;
		path = xasprintf("%s/%s", directory, entry->d_name);
		if (unlink(path) != 0) {
			quoted = pyrepr(path);
			log_warn(log, "Failed to clean up %s", quoted);
			free(quoted);
		}
		free(path);
	}
	closedir(dir);
}

static bool
random_letters(char out[RANDOM_LEN + 1])
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
	unsigned char bytes[RANDOM_LEN];

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return false;
	for (size_t i = 0; i < RANDOM_LEN; i++)
		out[i] = letters[bytes[i] % (sizeof(letters) - 1)];
	out[RANDOM_LEN] = '\0';
	return true;
}

char *
os_make_auto_log(const char *directory, const char *process, const char *channel, const char *identifier)
{
	char letters[RANDOM_LEN + 1], *path;
	int fd;

	for (int tries = 0; tries < 100; tries++) {
		if (!random_letters(letters))
			return NULL;
		path = xasprintf("%s/%s-%s---%s-%s.log", directory, process, channel, identifier, letters);
		fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd >= 0) {
			close(fd);
			return path;
		}
		free(path);
		if (errno != EEXIST)
			return NULL;
	}
	return NULL;
}
