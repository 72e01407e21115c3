/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACEE_BPF_MODULES_H
#define TRACEE_BPF_MODULES_H

/* Modules, and programs of BPF: what comes to run in the kernel. */
#include "bpf/hooks.h"
#include "bpf/record.h"

static __always_inline void module_event(struct bpf_raw_tracepoint_args *ctx, __u32 slot)
{
	const struct tracee_wire_select *select = event_wanted(slot);
	struct module *module = (void *)ctx->args[0];
	struct scratch *s;

	if (!select)
		return;
	s = event_begin((void *)bpf_get_current_task(), slot, select, SCRATCH_RAW_TRACEPOINT);
	if (!s)
		return;
	record_kernel_string(s, 0, __builtin_preserve_access_index(&module->name));
	/* All bits there are lie in the first four bytes, whatever its size is. */
	s->event.args[1] = (__u32)READ(module, taints);
	event_submit(ctx, s, slot, is_for_rule(select));
}

/* TP_PROTO(struct module *mod): include/trace/events/module.h */
SEC("raw_tp/module_load")
int handle_module_load(struct bpf_raw_tracepoint_args *ctx)
{
	module_event(ctx, TRACEE_WIRE_SLOT_OF_OTHER(TRACEE_WIRE_MODULE_LOAD));
	return 0;
}

/* TP_PROTO(struct module *mod): the same file. Of modules that are removed, and of those whose start failed. */
SEC("raw_tp/module_free")
int handle_module_free(struct bpf_raw_tracepoint_args *ctx)
{
	module_event(ctx, TRACEE_WIRE_SLOT_OF_OTHER(TRACEE_WIRE_MODULE_FREE));
	return 0;
}

/*
 * int security_kernel_module_request(char *kmod_name): security/security.c. In the task for which the kernel is about to start
 * modprobe, which will be nobody's child.
 */
SEC("kprobe/security_kernel_module_request")
int handle_module_request(struct pt_regs *ctx)
{
	const struct tracee_wire_select *select = event_wanted(SLOT_OF(MODULE_REQUEST));
	struct scratch *s;

	if (!select)
		return 0;
	s = hook_begin(SLOT_OF(MODULE_REQUEST), select);
	if (!s)
		return 0;
	record_kernel_string(s, 0, (void *)PARAMETER_1(ctx));
	hook_submit(ctx, s, SLOT_OF(MODULE_REQUEST), select);
	return 0;
}

#define PERF_BPF_EVENT_PROG_LOAD 1 /* include/uapi/linux/perf_event.h */

enum bpf_load_arg { BPF_LOAD_TYPE, BPF_LOAD_NAME, BPF_LOAD_FUNCTION };

/*
 * void perf_event_bpf_event(struct bpf_prog *prog, enum perf_bpf_event_type type, u16 flags): kernel/events/core.c, since 5.1. It
 * is told when the verifier has accepted a program.
 */
SEC("kprobe/perf_event_bpf_event")
int handle_bpf_program_load(struct pt_regs *ctx)
{
	const struct tracee_wire_select *select = event_wanted(SLOT_OF(BPF_PROGRAM_LOAD));
	struct bpf_prog *prog = (void *)PARAMETER_1(ctx);
	__u64 args[TRACEE_WIRE_N_ARGS] = {};
	struct bpf_prog_aux *aux;
	struct scratch *s;
	int for_rule;

	if (!select || (__u32)PARAMETER_2(ctx) != PERF_BPF_EVENT_PROG_LOAD)
		return 0;
	args[BPF_LOAD_TYPE] = READ(prog, type);
	for_rule = is_finding(select, args);
	if (!for_rule && !(select->flags & TRACEE_WIRE_SELECT_TRACE))
		return 0;
	s = hook_begin(SLOT_OF(BPF_PROGRAM_LOAD), select);
	if (!s)
		return 0;
	s->event.args[BPF_LOAD_TYPE] = args[BPF_LOAD_TYPE];
	aux = READ(prog, aux);
	record_kernel_string(s, BPF_LOAD_NAME, __builtin_preserve_access_index(&aux->name));
	if (bpf_core_field_exists(aux->attach_func_name) && READ(aux, attach_func_name))
		record_kernel_string(s, BPF_LOAD_FUNCTION, READ(aux, attach_func_name));
	numbers_submit(ctx, s, SLOT_OF(BPF_PROGRAM_LOAD), select, for_rule);
	return 0;
}

#endif
