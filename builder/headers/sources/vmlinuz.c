// SPDX-License-Identifier: Apache-2.0
/*
 * BTF instead of headers, the last resort: the image that is booted, which every kernel package has. It has
 * to be decompressed, but it says itself which kernel it is.
 */
#include <stdio.h>

#include "builder/headers/sources/source.h"

static int look(struct header_search *search)
{
	static const char *const formats[] = {
		"/boot/vmlinuz-%s",	   "/boot/Image-%s", "/boot/Image.gz-%s", "/lib/modules/%s/vmlinuz",
		"/usr/lib/modules/%s/vmlinuz",
	};
	char path[PATH_MAX];
	int r = 0;

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]) && r == 0; i++) {
		snprintf(path, sizeof(path), formats[i], search->wanted.kernel.release);
		r = search_btf(search, path, false);
		search_only_beside(search);
	}
	return r;
}

const struct header_source source_vmlinuz = {
	.name = "vmlinuz",
	.who = "every distribution's kernel package; the module directory in Fedora, Arch, openSUSE",
	.look = look,
};
