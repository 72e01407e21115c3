/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRACEE_TESTS_SYSCALLS_CONSTANTS_H
#define TRACEE_TESTS_SYSCALLS_CONSTANTS_H

#include <stddef.h>

/* The names that the headers of this architecture have for numbers; none in the i386 program, where they are the
 * same. */
struct constant {
	const char *name;
	long long value;
};

extern const struct constant constants[];
extern const size_t n_constants;

#endif
