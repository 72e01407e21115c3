/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_BUILD_SOURCE_H
#define BUILDER_BUILD_SOURCE_H

/* One build, from the command line to the layout of its kernel. */
#include "builder/headers/search.h"
#include "builder/layout/layout.h"

#define BUILD_HEADERS_MAX 64

/* Which of the two a layout is made from where a tree brings BTF as well. */
enum layout_choice {
	LAYOUT_AUTO, /* the BTF, proven by the headers if there is a compiler */
	LAYOUT_HEADERS, /* the headers alone, as on a kernel that has no BTF */
	LAYOUT_BTF, /* the BTF alone */
};

/* The command line; NULL is what was not given. All borrowed. */
struct build_options {
	const char *release, *arch, *version_text;
	const char *root;
	const char *headers[BUILD_HEADERS_MAX];
	size_t n_headers;
	const char *btf;
	const char *layout;
	const char *output_dir;
	const char *version;
	const char *tier;
	const char *clang;
	const char *format;
	bool is_core, is_strict, allows_mismatch;
};

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

/*
 * What of the options is about the search for headers, into @ret_wanted. Messages by log.h. Returns an
 * enum status.
 */
int build_take_wanted(const struct build_options *options, struct header_wanted *ret_wanted);

/*
 * The paths of --headers, or else of KERN_HEADERS: directories or packages, with ':' between them where
 * there is no file of that name. @ret_memory holds them: free(). -ENOMEM, -E2BIG.
 */
int build_take_paths(const struct build_options *options, const char *ret_paths[BUILD_HEADERS_MAX],
		     size_t *ret_n_paths, char **ret_memory);

/* The exit status that goes with an error of the search and of layouts. */
int build_status_of(int r);

/*
 * Finds the source, and makes build->layout, build->kernel and build->match of it. What happens is told
 * by log.h. Returns an enum status.
 */
int build_take_layout(struct build *build);

#endif
