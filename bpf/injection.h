/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACEE_BPF_INJECTION_H
#define TRACEE_BPF_INJECTION_H

/* What one process does to another one's memory and registers. */
#include "bpf/files.h"
#include "bpf/hooks.h"
#include "bpf/parameters.h"

/* include/uapi/linux/ptrace.h, arch/x86/include/uapi/asm/ptrace-abi.h */
#define PTRACE_POKETEXT 4
#define PTRACE_POKEDATA 5
#define PTRACE_POKEUSR 6
#define PTRACE_SETREGS 13
#define PTRACE_SETFPREGS 15
#define PTRACE_SETREGSET 0x4205
#define PTRACE_MODE_ATTACH 2 /* include/linux/ptrace.h */

#if defined(__TARGET_ARCH_x86)
#define NR_PTRACE 101
#define NR_PTRACE_COMPAT 26
#define NR_PROCESS_VM_WRITEV 311
#define NR_PROCESS_VM_WRITEV_COMPAT 348
#else
#define NR_PTRACE 117
#define NR_PTRACE_COMPAT 26
#define NR_PROCESS_VM_WRITEV 271
#define NR_PROCESS_VM_WRITEV_COMPAT 377
#endif

enum injection_arg { INJECTION_WAY, INJECTION_TARGET, INJECTION_TARGET_PARENT, INJECTION_ADDRESS, INJECTION_REQUEST, INJECTION_FLAGS,
		     INJECTION_NAME, INJECTION_PATH };

/*
 * The system call that the task is in, on kernels of any age: without a helper that knows them, the registers stand at the end
 * of the kernel's stack, whose size user space knows.
 */
static __always_inline __u32 syscall_now(struct task_struct *task)
{
	__u32 known = current_syscall(task), zero = 0, nr;
	struct tracee_wire_config *c;

	if (known != TRACEE_WIRE_N_SLOTS)
		return known;
	c = bpf_map_lookup_elem(&config, &zero);
	if (!c)
		return TRACEE_WIRE_N_SLOTS;
	nr = syscall_number(READ(task, stack) + c->stack_bytes - bpf_core_type_size(struct pt_regs));
	if (nr >= TRACEE_WIRE_N_SYSCALL_SLOTS)
		return TRACEE_WIRE_N_SLOTS;
	return is_compat(task) ? compat_slot(nr) : nr;
}

static __always_inline struct scratch *injection_begin(const struct tracee_wire_select *select, enum tracee_wire_way way)
{
	struct scratch *s = hook_begin(SLOT_OF(PROCESS_INJECTION), select);

	if (s)
		s->event.args[INJECTION_WAY] = way;
	return s;
}

static __always_inline void record_target(struct scratch *s, struct task_struct *target)
{
	s->event.args[INJECTION_TARGET] = READ(target, tgid);
	s->event.args[INJECTION_TARGET_PARENT] = READ(target, real_parent, tgid);
	record_kernel_string(s, INJECTION_NAME, __builtin_preserve_access_index(&target->comm));
}

static __always_inline enum tracee_wire_way way_of_request(__u64 request)
{
	switch (request) {
	case PTRACE_POKETEXT:
	case PTRACE_POKEDATA:
		return TRACEE_WIRE_WAY_POKE;
	case PTRACE_POKEUSR:
	case PTRACE_SETREGS:
	case PTRACE_SETFPREGS:
	case PTRACE_SETREGSET:
		return TRACEE_WIRE_WAY_REGISTERS;
	default:
		return TRACEE_WIRE_WAY_OTHER;
	}
}

static __always_inline void request_event(struct pt_regs *ctx)
{
	const struct tracee_wire_select *select = event_wanted(SLOT_OF(PROCESS_INJECTION));
	enum tracee_wire_way way = way_of_request(PARAMETER_2(ctx));
	struct scratch *s;

	if (!select || way == TRACEE_WIRE_WAY_OTHER)
		return;
	s = injection_begin(select, way);
	if (!s)
		return;
	record_target(s, (void *)PARAMETER_1(ctx));
	s->event.args[INJECTION_REQUEST] = PARAMETER_2(ctx);
	/* Of register sets that is which one. */
	s->event.args[INJECTION_ADDRESS] = PARAMETER_3(ctx);
	hook_submit(ctx, s, SLOT_OF(PROCESS_INJECTION), select);
}

/* long arch_ptrace(struct task_struct *child, long request, unsigned long addr, unsigned long data): kernel/ptrace.c */
SEC("kprobe/arch_ptrace")
int handle_arch_ptrace(struct pt_regs *ctx)
{
	request_event(ctx);
	return 0;
}

/* long compat_arch_ptrace(struct task_struct *child, compat_long_t request, compat_ulong_t addr, compat_ulong_t data) */
SEC("kprobe/compat_arch_ptrace")
int handle_compat_arch_ptrace(struct pt_regs *ctx)
{
	request_event(ctx);
	return 0;
}

static __always_inline enum tracee_wire_way way_of_call(__u32 slot)
{
	if (slot == NR_PROCESS_VM_WRITEV || slot == TRACEE_WIRE_SLOT_OF_COMPAT(NR_PROCESS_VM_WRITEV_COMPAT))
		return TRACEE_WIRE_WAY_VM_WRITE;
	if (slot == NR_PTRACE || slot == TRACEE_WIRE_SLOT_OF_COMPAT(NR_PTRACE_COMPAT))
		return TRACEE_WIRE_WAY_ATTACH;
	return TRACEE_WIRE_WAY_OTHER;
}

/*
 * int security_ptrace_access_check(struct task_struct *child, unsigned int mode): security/security.c. It is asked for whoever
 * looks into another process as well: the system call tells what is meant. Its own memory is not asked about.
 */
SEC("kprobe/security_ptrace_access_check")
int handle_access_check(struct pt_regs *ctx)
{
	const struct tracee_wire_select *select = event_wanted(SLOT_OF(PROCESS_INJECTION));
	enum tracee_wire_way way;
	struct scratch *s;

	if (!select || !(PARAMETER_2(ctx) & PTRACE_MODE_ATTACH))
		return 0;
	way = way_of_call(syscall_now((void *)bpf_get_current_task()));
	if (way == TRACEE_WIRE_WAY_OTHER)
		return 0;
	s = injection_begin(select, way);
	if (!s)
		return 0;
	record_target(s, (void *)PARAMETER_1(ctx));
	hook_submit(ctx, s, SLOT_OF(PROCESS_INJECTION), select);
	return 0;
}

#endif
