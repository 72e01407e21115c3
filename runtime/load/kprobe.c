// SPDX-License-Identifier: Apache-2.0
#include "runtime/load/kprobe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"
#include "libtracee/base/file.h"
#include "libtracee/base/number.h"

#define PMU_TYPE "/sys/bus/event_source/devices/kprobe/type"

/* Number of the performance monitoring unit that makes kprobes. */
static int pmu_type(uint32_t *ret_type)
{
	CLEANUP(free_at) uint8_t *bytes = NULL;
	uint64_t number = 0;
	size_t size;
	int r;

	r = file_read_at(AT_FDCWD, PMU_TYPE, 64, &bytes, &size);
	if (r < 0)
		return r;
	bytes[strcspn((char *)bytes, "\n")] = '\0';
	r = number_parse((char *)bytes, UINT32_MAX, &number);
	if (r < 0)
		return r;
	*ret_type = (uint32_t)number;
	return 0;
}

bool kprobe_is_visible(void)
{
	return access(PMU_TYPE, R_OK) == 0;
}

int kprobe_try(const char *symbol, struct tracee_error *err)
{
	struct perf_event_attr attr = { .size = sizeof(attr), .config1 = (uintptr_t)symbol };
	CLEANUP(close_at) int fd = -1;
	uint32_t type = 0;
	int r;

	r = pmu_type(&type);
	if (r == -ENOENT)
		return error_set(err, -ENOTSUP, "this kernel offers no kprobes (there is no '%s')", PMU_TYPE);
	if (r < 0)
		return error_errno(err, r, "'%s'", PMU_TYPE);
	attr.type = type;
	fd = (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return error_set(err, -ENOENT, "this kernel has no symbol '%s' to put a kprobe on", symbol);
	if (fd < 0)
		return error_errno(err, -errno, "kprobe on '%s'", symbol);
	return 0;
}
