/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_OBJECT_CHECK_PARTS_H
#define BUILDER_OBJECT_CHECK_PARTS_H

/* The checks that have files of their own; the contract is that of struct check. */
#include "builder/object/check.h"
#include "builder/object/reach.h"

/*
 * Relocates the program against the layout, which there must be, and walks it as the verifier of the tier's
 * kernels does. @ret_relocated is the caller's, as @ret_reach is. As reach_walk() and program_relocate().
 */
int check_reach(const struct check_subject *subject, struct relocated **ret_relocated, struct reach *ret_reach,
		struct tracee_error *err);

/* Programs, helpers and maps are of kinds that the kernel knows (check_kernel.c). */
int check_programs(const struct check_subject *subject, struct text *found, struct tracee_error *err);
int check_helpers(const struct check_subject *subject, struct text *found, struct tracee_error *err);
int check_maps(const struct check_subject *subject, struct text *found, struct tracee_error *err);

/* Length, loops, calls and instructions are what the tier's kernels verify (check_code.c). */
int check_code(const struct check_subject *subject, struct text *found, struct tracee_error *err);

#endif
