// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <string.h>

#include "builder/object/access_path.h"
#include "builder/object/describe.h"
#include "builder/object/types.h"

#define MEMBERS_MAX 10000

struct members {
	const struct btf *layout;
	member_fn *tell;
	void *context;
	size_t n;
};

static void members_tell(struct members *members, uint32_t id, uint64_t bit_offset)
{
	const struct btf_type *type = types_strip(members->layout, id, NULL);

	for (uint32_t i = 0; btf_is_composite(type) && i < btf_vlen(type); i++) {
		const struct btf_member *member = &btf_members(type)[i];
		struct member_description description = {
			.name = btf__str_by_offset(members->layout, member->name_off),
			.bit_offset = bit_offset + btf_member_bit_offset(type, i),
			.bit_size = btf_member_bitfield_size(type, i),
			.type_id = member->type,
		};

		if (members->n++ > MEMBERS_MAX)
			return;
		if (*description.name)
			members->tell(members->context, &description);
		else
			members_tell(members, member->type, description.bit_offset);
	}
}

void describe_members(const struct btf *layout, uint32_t id, member_fn *tell, void *context)
{
	struct members members = { layout, tell, context, 0 };

	members_tell(&members, id, 0);
}

void describe_type(const struct btf *layout, uint32_t id, char ret_type[DESCRIBE_TYPE_SIZE])
{
	const struct btf_type *type = types_strip(layout, id, NULL);
	char elements[DESCRIBE_TYPE_SIZE / 4] = "";
	size_t used = 0;
	const char *name;

	while (btf_is_array(type)) {
		if (used < sizeof(elements))
			used += (size_t)snprintf(elements + used, sizeof(elements) - used, "[%u]",
						 btf_array(type)->nelems);
		type = types_strip(layout, btf_array(type)->type, NULL);
	}
	name = types_name(layout, type);
	if (btf_is_int(type) || btf_is_float(type))
		snprintf(ret_type, DESCRIBE_TYPE_SIZE, "%.128s%s", name, elements);
	else
		snprintf(ret_type, DESCRIBE_TYPE_SIZE, "%s%s%.128s%s", types_kind_name(type), *name ? " " : "",
			 name, elements);
}

bool describe_is_named(const struct btf *layout, const struct btf_type *type)
{
	if (!*types_name(layout, type))
		return false;
	return btf_is_typedef(type) || (btf_is_composite(type) && btf_vlen(type) > 0) ||
	       (btf_is_any_enum(type) && btf_vlen(type) > 0);
}

static const char *word_for(uint32_t kind)
{
	switch (kind) {
	case BPF_CORE_FIELD_BYTE_OFFSET:
		return "offset";
	case BPF_CORE_FIELD_BYTE_SIZE:
	case BPF_CORE_TYPE_SIZE:
		return "size";
	case BPF_CORE_FIELD_LSHIFT_U64:
	case BPF_CORE_FIELD_RSHIFT_U64:
		return "shift";
	default:
		return "value";
	}
}

void describe_result(const struct description *description, size_t index, char ret_result[DESCRIBE_RESULT_SIZE])
{
	const struct program_relocation *relocation = &description->program->relocations[index];
	const struct relocation_result *result;
	const char *words = NULL;

	ret_result[0] = '\0';
	if (!description->relocated)
		return;
	result = &description->relocated->results[index];
	if (result->is_absent)
		words = description->reach->can_run[relocation->function][relocation->insn]
				? "ABSENT"
				: "absent, out of reach";
	else if (relocation->kind == BPF_CORE_FIELD_EXISTS || relocation->kind == BPF_CORE_TYPE_EXISTS ||
		 relocation->kind == BPF_CORE_ENUMVAL_EXISTS)
		words = result->value ? "yes" : "no";
	if (words)
		snprintf(ret_result, DESCRIBE_RESULT_SIZE, "%s", words);
	else
		snprintf(ret_result, DESCRIBE_RESULT_SIZE, "%s %llu", word_for(relocation->kind),
			 (unsigned long long)result->value);
}
