// SPDX-License-Identifier: Apache-2.0
/*
 * SUSE: of release V-FLAVOUR the source half is /usr/src/linux-V, and the build half
 * /usr/src/linux-V-obj/CPU/FLAVOUR, where CPU is x86_64 or aarch64.
 */
#include <string.h>

#include "builder/headers/sources/source.h"

/* The first CPU for which there is a build half; else the one of the first, for the story. */
static void find_build(const struct header_search *search, size_t length, char ret_build[PATH_MAX])
{
	static const char *const cpus[] = { "aarch64", "arm64", "x86_64" };
	const char *release = search->wanted.kernel.release;

	for (size_t i = sizeof(cpus) / sizeof(cpus[0]); i > 0; i--) {
		search_path(ret_build, "/usr/src/linux-%.*s-obj/%s/%s", (int)length, release, cpus[i - 1],
			    release + length + 1);
		if (header_root_has(search->root, ret_build))
			return;
	}
	search_path(ret_build, "/usr/src/linux-%.*s-obj/x86_64/%s", (int)length, release, release + length + 1);
}

static int look(struct header_search *search)
{
	const char *release = search->wanted.kernel.release, *dash = strrchr(release, '-');
	char build[PATH_MAX], source[PATH_MAX], sources_of_flavour[PATH_MAX];

	if (!dash)
		return 0;
	find_build(search, (size_t)(dash - release), build);
	if (!header_root_has(search->root, build))
		return search_tree(search, (const char *const[]){ build, NULL });
	search_path(source, "/usr/src/linux-%.*s", (int)(dash - release), release);
	/* Packages of openSUSE's kernel project add the flavour to the directory of the sources. */
	search_path(sources_of_flavour, "/usr/src/linux-%s", release);
	return search_tree(search, (const char *const[]){ build, source, sources_of_flavour, NULL });
}

const struct header_source source_suse = {
	.name = "suse",
	.who = "openSUSE, SLES",
	.look = look,
};
