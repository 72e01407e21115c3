// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "libtracee/base/unprivileged.h"
#include "runtime/lifeline.h"

static struct tracee_error err;

/* SIGTERM, within a second. */
static bool is_stopped(void)
{
	const struct timespec second = { .tv_sec = 1 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	return sigtimedwait(&set, NULL, &second) == SIGTERM;
}

static void closing_the_other_end_sends_a_signal(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(lifeline_hold(ends[0], &err), 0);
	close(ends[1]);
	assert_true(is_stopped());
	close(ends[0]);
}

/* Nobody, with no capability, whom an owner without CAP_KILL could not reach. */
static void it_reaches_another_user_too(void **state)
{
	int ends[2], status;
	const char *what;
	pid_t child;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		close(ends[1]);
		if (lifeline_hold(ends[0], &err) < 0 || unprivileged_become(&what) < 0)
			_exit(2);
		_exit(is_stopped() ? 0 : 1);
	}
	close(ends[0]);
	close(ends[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void one_that_is_closed_already_is_seen(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	close(ends[1]);
	assert_int_equal(lifeline_hold(ends[0], &err), 0);
	assert_true(is_stopped());
	close(ends[0]);
}

static void what_is_no_pipe_is_refused(void **state)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)state;
	assert_int_equal(lifeline_hold(fd, &err), -EINVAL);
	assert_non_null(strstr(err.text, "is no pipe"));
	close(fd);
	assert_int_equal(lifeline_hold(fd, &err), -EBADF);
	assert_non_null(strstr(err.text, "--lifeline: descriptor"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(closing_the_other_end_sends_a_signal),
		cmocka_unit_test(it_reaches_another_user_too),
		cmocka_unit_test(one_that_is_closed_already_is_seen),
		cmocka_unit_test(what_is_no_pipe_is_refused),
	};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
