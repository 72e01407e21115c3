// SPDX-License-Identifier: Apache-2.0
/* TRC-1: sockets at descriptors 0 to 2, with the other end in this program, or nowhere. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <signal.h>
#include <net/if.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
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

static int by_program_32(void)
{
	int fd = connected(AF_INET);

	if (fd < 0)
		return fd;
	return dup2(fd, 3) < 0 ? -errno : case_execute32("d");
}

/* ---- pipes and terminals that lead to who has a socket -------------------------------------- */

/* @in and @out become descriptors 0 and 1. */
static int talk_over(int in, int out)
{
	return dup2(in, 0) < 0 || dup2(out, 1) < 0 ? -errno : 0;
}

static int end_child(pid_t pid, int r)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return r;
}

/*
 * nc HOST PORT < fifo | sh > fifo: a child that waits is the shell, and this process connects. Both have the same parent, who is this
 * process's: so another child is between.
 */
static int in_circle(bool goes_round)
{
	struct address address;
	int listening = listen_locally(AF_INET, &address), there[2], back[2], fd, status = 0;
	pid_t shell, relay;

	if (listening < 0 || pipe(there) < 0 || pipe(back) < 0)
		return listening < 0 ? listening : -errno;
	shell = fork();
	if (shell == 0) {
		if (talk_over(there[0], goes_round ? back[1] : 2) == 0)
			pause();
		_exit(1);
	}
	/* Until it has its descriptors. */
	usleep(200000);
	relay = fork();
	if (relay == 0) {
		int r = talk_over(back[0], there[1]);

		fd = keep_out_of_the_way(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
		_exit(r < 0 || fd < 0 ? 1 : connect(fd, &address.any, address.size) < 0 ? errno : 0);
	}
	if (shell < 0 || relay < 0 || waitpid(relay, &status, 0) < 0)
		return end_child(shell, -EAGAIN);
	return end_child(shell, -WEXITSTATUS(status));
}

static int pipes_in_circle(void)
{
	return in_circle(true);
}

/* curl URL | sh: what goes one way only is no conversation. */
static int pipe_one_way(void)
{
	return in_circle(false);
}

static int accepted_in_circle(void)
{
	struct address address;
	int listening = listen_locally(AF_INET, &address), there[2], back[2], status = 0, fd;
	pid_t shell, relay;

	if (listening < 0 || pipe(there) < 0 || pipe(back) < 0)
		return listening < 0 ? listening : -errno;
	shell = fork();
	if (shell == 0) {
		if (talk_over(there[0], back[1]) == 0)
			pause();
		_exit(1);
	}
	usleep(200000);
	relay = fork();
	if (relay == 0)
		_exit(talk_over(back[0], there[1]) < 0 || accept(listening, NULL, NULL) < 0 ? 1 : 0);
	fd = keep_out_of_the_way(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
	if (connect(fd, &address.any, address.size) < 0 || waitpid(relay, &status, 0) < 0)
		return end_child(shell, -errno);
	return end_child(shell, -WEXITSTATUS(status));
}

/* The child's input and output are @in and @out; this process has a connection. */
static int execute_for_connection(int in, int out)
{
	int fd = connected(AF_INET), status = 0;
	pid_t pid;

	if (fd < 0)
		return fd;
	pid = fork();
	if (pid == 0) {
		close(fd);
		_exit(talk_over(in, out) < 0 ? errno : -case_execute("/proc/self/exe", NULL));
	}
	return pid < 0 || waitpid(pid, &status, 0) < 0 ? -errno : -WEXITSTATUS(status);
}

static int over_pipes(void)
{
	int there[2], back[2];

	if (pipe2(there, O_CLOEXEC) < 0 || pipe2(back, O_CLOEXEC) < 0)
		return -errno;
	return execute_for_connection(there[0], back[1]);
}

/* socat TCP:HOST:PORT EXEC:sh,pty */
static int over_terminal(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), slave;

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0)
		return -errno;
	slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	return slave < 0 ? -errno : execute_for_connection(slave, slave);
}

/* A parent without a connection. */
static int over_pipes_locally(void)
{
	int there[2], back[2], status = 0;
	pid_t pid;

	if (pipe2(there, O_CLOEXEC) < 0 || pipe2(back, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		_exit(talk_over(there[0], back[1]) < 0 ? errno : -case_execute("/proc/self/exe", NULL));
	return pid < 0 || waitpid(pid, &status, 0) < 0 ? -errno : -WEXITSTATUS(status);
}

/* ---- an address that another thread changes while it is looked at --------------------------- */

static struct sockaddr_in raced;

static void *swap_address(void *unused)
{
	for (uint32_t i = 0;; i++) {
		raced.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (i & 1));
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
	}
	return unused;
}

/* What connect(2) led to is told again when the same socket becomes all three: by the socket. */
static int address_swapped(void)
{
	pthread_t thread;

	close(0);
	if (socket(AF_INET, SOCK_DGRAM, 0) != 0)
		return -errno;
	loopback_up();
	raced.sin_family = AF_INET;
	raced.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	raced.sin_port = htons(9);
	if (pthread_create(&thread, NULL, swap_address, NULL) != 0)
		return -EAGAIN;
	usleep(1000);
	if (connect(0, (const struct sockaddr *)&raced, sizeof(raced)) < 0)
		return -errno;
	return dup2(0, 1) < 0 || dup2(0, 2) < 0 ? -errno : 0;
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

#define RELAY(severity) ONE(severity, "{\"descriptors\":\"0,1\",\"way\":\"relay\",\"ip\":\"127.0.0.1\"}")
#define BOTH(expected) expected, expected

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
	{ "SIO-12", "TRC-1", "a pipeline in a circle, of which one connects", pipes_in_circle, "[" RELAY("2") "]", NULL },
	{ "SIO-12b", "TRC-1", "the same, and it accepts", accepted_in_circle, "[" RELAY("2") "]", NULL },
	{ "SIO-12c", "TRC-1", "a pipeline that goes one way: nothing", pipe_one_way, "[]", "[]" },
	{ "SIO-12d", "TRC-1", "over pipes of a parent that is connected", over_pipes, BOTH("[" RELAY("1") "]") },
	{ "SIO-12e", "TRC-1", "over pipes of one that is not: nothing", over_pipes_locally, BOTH("[]") },
	{ "SIO-13", "TRC-1", "over a terminal of a parent that is connected", over_terminal, BOTH("[" RELAY("1") "]") },
	{ "SIO-14", "TRC-1", "a child inherits them", inherited,
	  "[" FIRST("dup") "," ALL("dup", IPV4) "," ALL("exec", IPV4) "]", "[" ALL("exec", IPV4) "]" },
	{ "SIO-15", "TRC-1", "dup2 of a 32-bit process", by_dup2_32, "[" FIRST("dup") "]", NULL },
	{ "SIO-15b", "TRC-1", "socketcall of a 32-bit process", by_socketcall, "[" FIRST_TO("connect", "127.0.0.1") "]", NULL },
	{ "SIO-15c", "TRC-1", "dup2 of a program of i386", by_program_32, "[" FIRST("dup") "," ALL("dup", IPV4) "]", NULL },
	{ "SIO-16", "TRC-1", "dup2 and dup3 that fail: nothing", failing, "[]", "[]" },
	{ "SIO-17", "TRC-1", "output alone to a socket of AF_UNIX: nothing", local_output, "[]", "[]" },
	{ "SIO-18", "TRC-1", "dup2 to 0 without an execution", without_execution, "[" FIRST("dup") "]", NULL },
	{ "SIO-19", "TRC-1", "an address that another thread changes meanwhile", address_swapped,
	  "[" FIRST("connect") "," ONE("3", "{\"descriptors\":\"0,1,2\",\"way\":\"dup\"},\"same\":[\"ip\",0]") "]", NULL },
	{},
};
