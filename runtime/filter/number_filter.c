// SPDX-License-Identifier: Apache-2.0
#include "runtime/filter/number_filter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Where @value stands in the list, or would. */
static size_t position(const struct number_list *list, uint64_t value)
{
	size_t from = 0, to = list->n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (list->values[middle] < value)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static bool has(const struct number_list *list, uint64_t value)
{
	size_t at = position(list, value);

	return at < list->n && list->values[at] == value;
}

static int add(struct number_list *list, uint64_t value)
{
	size_t at = position(list, value);
	uint64_t *values;

	if (at < list->n && list->values[at] == value)
		return 0;
	if (list->n == FILTER_N_VALUES_MAX)
		return -E2BIG;
	values = realloc(list->values, (list->n + 1) * sizeof(*values));
	if (!values)
		return -ENOMEM;
	memmove(values + at + 1, values + at, (list->n - at) * sizeof(*values));
	values[at] = value;
	list->values = values;
	list->n++;
	return 0;
}

static bool is_less(const struct number_filter *filter, uint64_t a, uint64_t b)
{
	return filter->is_signed ? (int64_t)a < (int64_t)b : a < b;
}

int number_filter_add(struct number_filter *filter, enum filter_operator operator, uint64_t value)
{
	switch (operator) {
	case FILTER_EQUAL:
		return add(&filter->equal, value);
	case FILTER_UNEQUAL:
		return add(&filter->unequal, value);
	case FILTER_LESS:
		if (!filter->has_less || is_less(filter, value, filter->less))
			filter->less = value;
		filter->has_less = true;
		return 0;
	case FILTER_GREATER:
		if (!filter->has_greater || is_less(filter, filter->greater, value))
			filter->greater = value;
		filter->has_greater = true;
		return 0;
	}
	return -EINVAL;
}

void number_filter_done(struct number_filter *filter)
{
	free(filter->equal.values);
	free(filter->unequal.values);
	*filter = (struct number_filter){ .is_signed = filter->is_signed };
}

void number_filter_look(const struct number_filter *filter, uint64_t value, struct verdict *verdict)
{
	verdict->has_equal |= filter->equal.n > 0;
	verdict->has_unequal |= filter->unequal.n > 0;
	verdict->hit_equal |= has(&filter->equal, value);
	verdict->hit_unequal |= has(&filter->unequal, value);
	verdict->has_bounds |= filter->has_less || filter->has_greater;
	verdict->is_outside |= filter->has_less && !is_less(filter, value, filter->less);
	verdict->is_outside |= filter->has_greater && !is_less(filter, filter->greater, value);
}

bool number_filter_is_impossible(const struct number_filter *filter, uint64_t min, uint64_t max)
{
	uint64_t first = min, last = max;

	if (filter->equal.n)
		return false;
	if (filter->has_greater && !is_less(filter, filter->greater, max))
		return true;
	if (filter->has_less && !is_less(filter, min, filter->less))
		return true;
	if (filter->has_greater && !is_less(filter, filter->greater, min))
		first = filter->greater + 1;
	if (filter->has_less && !is_less(filter, max, filter->less))
		last = filter->less - 1;
	return is_less(filter, last, first);
}
