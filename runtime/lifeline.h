/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_LIFELINE_H
#define RUNTIME_LIFELINE_H

/*
 * A pipe whose other end is held by who started us (--lifeline): when that is closed, on purpose or because its
 * holder is gone, we stop as SIGTERM would have us. It works where signals do not reach us: without
 * CAP_KILL nobody can send one to a process that has become another user.
 */
#include <tracee/tracee.h>

/*
 * From here on the kernel sends us SIGTERM when the other end of @fd (borrowed, the reading end of a pipe) is closed,
 * also if it is already. -errno with a sentence if @fd is not open, or is no pipe.
 */
int lifeline_hold(int fd, struct tracee_error *err);

#endif
