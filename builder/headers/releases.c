// SPDX-License-Identifier: Apache-2.0
/* Which kernels the header trees below a root are for, where the user does not say which is meant. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "builder/headers/defines.h"
#include "builder/headers/search_parts.h"
#include "builder/headers/sources/source.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/error.h"

#define RELEASES_MAX 64
#define RELEASES_TOLD_MAX 8
#define UTSRELEASE_MAX_BYTES 65536

struct releases {
	const struct header_root *root;
	char list[RELEASES_MAX][TRACEE_RELEASE_MAX];
	size_t n;
	bool is_cut; /* there are more */
};

/* @path leads to a build half: its release joins the list, if it is not in it yet. */
static int take(void *context, const char *path)
{
	struct releases *releases = context;
	CLEANUP(free_at) char *bytes = NULL;
	char file[PATH_MAX], release[TRACEE_RELEASE_MAX];
	struct defines defines;

	search_path(file, "/%s/include/generated/utsrelease.h", path);
	if (header_root_read(releases->root, file, UTSRELEASE_MAX_BYTES, (uint8_t **)&bytes, &defines.size_bytes) < 0)
		return 0;
	defines.bytes = bytes;
	if (defines_string(&defines, "UTS_RELEASE", release, sizeof(release)) < 0)
		return 0;
	for (size_t i = 0; i < releases->n; i++) {
		if (strcmp(releases->list[i], release) == 0)
			return 0;
	}
	if (releases->n == RELEASES_MAX) {
		releases->is_cut = true;
		return 1;
	}
	strcpy(releases->list[releases->n++], release);
	return 0;
}

static int collect(struct releases *releases)
{
	static const char *const patterns[] = {
		"lib/modules/*/build",	 "usr/lib/modules/*/build", "usr/src/*",
		"usr/src/kernels/*",	 "usr/src/*-obj/*/*",	    "nix/store/*-dev/lib/modules/*/build",
		"tree/*",		 "tree/*/*",		    "tree/*/*/*",
	};
	int r = 0;

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]) && r == 0; i++)
		r = header_root_glob(releases->root, patterns[i], take, releases);
	return r;
}

static int say_several(const struct releases *releases, struct tracee_error *err)
{
	CLEANUP(text_done) struct text list = {};

	text_init(&list, 800);
	for (size_t i = 0; i < releases->n && i < RELEASES_TOLD_MAX; i++)
		text_format(&list, "%s'%s'", i ? ", " : "", releases->list[i]);
	if (releases->n > RELEASES_TOLD_MAX)
		text_format(&list, " and %zu%s more", releases->n - RELEASES_TOLD_MAX, releases->is_cut ? " or" : "");
	return error_set(err, -EINVAL, "below '%s/' are headers of several kernels: say with --kernel which is meant: %s",
			 releases->root->label, text_string(&list));
}

int search_only_release(struct header_search *search, struct tracee_error *err)
{
	CLEANUP(free_at) struct releases *releases = calloc(1, sizeof(*releases));
	struct header_wanted *wanted = &search->wanted;
	int r;

	if (wanted->has_release)
		return 0;
	if (!releases)
		return -ENOMEM;
	releases->root = search->root;
	r = collect(releases);
	if (r < 0)
		return error_errno(err, r, "below '%s/'", search->root->label);
	if (releases->n > 1)
		return say_several(releases, err);
	if (releases->n == 0)
		return error_set(err, -ENOENT,
				 "below '%s/' is no build half of a header tree (a directory with include/generated/"
				 "utsrelease.h in lib/modules/R/build, usr/src or usr/src/kernels): name the directory of one "
				 "with --headers, or the kernel with --kernel",
				 search->root->label);
	r = tracee_kernel_parse(releases->list[0], wanted->kernel.arch, &wanted->kernel, err);
	wanted->has_release = r == 0;
	return r;
}
