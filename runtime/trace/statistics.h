/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_TRACE_STATISTICS_H
#define RUNTIME_TRACE_STATISTICS_H

/*
 * The account of every event: generated = submitted + dropped is counted in the kernel, delivered here. What
 * filters in the kernel kept from being generated is counted beside. Once the buffers are drained, delivered + unreadable = submitted. Of the delivered, all are written but
 * those that are filtered, our own, and those of rules alone.
 */
#include <stdbool.h>
#include <tracee/tracee.h>

#include "libtracee/base/text.h"
#include "runtime/load/plan.h"
#include "runtime/options.h"
#include "runtime/trace/counters.h"

struct statistics {
	uint64_t delivered[TRACEE_WIRE_N_SLOTS];
	uint64_t filtered[TRACEE_WIRE_N_SLOTS]; /* of the delivered: did not match --trace, and not written */
	uint64_t unreadable; /* records that the decoder refused */
	uint64_t own;	     /* of the delivered: made by ourselves, and not written */
	uint64_t findings; /* that were told */
	uint64_t folded; /* repetitions that were counted in others: runtime/detect/fold.h */
	uint64_t excepted; /* findings that an exception left out */
	uint64_t untapped; /* of those told: not handed to who reads --findings-to */
	uint64_t missed; /* see tracer_missed(); not among the generated */
	uint64_t uptime_ns; /* since tracing began */
	uint64_t cpu_ns; /* of this process */
	bool is_final; /* the last account, with nothing left in the buffers */
};

/* All events together. */
struct statistics_total {
	uint64_t generated, submitted, dropped, delivered, filtered;
	uint64_t kept_out; /* by filters in the kernel */
};
int statistics_total(const struct statistics *statistics, const struct counters *counters, const struct plan *plan,
		     struct statistics_total *ret_total);

/*
 * Appends the account, a line for each event that was generated; as one line of JSON on demand. System calls of
 * 32-bit processes have a line of their own.
 * -errno if the counters cannot be read.
 */
int statistics_write(struct text *text, enum format format, const struct statistics *statistics,
		     const struct counters *counters, const struct plan *plan, enum tracee_arch arch);

#endif
