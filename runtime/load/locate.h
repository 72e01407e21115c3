/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_LOAD_LOCATE_H
#define RUNTIME_LOAD_LOCATE_H

/* Where this program looks for its object. */
#include <stdbool.h>
#include <tracee/tracee.h>

#include "runtime/status.h"

/*
 * Looks where TRACEE_BPF_FILE says, or else beside the executable, in @install_path and in
 * /usr/lib/tracee; last, if the kernel has BTF, for a core object beside the executable. Each place is
 * told to @tell (may be NULL). Errors as tracee_object_find(); @ret_status is the exit status for them.
 */
int locate_object(const struct tracee_kernel *kernel, const char *install_path,
		  void (*tell)(void *context, const char *path, const char *what), void *context,
		  struct tracee_object_file *ret_file, enum status *ret_status, struct tracee_error *err);

/* Whether the running kernel has BTF to relocate a core object against. */
bool kernel_has_btf(void);

#endif
