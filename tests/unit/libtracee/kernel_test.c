// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <tracee/tracee.h>

static void releases_of_all_kinds_are_understood(void **state)
{
	static const struct {
		const char *release;
		uint32_t code;
	} cases[] = {
		{ "6.1.0-50-amd64", 0x060100 }, { "5.10-rc1", 0x050a00 },	  { "4.18.0-193.el8.x86_64", 0x041200 },
		{ "6.12.68_1", 0x060c44 },	{ "6.12.107+deb13-amd64", 0x060c6b }, { "4.19.325", 0x0413ff },
		{ "5.10.133+", 0x050a85 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tracee_kernel kernel;

		assert_int_equal(tracee_kernel_parse(cases[i].release, TRACEE_ARCH_X86_64, &kernel, NULL), 0);
		assert_int_equal(kernel.version_code, cases[i].code);
		assert_string_equal(kernel.release, cases[i].release);
	}
}

static void what_is_no_release_is_refused(void **state)
{
	static const char *const cases[] = {
		"", "6", "6.", "generic", "6.1/../../etc", "6.1 x", "6.1\n", "-6.1",
		"6.1.0-0123456789012345678901234567890123456789012345678901234567890123456789",
	};
	struct tracee_kernel kernel;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(tracee_kernel_parse(cases[i], TRACEE_ARCH_X86_64, &kernel, NULL), -EINVAL);
}

static void architectures_have_many_names(void **state)
{
	enum tracee_arch arch;

	(void)state;
	assert_int_equal(tracee_arch_parse("aarch64", &arch), 0);
	assert_int_equal(arch, TRACEE_ARCH_ARM64);
	assert_int_equal(tracee_arch_parse("amd64", &arch), 0);
	assert_int_equal(arch, TRACEE_ARCH_X86_64);
	assert_int_equal(tracee_arch_parse("riscv64", &arch), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(releases_of_all_kinds_are_understood),
		cmocka_unit_test(what_is_no_release_is_refused),
		cmocka_unit_test(architectures_have_many_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
