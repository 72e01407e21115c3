/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_OBJECT_CHECK_PARTS_H
#define BUILDER_OBJECT_CHECK_PARTS_H

/* The checks that have files of their own; the contract is that of struct check. */
#include "builder/object/check.h"

/* Programs, helpers and maps are of kinds that the kernel knows (check_kernel.c). */
int check_programs(const struct check_subject *subject, struct text *found, struct tracee_error *err);
int check_helpers(const struct check_subject *subject, struct text *found, struct tracee_error *err);
int check_maps(const struct check_subject *subject, struct text *found, struct tracee_error *err);

/* Length, loops, calls and instructions are what the tier's kernels verify (check_code.c). */
int check_code(const struct check_subject *subject, struct text *found, struct tracee_error *err);

#endif
