/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_HEADERS_TREE_H
#define BUILDER_HEADERS_TREE_H

/*
 * A header tree: the build half (generated files and configuration of one kernel) and the source
 * half (what all flavours share). Many distributions ship them as two directories, some as one.
 */
#include <limits.h>

#include <tracee/tracee.h>

enum tree_half { TREE_SOURCE = 0, TREE_BUILD = 1, TREE_N_HALVES };

struct header_tree {
	char path[TREE_N_HALVES][PATH_MAX];
	int fd[TREE_N_HALVES]; /* directories opened with O_PATH, owned; the same one twice if it stands for both */
};

/*
 * Opens the tree that @n_paths (1 or 2, in any order) make up, and checks that neither half lacks the
 * files that show it to be complete.
 *
 * Returns 0, -ENOENT with the first file that is missing, of which half, and how to pass both; or the
 * errno of what failed. header_tree_close() accepts NULL and a half-built one.
 */
int header_tree_open(const char *const *paths, size_t n_paths, struct header_tree *ret_tree,
		     struct tracee_error *err);
void header_tree_close(struct header_tree *tree);

#define HEADER_TREE_NONE                                                                                           \
	{                                                                                                          \
		.fd = { -1, -1 }                                                                                   \
	}

#endif
