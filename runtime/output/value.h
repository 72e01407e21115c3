/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_OUTPUT_VALUE_H
#define RUNTIME_OUTPUT_VALUE_H

/*
 * One argument of an event, by the kind of its C type:
 *
 *	numbers           a number; where it has names (runtime/names/arguments.tsv) a string: the name,
 *	                  flags joined with '|', and in figures what has none
 *	addresses         0x and hexadecimal digits in upper case
 *	strings           the text; null in JSON and the address in a table if it could not be read
 *	lists of strings  an array; [a b] in a table
 *	socket addresses  one string: {'sa_family': 'AF_INET','sin_port': '443','sin_addr': '192.0.2.7'}; an object
 *	                  of strings for getpeername
 *	bytes             base64 in JSON, [1 2 3] in a table
 *	structures        an object of strings, one for each member that the caller gave; in a table as above; the
 *	                  address of those that could not be read, and of those that calls fill in
 *
 * What had to be cut ends in "...", a list in an element "...".
 */
#include <tracee/tracee.h>

#include "libtracee/base/json.h"
#include "libtracee/base/text.h"

/*
 * Appends what @number means as argument @i of @def, if it has names: the text that both outputs show, which
 * filters compare with. @args: the values of the event, of which others decide what some mean; may be NULL.
 * False, and nothing appended, if it is a plain number.
 */
bool value_name(struct text *text, const struct tracee_event_def *def, unsigned int i, uint64_t number,
		const struct tracee_value *args);

/* The value of event->args[@i] with @key in front. */
void value_json(struct json *json, const char *key, const struct tracee_event *event, unsigned int i);

/* The same for a line on a terminal: nothing in it can leave the line. */
void value_table(struct text *text, const struct tracee_event *event, unsigned int i);

#endif
