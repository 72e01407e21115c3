// SPDX-License-Identifier: Apache-2.0
#include "runtime/load/preempted.h"

#include <bpf/bpf.h>
#include <stdlib.h>

#include "libtracee/base/cleanup.h"

#define SINCE_MAJOR 7

bool raw_tracepoints_miss(const struct tracee_kernel *kernel, enum tracee_tier tier)
{
	return tier == TRACEE_TIER_RING && strtoul(kernel->release, NULL, 10) >= SINCE_MAJOR;
}

bool stand_ins_load(void)
{
	const struct bpf_insn program[] = {
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_get_current_task_btf },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	CLEANUP(close_at)
	int fd = bpf_prog_load(BPF_PROG_TYPE_TRACEPOINT, "tracee_try", "GPL", program, 3, NULL);

	return fd >= 0;
}
