/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACEE_BPF_SECURITY_H
#define TRACEE_BPF_SECURITY_H

/* Choke points that detections watch, and modules. */
#include "bpf/record.h"

/* TP_PROTO(struct module *mod): include/trace/events/module.h */
SEC("raw_tp/module_load")
int handle_module_load(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 slot = TRACEE_WIRE_SLOT_OF_OTHER(TRACEE_WIRE_MODULE_LOAD);
	const struct tracee_wire_select *select = event_wanted(slot);
	struct module *module = (void *)ctx->args[0];
	struct scratch *s;

	if (!select)
		return 0;
	s = event_begin((void *)bpf_get_current_task(), slot, SCRATCH_RAW_TRACEPOINT);
	if (!s)
		return 0;
	record_kernel_string(s, 0, __builtin_preserve_access_index(&module->name));
	event_submit(ctx, s, slot, select);
	return 0;
}

#if defined(__TARGET_ARCH_x86)
#define first_parameter(context) ((context)->di)
#else
#define first_parameter(context) ((context)->regs[0])
#endif

/* int security_ptrace_traceme(struct task_struct *parent): security/security.c */
SEC("kprobe/security_ptrace_traceme")
int handle_ptrace_traceme(struct pt_regs *ctx)
{
	__u32 slot = TRACEE_WIRE_SLOT_OF_OTHER(TRACEE_WIRE_SECURITY_PTRACE_TRACEME);
	const struct tracee_wire_select *select = event_wanted(slot);
	struct task_struct *tracer = (void *)first_parameter(ctx);
	struct scratch *s;

	if (!select)
		return 0;
	s = event_begin((void *)bpf_get_current_task(), slot, SCRATCH_NOT_PREEMPTED);
	if (!s)
		return 0;
	s->event.args[0] = READ(tracer, tgid);
	event_submit(ctx, s, slot, select);
	return 0;
}

#endif
