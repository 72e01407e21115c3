/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
#ifndef TRACEE_WIRE_EVENT_H
#define TRACEE_WIRE_EVENT_H

/*
 * The contract between the BPF program and user space: what a record in a ring looks like, and what
 * user space writes into the maps that steer the program. Included by both sides; every size and
 * offset is asserted below. Any change here is a change of TRACEE_WIRE_ABI.
 *
 * A record is one struct tracee_wire_event followed by n_blobs blobs, back to back and unaligned.
 * Numbers are in the byte order of the host: records never leave it. Both supported architectures
 * are little endian with 8-byte pointers.
 */
#include <linux/types.h>

#define TRACEE_WIRE_ABI 1

/*
 * Event numbers. System calls have the number of the x86_64 table on every architecture; numbers
 * from 1000 are events that are not system calls (those up to 1013 are the ones users of Tracee 0.5
 * know), numbers from 1100 are ours.
 */
enum tracee_wire_event_id {
	TRACEE_WIRE_EXECVE = 59,
	TRACEE_WIRE_EXECVEAT = 322,
	TRACEE_WIRE_SCHED_PROCESS_EXIT = 1010,
	TRACEE_WIRE_SCHED_PROCESS_FORK = 1100,
	TRACEE_WIRE_SCHED_PROCESS_EXEC = 1101,
	TRACEE_WIRE_MODULE_LOAD = 1102,
	TRACEE_WIRE_SECURITY_PTRACE_TRACEME = 1103,
};

/*
 * Slots: the index of an event in the maps `selection` and `counters`. System calls use their number
 * on the running architecture (it is what the program has at hand), everything else follows.
 */
#define TRACEE_WIRE_N_SYSCALL_SLOTS 512
#define TRACEE_WIRE_FIRST_OTHER_ID 1000
#define TRACEE_WIRE_N_SLOTS 640
#define TRACEE_WIRE_SLOT_OF_OTHER(id) (TRACEE_WIRE_N_SYSCALL_SLOTS + (id) - TRACEE_WIRE_FIRST_OTHER_ID)

#define TRACEE_WIRE_N_ARGS 8		/* scalar arguments of an event, at most */
#define TRACEE_WIRE_N_SYSCALL_ARGS 6
#define TRACEE_WIRE_N_BLOBS 3		/* blobs that a system call may ask for by its selection */
#define TRACEE_WIRE_COMM_SIZE 16	/* TASK_COMM_LEN, with its NUL */
#define TRACEE_WIRE_HOST_NAME_SIZE 72	/* __NEW_UTS_LEN + NUL, padded */
#define TRACEE_WIRE_STRING_MAX 4096	/* bytes of one string, without its NUL; longer is cut and marked */
#define TRACEE_WIRE_STRINGS_MAX 8192	/* bytes of one argv or environment, NULs included */
#define TRACEE_WIRE_BYTES_MAX 128	/* bytes of one structure read from user memory */
#define TRACEE_WIRE_RECORD_MAX 24000	/* bytes of one record, blobs included: an exec with all at their maximum has 21,000 */

enum tracee_wire_flag {
	/* The caller was a 32-bit process; arguments are those of the 64-bit call of the same name. */
	TRACEE_WIRE_COMPAT = 1 << 0,
	/* The call was execve or execveat and succeeded; comm is that of the image that called it. */
	TRACEE_WIRE_EXEC_DONE = 1 << 1,
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
	char comm[TRACEE_WIRE_COMM_SIZE];
	char host_name[TRACEE_WIRE_HOST_NAME_SIZE];	/* of the process's UTS namespace */
	__u64 args[TRACEE_WIRE_N_ARGS];	/* by position; for a pointer its value, the contents come as a blob */
};

enum tracee_wire_blob_kind {
	TRACEE_WIRE_BLOB_NONE = 0,
	TRACEE_WIRE_BLOB_STRING = 1,	/* text without its NUL */
	TRACEE_WIRE_BLOB_STRINGS = 2,	/* strings, each with its NUL (the last one may be cut) */
	TRACEE_WIRE_BLOB_SOCKADDR = 3,	/* struct sockaddr as the caller gave it, never beyond its length */
	TRACEE_WIRE_BLOB_OPEN_HOW = 4,	/* struct open_how of openat2(2) */
};

enum tracee_wire_blob_flag {
	TRACEE_WIRE_BLOB_CUT = 1 << 0,		/* there was more */
	TRACEE_WIRE_BLOB_UNREADABLE = 1 << 1,	/* the memory could not be read; the blob is empty */
};

/* The blob's `arg` for what belongs to the process and not to an argument. */
#define TRACEE_WIRE_BLOB_CGROUP 0xff	/* STRING: name of the nearest cgroup long enough to hold a container id */

struct tracee_wire_blob {
	__u8 arg;		/* position in args, or one of the values above */
	__u8 kind;		/* enum tracee_wire_blob_kind */
	__u16 flags;		/* enum tracee_wire_blob_flag */
	__u32 size;		/* bytes that follow */
};

/* Map `selection`, by slot: what user space wants of an event. All zero: nothing, at no cost. */
enum tracee_wire_select_flag {
	TRACEE_WIRE_SELECT_TRACE = 1 << 0,	/* to the telemetry ring */
	TRACEE_WIRE_SELECT_FINDING = 1 << 1,	/* to the findings ring, if the condition below holds */
};

struct tracee_wire_select {
	__u8 flags;		/* enum tracee_wire_select_flag */
	__u8 finding_arg;	/* condition: args[finding_arg] == finding_value; 0xff: none */
	__u8 blob_arg[TRACEE_WIRE_N_BLOBS];
	__u8 blob_kind[TRACEE_WIRE_N_BLOBS];	/* ended by TRACEE_WIRE_BLOB_NONE */
	__u64 finding_value;
};

/* Map `counters`, at cpu * TRACEE_WIRE_N_SLOTS + slot. generated = submitted + dropped, always. */
struct tracee_wire_counter {
	__u64 generated;	/* events that passed selection and filter */
	__u64 submitted;	/* records that a ring took */
	__u64 dropped;		/* records that no ring had room for */
};

/* Map `config`, one entry. */
struct tracee_wire_config {
	__u32 self_pid_ns;	/* our own process, as its own pid namespace counts: never traced */
	__u32 self_pid;
	__u64 wake_bytes;	/* fill level of the telemetry ring that wakes the reader */
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
TRACEE_WIRE_AT(struct tracee_wire_event, comm, 80);
TRACEE_WIRE_AT(struct tracee_wire_event, host_name, 96);
TRACEE_WIRE_AT(struct tracee_wire_event, args, 168);
TRACEE_WIRE_AT(struct tracee_wire_select, blob_kind, 5);
TRACEE_WIRE_AT(struct tracee_wire_select, finding_value, 8);
_Static_assert(sizeof(struct tracee_wire_event) == 232, "tracee_wire_event changed size");
_Static_assert(sizeof(struct tracee_wire_blob) == 8, "tracee_wire_blob changed size");
_Static_assert(sizeof(struct tracee_wire_select) == 16, "tracee_wire_select changed size");
_Static_assert(sizeof(struct tracee_wire_counter) == 24, "tracee_wire_counter changed size");
_Static_assert(sizeof(struct tracee_wire_config) == 16, "tracee_wire_config changed size");

#endif
