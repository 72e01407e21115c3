/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACEE_BPF_STDIO_H
#define TRACEE_BPF_STDIO_H

/* Descriptors 0 to 2 that lead to a socket: of a new image, and as they come to do so. */
#include "bpf/files.h"
#include "bpf/parameters.h"

#define S_IFSOCK 0140000 /* include/uapi/linux/stat.h */
#define AF_UNIX 1	 /* include/linux/socket.h */
#define AF_INET 2
#define AF_INET6 10
#define AF_VSOCK 40
#define N_STDIO 3

#define FD_STDIN 0
#define FD_STDOUT 1
#define FD_STDERR 2

#if defined(TRACEE_TIER_RING)
#define N_RELAY_DESCRIPTORS 16
#define N_SIBLINGS 8
#else
#define N_RELAY_DESCRIPTORS 14
#define N_SIBLINGS 4
#endif

enum stdio_arg { STDIO_DESCRIPTORS, STDIO_FAMILY, STDIO_TYPE, STDIO_REMOTE, STDIO_LOCAL, STDIO_WAY, STDIO_PEER, STDIO_PEER_NAME };

/* struct sockaddr_in, struct sockaddr_in6: include/uapi/linux/in.h, in6.h. Ports and addresses are in the network's order. */
struct inet_address {
	__u16 family, port;
	__u32 address;
	__u64 zero;
};

struct inet6_address {
	__u16 family, port;
	__u32 flow_info;
	struct in6_addr address;
	__u32 scope_id;
};

/* 0 if @file is no socket. */
static __always_inline struct socket *socket_of(struct file *file)
{
	if (!file || (READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return 0;
	return READ(file, private_data);
}

/* Kinds of sockets that lead to somebody. One of AF_UNIX counts for standard input only: services log to such ones. */
static __always_inline int leads_out(struct socket *socket, __u32 descriptor)
{
	__u16 family = READ(socket, sk, __sk_common.skc_family);

	return family == AF_INET || family == AF_INET6 || family == AF_VSOCK || (family == AF_UNIX && descriptor == 0);
}

/* One of AF_UNIX always is, once it is somebody's standard input. */
static __always_inline int is_connected(struct socket *socket)
{
	struct sock *sk = READ(socket, sk);
	__u16 family = READ(sk, __sk_common.skc_family);

	return (family != AF_INET && family != AF_INET6) || READ(sk, __sk_common.skc_dport);
}

static __always_inline void record_inet(struct scratch *s, __u8 arg, __u32 address, __u16 port)
{
	struct tracee_wire_blob *blob = blob_begin(s, arg, TRACEE_WIRE_BLOB_SOCKADDR);
	struct inet_address *to;

	if (!blob)
		return;
	to = (void *)(blob + 1);
	to->family = AF_INET;
	to->port = port;
	to->address = address;
	to->zero = 0;
	blob_end(s, blob, sizeof(*to), 0);
}

static __always_inline void record_inet6(struct scratch *s, __u8 arg, const struct in6_addr *address, __u16 port)
{
	struct tracee_wire_blob *blob = blob_begin(s, arg, TRACEE_WIRE_BLOB_SOCKADDR);
	struct inet6_address *to;

	if (!blob)
		return;
	to = (void *)(blob + 1);
	to->family = AF_INET6;
	to->port = port;
	to->flow_info = 0;
	read_kernel(&to->address, sizeof(to->address), address);
	to->scope_id = 0;
	blob_end(s, blob, sizeof(*to), 0);
}

static __always_inline void record_addresses(struct scratch *s, struct sock *sk, __u16 family, int has_remote)
{
	__u16 remote = READ(sk, __sk_common.skc_dport), local = __builtin_bswap16(READ(sk, __sk_common.skc_num));

	if (family == AF_INET) {
		if (has_remote)
			record_inet(s, STDIO_REMOTE, READ(sk, __sk_common.skc_daddr), remote);
		record_inet(s, STDIO_LOCAL, READ(sk, __sk_common.skc_rcv_saddr), local);
	} else if (family == AF_INET6 && bpf_core_field_exists(sk->__sk_common.skc_v6_daddr)) {
		if (has_remote)
			record_inet6(s, STDIO_REMOTE, __builtin_preserve_access_index(&sk->__sk_common.skc_v6_daddr), remote);
		record_inet6(s, STDIO_LOCAL, __builtin_preserve_access_index(&sk->__sk_common.skc_v6_rcv_saddr), local);
	}
}

/* Which of the descriptors lead to sockets, as a mask; *@ret_socket is one of them. */
static __always_inline __u32 stdio_sockets(struct task_struct *task, struct socket **ret_socket)
{
	__u32 mask = 0;

#pragma unroll
	for (__u32 fd = 0; fd < N_STDIO; fd++) {
		struct socket *socket = socket_of(file_of(task, fd));

		if (socket && leads_out(socket, fd)) {
			mask |= 1 << fd;
			*ret_socket = socket;
		}
	}
	return mask;
}

struct stdio {
	enum tracee_wire_way way;
	__u32 descriptors;
	struct socket *socket;
	/* connect(2): the address that it leads to from now on, in the kernel's memory; 0: what the socket knows */
	const void *remote;
	__u64 remote_size;
	/* of a relay: the process at the other end of the pipes or of the terminal; else 0 */
	struct task_struct *peer;
};

static __always_inline void stdio_event(void *ctx, const struct stdio *stdio, __u32 space)
{
	__u32 slot = TRACEE_WIRE_SLOT_OF_OTHER(TRACEE_WIRE_STDIO_SOCKET);
	const struct tracee_wire_select *select = event_wanted(slot);
	struct task_struct *peer = stdio->peer;
	struct socket *socket = stdio->socket;
	struct scratch *s;
	struct sock *sk;
	__u16 family;

	if (!select)
		return;
	s = event_begin((void *)bpf_get_current_task(), slot, select, space);
	if (!s)
		return;
	sk = READ(socket, sk);
	family = READ(sk, __sk_common.skc_family);
	s->event.args[STDIO_DESCRIPTORS] = stdio->descriptors;
	s->event.args[STDIO_FAMILY] = family;
	s->event.args[STDIO_TYPE] = READ(socket, type);
	s->event.args[STDIO_WAY] = stdio->way;
	if (family == AF_UNIX)
		s->event.args[STDIO_PEER] = pid_number(READ(sk, sk_peer_pid), 0, 0);
	if (peer) {
		s->event.args[STDIO_PEER] = READ(peer, tgid);
		record_kernel_string(s, STDIO_PEER_NAME, __builtin_preserve_access_index(&peer->comm));
	}
	record_addresses(s, sk, family, !stdio->remote);
	if (stdio->remote)
		record_kernel_bytes(s, STDIO_REMOTE, TRACEE_WIRE_BLOB_SOCKADDR, stdio->remote, stdio->remote_size);
	event_submit(ctx, s, slot, is_for_rule(select));
}

/*
 * One of AF_UNIX that the parent has at standard input, too: sshd starts shells so, and what such a shell starts is told by what
 * was told of it.
 */
static __always_inline int is_local_of_parent(struct task_struct *task, struct socket *socket)
{
	return READ(socket, sk, __sk_common.skc_family) == AF_UNIX && file_of(READ(task, real_parent), 0) == file_of(task, 0);
}

/* ---- relays: pipes and terminals whose other end is a process that has a socket ------------- */

static __always_inline int is_inet_connected(struct socket *socket)
{
	struct sock *sk = READ(socket, sk);
	__u16 family = READ(sk, __sk_common.skc_family);

	return (family == AF_INET || family == AF_INET6) && READ(sk, __sk_common.skc_dport);
}

/* The pipe of a descriptor; 0 if it is none. */
static __always_inline void *pipe_of(struct file *file)
{
	return file && (READ(file, f_inode, i_mode) & S_IFMT) == S_IFIFO ? READ(file, private_data) : 0;
}

#define PTMX DEVICE(5, 2) /* Documentation/admin-guide/devices.txt: the master side of any */
#define FIRST_PTS_MAJOR 136
#define LAST_PTS_MAJOR 143
#define MAJOR(device) ((device) >> 20)

/* What the two ends of a pipe or of a terminal have in common, seen from the end of who reads his input there; 0: it is neither. */
static __always_inline void *line_of(struct file *file)
{
	struct inode *inode = READ(file, f_inode);
	__u32 type = READ(inode, i_mode) & S_IFMT, major;
	struct tty_file_private *terminal;

	if (type == S_IFIFO)
		return READ(file, private_data);
	major = MAJOR(READ(inode, i_rdev));
	if (type != S_IFCHR || major < FIRST_PTS_MAJOR || major > LAST_PTS_MAJOR)
		return 0;
	terminal = READ(file, private_data);
	return READ(terminal, tty, link);
}

/* The same from the other end. */
static __always_inline void *far_line_of(struct file *file, struct inode *inode, __u32 type)
{
	struct tty_file_private *terminal = READ(file, private_data);

	if (type == S_IFIFO)
		return terminal;
	return type == S_IFCHR && READ(inode, i_rdev) == PTMX ? READ(terminal, tty) : 0;
}

/* Whether @task has the other end of @line, and a connection of AF_INET or AF_INET6: *@ret_socket. */
static __always_inline int relays(struct task_struct *task, void *line, struct socket **ret_socket)
{
	struct fdtable *table = READ(task, files, fdt);
	struct file **files = READ(table, fd);
	__u32 n = READ(table, max_fds);
	__u64 has_line = 0, socket = 0;

	REPEAT
	for (__u32 fd = 0; fd < N_RELAY_DESCRIPTORS; fd++) {
		struct file *file = 0;
		struct inode *inode;
		__u32 type;

		if (fd >= n)
			break;
		read_kernel(&file, sizeof(file), files + fd);
		inode = READ(file, f_inode);
		type = READ(inode, i_mode) & S_IFMT;
		if (type == S_IFSOCK) {
			struct socket *candidate = READ(file, private_data);

			if (is_inet_connected(candidate))
				socket = (__u64)candidate;
		} else if (far_line_of(file, inode, type) == line) {
			has_line = 1;
		}
		hide(has_line);
		hide(socket);
	}
	*ret_socket = (void *)socket;
	return has_line && socket;
}

/* Input and output of a new image lead to its parent, and that is connected: socat does so, and whoever starts a shell for others. */
static __always_inline void exec_relayed(struct task_struct *task, struct stdio *stdio)
{
	struct file *in = file_of(task, FD_STDIN), *out = file_of(task, FD_STDOUT);
	struct task_struct *parent = READ(task, real_parent);
	void *line;

	if (!in || !out)
		return;
	line = line_of(in);
	if (!line || !line_of(out) || !relays(parent, line, &stdio->socket))
		return;
	stdio->way = TRACEE_WIRE_WAY_RELAY;
	stdio->descriptors = 1 << FD_STDIN | 1 << FD_STDOUT;
	stdio->peer = parent;
}

/*
 * The process among those that have the same parent whose input is @task's output, and whose output is @task's input, both pipes: the
 * pipeline of a shell that goes round in a circle, as `nc HOST PORT < fifo | sh > fifo`. 0: there is none.
 */
static __always_inline struct task_struct *in_circle_with(struct task_struct *task)
{
	void *in = pipe_of(file_of(task, FD_STDIN)), *out = pipe_of(file_of(task, FD_STDOUT));
	struct task_struct *parent, *other = 0;
	struct list_head *node;
	__u64 found = 0;

	if (!in || !out)
		return 0;
	parent = READ(task, real_parent);
	node = READ(parent, children.next);
	REPEAT
	for (int i = 0; i < N_SIBLINGS; i++) {
		other = (void *)node - __builtin_preserve_field_info(other->sibling, BPF_FIELD_BYTE_OFFSET);
		if (pipe_of(file_of(other, FD_STDIN)) == out && pipe_of(file_of(other, FD_STDOUT)) == in)
			found = (__u64)other;
		hide(found);
		node = READ(node, next);
	}
	return (void *)found;
}

/* A socket of AF_INET or AF_INET6 that @task connects, or has accepted, is another process's input and output by way of @task. */
static __always_inline void is_relayed(struct task_struct *task, struct stdio *stdio)
{
	struct socket *socket = stdio->socket;
	__u16 family = READ(socket, sk, __sk_common.skc_family);

	if (family != AF_INET && family != AF_INET6)
		return;
	stdio->peer = in_circle_with(task);
	if (!stdio->peer)
		return;
	stdio->way = TRACEE_WIRE_WAY_RELAY;
	stdio->descriptors = 1 << FD_STDIN | 1 << FD_STDOUT;
}

/* What a new image starts with, however it came there. Descriptors that end with execve are closed by now. */
SEC("raw_tp/sched_process_exec")
int handle_exec_stdio(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = (void *)ctx->args[0];
	struct stdio stdio = { .way = TRACEE_WIRE_WAY_EXEC };

	stdio.descriptors = stdio_sockets(task, &stdio.socket);
	if (!stdio.descriptors)
		exec_relayed(task, &stdio);
	else if (is_local_of_parent(task, stdio.socket))
		return 0;
	if (stdio.descriptors)
		stdio_event(ctx, &stdio, SCRATCH_RAW_TRACEPOINT);
	return 0;
}

static __always_inline void stdio_changed(void *ctx, enum tracee_wire_way way)
{
	struct stdio stdio = { .way = way };

	stdio.descriptors = stdio_sockets((void *)bpf_get_current_task(), &stdio.socket);
	if (stdio.descriptors)
		stdio_event(ctx, &stdio, SCRATCH_NOT_PREEMPTED);
}

/*
 * When dup2(2) or dup3(2) returns, which nobody is asked about before: behind the tables of system calls there is a function that
 * compilers make a part of others, and so nothing to probe. What returns is the descriptor, or an error, which is no small number.
 */
static __always_inline int dup_returns(struct pt_regs *ctx)
{
	__u64 fd = RETURNED(ctx);

	if (fd < N_STDIO && socket_of(file_of((void *)bpf_get_current_task(), fd)))
		stdio_changed(ctx, TRACEE_WIRE_WAY_DUP);
	return 0;
}

#if defined(__TARGET_ARCH_x86)
#define NATIVE_CALL(name) "kretprobe/__x64_sys_" name
#define COMPAT_CALL(name) "kretprobe/__ia32_sys_" name
#else
#define NATIVE_CALL(name) "kretprobe/__arm64_sys_" name
#define COMPAT_CALL(name) NATIVE_CALL(name) /* dup2 is there for 32-bit processes only */
#endif

SEC(NATIVE_CALL("dup3"))
int handle_dup3(struct pt_regs *ctx)
{
	return dup_returns(ctx);
}

SEC(NATIVE_CALL("dup2"))
int handle_dup2(struct pt_regs *ctx)
{
	return dup_returns(ctx);
}

SEC(COMPAT_CALL("dup3"))
int handle_compat_dup3(struct pt_regs *ctx)
{
	return dup_returns(ctx);
}

SEC(COMPAT_CALL("dup2"))
int handle_compat_dup2(struct pt_regs *ctx)
{
	return dup_returns(ctx);
}

/*
 * void fd_install(unsigned int fd, struct file *file): fs/file.c. Whatever makes a new descriptor comes by here: dup, F_DUPFD, accept,
 * descriptors that came in a message, io_uring; and nobody is asked before. A new socket leads nowhere yet.
 */
SEC("kprobe/fd_install")
int handle_fd_install(struct pt_regs *ctx)
{
	__u32 fd = PARAMETER_1(ctx);
	struct stdio stdio = { .way = TRACEE_WIRE_WAY_DESCRIPTOR };
	struct task_struct *task = (void *)bpf_get_current_task();
	struct socket *other = 0;

	stdio.socket = socket_of((void *)PARAMETER_2(ctx));
	if (!stdio.socket || !leads_out(stdio.socket, fd) || !is_connected(stdio.socket))
		return 0;
	if (fd < N_STDIO)
		/* It is not in the table yet. */
		stdio.descriptors = 1 << fd | stdio_sockets(task, &other);
	else
		is_relayed(task, &stdio);
	if (stdio.descriptors)
		stdio_event(ctx, &stdio, SCRATCH_NOT_PREEMPTED);
	return 0;
}

/*
 * int security_socket_connect(struct socket *sock, struct sockaddr *address, int addrlen): security/security.c. The address is the
 * kernel's copy.
 */
SEC("kprobe/security_socket_connect")
int handle_stdio_connect(struct pt_regs *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct stdio stdio = {
		.way = TRACEE_WIRE_WAY_CONNECT,
		.socket = (void *)PARAMETER_1(ctx),
		.remote = (void *)PARAMETER_2(ctx),
		.remote_size = PARAMETER_3(ctx),
	};

#pragma unroll
	for (__u32 fd = 0; fd < N_STDIO; fd++) {
		if (socket_of(file_of(task, fd)) == stdio.socket && leads_out(stdio.socket, fd))
			stdio.descriptors |= 1 << fd;
	}
	if (!stdio.descriptors)
		is_relayed(task, &stdio);
	if (stdio.descriptors)
		stdio_event(ctx, &stdio, SCRATCH_NOT_PREEMPTED);
	return 0;
}

#endif
