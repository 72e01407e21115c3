// SPDX-License-Identifier: Apache-2.0
#include "runtime/detect/signatures/all.h"

#include <stddef.h>

#include "runtime/detect/engine.h"

const struct signature *const signatures[] = {
	&signature_anti_debugging,
	&signature_kernel_module,
	NULL,
};
