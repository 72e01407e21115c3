// SPDX-License-Identifier: Apache-2.0
#include "builder/layout/named.h"

#include <errno.h>
#include <linux/btf.h>
#include <stdbool.h>
#include <string.h>

#define TYPEDEF_VARIABLE " layout_typedef_"

/* unit.S */
extern const char layout_unit[];
extern const uint64_t layout_unit_size_bytes;

/* Characters of a C name at @text. */
static size_t name_length(const char *text, const char *end)
{
	size_t n = 0;

	while (text + n < end && (text[n] == '_' || (text[n] >= '0' && text[n] <= '9') ||
				  (text[n] >= 'a' && text[n] <= 'z') || (text[n] >= 'A' && text[n] <= 'Z')))
		n++;
	return n;
}

static int type_add(struct named_types *types, uint32_t kind, const char *name, size_t length)
{
	struct named_type *type = &types->at[types->n];

	if (types->n == NAMED_TYPES_MAX || length >= sizeof(type->name))
		return -E2BIG;
	*type = (struct named_type){ .kind = kind };
	memcpy(type->name, name, length);
	types->n++;
	return 0;
}

static bool starts_with(const char *line, const char *end, const char *prefix)
{
	size_t length = strlen(prefix);

	return (size_t)(end - line) >= length && memcmp(line, prefix, length) == 0;
}

static int line_parse(struct named_types *types, const char *line, const char *end)
{
	static const struct {
		const char *prefix;
		uint32_t kind;
	} macros[] = { { "NAME_STRUCT(", BTF_KIND_STRUCT },
		       { "NAME_UNION(", BTF_KIND_UNION },
		       { "NAME_ENUM(", BTF_KIND_ENUM } };
	size_t length = name_length(line, end);

	if (length > 0 && starts_with(line + length, end, TYPEDEF_VARIABLE))
		return type_add(types, BTF_KIND_TYPEDEF, line, length);
	for (size_t i = 0; i < sizeof(macros) / sizeof(macros[0]); i++) {
		const char *name = line + strlen(macros[i].prefix);

		if (starts_with(line, end, macros[i].prefix))
			return type_add(types, macros[i].kind, name, name_length(name, end));
	}
	return 0;
}

int named_types_parse(const char *text, size_t size_bytes, struct named_types *ret_types)
{
	const char *end = text + size_bytes;
	struct named_types types = {};

	while (text < end) {
		const char *next = memchr(text, '\n', (size_t)(end - text));
		int r = line_parse(&types, text, next ? next : end);

		if (r < 0)
			return r;
		text = next ? next + 1 : end;
	}
	*ret_types = types;
	return 0;
}

int named_types_of_unit(struct named_types *ret_types)
{
	return named_types_parse(layout_unit, layout_unit_size_bytes, ret_types);
}
