/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_OUTPUT_EVENT_H
#define RUNTIME_OUTPUT_EVENT_H

/*
 * One event as a line. JSON keys and table columns are those that users of Tracee know, in their
 * order; keys of ours follow behind: containerId.
 */
#include <tracee/tracee.h>

#include "libtracee/base/json.h"
#include "libtracee/base/text.h"

/* The object, under @key (NULL at the top), without a newline. */
void event_json(struct json *json, const char *key, const struct tracee_event *event, enum tracee_arch arch);

/* The headings, with a newline. */
void event_table_header(struct text *text);

/* The row, with a newline. */
void event_table(struct text *text, const struct tracee_event *event);

#endif
