/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_OUTPUT_FINDING_H
#define RUNTIME_OUTPUT_FINDING_H

/* What a signature found, in the two forms that users of Tracee know. */
#include <tracee/tracee.h>

#include "libtracee/base/text.h"
#include "runtime/detect/engine.h"

/*
 * A block of lines with an empty one in front. @clock_offset_ns: CLOCK_REALTIME less CLOCK_MONOTONIC, by
 * which the time of the event becomes a date (UTC).
 */
void finding_table(struct text *text, const struct signature *signature, const struct tracee_event *event,
		   int64_t clock_offset_ns);

/* One line: Data, Context (the event, as event_json() writes it), SigMetadata. */
void finding_json(struct text *text, const struct signature *signature, const struct tracee_event *event,
		  enum tracee_arch arch);

#endif
