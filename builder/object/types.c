// SPDX-License-Identifier: Apache-2.0
#include "builder/object/types.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "builder/object/libbpf_messages.h"
#include "libtracee/base/error.h"

#define BYTES_MAX (64u << 20)

/* ---- the references of a type ----------------------------------------------------------------- */

/* Types that a type refers to: as many as n_references() says. */
static uint32_t n_references(const struct btf_type *type)
{
	switch (btf_kind(type)) {
	case BTF_KIND_PTR:
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_CONST:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
	case BTF_KIND_DECL_TAG:
	case BTF_KIND_FUNC:
	case BTF_KIND_VAR:
		return 1;
	case BTF_KIND_ARRAY:
		return 2;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_DATASEC:
		return btf_vlen(type);
	case BTF_KIND_FUNC_PROTO:
		return btf_vlen(type) + 1;
	default:
		return 0;
	}
}

static uint32_t reference_at(const struct btf_type *type, uint32_t index)
{
	switch (btf_kind(type)) {
	case BTF_KIND_ARRAY:
		return index == 0 ? btf_array(type)->type : btf_array(type)->index_type;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return btf_members(type)[index].type;
	case BTF_KIND_DATASEC:
		return btf_var_secinfos(type)[index].type;
	case BTF_KIND_FUNC_PROTO:
		return index == 0 ? type->type : btf_params(type)[index - 1].type;
	default:
		return type->type;
	}
}

/* How many of the references are to what the type contains: the others may lead back to it. */
static uint32_t n_contained(const struct btf_type *type)
{
	if (types_is_modifier(type) || btf_is_array(type))
		return 1;
	return btf_is_composite(type) ? btf_vlen(type) : 0;
}

/* ---- names ------------------------------------------------------------------------------------ */

static uint32_t n_names(const struct btf_type *type)
{
	if (btf_is_composite(type) || btf_is_any_enum(type) || btf_is_func_proto(type))
		return btf_vlen(type);
	return 0;
}

static uint32_t name_offset_at(const struct btf_type *type, uint32_t index)
{
	switch (btf_kind(type)) {
	case BTF_KIND_ENUM:
		return btf_enum(type)[index].name_off;
	case BTF_KIND_ENUM64:
		return btf_enum64(type)[index].name_off;
	case BTF_KIND_FUNC_PROTO:
		return btf_params(type)[index].name_off;
	default:
		return btf_members(type)[index].name_off;
	}
}

/* ---- the check -------------------------------------------------------------------------------- */

static int names_check(const struct btf *types, uint32_t id, const struct btf_type *type, struct tracee_error *err)
{
	if (!btf__str_by_offset(types, type->name_off))
		return error_set(err, -EBADMSG, "the name of type %u leads out of the strings", id);
	for (uint32_t i = 0; i < n_names(type); i++) {
		if (!btf__str_by_offset(types, name_offset_at(type, i)))
			return error_set(err, -EBADMSG, "type %u: name %u leads out of the strings", id, i);
	}
	return 0;
}

static int references_check(const struct btf *types, uint32_t id, const struct btf_type *type,
			    struct tracee_error *err)
{
	uint32_t n_types = btf__type_cnt(types);

	for (uint32_t i = 0; i < n_references(type); i++) {
		if (reference_at(type, i) >= n_types)
			return error_set(err, -EBADMSG, "type %u refers to type %u of %u", id,
					 reference_at(type, i), n_types);
	}
	return 0;
}

/* A type that is being looked into. */
struct visit {
	uint32_t id;
	uint32_t next; /* of what it contains */
};

enum { UNSEEN, OPEN, DONE };

/* What both loops of nesting_check() do when @outer is found to contain @inner, which is done. */
static int height_raise(uint8_t *height, uint32_t outer, uint32_t inner, struct tracee_error *err)
{
	if (height[inner] >= TYPES_NESTING_MAX)
		return error_set(err, -EBADMSG, "type %u is nested deeper than %d", outer, TYPES_NESTING_MAX);
	if (height[outer] <= height[inner])
		height[outer] = (uint8_t)(height[inner] + 1);
	return 0;
}

/*
 * Depth first from @root. @state and @height have one entry for each type; a type's height is known
 * when it is done. A type found open contains itself.
 */
static int nesting_check(const struct btf *types, uint32_t root, uint8_t *state, uint8_t *height,
			 struct tracee_error *err)
{
	struct visit path[TYPES_NESTING_MAX];
	size_t depth = 0;
	uint32_t next = root;
	int r;

	for (;;) {
		struct visit *top;

		if (state[next] == UNSEEN) {
			if (depth == TYPES_NESTING_MAX)
				return error_set(err, -EBADMSG, "type %u is nested deeper than %d", root,
						 TYPES_NESTING_MAX);
			state[next] = OPEN;
			height[next] = 1;
			path[depth++] = (struct visit){ .id = next };
		}
		top = &path[depth - 1];
		if (top->next < n_contained(btf__type_by_id(types, top->id))) {
			next = reference_at(btf__type_by_id(types, top->id), top->next++);
			if (state[next] == OPEN)
				return error_set(err, -EBADMSG, "type %u contains itself", next);
		} else {
			next = top->id;
			state[next] = DONE;
			if (--depth == 0)
				return 0;
		}
		if (state[next] == DONE) {
			r = height_raise(height, path[depth - 1].id, next, err);
			if (r < 0)
				return r;
		}
	}
}

static int nestings_check(const struct btf *types, struct tracee_error *err)
{
	uint32_t n_types = btf__type_cnt(types);
	CLEANUP(free_at) uint8_t *state = calloc(n_types, 1);
	CLEANUP(free_at) uint8_t *height = calloc(n_types, 1);
	int r = 0;

	if (!state || !height)
		return -ENOMEM;
	state[0] = DONE; /* void */
	for (uint32_t id = 1; r == 0 && id < n_types; id++) {
		if (state[id] == UNSEEN)
			r = nesting_check(types, id, state, height, err);
	}
	return r;
}

static int types_check(const struct btf *types, struct tracee_error *err)
{
	size_t pointer_size = btf__pointer_size(types);
	int r = 0;

	if (btf__endianness(types) != BTF_LITTLE_ENDIAN)
		return error_set(err, -EBADMSG, "it is big-endian");
	if (pointer_size != 0 && pointer_size != TYPES_POINTER_SIZE)
		return error_set(err, -EBADMSG, "it is of a machine with %zu-byte pointers", pointer_size);
	for (uint32_t id = 1; r == 0 && id < btf__type_cnt(types); id++) {
		const struct btf_type *type = btf__type_by_id(types, id);

		r = names_check(types, id, type, err);
		if (r == 0)
			r = references_check(types, id, type, err);
	}
	return r < 0 ? r : nestings_check(types, err);
}

int types_read(const void *bytes, size_t size_bytes, struct btf **ret_types, struct tracee_error *err)
{
	CLEANUP(btf__free_at) struct btf *types = NULL;
	struct btf_header header;
	int r;

	if (size_bytes > BYTES_MAX)
		return error_set(err, -EBADMSG, "%zu bytes of BTF, at most %u are expected", size_bytes, BYTES_MAX);
	if (size_bytes < sizeof(struct btf_header))
		return error_set(err, -EBADMSG, "%zu bytes cannot be BTF", size_bytes);
	memcpy(&header, bytes, sizeof(header));
	if (header.hdr_len % sizeof(uint32_t) != 0) /* libbpf does not look, and types would be unaligned */
		return error_set(err, -EBADMSG, "a BTF header cannot have %u bytes", header.hdr_len);
	libbpf_messages_begin(NULL);
	types = btf__new(bytes, (uint32_t)size_bytes);
	r = types ? 0 : -errno;
	libbpf_messages_end();
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return error_set(err, -EBADMSG, "it is not BTF that libbpf understands");
	r = types_check(types, err);
	if (r < 0)
		return r;
	*ret_types = TAKE(types);
	return 0;
}

/* ---- looking at types ------------------------------------------------------------------------- */

const struct btf_type *types_strip(const struct btf *types, uint32_t id, uint32_t *ret_id)
{
	const struct btf_type *type = btf__type_by_id(types, id);

	while (types_is_modifier(type)) {
		id = type->type;
		type = btf__type_by_id(types, id);
	}
	if (ret_id)
		*ret_id = id;
	return type;
}

const char *types_name(const struct btf *types, const struct btf_type *type)
{
	const char *name = btf__str_by_offset(types, type->name_off);

	return name ? name : "";
}

const char *types_kind_name(const struct btf_type *type)
{
	static const char *const names[] = {
		[BTF_KIND_UNKN] = "void",	  [BTF_KIND_INT] = "int",
		[BTF_KIND_PTR] = "pointer",	  [BTF_KIND_ARRAY] = "array",
		[BTF_KIND_STRUCT] = "struct",	  [BTF_KIND_UNION] = "union",
		[BTF_KIND_ENUM] = "enum",	  [BTF_KIND_FWD] = "forward declaration",
		[BTF_KIND_TYPEDEF] = "typedef",	  [BTF_KIND_VOLATILE] = "volatile",
		[BTF_KIND_CONST] = "const",	  [BTF_KIND_RESTRICT] = "restrict",
		[BTF_KIND_FUNC] = "function",	  [BTF_KIND_FUNC_PROTO] = "function type",
		[BTF_KIND_VAR] = "variable",	  [BTF_KIND_DATASEC] = "data section",
		[BTF_KIND_FLOAT] = "float",	  [BTF_KIND_DECL_TAG] = "declaration tag",
		[BTF_KIND_TYPE_TAG] = "type tag", [BTF_KIND_ENUM64] = "enum",
	};
	uint16_t kind = btf_kind(type);

	return kind < sizeof(names) / sizeof(names[0]) ? names[kind] : "unknown kind";
}

int types_size(const struct btf *types, uint32_t id, uint32_t *ret_size_bytes)
{
	uint64_t n = 1, size = 0;

	for (;;) {
		const struct btf_type *type = types_strip(types, id, &id);

		if (btf_is_array(type)) {
			n *= btf_array(type)->nelems;
			if (n > UINT32_MAX)
				return -E2BIG;
			id = btf_array(type)->type;
			continue;
		}
		if (btf_is_ptr(type))
			size = TYPES_POINTER_SIZE;
		else if (btf_is_int(type) || btf_is_composite(type) || btf_is_any_enum(type) || btf_is_float(type))
			size = type->size;
		else
			return -EINVAL;
		break;
	}
	if (n * size > UINT32_MAX)
		return -E2BIG;
	*ret_size_bytes = (uint32_t)(n * size);
	return 0;
}

uint64_t types_enumerator_value(const struct btf_type *type, uint32_t index)
{
	if (btf_is_enum64(type))
		return btf_enum64_value(&btf_enum64(type)[index]);
	return (uint64_t)(int64_t)btf_enum(type)[index].val;
}

const char *types_enumerator_name(const struct btf *types, const struct btf_type *type, uint32_t index)
{
	const char *name = btf__str_by_offset(types, name_offset_at(type, index));

	return name ? name : "";
}
