/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_CHILD_H
#define BUILDER_CHILD_H

/*
 * The one way to run a program, or a function of ours that reads what others wrote: no shell, a clean
 * environment, no privileges, limits for time, memory and output, no open files but those named here,
 * the root directory as its working directory. Input and outputs are memory files, so that nothing is
 * left on disk and no pipe can block.
 *
 * Files of the child: 0 its input, 1 and 2 its outputs, CHILD_EXTRA_FD one more output, which it can
 * be told as "/proc/self/fd/3", and from CHILD_FIRST_FD on what the caller passes. The numbers never
 * depend on what the caller has open, so neither does anything that the child derives from them.
 */
#include <signal.h>
#include <stddef.h>
#include <sys/types.h>

#include <tracee/tracee.h>

#include "libtracee/base/text.h"

#define CHILD_EXTRA_FD 3
#define CHILD_FIRST_FD 4
#define CHILD_FDS_MAX 8

struct child {
	/* Either a program: argv[0] is its path, absolute; ended by NULL. */
	const char *const *argv;
	/*
	 * Or, with argv NULL, a function that is called in a copy of this process, which must have a
	 * single thread. It writes to the files above, and may read @argument, but what it changes in
	 * memory is lost; it returns 0 or a negative errno with a sentence. @name is for messages.
	 */
	int (*function)(void *argument, struct tracee_error *err);
	void *argument;
	const char *name;
	const void *input; /* standard input; NULL: empty */
	size_t input_size_bytes;
	const int *fds; /* borrowed: files it inherits, the first as CHILD_FIRST_FD */
	size_t n_fds; /* at most CHILD_FDS_MAX */
	unsigned int timeout_ms; /* wall clock; then it is killed with all of its children */
	size_t output_max_bytes; /* of each output */
	size_t file_max_bytes; /* of each other file that it writes; 0: as output_max_bytes */
	size_t memory_max_bytes; /* of address space; of a function, beyond what this process has */
	/*
	 * Called in this process while the child works, to do something else in the meantime; NULL: nothing.
	 * If it fails, the child is ended and child_run() returns its error.
	 */
	int (*meanwhile)(void *context, struct tracee_error *err);
	void *context;
	/* Where its outputs are appended, also when it failed; each may be NULL. */
	struct text *output, *messages, *extra;
};

/*
 * Privileges: see unprivileged_become(). It has no sockets; see child_seccomp.h.
 *
 * Returns the program's exit status (0 to 255), -ETIMEDOUT, -ECHILD if a signal ended it, -EFBIG if it wrote too
 * much, -EINTR because of child_interrupted, or the errno of what failed, such as -ENOENT and -EACCES for
 * the program. Of a function it returns 0, or what the function returned, with its sentence. What it
 * started and left running is ended with it; and it is ended when the caller dies.
 */
int child_run(const struct child *child, struct tracee_error *err);

/*
 * Set by who handles signals that should end this process (to the signal's number): the child that runs
 * is ended, no other is begun, and the -EINTR that child_run() returns unwinds the callers, so that
 * they remove what they had made.
 */
extern volatile sig_atomic_t child_interrupted;

#endif
