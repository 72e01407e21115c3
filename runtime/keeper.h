/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_KEEPER_H
#define RUNTIME_KEEPER_H

/*
 * A small process of ours that can still open files once we cannot: forked before anything is loaded, it
 * does what it is asked for through a socket, with what it was given at its start and nothing else, and
 * ends when the other end is gone, however we ended. Of all capabilities it has at most one.
 */
#include <sys/types.h>

struct keeper {
	int fd; /* ours of a pair of stream sockets; -1: there is none */
	pid_t pid; /* 0: none */
};

/*
 * Forks a process called @name that has @capability (CAP_DAC_OVERRIDE, …) if we have it, and runs @serve, which is to return when @fd is at its end, and then exits.
 * It has none of our standard descriptors: whoever waits for the end of our output must not wait for it.
 * An earlier keeper has to be stopped after a later one, which holds a copy of its socket. -errno.
 */
int keeper_start(const char *name, int capability, void (*serve)(int fd, const void *context), const void *context,
		 struct keeper *ret_keeper);

/* Returns when it has ended. Accepts one that was not started. */
void keeper_stop(struct keeper *keeper);

#endif
