/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_COMPILE_CLANG_H
#define BUILDER_COMPILE_CLANG_H

/* The clang that parses headers: found, asked for its version and for its resource directory once. */
#include <limits.h>

#include <tracee/tracee.h>

#define CLANG_MAJOR_MIN 9

struct clang {
	char path[PATH_MAX]; /* absolute */
	char resource_directory[PATH_MAX];
	char version[64]; /* "14.0.6" */
	unsigned int major;
};

/*
 * @named  a file, a directory that holds clang, or a name to look up in PATH: what is named is never
 *         replaced by something else. NULL or "": clang, then clang-23 … clang-9, in PATH, the first
 *         that answers as clang does and is not too old.
 * Returns 0, -ENOENT if there is none, -ENOEXEC if it does not answer as clang does or is too old.
 */
int clang_find(const char *named, struct clang *ret_clang, struct tracee_error *err);

/* The number in what `clang --version` prints: digits and dots behind "version ". -ENOEXEC. */
int clang_parse_version(const char *answer, struct clang *clang, struct tracee_error *err);

#endif
