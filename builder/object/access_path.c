// SPDX-License-Identifier: Apache-2.0
#include "builder/object/access_path.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "libtracee/base/error.h"
#include "libtracee/base/number.h"

static const struct {
	const char *name;
	enum access_about about;
} kinds[] = {
	[BPF_CORE_FIELD_BYTE_OFFSET] = { "byte_offset", ACCESS_FIELD },
	[BPF_CORE_FIELD_BYTE_SIZE] = { "byte_size", ACCESS_FIELD },
	[BPF_CORE_FIELD_EXISTS] = { "field_exists", ACCESS_FIELD },
	[BPF_CORE_FIELD_SIGNED] = { "signed", ACCESS_FIELD },
	[BPF_CORE_FIELD_LSHIFT_U64] = { "lshift_u64", ACCESS_FIELD },
	[BPF_CORE_FIELD_RSHIFT_U64] = { "rshift_u64", ACCESS_FIELD },
	[BPF_CORE_TYPE_ID_LOCAL] = { "type_id_local", ACCESS_TYPE },
	[BPF_CORE_TYPE_ID_TARGET] = { "type_id_target", ACCESS_TYPE },
	[BPF_CORE_TYPE_EXISTS] = { "type_exists", ACCESS_TYPE },
	[BPF_CORE_TYPE_SIZE] = { "type_size", ACCESS_TYPE },
	[BPF_CORE_ENUMVAL_EXISTS] = { "enumval_exists", ACCESS_ENUMERATOR },
	[BPF_CORE_ENUMVAL_VALUE] = { "enumval_value", ACCESS_ENUMERATOR },
	[BPF_CORE_TYPE_MATCHES] = { "type_matches", ACCESS_TYPE },
};
#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

enum access_about access_about(uint32_t kind)
{
	return kind < N_KINDS ? kinds[kind].about : ACCESS_UNKNOWN;
}

const char *access_kind_name(uint32_t kind)
{
	return kind < N_KINDS ? kinds[kind].name : "unknown";
}

size_t access_name_length(const char *name)
{
	size_t length = strlen(name);

	for (size_t i = length; i-- > 1;) {
		if (i + 3 < length && name[i - 1] != '_' && memcmp(name + i, "___", 3) == 0 && name[i + 3] != '_')
			return i;
	}
	return length;
}

bool access_names_equal(const char *a, const char *b)
{
	size_t length = access_name_length(a);

	return length == access_name_length(b) && memcmp(a, b, length) == 0;
}

bool access_is_flexible(const struct btf_type *outer, uint32_t index, const struct btf_type *array)
{
	return outer && btf_array(array)->nelems == 0 && index + 1 == btf_vlen(outer);
}

/* ---- parsing ---------------------------------------------------------------------------------- */

struct indices {
	uint32_t values[ACCESS_STEPS_MAX];
	size_t n;
};

/* "0:3:1". No sign, no space, nothing empty. */
static int indices_parse(const char *access, struct indices *ret_indices)
{
	char number[16];
	uint64_t value;

	ret_indices->n = 0;
	for (;;) {
		size_t length = strcspn(access, ":");

		if (ret_indices->n == ACCESS_STEPS_MAX || length >= sizeof(number))
			return -EBADMSG;
		memcpy(number, access, length);
		number[length] = '\0';
		if (number_parse(number, UINT32_MAX, &value) < 0)
			return -EBADMSG;
		ret_indices->values[ret_indices->n++] = (uint32_t)value;
		if (access[length] == '\0')
			return 0;
		access += length + 1;
	}
}

/* Bits before element @index of an array of type @id; -EBADMSG if it has no size or that is absurd. */
static int element_offset(const struct btf *types, uint32_t id, uint32_t index, uint64_t *ret_bits)
{
	uint32_t size;

	if (types_size(types, id, &size) < 0 || (uint64_t)index * size > UINT32_MAX)
		return -EBADMSG;
	*ret_bits = (uint64_t)index * size * 8;
	return 0;
}

static void step_add(struct access_path *path, uint32_t type_id, uint32_t index, const char *name)
{
	path->steps[path->n_steps++] = (struct access_step){ type_id, index, name };
}

static int parse_enumerator(const struct btf *types, const struct indices *indices, struct access_path *path)
{
	uint32_t id;
	const struct btf_type *type = types_strip(types, path->root_id, &id);

	if (!btf_is_any_enum(type) || indices->n != 1 || indices->values[0] >= btf_vlen(type))
		return -EBADMSG;
	step_add(path, id, indices->values[0], types_enumerator_name(types, type, indices->values[0]));
	return 0;
}

/* One step from type *@id: into a member or an element. *@outer and *@outer_index: where *@id was reached from. */
static int parse_step(const struct btf *types, uint32_t index, struct access_path *path, uint32_t *id,
		      const struct btf_type **outer, uint32_t *outer_index)
{
	const struct btf_type *type = types_strip(types, *id, id);
	uint64_t bits;

	if (btf_is_composite(type)) {
		const char *name;

		if (index >= btf_vlen(type))
			return -EBADMSG;
		path->bit_offset += btf_member_bit_offset(type, index);
		name = btf__str_by_offset(types, btf_members(type)[index].name_off);
		if (*name)
			step_add(path, *id, index, name);
		*id = btf_members(type)[index].type;
		*outer = type;
		*outer_index = index;
		return 0;
	}
	if (!btf_is_array(type))
		return -EBADMSG;
	if (index >= btf_array(type)->nelems && !access_is_flexible(*outer, *outer_index, type))
		return -EBADMSG;
	*outer = NULL;
	types_strip(types, btf_array(type)->type, id);
	step_add(path, *id, index, NULL);
	if (element_offset(types, *id, index, &bits) < 0)
		return -EBADMSG;
	path->bit_offset += bits;
	return 0;
}

static int parse_field(const struct btf *types, const struct indices *indices, struct access_path *path)
{
	const struct btf_type *outer = NULL;
	uint32_t id, outer_index = 0;
	int r;

	types_strip(types, path->root_id, &id);
	step_add(path, id, indices->values[0], NULL);
	if (element_offset(types, id, indices->values[0], &path->bit_offset) < 0)
		return -EBADMSG;
	for (size_t i = 1; i < indices->n; i++) {
		r = parse_step(types, indices->values[i], path, &id, &outer, &outer_index);
		if (r < 0)
			return r;
	}
	return 0;
}

int access_path_parse(const struct btf *types, uint32_t kind, uint32_t type_id, const char *access,
		      struct access_path *ret_path, struct tracee_error *err)
{
	struct access_path path = { .root_id = type_id };
	struct indices indices;
	int r = indices_parse(access, &indices);

	if (r == 0 && access_about(kind) == ACCESS_TYPE)
		r = strcmp(access, "0") == 0 ? 0 : -EBADMSG;
	else if (r == 0 && access_about(kind) == ACCESS_ENUMERATOR)
		r = parse_enumerator(types, &indices, &path);
	else if (r == 0)
		r = parse_field(types, &indices, &path);
	if (r < 0 || access_about(kind) == ACCESS_UNKNOWN)
		return error_set(err, -EBADMSG, "a relocation of kind %u with the path '%s' does not fit %s '%s'",
				 kind, access, types_kind_name(btf__type_by_id(types, type_id)),
				 types_name(types, btf__type_by_id(types, type_id)));
	*ret_path = path;
	return 0;
}

/* ---- for a person ----------------------------------------------------------------------------- */

static void describe_root(const struct btf *types, uint32_t id, bool with_kind, struct text *text)
{
	const struct btf_type *type = btf__type_by_id(types, id);
	const char *name = types_name(types, type);

	if ((with_kind || !*name) && !btf_is_typedef(type) && !btf_is_int(type))
		text_format(text, "%s ", types_kind_name(type));
	text_add(text, *name ? name : "(anonymous)");
}

void access_path_describe(const struct btf *types, const struct access_path *path, struct text *text)
{
	const struct access_step *first = path->steps;

	describe_root(types, path->root_id, path->n_steps == 0 || first->name, text);
	for (size_t i = 0; i < path->n_steps; i++) {
		if (path->steps[i].name)
			text_format(text, ".%s", path->steps[i].name);
		else if (i > 0 || first->index > 0)
			text_format(text, "[%u]", path->steps[i].index);
	}
}
