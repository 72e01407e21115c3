/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
#ifndef TRACEE_WIRE_EVENT_H
#define TRACEE_WIRE_EVENT_H

/*
 * The contract between the BPF program and user space: what a record in a ring looks like, and what
 * user space writes into the maps that steer the program. Included by both sides; every size and
 * offset is asserted below. Any change here is a change of TRACEE_OBJECT_ABI (tracee/tracee.h).
 *
 * A record is one struct tracee_wire_event followed by n_blobs blobs, back to back and unaligned.
 * Numbers are in the byte order of the host: records never leave it. Both supported architectures
 * are little endian with 8-byte pointers.
 */
#include <linux/types.h>

/*
 * Event numbers. System calls have the number of the x86_64 table on every architecture; numbers
 * from 1000 are events that are not system calls (those up to 1013 are the ones users of Tracee 0.5
 * know), numbers from 1100 are ours.
 */
enum tracee_wire_event_id {
	TRACEE_WIRE_CLONE = 56,
	TRACEE_WIRE_EXECVE = 59,
	TRACEE_WIRE_EXECVEAT = 322,
	TRACEE_WIRE_SYS_ENTER = 1000,
	TRACEE_WIRE_SYS_EXIT = 1001,
	TRACEE_WIRE_DO_EXIT = 1002,
	TRACEE_WIRE_CAP_CAPABLE = 1003,
	TRACEE_WIRE_SECURITY_BPRM_CHECK = 1004,
	TRACEE_WIRE_SECURITY_FILE_OPEN = 1005,
	TRACEE_WIRE_SECURITY_INODE_UNLINK = 1006,
	TRACEE_WIRE_VFS_WRITE = 1007,
	TRACEE_WIRE_VFS_WRITEV = 1008,
	TRACEE_WIRE_MEM_PROT_ALERT = 1009,
	TRACEE_WIRE_SCHED_PROCESS_EXIT = 1010,
	TRACEE_WIRE_COMMIT_CREDS = 1011,
	TRACEE_WIRE_SWITCH_TASK_NS = 1012,
	TRACEE_WIRE_MAGIC_WRITE = 1013,
	TRACEE_WIRE_SCHED_PROCESS_FORK = 1100,
	TRACEE_WIRE_SCHED_PROCESS_EXEC = 1101,
	TRACEE_WIRE_MODULE_LOAD = 1102,
	TRACEE_WIRE_SECURITY_PTRACE_TRACEME = 1103,
	TRACEE_WIRE_SECURITY_KERNEL_READ_FILE = 1104,
	TRACEE_WIRE_SECURITY_KERNEL_LOAD_DATA = 1105,
	TRACEE_WIRE_EXEC_FILELESS = 1106,
	TRACEE_WIRE_EXEC_LOADER_ENVIRONMENT = 1107,
	TRACEE_WIRE_PRELOAD_FILE = 1108,
	TRACEE_WIRE_EXECUTABLE_MEMORY = 1109,
	TRACEE_WIRE_PROCESS_INJECTION = 1110,
	TRACEE_WIRE_STDIO_SOCKET = 1111,
	TRACEE_WIRE_SECURITY_TASK_PRCTL = 1112,
	TRACEE_WIRE_MODULE_FREE = 1113,
	TRACEE_WIRE_KERNEL_CONTROL_FILE = 1114,
	TRACEE_WIRE_OWN_STATUS_OPEN = 1115,
	TRACEE_WIRE_MODULE_REQUEST = 1116,
	TRACEE_WIRE_BPF_PROGRAM_LOAD = 1117,
	TRACEE_WIRE_BREAKPOINT_HANDLED = 1118,
	TRACEE_WIRE_EXEC_LOADER = 1119,
};

/*
 * Slots: the index of an event in the maps `selection` and `counters`. System calls use their number
 * on the running architecture (it is what the program has at hand); those of 32-bit processes have
 * their own numbers and follow; everything else comes behind them.
 */
#define TRACEE_WIRE_N_SYSCALL_SLOTS 512
#define TRACEE_WIRE_SLOT_OF_COMPAT(nr) (TRACEE_WIRE_N_SYSCALL_SLOTS + (nr))
#define TRACEE_WIRE_FIRST_OTHER_SLOT (2 * TRACEE_WIRE_N_SYSCALL_SLOTS)
#define TRACEE_WIRE_FIRST_OTHER_ID 1000
#define TRACEE_WIRE_N_SLOTS (TRACEE_WIRE_FIRST_OTHER_SLOT + 128)
#define TRACEE_WIRE_SLOT_OF_OTHER(id) (TRACEE_WIRE_FIRST_OTHER_SLOT + (id) - TRACEE_WIRE_FIRST_OTHER_ID)

#define TRACEE_WIRE_N_ARGS 8		/* scalar arguments of an event, at most */
#define TRACEE_WIRE_N_SYSCALL_ARGS 6
#define TRACEE_WIRE_N_BLOBS 3		/* blobs that a system call may ask for by its selection */
#define TRACEE_WIRE_COMM_SIZE 16	/* TASK_COMM_LEN, with its NUL */
#define TRACEE_WIRE_HOST_NAME_SIZE 72	/* __NEW_UTS_LEN + NUL, padded */
#define TRACEE_WIRE_STRING_MAX 4096	/* bytes of one string, without its NUL; longer is cut and marked */
#define TRACEE_WIRE_STRINGS_MAX 8192	/* bytes of one argv or environment, NULs included */
#define TRACEE_WIRE_BYTES_MAX 128	/* bytes of one structure read from user memory */
#define TRACEE_WIRE_STACK_MAX 20	/* addresses of a stack */
#define TRACEE_WIRE_MAGIC_SIZE 20	/* first bytes of a file that `magic_write` tells */
#define TRACEE_WIRE_ANCESTORS_MAX 8	/* of the process of a finding */
#define TRACEE_WIRE_RECORD_MAX 24000	/* bytes of one record, blobs included: an exec with all at their maximum has 21,000 */

/* What the kernel takes in, in security_kernel_*; their argument `id`. */
enum tracee_wire_content {
	TRACEE_WIRE_CONTENT_OTHER,
	TRACEE_WIRE_CONTENT_FIRMWARE,
	TRACEE_WIRE_CONTENT_MODULE,
	TRACEE_WIRE_CONTENT_KEXEC_IMAGE,
	TRACEE_WIRE_CONTENT_KEXEC_INITRAMFS,
	TRACEE_WIRE_CONTENT_POLICY,
	TRACEE_WIRE_CONTENT_CERTIFICATE,
};

/* How something came about; argument `way` of events. tracee_way_name() has the words. */
enum tracee_wire_way {
	TRACEE_WIRE_WAY_OTHER,
	TRACEE_WIRE_WAY_EXEC,
	TRACEE_WIRE_WAY_SCRIPT,		/* executed by another program */
	TRACEE_WIRE_WAY_OPEN,
	TRACEE_WIRE_WAY_RENAME,
	TRACEE_WIRE_WAY_LINK,
	TRACEE_WIRE_WAY_SYMLINK,
	TRACEE_WIRE_WAY_MOUNT,
	TRACEE_WIRE_WAY_MMAP,
	TRACEE_WIRE_WAY_MPROTECT,
	TRACEE_WIRE_WAY_STACK,		/* of a new image */
	TRACEE_WIRE_WAY_ATTACH,
	TRACEE_WIRE_WAY_POKE,
	TRACEE_WIRE_WAY_REGISTERS,
	TRACEE_WIRE_WAY_VM_WRITE,
	TRACEE_WIRE_WAY_MEMORY_FILE,	/* of procfs */
	TRACEE_WIRE_WAY_DUP,
	TRACEE_WIRE_WAY_DESCRIPTOR,	/* a new one, of whatever call */
	TRACEE_WIRE_WAY_CONNECT,
	TRACEE_WIRE_WAY_UNLINK,		/* of the own file */
	TRACEE_WIRE_WAY_MREMAP,
	TRACEE_WIRE_WAY_RELAY,		/* by a process that has a socket, and the other end of a pipe or terminal */
	TRACEE_WIRE_N_WAYS,
};

/* What executable_memory is of. */
enum tracee_wire_memory {
	TRACEE_WIRE_MEMORY_ANONYMOUS,
	TRACEE_WIRE_MEMORY_FILE,
	TRACEE_WIRE_MEMORY_FILELESS,	/* a file that no path leads to, or in memory */
};

enum tracee_wire_flag {
	/* The call was execve or execveat and succeeded; comm is that of the image that called it. */
	TRACEE_WIRE_EXEC_DONE = 1 << 0,
	/* The process was forked and has executed nothing since. Of what goes to the findings ring. */
	TRACEE_WIRE_FORKED = 1 << 1,
};

struct tracee_wire_event {
	__u32 size;		/* bytes of the record, this structure included */
	__u32 slot;		/* what happened: see TRACEE_WIRE_SLOT_OF_OTHER */
	__u64 time_ns;		/* CLOCK_MONOTONIC */
	__u64 start_time_ns;	/* start of the process, CLOCK_MONOTONIC; with host_pid its identity */
	__u64 cgroup_id;	/* of the cgroup v2 hierarchy */
	__s64 ret;		/* return value; 0 for events that have none */
	__u32 host_pid;		/* process (thread group), as the initial pid namespace counts */
	__u32 host_tid;
	__u32 host_ppid;
	__u32 pid;		/* the same three as the process's own pid namespace counts */
	__u32 tid;
	__u32 ppid;		/* 0 when the parent lives in an outer namespace */
	__u32 uid;		/* real user, as the initial user namespace counts */
	__u32 mnt_ns;		/* inode numbers of namespaces */
	__u32 pid_ns;
	__u16 flags;		/* enum tracee_wire_flag */
	__u8 n_blobs;
	__u8 reserved;
	__u32 syscall;		/* slot of the call that led to an event of the kernel; TRACEE_WIRE_N_SLOTS: not known */
	__u32 reserved2;
	char comm[TRACEE_WIRE_COMM_SIZE];
	char host_name[TRACEE_WIRE_HOST_NAME_SIZE];	/* of the process's UTS namespace */
	__u64 args[TRACEE_WIRE_N_ARGS];	/* by position; for a pointer its value, the contents come as a blob */
};

enum tracee_wire_blob_kind {
	TRACEE_WIRE_BLOB_NONE = 0,
	TRACEE_WIRE_BLOB_STRING = 1,	/* text without its NUL */
	TRACEE_WIRE_BLOB_STRINGS = 2,	/* strings, each with its NUL (the last one may be cut) */
	TRACEE_WIRE_BLOB_SOCKADDR = 3,	/* struct sockaddr as the caller gave it, never beyond its length */
	TRACEE_WIRE_BLOB_STRUCTURE = 4,	/* a structure as the caller gave it, never beyond its size */
	TRACEE_WIRE_BLOB_BYTES = 5,	/* bytes that were written */
	TRACEE_WIRE_BLOB_ADDRESSES = 6,	/* 64-bit addresses of a stack, the innermost first */
	/* In a selection only: a SOCKADDR that is a result, its length behind the pointer that is the next argument. */
	TRACEE_WIRE_BLOB_SOCKADDR_RESULT = 7,
	TRACEE_WIRE_BLOB_FILE_PATH = 8,	/* of the open file that a descriptor stands for */
	TRACEE_WIRE_BLOB_ANCESTORS = 9,	/* struct tracee_wire_ancestor, the parent first */
	TRACEE_WIRE_BLOB_EXECUTABLE = 10,	/* struct tracee_wire_executable */
};

enum tracee_wire_blob_flag {
	TRACEE_WIRE_BLOB_CUT = 1 << 0,		/* there was more */
	TRACEE_WIRE_BLOB_UNREADABLE = 1 << 1,	/* the memory could not be read; the blob is empty */
};

/* The blob's `arg` for what belongs to the process and not to an argument. */
#define TRACEE_WIRE_BLOB_CGROUP 0xff	/* STRING: name of the nearest cgroup long enough to hold a container id */
#define TRACEE_WIRE_BLOB_STACK 0xfe	/* ADDRESSES: where the call came from in user space */
#define TRACEE_WIRE_BLOB_PARENTS 0xfd	/* ANCESTORS: of what goes to the findings ring */
#define TRACEE_WIRE_BLOB_PROGRAM 0xfc	/* EXECUTABLE: of the same */
#define TRACEE_WIRE_BLOB_PROGRAM_PATH 0xfb	/* STRING: of that; in objects of tier base its last name alone */

struct tracee_wire_blob {
	__u8 arg;		/* position in args, or one of the values above */
	__u8 kind;		/* enum tracee_wire_blob_kind */
	__u16 flags;		/* enum tracee_wire_blob_flag */
	__u32 size;		/* bytes that follow */
};

/* A process that the process of a finding descends from. */
struct tracee_wire_ancestor {
	__u64 start_time_ns;	/* CLOCK_MONOTONIC */
	__u32 host_pid;		/* as the initial pid namespace counts */
	__u32 uid;		/* real user, as the initial user namespace counts */
	char comm[TRACEE_WIRE_COMM_SIZE];	/* of its first thread */
};

/* The file that the process of a finding runs. */
struct tracee_wire_executable {
	__u64 inode;
	__u32 dev;		/* dev_t of the kernel */
	__u32 uid;		/* owner */
	__u32 mode;
	__u32 links;		/* names it has; 0: none any more */
};

/* Map `selection`, by slot: what user space wants of an event. All zero: nothing, at no cost. */
enum tracee_wire_select_flag {
	TRACEE_WIRE_SELECT_TRACE = 1 << 0,	/* to the telemetry ring */
	TRACEE_WIRE_SELECT_FINDING = 1 << 1,	/* to the findings ring, if the condition below holds */
};

/*
 * A condition on a number: it is fulfilled by a value that the map `filter_numbers` has as wanted, not
 * by one that it has as unwanted, and otherwise if only_listed is not set and the value lies within the
 * bounds that are given.
 */
enum tracee_wire_bound_flag {
	TRACEE_WIRE_BOUND_LESS = 1 << 0,	/* the value must be below `less` */
	TRACEE_WIRE_BOUND_GREATER = 1 << 1,	/* above `greater` */
	TRACEE_WIRE_BOUND_SIGNED = 1 << 2,	/* both are signed */
	TRACEE_WIRE_BOUND_LISTED = 1 << 3,	/* the map has values of this condition */
	TRACEE_WIRE_BOUND_ONLY_LISTED = 1 << 4,
	TRACEE_WIRE_BOUND_32_BITS = 1 << 5,	/* of the value only these count; sign-extended if SIGNED */
};

struct tracee_wire_condition {
	__u32 key;		/* of its values in `filter_numbers` */
	__u8 flags;		/* enum tracee_wire_bound_flag; 0: no condition */
	__u8 arg;		/* position in args, or TRACEE_WIRE_N_ARGS for the return value; unused for a process */
	__u16 reserved;
	__u64 less, greater;
};

/* Map `filter_numbers`: the values of a condition. */
struct tracee_wire_number_key {
	__u32 key;
	__u32 reserved;
	__u64 value;
};

/* Map `filter_names`: names of the process, zero-filled to the end. */
struct tracee_wire_name_key {
	__u64 field;		/* enum tracee_wire_name_field */
	char name[TRACEE_WIRE_HOST_NAME_SIZE];
};
enum tracee_wire_name_field { TRACEE_WIRE_NAME_COMM, TRACEE_WIRE_NAME_HOST };

/* What a value in the maps `filter_numbers` and `filter_names` says. */
enum tracee_wire_listed { TRACEE_WIRE_LISTED_WANTED = 1, TRACEE_WIRE_LISTED_UNWANTED = 2 };

/*
 * Map `filter_texts`, a trie: what a text argument of an event must begin with. prefix_bits counts from
 * `slot` on; a whole text has its NUL counted in.
 */
#define TRACEE_WIRE_TEXT_MAX 104	/* bytes of a text that are compared, its NUL included */
struct tracee_wire_text_key {
	__u32 prefix_bits;
	__u16 slot;
	__u8 arg;
	__u8 reserved;
	char text[TRACEE_WIRE_TEXT_MAX];
};

#define TRACEE_WIRE_N_FINDING_VALUES 8
#define TRACEE_WIRE_N_CONDITIONS 2	/* on the numbers of an event */
#define TRACEE_WIRE_NO_ARG 0xff

struct tracee_wire_select {
	__u8 flags;		/* enum tracee_wire_select_flag */
	__u8 finding_arg;	/* condition: args[finding_arg] is one of finding_values; TRACEE_WIRE_NO_ARG: none */
	__u8 blob_arg[TRACEE_WIRE_N_BLOBS];
	__u8 blob_kind[TRACEE_WIRE_N_BLOBS];	/* ended by TRACEE_WIRE_BLOB_NONE */
	__u32 finding_values[TRACEE_WIRE_N_FINDING_VALUES];	/* fewer are repeated */
	__u8 text_arg;		/* a string that `filter_texts` must know; TRACEE_WIRE_NO_ARG: none */
	__u8 is_filtered;	/* any of the conditions below, or text_arg */
	__u8 file_arg;		/* a descriptor whose file is to be told; TRACEE_WIRE_NO_ARG: none */
	__u8 blob_size[TRACEE_WIRE_N_BLOBS];	/* bytes of a STRUCTURE; 0: the next argument says how many */
	__u8 reserved[2];
	/* What does not fulfil them all is of no interest to tracing; findings come all the same. */
	struct tracee_wire_condition conditions[TRACEE_WIRE_N_CONDITIONS];
};

/* Map `counters`, at cpu * TRACEE_WIRE_N_SLOTS + slot. generated = submitted + dropped, always. */
struct tracee_wire_counter {
	__u64 filtered;		/* events that were selected, but that a filter kept from being built */
	__u64 generated;	/* events that passed selection and filter */
	__u64 submitted;	/* records that a ring took */
	__u64 dropped;		/* records that no ring had room for */
};

/* Conditions on the process, by the number that they are about. */
enum tracee_wire_process_number {
	TRACEE_WIRE_OF_UID,
	TRACEE_WIRE_OF_PID,	/* as the initial pid namespace counts */
	TRACEE_WIRE_OF_TID,
	TRACEE_WIRE_OF_MNT_NS,
	TRACEE_WIRE_OF_PID_NS,
	TRACEE_WIRE_OF_START_TIME,	/* of the process, in CLOCK_MONOTONIC */
	TRACEE_WIRE_N_PROCESS_NUMBERS,
};

enum tracee_wire_config_flag {
	TRACEE_WIRE_FILTER_NUMBERS = 1 << 0,	/* there are conditions on the process */
	TRACEE_WIRE_FILTER_COMM = 1 << 1,	/* `filter_names` has some of this field */
	TRACEE_WIRE_FILTER_COMM_ONLY = 1 << 2,	/* and no other is wanted */
	TRACEE_WIRE_FILTER_HOST = 1 << 3,
	TRACEE_WIRE_FILTER_HOST_ONLY = 1 << 4,
	TRACEE_WIRE_FILTER_CONTAINER = 1 << 5,	/* only processes that may be in a container */
	TRACEE_WIRE_FILTER_NO_CONTAINER = 1 << 6,	/* only those in the initial pid namespace */
	TRACEE_WIRE_STACKS = 1 << 7,		/* events come with stacks */
	TRACEE_WIRE_EXEC_ENV = 1 << 8,		/* and executions with the environment */
	TRACEE_WIRE_SYSCALLS = 1 << 9,		/* events of the kernel come with the system call that led to them */
	TRACEE_WIRE_CGROUP_V1 = 1 << 10,	/* containers may be in the pids controller's hierarchy, a v1 one */
};

#define TRACEE_WIRE_INIT_PID_NS 0xeffffffcU	/* PROC_PID_INIT_INO, include/linux/proc_ns.h */

/* Map `config`, one entry. */
struct tracee_wire_config {
	__u32 self_pid_ns;	/* our own process, as its own pid namespace counts: never traced */
	__u32 self_pid;
	__u64 wake_bytes;	/* the reader of the telemetry ring is woken when it fills to a multiple of this */
	__u32 flags;		/* enum tracee_wire_config_flag */
	__u32 stack_bytes;	/* of a thread in the kernel: THREAD_SIZE */
	struct tracee_wire_condition process[TRACEE_WIRE_N_PROCESS_NUMBERS];
};

#define TRACEE_WIRE_AT(type, field, at) \
	_Static_assert(__builtin_offsetof(type, field) == (at), #type "." #field " moved")

TRACEE_WIRE_AT(struct tracee_wire_event, slot, 4);
TRACEE_WIRE_AT(struct tracee_wire_event, time_ns, 8);
TRACEE_WIRE_AT(struct tracee_wire_event, start_time_ns, 16);
TRACEE_WIRE_AT(struct tracee_wire_event, cgroup_id, 24);
TRACEE_WIRE_AT(struct tracee_wire_event, ret, 32);
TRACEE_WIRE_AT(struct tracee_wire_event, host_pid, 40);
TRACEE_WIRE_AT(struct tracee_wire_event, host_tid, 44);
TRACEE_WIRE_AT(struct tracee_wire_event, host_ppid, 48);
TRACEE_WIRE_AT(struct tracee_wire_event, pid, 52);
TRACEE_WIRE_AT(struct tracee_wire_event, tid, 56);
TRACEE_WIRE_AT(struct tracee_wire_event, ppid, 60);
TRACEE_WIRE_AT(struct tracee_wire_event, uid, 64);
TRACEE_WIRE_AT(struct tracee_wire_event, mnt_ns, 68);
TRACEE_WIRE_AT(struct tracee_wire_event, pid_ns, 72);
TRACEE_WIRE_AT(struct tracee_wire_event, flags, 76);
TRACEE_WIRE_AT(struct tracee_wire_event, n_blobs, 78);
TRACEE_WIRE_AT(struct tracee_wire_event, syscall, 80);
TRACEE_WIRE_AT(struct tracee_wire_event, comm, 88);
TRACEE_WIRE_AT(struct tracee_wire_event, host_name, 104);
TRACEE_WIRE_AT(struct tracee_wire_event, args, 176);
TRACEE_WIRE_AT(struct tracee_wire_select, blob_kind, 5);
TRACEE_WIRE_AT(struct tracee_wire_select, finding_values, 8);
_Static_assert(sizeof(struct tracee_wire_event) == 240, "tracee_wire_event changed size");
_Static_assert(sizeof(struct tracee_wire_blob) == 8, "tracee_wire_blob changed size");
_Static_assert(sizeof(struct tracee_wire_ancestor) == 32, "tracee_wire_ancestor changed size");
_Static_assert(sizeof(struct tracee_wire_executable) == 24, "tracee_wire_executable changed size");
TRACEE_WIRE_AT(struct tracee_wire_select, text_arg, 40);
TRACEE_WIRE_AT(struct tracee_wire_select, conditions, 48);
TRACEE_WIRE_AT(struct tracee_wire_config, process, 24);
_Static_assert(sizeof(struct tracee_wire_condition) == 24, "tracee_wire_condition changed size");
_Static_assert(sizeof(struct tracee_wire_number_key) == 16, "tracee_wire_number_key changed size");
_Static_assert(sizeof(struct tracee_wire_name_key) == 80, "tracee_wire_name_key changed size");
_Static_assert(sizeof(struct tracee_wire_text_key) == 112, "tracee_wire_text_key changed size");
_Static_assert(sizeof(struct tracee_wire_select) == 96, "tracee_wire_select changed size");
_Static_assert(sizeof(struct tracee_wire_counter) == 32, "tracee_wire_counter changed size");
_Static_assert(sizeof(struct tracee_wire_config) == 168, "tracee_wire_config changed size");

#endif
