// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "builder/package/links.h"
#include "libtracee/base/cleanup.h"

#define LINKS_END                                                                                                  \
	{                                                                                                          \
		NULL, NULL                                                                                         \
	}

/* Path and target of each, up to LINKS_END. */
static int check(const char *const (*pairs)[2], struct links *links, struct tracee_error *err)
{
	for (; (*pairs)[0]; pairs++)
		assert_int_equal(links_add(links, (*pairs)[0], (*pairs)[1], 1), 0);
	return links_check(links, NULL, err);
}

static void expect(const char *const (*pairs)[2], int status, const char *words)
{
	CLEANUP(links_done) struct links links = {};
	struct tracee_error err = {};
	int r = check(pairs, &links, &err);

	if (r != status || !strstr(err.text, words))
		fail_msg("expected %d and '%s', got %d: %s", status, words, r, err.text);
}

static void links_of_distributions_are_sound(void **state)
{
	static const char *const pairs[][2] = {
		{ "lib/modules/6.1.0-50-amd64/build", "/usr/src/linux-headers-6.1.0-50-amd64" },
		{ "lib/modules/6.1.0-50-amd64/source", "/usr/src/linux-headers-6.1.0-50-common" },
		{ "usr/lib/modules/6.12.107/build", "../../../src/linux-headers-6.12.107" },
		{ "usr/lib/modules/5.14.0/source", "build" },
		{ "usr/lib/modules/6.6.1/build/source", "../source" },
		{ "usr/src/linux", "linux-6.11.0-1" },
		{ "usr/src/linux-headers-5.15.0-97-generic/include/linux",
		  "../../linux-headers-5.15.0-97/include/linux" },
		{ "usr/src/linux-headers-5.15.0-97-generic/arch/x86/include/asm",
		  "../../../../linux-headers-5.15.0-97/arch/x86/include/asm" },
		{ "tree/2/include/asm", "../arch/x86/include/asm/../asm" },
		LINKS_END,
	};

	(void)state;
	expect(pairs, 0, "");
}

static void a_link_that_leads_out_is_refused(void **state)
{
	static const char *const above[][2] = { { "usr/src/x", "../../.." }, LINKS_END };
	static const char *const absolute[][2] = { { "usr/src/x/include/linux", "/etc" }, LINKS_END };
	static const char *const back_in[][2] = { { "usr/src/x", "../../../usr/src/y" }, LINKS_END };
	static const char *const rooted[][2] = { { "lib/modules/6.1.0/build", "/.." }, LINKS_END };
	/* What belongs to one package may not reach for the others. */
	static const char *const tree[][2] = { { "tree/1/include/x", "../../../usr/src" }, LINKS_END };

	(void)state;
	expect(above, -EACCES, "'usr/src/x' is a link that leads out of the package: '../../..'");
	expect(absolute, -EACCES, "leads out");
	expect(back_in, -EACCES, "leads out");
	expect(rooted, -EACCES, "leads out");
	expect(tree, -EACCES, "leads out");
}

static void links_that_lead_out_only_together_are_refused(void **state)
{
	static const char *const apart[][2] = { { "p/q/r/x", "../../.." }, LINKS_END };
	static const char *const together[][2] = { { "p/q/r/x", "../../.." }, { "p/q/r/y", "x/.." }, LINKS_END };
	static const char *const chain[][2] = {
		{ "p/a", "q/b" }, { "p/q/b", "../c" }, { "p/c", "q/d/../../../.." }, { "p/q/d", "." }, LINKS_END
	};

	(void)state;
	expect(apart, 0, "");
	expect(together, -EACCES, "'p/q/r/y' is a link that leads out");
	expect(chain, -EACCES, "leads out");
}

static void a_link_below_a_link_is_refused(void **state)
{
	static const char *const pairs[][2] = { { "include/x/y", "z" }, { "include/x", "../arch" }, LINKS_END };

	(void)state;
	expect(pairs, -EACCES, "'include/x/y' lies below a path that is itself a link");
}

static void links_that_lead_round_and_round_are_refused(void **state)
{
	static const char *const self[][2] = { { "a", "a" }, LINKS_END };
	static const char *const two[][2] = { { "a", "b" }, { "b", "a/c" }, LINKS_END };

	(void)state;
	expect(self, -EACCES, "through more than 40 others");
	expect(two, -EACCES, "through more than 40 others");
}

static void a_chain_of_forty_is_followed_and_no_longer_one(void **state)
{
	CLEANUP(links_done) struct links links = {};
	char path[8], target[8];

	(void)state;
	for (int i = 0; i < 40; i++) {
		snprintf(path, sizeof(path), "l%d", i);
		snprintf(target, sizeof(target), "l%d", i + 1);
		assert_int_equal(links_add(&links, path, target, 1), 0);
	}
	assert_int_equal(links_check(&links, NULL, NULL), 0);
	assert_int_equal(links_add(&links, "l40", "end", 1), 0);
	assert_int_equal(links_check(&links, NULL, NULL), -EACCES);
}

static void the_last_of_two_links_of_one_name_counts(void **state)
{
	static const char *const pairs[][2] = { { "a/b", "../.." }, { "c", "d" }, { "a/b", "e" }, LINKS_END };
	CLEANUP(links_done) struct links links = {};

	(void)state;
	assert_int_equal(check(pairs, &links, NULL), 0);
	assert_int_equal(links.n, 2);
	assert_string_equal(links.all[0].path, "a/b");
	assert_string_equal(links.all[0].target, "e");
}

static void links_that_take_too_long_to_follow_are_refused(void **state)
{
	CLEANUP(links_done) struct links links = {};
	char path[16], target[64];
	struct tracee_error err = {};

	(void)state;
	for (int i = 0; i < LINKS_MAX; i++) {
		snprintf(path, sizeof(path), "l%d", i);
		snprintf(target, sizeof(target), "l%d/./././././././././././././././././././././.", i + 1);
		assert_int_equal(links_add(&links, path, i % 39 == 38 ? "end" : target, 1), 0);
	}
	assert_int_equal(links_add(&links, "more", "end", 1), -E2BIG);
	assert_int_equal(links_check(&links, NULL, &err), -E2BIG);
	assert_non_null(strstr(err.text, "takes too long"));
}

static void absolute_targets_become_relative(void **state)
{
	struct link link = { .path = (char *)"lib/modules/6.1.0/build", .target = (char *)"//usr/src/x" };
	char target[64], small[10];

	(void)state;
	assert_int_equal(link_target(&link, target, sizeof(target)), 0);
	assert_string_equal(target, "../../../usr/src/x");
	assert_int_equal(link_target(&link, small, sizeof(small)), -ENAMETOOLONG);
	link.target = (char *)"../x";
	assert_int_equal(link_target(&link, target, sizeof(target)), 0);
	assert_string_equal(target, "../x");
	link.path = (char *)"build";
	link.target = (char *)"/";
	assert_int_equal(link_target(&link, target, sizeof(target)), 0);
	assert_string_equal(target, ".");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(links_of_distributions_are_sound),
		cmocka_unit_test(a_link_that_leads_out_is_refused),
		cmocka_unit_test(links_that_lead_out_only_together_are_refused),
		cmocka_unit_test(a_link_below_a_link_is_refused),
		cmocka_unit_test(links_that_lead_round_and_round_are_refused),
		cmocka_unit_test(a_chain_of_forty_is_followed_and_no_longer_one),
		cmocka_unit_test(the_last_of_two_links_of_one_name_counts),
		cmocka_unit_test(links_that_take_too_long_to_follow_are_refused),
		cmocka_unit_test(absolute_targets_become_relative),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
