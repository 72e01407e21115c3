// SPDX-License-Identifier: Apache-2.0
/* The headers that the running kernel carries in itself (CONFIG_IKHEADERS=y, or its module is loaded). */
#include <errno.h>
#include <fcntl.h>

#include "builder/headers/sources/source.h"
#include "libtracee/base/cleanup.h"

#define KHEADERS "/sys/kernel/kheaders.tar.xz"

static int look(struct header_search *search)
{
	CLEANUP(close_at) int fd = -1;
	char shown[PATH_MAX];

	if (search->is_in_packages || !header_kernel_is_running(&search->wanted.kernel))
		return 0;
	search_path(shown, "%s" KHEADERS, search->root->label);
	if (header_root_walk(search->root, KHEADERS, O_RDONLY, NULL, &fd) < 0 || !search_is_in_sysfs(fd))
		return search_refuse(search, shown, -ENOENT, "it is not there", NULL);
	return search_archive(search, shown, fd, NULL, 0);
}

const struct header_source source_kheaders = {
	.name = "kheaders",
	.who = "the running kernel, if it carries its headers",
	.look = look,
};
