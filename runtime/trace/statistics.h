/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_TRACE_STATISTICS_H
#define RUNTIME_TRACE_STATISTICS_H

/*
 * The account of every event: generated = submitted + dropped is counted in the kernel, delivered here.
 * Once the buffers are drained, delivered + unreadable = submitted. Of the delivered, all are written but
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
	uint64_t findings;
	uint64_t missed; /* see tracer_missed(); not among the generated */
};

/* All events together. */
struct statistics_total {
	uint64_t generated, submitted, dropped, delivered, filtered;
};
int statistics_total(const struct statistics *statistics, const struct counters *counters, const struct plan *plan,
		     struct statistics_total *ret_total);

/*
 * Appends the closing account, a line for each event that was generated; as one line of JSON on demand.
 * -errno if the counters cannot be read.
 */
int statistics_write(struct text *text, enum format format, const struct statistics *statistics,
		     const struct counters *counters, const struct plan *plan, enum tracee_arch arch);

#endif
