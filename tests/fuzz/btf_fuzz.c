// SPDX-License-Identifier: Apache-2.0
/* BTF and vmlinux files as they are given with --btf. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "builder/layout/layout.h"
#include "libtracee/base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(close_at) int fd = memfd_create("btf", MFD_CLOEXEC);
	CLEANUP(layout_done) struct layout layout = {};
	struct tracee_error err;
	char path[32];

	if (fd < 0 || file_write_all(fd, data, size) < 0)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (layout_from_btf(path, &layout, &err) == 0 && (layout.size_bytes > size || (int)layout.arch >= TRACEE_N_ARCHS))
		abort();
	return 0;
}
