/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_LOAD_PLAN_H
#define RUNTIME_LOAD_PLAN_H

/*
 * From what is wanted to what is loaded: which programs of the object, and what the map `selection`
 * says of each event. Programs that are known not to attach ("broken") are planned around: a rule
 * takes its next form, an event that needs one is unavailable.
 */
#include "bpf/wire/event.h"
#include "runtime/detect/engine.h"
#include "runtime/selection.h"

enum program {
	PROGRAM_SYS_EXIT,
	PROGRAM_PROCESS_FORK,
	PROGRAM_PROCESS_EXEC,
	PROGRAM_PROCESS_EXIT,
	PROGRAM_TASK_RENAME,
	PROGRAM_MODULE_LOAD,
	PROGRAM_MODULE_FREE,
	PROGRAM_MODULE_REQUEST,
	PROGRAM_BPF_PROGRAM_LOAD,
	PROGRAM_SIGNAL_DELIVER,
	PROGRAM_PTRACE_TRACEME,
	PROGRAM_ANY_SYS_ENTER,
	PROGRAM_ANY_SYS_EXIT,
	PROGRAM_DO_EXIT,
	PROGRAM_CAP_CAPABLE,
	PROGRAM_BPRM_CHECK,
	PROGRAM_FILE_OPEN,
	PROGRAM_INODE_UNLINK,
	PROGRAM_PATH_UNLINK,
	PROGRAM_VFS_WRITE,
	PROGRAM_VFS_WRITEV,
	PROGRAM_MAGIC_WRITE,
	PROGRAM_MAGIC_WRITEV,
	PROGRAM_MMAP_FILE,
	PROGRAM_FILE_MPROTECT,
	PROGRAM_COMMIT_CREDS,
	PROGRAM_SWITCH_TASK_NS,
	PROGRAM_KERNEL_READ_FILE,
	PROGRAM_KERNEL_LOAD_DATA,
	PROGRAM_EXEC_FILELESS,
	PROGRAM_SCRIPT_FILELESS,
	PROGRAM_OWN_UNLINK,
	PROGRAM_EXEC_ENVIRONMENT,
	PROGRAM_EXEC_ENVIRONMENT_MORE,
	PROGRAM_EXEC_LOADER,
	PROGRAM_TELLING_OPEN,
	PROGRAM_PRELOAD_RENAME,
	PROGRAM_PRELOAD_LINK,
	PROGRAM_PRELOAD_SYMLINK,
	PROGRAM_PRELOAD_MOUNT,
	PROGRAM_PRELOAD_MOVE_MOUNT,
	PROGRAM_EXECUTABLE_MMAP,
	PROGRAM_EXECUTABLE_MPROTECT,
	PROGRAM_EXECUTABLE_MREMAP,
	PROGRAM_EXEC_STACK,
	PROGRAM_ARCH_PTRACE,
	PROGRAM_COMPAT_ARCH_PTRACE,
	PROGRAM_ACCESS_CHECK,
	PROGRAM_TASK_PRCTL,
	PROGRAM_EXEC_STDIO,
	PROGRAM_FD_INSTALL,
	PROGRAM_STDIO_CONNECT,
	PROGRAM_DUP3,
	PROGRAM_DUP2,
	PROGRAM_COMPAT_DUP3,
	PROGRAM_COMPAT_DUP2,
	/* Each takes the place of another one, unless it is broken: see preempted.h. */
	PROGRAM_SYS_EXIT_PERF,
	PROGRAM_PROCESS_EXIT_PERF,
	PROGRAM_ANY_SYS_ENTER_PERF,
	PROGRAM_ANY_SYS_EXIT_PERF,
	N_PROGRAMS,
};

/* A set of programs is a mask of these. */
#define PROGRAM_BIT(program) (UINT64_C(1) << (program))

struct program_def {
	const char *name; /* of the function in the object */
	const char *hook; /* for people: "tracepoint sys_exit" */
	const char *kprobe; /* symbol, or NULL for a tracepoint */
	bool is_continuation; /* not attached; another one goes on with it. Objects of tier ring have none */
	bool is_stand_in; /* for the one below */
	enum program instead_of;
};

extern const struct program_def program_defs[N_PROGRAMS];

#define PLAN_N_RULES 32

struct plan {
	uint64_t programs; /* to load and attach */
	struct tracee_wire_select select[TRACEE_WIRE_N_SLOTS];
	const char *how[PLAN_N_RULES]; /* rules are told, by the position in signatures[]; NULL: not in force */
	bool unavailable[TRACEE_WIRE_N_SLOTS]; /* wanted or needed by --trace, but in need of a broken program */
	bool has_events; /* something is traced, or seen for a filter's sake */
	uint32_t rules; /* those that have a form in force */
};

/* All programs that are kprobes. */
uint64_t programs_by_kprobe(void);

/* All programs that stand in for others. */
uint64_t programs_standing_in(void);

/* Programs that must be attached for @event to come; stand-ins are not among them. */
uint64_t programs_of(const struct tracee_event_def *event);

/* Programs that @event comes from, too, where they can be had. */
uint64_t programs_also_of(const struct tracee_event_def *event);

/* The best form of @signature that no broken program stands in the way of; NULL if there is none. */
const struct signature_form *plan_form(const struct signature *signature, uint64_t broken);

/* How @form tells what it finds, for people, where @broken programs cannot be had. */
const char *plan_how(const struct signature_form *form, uint64_t broken);

/* @selection and @rules: what is wanted. Pure: asks nobody. */
void plan_make(const struct selection *selection, uint32_t rules, uint64_t broken, struct plan *ret_plan);

/* Has the file behind the first descriptor of each system call that is selected told. */
void plan_descriptors(struct plan *plan, enum tracee_arch arch);

/* Whether anything is left to do. */
bool plan_is_empty(const struct plan *plan);

#endif
