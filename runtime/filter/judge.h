/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_FILTER_JUDGE_H
#define RUNTIME_FILTER_JUDGE_H

/*
 * The filter together with what it has to know of the machine: when tracing began, the containers from
 * before, the tree of cgroups, who is followed, who runs which binary. Of these there is only what the filter asks for.
 */
#include <tracee/tracee.h>

#include "runtime/filter/filter.h"

struct judge;

/*
 * Looks at the machine, with privileges: from here on whatever starts is new. @filter is borrowed. Fails
 * if something that the filter asks about cannot be known here: -errno with a sentence.
 */
int judge_new(const struct filter *filter, struct judge **ret_judge, struct tracee_error *err);
/* Accepts NULL. */
void judge_free(struct judge *judge);

/*
 * Looks at the processes that run, with privileges, when the programs are attached. Fails as judge_new(); what it could
 * not look at is told at once, by log_warning().
 */
int judge_attached(struct judge *judge, struct tracee_error *err);

/* The directory below which it goes on to open others, for seccomp_close(); -1: none. */
int judge_directory(const struct judge *judge);

/*
 * Whether @event is to be written. Every event has to come by, in order: processes that are followed are
 * learned from them. @is_wanted: its name is among those that are traced. An event that is only needed
 * starts a following by what is asked of its process, and not while something is asked of arguments.
 */
bool judge_event(struct judge *judge, const struct tracee_event *event, bool is_wanted);

/* What it could not do as asked; log_warning() for each, if there was any. */
void judge_tell(const struct judge *judge);

#endif
