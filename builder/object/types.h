/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_OBJECT_TYPES_H
#define BUILDER_OBJECT_TYPES_H

/*
 * BTF from outside bytes (Documentation/bpf/btf.rst), checked once and whole, so that everything
 * behind it can trust each type id, each name and the end of each recursion: ids are inside, strings
 * terminated, no type contains itself but through a pointer, and the nesting is bounded.
 */
#include <bpf/btf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <tracee/tracee.h>

#include "libtracee/base/cleanup.h"

#define TYPES_NESTING_MAX 200 /* types inside types, modifiers and arrays counted; kernels reach about 30 */
#define TYPES_POINTER_SIZE 8 /* of every kernel and of BPF */

DEFINE_CLEANUP(struct btf *, btf__free)

/*
 * @bytes     raw BTF, borrowed: libbpf copies it
 * @ret_types the caller's: btf__free()
 *
 * -EBADMSG with a sentence, -ENOMEM.
 */
int types_read(const void *bytes, size_t size_bytes, struct btf **ret_types, struct tracee_error *err);

/* The functions below take only what types_read() returned, and ids that are inside it. */

/* What is left when typedef, const, volatile, restrict and type tags are taken off; @ret_id may be NULL. */
const struct btf_type *types_strip(const struct btf *types, uint32_t id, uint32_t *ret_id);

/* "" for what has no name. */
const char *types_name(const struct btf *types, const struct btf_type *type);

/* "struct", "enum"; what a declaration calls the kind, or BTF's own word for it. */
const char *types_kind_name(const struct btf_type *type);

/* Bytes of a value of the type; -EINVAL for a function or a forward declaration, -E2BIG beyond 4 GB. */
int types_size(const struct btf *types, uint32_t id, uint32_t *ret_size_bytes);

static inline bool types_is_modifier(const struct btf_type *type)
{
	return btf_is_mod(type) || btf_is_typedef(type);
}

/* enum and enum64 are one kind to a relocation. */
static inline bool types_is_same_kind(const struct btf_type *a, const struct btf_type *b)
{
	return btf_kind(a) == btf_kind(b) || (btf_is_any_enum(a) && btf_is_any_enum(b));
}

/* Of either enum kind, as 64 bits; signed values are sign-extended. */
uint64_t types_enumerator_value(const struct btf_type *type, uint32_t index);
const char *types_enumerator_name(const struct btf *types, const struct btf_type *type, uint32_t index);

#endif
