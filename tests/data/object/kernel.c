// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/* Each type named by a variable, so that clang describes it. */
#include "tests/data/object/kernel.h"

struct sample sample;
struct open_ended open_ended;
struct holder holder;
counter_t counter;
enum color color;
typeof(NAMELESS) nameless;

/* Two lists as kernels have them, of a kernel between the tiers. */
enum bpf_func_id {
	BPF_FUNC_unspec,
	BPF_FUNC_map_lookup_elem,
	BPF_FUNC_map_update_elem,
	BPF_FUNC_map_delete_elem,
	BPF_FUNC_probe_read,
	BPF_FUNC_ktime_get_ns,
	__BPF_FUNC_MAX_ID,
} func_id;

enum bpf_prog_type {
	BPF_PROG_TYPE_UNSPEC,
	BPF_PROG_TYPE_SOCKET_FILTER,
	BPF_PROG_TYPE_KPROBE,
	BPF_PROG_TYPE_RAW_TRACEPOINT = 17,
	__MAX_BPF_PROG_TYPE,
} prog_type;
