/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_LAYOUT_NAMED_H
#define BUILDER_LAYOUT_NAMED_H

/*
 * The types that the layout unit (bpf/layout.c) names, which are all that the program reads: taken from
 * the unit's own text, so that there is one list. They stand at the beginning of a line, as
 * `NAME_STRUCT(name)`, `NAME_UNION(name)`, `NAME_ENUM(name)` or `name layout_typedef_name;`. One that is
 * only named for some kernels (behind an #if) is listed like the others.
 */
#include <stddef.h>
#include <stdint.h>

#define NAMED_TYPES_MAX 256

struct named_type {
	uint32_t kind; /* BTF_KIND_STRUCT, _UNION, _ENUM or _TYPEDEF */
	char name[64];
};

struct named_types {
	struct named_type at[NAMED_TYPES_MAX];
	size_t n;
};

/* -E2BIG if the text names more of them, or one with a longer name, than there is room for. */
int named_types_parse(const char *text, size_t size_bytes, struct named_types *ret_types);

/* Those of the unit that the builder carries. */
int named_types_of_unit(struct named_types *ret_types);

#endif
