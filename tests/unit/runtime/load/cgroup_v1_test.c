// SPDX-License-Identifier: Apache-2.0
#include "runtime/load/cgroup_v1.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

/* Whether a file with this text says so. */
static bool says(const char *text)
{
	char path[] = "/tmp/cgroup_v1_test.XXXXXX";
	FILE *file = fdopen(mkstemp(path), "w");
	bool result;

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	result = cgroup_v1_has_pids(path);
	unlink(path);
	return result;
}

static void a_hierarchy_of_its_own_has_a_number(void **state)
{
	(void)state;
	assert_true(says("#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpu\t3\t1\t1\npids\t7\t40\t1\n"));
	assert_false(says("#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpu\t3\t1\t1\npids\t0\t40\t1\n"));
}

static void without_the_controller_or_the_file_there_is_none(void **state)
{
	(void)state;
	assert_false(says("#subsys_name\thierarchy\tnum_cgroups\tenabled\npidsx\t7\t40\t1\ncpu\t3\t1\t1\n"));
	assert_false(says("pids"));
	assert_false(cgroup_v1_has_pids("/nonexistent/cgroups"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hierarchy_of_its_own_has_a_number),
		cmocka_unit_test(without_the_controller_or_the_file_there_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
