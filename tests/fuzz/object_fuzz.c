// SPDX-License-Identifier: Apache-2.0
/* Object files as they come: the ELF frame, the metadata, the digest. */
#include <stdint.h>
#include <tracee/tracee.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tracee_object object;
	struct tracee_kernel kernel = { .release = "6.1.0" };
	struct tracee_error err;

	if (tracee_object_read(data, size, &object, &err) == 0)
		tracee_object_match(&object, &kernel, "1.0", &err);
	return 0;
}
