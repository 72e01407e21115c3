// SPDX-License-Identifier: Apache-2.0
#include "builder/layout/parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "builder/object/types.h"

#define FIRST_ALLOCATION 512 /* no struct of a kernel has as many members, nearly no enum as many values */

void parts_done(struct parts *parts)
{
	free(parts->at);
	*parts = (struct parts){};
}

static int part_add(struct parts *parts, const struct part *part)
{
	size_t n = parts->n_allocated ? parts->n_allocated * 2 : FIRST_ALLOCATION;
	struct part *at;

	if (parts->n == parts->n_allocated) {
		at = reallocarray(parts->at, n, sizeof(*at));
		if (!at)
			return -ENOMEM;
		parts->at = at;
		parts->n_allocated = n;
	}
	parts->at[parts->n++] = *part;
	return 0;
}

/* ---- enumerators ------------------------------------------------------------------------------ */

static int enumerators_read(const struct btf *types, const struct btf_type *type, size_t *n_left,
			    struct parts *parts)
{
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < btf_vlen(type); i++) {
		const struct part part = {
			.name = types_enumerator_name(types, type, i),
			.place = types_enumerator_value(type, i),
			.size_bytes = btf_is_enum64(type) ? 8 : 4,
			.is_enumerator = true,
		};

		if (*n_left == 0)
			return -E2BIG;
		(*n_left)--;
		if (*part.name)
			r = part_add(parts, &part);
	}
	return r;
}

/* ---- members ---------------------------------------------------------------------------------- */

/* A struct or union whose members are being read. */
struct container {
	const struct btf_type *type;
	uint64_t bit_offset; /* from the start of the outermost */
	size_t outer; /* of its members, as in struct part */
};

/*
 * 0 for what is no bit-field, and for one that is all of its type from a whole byte on (`u32 x : 32`):
 * tools that write BTF disagree on what that is, and the bits are the same.
 */
static uint32_t member_width(const struct part *part, uint32_t width_bits)
{
	return part->place % 8 == 0 && width_bits == 8ull * part->size_bytes ? 0 : width_bits;
}

static uint32_t member_size(const struct btf *types, uint32_t id)
{
	uint32_t size;

	return types_size(types, id, &size) < 0 ? PART_NO_SIZE : size;
}

/* The struct or union that only this member leads to: what has a name, or a typedef's, is found by that. */
static const struct btf_type *nameless_type(const struct btf *types, uint32_t id)
{
	const struct btf_type *type = btf__type_by_id(types, id);

	while (btf_is_array(type) || btf_is_mod(type)) {
		id = btf_is_array(type) ? btf_array(type)->type : type->type;
		type = btf__type_by_id(types, id);
	}
	return btf_is_composite(type) && !*types_name(types, type) ? type : NULL;
}

static int members_read(const struct btf *types, const struct container *container, size_t *n_left,
			struct parts *parts);

static int member_read(const struct btf *types, const struct container *container, uint32_t index, size_t *n_left,
		       struct parts *parts)
{
	const struct btf_member *member = &btf_members(container->type)[index];
	struct part part = {
		.name = btf__str_by_offset(types, member->name_off),
		.outer = container->outer,
		.place = container->bit_offset + btf_member_bit_offset(container->type, index),
		.size_bytes = member_size(types, member->type),
	};
	struct container inner = { .bit_offset = part.place, .outer = container->outer };
	int r;

	if (!*part.name) {
		inner.type = types_strip(types, member->type, NULL);
		return btf_is_composite(inner.type) ? members_read(types, &inner, n_left, parts) : 0;
	}
	part.width_bits = member_width(&part, btf_member_bitfield_size(container->type, index));
	r = part_add(parts, &part);
	inner.type = nameless_type(types, member->type);
	inner.outer = parts->n;
	return r < 0 || !inner.type ? r : members_read(types, &inner, n_left, parts);
}

/* As deep as types_read() lets types be nested. */
static int members_read(const struct btf *types, const struct container *container, size_t *n_left,
			struct parts *parts)
{
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < btf_vlen(container->type); i++) {
		if (*n_left == 0)
			return -E2BIG;
		(*n_left)--;
		r = member_read(types, container, i, n_left, parts);
	}
	return r;
}

/* ---- the list --------------------------------------------------------------------------------- */

int parts_read(const struct btf *types, uint32_t id, size_t *n_left, struct parts *parts)
{
	const struct container container = { .type = types_strip(types, id, NULL) };

	parts->n = 0;
	if (btf_is_any_enum(container.type))
		return enumerators_read(types, container.type, n_left, parts);
	if (btf_is_composite(container.type))
		return members_read(types, &container, n_left, parts);
	return 0;
}

bool parts_name_equal(const struct parts *a, size_t i, const struct parts *b, size_t j)
{
	for (;;) {
		const struct part *p = &a->at[i], *q = &b->at[j];

		if (strcmp(p->name, q->name) != 0 || !p->outer != !q->outer)
			return false;
		if (!p->outer)
			return true;
		i = p->outer - 1;
		j = q->outer - 1;
	}
}

void parts_describe_name(const struct parts *parts, size_t index, struct text *text)
{
	const struct part *part = &parts->at[index];

	if (part->outer) {
		parts_describe_name(parts, part->outer - 1, text);
		text_add_char(text, '.');
	}
	text_add(text, part->name);
}
