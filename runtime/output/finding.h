/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_OUTPUT_FINDING_H
#define RUNTIME_OUTPUT_FINDING_H

/* What a signature found, in the two forms that users of Tracee know. */
#include <tracee/tracee.h>

#include "libtracee/base/text.h"
#include "runtime/detect/engine.h"
#include "runtime/output/form.h"

/* A block of lines with an empty one in front. The time is a date (UTC) whatever the form says. */
void finding_table(struct text *text, const struct finding *finding, const struct output_form *form);

/*
 * One line: Data, Context (the event, as event_json() writes it), SigMetadata, as Tracee has them; then what everybody asks
 * for first, under keys of its own: docs/schema/finding.schema.json. Times are dates (UTC) whatever the form says.
 */
void finding_json(struct text *text, const struct finding *finding, const struct output_form *form);

#endif
