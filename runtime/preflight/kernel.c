// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "libtracee/base/error.h"
#include "runtime/filter/filter.h"
#include "runtime/load/locate.h"
#include "runtime/preflight/preflight.h"

#define OLDEST (4u << 16 | 18u << 8) /* 4.18: what the programs of tier base are written for */

int preflight_kernel_age(const struct tracee_kernel *kernel, struct tracee_error *err)
{
	if (kernel->version_code >= OLDEST)
		return 0;
	return error_set(err, -ENOTSUP, "kernel %s is too old: expected 4.18 or newer", kernel->release);
}

/* Events have the numbers of the initial namespace all the same: the program asks the kernel. */
static void pid_namespace(struct preflight *preflight)
{
	struct preflight_line *line;
	struct stat status;

	if (stat("/proc/self/ns/pid", &status) < 0) {
		line = preflight_add(preflight, "pid namespace", MARK_NOTE, STATUS_OK, "'/proc/self/ns/pid': %s", strerror(errno));
		preflight_advise(line, "mount proc on /proc");
	} else if (status.st_ino == PID_NAMESPACE_INITIAL) {
		preflight_add(preflight, "pid namespace", MARK_GOOD, STATUS_OK, "the host's");
	} else {
		line = preflight_add(preflight, "pid namespace", MARK_NOTE, STATUS_OK,
				     "a container's: all processes are traced, but those outside that run already cannot be looked "
				     "at, which container=new and binary= need");
		preflight_advise(line, "for that, run in the host's (docker run --pid=host)");
	}
}

void preflight_kernel(struct preflight *preflight)
{
	struct tracee_error reason;
	struct preflight_line *line;

	if (preflight_kernel_age(&preflight->kernel, &reason) < 0) {
		line = preflight_add(preflight, "kernel", MARK_BAD, STATUS_KERNEL, "%s", reason.text);
		preflight_advise(line, "there is no way to trace on this kernel");
	} else {
		preflight_add(preflight, "kernel", MARK_GOOD, STATUS_OK, "%s", preflight->kernel.release);
	}
	/* Another architecture has ended the program before it came here. */
	preflight_add(preflight, "architecture", MARK_GOOD, STATUS_OK, "%s",
		      tracee_arch_name(preflight->kernel.arch));
	if (kernel_has_btf())
		preflight_add(preflight, "BTF", MARK_GOOD, STATUS_OK, "the kernel describes its types");
	else
		preflight_add(preflight, "BTF", MARK_NOTE, STATUS_OK,
			      "the kernel does not describe its types: objects made from its headers work, a core "
			      "object does not");
	pid_namespace(preflight);
}
