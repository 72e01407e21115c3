/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_BUILD_SOURCE_H
#define BUILDER_BUILD_SOURCE_H

/* One build, from the command line to the layout of its kernel. */
#include "builder/build_options.h"
#include "builder/layout/layout.h"

/* What is known so far. */
struct build {
	const struct build_options *options;
	struct header_wanted wanted; /* which kernel is meant */
	enum layout_choice layout_choice;
	int tier; /* enum tracee_tier or PACK_ANY_TIER */
	struct layout layout;
	struct tracee_kernel kernel; /* in the end: which one it is */
	char match[TRACEE_MATCH_MAX]; /* metadata `match` */
};

void build_done(struct build *build);

/* The exit status that goes with an error of the search and of layouts. */
int build_status_of(int r);

/*
 * Finds the source, and makes build->layout, build->kernel and build->match of it. What happens is told
 * by log.h. Returns an enum status.
 */
int build_take_layout(struct build *build);

#endif
