// SPDX-License-Identifier: Apache-2.0
#include "builder/layout/named.h"

#include <errno.h>
#include <linux/btf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void parse(const char *text, struct named_types *types)
{
	assert_int_equal(named_types_parse(text, strlen(text), types), 0);
}

static void macros_and_typedef_variables_are_found(void **state)
{
	static const struct named_type expected[] = { { BTF_KIND_STRUCT, "a_1" },
						      { BTF_KIND_UNION, "b" },
						      { BTF_KIND_ENUM, "c" },
						      { BTF_KIND_TYPEDEF, "d_t" } };
	struct named_types types;

	(void)state;
	parse("NAME_STRUCT(a_1);\nNAME_UNION(b); /* x */\n\nNAME_ENUM(c);\nd_t layout_typedef_d_t;", &types);
	assert_int_equal(types.n, 4);
	for (size_t i = 0; i < types.n; i++) {
		assert_int_equal(types.at[i].kind, expected[i].kind);
		assert_string_equal(types.at[i].name, expected[i].name);
	}
}

static void what_stands_elsewhere_in_a_line_is_not(void **state)
{
	struct named_types types;

	(void)state;
	parse("#define NAME_STRUCT(name) struct name\n * NAME_STRUCT(a)\n layout_typedef_x;\nNAME_STRUC", &types);
	assert_int_equal(types.n, 0);
	parse("", &types);
	assert_int_equal(types.n, 0);
}

static void too_many_and_too_long_names_are_an_error(void **state)
{
	static char text[(NAMED_TYPES_MAX + 1) * 16];
	struct named_types types = { .n = 7 };
	size_t size = 0;

	(void)state;
	for (int i = 0; i < NAMED_TYPES_MAX; i++)
		size += (size_t)sprintf(text + size, "NAME_ENUM(a);\n");
	assert_int_equal(named_types_parse(text, size, &types), 0);
	types.n = 7;
	size += (size_t)sprintf(text + size, "NAME_ENUM(a);\n");
	assert_int_equal(named_types_parse(text, size, &types), -E2BIG);
	size = (size_t)sprintf(text, "NAME_ENUM(%0*d);\n", (int)sizeof(types.at[0].name), 0);
	assert_int_equal(named_types_parse(text, size, &types), -E2BIG);
	assert_int_equal(types.n, 7);
}

static bool has(const struct named_types *types, uint32_t kind, const char *name)
{
	for (size_t i = 0; i < types->n; i++) {
		if (types->at[i].kind == kind && strcmp(types->at[i].name, name) == 0)
			return true;
	}
	return false;
}

static void the_layout_unit_names_what_the_program_reads(void **state)
{
	struct named_types types;

	(void)state;
	assert_int_equal(named_types_of_unit(&types), 0);
	assert_true(types.n > 20);
	assert_true(has(&types, BTF_KIND_STRUCT, "task_struct"));
	assert_true(has(&types, BTF_KIND_STRUCT, "mnt_namespace"));
	assert_true(has(&types, BTF_KIND_TYPEDEF, "atomic_t"));
	assert_true(has(&types, BTF_KIND_ENUM, "bpf_func_id"));
	assert_true(has(&types, BTF_KIND_ENUM, "pid_type"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(macros_and_typedef_variables_are_found),
		cmocka_unit_test(what_stands_elsewhere_in_a_line_is_not),
		cmocka_unit_test(too_many_and_too_long_names_are_an_error),
		cmocka_unit_test(the_layout_unit_names_what_the_program_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
