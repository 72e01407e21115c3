// SPDX-License-Identifier: Apache-2.0
#include "runtime/load/plan.h"

#include <string.h>

const struct program_def program_defs[N_PROGRAMS] = {
	[PROGRAM_SYS_EXIT] = { .name = "handle_sys_exit", .hook = "tracepoint sys_exit" },
	[PROGRAM_PROCESS_FORK] = { .name = "handle_process_fork", .hook = "tracepoint sched_process_fork" },
	[PROGRAM_PROCESS_EXEC] = { .name = "handle_process_exec", .hook = "tracepoint sched_process_exec" },
	[PROGRAM_PROCESS_EXIT] = { .name = "handle_process_exit", .hook = "tracepoint sched_process_exit" },
	[PROGRAM_TASK_RENAME] = { .name = "handle_task_rename", .hook = "tracepoint task_rename" },
	[PROGRAM_MODULE_LOAD] = { .name = "handle_module_load", .hook = "tracepoint module_load" },
	[PROGRAM_PTRACE_TRACEME] = { .name = "handle_ptrace_traceme",
				     .hook = "kprobe security_ptrace_traceme",
				     .kprobe = "security_ptrace_traceme" },
	[PROGRAM_SYS_EXIT_PERF] = { .name = "handle_sys_exit_perf",
				    .hook = "perf tracepoint raw_syscalls:sys_exit",
				    .is_stand_in = true,
				    .instead_of = PROGRAM_SYS_EXIT },
	[PROGRAM_PROCESS_EXIT_PERF] = { .name = "handle_process_exit_perf",
					.hook = "perf tracepoint sched:sched_process_exit",
					.is_stand_in = true,
					.instead_of = PROGRAM_PROCESS_EXIT },
};

uint32_t programs_standing_in(void)
{
	uint32_t programs = 0;

	for (unsigned int i = 0; i < N_PROGRAMS; i++)
		programs |= program_defs[i].is_stand_in ? PROGRAM_BIT(i) : 0;
	return programs;
}

static uint32_t with_stand_ins(uint32_t programs, uint32_t broken)
{
	for (unsigned int i = 0; i < N_PROGRAMS; i++) {
		uint32_t replaced = PROGRAM_BIT(program_defs[i].instead_of);

		if (program_defs[i].is_stand_in && !(broken & PROGRAM_BIT(i)) && (programs & replaced))
			programs = (programs & ~replaced) | PROGRAM_BIT(i);
	}
	return programs;
}

/* A successful execve comes from the exec tracepoint, under the name that a rename has just replaced. */
#define EXEC_PROGRAMS (PROGRAM_BIT(PROGRAM_PROCESS_EXEC) | PROGRAM_BIT(PROGRAM_TASK_RENAME))

uint32_t programs_of(const struct tracee_event_def *event)
{
	switch (event->id) {
	case TRACEE_WIRE_EXECVE:
	case TRACEE_WIRE_EXECVEAT:
		return PROGRAM_BIT(PROGRAM_SYS_EXIT) | EXEC_PROGRAMS;
	case TRACEE_WIRE_SCHED_PROCESS_EXEC:
		return EXEC_PROGRAMS;
	case TRACEE_WIRE_SCHED_PROCESS_EXIT:
		return PROGRAM_BIT(PROGRAM_PROCESS_EXIT);
	case TRACEE_WIRE_SCHED_PROCESS_FORK:
		return PROGRAM_BIT(PROGRAM_PROCESS_FORK);
	case TRACEE_WIRE_MODULE_LOAD:
		return PROGRAM_BIT(PROGRAM_MODULE_LOAD);
	case TRACEE_WIRE_SECURITY_PTRACE_TRACEME:
		return PROGRAM_BIT(PROGRAM_PTRACE_TRACEME);
	default:
		return PROGRAM_BIT(PROGRAM_SYS_EXIT);
	}
}

static uint8_t blob_kind(enum tracee_arg_kind kind)
{
	switch (kind) {
	case TRACEE_ARG_STRING:
		return TRACEE_WIRE_BLOB_STRING;
	case TRACEE_ARG_STRINGS:
		return TRACEE_WIRE_BLOB_STRINGS;
	case TRACEE_ARG_SOCKADDR:
		return TRACEE_WIRE_BLOB_SOCKADDR;
	case TRACEE_ARG_OPEN_HOW:
		return TRACEE_WIRE_BLOB_OPEN_HOW;
	default:
		return TRACEE_WIRE_BLOB_NONE;
	}
}

static void select_event(const struct tracee_event_def *event, struct tracee_wire_select *select, uint8_t flag)
{
	unsigned int n = 0;

	if (!select->flags)
		select->finding_arg = ENGINE_NO_CONDITION;
	select->flags |= flag;
	for (unsigned int i = 0; i < event->n_args && n < TRACEE_WIRE_N_BLOBS; i++) {
		uint8_t kind = blob_kind(event->args[i].kind);

		if (kind == TRACEE_WIRE_BLOB_NONE)
			continue;
		select->blob_arg[n] = (uint8_t)i;
		select->blob_kind[n++] = kind;
	}
}

const struct signature_form *plan_form(const struct signature *signature, uint32_t broken)
{
	for (const struct signature_form *form = signature->forms; form->event; form++) {
		const struct tracee_event_def *event = tracee_event_by_name(form->event);

		if (event && !(programs_of(event) & broken))
			return form;
	}
	return NULL;
}

static void plan_event(const struct tracee_event_def *event, int slot, uint32_t broken, struct plan *plan)
{
	uint32_t needed = programs_of(event);

	if (needed & broken) {
		plan->unavailable[slot] = true;
		return;
	}
	select_event(event, &plan->select[slot], TRACEE_WIRE_SELECT_TRACE);
	plan->programs |= needed;
	plan->has_events = true;
}

static void plan_rule(size_t i, enum tracee_arch arch, uint32_t broken, struct plan *plan)
{
	const struct signature_form *form = plan_form(signatures[i], broken);
	const struct tracee_event_def *event = form ? tracee_event_by_name(form->event) : NULL;
	int slot = event ? tracee_event_slot(event, arch) : -1;

	if (slot < 0)
		return;
	plan->forms[i] = form;
	plan->rules |= UINT32_C(1) << i;
	plan->programs |= programs_of(event);
	select_event(event, &plan->select[slot], TRACEE_WIRE_SELECT_FINDING);
	plan->select[slot].finding_arg = form->finding_arg;
	plan->select[slot].finding_value = form->finding_value;
}

void plan_make(const struct selection *selection, uint32_t rules, uint32_t broken, struct plan *ret_plan)
{
	size_t n;
	const struct tracee_event_def *events = tracee_events(&n);

	memset(ret_plan, 0, sizeof(*ret_plan));
	for (size_t i = 0; i < n; i++) {
		int slot = tracee_event_slot(&events[i], selection->arch);

		if (slot >= 0 && selection->traced[slot])
			plan_event(&events[i], slot, broken, ret_plan);
	}
	for (size_t i = 0; signatures[i]; i++) {
		if (rules & UINT32_C(1) << i)
			plan_rule(i, selection->arch, broken, ret_plan);
	}
	ret_plan->programs = with_stand_ins(ret_plan->programs, broken);
}

bool plan_is_empty(const struct plan *plan)
{
	return plan->programs == 0;
}
