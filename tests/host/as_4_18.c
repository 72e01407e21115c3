// SPDX-License-Identifier: Apache-2.0
/*
 * as_4_18 REPORT PROGRAM [ARGUMENT...]: runs PROGRAM on this kernel as if its bpf(2) were that of Linux 4.18: what
 * 4.18 does not know is answered as 4.18 answers, what it knows is let through. The kernel's own BTF is
 * out of sight. REPORT becomes one line of JSON: {"calls": of bpf(2), "refused": {command: times}}.
 * Ends with PROGRAM's status.
 *
 * Sources: v4.18's kernel/bpf/syscall.c, verifier.c and arraymap.c, include/uapi/linux/bpf.h. It has BTF (of maps),
 * but not the kinds that programs need, so BTF is refused as a whole. PROGRAM's memory is read while it waits
 * for the answer; that is no protection against one that changes it from another thread, which ours do not.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define ATTR_SIZE 72 /* union bpf_attr, up to prog_load's expected_attach_type */
#define MAP_CREATE_SIZE 60 /* up to btf_value_type_id */
#define LAST_COMMAND 20 /* BPF_TASK_FD_QUERY */
#define LAST_MAP_TYPE 18 /* BPF_MAP_TYPE_SOCKHASH */
#define LAST_PROG_TYPE 20 /* BPF_PROG_TYPE_LIRC_MODE2 */
#define LAST_HELPER 80 /* BPF_FUNC_get_current_cgroup_id */
#define POISON 0xbad2310 /* what libbpf calls instead of a relocation that leads nowhere (relo_core.c) */
#define MAP_FLAGS 0x3f /* up to BPF_F_STACK_BUILD_ID */
#define INSNS_MAX 4096
#define N_COMMANDS 64

struct call {
	pid_t pid;
	unsigned int command;
	union bpf_attr attr; /* what is beyond its size is zero */
	size_t size_bytes;
};

static unsigned long n_calls, n_refused[N_COMMANDS];

static void die(const char *what)
{
	fprintf(stderr, "as_4_18: %s: %s\n", what, strerror(errno));
	exit(125);
}

static bool peek(pid_t pid, uint64_t from, void *to, size_t size)
{
	struct iovec local = { to, size }, remote = { (void *)(uintptr_t)from, size };

	return process_vm_readv(pid, &local, 1, &remote, 1, 0) == (ssize_t)size;
}

static bool is_zero_from(const struct call *call, size_t from)
{
	const uint8_t *bytes = (const void *)&call->attr;

	for (size_t i = from; i < sizeof(call->attr); i++) {
		if (bytes[i])
			return false;
	}
	return true;
}

/* bpf_obj_name_cpy() */
static bool is_name(const char *name)
{
	size_t length = strnlen(name, BPF_OBJ_NAME_LEN);

	return length < BPF_OBJ_NAME_LEN &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == length;
}

static int map_create(const struct call *call)
{
	const union bpf_attr *attr = &call->attr;

	if (!is_zero_from(call, MAP_CREATE_SIZE) || attr->map_type == 0 || attr->map_type > LAST_MAP_TYPE ||
	    (attr->map_flags & ~MAP_FLAGS) || attr->btf_key_type_id || attr->btf_value_type_id || !is_name(attr->map_name))
		return EINVAL;
	return 0;
}

static bool is_insn(const struct bpf_insn *insn)
{
	uint8_t class = BPF_CLASS(insn->code);

	if (class == BPF_JMP32)
		return false;
	if (class == BPF_STX && BPF_MODE(insn->code) == BPF_XADD && insn->imm != 0)
		return false;
	/* A helper is looked up when the verifier comes by: what libbpf poisoned is dead, or this kernel refuses it. */
	if (insn->code == (BPF_JMP | BPF_CALL))
		return insn->src_reg == 0 && ((insn->imm > 0 && insn->imm <= LAST_HELPER) || insn->imm == POISON);
	if (insn->code == (BPF_LD | BPF_IMM | BPF_DW))
		return insn->src_reg <= BPF_PSEUDO_MAP_FD;
	return true;
}

/* Way number @way out of instruction @at; INSNS_MAX if there are no more. */
static unsigned int way_out(const struct bpf_insn *insns, unsigned int at, unsigned int way)
{
	const struct bpf_insn *insn = &insns[at];
	uint8_t op = BPF_OP(insn->code);
	bool is_jump = BPF_CLASS(insn->code) == BPF_JMP && op != BPF_CALL && op != BPF_EXIT;

	if (insn->code == (BPF_JMP | BPF_EXIT))
		return INSNS_MAX;
	if (is_jump && way == 0)
		return (unsigned int)((int)at + 1 + insn->off);
	if (way > is_jump || (is_jump && op == BPF_JA))
		return INSNS_MAX;
	return at + (insn->code == (BPF_LD | BPF_IMM | BPF_DW) ? 2 : 1);
}

/* check_cfg(): depth first, a way into what is not done yet is a loop. */
static bool has_loop(const struct bpf_insn *insns, unsigned int n)
{
	static unsigned int path[INSNS_MAX];
	static uint8_t next[INSNS_MAX], state[INSNS_MAX]; /* 0 unseen, 1 on the path, 2 done */
	unsigned int depth = 1;

	memset(next, 0, sizeof(next));
	memset(state, 0, sizeof(state));
	path[0] = 0;
	state[0] = 1;
	while (depth) {
		unsigned int at = path[depth - 1], to = way_out(insns, at, next[at]++);

		if (to >= n) {
			state[at] = 2;
			depth--;
		} else if (state[to] == 1) {
			return true;
		} else if (state[to] == 0) {
			state[to] = 1;
			path[depth++] = to;
		}
	}
	return false;
}

static int prog_load(const struct call *call)
{
	static struct bpf_insn insns[INSNS_MAX];
	const union bpf_attr *attr = &call->attr;

	if ((attr->prog_flags & ~BPF_F_STRICT_ALIGNMENT) || attr->prog_type > LAST_PROG_TYPE || !is_name(attr->prog_name))
		return EINVAL;
	if (attr->prog_type == BPF_PROG_TYPE_KPROBE && !attr->kern_version)
		return EINVAL;
	if (attr->insn_cnt == 0 || attr->insn_cnt > INSNS_MAX)
		return E2BIG;
	if (!peek(call->pid, attr->insns, insns, attr->insn_cnt * sizeof(insns[0])))
		return EFAULT;
	for (size_t i = 0; i < attr->insn_cnt; i++) {
		if (!is_insn(&insns[i]))
			return EINVAL;
		i += insns[i].code == (BPF_LD | BPF_IMM | BPF_DW);
	}
	return has_loop(insns, attr->insn_cnt) ? EINVAL : 0;
}

/* 0 lets it through. */
static int answer(const struct call *call)
{
	if (call->size_bytes > ATTR_SIZE && !is_zero_from(call, ATTR_SIZE))
		return E2BIG;
	if (call->command > LAST_COMMAND || call->command == BPF_BTF_LOAD || call->command == BPF_BTF_GET_FD_BY_ID)
		return EINVAL;
	if (call->command == BPF_MAP_CREATE)
		return map_create(call);
	if (call->command == BPF_PROG_LOAD)
		return prog_load(call);
	return 0;
}

static void serve(int listener)
{
	struct seccomp_notif request = {};
	struct seccomp_notif_resp response = {};
	struct call call = {};
	size_t size;
	int error;

	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &request) < 0)
		return;
	call.pid = (pid_t)request.pid;
	call.command = (unsigned int)request.data.args[0];
	call.size_bytes = request.data.args[2];
	size = call.size_bytes < sizeof(call.attr) ? call.size_bytes : sizeof(call.attr);
	error = peek(call.pid, request.data.args[1], &call.attr, size) ? answer(&call) : EFAULT;
	n_calls++;
	if (error)
		n_refused[call.command < N_COMMANDS ? call.command : N_COMMANDS - 1]++;
	response.id = request.id;
	response.error = -error;
	response.flags = error ? 0 : SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

/* ---- the program ----------------------------------------------------------------------------- */

static int listen_to_bpf(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_bpf, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { sizeof(code) / sizeof(code[0]), code };

	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter);
}

static void send_descriptor(int to, int fd)
{
	char space[CMSG_SPACE(sizeof(int))] = {}, byte = 0;
	struct iovec iovec = { &byte, 1 };
	struct msghdr message = { .msg_iov = &iovec, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof(space) };
	struct cmsghdr *control = CMSG_FIRSTHDR(&message);

	control->cmsg_level = SOL_SOCKET;
	control->cmsg_type = SCM_RIGHTS;
	control->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(control), &fd, sizeof(int));
	if (sendmsg(to, &message, 0) < 0)
		die("sendmsg");
}

static int receive_descriptor(int from)
{
	char space[CMSG_SPACE(sizeof(int))], byte;
	struct iovec iovec = { &byte, 1 };
	struct msghdr message = { .msg_iov = &iovec, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof(space) };
	int fd;

	if (recvmsg(from, &message, MSG_CMSG_CLOEXEC) <= 0 || !CMSG_FIRSTHDR(&message))
		die("the program did not start");
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(int));
	return fd;
}

static void run(int channel, char **argv)
{
	int listener;

	if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("tmpfs", "/sys/kernel/btf", "tmpfs", 0, "size=4k") < 0)
		die("hiding /sys/kernel/btf");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	listener = listen_to_bpf();
	if (listener < 0)
		die("seccomp");
	send_descriptor(channel, listener);
	close(listener);
	close(channel);
	execv(argv[0], argv);
	die(argv[0]);
}

static pid_t child;

static void pass_on(int signal)
{
	kill(child, signal);
}

static void write_report(const char *path)
{
	FILE *file = fopen(path, "we");
	const char *comma = "";

	if (!file)
		die(path);
	fprintf(file, "{\"calls\":%lu,\"refused\":{", n_calls);
	for (unsigned int i = 0; i < N_COMMANDS; i++) {
		if (n_refused[i]) {
			fprintf(file, "%s\"%u\":%lu", comma, i, n_refused[i]);
			comma = ",";
		}
	}
	fprintf(file, "}}\n");
	if (fclose(file) != 0)
		die(path);
}

int main(int argc, char **argv)
{
	int channel[2], listener, status;
	struct pollfd waiting;

	if (argc < 3) {
		fprintf(stderr, "usage: as_4_18 REPORT PROGRAM [ARGUMENT...]\n");
		return 2;
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) < 0)
		die("socketpair");
	child = fork();
	if (child < 0)
		die("fork");
	if (child == 0)
		run(channel[1], argv + 2);
	signal(SIGTERM, pass_on);
	signal(SIGINT, pass_on);
	close(channel[1]);
	listener = receive_descriptor(channel[0]);
	waiting = (struct pollfd){ .fd = listener, .events = POLLIN };
	while (waitpid(child, &status, WNOHANG) == 0) {
		if (poll(&waiting, 1, 50) > 0 && (waiting.revents & POLLIN))
			serve(listener);
	}
	write_report(argv[1]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
