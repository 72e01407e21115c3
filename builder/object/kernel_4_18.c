// SPDX-License-Identifier: Apache-2.0
#include "builder/object/kernel_4_18.h"

#include <linux/bpf.h>

#define LAST_HELPER BPF_FUNC_get_current_cgroup_id /* 4.19 goes on with get_local_storage */
#define LAST_MAP_TYPE BPF_MAP_TYPE_SOCKHASH /* 4.19: CGROUP_STORAGE */
#define LAST_PROG_TYPE BPF_PROG_TYPE_LIRC_MODE2 /* 4.19: SK_REUSEPORT */

_Static_assert((int)LAST_HELPER == 80 && (int)LAST_MAP_TYPE == 18 && (int)LAST_PROG_TYPE == 20,
	       "linux/bpf.h counts otherwise than v4.18 does");

bool kernel_4_18_has_helper(uint32_t id)
{
	return id > BPF_FUNC_unspec && id <= LAST_HELPER;
}

bool kernel_4_18_has_map_type(uint32_t type)
{
	return type > BPF_MAP_TYPE_UNSPEC && type <= LAST_MAP_TYPE;
}

bool kernel_4_18_has_prog_type(uint32_t type)
{
	return type > BPF_PROG_TYPE_UNSPEC && type <= LAST_PROG_TYPE;
}
