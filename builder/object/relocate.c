// SPDX-License-Identifier: Apache-2.0
#include "builder/object/relocate.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "libtracee/base/error.h"

#define MEMBERS_VISITED_MAX 1000000 /* by one relocation; the largest kernel struct has some hundreds */
#define DEPTH_MAX TYPES_NESTING_MAX

/* The types of the layout that have the name and kind of a root. */
struct candidates {
	bool is_known;
	uint32_t *ids;
	size_t n;
};

struct relocator {
	const struct btf *local, *layout;
	struct candidates *candidates; /* by local type id */
	size_t n_visited; /* by the relocation at hand */
};

int relocator_new(const struct btf *local, const struct btf *layout, struct relocator **ret_relocator)
{
	CLEANUP(relocator_free_at) struct relocator *relocator = calloc(1, sizeof(*relocator));

	if (!relocator)
		return -ENOMEM;
	relocator->local = local;
	relocator->layout = layout;
	relocator->candidates = calloc(btf__type_cnt(local), sizeof(*relocator->candidates));
	if (!relocator->candidates)
		return -ENOMEM;
	*ret_relocator = TAKE(relocator);
	return 0;
}

void relocator_free(struct relocator *relocator)
{
	if (!relocator)
		return;
	for (uint32_t id = 0; relocator->candidates && id < btf__type_cnt(relocator->local); id++)
		free(relocator->candidates[id].ids);
	free(relocator->candidates);
	free(relocator);
}

/* ---- candidates ------------------------------------------------------------------------------- */

static int candidate_add(struct candidates *candidates, uint32_t id)
{
	uint32_t *ids = realloc(candidates->ids, (candidates->n + 1) * sizeof(*ids));

	if (!ids)
		return -ENOMEM;
	candidates->ids = ids;
	ids[candidates->n++] = id;
	return 0;
}

static int candidates_of(struct relocator *relocator, uint32_t root_id, const struct candidates **ret_candidates)
{
	struct candidates *candidates = &relocator->candidates[root_id];
	const struct btf_type *root = btf__type_by_id(relocator->local, root_id);
	const char *name = types_name(relocator->local, root);
	size_t length = access_name_length(name);

	*ret_candidates = candidates;
	if (candidates->is_known)
		return 0;
	for (uint32_t id = 1; id < btf__type_cnt(relocator->layout); id++) {
		const struct btf_type *type = btf__type_by_id(relocator->layout, id);
		const char *other = types_name(relocator->layout, type);

		if (!types_is_same_kind(root, type) || strncmp(name, other, length) != 0 ||
		    access_name_length(other) != length)
			continue;
		if (candidate_add(candidates, id) < 0)
			return -ENOMEM;
	}
	candidates->is_known = true;
	return 0;
}

/* ---- compatible types ------------------------------------------------------------------------- */

static bool is_plain_int(const struct btf_type *type)
{
	return btf_int_offset(type) == 0; /* others are bit-fields as compilers wrote them long ago */
}

/* Whether a field of type @local_id may be read where the layout has @layout_id. */
static bool fields_are_compatible(const struct relocator *relocator, uint32_t local_id, uint32_t layout_id)
{
	const struct btf_type *local, *type;

	for (;;) {
		local = types_strip(relocator->local, local_id, NULL);
		type = types_strip(relocator->layout, layout_id, NULL);
		if (!btf_is_array(local) || !btf_is_array(type))
			break;
		local_id = btf_array(local)->type;
		layout_id = btf_array(type)->type;
	}
	if (btf_is_composite(local) && btf_is_composite(type))
		return true;
	if (!types_is_same_kind(local, type))
		return false;
	switch (btf_kind(local)) {
	case BTF_KIND_PTR:
	case BTF_KIND_FLOAT:
		return true;
	case BTF_KIND_INT:
		return is_plain_int(local) && is_plain_int(type);
	case BTF_KIND_FWD:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64: {
		const char *name = types_name(relocator->local, local),
			   *other = types_name(relocator->layout, type);

		return !*name || !*other || access_names_equal(name, other);
	}
	default:
		return false;
	}
}

/* ---- fields ----------------------------------------------------------------------------------- */

enum match { NO_MATCH, MATCH, TOO_COMPLEX };

/* Looks for member @name of local type @local_member in struct or union *@id, depth first; moves *@id to its type.
 */
static enum match member_find(struct relocator *relocator, const char *name, uint32_t local_member, uint32_t *id,
			      struct relocation_target *target, size_t depth)
{
	const struct btf_type *type = btf__type_by_id(relocator->layout, *id);
	size_t n_members = target->n_members;
	uint64_t bit_offset = target->path.bit_offset;

	if (!btf_is_composite(type))
		return NO_MATCH;
	if (depth == DEPTH_MAX || n_members == sizeof(target->members) / sizeof(target->members[0]))
		return TOO_COMPLEX;
	for (uint32_t i = 0; i < btf_vlen(type); i++) {
		const struct btf_member *member = &btf_members(type)[i];
		const char *other = btf__str_by_offset(relocator->layout, member->name_off);
		enum match match;
		uint32_t inner;

		if (++relocator->n_visited > MEMBERS_VISITED_MAX)
			return TOO_COMPLEX;
		if (*other && strcmp(name, other) != 0)
			continue;
		target->members[n_members] = (struct relocation_member){ *id, i };
		target->n_members = n_members + 1;
		target->path.bit_offset = bit_offset + btf_member_bit_offset(type, i);
		if (*other) {
			if (!fields_are_compatible(relocator, local_member, member->type))
				break;
			target->path.steps[target->path.n_steps++] = (struct access_step){ *id, i, other };
			*id = member->type;
			return MATCH;
		}
		types_strip(relocator->layout, member->type, &inner);
		match = member_find(relocator, name, local_member, &inner, target, depth + 1);
		if (match != NO_MATCH) {
			*id = inner;
			return match;
		}
	}
	target->n_members = n_members;
	target->path.bit_offset = bit_offset;
	return NO_MATCH;
}

/* Whether the last named step led straight to this array and it is the open end of its struct. */
static bool is_open_end(const struct btf *layout, const struct relocation_target *target,
			const struct btf_type *array)
{
	const struct access_step *last = &target->path.steps[target->path.n_steps - 1];

	return last->name && access_is_flexible(btf__type_by_id(layout, last->type_id), last->index, array);
}

static enum match element_find(struct relocator *relocator, uint32_t index, bool is_root, uint32_t *id,
			       struct relocation_target *target)
{
	const struct btf_type *type = btf__type_by_id(relocator->layout, *id);
	uint32_t size;

	if (!is_root) {
		if (!btf_is_array(type))
			return NO_MATCH;
		if (index >= btf_array(type)->nelems && !is_open_end(relocator->layout, target, type))
			return NO_MATCH;
		types_strip(relocator->layout, btf_array(type)->type, id);
	}
	if (types_size(relocator->layout, *id, &size) < 0 || (uint64_t)index * size > UINT32_MAX)
		return TOO_COMPLEX;
	target->path.steps[target->path.n_steps++] = (struct access_step){ *id, index, NULL };
	target->path.bit_offset += (uint64_t)index * size * 8;
	return MATCH;
}

static enum match match_field(struct relocator *relocator, const struct access_path *local, uint32_t candidate,
			      struct relocation_target *target)
{
	uint32_t id = candidate;

	for (size_t i = 0; i < local->n_steps; i++) {
		const struct access_step *step = &local->steps[i];
		enum match match;

		types_strip(relocator->layout, id, &id);
		if (step->name) {
			const struct btf_type *outer = btf__type_by_id(relocator->local, step->type_id);

			match = member_find(relocator, step->name, btf_members(outer)[step->index].type, &id,
					    target, 0);
		} else {
			match = element_find(relocator, step->index, i == 0, &id, target);
		}
		if (match != MATCH)
			return match;
	}
	return MATCH;
}

/* ---- enumerators and types -------------------------------------------------------------------- */

static enum match match_enumerator(struct relocator *relocator, const struct access_path *local, uint32_t candidate,
				   struct relocation_target *target)
{
	uint32_t id;
	const struct btf_type *type = types_strip(relocator->layout, candidate, &id);

	if (!btf_is_any_enum(type))
		return NO_MATCH;
	for (uint32_t i = 0; i < btf_vlen(type); i++) {
		const char *name = types_enumerator_name(relocator->layout, type, i);

		if (!access_names_equal(local->steps[0].name, name))
			continue;
		target->path.steps[target->path.n_steps++] = (struct access_step){ id, i, name };
		return MATCH;
	}
	return NO_MATCH;
}

/*
 * Only types that have a size of their own: whether pointers and functions are compatible depends on
 * what they lead to, which a reduced layout does not have.
 */
static enum match match_type(struct relocator *relocator, const struct access_path *local, uint32_t candidate)
{
	const struct btf_type *own = types_strip(relocator->local, local->root_id, NULL);
	const struct btf_type *type = types_strip(relocator->layout, candidate, NULL);

	if (btf_is_int(own))
		return btf_is_int(type) && is_plain_int(own) && is_plain_int(type) ? MATCH : NO_MATCH;
	if (btf_is_composite(own) || btf_is_any_enum(own))
		return types_is_same_kind(own, type) ? MATCH : NO_MATCH;
	return TOO_COMPLEX;
}

/* ---- values ----------------------------------------------------------------------------------- */

/* A field, as the relocations of its kinds describe it. */
struct field {
	const struct btf_type *type; /* stripped; of an element NULL */
	uint32_t type_id;
	bool is_bit_field;
	uint64_t bit_offset;
	uint32_t bit_size;
	uint64_t byte_offset; /* of the bytes to load */
	uint32_t byte_size;
};

/* The smallest aligned power of two of bytes that holds the bits, starting from the declared type's. */
static int bit_field_extent(struct field *field)
{
	uint32_t size = field->type->size;

	if (!(btf_is_int(field->type) || btf_is_any_enum(field->type)) || size == 0)
		return -EBADMSG;
	field->byte_offset = field->bit_offset / 8 / size * size;
	while (field->bit_offset + field->bit_size - field->byte_offset * 8 > (uint64_t)size * 8) {
		if (size >= 8)
			return -EBADMSG;
		size *= 2;
		field->byte_offset = field->bit_offset / 8 / size * size;
	}
	field->byte_size = size;
	return 0;
}

static int field_read(const struct btf *types, const struct access_path *path, struct field *field)
{
	const struct access_step *last = &path->steps[path->n_steps - 1];
	const struct btf_type *outer = btf__type_by_id(types, last->type_id);

	*field = (struct field){ .bit_offset = path->bit_offset,
				 .byte_offset = path->bit_offset / 8,
				 .type_id = last->type_id };
	if (!last->name)
		return types_size(types, last->type_id, &field->byte_size) < 0 ? -EBADMSG : 0;
	field->type = types_strip(types, btf_members(outer)[last->index].type, &field->type_id);
	field->bit_size = btf_member_bitfield_size(outer, last->index);
	field->is_bit_field = field->bit_size > 0;
	if (field->is_bit_field)
		return bit_field_extent(field);
	if (types_size(types, field->type_id, &field->byte_size) < 0)
		return -EBADMSG;
	field->bit_size = field->byte_size * 8;
	return 0;
}

static bool is_signed(const struct btf_type *type)
{
	if (btf_is_any_enum(type))
		return btf_kflag(type);
	return btf_is_int(type) && (btf_int_encoding(type) & BTF_INT_SIGNED);
}

static int field_value(const struct btf *types, const struct access_path *path, uint32_t kind, uint64_t *ret_value,
		       struct field *ret_field)
{
	struct field *field = ret_field;

	if (field_read(types, path, field) < 0)
		return -EBADMSG;
	if (!field->type && kind != BPF_CORE_FIELD_BYTE_OFFSET && kind != BPF_CORE_FIELD_BYTE_SIZE)
		return -EBADMSG; /* an element is never a bit-field */
	switch (kind) {
	case BPF_CORE_FIELD_BYTE_OFFSET:
		*ret_value = field->byte_offset;
		return 0;
	case BPF_CORE_FIELD_BYTE_SIZE:
		*ret_value = field->byte_size;
		return 0;
	case BPF_CORE_FIELD_SIGNED:
		*ret_value = is_signed(field->type);
		return 0;
	case BPF_CORE_FIELD_LSHIFT_U64:
		*ret_value = 64 - (field->bit_offset + field->bit_size - field->byte_offset * 8);
		return 0;
	case BPF_CORE_FIELD_RSHIFT_U64:
		*ret_value = 64 - (uint64_t)field->bit_size;
		return 0;
	default:
		return -EBADMSG;
	}
}

/* The value of @path in @types, which has it. */
static int path_value(const struct btf *types, const struct access_path *path, uint32_t kind, uint64_t *ret_value,
		      struct field *ret_field)
{
	uint32_t size;

	switch (kind) {
	case BPF_CORE_FIELD_EXISTS:
	case BPF_CORE_TYPE_EXISTS:
	case BPF_CORE_ENUMVAL_EXISTS:
		*ret_value = 1;
		return 0;
	case BPF_CORE_TYPE_ID_LOCAL:
		*ret_value = path->root_id;
		return 0;
	case BPF_CORE_TYPE_SIZE:
		if (types_size(types, path->root_id, &size) < 0)
			return -EBADMSG;
		*ret_value = size;
		return 0;
	case BPF_CORE_ENUMVAL_VALUE:
		*ret_value = types_enumerator_value(btf__type_by_id(types, path->steps[0].type_id),
						    path->steps[0].index);
		return 0;
	default:
		return field_value(types, path, kind, ret_value, ret_field);
	}
}

/* ---- one relocation --------------------------------------------------------------------------- */

static bool asks_for_existence(uint32_t kind)
{
	return kind == BPF_CORE_FIELD_EXISTS || kind == BPF_CORE_TYPE_EXISTS || kind == BPF_CORE_ENUMVAL_EXISTS;
}

/* Loads and stores of another size are right for pointers and where zeros may be put in front. */
static bool is_adjustable(const struct btf *local_types, const struct field *local, const struct btf *types,
			  const struct field *field)
{
	const struct btf_type *own = btf__type_by_id(local_types, local->type_id),
			      *type = btf__type_by_id(types, field->type_id);

	if (btf_is_ptr(own) && btf_is_ptr(type))
		return true;
	return btf_is_int(own) && btf_is_int(type) && btf_int_encoding(own) != BTF_INT_SIGNED &&
	       btf_int_encoding(type) != BTF_INT_SIGNED;
}

static int result_compute(const struct relocator *relocator, uint32_t kind, const struct access_path *local,
			  const struct access_path *path, struct relocation_result *result)
{
	struct field own = {}, field = {};

	*result = (struct relocation_result){ .is_comparable = true };
	if (path_value(relocator->local, local, kind, &result->local_value, &own) < 0)
		return -EBADMSG;
	if (path_value(relocator->layout, path, kind, &result->value, &field) < 0)
		return -EBADMSG;
	if (access_about(kind) != ACCESS_FIELD || asks_for_existence(kind))
		return 0;
	result->is_comparable = !own.is_bit_field;
	if (kind != BPF_CORE_FIELD_BYTE_OFFSET)
		return 0;
	result->local_size_bytes = own.is_bit_field ? 0 : own.byte_size;
	result->size_bytes = field.is_bit_field ? 0 : field.byte_size;
	if (result->local_size_bytes != result->size_bytes)
		result->is_unadjustable = own.is_bit_field || field.is_bit_field ||
					  !is_adjustable(relocator->local, &own, relocator->layout, &field);
	return 0;
}

static enum match match_candidate(struct relocator *relocator, uint32_t kind, const struct access_path *local,
				  uint32_t candidate, struct relocation_target *target)
{
	target->path.root_id = candidate;
	target->path.n_steps = 0;
	target->path.bit_offset = 0;
	target->n_members = 0;
	switch (access_about(kind)) {
	case ACCESS_TYPE:
		return match_type(relocator, local, candidate);
	case ACCESS_ENUMERATOR:
		return match_enumerator(relocator, local, candidate, target);
	default:
		return match_field(relocator, local, candidate, target);
	}
}

static int resolve_among(struct relocator *relocator, const struct program_relocation *relocation,
			 const struct access_path *local, const struct candidates *candidates,
			 relocation_target_fn *tell, void *context, struct relocation_result *ret_result,
			 struct tracee_error *err)
{
	struct relocation_result result = {};
	struct relocation_target target;
	bool is_found = false;
	uint64_t first_bit_offset = 0;
	int r;

	for (size_t i = 0; i < candidates->n; i++) {
		enum match match = match_candidate(relocator, relocation->kind, local, candidates->ids[i], &target);
		struct relocation_result other;

		if (match == NO_MATCH)
			continue;
		if (match == TOO_COMPLEX ||
		    result_compute(relocator, relocation->kind, local, &target.path, &other) < 0)
			return error_set(err, -EBADMSG, "type %u of the layout cannot be relocated against",
					 candidates->ids[i]);
		if (is_found && (other.value != result.value || target.path.bit_offset != first_bit_offset))
			return error_set(err, -EBADMSG,
					 "the layout has two types of that name, one says %llu and the other %llu",
					 (unsigned long long)result.value, (unsigned long long)other.value);
		if (!is_found) {
			result = other;
			first_bit_offset = target.path.bit_offset;
		}
		is_found = true;
		r = tell ? tell(context, relocation->kind, &target) : 0;
		if (r < 0)
			return r;
	}
	if (!is_found && asks_for_existence(relocation->kind))
		result = (struct relocation_result){ .local_value = 1, .is_comparable = true };
	else if (!is_found)
		result.is_absent = true;
	*ret_result = result;
	return 0;
}

int relocator_resolve(struct relocator *relocator, const struct program_relocation *relocation,
		      relocation_target_fn *tell, void *context, struct relocation_result *ret_result,
		      struct tracee_error *err)
{
	const struct candidates *candidates;
	struct access_path local;
	int r;

	r = access_path_parse(relocator->local, relocation->kind, relocation->type_id, relocation->access, &local,
			      err);
	if (r < 0)
		return r;
	if (relocation->kind == BPF_CORE_TYPE_ID_LOCAL) {
		*ret_result = (struct relocation_result){ .value = local.root_id, .local_value = local.root_id };
		return 0;
	}
	if (relocation->kind == BPF_CORE_TYPE_ID_TARGET || relocation->kind == BPF_CORE_TYPE_MATCHES)
		return error_set(err, -EBADMSG, "%s: a relocation of kind %s means nothing with a reduced layout",
				 relocation->spec, access_kind_name(relocation->kind));
	if (!*types_name(relocator->local, btf__type_by_id(relocator->local, relocation->type_id)))
		return error_set(err, -EBADMSG, "%s: a type without a name cannot be found in a kernel",
				 relocation->spec);
	r = candidates_of(relocator, relocation->type_id, &candidates);
	if (r < 0)
		return r;
	relocator->n_visited = 0;
	r = resolve_among(relocator, relocation, &local, candidates, tell, context, ret_result, err);
	if (r == -EBADMSG)
		return error_prefix(err, r, "%s", relocation->spec);
	return r;
}

/* ---- the instruction -------------------------------------------------------------------------- */

static uint32_t access_size(const struct bpf_insn *insn)
{
	switch (BPF_SIZE(insn->code)) {
	case BPF_B:
		return 1;
	case BPF_H:
		return 2;
	case BPF_W:
		return 4;
	default:
		return 8;
	}
}

static int access_size_set(struct bpf_insn *insn, uint32_t size_bytes)
{
	uint8_t size;

	switch (size_bytes) {
	case 1:
		size = BPF_B;
		break;
	case 2:
		size = BPF_H;
		break;
	case 4:
		size = BPF_W;
		break;
	case 8:
		size = BPF_DW;
		break;
	default:
		return -EBADMSG;
	}
	insn->code = BPF_MODE(insn->code) | size | BPF_CLASS(insn->code);
	return 0;
}

static int apply_to_memory(const struct relocation_result *result, struct bpf_insn *insn, bool *ret_must_not_run,
			   struct tracee_error *err)
{
	if (result->is_comparable && (uint64_t)(int64_t)insn->off != result->local_value)
		return error_set(err, -EBADMSG, "the compiler used offset %d, its types say %llu", insn->off,
				 (unsigned long long)result->local_value);
	if (result->value > INT16_MAX)
		return error_set(err, -EBADMSG, "offset %llu does not fit the instruction",
				 (unsigned long long)result->value);
	insn->off = (int16_t)result->value;
	if (result->is_unadjustable) {
		*ret_must_not_run = true;
		return 0;
	}
	if (result->size_bytes == result->local_size_bytes)
		return 0;
	if (access_size(insn) != result->local_size_bytes || access_size_set(insn, result->size_bytes) < 0)
		return error_set(err, -EBADMSG, "it reads %u bytes, the kernel has %u there", access_size(insn),
				 result->size_bytes);
	return 0;
}

static int apply_to_immediate(const struct relocation_result *result, struct bpf_insn *insn,
			      struct tracee_error *err)
{
	uint64_t value = (uint64_t)(int64_t)insn->imm;

	if (insn_is_wide(insn))
		value = (uint32_t)insn[0].imm | (uint64_t)(uint32_t)insn[1].imm << 32;
	if (result->is_comparable && value != result->local_value)
		return error_set(err, -EBADMSG, "the compiler used %llu, its types say %llu",
				 (unsigned long long)value, (unsigned long long)result->local_value);
	insn[0].imm = (int32_t)(uint32_t)result->value;
	if (insn_is_wide(insn))
		insn[1].imm = (int32_t)(result->value >> 32);
	return 0;
}

int relocation_apply(const struct relocation_result *result, struct bpf_insn *insn, bool *ret_must_not_run,
		     struct tracee_error *err)
{
	if (result->is_absent) {
		*ret_must_not_run = true;
		return 0;
	}
	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU:
	case BPF_ALU64:
		if (BPF_SRC(insn->code) == BPF_K)
			return apply_to_immediate(result, insn, err);
		break;
	case BPF_LD:
		if (insn_is_wide(insn) && insn->src_reg == 0)
			return apply_to_immediate(result, insn, err);
		break;
	case BPF_LDX:
	case BPF_ST:
	case BPF_STX:
		return apply_to_memory(result, insn, ret_must_not_run, err);
	default:
		break;
	}
	return error_set(err, -EBADMSG, "it is at an instruction (code 0x%02x) that cannot be relocated",
			 insn->code);
}
