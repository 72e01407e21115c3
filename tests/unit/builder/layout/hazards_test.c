// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "builder/layout/hazards.h"

/* Lines as clang writes them. */
static void a_known_error_is_explained(void **state)
{
	static const struct {
		const char *messages, *words;
	} cases[] = {
		{ "x.h:1:10: fatal error: 'generated/bounds.h' file not found\n", "not prepared" },
		{ "x.h:1:10: fatal error: 'asm/types.h' file not found\n", "do not belong together" },
		{ "x.h:9:10: fatal error: 'stdarg.h' file not found\n", "without its headers" },
		{ "x.h:9:10: fatal error: 'linux/x.h' file not found\n", "installed in part" },
		{ "include/linux/fs.h:3:2: warning: w\na.h:1:2: error: declaration does not declare anything "
		  "[-Werror,-Wmissing-declarations]\n", "6.19" },
		{ "fs.h:7:1: error: static assertion failed due to requirement 'sizeof(x) % 64 == 0'\n", "own check" },
		{ "c.h:1:2: error: 'counted_by' only applies to C99 flexible array members\n", "6.5" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *sentence = hazard_explain(cases[i].messages);

		assert_non_null(sentence);
		if (!strstr(sentence, cases[i].words))
			fail_msg("expected '%s' in: %s", cases[i].words, sentence);
	}
}

static void what_is_not_known_is_not_explained(void **state)
{
	(void)state;
	assert_null(hazard_explain(""));
	assert_null(hazard_explain("a.h:1:1: error: unknown type name 'nonsense'\n"));
	/* The parts must stand in one line, and in their order. */
	assert_null(hazard_explain("a.h:1:1: error: unknown\nb.h: note: file not found"));
	assert_null(hazard_explain("file not found: error: "));
	assert_null(hazard_explain("a.h:1:1: warning: static assertion failed\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_known_error_is_explained),
		cmocka_unit_test(what_is_not_known_is_not_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
