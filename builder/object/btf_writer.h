/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_OBJECT_BTF_WRITER_H
#define BUILDER_OBJECT_BTF_WRITER_H

/*
 * Writes raw BTF (Documentation/bpf/btf.rst) in which no two types are equal: adding one that is there
 * already returns its id. The bytes depend on nothing but the calls and their order.
 */
#include <linux/btf.h>
#include <stddef.h>
#include <stdint.h>

#include "libtracee/base/text.h"

struct btf_writer {
	struct text types; /* after one another, as they are in the file */
	struct text strings;
	uint32_t *offsets; /* of the types, by id - 1 */
	uint32_t n_types;
	int failed; /* -ENOMEM or -E2BIG; afterwards nothing is added any more */
};

void btf_writer_init(struct btf_writer *writer, size_t max_bytes);
void btf_writer_done(struct btf_writer *writer);

/* Offset of @string in the string section; 0 for "". */
uint32_t btf_writer_string(struct btf_writer *writer, const char *string);

/*
 * @type      name_off from btf_writer_string(), info and size or type as BTF wants them
 * @rest      what follows the type in the file: members, enumerators, struct btf_array …
 *
 * Returns the type's id; 0 after a failure.
 */
uint32_t btf_writer_type(struct btf_writer *writer, const struct btf_type *type, const void *rest,
			 size_t rest_size_bytes);

/* The finished BTF, allocated. -ENOMEM, -E2BIG. */
int btf_writer_finish(struct btf_writer *writer, uint8_t **ret_bytes, size_t *ret_size_bytes);

#endif
