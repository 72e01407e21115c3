/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACEE_BPF_RECORD_H
#define TRACEE_BPF_RECORD_H

/*
 * A record's way: event_begin() filters and fills the header, record_* append blobs, event_submit()
 * counts and sends. What comes between runs only for events that somebody wants.
 */
#include "bpf/blob.h"
#include "bpf/filter.h"
#include "bpf/kernel_types.h"
#include "bpf/maps.h"
#include "bpf/path.h"

#define CGROUP_LEVELS 4	       /* how far up a container id is looked for: nested cgroups are made inside */
#define CGROUP_NAME_MAX 128    /* bytes of a name with its NUL; docker-<64>.scope needs 78 */
#define CONTAINER_ID_LENGTH 64 /* hexadecimal digits */
#define PF_FORKNOEXEC 0x00000040 /* include/linux/sched.h: forked, and has executed nothing since */
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
	s->space = space;
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

/* Whether a detection waits for this event, whatever its arguments are. */
static __always_inline int is_for_rule(const struct tracee_wire_select *select)
{
	return select->flags & TRACEE_WIRE_SELECT_FINDING;
}

/* The same, where it may ask for a value of an argument. */
static __always_inline int is_finding(const struct tracee_wire_select *select, const __u64 *args)
{
	__u32 value;

	if (!is_for_rule(select))
		return 0;
	if (select->finding_arg >= TRACEE_WIRE_N_ARGS)
		return 1;
	value = args[select->finding_arg & (TRACEE_WIRE_N_ARGS - 1)];
#pragma unroll
	for (int i = 0; i < TRACEE_WIRE_N_FINDING_VALUES; i++) {
		if (value == select->finding_values[i])
			return 1;
	}
	return 0;
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

/* Which program the process of a finding runs. Without a path, where there is no room for one, its name at least. */
static __always_inline void record_executable(struct scratch *s)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct mm_struct *mm = READ(task, mm);
	struct file *file = READ(mm, exe_file);
	struct inode *inode = READ(file, f_inode);
	struct tracee_wire_executable *executable;
	struct tracee_wire_blob *blob;
	struct dentry *dentry;

	if (!inode)
		return;
	blob = blob_begin(s, TRACEE_WIRE_BLOB_PROGRAM, TRACEE_WIRE_BLOB_EXECUTABLE);
	if (!blob)
		return;
	executable = (void *)(blob + 1);
	executable->inode = READ(inode, i_ino);
	executable->dev = READ(inode, i_sb, s_dev);
	executable->uid = READ(inode, i_uid.val);
	executable->mode = READ(inode, i_mode);
	executable->links = READ(inode, i_nlink);
	blob_end(s, blob, sizeof(*executable), 0);
	if (HAS_DESCRIPTORS) {
		record_file_path(s, TRACEE_WIRE_BLOB_PROGRAM_PATH, file);
	} else {
		dentry = READ(file, f_path.dentry);
		record_kernel_string(s, TRACEE_WIRE_BLOB_PROGRAM_PATH, READ(dentry, d_name.name));
	}
}

/*
 * Sends the record to one ring: findings, if @is_for_rule, else telemetry. On kernels
 * where a program can be preempted by another one on the same CPU, that one may have used the
 * scratch space meanwhile; the token tells, and the record counts as dropped rather than be wrong.
 */
SHARED void event_submit(void *ctx, struct scratch *s, __u32 slot, int is_for_rule)
{
	__u64 size;
	long r = -1;

	record_stack(ctx, s);
	if (is_for_rule) {
		if (READ((struct task_struct *)bpf_get_current_task(), flags) & PF_FORKNOEXEC)
			s->event.flags |= TRACEE_WIRE_FORKED;
		record_ancestors(s);
		record_executable(s);
	}
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
