/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_OBJECT_REDUCE_H
#define BUILDER_OBJECT_REDUCE_H

/*
 * A layout reduced to what one program needs of it: a few kilobytes instead of megabytes.
 *
 * Kept are: each type that a relocation of the program leads to, with its name, its size and of its
 * members those that are stepped through, at their offsets; what these members are, without typedef,
 * const and volatile, and pointers as `void *`; enumerators that are asked for; and, so that the
 * finished object can be checked by itself, those of bpf_func_id, bpf_map_type and bpf_prog_type that
 * the program uses. There are no forward declarations. Integers are named by size and encoding (u32,
 * s64), since compilers disagree on their names: BTF from headers and from the kernel come out alike.
 *
 * The order is by name, kind and size, so that the bytes do not depend on the order of the layout.
 */
#include "builder/object/program.h"

#define REDUCED_SIZE_MAX (1u << 20)

/*
 * @program     only its relocations, helpers, maps and types of programs are looked at
 * @layout      from types_read(); borrowed
 * @ret_bytes   raw BTF, allocated
 *
 * Returns 0; -EBADMSG with a sentence if the program cannot be relocated against @layout, or if the
 * reduced layout would relocate it differently (which is proven here, for each instruction); -E2BIG;
 * -ENOMEM. A field that is not in the layout is no error: see reach.h.
 */
int reduce_layout(const struct program *program, const struct btf *layout, uint8_t **ret_bytes,
		  size_t *ret_size_bytes, struct tracee_error *err);

#endif
