/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_FILTER_NUMBER_FILTER_H
#define RUNTIME_FILTER_NUMBER_FILTER_H

/*
 * What was asked of a number. Numbers are 64 bits wide; signed ones are kept sign-extended. A bound that
 * was not given has its bit unset: each number can be a bound.
 */
#include <stddef.h>
#include <stdint.h>

#include "runtime/filter/verdict.h"

/* Values that one field can have with =, and as many with !=. */
#define FILTER_N_VALUES_MAX 1024

enum filter_operator { FILTER_EQUAL, FILTER_UNEQUAL, FILTER_LESS, FILTER_GREATER };

struct number_list {
	uint64_t *values; /* ascending as unsigned numbers, none twice; owned */
	size_t n;
};

struct number_filter {
	bool is_signed;
	bool has_less, has_greater;
	uint64_t less, greater; /* the smallest and the largest that were given; int64_t if is_signed */
	struct number_list equal, unequal;
};

/* -E2BIG if the list is full, -ENOMEM. */
int number_filter_add(struct number_filter *filter, enum filter_operator operator, uint64_t value);

/* Accepts a zeroed struct. */
void number_filter_done(struct number_filter *filter);

void number_filter_look(const struct number_filter *filter, uint64_t value, struct verdict *verdict);

/* Whether no number from @min to @max can be accepted: the bounds leave none, and no value is given. */
bool number_filter_is_impossible(const struct number_filter *filter, uint64_t min, uint64_t max);

#endif
