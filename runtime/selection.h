/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_SELECTION_H
#define RUNTIME_SELECTION_H

/*
 * Which events are traced, from --trace expressions:
 *
 *	event=NAME[,NAME…]    these, whatever else is excluded; a trailing * stands for any rest
 *	event!=NAME[,NAME…]   not these
 *	set=NAME[,NAME…]      the members of these sets
 *	set!=NAME[,NAME…]     not the members of these sets
 *
 * Fields may be shortened (e, s). With exclusions alone, they are taken from the set `default`.
 */
#include <tracee/tracee.h>

#include "bpf/wire/event.h"

struct selection {
	enum tracee_arch arch;
	unsigned int n_expressions;
	bool has_inclusion;
	bool named[TRACEE_WIRE_N_SLOTS]; /* event= */
	bool in_set[TRACEE_WIRE_N_SLOTS]; /* set= */
	bool excluded[TRACEE_WIRE_N_SLOTS]; /* event!= */
	bool set_excluded[TRACEE_WIRE_N_SLOTS]; /* set!= */
	bool traced[TRACEE_WIRE_N_SLOTS]; /* the result, from selection_finish() */
};

void selection_init(struct selection *selection, enum tracee_arch arch);

/* Takes one expression. -EINVAL with a sentence that says which part is wrong and what was expected. */
int selection_add(struct selection *selection, const char *expression, struct tracee_error *err);

/* Works out `traced`; nothing if there were no expressions. -EINVAL if expressions leave nothing. */
int selection_finish(struct selection *selection, struct tracee_error *err);

/* Whether events come of @event: not for system calls that do not return. */
bool selection_can_trace(const struct tracee_event_def *event, enum tracee_arch arch);

/* The grammar, for `--trace help`; static memory. */
const char *selection_help(void);

#endif
