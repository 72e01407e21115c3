/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_FILTER_ARGUMENT_H
#define RUNTIME_FILTER_ARGUMENT_H

/*
 * Expressions on one argument, or on the return value, of one kind of event: EVENT.ARGUMENT, EVENT.retval.
 * A value is compared with the raw form (a decimal number, for addresses also hexadecimal; text as it was
 * read; each string of a list) and with the form in which it is printed.
 */
#include "runtime/filter/expression.h"
#include "runtime/filter/filter.h"

/* The numbers that an argument can have; none (is_number unset) for text. */
struct argument_range {
	bool is_number, is_signed, is_address;
	uint64_t min, max; /* int64_t if is_signed */
};
struct argument_range argument_range(const struct tracee_event_def *def, uint8_t arg);

/* "flags", "retval"; static memory. */
const char *argument_name(const struct tracee_event_def *def, uint8_t arg);

/* Takes an expression whose field has a dot; errors as in filter_add(). */
int argument_add(struct filter *filter, struct selection *selection, const struct expression *expression,
		 struct tracee_error *err);

/* Whether the argument of @event, which has to be in the slot, is accepted. @scratch as in filter_matches(). */
bool argument_matches(const struct filter_argument *argument, const struct tracee_event *event,
		      struct text *scratch);

#endif
