// SPDX-License-Identifier: Apache-2.0
/*
 * Sources that were built in place: Gentoo and kernels of one's own. The names are free text, so what
 * stands in the tree decides alone.
 */
#include "builder/headers/sources/source.h"

static int look(struct header_search *search)
{
	char path[PATH_MAX];
	int r;

	search_path(path, "/usr/src/linux-%s", search->wanted.kernel.release);
	r = search_tree(search, (const char *const[]){ path, NULL });
	return r ? r : search_tree(search, (const char *const[]){ "/usr/src/linux", NULL });
}

const struct header_source source_sources = {
	.name = "sources",
	.who = "Gentoo, kernels built by oneself; Arch has a link there",
	.look = look,
};
