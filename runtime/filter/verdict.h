/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_FILTER_VERDICT_H
#define RUNTIME_FILTER_VERDICT_H

/*
 * What the values given for one field say of one value of an event. A field may have several kinds of
 * filter (an argument can be compared as a number and as text): each adds what it finds, and the
 * verdict is made over all of them.
 */
#include <stdbool.h>

struct verdict {
	bool has_equal, has_unequal; /* values were given with = and != */
	bool hit_equal, hit_unequal; /* one of them was hit */
	bool has_bounds; /* < or > was given */
	bool is_outside; /* and does not hold */
};

/* A hit decides; then, with values of = alone, nothing else is accepted; else the bounds decide. */
static inline bool verdict_accepts(const struct verdict *verdict)
{
	if (verdict->hit_equal)
		return true;
	if (verdict->hit_unequal)
		return false;
	if (verdict->has_equal && !verdict->has_unequal && !verdict->has_bounds)
		return false;
	return !verdict->is_outside;
}

#endif
