// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include <cmocka.h>

#include "builder/headers/grade.h"

static struct header_wanted wanted_kernel(const char *release, enum tracee_arch arch)
{
	struct header_wanted wanted = { .has_release = true, .has_arch = true };

	assert_int_equal(tracee_kernel_parse(release, arch, &wanted.kernel, NULL), 0);
	return wanted;
}

static struct header_identity tree_of(const char *release)
{
	struct header_identity identity = { .evidence = EVIDENCE_UTSRELEASE };

	assert_int_equal(tracee_kernel_parse(release, TRACEE_ARCH_X86_64, &identity.kernel, NULL), 0);
	return identity;
}

static void expect(const struct header_wanted *wanted, const struct header_identity *identity,
		   enum header_grade grade, bool is_accepted)
{
	struct header_judgement judgement;

	header_judge(wanted, identity, &judgement);
	if (judgement.grade != grade || judgement.is_accepted != is_accepted || !judgement.why[0])
		fail_msg("%s for %s: %s, %s: %s", identity->kernel.release, wanted->kernel.release,
			 header_grade_name(judgement.grade), judgement.is_accepted ? "accepted" : "refused", judgement.why);
}

static void releases_are_equal_near_or_wrong(void **state)
{
	static const struct {
		const char *wanted;
		enum header_grade grade;
	} cases[] = {
		{ "6.1.0-56-amd64", GRADE_EXACT },
		{ "6.1.0-56-cloud-amd64", GRADE_OTHER_FLAVOUR },
		{ "6.1.0-55-amd64", GRADE_OTHER_FLAVOUR },
		{ "6.1.0", GRADE_OTHER_FLAVOUR },
		{ "6.1.1-56-amd64", GRADE_WRONG },
		{ "6.12.0-56-amd64", GRADE_WRONG },
		{ "5.10.0-46-amd64", GRADE_WRONG },
	};
	const struct header_identity identity = tree_of("6.1.0-56-amd64");

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct header_wanted wanted = wanted_kernel(cases[i].wanted, TRACEE_ARCH_X86_64);

		expect(&wanted, &identity, cases[i].grade, cases[i].grade == GRADE_EXACT);
		wanted.allows_mismatch = true;
		expect(&wanted, &identity, cases[i].grade, cases[i].grade != GRADE_WRONG);
	}
}

static void the_architecture_is_never_let_pass(void **state)
{
	const struct header_identity identity = tree_of("6.1.0-56-amd64");
	struct header_wanted wanted = wanted_kernel("6.1.0-56-amd64", TRACEE_ARCH_ARM64);

	(void)state;
	wanted.allows_mismatch = true;
	expect(&wanted, &identity, GRADE_WRONG, false);
	wanted.has_arch = false;
	expect(&wanted, &identity, GRADE_EXACT, true);
}

static void another_upload_is_accepted_unless_strict(void **state)
{
	struct header_identity identity = tree_of("6.1.0-56-amd64");
	struct header_wanted wanted = wanted_kernel("6.1.0-56-amd64", TRACEE_ARCH_X86_64);

	(void)state;
	strcpy(wanted.version_text, "#1 SMP Debian 6.1.192-2 (2026-11-16)");
	expect(&wanted, &identity, GRADE_EXACT, true); /* the tree does not say */
	strcpy(identity.version_text, "#1 SMP Debian 6.1.192-2 (2026-11-16)");
	expect(&wanted, &identity, GRADE_EXACT, true);
	strcpy(identity.version_text, "#1 SMP Debian 6.1.192-1 (2026-11-10)");
	expect(&wanted, &identity, GRADE_OTHER_UPLOAD, true);
	wanted.is_strict = true;
	expect(&wanted, &identity, GRADE_OTHER_UPLOAD, false);
}

static void the_build_id_proves_the_build(void **state)
{
	struct header_identity identity = tree_of("5.14.0-362.el9.x86_64");
	struct header_wanted wanted = wanted_kernel("5.14.0-362.el9.x86_64", TRACEE_ARCH_X86_64);

	(void)state;
	strcpy(wanted.build_id, "00ff");
	strcpy(identity.build_id, "00ff");
	expect(&wanted, &identity, GRADE_PROVEN, true);
	strcpy(identity.build_id, "00fe");
	expect(&wanted, &identity, GRADE_OTHER_UPLOAD, true);
}

static void a_tree_without_a_name_must_be_named(void **state)
{
	struct header_identity identity = { .evidence = EVIDENCE_NONE, .kernel = { .version_code = 0x060105 } };
	struct header_wanted wanted = wanted_kernel("6.1.0-56-amd64", TRACEE_ARCH_X86_64);

	(void)state;
	expect(&wanted, &identity, GRADE_UNKNOWN, false);
	wanted.is_named = true;
	expect(&wanted, &identity, GRADE_UNKNOWN, true);
	wanted.has_release = false;
	expect(&wanted, &identity, GRADE_UNKNOWN, false);
	wanted = wanted_kernel("6.12.0-56-amd64", TRACEE_ARCH_X86_64);
	wanted.is_named = wanted.allows_mismatch = true;
	expect(&wanted, &identity, GRADE_WRONG, false);
}

static void the_running_kernel_says_its_version(void **state)
{
	struct header_wanted wanted = {};
	struct tracee_kernel other;
	struct utsname uts;

	(void)state;
	uname(&uts);
	header_wanted_ask_running(&wanted);
	assert_string_equal(wanted.version_text, uts.version);
	assert_int_equal(tracee_kernel_parse("1.2.3-none", TRACEE_ARCH_X86_64, &other, NULL), 0);
	assert_false(header_kernel_is_running(&other));
	if (tracee_kernel_running(&other, NULL) == 0)
		assert_true(header_kernel_is_running(&other));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(releases_are_equal_near_or_wrong),
		cmocka_unit_test(the_architecture_is_never_let_pass),
		cmocka_unit_test(another_upload_is_accepted_unless_strict),
		cmocka_unit_test(the_build_id_proves_the_build),
		cmocka_unit_test(a_tree_without_a_name_must_be_named),
		cmocka_unit_test(the_running_kernel_says_its_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
