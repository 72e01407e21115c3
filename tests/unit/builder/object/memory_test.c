// SPDX-License-Identifier: Apache-2.0
/*
 * Everything that builds something, with the n-th allocation failing, for each n until none fails. Our
 * own allocations are counted (the linker wraps them), not those inside libbpf.
 */
#include "builder/object/check.h"
#include "builder/object/describe.h"
#include "builder/object/reduce.h"
#include "tests/unit/builder/object/fixture.h"

static long left = -1; /* allocations until one fails; below 0: none does */
static bool has_failed;

static bool fails(void)
{
	if (left < 0)
		return false;
	if (left-- > 0)
		return false;
	has_failed = true;
	return true;
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__real_realloc(void *at, size_t size);
void *__wrap_realloc(void *at, size_t size);
char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
char *__real_strndup(const char *text, size_t size);
char *__wrap_strndup(const char *text, size_t size);

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *at, size_t size)
{
	return fails() ? NULL : __real_realloc(at, size);
}

char *__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t size)
{
	return fails() ? NULL : __real_strndup(text, size);
}

/* ---- what is run ------------------------------------------------------------------------------ */

struct input {
	struct bytes file, raw; /* a program; the BTF of a kernel */
};

static int describe(const struct program *program, const struct btf *types, const struct relocated *relocated,
		    const struct reach *reach)
{
	const struct tracee_object object = {};
	const struct description description = {
		.path = "x",
		.object = &object,
		.program = program,
		.layout = types,
		.relocated = relocated,
		.reach = reach,
		.problem = "",
	};
	struct text text;
	int r;

	text_init(&text, 1 << 20);
	describe_text(&description, &text);
	describe_json(&description, &text);
	r = text_error(&text);
	text_done(&text);
	return r;
}

static int relocate_and_describe(const struct program *program, const struct btf *types)
{
	CLEANUP(relocated_free_at) struct relocated *relocated = NULL;
	CLEANUP(reach_done) struct reach reach = {};
	int r;

	r = program_relocate(program, types, NULL, NULL, &relocated, NULL);
	if (r == 0)
		r = reach_walk(relocated, REACH_VERIFIER_5_8, &reach, NULL);
	return r < 0 ? r : describe(program, types, relocated, &reach);
}

static int run_all(const struct input *input)
{
	CLEANUP(program_free_at) struct program *program = NULL;
	CLEANUP(btf__free_at) struct btf *types = NULL;
	CLEANUP(free_at) uint8_t *reduced = NULL;
	size_t size;
	int r;

	r = program_read(input->file.at, input->file.size, &program, NULL);
	if (r == 0)
		r = types_read(input->raw.at, input->raw.size, &types, NULL);
	if (r == 0)
		r = reduce_layout(program, types, &reduced, &size, NULL);
	if (r == 0)
		r = check_all(&(struct check_subject){ program, input->file.at, input->file.size, types,
						       TRACEE_TIER_RING },
			      NULL);
	return r < 0 ? r : relocate_and_describe(program, types);
}

static void without_memory_everything_ends_in_order(void **state)
{
	struct input input = { .file = fixture_file("guarded_in_function.bpf.o") };
	struct btf *types = fixture_kernel();
	uint32_t size;
	const void *raw = btf__raw_data(types, &size);
	long n;
	int r;

	(void)state;
	input.raw = (struct bytes){ (uint8_t *)raw, size };
	for (n = 0;; n++) {
		has_failed = false;
		left = n;
		r = run_all(&input);
		left = -1;
		if (!has_failed)
			break;
		/* libbpf's messages may be lost, nothing else. */
		if (r != -ENOMEM)
			fail_msg("allocation %ld failed and the result was %d", n, r);
	}
	assert_int_equal(r, 0);
	assert_true(n > 100);
	btf__free(types);
	free(input.file.at);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_memory_everything_ends_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
