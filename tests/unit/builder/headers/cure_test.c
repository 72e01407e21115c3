// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "builder/headers/cure.h"
#include "libtracee/base/file.h"

static char directory[] = "/tmp/tracee-test.XXXXXX";

static void expect_package(const char *os_release, const char *release, const char *command)
{
	char path[64];
	struct header_root root;
	struct text text;

	snprintf(path, sizeof(path), "%s/etc/os-release", directory);
	assert_int_equal(file_replace(path, os_release, strlen(os_release), 0644), 0);
	assert_int_equal(header_root_open(directory, &root, NULL), 0);
	text_init(&text, 1000);
	cure_package(&root, release, &text);
	assert_string_equal(text_string(&text), command);
	text_done(&text);
	header_root_close(&root);
}

static void each_distribution_has_its_own_command(void **state)
{
	(void)state;
	expect_package("NAME=x\nID=debian\n", "6.12.107+deb13-amd64", "apt-get install linux-headers-6.12.107+deb13-amd64");
	expect_package("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", "5.15.0-97-generic",
		       "apt-get install linux-headers-5.15.0-97-generic");
	expect_package("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", "5.14.0-362.el9.x86_64",
		       "dnf install kernel-devel-5.14.0-362.el9.x86_64");
	expect_package("ID='ol'\n", "5.4.17-2136.el8uek.x86_64", "dnf install kernel-uek-devel-5.4.17-2136.el8uek.x86_64");
	expect_package("ID=opensuse-tumbleweed\n", "6.11.0-1-default", "zypper install kernel-default-devel=6.11.0-1");
	expect_package("ID=alpine\n", "6.6.100-0-lts", "apk add linux-lts-dev (of version 6.6.100)");
	expect_package("ID=arch\n", "6.12.1-zen1-1-zen", "pacman -S linux-zen-headers");
	expect_package("ID=void\n", "6.12.68_1", "xbps-install linux6.12-headers");
	expect_package("ID=somebody\n", "6.1.0", "install the package of its headers (linux-headers-6.1.0, kernel-devel-6.1.0)");
	expect_package("", "6.1.0", "install the package of its headers (linux-headers-6.1.0, kernel-devel-6.1.0)");
	expect_package("ID=\"debian", "6.1.0", "apt-get install linux-headers-6.1.0");
}

static void expect_mount(const char *root_label, const char *missing, const char *option)
{
	struct header_root root = { .fd = -1 };
	struct text text;

	strcpy(root.label, root_label);
	text_init(&text, 1000);
	cure_mount(&root, missing, &text);
	assert_string_equal(text_string(&text), option);
	text_done(&text);
}

static void a_mount_is_that_of_the_directory_which_holds_both_halves(void **state)
{
	(void)state;
	expect_mount("", "/usr/src/linux-headers-6.1.0", "-v /usr/src:/usr/src:ro");
	expect_mount("/host", "/usr/src", "-v /usr/src:/host/usr/src:ro");
	expect_mount("", "/usr/lib/modules/6.1.0/build", "-v /usr/lib/modules:/usr/lib/modules:ro");
	expect_mount("", "/nix/store/abc-linux-dev/lib/modules/6.1.0/build", "-v /nix/store:/nix/store:ro");
	expect_mount("", "/home/me/linux/build", "-v /home/me/linux:/home/me/linux:ro");
	expect_mount("", "/usr/srcs/x", "-v /usr/srcs:/usr/srcs:ro");
}

static int set_up(void **state)
{
	char line[64];

	(void)state;
	if (!mkdtemp(directory))
		return -1;
	snprintf(line, sizeof(line), "mkdir '%s/etc'", directory);
	return system(line);
}

static int tear_down(void **state)
{
	char line[64];

	(void)state;
	snprintf(line, sizeof(line), "rm -rf '%s'", directory);
	return system(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_distribution_has_its_own_command),
		cmocka_unit_test(a_mount_is_that_of_the_directory_which_holds_both_halves),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
