// SPDX-License-Identifier: Apache-2.0
/* The files in which container engines say what they know; what comes out are texts that end. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/containers/state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect_text(const struct container_label *label)
{
	if (!memchr(label->name, '\0', sizeof(label->name)) || !memchr(label->image, '\0', sizeof(label->image)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct container_label label;

	container_state_docker(data, size, &label);
	expect_text(&label);
	container_state_storage(data, size, "a", &label);
	expect_text(&label);
	container_state_oci(data, size, &label);
	expect_text(&label);
	return 0;
}
