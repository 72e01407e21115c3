/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACEE_BPF_PROCESS_H
#define TRACEE_BPF_PROCESS_H

/* The life of processes: fork, exec, exit, from the scheduler's tracepoints. */
#include "bpf/record.h"
#include "bpf/syscalls.h"

/* TP_PROTO(struct task_struct *parent, struct task_struct *child): include/trace/events/sched.h */
SEC("raw_tp/sched_process_fork")
int handle_process_fork(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 slot = TRACEE_WIRE_SLOT_OF_OTHER(TRACEE_WIRE_SCHED_PROCESS_FORK);
	const struct tracee_wire_select *select = event_wanted(slot);
	struct task_struct *child = (void *)ctx->args[1];
	struct ids ids = {};
	struct scratch *s;

	if (!select)
		return 0;
	s = event_begin((void *)bpf_get_current_task(), slot, select, SCRATCH_RAW_TRACEPOINT);
	if (!s)
		return 0;
	task_ids(child, &ids);
	s->event.args[0] = READ(child, pid);
	s->event.args[1] = ids.tid;
	s->event.args[2] = READ(child, tgid);
	s->event.args[3] = ids.pid;
	s->event.args[4] = READ(child, group_leader, start_time);
	event_submit(ctx, s, slot, is_for_rule(select));
	return 0;
}

/* TP_PROTO(struct task_struct *task, const char *comm): include/trace/events/task.h */
SEC("raw_tp/task_rename")
int handle_task_rename(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 tid = (__u32)bpf_get_current_pid_tgid();
	struct comm comm = {};

	/* The tracepoint comes before the change. Another thread's rename is not an execve. */
	if ((void *)ctx->args[0] != (void *)bpf_get_current_task())
		return 0;
	bpf_get_current_comm(comm.text, sizeof(comm.text));
	bpf_map_update_elem(&exec_comm, &tid, &comm, BPF_ANY);
	return 0;
}

/*
 * @first: position of the path among the arguments; argv and environment follow. They are read from
 * the new image's stack, where the kernel has just written them and nobody else has been yet.
 */
SHARED void exec_image(struct scratch *s, struct task_struct *task, struct linux_binprm *bprm, __u8 first)
{
	struct mm_struct *mm = READ(task, mm);

	record_kernel_string(s, first, READ(bprm, filename));
	record_user_strings(s, first + 1, READ(mm, arg_start), READ(mm, arg_end));
	if (config_has(TRACEE_WIRE_EXEC_ENV))
		record_user_strings(s, first + 2, READ(mm, env_start), READ(mm, env_end));
}

/* execve and execveat that succeeded, under the name of the image that called. */
static __always_inline void exec_syscall(void *ctx, struct task_struct *task, struct linux_binprm *bprm)
{
	struct linux_binprm___fdpath *since_5_9 = (void *)bprm;
	int by_descriptor = bpf_core_field_exists(since_5_9->fdpath) && READ(since_5_9, fdpath);
	/* Whether the old image was a 32-bit one the kernel has forgotten by now. */
	__u32 slot = by_descriptor ? NR_EXECVEAT : NR_EXECVE;
	const struct tracee_wire_select *select = event_wanted(slot);
	__u32 tid = (__u32)bpf_get_current_pid_tgid();
	struct comm *comm;
	struct scratch *s;

	if (!select)
		return;
	s = event_begin_as(task, slot, select, SCRATCH_RAW_TRACEPOINT, 1);
	if (!s)
		return;
	exec_image(s, task, bprm, by_descriptor ? 1 : 0);
	s->event.flags |= TRACEE_WIRE_EXEC_DONE;
	comm = bpf_map_lookup_elem(&exec_comm, &tid);
	if (comm)
		__builtin_memcpy(s->event.comm, comm->text, sizeof(s->event.comm));
	event_submit(ctx, s, slot, is_for_rule(select));
}

/* TP_PROTO(struct task_struct *p, pid_t old_pid, struct linux_binprm *bprm): include/trace/events/sched.h */
SEC("raw_tp/sched_process_exec")
int handle_process_exec(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 slot = TRACEE_WIRE_SLOT_OF_OTHER(TRACEE_WIRE_SCHED_PROCESS_EXEC);
	const struct tracee_wire_select *select = event_wanted(slot);
	struct task_struct *task = (void *)ctx->args[0];
	struct linux_binprm *bprm = (void *)ctx->args[2];
	struct inode *inode;
	struct scratch *s;

	exec_syscall(ctx, task, bprm);
	if (!select)
		return 0;
	s = event_begin(task, slot, select, SCRATCH_RAW_TRACEPOINT);
	if (!s)
		return 0;
	exec_image(s, task, bprm, 0);
	inode = READ(bprm, file, f_inode);
	s->event.args[3] = READ(inode, i_sb, s_dev);
	s->event.args[4] = READ(inode, i_ino);
	event_submit(ctx, s, slot, is_for_rule(select));
	return 0;
}

#define SIGTRAP 5 /* include/uapi/asm-generic/signal.h */
#define SI_KERNEL 0x80 /* include/uapi/asm-generic/siginfo.h; of int3 on x86 */
#define TRAP_BRKPT 1 /* the same; of brk on arm64 */
#define SIG_IGN 1
#define SI_CODE_AT 8 /* in siginfo_t */

/*
 * TP_PROTO(int sig, struct kernel_siginfo *info, struct k_sigaction *ka): include/trace/events/signal.h. A tracer takes such a signal
 * before it is delivered. The handler is the first member of struct k_sigaction on our machines.
 */
SEC("raw_tp/signal_deliver")
int handle_signal_deliver(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 slot = TRACEE_WIRE_SLOT_OF_OTHER(TRACEE_WIRE_BREAKPOINT_HANDLED);
	const struct tracee_wire_select *select;
	__u64 handler = 0;
	struct scratch *s;
	int code = 0;

	if ((int)ctx->args[0] != SIGTRAP)
		return 0;
	select = event_wanted(slot);
	if (!select)
		return 0;
	read_kernel(&code, sizeof(code), (void *)ctx->args[1] + SI_CODE_AT);
	read_kernel(&handler, sizeof(handler), (void *)ctx->args[2]);
	if ((code != SI_KERNEL && code != TRAP_BRKPT) || handler <= SIG_IGN)
		return 0;
	s = event_begin((void *)bpf_get_current_task(), slot, select, SCRATCH_RAW_TRACEPOINT);
	if (!s)
		return 0;
	s->event.args[0] = handler;
	event_submit(ctx, s, slot, is_for_rule(select));
	return 0;
}

/*
 * Whether the process ends with this thread. The count of live threads is taken down before the
 * tracepoint, so two that end at the same time may both find none: the first to say so does.
 */
static __always_inline int is_gone(struct task_struct *task, const struct tracee_wire_event *e)
{
	struct process process = { .start_time_ns = e->start_time_ns, .host_pid = e->host_pid };
	__u32 yes = 1;

	if (READ(task, signal, live.counter) != 0)
		return 0;
	return bpf_map_update_elem(&gone, &process, &yes, BPF_NOEXIST) == 0;
}

static __always_inline int process_exit(void *ctx, struct task_struct *task, __u32 space)
{
	__u32 slot = TRACEE_WIRE_SLOT_OF_OTHER(TRACEE_WIRE_SCHED_PROCESS_EXIT);
	const struct tracee_wire_select *select = event_wanted(slot);
	struct scratch *s;
	int code;

	if (!select)
		return 0;
	s = event_begin(task, slot, select, space);
	if (!s)
		return 0;
	/* As wait(2) has it: the status in the second byte, the signal in the first. */
	code = READ(task, exit_code);
	s->event.args[0] = (code >> 8) & 0xff;
	s->event.args[1] = code & 0x7f;
	s->event.args[2] = is_gone(task, &s->event);
	event_submit(ctx, s, slot, is_for_rule(select));
	return 0;
}

/* TP_PROTO(struct task_struct *p, …): include/trace/events/sched.h */
SEC("raw_tp/sched_process_exit")
int handle_process_exit(struct bpf_raw_tracepoint_args *ctx)
{
	return process_exit(ctx, (void *)ctx->args[0], SCRATCH_RAW_TRACEPOINT);
}

#if defined(TRACEE_TIER_RING)
/* See handle_sys_exit_perf(): the threads of a process end all at once. It is the current one that ends. */
SEC("tp/sched/sched_process_exit")
int handle_process_exit_perf(void *ctx)
{
	return process_exit(ctx, (void *)bpf_get_current_task(), SCRATCH_NOT_PREEMPTED);
}
#endif

#endif
