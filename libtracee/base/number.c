// SPDX-License-Identifier: Apache-2.0
#include "libtracee/base/number.h"

#include <errno.h>
#include <stddef.h>

static int parse_digits(const char *string, const char **ret_end, uint64_t *ret_number)
{
	uint64_t number = 0;
	const char *p = string;

	if (p[0] < '0' || p[0] > '9' || (p[0] == '0' && p[1] >= '0' && p[1] <= '9'))
		return -EINVAL;
	for (; *p >= '0' && *p <= '9'; p++) {
		if (__builtin_mul_overflow(number, 10u, &number) ||
		    __builtin_add_overflow(number, (uint64_t)(*p - '0'), &number))
			return -ERANGE;
	}
	*ret_end = p;
	*ret_number = number;
	return 0;
}

int number_parse(const char *string, uint64_t max, uint64_t *ret_number)
{
	const char *end;
	uint64_t number;
	int r;

	r = parse_digits(string, &end, &number);
	if (r < 0)
		return r;
	if (*end)
		return -EINVAL;
	if (number > max)
		return -ERANGE;
	*ret_number = number;
	return 0;
}

int number_parse_size(const char *string, uint64_t max, uint64_t *ret_bytes)
{
	static const struct {
		char suffix;
		uint64_t factor;
	} units[] = { { '\0', 1 }, { 'K', 1u << 10 }, { 'M', 1u << 20 }, { 'G', 1u << 30 } };
	const char *end;
	uint64_t number;
	int r;

	r = parse_digits(string, &end, &number);
	if (r < 0)
		return r;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (*end != units[i].suffix || (*end && end[1]))
			continue;
		if (__builtin_mul_overflow(number, units[i].factor, &number) || number > max)
			return -ERANGE;
		*ret_bytes = number;
		return 0;
	}
	return -EINVAL;
}
