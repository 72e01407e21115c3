/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_LAYOUT_DEPENDENCIES_H
#define BUILDER_LAYOUT_DEPENDENCIES_H

/*
 * What clang read: its dependency list (-MD), a make rule. A header can name any file that clang can
 * open, so each name is looked at: it must lie in the tree, or be one of clang's own headers.
 */
#include "builder/compile/clang.h"
#include "builder/headers/tree.h"
#include "libtracee/base/digest.h"

/* What clang calls the directory of a half: "/proc/self/fd/4" is TREE_SOURCE. */
#define DEPENDENCIES_ROOT "/proc/self/fd/"

/*
 * The digest of all headers of the tree that were read: the SHA-256 of what sha256sum(1) prints for
 * them, by names relative to their half, sorted bytewise. So it depends neither on where the tree
 * lies, nor on which of its halves a file is in, nor on clang's own headers.
 *
 * @list  borrowed, as clang wrote it
 *
 * In the tree is what lies below one of its halves after all links, and what links lead to in a source
 * half beside one of them: Ubuntu's tree of a flavour is made of links into the tree of all flavours.
 *
 * Returns 0, -EACCES with the first file that is outside, -EBADMSG if the list is not one, or the errno
 * of the call that failed.
 */
int dependencies_digest(const struct header_tree *tree, const struct clang *clang, const char *list,
			size_t size_bytes, char ret_digest[DIGEST_SIZE], struct tracee_error *err);

#endif
