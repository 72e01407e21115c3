/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_COMPILE_CHILD_H
#define BUILDER_COMPILE_CHILD_H

/*
 * The one way to run a program: no shell, a clean environment, no privileges, limits for time and
 * output, no open files but those named here. Its input and outputs are memory files, so that
 * nothing is left on disk and no pipe can block.
 */
#include <stddef.h>

#include <tracee/tracee.h>

#include "libtracee/base/text.h"

#define CHILD_FDS_MAX 16

struct child {
	const char *const *argv; /* argv[0] is the path of the program; ended by NULL */
	const void *input;	 /* standard input; NULL: empty */
	size_t input_size_bytes;
	int fds[CHILD_FDS_MAX];	 /* further files it inherits, under the same numbers */
	size_t n_fds;
	unsigned int timeout_ms;   /* wall clock; then it is killed with all of its children */
	size_t output_max_bytes;   /* of each output file */
	size_t memory_max_bytes;   /* of address space */
	struct text *output;	   /* standard output is appended; may be NULL */
	struct text *messages;	   /* standard error is appended; may be NULL */
};

/*
 * When we are root, the child becomes nobody (65534) without capabilities: failing to is fatal. When we
 * are not, there is nothing to drop. Returns its exit status (0 to 255), -ETIMEDOUT, -ECHILD if a
 * signal ended it, -EFBIG if it wrote too much, or the errno of what failed.
 */
int child_run(const struct child *child, struct tracee_error *err);

#endif
