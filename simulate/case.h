/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMULATE_CASE_H
#define SIMULATE_CASE_H

/*
 * A case does one thing that a detection is about, harmlessly: to itself, to processes that it has made, in a directory of its
 * own. It runs in a new image of this program, which it may spoil.
 */
#include <stddef.h>
#include <sys/types.h>

struct simulate_case {
	const char *id; /* "FLE-01" */
	const char *rule; /* "TRC-5" */
	const char *what;
	/* 0, or a negative errno where this machine does not let it be done. What it executes in the end ends with 0. */
	int (*run)(void);
	/*
	 * What tracee-runtime shall find, in this order: a JSON array of {"rule", "severity", "data"}, of data what is given. And
	 * where the kernel has no kprobes: NULL, if that is not looked for.
	 */
	const char *expected;
	const char *expected_without_kprobes;
};

/* All cases of a rule, ended by one without an id. */
extern const struct simulate_case cases_stdio[], cases_debugging[], cases_injection[], cases_memory[], cases_fileless[],
	cases_modules[], cases_preload[];

/* An empty directory of the case, absolute; it and what is in it are removed in the end. */
const char *case_directory(void);
/* "DIRECTORY/name" in static memory, until the next call but three. */
const char *case_path(const char *name);
/* A new file there with @mode. Descriptor, or a negative errno. */
int case_file(const char *name, mode_t mode);

/* Copies this program to @fd. 0 or a negative errno. */
int case_copy_program(int fd);
/* Executes @path as this program, to end with 0 at once. A negative errno, if it returns. @environment: NULL for none. */
int case_execute(const char *path, const char *const environment[]);
extern const char *const case_arguments[]; /* of such an image */

/* A mount namespace where nothing that is mounted comes out again. 0 or a negative errno. */
int case_own_mounts(void);

/*
 * A system call as 32-bit processes of x86 make it, with pointers that have 32 bits: to static memory, since this program is not
 * loaded elsewhere. Negative errno for failure; -ENOTSUP where there are none.
 */
long case_call32(long number, long a, long b, long c, long d);

/*
 * Executes a program of 32-bit x86, which does what @what names: see program32.c. A negative errno, if it returns; -ENOTSUP where
 * there are none.
 */
int case_execute32(const char *what);

/* Opens @path by io_uring, not by a system call. Descriptor, or a negative errno. */
int case_uring_open(const char *path, int flags, mode_t mode);
/* connect(2) the same way. */
int case_uring_connect(int fd, const void *address, size_t size_bytes);

#endif
