/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_SELECTION_H
#define RUNTIME_SELECTION_H

/*
 * Which events are traced, by what --trace says of their names:
 *
 *	event=NAME   this one, whatever else is excluded; a trailing * stands for any rest
 *	event!=NAME  not this one
 *	set=NAME     the members of this set; a trailing * stands for any rest
 *	set!=NAME    not the members of this set
 *	EVENT.…      an event of which an argument is asked, whatever else is excluded
 *
 * With exclusions alone, or without any of these, the set `default` is meant.
 */
#include <tracee/tracee.h>

#include "bpf/wire/event.h"
#include "runtime/filter/expression.h"

enum selection_field { SELECTION_EVENT, SELECTION_SET };

struct selection {
	enum tracee_arch arch;
	unsigned int n_expressions; /* of --trace, whatever they are about */
	bool has_inclusion, has_exclusion, has_argument;
	bool named[TRACEE_WIRE_N_SLOTS]; /* event=, EVENT.… */
	bool in_set[TRACEE_WIRE_N_SLOTS]; /* set= */
	bool excluded[TRACEE_WIRE_N_SLOTS]; /* event!= */
	bool set_excluded[TRACEE_WIRE_N_SLOTS]; /* set!= */
	bool traced[TRACEE_WIRE_N_SLOTS]; /* the result, from selection_finish(): what is written */
	bool needed[TRACEE_WIRE_N_SLOTS]; /* from selection_need(): what has to be seen, written or not */
};

void selection_init(struct selection *selection, enum tracee_arch arch);

/* Takes one name. -EINVAL with a sentence that says what is wrong and what was expected. */
int selection_add(struct selection *selection, enum selection_field field, bool is_exclusion,
		  const struct word *name, struct tracee_error *err);

/*
 * Takes the event @name of which an argument is asked. -EINVAL as above; else 0 with the event, which is
 * in static memory.
 */
int selection_add_argument(struct selection *selection, const struct word *name,
			   const struct tracee_event_def **ret_event, struct tracee_error *err);

/* Events of this id are taken from the kernel, even if they are not written. */
void selection_need(struct selection *selection, uint32_t id);

/* Works out `traced`; nothing if there were no expressions. -EINVAL if expressions leave nothing. */
int selection_finish(struct selection *selection, struct tracee_error *err);

/* Whether events come of @event: not for system calls that do not return. */
bool selection_can_trace(const struct tracee_event_def *event, enum tracee_arch arch);

#endif
