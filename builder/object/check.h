/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_OBJECT_CHECK_H
#define BUILDER_OBJECT_CHECK_H

/*
 * What must hold of a program and a layout before they may go out as an object: that the kernel will
 * take them. Each check is one entry of a table; they need nothing but the object, so that everybody
 * can repeat them later (`tracee-builder check`).
 */
#include <stddef.h>

#include <tracee/tracee.h>

#include "builder/object/program.h"
#include "libtracee/base/text.h"

struct check_subject {
	const struct program *program;
	const void *bytes; /* the ELF file, for libbpf to open */
	size_t size_bytes;
	const struct btf *layout; /* reduced or full; NULL in a core object, which brings none */
	enum tracee_tier tier;
};

struct check {
	const char *name; /* one word */
	/*
	 * @found  on success says in a few words what there was, if there is memory for them
	 * @err    on failure one sentence: what was found, what was expected
	 *
	 * 0, -EBADMSG if the object fails, -ENOMEM.
	 */
	int (*run)(const struct check_subject *subject, struct text *found, struct tracee_error *err);
};

/* All of them, in the order in which they make sense to a reader. */
const struct check *checks(size_t *ret_n);

/* What a program has of that which a tier limits. */
struct check_counts {
	size_t n_insns, n_insns_max; /* with the functions that it calls */
	size_t n_calls; /* of other functions of the file */
	size_t n_helper_calls;
	bool has_loop; /* an instruction jumps back */
	bool may_loop; /* the tier's kernels take loops and calls */
};

/* @function: index in the program. -ENOMEM. */
int check_count(const struct check_subject *subject, size_t function, struct check_counts *ret_counts);
bool check_counts_pass(const struct check_counts *counts);

/* Stops at the first that fails: -EBADMSG with its name in front of its sentence, or -ENOMEM. */
int check_all(const struct check_subject *subject, struct tracee_error *err);

#endif
