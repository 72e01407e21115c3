// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "runtime/filter/argument.h"
#include "runtime/filter/filter.h"

bool filter_in_container(const struct tracee_event *event)
{
	return event->pid_ns != PID_NAMESPACE_INITIAL || event->container_id[0];
}

static uint64_t number_of(const struct tracee_event *event, enum filter_number number)
{
	switch (number) {
	case FILTER_UID:
		return event->uid;
	case FILTER_PID:
		return event->host_pid;
	case FILTER_TID:
		return event->host_tid;
	case FILTER_MNTNS:
		return event->mnt_ns;
	case FILTER_PIDNS:
		return event->pid_ns;
	default:
		return 0;
	}
}

/* `new` is one of the values of a field. */
static void look_at_choice(enum filter_choice choice, bool is_new, struct verdict *verdict)
{
	verdict->has_equal |= choice == FILTER_YES;
	verdict->has_unequal |= choice == FILTER_NO;
	verdict->hit_equal |= choice == FILTER_YES && is_new;
	verdict->hit_unequal |= choice == FILTER_NO && is_new;
}

static bool numbers_match(const struct filter *filter, const struct tracee_event *event,
			  const struct filter_facts *facts)
{
	for (unsigned int i = 0; i < N_FILTER_NUMBERS; i++) {
		struct verdict verdict = {};

		number_filter_look(&filter->numbers[i], number_of(event, i), &verdict);
		if (i == FILTER_PID)
			look_at_choice(filter->new_process, facts->is_new_process, &verdict);
		if (!verdict_accepts(&verdict))
			return false;
	}
	return true;
}

static bool string_matches(const struct text_filter *filter, const char *string)
{
	return !text_filter_is_set(filter) || text_filter_accepts(filter, string, strlen(string));
}

/* Containers that are not new are those from before, and not the host. */
static bool container_matches(const struct filter *filter, const struct tracee_event *event,
			      const struct filter_facts *facts)
{
	bool is_inside = filter_in_container(event);
	struct verdict verdict = {};

	if ((filter->in_container == FILTER_YES || filter->new_container == FILTER_NO) && !is_inside)
		return false;
	if (filter->in_container == FILTER_NO && is_inside)
		return false;
	text_filter_look(&filter->texts[FILTER_CONTAINER], event->container_id, strlen(event->container_id),
			 &verdict);
	look_at_choice(filter->new_container, is_inside && facts->is_new_container, &verdict);
	return verdict_accepts(&verdict);
}

bool filter_matches_process(const struct filter *filter, const struct tracee_event *event,
			    const struct filter_facts *facts)
{
	return numbers_match(filter, event, facts) && string_matches(&filter->texts[FILTER_COMM], event->comm) &&
	       string_matches(&filter->texts[FILTER_UTS], event->host_name) &&
	       container_matches(filter, event, facts) &&
	       (facts->is_binary_accepted || !text_filter_is_set(&filter->texts[FILTER_BINARY])) &&
	       (facts->is_cgroup_accepted || !text_filter_is_set(&filter->texts[FILTER_CGROUP]));
}

static bool arguments_match(const struct filter *filter, const struct tracee_event *event, struct text *scratch)
{
	int slot = tracee_event_slot(event->def, filter->arch);

	for (size_t i = 0; i < filter->n_arguments; i++) {
		if ((int)filter->arguments[i].slot == slot &&
		    !argument_matches(&filter->arguments[i], event, scratch))
			return false;
	}
	return true;
}

bool filter_matches(const struct filter *filter, const struct tracee_event *event, const struct filter_facts *facts,
		    struct text *scratch)
{
	return filter_matches_process(filter, event, facts) && arguments_match(filter, event, scratch);
}
