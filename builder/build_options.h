/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_BUILD_OPTIONS_H
#define BUILDER_BUILD_OPTIONS_H

/* The command line of build, and of headers, which takes the part of it that is about the search. */
#include "builder/headers/search.h"

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

/*
 * Parses and checks the words behind the command's name, argv[0]; messages by log.h, with that name.
 *
 * @is_search_only  for headers: what is about making an object is unknown
 * @options         holds the defaults
 *
 * Returns an enum status.
 */
int build_options_parse(int argc, char **argv, bool is_search_only, struct build_options *options);

/* -EINVAL if --layout is none of its words. */
int build_options_layout(const struct build_options *options);

/*
 * What of the options is about the search for headers, into @ret_wanted. Messages by log.h. Returns an
 * enum status.
 */
int build_options_wanted(const struct build_options *options, struct header_wanted *ret_wanted);

/*
 * The paths of --headers, or else of KERN_HEADERS: directories or packages, with ':' between them where
 * there is no file of that name. @ret_memory holds them: free(). Messages by log.h. Returns an enum
 * status.
 */
int build_options_paths(const struct build_options *options, const char *ret_paths[BUILD_HEADERS_MAX],
		     size_t *ret_n_paths, char **ret_memory);

#endif
