// SPDX-License-Identifier: Apache-2.0
/* connect, in the three families that are formatted, on this machine alone. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/vm/scenario/family.h"

#define CLOSED_PORT 1 /* tcpmux, which nobody offers */

/* The address is the last thing in its memory: behind it comes what must not be shown. */
struct address {
	struct sockaddr_storage bytes;
	socklen_t size;
	char text[256];
};

static void connect_told(int type, const struct address *address)
{
	int fd = socket(address->bytes.ss_family, type | SOCK_CLOEXEC, 0);
	struct truth_call call;

	if (fd < 0) {
		truth_skipped("connect", errno);
		return;
	}
	call = TRUTH_CALL(syscall(SYS_connect, fd, &address->bytes, address->size));
	truth_event("connect", SYS_connect, &call,
		    truth_args("int sockfd", json_integer(fd), "struct sockaddr* addr", json_string(address->text),
			       "int addrlen", json_integer(address->size), NULL));
	close(fd);
}

static int listen_at(const struct address *address)
{
	int fd = socket(address->bytes.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && bind(fd, (const void *)&address->bytes, address->size) == 0 && listen(fd, 4) == 0)
		return fd;
	truth_skipped("listen", errno);
	if (fd >= 0)
		close(fd);
	return -1;
}

/* @name_size: of sun_path; a path may or may not have its NUL within, an abstract name begins with one. */
static struct address unix_address(const char *name, size_t name_size, const char *text)
{
	struct address address = { .size = offsetof(struct sockaddr_un, sun_path) + name_size };
	struct sockaddr_un *to = (void *)&address.bytes;

	memset(to->sun_path, 'X', sizeof(to->sun_path));
	to->sun_family = AF_UNIX;
	memcpy(to->sun_path, name, name_size);
	snprintf(address.text, sizeof(address.text), "{'sa_family': 'AF_UNIX','sun_path': '%s'}", text);
	return address;
}

static void unix_all(const struct scenario_options *options)
{
	const char *path = files_path(options, "socket");
	struct address address = unix_address(path, strlen(path), path);
	int listener = listen_at(&address);

	connect_told(SOCK_STREAM, &address);
	close(listener);
	connect_told(SOCK_STREAM, &address);
	unlink(path);
	address = unix_address("\0tracee-scenario", 16, "@tracee-scenario");
	connect_told(SOCK_STREAM, &address);
	path = files_path(options, "nobody");
	address = unix_address(path, strlen(path) + 1, path);
	connect_told(SOCK_DGRAM, &address);
}

static struct address inet_address(uint16_t port)
{
	struct address address = { .size = sizeof(struct sockaddr_in) };
	struct sockaddr_in *to = (void *)&address.bytes;

	*to = (struct sockaddr_in){ .sin_family = AF_INET,
				    .sin_port = htons(port),
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	snprintf(address.text, sizeof(address.text),
		 "{'sa_family': 'AF_INET','sin_port': '%u','sin_addr': '127.0.0.1'}", port);
	return address;
}

static struct address inet6_address(uint16_t port)
{
	struct address address = { .size = sizeof(struct sockaddr_in6) };
	struct sockaddr_in6 *to = (void *)&address.bytes;

	*to = (struct sockaddr_in6){ .sin6_family = AF_INET6,
				     .sin6_port = htons(port),
				     .sin6_addr = in6addr_loopback };
	snprintf(address.text, sizeof(address.text),
		 "{'sa_family': 'AF_INET6','sin6_port': '%u','sin6_flowinfo': '0','sin6_addr': "
		 "'::1','sin6_scopeid': '0'}",
		 port);
	return address;
}

static void internet_all(struct address (*address_of)(uint16_t port))
{
	struct address address = address_of(0);
	int listener = listen_at(&address);
	struct sockaddr_in6 bound; /* sin_port and sin6_port are at the same place */
	socklen_t size = sizeof(bound);

	if (listener >= 0 && getsockname(listener, (void *)&bound, &size) == 0) {
		address = address_of(ntohs(bound.sin6_port));
		connect_told(SOCK_STREAM, &address);
		close(listener);
	}
	address = address_of(CLOSED_PORT);
	connect_told(SOCK_STREAM, &address);
}

static void network_run(const struct scenario_options *options)
{
	unix_all(options);
	internet_all(inet_address);
	internet_all(inet6_address);
}

const struct family family_network = { .name = "network", .run = network_run };
