/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_PACKAGE_UNPACK_H
#define BUILDER_PACKAGE_UNPACK_H

/*
 * Package files of kernel headers → a private directory that looks like a root file system, with what
 * a compilation needs and nothing else: .deb, .rpm, .apk, .pkg.tar.*, .tar.*, kheaders archives, in any
 * order. Archives are hostile: each is read in a child without privileges (builder/child.h), by
 * libarchive, and written by us. See builder/package/selection.h for what is taken and where it is put,
 * builder/package/extract.h for what is refused.
 */
#include <stdbool.h>
#include <stddef.h>

#include <tracee/tracee.h>

/* A private directory with what was taken from packages; removed by unpacked_free(). */
struct unpacked;

/*
 * Makes the directory below $TMPDIR, /dev/shm or /tmp. What killed processes of this user left there goes first.
 * On success the caller owns @ret_unpacked. Returns 0, or the errno of what failed with a sentence that
 * names the directory.
 */
int unpacked_new(struct unpacked **ret_unpacked, struct tracee_error *err);

/*
 * @fd       a regular file opened for reading, borrowed; its position is neither used nor moved
 * @name     for messages
 * @release  NULL, or only what can belong to that kernel is taken
 *
 * A file that was given before (the same device and inode) is not read again. Returns 0, -EBADMSG (no
 * archive that we know, or a damaged one), -EACCES (hostile: refused, with the reason and the entry's
 * name), -E2BIG (a limit), -ENOENT (nothing in it belongs to a header tree, or to @release), -ETIMEDOUT,
 * -EINTR (see child_interrupted), or errno; -ENOSPC says which directory is full. After a failure that
 * left part of a package behind nothing more is accepted: -ECANCELED, and the directory is of no use.
 */
int unpacked_add(struct unpacked *unpacked, int fd, const char *name, const char *release,
		 struct tracee_error *err);

/* As above, of @bytes in memory, borrowed, such as the archive out of a kernel's kheaders module. */
int unpacked_add_bytes(struct unpacked *unpacked, const void *bytes, size_t size_bytes, const char *name,
		       const char *release, struct tracee_error *err);

/*
 * Behind the last package: checks the links of all packages together, then makes them, with relative
 * targets, so that they lead to the same place whatever the root is. Returns 0, -EACCES if one of them
 * would lead out, -ECANCELED as above, or errno.
 */
int unpacked_finish(struct unpacked *unpacked, struct tracee_error *err);

/* The directory, opened with O_PATH; borrowed. */
int unpacked_fd(const struct unpacked *unpacked);

/* Its path, for messages and for programs; borrowed. */
const char *unpacked_path(const struct unpacked *unpacked);

/* Files taken so far, without links. */
size_t unpacked_n_files(const struct unpacked *unpacked);

/* Whether a file in a directory of packages is one, by its name: .deb .rpm .apk .tgz .txz .tar, .tar.{gz,xz,zst,bz2}. */
bool package_is_named_like_one(const char *file_name);

/* Removes the directory with all that is in it; accepts NULL and a half-built one. */
void unpacked_free(struct unpacked *unpacked);

#endif
