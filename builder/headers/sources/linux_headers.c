// SPDX-License-Identifier: Apache-2.0
/*
 * /usr/src/linux-headers-R: the build half, or the whole tree. Debian has the source half beside it in
 * linux-headers-V-common, or -common-rt, where R is V with a flavour behind it; Ubuntu's trees lead
 * into the one beside them by links of their own.
 */
#include <stdio.h>
#include <string.h>

#include "builder/headers/sources/source.h"

#define PREFIX "usr/src/linux-headers-"
#define COMMON "-common"

/* The source halves of a release; of a realtime kernel the one of its own comes first. */
struct commons {
	const char *release;
	char paths[2][PATH_MAX];
	size_t n;
};

static int take_common(void *context, const char *path)
{
	struct commons *commons = context;
	const char *version = path + strlen(PREFIX), *common = strstr(version, COMMON);
	size_t length = (size_t)(common - version);
	bool is_rt = strcmp(common + strlen(COMMON), "-rt") == 0;
	bool wants_rt = strstr(commons->release, "-rt-") != NULL;

	if (strncmp(commons->release, version, length) != 0 || commons->release[length] != '-' ||
	    (!is_rt && common[strlen(COMMON)] != '\0') || (is_rt && !wants_rt) || commons->n == 2)
		return 0;
	if (is_rt && commons->n == 1)
		strcpy(commons->paths[1], commons->paths[0]);
	search_path(commons->paths[is_rt ? 0 : commons->n], "/%s", path);
	commons->n++;
	return 0;
}

static int look(struct header_search *search)
{
	struct commons commons = { .release = search->wanted.kernel.release };
	char build[PATH_MAX];
	const char *list[4] = { build };
	int r;

	search_path(build, "/" PREFIX "%s", commons.release);
	r = header_root_glob(search->root, PREFIX "*" COMMON "*", take_common, &commons);
	if (r < 0)
		return r;
	for (size_t i = 0; i < commons.n; i++)
		list[1 + i] = commons.paths[i];
	return search_tree(search, list);
}

const struct header_source source_linux_headers = {
	.name = "linux-headers",
	.who = "Debian, Ubuntu, Alpine, Container-Optimized OS, LinuxKit, Photon",
	.look = look,
};
