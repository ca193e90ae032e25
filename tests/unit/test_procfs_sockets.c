/* test_procfs_sockets.c: lines of the kernel's tables, whole and cut anywhere; our own socket is found. */
#include "autoconf.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "daemon/procfs_sockets.h"

static const char tcp_line[] =
    "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000   "
    "     0 123456789012 1 0000000000000000 100 0 0 10 0";
static const char tcp6_line[] =
    "   1: 00000000000000000000000001000000:0016 "
    "00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000"
    "     0        0 77 1 0000000000000000 100 0 0 10 0";

static void
test_sockets(void **state)
{
	struct procfs_port port;
	uint64_t inode;

	(void)state;
	assert_true(procfs_parse_socket(tcp_line, strlen(tcp_line), "tcp", &port, &inode));
	assert_string_equal(port.address, "127.0.0.1");
	assert_int_equal(port.port, 8080);
	assert_int_equal(inode, 123456789012);
	assert_true(procfs_parse_socket(tcp6_line, strlen(tcp6_line), "tcp6", &port, &inode));
	assert_string_equal(port.address, "::1");
	assert_int_equal(port.port, 22);
	/* Another state, another kind, the heading. */
	assert_false(procfs_parse_socket(tcp_line, strlen(tcp_line), "udp", &port, &inode));
	assert_false(procfs_parse_socket(tcp_line, strlen(tcp_line), "tcp6", &port, &inode));
	assert_false(procfs_parse_socket("  sl  local_address rem_address", 31, "tcp", &port, &inode));
	for (size_t len = 0; len < strlen(tcp_line); len++)
		if (procfs_parse_socket(tcp_line, len, "tcp", &port, &inode))
			assert_true(len > 91);
}

static void
test_limits(void **state)
{
	static const char line[] =
	    "Max open files            1024                 1048576              files     ";
	static const char bare[] =
	    "Max realtime priority     0                    unlimited                      ";
	struct procfs_limit limit;

	(void)state;
	assert_true(procfs_parse_limit(line, strlen(line), &limit));
	assert_string_equal(limit.name, "Max open files");
	assert_string_equal(limit.soft, "1024");
	assert_string_equal(limit.hard, "1048576");
	assert_string_equal(limit.units, "files");
	assert_true(procfs_parse_limit(bare, strlen(bare), &limit));
	assert_string_equal(limit.hard, "unlimited");
	assert_string_equal(limit.units, "");
	for (size_t len = 0; len < 47; len++)
		assert_false(procfs_parse_limit(line, len, &limit));
	assert_false(
	    procfs_parse_limit("Limit                     Soft Limit           Hard Limit", 57, &limit));
}

static void
count_limit(void *arg, const struct procfs_limit *limit)
{
	*(int *)arg += strcmp(limit->name, "Max open files") == 0;
}

static void
keep_port(void *arg, const struct procfs_port *port)
{
	assert_int_equal(port->pid, getpid());
	assert_string_equal(port->address, "127.0.0.1");
	*(unsigned *)arg = port->port;
}

static void
test_our_own(void **state)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0), limits = 0;
	struct procfs_sockets *s = procfs_sockets_new();
	unsigned port = 0;

	(void)state;
	procfs_limits(getpid(), count_limit, &limits);
	assert_int_equal(limits, 1);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	procfs_sockets_each_port(s, getpid(), keep_port, &port);
	assert_int_equal(port, 0);
	procfs_sockets_add(s, getpid());
	procfs_sockets_each_port(s, getpid(), keep_port, &port);
	assert_int_equal(port, ntohs(address.sin_port));
	procfs_sockets_free(s);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sockets),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_our_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
