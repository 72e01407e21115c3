// SPDX-License-Identifier: Apache-2.0
#include "builder/object/types.h"

#include "builder/object/btf_writer.h"
#include "tests/data/object/kernel.h"
#include "tests/unit/builder/object/fixture.h"

/* Frees @made. */
static void expect_refused(struct btf *made, const char *what)
{
	struct tracee_error err = {};
	struct btf *types = NULL;
	uint32_t size;
	const void *raw = btf__raw_data(made, &size);

	assert_int_equal(types_read(raw, size, &types, &err), -EBADMSG);
	expect_in(what, err.text);
	btf__free(made);
}

static void types_that_contain_themselves_are_refused(void **state)
{
	struct btf *made = btf__new_empty();

	(void)state;
	btf__add_struct(made, "a", 8);
	assert_int_equal(btf__add_field(made, "b", 2, 0, 0), 0);
	btf__add_struct(made, "b", 8);
	assert_int_equal(btf__add_field(made, "a", 1, 0, 0), 0);
	expect_refused(made, "contains itself");
	made = btf__new_empty();
	btf__add_typedef(made, "t", 2);
	btf__add_const(made, 1);
	expect_refused(made, "contains itself");
	made = btf__new_empty();
	btf__add_int(made, "int", 4, 0);
	btf__add_array(made, 1, 2, 4);
	expect_refused(made, "contains itself");
}

static void a_pointer_may_lead_back(void **state)
{
	struct btf *made = btf__new_empty(), *types;

	(void)state;
	btf__add_struct(made, "a", 8);
	assert_int_equal(btf__add_field(made, "next", 2, 0, 0), 0);
	btf__add_ptr(made, 1);
	types = fixture_reread(made);
	btf__free(types);
}

/* Structs in structs, the innermost first or last. */
static struct btf *nested(int n, bool outermost_first)
{
	struct btf *made = btf__new_empty();

	if (!outermost_first)
		btf__add_int(made, "int", 4, 0);
	for (int i = 1; i <= n; i++) {
		btf__add_struct(made, "s", 4);
		assert_int_equal(btf__add_field(made, "m", outermost_first ? i + 1 : i, 0, 0), 0);
	}
	if (outermost_first)
		btf__add_int(made, "int", 4, 0);
	return made;
}

static void nesting_has_a_limit_in_whichever_order_it_comes(void **state)
{
	(void)state;
	btf__free(fixture_reread(nested(TYPES_NESTING_MAX - 1, false)));
	btf__free(fixture_reread(nested(TYPES_NESTING_MAX - 1, true)));
	expect_refused(nested(TYPES_NESTING_MAX, false), "nested deeper");
	expect_refused(nested(TYPES_NESTING_MAX, true), "nested deeper");
	expect_refused(nested(5000, true), "nested deeper");
}

static void ids_and_names_must_lie_inside(void **state)
{
	struct btf *made = btf__new_empty();
	struct btf_type *type;

	(void)state;
	btf__add_ptr(made, 7);
	expect_refused(made, "refers to type 7 of 2");
	made = btf__new_empty();
	btf__add_struct(made, "s", 4);
	type = (struct btf_type *)btf__type_by_id(made, 1);
	type->name_off = 12345;
	expect_refused(made, "leads out of the strings");
}

static void what_is_no_btf_is_refused(void **state)
{
	struct tracee_error err = {};
	struct btf *types = NULL;
	uint8_t zeros[64] = {};

	(void)state;
	assert_int_equal(types_read(zeros, 0, &types, &err), -EBADMSG);
	assert_int_equal(types_read(zeros, sizeof(zeros), &types, &err), -EBADMSG);
	assert_null(types);
}

static void btf_of_any_length_or_with_any_byte_changed_does_no_harm(void **state)
{
	struct btf *kernel = fixture_kernel(), *types;
	uint32_t size;
	const void *raw = btf__raw_data(kernel, &size);

	(void)state;
	for (uint32_t at = 0; at < size; at++) {
		uint8_t *copy = malloc(at ? at : 1);

		memcpy(copy, raw, at);
		if (types_read(copy, at, &types, NULL) == 0)
			btf__free(types);
		free(copy);
		copy = malloc(size);
		memcpy(copy, raw, size);
		copy[at] ^= 0xff;
		if (types_read(copy, size, &types, NULL) == 0) {
			for (uint32_t id = 1; id < btf__type_cnt(types); id++) {
				uint32_t ignored;

				types_strip(types, id, NULL);
				types_size(types, id, &ignored);
			}
			btf__free(types);
		}
		free(copy);
	}
	btf__free(kernel);
}

static void sizes_are_those_of_the_compiler(void **state)
{
	struct btf *kernel = fixture_kernel();
	uint32_t size = 0;

	(void)state;
	assert_int_equal(types_size(kernel, (uint32_t)btf__find_by_name(kernel, "sample"), &size), 0);
	assert_int_equal(size, sizeof(struct sample));
	assert_int_equal(types_size(kernel, (uint32_t)btf__find_by_name(kernel, "counter_t"), &size), 0);
	assert_int_equal(size, sizeof(counter_t));
	assert_int_equal(types_size(kernel, 0, &size), -EINVAL);
	btf__free(kernel);
}

static void a_huge_array_has_no_size(void **state)
{
	struct btf *made = btf__new_empty(), *types;
	uint32_t size;

	(void)state;
	btf__add_int(made, "int", 4, 0);
	btf__add_array(made, 1, 1, UINT32_MAX);
	btf__add_array(made, 1, 2, UINT32_MAX);
	types = fixture_reread(made);
	assert_int_equal(types_size(types, 2, &size), -E2BIG);
	assert_int_equal(types_size(types, 3, &size), -E2BIG);
	btf__free(types);
}

/* ---- the writer ------------------------------------------------------------------------------- */

static void the_writer_keeps_equal_types_once(void **state)
{
	struct btf_type type = { .info = BTF_KIND_INT << 24, .size = 4 };
	uint32_t details = 32, first;
	struct btf_writer writer;
	struct tracee_error err = {};
	struct btf *types = NULL;
	uint8_t *bytes;
	size_t size;

	(void)state;
	btf_writer_init(&writer, 4096);
	type.name_off = btf_writer_string(&writer, "u32");
	assert_int_equal(btf_writer_string(&writer, "u32"), type.name_off);
	assert_int_not_equal(btf_writer_string(&writer, "32"), type.name_off + 1); /* not the tail of another */
	first = btf_writer_type(&writer, &type, &details, sizeof(details));
	assert_int_equal(btf_writer_type(&writer, &type, &details, sizeof(details)), first);
	type.size = 8;
	assert_int_equal(btf_writer_type(&writer, &type, &details, sizeof(details)), first + 1);
	assert_int_equal(btf_writer_finish(&writer, &bytes, &size), 0);
	btf_writer_done(&writer);
	assert_int_equal(types_read(bytes, size, &types, &err), 0);
	assert_int_equal(btf__type_cnt(types), 3);
	btf__free(types);
	free(bytes);
}

static void the_writer_has_a_limit(void **state)
{
	const struct btf_type type = { .info = BTF_KIND_STRUCT << 24, .size = 4 };
	struct btf_writer writer;
	uint8_t *bytes;
	size_t size;

	(void)state;
	btf_writer_init(&writer, 20);
	assert_int_equal(btf_writer_type(&writer, &type, NULL, 0), 1);
	assert_int_equal(btf_writer_type(&writer, &type, "xxxxxxxxxxxx", 12), 0);
	assert_int_equal(btf_writer_finish(&writer, &bytes, &size), -E2BIG);
	btf_writer_done(&writer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_that_contain_themselves_are_refused),
		cmocka_unit_test(a_pointer_may_lead_back),
		cmocka_unit_test(nesting_has_a_limit_in_whichever_order_it_comes),
		cmocka_unit_test(ids_and_names_must_lie_inside),
		cmocka_unit_test(what_is_no_btf_is_refused),
		cmocka_unit_test(btf_of_any_length_or_with_any_byte_changed_does_no_harm),
		cmocka_unit_test(sizes_are_those_of_the_compiler),
		cmocka_unit_test(a_huge_array_has_no_size),
		cmocka_unit_test(the_writer_keeps_equal_types_once),
		cmocka_unit_test(the_writer_has_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
