/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACEE_BPF_SYSCALLS_H
#define TRACEE_BPF_SYSCALLS_H

/*
 * System calls, at their exit: by then the memory that arguments point to has mostly been touched,
 * and entry plus exit would cost twice. A successful execve is not here: its arguments went with
 * the old image (see process.h).
 */
#include "bpf/path.h"
#include "bpf/record.h"

#if defined(__TARGET_ARCH_x86)
#define NR_EXECVE 59   /* arch/x86/entry/syscalls/syscall_64.tbl */
#define NR_EXECVEAT 322
#define NR_EXECVE_COMPAT 11 /* arch/x86/entry/syscalls/syscall_32.tbl */
#define NR_EXECVEAT_COMPAT 358
#define TS_COMPAT 0x0002 /* arch/x86/include/asm/thread_info.h */

static __always_inline __u32 syscall_number(struct pt_regs *regs)
{
	return READ(regs, orig_ax);
}

static __always_inline int is_compat(struct task_struct *task)
{
	return READ(task, thread_info.status) & TS_COMPAT;
}

/*
 * How the registers that hold arguments stand in struct pt_regs (arch/x86/include/uapi/asm/ptrace.h, so for
 * good): one read is cheaper than six.
 */
struct saved_registers {
	__u64 r10, r9, r8, ax, cx, dx, si, di;
};

static __always_inline void syscall_args(struct pt_regs *regs, __u64 *args)
{
	struct saved_registers saved = {};

	read_kernel(&saved, sizeof(saved), __builtin_preserve_access_index(&regs->r10));
	args[0] = saved.di;
	args[1] = saved.si;
	args[2] = saved.dx;
	args[3] = saved.r10;
	args[4] = saved.r8;
	args[5] = saved.r9;
}

/* Of a 32-bit process, and of any that calls by interrupt 0x80. */
static __always_inline void compat_args(struct pt_regs *regs, __u64 *args)
{
	args[0] = (__u32)READ(regs, bx);
	args[1] = (__u32)READ(regs, cx);
	args[2] = (__u32)READ(regs, dx);
	args[3] = (__u32)READ(regs, si);
	args[4] = (__u32)READ(regs, di);
	args[5] = (__u32)READ(regs, bp);
}
#else
#define NR_EXECVE 221 /* include/uapi/asm-generic/unistd.h */
#define NR_EXECVEAT 281
#define NR_EXECVE_COMPAT 11 /* arch/arm64/tools/syscall_32.tbl */
#define NR_EXECVEAT_COMPAT 387
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
	read_kernel(args, 6 * sizeof(*args), __builtin_preserve_access_index(&regs->regs[0]));
	args[0] = READ(regs, orig_x0); /* x0 holds the result by now */
}

static __always_inline void compat_args(struct pt_regs *regs, __u64 *args)
{
	syscall_args(regs, args);
}
#endif

static __always_inline __u32 compat_slot(__u32 nr)
{
	return TRACEE_WIRE_SLOT_OF_COMPAT(nr & (TRACEE_WIRE_N_SYSCALL_SLOTS - 1));
}

/* An address that a call gave back; how long it is stands behind the pointer in the next argument. */
static __always_inline void sockaddr_result(struct scratch *s, __u8 arg, const void *from)
{
	const void *at = (void *)s->event.args[(arg + 1) & (TRACEE_WIRE_N_ARGS - 1)];
	__u32 size = 0;

	if (s->event.ret < 0 || !from || read_user(&size, sizeof(size), at) < 0)
		return;
	record_user_bytes(s, arg, TRACEE_WIRE_BLOB_SOCKADDR, from, size);
}

/* The size of an address that goes in is the next argument, everywhere; of a structure @size, if it is not 0. */
static __always_inline void syscall_blob(struct scratch *s, __u8 arg, __u8 kind, __u8 size)
{
	__u64 *args = s->event.args;
	const void *from = (void *)args[arg & (TRACEE_WIRE_N_ARGS - 1)];
	__u32 next = args[(arg + 1) & (TRACEE_WIRE_N_ARGS - 1)];

	if (kind == TRACEE_WIRE_BLOB_STRING)
		record_user_string(s, arg, from);
	else if (kind == TRACEE_WIRE_BLOB_SOCKADDR || kind == TRACEE_WIRE_BLOB_STRUCTURE)
		record_user_bytes(s, arg, kind, from, size ? size : next);
	else if (kind == TRACEE_WIRE_BLOB_SOCKADDR_RESULT)
		sockaddr_result(s, arg, from);
}

/* Path, argv and environment. */
static __always_inline void exec_blobs(struct scratch *s)
{
	__u64 first = *(volatile __u32 *)&s->exec_first, width = *(volatile __u32 *)&s->exec_width;
	__u64 *args = s->event.args + (first & 1);

	record_user_string(s, first, (void *)args[0]);
	record_user_string_array(s, first + 1, (void *)args[1], width);
	if (config_has(TRACEE_WIRE_EXEC_ENV))
		record_user_string_array(s, first + 2, (void *)args[2], width);
}

#define NO_EXEC 0xff

/* A call that is wanted. */
struct call {
	const struct tracee_wire_select *select;
	__u32 slot;
	int is_compat;
	__u8 exec_first; /* position of the path of an execve, NO_EXEC for other calls */
};

static __always_inline __u8 exec_position(__u32 nr, int is_compat)
{
	if (nr == (is_compat ? NR_EXECVE_COMPAT : NR_EXECVE))
		return 0;
	return nr == (is_compat ? NR_EXECVEAT_COMPAT : NR_EXECVEAT) ? 1 : NO_EXEC;
}

/* Which call this is; false if nobody wants it. Asking the task costs, so the selection is asked first. */
static __always_inline int call_find(struct task_struct *task, __u32 nr, struct call *call)
{
	const struct tracee_wire_select *native, *compat;

	if (nr >= TRACEE_WIRE_N_SYSCALL_SLOTS)
		return 0;
	native = event_wanted(nr);
	compat = event_wanted(compat_slot(nr));
	if (!native && !compat)
		return 0;
	call->is_compat = is_compat(task) != 0;
	call->select = call->is_compat ? compat : native;
	call->slot = call->is_compat ? compat_slot(nr) : nr;
	call->exec_first = exec_position(nr, call->is_compat);
	return call->select != 0;
}

/* Whether a call with these arguments is wanted by a detection, or by tracing and its filters. */
static __always_inline int call_is_wanted(const struct call *call, const __u64 *args, long ret)
{
	const struct tracee_wire_select *select = call->select;

	if (is_finding(select, args))
		return 1;
	if (!(select->flags & TRACEE_WIRE_SELECT_TRACE))
		return 0;
	if (!HAS_FILTERS || !select->is_filtered ||
	    (numbers_are_wanted(select, args, ret) && text_is_wanted(select, call->slot, args)))
		return 1;
	count_filtered(call->slot);
	return 0;
}

static __always_inline void call_blobs(struct scratch *s, const struct call *call)
{
	const struct tracee_wire_select *select = call->select;

	__u32 shift = call->is_compat;

	/*
	 * Without a branch, and back from the map: where a program has subprograms, kernels before 6.4 take states that
	 * differ in such a constant for equal, see one way only, and make it the only one there is.
	 */
	hide(shift);
	s->exec_width = 8 >> (shift & 1);
	s->exec_first = call->exec_first;
	if (*(volatile __u32 *)&s->exec_first != NO_EXEC) {
		exec_blobs(s);
	} else {
		syscall_blob(s, select->blob_arg[0], select->blob_kind[0], select->blob_size[0]);
		syscall_blob(s, select->blob_arg[1], select->blob_kind[1], select->blob_size[1]);
		syscall_blob(s, select->blob_arg[2], select->blob_kind[2], select->blob_size[2]);
	}
	if (HAS_DESCRIPTORS && select->file_arg < TRACEE_WIRE_N_SYSCALL_ARGS)
		record_descriptor(s, select->file_arg, (void *)bpf_get_current_task(), (__u32)s->event.args[select->file_arg]);
}

static __always_inline int sys_exit(void *ctx, struct pt_regs *regs, long ret, __u32 space)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u64 args[TRACEE_WIRE_N_ARGS] = {};
	struct call call;
	struct scratch *s;

	if (!call_find(task, syscall_number(regs), &call))
		return 0;
	/* Of an execve that succeeded the arguments are gone: see process.h. */
	if (call.exec_first != NO_EXEC && ret >= 0)
		return 0;
	/* Asked anew, for the reason that call_blobs() has. */
	if (is_compat(task))
		compat_args(regs, args);
	else
		syscall_args(regs, args);
	if (!call_is_wanted(&call, args, ret))
		return 0;
	s = event_begin(task, call.slot, call.select, space);
	if (!s)
		return 0;
	s->event.ret = ret;
	__builtin_memcpy(s->event.args, args, sizeof(args));
	call_blobs(s, &call);
	event_submit(ctx, s, call.slot, is_finding(call.select, args));
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

/* The calls themselves, whatever they are: events sys_enter and sys_exit. */
static __always_inline int any_call(void *ctx, __u32 nr, __u32 slot, long ret, __u32 space)
{
	const struct tracee_wire_select *select = event_wanted(slot);
	struct task_struct *task = (void *)bpf_get_current_task();
	struct scratch *s;

	if (!select || nr >= TRACEE_WIRE_N_SYSCALL_SLOTS)
		return 0;
	s = event_begin(task, slot, select, space);
	if (!s)
		return 0;
	s->event.args[0] = is_compat(task) ? compat_slot(nr) : nr;
	s->event.ret = ret;
	event_submit(ctx, s, slot, is_for_rule(select));
	return 0;
}

#define SYS_ENTER_SLOT TRACEE_WIRE_SLOT_OF_OTHER(TRACEE_WIRE_SYS_ENTER)
#define SYS_EXIT_SLOT TRACEE_WIRE_SLOT_OF_OTHER(TRACEE_WIRE_SYS_EXIT)

/* TP_PROTO(struct pt_regs *regs, long id): include/trace/events/syscalls.h */
SEC("raw_tp/sys_enter")
int handle_any_sys_enter(struct bpf_raw_tracepoint_args *ctx)
{
	return any_call(ctx, ctx->args[1], SYS_ENTER_SLOT, 0, SCRATCH_RAW_TRACEPOINT);
}

SEC("raw_tp/sys_exit")
int handle_any_sys_exit(struct bpf_raw_tracepoint_args *ctx)
{
	return any_call(ctx, syscall_number((void *)ctx->args[0]), SYS_EXIT_SLOT, ctx->args[1], SCRATCH_RAW_TRACEPOINT);
}

#if defined(TRACEE_TIER_RING)
/* /sys/kernel/tracing/events/raw_syscalls/sys_enter/format, as far as it is read */
struct sys_enter_record {
	__u64 common;
	long nr;
};

SEC("tp/raw_syscalls/sys_enter")
int handle_any_sys_enter_perf(struct sys_enter_record *ctx)
{
	return any_call(ctx, ctx->nr, SYS_ENTER_SLOT, 0, SCRATCH_NOT_PREEMPTED);
}

SEC("tp/raw_syscalls/sys_exit")
int handle_any_sys_exit_perf(struct sys_exit_record *ctx)
{
	return any_call(ctx, ctx->nr, SYS_EXIT_SLOT, ctx->ret, SCRATCH_NOT_PREEMPTED);
}
#endif

#endif
