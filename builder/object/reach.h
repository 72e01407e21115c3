/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_OBJECT_REACH_H
#define BUILDER_OBJECT_REACH_H

/*
 * Which instructions of a relocated program can run, as far as the kernel's verifier can tell. Code
 * behind `if (bpf_core_field_exists(…))` is dead once the relocation has put a 0 into the register:
 * the verifier sees that and never looks at it, so a field that is missing there does no harm.
 *
 * The walk follows registers that hold known numbers and takes one way at branches between them.
 * Where ways join, registers that differ become unknown; memory is always unknown. So it finds fewer
 * dead instructions than the verifier, which follows each way by itself, never more.
 */
#include "builder/object/relocated.h"

enum reach_verifier {
	/*
	 * 4.18: decides only == and != between a register and an immediate (kernel/bpf/verifier.c,
	 * check_cond_jmp_op).
	 */
	REACH_VERIFIER_4_18,
	/* 5.8 and later: all comparisons, also between registers (is_branch_taken). */
	REACH_VERIFIER_5_8,
};

/* By function and instruction. */
struct reach {
	size_t n_functions;
	bool **can_run;
};

/* @relocated is borrowed. -ENOMEM; -EBADMSG with a sentence if a function can run over its end. */
int reach_walk(const struct relocated *relocated, enum reach_verifier verifier, struct reach *ret_reach,
	       struct tracee_error *err);
/* Accepts an empty one ({0}). */
void reach_done(struct reach *reach);

/*
 * Whether all instructions that the layout cannot serve are out of reach. -EBADMSG with a sentence
 * that names program, instruction and field of the first that is not.
 */
int reach_check(const struct relocated *relocated, const struct reach *reach, struct tracee_error *err);

#endif
