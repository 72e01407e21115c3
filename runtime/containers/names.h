/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_CONTAINERS_NAMES_H
#define RUNTIME_CONTAINERS_NAMES_H

/*
 * Names and images of containers, for --output option:container-names. A process of its own (runtime/keeper.h) reads the
 * files of container engines (state.h): it has at most CAP_DAC_READ_SEARCH, and can open files for reading and nothing
 * else. It is asked once for each container, and the answer is kept; a container that it does not know is asked for again,
 * a second later and a few times, since files may be written after the first process has run.
 */
#include <sys/types.h>
#include <tracee/tracee.h>

#include "runtime/containers/state.h"

struct container_names;

/*
 * Starts the process, while there are privileges; engines are looked for below directory @root. -errno with a sentence.
 * Free with container_names_free(), which accepts NULL.
 */
int container_names_new(const char *root, struct container_names **ret_names, struct tracee_error *err);
void container_names_free(struct container_names *names);

/* The process that reads, as our pid namespace counts. */
pid_t container_names_pid(const struct container_names *names);

/*
 * The label of the container of @event; empty texts if there is none, or it is not known. Waits for the answer, 0.2 s at
 * most. Valid until the next call.
 */
const struct container_label *container_names_of(struct container_names *names, const struct tracee_event *event);

#endif
