// SPDX-License-Identifier: Apache-2.0
#include "runtime/version.h"

const char *runtime_version(void)
{
	return TRACEE_VERSION;
}
