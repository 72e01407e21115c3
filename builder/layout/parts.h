/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_LAYOUT_PARTS_H
#define BUILDER_LAYOUT_PARTS_H

/*
 * What a type consists of, as a flat list: the members of a struct or union, or the enumerators of an
 * enum. Members of an anonymous member are members of the type itself, as in C. A member with a name
 * whose type has none (`struct { … } x;`) is followed by the members of that type, because nothing but
 * this member leads to them. Unnamed bit-fields are padding and no parts.
 */
#include <bpf/btf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libtracee/base/text.h"

#define PART_NO_SIZE UINT32_MAX /* a member of a type that has none, which C does not allow */

struct part {
	const char *name; /* in the types, never "" */
	size_t outer; /* one more than the index of the part that it is inside of; 0: of none */
	uint64_t place; /* of a member: its offset in bits; of an enumerator: its value */
	uint32_t width_bits; /* of a bit-field that is not all of its type; else 0 */
	uint32_t size_bytes; /* of the member's type; of an enumerator: bytes of the value that BTF knows, 4 or 8 */
	bool is_enumerator;
	bool is_paired; /* the reader's of the list */
};

/* Starts as {0}; each reading replaces what was there and keeps the memory. */
struct parts {
	struct part *at;
	size_t n, n_allocated;
};

void parts_done(struct parts *parts);

/*
 * @types   what types_read() returned; @id inside it, of any kind: typedefs and qualifiers are followed,
 *          and what has no parts has none here
 * @n_left  members that may still be looked at; what was looked at is taken off
 *
 * Returns 0, -E2BIG when @n_left is used up, -ENOMEM.
 */
int parts_read(const struct btf *types, uint32_t id, size_t *n_left, struct parts *parts);

/* Whether the names are the same, those of what they are inside of too. */
bool parts_name_equal(const struct parts *a, size_t i, const struct parts *b, size_t j);

/* "x", "outer.x". */
void parts_describe_name(const struct parts *parts, size_t index, struct text *text);

#endif
