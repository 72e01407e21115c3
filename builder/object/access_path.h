/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_OBJECT_ACCESS_PATH_H
#define BUILDER_OBJECT_ACCESS_PATH_H

/*
 * What a CO-RE relocation is about, spelled out: the way from a root type through members and array
 * elements to a field, or one enumerator, or the type itself. Clang writes it as indices with ':'
 * between (include/uapi/linux/bpf.h, struct bpf_core_relo): the first indexes an array of roots, each
 * further one a member, of anonymous members too, or an element.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <tracee/tracee.h>

#include "builder/object/types.h"
#include "libtracee/base/text.h"

#define ACCESS_STEPS_MAX 64

/* A step that has a name, or an index into an array. Anonymous members are not steps. */
struct access_step {
	uint32_t type_id; /* the struct, union or enum that has the member; for an element: the element */
	uint32_t index; /* of the member, enumerator or element */
	const char *name; /* in the types; NULL for an element */
};

struct access_path {
	uint32_t root_id; /* as the relocation names it: a typedef is still one */
	struct access_step steps[ACCESS_STEPS_MAX];
	size_t n_steps; /* 0 for a relocation about a type */
	uint64_t bit_offset; /* of what the last step leads to, from the root's start */
};

enum access_about {
	ACCESS_FIELD,
	ACCESS_TYPE,
	ACCESS_ENUMERATOR,
	ACCESS_UNKNOWN,
};

/* By enum bpf_core_relo_kind. */
enum access_about access_about(uint32_t kind);
/* "byte_offset", "field_exists", …; "unknown" for a kind that is none. */
const char *access_kind_name(uint32_t kind);

/* @kind, @type_id and @access are a relocation's, unchecked but for the id. -EBADMSG with a sentence. */
int access_path_parse(const struct btf *types, uint32_t kind, uint32_t type_id, const char *access,
		      struct access_path *ret_path, struct tracee_error *err);

/* For a person: "task_struct.pids[0].pid", "enum bpf_func_id.BPF_FUNC_ringbuf_output", "struct upid". */
void access_path_describe(const struct btf *types, const struct access_path *path, struct text *text);

/*
 * Length of a name without its flavour: "task_struct___pids" is task_struct, as it looked in some
 * kernels. Three underscores make a flavour only between characters that are none.
 */
size_t access_name_length(const char *name);
bool access_names_equal(const char *a, const char *b);

/*
 * Whether @array, which member @index of @outer leads to, has as many elements as memory allows: no
 * length, and it is the last member. @outer NULL: it stands in no struct.
 */
bool access_is_flexible(const struct btf_type *outer, uint32_t index, const struct btf_type *array);

#endif
