/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FUZZ_FIXTURE_H
#define TESTS_FUZZ_FIXTURE_H

/* Sound files of the build, for fuzz targets that need one beside the input. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "builder/object/elf_file.h"
#include "builder/object/program.h"
#include "builder/object/types.h"
#include "libtracee/base/file.h"

static inline uint8_t *fixture_read(const char *name, size_t *ret_size)
{
	uint8_t *bytes;
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", OBJECT_DATA, name);
	if (file_read_at(AT_FDCWD, path, 8 << 20, &bytes, ret_size) < 0)
		abort();
	return bytes;
}

/* The types in an ELF file's .BTF, or in @bytes themselves; NULL if there are none. */
static inline struct btf *fixture_types(const uint8_t *bytes, size_t size)
{
	const struct elf_section *section;
	struct elf_file file = {};
	struct btf *types = NULL;

	if (elf_file_read(bytes, size, &file, NULL) == 0) {
		section = elf_file_section(&file, ".BTF");
		if (section && section->bytes)
			types_read(section->bytes, section->size_bytes, &types, NULL);
	} else {
		types_read(bytes, size, &types, NULL);
	}
	elf_file_done(&file);
	return types;
}

#endif
