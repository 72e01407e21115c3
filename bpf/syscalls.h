/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACEE_BPF_SYSCALLS_H
#define TRACEE_BPF_SYSCALLS_H

/*
 * System calls, at their exit: by then the memory that arguments point to has mostly been touched,
 * and entry plus exit would cost twice. A successful execve is not here: its arguments went with
 * the old image (see process.h).
 */
#include "bpf/record.h"

#if defined(__TARGET_ARCH_x86)
#define NR_EXECVE 59   /* arch/x86/entry/syscalls/syscall_64.tbl */
#define NR_EXECVEAT 322
#define TS_COMPAT 0x0002 /* arch/x86/include/asm/thread_info.h */

static __always_inline __u32 syscall_number(struct pt_regs *regs)
{
	return READ(regs, orig_ax);
}

static __always_inline int is_compat(struct task_struct *task)
{
	return READ(task, thread_info.status) & TS_COMPAT;
}

static __always_inline void syscall_args(struct pt_regs *regs, __u64 *args)
{
	args[0] = READ(regs, di);
	args[1] = READ(regs, si);
	args[2] = READ(regs, dx);
	args[3] = READ(regs, r10);
	args[4] = READ(regs, r8);
	args[5] = READ(regs, r9);
}
#else
#define NR_EXECVE 221 /* include/uapi/asm-generic/unistd.h */
#define NR_EXECVEAT 281
#define TIF_32BIT (1 << 22) /* arch/arm64/include/asm/thread_info.h */

static __always_inline __u32 syscall_number(struct pt_regs *regs)
{
	return READ(regs, syscallno);
}

static __always_inline int is_compat(struct task_struct *task)
{
	return READ(task, thread_info.flags) & TIF_32BIT;
}

static __always_inline void syscall_args(struct pt_regs *regs, __u64 *args)
{
	args[0] = READ(regs, orig_x0); /* x0 holds the result by now */
	args[1] = READ(regs, regs[1]);
	args[2] = READ(regs, regs[2]);
	args[3] = READ(regs, regs[3]);
	args[4] = READ(regs, regs[4]);
	args[5] = READ(regs, regs[5]);
}
#endif

#define OPEN_HOW_SIZE 24 /* struct open_how, include/uapi/linux/openat2.h, first version */

static __always_inline void syscall_blob(struct scratch *s, __u8 arg, __u8 kind)
{
	__u64 *args = s->event.args;
	const void *from = (void *)args[arg & (TRACEE_WIRE_N_ARGS - 1)];

	if (kind == TRACEE_WIRE_BLOB_STRING)
		record_user_string(s, arg, from);
	else if (kind == TRACEE_WIRE_BLOB_SOCKADDR)
		/* The length is the next argument, everywhere that an address goes in. */
		record_user_bytes(s, arg, kind, from, (__u32)args[(arg + 1) & (TRACEE_WIRE_N_ARGS - 1)]);
	else if (kind == TRACEE_WIRE_BLOB_OPEN_HOW)
		record_user_bytes(s, arg, kind, from, OPEN_HOW_SIZE);
}

static __always_inline void exec_blobs(struct scratch *s, __u32 first)
{
	__u64 *args = s->event.args;

	record_user_string(s, first, (void *)args[first]);
	record_user_string_array(s, first + 1, (void *)args[first + 1]);
	record_user_string_array(s, first + 2, (void *)args[first + 2]);
}

static __always_inline int sys_exit(void *ctx, struct pt_regs *regs, long ret, __u32 space)
{
	const struct tracee_wire_select *select;
	__u32 nr = syscall_number(regs);
	struct task_struct *task;
	struct scratch *s;

	if (nr >= TRACEE_WIRE_N_SYSCALL_SLOTS)
		return 0;
	select = event_wanted(nr);
	if (!select)
		return 0;
	task = (void *)bpf_get_current_task();
	/* Their numbers and arguments mean something else. */
	if (is_compat(task))
		return 0;
	if ((nr == NR_EXECVE || nr == NR_EXECVEAT) && ret >= 0)
		return 0;
	if (!(select->flags & TRACEE_WIRE_SELECT_TRACE)) {
		__u64 args[TRACEE_WIRE_N_ARGS] = {};

		syscall_args(regs, args);
		if (!is_finding(select, args))
			return 0;
	}
	s = event_begin(task, nr, space);
	if (!s)
		return 0;
	s->event.ret = ret;
	syscall_args(regs, s->event.args);
	if (nr == NR_EXECVE) {
		exec_blobs(s, 0);
	} else if (nr == NR_EXECVEAT) {
		exec_blobs(s, 1);
	} else {
		syscall_blob(s, select->blob_arg[0], select->blob_kind[0]);
		syscall_blob(s, select->blob_arg[1], select->blob_kind[1]);
		syscall_blob(s, select->blob_arg[2], select->blob_kind[2]);
	}
	event_submit(ctx, s, nr, select);
	return 0;
}

/* TP_PROTO(struct pt_regs *regs, long ret): include/trace/events/syscalls.h */
SEC("raw_tp/sys_exit")
int handle_sys_exit(struct bpf_raw_tracepoint_args *ctx)
{
	return sys_exit(ctx, (void *)ctx->args[0], ctx->args[1], SCRATCH_RAW_TRACEPOINT);
}

#if defined(TRACEE_TIER_RING)
/* /sys/kernel/tracing/events/raw_syscalls/sys_exit/format */
struct sys_exit_record {
	__u64 common;
	long nr;
	long ret;
};

/*
 * The same through perf, which keeps the program from being preempted. On a raw tracepoint the kernel leaves
 * a program out while another run of it is preempted on that CPU, and since 7.0 that happens all the
 * time where many processes call. The record has no registers; the helper is there since 5.15.
 */
SEC("tp/raw_syscalls/sys_exit")
int handle_sys_exit_perf(struct sys_exit_record *ctx)
{
	if (!bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs))
		return 0;
	return sys_exit(ctx, (void *)bpf_task_pt_regs(bpf_get_current_task_btf()), ctx->ret, SCRATCH_NOT_PREEMPTED);
}
#endif

#endif
