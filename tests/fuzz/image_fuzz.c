// SPDX-License-Identifier: Apache-2.0
/* Kernel images as they are booted. */
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "builder/image/image.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(close_at) int fd = memfd_create("image", MFD_CLOEXEC);
	CLEANUP(close_at) int scratch = memfd_create("kernel", MFD_CLOEXEC);
	CLEANUP(kernel_image_done) struct kernel_image image = {};
	struct tracee_error err = {};
	int r;

	if (fd < 0 || scratch < 0 || file_write_all(fd, data, size) < 0)
		abort();
	r = kernel_image_extract(fd, scratch, &image, &err);
	if (r < 0 ? image.btf || !*err.text : !image.btf || !image.size_bytes || image.release[TRACEE_RELEASE_MAX - 1])
		abort();
	return 0;
}
