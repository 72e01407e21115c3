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
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "builder/package/private_directory.h"
#include "libtracee/base/cleanup.h"
#include "tests/unit/skip_loudly.h"
#include "tests/unit/temporary_place.h"

static bool run(const struct place *place, const char *script)
{
	char command[1000];

	snprintf(command, sizeof(command), "cd '%s' && %s", place->path, script);
	return system(command) == 0;
}

static void it_is_private_and_goes_with_what_is_in_it(void **state)
{
	struct place *place = *state;
	struct private_directory directory = PRIVATE_DIRECTORY_NONE;

	assert_int_equal(private_directory_make(&directory, NULL), 0);
	assert_int_equal(strncmp(directory.path, place->path, strlen(place->path)), 0);
	assert_true(run(place, "test $(stat -c %a tracee-builder-unpack-*) = 700"));
	assert_true(run(place, "cd tracee-builder-unpack-*/root && mkdir -p a/b && touch a/b/c"));
	private_directory_remove(&directory);
	assert_true(run(place, "test -z \"$(ls -A)\""));
	private_directory_remove(&directory);
}

static void nothing_is_removed_through_links(void **state)
{
	struct place *place = *state;
	struct private_directory directory = PRIVATE_DIRECTORY_NONE;

	assert_true(run(place, "mkdir keep && touch keep/file"));
	assert_int_equal(private_directory_make(&directory, NULL), 0);
	assert_true(run(place,
			"cd tracee-builder-unpack-*/root && ln -s ../../keep x && ln -s keep ../../tracee-builder-unpack-link"));
	private_directory_remove(&directory);
	assert_int_equal(private_directory_make(&directory, NULL), 0);
	private_directory_remove(&directory);
	assert_true(run(place, "test -e keep/file && test -L tracee-builder-unpack-link && test $(ls | wc -l) = 2"));
}

/* A process that makes one and is killed. */
static void leave_one_over(void)
{
	struct private_directory directory = PRIVATE_DIRECTORY_NONE;
	pid_t pid = fork();

	if (pid == 0) {
		private_directory_make(&directory, NULL);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void what_a_killed_process_left_is_removed_by_the_next(void **state)
{
	struct place *place = *state;
	struct private_directory directory = PRIVATE_DIRECTORY_NONE;

	leave_one_over();
	assert_true(run(place, "test $(ls | wc -l) = 1 && cd tracee-builder-unpack-*/root && mkdir a"));
	assert_int_equal(private_directory_make(&directory, NULL), 0);
	assert_true(run(place, "test $(ls | wc -l) = 1 && ! test -e tracee-builder-unpack-*/root/a"));
	private_directory_remove(&directory);
}

static void one_that_is_in_use_stays(void **state)
{
	struct place *place = *state;
	struct private_directory first = PRIVATE_DIRECTORY_NONE, second = PRIVATE_DIRECTORY_NONE;

	assert_int_equal(private_directory_make(&first, NULL), 0);
	assert_int_equal(private_directory_make(&second, NULL), 0);
	assert_true(run(place, "test $(ls | wc -l) = 2"));
	private_directory_remove(&first);
	private_directory_remove(&second);
}

static void one_of_another_user_stays(void **state)
{
	struct place *place = *state;
	struct private_directory directory = PRIVATE_DIRECTORY_NONE;

	if (geteuid() != 0) {
		skip_loudly("only root can make a directory of another user");
	}
	assert_true(run(place, "mkdir -m 700 tracee-builder-unpack-others && chown 65534 tracee-builder-unpack-others"));
	assert_int_equal(private_directory_make(&directory, NULL), 0);
	private_directory_remove(&directory);
	assert_true(run(place, "test -d tracee-builder-unpack-others"));
}

static void a_directory_that_is_only_called_alike_stays(void **state)
{
	struct place *place = *state;
	struct private_directory directory = PRIVATE_DIRECTORY_NONE;

	assert_true(run(place, "mkdir -m 700 tracee-builder-unpack-source tracee-builder-unpack-sourc tracee-headers-fetch && "
			       "mkdir -m 755 tracee-builder-unpack-public && echo mine > tracee-builder-unpack-source/file"));
	assert_int_equal(private_directory_make(&directory, NULL), 0);
	private_directory_remove(&directory);
	assert_true(run(place, "test $(ls | wc -l) = 4 && test -s tracee-builder-unpack-source/file"));
}

static void a_directory_that_is_not_there_is_named(void **state)
{
	struct private_directory directory = PRIVATE_DIRECTORY_NONE;
	struct tracee_error err = {};

	(void)state;
	setenv("TMPDIR", "/not/there", 1);
	assert_int_equal(private_directory_make(&directory, &err), -EIO);
	assert_non_null(strstr(err.text, "'/not/there'"));
	private_directory_remove(&directory);
}

static void without_a_name_it_is_in_memory_or_in_tmp(void **state)
{
	struct private_directory directory = PRIVATE_DIRECTORY_NONE;

	(void)state;
	unsetenv("TMPDIR");
	assert_int_equal(private_directory_make(&directory, NULL), 0);
	assert_true(strncmp(directory.path, "/dev/shm/", 9) == 0 || strncmp(directory.path, "/tmp/", 5) == 0);
	private_directory_remove(&directory);
	assert_int_equal(access(directory.path, F_OK), -1);
	/* What is relative means another place for everybody. */
	setenv("TMPDIR", "relative", 1);
	assert_int_equal(private_directory_make(&directory, NULL), 0);
	assert_int_equal(directory.path[0], '/');
	private_directory_remove(&directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(it_is_private_and_goes_with_what_is_in_it),
		PLACED(nothing_is_removed_through_links),
		PLACED(what_a_killed_process_left_is_removed_by_the_next),
		PLACED(one_that_is_in_use_stays),
		PLACED(one_of_another_user_stays),
		PLACED(without_a_name_it_is_in_memory_or_in_tmp),
		PLACED(a_directory_that_is_only_called_alike_stays),
		PLACED(a_directory_that_is_not_there_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
