/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACEE_BPF_RECORD_H
#define TRACEE_BPF_RECORD_H

/*
 * A record's way: event_begin() filters and fills the header, record_* append blobs, event_submit()
 * counts and sends. What comes between runs only for events that somebody wants.
 */
#include "bpf/filter.h"
#include "bpf/kernel_types.h"
#include "bpf/maps.h"

#define CGROUP_LEVELS 4	       /* how far up a container id is looked for: nested cgroups are made inside */
#define CGROUP_NAME_MAX 128    /* bytes of a name with its NUL; docker-<64>.scope needs 78 */
#define CONTAINER_ID_LENGTH 64 /* hexadecimal digits */
#define PID_LEVEL_MAX 32       /* MAX_PID_NS_LEVEL, include/linux/pid_namespace.h */

/* A thread as its own pid namespace counts. */
struct ids {
	__u32 pid_ns;
	__u32 level;
	__u32 pid, tid;
};

static __always_inline struct pid *task_pid(struct task_struct *task)
{
	struct task_struct___pids *old = (void *)task;

	if (bpf_core_field_exists(task->thread_pid))
		return READ(task, thread_pid);
	return READ(old, pids[0].pid);
}

/* The number of @pid in the namespace at @level; 0 if it has none there. */
static __always_inline __u32 pid_number(struct pid *pid, __u32 level, struct pid_namespace **ret_ns)
{
	struct upid *upid;

	if ((level && READ(pid, level) < level) || level > PID_LEVEL_MAX)
		return 0;
	upid = (void *)pid + __builtin_preserve_field_info(pid->numbers[0], BPF_FIELD_BYTE_OFFSET) +
	       level * bpf_core_type_size(struct upid);
	if (ret_ns)
		*ret_ns = READ(upid, ns);
	return READ(upid, nr);
}

static __always_inline void task_ids(struct task_struct *task, struct ids *ids)
{
	struct pid *pid = task_pid(task);
	struct pid_namespace *ns = 0;

	ids->level = READ(pid, level);
	ids->tid = pid_number(pid, ids->level, &ns);
	ids->pid_ns = READ(ns, ns.inum);
	/* Outside of containers numbers are the kernel's own, which is a shorter way. */
	ids->pid = ids->level ? pid_number(task_pid(READ(task, group_leader)), ids->level, 0) : READ(task, tgid);
}

static __always_inline struct tracee_wire_counter *counter_of(__u32 slot)
{
	__u32 key = bpf_get_smp_processor_id() * TRACEE_WIRE_N_SLOTS + slot;

	return bpf_map_lookup_elem(&counters, &key);
}

static __always_inline void count_filtered(__u32 slot)
{
	struct tracee_wire_counter *counter = counter_of(slot);

	if (counter)
		__sync_fetch_and_add(&counter->filtered, 1);
}

static __always_inline void count_sent(__u32 slot, int submitted)
{
	struct tracee_wire_counter *counter = counter_of(slot);

	if (!counter)
		return;
	/* Atomic: some kernels let one program interrupt another on the same CPU. */
	__sync_fetch_and_add(&counter->generated, 1);
	if (submitted)
		__sync_fetch_and_add(&counter->submitted, 1);
	else
		__sync_fetch_and_add(&counter->dropped, 1);
}

/* Begins a blob: NULL if the record is full. The caller writes at most STRINGS_MAX bytes behind it. */
static __always_inline struct tracee_wire_blob *blob_begin(struct scratch *s, __u8 arg, __u8 kind)
{
	__u64 at = s->event.size;
	struct tracee_wire_blob *blob;

	hide(at);
	if (at > TRACEE_WIRE_RECORD_MAX - sizeof(*blob))
		return 0;
	blob = (void *)s->bytes + at;
	blob->arg = arg;
	blob->kind = kind;
	blob->flags = 0;
	blob->size = 0;
	return blob;
}

static __always_inline void blob_end(struct scratch *s, struct tracee_wire_blob *blob, __u32 size, __u16 flags)
{
	blob->size = size;
	blob->flags = flags;
	s->event.size += sizeof(*blob) + size;
	s->event.n_blobs++;
}

/*
 * @n: what a string read returned: bytes with the NUL, or an error. An empty string is 0 on kernels whose
 * strncpy_from_user_nofault() (5.10) does not count its NUL.
 */
static __always_inline void string_end(struct scratch *s, struct tracee_wire_blob *blob, long n, long max)
{
	if (n < 0)
		blob_end(s, blob, 0, TRACEE_WIRE_BLOB_UNREADABLE);
	else if (n <= 1)
		blob_end(s, blob, 0, 0);
	else if (n >= max)
		blob_end(s, blob, max - 2, TRACEE_WIRE_BLOB_CUT);
	else
		blob_end(s, blob, n - 1, 0);
}

/* One byte more than the longest string and its NUL: a read that fills it is of a longer string. */
#define STRING_READ_MAX (TRACEE_WIRE_STRING_MAX + 2)

static __always_inline void record_user_string(struct scratch *s, __u8 arg, const void *from)
{
	struct tracee_wire_blob *blob = blob_begin(s, arg, TRACEE_WIRE_BLOB_STRING);

	if (blob)
		string_end(s, blob, read_user_string(blob + 1, STRING_READ_MAX, from), STRING_READ_MAX);
}

static __always_inline void record_kernel_string(struct scratch *s, __u8 arg, const void *from)
{
	struct tracee_wire_blob *blob = blob_begin(s, arg, TRACEE_WIRE_BLOB_STRING);

	if (blob)
		string_end(s, blob, read_kernel_string(blob + 1, STRING_READ_MAX, from), STRING_READ_MAX);
}

/* At most TRACEE_WIRE_BYTES_MAX bytes of a structure. */
static __always_inline void record_user_bytes(struct scratch *s, __u8 arg, __u8 kind, const void *from, __u64 size)
{
	struct tracee_wire_blob *blob = blob_begin(s, arg, kind);
	__u16 flags = 0;

	if (!blob)
		return;
	if (size > TRACEE_WIRE_BYTES_MAX) {
		size = TRACEE_WIRE_BYTES_MAX;
		flags = TRACEE_WIRE_BLOB_CUT;
	}
	hide(size);
	if (size > TRACEE_WIRE_BYTES_MAX)
		return;
	if (read_user(blob + 1, size, from) < 0)
		blob_end(s, blob, 0, TRACEE_WIRE_BLOB_UNREADABLE);
	else
		blob_end(s, blob, size, flags);
}

/* The memory from @from to @to, which holds strings one behind the other: argv of a new image. */
static __always_inline void record_user_strings(struct scratch *s, __u8 arg, __u64 from, __u64 to)
{
	struct tracee_wire_blob *blob = blob_begin(s, arg, TRACEE_WIRE_BLOB_STRINGS);
	__u64 size = to - from;
	__u16 flags = 0;

	if (!blob)
		return;
	if (size > TRACEE_WIRE_STRINGS_MAX) {
		size = TRACEE_WIRE_STRINGS_MAX;
		flags = TRACEE_WIRE_BLOB_CUT;
	}
	hide(size);
	if (size > TRACEE_WIRE_STRINGS_MAX)
		return;
	if (read_user(blob + 1, size, (void *)from) < 0)
		blob_end(s, blob, 0, TRACEE_WIRE_BLOB_UNREADABLE);
	else
		blob_end(s, blob, size, flags);
}

/*
 * The strings that the NULL-terminated array at @array points to, as execve takes them; a pointer has
 * @width bytes, 4 in a 32-bit process. Each string is cut at half of TRACEE_WIRE_STRINGS_MAX bytes, all of
 * them together at that, their number at N_STRINGS.
 */
SHARED void record_user_string_array(struct scratch *s, __u8 arg, const void *array, __u64 width)
{
	struct tracee_wire_blob *blob = blob_begin(s, arg, TRACEE_WIRE_BLOB_STRINGS);

	hide(width);
	if (!blob || width > sizeof(void *))
		return;
	/*
	 * What changes from round to round lies in memory, of which the verifier knows nothing when it is loaded: so
	 * all rounds look the same to it, and so do all ways out.
	 */
	blob->flags = TRACEE_WIRE_BLOB_UNREADABLE;
	REPEAT
	for (int i = 0; i < N_STRINGS; i++) {
		const void *string = 0;
		__u64 at = *(volatile __u32 *)&blob->size, size = width;
		long n;

		/* Anew in each round: old verifiers forget the bounds of what was on the stack meanwhile. */
		hide(size);
		if (array && (size > sizeof(string) || read_user(&string, size, array + i * width) < 0))
			goto out;
		if (!string) {
			blob->flags = 0;
			goto out;
		}
		hide(at);
		if (at > TRACEE_WIRE_STRINGS_MAX / 2) {
			blob->flags = TRACEE_WIRE_BLOB_CUT;
			goto out;
		}
		n = read_user_string((void *)(blob + 1) + at, TRACEE_WIRE_STRINGS_MAX / 2, string);
		if (n < 0)
			goto out;
		/* Its NUL was written all the same: see string_end(). */
		blob->size = at + (n ? n : 1);
		if (n == TRACEE_WIRE_STRINGS_MAX / 2) {
			blob->flags = TRACEE_WIRE_BLOB_CUT;
			goto out;
		}
	}
	blob->flags = TRACEE_WIRE_BLOB_CUT;
out:
	blob_end(s, blob, blob->size, *(volatile __u16 *)&blob->flags);
}

static __always_inline struct kernfs_node *kernfs_parent(struct kernfs_node *node)
{
	struct kernfs_node___rcu_parent *since_6_15 = (void *)node;
	struct kernfs_node___parent *before = (void *)node;

	if (bpf_core_field_exists(since_6_15->__parent))
		return READ(since_6_15, __parent);
	return READ(before, parent);
}

/* The cgroup of the pids controller, in a v1 hierarchy. */
static __always_inline struct cgroup_subsys_state *pids_state(struct task_struct *task)
{
	struct css_set *set = READ(task, cgroups);
	struct cgroup_subsys_state *state = 0;
	void *slots = (void *)set + __builtin_preserve_field_info(set->subsys, BPF_FIELD_BYTE_OFFSET);

	if (bpf_core_enum_value_exists(enum cgroup_subsys_id, pids_cgrp_id))
		read_kernel(&state, sizeof(state),
			    slots + bpf_core_enum_value(enum cgroup_subsys_id, pids_cgrp_id) * sizeof(state));
	return state;
}

/*
 * Records the name of the nearest of @node and those above it that is long enough to hold a container id. @known:
 * on which level it is, if that is known. Returns the level, from 1; 0 if there is none.
 */
static __always_inline __u32 record_container_name(struct scratch *s, struct tracee_wire_blob *blob, struct kernfs_node *node,
						   __u32 known)
{
	__u32 found = 0;

#pragma unroll
	for (__u32 level = 1; level <= CGROUP_LEVELS; level++) {
		if (!found && node && (!known || known == level)) {
			long n = read_kernel_string(blob + 1, CGROUP_NAME_MAX, READ(node, name));

			if (n > CONTAINER_ID_LENGTH && n <= CGROUP_NAME_MAX) {
				blob_end(s, blob, n - 1, 0);
				found = level;
			}
		}
		node = kernfs_parent(node);
	}
	return found;
}

/*
 * The name of the cgroup that may hold a container id, if there is one: in the hierarchy of v2, or, with @has_v1,
 * in that of the pids controller, whose levels are counted behind. Which it is is remembered by cgroup, so that a
 * process on the host costs one look-up.
 */
static __always_inline void record_cgroup(struct scratch *s, struct task_struct *task, int has_v1)
{
	struct cgroup_subsys_state *pids = has_v1 ? pids_state(task) : 0;
	__u64 id = bpf_get_current_cgroup_id();
	struct cgroup_key key = { .v2_id = id, .pids_serial = READ(pids, serial_nr) };
	__u32 *remembered = bpf_map_lookup_elem(&cgroups, &key);
	__u32 known = remembered ? *remembered : 0, found = 0;
	struct tracee_wire_blob *blob;

	s->event.cgroup_id = id;
	if (remembered && !known)
		return;
	blob = blob_begin(s, TRACEE_WIRE_BLOB_CGROUP, TRACEE_WIRE_BLOB_STRING);
	if (!blob)
		return;
	if (known <= CGROUP_LEVELS)
		found = record_container_name(s, blob, READ(task, cgroups, dfl_cgrp, kn), known);
	if (!found && pids && (!known || known > CGROUP_LEVELS)) {
		found = record_container_name(s, blob, READ(pids, cgroup, kn), known ? known - CGROUP_LEVELS : 0);
		found += found ? CGROUP_LEVELS : 0;
	}
	if (!remembered)
		bpf_map_update_elem(&cgroups, &key, &found, BPF_ANY);
}

static __always_inline void header_fill(struct tracee_wire_event *e, struct task_struct *task, const struct ids *ids)
{
	__u64 host = bpf_get_current_pid_tgid();
	struct task_struct *parent = READ(task, real_parent);
	struct nsproxy *nsproxy = READ(task, nsproxy);
	struct uts_namespace *uts = READ(nsproxy, uts_ns);

	e->time_ns = bpf_ktime_get_ns();
	e->start_time_ns = READ(task, group_leader, start_time);
	e->host_pid = host >> 32;
	e->host_tid = (__u32)host;
	e->host_ppid = READ(parent, tgid);
	e->pid = ids->pid;
	e->tid = ids->tid;
	e->ppid = ids->level ? pid_number(task_pid(READ(parent, group_leader)), ids->level, 0) : e->host_ppid;
	e->uid = (__u32)bpf_get_current_uid_gid();
	e->mnt_ns = READ(nsproxy, mnt_ns, ns.inum);
	e->pid_ns = ids->pid_ns;
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	if (read_kernel_string(e->host_name, sizeof(uts->name.nodename), __builtin_preserve_access_index(&uts->name.nodename)) < 0)
		e->host_name[0] = 0;
}

/* Detections see everything: no filter is for them. */
static __always_inline int is_filtered(const struct tracee_wire_select *select)
{
	return HAS_FILTERS && !(select->flags & TRACEE_WIRE_SELECT_FINDING);
}

static __always_inline int may_be_container(const struct scratch *s)
{
	return s->event.pid_ns != TRACEE_WIRE_INIT_PID_NS || s->event.n_blobs;
}

/*
 * Starts the record of an event of the current task in a scratch space of this CPU; NULL if the
 * process is not to be traced. The scalar arguments are zero, there are no blobs but the cgroup's.
 *
 * @is_renamed  the record will have another comm than the task has now
 */
SHARED struct scratch *event_begin_as(struct task_struct *task, __u32 slot, const struct tracee_wire_select *select, __u32 space,
				      int is_renamed)
{
	__u32 zero = 0;
	struct tracee_wire_config *c = bpf_map_lookup_elem(&config, &zero);
	struct ids ids = {};
	struct scratch *s;

	if (!c)
		return 0;
	task_ids(task, &ids);
	if (ids.pid == c->self_pid && ids.pid_ns == c->self_pid_ns)
		return 0;
	if (is_filtered(select) && !process_is_wanted(c, task, ids.pid_ns, !is_renamed)) {
		count_filtered(slot);
		return 0;
	}
	s = bpf_map_lookup_elem(&scratch, &space);
	if (!s)
		return 0;
	__builtin_memset(&s->event, 0, sizeof(s->event));
	s->event.size = sizeof(s->event);
	s->event.slot = slot;
	header_fill(&s->event, task, &ids);
	s->event.syscall = TRACEE_WIRE_N_SLOTS;
	s->token = s->event.time_ns ^ ((__u64)s->event.host_tid << 32) ^ slot;
	record_cgroup(s, task, c->flags & TRACEE_WIRE_CGROUP_V1);
	if ((c->flags & TRACEE_WIRE_FILTER_CONTAINER) && is_filtered(select) && !may_be_container(s)) {
		count_filtered(slot);
		return 0;
	}
	return s;
}

static __always_inline struct scratch *event_begin(struct task_struct *task, __u32 slot, const struct tracee_wire_select *select,
						   __u32 space)
{
	return event_begin_as(task, slot, select, space, 0);
}

#if defined(TRACEE_TIER_RING)
/*
 * The reader comes by on its own; it is woken only when much is waiting, by the record that fills the ring
 * to the next multiple of wake_bytes. A wake-up sends an interrupt, which costs more than all the rest
 * of an event: one for each record while the reader is behind would be paid by who is traced. That of
 * two CPUs neither sees the multiple passed is repaired by the next one.
 */
static __always_inline __u64 wake_flags(__u64 size)
{
	__u32 zero = 0;
	struct tracee_wire_config *c = bpf_map_lookup_elem(&config, &zero);
	__u64 waiting;

	if (!c)
		return BPF_RB_NO_WAKEUP;
	waiting = bpf_ringbuf_query(&telemetry, BPF_RB_AVAIL_DATA);
	if (waiting / c->wake_bytes == (waiting + size + BPF_RINGBUF_HDR_SZ) / c->wake_bytes)
		return BPF_RB_NO_WAKEUP;
	return BPF_RB_FORCE_WAKEUP;
}

static __always_inline long telemetry_send(void *ctx, struct scratch *s, __u64 size)
{
	return bpf_ringbuf_output(&telemetry, &s->event, size, wake_flags(size));
}

static __always_inline long finding_send(void *ctx, struct scratch *s, __u64 size)
{
	return bpf_ringbuf_output(&findings, &s->event, size, BPF_RB_FORCE_WAKEUP);
}
#else
static __always_inline long telemetry_send(void *ctx, struct scratch *s, __u64 size)
{
	return bpf_perf_event_output(ctx, &telemetry, BPF_F_CURRENT_CPU, &s->event, size);
}

static __always_inline long finding_send(void *ctx, struct scratch *s, __u64 size)
{
	return bpf_perf_event_output(ctx, &findings, BPF_F_CURRENT_CPU, &s->event, size);
}
#endif

/* Whether this event, with these arguments, is one that a detection waits for. */
static __always_inline int is_finding(const struct tracee_wire_select *select, const __u64 *args)
{
	if (!(select->flags & TRACEE_WIRE_SELECT_FINDING))
		return 0;
	return select->finding_arg >= TRACEE_WIRE_N_ARGS ||
	       args[select->finding_arg & (TRACEE_WIRE_N_ARGS - 1)] == select->finding_value;
}

static __always_inline int config_has(__u32 flag)
{
	__u32 zero = 0;
	struct tracee_wire_config *c = bpf_map_lookup_elem(&config, &zero);

	return c && (c->flags & flag);
}

static __always_inline void record_stack(void *ctx, struct scratch *s)
{
	struct tracee_wire_blob *blob;
	long n;

	if (!config_has(TRACEE_WIRE_STACKS))
		return;
	blob = blob_begin(s, TRACEE_WIRE_BLOB_STACK, TRACEE_WIRE_BLOB_ADDRESSES);
	if (!blob)
		return;
	n = bpf_get_stack(ctx, blob + 1, TRACEE_WIRE_STACK_MAX * sizeof(__u64), BPF_F_USER_STACK);
	if (n < 0 || n > (long)(TRACEE_WIRE_STACK_MAX * sizeof(__u64)))
		blob_end(s, blob, 0, TRACEE_WIRE_BLOB_UNREADABLE);
	else
		blob_end(s, blob, n, 0);
}

/*
 * Where the process of a finding comes from, as the kernel knows it at this moment: who has lost its parent is a child
 * of another one (init, or a reaper) by then.
 */
static __always_inline void record_ancestors(struct scratch *s)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct tracee_wire_blob *blob = blob_begin(s, TRACEE_WIRE_BLOB_PARENTS, TRACEE_WIRE_BLOB_ANCESTORS);
	struct tracee_wire_ancestor *ancestor;
	__u32 size = 0;

	if (!blob)
		return;
	ancestor = (void *)(blob + 1);
	REPEAT
	for (int i = 0; i < N_ANCESTORS; i++) {
		task = READ(task, real_parent, group_leader);
		ancestor[i].host_pid = READ(task, tgid);
		/* What starts init is no process. */
		if (!ancestor[i].host_pid)
			break;
		ancestor[i].start_time_ns = READ(task, start_time);
		ancestor[i].uid = READ(task, real_cred, uid.val);
		read_kernel(ancestor[i].comm, sizeof(ancestor[i].comm), __builtin_preserve_access_index(&task->comm));
		size += sizeof(*ancestor);
	}
	blob_end(s, blob, size, 0);
}

/*
 * Sends the record to one ring: findings, if a detection waits for it, else telemetry. On kernels
 * where a program can be preempted by another one on the same CPU, that one may have used the
 * scratch space meanwhile; the token tells, and the record counts as dropped rather than be wrong.
 */
SHARED void event_submit(void *ctx, struct scratch *s, __u32 slot, const struct tracee_wire_select *select)
{
	int is_for_rule = is_finding(select, s->event.args);
	__u64 size;
	long r = -1;

	record_stack(ctx, s);
	if (is_for_rule)
		record_ancestors(s);
	size = s->event.size;
	hide(size);
	if (size <= TRACEE_WIRE_RECORD_MAX &&
	    s->event.slot == slot && s->token == (s->event.time_ns ^ ((__u64)s->event.host_tid << 32) ^ slot) &&
	    s->event.host_tid == (__u32)bpf_get_current_pid_tgid()) {
		if (is_for_rule)
			r = finding_send(ctx, s, size);
		else
			r = telemetry_send(ctx, s, size);
	}
	count_sent(slot, r == 0);
}

/* What user space wants of @slot; NULL: nothing. */
static __always_inline const struct tracee_wire_select *event_wanted(__u32 slot)
{
	const struct tracee_wire_select *select = bpf_map_lookup_elem(&selection, &slot);

	return select && select->flags ? select : 0;
}

#endif
