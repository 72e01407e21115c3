// SPDX-License-Identifier: Apache-2.0
#include "builder/object/embedded.h"

/* From embedded_bytes.S. */
#define PROGRAM(name) extern const uint8_t embedded_##name[], embedded_##name##_end[]

PROGRAM(base_x86_64);
PROGRAM(base_arm64);
PROGRAM(ring_x86_64);
PROGRAM(ring_arm64);

static const struct {
	const uint8_t *begin, *end;
} programs[TRACEE_N_TIERS][TRACEE_N_ARCHS] = {
	[TRACEE_TIER_BASE] = {
		[TRACEE_ARCH_X86_64] = { embedded_base_x86_64, embedded_base_x86_64_end },
		[TRACEE_ARCH_ARM64] = { embedded_base_arm64, embedded_base_arm64_end },
	},
	[TRACEE_TIER_RING] = {
		[TRACEE_ARCH_X86_64] = { embedded_ring_x86_64, embedded_ring_x86_64_end },
		[TRACEE_ARCH_ARM64] = { embedded_ring_arm64, embedded_ring_arm64_end },
	},
};

struct embedded_program embedded_program(enum tracee_tier tier, enum tracee_arch arch)
{
	const uint8_t *begin = programs[tier][arch].begin;

	return (struct embedded_program){ begin, (size_t)(programs[tier][arch].end - begin) };
}
