// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <string.h>

#include "builder/object/program_parts.h"
#include "builder/object/types.h"
#include "libtracee/base/error.h"

/*
 * Map definitions in BTF, as libbpf documents them: each variable of ".maps" is a struct whose members
 * are pointers; __uint(name, N) points to an array of N elements, __type(name, T) to a T.
 */
#define MAPS_SECTION ".maps"

/* What member @member points to, stripped; NULL if it is no pointer. */
static const struct btf_type *pointee(const struct btf *types, const struct btf_member *member, uint32_t *ret_id)
{
	const struct btf_type *type = types_strip(types, member->type, NULL);

	return btf_is_ptr(type) ? types_strip(types, type->type, ret_id) : NULL;
}

static uint32_t *number_of_member(struct program_map *map, const char *name)
{
	const struct {
		const char *name;
		uint32_t *number;
	} members[] = {
		{ "type", &map->type },
		{ "key_size", &map->key_size_bytes },
		{ "value_size", &map->value_size_bytes },
		{ "max_entries", &map->max_entries },
		{ "map_flags", &map->flags },
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (strcmp(members[i].name, name) == 0)
			return members[i].number;
	}
	return NULL;
}

static int member_read(struct program_map *map, const struct btf *types, const struct btf_member *member)
{
	const char *name = btf__str_by_offset(types, member->name_off);
	uint32_t *number = number_of_member(map, name), id;
	const struct btf_type *type = pointee(types, member, &id);

	if (number) {
		if (!type || !btf_is_array(type))
			return -EBADMSG;
		*number = btf_array(type)->nelems;
		return 0;
	}
	if (strcmp(name, "key") == 0)
		return type ? types_size(types, id, &map->key_size_bytes) : -EBADMSG;
	if (strcmp(name, "value") == 0)
		return type ? types_size(types, id, &map->value_size_bytes) : -EBADMSG;
	return 0; /* inner maps, pinning: nothing that we show or judge */
}

static int map_read(struct program_map *map, const struct btf *types, uint32_t variable, struct tracee_error *err)
{
	const struct btf_type *var = btf__type_by_id(types, variable), *definition;

	if (!btf_is_var(var))
		return error_set(err, -EBADMSG, "section '%s': type %u is not a variable", MAPS_SECTION, variable);
	map->name = types_name(types, var);
	definition = types_strip(types, var->type, NULL);
	if (!btf_is_struct(definition))
		return error_set(err, -EBADMSG, "map '%s' is not defined by a struct", map->name);
	for (uint32_t i = 0; i < btf_vlen(definition); i++) {
		if (member_read(map, types, &btf_members(definition)[i]) < 0)
			return error_set(err, -EBADMSG, "map '%s': member '%s' has no value", map->name,
					 btf__str_by_offset(types, btf_members(definition)[i].name_off));
	}
	return 0;
}

static const struct btf_type *maps_section(const struct btf *types)
{
	for (uint32_t id = 1; id < btf__type_cnt(types); id++) {
		const struct btf_type *type = btf__type_by_id(types, id);

		if (btf_is_datasec(type) && strcmp(types_name(types, type), MAPS_SECTION) == 0)
			return type;
	}
	return NULL;
}

int program_read_maps(struct program *program, struct tracee_error *err)
{
	const struct btf_type *section = maps_section(program->types);
	int r = 0;

	if (!section || btf_vlen(section) == 0)
		return 0;
	program->maps = calloc(btf_vlen(section), sizeof(*program->maps));
	if (!program->maps)
		return -ENOMEM;
	program->n_maps = btf_vlen(section);
	for (size_t i = 0; r == 0 && i < program->n_maps; i++)
		r = map_read(&program->maps[i], program->types, btf_var_secinfos(section)[i].type, err);
	return r;
}
