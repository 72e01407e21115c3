/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUILDER_IMAGE_BYTES_H
#define BUILDER_IMAGE_BYTES_H

/* Bytes of others, and the bounds-checked ways into them. All numbers in kernel images are little endian. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
	const uint8_t *at; /* borrowed */
	size_t size;
};

/* The number of @n bytes (at most 8) at @offset; 0 if it is not all there. */
static inline uint64_t bytes_number(struct bytes bytes, size_t offset, size_t n)
{
	uint64_t number = 0;

	if (offset > bytes.size || n > bytes.size - offset)
		return 0;
	for (size_t i = 0; i < n; i++)
		number |= (uint64_t)bytes.at[offset + i] << 8 * i;
	return number;
}

/* Whether @magic stands at @offset. */
static inline bool bytes_have(struct bytes bytes, size_t offset, const void *magic, size_t n)
{
	return offset <= bytes.size && n <= bytes.size - offset && memcmp(bytes.at + offset, magic, n) == 0;
}

/* A part of @bytes; false if it leads out of them. @offset and @size may be anything. */
static inline bool bytes_part(struct bytes bytes, uint64_t offset, uint64_t size, struct bytes *ret_part)
{
	if (offset > bytes.size || size > bytes.size - offset)
		return false;
	*ret_part = (struct bytes){ bytes.at + offset, (size_t)size };
	return true;
}

#endif
