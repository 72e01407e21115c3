/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_OBJECT_RELOCATED_H
#define BUILDER_OBJECT_RELOCATED_H

/* A program as it stands after all its relocations were done against one layout. */
#include "builder/object/program.h"
#include "builder/object/relocate.h"

struct relocated_function {
	struct bpf_insn *insns; /* program.functions[i].n_insns of them */
	bool *must_not_run; /* of each: whether the layout lacks what it needs */
};

struct relocated {
	const struct program *program; /* borrowed */
	struct relocation_result *results; /* by index of program.relocations */
	struct relocated_function *functions; /* by index of program.functions */
};

/*
 * @layout   borrowed, only during the call
 * @tell     told every target of every relocation, in their order; may be NULL
 *
 * Returns 0, -EBADMSG with a sentence that names function, instruction and field, the error of @tell,
 * or -ENOMEM.
 */
int program_relocate(const struct program *program, const struct btf *layout, relocation_target_fn *tell,
		     void *context, struct relocated **ret_relocated, struct tracee_error *err);
void relocated_free(struct relocated *relocated);
DEFINE_CLEANUP(struct relocated *, relocated_free)

#endif
