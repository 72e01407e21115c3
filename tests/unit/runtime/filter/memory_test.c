// SPDX-License-Identifier: Apache-2.0
/* Parsing and opening with the n-th allocation failing, for each n until none fails. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/filter/judge.h"
#include "tests/unit/builder/failing_allocations.h"

static const char *const expressions[] = {
	"event=openat",	       "uid=0,7",	  "uid!=3",	  "comm=ba*,\\*x",
	"container=0123",      "openat.retval<0", "close.fd=1,2", "openat.pathname=a*,*b*",
	"mmap.prot=PROT_READ", "follow",	  "pid=new",	  "mmap.addr>0x7",
};

static struct filter filter;
static struct selection selection;

static int parse(struct tracee_error *err)
{
	int r = 0;

	selection_init(&selection, TRACEE_ARCH_X86_64);
	filter_init(&filter, TRACEE_ARCH_X86_64);
	for (size_t i = 0; r == 0 && i < sizeof(expressions) / sizeof(expressions[0]); i++)
		r = filter_add(&filter, &selection, expressions[i], err);
	return r;
}

static int open_judge(struct tracee_error *err)
{
	struct judge *judge = NULL;
	int r = judge_new(&filter, &judge, err);

	judge_free(judge);
	return r;
}

static int parse_and_open(struct tracee_error *err)
{
	int r = parse(err);

	return r < 0 ? r : open_judge(err);
}

static void each_allocation_may_fail(void **state)
{
	long n = 0;

	(void)state;
	for (;; n++) {
		struct tracee_error err = {};
		int r;

		allocations_left = n;
		allocation_has_failed = false;
		r = parse_and_open(&err);
		allocations_left = -1;
		filter_done(&filter);
		if (!allocation_has_failed) {
			assert_int_equal(r, 0);
			break;
		}
		/* A name that could not be printed to be tried is refused as none. */
		if (r < 0 && (r != -ENOMEM && r != -EINVAL))
			fail_msg("allocation %ld: %d, %s", n, r, err.text);
		assert_true(r == 0 || err.text[0]);
	}
	assert_true(n > 15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
