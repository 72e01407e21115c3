/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_TRACE_COUNTERS_H
#define RUNTIME_TRACE_COUNTERS_H

/*
 * The program's counters, summed over CPUs. They are read through a mapping made before privileges
 * are dropped. Where the kernel cannot map an array (before 5.5) each is read with a system call, for
 * which privileges.h keeps one capability in the permitted set.
 */
#include <tracee/tracee.h>

#include "bpf/wire/event.h"
#include "runtime/load/tracer.h"

struct counters {
	const volatile struct tracee_wire_counter *mapped; /* NULL: not mapped */
	size_t mapped_size_bytes;
	int map_fd; /* borrowed */
	unsigned int n_cpus;
};

int counters_open(struct counters *ret_counters, const struct tracer *tracer, struct tracee_error *err);

/* Accepts a zeroed struct. */
void counters_close(struct counters *counters);

/* The sums of @slot. -errno of the system call where one is needed. */
int counters_read(const struct counters *counters, uint32_t slot, struct tracee_wire_counter *ret_sum);

#endif
