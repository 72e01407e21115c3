/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_HEADERS_ROOT_H
#define BUILDER_HEADERS_ROOT_H

/*
 * A root directory, ours or that of a host, an image or unpacked packages, and the one way to open
 * what is below it. Every link is resolved as a process whose root that is would see it: an absolute
 * target begins at the root again. A link with more `..` than there are directories above it leads
 * out of a root that is not ours and is refused.
 *
 * Not openat2(RESOLVE_IN_ROOT): it is not there before 5.6, and it does not tell where it stopped. The
 * links on the way are what explains a header tree that is not found, so they are all written down.
 */
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include <tracee/tracee.h>

#define WALK_LINKS_MAX 40 /* as many as the kernel follows; path_resolution(7) */
#define WALK_DEPTH_MAX 64

struct header_root {
	int fd; /* O_PATH, owned */
	bool is_own; /* it is our own "/": there is nothing to lead out of */
	char label[PATH_MAX]; /* stands in front of a path inside for messages: "", "/host", "packages:" */
};

#define HEADER_ROOT_NONE   \
	{                  \
		.fd = -1   \
	}

/* -errno of the call that failed, with a sentence. */
int header_root_open(const char *path, struct header_root *ret_root, struct tracee_error *err);
/* The same for a directory that is open already; @fd is duplicated. */
int header_root_take(int fd, const char *label, struct header_root *ret_root, struct tracee_error *err);
/* Accepts NULL and HEADER_ROOT_NONE. */
void header_root_close(struct header_root *root);

struct walk_link {
	char *path, *target; /* owned; path is inside the root, with a leading '/' */
};

/* How a path was walked; of a failure, as far as it got. */
struct walk {
	char real[PATH_MAX]; /* inside the root, all links resolved: where it ended, or the first that failed */
	struct walk_link links[WALK_LINKS_MAX]; /* in the order in which they were followed */
	size_t n_links;
	bool is_dangling; /* it failed on the way to where the last link leads, not behind that */
	char target[PATH_MAX]; /* if it is dangling: that place, of which `real` is the first part that is missing */
};

#define WALK_NONE       \
	{               \
		.n_links = 0 \
	}

/* Accepts NULL and WALK_NONE. */
void walk_done(struct walk *walk);

/*
 * Opens @path below @root, links followed, also the last one.
 *
 * @path   inside the root; a leading '/' changes nothing
 * @flags  of open(2); O_CLOEXEC is added, and O_NONBLOCK and O_NOCTTY, so that no kind of file holds
 *         us up
 * @walk   WALK_NONE or done with before; filled in on success and on failure; may be NULL
 *
 * Returns 0; -ENOENT: walk->real is the first path that is not there; -ENOTDIR; -ELOOP: more than
 * WALK_LINKS_MAX links; -EXDEV: the last link in the walk leads out of the root; -ENAMETOOLONG; or what
 * open(2) said.
 */
int header_root_walk(const struct header_root *root, const char *path, int flags, struct walk *walk, int *ret_fd);

/* Whether there is something, after links; and whether that is a regular file. */
bool header_root_has(const struct header_root *root, const char *path);
bool header_root_has_file(const struct header_root *root, const char *path);

/* A regular file whole, as file_read_fd() does it; -EISDIR, -EINVAL for what is no regular file. */
int header_root_read(const struct header_root *root, const char *path, size_t max_bytes, uint8_t **ret_bytes,
		     size_t *ret_size_bytes);

/*
 * Calls @tell with each name in the directory @path, in bytewise order, without "." and "..", until it
 * returns other than 0, which is returned. 0 for a directory that cannot be looked into, for whatever
 * reason; -E2BIG if there are more than 65,536 names to tell, -ENOMEM.
 */
int header_root_list(const struct header_root *root, const char *path, int (*tell)(void *context, const char *name),
		     void *context);

/*
 * The same with each path inside the root whose components match those of @pattern, by fnmatch(3):
 * "usr/src/linux-*-obj/?*". Paths come without a leading '/'.
 */
int header_root_glob(const struct header_root *root, const char *pattern,
		     int (*tell)(void *context, const char *path), void *context);

#endif
