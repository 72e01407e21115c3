// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "builder/compile/clang.h"
#include "libtracee/base/file.h"

/* A directory for programs that answer as compilers do; PATH holds it alone. */
struct place {
	char directory[40];
	char *path;
};

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	*state = place;
	strcpy(place->directory, "/tmp/tracee-test.XXXXXX");
	place->path = strdup(getenv("PATH"));
	if (!mkdtemp(place->directory))
		return -1;
	setenv("PATH", place->directory, 1);
	/* The compiler does not run as root. */
	return chmod(place->directory, 0755);
}

static int tear_down(void **state)
{
	struct place *place = *state;
	char command[80];

	setenv("PATH", place->path, 1);
	snprintf(command, sizeof(command), "rm -rf '%s'", place->directory);
	free(place->path);
	free(place);
	return system(command);
}

static void put(const struct place *place, const char *name, const char *version)
{
	char path[80], script[256];

	snprintf(path, sizeof(path), "%s/%s", place->directory, name);
	snprintf(script, sizeof(script),
		 "#!/bin/sh\ncase $1 in --version) echo '%s';; -print-resource-dir) echo /resource;; esac\n",
		 version);
	assert_int_equal(file_replace(path, script, strlen(script), 0755), 0);
}

static void a_version_is_found_among_the_words_of_distributions(void **state)
{
	static const struct {
		const char *answer, *version;
		unsigned int major;
	} cases[] = {
		{ "Debian clang version 14.0.6\nTarget: x86_64-pc-linux-gnu\n", "14.0.6", 14 },
		{ "clang version 9.0.1-16.1 \nTarget: …", "9.0.1", 9 },
		{ "Ubuntu clang version 18.1.3 (1ubuntu1)", "18.1.3", 18 },
		{ "Android (11349228, +pgo, based on r487747e) clang version 17.0.2 (https://example.org d9f89f4)",
		  "17.0.2", 17 },
		{ "clang version 22.0.0git (https://example.org abc)", "22.0.0", 22 },
	};
	struct clang clang;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(clang_parse_version(cases[i].answer, &clang, NULL), 0);
		assert_string_equal(clang.version, cases[i].version);
		assert_int_equal(clang.major, cases[i].major);
	}
}

static void what_is_not_clang_or_too_old_is_refused(void **state)
{
	static const char *const answers[] = {
		"",
		"gcc (Debian 12.2.0-14) 12.2.0",
		"clang",
		"clang version ",
		"clang version next",
		"clang version .5",
		"clang version 8.0.1",
		"gcc version 12",
		"clang version 11111111111111111111111111111111111111111111111111111111111111111"
	};
	struct clang clang = {};

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		assert_int_equal(clang_parse_version(answers[i], &clang, NULL), -ENOEXEC);
}

static void what_is_named_is_a_file_a_directory_or_a_name(void **state)
{
	const struct place *place = *state;
	struct clang clang;
	char path[80];

	put(place, "clang", "clang version 15.0.1");
	put(place, "clang-mine", "clang version 16.0.2");
	snprintf(path, sizeof(path), "%s/clang-mine", place->directory);
	assert_int_equal(clang_find(path, &clang, NULL), 0);
	assert_string_equal(clang.version, "16.0.2");
	assert_string_equal(clang.path, path);
	assert_string_equal(clang.resource_directory, "/resource");
	assert_int_equal(clang_find(place->directory, &clang, NULL), 0);
	assert_string_equal(clang.version, "15.0.1");
	assert_int_equal(clang_find("clang-mine", &clang, NULL), 0);
	assert_string_equal(clang.version, "16.0.2");
}

static void what_is_named_is_never_replaced(void **state)
{
	const struct place *place = *state;
	struct tracee_error err = {};
	struct clang clang;

	put(place, "clang", "clang version 15.0.1");
	put(place, "old", "clang version 7.0.1");
	assert_int_equal(clang_find("clang-99", &clang, &err), -ENOENT);
	assert_non_null(strstr(err.text, "'clang-99'"));
	assert_int_equal(clang_find("/not/there/clang", &clang, &err), -ENOENT);
	assert_int_equal(clang_find("old", &clang, &err), -ENOEXEC);
	assert_non_null(strstr(err.text, "7.0.1"));
}

static void without_a_name_the_first_that_is_new_enough_is_taken(void **state)
{
	const struct place *place = *state;
	struct tracee_error err = {};
	struct clang clang;

	assert_int_equal(clang_find(NULL, &clang, &err), -ENOENT);
	assert_non_null(strstr(err.text, "--clang"));
	put(place, "clang-9", "clang version 9.0.1");
	assert_int_equal(clang_find("", &clang, NULL), 0);
	assert_int_equal(clang.major, 9);
	put(place, "clang-13", "clang version 13.0.1");
	put(place, "clang-22", "clang version 22.1.0");
	assert_int_equal(clang_find(NULL, &clang, NULL), 0);
	assert_int_equal(clang.major, 22);
	put(place, "clang", "clang version 14.0.6");
	assert_int_equal(clang_find(NULL, &clang, NULL), 0);
	assert_int_equal(clang.major, 14);
	put(place, "clang", "clang version 3.8.0");
	assert_int_equal(clang_find(NULL, &clang, NULL), 0);
	assert_int_equal(clang.major, 22);
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_version_is_found_among_the_words_of_distributions),
		cmocka_unit_test(what_is_not_clang_or_too_old_is_refused),
		PLACED(what_is_named_is_a_file_a_directory_or_a_name),
		PLACED(what_is_named_is_never_replaced),
		PLACED(without_a_name_the_first_that_is_new_enough_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
