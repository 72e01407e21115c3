// SPDX-License-Identifier: Apache-2.0
/* Program files as they come: read, checked, relocated and described. */
#include <string.h>

#include "builder/object/check.h"
#include "builder/object/describe.h"
#include "builder/object/reduce.h"
#include "tests/fuzz/fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct btf *kernel;

static void check(const struct program *program, const uint8_t *data, size_t size)
{
	struct text found;
	size_t n;
	const struct check *list = checks(&n);

	for (int tier = 0; tier < TRACEE_N_TIERS; tier++) {
		const struct check_subject subject = { program, data, size, kernel, (enum tracee_tier)tier };

		text_init(&found, 1 << 16);
		for (size_t i = 0; i < n; i++)
			list[i].run(&subject, &found, NULL);
		text_done(&found);
	}
}

static void describe(const struct program *program)
{
	const struct tracee_object object = {};
	struct description description = {
		.path = "x", .object = &object, .program = program, .layout = kernel, .problem = ""
	};
	struct relocated *relocated = NULL;
	struct reach reach = {};
	struct text text;

	if (program_relocate(program, kernel, NULL, NULL, &relocated, NULL) == 0 &&
	    reach_walk(relocated, REACH_VERIFIER_5_8, &reach, NULL) == 0) {
		description.relocated = relocated;
		description.reach = &reach;
	}
	text_init(&text, 1 << 20);
	describe_text(&description, &text);
	describe_json(&description, &text);
	text_done(&text);
	reach_done(&reach);
	relocated_free(relocated);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct program *program = NULL;
	struct tracee_error err = {};
	uint8_t *reduced;
	size_t n;

	if (!kernel) {
		uint8_t *bytes = fixture_read("kernel.o", &n);

		kernel = fixture_types(bytes, n);
		free(bytes);
	}
	if (program_read(data, size, &program, &err) < 0)
		return 0;
	check(program, data, size);
	describe(program);
	if (reduce_layout(program, kernel, &reduced, &n, &err) == 0)
		free(reduced);
	else if (strstr(err.text, "defect of ours"))
		abort();
	program_free(program);
	return 0;
}
