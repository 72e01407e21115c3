// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "builder/headers/defines.h"

/* The bytes without a NUL behind them, in memory of exactly their size, so that a sanitizer sees reads beyond. */
static struct defines given(const char *text)
{
	size_t length = strlen(text);
	char *bytes = malloc(length ? length : 1);

	memcpy(bytes, text, length);
	return (struct defines){ bytes, length };
}

static void given_done(struct defines *defines)
{
	free((char *)defines->bytes);
}

static void the_first_definition_of_a_whole_name_counts(void **state)
{
	struct defines defines =
		given("#define CONFIG_AB 1\n#undef CONFIG_A\n#define CONFIG_A 2\n#define CONFIG_A 3");
	struct defines value;

	(void)state;
	assert_true(defines_find(&defines, "CONFIG_A", &value));
	assert_int_equal(value.size_bytes, 1);
	assert_memory_equal(value.bytes, "2", 1);
	assert_true(defines_has(&defines, "CONFIG_AB"));
	assert_false(defines_has(&defines, "CONFIG"));
	assert_false(defines_has(&defines, "CONFIG_ABC"));
	given_done(&defines);
}

static void white_space_around_a_value_is_not_of_it(void **state)
{
	struct defines defines = given("#define\tNAME \t \"a b\" \t\r\n");
	char value[8];

	(void)state;
	assert_int_equal(defines_string(&defines, "NAME", value, sizeof(value)), 0);
	assert_string_equal(value, "a b");
	given_done(&defines);
}

static void the_end_of_the_file_may_be_anywhere(void **state)
{
	static const char text[] = "#define NAME \"value\"";
	char value[16];

	(void)state;
	for (size_t length = 0; length <= strlen(text); length++) {
		char *cut = strndup(text, length);
		struct defines defines = given(cut);

		assert_int_equal(defines_string(&defines, "NAME", value, sizeof(value)),
				 length == strlen(text)		   ? 0
				 : length > strlen("#define NAME") ? -EBADMSG
								   : -ENOENT);
		given_done(&defines);
		free(cut);
	}
}

static void what_is_no_string_is_refused(void **state)
{
	static const char *const texts[] = { "#define N 6\n", "#define N \"\n", "#define N a\"\n",
					     "#define N \"a\" \"b\"\n" };
	char value[8] = "kept";

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct defines defines = given(texts[i]);

		assert_int_equal(defines_string(&defines, "N", value, sizeof(value)), -EBADMSG);
		given_done(&defines);
	}
	assert_int_equal(defines_string(&(struct defines){ "#define N \"a\0b\"", 15 }, "N", value, sizeof(value)),
			 -EBADMSG);
	assert_int_equal(
		defines_string(&(struct defines){ "#define N \"12345678\"", 20 }, "N", value, sizeof(value)),
		-ENAMETOOLONG);
	assert_string_equal(value, "kept");
}

static void numbers_are_decimal_and_whole(void **state)
{
	static const char *const texts[] = { "#define N 0x10\n", "#define N \n",
					     "#define N -1\n",	 "#define N 1 2\n",
					     "#define N 256\n",	 "#define N 99999999999999999999999999\n" };
	uint64_t number = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct defines defines = given(texts[i]);

		assert_int_not_equal(defines_number(&defines, "N", 255, &number), 0);
		given_done(&defines);
	}
	assert_int_equal(number, 7);
	assert_int_equal(defines_number(&(struct defines){ "#define N 255", 13 }, "N", 255, &number), 0);
	assert_int_equal(number, 255);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_definition_of_a_whole_name_counts),
		cmocka_unit_test(white_space_around_a_value_is_not_of_it),
		cmocka_unit_test(the_end_of_the_file_may_be_anywhere),
		cmocka_unit_test(what_is_no_string_is_refused),
		cmocka_unit_test(numbers_are_decimal_and_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
