// SPDX-License-Identifier: Apache-2.0
/* Records of a ring; the first byte chooses the architecture. Every byte of the result is read. */
#include <stdint.h>
#include <string.h>
#include <tracee/tracee.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile uint32_t sink;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tracee_event event;

	if (size == 0 || tracee_event_decode(data + 1, size - 1, data[0] % TRACEE_N_ARCHS, &event, NULL) < 0)
		return 0;
	for (unsigned int i = 0; i < event.def->n_args; i++) {
		for (uint32_t k = 0; event.args[i].bytes && k < event.args[i].size_bytes; k++)
			sink += event.args[i].bytes[k];
	}
	sink += (uint32_t)(strlen(event.comm) + strlen(event.host_name) + strlen(event.container_id));
	return 0;
}
