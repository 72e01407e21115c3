/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_BUILDER_LAYOUT_COMPARE_FIXTURE_H
#define TESTS_UNIT_BUILDER_LAYOUT_COMPARE_FIXTURE_H

/* BTF made by hand that has all that a comparison of layouts asks for, to which a test adds its own. */
#include <bpf/btf.h>
#include <stdlib.h>
#include <string.h>

#include "builder/layout/layout.h"
#include "builder/layout/named.h"

enum { ID_INT = 1, ID_LONG = 2, ID_UNSIGNED = 3 };

/* A named type with one member or value. */
static inline void fixture_add_named(struct btf *btf, uint32_t kind, const char *name)
{
	int id;

	if (kind == BTF_KIND_ENUM) {
		btf__add_enum(btf, name, 4);
		btf__add_enum_value(btf, "FIRST", 0);
		return;
	}
	id = btf__add_struct(btf, kind == BTF_KIND_TYPEDEF ? NULL : name, 8);
	btf__add_field(btf, "first", ID_LONG, 0, 0);
	if (kind == BTF_KIND_TYPEDEF)
		btf__add_typedef(btf, name, id);
}

/* Integers under the ids above, and every type that the layout unit names but @without (may be NULL). */
static inline struct btf *fixture_without(const char *without)
{
	struct btf *btf = btf__new_empty();
	struct named_types named;

	btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	btf__add_int(btf, "unsigned long", 8, 0);
	btf__add_int(btf, "unsigned int", 4, 0);
	if (named_types_of_unit(&named) < 0)
		abort();
	for (size_t i = 0; i < named.n; i++) {
		if (!without || strcmp(named.at[i].name, without) != 0)
			fixture_add_named(btf, named.at[i].kind, named.at[i].name);
	}
	return btf;
}

/* Frees @btf. */
static inline struct layout fixture_layout(struct btf *btf)
{
	struct layout layout = { .arch = TRACEE_ARCH_X86_64 };
	uint32_t size_bytes;
	const void *bytes = btf__raw_data(btf, &size_bytes);

	layout.btf = malloc(size_bytes);
	memcpy(layout.btf, bytes, size_bytes);
	layout.size_bytes = size_bytes;
	btf__free(btf);
	return layout;
}

#endif
