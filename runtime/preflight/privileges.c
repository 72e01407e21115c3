// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/file.h"
#include "runtime/preflight/preflight.h"
#include "runtime/privileges.h"

#define NO_LOCKED_MEMORY (5u << 16 | 11u << 8) /* 5.11 charges BPF to the memory cgroup */
#define LOCKDOWN "/sys/kernel/security/lockdown"
#define UNPRIVILEGED_BPF "/proc/sys/kernel/unprivileged_bpf_disabled"

/* The table judges the machine: whoever looks at it need not be the one who traces. */
static void capabilities(struct preflight *preflight)
{
	struct tracee_error reason;

	preflight->is_privileged = privileges_check(&preflight->kernel, &reason) == 0;
	if (preflight->is_privileged)
		preflight_add(preflight, "capabilities", MARK_GOOD, STATUS_OK, "%s", privileges_held());
	else
		preflight_advise(preflight_add(preflight, "capabilities", MARK_BAD, STATUS_OK, "%s", reason.text),
				 "run as root, or as `setpriv`, systemd (AmbientCapabilities=) and containers "
				 "(--cap-add) can grant them");
}

/* Whether the limit is charged is found out when maps are made; here only what is usual. */
static void locked_memory(struct preflight *preflight)
{
	struct rlimit limit = {};

	if (preflight->kernel.version_code >= NO_LOCKED_MEMORY)
		return;
	getrlimit(RLIMIT_MEMLOCK, &limit);
	if (limit.rlim_max == RLIM_INFINITY || strstr(privileges_held(), "CAP_SYS_RESOURCE")) {
		preflight_add(preflight, "locked memory", MARK_GOOD, STATUS_OK,
			      "the limit can be raised as far as needed");
		return;
	}
	preflight_advise(preflight_add(preflight, "locked memory", MARK_NOTE, STATUS_OK,
				       "kernels before 5.11 charge BPF to this limit, which is %" PRIu64 " bytes",
				       (uint64_t)limit.rlim_max),
			 "if tracing ends for want of it: add CAP_SYS_RESOURCE, or raise the limit (ulimit -l, "
			 "LimitMEMLOCK=)");
}

static void lockdown(struct preflight *preflight)
{
	CLEANUP(free_at) uint8_t *bytes = NULL;
	char word[32];
	size_t size;

	if (file_read_at(AT_FDCWD, LOCKDOWN, 256, &bytes, &size) < 0 ||
	    !preflight_chosen_word((char *)bytes, word, sizeof(word))) {
		preflight_add(preflight, "lockdown", MARK_GOOD, STATUS_OK, "none that is visible from here ('%s')",
			      LOCKDOWN);
		return;
	}
	if (strcmp(word, "confidentiality") != 0) {
		preflight_add(preflight, "lockdown", MARK_GOOD, STATUS_OK, "%s", word);
		return;
	}
	preflight_advise(
		preflight_add(
			preflight, "lockdown", MARK_BAD, STATUS_KERNEL,
			"confidentiality: programs may not read the kernel's memory, and kprobes are forbidden"),
		"start the kernel with lockdown=integrity, or with secure boot set up so that it does");
}

/* Says nothing about us, but who looks at this table may want to know. */
static void unprivileged_bpf(struct preflight *preflight)
{
	CLEANUP(free_at) uint8_t *bytes = NULL;
	size_t size;

	if (file_read_at(AT_FDCWD, UNPRIVILEGED_BPF, 64, &bytes, &size) < 0 || bytes[0] != '0')
		return;
	preflight_advise(
		preflight_add(preflight, "settings", MARK_NOTE, STATUS_OK, "every user may load BPF programs"),
		"unless you want that: sysctl kernel.unprivileged_bpf_disabled=2");
}

bool preflight_chosen_word(const char *line, char *ret_word, size_t size_bytes)
{
	const char *open = strchr(line, '['), *close = open ? strchr(open, ']') : NULL;

	if (!close || (size_t)(close - open) > size_bytes)
		return false;
	memcpy(ret_word, open + 1, (size_t)(close - open) - 1);
	ret_word[close - open - 1] = '\0';
	return true;
}

void preflight_privileges(struct preflight *preflight)
{
	capabilities(preflight);
	locked_memory(preflight);
	lockdown(preflight);
	unprivileged_bpf(preflight);
}
