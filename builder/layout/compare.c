// SPDX-License-Identifier: Apache-2.0
#include "builder/layout/compare.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "builder/layout/homonyms.h"
#include "builder/layout/named.h"
#include "builder/layout/parts.h"
#include "builder/object/table.h"
#include "builder/object/types.h"
#include "libtracee/base/error.h"

#define WORK_MAX 50000000 /* members looked at and names compared; real kernels take 200,000 */
#define CELL_SIZE 64
#define FIRST_CLANG_WITH_TYPEDEFS 11
#define NAME_SIZE 256 /* members of nameless types have longer names than C has, but not by much */

struct comparing {
	struct btf *headers, *btf;
	struct named_types named;
	struct homonyms homonyms;
	struct parts in_headers, in_btf;
	size_t n_left; /* of WORK_MAX */
	struct layout_comparison counts;
	bool has_task;
	bool has_confused_typedefs; /* see is_confused() */
	struct table table;
	struct tracee_error first; /* difference, as the sentence has it */
};

/* A type of the headers beside one of the BTF. */
struct pair {
	const struct homonym *homonym;
	uint32_t header_id, btf_id;
	bool is_shown; /* whether its differences go into the table */
	size_t n_differences;
};

static void comparing_done(struct comparing *comparing)
{
	btf__free(comparing->headers);
	btf__free(comparing->btf);
	homonyms_done(&comparing->homonyms);
	parts_done(&comparing->in_headers);
	parts_done(&comparing->in_btf);
	table_done(&comparing->table);
}

/* ---- what is said ----------------------------------------------------------------------------- */

static const char *kind_word(uint32_t kind)
{
	static const char *const words[] = {
		[BTF_KIND_STRUCT] = "struct ",
		[BTF_KIND_UNION] = "union ",
		[BTF_KIND_ENUM] = "enum ",
		[BTF_KIND_TYPEDEF] = "",
	};

	return words[kind];
}

/* Names are outside bytes, and go to a terminal. */
static void copy_name(char *ret_text, size_t size_bytes, const char *kind, const char *name)
{
	snprintf(ret_text, size_bytes, "%s%s", kind, name);
	for (char *p = ret_text; *p; p++) {
		if (*p < ' ' || *p > '~')
			*p = '?';
	}
}

static void row_add(struct table *table, const char *type, const char *member, const char *in_headers,
		    const char *in_btf)
{
	table_cell(table, "%s", type);
	table_cell(table, "%s", member);
	table_cell(table, "%s", in_headers);
	table_cell(table, "%s", in_btf);
}

/* @member "" for the type itself. */
static void difference_show(struct comparing *comparing, const char *kind, const char *name, const char *member,
			    const char *in_headers, const char *in_btf)
{
	size_t n = ++comparing->counts.n_differences;
	char shown_type[NAME_SIZE], shown_member[NAME_SIZE];

	copy_name(shown_type, sizeof(shown_type), kind, name);
	copy_name(shown_member, sizeof(shown_member), "", member);
	if (n == 1) {
		row_add(&comparing->table, "TYPE", "MEMBER", "IN THE HEADERS", "IN THE BTF");
		snprintf(comparing->first.text, sizeof(comparing->first.text),
			 "'%s'%s%s%s: %s in the headers, %s in the BTF", shown_type, *member ? " member '" : "",
			 shown_member, *member ? "'" : "", in_headers, in_btf);
	}
	if (n <= COMPARE_LINES_MAX)
		row_add(&comparing->table, shown_type, *member ? shown_member : "-", in_headers, in_btf);
}

static void difference(struct comparing *comparing, struct pair *pair, const char *member, const char *in_headers,
		       const char *in_btf)
{
	pair->n_differences++;
	if (pair->is_shown)
		difference_show(comparing, kind_word(pair->homonym->kind), pair->homonym->name, member, in_headers,
				in_btf);
}

static void part_describe(const struct part *part, char ret_text[CELL_SIZE])
{
	int length;

	if (part->is_enumerator) {
		snprintf(ret_text, CELL_SIZE, "value %" PRId64, (int64_t)part->place);
		return;
	}
	length = snprintf(ret_text, CELL_SIZE, "at byte %" PRIu64, part->place / 8);
	if (part->place % 8)
		length += snprintf(ret_text + length, CELL_SIZE - (size_t)length, " bit %" PRIu64, part->place % 8);
	if (part->width_bits)
		snprintf(ret_text + length, CELL_SIZE - (size_t)length, ", %u bits", part->width_bits);
	else if (part->size_bytes == PART_NO_SIZE)
		snprintf(ret_text + length, CELL_SIZE - (size_t)length, ", of no size");
	else
		snprintf(ret_text + length, CELL_SIZE - (size_t)length, ", %u bytes", part->size_bytes);
}

static int part_difference(struct comparing *comparing, struct pair *pair, const struct parts *parts, size_t index,
			   const char *in_headers, const char *in_btf)
{
	CLEANUP(text_done) struct text name = {};

	if (!pair->is_shown) {
		pair->n_differences++;
		return 0;
	}
	text_init(&name, NAME_SIZE);
	parts_describe_name(parts, index, &name);
	if (text_error(&name) == -ENOMEM)
		return -ENOMEM;
	difference(comparing, pair, text_string(&name), in_headers, in_btf);
	return 0;
}

/* ---- two types -------------------------------------------------------------------------------- */

/*
 * struct mnt_namespace and struct mount are in no header package: the layout unit declares as much of them
 * as we read. So what else the kernel has in them, and their size, cannot be compared; and where the unit
 * declares a member without bytes, in an array of no elements, it says that this kernel has none there.
 */
static bool is_ours_in_part(const struct pair *pair)
{
	return pair->homonym->kind == BTF_KIND_STRUCT &&
	       (strcmp(pair->homonym->name, "mnt_namespace") == 0 || strcmp(pair->homonym->name, "mount") == 0);
}

/*
 * Of a union with the attribute transparent_union gcc describes one variant without members (kernels 6.12
 * and 7.3: release_pages_arg). There is no such union in C, so it says nothing but a size.
 */
static bool has_lost_members(const struct comparing *comparing, const struct pair *pair)
{
	const struct btf_type *type = types_strip(comparing->btf, pair->btf_id, NULL);

	return btf_kind(type) == BTF_KIND_UNION && type->size > 0 && btf_vlen(type) == 0;
}

/* @a of the headers. Where LLVM 9 lost a member's type (arm64's cpus_mask), there is its place to compare. */
static bool parts_agree(const struct comparing *comparing, const struct part *a, const struct part *b)
{
	bool is_lost = comparing->has_confused_typedefs && a->size_bytes == PART_NO_SIZE;

	if (a->is_enumerator) {
		/* Compilers before enum64 (LLVM 14), and kernels, keep the low half of large values only. */
		uint64_t known = a->size_bytes == 4 || b->size_bytes == 4 ? UINT32_MAX : UINT64_MAX;

		return (a->place & known) == (b->place & known);
	}
	return a->place == b->place && a->width_bits == b->width_bits && (is_lost || a->size_bytes == b->size_bytes);
}

/* Looks for a member of the headers in the BTF, from where the one before it was: most are in order. */
static int part_find(struct comparing *comparing, size_t index, size_t from, size_t *ret_index)
{
	struct parts *parts = &comparing->in_btf;

	for (size_t n = 0; n < parts->n; n++) {
		size_t i = from + n < parts->n ? from + n : from + n - parts->n;

		if (comparing->n_left == 0)
			return -E2BIG;
		comparing->n_left--;
		if (!parts->at[i].is_paired && parts_name_equal(&comparing->in_headers, index, parts, i)) {
			*ret_index = i;
			return 0;
		}
	}
	return -ENOENT;
}

static int part_compare(struct comparing *comparing, struct pair *pair, size_t index, size_t *from)
{
	const struct part *part = &comparing->in_headers.at[index], *other;
	char in_headers[CELL_SIZE], in_btf[CELL_SIZE] = "missing";
	size_t found;
	int r = part_find(comparing, index, *from, &found);

	if (r < 0 && r != -ENOENT)
		return r;
	if (r == -ENOENT && is_ours_in_part(pair) && part->size_bytes == 0)
		return 0;
	part_describe(part, in_headers);
	if (r == 0) {
		other = &comparing->in_btf.at[found];
		comparing->in_btf.at[found].is_paired = true;
		*from = found + 1;
		if (parts_agree(comparing, part, other))
			return 0;
		part_describe(other, in_btf);
	}
	return part_difference(comparing, pair, &comparing->in_headers, index, in_headers, in_btf);
}

/* What the BTF has and the headers do not. */
static int rest_compare(struct comparing *comparing, struct pair *pair)
{
	char in_btf[CELL_SIZE];
	int r = 0;

	for (size_t i = 0; r == 0 && i < comparing->in_btf.n; i++) {
		if (comparing->in_btf.at[i].is_paired)
			continue;
		part_describe(&comparing->in_btf.at[i], in_btf);
		r = part_difference(comparing, pair, &comparing->in_btf, i, "missing", in_btf);
	}
	return r;
}

static void describe_type(const struct btf *types, uint32_t id, char ret_text[CELL_SIZE])
{
	const char *kind = types_kind_name(types_strip(types, id, NULL));
	uint32_t size;

	if (types_size(types, id, &size) < 0)
		snprintf(ret_text, CELL_SIZE, "%s", kind);
	else
		snprintf(ret_text, CELL_SIZE, "%s of %u bytes", kind, size);
}

/* Kind and size. Whether the kinds are equal: typedefs of one name need not be of one kind. */
static bool outside_compare(struct comparing *comparing, struct pair *pair)
{
	const struct btf_type *type = types_strip(comparing->headers, pair->header_id, NULL);
	const struct btf_type *other = types_strip(comparing->btf, pair->btf_id, NULL);
	bool is_same_kind = types_is_same_kind(type, other);
	char in_headers[CELL_SIZE], in_btf[CELL_SIZE];

	describe_type(comparing->headers, pair->header_id, in_headers);
	describe_type(comparing->btf, pair->btf_id, in_btf);
	if (!is_same_kind || (strcmp(in_headers, in_btf) != 0 && !is_ours_in_part(pair)))
		difference(comparing, pair, "", in_headers, in_btf);
	return is_same_kind;
}

/* comparing->in_headers holds the parts of the one; those of the other are read here. */
static int pair_compare(struct comparing *comparing, struct pair *pair)
{
	size_t from = 0;
	int r = comparing->n_left > 0 ? 0 : -E2BIG;

	if (r < 0 || !outside_compare(comparing, pair) || has_lost_members(comparing, pair))
		return r;
	comparing->n_left--;
	r = parts_read(comparing->btf, pair->btf_id, &comparing->n_left, &comparing->in_btf);
	for (size_t i = 0; r == 0 && i < comparing->in_headers.n; i++)
		r = part_compare(comparing, pair, i, &from);
	if (r == 0 && !is_ours_in_part(pair))
		r = rest_compare(comparing, pair);
	return r;
}

/* ---- one type and all of its name ------------------------------------------------------------- */

static void count(struct comparing *comparing, const struct pair *pair)
{
	const struct btf_type *type = types_strip(comparing->headers, pair->header_id, NULL);

	if (btf_is_any_enum(type))
		comparing->counts.n_enumerators += comparing->in_headers.n;
	if (!btf_is_composite(type))
		return;
	comparing->counts.n_structures++;
	comparing->counts.n_fields += comparing->in_headers.n;
	if (pair->homonym->kind == BTF_KIND_STRUCT && strcmp(pair->homonym->name, "task_struct") == 0)
		comparing->has_task = true;
}

/* Leaves in @best the one of the BTF that differs least, the first of these. */
static int find_nearest(struct comparing *comparing, struct pair *best)
{
	int r = 0;

	best->n_differences = SIZE_MAX;
	for (uint32_t id = best->homonym->btf_id; r == 0 && id && best->n_differences;
	     id = comparing->homonyms.next[id]) {
		struct pair pair = { .homonym = best->homonym, .header_id = best->header_id, .btf_id = id };

		r = pair_compare(comparing, &pair);
		if (pair.n_differences < best->n_differences)
			*best = pair;
	}
	return r;
}

/*
 * LLVM 9 knows the struct behind a pointer to a typedef by its name, and takes for one without a name
 * another one without: `pgd_t *` leads to the struct of atomic_t. From LLVM 11 on it is right. The unit
 * names the typedefs that the program reads by variables of their own, and those are right in all.
 */
static bool is_confused(const struct comparing *comparing, const struct homonym *homonym)
{
	if (!comparing->has_confused_typedefs || homonym->kind != BTF_KIND_TYPEDEF)
		return false;
	for (size_t i = 0; i < comparing->named.n; i++) {
		const struct named_type *type = &comparing->named.at[i];

		if (type->kind == BTF_KIND_TYPEDEF && strcmp(type->name, homonym->name) == 0)
			return false;
	}
	return true;
}

static int type_compare(struct comparing *comparing, uint32_t id)
{
	struct pair pair = { .homonym = homonyms_of_header(&comparing->homonyms, comparing->headers, id),
			     .header_id = id };
	int r;

	if (!pair.homonym || !pair.homonym->btf_id || is_confused(comparing, pair.homonym))
		return 0;
	r = parts_read(comparing->headers, id, &comparing->n_left, &comparing->in_headers);
	if (r == 0)
		r = find_nearest(comparing, &pair);
	if (r < 0)
		return r;
	count(comparing, &pair);
	if (pair.n_differences == 0)
		return 0;
	pair.is_shown = true;
	return pair_compare(comparing, &pair);
}

/* What neither side has is for other kernels: the unit names some types in a condition. */
static void named_compare(struct comparing *comparing, const struct named_type *type)
{
	const struct homonym *homonym = homonyms_find(&comparing->homonyms, type->kind, type->name);
	bool has_header = homonym && homonym->header_id, has_btf = homonym && homonym->btf_id;

	if (has_header == has_btf)
		return;
	difference_show(comparing, kind_word(type->kind), type->name, "", has_header ? "defined" : "not defined",
			has_btf ? "defined" : "not defined");
}

/* ---- all of them ------------------------------------------------------------------------------ */

static int comparing_init(struct comparing *comparing, const struct layout *headers, const struct layout *btf,
			  struct tracee_error *err)
{
	unsigned long clang_major = strtoul(headers->clang, NULL, 10);
	int r = types_read(headers->btf, headers->size_bytes, &comparing->headers, err);

	if (r < 0)
		return error_prefix(err, r, "the layout from headers");
	r = types_read(btf->btf, btf->size_bytes, &comparing->btf, err);
	if (r < 0)
		return error_prefix(err, r, "the kernel's BTF");
	comparing->has_confused_typedefs = clang_major > 0 && clang_major < FIRST_CLANG_WITH_TYPEDEFS;
	r = named_types_of_unit(&comparing->named);
	if (r == 0)
		r = homonyms_init(&comparing->homonyms, comparing->headers, comparing->btf, &comparing->named);
	return r;
}

static int compare_all(struct comparing *comparing, const struct layout *headers, const struct layout *btf)
{
	int r = 0;

	if (headers->arch != btf->arch)
		difference_show(comparing, "", "the architecture", "", tracee_arch_name(headers->arch),
				tracee_arch_name(btf->arch));
	for (uint32_t id = 1; r == 0 && id < btf__type_cnt(comparing->headers); id++)
		r = type_compare(comparing, id);
	for (size_t i = 0; r == 0 && i < comparing->named.n; i++)
		named_compare(comparing, &comparing->named.at[i]);
	return r;
}

static int print_differences(const struct comparing *comparing, struct text *table)
{
	size_t n = comparing->counts.n_differences;

	table_print(&comparing->table, 0, table);
	if (n > COMPARE_LINES_MAX)
		text_format(table, "and %zu more\n", n - COMPARE_LINES_MAX);
	return text_error(table);
}

static int verdict(const struct comparing *comparing, struct tracee_error *err)
{
	const struct layout_comparison *counts = &comparing->counts;

	if (!comparing->has_task)
		return error_set(err, -EBADMSG,
				 "nothing is proven: %s%zu structures were compared, and struct task_struct is not "
				 "among them",
				 counts->n_structures ? "only " : "", counts->n_structures);
	if (counts->n_differences == 0)
		return 0;
	return error_set(err, -ESTALE,
			 "the headers are not those of the kernel that the BTF is of: %zu difference%s; %s%s",
			 counts->n_differences, counts->n_differences == 1 ? "" : "s",
			 counts->n_differences == 1 ? "" : "the first is ", comparing->first.text);
}

int layout_compare(const struct layout *headers, const struct layout *btf, struct layout_comparison *ret_comparison,
		   struct text *table, struct tracee_error *err)
{
	CLEANUP(comparing_done) struct comparing comparing = { .n_left = WORK_MAX };
	int r;

	table_init(&comparing.table, "<<<<");
	r = comparing_init(&comparing, headers, btf, err);
	if (r < 0)
		return r;
	r = compare_all(&comparing, headers, btf);
	if (r == -E2BIG)
		return error_set(err, -EBADMSG, "there is far more to compare than in any kernel");
	if (r == 0)
		r = print_differences(&comparing, table);
	if (r == 0)
		r = verdict(&comparing, err);
	if (r == 0 || r == -ESTALE)
		*ret_comparison = comparing.counts;
	return r;
}
