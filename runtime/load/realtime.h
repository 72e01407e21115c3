/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_LOAD_REALTIME_H
#define RUNTIME_LOAD_REALTIME_H

/*
 * On PREEMPT_RT a spinlock_t is one that sleeps, and the lock of BPF's ring buffer was one: where two CPUs meet there,
 * a program on a tracepoint sleeps where it must not ("scheduling while atomic"), and the kernel may panic. Seen so on
 * Debian's 5.10.251-rt. Later kernels have a raw_spinlock_t (8b62645b09f8, "bpf: Use raw_spinlock_t in ringbuf", 6.12),
 * and so do later stable releases of 6.1. Objects of tier base use perf buffers, which have no lock.
 */
#include <stdbool.h>
#include <tracee/tracee.h>

enum ring_lock {
	RING_LOCK_FINE,
	RING_LOCK_MAY_SLEEP, /* early stable releases may: 6.1 to 6.11 */
	RING_LOCK_SLEEPS, /* before 6.1 */
};

/* @build: what `uname -v` prints, "#1 SMP PREEMPT_RT Debian 5.10.251-5 (2026-11-08)". */
enum ring_lock ring_lock_of(const struct tracee_kernel *kernel, const char *build);

/* Of the running kernel. */
enum ring_lock ring_lock_here(const struct tracee_kernel *kernel);

/* In words, for all but RING_LOCK_FINE, static memory: "this kernel has …". */
const char *ring_lock_in_words(enum ring_lock lock);

/* -ENOTSUP with a sentence if an object of @tier must not be loaded on the running kernel. */
int ring_lock_check(const struct tracee_kernel *kernel, enum tracee_tier tier, struct tracee_error *err);

#endif
