// SPDX-License-Identifier: Apache-2.0
#include "runtime/filter/filter.h"

#include <stdlib.h>

#include "runtime/filter/argument.h"

void filter_init(struct filter *filter, enum tracee_arch arch)
{
	*filter = (struct filter){ .arch = arch };
}

void filter_done(struct filter *filter)
{
	for (unsigned int i = 0; i < N_FILTER_NUMBERS; i++)
		number_filter_done(&filter->numbers[i]);
	for (unsigned int i = 0; i < N_FILTER_TEXTS; i++)
		text_filter_done(&filter->texts[i]);
	for (size_t i = 0; i < filter->n_arguments; i++) {
		number_filter_done(&filter->arguments[i].number);
		text_filter_done(&filter->arguments[i].text);
	}
	free(filter->arguments);
	filter_init(filter, filter->arch);
}

bool filter_is_about_containers(const struct filter *filter)
{
	return filter->in_container == FILTER_YES || filter->new_container ||
	       text_filter_is_set(&filter->texts[FILTER_CONTAINER]);
}

static bool number_is_set(const struct number_filter *filter)
{
	return filter->has_less || filter->has_greater || filter->equal.n || filter->unequal.n;
}

bool filter_is_set(const struct filter *filter)
{
	bool is_set = filter->in_container || filter->new_container || filter->new_process || filter->follows ||
		      filter->n_arguments;

	for (unsigned int i = 0; i < N_FILTER_NUMBERS; i++)
		is_set |= number_is_set(&filter->numbers[i]);
	for (unsigned int i = 0; i < N_FILTER_TEXTS; i++)
		is_set |= text_filter_is_set(&filter->texts[i]);
	return is_set;
}

/* Text that is given with = can match where the bounds of the number do not. */
static bool argument_is_impossible(const struct filter *filter, const struct filter_argument *argument)
{
	const struct tracee_event_def *def = tracee_event_by_slot(filter->arch, argument->slot);
	struct argument_range range = argument_range(def, argument->arg);

	return !argument->text.equal.n && number_filter_is_impossible(&argument->number, range.min, range.max);
}

const char *filter_impossible(const struct filter *filter)
{
	static const char *const names[N_FILTER_NUMBERS] = {
		[FILTER_UID] = "uid",	  [FILTER_PID] = "pid",	    [FILTER_TID] = "tid",
		[FILTER_MNTNS] = "mntns", [FILTER_PIDNS] = "pidns",
	};
	unsigned int i;
	size_t k;

	for (i = 0; i < N_FILTER_NUMBERS; i++) {
		if (i == FILTER_PID && filter->new_process == FILTER_YES)
			continue;
		/* The numbers of namespaces have 32 bits, too. */
		if (number_filter_is_impossible(&filter->numbers[i], 0, UINT32_MAX))
			return names[i];
	}
	for (k = 0; k < filter->n_arguments; k++) {
		const struct filter_argument *argument = &filter->arguments[k];

		if (argument_is_impossible(filter, argument))
			return argument_name(tracee_event_by_slot(filter->arch, argument->slot), argument->arg);
	}
	return NULL;
}
