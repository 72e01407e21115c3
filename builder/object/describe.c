// SPDX-License-Identifier: Apache-2.0
#include "builder/object/describe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "builder/object/access_path.h"
#include "builder/object/names.h"
#include "builder/object/table.h"
#include "builder/object/types.h"

#define INDENT 2

static void heading(struct text *text, const char *title)
{
	text_format(text, "\n%s\n", title);
}

static void print_and_done(struct table *table, struct text *text)
{
	table_print(table, INDENT, text);
	table_done(table);
}

/* ---- metadata --------------------------------------------------------------------------------- */

static void describe_meta(const struct tracee_object *object, struct text *text)
{
	const struct tracee_object_meta *meta = &object->meta;
	char abi[16];
	const struct {
		const char *key, *value;
	} lines[] = {
		{ "kernel", meta->kernel_release },
		{ "architecture", tracee_arch_name(meta->kernel_arch) },
		{ "version", meta->version },
		{ "tier", tracee_tier_name(meta->tier) },
		{ "abi", abi },
		{ "layout from", meta->source },
		{ "match", meta->match },
		{ "headers by", meta->layout_clang },
		{ "program by", meta->clang },
		{ "digest", object->digest },
	};
	struct table table;

	snprintf(abi, sizeof(abi), "%u", meta->abi);
	table_init(&table, "<<");
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		bool is_clang = strcmp(lines[i].value, "none") != 0 && strstr(lines[i].key, " by");

		table_cell(&table, "%s", lines[i].key);
		table_cell(&table, "%s%s", is_clang ? "clang " : "", lines[i].value);
	}
	print_and_done(&table, text);
}

/* ---- layout ----------------------------------------------------------------------------------- */

struct member_rows {
	const struct btf *layout;
	struct table *table;
};

static void member_row(void *context, const struct member_description *member)
{
	struct member_rows *rows = context;
	char type[DESCRIBE_TYPE_SIZE];

	describe_type(rows->layout, member->type_id, type);
	table_cell(rows->table, "    %s", member->name);
	if (member->bit_size)
		table_cell(rows->table, "%llu:%llu", (unsigned long long)member->bit_offset / 8,
			   (unsigned long long)member->bit_offset % 8);
	else
		table_cell(rows->table, "%llu", (unsigned long long)member->bit_offset / 8);
	if (member->bit_size)
		table_cell(rows->table, "%s, %u bits", type, member->bit_size);
	else
		table_cell(rows->table, "%s", type);
}

static void type_row(const struct btf *layout, uint32_t id, struct table *table)
{
	const struct btf_type *type = btf__type_by_id(layout, id);
	uint32_t size;

	table_cell(table, "%s %s", types_kind_name(type), types_name(layout, type));
	table_cell(table, "%s", "");
	if (types_size(layout, id, &size) == 0)
		table_cell(table, "%u bytes", size);
	else
		table_cell(table, "%s", "");
}

static void enumerator_rows(const struct btf *layout, const struct btf_type *type, struct table *table)
{
	for (uint32_t i = 0; i < btf_vlen(type); i++) {
		table_cell(table, "    %s", types_enumerator_name(layout, type, i));
		table_cell(table, "%lld", (long long)types_enumerator_value(type, i));
		table_cell(table, "%s", "");
	}
}

static void describe_layout(const struct description *description, struct text *text)
{
	const struct btf *layout = description->layout;
	struct table table;
	struct member_rows rows = { layout, &table };

	table_init(&table, "<><");
	for (uint32_t id = 1; id < btf__type_cnt(layout); id++) {
		const struct btf_type *type = btf__type_by_id(layout, id);

		if (!describe_is_named(layout, type))
			continue;
		type_row(layout, id, &table);
		if (btf_is_any_enum(type))
			enumerator_rows(layout, type, &table);
		else if (btf_is_composite(type))
			describe_members(layout, id, member_row, &rows);
	}
	print_and_done(&table, text);
}

/* ---- program ---------------------------------------------------------------------------------- */

static void describe_programs(const struct program *program, struct text *text)
{
	struct table table;

	table_init(&table, "<<<>");
	table_cell(&table, "name");
	table_cell(&table, "section");
	table_cell(&table, "type");
	table_cell(&table, "instructions");
	for (size_t i = 0; i < program->n_functions; i++) {
		const struct program_function *function = &program->functions[i];

		table_cell(&table, "%s", function->name);
		table_cell(&table, "%s", function->section);
		table_cell(&table, "%s", function->is_entry ? prog_type_name(function->type) : "(called)");
		table_cell(&table, "%zu", function->n_total_insns);
	}
	print_and_done(&table, text);
}

static void describe_maps(const struct program *program, struct text *text)
{
	struct table table;

	table_init(&table, "<<>>>");
	table_cell(&table, "name");
	table_cell(&table, "type");
	table_cell(&table, "key");
	table_cell(&table, "value");
	table_cell(&table, "entries");
	for (size_t i = 0; i < program->n_maps; i++) {
		const struct program_map *map = &program->maps[i];

		table_cell(&table, "%s", map->name);
		table_cell(&table, "%s", map_type_name(map->type));
		table_cell(&table, "%u", map->key_size_bytes);
		table_cell(&table, "%u", map->value_size_bytes);
		table_cell(&table, "%u", map->max_entries);
	}
	print_and_done(&table, text);
}

static void describe_helpers(const struct program *program, struct text *text)
{
	struct table table;

	table_init(&table, "><");
	for (size_t i = 0; i < program->n_helpers; i++) {
		table_cell(&table, "%u", program->helpers[i]);
		table_cell(&table, "%s", helper_name(program->helpers[i]));
	}
	print_and_done(&table, text);
}

/* ---- relocations ------------------------------------------------------------------------------ */

/* Relocations that say the same, counted: a program reads a field in many places. */
struct relocation_row {
	const char *spec, *kind;
	char result[DESCRIBE_RESULT_SIZE];
};

static int compare_rows(const void *a, const void *b)
{
	const struct relocation_row *r = a, *s = b;
	int order = strcmp(r->spec, s->spec);

	if (order == 0)
		order = strcmp(r->kind, s->kind);
	return order ? order : strcmp(r->result, s->result);
}

static struct relocation_row *rows_of(const struct description *description)
{
	const struct program *program = description->program;
	struct relocation_row *rows = calloc(program->n_relocations + 1, sizeof(*rows));

	for (size_t i = 0; rows && i < program->n_relocations; i++) {
		rows[i].spec = program->relocations[i].spec;
		rows[i].kind = access_kind_name(program->relocations[i].kind);
		describe_result(description, i, rows[i].result);
	}
	if (rows)
		qsort(rows, program->n_relocations, sizeof(*rows), compare_rows);
	return rows;
}

static void describe_relocations(const struct description *description, struct text *text)
{
	CLEANUP(free_at) struct relocation_row *rows = rows_of(description);
	size_t n = description->program->n_relocations;
	struct table table;

	if (!rows) {
		text->failed = -ENOMEM;
		return;
	}
	table_init(&table, "<<><");
	table_cell(&table, "what");
	table_cell(&table, "kind");
	table_cell(&table, "uses");
	table_cell(&table, "result");
	for (size_t i = 0, same; i < n; i += same) {
		for (same = 1; i + same < n && compare_rows(&rows[i], &rows[i + same]) == 0; same++)
			;
		table_cell(&table, "%s", rows[i].spec);
		table_cell(&table, "%s", rows[i].kind);
		table_cell(&table, "%zu", same);
		table_cell(&table, "%s", rows[i].result);
	}
	print_and_done(&table, text);
}

void describe_text(const struct description *description, struct text *text)
{
	const struct program *program = description->program;

	text_format(text, "%s  (%zu bytes)\n", description->path, description->object->size_bytes);
	describe_meta(description->object, text);
	heading(text, "PROGRAMS");
	describe_programs(program, text);
	heading(text, "MAPS");
	describe_maps(program, text);
	heading(text, "HELPERS");
	describe_helpers(program, text);
	text_format(text, "\nLAYOUT  (%zu bytes, %u types)\n", description->object->layout_size_bytes,
		    description->layout ? btf__type_cnt(description->layout) - 1 : 0);
	if (description->layout)
		describe_layout(description, text);
	else
		text_add(text, "  none: the kernel that loads the object brings its own\n");
	text_format(text, "\nRELOCATIONS  (%zu)\n", program->n_relocations);
	if (*description->problem)
		text_format(text, "  %s\n", description->problem);
	describe_relocations(description, text);
}
