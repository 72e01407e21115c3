/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_LOAD_CGROUP_V1_H
#define RUNTIME_LOAD_CGROUP_V1_H

#include <stdbool.h>

/*
 * Whether the pids controller is in a hierarchy of its own, as with cgroup v1 and hybrid set-ups: container
 * runtimes make the cgroups of their containers there, then. @path: "/proc/cgroups" (cgroups(7)); if it cannot
 * be read, no.
 */
bool cgroup_v1_has_pids(const char *path);

#endif
