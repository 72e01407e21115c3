/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_SECCOMP_H
#define RUNTIME_SECCOMP_H

#include <stdbool.h>
#include <tracee/tracee.h>

/*
 * Allows the system calls of the loop and of ending, and makes all others fail with EPERM: no program
 * can be executed, no file opened, no socket made. Failing rather than killing, so that a C library
 * which takes another way one day costs a message and not the sensor. @has_counter_calls: reading
 * counters takes bpf(2) and capset(2). @directory, unless it is -1: with it, and with the flags of
 * CGROUPS_OPEN_FLAGS, directories can be opened for reading, listed and asked for their handle. (The
 * filter does not see paths: those of other directories are refused by the user that we have become.)
 * -ENOTSUP if the kernel has no filters.
 */
int seccomp_close(bool has_counter_calls, int directory, struct tracee_error *err);

/*
 * For a process that reads files that others wrote, and answers by a socket: whatever they make of it, it can open files
 * for reading, read them, and end. Errors as above.
 */
int seccomp_close_but_reading(struct tracee_error *err);

#endif
