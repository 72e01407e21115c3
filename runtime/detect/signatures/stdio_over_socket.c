// SPDX-License-Identifier: Apache-2.0
/*
 * TRC-1. Standard input, output or error of a process lead to a socket: who is at its other end talks to the process. The kernel
 * looks at the table of descriptors: of a new image, however they came there, and when a descriptor comes to be a socket. Pipes and
 * pseudo-terminals count whose other end is a process that has a connection.
 */
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "bpf/wire/event.h"
#include "runtime/detect/engine.h"
#include "runtime/detect/programs.h"
#include "runtime/detect/signatures/all.h"

/* libtracee/events.tsv */
enum arg { DESCRIPTORS, FAMILY, TYPE, REMOTE, LOCAL, WAY, PEER, PEER_NAME };

#define ALL_DESCRIPTORS 7

static const struct signature_form forms[] = {
	{ .how = "tracepoint sched_process_exec, kprobes fd_install and security_socket_connect, returns of dup2 and dup3",
	  .how_partly = "tracepoint sched_process_exec, kprobes as far as there are any",
	  .events = { { .name = "stdio_socket" } } },
	{},
};

static const char *const shells[] = { "sh",	  "bash", "dash", "zsh", "ksh*", "mksh", "ash",	   "busybox*", "fish",
				      "tcsh",	  "csh",  "perl*", "python*", "ruby*", "php*", "lua*", "node*",    "awk",
				      "gawk",	  "mawk", "tclsh*", "pwsh",   NULL };

/* "10.0.0.1" as users of Tracee know it, and the port. Ports are in the network's order. */
static void add_peer(const struct tracee_value *address, struct finding *finding)
{
	static char bytes[INET6_ADDRSTRLEN]; /* of the finding that is being written: there is one thread */
	struct sockaddr_storage storage = {};
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)&storage;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&storage;
	const char *text = NULL;
	uint16_t port = 0;

	if (!address->bytes || address->size_bytes < sizeof(sa_family_t))
		return;
	memcpy(&storage, address->bytes, address->size_bytes < sizeof(storage) ? address->size_bytes : sizeof(storage));
	if (storage.ss_family == AF_INET && address->size_bytes >= sizeof(*v4)) {
		text = inet_ntop(AF_INET, &v4->sin_addr, bytes, sizeof(bytes));
		port = ntohs(v4->sin_port);
	} else if (storage.ss_family == AF_INET6 && address->size_bytes >= sizeof(*v6) - sizeof(v6->sin6_scope_id)) {
		text = inet_ntop(AF_INET6, &v6->sin6_addr, bytes, sizeof(bytes));
		port = ntohs(v6->sin6_port);
	}
	if (!text)
		return;
	finding_add_string(finding, "ip", text);
	finding_add_number(finding, "port", port);
}

static const char *descriptors_text(uint64_t mask)
{
	static const char *const texts[] = { "", "0", "1", "0,1", "2", "0,2", "1,2", "0,1,2" };

	return texts[mask & ALL_DESCRIPTORS];
}

/* All three, or a shell that is told what to do, are the strong signal; services of this machine use sockets of AF_UNIX. */
static unsigned int severity_of(const struct tracee_event *event, uint64_t mask)
{
	if (event->args[FAMILY].number == AF_UNIX)
		return 1;
	if (mask == ALL_DESCRIPTORS || program_is_one_of(event, shells))
		return 3;
	return 1;
}

#define SEVERITY_RELAY 2
#define SEVERITY_LOGIN 1 /* the name is what the process makes it */

/*
 * Servers start programs so, too, and give them what was sent: only a shell, or a circle of two programs, is worth more. sshd, by
 * the name of its thread, is who everybody logs in by.
 */
static void judge_relay(const struct tracee_event *event, struct finding *finding)
{
	static const char sshd[] = "sshd";
	const struct tracee_value *name = &event->args[PEER_NAME];

	if (finding->severity > SEVERITY_RELAY || event->args[PEER].number != event->host_ppid)
		finding->severity = SEVERITY_RELAY;
	if (name->bytes && name->size_bytes >= strlen(sshd) && memcmp(name->bytes, sshd, strlen(sshd)) == 0)
		finding_is_known(finding, "a login by sshd", SEVERITY_LOGIN);
}

static bool on_event(const struct tracee_event *event, struct finding *finding)
{
	const struct tracee_value *args = event->args;
	uint64_t mask = args[DESCRIPTORS].number & ALL_DESCRIPTORS;
	bool is_relay = args[WAY].number == TRACEE_WIRE_WAY_RELAY;

	add_peer(&args[REMOTE], finding);
	finding_add_string(finding, "descriptors", descriptors_text(mask));
	finding_add_argument(finding, "family", FAMILY);
	finding_add_argument(finding, "type", TYPE);
	if (args[LOCAL].bytes)
		finding_add_argument(finding, "local", LOCAL);
	if (args[FAMILY].number == AF_UNIX || is_relay)
		finding_add_number(finding, "peer", (int64_t)args[PEER].number);
	if (is_relay)
		finding_add_argument(finding, "peerName", PEER_NAME);
	finding_add_argument(finding, "way", WAY);
	finding->severity = severity_of(event, mask);
	if (is_relay)
		judge_relay(event, finding);
	/* One after the other, as a shell redirects them, is one thing until it is all of them. */
	finding->cause = args[FAMILY].number << 8 | finding->severity;
	return true;
}

static const char *const tags[] = { "linux", "container", NULL };

const struct signature signature_stdio_over_socket = {
	.id = "TRC-1",
	.name = "Standard Input/Output Over Socket",
	.version = "0.1.0",
	.description = "Redirection of process's standard input/output to socket",
	.tags = tags,
	.severity = 3,
	.mitre = "Persistence: Server Software Component",
	.forms = forms,
	.on_event = on_event,
};
