// SPDX-License-Identifier: Apache-2.0
/* TRC-1: sockets at descriptors 0 to 2, with the other end in this program, or nowhere. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "simulate/case.h"

static int keep_out_of_the_way(int fd)
{
	int kept = fd < 0 ? -1 : fcntl(fd, F_DUPFD, 10);

	if (kept >= 0)
		close(fd);
	return kept < 0 ? -errno : kept;
}

/* Machines that were just booted have no loopback yet. */
static void loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (ioctl(fd, SIOCGIFFLAGS, &request) == 0 && !(request.ifr_flags & IFF_UP)) {
		request.ifr_flags |= IFF_UP;
		ioctl(fd, SIOCSIFFLAGS, &request);
	}
	close(fd);
}

struct address {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	};
	socklen_t size;
};

/* Listens on the loopback of @family. Descriptor and *@ret_address, or a negative errno. */
static int listen_locally(int family, struct address *ret_address)
{
	struct address address = { .size = family == AF_INET ? sizeof(address.v4) : sizeof(address.v6) };
	int fd;

	loopback_up();
	fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	address.any.sa_family = (sa_family_t)family;
	if (family == AF_INET)
		address.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	else
		address.v6.sin6_addr = in6addr_loopback;
	if (bind(fd, &address.any, address.size) < 0 || listen(fd, 1) < 0 ||
	    getsockname(fd, &address.any, &address.size) < 0)
		return -errno;
	*ret_address = address;
	return keep_out_of_the_way(fd);
}

/* A socket that is connected to one of ours. Descriptor or a negative errno. */
static int connected(int family)
{
	struct address address;
	int listening = listen_locally(family, &address), fd;

	if (listening < 0)
		return listening;
	fd = keep_out_of_the_way(socket(family, SOCK_STREAM, 0));
	if (fd < 0)
		return fd;
	return connect(fd, &address.any, address.size) < 0 ? -errno : fd;
}

static int to_all(int fd)
{
	for (int i = 0; i < 3; i++) {
		if (dup2(fd, i) < 0)
			return -errno;
	}
	return 0;
}

static int to_all_and_execute(int fd)
{
	int r = fd < 0 ? fd : to_all(fd);

	return r < 0 ? r : case_execute("/proc/self/exe", NULL);
}

static int by_dup2(void)
{
	return to_all_and_execute(connected(AF_INET));
}

static int by_dup3(void)
{
	int fd = connected(AF_INET);

	if (fd < 0)
		return fd;
	if (dup3(fd, 0, O_CLOEXEC) < 0)
		return -errno;
	return case_execute("/proc/self/exe", NULL);
}

static int by_dup(void)
{
	int fd = connected(AF_INET);

	if (fd < 0)
		return fd;
	close(0);
	return dup(fd) == 0 ? 0 : -errno;
}

static int by_fcntl(void)
{
	int fd = connected(AF_INET);

	if (fd < 0)
		return fd;
	close(0);
	return fcntl(fd, F_DUPFD_CLOEXEC, 0) == 0 ? 0 : -errno;
}

static int lowest_free(void)
{
	struct address address;
	int listening = listen_locally(AF_INET, &address), fd;

	if (listening < 0)
		return listening;
	for (int i = 0; i < 3; i++)
		close(i);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	return connect(fd, &address.any, address.size) < 0 ? -errno : 0;
}

static int by_uring(void)
{
	struct address address;
	int listening = listen_locally(AF_INET, &address), fd;

	if (listening < 0)
		return listening;
	close(0);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	return case_uring_connect(fd, &address.any, address.size);
}

static int accepted(void)
{
	struct address address;
	int listening = listen_locally(AF_INET, &address), fd, status;
	pid_t pid;

	if (listening < 0)
		return listening;
	pid = fork();
	if (pid == 0) {
		fd = keep_out_of_the_way(socket(AF_INET, SOCK_STREAM, 0));
		_exit(connect(fd, &address.any, address.size) < 0 ? errno : 0);
	}
	close(0);
	fd = accept(listening, NULL, NULL);
	waitpid(pid, &status, 0);
	return fd == 0 ? 0 : -errno;
}

/* arch/x86/entry/syscalls/syscall_32.tbl */
#define DUP2_32 63
#define SOCKETCALL_32 102
#define SOCKETCALL_CONNECT 3 /* include/uapi/linux/net.h */

static int by_dup2_32(void)
{
	int fd = connected(AF_INET);
	long r = fd < 0 ? fd : case_call32(DUP2_32, fd, 0, 0, 0);

	return r < 0 ? (int)r : 0;
}

static int by_socketcall(void)
{
	static struct address address;
	static uint32_t arguments[3];
	int listening = listen_locally(AF_INET, &address);

	if (listening < 0)
		return listening;
	close(0);
	arguments[0] = (uint32_t)socket(AF_INET, SOCK_STREAM, 0);
	arguments[1] = (uint32_t)(uintptr_t)&address.any;
	arguments[2] = address.size;
	return (int)case_call32(SOCKETCALL_32, SOCKETCALL_CONNECT, (long)arguments, 0, 0);
}

static int version_6(void)
{
	return to_all_and_execute(connected(AF_INET6));
}

static int datagrams(void)
{
	return to_all_and_execute(keep_out_of_the_way(socket(AF_INET, SOCK_DGRAM, 0)));
}

static int local(void)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		return -errno;
	keep_out_of_the_way(pair[1]);
	return to_all_and_execute(keep_out_of_the_way(pair[0]));
}

static int run_child(void)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(-case_execute("/proc/self/exe", NULL));
	return pid < 0 || waitpid(pid, &status, 0) < 0 ? -errno : -WEXITSTATUS(status);
}

static int local_inherited(void)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0 || dup2(pair[0], 0) < 0)
		return -errno;
	return run_child();
}

/* As services log. */
static int local_output(void)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		return -errno;
	if (dup2(pair[0], 1) < 0 || dup2(pair[0], 2) < 0)
		return -errno;
	return case_execute("/proc/self/exe", NULL);
}

static int inherited(void)
{
	int fd = connected(AF_INET), r = fd < 0 ? fd : to_all(fd);

	return r < 0 ? r : run_child();
}

static int failing(void)
{
	int fd = connected(AF_INET);

	if (fd < 0)
		return fd;
	return dup2(1000, 0) < 0 && dup3(fd, fd, 0) < 0 && dup3(fd, 0, 0x12345) < 0 ? 0 : -EBADE;
}

static int without_execution(void)
{
	int fd = connected(AF_INET);

	if (fd < 0)
		return fd;
	return dup2(fd, 0) < 0 ? -errno : 0;
}

#define ONE(severity, data) "{\"rule\":\"TRC-1\",\"severity\":" severity ",\"data\":" data "}"
#define FIRST(way) ONE("1", "{\"descriptors\":\"0\",\"family\":\"AF_INET\",\"way\":\"" way "\"}")
#define FIRST_TO(way, ip) ONE("1", "{\"descriptors\":\"0\",\"ip\":\"" ip "\",\"way\":\"" way "\"}")
#define ALL(way, rest) ONE("3", "{\"descriptors\":\"0,1,2\",\"way\":\"" way "\"," rest "}")
#define IPV4 "\"family\":\"AF_INET\",\"type\":\"SOCK_STREAM\",\"ip\":\"127.0.0.1\""
#define IPV6 "\"family\":\"AF_INET6\",\"ip\":\"::1\""
#define UDP "\"family\":\"AF_INET\",\"type\":\"SOCK_DGRAM\""
#define LOCAL(way, descriptors) "[" ONE("1", "{\"family\":\"AF_UNIX\",\"way\":\"" way "\",\"descriptors\":\"" descriptors "\"}") "]"

const struct simulate_case cases_stdio[] = {
	{ "SIO-01", "TRC-1", "dup2 of a socket to 0, 1, 2, and an execution", by_dup2,
	  "[" FIRST_TO("dup", "127.0.0.1") "," ALL("dup", IPV4) "]", "[" ALL("exec", IPV4) "]" },
	{ "SIO-02", "TRC-1", "dup3, closed at the execution", by_dup3, "[" FIRST("dup") "]", "[]" },
	{ "SIO-03", "TRC-1", "0 is closed, then dup", by_dup, "[" FIRST("descriptor") "]", NULL },
	{ "SIO-04", "TRC-1", "0 is closed, then fcntl", by_fcntl, "[" FIRST("descriptor") "]", NULL },
	{ "SIO-05", "TRC-1", "a socket that is 0 is connected", lowest_free, "[" FIRST_TO("connect", "127.0.0.1") "]", NULL },
	{ "SIO-06", "TRC-1", "0 is closed, then accept", accepted, "[" FIRST("descriptor") "]", NULL },
	{ "SIO-09", "TRC-1", "a socket that is 0 is connected by io_uring", by_uring,
	  "[" FIRST_TO("connect", "127.0.0.1") "]", NULL },
	{ "SIO-10", "TRC-1", "IPv6", version_6,
	  "[" ONE("1", "{\"descriptors\":\"0\",\"ip\":\"::1\"}") "," ALL("dup", IPV6) "]", "[" ALL("exec", IPV6) "]" },
	{ "SIO-10b", "TRC-1", "UDP, not connected", datagrams, "[" FIRST("dup") "," ALL("dup", UDP) "]", "[" ALL("exec", UDP) "]" },
	{ "SIO-10c", "TRC-1", "a socket of AF_UNIX", local, LOCAL("dup", "0"), LOCAL("exec", "0") },
	{ "SIO-10d", "TRC-1", "a child inherits a socket of AF_UNIX: nothing more", local_inherited, LOCAL("dup", "0"), "[]" },
	{ "SIO-14", "TRC-1", "a child inherits them", inherited,
	  "[" FIRST("dup") "," ALL("dup", IPV4) "," ALL("exec", IPV4) "]", "[" ALL("exec", IPV4) "]" },
	{ "SIO-15", "TRC-1", "dup2 of a 32-bit process", by_dup2_32, "[" FIRST("dup") "]", NULL },
	{ "SIO-15b", "TRC-1", "socketcall of a 32-bit process", by_socketcall, "[" FIRST_TO("connect", "127.0.0.1") "]", NULL },
	{ "SIO-16", "TRC-1", "dup2 and dup3 that fail: nothing", failing, "[]", "[]" },
	{ "SIO-17", "TRC-1", "output alone to a socket of AF_UNIX: nothing", local_output, "[]", "[]" },
	{ "SIO-18", "TRC-1", "dup2 to 0 without an execution", without_execution, "[" FIRST("dup") "]", NULL },
	{},
};
