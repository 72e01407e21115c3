/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_FILTER_CONTAINERS_H
#define RUNTIME_FILTER_CONTAINERS_H

/*
 * The containers that there are when tracing starts, so that those which come later are known as new.
 * A container is known by its id, from /proc/PID/cgroup (cgroups(7)), or without one by its pid
 * namespace, from /proc/PID/ns/pid (namespaces(7)); one without a process is none. Threads that have
 * left their process's namespaces or cgroup (cgroups of type "threaded") are taken for their process.
 */
#include <stdbool.h>
#include <tracee/tracee.h>

#define CONTAINERS_N_MAX 65536 /* ids, and as many namespaces */

struct containers;

/*
 * @proc: "/proc". -EPERM if the namespaces of others may not be looked at, -EXDEV if we see the
 * processes of a pid namespace only, which is not the host's, -E2BIG, or the errno of what failed.
 */
int containers_read(const char *proc, struct containers **ret_containers, struct tracee_error *err);
/* Accepts NULL. */
void containers_free(struct containers *containers);

/* Whether the container of @event was not there then; of no meaning for an event of the host. */
bool containers_are_new(const struct containers *containers, const struct tracee_event *event);

#endif
