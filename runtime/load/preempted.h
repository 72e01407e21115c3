/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_LOAD_PREEMPTED_H
#define RUNTIME_LOAD_PREEMPTED_H

/*
 * Since Linux 7.0 (a46023d5616e) a program on a raw tracepoint can be preempted, and the kernel leaves out
 * every other run of it on that CPU until it goes on (bpf_trace_run, kernel/trace/bpf_trace.c): where many
 * processes make system calls, most of them. Tracepoints of perf do not suffer from that, but need tracefs
 * and, where perf is for root alone, CAP_SYS_ADMIN; so programs for them stand in where they can.
 */
#include <stdbool.h>
#include <tracee/tracee.h>

/* Whether that is so on @kernel, and an object of @tier has programs that stand in. */
bool raw_tracepoints_miss(const struct tracee_kernel *kernel, enum tracee_tier tier);

/* Whether this kernel takes what they call, which one that was built without BTF does not; found out by trying. */
bool stand_ins_load(void);

#endif
