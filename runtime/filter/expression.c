// SPDX-License-Identifier: Apache-2.0
#include "runtime/filter/expression.h"

#include <errno.h>
#include <string.h>

#include "libtracee/base/error.h"
#include "libtracee/base/number.h"

#define NUMBER_SIZE 24 /* a sign, 20 digits and the NUL fit */

static const char *const operators[] = {
	[FILTER_EQUAL] = "=",
	[FILTER_UNEQUAL] = "!=",
	[FILTER_LESS] = "<",
	[FILTER_GREATER] = ">",
};
#define N_OPERATORS (sizeof(operators) / sizeof(operators[0]))

const char *operator_name(enum filter_operator operator)
{
	return operators[operator];
}

bool word_is(const struct word *word, const char *name)
{
	return word->length == strlen(name) && memcmp(word->start, name, word->length) == 0;
}

/* The operator at @text; its length, or 0. */
static size_t read_operator(const char *text, enum filter_operator *ret_operator)
{
	for (unsigned int i = 0; i < N_OPERATORS; i++) {
		size_t length = strlen(operators[i]);

		if (strncmp(text, operators[i], length) == 0) {
			*ret_operator = i;
			return length;
		}
	}
	return 0;
}

int expression_read(const char *text, struct expression *ret_expression, struct tracee_error *err)
{
	struct expression expression = { .is_negated = text[0] == '!' && text[1] != '=' };
	const char *start = text + expression.is_negated;
	size_t length = strcspn(start, "=!<>"), n;

	if (length == 0)
		return error_set(err, -EINVAL, "no field before the operator: expected FIELD=VALUE");
	expression.field = (struct word){ start, length };
	if (start[length] == '\0') {
		*ret_expression = expression;
		return 0;
	}
	n = read_operator(start + length, &expression.operator);
	if (n == 0)
		return error_set(err, -EINVAL, "operator '%.1s' is not known: expected one of = != < >",
				 start + length);
	if (expression.is_negated)
		return error_set(err, -EINVAL, "'!' before a field goes with 'container' alone: expected '%.*s!=…'",
				 (int)(length < 32 ? length : 32), start);
	expression.has_operator = true;
	expression.values = start + length + n;
	if (*expression.values == '\0')
		return error_set(err, -EINVAL, "no value behind '%s'", operators[expression.operator]);
	*ret_expression = expression;
	return 0;
}

/* Up to the next comma without a backslash before it. */
static size_t value_length(const char *p)
{
	const char *start = p;

	while (*p && *p != ',')
		p += 1 + (p[0] == '\\' && p[1]);
	return (size_t)(p - start);
}

int expression_next(const char **p, struct word *ret_value, struct tracee_error *err)
{
	size_t length;

	if (!*p)
		return 0;
	length = value_length(*p);
	if (length == 0)
		return error_set(
			err, -EINVAL,
			"a value is empty: expected no comma there, or a backslash before one that is in a value");
	*ret_value = (struct word){ *p, length };
	*p = (*p)[length] ? *p + length + 1 : NULL;
	return 1;
}

/* Within @min and @max as the sign has it. */
static bool is_within(uint64_t number, bool is_signed, uint64_t min, uint64_t max)
{
	return is_signed ? (int64_t)number >= (int64_t)min && (int64_t)number <= (int64_t)max
			 : number >= min && number <= max;
}

int word_number(const struct word *word, bool is_signed, uint64_t min, uint64_t max, uint64_t *ret_number)
{
	bool is_negative = is_signed && word->length && word->start[0] == '-';
	char digits[NUMBER_SIZE];
	uint64_t number;
	int r;

	if (word->length >= sizeof(digits))
		return strspn(word->start + is_negative, "0123456789") >= word->length - is_negative ? -ERANGE
												     : -EINVAL;
	memcpy(digits, word->start, word->length);
	digits[word->length] = '\0';
	r = number_parse(digits + is_negative, is_signed ? (uint64_t)INT64_MAX + is_negative : UINT64_MAX, &number);
	if (r < 0)
		return r;
	number = is_negative ? -number : number;
	if (!is_within(number, is_signed, min, max))
		return -ERANGE;
	*ret_number = number;
	return 0;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int word_address(const struct word *word, uint64_t *ret_number)
{
	uint64_t number = 0;

	if (word->length < 3 || memcmp(word->start, "0x", 2) != 0)
		return -EINVAL;
	for (size_t i = 2; i < word->length; i++) {
		int digit = digit_of(word->start[i]);

		if (digit < 0)
			return -EINVAL;
		if (number >> 60)
			return -ERANGE;
		number = number << 4 | (uint64_t)digit;
	}
	*ret_number = number;
	return 0;
}
