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
	struct header_root header_root;
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
	if (!mkdtemp(place->root) || header_root_open("/", &place->header_root, NULL) < 0)
		return -1;
	snprintf(place->build, sizeof(place->build), "%s/build", place->root);
	snprintf(place->source, sizeof(place->source), "%s/common", place->root);
	place->paths[0] = place->build;
	place->paths[1] = place->source;
	put(place->source, "include/linux/kconfig.h", "");
	put(place->source, "include/linux/types.h", "");
	put(place->build, "include/generated/autoconf.h",
	    "#define CONFIG_X86_64 1\n#define CONFIG_FUNCTION_TRACER 1\n");
	put(place->build, "include/generated/bounds.h", "");
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
	header_root_close(&place->header_root);
	free(place);
	return system(command);
}

static int open_tree(struct place *place, const char *const *paths, size_t n_paths, struct header_tree *ret_tree,
		     struct tracee_error *err)
{
	struct tree_place places[TREE_PLACES_MAX];
	int r;

	for (size_t i = 0; i < n_paths; i++)
		tree_place_open(&place->header_root, paths[i], NULL, &places[i]);
	r = header_tree_take(&place->header_root, places, n_paths, ret_tree, err);
	for (size_t i = 0; i < n_paths; i++)
		tree_place_close(&places[i]);
	return r;
}

/* Why a place could not be opened. */
static char *explained(struct place *place, const char *path, int r)
{
	struct tree_place tree_place;
	struct text text;

	text_init(&text, 4096);
	tree_place_open(&place->header_root, path, NULL, &tree_place);
	assert_int_equal(tree_place.r, r);
	tree_place_explain(&place->header_root, &tree_place, &text);
	tree_place_close(&tree_place);
	return text_take(&text);
}

static int identify(struct place *place, struct header_identity *identity, struct tracee_error *err)
{
	CLEANUP(header_tree_close) struct header_tree tree = HEADER_TREE_NONE;
	int r = open_tree(place, place->paths, 2, &tree, err);

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

	assert_int_equal(open_tree(place, &place->paths[0], 1, &tree, &err), -ENOENT);
	assert_non_null(strstr(err.text, "pass the source half too"));
	assert_int_equal(open_tree(place, &place->paths[1], 1, &tree, &err), -ENOENT);
	assert_non_null(strstr(err.text, "pass the build half too"));
}

static void a_dangling_link_names_its_target_and_what_is_missing(void **state)
{
	struct place *place = *state;
	char path[80], *text;

	snprintf(path, sizeof(path), "%s/link", place->root);
	assert_int_equal(symlink("/usr/src-of-nobody/not-there", path), 0);
	text = explained(place, path, -ENOENT);
	assert_non_null(strstr(text, "to '/usr/src-of-nobody/not-there', which is not there ('/usr/src-of-nobody' is missing)"));
	free(text);
}

static void a_link_behind_which_something_is_missing_is_not_to_blame(void **state)
{
	struct place *place = *state;
	char path[80], *text;

	snprintf(path, sizeof(path), "%s/link", place->root);
	assert_int_equal(symlink("build", path), 0);
	snprintf(path, sizeof(path), "%s/link/nothing", place->root);
	text = explained(place, path, -ENOENT);
	assert_null(strstr(text, "by the link"));
	free(text);
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
	expect_refused(place, -ESTALE, "of 5.10.");
	/* Makefiles that do not tell. */
	put(place->source, "Makefile", "include /usr/src/linux-headers-5.10.0-32-common/Makefile\n");
	assert_int_equal(identify(place, &(struct header_identity){}, NULL), 0);
	put(place->source, "Makefile", "VERSION = \nPATCHLEVEL =");
	assert_int_equal(identify(place, &(struct header_identity){}, NULL), 0);
}

static void a_file_for_a_directory_is_told(void **state)
{
	struct place *place = *state;
	char path[80], *text;

	put(place->root, "package.deb", "!<arch>\n");
	snprintf(path, sizeof(path), "%s/package.deb", place->root);
	text = explained(place, path, -ENOTDIR);
	assert_non_null(strstr(text, "is not a directory"));
	free(text);
}

static void sources_of_another_upload_are_refused(void **state)
{
	struct place *place = *state;

	put(place->source, "Makefile", "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 175\n");
	expect_refused(place, -ESTALE, "6.1.175");
}

/* The version code has one byte for it: 4.19.300 is 4.19.255 there. */
static void a_sublevel_beyond_255_is_no_difference(void **state)
{
	struct place *place = *state;
	struct header_identity identity;

	put(place->build, "include/generated/utsrelease.h", "#define UTS_RELEASE \"4.19.300-custom\"\n");
	put(place->build, "include/generated/uapi/linux/version.h", "#define LINUX_VERSION_CODE 267263\n");
	put(place->source, "Makefile", "VERSION = 4\nPATCHLEVEL = 19\nSUBLEVEL = 300\n");
	assert_int_equal(identify(place, &identity, NULL), 0);
	assert_string_equal(identity.kernel.release, "4.19.300-custom");
	assert_int_equal(identity.kernel.version_code, 4 << 16 | 19 << 8 | 255);
}

static void evidence_is_taken_in_its_order(void **state)
{
	struct place *place = *state;
	struct header_identity identity;
	char path[256];

	put(place->build, ".kernelvariables", "override ARCH = x86\noverride KERNELRELEASE = 6.1.0-51-amd64\n");
	put(place->build, "include/config/kernel.release", "6.1.176\n");
	assert_int_equal(identify(place, &identity, NULL), 0);
	assert_int_equal(identity.evidence, EVIDENCE_UTSRELEASE);
	assert_string_equal(identity.kernel.release, "6.1.0-50-amd64");
	snprintf(path, sizeof(path), "%s/include/generated/utsrelease.h", place->build);
	unlink(path);
	assert_int_equal(identify(place, &identity, NULL), 0);
	assert_int_equal(identity.evidence, EVIDENCE_KERNELVARIABLES);
	assert_string_equal(identity.kernel.release, "6.1.0-51-amd64");
	snprintf(path, sizeof(path), "%s/.kernelvariables", place->build);
	unlink(path);
	assert_int_equal(identify(place, &identity, NULL), 0);
	assert_int_equal(identity.evidence, EVIDENCE_KERNEL_RELEASE);
	assert_string_equal(identity.kernel.release, "6.1.176");
	snprintf(path, sizeof(path), "%s/include/config/kernel.release", place->build);
	unlink(path);
	assert_int_equal(identify(place, &identity, NULL), 0);
	assert_int_equal(identity.evidence, EVIDENCE_NONE);
	assert_string_equal(identity.kernel.release, "");
}

static void the_upload_is_told_where_it_stands(void **state)
{
	struct place *place = *state;
	struct header_identity identity;

	put(place->build, "vmlinux.id", "0123456789abcdef0123456789abcdef01234567\n");
	put(place->build, "include/generated/compile.h", "#define UTS_VERSION \"#1 SMP of 5.10\"\n");
	assert_int_equal(identify(place, &identity, NULL), 0);
	assert_string_equal(identity.version_text, "#1 SMP of 5.10");
	assert_string_equal(identity.build_id, "0123456789abcdef0123456789abcdef01234567");
	put(place->build, "include/generated/utsversion.h", "#define UTS_VERSION \"#1 SMP of 6.1\"\n");
	put(place->build, "vmlinux.id", "no build id");
	assert_int_equal(identify(place, &identity, NULL), 0);
	assert_string_equal(identity.version_text, "#1 SMP of 6.1");
	assert_string_equal(identity.build_id, "");
}

static void one_directory_may_be_both_halves(void **state)
{
	struct place *place = *state;
	struct header_tree tree = HEADER_TREE_NONE;
	char command[256];

	snprintf(command, sizeof(command), "cp -r %s/. %s", place->source, place->build);
	assert_int_equal(system(command), 0);
	assert_int_equal(open_tree(place, place->paths, 1, &tree, NULL), 0);
	assert_string_equal(tree.path[TREE_SOURCE], place->build);
	header_tree_close(&tree);
	/* The first that is complete stands for both, whatever else is there. */
	assert_int_equal(open_tree(place, place->paths, 2, &tree, NULL), 0);
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
		PLACED(a_dangling_link_names_its_target_and_what_is_missing),
		PLACED(a_link_behind_which_something_is_missing_is_not_to_blame),   PLACED(shuffled_structures_are_refused),
		PLACED(mixed_versions_are_refused),	    PLACED(a_release_that_is_none_is_refused),
		PLACED(another_architecture_is_refused),    PLACED(halves_of_two_kernels_are_refused),
		PLACED(a_file_for_a_directory_is_told),
		PLACED(sources_of_another_upload_are_refused),
		PLACED(a_sublevel_beyond_255_is_no_difference),
		PLACED(evidence_is_taken_in_its_order),
		PLACED(the_upload_is_told_where_it_stands),
		  PLACED(one_directory_may_be_both_halves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
