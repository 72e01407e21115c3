// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "builder/package/selection.h"
#include "builder/package/unpack.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static void expect(const char *path, const char *release, enum selected expected, const char *expected_path)
{
	char placed[PACKAGE_PATH_SIZE] = "";
	enum selected selected;

	assert_int_equal(entry_select(path, release, 7, &selected, placed, NULL), 0);
	if (selected != expected)
		fail_msg("'%s': expected %d, got %d", path, expected, selected);
	assert_string_equal(placed, expected_path ? expected_path : "");
}

static void names_are_cleaned(void **state)
{
	static const char *const names[][2] = {
		{ "./usr/src/x", "usr/src/x" },
		{ "usr//src/./x/", "usr/src/x" },
		{ "./", "" },
		{ "a..b", "a..b" },
	};
	char path[PACKAGE_PATH_SIZE];

	(void)state;
	for (size_t i = 0; i < N(names); i++) {
		assert_int_equal(entry_path(names[i][0], path, NULL), 0);
		assert_string_equal(path, names[i][1]);
	}
}

static void names_that_lead_out_are_refused(void **state)
{
	static const char *const names[] = { "/etc/passwd", "..",	"../x",	   "usr/../x",
					     "usr/src/..",  "usr/a\nb", "usr/\x7f" };
	char path[PACKAGE_PATH_SIZE] = "untouched";
	struct tracee_error err;

	(void)state;
	for (size_t i = 0; i < N(names); i++) {
		err.text[0] = '\0';
		assert_int_equal(entry_path(names[i], path, &err), -EACCES);
		assert_true(strlen(err.text) > 10);
		assert_null(strpbrk(err.text, "\n\x7f"));
	}
	assert_string_equal(path, "untouched");
}

static void long_and_deep_names_are_refused(void **state)
{
	char name[2 * PACKAGE_PATH_SIZE], path[PACKAGE_PATH_SIZE];

	(void)state;
	memset(name, 'a', sizeof(name));
	name[PACKAGE_PATH_SIZE] = '\0';
	assert_int_equal(entry_path(name, path, NULL), -E2BIG);
	name[PACKAGE_PATH_SIZE - 1] = '\0';
	assert_int_equal(entry_path(name, path, NULL), 0);
	for (size_t i = 0; i < PACKAGE_PATH_COMPONENTS_MAX + 1; i++)
		memcpy(name + 2 * i, "a/", 3);
	assert_int_equal(entry_path(name, path, NULL), -E2BIG);
	assert_int_equal(entry_path(name + 2, path, NULL), 0);
}

static void trees_of_installed_systems_keep_their_place(void **state)
{
	static const char *const paths[] = {
		"usr/src/linux-headers-6.1.0-50-amd64/include/generated/autoconf.h",
		"usr/src/linux-headers-6.1.0-50-amd64/arch/x86/include/generated/asm/x.h",
		"usr/src/linux-headers-6.1.0-50-amd64/.config",
		"usr/src/linux-headers-6.1.0-50-amd64/Makefile",
		"usr/src/linux-headers-6.1.0-50-common/include/linux/kconfig.h",
		"usr/src/linux-headers-6.1.0-50-common/include/config/kernel.release",
		"usr/src/linux-headers-6.1.0-50-common/arch/arm64/include/asm/ptrace.h",
		"usr/src/linux-headers-6.1.0-50-common/arch/arm/include/asm/opcodes.h",
		"usr/src/linux-headers-6.1.0-50-common/arch/arm/include/asm/xen/hypervisor.h",
		"usr/src/kernels/4.18.0-372.26.1.el8_6.x86_64/include/linux/types.h",
		"usr/src/kernels/4.18.0-372.26.1.el8_6.x86_64/vmlinux.id",
		"usr/src/linux-6.11.0-1-obj/x86_64/default/include/generated/utsrelease.h",
		"usr/src/linux-6.11.0-1-obj/x86_64/default/.config",
		"usr/src/linux-6.11.0-1/include/linux/types.h",
		"usr/lib/modules/6.12.1-arch1-1/build/include/linux/types.h",
		"lib/modules/6.6.1-flatcar/source/arch/x86/include/asm/ptrace.h",
		"nix/store/abc-linux-6.6.30-dev/lib/modules/6.6.30/build/include/linux/types.h",
	};

	(void)state;
	for (size_t i = 0; i < N(paths); i++)
		expect(paths[i], NULL, SELECTED_HEADER, paths[i]);
	expect("usr/src/linux-headers-7.3.4/vmlinux", NULL, SELECTED_VMLINUX,
	       "usr/src/linux-headers-7.3.4/vmlinux");
	expect("nix/store/abc-linux-6.6.30-dev/vmlinux", NULL, SELECTED_VMLINUX,
	       "nix/store/abc-linux-6.6.30-dev/vmlinux");
	expect("lib/modules/6.6.30/kernel/kernel/kheaders.ko.xz", NULL, SELECTED_VMLINUX,
	       "lib/modules/6.6.30/kernel/kernel/kheaders.ko.xz");
}

static void other_archives_get_a_place_of_their_own(void **state)
{
	(void)state;
	expect("include/linux/types.h", NULL, SELECTED_HEADER, "tree/7/include/linux/types.h");
	expect("arch/x86/include/asm/ptrace.h", NULL, SELECTED_HEADER, "tree/7/arch/x86/include/asm/ptrace.h");
	expect("6.1.90/include/linux/types.h", NULL, SELECTED_HEADER, "tree/7/6.1.90/include/linux/types.h");
	expect("home/me/linux/.config", NULL, SELECTED_HEADER, "tree/7/home/me/linux/.config");
	expect("home/me/linux/include/linux/x.h", NULL, SELECTED_HEADER, "tree/7/home/me/linux/include/linux/x.h");
}

static void what_no_compilation_needs_stays_in_the_package(void **state)
{
	static const char *const paths[] = {
		"",
		"usr/include/linux/types.h",
		"usr/lib/gcc/x86_64-linux-gnu/12/include/stddef.h",
		"usr/share/doc/linux-headers/copyright",
		"usr/src/linux-headers-6.1.0-50-amd64/Module.symvers",
		"usr/src/linux-headers-6.1.0-50-amd64/scripts/Makefile",
		"usr/src/linux-headers-6.1.0-50-amd64/tools/include/linux/types.h",
		"usr/src/linux-headers-6.1.0-50-amd64/arch/x86/Makefile",
		"usr/src/linux-headers-6.1.0-50-common/arch/mips/include/asm/ptrace.h",
		"usr/src/linux-headers-6.1.0-50-common/arch/arm/include/asm/ptrace.h",
		"usr/src/linux-headers-6.1.0-50-common/include/dt-bindings/clock/x.h",
		"usr/src/linux-headers-6.1.0-50-common/include/drm/drm.h",
		"usr/src/linux-headers-6.1.0-50-common/include/config/SMP",
		"lib/modules/6.1.0/kernel/fs/ext4/ext4.ko",
		"linux/tools/include/linux/types.h",
		"linux/drivers/gpu/drm/amd/include/x.h",
		"linux/source",
		"etc/passwd",
		"dev/null",
		"boot/vmlinuz",
		"a/b/c/d/e/Makefile",
	};

	(void)state;
	for (size_t i = 0; i < N(paths); i++)
		expect(paths[i], NULL, SELECTED_NOTHING, NULL);
}

static void links_between_trees_are_taken(void **state)
{
	static const char *const links[] = { "lib/modules/6.1.0-50-amd64/build", "usr/lib/modules/6.1.0/source",
					     "usr/src/linux", "usr/src/linux-headers-5.15.0-97-generic/include",
					     "usr/src/linux-headers-5.15.0-97-generic/arch/x86" };

	(void)state;
	for (size_t i = 0; i < N(links); i++)
		expect(links[i], NULL, SELECTED_LINK, links[i]);
	expect("usr/src/linux-headers-6.1.0-50-amd64/scripts", NULL, SELECTED_NOTHING, NULL);
	assert_true(link_may_be_absolute("lib/modules/6.1.0/build"));
	assert_true(link_may_be_absolute("usr/lib/modules/6.1.0/source"));
	assert_false(link_may_be_absolute("lib/modules/6.1.0/build/include"));
	assert_false(link_may_be_absolute("usr/src/linux"));
	assert_false(link_may_be_absolute("tree/1/lib/modules/6.1.0/build"));
}

static void trees_of_other_releases_are_foreign(void **state)
{
	static const char release[] = "5.15.0-97-generic";
	static const char *const ours[] = {
		"usr/src/linux-headers-5.15.0-97-generic/.config",
		"usr/src/linux-headers-5.15.0-97/include/linux/x.h",
		"usr/src/linux-hwe-5.15-headers-5.15.0-97/include/linux/x.h",
		"usr/src/kernels/5.15.0-97-generic/.config",
		"usr/src/kernel/.config",
		"lib/modules/5.15.0-97-generic/build",
	};
	static const char *const others[] = {
		"usr/src/linux-headers-5.1.0-97-generic/.config",
		"usr/src/linux-headers-6.1.0-50-common/include/linux/x.h",
		"usr/src/kernels/5.14.0-70.el9.x86_64/.config",
		"lib/modules/6.1.0-50-amd64/build",
	};

	(void)state;
	for (size_t i = 0; i < N(ours); i++) {
		enum selected selected;
		char path[PACKAGE_PATH_SIZE];

		assert_int_equal(entry_select(ours[i], release, 1, &selected, path, NULL), 0);
		if (selected == SELECTED_NOTHING || selected == SELECTED_FOREIGN)
			fail_msg("'%s' is not taken", ours[i]);
	}
	for (size_t i = 0; i < N(others); i++)
		expect(others[i], release, SELECTED_FOREIGN, NULL);
	expect("include/linux/types.h", release, SELECTED_HEADER, "tree/7/include/linux/types.h");
}

static void packages_are_known_by_their_names(void **state)
{
	static const char *const packages[] = { "a.deb",     "a.rpm",	 "a.apk",    "a.pkg.tar.zst",
						"a.tar",     "a.tar.gz", "a.tar.xz", "a.tar.zst",
						"a.tar.bz2", "a.tgz",	 "a.txz" };
	static const char *const others[] = { "a.tar.gz.sig", ".deb", "deb", "a.zip", "a.debs", "" };

	(void)state;
	for (size_t i = 0; i < N(packages); i++)
		assert_true(package_is_named_like_one(packages[i]));
	for (size_t i = 0; i < N(others); i++)
		assert_false(package_is_named_like_one(others[i]));
	assert_true(entry_is_nested("kernel-dev.tar"));
	assert_true(entry_is_nested("0123abcd/layer.tar"));
	assert_true(entry_is_nested("x/usr/share/bottlerocket/kernel-devel.tar.xz"));
	assert_false(entry_is_nested("usr/share/doc/x/examples.tar.gz"));
	assert_false(entry_is_nested("x.deb"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_cleaned),
		cmocka_unit_test(names_that_lead_out_are_refused),
		cmocka_unit_test(long_and_deep_names_are_refused),
		cmocka_unit_test(trees_of_installed_systems_keep_their_place),
		cmocka_unit_test(other_archives_get_a_place_of_their_own),
		cmocka_unit_test(what_no_compilation_needs_stays_in_the_package),
		cmocka_unit_test(links_between_trees_are_taken),
		cmocka_unit_test(trees_of_other_releases_are_foreign),
		cmocka_unit_test(packages_are_known_by_their_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
