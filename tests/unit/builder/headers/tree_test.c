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

#include "builder/headers/identify.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/file.h"

/* Two directories, as Debian packs them. */
struct place {
	char root[40], build[64], source[64];
	const char *paths[2];
};

static void put(const char *directory, const char *name, const char *text)
{
	char path[256], command[300];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	snprintf(command, sizeof(command), "mkdir -p $(dirname '%s')", path);
	assert_int_equal(system(command), 0);
	assert_int_equal(file_replace(path, text, strlen(text), 0644), 0);
}

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	*state = place;
	strcpy(place->root, "/tmp/tracee-test.XXXXXX");
	if (!mkdtemp(place->root))
		return -1;
	snprintf(place->build, sizeof(place->build), "%s/build", place->root);
	snprintf(place->source, sizeof(place->source), "%s/common", place->root);
	place->paths[0] = place->build;
	place->paths[1] = place->source;
	put(place->source, "include/linux/kconfig.h", "");
	put(place->source, "include/linux/types.h", "");
	put(place->build, "include/generated/autoconf.h",
	    "#define CONFIG_X86_64 1\n#define CONFIG_FUNCTION_TRACER 1\n");
	put(place->build, "include/generated/utsrelease.h", "#define UTS_RELEASE \"6.1.0-50-amd64\"\n");
	put(place->build, "include/generated/uapi/linux/version.h", "#define LINUX_VERSION_CODE 393648\n");
	put(place->build, "arch/x86/include/generated/asm/x.h", "");
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	char command[80];

	snprintf(command, sizeof(command), "rm -rf '%s'", place->root);
	free(place);
	return system(command);
}

static int identify(struct place *place, struct header_identity *identity, struct tracee_error *err)
{
	CLEANUP(header_tree_close) struct header_tree tree = HEADER_TREE_NONE;
	int r = header_tree_open(place->paths, 2, &tree, err);

	return r < 0 ? r : header_tree_identify(&tree, identity, err);
}

static void expect_refused(struct place *place, int status, const char *words)
{
	struct header_identity identity;
	struct tracee_error err = {};

	assert_int_equal(identify(place, &identity, &err), status);
	if (!strstr(err.text, words))
		fail_msg("expected '%s' in: %s", words, err.text);
}

static void halves_are_told_apart_in_any_order(void **state)
{
	struct place *place = *state;
	struct header_identity identity;

	assert_int_equal(identify(place, &identity, NULL), 0);
	assert_string_equal(identity.kernel.release, "6.1.0-50-amd64");
	assert_int_equal(identity.kernel.version_code, 393648); /* 6.1.176 */
	assert_int_equal(identity.kernel.arch, TRACEE_ARCH_X86_64);
	place->paths[0] = place->source;
	place->paths[1] = place->build;
	assert_int_equal(identify(place, &identity, NULL), 0);
}

static void one_half_alone_names_the_other(void **state)
{
	struct place *place = *state;
	struct header_tree tree = HEADER_TREE_NONE;
	struct tracee_error err = {};

	assert_int_equal(header_tree_open(&place->paths[0], 1, &tree, &err), -ENOENT);
	assert_non_null(strstr(err.text, "pass the source half too"));
	assert_int_equal(header_tree_open(&place->paths[1], 1, &tree, &err), -ENOENT);
	assert_non_null(strstr(err.text, "pass the build half too"));
}

static void a_dangling_link_names_its_target(void **state)
{
	struct place *place = *state;
	struct header_tree tree = HEADER_TREE_NONE;
	struct tracee_error err = {};
	char path[80];
	const char *paths[] = { path };

	snprintf(path, sizeof(path), "%s/link", place->root);
	assert_int_equal(symlink("/usr/src/not-there", path), 0);
	assert_int_equal(header_tree_open(paths, 1, &tree, &err), -ENOENT);
	assert_non_null(strstr(err.text, "/usr/src/not-there"));
}

static void shuffled_structures_are_refused(void **state)
{
	struct place *place = *state;

	put(place->build, "include/generated/autoconf.h",
	    "#define CONFIG_X86_64 1\n#define CONFIG_RANDSTRUCT_FULL 1\n");
	expect_refused(place, -ENOTSUP, "CONFIG_RANDSTRUCT_FULL");
	put(place->build, "include/generated/autoconf.h",
	    "#define CONFIG_X86_64 1\n#define CONFIG_RANDSTRUCT_NONE 1\n");
	assert_int_equal(identify(place, &(struct header_identity){}, NULL), 0);
}

static void mixed_versions_are_refused(void **state)
{
	struct place *place = *state;

	put(place->build, "include/generated/uapi/linux/version.h", "#define LINUX_VERSION_CODE 330518\n");
	expect_refused(place, -ESTALE, "files of two kernels are mixed");
}

static void halves_of_two_kernels_are_refused(void **state)
{
	struct place *place = *state;

	put(place->source, "Makefile",
	    "# SPDX-License-Identifier: GPL-2.0\nVERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 176\nEXTRAVERSION =\n");
	assert_int_equal(identify(place, &(struct header_identity){}, NULL), 0);
	put(place->source, "Makefile", "VERSION = 5\nPATCHLEVEL = 10\n");
	expect_refused(place, -ESTALE, "version 5.10");
	/* Makefiles that do not tell. */
	put(place->source, "Makefile", "include /usr/src/linux-headers-5.10.0-32-common/Makefile\n");
	assert_int_equal(identify(place, &(struct header_identity){}, NULL), 0);
	put(place->source, "Makefile", "VERSION = \nPATCHLEVEL =");
	assert_int_equal(identify(place, &(struct header_identity){}, NULL), 0);
}

static void a_file_for_a_directory_is_refused(void **state)
{
	struct place *place = *state;
	struct header_tree tree = HEADER_TREE_NONE;
	struct tracee_error err = {};

	put(place->root, "package.deb", "!<arch>\n");
	snprintf(place->build, sizeof(place->build), "%s/package.deb", place->root);
	assert_int_equal(header_tree_open(place->paths, 1, &tree, &err), -ENOTDIR);
	assert_non_null(strstr(err.text, "unpacked header tree"));
}

static void one_directory_may_be_both_halves(void **state)
{
	struct place *place = *state;
	struct header_tree tree = HEADER_TREE_NONE;
	char command[256];

	snprintf(command, sizeof(command), "cp -r %s/. %s", place->source, place->build);
	assert_int_equal(system(command), 0);
	assert_int_equal(header_tree_open(place->paths, 1, &tree, NULL), 0);
	assert_string_equal(tree.path[TREE_SOURCE], place->build);
	header_tree_close(&tree);
	/* The first that is complete stands for both, whatever else is there. */
	assert_int_equal(header_tree_open(place->paths, 2, &tree, NULL), 0);
	assert_string_equal(tree.path[TREE_SOURCE], place->build);
	header_tree_close(&tree);
	header_tree_close(&tree);
	header_tree_close(NULL);
}

static void a_release_that_is_none_is_refused(void **state)
{
	static const char *const texts[] = { "", "#define UTS_RELEASE 6\n", "#define UTS_RELEASE \"\n",
					     "#define UTS_RELEASE \"../x\"\n", "#define UTS_RELEASEX \"6.1\"\n" };
	struct place *place = *state;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		put(place->build, "include/generated/utsrelease.h", texts[i]);
		expect_refused(place, -EBADMSG, "utsrelease.h");
	}
}

static void another_architecture_is_refused(void **state)
{
	struct place *place = *state;

	put(place->build, "include/generated/autoconf.h", "#define CONFIG_RISCV 1\n");
	expect_refused(place, -ENOTSUP, "neither for x86_64 nor for arm64");
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(halves_are_told_apart_in_any_order), PLACED(one_half_alone_names_the_other),
		PLACED(a_dangling_link_names_its_target),   PLACED(shuffled_structures_are_refused),
		PLACED(mixed_versions_are_refused),	    PLACED(a_release_that_is_none_is_refused),
		PLACED(another_architecture_is_refused),    PLACED(halves_of_two_kernels_are_refused),
		PLACED(a_file_for_a_directory_is_refused),  PLACED(one_directory_may_be_both_halves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
