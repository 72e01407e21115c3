// SPDX-License-Identifier: Apache-2.0
/* Packages with the n-th allocation failing, in this process or in the child, for each n until none fails. */
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

#include "builder/package/unpack.h"
#include "libtracee/base/cleanup.h"
#include "tests/unit/builder/failing_allocations.h"
#include "tests/unit/builder/package/make_archive.h"

#define N_ALLOCATIONS_MIN 6 /* a run that needs fewer did not do its work */
#define TREE "usr/src/linux-headers-6.1.0-9-test/"

static const struct entry entries[] = {
	{ TREE "include/linux/types.h", AE_IFREG, "types\n", 0 },
	{ TREE "include/linux/link.h", AE_IFLNK, "types.h", 0 },
	{ "lib/modules/6.1.0-9-test/build", AE_IFLNK, "/" TREE, 0 },
	{ NULL, 0, NULL, 0 },
};

static int unpack(const struct made *made)
{
	struct unpacked *unpacked = NULL;
	int r = unpacked_new(&unpacked, NULL);

	if (r == 0)
		r = unpacked_add_bytes(unpacked, made->bytes, made->size_bytes, "package", NULL, NULL);
	if (r == 0)
		r = unpacked_finish(unpacked, NULL);
	unpacked_free(unpacked);
	return r;
}

static void expect_order(const char *directory)
{
	CLEANUP(made_done) struct made made = make_archive(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP, entries);
	int r = -1;
	long n;

	for (n = 0; r < 0; n++) {
		allocations_left = n;
		r = unpack(&made);
		allocations_left = -1;
		assert_true(r == 0 || r == -ENOMEM);
		/* Nothing is left behind: the directory is empty, as rmdir() says by removing it. */
		assert_int_equal(rmdir(directory), 0);
		assert_int_equal(mkdir(directory, 0700), 0);
	}
	assert_true(n > N_ALLOCATIONS_MIN);
}

static void packages_are_read_in_order_without_memory(void **state)
{
	char directory[] = "/tmp/tracee-test.XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(directory));
	assert_int_equal(setenv("TMPDIR", directory, 1), 0);
	expect_order(directory);
	assert_int_equal(rmdir(directory), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packages_are_read_in_order_without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
