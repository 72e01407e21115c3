/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_FILTER_TEXT_FILTER_H
#define RUNTIME_FILTER_TEXT_FILTER_H

/*
 * What was asked of a text: any bytes, without a NUL at the end. A pattern is written with a star
 * where the rest may be anything: text, prefix*, *suffix, *inside*; a star in the middle is a star.
 * \, \* and \\ are a comma, a star and a backslash; a backslash before anything else is one too.
 */
#include <stddef.h>
#include <stdint.h>

#include "runtime/filter/number_filter.h"
#include "runtime/filter/verdict.h"

enum pattern_kind { PATTERN_EXACT, PATTERN_PREFIX, PATTERN_SUFFIX, PATTERN_INSIDE };

struct pattern {
	enum pattern_kind kind;
	uint32_t size_bytes;
	char *bytes; /* without the stars, with a NUL behind them for convenience; owned */
};

struct pattern_list {
	struct pattern *items; /* owned */
	size_t n;
};

struct text_filter {
	struct pattern_list equal, unequal;
};

/* Reads @size_bytes of @value, as it is written. @ret_pattern: pattern_done(). -ENOMEM. */
int pattern_read(const char *value, size_t size_bytes, struct pattern *ret_pattern);
void pattern_done(struct pattern *pattern);
bool pattern_matches(const struct pattern *pattern, const void *bytes, size_t size_bytes);

/* Takes @pattern over if it succeeds. @operator: = or !=. -E2BIG if the list is full, -ENOMEM. */
int text_filter_add(struct text_filter *filter, enum filter_operator operator, struct pattern * pattern);

/* Accepts a zeroed struct. */
void text_filter_done(struct text_filter *filter);

bool text_filter_is_set(const struct text_filter *filter);

/* @bytes NULL: the text is not known, and hits nothing. */
void text_filter_look(const struct text_filter *filter, const void *bytes, size_t size_bytes,
		      struct verdict *verdict);

/* The verdict over this filter alone. */
bool text_filter_accepts(const struct text_filter *filter, const void *bytes, size_t size_bytes);

#endif
