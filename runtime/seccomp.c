// SPDX-License-Identifier: Apache-2.0
#include "runtime/seccomp.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/mman.h>

#include "libtracee/base/error.h"
#include "runtime/filter/cgroups.h"

/* Always harmless with the descriptors and the memory that we have. */
static const int allowed[] = {
	/* the loop */
	SCMP_SYS(epoll_wait),
	SCMP_SYS(epoll_pwait),
	SCMP_SYS(read),
	SCMP_SYS(write),
	SCMP_SYS(recvmsg), /* an output file that was opened again; all sockets are ours */
	SCMP_SYS(dup3),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(nanosleep),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(restart_syscall),
	/* memory, by the C library */
	SCMP_SYS(brk),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(futex),
	/* signals and the end */
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(close),
	SCMP_SYS(wait4),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(tgkill),
};

static const int counter_calls[] = { SCMP_SYS(capget), SCMP_SYS(capset) };

static int allow(scmp_filter_ctx filter, const int *calls, size_t n)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
	return r;
}

/* Those that are harmless with certain arguments only. */
static int allow_some(scmp_filter_ctx filter)
{
	int r;

	r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
			     SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
				     SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	/* What the kernel says of our programs. */
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(bpf), 1,
				     SCMP_A0(SCMP_CMP_EQ, BPF_OBJ_GET_INFO_BY_FD, 0));
	/* Detaching a kprobe. */
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
				     SCMP_A1(SCMP_CMP_EQ, PERF_EVENT_IOC_DISABLE, 0));
	return r;
}

static int allow_counters(scmp_filter_ctx filter)
{
	int r = allow(filter, counter_calls, sizeof(counter_calls) / sizeof(counter_calls[0]));

	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(bpf), 1,
				     SCMP_A0(SCMP_CMP_EQ, BPF_MAP_LOOKUP_ELEM, 0));
	return r;
}

/* Directories, and no files: O_DIRECTORY is among the flags, and nothing to write with. */
static int allow_directory(scmp_filter_ctx filter, int directory)
{
	static const int calls[] = { SCMP_SYS(getdents64), SCMP_SYS(name_to_handle_at) };
	int r = allow(filter, calls, sizeof(calls) / sizeof(calls[0]));

	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 2,
				     SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)directory, 0),
				     SCMP_A2(SCMP_CMP_EQ, CGROUPS_OPEN_FLAGS, 0));
	return r;
}

static int load(scmp_filter_ctx filter, int r, struct tracee_error *err)
{
	if (r == 0)
		r = seccomp_load(filter);
	seccomp_release(filter);
	if (r == -EINVAL || r == -ENOSYS || r == -EOPNOTSUPP)
		return error_set(err, -ENOTSUP, "this kernel has no filters of system calls (seccomp)");
	return r < 0 ? error_errno(err, r, "filter of system calls") : 0;
}

int seccomp_close(bool has_counter_calls, int directory, struct tracee_error *err)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int r;

	if (!filter)
		return error_errno(err, -ENOMEM, "filter of system calls");
	r = seccomp_attr_set(filter, SCMP_FLTATR_API_SYSRAWRC, 1); /* errors of the kernel as they are */
	if (r == 0)
		r = allow(filter, allowed, sizeof(allowed) / sizeof(allowed[0]));
	if (r == 0)
		r = allow_some(filter);
	if (r == 0 && has_counter_calls)
		r = allow_counters(filter);
	if (r == 0 && directory >= 0)
		r = allow_directory(filter, directory);
	return load(filter, r, err);
}

int seccomp_close_but_reading(struct tracee_error *err)
{
	static const int calls[] = {
		SCMP_SYS(read),	  SCMP_SYS(close), SCMP_SYS(fstat),  SCMP_SYS(newfstatat),   SCMP_SYS(recvfrom), SCMP_SYS(sendto),
		SCMP_SYS(brk),	  SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),      SCMP_SYS(futex),
		SCMP_SYS(exit),	  SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall),
	};
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int r;

	if (!filter)
		return error_errno(err, -ENOMEM, "filter of system calls");
	r = allow(filter, calls, sizeof(calls) / sizeof(calls[0]));
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
				     SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
				     SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC | O_TMPFILE, O_RDONLY));
	return load(filter, r, err);
}
