/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_BUILDER_OBJECT_FIXTURE_H
#define TESTS_UNIT_BUILDER_OBJECT_FIXTURE_H

/* What the tests of builder/object have in common: BPF programs and kernel types that clang made. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "builder/object/elf_file.h"
#include "builder/object/program.h"
#include "builder/object/types.h"
#include "libtracee/base/file.h"

#define UNUSED __attribute__((unused))

struct bytes {
	uint8_t *at;
	size_t size;
};

/* A file of the build by name, as it is. */
static UNUSED struct bytes fixture_file(const char *name)
{
	struct bytes bytes;
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", OBJECT_DATA, name);
	if (file_read_at(AT_FDCWD, path, 8 << 20, &bytes.at, &bytes.size) < 0)
		fail_msg("cannot read '%s'", path);
	return bytes;
}

static UNUSED struct program *fixture_program(const char *name)
{
	struct bytes bytes = fixture_file(name);
	struct program *program = NULL;
	struct tracee_error err = {};
	int r = program_read(bytes.at, bytes.size, &program, &err);

	if (r < 0)
		fail_msg("'%s': %s", name, err.text);
	free(bytes.at);
	return program;
}

/* The types of tests/data/object/kernel.h. */
static UNUSED struct btf *fixture_kernel(void)
{
	struct bytes bytes = fixture_file("kernel.o");
	struct tracee_error err = {};
	struct elf_file file;
	const struct elf_section *section;
	struct btf *types = NULL;

	assert_int_equal(elf_file_read(bytes.at, bytes.size, &file, &err), 0);
	section = elf_file_section(&file, ".BTF");
	assert_non_null(section);
	if (types_read(section->bytes, section->size_bytes, &types, &err) < 0)
		fail_msg("kernel.o: %s", err.text);
	elf_file_done(&file);
	free(bytes.at);
	return types;
}

/* BTF that a test has built, as if it came from outside; frees @made. */
static UNUSED struct btf *fixture_reread(struct btf *made)
{
	struct tracee_error err = {};
	struct btf *types = NULL;
	uint32_t size;
	const void *raw = btf__raw_data(made, &size);

	if (types_read(raw, size, &types, &err) < 0)
		fail_msg("%s", err.text);
	btf__free(made);
	return types;
}

/*
 * A layout that old compilers do not make: struct sample with an enum that says it has values below
 * zero, and a field whose enum has 64 bits.
 */
static UNUSED struct btf *fixture_enums(void)
{
	struct btf *made = btf__new_empty();
	int color = btf__add_enum(made, "color", 4), small;

	assert_int_equal(btf__add_enum_value(made, "BLUE", -7), 0);
	small = btf__add_enum64(made, "small_color", 8, false);
	assert_int_equal(btf__add_enum64_value(made, "SMALL", 1ull << 40), 0);
	btf__add_struct(made, "sample", 16);
	assert_int_equal(btf__add_field(made, "color", color, 64, 0), 0);
	assert_int_equal(btf__add_field(made, "small", small, 0, 0), 0);
	return fixture_reread(made);
}

static UNUSED void expect_in(const char *what, const char *text)
{
	if (!strstr(text, what))
		fail_msg("expected '%s' in: %s", what, text);
}

#endif
