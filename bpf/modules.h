/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACEE_BPF_MODULES_H
#define TRACEE_BPF_MODULES_H

/* Modules. */
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

#endif
