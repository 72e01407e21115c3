// SPDX-License-Identifier: Apache-2.0
#include "builder/object/reduce.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "builder/object/access_path.h"
#include "builder/object/btf_writer.h"
#include "builder/object/relocated.h"
#include "builder/object/types.h"
#include "libtracee/base/error.h"

#define ROOTS_MAX 4096

/* What the program needs of the layout. */
struct needs {
	const struct btf *layout;
	bool **members; /* by type id: which members or enumerators; NULL: none */
	uint32_t *roots; /* types that are looked up by name */
	size_t n_roots;
	bool *is_root; /* by type id */
};

/* ---- collecting ------------------------------------------------------------------------------- */

static int needs_init(struct needs *needs, const struct btf *layout)
{
	*needs = (struct needs){ .layout = layout };
	needs->members = calloc(btf__type_cnt(layout), sizeof(*needs->members));
	needs->is_root = calloc(btf__type_cnt(layout), sizeof(*needs->is_root));
	needs->roots = calloc(ROOTS_MAX, sizeof(*needs->roots));
	return needs->members && needs->is_root && needs->roots ? 0 : -ENOMEM;
}

static void needs_done(struct needs *needs)
{
	for (uint32_t id = 0; needs->members && id < btf__type_cnt(needs->layout); id++)
		free(needs->members[id]);
	free(needs->members);
	free(needs->is_root);
	free(needs->roots);
}

static int need_root(struct needs *needs, uint32_t id)
{
	if (needs->is_root[id])
		return 0;
	if (needs->n_roots == ROOTS_MAX)
		return -E2BIG;
	needs->is_root[id] = true;
	needs->roots[needs->n_roots++] = id;
	return 0;
}

static int need_member(struct needs *needs, uint32_t id, uint32_t index)
{
	const struct btf_type *type = btf__type_by_id(needs->layout, id);

	if (!needs->members[id])
		needs->members[id] = calloc(btf_vlen(type), sizeof(**needs->members));
	if (!needs->members[id])
		return -ENOMEM;
	needs->members[id][index] = true;
	return 0;
}

static bool is_needed(const struct needs *needs, uint32_t id, uint32_t index)
{
	return needs->members[id] && needs->members[id][index];
}

/*
 * An array without a length has elements only as the last member. One that is not may not become
 * last by leaving out what follows: keep the last, too.
 */
static int need_end(struct needs *needs, uint32_t id, uint32_t index)
{
	const struct btf_type *type = btf__type_by_id(needs->layout, id);
	const struct btf_type *member = types_strip(needs->layout, btf_members(type)[index].type, NULL);

	if (btf_is_array(member) && btf_array(member)->nelems == 0)
		return need_member(needs, id, (uint32_t)btf_vlen(type) - 1);
	return 0;
}

static int need_target(void *context, uint32_t kind, const struct relocation_target *target)
{
	struct needs *needs = context;
	int r = need_root(needs, target->path.root_id);

	if (access_about(kind) == ACCESS_ENUMERATOR)
		return r < 0 ? r : need_member(needs, target->path.steps[0].type_id, target->path.steps[0].index);
	for (size_t i = 0; r == 0 && i < target->n_members; i++) {
		r = need_member(needs, target->members[i].type_id, target->members[i].index);
		if (r == 0)
			r = need_end(needs, target->members[i].type_id, target->members[i].index);
	}
	return r;
}

static uint32_t enum_find(const struct btf *layout, const char *name)
{
	for (uint32_t id = 1; id < btf__type_cnt(layout); id++) {
		const struct btf_type *type = btf__type_by_id(layout, id);

		if (btf_is_any_enum(type) && strcmp(types_name(layout, type), name) == 0)
			return id;
	}
	return 0;
}

/* The enumerators of enum @name with these values; those that it does not have are for check.h to find. */
static int need_values(struct needs *needs, const char *name, const uint32_t *values, size_t n)
{
	uint32_t id = enum_find(needs->layout, name);
	const struct btf_type *type = btf__type_by_id(needs->layout, id);
	int r;

	if (id == 0)
		return 0;
	r = need_root(needs, id);
	for (uint32_t i = 0; i < btf_vlen(type); i++) {
		for (size_t k = 0; r == 0 && k < n; k++) {
			if (types_enumerator_value(type, i) == values[k])
				r = need_member(needs, id, i);
		}
	}
	return r;
}

static int need_kernel_enums(struct needs *needs, const struct program *program)
{
	CLEANUP(free_at) uint32_t *values = calloc(program->n_maps + program->n_functions, sizeof(*values));
	size_t n = 0;
	int r;

	if (!values)
		return -ENOMEM;
	r = need_values(needs, "bpf_func_id", program->helpers, program->n_helpers);
	for (size_t i = 0; i < program->n_maps; i++)
		values[i] = program->maps[i].type;
	if (r == 0)
		r = need_values(needs, "bpf_map_type", values, program->n_maps);
	for (size_t i = 0; i < program->n_functions; i++) {
		if (program->functions[i].is_entry)
			values[n++] = program->functions[i].type;
	}
	if (r == 0)
		r = need_values(needs, "bpf_prog_type", values, n);
	return r;
}

/* ---- writing ---------------------------------------------------------------------------------- */

struct writing {
	const struct needs *needs;
	const struct btf *layout;
	struct btf_writer writer;
	uint32_t *written; /* by id in the layout: id in what is written, 0 if it is not yet */
	struct tracee_error *err;
};

static int write_type(struct writing *writing, uint32_t id, uint32_t *ret_id);

static uint32_t write_int(struct writing *writing, uint32_t size_bytes, uint8_t encoding)
{
	struct btf_type type = { .info = BTF_KIND_INT << 24, .size = size_bytes };
	uint32_t details = (uint32_t)encoding << 24 | (size_bytes * 8 & 0xff);
	char name[16];

	snprintf(name, sizeof(name), "%c%u",
		 encoding & BTF_INT_BOOL     ? 'b'
		 : encoding & BTF_INT_SIGNED ? 's'
		 : encoding & BTF_INT_CHAR   ? 'c'
					     : 'u',
		 size_bytes * 8);
	type.name_off = btf_writer_string(&writing->writer, name);
	return btf_writer_type(&writing->writer, &type, &details, sizeof(details));
}

static uint32_t write_pointer(struct writing *writing)
{
	const struct btf_type type = { .info = BTF_KIND_PTR << 24 };

	return btf_writer_type(&writing->writer, &type, NULL, 0);
}

static uint32_t write_float(struct writing *writing, uint32_t size_bytes)
{
	struct btf_type type = { .info = BTF_KIND_FLOAT << 24, .size = size_bytes };
	char name[16];

	snprintf(name, sizeof(name), "f%u", size_bytes * 8);
	type.name_off = btf_writer_string(&writing->writer, name);
	return btf_writer_type(&writing->writer, &type, NULL, 0);
}

static int write_array(struct writing *writing, const struct btf_type *source, uint32_t *ret_id)
{
	const struct btf_type type = { .info = BTF_KIND_ARRAY << 24 };
	struct btf_array array = { .nelems = btf_array(source)->nelems };
	int r;

	r = write_type(writing, btf_array(source)->type, &array.type);
	if (r < 0)
		return r;
	array.index_type = write_int(writing, sizeof(uint32_t), 0);
	*ret_id = btf_writer_type(&writing->writer, &type, &array, sizeof(array));
	return 0;
}

static uint32_t n_needed(const struct writing *writing, uint32_t id, const struct btf_type *source)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < btf_vlen(source); i++)
		n += is_needed(writing->needs, id, i);
	return n;
}

/* The type as it is, with @n members or enumerators; @kflag as BTF has it. */
static struct btf_type type_like(struct writing *writing, const struct btf_type *source, bool kflag, uint32_t n)
{
	return (struct btf_type){
		.name_off = btf_writer_string(&writing->writer, types_name(writing->layout, source)),
		.info = (uint32_t)kflag << 31 | (uint32_t)btf_kind(source) << 24 | n,
		.size = source->size,
	};
}

static int write_composite(struct writing *writing, uint32_t id, const struct btf_type *source, uint32_t *ret_id)
{
	uint32_t n = n_needed(writing, id, source), k = 0;
	CLEANUP(free_at) struct btf_member *members = calloc(n + 1, sizeof(*members));
	bool has_bit_fields = false; /* else the flag says nothing: both forms of the offsets are the same then */
	struct btf_type type;
	int r;

	if (!members)
		return -ENOMEM;
	for (uint32_t i = 0; i < btf_vlen(source); i++) {
		if (!is_needed(writing->needs, id, i))
			continue;
		members[k] = btf_members(source)[i];
		has_bit_fields |= btf_member_bitfield_size(source, i) > 0;
		r = write_type(writing, members[k].type, &members[k].type);
		if (r < 0)
			return r;
		members[k].name_off = btf_writer_string(
			&writing->writer, btf__str_by_offset(writing->layout, btf_members(source)[i].name_off));
		k++;
	}
	type = type_like(writing, source, has_bit_fields, n);
	*ret_id = btf_writer_type(&writing->writer, &type, members, n * sizeof(*members));
	return 0;
}

static int write_enum(struct writing *writing, uint32_t id, const struct btf_type *source, uint32_t *ret_id)
{
	size_t entry_size = btf_is_enum64(source) ? sizeof(struct btf_enum64) : sizeof(struct btf_enum);
	uint32_t n = n_needed(writing, id, source);
	CLEANUP(free_at) uint8_t *entries = calloc(n + 1, entry_size);
	struct btf_type type;
	uint8_t *entry = entries;

	if (!entries)
		return -ENOMEM;
	for (uint32_t i = 0; i < btf_vlen(source); i++) {
		uint32_t name;

		if (!is_needed(writing->needs, id, i))
			continue;
		name = btf_writer_string(&writing->writer, types_enumerator_name(writing->layout, source, i));
		memcpy(entry, (const uint8_t *)(source + 1) + i * entry_size, entry_size);
		memcpy(entry, &name, sizeof(name)); /* both kinds of enumerators begin with the name */
		entry += entry_size;
	}
	type = type_like(writing, source, btf_kflag(source), n);
	*ret_id = btf_writer_type(&writing->writer, &type, entries, n * entry_size);
	return 0;
}

static int write_stripped(struct writing *writing, uint32_t id, uint32_t *ret_id)
{
	const struct btf_type *source = btf__type_by_id(writing->layout, id);

	switch (btf_kind(source)) {
	case BTF_KIND_INT:
		*ret_id = write_int(writing, source->size, btf_int_encoding(source));
		return 0;
	case BTF_KIND_PTR:
		*ret_id = write_pointer(writing);
		return 0;
	case BTF_KIND_FLOAT:
		*ret_id = write_float(writing, source->size);
		return 0;
	case BTF_KIND_ARRAY:
		return write_array(writing, source, ret_id);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return write_composite(writing, id, source, ret_id);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return write_enum(writing, id, source, ret_id);
	default:
		return error_set(writing->err, -EBADMSG, "the layout uses %s '%s' as a member, which has no size",
				 types_kind_name(source), types_name(writing->layout, source));
	}
}

/* What the reduced layout has for type @id; types_read() has bounded the recursion. */
static int write_type(struct writing *writing, uint32_t id, uint32_t *ret_id)
{
	int r = 0;

	types_strip(writing->layout, id, &id);
	if (!writing->written[id])
		r = write_stripped(writing, id, &writing->written[id]);
	if (r == 0)
		r = writing->writer.failed;
	if (r == 0)
		*ret_id = writing->written[id];
	return r;
}

/* A root keeps its name where write_type() takes it off: typedefs and integers. */
static int write_root(struct writing *writing, uint32_t id)
{
	const struct btf_type *source = btf__type_by_id(writing->layout, id);
	struct btf_type type;
	uint32_t written;
	int r;

	if (btf_is_int(source)) {
		uint32_t details = (uint32_t)btf_int_encoding(source) << 24 | (source->size * 8 & 0xff);

		type = type_like(writing, source, false, 0);
		btf_writer_type(&writing->writer, &type, &details, sizeof(details));
		return writing->writer.failed;
	}
	r = write_type(writing, id, &written);
	if (r < 0 || !btf_is_typedef(source))
		return r;
	type = type_like(writing, source, false, 0);
	type.type = written;
	btf_writer_type(&writing->writer, &type, NULL, 0);
	return writing->writer.failed;
}

struct named_root {
	const char *name;
	const struct btf_type *type;
	uint32_t id;
};

static int compare_roots(const void *a, const void *b)
{
	const struct named_root *r = a, *s = b;
	int order = strcmp(r->name, s->name);

	if (order != 0)
		return order;
	if (btf_kind(r->type) != btf_kind(s->type))
		return btf_kind(r->type) < btf_kind(s->type) ? -1 : 1;
	/* Kernels have some types of one name; of those that also have one size the order is the layout's. */
	if (r->type->size != s->type->size)
		return r->type->size < s->type->size ? -1 : 1;
	return r->id < s->id ? -1 : r->id > s->id;
}

static int write_needs(struct writing *writing, uint8_t **ret_bytes, size_t *ret_size_bytes)
{
	const struct needs *needs = writing->needs;
	CLEANUP(free_at) struct named_root *roots = calloc(needs->n_roots + 1, sizeof(*roots));
	int r = 0;

	if (!roots)
		return -ENOMEM;
	for (size_t i = 0; i < needs->n_roots; i++) {
		const struct btf_type *type = btf__type_by_id(writing->layout, needs->roots[i]);

		roots[i] = (struct named_root){ types_name(writing->layout, type), type, needs->roots[i] };
	}
	qsort(roots, needs->n_roots, sizeof(*roots), compare_roots);
	for (size_t i = 0; r == 0 && i < needs->n_roots; i++)
		r = write_root(writing, roots[i].id);
	return r < 0 ? r : btf_writer_finish(&writing->writer, ret_bytes, ret_size_bytes);
}

static int needs_write(const struct needs *needs, uint8_t **ret_bytes, size_t *ret_size_bytes,
		       struct tracee_error *err)
{
	CLEANUP(free_at) uint32_t *written = calloc(btf__type_cnt(needs->layout), sizeof(*written));
	struct writing writing = { .needs = needs, .layout = needs->layout, .written = written, .err = err };
	int r;

	if (!written)
		return -ENOMEM;
	btf_writer_init(&writing.writer, REDUCED_SIZE_MAX);
	r = write_needs(&writing, ret_bytes, ret_size_bytes);
	btf_writer_done(&writing.writer);
	return r;
}

/* ---- the proof -------------------------------------------------------------------------------- */

static bool results_are_equal(const struct relocation_result *a, const struct relocation_result *b)
{
	return a->is_absent == b->is_absent && a->value == b->value && a->size_bytes == b->size_bytes &&
	       a->is_unadjustable == b->is_unadjustable;
}

static int prove_equal(const struct relocated *full, const struct program *program, const uint8_t *bytes,
		       size_t size_bytes, struct tracee_error *err)
{
	CLEANUP(relocated_free_at) struct relocated *reduced = NULL;
	CLEANUP(btf__free_at) struct btf *types = NULL;
	int r;

	r = types_read(bytes, size_bytes, &types, err);
	if (r == 0)
		r = program_relocate(program, types, NULL, NULL, &reduced, err);
	if (r < 0)
		return error_prefix(err, r, "the reduced layout is wrong, which is a defect of ours");
	for (size_t i = 0; i < program->n_relocations; i++) {
		if (!results_are_equal(&full->results[i], &reduced->results[i]))
			return error_set(err, -EBADMSG,
					 "the reduced layout says %llu for %s of %s, the full one %llu: this is a "
					 "defect of ours",
					 (unsigned long long)reduced->results[i].value,
					 access_kind_name(program->relocations[i].kind),
					 program->relocations[i].spec, (unsigned long long)full->results[i].value);
	}
	for (size_t i = 0; i < program->n_functions; i++) {
		size_t n = program->functions[i].n_insns;

		if (memcmp(full->functions[i].insns, reduced->functions[i].insns, n * sizeof(struct bpf_insn)) !=
			    0 ||
		    memcmp(full->functions[i].must_not_run, reduced->functions[i].must_not_run, n * sizeof(bool)) !=
			    0)
			return error_set(
				err, -EBADMSG,
				"the reduced layout makes other instructions of '%s': this is a defect of ours",
				program->functions[i].name);
	}
	return 0;
}

int reduce_layout(const struct program *program, const struct btf *layout, uint8_t **ret_bytes,
		  size_t *ret_size_bytes, struct tracee_error *err)
{
	CLEANUP(relocated_free_at) struct relocated *full = NULL;
	CLEANUP(needs_done) struct needs needs = {};
	CLEANUP(free_at) uint8_t *bytes = NULL;
	size_t size = 0;
	int r;

	r = needs_init(&needs, layout);
	if (r == 0)
		r = program_relocate(program, layout, need_target, &needs, &full, err);
	if (r == 0)
		r = need_kernel_enums(&needs, program);
	if (r == 0)
		r = needs_write(&needs, &bytes, &size, err);
	if (r == -E2BIG)
		return error_set(err, r, "the program needs more than %d types or %u bytes of the layout",
				 ROOTS_MAX, REDUCED_SIZE_MAX);
	if (r == 0)
		r = prove_equal(full, program, bytes, size, err);
	if (r < 0)
		return r;
	*ret_bytes = TAKE(bytes);
	*ret_size_bytes = size;
	return 0;
}
