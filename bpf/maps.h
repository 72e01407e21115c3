/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACEE_BPF_MAPS_H
#define TRACEE_BPF_MAPS_H

/* The maps; user space sets the sizes marked so before it loads. */
#include "bpf/tier.h"
#include "bpf/wire/event.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct tracee_wire_config);
} config SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, TRACEE_WIRE_N_SLOTS);
	__type(key, __u32);
	__type(value, struct tracee_wire_select);
} selection SEC(".maps");

/*
 * An array with a block for each CPU, not a per-CPU array: that kind cannot be mapped into user
 * space, where the counters are read after all capabilities are gone. max_entries: possible CPUs *
 * TRACEE_WIRE_N_SLOTS.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, TRACEE_WIRE_N_SLOTS);
	__type(key, __u32);
	__type(value, struct tracee_wire_counter);
} counters SEC(".maps");

#if defined(TRACEE_TIER_RING)
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20); /* set by user space */
} telemetry SEC(".maps"), findings SEC(".maps");
#else
struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} telemetry SEC(".maps"), findings SEC(".maps");
#endif

/* What filters compare with: see struct tracee_wire_condition. Sized by user space. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct tracee_wire_number_key);
	__type(value, __u8);
} filter_numbers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct tracee_wire_name_key);
	__type(value, __u8);
} filter_names SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct tracee_wire_text_key);
	__type(value, __u8);
} filter_texts SEC(".maps");

/*
 * Where a record is built. The largest blob fits behind the largest record, so that every append may
 * ask for its maximum. A value of a per-CPU map has at most 32 KiB (PCPU_MIN_UNIT_SIZE).
 */
struct scratch {
	__u64 token; /* of the record being built: see event_submit() */
	__u32 space; /* enum scratch_space: which one this is */
	__u32 reserved;
	/*
	 * Of an execve: the position of its path, NO_EXEC for other calls, and the bytes of a pointer. Here and not in
	 * registers, because of what it loads from a map the verifier knows nothing, and goes one way instead of
	 * one for each value.
	 */
	__u32 exec_first, exec_width;
	struct walk_of_strings {
		__u64 at; /* address of the next one */
		__u32 is_middle; /* it is not the beginning of one */
	} strings;
	union {
		struct tracee_wire_event event;
		__u8 bytes[TRACEE_WIRE_RECORD_MAX + TRACEE_WIRE_STRINGS_MAX];
	};
};

/*
 * Since 7.0 a program on a raw tracepoint can be preempted (a46023d5616e), and another one can run on
 * its CPU meanwhile. Those that are never preempted, kprobes and tracepoints of perf, have a space of
 * their own.
 */
enum scratch_space { SCRATCH_RAW_TRACEPOINT, SCRATCH_NOT_PREEMPTED, N_SCRATCH_SPACES };

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, N_SCRATCH_SPACES);
	__type(key, __u32);
	__type(value, struct scratch);
} scratch SEC(".maps");

_Static_assert(sizeof(struct scratch) <= 32 << 10, "scratch does not fit a per-CPU map");

/* Thread → what it is about to unlink, and by which mount it came there. Addresses, which nobody follows without asking. */
struct unlinking {
	__u64 dentry, mnt;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64);
	__type(value, struct unlinking);
} unlinks SEC(".maps");

/* Thread → the comm it had before its last rename: what called execve. */
struct comm {
	char text[TRACEE_WIRE_COMM_SIZE];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, struct comm);
} exec_comm SEC(".maps");

/* Processes that were told to be gone. */
struct process {
	__u64 start_time_ns;
	__u64 host_pid;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct process);
	__type(value, __u32);
} gone SEC(".maps");

/* Cgroup → which of its names may hold a container id, see record_cgroup(): 0 none, 1 its own, 2 its parent's, … */
struct cgroup_key {
	__u64 v2_id;
	__u64 pids_serial; /* 0 without hierarchies of v1 */
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct cgroup_key);
	__type(value, __u32);
} cgroups SEC(".maps");

#endif
