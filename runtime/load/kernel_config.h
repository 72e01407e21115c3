/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_LOAD_KERNEL_CONFIG_H
#define RUNTIME_LOAD_KERNEL_CONFIG_H

/*
 * What the program is told besides the selection: the part of a filter that can be decided in the kernel,
 * and what events are to carry. The whole filter decides again when an event has come, so whatever does not
 * fit here is left to it: this may keep out only what that would.
 *
 * Not taken: texts with stars anywhere but at the end, cgroups, ids of containers, names of numbers,
 * arguments of 32-bit calls, more than two numbers or one text of an event, and all of it if descendants are followed.
 */
#include "bpf/wire/event.h"
#include "runtime/filter/filter.h"
#include "runtime/load/plan.h"

struct kernel_number {
	struct tracee_wire_number_key key;
	uint8_t listed; /* enum tracee_wire_listed */
};

struct kernel_name {
	struct tracee_wire_name_key key;
	uint8_t listed;
};

struct kernel_config {
	uint32_t flags; /* enum tracee_wire_config_flag */
	struct tracee_wire_condition process[TRACEE_WIRE_N_PROCESS_NUMBERS];
	/* What the maps of filters hold; later lines override earlier ones. Owned. */
	struct kernel_number *numbers;
	struct kernel_name *names;
	struct tracee_wire_text_key *texts;
	size_t n_numbers, n_names, n_texts;
	uint32_t next_key; /* of a condition */
};

/*
 * @filter    borrowed while this runs
 * @plan      its selections get the conditions on events
 * @start_ns  CLOCK_MONOTONIC, before the filter's own idea of when tracing began
 * @flags     what is wanted besides: TRACEE_WIRE_STACKS, _EXEC_ENV, _SYSCALLS, _CGROUP_V1
 * @ret_config  for kernel_config_done()
 *
 * Returns 0 or -ENOMEM.
 */
int kernel_config_make(const struct filter *filter, struct plan *plan, uint64_t start_ns, uint32_t flags,
		       struct kernel_config *ret_config, struct tracee_error *err);

/* Accepts a zeroed struct. */
void kernel_config_done(struct kernel_config *config);

#endif
