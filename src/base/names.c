/*
 * names.c: see names.h. The C library's tables are not used: strerrorname_np is glibc's alone and
 * sigabbrev_np knows other names than Supervisor does.
 */
#include "autoconf.h"

#include "base/names.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>

#define E(name) [name] = #name

/* clang-format off */
static const char *const errno_names[] = {
    E(EPERM), E(ENOENT), E(ESRCH), E(EINTR), E(EIO), E(ENXIO), E(E2BIG), E(ENOEXEC), E(EBADF), E(ECHILD),
    E(EAGAIN), E(ENOMEM), E(EACCES), E(EFAULT), E(ENOTBLK), E(EBUSY), E(EEXIST), E(EXDEV), E(ENODEV), E(ENOTDIR),
    E(EISDIR), E(EINVAL), E(ENFILE), E(EMFILE), E(ENOTTY), E(ETXTBSY), E(EFBIG), E(ENOSPC), E(ESPIPE), E(EROFS),
    E(EMLINK), E(EPIPE), E(EDOM), E(ERANGE), E(EDEADLK), E(ENAMETOOLONG), E(ENOLCK), E(ENOSYS), E(ENOTEMPTY),
    E(ELOOP), E(EPROTO), E(EOVERFLOW), E(EILSEQ), E(EUSERS), E(ENOTSOCK), E(EDESTADDRREQ), E(EMSGSIZE),
    E(EPROTOTYPE), E(ENOPROTOOPT), E(EPROTONOSUPPORT), E(ESOCKTNOSUPPORT), E(EOPNOTSUPP), E(EPFNOSUPPORT),
    E(EAFNOSUPPORT), E(EADDRINUSE), E(EADDRNOTAVAIL), E(ENETDOWN), E(ENETUNREACH), E(ENETRESET), E(ECONNABORTED),
    E(ECONNRESET), E(ENOBUFS), E(EISCONN), E(ENOTCONN), E(ESHUTDOWN), E(ETIMEDOUT), E(ECONNREFUSED), E(EHOSTDOWN),
    E(EHOSTUNREACH), E(EALREADY), E(EINPROGRESS), E(ESTALE), E(EDQUOT), E(ECANCELED),
#ifdef ENOLINK
    E(ENOLINK),
#endif
#ifdef ENOMEDIUM
    E(ENOMEDIUM),
#endif
#ifdef EREMOTEIO
    E(EREMOTEIO),
#endif
#ifdef ELIBBAD
    E(ELIBBAD), E(ELIBACC),
#endif
};
/* clang-format on */

/* clang-format off */
static const char *const signal_names[] = {
    E(SIGHUP), E(SIGINT), E(SIGQUIT), E(SIGILL), E(SIGTRAP), E(SIGABRT), E(SIGBUS), E(SIGFPE), E(SIGKILL),
    E(SIGUSR1), E(SIGSEGV), E(SIGUSR2), E(SIGPIPE), E(SIGALRM), E(SIGTERM), E(SIGCHLD), E(SIGCONT), E(SIGSTOP),
    E(SIGTSTP), E(SIGTTIN), E(SIGTTOU), E(SIGURG), E(SIGXCPU), E(SIGXFSZ), E(SIGVTALRM), E(SIGPROF), E(SIGWINCH),
    E(SIGSYS),
#ifdef SIGPOLL
    E(SIGPOLL),
#endif
#ifdef SIGSTKFLT
    E(SIGSTKFLT),
#endif
#ifdef SIGPWR
    E(SIGPWR),
#endif
};
/* clang-format on */

#undef E
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

const char *
errno_name(int number)
{
	return number >= 0 && (size_t)number < COUNT(errno_names) ? errno_names[number] : NULL;
}

const char *
signal_name(int number)
{
	if (number == SIGRTMIN)
		return "SIGRTMIN";
	if (number == SIGRTMAX)
		return "SIGRTMAX";
	return number >= 0 && (size_t)number < COUNT(signal_names) ? signal_names[number] : NULL;
}
