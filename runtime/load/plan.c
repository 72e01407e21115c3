// SPDX-License-Identifier: Apache-2.0
#include "runtime/load/plan.h"

#include <string.h>

#include "runtime/structures.h"

#if defined(__x86_64__)
#define NATIVE_CALL "__x64_sys_"
#define COMPAT_CALL "__ia32_sys_"
#else
#define NATIVE_CALL "__arm64_sys_"
#define COMPAT_CALL NATIVE_CALL
#endif

#define EXEC_TRACEPOINT(function) { .name = function, .hook = "tracepoint sched_process_exec" }
#define KPROBE(function, symbol) { .name = function, .hook = "kprobe " symbol, .kprobe = symbol }

const struct program_def program_defs[N_PROGRAMS] = {
	[PROGRAM_SYS_EXIT] = { .name = "handle_sys_exit", .hook = "tracepoint sys_exit" },
	[PROGRAM_PROCESS_FORK] = { .name = "handle_process_fork", .hook = "tracepoint sched_process_fork" },
	[PROGRAM_PROCESS_EXEC] = { .name = "handle_process_exec", .hook = "tracepoint sched_process_exec" },
	[PROGRAM_PROCESS_EXIT] = { .name = "handle_process_exit", .hook = "tracepoint sched_process_exit" },
	[PROGRAM_TASK_RENAME] = { .name = "handle_task_rename", .hook = "tracepoint task_rename" },
	[PROGRAM_MODULE_LOAD] = { .name = "handle_module_load", .hook = "tracepoint module_load" },
	[PROGRAM_MODULE_FREE] = { .name = "handle_module_free", .hook = "tracepoint module_free" },
	[PROGRAM_MODULE_REQUEST] = KPROBE("handle_module_request", "security_kernel_module_request"),
	[PROGRAM_BPF_PROGRAM_LOAD] = KPROBE("handle_bpf_program_load", "perf_event_bpf_event"),
	[PROGRAM_SIGNAL_DELIVER] = { .name = "handle_signal_deliver", .hook = "tracepoint signal_deliver" },
	[PROGRAM_PTRACE_TRACEME] = KPROBE("handle_ptrace_traceme", "security_ptrace_traceme"),
	[PROGRAM_ANY_SYS_ENTER] = { .name = "handle_any_sys_enter", .hook = "tracepoint sys_enter" },
	[PROGRAM_ANY_SYS_EXIT] = { .name = "handle_any_sys_exit", .hook = "tracepoint sys_exit" },
	[PROGRAM_DO_EXIT] = KPROBE("handle_do_exit", "do_exit"),
	[PROGRAM_CAP_CAPABLE] = KPROBE("handle_cap_capable", "cap_capable"),
	[PROGRAM_BPRM_CHECK] = KPROBE("handle_bprm_check", "security_bprm_check"),
	[PROGRAM_FILE_OPEN] = KPROBE("handle_file_open", "security_file_open"),
	[PROGRAM_INODE_UNLINK] = KPROBE("handle_inode_unlink", "security_inode_unlink"),
	[PROGRAM_PATH_UNLINK] = KPROBE("handle_path_unlink", "security_path_unlink"),
	[PROGRAM_VFS_WRITE] = KPROBE("handle_vfs_write", "vfs_write"),
	[PROGRAM_VFS_WRITEV] = KPROBE("handle_vfs_writev", "vfs_writev"),
	[PROGRAM_MAGIC_WRITE] = KPROBE("handle_magic_write", "vfs_write"),
	[PROGRAM_MAGIC_WRITEV] = KPROBE("handle_magic_writev", "vfs_writev"),
	[PROGRAM_MMAP_FILE] = KPROBE("handle_mmap_file", "security_mmap_file"),
	[PROGRAM_FILE_MPROTECT] = KPROBE("handle_file_mprotect", "security_file_mprotect"),
	[PROGRAM_COMMIT_CREDS] = KPROBE("handle_commit_creds", "commit_creds"),
	[PROGRAM_SWITCH_TASK_NS] = KPROBE("handle_switch_task_namespaces", "switch_task_namespaces"),
	[PROGRAM_KERNEL_READ_FILE] = KPROBE("handle_kernel_read_file", "security_kernel_read_file"),
	[PROGRAM_KERNEL_LOAD_DATA] = KPROBE("handle_kernel_load_data", "security_kernel_load_data"),
	[PROGRAM_EXEC_FILELESS] = EXEC_TRACEPOINT("handle_exec_fileless"),
	[PROGRAM_SCRIPT_FILELESS] = KPROBE("handle_script_fileless", "security_bprm_check"),
	[PROGRAM_OWN_UNLINK] = KPROBE("handle_own_unlink", "security_inode_unlink"),
	[PROGRAM_EXEC_ENVIRONMENT] = EXEC_TRACEPOINT("handle_exec_environment"),
	[PROGRAM_EXEC_ENVIRONMENT_MORE] = { .name = "handle_exec_environment_more",
					    .hook = "continuation of another program",
					    .is_continuation = true },
	[PROGRAM_EXEC_LOADER] = EXEC_TRACEPOINT("handle_exec_loader"),
	[PROGRAM_TELLING_OPEN] = KPROBE("handle_telling_open", "security_file_open"),
	[PROGRAM_PRELOAD_RENAME] = KPROBE("handle_preload_rename", "security_inode_rename"),
	[PROGRAM_PRELOAD_LINK] = KPROBE("handle_preload_link", "security_inode_link"),
	[PROGRAM_PRELOAD_SYMLINK] = KPROBE("handle_preload_symlink", "security_inode_symlink"),
	[PROGRAM_PRELOAD_MOUNT] = KPROBE("handle_preload_mount", "security_sb_mount"),
	[PROGRAM_PRELOAD_MOVE_MOUNT] = KPROBE("handle_preload_move_mount", "security_move_mount"),
	[PROGRAM_EXECUTABLE_MMAP] = KPROBE("handle_executable_mmap", "security_mmap_file"),
	[PROGRAM_EXECUTABLE_MPROTECT] = KPROBE("handle_executable_mprotect", "security_file_mprotect"),
	[PROGRAM_EXECUTABLE_MREMAP] = KPROBE("handle_executable_mremap", "copy_vma"),
	[PROGRAM_EXEC_STACK] = EXEC_TRACEPOINT("handle_exec_stack"),
	[PROGRAM_ARCH_PTRACE] = KPROBE("handle_arch_ptrace", "arch_ptrace"),
	[PROGRAM_COMPAT_ARCH_PTRACE] = KPROBE("handle_compat_arch_ptrace", "compat_arch_ptrace"),
	[PROGRAM_ACCESS_CHECK] = KPROBE("handle_access_check", "security_ptrace_access_check"),
	[PROGRAM_TASK_PRCTL] = KPROBE("handle_task_prctl", "security_task_prctl"),
	[PROGRAM_EXEC_STDIO] = EXEC_TRACEPOINT("handle_exec_stdio"),
	[PROGRAM_FD_INSTALL] = KPROBE("handle_fd_install", "fd_install"),
	[PROGRAM_STDIO_CONNECT] = KPROBE("handle_stdio_connect", "security_socket_connect"),
	[PROGRAM_DUP3] = KPROBE("handle_dup3", NATIVE_CALL "dup3"),
	[PROGRAM_DUP2] = KPROBE("handle_dup2", NATIVE_CALL "dup2"),
	[PROGRAM_COMPAT_DUP3] = KPROBE("handle_compat_dup3", COMPAT_CALL "dup3"),
	[PROGRAM_COMPAT_DUP2] = KPROBE("handle_compat_dup2", COMPAT_CALL "dup2"),
	[PROGRAM_SYS_EXIT_PERF] = { .name = "handle_sys_exit_perf",
				    .hook = "perf tracepoint raw_syscalls:sys_exit",
				    .is_stand_in = true,
				    .instead_of = PROGRAM_SYS_EXIT },
	[PROGRAM_PROCESS_EXIT_PERF] = { .name = "handle_process_exit_perf",
					.hook = "perf tracepoint sched:sched_process_exit",
					.is_stand_in = true,
					.instead_of = PROGRAM_PROCESS_EXIT },
	[PROGRAM_ANY_SYS_ENTER_PERF] = { .name = "handle_any_sys_enter_perf",
					 .hook = "perf tracepoint raw_syscalls:sys_enter",
					 .is_stand_in = true,
					 .instead_of = PROGRAM_ANY_SYS_ENTER },
	[PROGRAM_ANY_SYS_EXIT_PERF] = { .name = "handle_any_sys_exit_perf",
					.hook = "perf tracepoint raw_syscalls:sys_exit",
					.is_stand_in = true,
					.instead_of = PROGRAM_ANY_SYS_EXIT },
};

uint64_t programs_by_kprobe(void)
{
	uint64_t programs = 0;

	for (unsigned int i = 0; i < N_PROGRAMS; i++)
		programs |= program_defs[i].kprobe ? PROGRAM_BIT(i) : 0;
	return programs;
}

uint64_t programs_standing_in(void)
{
	uint64_t programs = 0;

	for (unsigned int i = 0; i < N_PROGRAMS; i++)
		programs |= program_defs[i].is_stand_in ? PROGRAM_BIT(i) : 0;
	return programs;
}

static uint64_t with_stand_ins(uint64_t programs, uint64_t broken)
{
	for (unsigned int i = 0; i < N_PROGRAMS; i++) {
		uint64_t replaced = PROGRAM_BIT(program_defs[i].instead_of);

		if (program_defs[i].is_stand_in && !(broken & PROGRAM_BIT(i)) && (programs & replaced))
			programs = (programs & ~replaced) | PROGRAM_BIT(i);
	}
	return programs;
}

/* A successful execve comes from the exec tracepoint, under the name that a rename has just replaced. */
#define EXEC_PROGRAMS (PROGRAM_BIT(PROGRAM_PROCESS_EXEC) | PROGRAM_BIT(PROGRAM_TASK_RENAME))

#define PRELOAD_PROGRAMS                                                                                               \
	(PROGRAM_BIT(PROGRAM_PRELOAD_RENAME) | PROGRAM_BIT(PROGRAM_PRELOAD_LINK) | PROGRAM_BIT(PROGRAM_PRELOAD_SYMLINK) | \
	 PROGRAM_BIT(PROGRAM_PRELOAD_MOUNT) | PROGRAM_BIT(PROGRAM_PRELOAD_MOVE_MOUNT))
#define STDIO_PROGRAMS                                                                                                 \
	(PROGRAM_BIT(PROGRAM_FD_INSTALL) | PROGRAM_BIT(PROGRAM_STDIO_CONNECT) | PROGRAM_BIT(PROGRAM_DUP3) |             \
	 PROGRAM_BIT(PROGRAM_DUP2) | PROGRAM_BIT(PROGRAM_COMPAT_DUP3) | PROGRAM_BIT(PROGRAM_COMPAT_DUP2))

/* What events other than system calls, and executions, come from. */
static const struct {
	uint32_t event;
	uint64_t programs;
	uint64_t also; /* the event is there without them, too */
} needed[] = {
	{ TRACEE_WIRE_EXECVE, PROGRAM_BIT(PROGRAM_SYS_EXIT) | EXEC_PROGRAMS, 0 },
	{ TRACEE_WIRE_EXECVEAT, PROGRAM_BIT(PROGRAM_SYS_EXIT) | EXEC_PROGRAMS, 0 },
	{ TRACEE_WIRE_SYS_ENTER, PROGRAM_BIT(PROGRAM_ANY_SYS_ENTER), 0 },
	{ TRACEE_WIRE_SYS_EXIT, PROGRAM_BIT(PROGRAM_ANY_SYS_EXIT), 0 },
	{ TRACEE_WIRE_DO_EXIT, PROGRAM_BIT(PROGRAM_DO_EXIT), 0 },
	{ TRACEE_WIRE_CAP_CAPABLE, PROGRAM_BIT(PROGRAM_CAP_CAPABLE), 0 },
	{ TRACEE_WIRE_SECURITY_BPRM_CHECK, PROGRAM_BIT(PROGRAM_BPRM_CHECK), 0 },
	{ TRACEE_WIRE_SECURITY_FILE_OPEN, PROGRAM_BIT(PROGRAM_FILE_OPEN), 0 },
	{ TRACEE_WIRE_SECURITY_INODE_UNLINK, PROGRAM_BIT(PROGRAM_INODE_UNLINK), PROGRAM_BIT(PROGRAM_PATH_UNLINK) },
	{ TRACEE_WIRE_VFS_WRITE, PROGRAM_BIT(PROGRAM_VFS_WRITE), 0 },
	{ TRACEE_WIRE_VFS_WRITEV, PROGRAM_BIT(PROGRAM_VFS_WRITEV), 0 },
	{ TRACEE_WIRE_MEM_PROT_ALERT, PROGRAM_BIT(PROGRAM_MMAP_FILE) | PROGRAM_BIT(PROGRAM_FILE_MPROTECT), 0 },
	{ TRACEE_WIRE_SCHED_PROCESS_EXIT, PROGRAM_BIT(PROGRAM_PROCESS_EXIT), 0 },
	{ TRACEE_WIRE_COMMIT_CREDS, PROGRAM_BIT(PROGRAM_COMMIT_CREDS), 0 },
	{ TRACEE_WIRE_SWITCH_TASK_NS, PROGRAM_BIT(PROGRAM_SWITCH_TASK_NS), 0 },
	{ TRACEE_WIRE_MAGIC_WRITE, PROGRAM_BIT(PROGRAM_MAGIC_WRITE), PROGRAM_BIT(PROGRAM_MAGIC_WRITEV) },
	{ TRACEE_WIRE_SCHED_PROCESS_FORK, PROGRAM_BIT(PROGRAM_PROCESS_FORK), 0 },
	{ TRACEE_WIRE_SCHED_PROCESS_EXEC, EXEC_PROGRAMS, 0 },
	{ TRACEE_WIRE_MODULE_LOAD, PROGRAM_BIT(PROGRAM_MODULE_LOAD), 0 },
	{ TRACEE_WIRE_MODULE_FREE, PROGRAM_BIT(PROGRAM_MODULE_FREE), 0 },
	{ TRACEE_WIRE_SECURITY_PTRACE_TRACEME, PROGRAM_BIT(PROGRAM_PTRACE_TRACEME), 0 },
	{ TRACEE_WIRE_SECURITY_KERNEL_READ_FILE, PROGRAM_BIT(PROGRAM_KERNEL_READ_FILE), 0 },
	{ TRACEE_WIRE_SECURITY_KERNEL_LOAD_DATA, PROGRAM_BIT(PROGRAM_KERNEL_LOAD_DATA), 0 },
	{ TRACEE_WIRE_EXEC_FILELESS, PROGRAM_BIT(PROGRAM_EXEC_FILELESS),
	  PROGRAM_BIT(PROGRAM_SCRIPT_FILELESS) | PROGRAM_BIT(PROGRAM_OWN_UNLINK) },
	{ TRACEE_WIRE_EXEC_LOADER_ENVIRONMENT,
	  PROGRAM_BIT(PROGRAM_EXEC_ENVIRONMENT) | PROGRAM_BIT(PROGRAM_EXEC_ENVIRONMENT_MORE), 0 },
	{ TRACEE_WIRE_PRELOAD_FILE, PROGRAM_BIT(PROGRAM_TELLING_OPEN), PRELOAD_PROGRAMS },
	{ TRACEE_WIRE_EXECUTABLE_MEMORY, PROGRAM_BIT(PROGRAM_EXECUTABLE_MMAP) | PROGRAM_BIT(PROGRAM_EXECUTABLE_MPROTECT),
	  PROGRAM_BIT(PROGRAM_EXEC_STACK) | PROGRAM_BIT(PROGRAM_EXECUTABLE_MREMAP) },
	{ TRACEE_WIRE_PROCESS_INJECTION,
	  PROGRAM_BIT(PROGRAM_ARCH_PTRACE) | PROGRAM_BIT(PROGRAM_ACCESS_CHECK) | PROGRAM_BIT(PROGRAM_TELLING_OPEN),
	  PROGRAM_BIT(PROGRAM_COMPAT_ARCH_PTRACE) },
	{ TRACEE_WIRE_STDIO_SOCKET, PROGRAM_BIT(PROGRAM_EXEC_STDIO), STDIO_PROGRAMS },
	{ TRACEE_WIRE_SECURITY_TASK_PRCTL, PROGRAM_BIT(PROGRAM_TASK_PRCTL), 0 },
	{ TRACEE_WIRE_KERNEL_CONTROL_FILE, PROGRAM_BIT(PROGRAM_TELLING_OPEN), 0 },
	{ TRACEE_WIRE_OWN_STATUS_OPEN, PROGRAM_BIT(PROGRAM_TELLING_OPEN), 0 },
	{ TRACEE_WIRE_MODULE_REQUEST, PROGRAM_BIT(PROGRAM_MODULE_REQUEST), 0 },
	{ TRACEE_WIRE_BPF_PROGRAM_LOAD, PROGRAM_BIT(PROGRAM_BPF_PROGRAM_LOAD), 0 },
	{ TRACEE_WIRE_BREAKPOINT_HANDLED, PROGRAM_BIT(PROGRAM_SIGNAL_DELIVER), 0 },
	{ TRACEE_WIRE_EXEC_LOADER, PROGRAM_BIT(PROGRAM_EXEC_LOADER), 0 },
};

uint64_t programs_also_of(const struct tracee_event_def *event)
{
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		if (needed[i].event == event->id)
			return needed[i].also;
	}
	return 0;
}

uint64_t programs_of(const struct tracee_event_def *event)
{
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		if (needed[i].event == event->id)
			return needed[i].programs;
	}
	return PROGRAM_BIT(PROGRAM_SYS_EXIT);
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
	case TRACEE_ARG_SOCKADDR_RESULT:
		return TRACEE_WIRE_BLOB_SOCKADDR_RESULT;
	case TRACEE_ARG_STRUCTURE:
		return TRACEE_WIRE_BLOB_STRUCTURE;
	default:
		return TRACEE_WIRE_BLOB_NONE;
	}
}

/* Structures of 32-bit processes that are not as ours stay addresses. */
static bool is_foreign(const struct structure *structure, const struct tracee_compat_call *call)
{
	return structure && call && !structure->is_same_in_32;
}

/* @call: NULL for 64-bit processes. */
static void select_slot(const struct tracee_event_def *event, const struct tracee_compat_call *call, uint8_t flag,
			struct tracee_wire_select *select)
{
	unsigned int n = 0;

	if (!select->flags) {
		select->finding_arg = TRACEE_WIRE_NO_ARG;
		select->text_arg = TRACEE_WIRE_NO_ARG;
		select->file_arg = TRACEE_WIRE_NO_ARG;
	}
	select->flags |= flag;
	for (unsigned int i = 0; i < event->n_args && n < TRACEE_WIRE_N_BLOBS; i++) {
		const struct structure *structure = structure_of(event->args[i].structure);
		uint8_t kind = blob_kind(event->args[i].kind);

		if (kind == TRACEE_WIRE_BLOB_NONE || is_foreign(structure, call))
			continue;
		select->blob_size[n] = structure ? structure->size_bytes : 0;
		select->blob_arg[n] = (uint8_t)(call ? tracee_compat_position(call, i) : i);
		select->blob_kind[n++] = kind;
	}
}

static size_t n_values(const struct tracee_wire_select *select)
{
	size_t n = 1;

	while (n < TRACEE_WIRE_N_FINDING_VALUES && select->finding_values[n] != select->finding_values[0])
		n++;
	return n;
}

/* Adds to the @n values of a condition, and has the first fill the rest; false if there is no room. */
static bool add_values(const struct signature_event *waited, size_t n, struct tracee_wire_select *select)
{
	if (n + waited->n_values > TRACEE_WIRE_N_FINDING_VALUES)
		return false;
	for (size_t i = 0; i < waited->n_values; i++)
		select->finding_values[n++] = waited->values[i];
	while (n < TRACEE_WIRE_N_FINDING_VALUES)
		select->finding_values[n++] = select->finding_values[0];
	return true;
}

/* Several rules may wait for one event. Where the kernel cannot tell what all of them want, all of it comes up. */
static void select_finding(const struct signature_event *waited, const struct tracee_compat_call *call, struct tracee_wire_select *select)
{
	uint8_t arg = call ? (uint8_t)tracee_compat_position(call, waited->arg) : waited->arg;
	bool is_first = !(select->flags & TRACEE_WIRE_SELECT_FINDING), fits;

	select->flags |= TRACEE_WIRE_SELECT_FINDING;
	if (!is_first && select->finding_arg == TRACEE_WIRE_NO_ARG)
		return;
	fits = waited->n_values && (is_first || select->finding_arg == arg) &&
	       add_values(waited, is_first ? 0 : n_values(select), select);
	select->finding_arg = fits ? arg : TRACEE_WIRE_NO_ARG;
}

/* Selects @event for 64-bit processes and for 32-bit ones. @waited: how a rule waits for it; NULL if it is traced. */
static void select_event(const struct tracee_event_def *event, enum tracee_arch arch, const struct signature_event *waited,
			 struct plan *plan)
{
	uint8_t flag = waited ? 0 : TRACEE_WIRE_SELECT_TRACE;
	size_t n_calls, n_events;
	const struct tracee_event_def *events = tracee_events(&n_events);
	const struct tracee_compat_call *calls = tracee_compat_calls(arch, &n_calls);
	int slot = tracee_event_slot(event, arch);

	select_slot(event, tracee_compat_by_slot(arch, (uint32_t)slot), flag, &plan->select[slot]);
	if (waited)
		select_finding(waited, NULL, &plan->select[slot]);
	for (size_t i = 0; i < n_calls; i++) {
		struct tracee_wire_select *select = &plan->select[TRACEE_WIRE_SLOT_OF_COMPAT(calls[i].nr)];

		if (&events[calls[i].event] != event)
			continue;
		select_slot(event, &calls[i], flag, select);
		if (waited)
			select_finding(waited, &calls[i], select);
	}
}

static bool is_possible(const struct signature_form *form, uint64_t broken)
{
	for (const struct signature_event *waited = form->events; waited->name; waited++) {
		if (!waited->is_optional && (programs_of(tracee_event_by_name(waited->name)) & broken))
			return false;
	}
	return true;
}

const char *plan_how(const struct signature_form *form, uint64_t broken)
{
	for (const struct signature_event *waited = form->events; form->how_partly && waited->name; waited++) {
		const struct tracee_event_def *event = tracee_event_by_name(waited->name);

		if ((programs_of(event) | programs_also_of(event)) & broken)
			return form->how_partly;
	}
	return form->how;
}

const struct signature_form *plan_form(const struct signature *signature, uint64_t broken)
{
	for (const struct signature_form *form = signature->forms; form->how; form++) {
		if (is_possible(form, broken))
			return form;
	}
	return NULL;
}

static void plan_event(const struct tracee_event_def *event, enum tracee_arch arch, uint64_t broken, struct plan *plan)
{
	uint64_t programs = programs_of(event);

	if (programs & broken) {
		plan->unavailable[tracee_event_slot(event, arch)] = true;
		return;
	}
	select_event(event, arch, NULL, plan);
	plan->programs |= programs | (programs_also_of(event) & ~broken);
	plan->has_events = true;
}

static void plan_rule(size_t i, enum tracee_arch arch, uint64_t broken, struct plan *plan)
{
	const struct signature_form *form = plan_form(signatures[i], broken);

	if (!form)
		return;
	plan->how[i] = plan_how(form, broken);
	plan->rules |= UINT32_C(1) << i;
	for (const struct signature_event *waited = form->events; waited->name; waited++) {
		const struct tracee_event_def *event = tracee_event_by_name(waited->name);

		/* A call that this architecture does not have is made by nobody. */
		if (tracee_event_slot(event, arch) < 0 || (programs_of(event) & broken))
			continue;
		plan->programs |= programs_of(event) | (programs_also_of(event) & ~broken);
		select_event(event, arch, waited, plan);
	}
}

void plan_make(const struct selection *selection, uint32_t rules, uint64_t broken, struct plan *ret_plan)
{
	size_t n;
	const struct tracee_event_def *events = tracee_events(&n);

	memset(ret_plan, 0, sizeof(*ret_plan));
	for (size_t i = 0; i < n; i++) {
		int slot = tracee_event_slot(&events[i], selection->arch);

		if (slot >= 0 && (selection->traced[slot] || selection->needed[slot]))
			plan_event(&events[i], selection->arch, broken, ret_plan);
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

static void select_descriptor(const struct tracee_event_def *event, const struct tracee_compat_call *call,
			      struct tracee_wire_select *select)
{
	for (unsigned int i = 0; i < event->n_args; i++) {
		if (!event->args[i].is_descriptor)
			continue;
		select->file_arg = (uint8_t)(call ? tracee_compat_position(call, i) : i);
		return;
	}
}

void plan_descriptors(struct plan *plan, enum tracee_arch arch)
{
	for (uint32_t slot = 0; slot < TRACEE_WIRE_FIRST_OTHER_SLOT; slot++) {
		if (plan->select[slot].flags)
			select_descriptor(tracee_event_by_slot(arch, slot), tracee_compat_by_slot(arch, slot),
					   &plan->select[slot]);
	}
}
