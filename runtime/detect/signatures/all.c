// SPDX-License-Identifier: Apache-2.0
#include "runtime/detect/signatures/all.h"

#include <stddef.h>

#include "runtime/detect/engine.h"

const struct signature *const signatures[] = {
	&signature_stdio_over_socket,
	&signature_anti_debugging,
	&signature_code_injection,
	&signature_dynamic_code,
	&signature_fileless_execution,
	&signature_kernel_module,
	&signature_ld_preload,
	NULL,
};
