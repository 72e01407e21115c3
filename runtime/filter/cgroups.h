/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUNTIME_FILTER_CGROUPS_H
#define RUNTIME_FILTER_CGROUPS_H

/*
 * Which cgroups (version 2) a filter of paths accepts. Events carry the number of the cgroup; its path
 * is found by walking the tree, whose directories say their numbers as file handles
 * (name_to_handle_at(2); fs/kernfs/mount.c, kernfs_encode_fh()), and the answer is remembered.
 * A cgroup that was removed before its first event was looked at has no path any more: it is unknown.
 *
 * Works without privileges once it is open: what the walk takes then are the calls that
 * seccomp_close() allows with the directory given.
 */
#include <stdint.h>
#include <tracee/tracee.h>

#include "runtime/filter/text_filter.h"

/* How a directory below the root is opened, always: seccomp.c compares these flags. */
#define CGROUPS_OPEN_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

struct cgroups;

/*
 * @mounts: "/proc/self/mounts". @filter is borrowed. -ENOENT with a sentence if cgroup v2 is not
 * mounted, or the errno of what failed.
 */
int cgroups_open(const char *mounts, const struct text_filter *filter, struct cgroups **ret_cgroups,
		 struct tracee_error *err);
/* Accepts NULL. */
void cgroups_close(struct cgroups *cgroups);

/* The root of the tree, owned by @cgroups. */
int cgroups_directory(const struct cgroups *cgroups);

enum cgroup_answer { CGROUP_UNKNOWN, CGROUP_ACCEPTED, CGROUP_REJECTED };

/* Of the cgroup with this number. */
enum cgroup_answer cgroups_look_up(struct cgroups *cgroups, uint64_t id);

/* Whether /proc/self/mounts, without its last newline, has cgroup v2, and where: @ret_path has PATH_MAX bytes. */
int cgroups_find_mount(const char *mounts, char *ret_path);

#endif
