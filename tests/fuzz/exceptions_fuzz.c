// SPDX-License-Identifier: Apache-2.0
/* Files of exceptions: what is refused has a sentence, and what is taken is asked about a finding. */
#include <stdint.h>
#include <stdlib.h>

#include "runtime/detect/engine.h"
#include "runtime/detect/exceptions.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tracee_event event = { .has_executable = true, .executable = { .path = data, .path_size_bytes = (uint32_t)size } };
	struct finding finding = { .signature = signatures[0], .event = &event };
	struct exceptions *exceptions = NULL;
	struct tracee_error err = {};

	if (size > EXCEPTIONS_FILE_MAX)
		return 0;
	if (exceptions_parse("file", (const char *)data, size, &exceptions, &err) < 0) {
		if (!err.text[0] || exceptions)
			abort();
		return 0;
	}
	exceptions_match(exceptions, &finding);
	exceptions_free(exceptions);
	return 0;
}
