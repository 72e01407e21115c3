/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_OUTPUT_HEADS_H
#define RUNTIME_OUTPUT_HEADS_H

/*
 * What stands in front of the value of an argument in JSON, `{"name":"fd","type":"int","value":`. It is the
 * same each time and half of an event's text, so that it is made once and kept. There is one thread.
 */
#include <tracee/tracee.h>

#include "libtracee/base/json.h"

/* Opens the object of argument @i of @def: its value comes next, without a key; then json_object_close(). */
void heads_open(struct json *json, const struct tracee_event_def *def, unsigned int i);

#endif
