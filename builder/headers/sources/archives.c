// SPDX-License-Identifier: Apache-2.0
/* Trees of archives that do not say where they belong; builder/package/unpack.h puts them below /tree. */
#include "builder/headers/sources/source.h"

static int look_at(void *context, const char *path)
{
	char inside[PATH_MAX], include[PATH_MAX];

	search_path(include, "/%s/include", path);
	if (!header_root_has(((struct header_search *)context)->root, include))
		return 0;
	search_path(inside, "/%s", path);
	return search_tree(context, (const char *const[]){ inside, NULL });
}

static int look(struct header_search *search)
{
	static const char *const patterns[] = { "tree/*", "tree/*/*", "tree/*/*/*" };
	int r = 0;

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]) && r == 0 && search->is_in_packages; i++)
		r = header_root_glob(search->root, patterns[i], look_at, search);
	return r;
}

const struct header_source source_archives = {
	.name = "archives",
	.who = "archives named with --headers: kheaders, Bottlerocket, a tree of one's own",
	.look = look,
};
