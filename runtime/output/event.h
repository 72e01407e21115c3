/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_OUTPUT_EVENT_H
#define RUNTIME_OUTPUT_EVENT_H

/*
 * One event as fields: the keys that users of Tracee know, in their order; keys of ours follow behind.
 * docs/schema/event.schema.json says the same to programs.
 */
#include <tracee/tracee.h>

#include "libtracee/base/json.h"
#include "libtracee/base/text.h"
#include "runtime/output/form.h"

struct event_field {
	const char *key;
	void (*json)(struct json *json, const char *key, const struct tracee_event *event,
		     const struct output_form *form);
	/* For a line on a terminal: nothing in it can leave the line. NULL: as in JSON. */
	void (*plain)(struct text *text, const struct tracee_event *event, const struct output_form *form);
	const char *head; /* the key as it stands in JSON, with quotes and colon */
	size_t head_size_bytes;
};

/* NULL if there is none. Static memory. */
const struct event_field *event_field_find(const char *key, size_t length);

/* The object, under @key (NULL at the top), without a newline. */
void event_json(struct json *json, const char *key, const struct tracee_event *event,
		const struct output_form *form);

/* One argument, as value.h writes it but for what --output option: leaves out. */
void event_arg_json(struct json *json, const char *key, const struct tracee_event *event, unsigned int i,
		    const struct output_form *form);
void event_arg_plain(struct text *text, const struct tracee_event *event, unsigned int i,
		     const struct output_form *form);

/* All arguments: "name: value, name: value". */
void event_args_plain(struct text *text, const struct tracee_event *event, const struct output_form *form);

#endif
