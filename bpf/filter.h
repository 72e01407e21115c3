/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACEE_BPF_FILTER_H
#define TRACEE_BPF_FILTER_H

/*
 * What keeps an event from being built. The runtime decides again with all that it knows: here nothing
 * may be left out that it would want, while something may pass that it does not.
 */
#include "bpf/kernel_types.h"
#include "bpf/maps.h"

static __always_inline int within_bounds(const struct tracee_wire_condition *c, __u64 value)
{
	__u8 flags = c->flags;

	if (flags & TRACEE_WIRE_BOUND_SIGNED) {
		if ((flags & TRACEE_WIRE_BOUND_LESS) && (__s64)value >= (__s64)c->less)
			return 0;
		return !(flags & TRACEE_WIRE_BOUND_GREATER) || (__s64)value > (__s64)c->greater;
	}
	if ((flags & TRACEE_WIRE_BOUND_LESS) && value >= c->less)
		return 0;
	return !(flags & TRACEE_WIRE_BOUND_GREATER) || value > c->greater;
}

static __always_inline int condition_holds(const struct tracee_wire_condition *c, __u64 value)
{
	struct tracee_wire_number_key key = {};
	__u8 *listed;

	if (c->flags & TRACEE_WIRE_BOUND_32_BITS)
		value = c->flags & TRACEE_WIRE_BOUND_SIGNED ? (__u64)(__s64)(__s32)value : (__u32)value;
	if (c->flags & TRACEE_WIRE_BOUND_LISTED) {
		key.key = c->key;
		key.value = value;
		listed = bpf_map_lookup_elem(&filter_numbers, &key);
		if (listed)
			return *listed == TRACEE_WIRE_LISTED_WANTED;
	}
	if (c->flags & TRACEE_WIRE_BOUND_ONLY_LISTED)
		return 0;
	return within_bounds(c, value);
}

/* Whether one number of the process is wanted; it is asked for only if there is a condition. */
#define NUMBER_HOLDS(config, number, value)                                                                        \
	(!(config)->process[TRACEE_WIRE_OF_##number].flags ||                                                      \
	 condition_holds(&(config)->process[TRACEE_WIRE_OF_##number], value))

static __always_inline int process_numbers_hold(const struct tracee_wire_config *c, struct task_struct *task, __u32 pid_ns)
{
	__u64 host = bpf_get_current_pid_tgid();

	return NUMBER_HOLDS(c, UID, (__u32)bpf_get_current_uid_gid()) && NUMBER_HOLDS(c, PID, host >> 32) &&
	       NUMBER_HOLDS(c, TID, (__u32)host) && NUMBER_HOLDS(c, PID_NS, pid_ns) &&
	       NUMBER_HOLDS(c, MNT_NS, READ(task, nsproxy, mnt_ns, ns.inum)) &&
	       NUMBER_HOLDS(c, START_TIME, READ(task, group_leader, start_time));
}

static __always_inline int name_is_wanted(const struct tracee_wire_name_key *key, int only_listed)
{
	__u8 *listed = bpf_map_lookup_elem(&filter_names, key);

	return listed ? *listed == TRACEE_WIRE_LISTED_WANTED : !only_listed;
}

static __always_inline int comm_is_wanted(__u32 flags)
{
	struct tracee_wire_name_key key = { .field = TRACEE_WIRE_NAME_COMM };

	if (!(flags & TRACEE_WIRE_FILTER_COMM))
		return 1;
	bpf_get_current_comm(key.name, TRACEE_WIRE_COMM_SIZE);
	return name_is_wanted(&key, flags & TRACEE_WIRE_FILTER_COMM_ONLY);
}

static __always_inline int host_is_wanted(struct task_struct *task, __u32 flags)
{
	struct tracee_wire_name_key key = { .field = TRACEE_WIRE_NAME_HOST };
	struct uts_namespace *uts;

	if (!(flags & TRACEE_WIRE_FILTER_HOST))
		return 1;
	uts = READ(task, nsproxy, uts_ns);
	read_kernel_string(key.name, sizeof(uts->name.nodename), __builtin_preserve_access_index(&uts->name.nodename));
	return name_is_wanted(&key, flags & TRACEE_WIRE_FILTER_HOST_ONLY);
}

/*
 * @checks_comm: not where the event will carry another name than the task has by now. Whether it is in a
 * container that shares the initial pid namespace only its cgroup tells: see container_is_wanted().
 */
static __always_inline int process_is_wanted(const struct tracee_wire_config *c, struct task_struct *task, __u32 pid_ns,
					     int checks_comm)
{
	if ((c->flags & TRACEE_WIRE_FILTER_NUMBERS) && !process_numbers_hold(c, task, pid_ns))
		return 0;
	if ((c->flags & TRACEE_WIRE_FILTER_NO_CONTAINER) && pid_ns != TRACEE_WIRE_INIT_PID_NS)
		return 0;
	return (!checks_comm || comm_is_wanted(c->flags)) && host_is_wanted(task, c->flags);
}

static __always_inline __u64 condition_value(const struct tracee_wire_condition *c, const __u64 *args, __s64 ret)
{
	return c->arg >= TRACEE_WIRE_N_ARGS ? (__u64)ret : args[c->arg & (TRACEE_WIRE_N_ARGS - 1)];
}

/* The conditions on the numbers of an event. */
static __always_inline int numbers_are_wanted(const struct tracee_wire_select *select, const __u64 *args, __s64 ret)
{
#pragma unroll
	for (int i = 0; i < TRACEE_WIRE_N_CONDITIONS; i++) {
		const struct tracee_wire_condition *c = &select->conditions[i];

		if (c->flags && !condition_holds(c, condition_value(c, args, ret)))
			return 0;
	}
	return 1;
}

/* Whether the text at the user address in an argument begins with what is wanted. What cannot be read passes. */
static __always_inline int text_is_wanted(const struct tracee_wire_select *select, __u32 slot, const __u64 *args)
{
	struct tracee_wire_text_key key = { .prefix_bits = 8 * (sizeof(key) - sizeof(__u32)), .slot = slot };

	if (select->text_arg == TRACEE_WIRE_NO_ARG)
		return 1;
	key.arg = select->text_arg;
	if (read_user_string(key.text, sizeof(key.text), (void *)args[select->text_arg & (TRACEE_WIRE_N_ARGS - 1)]) < 0)
		return 1;
	return bpf_map_lookup_elem(&filter_texts, &key) != 0;
}

#endif
