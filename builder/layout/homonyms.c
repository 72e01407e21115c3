// SPDX-License-Identifier: Apache-2.0
#include "builder/layout/homonyms.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "builder/object/types.h"

/* ---- the table -------------------------------------------------------------------------------- */

/* FNV-1a, 64 bits (draft-eastlake-fnv); the kind is one more character. */
static uint64_t hash(uint32_t kind, const char *name)
{
	uint64_t value = (0xcbf29ce484222325u ^ kind) * 0x100000001b3u;

	for (; *name; name++)
		value = (value ^ (uint8_t)*name) * 0x100000001b3u;
	return value ^ value >> 32;
}

/* Its slot, or the free one where it belongs. */
static struct homonym *slot_of(const struct homonyms *homonyms, uint32_t kind, const char *name)
{
	size_t i = hash(kind, name) & (homonyms->n_slots - 1);
	struct homonym *slot;

	for (;; i = (i + 1) & (homonyms->n_slots - 1)) {
		slot = &homonyms->slots[i];
		if (!slot->name || (slot->kind == kind && strcmp(slot->name, name) == 0))
			return slot;
	}
}

/* ---- which types ------------------------------------------------------------------------------ */

/* The kind by which a type is looked for; 0 if it is not. */
static uint32_t kind_of(const struct btf *types, uint32_t id)
{
	const struct btf_type *type = btf__type_by_id(types, id);
	uint32_t kind = 0;

	if (btf_is_composite(type) || btf_is_typedef(type))
		kind = btf_kind(type);
	else if (btf_is_any_enum(type) && btf_vlen(type) > 0) /* without values it is only declared */
		kind = BTF_KIND_ENUM;
	return kind && *types_name(types, type) ? kind : 0;
}

/* Whether nothing but typedef @id leads to the struct, union or enum that it stands for. */
static bool is_typedef_of_nameless(const struct btf *types, uint32_t id)
{
	const struct btf_type *type = btf__type_by_id(types, btf__type_by_id(types, id)->type);

	return !*types_name(types, type) && (btf_is_composite(type) || btf_is_any_enum(type));
}

static const char *name_of(const struct btf *types, uint32_t id)
{
	return types_name(types, btf__type_by_id(types, id));
}

/* ---- making it -------------------------------------------------------------------------------- */

static size_t n_slots_for(const struct btf *headers, const struct named_types *named)
{
	size_t n = named->n, n_slots = 64;

	for (uint32_t id = 1; id < btf__type_cnt(headers); id++)
		n += kind_of(headers, id) != 0;
	while (n_slots < 2 * n)
		n_slots *= 2;
	return n_slots;
}

/* Other typedefs are looked for only if they are among the named types, which have their slots already. */
static void headers_add(struct homonyms *homonyms, const struct btf *headers)
{
	for (uint32_t id = btf__type_cnt(headers); id-- > 1;) {
		uint32_t kind = kind_of(headers, id);
		struct homonym *slot = kind ? slot_of(homonyms, kind, name_of(headers, id)) : NULL;

		if (!slot || (!slot->name && kind == BTF_KIND_TYPEDEF && !is_typedef_of_nameless(headers, id)))
			continue;
		slot->kind = kind;
		slot->name = name_of(headers, id);
		slot->header_id = id;
	}
}

/* From the last to the first, so that each list ascends. */
static void btf_add(struct homonyms *homonyms, const struct btf *btf)
{
	for (uint32_t id = btf__type_cnt(btf); id-- > 1;) {
		uint32_t kind = kind_of(btf, id);
		struct homonym *slot = kind ? slot_of(homonyms, kind, name_of(btf, id)) : NULL;

		if (slot && slot->name) {
			homonyms->next[id] = slot->btf_id;
			slot->btf_id = id;
		}
	}
}

int homonyms_init(struct homonyms *homonyms, const struct btf *headers, const struct btf *btf,
		  const struct named_types *named)
{
	*homonyms = (struct homonyms){ .n_slots = n_slots_for(headers, named) };
	homonyms->slots = calloc(homonyms->n_slots, sizeof(*homonyms->slots));
	homonyms->next = calloc(btf__type_cnt(btf), sizeof(*homonyms->next));
	if (!homonyms->slots || !homonyms->next) {
		homonyms_done(homonyms);
		return -ENOMEM;
	}
	for (size_t i = 0; i < named->n; i++) {
		struct homonym *slot = slot_of(homonyms, named->at[i].kind, named->at[i].name);

		slot->kind = named->at[i].kind;
		slot->name = named->at[i].name;
	}
	headers_add(homonyms, headers);
	btf_add(homonyms, btf);
	return 0;
}

void homonyms_done(struct homonyms *homonyms)
{
	free(homonyms->slots);
	free(homonyms->next);
	*homonyms = (struct homonyms){};
}

const struct homonym *homonyms_find(const struct homonyms *homonyms, uint32_t kind, const char *name)
{
	const struct homonym *slot = slot_of(homonyms, kind, name);

	return slot->name ? slot : NULL;
}

const struct homonym *homonyms_of_header(const struct homonyms *homonyms, const struct btf *headers, uint32_t id)
{
	uint32_t kind = kind_of(headers, id);

	return kind ? homonyms_find(homonyms, kind, name_of(headers, id)) : NULL;
}
