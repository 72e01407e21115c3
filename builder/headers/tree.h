/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_HEADERS_TREE_H
#define BUILDER_HEADERS_TREE_H

/*
 * A header tree: the build half (generated files and configuration of one kernel) and the source
 * half (what all flavours share). Many distributions ship them as two directories, some as one.
 */
#include "builder/headers/root.h"
#include "libtracee/base/text.h"

enum tree_half { TREE_SOURCE = 0, TREE_BUILD = 1, TREE_N_HALVES };

struct header_tree {
	const struct header_root *root; /* borrowed, must outlive it */
	char path[TREE_N_HALVES][PATH_MAX]; /* for messages */
	char place[TREE_N_HALVES][PATH_MAX]; /* inside the root, all links resolved */
	int fd[TREE_N_HALVES]; /* directories opened with O_PATH, owned; the same one twice if it stands for both */
};

/* A directory that may be a half of a tree, or both. */
struct tree_place {
	char shown[PATH_MAX]; /* for messages: the root's label and the path, or what the user wrote */
	int fd; /* O_PATH; -1 if it could not be opened */
	int r; /* why not: what header_root_walk() returned */
	struct walk walk;
};

#define TREE_PLACES_MAX 8

/* @shown NULL: the root's label and @path. Never fails: what is wrong stands in the place. */
void tree_place_open(const struct header_root *root, const char *path, const char *shown,
		     struct tree_place *ret_place);
void tree_place_close(struct tree_place *place);

/* Says why the place could not be opened: which link leads where, and what is not there. */
void tree_place_explain(const struct header_root *root, const struct tree_place *place, struct text *text);

/* Whether an opened place has all that makes it this half. */
bool tree_place_is_half(const struct header_root *root, const struct tree_place *place, enum tree_half half);

/*
 * Takes as each half the first of the places that is complete as one.
 *
 * @places  those that could not be opened are passed over
 *
 * Returns 0, or -ENOENT with the first file that is missing, of which half, and how to pass both.
 * header_tree_close() accepts NULL and a half-built one.
 */
int header_tree_take(const struct header_root *root, const struct tree_place *places, size_t n_places,
		     struct header_tree *ret_tree, struct tracee_error *err);
void header_tree_close(struct header_tree *tree);

/* A file of a half, as header_root_read() does it. */
int header_tree_read(const struct header_tree *tree, enum tree_half half, const char *name, size_t max_bytes,
		     uint8_t **ret_bytes, size_t *ret_size_bytes);

/* Whether it has a directory or file of this name, links followed. */
bool header_tree_has(const struct header_tree *tree, enum tree_half half, const char *name);

#define HEADER_TREE_NONE                                                                                           \
	{                                                                                                          \
		.fd = { -1, -1 }                                                                                   \
	}

#endif
