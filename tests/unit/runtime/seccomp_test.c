// SPDX-License-Identifier: Apache-2.0
/* The filter of system calls, in a child: what can be opened behind it. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "runtime/filter/cgroups.h"
#include "runtime/seccomp.h"
#include "tests/unit/skip_loudly.h"

#define NO_FILTERS 99 /* exit status where the kernel has none */

static int fails(int fd)
{
	return fd < 0 && errno == EPERM;
}

/* Each line is a bit of the exit status that should not be. */
static int try_with_directory(int directory)
{
	int wrong = 0;

	wrong |= openat(directory, ".", CGROUPS_OPEN_FLAGS) < 0 ? 1 : 0;
	wrong |= fails(openat(directory, "passwd", O_RDONLY | O_CLOEXEC)) ? 0 : 2;
	wrong |= fails(openat(directory, "made", O_WRONLY | O_CREAT | O_CLOEXEC, 0600)) ? 0 : 4;
	wrong |= fails(openat(AT_FDCWD, "/etc", CGROUPS_OPEN_FLAGS)) ? 0 : 8;
	wrong |= fails(open("/etc/passwd", O_RDONLY)) ? 0 : 16;
	return wrong;
}

static int try_without(int directory)
{
	return fails(openat(directory, ".", CGROUPS_OPEN_FLAGS)) ? 0 : 1;
}

static int try_reading(int directory)
{
	char byte;
	int fd = openat(directory, "passwd", O_RDONLY | O_CLOEXEC), wrong = 0;

	wrong |= fd < 0 || read(fd, &byte, 1) != 1 ? 1 : 0;
	wrong |= fails(open("/dev/null", O_WRONLY)) ? 0 : 2;
	wrong |= fails(open("/dev/null", O_RDWR)) ? 0 : 4;
	wrong |= fails(openat(directory, "tracee-made", O_RDONLY | O_CREAT, 0600)) ? 0 : 8;
	wrong |= fails((int)syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0)) ? 0 : 16;
	wrong |= fails((int)syscall(SYS_execve, "/bin/true", NULL, NULL)) ? 0 : 32;
	return wrong;
}

enum filter_kind { FILTER_ALL, FILTER_DIRECTORY, FILTER_READING };

static int status_behind_filter(enum filter_kind kind, int (*try)(int directory))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		int directory = open("/etc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		int r;

		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		r = kind == FILTER_READING ? seccomp_close_but_reading(NULL)
					   : seccomp_close(false, kind == FILTER_DIRECTORY ? directory : -1, NULL);
		/* AddressSanitizer has work of its own before a function that does not return, and the filter forbids it. */
		syscall(SYS_exit_group, r == -ENOTSUP ? NO_FILTERS : r < 0 ? 98 : try(directory));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == NO_FILTERS)
		skip_loudly("the kernel has no filters of system calls");
	return WEXITSTATUS(status);
}

static void nothing_is_opened_without_a_directory(void **state)
{
	(void)state;
	assert_int_equal(status_behind_filter(FILTER_ALL, try_without), 0);
}

static void with_one_it_is_opened_and_files_are_not(void **state)
{
	(void)state;
	assert_int_equal(status_behind_filter(FILTER_DIRECTORY, try_with_directory), 0);
}

static void reading_is_all_that_is_left(void **state)
{
	(void)state;
	assert_int_equal(status_behind_filter(FILTER_READING, try_reading), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_opened_without_a_directory),
		cmocka_unit_test(with_one_it_is_opened_and_files_are_not),
		cmocka_unit_test(reading_is_all_that_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
