// SPDX-License-Identifier: Apache-2.0
/* Module files as they are found, compressed or not. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "builder/headers/kheaders_module.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(close_at) int fd = memfd_create("module", MFD_CLOEXEC);
	CLEANUP(free_at) uint8_t *bytes = NULL;
	struct tracee_error err = {};
	size_t n = 0;
	int r;

	if (fd < 0 || file_write_all(fd, data, size) < 0 || lseek(fd, 0, SEEK_SET) < 0)
		abort();
	r = kheaders_module_read(fd, &bytes, &n, &err);
	if (r < 0 ? bytes != NULL || (r != -ENOMEM && !*err.text)
		  : n < 6 || memcmp(bytes,
				    "\xfd"
				    "7zXZ",
				    6) != 0)
		abort();
	return 0;
}
