/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SPAWN_H
#define BASE_SPAWN_H

/*
 * Parts of starting a program: a child between fork(2) and execve(2), which may call only what is safe there, and the pipe by which
 * its parent learns why it did not come to the second.
 */
#include <stddef.h>

struct spawn_failure {
	char what[32]; /* the call */
	int code; /* errno */
};

/* In the child: tells @what and errno, and ends it. */
__attribute__((noreturn)) void spawn_give_up(int pipe_fd, const char *what);

/*
 * In the child: puts the files @from at the numbers 0 to @n - 1, the pipe at @n, where execve(2) closes it, and closes all others.
 * @from is used up. Returns @n; gives up where that fails.
 */
int spawn_set_files(int *from, int n, int pipe_fd);

/*
 * In the parent, which has closed its writing end: waits until the child has become the program or given up. 0 if it has become it;
 * 1 with what it told; -EIO if it told nothing that makes sense.
 */
int spawn_take_failure(int pipe_fd, struct spawn_failure *ret_failure);

#endif
