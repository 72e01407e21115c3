// SPDX-License-Identifier: Apache-2.0
#include "runtime/load/realtime.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#include "libtracee/base/error.h"

#define VERSION(major, minor) ((uint32_t)(major) << 16 | (minor) << 8)

enum ring_lock ring_lock_of(const struct tracee_kernel *kernel, const char *build)
{
	/* Before 5.10 it was called "PREEMPT RT". */
	if ((!strstr(build, "PREEMPT_RT") && !strstr(build, "PREEMPT RT")) || kernel->version_code >= VERSION(6, 12))
		return RING_LOCK_FINE;
	return kernel->version_code >= VERSION(6, 1) ? RING_LOCK_MAY_SLEEP : RING_LOCK_SLEEPS;
}

enum ring_lock ring_lock_here(const struct tracee_kernel *kernel)
{
	struct utsname names;

	return uname(&names) < 0 ? RING_LOCK_FINE : ring_lock_of(kernel, names.version);
}

const char *ring_lock_in_words(enum ring_lock lock)
{
	if (lock == RING_LOCK_SLEEPS)
		return "this kernel has PREEMPT_RT, where the lock of BPF's ring buffer sleeps before Linux 6.1: an object of tier "
		       "ring can make it panic";
	return "this kernel has PREEMPT_RT, where the lock of BPF's ring buffer sleeps in early stable releases before Linux "
	       "6.12: there an object of tier ring can make it panic";
}

int ring_lock_check(const struct tracee_kernel *kernel, enum tracee_tier tier, struct tracee_error *err)
{
	if (tier != TRACEE_TIER_RING || ring_lock_here(kernel) != RING_LOCK_SLEEPS)
		return 0;
	return error_set(err, -ENOTSUP, "%s; make one with 'tracee-builder build --tier base'", ring_lock_in_words(RING_LOCK_SLEEPS));
}
