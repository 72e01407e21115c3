// SPDX-License-Identifier: Apache-2.0
/*
 * Two layouts as they come, cut from the input: its first four bytes, little endian, say how long the
 * first is. They are compared both ways, and each with itself, which differs in nothing.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "builder/layout/compare.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int compare(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size)
{
	const struct layout headers = { .btf = (uint8_t *)a, .size_bytes = a_size };
	const struct layout btf = { .btf = (uint8_t *)b, .size_bytes = b_size };
	struct layout_comparison counts = {};
	struct tracee_error err;
	struct text table;
	int r;

	text_init(&table, 1 << 20);
	r = layout_compare(&headers, &btf, &counts, &table, &err);
	if (r > 0 || (r == 0 && (counts.n_differences > 0 || counts.n_structures == 0)) ||
	    (r == -ESTALE && (counts.n_differences == 0 || table.size_bytes == 0)))
		abort();
	text_done(&table);
	return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint32_t first;

	if (size < sizeof(first))
		return 0;
	memcpy(&first, data, sizeof(first));
	data += sizeof(first);
	size -= sizeof(first);
	if (first > size)
		first = (uint32_t)size;
	compare(data, first, data + first, size - first);
	compare(data + first, size - first, data, first);
	if (compare(data, first, data, first) == -ESTALE)
		abort();
	return 0;
}
