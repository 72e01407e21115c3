/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_TRACING_H
#define RUNTIME_TRACING_H

#include "runtime/options.h"
#include "runtime/status.h"

/* Does what the program is for, from the checks to the account; says on stderr what went wrong. */
enum status tracing_run(const struct options *options, const struct tracee_kernel *kernel);

#endif
