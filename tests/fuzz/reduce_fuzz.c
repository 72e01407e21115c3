// SPDX-License-Identifier: Apache-2.0
/*
 * Layouts as they come, raw or in an ELF file: a program is relocated against them, they are reduced,
 * and what comes out is read, reduced again and described.
 */
#include <string.h>

#include "builder/object/describe.h"
#include "builder/object/reduce.h"
#include "tests/fuzz/fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct program *program;

static void describe(const struct btf *layout)
{
	const struct tracee_object object = {};
	const struct description description = {
		.path = "x", .object = &object, .program = program, .layout = layout, .problem = ""
	};
	struct text text;

	text_init(&text, 1 << 20);
	describe_text(&description, &text);
	describe_json(&description, &text);
	text_done(&text);
}

/* Nothing is left to take away. (The order may change where two types have one name and one size.) */
static void expect_irreducible(const uint8_t *bytes, size_t size)
{
	struct btf *types = NULL;
	uint8_t *again;
	size_t again_size;

	if (types_read(bytes, size, &types, NULL) < 0 ||
	    reduce_layout(program, types, &again, &again_size, NULL) < 0)
		abort();
	if (again_size != size)
		abort();
	describe(types);
	free(again);
	btf__free(types);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tracee_error err = {};
	struct btf *types;
	uint8_t *reduced;
	size_t reduced_size;

	if (!program) {
		size_t n;
		uint8_t *bytes = fixture_read("relocations.bpf.o", &n);

		if (program_read(bytes, n, &program, NULL) < 0)
			abort();
		free(bytes);
	}
	types = fixture_types(data, size);
	if (!types)
		return 0;
	describe(types);
	if (reduce_layout(program, types, &reduced, &reduced_size, &err) == 0) {
		expect_irreducible(reduced, reduced_size);
		free(reduced);
	} else if (strstr(err.text, "defect of ours")) {
		abort();
	}
	btf__free(types);
	return 0;
}
