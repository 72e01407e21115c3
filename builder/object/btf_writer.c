// SPDX-License-Identifier: Apache-2.0
#include "builder/object/btf_writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void btf_writer_init(struct btf_writer *writer, size_t max_bytes)
{
	*writer = (struct btf_writer){};
	text_init(&writer->types, max_bytes);
	text_init(&writer->strings, max_bytes);
	text_add_char(&writer->strings, '\0');
}

void btf_writer_done(struct btf_writer *writer)
{
	text_done(&writer->types);
	text_done(&writer->strings);
	free(writer->offsets);
	writer->offsets = NULL;
}

static void check_failure(struct btf_writer *writer)
{
	if (!writer->failed)
		writer->failed =
			text_error(&writer->types) ? text_error(&writer->types) : text_error(&writer->strings);
}

uint32_t btf_writer_string(struct btf_writer *writer, const char *string)
{
	size_t size = strlen(string) + 1;
	uint32_t offset;

	if (!*string || writer->failed || text_error(&writer->strings))
		return 0;
	for (const char *p = writer->strings.bytes;
	     (size_t)(p - writer->strings.bytes) < writer->strings.size_bytes; p += strlen(p) + 1) {
		if (strcmp(p, string) == 0)
			return (uint32_t)(p - writer->strings.bytes);
	}
	offset = (uint32_t)writer->strings.size_bytes;
	text_add_bytes(&writer->strings, string, size);
	check_failure(writer);
	return writer->failed ? 0 : offset;
}

static size_t end_of(const struct btf_writer *writer, uint32_t index)
{
	return index + 1 < writer->n_types ? writer->offsets[index + 1] : writer->types.size_bytes;
}

uint32_t btf_writer_type(struct btf_writer *writer, const struct btf_type *type, const void *rest,
			 size_t rest_size_bytes)
{
	size_t size = sizeof(*type) + rest_size_bytes;
	uint32_t *offsets;

	if (writer->failed)
		return 0;
	for (uint32_t i = 0; i < writer->n_types; i++) {
		const char *other = writer->types.bytes + writer->offsets[i];

		if (end_of(writer, i) - writer->offsets[i] == size && memcmp(other, type, sizeof(*type)) == 0 &&
		    (rest_size_bytes == 0 || memcmp(other + sizeof(*type), rest, rest_size_bytes) == 0))
			return i + 1;
	}
	offsets = realloc(writer->offsets, (writer->n_types + 1) * sizeof(*offsets));
	if (!offsets) {
		writer->failed = -ENOMEM;
		return 0;
	}
	writer->offsets = offsets;
	offsets[writer->n_types] = (uint32_t)writer->types.size_bytes;
	text_add_bytes(&writer->types, type, sizeof(*type));
	text_add_bytes(&writer->types, rest, rest_size_bytes);
	check_failure(writer);
	return writer->failed ? 0 : ++writer->n_types;
}

int btf_writer_finish(struct btf_writer *writer, uint8_t **ret_bytes, size_t *ret_size_bytes)
{
	struct btf_header header = {
		.magic = BTF_MAGIC,
		.version = BTF_VERSION,
		.hdr_len = sizeof(header),
		.type_len = (uint32_t)writer->types.size_bytes,
		.str_off = (uint32_t)writer->types.size_bytes,
		.str_len = (uint32_t)writer->strings.size_bytes,
	};
	size_t size = sizeof(header) + header.type_len + header.str_len;
	uint8_t *bytes;

	check_failure(writer);
	if (writer->failed)
		return writer->failed;
	bytes = malloc(size);
	if (!bytes)
		return -ENOMEM;
	memcpy(bytes, &header, sizeof(header));
	if (header.type_len)
		memcpy(bytes + sizeof(header), writer->types.bytes, header.type_len);
	memcpy(bytes + sizeof(header) + header.type_len, writer->strings.bytes, header.str_len);
	*ret_bytes = bytes;
	*ret_size_bytes = size;
	return 0;
}
