/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_FILTER_EXPRESSION_H
#define RUNTIME_FILTER_EXPRESSION_H

/*
 * One expression of --trace, taken apart: [!]FIELD[OPERATOR VALUE[,VALUE…]]. The first of = != < >
 * ends the field, so that values may hold any character; a comma in one is written \,
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tracee/tracee.h>

#include "runtime/filter/number_filter.h"

/* A piece of the command line, without a NUL at its end. */
struct word {
	const char *start;
	size_t length;
};

struct expression {
	struct word field;
	bool is_negated; /* !FIELD, without an operator */
	bool has_operator;
	enum filter_operator operator;
	const char *values; /* NULL without an operator */
};

/* @text is borrowed and must outlive @ret_expression. -EINVAL with a sentence. */
int expression_read(const char *text, struct expression *ret_expression, struct tracee_error *err);

/* "=", "!=", "<", ">" */
const char *operator_name(enum filter_operator operator);

bool word_is(const struct word *word, const char *name);

/*
 * Takes the next value off @*p, which is NULL behind the last one: 1 with a value, 0 at the end, -EINVAL
 * with a sentence if the value is empty.
 */
int expression_next(const char **p, struct word *ret_value, struct tracee_error *err);

/*
 * A decimal number, of @is_signed ones with a minus. -EINVAL if it is none, -ERANGE if it is not within
 * @min and @max, which are int64_t then.
 */
int word_number(const struct word *word, bool is_signed, uint64_t min, uint64_t max, uint64_t *ret_number);

/* 0x and hexadecimal digits. */
int word_address(const struct word *word, uint64_t *ret_number);

#endif
