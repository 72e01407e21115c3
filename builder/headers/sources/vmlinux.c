// SPDX-License-Identifier: Apache-2.0
/* BTF instead of headers: an uncompressed kernel image that the distribution keeps under the kernel's name. */
#include <stdio.h>

#include "builder/headers/sources/source.h"

static int look(struct header_search *search)
{
	static const char *const formats[] = {
		"/lib/modules/%s/build/vmlinux", "/lib/modules/%s/vmlinux",	 "/usr/lib/modules/%s/vmlinux",
		"/usr/src/linux-headers-%s/vmlinux", "/boot/vmlinux-%s",	 "/usr/lib/debug/boot/vmlinux-%s",
		"/usr/lib/debug/boot/vmlinux-%s.debug",
		"/usr/lib/debug/lib/modules/%s/vmlinux", "/usr/lib/debug/usr/lib/modules/%s/vmlinux",
	};
	char path[PATH_MAX];
	int r = 0;

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]) && r == 0; i++) {
		snprintf(path, sizeof(path), formats[i], search->wanted.kernel.release);
		r = search_btf(search, path, false);
	}
	return r;
}

const struct header_source source_vmlinux = {
	.name = "vmlinux",
	.who = "packages of debugging symbols; header packages of Debian 13, Arch",
	.look = look,
};
