// SPDX-License-Identifier: Apache-2.0
/* One tree in a directory that is called after the release. */
#include <stdio.h>

#include "builder/headers/sources/source.h"

static int look(struct header_search *search)
{
	static const char *const formats[] = { "/usr/src/kernels/%s", "/usr/src/kernel-headers-%s" };
	char path[PATH_MAX];
	int r = 0;

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]) && r == 0; i++) {
		snprintf(path, sizeof(path), formats[i], search->wanted.kernel.release);
		r = search_tree(search, (const char *const[]){ path, NULL });
	}
	return r;
}

const struct header_source source_kernels = {
	.name = "kernels",
	.who = "RHEL, CentOS, Alma, Rocky, Fedora, Oracle, Amazon, Bottlerocket; Void",
	.look = look,
};
