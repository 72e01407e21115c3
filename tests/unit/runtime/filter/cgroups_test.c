// SPDX-License-Identifier: Apache-2.0
/* On a plain tree of directories, whose file handles stand for the numbers of cgroups. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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

#include "runtime/filter/cgroups.h"
#include "tests/unit/skip_loudly.h"
#include "tests/unit/temporary_place.h"

static struct tracee_error err;
static struct text_filter filter;

static void ask(enum filter_operator operator, const char * value)
{
	struct pattern pattern;

	assert_int_equal(pattern_read(value, strlen(value), &pattern), 0);
	assert_int_equal(text_filter_add(&filter, operator, & pattern), 0);
}

/* The number of @name below @root; ends the test where directories have no handles. */
static uint64_t number_of(const char *root, const char *name)
{
	struct {
		struct file_handle handle;
		unsigned char bytes[MAX_HANDLE_SZ];
	} handle = { .handle.handle_bytes = MAX_HANDLE_SZ };
	char path[128];
	uint64_t number;
	int mount_id;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	if (name_to_handle_at(AT_FDCWD, path, &handle.handle, &mount_id, 0) < 0)
		skip_loudly("the file system of /tmp has no file handles");
	memcpy(&number, handle.handle.f_handle, sizeof(number));
	return number;
}

static void make(const char *root, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	assert_int_equal(mkdir(path, 0755), 0);
}

static struct cgroups *open_on(const char *root)
{
	struct cgroups *cgroups = NULL;
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/mounts", root);
	file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file, "proc /proc proc rw 0 0\ncgroup2 %s/tree cgroup2 rw 0 0\n", root);
	fclose(file);
	if (cgroups_open(path, &filter, &cgroups, &err) < 0) {
		if (strstr(err.text, strerror(EOPNOTSUPP)))
			skip_loudly("the file system of /tmp has no file handles");
		fail_msg("%s", err.text);
	}
	return cgroups;
}

static void cgroups_are_known_by_their_path(void **state)
{
	const char *root = ((struct place *)*state)->path;
	struct cgroups *cgroups;

	make(root, "tree");
	make(root, "tree/system.slice");
	make(root, "tree/system.slice/ssh.service");
	make(root, "tree/user.slice");
	ask(FILTER_EQUAL, "/system.slice/*");
	cgroups = open_on(root);
	assert_int_equal(cgroups_look_up(cgroups, number_of(root, "tree/system.slice/ssh.service")),
			 CGROUP_ACCEPTED);
	assert_int_equal(cgroups_look_up(cgroups, number_of(root, "tree/system.slice")), CGROUP_REJECTED);
	assert_int_equal(cgroups_look_up(cgroups, number_of(root, "tree/user.slice")), CGROUP_REJECTED);
	assert_int_equal(cgroups_look_up(cgroups, number_of(root, "tree")), CGROUP_REJECTED);
	cgroups_close(cgroups);
}

static void the_root_is_a_slash(void **state)
{
	const char *root = ((struct place *)*state)->path;
	struct cgroups *cgroups;

	make(root, "tree");
	make(root, "tree/a");
	ask(FILTER_UNEQUAL, "/");
	cgroups = open_on(root);
	assert_int_equal(cgroups_look_up(cgroups, number_of(root, "tree")), CGROUP_REJECTED);
	assert_int_equal(cgroups_look_up(cgroups, number_of(root, "tree/a")), CGROUP_ACCEPTED);
	cgroups_close(cgroups);
}

static void cgroups_made_later_are_found(void **state)
{
	const char *root = ((struct place *)*state)->path;
	struct cgroups *cgroups;
	uint64_t number;
	char path[128];

	make(root, "tree");
	ask(FILTER_EQUAL, "/a/b");
	cgroups = open_on(root);
	make(root, "tree/a");
	make(root, "tree/a/b");
	number = number_of(root, "tree/a/b");
	assert_int_equal(cgroups_look_up(cgroups, number), CGROUP_ACCEPTED);
	/* And what is known stays so when it is gone. */
	snprintf(path, sizeof(path), "%s/tree/a/b", root);
	rmdir(path);
	assert_int_equal(cgroups_look_up(cgroups, number), CGROUP_ACCEPTED);
	cgroups_close(cgroups);
}

static void what_was_never_seen_is_unknown(void **state)
{
	const char *root = ((struct place *)*state)->path;
	struct cgroups *cgroups;

	make(root, "tree");
	ask(FILTER_EQUAL, "*");
	cgroups = open_on(root);
	assert_int_equal(cgroups_look_up(cgroups, 12345), CGROUP_UNKNOWN);
	assert_int_equal(cgroups_look_up(cgroups, 12345), CGROUP_UNKNOWN);
	assert_int_equal(cgroups_look_up(cgroups, 0), CGROUP_UNKNOWN);
	cgroups_close(cgroups);
}

static void links_and_depth_do_not_lead_away(void **state)
{
	const char *root = ((struct place *)*state)->path;
	char path[256], name[256] = "tree";
	struct cgroups *cgroups;

	make(root, "tree");
	snprintf(path, sizeof(path), "%s/tree/link", root);
	assert_int_equal(symlink("/", path), 0);
	for (int i = 0; i < 40; i++) {
		strcat(name, "/d");
		make(root, name);
	}
	ask(FILTER_EQUAL, "*");
	cgroups = open_on(root);
	assert_int_equal(cgroups_look_up(cgroups, number_of(root, "tree/d/d/d/d")), CGROUP_ACCEPTED);
	assert_int_equal(cgroups_look_up(cgroups, number_of(root, name)), CGROUP_UNKNOWN);
	cgroups_close(cgroups);
}

static void thousands_are_known(void **state)
{
	const char *root = ((struct place *)*state)->path;
	struct cgroups *cgroups;
	char name[32];

	make(root, "tree");
	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "tree/%d", i);
		make(root, name);
	}
	ask(FILTER_EQUAL, "*7");
	cgroups = open_on(root);
	for (int i = 0; i < 3000; i += 7) {
		snprintf(name, sizeof(name), "tree/%d", i);
		assert_int_equal(cgroups_look_up(cgroups, number_of(root, name)),
				 i % 10 == 7 ? CGROUP_ACCEPTED : CGROUP_REJECTED);
	}
	cgroups_close(cgroups);
}

static void the_mount_is_the_first_of_its_type(void **state)
{
	char path[PATH_MAX];

	(void)state;
	assert_int_equal(cgroups_find_mount("cgroup /sys/fs/cgroup/cpu cgroup rw 0 0\n"
					    "cgroup2 /a\\040b\\134 cgroup2 rw 0 0\ncgroup2 /c cgroup2 rw 0 0\n",
					    path),
			 0);
	assert_string_equal(path, "/a b\\");
	assert_int_equal(cgroups_find_mount("cgroup2 /x tmpfs rw 0 0\n", path), -ENOENT);
	assert_int_equal(cgroups_find_mount("cgroup2 /x cgroup2x rw 0 0\n", path), -ENOENT);
	assert_int_equal(cgroups_find_mount("", path), -ENOENT);
	assert_int_equal(cgroups_find_mount("\n\ncgroup2\ncgroup2 /x", path), -ENOENT);
	assert_int_equal(cgroups_find_mount("none /x cgroup2", path), 0);
}

static void without_a_mount_there_is_a_sentence(void **state)
{
	struct cgroups *cgroups = NULL;

	(void)state;
	assert_int_equal(cgroups_open("/dev/null", &filter, &cgroups, &err), -ENOENT);
	assert_non_null(strstr(err.text, "mount -t cgroup2"));
	assert_int_equal(cgroups_open("/nonexistent", &filter, &cgroups, &err), -ENOENT);
	assert_null(cgroups);
	cgroups_close(NULL);
}

static int tear_down(void **state)
{
	text_filter_done(&filter);
	return place_tear_down(state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(cgroups_are_known_by_their_path),	  TEST(the_root_is_a_slash),
		TEST(cgroups_made_later_are_found),	  TEST(what_was_never_seen_is_unknown),
		TEST(links_and_depth_do_not_lead_away),	  TEST(thousands_are_known),
		TEST(the_mount_is_the_first_of_its_type), TEST(without_a_mount_there_is_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
