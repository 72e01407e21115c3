/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_BUILD_SOURCE_H
#define BUILDER_BUILD_SOURCE_H

/* One build, from the command line to the layout of its kernel. */
#include <limits.h>

#include "builder/headers/tree.h"
#include "builder/layout/layout.h"

/* The command line; NULL is what was not given. All borrowed. */
struct build_options {
	const char *release;
	const char *headers[TREE_N_HALVES];
	size_t n_headers;
	const char *btf;
	const char *arch;
	const char *output_dir;
	const char *version;
	const char *tier;
	const char *clang;
	const char *format;
	bool is_core;
};

/* What is known so far. */
struct build {
	const struct build_options *options;
	struct tracee_kernel kernel; /* which one is meant, if has_release; in the end which one it is */
	enum tracee_arch arch; /* asked for, if has_arch; otherwise that of this machine */
	bool has_release, has_arch;
	int tier; /* enum tracee_tier or PACK_ANY_TIER */
	struct layout layout;
	const char *headers[TREE_N_HALVES]; /* paths of the tree that was chosen */
	size_t n_headers;
	char *header_list; /* KERN_HEADERS, cut into its parts */
	char places[2][PATH_MAX]; /* of an installed tree */
};

void build_done(struct build *build);

/*
 * Finds the source, and makes build->layout and build->kernel of it. What happens is told by log.h.
 * Returns an enum status.
 */
int build_take_layout(struct build *build);

#endif
