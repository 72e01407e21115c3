// SPDX-License-Identifier: Apache-2.0
#include "tests/syscalls/value.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_SIZE 128

void value_die(const char *what, const char *which)
{
	fprintf(stderr, "%s '%s'\n", what, which);
	exit(2);
}

json_t *value_load(const char *path)
{
	json_error_t error;
	json_t *json = json_load_file(path, 0, &error);

	if (!json)
		value_die(error.text, path);
	return json;
}

static bool part_number(json_t *constants, const char *part, size_t length, uint64_t *ret_number)
{
	char text[NAME_SIZE], *end;
	json_t *constant;

	if (length == 0 || length >= sizeof(text))
		return false;
	memcpy(text, part, length);
	text[length] = '\0';
	*ret_number = text[0] == '-' ? (uint64_t)strtoll(text, &end, 0) : strtoull(text, &end, 0);
	if (*end == '\0')
		return true;
	constant = json_object_get(constants, text);
	*ret_number = (uint64_t)json_integer_value(constant);
	return constant;
}

bool value_number(json_t *constants, const char *text, size_t length, uint64_t *ret_number,
		  const char **ret_unknown)
{
	uint64_t number = 0, part;

	for (const char *p = text, *end = text + length; p <= end;) {
		const char *bar = memchr(p, '|', (size_t)(end - p));
		size_t size = (size_t)((bar ? bar : end) - p);

		if (!part_number(constants, p, size, &part)) {
			*ret_unknown = p;
			return false;
		}
		number |= part;
		p += size + 1;
	}
	*ret_number = number;
	return true;
}

bool value_has_name(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if ((isupper((unsigned char)text[i]) || text[i] == '_') && (i == 0 || text[i - 1] == '|'))
			return true;
	}
	return false;
}

static bool is_narrow(uint64_t number)
{
	return number <= UINT32_MAX || (int64_t)number == (int32_t)number;
}

bool value_is_same(uint64_t a, uint64_t b)
{
	return a == b || (is_narrow(a) && is_narrow(b) && (uint32_t)a == (uint32_t)b);
}
