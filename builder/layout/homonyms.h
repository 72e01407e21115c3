/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_LAYOUT_HOMONYMS_H
#define BUILDER_LAYOUT_HOMONYMS_H

/*
 * Which types of two BTFs have one name and kind. BTF of a kernel may have several of one name, from
 * different translation units. Only what the headers have is looked for, so that the names of a
 * kernel's 100,000 types are each looked at once.
 *
 * Found are structs and unions, enums that have values, and typedefs: of the headers only those that are
 * among the named types, or of a type that has no name of its own (`typedef struct { … } atomic_t;`).
 */
#include <bpf/btf.h>
#include <stddef.h>
#include <stdint.h>

#include "builder/layout/named.h"

struct homonym {
	const char *name; /* NULL in a free slot */
	uint32_t kind; /* BTF_KIND_STRUCT, _UNION, _ENUM (for both kinds of enum) or _TYPEDEF */
	uint32_t header_id; /* the first in the headers; 0: none */
	uint32_t btf_id; /* the first in the BTF; 0: none; the others: next */
};

struct homonyms {
	struct homonym *slots; /* a hash table, at most half full */
	size_t n_slots; /* a power of two */
	uint32_t *next; /* by id in the BTF: the next of the same name and kind, 0 after the last */
};

/*
 * Both BTFs are from types_read(), and with @named borrowed for as long as @homonyms lives. Those of
 * @named have their slot also where the headers lack them. homonyms_done() accepts {0}. -ENOMEM.
 */
int homonyms_init(struct homonyms *homonyms, const struct btf *headers, const struct btf *btf,
		  const struct named_types *named);
void homonyms_done(struct homonyms *homonyms);

/* NULL if neither the headers nor the named types have it. */
const struct homonym *homonyms_find(const struct homonyms *homonyms, uint32_t kind, const char *name);

/* That of type @id of the headers; NULL if it is no type to be looked for. */
const struct homonym *homonyms_of_header(const struct homonyms *homonyms, const struct btf *headers, uint32_t id);

#endif
