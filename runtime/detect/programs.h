/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_DETECT_PROGRAMS_H
#define RUNTIME_DETECT_PROGRAMS_H

/* Which program a finding is about, by the file that it runs: the kernel knows that, while a process chooses its own comm. */
#include <stdbool.h>
#include <tracee/tracee.h>

/* Whether the last name of the executable's path is one of @names, ended by NULL; "php*" stands for all that begin so. */
bool program_is_one_of(const struct tracee_event *event, const char *const *names);

/* Whether it is root's, and nobody else can write to it. */
bool program_is_of_root(const struct tracee_event *event);

#endif
