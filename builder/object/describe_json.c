// SPDX-License-Identifier: Apache-2.0
#include "builder/object/access_path.h"
#include "builder/object/describe.h"
#include "builder/object/names.h"
#include "builder/object/types.h"
#include "libtracee/base/json.h"

static void write_meta(const struct tracee_object *object, struct json *json)
{
	const struct tracee_object_meta *meta = &object->meta;

	json_object_open(json, "metadata");
	json_add_uint(json, "abi", meta->abi);
	json_add_string(json, "version", meta->version);
	json_add_string(json, "kernelRelease", meta->kernel_release);
	json_add_string(json, "kernelArch", tracee_arch_name(meta->kernel_arch));
	json_add_string(json, "tier", tracee_tier_name(meta->tier));
	json_add_string(json, "source", meta->source);
	json_add_string(json, "match", meta->match);
	json_add_string(json, "layoutDigest", meta->layout_digest);
	json_add_string(json, "programDigest", meta->program_digest);
	json_add_string(json, "clang", meta->clang);
	json_add_string(json, "layoutClang", meta->layout_clang);
	json_add_string(json, "digest", object->digest);
	json_object_close(json);
}

static void write_programs(const struct program *program, struct json *json)
{
	json_array_open(json, "programs");
	for (size_t i = 0; i < program->n_functions; i++) {
		const struct program_function *function = &program->functions[i];

		if (!function->is_entry)
			continue;
		json_object_open(json, NULL);
		json_add_string(json, "name", function->name);
		json_add_string(json, "section", function->section);
		json_add_string(json, "type", prog_type_name(function->type));
		json_add_uint(json, "instructions", function->n_total_insns);
		json_object_close(json);
	}
	json_array_close(json);
}

static void write_maps(const struct program *program, struct json *json)
{
	json_array_open(json, "maps");
	for (size_t i = 0; i < program->n_maps; i++) {
		const struct program_map *map = &program->maps[i];

		json_object_open(json, NULL);
		json_add_string(json, "name", map->name);
		json_add_string(json, "type", map_type_name(map->type));
		json_add_uint(json, "keySize", map->key_size_bytes);
		json_add_uint(json, "valueSize", map->value_size_bytes);
		json_add_uint(json, "maxEntries", map->max_entries);
		json_object_close(json);
	}
	json_array_close(json);
}

static void write_helpers(const struct program *program, struct json *json)
{
	json_array_open(json, "helpers");
	for (size_t i = 0; i < program->n_helpers; i++) {
		json_object_open(json, NULL);
		json_add_uint(json, "id", program->helpers[i]);
		json_add_string(json, "name", helper_name(program->helpers[i]));
		json_object_close(json);
	}
	json_array_close(json);
}

struct member_context {
	const struct btf *layout;
	struct json *json;
};

static void write_member(void *context, const struct member_description *member)
{
	struct member_context *members = context;
	struct json *json = members->json;
	char type[DESCRIBE_TYPE_SIZE];
	uint32_t size;

	describe_type(members->layout, member->type_id, type);
	json_object_open(json, NULL);
	json_add_string(json, "name", member->name);
	json_add_uint(json, "offset", member->bit_offset / 8);
	if (member->bit_size) {
		json_add_uint(json, "bitOffset", member->bit_offset % 8);
		json_add_uint(json, "bits", member->bit_size);
	} else if (types_size(members->layout, member->type_id, &size) == 0) {
		json_add_uint(json, "size", size);
	}
	json_add_string(json, "type", type);
	json_object_close(json);
}

static void write_enumerators(const struct btf *layout, const struct btf_type *type, struct json *json)
{
	json_array_open(json, "values");
	for (uint32_t i = 0; i < btf_vlen(type); i++) {
		json_object_open(json, NULL);
		json_add_string(json, "name", types_enumerator_name(layout, type, i));
		json_add_int(json, "value", (int64_t)types_enumerator_value(type, i));
		json_object_close(json);
	}
	json_array_close(json);
}

static void write_type(const struct btf *layout, uint32_t id, struct json *json)
{
	const struct btf_type *type = btf__type_by_id(layout, id);
	struct member_context members = { layout, json };
	uint32_t size;

	json_object_open(json, NULL);
	json_add_string(json, "kind", types_kind_name(type));
	json_add_string(json, "name", types_name(layout, type));
	if (types_size(layout, id, &size) == 0)
		json_add_uint(json, "size", size);
	if (btf_is_any_enum(type)) {
		write_enumerators(layout, type, json);
	} else if (btf_is_composite(type)) {
		json_array_open(json, "members");
		describe_members(layout, id, write_member, &members);
		json_array_close(json);
	}
	json_object_close(json);
}

static void write_layout(const struct description *description, struct json *json)
{
	const struct btf *layout = description->layout;

	if (!layout) {
		json_add_null(json, "layout");
		return;
	}
	json_object_open(json, "layout");
	json_add_uint(json, "size", description->object->layout_size_bytes);
	json_array_open(json, "types");
	for (uint32_t id = 1; id < btf__type_cnt(layout); id++) {
		if (describe_is_named(layout, btf__type_by_id(layout, id)))
			write_type(layout, id, json);
	}
	json_array_close(json);
	json_object_close(json);
}

/* "resolves" and what follows are only there when there is a layout to resolve against. */
static void write_relocation(const struct description *description, size_t index, struct json *json)
{
	const struct program *program = description->program;
	const struct program_relocation *relocation = &program->relocations[index];

	json_object_open(json, NULL);
	json_add_string(json, "program", program->functions[relocation->function].name);
	json_add_uint(json, "instruction", relocation->insn);
	json_add_string(json, "kind", access_kind_name(relocation->kind));
	json_add_string(json, "what", relocation->spec);
	if (description->relocated) {
		const struct relocation_result *result = &description->relocated->results[index];

		json_add_bool(json, "resolves", !result->is_absent);
		json_add_bool(json, "reachable", description->reach->can_run[relocation->function][relocation->insn]);
		if (!result->is_absent)
			json_add_uint(json, "value", result->value);
	}
	json_object_close(json);
}

void describe_json(const struct description *description, struct text *text)
{
	struct json json;

	json_init(&json, text);
	json_object_open(&json, NULL);
	json_add_string(&json, "object", description->path);
	json_add_uint(&json, "size", description->object->size_bytes);
	write_meta(description->object, &json);
	write_programs(description->program, &json);
	write_maps(description->program, &json);
	write_helpers(description->program, &json);
	write_layout(description, &json);
	json_array_open(&json, "relocations");
	for (size_t i = 0; i < description->program->n_relocations; i++)
		write_relocation(description, i, &json);
	json_array_close(&json);
	if (*description->problem)
		json_add_string(&json, "problem", description->problem);
	json_object_close(&json);
	text_add_char(text, '\n');
}
