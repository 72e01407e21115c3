/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_HEADERS_SEARCH_PARTS_H
#define BUILDER_HEADERS_SEARCH_PARTS_H

/* What the files that make up the search call of each other. */
#include "builder/headers/search.h"

/* A new private directory, the last of search->unpacked. */
int search_add_unpacked(struct header_search *search, struct tracee_error *err);
/* Makes the last of search->unpacked a root, and search->root. */
int search_add_unpacked_root(struct header_search *search, const char *label, struct tracee_error *err);

/* search_tree() with places that are open already; the links of their walks are taken over. */
int search_places(struct header_search *search, struct tree_place *places, size_t n_places);

/* All sources below search->root: 0 to go on, 1 if the search is over. */
int search_sources(struct header_search *search);

/*
 * Sets search->wanted.kernel.release to that of the only header tree below search->root, if it is not
 * known. -EINVAL with the releases that are there if there are several; -ENOENT if there is none.
 */
int search_only_release(struct header_search *search, struct tracee_error *err);

/* What the user named: search->request->paths. As header_search_run(). */
int search_named(struct header_search *search, struct tracee_error *err);

#endif
