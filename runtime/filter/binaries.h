/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_FILTER_BINARIES_H
#define RUNTIME_FILTER_BINARIES_H

/*
 * Which processes `binary=` accepts. The binary of a process is what execve(2) was given while tracing goes on, as
 * sched_process_exec tells it; of a process that runs already the file behind /proc/PID/exe; of one that was made by
 * fork its parent's. Of what cannot be known nothing is hit: = does not accept it, != does.
 *
 * As in follow.h, the table has a fixed size, and what it has no room for is counted; where records come in another
 * order or are lost, processes keep the binary they had.
 */
#include <tracee/tracee.h>

#include "runtime/filter/text_filter.h"

struct binaries;

/* @filter is borrowed. -ENOMEM. Free with binaries_free(), which accepts NULL. */
int binaries_new(const struct text_filter *filter, struct binaries **ret_binaries, struct tracee_error *err);
void binaries_free(struct binaries *binaries);

/*
 * Looks at the processes below @proc (/proc), with privileges, when programs are attached already: what executes
 * from now on makes events. What may not be looked at is told by log_warning(). -errno with a sentence if there is no
 * such directory.
 */
int binaries_read(struct binaries *binaries, const char *proc, struct tracee_error *err);

/* Whether the process of @event is accepted. Every event has to come by, in order. */
bool binaries_event(struct binaries *binaries, const struct tracee_event *event);

/* Processes that there was no room for. */
uint64_t binaries_n_refused(const struct binaries *binaries);

#endif
