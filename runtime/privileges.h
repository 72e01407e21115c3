/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_PRIVILEGES_H
#define RUNTIME_PRIVILEGES_H

/*
 * What we may do, what we need, and giving it up. What is left after privileges_drop(): reading the
 * buffers, writing to descriptors that are open or that a keeper hands us (runtime/keeper.h), ending.
 */
#include <stdbool.h>
#include <tracee/tracee.h>

/*
 * Whether the effective capabilities let us trace on @kernel. -EPERM with a sentence that names each
 * missing one and what to do.
 */
int privileges_check(const struct tracee_kernel *kernel, struct tracee_error *err);

/* "CAP_SYS_ADMIN", "CAP_BPF, CAP_PERFMON", … of those that matter here; "none". Static memory. */
const char *privileges_held(void);

/*
 * Gives everything up, for good: no_new_privs; the bounding, ambient and inheritable sets; user and
 * group become 65534 if we are root; the effective and permitted sets; then a filter of system calls.
 * Without capabilities over ourselves (started with CAP_BPF and CAP_PERFMON alone) the bounding set and
 * the user stay, which is told with log_detail(): no program is ever executed, so they give nothing.
 *
 * @keeps_sys_admin: CAP_SYS_ADMIN stays permitted, but not effective: see privileges_raise().
 * @directory: see seccomp_close().
 *
 * What the platform lacks is told with log_warning(). -errno with a sentence for what failed although
 * it should not, and if anything is left afterwards.
 */
int privileges_drop(bool keeps_sys_admin, int directory, struct tracee_error *err);

/*
 * For kernels before 5.5, which cannot map the counters: reading them takes bpf(2), which takes
 * CAP_SYS_ADMIN unless unprivileged_bpf_disabled is 0. It is effective between these two only.
 */
void privileges_raise(void);
void privileges_lower(void);

#endif
