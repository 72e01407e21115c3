// SPDX-License-Identifier: Apache-2.0
#include "runtime/structures.h"

#include <linux/eventpoll.h>
#include <linux/mqueue.h>
#include <linux/openat2.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/sched/types.h>
#include <linux/time_types.h>
#include <linux/utime.h>
#include <stddef.h>

#include "bpf/wire/event.h"

/* struct sigaction of the kernel, include/linux/signal_types.h; the one of the C library is another. */
struct signal_action {
	uint64_t sa_handler, sa_flags, sa_restorer, sa_mask;
};

/* struct mount_attr, include/uapi/linux/mount.h, which headers before 5.12 do not have. */
struct mount_attributes {
	uint64_t attr_set, attr_clr, propagation, userns_fd;
};

/* include/uapi/linux/sched/types.h has no name for the parameter of sched_setparam(2). */
struct signed_priority {
	int32_t sched_priority;
};

#define MEMBER(type, member, how, table)                                                                             \
	{                                                                                                            \
		.name = #member, .at = offsetof(type, member), .size_bytes = sizeof(((type *)0)->member),            \
		.format = STRUCTURE_##how, .names = (table)                                                          \
	}
#define PLAIN(type, member, how) MEMBER(type, member, how, N_NAMES)
#define NAMED(type, member, table) MEMBER(type, member, NAMED, NAMES_##table)
/* Member @member of the part that is called @part and begins at byte @offset. */
#define PART(part, offset, type, member)                                                                             \
	{                                                                                                            \
		.name = part "." #member, .at = (offset) + offsetof(type, member),                                   \
		.size_bytes = sizeof(((type *)0)->member), .format = STRUCTURE_SIGNED, .names = N_NAMES              \
	}
#define TIMESPEC(part, offset)                                                                                       \
	PART(part, offset, struct __kernel_timespec, tv_sec), PART(part, offset, struct __kernel_timespec, tv_nsec)
#define TIMEVAL(part, offset)                                                                                        \
	PART(part, offset, struct __kernel_old_timeval, tv_sec), PART(part, offset, struct __kernel_old_timeval, tv_usec)

static const struct structure structures[] = {
	[TRACEE_STRUCTURE_OPEN_HOW] = { 0, true, 3,
		{ NAMED(struct open_how, flags, OPEN_FLAGS), NAMED(struct open_how, mode, FILE_MODE),
		  NAMED(struct open_how, resolve, RESOLVE_FLAGS) } },
	[TRACEE_STRUCTURE_CLONE_ARGS] = { 0, true, 11,
		{ NAMED(struct clone_args, flags, CLONE3_FLAGS), PLAIN(struct clone_args, pidfd, HEX),
		  PLAIN(struct clone_args, child_tid, HEX), PLAIN(struct clone_args, parent_tid, HEX),
		  NAMED(struct clone_args, exit_signal, SIGNAL), PLAIN(struct clone_args, stack, HEX),
		  PLAIN(struct clone_args, stack_size, UNSIGNED), PLAIN(struct clone_args, tls, HEX),
		  PLAIN(struct clone_args, set_tid, HEX), PLAIN(struct clone_args, set_tid_size, UNSIGNED),
		  PLAIN(struct clone_args, cgroup, UNSIGNED) } },
	[TRACEE_STRUCTURE_MOUNT_ATTR] = { 0, true, 4,
		{ NAMED(struct mount_attributes, attr_set, MOUNT_ATTRIBUTES), NAMED(struct mount_attributes, attr_clr, MOUNT_ATTRIBUTES),
		  NAMED(struct mount_attributes, propagation, MOUNT_FLAGS), PLAIN(struct mount_attributes, userns_fd, UNSIGNED) } },
	[TRACEE_STRUCTURE_TIMESPEC] = { sizeof(struct __kernel_timespec), false, 2,
		{ PLAIN(struct __kernel_timespec, tv_sec, SIGNED), PLAIN(struct __kernel_timespec, tv_nsec, SIGNED) } },
	[TRACEE_STRUCTURE_TIMESPECS] = { 2 * sizeof(struct __kernel_timespec), false, 4,
		{ TIMESPEC("atime", 0), TIMESPEC("mtime", sizeof(struct __kernel_timespec)) } },
	[TRACEE_STRUCTURE_TIMEVAL] = { sizeof(struct __kernel_old_timeval), false, 2,
		{ PLAIN(struct __kernel_old_timeval, tv_sec, SIGNED), PLAIN(struct __kernel_old_timeval, tv_usec, SIGNED) } },
	[TRACEE_STRUCTURE_TIMEVALS] = { 2 * sizeof(struct __kernel_old_timeval), false, 4,
		{ TIMEVAL("atime", 0), TIMEVAL("mtime", sizeof(struct __kernel_old_timeval)) } },
	[TRACEE_STRUCTURE_ITIMERSPEC] = { sizeof(struct __kernel_itimerspec), false, 4,
		{ TIMESPEC("it_interval", 0), TIMESPEC("it_value", sizeof(struct __kernel_timespec)) } },
	[TRACEE_STRUCTURE_ITIMERVAL] = { 2 * sizeof(struct __kernel_old_timeval), false, 4,
		{ TIMEVAL("it_interval", 0), TIMEVAL("it_value", sizeof(struct __kernel_old_timeval)) } },
	[TRACEE_STRUCTURE_UTIMBUF] = { sizeof(struct utimbuf), false, 2,
		{ PLAIN(struct utimbuf, actime, SIGNED), PLAIN(struct utimbuf, modtime, SIGNED) } },
	[TRACEE_STRUCTURE_RLIMIT] = { sizeof(struct rlimit), false, 2,
		{ PLAIN(struct rlimit, rlim_cur, UNSIGNED), PLAIN(struct rlimit, rlim_max, UNSIGNED) } },
	[TRACEE_STRUCTURE_RLIMIT64] = { sizeof(struct rlimit64), true, 2,
		{ PLAIN(struct rlimit64, rlim_cur, UNSIGNED), PLAIN(struct rlimit64, rlim_max, UNSIGNED) } },
	[TRACEE_STRUCTURE_EPOLL_EVENT] = { sizeof(struct epoll_event), true, 2,
		{ NAMED(struct epoll_event, events, EPOLL_EVENTS), PLAIN(struct epoll_event, data, HEX) } },
	[TRACEE_STRUCTURE_SCHED_PARAM] = { sizeof(struct signed_priority), true, 1,
		{ PLAIN(struct signed_priority, sched_priority, SIGNED) } },
	/* The first version; the structure itself says how long it is. */
	[TRACEE_STRUCTURE_SCHED_ATTR] = { offsetof(struct sched_attr, sched_util_min), true, 8,
		{ PLAIN(struct sched_attr, size, UNSIGNED), NAMED(struct sched_attr, sched_policy, SCHED_POLICY),
		  PLAIN(struct sched_attr, sched_flags, HEX), PLAIN(struct sched_attr, sched_nice, SIGNED),
		  PLAIN(struct sched_attr, sched_priority, UNSIGNED), PLAIN(struct sched_attr, sched_runtime, UNSIGNED),
		  PLAIN(struct sched_attr, sched_deadline, UNSIGNED), PLAIN(struct sched_attr, sched_period, UNSIGNED) } },
	[TRACEE_STRUCTURE_SIGACTION] = { sizeof(struct signal_action), false, 4,
		{ PLAIN(struct signal_action, sa_handler, HEX), NAMED(struct signal_action, sa_flags, SIGACTION_FLAGS),
		  PLAIN(struct signal_action, sa_restorer, HEX), PLAIN(struct signal_action, sa_mask, HEX) } },
	[TRACEE_STRUCTURE_MQ_ATTR] = { offsetof(struct mq_attr, __reserved), false, 4,
		{ NAMED(struct mq_attr, mq_flags, OPEN_FLAGS), PLAIN(struct mq_attr, mq_maxmsg, SIGNED),
		  PLAIN(struct mq_attr, mq_msgsize, SIGNED), PLAIN(struct mq_attr, mq_curmsgs, SIGNED) } },
};

#define N_STRUCTURES (sizeof(structures) / sizeof(structures[0]))

_Static_assert(sizeof(struct clone_args) <= TRACEE_WIRE_BYTES_MAX, "the program fetches the whole structure");

const struct structure *structure_of(enum tracee_structure number)
{
	return (size_t)number < N_STRUCTURES && structures[number].n_members ? &structures[number] : NULL;
}
