/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_OUTPUT_PAIRS_H
#define RUNTIME_OUTPUT_PAIRS_H

/* A structure from user memory as a few keys with text values. */
#include <stddef.h>
#include <tracee/tracee.h>

#include "libtracee/base/json.h"
#include "libtracee/base/text.h"
#include "runtime/structures.h"

#define PAIRS_MAX STRUCTURE_N_MEMBERS
#define PAIR_VALUE_MAX 512 /* longer than all names of flags together, and than a path of AF_UNIX */

struct pairs {
	size_t n;
	struct {
		const char *key;
		size_t size_bytes;
		char value[PAIR_VALUE_MAX];
	} items[PAIRS_MAX];
};

/*
 * struct sockaddr, never looked at beyond @size_bytes: sa_family, and for AF_UNIX, AF_INET and AF_INET6
 * what they have. In a name of AF_UNIX a NUL that is part of it is shown as '@'.
 */
void pairs_of_sockaddr(struct pairs *ret_pairs, const void *bytes, size_t size_bytes);

/* The members of a structure that lie within @size_bytes. */
void pairs_of_structure(struct pairs *ret_pairs, const struct structure *structure, const void *bytes, size_t size_bytes);

/* {'key': 'value','key': 'value'}, with ' and \ in values escaped by \. */
void pairs_string(const struct pairs *pairs, struct text *text);

void pairs_json(const struct pairs *pairs, struct json *json, const char *key);

#endif
