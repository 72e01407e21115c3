// SPDX-License-Identifier: Apache-2.0
#include "builder/object/names.h"

#include <bpf/libbpf.h>
#include <linux/bpf.h>

#define HELPER_NAME(name) [BPF_FUNC_##name] = #name

static const char *const helper_names[] = { __BPF_FUNC_MAPPER(HELPER_NAME) };

const char *helper_name(uint32_t id)
{
	if (id >= sizeof(helper_names) / sizeof(helper_names[0]) || !helper_names[id])
		return "unknown";
	return helper_names[id];
}

const char *map_type_name(uint32_t type)
{
	const char *name = libbpf_bpf_map_type_str(type);

	return name ? name : "unknown";
}

const char *prog_type_name(uint32_t type)
{
	const char *name = libbpf_bpf_prog_type_str(type);

	return name ? name : "unknown";
}
