// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
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

#include "builder/layout/dependencies.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/file.h"
#include "libtracee/base/text.h"

/* Two halves, a source half beside them, and what lies outside. */
struct place {
	char root[40];
	struct header_tree tree;
	struct clang clang;
};

static void put(const struct place *place, const char *name, const char *text)
{
	char path[256], command[300];

	snprintf(path, sizeof(path), "%s/%s", place->root, name);
	snprintf(command, sizeof(command), "mkdir -p $(dirname '%s')", path);
	assert_int_equal(system(command), 0);
	assert_int_equal(file_replace(path, text, strlen(text), 0644), 0);
}

static void put_link(const struct place *place, const char *name, const char *target)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", place->root, name);
	assert_int_equal(symlink(target, path), 0);
}

static int open_half(const struct place *place, const char *name, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s", place->root, name);
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	*state = place;
	strcpy(place->root, "/tmp/tracee-test.XXXXXX");
	if (!mkdtemp(place->root))
		return -1;
	put(place, "src/source/include/a.h", "a\n");
	put(place, "src/source/include/b c.h", "b c\n");
	put(place, "src/build/include/generated.h", "generated\n");
	put(place, "src/all/include/linux/kconfig.h", "");
	put(place, "src/all/include/shared.h", "shared\n");
	put(place, "src/other/include/a.h", "other\n");
	put(place, "outside.h", "outside\n");
	put(place, "clang/include/stdarg.h", "stdarg\n");
	place->tree.fd[TREE_SOURCE] = open_half(place, "src/source", place->tree.path[TREE_SOURCE]);
	place->tree.fd[TREE_BUILD] = open_half(place, "src/build", place->tree.path[TREE_BUILD]);
	snprintf(place->clang.resource_directory, PATH_MAX, "%s/clang", place->root);
	strcpy(place->clang.path, "/usr/bin/clang");
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	char command[80];

	header_tree_close(&place->tree);
	snprintf(command, sizeof(command), "rm -rf '%s'", place->root);
	free(place);
	return system(command);
}

static int digest(const struct place *place, const char *list, char result[DIGEST_SIZE], struct tracee_error *err)
{
	return dependencies_digest(&place->tree, &place->clang, list, strlen(list), result, err);
}

static void expect_refused(const struct place *place, const char *list, int code, const char *words)
{
	struct tracee_error err = {};
	char result[DIGEST_SIZE] = "kept";

	assert_int_equal(digest(place, list, result, &err), code);
	if (!strstr(err.text, words))
		fail_msg("expected '%s' in: %s", words, err.text);
	assert_string_equal(result, "kept");
}

static void the_digest_is_that_of_what_sha256sum_prints(void **state)
{
	const struct place *place = *state;
	CLEANUP(text_done) struct text list = {};
	char expected[DIGEST_SIZE] = {}, result[DIGEST_SIZE], command[256];
	FILE *pipe;

	text_init(&list, 4096);
	/* Not in order, over several lines, with an escaped space and one of clang's own headers. */
	text_format(&list,
		    "layout: /proc/self/fd/5/include/generated.h \\\n  /proc/self/fd/4/include/b\\ c.h "
		    "%s/clang/include/stdarg.h \\\n",
		    place->root);
	text_add(&list, " /proc/self/fd/4/include/a.h\n");
	assert_int_equal(digest(place, text_string(&list), result, NULL), 0);
	snprintf(command, sizeof(command),
		 "cd %s && cp -r src/source all && cp -r src/build/. all && cd all && sha256sum include/a.h "
		 "'include/b c.h' include/generated.h | sha256sum",
		 place->root);
	pipe = popen(command, "r");
	assert_int_equal(fread(expected, 1, DIGEST_SIZE - 1, pipe), DIGEST_SIZE - 1);
	pclose(pipe);
	assert_string_equal(result, expected);
}

static void a_changed_header_changes_the_digest(void **state)
{
	const struct place *place = *state;
	char before[DIGEST_SIZE], after[DIGEST_SIZE];

	assert_int_equal(digest(place, "layout: /proc/self/fd/4/include/a.h\n", before, NULL), 0);
	put(place, "src/source/include/a.h", "A\n");
	assert_int_equal(digest(place, "layout: /proc/self/fd/4/include/a.h\n", after, NULL), 0);
	assert_string_not_equal(before, after);
}

static void files_outside_of_the_tree_are_refused(void **state)
{
	const struct place *place = *state;
	char list[256];

	expect_refused(place, "layout: /proc/self/fd/4/include/a.h /etc/passwd\n", -EACCES, "'/etc/passwd'");
	expect_refused(place, "layout: /proc/self/fd/4/../../outside.h\n", -EACCES, "outside of the tree");
	/* Beside the tree, but no tree itself. */
	expect_refused(place, "layout: /proc/self/fd/4/../other/include/a.h\n", -EACCES, "outside of the tree");
	expect_refused(place, "layout: /proc/self/fd/6/include/a.h\n", -EACCES, "/proc/self/fd/6");
	snprintf(list, sizeof(list), "layout: %s/clang/include/../../outside.h\n", place->root);
	expect_refused(place, list, -EACCES, "outside.h");
	snprintf(list, sizeof(list), "layout: %s/clang-fake/a.h\n", place->root);
	expect_refused(place, list, -EACCES, "clang-fake");
}

static void links_are_followed_and_must_end_in_the_tree(void **state)
{
	const struct place *place = *state;
	char result[DIGEST_SIZE];

	put_link(place, "src/build/include/inside.h", "../../source/include/a.h");
	put_link(place, "src/build/include/shared.h", "../../all/include/shared.h");
	put_link(place, "src/build/include/outside.h", "../../../outside.h");
	put_link(place, "src/build/include/other.h", "../../other/include/a.h");
	put_link(place, "src/build/include/device.h", "/dev/zero");
	assert_int_equal(digest(place, "layout: /proc/self/fd/5/include/inside.h\n", result, NULL), 0);
	/* As Ubuntu's tree of a flavour leads into that of all flavours. */
	assert_int_equal(digest(place, "layout: /proc/self/fd/5/include/shared.h\n", result, NULL), 0);
	expect_refused(place, "layout: /proc/self/fd/5/include/outside.h\n", -EACCES, "which leads to");
	expect_refused(place, "layout: /proc/self/fd/5/include/other.h\n", -EACCES, "src/other/include/a.h");
	expect_refused(place, "layout: /proc/self/fd/5/include/device.h\n", -EACCES, "/dev/zero");
}

static void what_is_no_regular_file_is_refused(void **state)
{
	const struct place *place = *state;
	char path[80];

	snprintf(path, sizeof(path), "%s/src/build/include/pipe.h", place->root);
	assert_int_equal(mkfifo(path, 0666), 0);
	expect_refused(place, "layout: /proc/self/fd/5/include/pipe.h\n", -EACCES, "pipe.h");
	expect_refused(place, "layout: /proc/self/fd/5/include\n", -EACCES, "build/include");
	expect_refused(place, "layout: /proc/self/fd/5/include/missing.h\n", -ENOENT, "missing.h");
}

static void what_is_no_list_is_refused(void **state)
{
	static const char *const lists[] = {
		"", "\n", "layout:", "layout: \\\n", "layout", "/proc/self/fd/4/include/a.h\n", "\\", "layout: -\n"
	};
	const struct place *place = *state;
	char *long_list = calloc(1, 3 * PATH_MAX);

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		expect_refused(place, lists[i], -EBADMSG, "did not say which headers");
	memset(long_list, 'a', 2 * PATH_MAX);
	memcpy(long_list, "layout: ", 8);
	expect_refused(place, long_list, -EBADMSG, "did not say which headers");
	free(long_list);
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(the_digest_is_that_of_what_sha256sum_prints),
		PLACED(a_changed_header_changes_the_digest),
		PLACED(files_outside_of_the_tree_are_refused),
		PLACED(links_are_followed_and_must_end_in_the_tree),
		PLACED(what_is_no_regular_file_is_refused),
		PLACED(what_is_no_list_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
