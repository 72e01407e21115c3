// SPDX-License-Identifier: Apache-2.0
/*
 * The module directory of a kernel: its `build` leads to the build half of the header tree, or to the
 * whole of it; its `source`, where there is one, to the source half. Both are tried as both. A tree that
 * was built outside of its sources (make O=) has a `source` of its own in it.
 */
#include <string.h>

#include "builder/headers/sources/source.h"

/*
 * Where /lib is a link to usr/lib, the packages of Debian 13 and SUSE say `../../../src/X` and mean
 * /usr/src/X. Seen through a /lib/modules that is mounted into an image whose /lib is a directory, the
 * same link leads to /src/X: so what is behind it is looked for in both.
 */
static bool take_merged(const struct header_root *root, const char *path, char ret_path[PATH_MAX])
{
	static const char trap[] = "../../../src/";
	struct tree_place place;
	bool is_trap;

	tree_place_open(root, path, NULL, &place);
	is_trap = place.fd < 0 && place.walk.n_links > 0 &&
		  strncmp(place.walk.links[place.walk.n_links - 1].target, trap, sizeof(trap) - 1) == 0;
	if (is_trap)
		search_path(ret_path, "/usr/src/%s",
			    place.walk.links[place.walk.n_links - 1].target + sizeof(trap) - 1);
	tree_place_close(&place);
	return is_trap;
}

static int look_below(struct header_search *search, const char *modules)
{
	static const char *const names[] = { "build", "source", "build/source" };
	char paths[TREE_PLACES_MAX][PATH_MAX];
	const char *list[TREE_PLACES_MAX + 1] = {};
	size_t n_names = sizeof(names) / sizeof(names[0]), n = n_names;
	int r, noted = 0;

	for (size_t i = 0; i < n_names; i++) {
		search_path(paths[i], "%s/%s/%s", modules, search->wanted.kernel.release, names[i]);
		list[i] = paths[i];
	}
	for (size_t i = 0; i < 2; i++) {
		if (take_merged(search->root, paths[i], paths[n])) {
			list[n] = paths[n];
			n++;
		}
	}
	r = search_tree(search, list);
	if (r >= 0 && n > n_names)
		noted = search_note(search, "links that say ../../../src are meant from /usr/lib/modules, where that is "
					    "/usr/src: looked there too");
	return noted < 0 ? noted : r;
}

static int look(struct header_search *search)
{
	int r = look_below(search, "/lib/modules");

	return r ? r : look_below(search, "/usr/lib/modules");
}

const struct header_source source_modules = {
	.name = "modules",
	.who = "nearly all; Arch, Flatcar and Talos have the tree itself there",
	.look = look,
};
