/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRONT_PROGRAM_H
#define FRONT_PROGRAM_H

/* Starting the programs that lie beside this one, each in a process group of its own, so that what a terminal sends reaches us alone. */
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <tracee/tracee.h>

#define PROGRAM_FIRST_FD 3
#define PROGRAM_FDS_MAX 4

struct program {
	const char *const *argv; /* argv[0] is its path; ended by NULL */
	const char *const *environment; /* NULL: ours */
	int input, output, messages; /* descriptors for its stdin, stdout and stderr; -1: ours */
	const int *fds; /* borrowed: it has them from PROGRAM_FIRST_FD on, and no others */
	size_t n_fds; /* at most PROGRAM_FDS_MAX */
	bool is_unprivileged; /* see unprivileged_become() */
};

#define PROGRAM(words) (struct program){ .argv = (words), .input = -1, .output = -1, .messages = -1 }

/*
 * Returns the process, whose signals are as they were before ours were blocked, and which is a child to be waited for.
 * -errno with a sentence if it cannot be run; nothing is left to be waited for then.
 */
pid_t program_start(const struct program *program, struct tracee_error *err);

/* "/tracee/tracee-runtime" of "tracee-runtime": beside this program, which must not have moved. Allocated; NULL: no memory. */
char *program_beside(const char *name);

/* What is to become our exit status of what waitpid(2) told. */
int program_status(int wait_status);

#endif
