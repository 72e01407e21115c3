// SPDX-License-Identifier: Apache-2.0
#include "runtime/load/preempted.h"

#include <stdlib.h>

#define SINCE_MAJOR 7

bool raw_tracepoints_miss(const struct tracee_kernel *kernel, enum tracee_tier tier)
{
	return tier == TRACEE_TIER_RING && strtoul(kernel->release, NULL, 10) >= SINCE_MAJOR;
}
