/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_LOAD_MEMLOCK_H
#define RUNTIME_LOAD_MEMLOCK_H

/*
 * Kernels before 5.11 charge maps and programs to RLIMIT_MEMLOCK, whose usual 64 KiB are far too
 * few; later ones charge the memory cgroup.
 */
#include <tracee/tracee.h>

/*
 * Raises the limit to @needed_bytes or more where the kernel charges it, found out by trying. -EPERM
 * if it has to be raised and we may not: the sentence names CAP_SYS_RESOURCE and the limit.
 */
int memlock_raise(uint64_t needed_bytes, struct tracee_error *err);

#endif
