// SPDX-License-Identifier: Apache-2.0
/*
 * SUSE: of release V-FLAVOUR the source half is /usr/src/linux-V, and the build half
 * /usr/src/linux-V-obj/CPU/FLAVOUR, where CPU is x86_64 or aarch64.
 */
#include <string.h>

#include "builder/headers/sources/source.h"

static int look(struct header_search *search)
{
	static const char *const cpus[] = { "x86_64", "aarch64", "arm64" };
	const char *release = search->wanted.kernel.release, *dash = strrchr(release, '-');
	char build[PATH_MAX], source[PATH_MAX], sources_of_flavour[PATH_MAX];
	int r = 0;

	if (!dash)
		return 0;
	search_path(source, "/usr/src/linux-%.*s", (int)(dash - release), release);
	/* Packages of openSUSE's kernel project add the flavour to the directory of the sources. */
	search_path(sources_of_flavour, "/usr/src/linux-%s", release);
	for (size_t i = 0; i < sizeof(cpus) / sizeof(cpus[0]) && r == 0; i++) {
		search_path(build, "/usr/src/linux-%.*s-obj/%s/%s", (int)(dash - release), release, cpus[i], dash + 1);
		if (i == 0 || header_root_has(search->root, build))
			r = search_tree(search, (const char *const[]){ build, source, sources_of_flavour, NULL });
	}
	return r;
}

const struct header_source source_suse = {
	.name = "suse",
	.who = "openSUSE, SLES",
	.look = look,
};
