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

#include "builder/package/writer.h"
#include "libtracee/base/cleanup.h"
#include "libtracee/base/file.h"

struct place {
	char path[40];
	int root;
	struct writer writer;
};

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	*state = place;
	strcpy(place->path, "/tmp/tracee-test.XXXXXX");
	if (!mkdtemp(place->path))
		return -1;
	place->root = open(place->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	writer_init(&place->writer, place->root, place->path);
	umask(022);
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	char command[80];

	writer_done(&place->writer);
	close(place->root);
	snprintf(command, sizeof(command), "rm -rf '%s'", place->path);
	free(place);
	return system(command);
}

static void write_file(struct place *place, const char *path, const char *text)
{
	CLEANUP(close_at) int fd = -1;

	assert_int_equal(writer_create(&place->writer, path, &fd, NULL), 0);
	assert_int_equal(file_write_all(fd, text, strlen(text)), 0);
}

static void expect_file(const struct place *place, const char *path, const char *text)
{
	CLEANUP(free_at) uint8_t *bytes = NULL;
	size_t size_bytes;

	assert_int_equal(file_read_at(place->root, path, 1000, &bytes, &size_bytes), 0);
	assert_string_equal((char *)bytes, text);
}

static void files_are_written_with_their_directories(void **state)
{
	struct place *place = *state;
	struct stat st;

	write_file(place, "a/b/c", "one");
	write_file(place, "a/b/d", "two");
	write_file(place, "top", "three");
	write_file(place, "a/bc", "four");
	expect_file(place, "a/b/c", "one");
	expect_file(place, "a/b/d", "two");
	expect_file(place, "top", "three");
	expect_file(place, "a/bc", "four");
	assert_int_equal(fstatat(place->root, "a/b", &st, 0), 0);
	assert_int_equal(st.st_mode, S_IFDIR | 0755);
	assert_int_equal(fstatat(place->root, "a/b/c", &st, 0), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0644);
}

static void a_later_file_replaces_and_writes_through_no_link(void **state)
{
	struct place *place = *state;

	write_file(place, "victim", "safe");
	assert_int_equal(writer_symbolic_link(&place->writer, "a", "victim", NULL), 0);
	write_file(place, "a", "new");
	write_file(place, "a", "newer");
	expect_file(place, "a", "newer");
	expect_file(place, "victim", "safe");
}

static void no_directory_is_entered_through_a_link(void **state)
{
	struct place *place = *state;
	struct tracee_error err = {};
	int fd = -1;

	write_file(place, "real/x", "");
	assert_int_equal(writer_symbolic_link(&place->writer, "link", "real", NULL), 0);
	assert_int_equal(writer_create(&place->writer, "link/y", &fd, &err), -EACCES);
	assert_non_null(strstr(err.text, "'link/y'"));
	assert_int_equal(fd, -1);
	assert_int_equal(faccessat(place->root, "real/y", F_OK, 0), -1);
}

static void a_file_and_a_directory_of_one_name_are_refused(void **state)
{
	struct place *place = *state;
	int fd = -1;

	write_file(place, "a/b", "");
	assert_int_equal(writer_create(&place->writer, "a", &fd, NULL), -EACCES);
	assert_int_equal(writer_create(&place->writer, "a/b/c", &fd, NULL), -EACCES);
	assert_int_equal(writer_symbolic_link(&place->writer, "a", "x", NULL), -EACCES);
	assert_int_equal(writer_symbolic_link(&place->writer, "a/b", "x", NULL), -EACCES);
}

static void hard_links_are_made_to_files_only(void **state)
{
	struct place *place = *state;
	struct tracee_error err = {};

	write_file(place, "d/file", "text");
	write_file(place, "e/old", "old");
	assert_int_equal(writer_hard_link(&place->writer, "e/link", "d/file", NULL), 0);
	assert_int_equal(writer_hard_link(&place->writer, "e/old", "d/file", NULL), 0);
	expect_file(place, "e/link", "text");
	expect_file(place, "e/old", "text");
	assert_int_equal(writer_symbolic_link(&place->writer, "s", "/etc/passwd", NULL), 0);
	assert_int_equal(writer_symbolic_link(&place->writer, "t", "d", NULL), 0);
	assert_int_equal(writer_hard_link(&place->writer, "x", "s", &err), -EACCES);
	assert_int_equal(writer_hard_link(&place->writer, "x", "t/file", NULL), -EACCES);
	assert_int_equal(writer_hard_link(&place->writer, "x", "d", NULL), -EACCES);
	assert_int_equal(writer_hard_link(&place->writer, "x", "not/there", NULL), -EACCES);
	assert_int_equal(writer_hard_link(&place->writer, "d/file", "d/file", NULL), -EACCES);
	assert_non_null(strstr(err.text, "'x' is a hard link"));
	expect_file(place, "d/file", "text");
}

static void a_file_opened_anew_keeps_its_links(void **state)
{
	struct place *place = *state;
	CLEANUP(close_at) int fd = -1;
	int none = -1;

	write_file(place, "a", "long text");
	assert_int_equal(writer_hard_link(&place->writer, "b", "a", NULL), 0);
	assert_int_equal(writer_reopen(&place->writer, "b", &fd, NULL), 0);
	assert_int_equal(file_write_all(fd, "new", 3), 0);
	expect_file(place, "a", "new");
	assert_int_equal(writer_symbolic_link(&place->writer, "s", "a", NULL), 0);
	assert_int_equal(writer_reopen(&place->writer, "s", &none, NULL), -EACCES);
}

static void a_full_directory_is_named(void **state)
{
	struct place *place = *state;
	struct tracee_error err = {};

	assert_int_equal(writer_explain(&place->writer, "x", -ENOSPC, &err), -ENOSPC);
	assert_non_null(strstr(err.text, place->path));
	assert_non_null(strstr(err.text, "TMPDIR"));
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(files_are_written_with_their_directories),
		PLACED(a_later_file_replaces_and_writes_through_no_link),
		PLACED(no_directory_is_entered_through_a_link),
		PLACED(a_file_and_a_directory_of_one_name_are_refused),
		PLACED(hard_links_are_made_to_files_only),
		PLACED(a_file_opened_anew_keeps_its_links),
		PLACED(a_full_directory_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
