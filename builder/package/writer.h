/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_PACKAGE_WRITER_H
#define BUILDER_PACKAGE_WRITER_H

/*
 * Writes below one directory and nowhere else: each component of a path is opened without following
 * links, directories are made as they are needed (0755), files are new (0644). Paths are those of
 * entry_path(). Nothing of an archive's owners, modes and times is kept.
 */
#include <tracee/tracee.h>

#include "builder/package/selection.h"

struct writer {
	int root; /* borrowed */
	const char *root_path; /* for messages; borrowed */
	int directory; /* the one written to last: files come by directory */
	char directory_path[PACKAGE_PATH_SIZE];
};

void writer_init(struct writer *writer, int root, const char *root_path);
void writer_done(struct writer *writer);

/*
 * All return 0, -EACCES if a path is a directory here and something else there, or errno, with a
 * sentence; a full file system is named, with the way out. What stands at @path already, and is no
 * directory, is replaced.
 */

/* @ret_fd is open for writing, owned by the caller. */
int writer_create(struct writer *writer, const char *path, int *ret_fd, struct tracee_error *err);

/* @target must be a file that was written before: anything else is -EACCES. */
int writer_hard_link(struct writer *writer, const char *path, const char *target, struct tracee_error *err);

/* Opens the file at @path anew, for writing from its beginning: one that has hard links keeps them. */
int writer_reopen(struct writer *writer, const char *path, int *ret_fd, struct tracee_error *err);

/* Replaces nothing: whatever stands at @path is -EACCES. */
int writer_symbolic_link(struct writer *writer, const char *path, const char *target, struct tracee_error *err);

/* The sentence for the -errno @r of writing to @path; returns @r. */
int writer_explain(const struct writer *writer, const char *path, int r, struct tracee_error *err);

#endif
