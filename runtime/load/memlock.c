// SPDX-License-Identifier: Apache-2.0
#include "runtime/load/memlock.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/bpf.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"

/* Not by libbpf, which would raise the limit behind our back and say nothing if that fails. */
static int create_map(void)
{
	union bpf_attr attr = { .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 1 };

	return (int)syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));
}

/* Whether the kernel charges a map to the limit: it does if none can be made under a limit of nothing. */
static bool is_charged(const struct rlimit *limit)
{
	struct rlimit none = { .rlim_cur = 0, .rlim_max = limit->rlim_max };
	CLEANUP(close_at) int fd = -1;
	bool charged;

	if (setrlimit(RLIMIT_MEMLOCK, &none) < 0)
		return false;
	fd = create_map();
	charged = fd < 0 && errno == EPERM;
	setrlimit(RLIMIT_MEMLOCK, limit);
	return charged;
}

int memlock_raise(uint64_t needed_bytes, struct tracee_error *err)
{
	struct rlimit limit, unlimited = { RLIM_INFINITY, RLIM_INFINITY };

	if (getrlimit(RLIMIT_MEMLOCK, &limit) < 0)
		return error_errno(err, -errno, "limit of locked memory");
	if (!is_charged(&limit) || setrlimit(RLIMIT_MEMLOCK, &unlimited) == 0)
		return 0;
	if (limit.rlim_max >= needed_bytes) {
		limit.rlim_cur = limit.rlim_max;
		return setrlimit(RLIMIT_MEMLOCK, &limit) == 0 ? 0
							      : error_errno(err, -errno, "limit of locked memory");
	}
	return error_set(err, -EPERM,
			 "this kernel charges BPF to the limit of locked memory, which is %" PRIu64
			 " bytes and has to be %" PRIu64 ": raising it needs CAP_SYS_RESOURCE; add that, raise the "
							 "limit (ulimit -l), or use a smaller --buffer-size",
			 (uint64_t)limit.rlim_max, needed_bytes);
}
