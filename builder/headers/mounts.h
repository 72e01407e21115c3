/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_HEADERS_MOUNTS_H
#define BUILDER_HEADERS_MOUNTS_H

/* What a container must see of a host to make the object that was searched for there, and nothing more. */
#include "builder/headers/search.h"
#include "libtracee/base/text.h"

/*
 * Appends lines of a word and a path inside the root, in an order that does not change:
 *   headers PATH  a half of the tree that was chosen, all links resolved: to be mounted, and named with --headers
 *   mount PATH    a directory that links in it lead to
 *   btf PATH      instead of these: to be mounted, unless the container has it anyway, and named with --btf
 * @search has a choice. 0, or -errno with a sentence; -EINVAL for a tree that was unpacked from packages, of which there is nothing to
 * be mounted.
 */
int mounts_tell(const struct header_search *search, struct text *text, struct tracee_error *err);

#endif
