/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_FILTER_FOLLOW_H
#define RUNTIME_FILTER_FOLLOW_H

/*
 * The processes that are followed: those that matched, and all that descend from them. Known by the
 * host's number and the start time together, since numbers are used again; threads are part of their
 * process. The table has a fixed size and forgets nobody but who is gone: what it has no room for is
 * refused, and the caller counts it.
 *
 * The relation is learned from sched_process_fork, before the child makes any event of its own, and
 * ends with the sched_process_exit that says process_gone. Records of several perf buffers come in
 * another order, and records that were lost do not come: then descendants are missed.
 */
#include <stdbool.h>
#include <stdint.h>
#include <tracee/tracee.h>

#define FOLLOW_N_MAX 49152 /* processes at a time; the default of pid_max is 32768 */

struct follow;

/* -ENOMEM. Free with follow_free(), which accepts NULL. */
int follow_new(struct follow **ret_follow, struct tracee_error *err);
void follow_free(struct follow *follow);

bool follow_has(const struct follow *follow, uint32_t host_pid, uint64_t start_time_ns);

/* -ENOSPC if the table is full. */
int follow_add(struct follow *follow, uint32_t host_pid, uint64_t start_time_ns);

/* Nothing if it is not there. */
void follow_remove(struct follow *follow, uint32_t host_pid, uint64_t start_time_ns);

/*
 * Whether the process of @event is followed: it was already, or it is from now on because @matches.
 * Learns from forks and ends. @ret_n_refused: processes that there was no room for; added to.
 */
bool follow_event(struct follow *follow, const struct tracee_event *event, bool matches, uint64_t *ret_n_refused);

#endif
