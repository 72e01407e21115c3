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

#include "builder/headers/root.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/text.h"

/*
 * T/secret         outside of the root
 * T/root/usr/src/tree/file
 * T/root/lib -> usr/lib, T/root/usr/lib/modules
 */
struct place {
	char directory[40], path[64];
	struct header_root root;
};

static void shell(const struct place *place, const char *commands)
{
	char line[1024];

	snprintf(line, sizeof(line), "cd '%s' && %s", place->directory, commands);
	assert_int_equal(system(line), 0);
}

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	*state = place;
	strcpy(place->directory, "/tmp/tracee-test.XXXXXX");
	if (!mkdtemp(place->directory))
		return -1;
	shell(place, "echo secret > secret && mkdir -p root/usr/src/tree root/usr/lib/modules/R && "
		     "echo inside > root/usr/src/tree/file && ln -s usr/lib root/lib");
	snprintf(place->path, sizeof(place->path), "%s/root", place->directory);
	return header_root_open(place->path, &place->root, NULL);
}

static int tear_down(void **state)
{
	struct place *place = *state;
	char line[80];

	header_root_close(&place->root);
	snprintf(line, sizeof(line), "rm -rf '%s'", place->directory);
	free(place);
	return system(line);
}

static int walk(const struct place *place, const char *path, struct walk *walk)
{
	CLEANUP(close_at) int fd = -1;

	return header_root_walk(&place->root, path, O_PATH, walk, &fd);
}

static void expect_text(const struct place *place, const char *path, const char *text)
{
	CLEANUP(free_at) char *bytes = NULL;
	size_t size_bytes;

	assert_int_equal(header_root_read(&place->root, path, 100, (uint8_t **)&bytes, &size_bytes), 0);
	assert_string_equal(bytes, text);
}

static void every_kind_of_link_stays_inside(void **state)
{
	const struct place *place = *state;

	shell(place, "cd root/usr/lib/modules/R && ln -s /usr/src/tree absolute && ln -s ../../../src/tree relative && "
		     "ln -s absolute/../tree/./ chain && ln -s /../../../usr/src/tree/file above");
	expect_text(place, "/usr/src/tree/file", "inside\n");
	expect_text(place, "usr//src/./tree/../tree/file", "inside\n");
	expect_text(place, "/lib/modules/R/absolute/file", "inside\n");
	expect_text(place, "/lib/modules/R/relative/file", "inside\n");
	expect_text(place, "/lib/modules/R/chain/file", "inside\n");
	assert_true(header_root_has(&place->root, "/"));
	assert_true(header_root_has(&place->root, "lib/modules/R/.."));
	assert_false(header_root_has_file(&place->root, "/usr/src/tree"));
	assert_int_equal(walk(place, "/lib/modules/R/above", NULL), -EXDEV);
}

static void what_leads_out_is_refused(void **state)
{
	static const char *const links[] = { "../../../../../secret", "../../../../../../../etc/passwd",
					     "/usr/../../secret" };
	const struct place *place = *state;
	char line[128];

	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		struct walk found;

		snprintf(line, sizeof(line), "ln -sfn '%s' root/usr/lib/modules/R/link", links[i]);
		shell(place, line);
		assert_int_equal(walk(place, "/usr/lib/modules/R/link", &found), -EXDEV);
		assert_string_equal(found.links[0].target, links[i]);
		walk_done(&found);
	}
	assert_int_equal(walk(place, "../secret", NULL), -EXDEV);
}

/* The root of the process has nothing above it. */
static void above_our_own_root_is_our_own_root(void **state)
{
	struct header_root own;

	(void)state;
	assert_int_equal(header_root_open("/", &own, NULL), 0);
	assert_true(own.is_own);
	assert_string_equal(own.label, "");
	assert_true(header_root_has(&own, "/../../proc/self/status"));
	header_root_close(&own);
	header_root_close(&own);
	header_root_close(NULL);
}

static void a_link_to_a_file_leads_to_it(void **state)
{
	const struct place *place = *state;

	shell(place, "ln -s /usr/src/tree/file root/absolute && ln -s tree/file root/usr/src/relative && ln -s /absolute root/twice");
	expect_text(place, "absolute", "inside\n");
	expect_text(place, "usr/src/relative", "inside\n");
	expect_text(place, "twice", "inside\n");
	assert_true(header_root_has_file(&place->root, "twice"));
}

static void the_links_on_the_way_are_written_down(void **state)
{
	const struct place *place = *state;
	struct walk found;

	shell(place, "ln -s ../../../src/gone/deep root/usr/lib/modules/R/build");
	assert_int_equal(walk(place, "/lib/modules/R/build", &found), -ENOENT);
	assert_int_equal(found.n_links, 2);
	assert_string_equal(found.links[0].path, "/lib");
	assert_string_equal(found.links[0].target, "usr/lib");
	assert_string_equal(found.links[1].path, "/usr/lib/modules/R/build");
	assert_true(found.is_dangling);
	assert_string_equal(found.real, "/usr/src/gone");
	assert_string_equal(found.target, "/usr/src/gone/deep");
	walk_done(&found);
	/* The link to a directory that is there is not at fault for what that lacks. */
	assert_int_equal(walk(place, "/lib/modules/S/build", &found), -ENOENT);
	assert_false(found.is_dangling);
	assert_string_equal(found.real, "/usr/lib/modules/S");
	walk_done(&found);
	walk_done(&found);
	walk_done(NULL);
}

static void what_never_ends_is_ended(void **state)
{
	const struct place *place = *state;
	struct walk found;
	char path[2 * PATH_MAX] = "";

	shell(place, "ln -s loop root/loop && ln -s b root/a && ln -s a root/b");
	assert_int_equal(walk(place, "/loop", &found), -ELOOP);
	assert_int_equal(found.n_links, WALK_LINKS_MAX);
	walk_done(&found);
	assert_int_equal(walk(place, "/a/file", NULL), -ELOOP);
	for (size_t i = 0; i < PATH_MAX / 2 + 1; i++)
		strcat(path, "x/");
	assert_int_equal(walk(place, path, NULL), -ENAMETOOLONG);
	shell(place, "mkdir -p root/$(printf 'd/%.0s' $(seq 100))");
	path[0] = '\0';
	for (size_t i = 0; i < 100; i++)
		strcat(path, "d/");
	assert_int_equal(walk(place, path, NULL), -ENAMETOOLONG);
}

static void a_file_is_no_directory(void **state)
{
	const struct place *place = *state;
	uint8_t *bytes;
	size_t size_bytes;

	assert_int_equal(walk(place, "/usr/src/tree/file/x", NULL), -ENOTDIR);
	assert_int_equal(walk(place, "/usr/src/tree/file/", NULL), -ENOTDIR);
	assert_int_equal(header_root_read(&place->root, "/usr/src/tree", 100, &bytes, &size_bytes), -EISDIR);
	assert_int_equal(header_root_read(&place->root, "/usr/src/tree/file", 3, &bytes, &size_bytes), -EFBIG);
	shell(place, "mkfifo root/fifo"); /* opening it must not wait for a writer */
	assert_int_equal(header_root_read(&place->root, "/fifo", 100, &bytes, &size_bytes), -EINVAL);
}

static int note(void *context, const char *path)
{
	text_format(context, "%s;", path);
	return 0;
}

static int stop(void *context, const char *path)
{
	(void)path;
	return ++*(int *)context == 2 ? 7 : 0;
}

static void patterns_find_what_is_there_in_order(void **state)
{
	const struct place *place = *state;
	struct text text;
	int n = 0;

	text_init(&text, 1000);
	shell(place, "cd root/usr/src && mkdir -p linux-6-obj/x86_64/default linux-6-obj/aarch64/rt .hidden && touch b a");
	assert_int_equal(header_root_glob(&place->root, "usr/src/*-obj/*/*", note, &text), 0);
	assert_string_equal(text_string(&text), "usr/src/linux-6-obj/aarch64/rt;usr/src/linux-6-obj/x86_64/default;");
	text_reset(&text);
	assert_int_equal(header_root_glob(&place->root, "lib/modules/*", note, &text), 0);
	assert_string_equal(text_string(&text), "lib/modules/R;");
	text_reset(&text);
	assert_int_equal(header_root_list(&place->root, "/usr/src", note, &text), 0);
	assert_string_equal(text_string(&text), ".hidden;a;b;linux-6-obj;tree;");
	assert_int_equal(header_root_list(&place->root, "/nowhere", note, &text), 0);
	assert_int_equal(header_root_list(&place->root, "/usr/src", stop, &n), 7);
	text_done(&text);
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(every_kind_of_link_stays_inside),
		PLACED(what_leads_out_is_refused),
		PLACED(above_our_own_root_is_our_own_root),
		PLACED(a_link_to_a_file_leads_to_it),
		PLACED(the_links_on_the_way_are_written_down),
		PLACED(what_never_ends_is_ended),
		PLACED(a_file_is_no_directory),
		PLACED(patterns_find_what_is_there_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
