/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_OBJECT_DESCRIBE_H
#define BUILDER_OBJECT_DESCRIBE_H

/* What `inspect` shows of an object, for a person and for a program. */
#include "builder/object/program.h"
#include "builder/object/reach.h"
#include "builder/object/relocated.h"
#include "libtracee/base/text.h"

/* All that is known of an object; everything is borrowed. */
struct description {
	const char *path;
	const struct tracee_object *object;
	const struct program *program;
	const struct btf *layout; /* NULL in a core object */
	const struct relocated
		*relocated; /* NULL if there is no layout, or the program cannot be relocated against it */
	const struct reach *reach; /* NULL together with relocated */
	const char *problem; /* why it cannot be relocated; "" if it can */
};

void describe_text(const struct description *description, struct text *text);
void describe_json(const struct description *description, struct text *text);

/* ---- what both have to say (describe_layout.c) ------------------------------------------------ */

/* A member of a type, with those of anonymous structs and unions where they stand in it. */
struct member_description {
	const char *name;
	uint64_t bit_offset; /* from the start of the type that was asked for */
	uint32_t bit_size; /* of a bit-field, else 0 */
	uint32_t type_id;
};

typedef void member_fn(void *context, const struct member_description *member);

/* Tells all members of struct or union @id; at most some thousands. */
void describe_members(const struct btf *layout, uint32_t id, member_fn *tell, void *context);

#define DESCRIBE_TYPE_SIZE 256
#define DESCRIBE_RESULT_SIZE 64

/* "u32", "pointer", "struct upid[1]"; cut if a name is that long. */
void describe_type(const struct btf *layout, uint32_t id, char ret_type[DESCRIBE_TYPE_SIZE]);

/* Whether @type is one that was asked for by name, and not only the type of a member. */
bool describe_is_named(const struct btf *layout, const struct btf_type *type);

/* What a relocation comes to: "offset 1432", "exists", "absent, out of reach"; "" if not known. */
void describe_result(const struct description *description, size_t relocation,
		     char ret_result[DESCRIBE_RESULT_SIZE]);

#endif
